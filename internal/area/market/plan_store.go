package market

import (
	"context"
	"errors"
	"math/big"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/engine/matching"
)

// planDoc is how a plan is kept for the pages; the file beside it holds the whole proof.
type planDoc struct {
	Lines       []Line     `json:"lines"`
	Groups      []groupDoc `json:"groups"`
	LeftOffers  []LeftOut  `json:"left_offers"`
	LeftDemands []LeftOut  `json:"left_demands"`
	Refused     Refusals   `json:"refused"`
	RuleCosts   []RuleCost `json:"rule_costs"`
	Blocking    []Blocking `json:"blocking"`
	Totals      Totals     `json:"totals"`
}

// groupDoc is a group without its tree, of which only the size is kept.
type groupDoc struct {
	Group
	Prices    []PriceRange `json:"prices"`
	Objective string       `json:"objective"`
	Bound     string       `json:"bound"`
	NodeCount int          `json:"node_count"`
}

func docOf(p *Plan) planDoc {
	d := planDoc{Lines: p.Lines, LeftOffers: p.LeftOffers, LeftDemands: p.LeftDemands, Refused: p.Refused, RuleCosts: p.RuleCosts, Blocking: p.Blocking, Totals: p.Totals}
	for _, g := range p.Groups {
		d.Groups = append(d.Groups, groupDoc{g, g.Prices, g.Objective.String(), g.Bound.String(), len(g.Nodes)})
	}
	return d
}

func (d planDoc) plan() *Plan {
	p := &Plan{Lines: d.Lines, LeftOffers: d.LeftOffers, LeftDemands: d.LeftDemands, Refused: d.Refused, RuleCosts: d.RuleCosts, Blocking: d.Blocking, Totals: d.Totals}
	for _, g := range d.Groups {
		g.Group.Prices = g.Prices
		g.Group.Objective, g.Group.Bound = intOf(g.Objective), intOf(g.Bound)
		g.Group.Nodes = make([]matching.Node, g.NodeCount)
		p.Groups = append(p.Groups, g.Group)
	}
	return p
}

// intOf reads a decimal number that this store wrote.
func intOf(s string) matching.Int {
	b, ok := new(big.Int).SetString(s, 10)
	if !ok {
		return matching.Int{}
	}
	i, _ := matching.FromBig(b)
	return i
}

// NewPlan is what AddPlan stores.
type NewPlan struct {
	Round   RoundID
	Plan    *Plan
	File    []byte // the plan workbook
	Proof   []byte // its separate proof, or nil
	Verdict Verdict
}

// AddPlan stores a plan as the next of its round and ends the run that made it; run 0 is none.
func (s *Store) AddPlan(ctx context.Context, by string, n NewPlan, run int64) (id PlanID, err error) {
	defer fault.Wrap(&err, "market.AddPlan(%d)", n.Round)
	doc, err := pack(docOf(n.Plan))
	if err != nil {
		return 0, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		var number int64
		if err := tx.QueryRow(sqlNextNumber, int64(n.Round)).Scan(&number); err != nil {
			return err
		}
		if err := tx.QueryRow(sqlInsertPlan, int64(n.Round), number, by, db.At(tx.Now()), db.AsJSON(n.Plan.Totals), doc, n.File, n.Proof, db.AsJSON(n.Verdict)).Scan(&id); err != nil {
			return err
		}
		if run != 0 {
			ended, err := tx.Exec(sqlEndRun, run, string(RunDone), "", int64(id), db.At(tx.Now()))
			if err != nil {
				return err
			}
			if ended == 0 { // stopped meanwhile, maybe by another program
				return fault.New(fault.Cancelled, "market.fault.cancelled")
			}
		}
		return audit.Note(tx, audit.Entry{Actor: by, Action: "add", Object: "market_plan/" + text.Int(int64(id)), After: n.Plan.Totals})
	})
	return id, err
}

// Plans lists the plans of a round, newest first.
func (s *Store) Plans(ctx context.Context, round RoundID) (all []Stored, err error) {
	defer fault.Wrap(&err, "market.Plans(%d)", round)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(sqlPlans, int64(round))
		if err != nil {
			return err
		}
		defer rows.Close()
		all = nil
		for rows.Next() {
			p, err := scanPlan(rows)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		return rows.Err()
	})
	return all, err
}

// PlanHead is a stored plan without its document. id 0 is the newest of the newest round
// that has one.
func (s *Store) PlanHead(ctx context.Context, id PlanID) (p Stored, err error) {
	defer fault.Wrap(&err, "market.PlanHead(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		p, err = scanPlan(tx.QueryRow(sqlPlanHead, int64(id)))
		return noPlan(err)
	})
	return p, err
}

