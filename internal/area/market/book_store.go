package market

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Booking is how BookTx writes what a table or a form said.
type Booking struct {
	By      string
	Channel Channel
	// Orgs says which organisation a party is; the others are found in the register by tax
	// code or by name and place, and added there when they are new.
	Orgs     map[string]registry.OrgID
	KeepRefs bool // entries keep their records' IDs: sample data
	Asks     []Ask
	AgreedBy string
}

// Booked is what BookTx did. Entries are by the record's ID of the input.
type Booked struct {
	Added, Same int // Same were in the book already
	Entries     map[string]EntryID
	NewOrgs     int
}

// BookTx writes the offers, demands and rules of an input into the book. What the same
// table wrote before is not written again: a record is known by what it says.
func (s *Store) BookTx(tx *db.Tx, in Input, b Booking) (out Booked, err error) {
	defer fault.Wrap(&err, "market.Book")
	out.Entries = map[string]EntryID{}
	orgs := map[string]registry.OrgID{}
	for i := range in.Parties {
		p := &in.Parties[i]
		id, ok := b.Orgs[p.ID]
		if !ok {
			var added bool
			if id, added, err = s.orgOf(tx, b.By, p); err != nil {
				return out, err
			}
			if added {
				out.NewOrgs++
			}
		}
		orgs[p.ID] = id
		if p.Small || p.Poor {
			if err := s.SetTraitTx(tx, b.By, id, p.Small, p.Poor); err != nil {
				return out, err
			}
		}
	}
	asks := map[string][]Ask{}
	for _, a := range b.Asks {
		if a.Record != "" {
			asks[a.Record] = append(asks[a.Record], a)
		}
	}
	seen := map[string]int{}
	add := func(rec string, n NewEntry) error {
		key := sourceKey(&n)
		seen[key]++ // two rows that say the same in one table are two lots
		n.Channel, n.SourceKey, n.AgreedBy, n.Asks = b.Channel, fmt.Sprintf("%s/%d", key, seen[key]), b.AgreedBy, asks[rec]
		if b.KeepRefs {
			n.Ref = rec
		}
		id, added, err := s.AddEntryTx(tx, b.By, n)
		if err != nil {
			return err
		}
		out.Entries[rec] = id
		if added {
			out.Added++
		} else {
			out.Same++
		}
		return nil
	}
	for _, o := range in.Offers {
		if err := add(o.ID, NewEntry{Side: SideOffer, Org: orgs[o.Party], Offer: o}); err != nil {
			return out, err
		}
	}
	for _, d := range in.Demands {
		if err := add(d.ID, NewEntry{Side: SideDemand, Org: orgs[d.Party], Demand: d}); err != nil {
			return out, err
		}
	}
	return out, s.bookRules(tx, in.Rules, b, out.Entries, orgs)
}

// bookRules writes the rules that came along. One that stands already is left as it is:
// the same file twice changes nothing.
func (s *Store) bookRules(tx *db.Tx, r Rules, b Booking, entries map[string]EntryID, orgs map[string]registry.OrgID) error {
	add := func(n NewRule) error {
		_, err := s.AddRuleTx(tx, b.By, n)
		if fault.CodeOf(err) == fault.Conflict {
			return nil
		}
		return err
	}
	for _, p := range r.Pins {
		if err := add(NewRule{Kind: RulePin, Offer: entries[p.Offer], Demand: entries[p.Demand], Doc: RuleDoc{Min: p.Min}, Reason: p.Reason}); err != nil {
			return err
		}
	}
	for _, p := range r.Bans {
		if err := add(NewRule{Kind: RuleBan, Offer: entries[p.Offer], Demand: entries[p.Demand], Reason: p.Reason}); err != nil {
			return err
		}
	}
	for _, c := range r.Caps {
		if err := add(NewRule{Kind: RuleCap, Doc: RuleDoc{Org: orgs[c.Party], Goods: c.Commodity, Max: c.Max}, Reason: c.Reason}); err != nil {
			return err
		}
	}
	for _, x := range r.Bonuses {
		if err := add(NewRule{Kind: RuleBonus, Doc: RuleDoc{Bonus: x.Kind, PerTonne: x.PerTonne}}); err != nil {
			return err
		}
	}
	return nil
}

// sourceKey is what an entry says, without where it stood.
func sourceKey(n *NewEntry) string {
	o, d := n.Offer, n.Demand
	o.ID, o.Party, o.Source = "", "", Source{}
	d.ID, d.Party, d.Source = "", "", Source{}
	raw, err := json.Marshal(struct {
		Side   Side
		Org    registry.OrgID
		Offer  Offer
		Demand Demand
	}{n.Side, n.Org, o, d})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}
