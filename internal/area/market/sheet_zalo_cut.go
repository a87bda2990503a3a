package market

import (
	"regexp"
	"strings"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/text"
)

// The patterns work on plain letters; their first group, if any, is the cell.
const (
	pNum    = `[0-9]+(?:[.,][0-9]+)*`
	pPiece  = `(?:qua|trai|con|cay|bo|bap|mo|buong|nai|hop|thung|bich|tui|gio|bao|chai|lo|cu|khay|vi|goc|canh|bong|day|xau)`
	pWeigh  = `(?:tan|ta|yen|kg|kgs|can|ky|ki|kilo|lang)`
	pAbout  = `(?:(?:khoang|tam|hon|gan|duoi|toi da|tren|du kien|uoc tinh|uoc|it nhat|toi thieu|tren duoi|~)[ :]*)*`
	pEach   = `(?: ?(?:/|moi |mot |1 )(?:1 )?(?:ngay|hom|tuan|thang|nam|vu|dot)\b)?`
	pMany   = `(?: ?(?:k|nghin|ngan|ngin|chuc|tram|van|trieu)\b)?`
	pScale  = `(?: ?(?:k|nghin|ngan|ngin|trieu|tr)(?:[0-9]{1,3})?\b)`
	pDong   = `(?: ?(?:d|dong|vnd)\b)`
	pPer    = `(?: ?(?:/ ?|1 |mot |moi )(?:kg|can|ky|ki|tan|ta|yen|` + `qua|trai|con|cay|bo|bap|mo|buong|hop|thung|bich|tui|bao|cu|khay|chai)\b)`
	pPrice  = pNum + pScale + `?` + pDong + `?(?: ?(?:-|den|toi) ?` + pNum + pScale + `?` + pDong + `?)?` + pPer + `?`
	pAny    = `(?:ban|mua|thu mua|thu|san|chot|re|tot|si|le|goc|mong muon|de nghi|cao nhat|thap nhat|toi thieu|toi da|khoang|tam|tu|chi|duoi|tren|la|tai vuon|tai ruong|tai kho|tai cho|vuon|kho|hien tai|dang|duoc|tra|den|:|=|~)`
	pDayEnd = `(?:(?:ngay )?[0-9]{1,2}[/.][0-9]{1,2}(?:[/.](?:20)?[0-9]{2})?\b|(?:ngay )?[0-9]{1,2} thang (?:[0-9]{1,2}|gieng|chap)\b|(?:dau |giua |cuoi |trung tuan |thuong tuan |ha tuan |het )?(?:thang|th|t) ?(?:[0-9]{1,2}(?:[/-]20[0-9]{2}| nam 20[0-9]{2})?|gieng|chap)\b|ram(?: thang)? (?:[0-9]{1,2}|gieng|chap)\b|(?:mung|mong) [0-9]{1,2}(?: thang (?:gieng|[0-9]{1,2})\b| tet\b)?|tuan [0-9]{1,2}\b|quy (?:[1-4]|iv|i{1,3})\b|tet(?: nguyen dan| am lich| ta)?\b)(?: am lich\b| am\b| al\b)?`
)

