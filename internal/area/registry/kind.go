package registry

import (
	"strings"

	"github.com/lienket/lienket/internal/base/text"
)

// Kind of an organisation. The words are also the plan file's.
type Kind string

// The kinds.
const (
	Coop       Kind = "htx"   // hợp tác xã
	Union      Kind = "lhhtx" // liên hiệp hợp tác xã
	Group      Kind = "tht"   // tổ hợp tác
	Fund       Kind = "qtdnd" // quỹ tín dụng nhân dân
	Enterprise Kind = "dn"    // doanh nghiệp
	Household  Kind = "ho"    // hộ kinh doanh, cá nhân
	Agency     Kind = "cq"    // cơ quan, tổ chức
)

// Kinds lists all kinds in the order of lists and reports.
var Kinds = []Kind{Coop, Union, Group, Fund, Enterprise, Household, Agency}

// Known reports whether k is one of Kinds.
func (k Kind) Known() bool {
	for _, x := range Kinds {
		if x == k {
			return true
		}
	}
	return false
}

// LegalPerson reports whether organisations of the kind invoice with a tax code of their
// own; a group acts through a member.
func (k Kind) LegalPerson() bool { return k != Group && k != Household && k != "" }

// Short is the abbreviation that stands before a name in Vietnamese papers.
func (k Kind) Short() string {
	switch k {
	case Coop, Union, Group, Fund, Enterprise:
		return strings.ToUpper(string(k))
	}
	return ""
}

// kindWords are folded beginnings of names, the narrower before the wider.
var kindWords = []struct {
	kind  Kind
	words string
}{
	{Union, "lien hiep htx|lien hiep hop tac xa|lhhtx|lh htx"},
	{Agency, "lien minh|so|ubnd|uy ban|chi cuc|hoi|ban quan ly|trung tam|phong|vien|truong|benh vien|hiep hoi"},
	{Fund, "quy tin dung|qtdnd|qtd"},
	{Coop, "htx|hop tac xa|h t x|htxnn|htxdv"},
	{Group, "tht|to hop tac|to hop|to san xuat|nhom ho|to lien ket"},
	{Household, "ho|hkd|ho kinh doanh|co so|trang trai|nha vuon|ong|ba|anh|chi|gia dinh|vuon"},
	{Enterprise, "cong ty|cty|ct|ctcp|cp|tnhh|dn|dntn|doanh nghiep|tap doan|tong cong ty|sieu thi|chuoi|he thong|winmart|win|big c|go|aeon|mm mega|mega market|lotte|co op|coop|bac tom|nha may|nong san|thuc pham|cua hang|bep an|vua|dau moi|cho dau moi"},
}

// KindOf tells the kind from how a name begins («HTX Thu Phong», «Cty TNHH …»); "" when
// the name does not say it.
func KindOf(name string) Kind {
	f := text.Fold(name) + " "
	for _, k := range kindWords {
		for _, w := range strings.Split(k.words, "|") {
			if strings.HasPrefix(f, w+" ") {
				return k.kind
			}
		}
	}
	for _, w := range []string{" tnhh ", " jsc ", " co ltd ", " ltd ", " company ", " corp ", " cong ty "} {
		if strings.Contains(" "+f, w) {
			return Enterprise
		}
	}
	return ""
}

// BareName drops what the name says about the kind: «HTX Thu Phong» is «Thu Phong».
// Names are compared this way, because people write the kind in many forms.
func BareName(name string) string {
	f := text.Fold(name)
	k := KindOf(name)
	if k != Coop && k != Union && k != Group && k != Fund {
		return f
	}
	for _, w := range kindWords {
		if w.kind != k {
			continue
		}
		best := ""
		for _, p := range strings.Split(w.words, "|") {
			if strings.HasPrefix(f+" ", p+" ") && len(p) > len(best) {
				best = p
			}
		}
		if rest := strings.TrimSpace(strings.TrimPrefix(f, best)); rest != "" {
			return rest
		}
	}
	return f
}
