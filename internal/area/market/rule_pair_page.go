package market

import (
	"net/http"
	"net/url"

	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// A pair is pinned or banned from where it is looked at: the page of partners, a line of a
// plan, a letter. The form comes filled in, and afterwards people are back where they were.

// pairShown is what people decided about a pair, and what they may decide.
type pairShown struct {
	Pin, Ban string // forms with the pair filled in; "" for those who may not, or where a rule stands
	Rules    []pairRuleShown
	Back     string
}

type pairRuleShown struct {
	ruleShown
	Tag, End string // what stands, and the button that ends it
}

// rulePath leads to the form of a pin or a ban with the pair filled in. back is where
// people go on afterwards, "" is the list of rules.
func rulePath(kind RuleKind, offer, demand string, least weight.Grams, p *i18n.Printer, back string) string {
	q := url.Values{"kind": {string(kind)}}
	set := func(key, value string) {
		if value != "" {
			q.Set(key, value)
		}
	}
	set("offer", offer)
	set("demand", demand)
	if kind == RulePin && least >= weight.Kilogram {
		set("amount", p.Marks().Fixed(int64(least/weight.Kilogram), 3, 3))
	}
	set("back", back)
	return "/rules/new?" + q.Encode()
}

// ruleBack is where a rule's form leads back to: a path of ours, "/rules" without one.
func ruleBack(value string) string {
	if b := web.LocalPath(value); b != "/" {
		return b
	}
	return "/rules"
}

// pair is what stands between an offer and a demand. rules are those in force of one of
// the two.
func (a *Area) pair(r *http.Request, rules []Rule, offer, demand string, least weight.Grams) pairShown {
	p := i18n.From(r.Context())
	v := pairShown{Back: r.URL.RequestURI()}
	may := web.May(r, "/rules/new")
	for i := range rules {
		x := &rules[i]
		if x.OfferRef != offer || x.DemandRef != demand {
			continue
		}
		s := pairRuleShown{ruleShown: ruleShown{ID: x.ID, Icon: ruleIcon[x.Kind], What: a.ruleWords(r.Context(), x), Reason: x.Reason, Version: x.Version, MayEnd: may}}
		if s.Tag, s.End = p.T("market.rule.stands_ban"), p.T("market.rule.end_ban"); x.Kind == RulePin {
			s.Tag, s.End = p.T("market.rule.stands_pin", amount(p, x.Doc.Min)), p.T("market.rule.end_pin")
		}
		v.Rules = append(v.Rules, s)
	}
	if may && len(v.Rules) == 0 {
		v.Pin, v.Ban = rulePath(RulePin, offer, demand, least, p, v.Back), rulePath(RuleBan, offer, demand, 0, p, v.Back)
	}
	return v
}

// pairOfBook is pair for a pair of the book that is looked at alone.
func (a *Area) pairOfBook(r *http.Request, offer, demand string, least weight.Grams) (pairShown, error) {
	rules, err := a.Store.PairRules(r.Context(), viewerIn(r.Context()), offer)
	if err != nil {
		return pairShown{}, err
	}
	return a.pair(r, rules, offer, demand, least), nil
}
