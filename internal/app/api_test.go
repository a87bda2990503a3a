package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/i18n"
)

// program is a caller with an API token.
type program struct {
	*caller
	t *testing.T
}

// program makes a token of an account with every scope that some route asks for.
func (s *site) program(t *testing.T, tag string) *program {
	t.Helper()
	var scopes []string
	for _, r := range s.Routes() {
		if r.Token != "" && !slices.Contains(scopes, r.Token) {
			scopes = append(scopes, r.Token)
		}
	}
	token, _, err := s.Accounts.AddToken(t.Context(), "test", scopes, auth.NewToken{Account: s.data.AccountByTag[tag], Name: "program", Scopes: scopes, Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	c := s.as(t, "")
	c.bearer = token
	return &program{c, t}
}

// call sends a JSON request and reads the answer; head is pairs of header name and value.
func (p *program) call(method, path string, body any, want int, head ...string) (*http.Response, map[string]any) {
	p.t.Helper()
	var b bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&b).Encode(body); err != nil {
			p.t.Fatal(err)
		}
	}
	if body != nil {
		head = append(head, "Content-Type", "application/json")
	}
	res := p.submit(method, path, b.String(), head...)
	raw := read(p.t, res)
	if res.StatusCode != want {
		p.t.Fatalf("%s %s: %d instead of %d: %s", method, path, res.StatusCode, want, cut(string(raw), 600))
	}
	var out map[string]any
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &out); err != nil {
			p.t.Fatalf("%s %s: %v: %s", method, path, err, cut(string(raw), 300))
		}
	}
	return res, out
}

// TestAPI_DescriptionIsWhole: every operation, parameter and field has words in both
// languages, and no word is there for nothing.
func TestAPI_DescriptionIsWhole(t *testing.T) {
	s := newSite(t)
	said := map[string]bool{}
	for _, lang := range []i18n.Lang{i18n.VI, i18n.EN} {
		p := s.Book.Printer(lang)
		raw, err := s.API.Spec(p)
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := json.Unmarshal(raw, &doc); err != nil {
			t.Fatal(err)
		}
		n := 0
		walk(doc, "", func(path string, m map[string]any) {
			for _, k := range []string{"description", "summary"} {
				v, has := m[k].(string)
				if !has {
					continue
				}
				n++
				said[v] = true
				if strings.TrimSpace(v) == "" || strings.Contains(v, "api.") && !strings.Contains(v, " ") {
					t.Errorf("%s: %s has no words: %q", lang, path, v)
				}
			}
			if m["in"] != nil && m["name"] != nil && m["description"] == nil {
				t.Errorf("%s: %s says nothing", lang, path)
			}
		})
		if n < 200 {
			t.Errorf("%s: only %d descriptions", lang, n)
		}
		t.Logf("%s: %d descriptions, %d bytes", lang, n, len(raw))
	}
	p := s.Book.Printer(i18n.VI)
	for _, key := range s.Book.Keys() {
		if _, rest, ok := strings.Cut(key, ".api."); ok && !strings.HasPrefix(rest, "fault.") && !strings.HasPrefix(key, "audit.") && !strings.HasPrefix(key, "auth.") && !said[p.T(key)] {
			t.Errorf("no operation says %s", key)
		}
		if strings.HasPrefix(key, "api.field.") && !said[p.T(key)] {
			t.Errorf("no operation says %s", key)
		}
	}
}

func walk(x any, path string, see func(string, map[string]any)) {
	switch v := x.(type) {
	case map[string]any:
		see(path, v)
		for k, y := range v {
			walk(y, path+"/"+k, see)
		}
	case []any:
		for i, y := range v {
			walk(y, fmt.Sprintf("%s/%d", path, i), see)
		}
	}
}

func offerOf(s *site, org int64) map[string]any {
	return map[string]any{
		"organisation": org, "commodity": "BUOI-DIEN", "place": s.placeOf(org), "firm_g": 3_000_000, "from": "2023-11-21", "to": "2023-12-10", "floor_vnd_t": 9_000_000,
	}
}

func (s *site) placeOf(org int64) string {
	_, o := s.program(s.t, "admin").call("GET", fmt.Sprintf("/api/v1/organisations/%d", org), nil, 200)
	place, _ := o["place"].(string)
	return place
}

