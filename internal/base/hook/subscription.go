package hook

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// Subscription is one address that wants to be told.
type Subscription struct {
	ID, Account      int64
	AccountName      string
	Name, URL        string
	Kinds            []Kind
	On               bool
	Why              OffWhy
	Failures         int64     // tries in a row that failed
	Failing, Held    time.Time // since the first of them; nothing is sent before
	OldUntil         time.Time // until then the secret before also signs; zero: there is none
	CreatedBy        string    // actor
	Created, Updated time.Time
	Deleted          time.Time // zero: it is there
	Version          int64
	LastState        DeliveryState // of the newest delivery, "" when there was none
	LastAt           time.Time
	AccountOff       bool // its account is disabled: nothing is sent

	secret, formerly string // sealed
}

// OffWhy says who or what switched a subscription off.
type OffWhy string

// The reasons; the text of each is hook.off.<reason>.
const (
	OffOwner   OffWhy = "owner"
	OffAdmin   OffWhy = "admin"   // only an administrator switches it on again
	OffFailing OffWhy = "failing" // too many failed tries
	OffGone    OffWhy = "gone"    // the receiver answered 410
)

// Wish is what a subscription is made of, or changed to.
type Wish struct {
	Name, URL string
	Kinds     []Kind
}

// Claim writes what makes a request act once into its transaction (web.Claim); nil does
// nothing.
type Claim func(*db.Tx) error

func (c Claim) tx(tx *db.Tx) error {
	if c == nil {
		return nil
	}
	return c(tx)
}

const (
	longestName = 80
	longestURL  = 500
)

var errNone = fault.New(fault.NotFound, "hook.fault.none")

// check returns every fault of the form in one pass, each at its field.
func (n *Wish) check(c *Config) error {
	n.Name = strings.Join(strings.Fields(text.NFC(n.Name)), " ")
	n.URL = strings.TrimSpace(n.URL)
	slices.Sort(n.Kinds)
	n.Kinds = slices.Compact(n.Kinds)
	var list fault.List
	add := func(field, key string, args ...any) {
		list = append(list, fault.New(fault.Invalid, key, args...).At(fault.Where{Col: field}))
	}
	if n.Name == "" || utf8.RuneCountInString(n.Name) > longestName {
		add("name", "hook.fault.name", longestName)
	}
	if key := c.urlFault(n.URL); key != "" {
		add("url", key)
	}
	if len(n.Kinds) == 0 || slices.ContainsFunc(n.Kinds, func(k Kind) bool { return !slices.Contains(Kinds, k) }) {
		add("kinds", "hook.fault.kinds")
	}
	return list.Err()
}

// urlFault is the text of what is wrong with an address, "" when nothing is. That a name
// leads to a public address is asked when it is connected to, each time.
func (c *Config) urlFault(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case raw == "" || len(raw) > longestURL || err != nil || u.Opaque != "" || u.Hostname() == "" || u.Fragment != "" || strings.ContainsAny(raw, " \\"):
		return "hook.fault.url"
	case u.Scheme != "https" && (u.Scheme != "http" || c.Allow == nil):
		return "hook.fault.url_https"
	case u.User != nil:
		return "hook.fault.url_user"
	case c.Allow == nil && u.Port() != "" && u.Port() != "443" && u.Port() != "8443":
		return "hook.fault.url_port"
	}
	if !c.hostLike(u) {
		return "hook.fault.url_address"
	}
	return ""
}

// hostLike refuses early, while somebody is there to read it, what the guard would refuse.
func (c *Config) hostLike(u *url.URL) bool {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if a, err := netip.ParseAddr(host); err == nil {
		port := uint16(443)
		if p, err := netip.ParseAddrPort("0.0.0.0:" + u.Port()); err == nil {
			port = p.Port()
		} else if u.Scheme == "http" {
			port = 80
		}
		return c.permit(netip.AddrPortFrom(a, port), u.Scheme == "http")
	}
	if c.Allow != nil {
		return true
	}
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".localhost") && !strings.HasSuffix(host, ".local") && !strings.HasSuffix(host, ".internal")
}

// Host is the part of an address that others than its owner may see: the rest may hold a
// secret of the receiver.
func (s Subscription) Host() string {
	if u, err := url.Parse(s.URL); err == nil {
		return u.Scheme + "://" + u.Host
	}
	return ""
}

// audited is what the trail keeps.
func audited(name, addr string, kinds []Kind) any {
	s := Subscription{URL: addr}
	return map[string]any{"name": name, "host": s.Host(), "events": kinds}
}

// In all of the following viewer is the account that asks, to which others' subscriptions
// are not there; 0 is for administrators, who see everybody's. by is the actor for the
// trail. ok is false when the row moved on since version.

// List is an account's subscriptions, by name; everybody's for viewer 0.
func (h *Hooks) List(ctx context.Context, viewer int64) (all []Subscription, err error) {
	defer fault.Wrap(&err, "hook.List(%d)", viewer)
	err = h.DB.Read(ctx, func(tx *db.Tx) error {
		all, err = subscriptions(tx, viewer)
		return err
	})
	return all, err
}

// One is one subscription; fault.NotFound when there is none that the viewer may see.
func (h *Hooks) One(ctx context.Context, viewer, id int64) (s Subscription, err error) {
	defer fault.Wrap(&err, "hook.One(%d)", id)
	err = h.DB.Read(ctx, func(tx *db.Tx) error {
		s, err = subscription(tx, viewer, id)
		return err
	})
	return s, err
}

