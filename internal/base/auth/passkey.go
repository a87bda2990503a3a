package auth

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// Passkeys (WebAuthn): the device holds a private key and asks its owner for a finger, a
// face or a PIN, so one is a sign-in of two factors by itself. A passkey belongs to a host
// name; it is kept with it, and does not open another.

// Place is the site as the browser sees it: "https://lienket.vn", its host without the port.
type Place struct{ Origin, Host string }

// Passkey is one line of the owner's list.
type Passkey struct {
	ID            int64
	Account       int64
	Name, Site    string
	Created, Used time.Time
	credential    webauthn.Credential
}

const (
	longestPasskeyName = 60
	mostPasskeys       = 20
)

// holder is an account as the library asks for it.
type holder struct {
	u    User
	keys []Passkey
}

func (h holder) WebAuthnID() []byte          { return handleOf(h.u.ID) }
func (h holder) WebAuthnName() string        { return h.u.Login }
func (h holder) WebAuthnDisplayName() string { return h.u.Name }
func (h holder) WebAuthnCredentials() (out []webauthn.Credential) {
	for _, k := range h.keys {
		out = append(out, k.credential)
	}
	return out
}

// handleOf is what a device keeps to name the account: its number, nothing personal.
func handleOf(account int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(account))
}

func ceremony(p Place) (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{
		RPID: p.Host, RPDisplayName: "lienket", RPOrigins: []string{p.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
	})
}

// Passkeys lists an account's passkeys.
func (a *Accounts) Passkeys(ctx context.Context, account int64) (out []Passkey, err error) {
	defer fault.Wrap(&err, "Passkeys(%d)", account)
	err = a.DB.Read(ctx, func(tx *db.Tx) error { out, err = passkeysOf(tx, account); return err })
	return out, err
}

// BeginPasskey starts making one: options go to the browser, step comes back with its
// answer.
func (a *Accounts) BeginPasskey(ctx context.Context, p Place, u User) (options any, step string, err error) {
	defer fault.Wrap(&err, "BeginPasskey(%d)", u.ID)
	w, err := ceremony(p)
	if err != nil {
		return nil, "", errPasskey
	}
	keys, err := a.Passkeys(ctx, u.ID)
	if err != nil {
		return nil, "", err
	}
	if len(keys) >= mostPasskeys {
		return nil, "", fault.New(fault.Invalid, "auth.fault.passkey_many", mostPasskeys)
	}
	h := holder{u, keys}
	made, session, err := w.BeginRegistration(h,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}),
		webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, "", err
	}
	step, err = a.keepCeremony(ctx, stepPasskeyAdd, u.ID, session)
	return made, step, err
}

func (a *Accounts) keepCeremony(ctx context.Context, kind string, account int64, session *webauthn.SessionData) (token string, err error) {
	data, err := json.Marshal(session)
	if err != nil {
		return "", err
	}
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		token, err = openStep(tx, step{Kind: kind, Account: account, Data: data})
		return err
	})
	return token, err
}

var errPasskey = fault.New(fault.Invalid, "auth.fault.passkey")

// FinishPasskey keeps the passkey that the browser made. An account that had no second
// factor before gets recovery codes, shown this once; other sessions end.
func (a *Accounts) FinishPasskey(ctx context.Context, p Place, by string, u User, token, name string, answer []byte, keep string) (codes []string, err error) {
	defer fault.Wrap(&err, "FinishPasskey(%d)", u.ID)
	name = strings.Join(strings.Fields(text.NFC(name)), " ")
	if name == "" || utf8.RuneCountInString(name) > longestPasskeyName {
		return nil, fault.New(fault.Invalid, "auth.fault.passkey_name", longestPasskeyName).At(fault.Where{Col: "name"})
	}
	w, err := ceremony(p)
	if err != nil {
		return nil, errPasskey
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, errPasskey
	}
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		codes = nil
		st, err := takeStep(tx, token, stepPasskeyAdd)
		if err != nil {
			return err
		}
		var session webauthn.SessionData
		if err := json.Unmarshal(st.Data, &session); err != nil {
			return err
		}
		if st.Account != u.ID {
			return errStepOver
		}
		made, err := w.CreateCredential(holder{u: u}, session, parsed)
		if err != nil {
			return errPasskey
		}
		f, err := factorsOf(tx, u.ID)
		if err != nil {
			return err
		}
		ok, err := insertPasskey(tx, u.ID, name, p.Host, *made)
		if err != nil {
			return err
		}
		if !ok {
			return errPasskey
		}
		if !f.Any() {
			var hashes []string
			codes, hashes = newRecoveryCodes()
			if err := setRecovery(tx, u.ID, hashes); err != nil {
				return err
			}
		}
		if err := a.sealOff(tx, u.ID, keep); err != nil {
			return err
		}
		return note(tx, by, "account.passkey.add", u.ID, nil, auditPasskey{Name: name})
	})
	return codes, err
}