// TestAPI_AnEntryFromFirstToLast: added once however often it is sent, read, changed with
// the version that was read and with no other, closed and opened again.
func TestAPI_AnEntryFromFirstToLast(t *testing.T) {
	s := newSite(t)
	p := s.program(t, "officer")
	terms := offerOf(s, s.data.Orgs["coop"])
	res, one := p.call("POST", "/api/v1/offers", terms, 201, "Idempotency-Key", "k-1")
	at := res.Header.Get("Location")
	if at != fmt.Sprintf("/api/v1/offers/%.0f", one["id"]) || one["channel"] != "api" || one["firm_g"] != 3e6 {
		t.Fatalf("at %q: %v", at, one)
	}
	res, again := p.call("POST", "/api/v1/offers", terms, 201, "Idempotency-Key", "k-1")
	if again["id"] != one["id"] || res.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("sent again: %v, replay %q", again["id"], res.Header.Get("Idempotent-Replay"))
	}
	other := offerOf(s, s.data.Orgs["coop"])
	other["firm_g"] = 4_000_000
	if _, no := p.call("POST", "/api/v1/offers", other, 422, "Idempotency-Key", "k-1"); no["code"] != "duplicate" {
		t.Errorf("another body with the key: %v", no)
	}
	res, _ = p.call("GET", at, nil, 200)
	tag := res.Header.Get("ETag")
	if res, _ := p.call("GET", at, nil, 304, "If-None-Match", tag); res.Header.Get("ETag") != tag {
		t.Errorf("304 with tag %q", res.Header.Get("ETag"))
	}
	terms["firm_g"], terms["note"] = 5_000_000, "thêm 2 tấn"
	if _, no := p.call("PUT", at, terms, 422); no["code"] != "invalid" {
		t.Errorf("changed without a version: %v", no)
	}
	res, now := p.call("PUT", at, terms, 200, "If-Match", tag)
	if now["firm_g"] != 5e6 || res.Header.Get("ETag") == tag {
		t.Errorf("changed: %v, tag %s", now, res.Header.Get("ETag"))
	}
	terms["firm_g"] = 1_000_000
	if _, no := p.call("PUT", at, terms, 409, "If-Match", tag); no["code"] != "conflict" || no["changed"] == nil {
		t.Errorf("an old version: %v", no)
	}
	tag = res.Header.Get("ETag")
	res, now = p.call("POST", at+"/close", map[string]any{"why": "sold_elsewhere"}, 200, "If-Match", tag)
	if now["state"] != "closed" || now["closed_why"] != "sold_elsewhere" {
		t.Errorf("closed: %v", now)
	}
	if _, now = p.call("POST", at+"/reopen", nil, 200, "If-Match", res.Header.Get("ETag")); now["state"] != "open" {
		t.Errorf("opened: %v", now)
	}
	s.as(t, "officer").get(fmt.Sprintf("/offers/%.0f", one["id"]))
}

