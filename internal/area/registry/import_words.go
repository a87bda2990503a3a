package registry

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// cleanName is a name as the register keeps it: one line, no number in front, no stop
// behind, and not all in capitals.
func cleanName(s string) string {
	s = strings.Join(strings.Fields(text.NFC(s)), " ")
	if m := numbering.FindString(s); m != "" && strings.ContainsAny(m, "0123456789") {
		s = s[len(m):]
	}
	s = strings.Trim(s, " .,;:-–*•+\"“”'")
	if strings.ToUpper(s) == s && len(strings.Fields(s)) > 1 {
		s = calmName(s)
	}
	return s
}

// smallWords are folded words of a name that begin small: what kind and what trade.
const smallWords = " hop tac xa to lien hiep quy tin dung nhan dan nong nghiep lam thuy san dich vu tong hop san xuat kinh doanh thuong mai va xay dung van tai moi truong chan nuoi trong trot che bien tieu thu hang cong ty trach nhiem huu han co phan "

// calmName writes a name in capitals as people read it: «HTX NÔNG NGHIỆP ĐẠI ĐỒNG» is
// «HTX nông nghiệp Đại Đồng». Abbreviations stay.
func calmName(s string) string {
	words := strings.Fields(s)
	proper := false // a name proper has begun: «… DỊCH VỤ HỢP TIẾN» keeps Hợp
	for i, w := range words {
		f := text.Fold(w)
		if isAbbreviation(f) {
			continue
		}
		small := strings.ToLower(w)
		next := ""
		if i+1 < len(words) {
			next = text.Fold(words[i+1])
		}
		pair := strings.Contains(smallWords, " "+f+" "+next+" ")
		if i > 0 && strings.Contains(smallWords, " "+text.Fold(words[i-1])+" "+f+" ") {
			pair = true
		}
		if i > 0 && !proper && (pair || f == "va") {
			words[i] = small
			continue
		}
		if i > 0 {
			proper = true
		}
		r := []rune(small)
		r[0] = unicode.ToUpper(r[0])
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

// isAbbreviation: HTX, THT, DVNN, TNHH have no vowel; OCOP and MTV are known.
func isAbbreviation(fold string) bool {
	switch fold {
	case "ocop", "vietgap", "htxnn", "tmdv", "xnk":
		return true
	}
	return !strings.ContainsAny(fold, "aeiouy") || strings.ContainsAny(fold, "0123456789")
}

// digitsOf is a cell that should hold a number written as a text: a spreadsheet keeps
// 5400123456 as 5.400123456E9.
func digitsOf(c sheet.Cell) string {
	if c.Number {
		if f, err := strconv.ParseFloat(c.Raw, 64); err == nil && f >= 0 && f < 1e15 && f == float64(int64(f)) {
			return strconv.FormatInt(int64(f), 10)
		}
	}
	return strings.TrimSpace(text.NFC(c.Text))
}

var countIn = regexp.MustCompile(`^\D{0,20}([0-9][0-9.]*)\D*$`)

// readCount reads a number of people: «25», «25 người», «khoảng 1.054 thành viên».
func readCount(c sheet.Cell) (n int64, ok bool) {
	if milli, _, ok := c.Milli(); ok {
		return milli / 1000, milli >= 0 && milli%1000 == 0 && milli/1000 <= maxCount
	}
	m := countIn.FindStringSubmatch(text.NFC(c.Text))
	if m == nil {
		return 0, false
	}
	milli, ok := text.ParseNumber(strings.Trim(m[1], "."))
	return milli / 1000, ok && milli%1000 == 0 && milli/1000 <= maxCount
}

var phoneLike = regexp.MustCompile(`\+?\(?[0-9][0-9 .()–-]{6,}[0-9]`)

// withoutPhones takes the telephone numbers out of a person's cell.
func withoutPhones(s string) string {
	s = phoneLike.ReplaceAllStringFunc(s, func(m string) string {
		if len(ParsePhones(m)) > 0 {
			return " "
		}
		return m
	})
	var words []string
	for _, w := range strings.Fields(s) {
		switch text.Fold(w) {
		case "sdt", "dt", "dtdd", "tel", "zalo", "phone", "dd":
			continue
		}
		words = append(words, w)
	}
	s = strings.Join(words, " ")
	return strings.Trim(strings.ReplaceAll(s, "()", ""), " ,;:-–./\\")
}

// fieldWords are folded words of a line of business, the telling ones first.
var fieldWords = []struct {
	field Field
	words string
}{
	{"credit", "tin dung"},
	{"electricity", "dien nang|kinh doanh dien|quan ly dien|dien nuoc"},
	{"agri", "nong nghiep|nong lam|lam nghiep|thuy san|trong trot|chan nuoi|trong cay|trong rau|nuoi ca|nuoi ong|rau|buoi|cam|mia|cay an qua|ca long|ga|lon|bo|de|duoc lieu|nong san|chuoi|nhan|vai|che|lua"},
	{"transport", "van tai|van chuyen"},
	{"construction", "xay dung"},
	{"craft", "tieu thu cong|thu cong|cong nghiep|det|may|may tre|moc|co khi|che bien go|my nghe"},
	{"trade", "thuong mai|dich vu|du lich|cho|kinh doanh"},
	{"other", "moi truong|rac|ve sinh|nuoc sach"},
}

// fieldLabels are our own words for the fields, folded, in both languages.
var fieldLabels = map[string]Field{
	"nong lam nghiep thuy san": "agri", "agriculture forestry fishery": "agri", "xay dung": "construction", "construction": "construction",
	"cong nghiep tieu thu cong nghiep": "craft", "industry crafts": "craft", "tin dung": "credit", "credit": "credit", "dien": "electricity",
	"electricity": "electricity", "moi truong va linh vuc khac": "other", "environment and other": "other", "thuong mai dich vu": "trade",
	"trade services": "trade", "van tai": "transport", "transport": "transport",
}

// kindOfCell reads the column of kinds, also as our own lists have it.
func kindOfCell(s string) Kind {
	f := text.Fold(s)
	switch f {
	case "cooperative":
		return Coop
	case "cooperative union":
		return Union
	case "cooperative group":
		return Group
	case "people s credit fund":
		return Fund
	case "enterprise":
		return Enterprise
	case "household business", "ho kinh doanh ca nhan", "ho kinh doanh", "ca nhan":
		return Household
	case "agency", "co quan to chuc", "co quan":
		return Agency
	}
	return kindIn(f)
}

// fieldOf reads a line of business; exact is false when the words say more than the field.
func fieldOf(s string) (f Field, exact bool) {
	fold := text.Fold(s)
	if x, ok := fieldLabels[fold]; ok {
		return x, true
	}
	for _, x := range fieldWords {
		for i, w := range strings.Split(x.words, "|") {
			if fold == w {
				return x.field, i == 0
			}
			if holdsWords(fold, w) {
				return x.field, false
			}
		}
	}
	return "", false
}

// statusOf reads how an organisation stands.
func statusOf(s string) Status {
	f := text.Fold(s)
	switch {
	case f == "":
		return ""
	case holdsWords(f, "giai the") && !holdsWords(f, "cho giai the") && !holdsWords(f, "dang giai the"), holdsWords(f, "dissolved"):
		return Dissolved
	case holdsWords(f, "ngung"), holdsWords(f, "tam dung"), holdsWords(f, "khong hoat dong"), holdsWords(f, "khong hd"), holdsWords(f, "giai the"), holdsWords(f, "dung hoat dong"), holdsWords(f, "suspended"):
		return Suspended
	case holdsWords(f, "hoat dong"), holdsWords(f, "operating"), f == "dang hd", f == "hd":
		return Operating
	}
	return ""
}