type auditPasskey struct {
	Name string `json:"name"`
}

// BeginPasskeyIn starts a sign-in by passkey: nobody says who he is, the device does.
func (a *Accounts) BeginPasskeyIn(ctx context.Context, p Place, v Visit) (options any, step string, err error) {
	defer fault.Wrap(&err, "BeginPasskeyIn")
	w, err := ceremony(p)
	if err != nil {
		return nil, "", errPasskey
	}
	if err := a.take(ctx, "passkey "+v.Address); err != nil {
		return nil, "", err
	}
	asked, session, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", err
	}
	step, err = a.keepCeremony(ctx, stepPasskeyIn, 0, session)
	return asked, step, err
}

// FinishPasskeyIn signs in. Whatever is wrong is one and the same answer.
func (a *Accounts) FinishPasskeyIn(ctx context.Context, p Place, token string, answer []byte, v Visit) (in In, err error) {
	defer fault.Wrap(&err, "FinishPasskeyIn")
	w, err := ceremony(p)
	if err != nil {
		return In{}, errPasskey
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return In{}, errPasskey
	}
	session := newToken()
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		st, err := takeStep(tx, token, stepPasskeyIn)
		if err != nil {
			return err
		}
		var data webauthn.SessionData
		if err := json.Unmarshal(st.Data, &data); err != nil {
			return err
		}
		key, err := passkeyByCredential(tx, credentialID(parsed.RawID))
		if err != nil {
			return err
		}
		acc, _, err := accountByID(tx, key.Account)
		if err != nil {
			return err
		}
		_, used, err := w.ValidatePasskeyLogin(func(raw, handle []byte) (webauthn.User, error) {
			if !bytes.Equal(handle, handleOf(acc.ID)) {
				return nil, errPasskey
			}
			return holder{acc.User, []Passkey{key}}, nil
		}, data, parsed)
		if err != nil || used.Authenticator.CloneWarning || key.Site != p.Host || !acc.Disabled.IsZero() {
			return errPasskey
		}
		if err := touchPasskey(tx, key.ID, *used); err != nil {
			return err
		}
		if err := giveBack(tx, "passkey "+v.Address); err != nil {
			return err
		}
		in = In{Session: session, User: acc.User}
		return openSession(tx, acc.ID, session, v)
	})
	if fault.CodeOf(err) == fault.NotFound {
		err = errPasskey
	}
	if err != nil {
		return In{}, err
	}
	return in, nil
}

// RemovePasskey takes a passkey away. Where the account's role needs a second factor and
// nothing else is left, it is refused.
func (a *Accounts) RemovePasskey(ctx context.Context, by string, u User, id int64, keep string) (err error) {
	defer fault.Wrap(&err, "RemovePasskey(%d, %d)", u.ID, id)
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		keys, err := passkeysOf(tx, u.ID)
		if err != nil {
			return err
		}
		f, err := factorsOf(tx, u.ID)
		if err != nil {
			return err
		}
		needed, err := factorNeeded(tx, u.Role)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if k.ID != id {
				continue
			}
			last := len(keys) == 1 && !f.App
			if last && needed {
				return fault.New(fault.Invalid, "auth.fault.factor_needed")
			}
			if err := deletePasskey(tx, id); err != nil {
				return err
			}
			if last {
				if err := setRecovery(tx, u.ID, nil); err != nil {
					return err
				}
			}
			if err := a.sealOff(tx, u.ID, keep); err != nil {
				return err
			}
			return note(tx, by, "account.passkey.remove", u.ID, auditPasskey{Name: k.Name}, nil)
		}
		return errNoPasskey
	})
}

var errNoPasskey = fault.New(fault.NotFound, "auth.fault.no_passkey")

func credentialID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
