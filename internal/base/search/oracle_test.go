package search

import (
	"strings"

	"github.com/lienket/lienket/internal/base/text"
)

// The judge knows nothing of the index. It reads every document from the first to the last
// and gives it a grade for the words that a person meant (not for what they typed: a query
// with a slip is judged by the words without it):
//
//	90 a mark of the document is the number meant
//	80 the title is the words meant, whatever their order; it may have a word for its kind more
//	70 the words meant are the title's words or their beginnings, one for one
//	60 all words meant stand in the title, whole
//	50 all words meant stand in the title, some as beginnings
//	40 all words meant stand in the document, whole
//	20 all words meant stand in it, some as beginnings
//
// and five more if every word meant with marks stands there with these marks. A word that is
// meant twice must stand there twice. What is best for a query is every document of the
// highest grade; recall@k is the share of the min(k, best) places among the first k that go
// to one of the best.

type judged struct {
	id           string
	bag, title   []string // folded: short forms only; short and long
	all          []string
	titleM, allM []string // with their marks, tone in its one place
	marks        []string
}

func judgeOf(d Doc) judged {
	whole := d.Title + " " + d.Sub + " " + strings.Join(d.Words, " ")
	j := judged{
		id: d.ID, bag: plain(d.Title), title: both(d.Title), all: both(whole),
		titleM: strings.Fields(keyOf(d.Title)), allM: strings.Fields(keyOf(whole)),
	}
	for _, m := range d.Marks {
		j.marks = append(j.marks, strings.ReplaceAll(text.Fold(m), " ", ""))
	}
	return j
}

// both are the words as they stand, and the short forms of those that have one.
func both(s string) []string {
	ws := strings.Fields(text.Fold(s))
	for i, w := range ws {
		ws[i] = loosely(w)
	}
	for _, w := range plain(s) {
		if !within([]string{w}, ws, false) {
			ws = append(ws, w)
		}
	}
	return ws
}

// meaning is the words meant in the forms that are compared.
type meaning struct {
	digits    string
	bag       []string
	withMarks []string
	all       []string
}

func meaningOf(s string) (m meaning) {
	if d := strings.ReplaceAll(text.Fold(s), " ", ""); len(d) >= 9 && strings.Trim(d, "0123456789") == "" {
		m.digits = d
	}
	m.bag = plain(s)
	m.all = strings.Fields(keyOf(s))
	for _, w := range m.all {
		if text.Fold(w) != w && !shortened(w) {
			m.withMarks = append(m.withMarks, w)
		}
	}
	return m
}

func keyOf(s string) string {
	return strings.NewReplacer(",", " ", "/", " ", "-", " ").Replace(text.Key(s))
}

// plain folds, writes abbreviations out and takes a last y for i.
func plain(s string) []string {
	f := " " + text.Fold(s) + " "
	for _, a := range [][2]string{
		{"hop tac xa", "htx"},
		{"to hop tac", "tht"},
		{"lien hiep htx", "lhhtx"},
		{"quy tin dung nhan dan", "qtdnd"},
		{"cong ty", "cty"},
		{"co phan", "cp"},
		{"dac khu", "dk"},
		{"thanh pho", "tp"},
		{"thi xa", "tx"},
		{"thi tran", "tt"},
		{"nong nghiep", "nn"},
		{"dich vu", "dv"},
	} {
		f = strings.ReplaceAll(f, " "+a[0]+" ", " "+a[1]+" ")
	}
	ws := strings.Fields(f)
	for i, w := range ws {
		ws[i] = loosely(w)
	}
	return ws
}

func loosely(w string) string {
	if n := len(w); n > 1 && w[n-1] == 'y' && (!strings.ContainsRune("aeiou", rune(w[n-2])) || strings.HasPrefix(w, "qu")) {
		return w[:n-1] + "i"
	}
	return w
}

var kindFolds = map[string]bool{
	"htx": true, "tht": true, "lhhtx": true, "qtdnd": true, "cty": true, "tnhh": true, "cp": true, "xa": true, "phuong": true, "tp": true, "dk": true, "tinh": true,
}

func grade(j *judged, m *meaning) int {
	if m.digits != "" {
		for _, x := range j.marks {
			if x == m.digits {
				return 90
			}
		}
		return 0
	}
	g, in := 0, j.titleM
	switch bag := dropKinds(m.bag); {
	case sameBag(bag, dropKinds(j.bag)) && within(m.bag, j.title, false):
		g = 80
	case oneForOne(m.bag, j.bag) || oneForOne(bag, dropKinds(j.bag)) && within(m.bag, j.title, true):
		g = 70
	case within(m.bag, j.title, false):
		g = 60
	case within(m.bag, j.title, true):
		g = 50
	case within(m.bag, j.all, false):
		g, in = 40, j.allM
	case within(m.bag, j.all, true):
		g, in = 20, j.allM
	default:
		return 0
	}
	if within(m.withMarks, in, true) {
		return g + 5
	}
	return g
}

// shortened are words of a kind that stand abbreviated in one text and written out in
// another; their marks say nothing.
func shortened(w string) bool {
	return strings.Contains(" hợp tác xã tổ quỹ tín dụng nhân dân công ty liên hiệp thành phố nông nghiệp dịch vụ phường tỉnh cổ phần đặc ", " "+w+" ")
}

func dropKinds(ws []string) []string {
	for len(ws) > 1 && kindFolds[ws[0]] {
		ws = ws[1:]
	}
	return ws
}

func sameBag(a, b []string) bool {
	return len(a) > 0 && len(a) == len(b) && within(a, b, false)
}

func oneForOne(typed, title []string) bool {
	if len(typed) == 0 || len(typed) != len(title) {
		return false
	}
	for i := range typed {
		if !strings.HasPrefix(title[i], typed[i]) {
			return false
		}
	}
	return true
}

// within reports whether every word finds one of its own, whole ones first.
func within(ws, in []string, begin bool) bool {
	var used [64]bool
	for _, w := range ws {
		at := -1
		for i, x := range in {
			if i == len(used) {
				break
			}
			if used[i] {
				continue
			}
			if x == w {
				at = i
				break
			}
			if begin && at < 0 && strings.HasPrefix(x, w) {
				at = i
			}
		}
		if at < 0 {
			return false
		}
		used[at] = true
	}
	return true
}
