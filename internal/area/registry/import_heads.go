package registry

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// column is a meaning that a heading of a list can have.
type column string

const (
	colNo       column = "no"
	colName     column = "name"
	colKind     column = "kind"
	colTax      column = "tax_code"
	colAddress  column = "address"
	colHamlet   column = "hamlet"
	colCommune  column = "commune"
	colDistrict column = "district"
	colProvince column = "province"
	colContact  column = "contact"
	colPhone    column = "phone"
	colEmail    column = "email"
	colFounded  column = "founded"
	colMembers  column = "members"
	colRegular  column = "regular"
	colSeasonal column = "seasonal"
	colField    column = "field"
	colStatus   column = "status"
	colNote     column = "note"
	colOurs     column = "ours" // what we wrote beside a list that is sent again
)

// listHeadings are folded ways to write a heading. The whole heading beats a part of it, a
// longer part a shorter one. What is no column of ours goes into the note with its heading.
var listHeadings = map[column][]string{
	colNo:       {"stt", "tt", "so thu tu", "so tt", "no"},
	colName:     {"ten htx", "ten hop tac xa", "ten don vi", "ten to chuc", "ten tht", "ten to hop tac", "ten quy", "ten qtdnd", "ten doanh nghiep", "ten co so", "ten goi", "ten day du", "ten htx tht", "ten htx thanh vien", "ten lien hiep", "ten lh htx", "ten", "don vi", "htx", "htx tht", "hop tac xa", "to hop tac", "to chuc", "ten dv", "name of the organisation", "name", "organisation", "organization"},
	colKind:     {"loai hinh", "loai", "loai don vi", "loai hinh to chuc", "loai hinh htx", "kind", "type"},
	colTax:      {"ma so thue", "mst", "ms thue", "ma thue", "ma so htx", "mst ma so htx", "ma so doanh nghiep", "ma so dkkd", "ma so", "tax code"},
	colAddress:  {"dia chi", "dia chi tru so", "tru so", "tru so chinh", "dia chi tru so chinh", "noi dong tru so", "dia chi lien he", "dia diem", "dia ban", "dia ban hoat dong", "noi o", "xa huyen", "thon xa huyen", "xom xa huyen", "address"},
	colHamlet:   {"thon", "xom", "thon xom", "xom thon", "thon ban", "ban", "khu", "khu pho", "to dan pho", "thon to dan pho", "xom khu", "so nha", "thon xom khu", "hamlet"},
	colCommune:  {"xa", "ten xa", "xa phuong", "phuong xa", "xa thi tran", "xa phuong thi tran", "xa phuong tt", "xa tt", "xa huyen tinh", "commune", "commune district province"},
	colDistrict: {"huyen", "ten huyen", "huyen tp", "huyen thanh pho", "quan huyen", "huyen thi", "huyen thi xa thanh pho", "huyen thi thanh pho", "district"},
	colProvince: {"tinh", "tinh tp", "tinh thanh", "tinh thanh pho", "province"},
	colContact:  {"nguoi lien he", "nguoi dai dien", "dai dien", "dai dien phap luat", "nguoi dai dien theo phap luat", "nguoi dai dien phap luat", "giam doc", "chu nhiem", "giam doc chu nhiem", "chu nhiem giam doc", "to truong", "giam doc to truong", "chu tich hdqt", "chu tich hoi dong quan tri", "ho ten", "ho va ten", "ho ten giam doc", "ho va ten giam doc", "ho ten nguoi dai dien", "ten giam doc", "ten nguoi dai dien", "lanh dao", "dau moi", "dau moi lien he", "lien he", "chu ho", "contact", "contact person"},
	colPhone:    {"dien thoai", "dien thoai zalo", "sdt", "so dien thoai", "so dt", "dt", "dtdd", "d thoai", "di dong", "dien thoai di dong", "dien thoai lien he", "sdt lien he", "co dinh", "so di dong", "so dien thoai lien he", "so dien thoai giam doc", "dt lien he", "zalo", "so zalo", "mobile", "phone", "phone zalo", "tel"},
	colEmail:    {"email", "e mail", "mail", "thu dien tu", "dia chi email", "hop thu"},
	colFounded:  {"ngay thanh lap", "nam thanh lap", "thanh lap", "ngay thang nam thanh lap", "thang nam thanh lap", "thoi gian thanh lap", "thoi diem thanh lap", "ngay tl", "nam tl", "founded"},
	colMembers:  {"so thanh vien", "thanh vien", "so tv", "tv", "tong so thanh vien", "so luong thanh vien", "so xa vien", "xa vien", "tong tv", "tong so tv", "members"},
	colRegular:  {"lao dong thuong xuyen", "ld thuong xuyen", "lao dong tx", "so lao dong", "lao dong", "tong so lao dong", "so ld", "thuong xuyen", "regular workers"},
	colSeasonal: {"lao dong thoi vu", "ld thoi vu", "thoi vu", "seasonal workers"},
	colField:    {"nganh nghe", "linh vuc", "nganh nghe kinh doanh", "nganh nghe kd", "linh vuc hoat dong", "nganh nghe hoat dong", "nganh nghe sxkd", "nganh nghe san xuat kinh doanh", "nganh nghe chinh", "nganh nghe kinh doanh chinh", "nganh", "field"},
	colStatus:   {"tinh trang", "trang thai", "tinh trang hoat dong", "trang thai hoat dong", "hien trang", "tinh hinh hoat dong", "status"},
	colOurs:     {"o o bang goc", "se ghi the nao", "cau hoi con lai", "cell in the original", "cell", "what becomes of it", "questions left"},
	colNote:     {"ghi chu", "gc", "chu thich", "luu y", "note", "remarks"},
}

