package auth_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
)

var siteA = auth.Place{Origin: "https://lienket.example", Host: "lienket.example"}

// device is an authenticator made of software: one key, one counter.
type device struct {
	t     *testing.T
	key   *ecdsa.PrivateKey
	id    []byte
	owner []byte
	count uint32
}

func newDevice(t *testing.T) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return &device{t: t, key: key, id: id}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (d *device) json(v any) []byte {
	d.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// asked is the part of the options that a device looks at.
type asked struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		User      struct {
			ID string `json:"id"`
		} `json:"user"`
	} `json:"publicKey"`
}

func (d *device) read(options any) (a asked) {
	d.t.Helper()
	if err := json.Unmarshal(d.json(options), &a); err != nil {
		d.t.Fatal(err)
	}
	return a
}

func (d *device) client(kind, challenge, origin string) []byte {
	return d.json(map[string]any{"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false})
}

func (d *device) data(host string, flags byte) []byte {
	sum := sha256.Sum256([]byte(host))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), d.count)
}

const present, verified, attested = 1, 4, 64

func (d *device) make(options any, p auth.Place) []byte {
	d.t.Helper()
	a := d.read(options)
	d.owner, _ = base64.RawURLEncoding.DecodeString(a.PublicKey.User.ID)
	pub, err := d.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		d.t.Fatal(err)
	}
	cose, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: pub[1:33], -3: pub[33:]})
	if err != nil {
		d.t.Fatal(err)
	}
	data := append(d.data(p.Host, present|verified|attested), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(d.id)))
	data = append(append(data, d.id...), cose...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.json(map[string]any{
		"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": b64(d.client("webauthn.create", a.PublicKey.Challenge, p.Origin)), "attestationObject": b64(object)},
	})
}

func (d *device) sign(options any, p auth.Place, flags byte) []byte {
	d.t.Helper()
	d.count++
	client, data := d.client("webauthn.get", d.read(options).PublicKey.Challenge, p.Origin), d.data(p.Host, flags)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return d.json(map[string]any{
		"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig), "userHandle": b64(d.owner)},
	})
}

// TestPasskey: made, used, refused where it should be, removed.
func TestPasskey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		a := accounts(d)
		id := add(t, a, "hà.1", auth.Officer)
		acc, err := a.ByID(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		phone := newDevice(t)
		options, step, err := a.BeginPasskey(ctx, siteA, acc.User)
		if err != nil {
			t.Fatal(err)
		}
		answer := phone.make(options, siteA)
		codes, err := a.FinishPasskey(ctx, siteA, "test", acc.User, step, "điện thoại", answer, "")
		if err != nil || len(codes) != 10 {
			t.Fatal(codes, err)
		}
		if _, err := a.FinishPasskey(ctx, siteA, "test", acc.User, step, "lần nữa", answer, ""); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("the same ceremony twice: %v", err)
		}
		if in, err := a.SignIn(ctx, "hà.1", good, auth.Visit{}); err != nil || in.Session != "" || in.Step == "" {
			t.Errorf("a password alone after a passkey: %+v %v", in, err)
		}
		try := func(by *device, p auth.Place, flags byte) (auth.In, error) {
			t.Helper()
			options, step, err := a.BeginPasskeyIn(ctx, siteA, auth.Visit{})
			if err != nil {
				t.Fatal(err)
			}
			return a.FinishPasskeyIn(ctx, siteA, step, by.sign(options, p, flags), auth.Visit{})
		}
		in, err := try(phone, siteA, present|verified)
		if err != nil || in.User.ID != id {
			t.Fatal(in, err)
		}
		if _, ok := find(t, a, in.Session); !ok {
			t.Fatal("not signed in")
		}
		other := newDevice(t)
		other.id, other.owner, other.count = phone.id, phone.owner, 50
		stranger := newDevice(t)
		stranger.owner = phone.owner
		for name, f := range map[string]func() (auth.In, error){
			"another key":       func() (auth.In, error) { return try(other, siteA, present|verified) },
			"not known":         func() (auth.In, error) { return try(stranger, siteA, present|verified) },
			"without its owner": func() (auth.In, error) { return try(phone, siteA, present) },
			"from another site": func() (auth.In, error) {
				return try(phone, auth.Place{Origin: "https://evil.example", Host: "evil.example"}, present|verified)
			},
			"a copied counter": func() (auth.In, error) {
				was := phone.count
				defer func() { phone.count = was }()
				phone.count = 0
				return try(phone, siteA, present|verified)
			},
			"no answer at all": func() (auth.In, error) { return a.FinishPasskeyIn(ctx, siteA, "none", []byte("{}"), auth.Visit{}) },
			"a step of nobody's": func() (auth.In, error) {
				return a.FinishPasskeyIn(ctx, siteA, "none", phone.sign(options, siteA, 5), auth.Visit{})
			},
		} {
			if in, err := f(); fault.CodeOf(err) != fault.Invalid || in.Session != "" {
				t.Errorf("%s: %+v %v", name, in, err)
			}
		}
		if _, err := a.SetDisabled(ctx, "test", id, 0, true); err != nil {
			t.Fatal(err)
		}
		if _, err := try(phone, siteA, present|verified); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a disabled account: %v", err)
		}
		if _, err := a.SetDisabled(ctx, "test", id, 0, false); err != nil {
			t.Fatal(err)
		}
		keys, err := a.Passkeys(ctx, id)
		if err != nil || len(keys) != 1 || keys[0].Name != "điện thoại" || keys[0].Used.IsZero() {
			t.Fatalf("%+v %v", keys, err)
		}
		if err := a.RemovePasskey(ctx, "test", auth.User{ID: id + 1, Role: auth.Officer}, keys[0].ID, ""); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("somebody else's: %v", err)
		}
		if err := a.RemovePasskey(ctx, "test", acc.User, keys[0].ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := try(phone, siteA, present|verified); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("removed: %v", err)
		}
	})
}
