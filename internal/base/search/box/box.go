// Package box is the search page: what the field at the top of every screen asks. It is
// not the index (base/search) and knows no kind of document but by the text key that app
// gives it.
package box

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/search"
	"github.com/lienket/lienket/internal/base/web"
)

// Texts are the words of this page.
//
//go:embed text/*.json
var Texts embed.FS

// Kind is one kind of document, in the order of the page. Heading is a text key.
type Kind struct{ ID, Heading string }

// Box is the page.
type Box struct {
	Index *search.Index
	Kinds []Kind
}

// Routes lists the page.
func (b *Box) Routes() []web.Route {
	return []web.Route{{Pattern: "GET /search", May: auth.SignedIn, Do: b.show}}
}

const (
	few      = 5  // of each kind on the first page
	pageSize = 20 // of one kind
)

// shown is the page.
type shown struct {
	Text   string
	Kind   string
	Total  int
	Bar    web.Filter
	Tabs   []tab
	Groups []group
	Paging web.Paging
	Tries  []string // other words that would find something
	Near   bool     // nothing matches as typed
}

// tab chooses one kind.
type tab struct {
	Label string
	Href  string
	Here  bool
}

// group is the hits of one kind.
type group struct {
	Heading string
	More    string // address of all of them, "" when they are all here
	Total   int
	Hits    []search.Hit
}

func (b *Box) show(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	v := shown{Text: strings.Join(strings.Fields(q.Get("q")), " "), Kind: b.known(q.Get("kind"))}
	if len(v.Text) > 200 {
		v.Text = strings.ToValidUTF8(v.Text[:200], "")
	}
	page := 1
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 && n < 10_000 {
		page = n
	}
	ask := Asker(ctx)
	ask.Text = v.Text
	v.Bar = web.Filter{Action: "/search", Fields: []web.Control{
		{Name: "q", ID: "q", Label: web.T(ctx, "search.words"), Type: "search", Value: v.Text, Placeholder: web.T(ctx, "search.words.hint")},
	}}
	if v.Kind != "" {
		v.Bar.Hidden = map[string]string{"kind": v.Kind}
	}
	if v.Text != "" {
		if err := b.fill(ctx, &v, ask, page); err != nil {
			return err
		}
	}
	title := web.T(ctx, "search.title")
	if v.Text != "" {
		title = web.T(ctx, "search.title.of", v.Text)
	}
	return web.Render(w, r, web.Page{Title: title}, view(v))
}

// Asker is a query of whoever asks, without words.
func Asker(ctx context.Context) search.Query {
	u, in := auth.Who(ctx)
	if in && u.Role.In(auth.Staff...) {
		return search.Query{Staff: true, Sight: auth.SightOf(ctx)}
	}
	return search.Query{Sight: auth.Nowhere(), Org: u.Org}
}

func (b *Box) known(kind string) string {
	for _, k := range b.Kinds {
		if k.ID == kind {
			return kind
		}
	}
	return ""
}

func (b *Box) fill(ctx context.Context, v *shown, ask search.Query, page int) error {
	if v.Kind != "" {
		return b.fillKind(ctx, v, ask, page)
	}
	ask.Limit = 1
	res, err := b.Index.Search(ctx, ask)
	if err != nil {
		return err
	}
	v.Total = res.Total
	v.Near = len(res.Hits) > 0 && res.Hits[0].Near
	b.tabs(ctx, v, res)
	for _, k := range b.Kinds {
		if res.ByKind[k.ID] == 0 {
			continue
		}
		ask.Kinds, ask.Limit = []string{k.ID}, few
		some, err := b.Index.Search(ctx, ask)
		if err != nil {
			return err
		}
		g := group{Heading: web.T(ctx, k.Heading), Total: some.Total, Hits: some.Hits}
		if some.Total > len(some.Hits) {
			g.More = address(v.Text, k.ID, 0)
		}
		v.Groups = append(v.Groups, g)
	}
	if v.Total == 0 {
		return b.suggest(ctx, v, ask)
	}
	return nil
}

func (b *Box) fillKind(ctx context.Context, v *shown, ask search.Query, page int) error {
	ask.Kinds, ask.Limit, ask.Offset = []string{v.Kind}, pageSize, (page-1)*pageSize
	res, err := b.Index.Search(ctx, ask)
	if err != nil {
		return err
	}
	v.Total = res.Total
	b.tabs(ctx, v, res)
	for _, k := range b.Kinds {
		if k.ID == v.Kind && len(res.Hits) > 0 {
			v.Groups = []group{{Heading: web.T(ctx, k.Heading), Total: res.Total, Hits: res.Hits}}
			v.Near = res.Hits[0].Near
		}
	}
	v.Paging = web.Paging{Page: page, Size: pageSize, Total: res.Total, Href: func(n int) string { return address(v.Text, v.Kind, n) }}
	if v.Total == 0 {
		return b.suggest(ctx, v, ask)
	}
	return nil
}

// tabs are drawn when there is something to choose.
func (b *Box) tabs(ctx context.Context, v *shown, res search.Result) {
	all := 0
	var ts []tab
	for _, k := range b.Kinds {
		n := res.ByKind[k.ID]
		if all += n; n > 0 || k.ID == v.Kind {
			ts = append(ts, tab{web.T(ctx, "search.tab", web.T(ctx, k.Heading), n), address(v.Text, k.ID, 0), k.ID == v.Kind})
		}
	}
	if len(ts) > 1 || v.Kind != "" {
		v.Tabs = append([]tab{{web.T(ctx, "search.tab.all", all), address(v.Text, "", 0), v.Kind == ""}}, ts...)
	}
}

// suggest looks for shorter queries that find something: the words without one of them.
func (b *Box) suggest(ctx context.Context, v *shown, ask search.Query) error {
	ask.Kinds, ask.Limit, ask.Offset = nil, 1, 0
	words := strings.Fields(v.Text)
	if len(words) < 2 || len(words) > 8 {
		return nil
	}
	for i := range words {
		ask.Text = strings.Join(append(append([]string{}, words[:i]...), words[i+1:]...), " ")
		res, err := b.Index.Search(ctx, ask)
		if err != nil {
			return err
		}
		if res.Total > 0 && len(v.Tries) < 3 {
			v.Tries = append(v.Tries, ask.Text)
		}
	}
	return nil
}

func address(words, kind string, page int) string {
	q := url.Values{"q": {words}}
	if kind != "" {
		q.Set("kind", kind)
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	return "/search?" + q.Encode()
}

func (g group) tasks() []web.Task {
	ts := make([]web.Task, 0, len(g.Hits))
	for _, h := range g.Hits {
		ts = append(ts, web.Task{Label: h.Title, Href: h.Href, Note: h.Sub})
	}
	return ts
}

func (v shown) sub(ctx context.Context) string {
	if v.Text == "" || v.Total == 0 {
		return ""
	}
	return web.T(ctx, "search.found", v.Total, v.Text)
}