// contactRank orders several columns with a person: whom to call comes first.
var contactRank = []string{"lien he", "dau moi", "contact", "giam doc", "chu nhiem", "to truong", "dai dien", "ho ten", "ho va ten"}

// listHead is one heading as its owner wrote it.
type listHead struct {
	words string
	full  string // folded
	bare  string // folded, what stands in brackets left out
	glued string // bare without blanks
}

func newListHead(s string) listHead {
	s = strings.Join(strings.Fields(text.NFC(s)), " ")
	h := listHead{words: s, full: text.Fold(s)}
	bare := s
	for {
		open := strings.IndexAny(bare, "([")
		if open < 0 {
			break
		}
		end := strings.IndexAny(bare[open:], ")]")
		if end < 0 {
			bare = bare[:open]
			break
		}
		bare = bare[:open] + " " + bare[open+end+1:]
	}
	h.bare = text.Fold(bare)
	h.glued = strings.ReplaceAll(h.bare, " ", "")
	return h
}

// fits says how well a heading means what a phrase says; 0 is not at all.
func (h listHead) fits(phrase string) int {
	switch {
	case h.full == phrase || h.bare == phrase:
		return 1000 + len(phrase)
	case len(phrase) > 3 && h.glued == strings.ReplaceAll(phrase, " ", ""):
		return 900 + len(phrase)
	case len(phrase) > 2 && phrase != "ten" && holdsWords(h.bare, phrase):
		return len(phrase)
	}
	return 0
}

// holdsWords finds a phrase in a folded text on the borders of words.
func holdsWords(s, phrase string) bool {
	return strings.Contains(" "+s+" ", " "+phrase+" ")
}

func bestColumn(h listHead, taken map[column]bool) (best column, score int) {
	for c, list := range listHeadings {
		if taken[c] {
			continue
		}
		for _, p := range list {
			if n := h.fits(p); n > score || n == score && n > 0 && c < best {
				best, score = c, n
			}
		}
	}
	if score < 900 && !taken[colPhone] && startsWithAny(h.bare, []string{"dt", "sdt", "dien thoai", "so dien thoai", "so dt"}) {
		return colPhone, 500 // «ĐT Chủ tịch» is no person
	}
	return best, score
}

