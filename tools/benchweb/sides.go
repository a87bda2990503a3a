package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// measurement is one thing that one side does.
type measurement struct {
	name     string // "list/sqlite": what, and who
	postgres bool   // needs the PostgreSQL server
	writes   bool   // after all that read, because it changes what they count
	do       func() (*server, []int, load)
}

const perPage = 50

// measurements are in the order of the table.
func (s *stand) measurements() []measurement {
	get := func(p **server, also *[]int, build func() []request) func() (*server, []int, load) {
		return func() (*server, []int, load) { return *p, *also, load{requests: build()} }
	}
	none := new([]int)
	one := func(path string, head map[string]string) func() []request {
		return func() []request { return []request{{method: "GET", path: path, head: head}} }
	}
	return []measurement{
		{name: "fixed", do: get(&s.peers, none, one("/fixed", nil))},
		{name: "list/sqlite", do: get(&s.ours, none, func() []request { return s.lists(s.lite) })},
		{name: "list/postgres", postgres: true, do: get(&s.oursPG, &s.pgPIDs, func() []request { return s.lists(s.pg) })},
		{name: "list/pocketbase", do: get(&s.pocket, none, func() []request { return s.pockets(true) })},
		{name: "public/signin", do: get(&s.ours, none, one("/signin", nil))},
		{name: "public/304", do: func() (*server, []int, load) {
			return s.ours, nil, load{requests: []request{{method: "GET", path: "/signin", head: map[string]string{"If-None-Match": s.tag("/signin")}}}}
		}},
		{name: "rest/sqlite", do: get(&s.ours, none, func() []request { return s.rests(s.lite) })},
		{name: "rest/postgres", postgres: true, do: get(&s.oursPG, &s.pgPIDs, func() []request { return s.rests(s.pg) })},
		{name: "rest/pocketbase", do: get(&s.pocket, none, func() []request { return s.pockets(false) })},
		{name: "search/sqlite", do: get(&s.ours, none, func() []request { return s.searches(s.lite) })},
		{name: "search/pocketbase", do: get(&s.pocket, none, s.pocketSearches)},
		{name: "search/postgres", postgres: true, do: get(&s.peers, &s.pgPIDs, s.plainSearches)},
		{name: "create/sqlite", writes: true, do: func() (*server, []int, load) { return s.ours, nil, s.creates(s.lite) }},
		{name: "create/postgres", postgres: true, writes: true, do: func() (*server, []int, load) { return s.oursPG, s.pgPIDs, s.creates(s.pg) }},
		{name: "create/pocketbase", writes: true, do: func() (*server, []int, load) { return s.pocket, nil, s.pocketCreates() }},
	}
}

func (s *stand) cookie(t told) http.Header { return http.Header{"Cookie": {"lienket=" + t.Cookie}} }

// pair is what a list is asked for.
type pair struct{ district, week, from, to string }

// pairs are all districts and weeks, mixed.
func (s *stand) pairs() (all []pair) {
	seen := map[pair]bool{}
	for _, r := range s.rows {
		p := pair{r.District, r.Week, r.From, r.To}
		if !seen[p] {
			seen[p] = true
			all = append(all, p)
		}
	}
	return all
}

func listPath(p pair, more string) string {
	return "/offers?" + url.Values{"district": {p.district}, "week": {p.week}, "sort": {"-grams"}}.Encode() + more
}

func (s *stand) lists(t told) (all []request) {
	for _, p := range s.pairs() {
		all = append(all, request{method: "GET", path: listPath(p, ""), head: map[string]string{"Cookie": "lienket=" + t.Cookie}})
	}
	return all
}

// restPath asks for a district, the heaviest first; the API reads no dates yet.
func (s *stand) restPath(p pair) string {
	return "/api/v1/offers?" + url.Values{"district": {p.district}, "sort": {"-grams"}, "limit": {strconv.Itoa(perPage)}}.Encode()
}

func (s *stand) rests(t told) (all []request) {
	for _, p := range s.pairs() {
		all = append(all, request{method: "GET", path: s.restPath(p), head: map[string]string{"Authorization": "Bearer " + t.Token}})
	}
	return all
}

// pocketList asks PocketBase for the same rows, with or without their number.
func pocketList(p pair, total bool) string {
	q := url.Values{"filter": {fmt.Sprintf("district='%s' && week='%s'", p.district, p.week)}, "sort": {"-grams"}, "perPage": {strconv.Itoa(perPage)}}
	if !total { // as the API is asked
		q.Set("skipTotal", "1")
		q.Set("filter", fmt.Sprintf("district='%s'", p.district))
	}
	return "/api/collections/offers/records?" + q.Encode()
}

func (s *stand) pockets(total bool) (all []request) {
	for _, p := range s.pairs() {
		all = append(all, request{method: "GET", path: pocketList(p, total)})
	}
	return all
}

