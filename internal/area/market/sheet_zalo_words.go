package market

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/lienket/lienket/internal/base/text"
)

// lineWords knows the names that may stand in a line.
type lineWords struct {
	rd      *sheetReader
	names   map[string]bool // folded names of goods
	general map[string]bool // folded first words of several: «cam», «bưởi»
}

func newLineWords(rd *sheetReader) *lineWords {
	w := &lineWords{rd: rd, names: map[string]bool{}, general: map[string]bool{}}
	for _, c := range rd.deps.Catalog.All() {
		base, rest, _ := strings.Cut(c.NameVI, "(")
		names := append(strings.Split(base, "/"), c.Aliases...)
		names = append(names, strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune("(),;/", r) })...)
		for _, n := range names {
			f := text.Fold(n)
			if f == "" {
				continue
			}
			w.names[f] = true
			first, more, _ := strings.Cut(f, " ")
			if more != "" && !slices.Contains(lineClassifiers, first) && !nameEnds[first] {
				w.general[first] = true
			}
		}
	}
	return w
}

var lineClassifiers = []string{"qua", "trai", "cu", "cay", "rau", "con", "hat"}

// word is one word of a line that is not taken yet.
type word struct {
	from, to int
	s        string // plain
}

var reWord = regexp.MustCompile(`[a-z0-9?]+`)

// runs are the words of a line in stretches without punctuation or pieces taken.
func (l *freeLine) runs() (out [][]word) {
	last := -2
	for _, m := range reWord.FindAllIndex(l.plain, -1) {
		w := word{m[0], m[1], string(l.plain[m[0]:m[1]])}
		if between := ""; last >= 0 {
			between = string(l.plain[last:m[0]])
			if strings.Trim(between, " ") == "" {
				out[len(out)-1] = append(out[len(out)-1], w)
				last = m[1]
				continue
			}
		}
		out = append(out, []word{w})
		last = m[1]
	}
	return out
}

// goodsAt is a place where goods are named.
type goodsAt struct {
	from, to int
	words    int
	sure     bool
	code     string
}

const maxGoodsWords = 6

// goods finds the best name of goods: a known name before a general word, more words
// before fewer, the first before later ones.
func (w *lineWords) goods(l *freeLine) (best goodsAt, ok bool) {
	better := func(a goodsAt) bool {
		switch {
		case !ok:
			return true
		case a.sure != best.sure:
			return a.sure
		}
		return a.words > best.words && (a.sure || a.from == best.from)
	}
	for _, run := range l.runs() {
		for i := range run {
			joined := ""
			for n := 1; n <= maxGoodsWords && i+n <= len(run); n++ {
				joined = strings.TrimSpace(joined + " " + run[i+n-1].s)
				at := goodsAt{from: run[i].from, to: run[i+n-1].to, words: n}
				bare := joined
				if first, rest, found := strings.Cut(joined, " "); found && slices.Contains(lineClassifiers, first) {
					bare = rest
				}
				if !w.names[joined] && !w.names[bare] && !(n == 1 && w.general[joined]) {
					continue
				}
				code, _, sure, candidates := w.rd.deps.Catalog.Match(l.piece(at.from, at.to))
				if !sure && len(candidates) == 0 {
					continue
				}
				if n == 1 && !sure && i+1 < len(run) && unicode.IsUpper(l.src[run[i].from]) && unicode.IsUpper(l.src[run[i+1].from]) && !l.shouting() {
					continue // «Lạc Sơn» is no lạc
				}
				if n == 1 && w.doubtful(l, run, i) {
					continue
				}
				if at.sure, at.code = sure, code; better(at) {
					best, ok = at, true
				}
			}
		}
	}
	return best, ok
}

// doubtful says that one short word may be something else: part of a name, or another
// word whose mark is missing («bo», «le», «man»).
func (w *lineWords) doubtful(l *freeLine, run []word, i int) bool {
	if len(run[i].s) > 4 {
		return false
	}
	src := string(l.src[run[i].from:run[i].to])
	marked := text.Fold(src) != strings.ToLower(src)
	if marked && !unicode.IsUpper(l.src[run[i].from]) {
		return false
	}
	if i > 0 && slices.Contains(lineClassifiers, run[i-1].s) {
		return false
	}
	beside := func(c column) bool { return l.cells[c] != "" }
	first := i == 0 || reTradeWord.MatchString(run[i-1].s)
	return !(first && beside(colQuantity)) && !marked || unicode.IsUpper(l.src[run[i].from]) && i > 0 && unicode.IsUpper(l.src[run[i-1].from])
}