var (
	rePieceOf  = regexp.MustCompile(`\b(` + pNum + `(?: ?- ?` + pNum + `)? ?(?:kg|g|gam|lang|can) ?/ ?(?:1 )?(?:qua|trai|con|cay|bap|bo|cu|buong|hop|tui|nai|mo|khay|bo)\b)`)
	rePieceEa  = regexp.MustCompile(`\b(?:moi |1 )(?:qua|con|trai|cay|bap|buong) (?:nang |khoang |tam )*(` + pNum + `(?: ?- ?` + pNum + `)? ?(?:kg|lang|can|g|gam)\b)`)
	reTraderAt = regexp.MustCompile(`\b(?:thuong lai|lai buon|lai)\b[^|0-9]{0,24}?\b(?:tra|mua|thu|gia|bat)\b[^|0-9]{0,12}?(` + pNum + `(?: ?- ?` + pNum + `)?(?:` + pScale + pDong + `?` + pPer + `?|` + pDong + pPer + `?|` + pPer + `))`)
	rePriceSay = regexp.MustCompile(`\b(?:don gia|gia)\b[ :]*(?:` + pAny + `[ :]*)*(` + pPrice + `)`)
	rePriceBar = regexp.MustCompile(`\b(` + pNum + `(?:` + pScale + pDong + `?|` + pDong + `)?(?: ?(?:-|den|toi) ?` + pNum + `)?(?:` + pScale + pDong + `?` + pPer + `?|` + pDong + pPer + `?|` + pPer + `))`)
	rePriceTxt = regexp.MustCompile(`\bgia (?:ca )?((?:thoa thuan|thuong luong|theo thi truong|thi truong|theo thoi diem|thoa thuan sau|lien he)\b)`)
	reAt       = regexp.MustCompile(`\b(?:gia )?(tai (?:vuon|ruong|kho|cho|goc|ao|trai|nha may|cua hang|sieu thi))\b`)
	reQty      = regexp.MustCompile(`(?:\b|~)(` + pAbout + pNum + pMany + `(?: ?(?:-|den|toi) ?` + pNum + pMany + `)? ?(?:` + pWeigh + `|` + pPiece + `|sao|ha|hecta)\b(?: ruoi\b)?(?: ` + pNum + ` (?:ta|yen|kg|can)\b)?` + pEach + `)`)
	reQtyWords = regexp.MustCompile(`\b((?:vai|may|nua|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|chuc)(?: chuc| tram)? (?:tan|ta|yen|kg|can)\b(?: ruoi\b)?` + pEach + `)`)
	reLeast    = regexp.MustCompile(`(?:moi chuyen|moi lan|moi dot|1 chuyen|mot chuyen|chuyen|giao tu|lay tu|nhan tu|don tu|tu)(?: xe)?(?: toi thieu| it nhat)?[ :]*$`)
	reLeastPre = regexp.MustCompile(`^(?:toi thieu|it nhat)`)
	reDays     = regexp.MustCompile(`(?:\b(?:tu |den |truoc |sau |dip |giap |trong |het |can )(?:het |ngay )?)?\b` + pDayEnd + `(?: ?(?:-|den het|den|toi|->|~) ?(?:het |ngay )?(?:` + pDayEnd + `|[0-9]{1,2}(?:/20[0-9]{2})?\b(?: ?tan\b)?))?(?: tro di\b)?`)
	reDayWords = regexp.MustCompile(`\b(quanh nam|co ngay|co san|san hang|hang san|hom nay|giao ngay|can ngay|can gap|dang thu hoach|hien co)\b`)
	reDaySpan  = regexp.MustCompile(`(?:^|[^0-9/.a-z])([0-9]{1,2} ?- ?[0-9]{1,2}/[0-9]{1,2}(?:/20[0-9]{2})?)\b`)
	reClass    = regexp.MustCompile(`\b((?:hang |qua )?(?:loai ?(?:[1-3]|iii|ii|i|a|b|c)\b(?: ?(?:-|va|,|den) ?(?:loai )?(?:[1-3]|a|b|c)\b)?(?: tro len)?)|l[123]\b|(?:hang |ban |mua )?xo\b(?: ca vuon)?|ca vuon\b)`)
	rePapers   = regexp.MustCompile(`\b((?:(?:chua co|dang lam|dang xin|sap co|dang cho cap|cho cap|da co|co giay|co chung nhan|giay chung nhan|chung nhan) )?(?:viet ?gap|viet ?gahp|global ?gap|huu co|organic|pgs|ocop(?: (?:[345]|ba|bon|nam) sao)?|[345] sao ocop|vsattp|attp|an toan thuc pham|ma so vung trong|ma vung trong|ma vung|msvt|puc|haccp|iso ?22000|iso|chi dan dia ly|tem truy xuat|truy xuat nguon goc|kiem dich)\b(?:,? ?\(?(?:het han|han den|han) [0-9]{1,2}/(?:[0-9]{1,2}/)?20[0-9]{2}\)?)?(?: (?:dang lam|dang xin|chua co|cho cap|dang cho|sap co))?)`)
	rePayLine  = regexp.MustCompile(`\b((?:cong no|no) [0-9]{1,3} ngay\b|(?:thanh toan|tra tien|tra) (?:ngay\b|tien mat\b|(?:sau |trong |trong vong )?[0-9]{1,3} ngay\b)|tien mat\b)`)
	reTaxCode  = regexp.MustCompile(`\b(?:mst|ma so thue)[ :.]*([0-9]{10}(?:-[0-9]{3})?)\b`)
	reLabel    = regexp.MustCompile(`(?:\b(?:so dien thoai|dien thoai|so dt|sdt|dtdd|dt|zalo|lien he|lh|goi|hotline|call|tel|alo|so|ib|inbox|nhan)\b[ :./]*)+$`)
)

