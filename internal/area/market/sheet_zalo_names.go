package market

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/lienket/lienket/internal/base/text"
)

var (
	reOrgWord    = regexp.MustCompile(`\b(?:lien hiep htx|lien hiep hop tac xa|lhhtx|htx|hop tac xa|tht|to hop tac|cong ty|cty|ctcp|dntn|doanh nghiep|nha vuon|trang trai|sieu thi|cua hang|chuoi|vua|nha hang|bep an|nha may|cho dau moi|dai ly|truong|khach san|hkd|ho kinh doanh|co so)\b`)
	rePersonWord = regexp.MustCompile(`\b(?:ho|anh|chi|ong|ba|co|chu|bac|em|thuong lai|lai buon|a|c|e)\b\.?`)
)

// personMarks are the words for persons as they are written with their marks; without
// them only a capital behind makes one.
var personMarks = map[string]bool{"hộ": true, "chị": true, "ông": true, "bà": true, "cô": true, "chú": true, "bác": true, "thương lái": true, "lái buôn": true}

var personUnmarked = wordSet("ho chi ong ba co chu bac")

// marked says that whoever wrote the line sets marks.
func (l *freeLine) marked() bool {
	s := strings.ToLower(string(l.src))
	return text.Fold(s) != strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// nameJoins are words inside names of organisations that are written small.
var nameJoins = wordSet("nong nghiep dich vu san xuat kinh doanh tong hop huu co che bien tieu thu thuong mai xuat khau nhap khau tnhh mtv cp co phan xa thon xom ban huyen tinh phuong thi tran va & trong cay an qua chan nuoi thuy san lam rau sach thuc pham nong san ty to hop tac htx nn dv sxkd tmdv tm hang bep bo ba van thi")

// nameEnds are words that no name goes on with.
var nameEnds = wordSet("ban can co con mua dang thu nhan gia o tai sdt lh dt muon giao cung xin hien khoang voi cho la nay he bao tim nhap dat ngay thang tu den loai hang chao gap ben em nha san thu thuong lien zalo moi nguoi ai lay tra")

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// otherOrg are words that name an organisation only with these marks: «chuỗi» is no
// «chuối», «vựa» no «vừa».
var otherOrg = map[string]string{"chuoi": "chuỗi", "vua": "vựa", "truong": "trường"}

// cutParty takes who sells or buys: a word for an organisation or a person and the name
// behind it.
func (l *freeLine) cutParty(w *lineWords) {
	if l.cells[colParty] != "" {
		return
	}
	shout := l.shouting()
	goods, _ := w.goods(l)
	for _, re := range []*regexp.Regexp{reOrgWord, rePersonWord} {
		for _, m := range re.FindAllStringIndex(l.String(), -1) {
			if goods.sure && goods.words > 1 && m[0] > goods.from && m[0] < goods.to {
				continue // «đậu cô ve»
			}
			if said := strings.ToLower(string(l.src[m[0]:m[1]])); otherOrg[text.Fold(said)] != "" && otherOrg[text.Fold(said)] != said {
				continue
			}
			end, ok := l.nameEnd(w, m[0], m[1], re == rePersonWord, shout)
			if !ok {
				continue
			}
			l.party = [2]int{m[0], end}
			l.take(colParty, m[0], end)
			return
		}
	}
}

// shouting says that a line is all capitals, which then tell nothing.
func (l *freeLine) shouting() bool {
	upper, lower := 0, 0
	for _, r := range l.src {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper > 3*lower
}

// nameEnd finds where the name ends whose first word is from..to.
func (l *freeLine) nameEnd(w *lineWords, from, to int, person, shout bool) (end int, ok bool) {
	said := strings.ToLower(strings.TrimRight(string(l.src[from:to]), "."))
	var run []word
	for _, r := range l.runs() {
		for i, x := range r {
			if x.from >= to {
				run = r[i:]
				break
			}
		}
		if run != nil {
			break
		}
	}
	if len(run) == 0 || strings.Trim(string(l.plain[to:run[0].from]), " .:") != "" {
		return 0, false
	}
	capital := func(x word) bool { return unicode.IsUpper(l.src[x.from]) }
	caps := false
	for _, x := range run[:min(4, len(run))] {
		caps = caps || capital(x) && !shout
	}
	if person {
		first := capital(run[0]) && !shout
		if text.Fold(said) != said && !personMarks[said] || personUnmarked[said] && l.marked() {
			return 0, false // «Bắc Phong», «Ba Vì» are no persons
		}
		if !first && !personMarks[said] || !first && nameEnds[run[0].s] || len(said) == 1 && !first {
			return 0, false
		}
		if said == "co" && !first || said == "cô" && nameEnds[run[0].s] && !first {
			return 0, false
		}
	}
	most := 8
	switch {
	case person && caps:
		most = 4
	case person:
		most = 2
	case !caps:
		most = 5
	}
	end = 0
	for i, x := range run[:min(most, len(run))] {
		s := string(l.src[x.from:x.to])
		switch {
		case caps && capital(x):
		case caps && !person && (!nameEnds[x.s] || nameJoins[x.s] && i > 0 && nameJoins[run[i-1].s]) && slices.ContainsFunc(run[i+1:min(i+4, len(run))], capital):
			// a small word inside a name: «HTX nông nghiệp Mẫu», «THT trồng bưởi xóm Mẫu»
		case !caps && i > 0 && (person && (w.general[x.s] || w.names[x.s]) || w.goodsUpTo(run[i:], l.qty)):
			return end, end > 0
		case caps:
			return end, end > 0
		case nameEnds[x.s] && !nameJoins[x.s], tradeWords[strings.ToLower(s)] != sideUnsaid, isDigit(x.s[0]):
			return end, end > 0
		}
		end = x.to
	}
	return end, end > 0
}

var (
	rePlaceWord = regexp.MustCompile(`\b(?:giao(?: hang)?(?: tai| ve| o| den| tan)?(?: kho)?|nhan (?:hang )?(?:tai|o)|lay (?:hang )?(?:tai|o)|o|tai|ve|kho(?: hang)?(?: o| tai)?|khu vuc|vung|dia chi|dc)\b[ :]*$`)
	reUnitWord  = regexp.MustCompile(`\b(?:xa|huyen|tinh|thi tran|tt|tp|thanh pho|phuong|quan|thi xa|thon|xom|ban|x|h|p|q)\b\.? ?$`)
)

// cutPlace takes the place where goods lie or go: names that the atlas knows, those
// behind «ở», «giao về», «xã» first.
func (w *lineWords) cutPlace(l *freeLine) {
	if l.cells[colPlace] != "" {
		return
	}
	type found struct{ from, to, rank int }
	best := found{rank: -1}
	shout := l.shouting()
	for _, run := range l.placeRuns(shout) {
		from := run[0].from
		pre := string(l.plain[:from])
		if i := l.plain; from > 0 && i[from-1] != ' ' && i[from-1] != '|' && reWord.Match(i[from-1:from]) {
			continue
		}
		rank := 0
		if m := reUnitWord.FindStringIndex(pre); m != nil {
			from, rank = m[0], 2
			pre = pre[:from]
		}
		if rePlaceWord.MatchString(pre) {
			rank += 3
		}
		for n := len(run); n > 0; n-- {
			to := run[n-1].to
			if w.isPlace(l.piece(from, to), l.piece(run[0].from, to)) {
				if rank > best.rank {
					best = found{from, to, rank}
				}
				break
			}
		}
	}
	if best.rank < 0 {
		return
	}
	// «xã Thu Phong, huyện Cao Phong», «Lương Sơn - Hòa Bình» go on behind a comma.
	for more := true; more; {
		more = false
		for _, run := range l.placeRuns(shout) {
			gap := ""
			if run[0].from > best.to {
				gap = string(l.plain[best.to:run[0].from])
			}
			if gap == "" || !rePlaceJoin.MatchString(gap) {
				continue
			}
			for n := len(run); n > 0; n-- {
				if to := run[n-1].to; w.isPlace(l.piece(best.to, to), l.piece(run[0].from, to)) {
					best.to, more = to, true
					break
				}
			}
			break
		}
	}
	l.take(colPlace, best.from, best.to)
}

var rePlaceJoin = regexp.MustCompile(`^ ?[,(-] ?(?:(?:xa|huyen|tinh|tp|thanh pho|tt|thi tran|h|x|t|quan)\b\.? ?)?$`)

// placeRuns are stretches of capitals; in lines without any, what stands behind a word
// for a place.
func (l *freeLine) placeRuns(shout bool) (out [][]word) {
	const most = 4
	for _, run := range l.runs() {
		for i := 0; i < len(run); i++ {
			if shout || unicode.IsUpper(l.src[run[i].from]) {
				j := i
				for j < len(run) && j-i < most && (shout || unicode.IsUpper(l.src[run[j].from])) {
					j++
				}
				out = append(out, run[i:j]) // «chợ Mẫu TP Hòa Bình»: a place may begin at any of them
				continue
			}
			if pre := string(l.plain[:run[i].from]); rePlaceWord.MatchString(pre) || reUnitWord.MatchString(pre) {
				out = append(out, run[i:min(i+most, len(run))])
			}
		}
	}
	return out
}

// isPlace says that the atlas knows a unit of that very name.
func (w *lineWords) isPlace(s, name string) bool {
	f := text.Fold(name)
	if len(f) < 3 || nameEnds[f] || unitWord[f] {
		return false
	}
	at := w.rd.where.find("", "", "", s)
	if at.unit.Key == "" || at.fault != "" && at.fault != AskPlaceAmbiguous {
		return false
	}
	units := append(slices.Clone(at.others), at.unit)
	for _, u := range units {
		if n := text.Fold(u.Name); n == f || strings.HasSuffix(f, " "+n) && unitWord[strings.TrimSuffix(f, " "+n)] || u.Alt != "" && text.Fold(u.Alt) == f {
			return true
		}
	}
	return false
}

// goodsUpTo says that words are a name of goods that stands right before the quantity.
func (w *lineWords) goodsUpTo(run []word, qty [2]int) bool {
	joined := ""
	for n := 0; n < min(maxGoodsWords, len(run)); n++ {
		joined = strings.TrimSpace(joined + " " + run[n].s)
		if n > 0 && w.names[joined] && qty[0] > 0 && qty[0]-run[n].to <= 2 && qty[0] >= run[n].to {
			return true
		}
	}
	return false
}

var unitWord = wordSet("xa huyen tinh tt tp quan phuong thon xom ban h x p q")

// cutName takes a name that nothing announces: two to four capitals at the beginning of
// what is left, beside the telephone.
func (l *freeLine) cutName() {
	if l.shouting() {
		return
	}
	for _, run := range l.runs() {
		n := 0
		for n < len(run) && n < 5 && unicode.IsUpper(l.src[run[n].from]) && len(run[n].s) > 1 {
			n++
		}
		if n >= 2 && tradeWords[strings.ToLower(string(l.src[run[0].from:run[0].to]))] == sideUnsaid {
			l.take(colParty, run[0].from, run[n-1].to)
			return
		}
	}
}
