package auth

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// The key that encrypts second-factor secrets at rest (docs/adr says why it lives where it
// does): 256 bits, AES-GCM, bound to the account so that a row copied to another account
// does not open.

const keyBytes = 32

// KeyEnv is the environment variable that may carry the key, in base64: for several
// processes on one PostgreSQL.
const KeyEnv = "LIENKET_KEY"

// LoadKey finds the key: in the environment, else in file, which is made at first need, else
// (no file: PostgreSQL without KeyEnv, a database in memory) in the settings. known tells
// where: "environment", "file" or "setting".
func LoadKey(ctx context.Context, d *db.DB, file string) (key []byte, known string, err error) {
	defer fault.Wrap(&err, "the key of second factors")
	if s := os.Getenv(KeyEnv); s != "" {
		key, err = readKey(s)
		return key, "environment", err
	}
	if file != "" {
		key, err = keyFile(file)
		return key, "file", err
	}
	key, err = keySetting(ctx, d)
	return key, "setting", err
}

func readKey(s string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil || len(key) != keyBytes {
		return nil, errors.New("the key is not 32 bytes in base64")
	}
	return key, nil
}

func newSecretKey() []byte {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key)
	return key
}

// keyFile reads the file or makes it. It is linked into place whole, so that of two
// processes that start together both read the one that came first.
func keyFile(file string) ([]byte, error) {
	b, err := os.ReadFile(file)
	if err == nil {
		return readKey(string(b))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".key-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(base64.StdEncoding.EncodeToString(newSecretKey()) + "\n")
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(tmp.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if b, err = os.ReadFile(file); err != nil {
		return nil, err
	}
	return readKey(string(b))
}

func keySetting(ctx context.Context, d *db.DB) (key []byte, err error) {
	var text string
	err = d.InTx(ctx, func(tx *db.Tx) error {
		if err := addKeySetting(tx, base64.StdEncoding.EncodeToString(newSecretKey())); err != nil {
			return err
		}
		text, err = readKeySetting(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return readKey(text)
}

func seal(key []byte, account int64, plain string) (string, error) {
	g, err := gcm(key)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, g.NonceSize())
	_, _ = rand.Read(nonce)
	return base64.StdEncoding.EncodeToString(g.Seal(nonce, nonce, []byte(plain), owner(account))), nil
}

func unseal(key []byte, account int64, sealed string) (string, error) {
	g, err := gcm(key)
	if err != nil {
		return "", err
	}
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(b) < g.NonceSize() {
		return "", errors.New("a sealed secret is malformed")
	}
	plain, err := g.Open(nil, b[:g.NonceSize()], b[g.NonceSize():], owner(account))
	if err != nil {
		return "", fmt.Errorf("a second factor does not open with this key: %w", err)
	}
	return string(plain), nil
}

func gcm(key []byte) (cipher.AEAD, error) {
	if len(key) != keyBytes {
		return nil, errors.New("no key for second factors was loaded")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func owner(account int64) []byte { return []byte("account:" + strconv.FormatInt(account, 10)) }
