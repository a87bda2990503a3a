package market

import (
	"context"
	"strings"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
)

// Whose entry it is: found by a telephone number or a name, chosen among several, or new.

// mostChoices is how many organisations may be offered for choice.
const mostChoices = 6

// entryParty finds the party of the form and what the form offers because of it.
func (a *Area) entryParty(ctx context.Context, u auth.User, v *entryShown) error {
	f := &v.Form
	view := ViewerOf(u)
	if v.Own = view.Org != 0; v.Own {
		f.F["org"] = numText(int64(view.Org))
	}
	id := registry.OrgID(atoi(f.F["org"]))
	chosen := id != 0 && (v.Own || f.F["who"] == f.F["org_who"] || f.F["who"] == "" || f.F["org_who"] == "")
	switch {
	case chosen:
		o, err := a.Store.Orgs.OrgSeen(ctx, registry.Viewer{Sight: view.Sight, Own: view.Org}, id)
		if err != nil && fault.CodeOf(err) != fault.NotFound {
			return err
		}
		if err == nil {
			v.Party, v.Known = o, true
		}
	case f.F["org"] == "new" && f.F["org_who"] == f.F["who"]:
		v.New = true
	case f.F["who"] != "":
		if err := a.searchParty(ctx, view, v); err != nil {
			return err
		}
	}
	if v.New {
		f.F["org"], f.F["org_who"] = "new", f.F["who"]
		if f.F["party"] == "" && len(registry.ParsePhones(f.F["who"])) == 0 {
			f.F["party"] = f.F["who"]
		}
	}
	if v.Known {
		if err := a.entryOf(ctx, v); err != nil {
			return err
		}
	}
	return a.entryChoices(ctx, v)
}

// searchParty looks a number or a name up. One whose number or whole name it is, is taken;
// several are offered for choice.
func (a *Area) searchParty(ctx context.Context, view Viewer, v *entryShown) error {
	f := &v.Form
	list, err := a.Store.FindOrgs(ctx, view, f.F["who"], mostChoices)
	if err != nil {
		return err
	}
	sure := list
	if len(registry.ParsePhones(f.F["who"])) == 0 {
		sure = nil
		for _, o := range list {
			if registry.BareName(o.Name) == registry.BareName(f.F["who"]) {
				sure = append(sure, o)
			}
		}
	}
	switch {
	case len(sure) == 1:
		v.Party, v.Known = sure[0], true
	case len(list) == 1 && len(strings.Fields(f.F["who"])) > 1:
		v.Party, v.Known = list[0], true
	case len(list) > 0:
		v.Choices = list
	default:
		v.New = true
	}
	return nil
}

// entryOf takes over what the register knows of a party.
func (a *Area) entryOf(ctx context.Context, v *entryShown) error {
	f, o := &v.Form, &v.Party
	p := i18n.From(ctx)
	f.F["org"], f.F["party"] = numText(int64(o.ID)), o.Name
	if f.F["who"] == "" {
		f.F["who"] = o.Name
		if o.Phone != "" {
			f.F["who"] = web.PhoneShown(o.Phone)
		}
	}
	f.F["org_who"] = f.F["who"]
	if f.F["agreed_by"] == "" {
		f.F["agreed_by"] = o.Contact
	}
	v.PartySub, v.PartyPlace = a.atlas.Label(o.Place), a.atlas.Label(o.Place)
	calls, err := a.Store.LastCall(ctx, o.ID)
	if err != nil {
		return err
	}
	if !calls.IsZero() {
		v.PartySub = joinDot(v.PartySub, p.T("market.entry.last_call", inVietnam(calls)))
	}
	codes, err := a.Store.OrgGoods(ctx, f.Side, o.ID, 4)
	if err != nil {
		return err
	}
	for _, c := range codes {
		name := a.goodsWord(a.book.Printer(i18n.VI), c)
		v.Usual = append(v.Usual, web.Option{Value: name, Label: a.goodsWord(p, c)})
	}
	return nil
}