// PlanDoc is the document of a stored plan.
func (s *Store) PlanDoc(ctx context.Context, id PlanID) (p *Plan, err error) {
	defer fault.Wrap(&err, "market.PlanDoc(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var b []byte
		if err := tx.QueryRow(sqlPlanDoc, int64(id)).Scan(&b); err != nil {
			return noPlan(err)
		}
		var d planDoc
		if err := unpack(b, &d); err != nil {
			return err
		}
		p = d.plan()
		return nil
	})
	return p, err
}

// PlanFile is the plan workbook and its separate proof, if it has one.
func (s *Store) PlanFile(ctx context.Context, id PlanID) (file, proof []byte, err error) {
	defer fault.Wrap(&err, "market.PlanFile(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		return noPlan(tx.QueryRow(sqlPlanFile, int64(id)).Scan(&file, &proof))
	})
	return file, proof, err
}

func noPlan(err error) error {
	if errors.Is(err, db.ErrNone) {
		return fault.New(fault.NotFound, "market.fault.no_plan")
	}
	return err
}

func scanPlan(r rowScan) (p Stored, err error) {
	var made db.Time
	var totals db.JSON[Totals]
	var verdict db.JSON[Verdict]
	err = r.Scan(&p.ID, &p.Round, &p.Number, &p.MadeBy, &made, &totals, &verdict, &p.State, &p.Version)
	p.MadeAt, p.Totals, p.Verdict = made.Time, totals.V, verdict.V
	return p, err
}

// AskReview notes a request for a second look; asking again keeps the first.
func (s *Store) AskReview(ctx context.Context, by string, plan PlanID, record, note string, due calendar.Day) (r Review, err error) {
	defer fault.Wrap(&err, "market.AskReview(%d, %s)", plan, record)
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(sqlInsertReview, int64(plan), record, note, by, db.At(tx.Now()), due)
		if err != nil {
			return err
		}
		if n > 0 {
			if err := audit.Note(tx, audit.Entry{Actor: by, Action: "review", Object: "market_plan/" + text.Int(int64(plan)), After: map[string]any{"record": record, "due": due}}); err != nil {
				return err
			}
		}
		r, err = scanReview(tx.QueryRow(sqlReviewOf, int64(plan), record))
		return err
	})
	return r, err
}

// Reviews lists the requests about a plan, by due day.
func (s *Store) Reviews(ctx context.Context, plan PlanID) (all []Review, err error) {
	defer fault.Wrap(&err, "market.Reviews(%d)", plan)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(sqlReviews, int64(plan))
		if err != nil {
			return err
		}
		defer rows.Close()
		all = nil
		for rows.Next() {
			r, err := scanReview(rows)
			if err != nil {
				return err
			}
			all = append(all, r)
		}
		return rows.Err()
	})
	return all, err
}

func scanReview(row rowScan) (r Review, err error) {
	var asked db.Time
	err = row.Scan(&r.ID, &r.Plan, &r.Record, &r.Note, &r.AskedBy, &asked, &r.Due)
	r.AskedAt = asked.Time
	return r, err
}

// sqlNextNumber counts the plans of a round, and those of the book's other rounds about the
// same territory and goods: for people these are one plan in several versions.
const sqlNextNumber = `select coalesce(max(p.number), 0) + 1 from market_plan p join market_round r on r.id = p.round_id
 where p.round_id = $1 or exists (select 1 from market_round q
  where q.id = $1 and q.origin = 'book' and r.origin = 'book' and q.scope = r.scope and q.goods = r.goods)`

const sqlInsertPlan = `insert into market_plan (round_id, number, made_by, made_at, totals, doc, file, proof, verdict)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`

const planCols = `id, round_id, number, made_by, made_at, totals, verdict, state, row_version`

const sqlPlans = `select ` + planCols + ` from market_plan where round_id = $1 order by number desc`

const sqlPlanHead = `select ` + planCols + ` from market_plan where id = $1 or $1 = 0 order by round_id desc, number desc limit 1`

const sqlPlanDoc = `select doc from market_plan where id = $1`

const sqlPlanFile = `select file, proof from market_plan where id = $1`

const sqlInsertReview = `insert into market_review (plan_id, record, note, asked_by, asked_at, due)
 values ($1, $2, $3, $4, $5, $6) on conflict (plan_id, record) do nothing`

const sqlReviewOf = `select id, plan_id, record, note, asked_by, asked_at, due from market_review where plan_id = $1 and record = $2`

const sqlReviews = `select id, plan_id, record, note, asked_by, asked_at, due from market_review where plan_id = $1 order by due, id`
