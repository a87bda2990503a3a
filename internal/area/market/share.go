package market

import (
	"sync"

	"github.com/lienket/lienket/internal/base/weight"
)

// shares are how much of each offer and each demand a plan holds, and where.
type shares struct {
	plan  Stored
	grams map[string]weight.Grams // by record
	lines map[string][]shareLine  // by record
	left  map[string]bool         // records that are not, or not wholly, in it
}

// shareLine is one line of the plan with its place there.
type shareLine struct {
	Line
	N int // position in Plan.Lines
}

// of is what a plan holds of a record, and whether it left something out; planned is false
// when there is no plan.
func (s *shares) of(record string) (g weight.Grams, planned, left bool) {
	if s == nil {
		return 0, false, false
	}
	return s.grams[record], true, s.left[record]
}

// knows reports whether a plan says anything of a record: its round had it.
func (s *shares) knows(record string) bool { return s.grams[record] > 0 || s.left[record] }

func sharesOf(head Stored, p *Plan) *shares {
	s := &shares{plan: head, grams: map[string]weight.Grams{}, lines: map[string][]shareLine{}, left: map[string]bool{}}
	for i, l := range p.Lines {
		for _, rec := range []string{l.Offer, l.Demand} {
			s.grams[rec] += l.Grams
			s.lines[rec] = append(s.lines[rec], shareLine{l, i})
		}
	}
	for _, list := range [][]LeftOut{p.LeftOffers, p.LeftDemands} {
		for i := range list {
			s.left[list[i].ID] = true
		}
	}
	return s
}

// mostShares is how many plans' shares are kept: the newest of a few rounds.
const mostShares = 6

// shareCache keeps the shares of the plans that were asked for last: lists ask for the
// newest, again and again, and a stored plan never changes.
type shareCache struct {
	mu   sync.Mutex
	kept []*shares // the last asked for first
}

func (c *shareCache) get(id PlanID, load func() (*shares, error)) (*shares, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, s := range c.kept {
		if s.plan.ID == id {
			copy(c.kept[1:i+1], c.kept[:i])
			c.kept[0] = s
			return s, nil
		}
	}
	s, err := load()
	if err == nil {
		c.kept = append([]*shares{s}, c.kept[:min(len(c.kept), mostShares-1)]...)
	}
	return s, err
}
