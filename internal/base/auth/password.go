package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
	"golang.org/x/crypto/argon2"
)

// Argon2id with the second recommended choice of RFC 9106 §4: 64 MiB, 3 passes, 4 lanes.
// Only this package's own tests make it cheaper.
var cost = argonCost{time: 3, memory: 64 << 10, lanes: 4}

type argonCost struct {
	time, memory uint32 // memory in KiB
	lanes        uint8
}

const (
	saltLen = 16
	keyLen  = 32
)

// Passwords are a sentence rather than a riddle: length counts, signs do not.
const (
	shortest = 10
	longest  = 200
)

// hashing bounds the memory of a burst of sign-ins: two at a time, 128 MiB.
var hashing = make(chan struct{}, 2)

func argon(ctx context.Context, password string, salt []byte, c argonCost, n uint32) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(text.NFC(password)), salt, c.time, c.memory, c.lanes, n), nil
}

// hashPassword returns the PHC string of a new salt: $argon2id$v=19$m=…,t=…,p=…$salt$key.
func hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt)
	key, err := argon(ctx, password, salt, cost, keyLen)
	if err != nil {
		return "", err
	}
	return phc(cost, salt, key), nil
}

func phc(c argonCost, salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.time, c.lanes,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// noPassword is stored for an account that can only come in by a link. It is the hash of
// nothing: no password verifies.
const noPassword = "!"

// dummyHash is verified when the login is unknown, so that the answer takes as long.
func dummyHash() string { return phc(cost, make([]byte, saltLen), make([]byte, keyLen)) }

var errHashForm = errors.New("stored password hash is malformed")

// verifyPassword compares in constant time. An account without a password costs the same.
func verifyPassword(ctx context.Context, stored, password string) (bool, error) {
	known := stored != noPassword && stored != ""
	if !known {
		stored = dummyHash()
	}
	var v int
	var c argonCost
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errHashForm
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &v); err != nil || v != argon2.Version {
		return false, errHashForm
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.lanes); err != nil || c.memory > 1<<20 || c.time > 16 || c.lanes == 0 {
		return false, errHashForm
	}
	salt, e1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, e2 := base64.RawStdEncoding.DecodeString(parts[5])
	if e1 != nil || e2 != nil || len(want) < 16 {
		return false, errHashForm
	}
	got, err := argon(ctx, password, salt, c, uint32(len(want)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// CheckPassword says what is wrong with a new password for this account; nil is good.
func CheckPassword(password, login, field string) error {
	where := fault.Where{Col: field}
	n := utf8.RuneCountInString(password)
	switch {
	case n < shortest:
		return fault.New(fault.Invalid, "auth.fault.password_short", shortest).At(where)
	case len(password) > longest:
		return fault.New(fault.Invalid, "auth.fault.password_long", longest).At(where)
	case login != "" && FoldLogin(password) == login, sameRune(password):
		return fault.New(fault.Invalid, "auth.fault.password_easy").At(where)
	}
	for _, easy := range []string{"0123456789", "1234567890", "password12", "matkhau123", "lienket123", "qwertyuiop"} {
		if strings.HasPrefix(text.Fold(strings.ReplaceAll(password, " ", "")), easy) {
			return fault.New(fault.Invalid, "auth.fault.password_easy").At(where)
		}
	}
	return nil
}

func sameRune(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return strings.Trim(s, string(first)) == ""
}

// FoldLogin is how a login is stored and looked up: lower case, no marks, no spaces; of a
// phone number only the digits. "0900 000.118" and "0900000118" are the same account.
func FoldLogin(s string) string {
	var b strings.Builder
	digits := true
	for _, c := range strings.TrimSpace(text.NFC(s)) {
		switch {
		case c == ' ':
		case c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' || c == '@' || c == '+':
			b.WriteRune(c)
		default:
			digits = false
			b.WriteString(strings.TrimSpace(text.Fold(string(c))))
		}
	}
	if !digits {
		return b.String()
	}
	return strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, b.String())
}
