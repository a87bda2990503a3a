package market

import "time"

// Rule is a rule of the book with what its page shows.
type Rule struct {
	ID                  RuleID
	Kind                RuleKind
	OfferRef, DemandRef string // of pins and bans; "" else
	Seller, Buyer       string // names; Seller of a cap too
	Doc                 RuleDoc
	Reason              string
	MadeBy              string
	MadeAt              time.Time
	ApprovedBy          string // a leader's
	ApprovedAt          time.Time
	EndedBy             string
	EndedAt             time.Time
	Version             int64
}

// On reports whether the rule counts in the plans that are made now.
func (r *Rule) On() bool { return r.EndedAt.IsZero() }

// RuleKinds lists the kinds in the order of lists.
var RuleKinds = []RuleKind{RulePin, RuleBan, RuleCap, RuleBonus}
