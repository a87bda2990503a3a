package market

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/text"
)

// paperWords is one certificate as a cell names it, before its kind is looked up.
type paperWords struct {
	Text    string       // plain, the parts below left out
	Shown   string       // as written
	Scope   string       // «5 tấn», «2 ha»: what stood behind the name
	Until   calendar.Day // 0: none written
	Pending bool         // «đang làm», «chưa có»: not held
	Wish    bool         // «ưu tiên»: not required
}

var pendingWords = []string{"dang lam", "dang xin", "dang cho", "dang hoan thien", "dang hoan tat", "dang dang ky", "dang tham dinh", "dang danh gia", "cho cap", "sap co", "chua co", "chua xong", "se co", "dang trinh", "dang cap lai", "dang gia han", "cho ket qua", "huong", "theo huong", "dinh huong"}

var expiredWords = []string{"da het han", "het hieu luc", "het han roi", "qua han"}

var (
	reUntil = regexp.MustCompile(`(?:het han|co gia tri den|hieu luc den|han den|gia tri den|han|hsd|den het|den|until)[: ]*((?:thang |t)?[0-9]{1,2}(?:[/.-][0-9]{1,4}){1,2})`)
	reScope = regexp.MustCompile(`(?:cho |ap dung cho |pham vi |quy mo )?(?:khoang )?([0-9][0-9.,]*) ?(tan|ta|kg|yen|ha|hecta|sao|mau|m2)\b`)
)

// noPapers are cells that say there is or need be none.
var noPapers = map[string]bool{"": true, "khong": true, "ko": true, "khong co": true, "chua co": true, "khong yeu cau": true, "khong can": true, "x": false, "tuy": true, "khong bat buoc": true, "chua": true}

// splitPapers takes a cell apart: «VietGAP (5 tấn) hạn 30/11/2023; OCOP 3 sao» is two.
func splitPapers(s string) []paperWords {
	var out []paperWords
	for _, part := range splitOutside(s) {
		p := unmarked(part)
		p = strings.Trim(p, " .;,-")
		if noPapers[text.Fold(p)] {
			continue
		}
		w := paperWords{Shown: strings.Join(strings.Fields(part), " ")}
		if m := reUntil.FindStringSubmatchIndex(p); m != nil {
			if r, ok := readRough(p[m[2]:m[3]]); ok && r.year != 0 {
				if span, ok := r.in(r.year); ok {
					w.Until = span.To
				}
			}
			p = p[:m[0]] + " " + p[m[1]:]
		}
		f := text.Fold(p)
		for _, e := range expiredWords {
			if hasWords(f, e) && w.Until == 0 {
				w.Pending = true
				p = strings.Replace(p, e, " ", 1)
			}
		}
		for _, e := range pendingWords {
			if hasWords(f, e) {
				w.Pending = true
				p = strings.Replace(p, e, " ", 1)
			}
		}
		for _, e := range []string{"uu tien", "neu co", "khuyen khich", "co thi tot"} {
			if hasWords(f, e) {
				w.Wish = true
				p = strings.Replace(p, e, " ", 1)
			}
		}
		if m := reScope.FindStringSubmatchIndex(p); m != nil && !(p[m[4]:m[5]] == "sao" && hasWords(f, "ocop")) { // stars, not sào
			w.Scope = p[m[2]:m[3]] + " " + p[m[4]:m[5]]
			p = p[:m[0]] + " " + p[m[1]:]
		}
		w.Text = strings.Join(strings.Fields(strings.NewReplacer("(", " ", ")", " ").Replace(p)), " ")
		w.Text = strings.Trim(w.Text, " .,:;-")
		if w.Text == "" && len(out) > 0 && (w.Until != 0 || w.Scope != "" || w.Pending) { // «VietGAP, hạn 30/11/2023»
			last := &out[len(out)-1]
			if w.Until != 0 {
				last.Until = w.Until
			}
			if w.Scope != "" {
				last.Scope = w.Scope
			}
			last.Pending = last.Pending || w.Pending
			continue
		}
		if w.Text != "" {
			out = append(out, w)
		}
	}
	return out
}