// Add makes a subscription of the viewer, switched on. The secret is returned this once.
func (h *Hooks) Add(ctx context.Context, once Claim, by string, viewer int64, n Wish) (id int64, secret string, err error) {
	defer fault.Wrap(&err, "hook.Add")
	if err := n.check(&h.Config); err != nil {
		return 0, "", err
	}
	secret = newSecret()
	sealed, err := h.seal(viewer, secret)
	if err != nil {
		return 0, "", err
	}
	err = h.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := once.tx(tx); err != nil {
			return err
		}
		count, err := countOwn(tx, viewer)
		if err != nil {
			return err
		}
		if count >= mostOwn {
			return fault.New(fault.Invalid, "hook.fault.many", mostOwn)
		}
		if id, err = insertSubscription(tx, by, viewer, n, sealed); err != nil {
			return err
		}
		return note(tx, by, "webhook.add", id, nil, audited(n.Name, n.URL, n.Kinds))
	})
	return id, secret, err
}

// Change writes another name, address or choice of events.
func (h *Hooks) Change(ctx context.Context, once Claim, by string, viewer, id, version int64, n Wish) (ok bool, err error) {
	defer fault.Wrap(&err, "hook.Change(%d)", id)
	if err := n.check(&h.Config); err != nil {
		return false, err
	}
	return h.write(ctx, once, viewer, id, version, func(tx *db.Tx, was Subscription) error {
		if err := updateSubscription(tx, id, n); err != nil {
			return err
		}
		return note(tx, by, "webhook.change", id, audited(was.Name, was.URL, was.Kinds), audited(n.Name, n.URL, n.Kinds))
	})
}

// SetState switches on or off. What waits is dropped when it goes off; it can be asked for
// once more. What an administrator switched off its owner cannot switch on.
func (h *Hooks) SetState(ctx context.Context, once Claim, by string, viewer, id, version int64, on bool) (ok bool, err error) {
	defer fault.Wrap(&err, "hook.SetState(%d)", id)
	return h.write(ctx, once, viewer, id, version, func(tx *db.Tx, was Subscription) error {
		switch {
		case was.On == on:
			return nil
		case on && was.Why == OffAdmin && viewer != 0:
			return fault.New(fault.Forbidden, "hook.fault.admin_off")
		case on:
			if err := switchOn(tx, id); err != nil {
				return err
			}
			return note(tx, by, "webhook.on", id, nil, nil)
		}
		why := OffOwner
		if viewer == 0 {
			why = OffAdmin
		}
		return switchOff(tx, by, id, why)
	})
}

// Rotate makes a new secret, which is returned this once. The one before signs beside it
// for a day, so that a receiver can change over without losing anything.
func (h *Hooks) Rotate(ctx context.Context, once Claim, by string, viewer, id, version int64) (secret string, ok bool, err error) {
	defer fault.Wrap(&err, "hook.Rotate(%d)", id)
	secret = newSecret()
	ok, err = h.write(ctx, once, viewer, id, version, func(tx *db.Tx, was Subscription) error {
		sealed, err := h.seal(was.Account, secret)
		if err != nil {
			return err
		}
		if err := rotate(tx, id, sealed, tx.Now().Add(oldSecret)); err != nil {
			return err
		}
		return note(tx, by, "webhook.rotate", id, nil, nil)
	})
	return secret, ok, err
}

// Delete takes a subscription away; Restore puts it back, within a day.
func (h *Hooks) Delete(ctx context.Context, once Claim, by string, viewer, id, version int64) (ok bool, err error) {
	defer fault.Wrap(&err, "hook.Delete(%d)", id)
	return h.write(ctx, once, viewer, id, version, func(tx *db.Tx, was Subscription) error {
		if err := deleteSubscription(tx, id); err != nil {
			return err
		}
		return note(tx, by, "webhook.delete", id, audited(was.Name, was.URL, was.Kinds), nil)
	})
}

// Restore puts back what Delete took away, as it was.
func (h *Hooks) Restore(ctx context.Context, once Claim, by string, viewer, id int64) (err error) {
	defer fault.Wrap(&err, "hook.Restore(%d)", id)
	return h.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := once.tx(tx); err != nil {
			return err
		}
		s, err := deletedSubscription(tx, viewer, id)
		if err != nil || s.Deleted.IsZero() {
			return err
		}
		count, err := countOwn(tx, s.Account)
		if err != nil {
			return err
		}
		if count >= mostOwn {
			return fault.New(fault.Conflict, "hook.fault.many", mostOwn)
		}
		if err := restoreSubscription(tx, id); err != nil {
			return err
		}
		if err := note(tx, by, "webhook.restore", id, nil, audited(s.Name, s.URL, s.Kinds)); err != nil {
			return err
		}
		return h.sendNow(tx, id)
	})
}

// write runs do on the row as it stands, unless it moved on since version.
func (h *Hooks) write(ctx context.Context, once Claim, viewer, id, version int64, do func(*db.Tx, Subscription) error) (ok bool, err error) {
	err = h.DB.InTx(ctx, func(tx *db.Tx) error {
		s, err := subscription(tx, viewer, id)
		if err != nil {
			return err
		}
		if ok = s.Version == version; !ok {
			return nil // the claim is left alone: nothing was done
		}
		if err := once.tx(tx); err != nil {
			return err
		}
		return do(tx, s)
	})
	return ok && err == nil, err
}

func note(tx *db.Tx, by, action string, id int64, before, after any) error {
	return audit.Note(tx, audit.Entry{Actor: by, Action: action, Object: object(id), Before: before, After: after})
}

// object is how the trail and test events name a subscription.
func object(id int64) string { return "webhook/" + strconv.FormatInt(id, 10) }
