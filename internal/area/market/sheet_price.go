package market

import (
	"regexp"
	"strings"

	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// asked is a price as a cell states it: đồng × 1000 for one Per. Low and High differ
// where a range is written: of a seller's range the lower end is what they agree at
// least, of a buyer's the upper end is what they pay at most.
type asked struct {
	Low, High int64
	Per       string // folded unit behind the slash; "" when none is written
	Scaled    bool   // a word for thousands or millions was there
	Garden    bool   // «tại vườn» stands in the cell
	Store     bool   // «tại kho», «giao tận nơi»
	Rest      string
	Doubt     bool
}

// What a price cell may say instead of a price.
type priceFault string

const (
	priceOK       priceFault = ""
	priceNone     priceFault = "missing"  // empty or a dash
	priceMarket   priceFault = "market"   // «theo thị trường»: stated that there is none
	priceUnclear  priceFault = "unclear"  //
	priceNegative priceFault = "negative" // refused
	priceAbsurd   priceFault = "absurd"   // refused
)

var marketWords = []string{"thi truong", "thoa thuan", "thuong luong", "thuong thao", "gia cho", "tuy thoi diem", "theo thoi diem", "thoi gia", "lien he", "chua chot", "chua co", "theo gia", "tuy loai", "bao sau", "dam phan"}

var marketExact = map[string]bool{"tt": true, "gtt": true, "tl": true, "khong": true, "chua": true, "lh": true}

var (
	reMillionTail  = regexp.MustCompile(`([0-9])\s*tr(?:ieu)?\s*([0-9])\b`) // 1tr2
	reThousandTail = regexp.MustCompile(`\b([0-9]{1,3})k([0-9])\b`)         // 4k5
	rePer          = regexp.MustCompile(`(?:/|\bmot |\bmoi |\btren )\s*(?:1 ?)?([a-z][a-z0-9]*)`)
)

var priceNoise = strings.NewReplacer("(", " ", ")", " ", "vnd", " d", "dong", " d")

var noMarks = strings.NewReplacer(".", "", ",", "", " ", "")

var moneyWords = map[string]int64{"k": 1000, "n": 1000, "ng": 1000, "ngh": 1000, "nghin": 1000, "ngan": 1000, "ngin": 1000, "tr": 1_000_000, "trieu": 1_000_000, "ty": 1_000_000_000}

var currencyWords = map[string]bool{"d": true, "dong": true, "vnd": true, "vn": true, "dg": true}

// readPrice reads the cell of a price.
func readPrice(c sheet.Cell) (asked, priceFault) {
	if c.Number {
		n, fault := milliOf(c.Raw)
		switch fault {
		case amountNegative:
			return asked{}, priceNegative
		case amountAbsurd:
			return asked{}, priceAbsurd
		case amountUnclear:
			return asked{}, priceUnclear
		}
		if n == 0 {
			return asked{}, priceNone
		}
		a := asked{Low: n, High: n}
		if m := rePer.FindStringSubmatch(unmarked(c.Text)); m != nil {
			a.Per = m[1]
		}
		return a, priceOK
	}
	return readPriceText(c.Text)
}

func readPriceText(s string) (asked, priceFault) {
	var a asked
	p := strings.Trim(unmarked(s), " .;,")
	if noneWords[p] || p == "0" {
		if p == "khong" || p == "chua co" {
			return a, priceMarket
		}
		return a, priceNone
	}
	f := text.Fold(p)
	if marketExact[f] {
		return a, priceMarket
	}
	digits := reNumber.MatchString(p)
	for _, w := range marketWords {
		if !digits && hasWords(f, w) {
			return a, priceMarket
		}
	}
	if !digits {
		return a, priceUnclear
	}
	if reCount.MatchString(noMarks.Replace(p)) {
		return a, priceAbsurd
	}
	if strings.HasPrefix(p, "-") && len(p) > 1 && (p[1] == ' ' || p[1] >= '0' && p[1] <= '9') {
		return a, priceNegative
	}
	a.Garden, a.Store, p = priceAtIn(p)
	p = priceNoise.Replace(p)
	p = reMillionTail.ReplaceAllString(p, "$1,$2 tr")
	p = reThousandTail.ReplaceAllString(p, "$1,$2 k")
	if m := rePer.FindStringSubmatchIndex(p); m != nil {
		a.Per = p[m[2]:m[3]]
		p = p[:m[0]] + " " + p[m[1]:]
		if m := rePer.FindStringSubmatchIndex(p); m != nil && p[m[2]:m[3]] == a.Per { // «12k/kg - 14k/kg»
			p = p[:m[0]] + " " + p[m[1]:]
		}
	}
	p = reSpaces.ReplaceAllString(reSpaces.ReplaceAllString(p, "$1$2"), "$1$2")
	p = reGlued.ReplaceAllString(p, "$1 $2")
	type part struct{ milli, times int64 }
	var parts []part
	sep := false
	for _, t := range amountTokens(p) {
		switch {
		case t.num:
			n, doubt, ok := text.ReadNumber(t.s)
			if !ok || len(parts) == 2 || len(parts) == 1 && !sep {
				return a, priceUnclear
			}
			a.Doubt = a.Doubt || doubt
			parts = append(parts, part{n, 1})
		case t.sep && len(parts) == 1:
			sep = true
		case moneyWords[t.s] > 0 && len(parts) > 0 && parts[len(parts)-1].times == 1:
			parts[len(parts)-1].times = moneyWords[t.s]
			a.Scaled = true
		case currencyWords[t.s] || fillers[t.s] || priceFillers[t.s] || t.sep:
		case a.Per == "" && len(parts) > 0 && weightUnits[t.s] > 0:
			a.Per = t.s
		default:
			a.Rest = strings.TrimSpace(a.Rest + " " + t.s)
		}
	}
	if len(parts) == 0 {
		return a, priceUnclear
	}
	last := parts[len(parts)-1]
	if parts[0].times == 1 && parts[0].milli <= last.milli { // «12-14k»
		parts[0].times = last.times
	}
	for _, x := range parts {
		if x.milli > 1e16/x.times {
			return a, priceAbsurd
		}
	}
	a.Low, a.High = parts[0].milli*parts[0].times, last.milli*last.times
	if a.High < a.Low || a.Low <= 0 {
		return a, priceUnclear
	}
	return a, priceOK
}

var priceFillers = map[string]bool{"tu": true, "khoang": true, "tren": true, "duoi": true, "toi": true, "thieu": true, "da": true, "it": true, "nhat": true, "gia": true, "tro": true, "len": true, "xuong": true, "tam": true, "ban": true, "mua": true, "thu": true, "so": true}

var gardenWords = []string{"tai vuon", "tai ruong", "tai nha vuon", "tai trai", "tai ao", "tai htx", "tai goc", "tai noi san xuat", "ben mua tu cho", "ben mua cho", "ben mua van chuyen", "tu van chuyen", "dau bo", "vuon"}

var storeWords = []string{"tai kho", "giao tan noi", "giao tan kho", "tai cua hang", "tai sieu thi", "tai cho", "ben ban van chuyen", "ben ban giao", "noi giao", "tai ha noi", "tai nha may", "bao van chuyen", "da gom van chuyen", "kho"}

// priceAtIn finds where a price is meant and takes the words out of p.
func priceAtIn(p string) (garden, store bool, rest string) {
	rest = p
	for _, w := range gardenWords {
		if hasWords(text.Fold(rest), w) {
			return true, false, strings.Join(strings.Fields(strings.Replace(rest, w, " ", 1)), " ")
		}
	}
	for _, w := range storeWords {
		if hasWords(text.Fold(rest), w) {
			return false, true, strings.Join(strings.Fields(strings.Replace(rest, w, " ", 1)), " ")
		}
	}
	return false, false, rest
}