// cutFigures takes out everything that has a shape of its own: numbers and fixed words.
// What is told by its shape best goes first.
func (l *freeLine) cutFigures() {
	l.cutPhones()
	l.first(reTaxCode, colTax)
	l.first(rePieceOf, colPiece)
	l.first(rePieceEa, colPiece)
	l.first(reTraderAt, colTrader)
	l.cutPrice()
	l.each(rePapers, colPapers, "; ")
	l.first(rePayLine, colPayDays)
	l.first(reClass, colClass)
	l.cutQuantity()
	l.cutDays()
}

// first takes the first place of a pattern.
func (l *freeLine) first(re *regexp.Regexp, c column) bool {
	m := re.FindStringSubmatchIndex(l.String())
	if m == nil {
		return false
	}
	l.take(c, m[2], m[3])
	l.hide(m[0], m[1])
	return true
}

func (l *freeLine) each(re *regexp.Regexp, c column, sep string) {
	for {
		m := re.FindStringSubmatchIndex(l.String())
		if m == nil {
			return
		}
		l.add(c, m[2], m[3], sep)
		l.hide(m[0], m[1])
	}
}

// cutPhones takes telephone numbers with the words in front of them.
func (l *freeLine) cutPhones() {
	for i := 0; i < len(l.plain); i++ {
		if c := l.plain[i]; c != '0' && c != '+' && c != '8' || i > 0 && (isDigit(l.plain[i-1]) || l.plain[i-1] == '.' && i > 1 && isDigit(l.plain[i-2])) {
			continue
		}
		end := phoneEnd(l.plain[i:])
		if end == 0 {
			continue
		}
		from := i
		if m := reLabel.FindStringIndex(string(l.plain[:i])); m != nil {
			from = m[0]
		}
		l.add(colPhone, i, i+end, "; ")
		l.hide(from, i)
		i += end - 1
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// phoneEnd is how many letters from the start are one telephone number; 0: none.
func phoneEnd(p []byte) int {
	digits, groups := 0, 0
	for i := 0; i < len(p) && i < 20 && digits <= 12; i++ {
		switch {
		case isDigit(p[i]):
			digits++
			if i+1 < len(p) && isDigit(p[i+1]) {
				continue
			}
			if digits >= 10 && len(registry.ParsePhones(string(p[:i+1]))) == 1 {
				if n := strings.TrimLeft(string(p[:i+1]), "+"); strings.HasPrefix(n, "0") || strings.HasPrefix(n, "84") {
					return i + 1
				}
			}
		case i == 0 && p[i] == '+':
		case p[i] == ' ' || p[i] == '.' || p[i] == '-':
			if groups++; groups > 5 || i+1 < len(p) && !isDigit(p[i+1]) {
				return 0
			}
		default:
			return 0
		}
	}
	return 0
}

// cutPrice takes the price: behind «giá» any number, elsewhere one that says đồng,
// thousands or «/kg», and is no count of pieces («5k quả»).
func (l *freeLine) cutPrice() {
	if l.first(reAt, colPriceAt) {
		defer func() { l.first(reAt, colPriceAt) }()
	}
	if l.first(rePriceSay, colFloor) || l.first(rePriceTxt, colFloor) {
		return
	}
	s := l.String()
	for at := 0; ; {
		m := rePriceBar.FindStringSubmatchIndex(s[at:])
		if m == nil {
			return
		}
		from, to := at+m[2], at+m[3]
		if from > 0 && strings.ContainsRune("/.,", rune(s[from-1])) || rePieceTail.MatchString(s[to:]) { // the end of a day, a count
			at = from + len(reNumber.FindString(s[from:]))
			continue
		}
		l.take(colFloor, from, to)
		return
	}
}

var rePieceTail = regexp.MustCompile(`^ ?(?:` + pPiece + `|` + pWeigh + `)\b`)

// cutQuantity takes the first quantity; one of several that speaks of a delivery is the
// smallest delivery.
func (l *freeLine) cutQuantity() {
	s := l.String()
	all := reQty.FindAllStringSubmatchIndex(s, -1)
	var own [][]int
	for _, m := range all {
		if l.otherWord(m[2], m[3]) {
			continue
		}
		if len(all) > 1 && l.cells[colMinLine] == "" {
			if pre := reLeast.FindStringIndex(s[:m[2]]); pre != nil || reLeastPre.MatchString(s[m[2]:m[3]]) && len(own) > 0 {
				l.take(colMinLine, m[2], m[3])
				if pre != nil {
					l.hide(pre[0], pre[1])
				}
				continue
			}
		}
		own = append(own, m)
	}
	if len(own) > 0 {
		l.qty = [2]int{own[0][2], own[0][3]}
		l.take(colQuantity, own[0][2], own[0][3])
		for _, m := range own[1:] { // a second one is asked about with the first
			if next := l.piece(m[2], m[3]); strings.HasPrefix(strings.TrimSpace(string(l.src[own[0][3]:m[2]])), "(") {
				l.cells[colQuantity] += " (" + next + ")"
				l.hide(m[2], m[3])
			}
		}
		return
	}
	l.first(reQtyWords, colQuantity)
}

// otherWord says that the unit is another word once its marks are looked at: «5 cần»,
// «3 còn».
func (l *freeLine) otherWord(i, j int) bool {
	words := strings.Fields(strings.ToLower(string(l.src[i:j])))
	switch words[len(words)-1] {
	case "cần", "còn", "có", "bò", "bơ", "bỏ", "mơ", "tận", "tân", "ký", "qua", "nải", "cử":
		return words[len(words)-1] != "ký" && words[len(words)-1] != "nải" && words[len(words)-1] != "qua"
	}
	return false
}

func (l *freeLine) cutDays() {
	if l.first(reDaySpan, colWindow) {
		return
	}
	if m := reDays.FindStringIndex(l.String()); m != nil {
		l.take(colWindow, m[0], m[1])
		return
	}
	l.first(reDayWords, colWindow)
}

// Words that say who a line comes from: a seller or a buyer. They count only where the
// marks agree, if there are any: «mùa» is no «mua».
var (
	reTradeWord = regexp.MustCompile(`\b(?:can ban|muon ban|ban|cung cap|cung ung|can tieu thu|tim dau ra|can dau ra|tim noi tieu thu|co hang|con hang|nhuong|can mua|muon mua|tim mua|thu mua|dat mua|dat hang|can nhap|can nguon|tim nguon|nhap|mua|lay|can)\b`)
	tradeWords  = map[string]side{
		"cần bán": sideOffer, "muốn bán": sideOffer, "bán": sideOffer, "cung cấp": sideOffer, "cung ứng": sideOffer, "cần tiêu thụ": sideOffer, "tìm đầu ra": sideOffer, "cần đầu ra": sideOffer,
		"tìm nơi tiêu thụ": sideOffer, "có hàng": sideOffer, "còn hàng": sideOffer, "nhượng": sideOffer,
		"cần mua": sideDemand, "muốn mua": sideDemand, "tìm mua": sideDemand, "thu mua": sideDemand, "đặt mua": sideDemand, "đặt hàng": sideDemand, "cần nhập": sideDemand, "cần nguồn": sideDemand, "tìm nguồn": sideDemand, "nhập": sideDemand, "lấy": sideDemand, "mua": sideDemand, "cần": sideDemand,
	}
)

// side reads the words of buying and selling that are still there.
func (l *freeLine) side() side {
	found := sideUnsaid
	for _, m := range reTradeWord.FindAllStringIndex(l.asWritten(), -1) {
		word := strings.ToLower(string(l.src[m[0]:m[1]]))
		if m[0] > 1 && isDigit(plainLetter(l.src[m[0]-2])) {
			continue // «5 can» are kilograms
		}
		for w, s := range tradeWords {
			if w == word || text.Fold(w) == word {
				if s == sideOffer {
					return s // «bán … cần bao tiêu»
				}
				found = s
			}
		}
	}
	return found
}

// asWritten is the line in plain letters, pieces taken included but for the name.
func (l *freeLine) asWritten() string {
	b := make([]byte, len(l.src))
	for i, r := range l.src {
		if b[i] = plainLetter(r); i >= l.party[0] && i < l.party[1] {
			b[i] = '|'
		}
	}
	return string(b)
}