// entryChoices are the lists that the form offers.
func (a *Area) entryChoices(ctx context.Context, v *entryShown) error {
	f, p := &v.Form, i18n.From(ctx)
	for _, name := range goodsChoices(a.deps(), nil) {
		v.Goods = append(v.Goods, web.Option{Value: name})
	}
	if f.Side == SideDemand {
		for _, k := range append(append([]string{}, usualPapers...), "globalgap", "puc", "declared", "test") {
			words := paperCell(k)
			if !hasOption(v.Papers, words) {
				v.Papers = append(v.Papers, web.Option{Value: words, Label: a.paperLabel(p, words)})
			}
		}
		for _, s := range f.Papers {
			if !hasOption(v.Papers, s) {
				v.Papers = append(v.Papers, web.Option{Value: s, Label: a.paperLabel(p, s)})
			}
		}
		return nil
	}
	var held []string
	if v.Known {
		list, err := a.Store.Orgs.Papers(ctx, v.Party.ID)
		if err != nil {
			return err
		}
		held = heldPapers(list, ReadOptions{AsOf: a.today()})
		if f.F["papers_of"] != f.F["org"] && f.ID == 0 { // what the register holds is ticked once
			for _, s := range held {
				if !containsText(f.Papers, s) {
					f.Papers = append(f.Papers, s)
				}
			}
		}
		f.F["papers_of"] = f.F["org"]
	}
	for _, s := range f.paperChoices(held, a.deps()) {
		v.Papers = append(v.Papers, web.Option{Value: s, Label: a.paperLabel(p, s), Note: paperNote(s)})
	}
	return nil
}

// paperLabel is a paper's name in the reader's language; paperNote is what its words add.
func (a *Area) paperLabel(p *i18n.Printer, words string) string {
	if kinds := a.catalog.PaperKinds(words); len(kinds) == 1 {
		return shortPaper(p, kinds[0], 0)
	}
	return words
}

func paperNote(words string) string {
	i := strings.IndexAny(words, "(0123456789")
	if i < 0 || !strings.ContainsAny(words, "(/") { // neither how much nor until when
		return ""
	}
	return strings.Trim(words[i:], "() ")
}

func hasOption(all []web.Option, value string) bool {
	for _, o := range all {
		if o.Value == value {
			return true
		}
	}
	return false
}

func containsText(all []string, s string) bool {
	for _, x := range all {
		if text.Fold(x) == text.Fold(s) {
			return true
		}
	}
	return false
}

// pasteEntry fills the form from a message or a line of a table.
func (a *Area) pasteEntry(ctx context.Context, s string, v *entryShown) {
	p := i18n.From(ctx)
	v.Paste = s
	if strings.TrimSpace(s) == "" {
		v.PasteErr = p.T("market.entry.paste.empty")
		return
	}
	sh, err := sheet.ReadText(s)
	var in Input
	if err == nil {
		in, _, err = ReadSheets([]sheet.Sheet{sh}, a.deps(), ReadOptions{AsOf: a.today(), Params: DefaultParams(), Home: a.homeName(), OneSide: true})
	}
	if err != nil || len(in.Offers)+len(in.Demands) == 0 { // no table: a message
		in, _, err = ReadLines(s, v.Form.Side == SideDemand, a.deps(), ReadOptions{AsOf: a.today(), Params: DefaultParams(), Home: a.homeName(), OneSide: true})
	}
	vi := a.book.Printer(i18n.VI)
	e := Entry{Side: v.Form.Side, State: EntryOpen}
	party := ""
	switch {
	case err != nil:
	case v.Form.Side == SideOffer && len(in.Offers) > 0:
		e.Offer, party = in.Offers[0], in.Offers[0].Party
	case v.Form.Side == SideDemand && len(in.Demands) > 0:
		e.Demand, party = in.Demands[0], in.Demands[0].Party
	}
	if party == "" {
		v.PasteErr = p.T("market.entry.paste.unread")
		return
	}
	for i := range in.Parties {
		if in.Parties[i].ID == party {
			e.Party = in.Parties[i].Name
			v.Form.take(a.Store, &e, &in.Parties[i], vi)
		}
	}
	if n := len(in.Offers) + len(in.Demands); n > 1 {
		v.PasteErr = p.T("market.entry.paste.more", n)
	}
}