// splitOutside splits at ; , + and line ends that do not stand in brackets.
func splitOutside(s string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			depth = max(0, depth-1)
		case ';', '\n', '+', ',', '&':
			digits := r == ',' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' && i > 0 && s[i-1] >= '0' && s[i-1] <= '9'
			if depth == 0 && !digits {
				out = append(out, s[start:i])
				start = i + 1
			}
		}
	}
	return append(out, s[start:])
}

// mixFault says how sure a class cell is.
type mixFault string

const (
	mixOK      mixFault = ""
	mixNone    mixFault = "none"    // nothing stated: the whole garden
	mixSpan    mixFault = "span"    // «Loại 1-2» without shares
	mixUnclear mixFault = "unclear" //
)

var reClassShare = regexp.MustCompile(`(?:loai|l|hang|class)? ?([123]|iii|ii|i|a|b|c)\b[ :=-]*\(?([0-9]{1,3}(?:[.,][0-9]+)?) ?%|([0-9]{1,3}(?:[.,][0-9]+)?) ?% ?(?:la )?(?:loai|l|hang)? ?([123]|iii|ii|i|a|b|c)\b`)

var unsortedWords = []string{"xo", "ca vuon", "hang xo", "mua xo", "xo ca vuon", "khong phan loai", "chua phan loai", "lan lon", "dong deu", "ca lo", "tron", "bao vuon", "tat ca", "moi loai", "hang vuon"}

func classNumber(s string) int {
	switch s {
	case "1", "i", "a":
		return 1
	case "2", "ii", "b":
		return 2
	case "3", "iii", "c":
		return 3
	}
	return 0
}

var reShortClass = regexp.MustCompile(`\bl([123])`)

// readMix reads an offer's class cell as shares per mille of unsorted, class 1, 2, 3.
// «Loại 1-2» is counted as the lower class until the shares are known.
func readMix(s string) ([4]int64, mixFault) {
	p := strings.Trim(unmarked(s), " .;,")
	if noneWords[p] {
		return [4]int64{1000}, mixNone
	}
	f := text.Fold(p)
	if ms := reClassShare.FindAllStringSubmatch(p, -1); len(ms) > 0 {
		var mix [4]int64
		for _, m := range ms {
			c, share := m[1], m[2]
			if c == "" {
				c, share = m[4], m[3]
			}
			n, _, ok := text.ReadNumber(share)
			if k := classNumber(c); !ok || mix[k] != 0 {
				return [4]int64{1000}, mixUnclear
			} else {
				mix[k] = n / 100
			}
		}
		if sum := mix[1] + mix[2] + mix[3]; sum > 1000 {
			return [4]int64{1000}, mixUnclear
		} else {
			mix[0] = 1000 - sum
		}
		return mix, mixOK
	}
	for _, w := range unsortedWords {
		if hasWords(f, w) {
			return [4]int64{1000}, mixOK
		}
	}
	low, high, ok := classSpan(f)
	switch {
	case !ok:
		return [4]int64{1000}, mixUnclear
	case low == high:
		var mix [4]int64
		mix[low] = 1000
		return mix, mixOK
	}
	var mix [4]int64
	mix[high] = 1000
	return mix, mixSpan
}

// classSpan finds the best and the lowest class named in a folded text.
func classSpan(f string) (best, lowest int, ok bool) {
	f = strings.NewReplacer("loai", " loai ", "hang", " hang ").Replace(f)
	f = reShortClass.ReplaceAllString(f, " $1 ")
	best = 4
	for _, w := range strings.Fields(f) {
		switch w {
		case "loai", "hang", "l", "va", "den", "tu", "tro", "len", "hoac", "class", "qua", "pham", "cap", "toi", "thieu", "chuan":
			continue
		}
		k := classNumber(w)
		if k == 0 {
			return 0, 0, false
		}
		best, lowest = min(best, k), max(lowest, k)
	}
	return best, lowest, lowest > 0
}

