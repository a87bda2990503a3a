package market

import (
	"strings"

	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// column is a meaning that a heading can have. A supplier and a buyer are both colParty:
// which of the two is said by the table.
type column string

const (
	colNo          column = "no"
	colParty       column = "party"
	colContact     column = "contact"
	colPhone       column = "phone"
	colTax         column = "tax"
	colProvince    column = "province"
	colDistrict    column = "district"
	colCommune     column = "commune"
	colPlace       column = "place" // an address in one cell; where a demand is delivered
	colCommodity   column = "commodity"
	colVariety     column = "variety"
	colClass       column = "class"
	colClass1      column = "class1"
	colClass2      column = "class2"
	colClass3      column = "class3"
	colPapers      column = "papers"
	colQuantity    column = "quantity"
	colUnit        column = "unit"
	colPiece       column = "piece"
	colFrom        column = "from"
	colTo          column = "to"
	colWindow      column = "window" // both days in one cell
	colFloor       column = "floor"
	colTrader      column = "trader"
	colMinLine     column = "min_line"
	colCeiling     column = "ceiling"
	colPriceAt     column = "price_at"
	colDiscount    column = "discount"
	colPayDays     column = "pay_days"
	colMinOrder    column = "min_order"
	colMaxSources  column = "max_sources"
	colMaxInvoices column = "max_invoices"
	colNote        column = "note"
)

// phrases are folded ways to write a heading, old words and English ones too. A longer
// phrase found inside a heading beats a shorter one, the whole heading beats any part.
type phrases map[column][]string

var bothHeadings = phrases{
	colNo:        {"stt", "tt", "so thu tu", "no", "so tt"},
	colContact:   {"nguoi lien he", "nguoi dai dien", "dai dien", "giam doc", "chu nhiem", "to truong", "dau moi lien he", "ho ten", "ho va ten", "lien he", "contact", "contact person"},
	colPhone:     {"dien thoai", "dien thoai zalo", "sdt", "so dien thoai", "so dt", "dt", "dtdd", "d thoai", "zalo", "so zalo", "mobile", "phone", "phone zalo", "tel"},
	colTax:       {"ma so thue", "mst", "ms thue", "ma thue", "tax code"},
	colProvince:  {"tinh", "tinh tp", "tinh thanh", "tinh thanh pho", "province"},
	colDistrict:  {"huyen", "huyen tp", "huyen thanh pho", "quan huyen", "huyen thi", "district"},
	colCommune:   {"xa", "xa phuong", "xa thi tran", "xa phuong thi tran", "phuong xa", "commune"},
	colCommodity: {"mat hang", "san pham", "ten san pham", "ten mat hang", "nong san", "hang hoa", "ten hang", "chung loai", "loai san pham", "loai nong san", "ten nong san", "product", "commodity"},
	colVariety:   {"giong", "ten giong", "giong cay", "variety"},
	colQuantity:  {"so luong", "sl", "khoi luong", "kl", "san luong", "s luong", "quantity"},
	colUnit:      {"dvt", "don vi", "don vi tinh", "dv tinh", "don vi do", "unit"},
	colPiece:     {"kg don vi", "kg dv", "kg qua", "kg 1 qua", "trong luong qua", "trong luong", "khoi luong 1 don vi", "khoi luong qua", "quy cach kg", "kg per unit", "can nang"},
	colFrom:      {"tu ngay", "ngay bat dau", "bat dau", "co tu ngay", "tu", "ngay co hang", "co hang tu", "from", "from day"},
	colTo:        {"den ngay", "ngay ket thuc", "ket thuc", "den het ngay", "den", "to", "to day"},
	colWindow:    {"thoi gian", "thoi vu", "mua vu", "khi nao co", "thoi gian thu hoach", "thoi gian cung cap", "thoi gian giao", "thoi gian giao hang", "thoi gian can", "lich thu hoach", "thu hoach", "ngay thu hoach", "thoi diem", "thoi diem thu hoach", "window", "when"},
	colNote:      {"ghi chu", "gc", "chu thich", "luu y", "note", "remarks"},
}

var offerHeadings = phrases{
	colParty:    {"ten don vi", "don vi", "ten htx", "htx", "htx tht", "hop tac xa", "ten hop tac xa", "ten to chuc", "to chuc", "ben ban", "nha cung cap", "don vi cung cap", "nguoi ban", "don vi ban", "co so san xuat", "chu the", "ho san xuat", "ten co so", "supplier", "seller"},
	colPlace:    {"dia chi", "noi lay hang", "noi lay", "dia diem", "noi san xuat", "vung trong", "dia ban", "address", "pick up place"},
	colClass:    {"loai", "phan hang", "pham cap", "phan loai", "chat luong", "hang", "co cau loai", "class"},
	colClass1:   {"loai 1", "loai i", "l1", "ty le loai 1", "loai 1 ty le", "hang 1", "class 1"},
	colClass2:   {"loai 2", "loai ii", "l2", "ty le loai 2", "loai 2 ty le", "hang 2", "class 2"},
	colClass3:   {"loai 3", "loai iii", "l3", "ty le loai 3", "loai 3 ty le", "hang 3", "class 3"},
	colPapers:   {"giay to", "chung nhan", "tieu chuan", "giay chung nhan", "ho so", "chung chi", "giay to chung nhan", "papers", "certificates"},
	colQuantity: {"so luong chao ban", "san luong du kien", "so luong ban", "so luong cung cap", "kha nang cung cap", "nang luc cung cap", "so luong co", "quantity offered"},
	colFloor:    {"gia thap nhat dong y ban", "gia thap nhat", "gia san", "gia ban", "gia chao", "gia chao ban", "gia mong muon", "gia de nghi", "gia tai vuon", "gia ban toi thieu", "gia toi thieu", "don gia", "gia", "lowest price", "floor"},
	colTrader:   {"gia thuong lai", "thuong lai", "gia thuong lai tra", "thuong lai tra", "gia lai", "gia lai tra", "gia thi truong", "trader price", "trader"},
	colMinLine:  {"giao toi thieu moi chuyen", "giao toi thieu", "lo nho nhat", "toi thieu moi chuyen", "chuyen nho nhat", "lo toi thieu", "so luong giao toi thieu", "so luong toi thieu", "don toi thieu", "toi thieu", "smallest delivery"},
}

var demandHeadings = phrases{
	colParty:       {"ben mua", "doanh nghiep", "ten doanh nghiep", "cong ty", "ten cong ty", "nguoi mua", "don vi mua", "don vi thu mua", "khach hang", "nha mua", "ten don vi", "don vi", "dn", "sieu thi", "buyer"},
	colPlace:       {"noi giao", "noi giao hang", "dia diem giao", "dia diem giao hang", "giao tai", "noi nhan", "noi nhan hang", "dia chi giao", "dia chi giao hang", "dia chi kho", "kho nhan", "dia chi", "delivery place"},
	colClass:       {"loai toi thieu", "loai", "phan hang", "pham cap", "yeu cau loai", "chat luong", "loai yeu cau", "hang", "lowest class", "class"},
	colPapers:      {"giay to yeu cau", "yeu cau giay to", "giay to", "chung nhan", "tieu chuan", "chung nhan yeu cau", "ho so yeu cau", "yeu cau chung nhan", "tieu chuan yeu cau", "papers required", "papers"},
	colQuantity:    {"so luong mua", "so luong can", "nhu cau", "so luong can mua", "san luong can", "so luong yeu cau", "luong can", "quantity wanted"},
	colCeiling:     {"gia mua cao nhat", "gia cao nhat", "gia tran", "gia mua", "gia thu mua", "gia tra", "gia toi da", "gia de nghi mua", "don gia", "gia", "highest price", "ceiling"},
	colPriceAt:     {"gia tai", "gia tai vuon kho", "gia giao tai", "dieu kien giao", "gia tinh tai", "gia tai dau", "price at"},
	colDiscount:    {"chiet khau", "ck", "ty le chiet khau", "muc chiet khau", "discount"},
	colPayDays:     {"so ngay thanh toan", "thanh toan", "ngay thanh toan", "thoi han thanh toan", "cong no", "so ngay cong no", "han thanh toan", "days to payment"},
	colMinOrder:    {"so luong dat toi thieu", "don toi thieu", "dat toi thieu", "don hang toi thieu", "so luong toi thieu", "toi thieu", "moq", "minimum order"},
	colMaxSources:  {"so nguon toi da", "so nguon", "toi da nguon", "so nha cung cap toi da", "so dau moi toi da", "so htx toi da", "most sources"},
	colMaxInvoices: {"so hoa don toi da", "so hoa don", "toi da hoa don", "so hd toi da", "hoa don", "most invoices"},
}

// heading is one column of a table as its owner wrote it.
type heading struct {
	words string // as written, on one line
	hint  string // what stood in brackets or after a comma, plain: "tan", "d/kg", "nghin dong/kg"
	full  string // folded, brackets included
	bare  string // folded, brackets left out
	glued string // bare without spaces
}

func newHeading(s string) heading {
	s = strings.Join(strings.Fields(s), " ")
	h := heading{words: s, full: text.Fold(s)}
	bare := s
	for {
		open := strings.IndexAny(bare, "([")
		if open < 0 {
			break
		}
		end := strings.IndexAny(bare[open:], ")]")
		if end < 0 {
			h.hint += " " + bare[open+1:]
			bare = bare[:open]
			break
		}
		h.hint += " " + bare[open+1:open+end]
		bare = bare[:open] + " " + bare[open+end+1:]
	}
	h.hint = strings.TrimSpace(unmarked(h.hint))
	h.bare = text.Fold(strings.ReplaceAll(bare, "%", " "))
	h.glued = strings.ReplaceAll(h.bare, " ", "")
	return h
}

// fits says how well a heading means what a phrase says; 0 is not at all.
func (h heading) fits(phrase string) int {
	switch {
	case h.full == phrase || h.bare == phrase:
		return 1000 + len(phrase)
	case len(phrase) > 3 && sameGlued(h.glued, phrase):
		return 900 + len(phrase)
	case (len(phrase) > 2 || phrase == "sl" || phrase == "kl" || phrase == "ck") && hasWords(h.bare, phrase):
		return len(phrase)
	}
	return 0
}

// sameGlued compares a text without spaces with a phrase: «SỐLƯỢNG».
func sameGlued(glued, phrase string) bool {
	if len(glued) > len(phrase) {
		return false
	}
	i := 0
	for j := range len(phrase) {
		if phrase[j] == ' ' {
			continue
		}
		if i == len(glued) || glued[i] != phrase[j] {
			return false
		}
		i++
	}
	return i == len(glued)
}

// hasWords finds a phrase in a folded text on word borders.
func hasWords(s, phrase string) bool {
	for at := 0; ; {
		i := strings.Index(s[at:], phrase)
		if i < 0 {
			return false
		}
		i += at
		end := i + len(phrase)
		if (i == 0 || s[i-1] == ' ') && (end == len(s) || s[end] == ' ') {
			return true
		}
		at = i + 1
	}
}

func (p phrases) best(h heading, taken map[column]bool) (column, int) {
	var best column
	score := 0
	for c, list := range p {
		if taken[c] {
			continue
		}
		for _, ph := range list {
			if n := h.fits(ph); n > score || n == score && n > 0 && c < best {
				best, score = c, n
			}
		}
	}
	return best, score
}

// bestOf looks in the words of one side first: «Đơn vị» is the supplier or the buyer.
func bestOf(side phrases, h heading, taken map[column]bool) (column, int) {
	c, n := side.best(h, taken)
	if c2, n2 := bothHeadings.best(h, taken); n2 > n {
		return c2, n2
	}
	return c, n
}

// layout is what a row of headings means.
type layout struct {
	demand  bool
	cols    map[column]int
	heads   map[int]heading
	unknown []int // positions of headings that mean nothing known
	twice   []int // positions of a second heading for a column that is taken
	score   int
}

// read gives each heading the column it fits best; of two for one column the better
// fit wins and the other looks for its second best.
func readLayout(heads map[int]heading, width int, demand bool) layout {
	side := offerHeadings
	if demand {
		side = demandHeadings
	}
	l := layout{demand: demand, cols: map[column]int{}, heads: heads}
	type wish struct {
		at    int
		score int
	}
	taken := map[column]bool{}
	open := make([]int, 0, width)
	for i := range width {
		if h, ok := heads[i]; ok && h.full != "" {
			open = append(open, i)
		}
	}
	for len(open) > 0 {
		wishes := map[column]wish{}
		for _, i := range open {
			c, n := bestOf(side, heads[i], taken)
			if n == 0 {
				continue
			}
			if w, ok := wishes[c]; !ok || n > w.score {
				wishes[c] = wish{i, n}
			}
		}
		if len(wishes) == 0 {
			break
		}
		given := map[int]bool{}
		for c, w := range wishes {
			l.cols[c] = w.at
			taken[c] = true
			given[w.at] = true
			l.score += weightOf(c, w.score)
		}
		rest := open[:0:0]
		for _, i := range open {
			if !given[i] {
				rest = append(rest, i)
			}
		}
		open = rest
	}
	for _, i := range open {
		if c, n := bestOf(side, heads[i], nil); n > 0 && taken[c] {
			l.twice = append(l.twice, i)
		} else {
			l.unknown = append(l.unknown, i)
		}
	}
	return l
}

func weightOf(c column, score int) int {
	n := 2
	if score >= 900 {
		n = 4
	}
	switch c {
	case colParty, colCommodity, colQuantity:
		n += 2
	case colCeiling, colPriceAt, colDiscount, colPayDays, colMinOrder, colMaxSources, colMaxInvoices,
		colFloor, colTrader, colMinLine, colClass1, colClass2, colClass3:
		n++
	}
	return n
}

// usable says whether the least is there: a party, a product, a quantity, counted with
// what the rows above the headings may say.
func (l layout) usable() bool {
	_, party := l.cols[colParty]
	_, goods := l.cols[colCommodity]
	_, much := l.cols[colQuantity]
	return much && party && (goods || len(l.cols) >= 5) || much && goods && len(l.cols) >= 5
}

// headingsAt reads row r of a sheet as headings; deep joins the row below to it, the
// upper words of a merged cell standing over all its columns.
func headingsAt(rows [][]sheet.Cell, r int, deep bool) (map[int]heading, int) {
	top := rows[r]
	var below []sheet.Cell
	if deep && r+1 < len(rows) {
		below = rows[r+1]
	}
	width := max(len(top), len(below))
	out := make(map[int]heading, width)
	over := ""
	for i := range width {
		up, down := "", ""
		if i < len(top) {
			up = strings.TrimSpace(top[i].Text)
		}
		if i < len(below) {
			down = strings.TrimSpace(below[i].Text)
		}
		if up != "" {
			over = up
		}
		switch {
		case down == "":
			if up != "" {
				out[i] = newHeading(up)
			}
		case over != "":
			out[i] = joined(over, down)
		default:
			out[i] = newHeading(down)
		}
	}
	return out, width
}

// joined is a heading of two levels. Where the lower words alone are a known heading
// («Thời gian» over «Từ ngày») the upper ones only lend their unit; under a price they
// are needed («Giá» over «Từ»).
func joined(up, down string) heading {
	h, low := newHeading(up+" "+down), newHeading(down)
	if hasWords(h.bare, "gia") && !hasWords(low.bare, "gia") {
		return h
	}
	for _, p := range []phrases{bothHeadings, offerHeadings, demandHeadings} {
		if _, n := p.best(low, nil); n >= 900 {
			h.full, h.bare, h.glued = low.full, low.bare, low.glued
			return h
		}
	}
	return h
}