// words are what is looked for: the names of goods, as often as they are sold, without marks.
func (s *stand) words() (all []string) {
	for i := 0; i < len(s.rows) && len(all) < 200; i += 241 {
		w := s.rows[i].Folded
		if n := strings.Index(w, " htx "); n > 0 {
			w = w[:n]
		} else if n := strings.Index(w, " tht "); n > 0 {
			w = w[:n]
		} else {
			continue
		}
		all = append(all, w)
	}
	return all
}

func (s *stand) searches(t told) (all []request) {
	for _, w := range s.words() {
		all = append(all, request{method: "GET", path: "/search?" + url.Values{"q": {w}, "kind": {"offer"}}.Encode(), head: map[string]string{"Cookie": "lienket=" + t.Cookie}})
	}
	return all
}

func (s *stand) pocketSearches() (all []request) {
	for _, w := range s.words() {
		q := url.Values{"filter": {"folded~'" + w + "'"}, "perPage": {"20"}, "skipTotal": {"1"}}
		all = append(all, request{method: "GET", path: "/api/collections/offers/records?" + q.Encode()})
	}
	return all
}

func (s *stand) plainSearches() (all []request) {
	for _, w := range s.words() {
		all = append(all, request{method: "GET", path: "/search?" + url.Values{"q": {w}}.Encode()})
	}
	return all
}

func (s *stand) pocketCreates() load {
	r := s.rows[0]
	body, _ := json.Marshal(map[string]any{
		"title": r.Title, "folded": r.Folded, "coop": r.Coop, "goods": r.Goods, "district": r.District, "week": "2099-1", "grams": r.Grams,
		"floor": r.Floor, "from": "2098-12-29", "to": "2099-01-04", "ref": "{n}000000000",
	})
	return load{counted: true, requests: []request{{method: "POST", path: "/api/collections/offers/records", body: string(body), head: map[string]string{"Content-Type": "application/json"}}}}
}

// ask is one request outside the load.
func (s *stand) ask(ctx context.Context, p *server, q request) (status int, head http.Header, body string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, q.method, p.url+q.path, strings.NewReader(q.body))
	if err != nil {
		return 0, nil, "", err
	}
	for k, v := range q.head {
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(raw), err
}

func (s *stand) tag(path string) string {
	_, head, _, err := s.ask(context.Background(), s.ours, request{method: "GET", path: path})
	if err != nil {
		return ""
	}
	return head.Get("ETag")
}

var (
	counted = regexp.MustCompile(`<b class="num">([\d.]+) `)
	refs    = regexp.MustCompile(`>(CB-\d+)`)
	apiRefs = regexp.MustCompile(`"ref":"(CB-\d+)"`)
)

// check compares the answers of all sides with the rows themselves, before anything is
// timed: how many there are, and which fifty come first.
func (s *stand) check(ctx context.Context) error {
	s.say("checking the answers")
	for i, p := range s.pairs() {
		if i%40 != 0 {
			continue
		}
		want := s.firsts(p)
		total := fmt.Sprint(len(want))
		first := want[:min(perPage, len(want))]
		for side, t := range map[*server]told{s.ours: s.lite, s.oursPG: s.pg} {
			if side == nil {
				continue
			}
			status, _, body, err := s.ask(ctx, side, request{method: "GET", path: listPath(p, ""), head: map[string]string{"Cookie": "lienket=" + t.Cookie}})
			if err != nil {
				return err
			}
			var got []string
			for _, m := range refs.FindAllStringSubmatch(body, -1) {
				got = append(got, m[1])
			}
			if m := counted.FindStringSubmatch(body); status != 200 || m == nil || strings.ReplaceAll(m[1], ".", "") != total || !slices.Equal(got, first) {
				return fmt.Errorf("%s: %v: status %d, count %v, want %s; rows %v, want %v", side.name, p, status, m, total, got, first)
			}
		}
		status, _, body, err := s.ask(ctx, s.pocket, request{method: "GET", path: pocketList(p, true)})
		if err != nil {
			return err
		}
		var got struct {
			TotalItems int
			Items      []struct{ Ref string }
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			return fmt.Errorf("pocketbase: %w: %s", err, body)
		}
		var have []string
		for _, it := range got.Items {
			have = append(have, it.Ref)
		}
		if status != 200 || got.TotalItems != len(want) || !slices.Equal(have, first) {
			return fmt.Errorf("pocketbase: %v: status %d, %d rows, want %s", p, status, got.TotalItems, total)
		}
	}
	return errors.Join(s.checkSearch(ctx), s.checkAPI(ctx))
}

// firsts are the references of a pair's rows in the order of the list.
func (s *stand) firsts(p pair) (out []string) {
	var all []row
	for _, r := range s.rows {
		if r.District == p.district && (p.week == "" || r.Week == p.week) {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b row) int { return int(b.Grams - a.Grams) })
	for _, r := range all {
		out = append(out, r.Ref)
	}
	return out
}