var anyClass = []string{"khong yeu cau", "moi loai", "tat ca", "xo", "ca vuon", "bat ky", "khong phan biet", "khong", "loai nao cung duoc"}

// readMinClass reads the lowest class a buyer takes: 0 any, 1, 2, 3.
func readMinClass(s string) (int64, bool) {
	p := strings.Trim(unmarked(s), " .;,")
	if noneWords[p] {
		return 0, true
	}
	f := text.Fold(p)
	for _, w := range anyClass {
		if hasWords(f, w) {
			return 0, true
		}
	}
	_, lowest, ok := classSpan(f)
	return int64(lowest), ok
}

// readPercent reads 60, 0,6, "60%", "60 %" as basis points; fraction says that numbers up
// to one are shares of one.
func readPercent(s string, fraction bool) (bp int64, ok bool) {
	p := strings.Trim(unmarked(s), " .;,")
	if noneWords[p] || p == "0" {
		return 0, true
	}
	pct := strings.Contains(p, "%")
	p = strings.TrimSpace(strings.TrimSuffix(strings.ReplaceAll(p, "%", " "), "phan tram"))
	n, _, ok := text.ReadNumber(strings.TrimSpace(p))
	if !ok || n < 0 {
		return 0, false
	}
	if !pct && fraction && n <= 1000 {
		return n * 10, true
	}
	if n > 1_000_000 {
		return 0, false
	}
	return n / 10, true
}

var reInt = regexp.MustCompile(`[0-9]{1,6}`)

// readCount reads a small number with words around it: «1 hóa đơn», «tối đa 3 nguồn»,
// «không giới hạn». Of a range the smaller number counts.
func readCount(s string) (int, bool) {
	p := strings.Trim(unmarked(s), " .;,")
	if noneWords[p] {
		return 0, true
	}
	f := text.Fold(p)
	for _, w := range []string{"khong gioi han", "khong han che", "khong yeu cau", "tuy", "bao nhieu cung duoc"} {
		if hasWords(f, w) {
			return 0, true
		}
	}
	if n := map[string]int{"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "duy nhat": 1}[strings.Fields(f + " .")[0]]; n > 0 {
		return n, true
	}
	ms := reInt.FindAllString(p, -1)
	if len(ms) == 0 || len(ms) > 2 {
		return 0, false
	}
	n, _ := strconv.Atoi(ms[0])
	return n, n > 0 && n <= 100_000
}

var rePay = regexp.MustCompile(`^(?:sau |trong |trong vong |toi da |cong no |no )?([0-9]{1,4})(?: ?(?:-|den) ?([0-9]{1,4}))? ?(ngay|tuan|thang)?(?: ?(?:lam viec|sau .*|tu .*|ke tu .*))?$`)

// readPayDays reads the days a buyer takes to pay; of a range the later day counts,
// against the gain.
func readPayDays(s string) (int64, bool) {
	p := strings.Trim(unmarked(s), " .;,")
	f := text.Fold(p)
	if noneWords[p] || p == "0" {
		return 0, true
	}
	for _, w := range []string{"ngay khi", "tra ngay", "thanh toan ngay", "tien mat", "cod", "ngay", "truoc", "ung truoc", "tai cho"} {
		if !reInt.MatchString(p) && hasWords(f, w) {
			return 0, true
		}
	}
	m := rePay.FindStringSubmatch(p)
	if m == nil {
		return 0, false
	}
	days, _ := strconv.ParseInt(m[1], 10, 64)
	if m[2] != "" {
		if last, _ := strconv.ParseInt(m[2], 10, 64); last > days {
			days = last
		}
	}
	days *= map[string]int64{"": 1, "ngay": 1, "tuan": 7, "thang": 30}[m[3]]
	if days < 0 || days > 3650 {
		return 0, false
	}
	return days, true
}