// TestAPI_RefusalsSayWhere: each wrong thing is named with its place, in the language asked for.
func TestAPI_RefusalsSayWhere(t *testing.T) {
	s := newSite(t)
	p := s.program(t, "officer")
	for _, c := range []struct {
		method, path string
		body         any
		want         int
		col          string
	}{
		{"GET", "/api/v1/offers?limit=1000", nil, 422, "query.limit"},
		{"GET", "/api/v1/offers?limit=x", nil, 422, "query.limit"},
		{"GET", "/api/v1/offers?distrct=Cao", nil, 422, "query.distrct"},
		{"GET", "/api/v1/offers?from=20/11/2023", nil, 422, "query.from"},
		{"GET", "/api/v1/offers?sort=price", nil, 422, "query.sort"},
		{"GET", "/api/v1/offers?cursor=abc", nil, 422, "query.cursor"},
		{"GET", "/api/v1/offers?state=open&sort=-grams&cursor=" + "eyJzIjoiaWQiLCJrIjoiMSIsImkiOjF9", nil, 422, "query.cursor"},
		{"GET", "/api/v1/offers/0", nil, 422, "path.id"},
		{"GET", "/api/v1/offers/999999", nil, 404, ""},
		{"GET", "/api/v1/nothing", nil, 404, ""},
		{"PUT", "/api/v1/offers", map[string]any{}, 405, ""},
		{"POST", "/api/v1/offers", map[string]any{"commodity": "BUOI-DIEN"}, 422, "body"},
		{"POST", "/api/v1/offers", map[string]any{"commodity": 5, "place": "x", "from": "2023-11-20", "to": "2023-11-20"}, 422, "commodity"},
		{"POST", "/api/v1/offers", map[string]any{"commodity": "X", "place": "x", "from": "20/11", "to": "2023-11-20"}, 422, "from"},
		{"POST", "/api/v1/offers", map[string]any{"commodity": "X", "place": "x", "from": "2023-11-20", "to": "2023-11-20", "flor": 1}, 422, "flor"},
		{"POST", "/api/v1/offers", map[string]any{"commodity": "X", "place": "x", "from": "2023-11-20", "to": "2023-11-20"}, 422, "organisation"},
		{"POST", "/api/v1/offers", map[string]any{"organisation": 999999, "commodity": "X", "place": "x", "from": "2023-11-20", "to": "2023-11-20"}, 422, "organisation"},
	} {
		for _, lang := range []i18n.Lang{i18n.VI, i18n.EN} {
			p.lang = lang
			_, no := p.call(c.method, c.path, c.body, c.want)
			if no["detail"] == "" || no["reference"] == "" {
				t.Errorf("%s %s: %v", c.method, c.path, no)
			}
			if c.col == "" {
				continue
			}
			found := fmt.Sprint(no["errors"])
			if !strings.Contains(found, "col:"+c.col) {
				t.Errorf("%s %s (%v) in %s: nothing is said of %s: %v", c.method, c.path, c.body, lang, c.col, no)
			}
		}
	}
	res := p.submit("POST", "/api/v1/offers", "{not json", "Content-Type", "application/json")
	if raw := read(t, res); res.StatusCode != 422 || !bytes.Contains(raw, []byte("problem")) && !bytes.Contains(raw, []byte("JSON")) {
		t.Errorf("no JSON: %d %s", res.StatusCode, raw)
	}
	// Values of terms are checked as the pages check them.
	bad := offerOf(s, s.data.Orgs["coop"])
	bad["to"], bad["mix_pm"] = "2023-11-01", []int{500, 100, 0, 0}
	_, no := p.call("POST", "/api/v1/offers", bad, 422)
	if list, _ := no["errors"].([]any); len(list) < 2 {
		t.Errorf("reversed days and a wrong mix: %v", no)
	}
}

// TestAPI_ListsGoOn: parts of a list hold every row once, also when rows are added between.
func TestAPI_ListsGoOn(t *testing.T) {
	s := newSite(t)
	p := s.program(t, "officer")
	for _, sort := range []string{"", "-id", "updated", "-updated", "grams", "-grams", "from", "-from"} {
		seen := map[float64]int{}
		var keys []float64
		cursor, parts := "", 0
		for {
			_, page := p.call("GET", "/api/v1/offers?limit=23&sort="+sort+"&cursor="+cursor, nil, 200)
			for _, x := range page["items"].([]any) {
				o := x.(map[string]any)
				seen[o["id"].(float64)]++
				g, _ := o["forecast_g"].(float64)
				f, _ := o["firm_g"].(float64)
				keys = append(keys, g+f)
			}
			if parts++; parts == 2 && sort == "" {
				p.call("POST", "/api/v1/offers", offerOf(s, s.data.Orgs["coop"]), 201)
			}
			next, more := page["next"].(string)
			if !more {
				break
			}
			cursor = next
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("sort %q: %v came %d times", sort, id, n)
			}
		}
		if len(seen) < 100 || parts < 5 {
			t.Errorf("sort %q: %d rows in %d parts", sort, len(seen), parts)
		}
		if sort == "grams" && !slices.IsSorted(keys) {
			t.Error("not in the order of grams")
		}
		if sort == "-grams" {
			slices.Reverse(keys)
			if !slices.IsSorted(keys) {
				t.Error("not in the order of -grams")
			}
		}
	}
}

// TestAPI_DaysChoose: a list by days holds what overlaps them and nothing else.
func TestAPI_DaysChoose(t *testing.T) {
	s := newSite(t)
	p := s.program(t, "officer")
	_, all := p.call("GET", "/api/v1/offers?limit=200", nil, 200)
	want := 0
	for _, x := range all["items"].([]any) {
		o := x.(map[string]any)
		if o["to"].(string) >= "2023-12-01" && o["from"].(string) <= "2023-12-07" {
			want++
		}
	}
	_, some := p.call("GET", "/api/v1/offers?limit=200&from=2023-12-01&to=2023-12-07", nil, 200)
	if got := len(some["items"].([]any)); got != want || want == 0 || want == len(all["items"].([]any)) {
		t.Errorf("%d offers overlap the first week of December, %d should, of %d", got, want, len(all["items"].([]any)))
	}
	if _, found := p.call("GET", "/api/v1/places?q=cao+duong&on=2026-01-01", nil, 200); len(found["items"].([]any)) == 0 {
		t.Error("no place of that name in 2026")
	}
}