// read cuts a line into records; none when it names neither goods nor a quantity. What
// was found besides stays in l.cells.
func (w *lineWords) read(l *freeLine) []map[column]string {
	parts := w.split(l)
	if len(parts) < 2 {
		w.cut(l)
		if l.cells[colCommodity] == "" && (l.cells[colQuantity] == "" || l.cells[colParty] == "" && l.cells[colFloor] == "") {
			return nil
		}
		return []map[column]string{l.cells}
	}
	var out []map[column]string
	for _, p := range parts {
		sub := newFreeLine(string(l.src[p[0]:p[1]]))
		copy(sub.plain, l.plain[p[0]:p[1]]) // what was hidden stays so
		w.cut(sub)
		out = append(out, sub.cells)
	}
	for _, c := range []column{colParty, colContact, colPhone, colTax, colPlace, colWindow, colPriceAt} {
		said, times := "", 0
		for _, r := range out {
			if r[c] != "" {
				said = r[c]
				times++
			}
		}
		if times == 1 {
			for _, r := range out {
				r[c] = said
			}
		}
	}
	for c, s := range l.cells {
		for _, r := range out {
			if r[c] == "" {
				r[c] = s
			}
		}
	}
	return out
}

var reCut = regexp.MustCompile(`[;,+|]| va | & `)

// split finds lines that list several goods, each with its quantity.
func (w *lineWords) split(l *freeLine) (parts [][2]int) {
	s := l.String()
	from := 0
	for _, m := range append(reCut.FindAllStringIndex(s, -1), []int{len(s), len(s)}) {
		if m[0] > 0 && m[1] < len(s) && s[m[0]] == ',' && isDigit(s[m[0]-1]) && isDigit(s[m[1]]) {
			continue // 1,5
		}
		if m[0] <= from {
			continue
		}
		sub := newFreeLine(string(l.src[from:m[0]]))
		copy(sub.plain, l.plain[from:m[0]])
		sub.cutFigures()
		if sub.cells[colQuantity] != "" {
			sub.cutParty(w)
			if g, ok := w.goods(sub); ok && (g.sure || len(parts) == 0) {
				parts = append(parts, [2]int{from, m[0]})
				from = m[1]
				continue
			}
		}
		if len(parts) > 0 { // belongs to the record before
			parts[len(parts)-1][1] = m[0]
			from = m[1]
		}
	}
	if len(parts) > 0 {
		parts[0][0] = 0
		for i := range parts[:len(parts)-1] {
			parts[i][1] = parts[i+1][0]
		}
		parts[len(parts)-1][1] = len(s)
	}
	return parts
}

// cut fills the cells of a line that is one record.
func (w *lineWords) cut(l *freeLine) {
	l.cutFigures()
	l.cutParty(w)
	if g, ok := w.goods(l); ok {
		l.take(colCommodity, g.from, g.to)
	} else if w.fromParty(l) {
		l.hide(0, 0)
	}
	w.cutPlace(l)
	if l.cells[colParty] == "" {
		l.cutName()
	}
	if l.cells[colParty] == "" && l.cells[colContact] != "" { // whom the chat names as the sender
		l.cells[colParty] = l.cells[colContact]
	}
	l.rest()
}

// fromParty takes goods off the end of a name that swallowed them («chị Hoa bưởi Diễn»).
func (w *lineWords) fromParty(l *freeLine) bool {
	if l.party[1] == 0 || l.cells[colQuantity] == "" {
		return false
	}
	sub := newFreeLine(string(l.src[l.party[0]:l.party[1]]))
	words := sub.runs()
	if len(words) != 1 || len(words[0]) < 3 {
		return false
	}
	sub.hide(0, words[0][2].from)
	g, ok := w.goods(sub)
	if !ok || strings.TrimSpace(string(sub.plain[g.to:])) != "" {
		return false
	}
	at := l.party[0]
	l.cells[colCommodity] = l.piece(at+g.from, at+g.to)
	l.cells[colParty] = l.piece(at, at+g.from)
	return true
}

// rest keeps what was not understood as a remark.
func (l *freeLine) rest() {
	var out []string
	for _, part := range strings.FieldsFunc(string(l.remaining()), func(r rune) bool { return r == '|' || r == ',' || r == ';' || r == '\n' }) {
		if part = strings.Trim(part, " .,:;-–+()/*!"); len([]rune(part)) < 3 {
			continue
		}
		f := text.Fold(part)
		if f == "" || tradeWords[strings.ToLower(part)] != sideUnsaid || fillerWords[f] {
			continue
		}
		out = append(out, part)
	}
	if len(out) > 0 {
		l.cells[colNote] = strings.Join(out, "; ")
	}
}

// remaining is the line as written with bars where pieces were taken.
func (l *freeLine) remaining() []rune {
	out := slices.Clone(l.src)
	for i, b := range l.plain {
		if b == '|' {
			out[i] = '|'
		}
	}
	return out
}

var fillerWords = map[string]bool{
	"ban": true, "can ban": true, "can mua": true, "mua": true, "co": true, "con": true, "hien co": true, "dang co": true, "nha em": true, "nha minh": true, "em": true, "minh": true, "ben em": true, "gia": true,
	"so luong": true, "san luong": true, "lien he": true, "hang": true, "nhe": true, "a": true, "va": true, "voi": true, "cho": true, "tai": true, "can": true, "giao": true, "lh": true, "sdt": true, "thu mua": true,
}
