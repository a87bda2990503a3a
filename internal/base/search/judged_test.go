package search

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/text"
	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "judge the queries anew")

// judgedQuery is one line of testdata/judged.json: what was typed, what was meant, how the
// one was made of the other, and the documents that are best (the first twenty, and how
// many there are).
type judgedQuery struct {
	Typed string   `json:"typed"`
	Meant string   `json:"meant"`
	How   string   `json:"how"`
	Best  []string `json:"best"`
	Of    int      `json:"of"`
}

const judgedFile = "testdata/judged.json"

// makers turn a document into what somebody types who looks for it, and what is meant.
var makers = []struct {
	how string
	n   int
	of  func(d Doc, rnd *rand.Rand) (typed, meant string)
}{
	{"as written", 90, func(d Doc, _ *rand.Rand) (string, string) { return d.Title, d.Title }},
	{"small letters", 60, func(d Doc, _ *rand.Rand) (string, string) { return strings.ToLower(d.Title), d.Title }},
	{"no marks", 160, func(d Doc, _ *rand.Rand) (string, string) { s := text.Fold(d.Title); return s, s }},
	{"other tone place", 100, func(d Doc, _ *rand.Rand) (string, string) { return otherTone(d.Title), d.Title }},
	{"decomposed", 30, func(d Doc, _ *rand.Rand) (string, string) { return norm.NFD.String(d.Title), d.Title }},
	{"beginnings", 110, func(d Doc, rnd *rand.Rand) (string, string) { s := beginnings(text.Fold(d.Title), rnd); return s, s }},
	{"mixed order", 90, func(d Doc, rnd *rand.Rand) (string, string) {
		ws := strings.Fields(text.Fold(d.Title))
		rnd.Shuffle(len(ws), func(i, j int) { ws[i], ws[j] = ws[j], ws[i] })
		return strings.Join(ws, " "), d.Title
	}},
	{"name and commune", 110, func(d Doc, _ *rand.Rand) (string, string) {
		place, _, _ := strings.Cut(d.Sub, ",")
		s := text.Fold(bareTitle(d.Title) + " " + place)
		return s, s
	}},
	{"person", 80, func(d Doc, _ *rand.Rand) (string, string) {
		place, _, _ := strings.Cut(d.Sub, ",")
		s := strings.Join(d.Words, " ") + " " + place
		return strings.ToLower(s), s
	}},
	{"phone", 90, func(d Doc, rnd *rand.Rand) (string, string) { return writtenPhone(d.Marks, rnd), first(d.Marks) }},
	{"tax code", 60, func(d Doc, rnd *rand.Rand) (string, string) {
		if len(d.Marks) < 2 {
			return "", ""
		}
		m := d.Marks[1]
		return []string{m, m[:4] + " " + m[4:7] + " " + m[7:], m[:4] + "." + m[4:]}[rnd.IntN(3)], m
	}},
	{"abbreviated or not", 80, func(d Doc, _ *rand.Rand) (string, string) { return swapShort(d.Title), d.Title }},
	{"y for i", 40, func(d Doc, _ *rand.Rand) (string, string) { return swapY(text.Fold(d.Title)), text.Fold(d.Title) }},
	{"one letter wrong", 80, func(d Doc, rnd *rand.Rand) (string, string) { return slip(text.Fold(d.Title), rnd), text.Fold(d.Title) }},
	{"run together", 40, func(d Doc, _ *rand.Rand) (string, string) {
		s := text.Fold(bareTitle(d.Title))
		if len(s) > 24 || strings.Count(s, " ") != 1 || strings.ContainsAny(s, "0123456789") {
			return "", ""
		}
		return strings.ReplaceAll(s, " ", ""), s
	}},
}

func makeJudged() (all []judgedQuery) {
	rnd := rand.New(rand.NewPCG(1000, 9))
	docs := corpus()
	js := make([]judged, len(docs))
	for i, d := range docs {
		js[i] = judgeOf(d)
	}
	for _, m := range makers {
		for n := 0; n < m.n; {
			i := rnd.IntN(len(docs))
			if rnd.IntN(5) == 0 {
				i = rnd.IntN(3456) // places and goods
			}
			d := docs[i]
			typed, meant := m.of(d, rnd)
			if typed == "" || typed == meant && m.how != "as written" && m.how != "no marks" && m.how != "beginnings" && m.how != "name and commune" && m.how != "phone" && m.how != "tax code" {
				continue
			}
			n++
			q := judgedQuery{Typed: typed, Meant: meant, How: m.how}
			mean := meaningOf(meant)
			top := 1
			for k := range js {
				g := grade(&js[k], &mean)
				if g > top {
					top, q.Best, q.Of = g, nil, 0
				}
				if g == top {
					if q.Of++; q.Of <= 20 {
						q.Best = append(q.Best, docs[k].ID)
					}
				}
			}
			all = append(all, q)
		}
	}
	return all
}

