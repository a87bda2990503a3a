package hook

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
)

// secretMark begins every secret, as Standard Webhooks has it.
const secretMark = "whsec_"

func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return secretMark + base64.StdEncoding.EncodeToString(b[:])
}

// newRef is the webhook-id of an event.
func newRef() string { return "evt_" + rand.Text() }

// signature is the header for a body, with one part for each secret.
func signature(id string, at int64, body []byte, secrets ...string) (string, error) {
	var parts []string
	for _, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, secretMark))
		if err != nil {
			return "", errors.New("hook: a secret is malformed") // the cause would quote it
		}
		m := hmac.New(sha256.New, key)
		m.Write([]byte(id + "." + strconv.FormatInt(at, 10) + "."))
		m.Write(body)
		parts = append(parts, "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
	}
	return strings.Join(parts, " "), nil
}

// box is what encrypts secrets. The key given is that of second factors; deriving keeps the
// two uses apart.
func (h *Hooks) box() (cipher.AEAD, error) {
	if len(h.Key) < 32 {
		return nil, errors.New("hook: no key for secrets was loaded")
	}
	key, err := hkdf.Key(sha256.New, h.Key, nil, "lienket webhook secrets", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (h *Hooks) seal(account int64, secret string) (string, error) {
	g, err := h.box()
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(g.Seal(nil, nil, []byte(secret), boundTo(account))), nil
}

func (h *Hooks) unseal(account int64, sealed string) (string, error) {
	g, err := h.box()
	if err != nil {
		return "", err
	}
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return "", errors.New("hook: a sealed secret is malformed")
	}
	plain, err := g.Open(nil, nil, b, boundTo(account))
	if err != nil {
		return "", errors.New("hook: a secret does not open with this key")
	}
	return string(plain), nil
}

func boundTo(account int64) []byte {
	return []byte("webhook of account:" + strconv.FormatInt(account, 10))
}
