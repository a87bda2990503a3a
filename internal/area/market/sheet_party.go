package market

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/text"
)

// partyBook gathers the parties of a workbook. One party is one tax code; without one it
// is one folded name with the same district or a telephone in common.
type partyBook struct {
	all    []*partySeen
	byTax  map[string]*partySeen
	byName map[string][]*partySeen
}

type partySeen struct {
	Party
	name     string // folded
	district string
	phones   []string
	asked    bool // for its telephone
}

func (b *partyBook) init() {
	b.byTax, b.byName = map[string]*partySeen{}, map[string][]*partySeen{}
}

// list gives the parties of the records; one whose every row waits for an answer has no
// part in the plan.
func (b *partyBook) list(in *Input) []Party {
	used := map[string]bool{}
	for _, o := range in.Offers {
		used[o.Party] = true
	}
	for _, d := range in.Demands {
		used[d.Party] = true
	}
	var out []Party
	for _, p := range b.all {
		if used[p.ID] {
			out = append(out, p.Party)
		}
	}
	return out
}

func (b *partyBook) byID(id string) Party {
	for _, p := range b.all {
		if p.ID == id {
			return p.Party
		}
	}
	return Party{}
}

// nameKey makes «Hợp tác xã X» and «HTX X» one name.
func nameKey(name string) string {
	f := " " + text.Fold(name) + " "
	for _, w := range [][2]string{
		{" lien hiep hop tac xa ", " lhhtx "},
		{" lien hiep htx ", " lhhtx "},
		{" hop tac xa ", " htx "},
		{" to hop tac ", " tht "},
		{" cong ty ", " cty "},
		{" trach nhiem huu han ", " tnhh "},
		{" co phan ", " cp "},
		{" mot thanh vien ", " mtv "},
		{" nong nghiep ", " nn "},
		{" dich vu ", " dv "},
	} {
		f = strings.ReplaceAll(f, w[0], w[1])
	}
	return strings.TrimSpace(f)
}

// party finds or adds the party of a row. place is where the row's goods lie or go.
func (r *sheetRow) party(place string, district string) (id string, ok bool) {
	name := r.text(colParty)
	if name == "" || isDitto(name) {
		r.block(colParty, AskPartyMissing, "")
		return "", false
	}
	if text.Fold(name) == "" {
		r.block(colParty, AskPartyMissing, "")
		return "", false
	}
	phones, taxCode := r.phones(), r.taxCode()
	b := &r.rd.parties
	key := nameKey(name)
	p := b.find(key, taxCode, district, phones)
	if p != nil && taxCode != "" && p.TaxCode == taxCode && p.name != key {
		r.doubt(colParty, AskTaxShared, p.Name, taxCode, p.Name)
	}
	if p == nil {
		p = &partySeen{name: key, Party: Party{
			ID: number('P', len(b.all)+1), Name: short(name), Kind: kindOf(name), Place: place,
		}}
		b.all = append(b.all, p)
		b.byName[key] = append(b.byName[key], p)
	}
	if len(phones) > 0 {
		for _, n := range phones {
			if !slices.Contains(p.phones, n) {
				p.phones = append(p.phones, n)
			}
		}
		p.Phone = short(strings.Join(p.phones, "; "))
	} else if len(p.phones) == 0 && r.text(colPhone) == "" && !p.asked {
		r.doubt(colPhone, AskPhoneMissing, "", p.Name)
		p.asked = true
	}
	if p.TaxCode == "" && taxCode != "" {
		p.TaxCode = taxCode
		b.byTax[taxCode] = p
	}
	if c := r.contact(); p.Contact == "" {
		p.Contact = short(c)
	}
	if p.Place == "" {
		p.Place = place
	}
	if p.district == "" {
		p.district = district
	}
	r.who, r.phone = p.Name, p.Phone
	r.rd.rows[r.source()] = p
	return p.ID, true
}

func (b *partyBook) find(key, taxCode, district string, phones []string) *partySeen {
	if p := b.byTax[taxCode]; taxCode != "" && p != nil {
		return p
	}
	for _, p := range b.byName[key] {
		if taxCode != "" && p.TaxCode != "" {
			continue
		}
		shares := slices.ContainsFunc(phones, func(n string) bool { return slices.Contains(p.phones, n) })
		if shares || district == p.district || district == "" || p.district == "" || taxCode != "" && len(b.byName[key]) == 1 {
			return p
		}
	}
	return nil
}

// phones reads the telephone cell and numbers written behind the contact's name.
func (r *sheetRow) phones() []string {
	s := r.text(colPhone)
	if c := r.cell(colPhone); c.Number && !strings.Contains(c.Text, " ") {
		s = c.Raw // 912345678 shown as 9.12E+08
	}
	phones := registry.ParsePhones(s)
	if len(phones) == 0 && s != "" && !noneWords[unmarked(s)] {
		r.doubt(colPhone, AskPhoneOdd, "", s)
	}
	for _, n := range registry.ParsePhones(digitsTail(r.text(colContact))) {
		if !slices.Contains(phones, n) {
			phones = append(phones, n)
		}
	}
	return phones
}

// digitsTail is a text from its first digit on, if there are enough digits for a number.
func digitsTail(s string) string {
	i := strings.IndexAny(s, "0123456789+")
	if i < 0 || len(s)-i < 9 {
		return ""
	}
	return s[i:]
}

func (r *sheetRow) contact() string {
	s := r.text(colContact)
	if t := digitsTail(s); t != "" {
		s = strings.Trim(strings.TrimSuffix(s, t), " -–:,;(")
		for _, w := range []string{"ĐT", "đt", "SĐT", "sđt", "Zalo", "zalo", "DT", "SDT"} {
			s = strings.Trim(strings.TrimSuffix(s, w), " -–:,;(")
		}
	}
	return s
}

// taxCode reads a tax code with lost zeros and spaces; one that fails its check digit
// is asked about and not used.
func (r *sheetRow) taxCode() string {
	s := r.text(colTax)
	if c := r.cell(colTax); c.Number {
		s = c.Raw
	}
	if s == "" || noneWords[unmarked(s)] {
		return ""
	}
	if code, ok := registry.ReadTaxCode(strings.TrimLeft(unmarked(s), "mst: hue")); ok { // «MST: 54…»
		return code
	}
	r.doubt(colTax, AskTaxOdd, "", s)
	return ""
}

// kindOf reads the kind of a party from its name; a name that says nothing is a
// household, which neither invoices nor leads.
func kindOf(name string) Kind {
	switch k := Kind(registry.KindOf(name)); k {
	case KindCoop, KindUnion, KindGroup, KindFund, KindEnterprise, KindHousehold, KindAgency:
		return k
	}
	return KindHousehold
}

// short keeps a text inside what a record may carry.
func short(s string) string {
	const most = 1000
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}
