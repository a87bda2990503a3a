package registry

import (
	"slices"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// OrgTx is OrgByID inside a transaction of the caller, without a look at who asks.
func (s *Store) OrgTx(tx *db.Tx, id OrgID) (Org, error) { return orgByID(tx, id) }

// SetContactTx renews whom to call, as somebody said on the phone: key "phone" takes
// numbers, "contact" a name.
func (s *Store) SetContactTx(tx *db.Tx, by string, id OrgID, key, said string) (err error) {
	defer fault.Wrap(&err, "registry.SetContact(%d)", id)
	o, err := orgByID(tx, id)
	if err != nil {
		return err
	}
	was := o
	switch key {
	case "phone":
		phones := ParsePhones(said)
		if len(phones) == 0 {
			return fault.New(fault.Invalid, "registry.fault.phone", said).At(fault.Where{Col: "answer"})
		}
		for _, old := range o.Phones() {
			if !slices.Contains(phones, old) {
				phones = append(phones, old)
			}
		}
		o.Phone, o.OtherPhones = phones[0], phones[1:]
	default:
		o.Contact = said
	}
	if err := s.updateOrg(tx, o); err != nil {
		return err
	}
	if err := s.renew(tx, o); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{
		Actor: by, Action: "org.contact", Object: object(id),
		Before: map[string]any{"contact": was.Contact, "phone": was.Phone}, After: map[string]any{"contact": o.Contact, "phone": o.Phone},
	})
}
