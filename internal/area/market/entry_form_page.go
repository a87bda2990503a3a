package market

import (
	"context"
	"crypto/sha256"
	_ "embed" // the script
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// What the templates of quick entry ask for.

//go:embed entry.js
var entryScript []byte

// entryScriptPath changes with its bytes, so that browsers may keep it.
var entryScriptPath = "/entry.js?v=" + entryScriptHash()

func entryScriptHash() string {
	sum := sha256.Sum256(entryScript)
	return hex.EncodeToString(sum[:5])
}

func (a *Area) sendEntryScript(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "private, max-age=86400")
	_, err := w.Write(entryScript)
	return err
}

func (a *Area) renderEntry(w http.ResponseWriter, r *http.Request, status int, v entryShown) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	u, _ := auth.Who(ctx)
	v.User, v.Today = u.Name, p.Arg(a.today())
	v.places, v.vi = a.atlas.Label, a.book.Printer(i18n.VI)
	f := &v.Form
	list := web.Crumb{Label: p.T("market.list." + string(f.Side) + "s.title"), Href: f.path()}
	page := web.Page{Nav: strings.TrimPrefix(f.path(), "/"), Status: status, Crumbs: []web.Crumb{list}}
	if f.ID == 0 {
		v.Action = f.path() + "/new"
		v.Title, v.Sub = p.T(v.word("title")), p.T("market.entry.sub")
		if v.Own {
			v.Title = p.T(v.word("title.own"))
		}
	} else {
		v.Action = entryPath(f.Side, f.ID) + "/edit"
		ref := f.F["ref"]
		v.Title, v.Sub = p.T("market.entry.edit.title", ref), v.Party.Name
		page.Crumbs = append(page.Crumbs, web.Crumb{Label: ref, Href: entryPath(f.Side, f.ID)})
	}
	page.Title = v.Title
	return web.Render(w, r, page, entryView(v))
}

// word is a text of the side: market.entry.offer.<key> or market.entry.demand.<key>.
func (v *entryShown) word(key string) string {
	if v.Form.Side == SideDemand {
		return "market.entry.demand." + key
	}
	return "market.entry.offer." + key
}

// control is a field as it was filled in; its label is that of its column.
func (v *entryShown) control(ctx context.Context, name string, c web.Control) web.Control {
	c.Name, c.Value, c.Error = name, v.Form.F[name], v.Errs.Of(name)
	if c.Label == "" {
		for _, key := range []string{"market.entry.label." + name, "market.col." + name} {
			if i18n.From(ctx).Has(key) {
				c.Label = web.T(ctx, key)
				break
			}
		}
	}
	return c
}

// typed reports whether a person filled a field: only then it is said what it was taken for.
func (v *entryShown) typed(field string) bool {
	f := v.Form.F
	switch field {
	case "from":
		return f["from"]+f["to"] != "" || f["when"] != "" && f["when"] != whenPick
	case "class1":
		return f["class1"]+f["class2"]+f["class3"] != "" && f["mix"] == "split"
	}
	return f[field] != ""
}

// moreOpen unfolds the further questions when one of them was answered.
func (v *entryShown) moreOpen() bool {
	keys := []string{"trader", "min_line", "piece", "variety"}
	if v.Form.Side == SideDemand {
		keys = []string{"min_order", "max_invoices", "max_sources", "variety"}
	} else if !v.Known && v.New {
		return true // where it lies
	}
	for _, k := range append(keys, "place") {
		if k == "place" && v.Form.Side == SideDemand {
			continue
		}
		if v.Form.F[k] != "" && !(k == "place" && v.Known && v.Form.F[k] == v.PartyPlace) || v.Errs.Of(k) != "" {
			return true
		}
	}
	return false
}

func autofocus(v entryShown) templ.Attributes {
	if len(v.Errs) > 0 || v.Known || v.Last != nil {
		return nil
	}
	return templ.Attributes{"autofocus": true}
}

func numText(n int64) string { return strconv.FormatInt(n, 10) }

// partyInitials are the letters in the round mark: of the name without its kind.
func partyInitials(name string) string {
	words := strings.Fields(name)
	for len(words) > 1 && registry.KindOf(words[0]+" x") != "" {
		words = words[1:]
	}
	out := ""
	for _, w := range words {
		if len(out) < 2 {
			out += strings.ToUpper(string([]rune(w)[:1]))
		}
	}
	return out
}

func choiceSub(o registry.Org, label func(string) string) string {
	phone := ""
	if o.Phone != "" {
		phone = web.PhoneShown(o.Phone)
	}
	return joinDot(label(o.Place), phone, o.Contact)
}

func unitPills() (out []web.Option) {
	u := unitChoices(Deps{}, nil)
	for _, i := range []int{2, 1, 0, 3, 4} {
		out = append(out, web.Option{Value: u[i], Label: u[i]})
	}
	return out
}

// The values of pills are words of the reader; their labels are in the reader's own language.
func (v *entryShown) classPills(ctx context.Context) (out []web.Option) {
	for _, k := range []string{"any", "class_1", "class_2", "class_3"} {
		out = append(out, web.Option{Value: v.vi.T("market.sheet.choice." + k), Label: web.T(ctx, "market.sheet.choice."+k)})
	}
	return out
}

func (v *entryShown) priceAtPills(ctx context.Context) []web.Option {
	return []web.Option{
		{Value: v.vi.T("market.sheet.choice.store"), Label: web.T(ctx, "market.list.at.store")},
		{Value: v.vi.T("market.sheet.choice.garden"), Label: web.T(ctx, "market.list.at.garden")},
	}
}

// entryWord is a text of a side: market.entry.offer.<key> or market.entry.demand.<key>.
func entryWord(side Side, key string) string {
	if side == SideDemand {
		return "market.entry.demand." + key
	}
	return "market.entry.offer." + key
}
