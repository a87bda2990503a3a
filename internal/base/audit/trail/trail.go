// Package trail is the screens of the audit trail: who did or looked at what, for auditors
// and administrators. It is not the trail itself, which base/audit keeps, and it changes
// nothing.
package trail

import (
	"embed"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/web"
)

// Texts are the words of these screens. Areas add the words of their own deeds in their
// own files: "audit.action.<action>", "audit.kind.<kind of object>", "audit.field.<name>".
//
//go:embed text/*.json
var Texts embed.FS

// Trail serves the screens.
type Trail struct {
	DB *db.DB

	// Links lead from an object to its page, by kind: "account" → func("7") "/accounts/7".
	Links map[string]func(id string) string
}

// Routes lists the screens.
func (t *Trail) Routes() []web.Route {
	may := auth.Only(auth.Admin, auth.Auditor)
	return []web.Route{
		{Pattern: "GET /audit", May: may, Do: t.list},
		{Pattern: "GET /audit.xlsx", May: may, Do: t.exportXLSX},
		{Pattern: "GET /audit.csv", May: may, Do: t.exportCSV},
	}
}

const pageSize = 50

// mostExported bounds an export; a day's or a person's trail is far below it.
const mostExported = 50_000

// query is what a list asks for.
type query struct {
	Who    string // as typed
	Actor  string // "account:7", "system" …
	Object string
	From   calendar.Day
	To     calendar.Day
	What   string // "", "deeds" or "look"
	Oldest bool
	Page   int
}

var vietnam = time.FixedZone("+07", 7*3600)

func readQuery(q url.Values) query {
	f := query{Who: cut(strings.TrimSpace(q.Get("who")), 100), Actor: cut(q.Get("actor"), 100), Object: cut(strings.TrimSpace(q.Get("object")), 200), Page: 1}
	f.From, f.To = readDay(q.Get("from")), readDay(q.Get("to"))
	if w := q.Get("what"); w == "look" || w == "deeds" {
		f.What = w
	}
	f.Oldest = q.Get("sort") == "at"
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 && n < 1_000_000 {
		f.Page = n
	}
	return f
}

// readDay reads a day as people write it or as browsers send it; nonsense is no condition.
func readDay(s string) calendar.Day {
	if d, err := calendar.ParseDay(s); err == nil {
		return d
	}
	if from, _, ok := calendar.ReadDay(s, time.Now().In(vietnam).Year()); ok {
		return from
	}
	return 0
}

func cut(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "")
	}
	return s
}

// span are the moments of the days asked for.
func (f query) span() (from, to db.Time) {
	from, to = db.At(time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)), db.At(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))
	if f.From != 0 {
		from = db.At(midnight(f.From))
	}
	if f.To != 0 {
		to = db.At(midnight(f.To + 1))
	}
	return from, to
}

func midnight(d calendar.Day) time.Time {
	y, m, day := d.Time().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, vietnam)
}

// address is the list's own address with one condition changed; "" drops it.
func address(q url.Values, key, value string) string {
	p := url.Values{}
	for _, k := range []string{"who", "actor", "object", "from", "to", "what", "sort", "page"} {
		if v := q.Get(k); v != "" && k != key && k != "page" {
			p.Set(k, v)
		}
	}
	if value != "" {
		p.Set(key, value)
	}
	return (&url.URL{Path: "/audit", RawQuery: p.Encode()}).String()
}

// shown is the page.
type shown struct {
	Bar     web.Filter
	Total   int
	Lines   []line
	Paging  web.Paging
	People  []person // several fit the name that was typed
	Unknown string   // nobody does
	Sort    string   // address of the other order
	Oldest  bool
	Files   []web.ExportFile
	Q       url.Values
}

func (t *Trail) list(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	f := readQuery(q)
	v := shown{Q: q, Oldest: f.Oldest}
	var found []entry
	err := t.DB.Read(ctx, func(tx *db.Tx) (err error) {
		v.People, v.Unknown = nil, ""
		if f.Who != "" {
			if v.People, err = people(tx, f.Who); err != nil {
				return err
			}
			switch len(v.People) {
			case 0:
				v.Unknown = f.Who
				return nil
			case 1:
				f.Actor = v.People[0].actor()
			default:
				return nil
			}
		}
		if v.Total, err = count(tx, f); err != nil {
			return err
		}
		found, err = entries(tx, f, pageSize)
		return err
	})
	if err != nil {
		return err
	}
	words := newWords(ctx, t.Links)
	for _, e := range found {
		v.Lines = append(v.Lines, words.line(e))
	}
	v.Bar = filterBar(ctx, q, f, found)
	v.Paging = web.Paging{Page: f.Page, Size: pageSize, Total: v.Total, Href: func(n int) string { return address(q, "page", strconv.Itoa(n)) }}
	v.Sort = address(q, "sort", "at")
	if f.Oldest {
		v.Sort = address(q, "sort", "")
	}
	v.Files = web.Exports(r, "xlsx", "csv")
	return web.Render(w, r, web.Page{Title: web.T(ctx, "trail.title"), Nav: "audit"}, listView(v))
}