// TestAPI_EachTheirOwn: an organisation's program sees and writes what is its own only.
func TestAPI_EachTheirOwn(t *testing.T) {
	s := newSite(t)
	coop, other, officer := s.program(t, "coop"), s.program(t, "coop.other"), s.program(t, "officer")
	_, all := officer.call("GET", "/api/v1/offers?limit=200", nil, 200)
	mine := 0
	for _, x := range all["items"].([]any) {
		o := x.(map[string]any)
		at := fmt.Sprintf("/api/v1/offers/%.0f", o["id"])
		if o["organisation"] == float64(s.data.Orgs["coop"]) {
			mine++
			coop.call("GET", at, nil, 200)
			other.call("GET", at, nil, 404)
			other.call("POST", at+"/close", map[string]any{"why": "withdrawn"}, 404, "If-Match", `"1"`)
			continue
		}
		if mine < 3 {
			coop.call("GET", at, nil, 404)
		}
	}
	_, own := coop.call("GET", "/api/v1/offers?limit=200", nil, 200)
	if n := len(own["items"].([]any)); n != mine || mine == 0 {
		t.Errorf("the cooperative lists %d of its %d offers", n, mine)
	}
	terms := offerOf(s, s.data.Orgs["coop"])
	other.call("POST", "/api/v1/offers", terms, 422)
	delete(terms, "organisation")
	if _, o := coop.call("POST", "/api/v1/offers", terms, 201); o["organisation"] != float64(s.data.Orgs["coop"]) || o["agreed_by"] == nil {
		t.Errorf("its own offer: %v", o)
	}
	coop.call("GET", fmt.Sprintf("/api/v1/organisations/%d", s.data.Orgs["coop.other"]), nil, 404)
	coop.call("GET", "/api/v1/plans", nil, 403)
	_, answers := coop.call("GET", "/api/v1/answers", nil, 200)
	for _, x := range answers["items"].([]any) {
		if a := x.(map[string]any); a["organisation"] != float64(s.data.Orgs["coop"]) {
			t.Errorf("an answer of somebody else: %v", a)
		}
	}
}

// TestAPI_Plans: a plan's lines add up to its totals, and the description of a party's part
// is what its letter says.
func TestAPI_Plans(t *testing.T) {
	s := newSite(t)
	p := s.program(t, "leader")
	_, list := p.call("GET", "/api/v1/plans?limit=1", nil, 200)
	if len(list["items"].([]any)) != 1 {
		t.Fatalf("no plan: %v", list)
	}
	at := fmt.Sprintf("/api/v1/plans/%d", s.data.Plan)
	_, plan := p.call("GET", at, nil, 200)
	var grams, rows float64
	cursor := ""
	for {
		_, page := p.call("GET", at+"/lines?limit=7&cursor="+cursor, nil, 200)
		for _, x := range page["items"].([]any) {
			grams += x.(map[string]any)["quantity_g"].(float64)
			rows++
		}
		next, more := page["next"].(string)
		if !more {
			break
		}
		cursor = next
	}
	if grams != plan["matched_g"] || rows != plan["lines"] || rows == 0 {
		t.Errorf("lines hold %v g in %v rows, the plan says %v in %v", grams, rows, plan["matched_g"], plan["lines"])
	}
	if _, left := p.call("GET", at+"/left?limit=200", nil, 200); len(left["items"].([]any)) == 0 {
		t.Error("nothing is left out")
	}
	_, open := p.call("GET", "/api/v1/answers?limit=200", nil, 200)
	for _, x := range open["items"].([]any) {
		a := x.(map[string]any)
		_, parts := p.call("GET", fmt.Sprintf("/api/v1/answers/%.0f/deliveries", a["id"]), nil, 200)
		sum := 0.0
		for _, y := range parts["items"].([]any) {
			sum += y.(map[string]any)["quantity_g"].(float64)
		}
		if sum != a["quantity_g"] {
			t.Errorf("answer %v: deliveries of %v g instead of %v", a["id"], sum, a["quantity_g"])
		}
	}
}