// listLayout is what a row of headings means.
type listLayout struct {
	cols  map[column]int
	heads map[int]listHead
	more  []int // columns without a meaning of their own: they go into the note
	tels  []int // further columns of telephones
	score int
	name  int // how well the name's heading fits
	exact int // headings that are exactly ours
}

// readListLayout gives each heading the column it fits best; of two for one column the
// better fit wins and the other looks for its second best.
func readListLayout(heads map[int]listHead, width int) listLayout {
	l := listLayout{cols: map[column]int{}, heads: heads}
	taken := map[column]bool{}
	var open []int
	for i := range width {
		if h, ok := heads[i]; ok && h.full != "" {
			open = append(open, i)
		}
	}
	for len(open) > 0 {
		type wish struct{ at, score int }
		wishes := map[column]wish{}
		for _, i := range open {
			c, n := bestColumn(heads[i], taken)
			if n == 0 {
				continue
			}
			if c == colContact {
				n += contactBonus(heads[i])
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
			l.cols[c], taken[c], given[w.at] = w.at, true, true
			l.score += 2
			if w.score >= 900 {
				l.score += 2
				l.exact++
			}
			if c == colName {
				l.name = w.score
			}
		}
		var rest []int
		for _, i := range open {
			c, n := bestColumn(heads[i], nil)
			// a whole heading that is a column we have already is that column again, not something like it
			again := n >= 900 && taken[c]
			switch {
			case given[i]:
			case again:
				l.more = append(l.more, i)
			default:
				rest = append(rest, i)
			}
		}
		open = rest
	}
	l.more = append(l.more, open...)
	rest := l.more[:0]
	for _, i := range l.more {
		switch c, _ := bestColumn(heads[i], nil); c {
		case colPhone:
			l.tels = append(l.tels, i)
		case colNo, colOurs:
		default:
			rest = append(rest, i)
		}
	}
	l.more = rest
	slices.Sort(l.more)
	return l
}

func contactBonus(h listHead) int {
	for i, w := range contactRank {
		if holdsWords(h.bare, w) {
			return len(contactRank) - i
		}
	}
	return 0
}

// usable says whether the least is there: a name and something else that we know. A name
// that only looks like one («HTX Hoa Mận» in a row of data) needs other headings beside it.
func (l listLayout) usable() bool {
	known := len(l.cols)
	if _, ok := l.cols[colNo]; ok {
		known--
	}
	return l.name >= 900 && known >= 2 || l.name > 0 && l.exact >= 3
}

// listHeadsAt reads row r as headings; deep joins the row below, the upper words of a
// merged cell standing over all its columns.
func listHeadsAt(rows [][]sheet.Cell, r int, deep bool) (map[int]listHead, int) {
	top := rows[r]
	var below []sheet.Cell
	if deep && r+1 < len(rows) {
		below = rows[r+1]
	}
	width := max(len(top), len(below))
	out := make(map[int]listHead, width)
	over := ""
	for i := range width {
		up, down := cellText(top, i), cellText(below, i)
		if up != "" {
			over = up
		}
		switch {
		case down == "" && up != "":
			out[i] = newListHead(up)
		case down != "" && over != "":
			out[i] = joinedHead(over, down)
		case down != "":
			out[i] = newListHead(down)
		}
	}
	return out, width
}

// joinedHead is a heading of two levels: the lower words where they say it alone («Địa
// chỉ» over «Xã»), else both («Lao động» over «Nữ»).
func joinedHead(up, down string) listHead {
	low, both := newListHead(down), newListHead(up+" "+down)
	if _, n := bestColumn(both, nil); n >= 900 {
		return both
	}
	if _, n := bestColumn(low, nil); n >= 900 {
		low.words = both.words
		return low
	}
	if all := newListHead(up); strings.HasPrefix(low.bare, "tong") { // «Thành viên» over «Tổng số»
		all.words = both.words
		return all
	}
	both.bare = low.bare + " " + low.bare // the lower words alone tell it from its neighbours
	both.glued = ""
	return both
}

func cellText(row []sheet.Cell, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i].Text)
}
