package market

import (
	"cmp"
	"context"
	"slices"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// RuleKind is what a rule of the book does.
type RuleKind string

// The kinds.
const (
	RulePin   RuleKind = "pin"
	RuleBan   RuleKind = "ban"
	RuleCap   RuleKind = "cap"
	RuleBonus RuleKind = "bonus"
)

// RuleDoc is what a rule's kind needs: Min of a pin, Org, Goods and Max of a cap, Bonus and
// PerTonne of a bonus.
type RuleDoc struct {
	Min      weight.Grams   `json:"min,omitempty"`
	Org      registry.OrgID `json:"org,omitempty"`
	Goods    string         `json:"goods,omitempty"`
	Max      weight.Grams   `json:"max,omitempty"`
	Bonus    BonusKind      `json:"bonus,omitempty"`
	PerTonne money.PerTonne `json:"per_tonne,omitempty"`
}

// Freeze copies the book as it stands into a new round. What is there is decided by the
// state of one moment; the round is written whole or not at all.
func (s *Store) Freeze(ctx context.Context, by string, spec FreezeSpec) (id RoundID, err error) {
	n, err := s.FreezeInput(ctx, spec)
	if err != nil {
		return 0, err
	}
	return s.AddRound(ctx, by, n)
}

// FreezeInput is the round that Freeze would write.
func (s *Store) FreezeInput(ctx context.Context, spec FreezeSpec) (n NewRound, err error) {
	defer fault.Wrap(&err, "market.Freeze")
	if spec.Horizon == 0 {
		spec.Horizon = spec.AsOf + DefaultHorizon
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		n = NewRound{Label: spec.Label, Origin: FromBook, Orgs: map[string]registry.OrgID{}}
		n.Input = Input{AsOf: spec.AsOf, Horizon: spec.Horizon, Params: spec.Params}
		return s.frozen(tx, spec, &n)
	})
	if err != nil {
		return n, err
	}
	if len(n.Input.Offers) == 0 {
		return n, fault.New(fault.Invalid, "market.fault.book_no_offers", spec.AsOf, spec.Horizon)
	}
	if len(n.Input.Demands) == 0 {
		return n, fault.New(fault.Invalid, "market.fault.book_no_demands", spec.AsOf, spec.Horizon)
	}
	n.Input = surroundings(n.Input, s.Atlas, s.Catalog, spec.Home)
	return n, nil
}

func (s *Store) frozen(tx *db.Tx, spec FreezeSpec, n *NewRound) error {
	in := &n.Input
	refs := map[EntryID]string{}
	parties := map[registry.OrgID]Party{}
	for _, side := range []Side{SideOffer, SideDemand} {
		f := EntryFilter{Side: side, Viewer: spec.Viewer, State: EntryOpen, Over: calendar.Period{From: spec.AsOf, To: spec.Horizon}, Sort: "id"}
		if len(spec.Goods) == 1 {
			f.Commodity = spec.Goods[0]
		}
		all, _, err := entriesTx(tx, f)
		if err != nil {
			return err
		}
		for i := range all {
			e := &all[i]
			if e.Blocking > 0 || spec.Goods != nil && !slices.Contains(spec.Goods, e.Commodity()) {
				continue
			}
			if _, ok := parties[e.Org]; !ok {
				o, err := s.Orgs.OrgTx(tx, e.Org)
				if err != nil {
					return err
				}
				parties[e.Org] = partyOf(o, e.Place())
			}
			refs[e.ID] = e.Ref
			if side == SideOffer {
				e.Offer.Party = partyID(e.Org)
				in.Offers = append(in.Offers, e.Offer)
			} else {
				e.Demand.Party = partyID(e.Org)
				in.Demands = append(in.Demands, e.Demand)
			}
		}
	}
	if err := s.traits(tx, parties); err != nil {
		return err
	}
	for id, p := range parties {
		in.Parties = append(in.Parties, p)
		n.Orgs[p.ID] = id
	}
	slices.SortFunc(in.Parties, func(a, b Party) int { return cmp.Compare(a.ID, b.ID) })
	asks, err := docs[Ask](tx.Query(sqlOpenAsks))
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, r := range refs {
		used[r] = true
	}
	for _, a := range asks {
		if used[a.Record] {
			n.Asks = append(n.Asks, a)
		}
	}
	return bookRules(tx, in, refs, parties)
}

func (s *Store) traits(tx *db.Tx, parties map[registry.OrgID]Party) error {
	rows, err := tx.Query(sqlTraits)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var org registry.OrgID
		var small, poor bool
		if err := rows.Scan(&org, &small, &poor); err != nil {
			return err
		}
		if p, ok := parties[org]; ok {
			p.Small, p.Poor = small, poor
			parties[org] = p
		}
	}
	return rows.Err()
}

// bookRules takes the rules in force whose entries and parties are in the round.
func bookRules(tx *db.Tx, in *Input, refs map[EntryID]string, parties map[registry.OrgID]Party) error {
	rows, err := tx.Query(sqlRulesInForce)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var kind RuleKind
		var offer, demand EntryID
		var doc db.JSON[RuleDoc]
		var reason, by string
		if err := rows.Scan(&kind, &offer, &demand, &doc, &reason, &by); err != nil {
			return err
		}
		switch kind {
		case RulePin, RuleBan:
			o, d := refs[offer], refs[demand]
			switch {
			case o == "" || d == "":
			case kind == RulePin:
				in.Rules.Pins = append(in.Rules.Pins, Pin{Offer: o, Demand: d, Min: doc.V.Min, Reason: reason, By: by})
			default:
				in.Rules.Bans = append(in.Rules.Bans, Ban{Offer: o, Demand: d, Reason: reason, By: by})
			}
		case RuleCap:
			if p, ok := parties[doc.V.Org]; ok && slices.ContainsFunc(in.Offers, func(o Offer) bool { return o.Party == p.ID && o.Commodity == doc.V.Goods }) {
				in.Rules.Caps = append(in.Rules.Caps, Cap{Party: p.ID, Commodity: doc.V.Goods, Max: doc.V.Max, Reason: reason})
			}
		case RuleBonus:
			in.Rules.Bonuses = append(in.Rules.Bonuses, Bonus{Kind: doc.V.Bonus, PerTonne: doc.V.PerTonne})
		}
	}
	return rows.Err()
}

const sqlOpenAsks = `select doc from market_question where state = 'open' and entry_id is not null order by id`

const sqlTraits = `select org_id, small, poor from market_trait`

const sqlRulesInForce = `select kind, coalesce(offer_id, 0), coalesce(demand_id, 0), doc, reason, made_by
 from market_rule where ended_at is null order by id`
