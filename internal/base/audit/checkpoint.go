package audit

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Checkpoints lie in a folder beside the database, one file a day, one line each:
//
//	lienket-checkpoint n=3 seq=1842 chain=<hash> at=<time> before=<hash of line 2> key=<fingerprint> sig=<ed25519>
//
// They are signed, numbered and chained among themselves. Whoever rewrites the database
// needs the key too; whoever has both is caught by a copy of the files kept elsewhere.

// The files of the folder.
const (
	keyFile = "sealing.key"
	pubFile = "sealing.pub"
	ending  = ".checkpoint"
)

// point is one checkpoint.
type point struct {
	n, seq                 int64
	chain, at, before, key string
	line                   string // whole, signature included
}

func (p point) body() string {
	return fmt.Sprintf("lienket-checkpoint n=%d seq=%d chain=%s at=%s before=%s key=%s", p.n, p.seq, p.chain, p.at, p.before, p.key)
}

// lineHash is what the next checkpoint says of this one.
func lineHash(line string) string {
	if line == "" {
		return "-"
	}
	sum := sha256.Sum256([]byte(line))
	return hex.EncodeToString(sum[:])
}

func fingerprint(pub ed25519.PublicKey) string {
	sum := sha256.Sum256(pub)
	return hex.EncodeToString(sum[:8])
}

func sign(key ed25519.PrivateKey, p point) point {
	p.line = p.body() + " sig=" + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(p.body())))
	return p
}

// readPoint takes a line apart; the signature is not looked at.
func readPoint(line string) (p point, sig []byte, err error) {
	f := strings.Split(line, " ")
	if len(f) != 8 || f[0] != "lienket-checkpoint" {
		return p, nil, errors.New("no checkpoint")
	}
	var v [8]string
	for i, name := range []string{"", "n", "seq", "chain", "at", "before", "key", "sig"} {
		if i == 0 {
			continue
		}
		value, ok := strings.CutPrefix(f[i], name+"=")
		if !ok {
			return p, nil, errors.New("no checkpoint")
		}
		v[i] = value
	}
	var e1, e2, e3 error
	p.n, e1 = strconv.ParseInt(v[1], 10, 64)
	p.seq, e2 = strconv.ParseInt(v[2], 10, 64)
	p.chain, p.at, p.before, p.key, p.line = v[3], v[4], v[5], v[6], line
	sig, e3 = base64.RawURLEncoding.DecodeString(v[7])
	return p, sig, errors.Join(e1, e2, e3)
}

// readKey reads the signing key of a folder; os.ErrNotExist if it has none.
func readKey(dir string) (ed25519.PrivateKey, error) {
	b, err := os.ReadFile(filepath.Join(dir, keyFile))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key", keyFile)
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := k.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds another kind of key", keyFile)
	}
	return key, nil
}

// makeKey makes the signing key of a folder. Two processes that start together agree on
// the one whose file came first.
func makeKey(dir string) (ed25519.PrivateKey, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	half, err := os.CreateTemp(dir, keyFile+"-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(half.Name())
	err = errors.Join(pem.Encode(half, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), half.Sync(), half.Close())
	if err != nil {
		return nil, err
	}
	// Link, unlike Rename, refuses to replace.
	if err := os.Link(half.Name(), filepath.Join(dir, keyFile)); errors.Is(err, os.ErrExist) {
		return readKey(dir)
	} else if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, pubFile), []byte(PublicText(pub)+"\n"), 0o644); err != nil {
		return nil, err
	}
	return key, syncDir(dir)
}

// PublicText is a public key as it is printed and typed.
func PublicText(pub ed25519.PublicKey) string {
	return "lienket-ed25519-" + base64.RawURLEncoding.EncodeToString(pub)
}

func readPublic(text string) (ed25519.PublicKey, error) {
	s, ok := strings.CutPrefix(strings.TrimSpace(text), "lienket-ed25519-")
	b, err := base64.RawURLEncoding.DecodeString(s)
	if !ok || err != nil || len(b) != ed25519.PublicKeySize {
		return nil, errors.New("not a public key of ours")
	}
	return b, nil
}

// publicOf reads the public key of a folder, from its private one if need be; nil if there
// is none.
func publicOf(dir string) (ed25519.PublicKey, error) {
	b, err := os.ReadFile(filepath.Join(dir, pubFile))
	if err == nil {
		return readPublic(string(b))
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	key, err := readKey(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return key.Public().(ed25519.PublicKey), nil
}

// files lists the checkpoint files of a folder, oldest first.
func files(dir string) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(dir, "*"+ending))
	slices.Sort(all)
	return all, err
}

// lines reads all checkpoint lines of a folder, oldest first. A last line without its end
// is what a crash leaves; it is not among them.
func lines(dir string) (all []string, err error) {
	names, err := files(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
			s := bufio.NewScanner(bytes.NewReader(b[:i+1]))
			for s.Scan() {
				all = append(all, s.Text())
			}
			if err := s.Err(); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// appendLine writes a checkpoint to the file of its day, down to the disk. What a crash
// left of a line is cut off first.
func appendLine(dir string, at time.Time, line string) (err error) {
	name := filepath.Join(dir, at.UTC().Format("2006-01-02")+ending)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	end := int64(bytes.LastIndexByte(b, '\n') + 1)
	if end != int64(len(b)) {
		if err := f.Truncate(end); err != nil {
			return err
		}
	}
	if _, err := f.WriteAt([]byte(line+"\n"), end); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if end == 0 {
		return syncDir(dir)
	}
	return nil
}

// syncDir makes a new name in a folder last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
