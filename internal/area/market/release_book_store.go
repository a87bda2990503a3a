package market

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/jobs"
)

// StartNew stores a round and puts its run in the queue, in one transaction with the
// request's idempotency key.
func (r *Runner) StartNew(ctx context.Context, by string, n NewRound, once Claim) (run int64, err error) {
	defer fault.Wrap(&err, "market.StartNew(%q)", n.Label)
	write, err := r.Store.addRound(by, n)
	if err != nil {
		return 0, err
	}
	err = r.Store.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := once(tx); err != nil {
			return err
		}
		round, err := write(tx)
		if err != nil {
			return err
		}
		if run, err = insertRun(tx, by, round); err != nil {
			return err
		}
		job, err := r.Queue.Add(tx, planJob, planArgs{run}, jobs.Opts{})
		if err != nil {
			return err
		}
		return setRunJob(tx, run, job)
	})
	return run, err
}

// scopeOf is whose records a person's plan is about: "" is everybody's, else the scopes
// that were granted, in order.
func (s *Store) scopeOf(ctx context.Context, sight auth.Sight) (scope string, err error) {
	defer fault.Wrap(&err, "market.scopeOf(%d)", sight.Account)
	if sight.Everywhere() {
		return "", nil
	}
	grants, err := auth.NewAccounts(s.DB, nil).Grants(ctx, sight.Account)
	if err != nil {
		return "", err
	}
	var all []string
	for _, g := range grants {
		if g.On(sight.Day) && !slices.Contains(all, g.Scope) {
			all = append(all, g.Scope)
		}
	}
	slices.Sort(all)
	return strings.Join(all, ","), nil
}

// PlanBefore is the plan that a plan continues: the one before it of the same round, or of
// the same territory and goods when both are made of the book. ok is false when it is the
// first.
func (s *Store) PlanBefore(ctx context.Context, id PlanID) (before PlanID, ok bool, err error) {
	defer fault.Wrap(&err, "market.PlanBefore(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(sqlPlanBefore, int64(id)).Scan(&before)
		if errors.Is(err, db.ErrNone) {
			ok = false
			return nil
		}
		ok = err == nil
		return err
	})
	return before, ok, err
}

// BookSince is how the book differs today from what a round made of it holds. The book is
// seen as who froze it sees it.
func (s *Store) BookSince(ctx context.Context, round RoundID) (offers, demands sideChanges, err error) {
	defer fault.Wrap(&err, "market.BookSince(%d)", round)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		offers, demands = sideChanges{}, sideChanges{}
		r, err := roundByID(tx, round)
		if err != nil || r.Origin != FromBook {
			return err
		}
		var moved int
		if err := tx.QueryRow(sqlBookMoved, db.At(r.CreatedAt)).Scan(&moved); err != nil || moved == 0 {
			return err
		}
		v := Viewer{}
		if account, _, ok := auth.ReadActor(r.CreatedBy); ok && r.Scope != "" {
			v.Sight = auth.Sight{Account: account, Day: auth.Today(tx.Now())}
		}
		var goods []string
		if r.Goods != "" {
			goods = strings.Split(r.Goods, ",")
		}
		for _, side := range []Side{SideOffer, SideDemand} {
			all, _, err := entriesTx(tx, EntryFilter{Side: side, Viewer: v, State: EntryOpen, Over: calendar.Period{From: r.AsOf, To: r.Horizon}, Sort: "id"})
			if err != nil {
				return err
			}
			var o []Offer
			var d []Demand
			for i := range all {
				e := &all[i]
				if e.Blocking > 0 || goods != nil && !slices.Contains(goods, e.Commodity()) {
					continue
				}
				o, d = append(o, e.Offer), append(d, e.Demand)
			}
			if side == SideOffer {
				was, err := docs[Offer](tx.Query(sqlRoundOffers, int64(round)))
				if err != nil {
					return err
				}
				offers = diffSide(saidOffers(was), saidOffers(o))
				continue
			}
			was, err := docs[Demand](tx.Query(sqlRoundDemands, int64(round)))
			if err != nil {
				return err
			}
			demands = diffSide(saidDemands(was), saidDemands(d))
		}
		return nil
	})
	return offers, demands, err
}

const sqlPlanBefore = `select p.id from market_plan p join market_round r on r.id = p.round_id
 where p.id < $1 and exists (select 1 from market_plan m join market_round q on q.id = m.round_id
  where m.id = $1 and (m.round_id = p.round_id or q.origin = 'book' and r.origin = 'book' and q.scope = r.scope and q.goods = r.goods))
 order by p.id desc limit 1`

const sqlBookMoved = `select count(*) from market_entry where updated_at > $1`
