package market

import (
	"context"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// PartnerInput is every open entry of a commodity as a plan of today would see it, and by
// reference those that the viewer may open. Bans and pins in force are part of it.
func (s *Store) PartnerInput(ctx context.Context, v Viewer, code string, today calendar.Day) (in Input, seen map[string]EntryID, err error) {
	defer fault.Wrap(&err, "market.PartnerInput(%s)", code)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		n := NewRound{Orgs: map[string]registry.OrgID{}}
		n.Input = Input{AsOf: today, Horizon: today + DefaultHorizon, Params: DefaultParams()}
		if err := s.frozen(tx, FreezeSpec{AsOf: today, Horizon: today + DefaultHorizon, Goods: []string{code}, Params: DefaultParams()}, &n); err != nil {
			return err
		}
		in, seen = n.Input, map[string]EntryID{}
		for _, side := range []Side{SideOffer, SideDemand} {
			all, _, err := entriesTx(tx, EntryFilter{Side: side, Viewer: v, State: EntryOpen, Commodity: code})
			if err != nil {
				return err
			}
			for i := range all {
				seen[all[i].Ref] = all[i].ID
			}
		}
		return nil
	})
	if err != nil {
		return in, nil, err
	}
	in, err = Canonical(surroundings(in, s.Atlas, s.Catalog, ""))
	return in, seen, err
}