// TestJudged: of a thousand queries the best documents come first.
func TestJudged(t *testing.T) {
	if *update {
		var b strings.Builder
		for _, q := range makeJudged() {
			line, _ := json.Marshal(q)
			b.Write(line)
			b.WriteByte('\n')
		}
		s := "[\n" + strings.ReplaceAll(strings.TrimSuffix(b.String(), "\n"), "\n", ",\n") + "\n]\n"
		if err := os.WriteFile(judgedFile, []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(judgedFile)
	if err != nil {
		t.Fatal(err)
	}
	var qs []judgedQuery
	if err := json.Unmarshal(raw, &qs); err != nil {
		t.Fatal(err)
	}
	if len(qs) < 1000 {
		t.Fatalf("%d queries", len(qs))
	}
	type score struct{ n, at1, at5, at10 float64 }
	by := map[string]*score{}
	var hows []string
	sum := &score{}
	c := big()
	for _, q := range qs {
		hits := c.search(Query{Text: q.Typed, Limit: 10}, all).Hits
		s := by[q.How]
		if s == nil {
			s = &score{}
			by[q.How] = s
			hows = append(hows, q.How)
		}
		r := func(k int) float64 { return recall(q, hits, k) }
		if testing.Verbose() && r(1) < 1 {
			t.Logf("%-18s %q: %s, best %v of %d", q.How, q.Typed, firstHits(hits), bestTitles(q), q.Of)
		}
		for _, x := range []*score{s, sum} {
			x.n++
			x.at1 += r(1)
			x.at5 += r(5)
			x.at10 += r(10)
		}
	}
	for _, h := range hows {
		s := by[h]
		t.Logf("%-18s %4.0f queries  recall@1 %.3f  @5 %.3f  @10 %.3f", h, s.n, s.at1/s.n, s.at5/s.n, s.at10/s.n)
		if s.at1/s.n < 0.9 {
			t.Errorf("%s: recall@1 is %.3f", h, s.at1/s.n)
		}
	}
	t.Logf("%-18s %4.0f queries  recall@1 %.4f  @5 %.4f  @10 %.4f", "all", sum.n, sum.at1/sum.n, sum.at5/sum.n, sum.at10/sum.n)
	if sum.at1/sum.n < 0.97 || sum.at5/sum.n < 0.97 || sum.at10/sum.n < 0.97 {
		t.Error("the judged queries are answered worse than they were")
	}
}

// recall is the share of the places that the best could take among the first k. With more
// than twenty best only the first twenty are known, so hits beyond are judged again.
func recall(q judgedQuery, hits []Hit, k int) float64 {
	want := min(k, q.Of)
	got := 0
	for _, h := range hits[:min(k, len(hits))] {
		if slices.Contains(q.Best, h.ID) || q.Of > len(q.Best) && sameGrade(q, h.ID) {
			got++
		}
	}
	return float64(min(got, want)) / float64(want)
}

func sameGrade(q judgedQuery, id string) bool {
	m := meaningOf(q.Meant)
	a, b := judgeOf(docByID(q.Best[0])), judgeOf(docByID(id))
	return grade(&a, &m) == grade(&b, &m)
}

func docByID(id string) Doc {
	i := slices.IndexFunc(corpus(), func(d Doc) bool { return d.ID == id })
	return corpus()[i]
}

func firstHits(hits []Hit) string {
	var out []string
	for _, h := range hits[:min(5, len(hits))] {
		out = append(out, h.Title)
	}
	return strings.Join(out, " | ")
}

func bestTitles(q judgedQuery) string {
	var out []string
	for _, id := range q.Best[:min(5, len(q.Best))] {
		d := docByID(id)
		out = append(out, d.Title+" ("+d.Sub+")")
	}
	return strings.Join(out, " | ")
}

// BenchmarkSearch asks the judged queries of 50,000 documents, one after the other.
func BenchmarkSearch(b *testing.B) {
	raw, err := os.ReadFile(judgedFile)
	if err != nil {
		b.Fatal(err)
	}
	var qs []judgedQuery
	if err := json.Unmarshal(raw, &qs); err != nil {
		b.Fatal(err)
	}
	c := big()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		c.search(Query{Text: qs[i%len(qs)].Typed}, all)
		i++
	}
}

// BenchmarkSearch_Widest asks for words that most documents have.
func BenchmarkSearch_Widest(b *testing.B) {
	c := big()
	for _, q := range []string{"h", "htx", "htx nong nghiep", "xa t"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				c.search(Query{Text: q}, all)
			}
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	docs := corpus()
	b.ReportAllocs()
	for b.Loop() {
		c := newCore(nil)
		for _, d := range docs {
			c.put(d, 0)
		}
		c.tidy()
	}
}
