// Package recheck is the second reader of a plan file («Kết quả kiểm tra độc lập»): it
// rebuilds every pair that could be, derives every line again and recomputes the bound of
// every component from the proof. It is written from docs/plan-file.md alone and shares no
// code with the program that made the plan: neither its filter, nor its arithmetic, nor the
// solver. It decides nothing about goods or people; it only says where a file is wrong.
package recheck

import (
	"fmt"
	"math/big"
)

// Finding is one thing that is wrong. Code names a text (market.recheck.<code>); Where is
// the record or cell meant.
type Finding struct {
	Code  string
	Where string
	Args  []any
}

func (f Finding) String() string { return fmt.Sprintf("%s %s %v", f.Code, f.Where, f.Args) }

// Report is what the second reader found. The plan is accepted when Findings is empty.
type Report struct {
	Findings []Finding
	More     int // findings beyond the first MaxFindings

	Offers, Demands, Pairs, Lines, Groups, Leaves int
	Objective, Bound                              *big.Int // đồng per tonne × grams, over all groups
	GapVND                                        *big.Int // ⌈(bound − objective) / 1e6⌉
}

// OK says that the file holds what it claims.
func (r *Report) OK() bool { return len(r.Findings) == 0 }

// Optimal says that the bound equals the objective: no plan has more.
func (r *Report) Optimal() bool { return r.OK() && r.GapVND.Sign() == 0 }

// MaxFindings bounds the list; a false plan is refused by its first.
const MaxFindings = 50

func (r *Report) add(code, where string, args ...any) {
	if len(r.Findings) >= MaxFindings {
		r.More++
		return
	}
	r.Findings = append(r.Findings, Finding{code, where, args})
}
