package registry

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// row reads one organisation. What cannot be read is asked and stands in the note, so that
// nothing of the list is lost.
func (rd *listReader) row(x *ImportRow, t *listTable, row []sheet.Cell, g group) {
	o := &x.Org
	o.Status = Operating
	o.Name = cleanName(t.text(row, colName))
	var notes []string
	keep := func(label, value string) {
		value = strings.Join(strings.Fields(text.NFC(value)), " ")
		if value == "" || emptyMarks[value] || unknownWords[text.Fold(value)] {
			return
		}
		if label != "" {
			value = label + ": " + value
		}
		if !slices.Contains(notes, value) {
			notes = append(notes, value)
		}
	}
	head := func(c column) string { return t.heads[t.at(c)].words }
	rd.kind(x, t, row, g)
	rd.place(x, t, row, g)
	rd.call(x, t, row, func(s string) { keep(head(colPhone), s) })
	rd.tax(x, t, row, func(s string) { keep(head(colTax), s) })
	rd.founded(x, t, row, func(s string) { keep(head(colFounded), s) })
	rd.members(x, t, row, func(s string) { keep(head(colMembers), s) })
	for _, w := range []struct {
		c  column
		to *int64
	}{{colRegular, &o.Regular}, {colSeasonal, &o.Seasonal}} {
		s := t.text(row, w.c)
		if s == "" || unknownWords[text.Fold(s)] {
			continue
		}
		if n, ok := readCount(t.cell(row, w.c)); ok {
			*w.to = n
		} else {
			keep(head(w.c), s)
		}
	}
	if s := t.text(row, colEmail); s != "" {
		if looksLikeMail(s) {
			o.Email = s
		} else {
			keep(head(colEmail), s)
		}
	}
	if s := t.text(row, colField); s != "" {
		f, exact := fieldOf(s)
		if o.Field = f; !exact {
			keep(head(colField), s)
		}
	} else if o.Kind == Fund {
		o.Field = "credit"
	}
	if s := t.text(row, colStatus); s != "" {
		st := statusOf(s)
		if st != "" {
			o.Status = st
		}
		if st == "" || st != Operating && len(strings.Fields(s)) > 3 { // «ngừng từ 2021, chờ giải thể»
			keep(head(colStatus), s)
		}
	}
	for _, i := range t.more {
		keep(t.heads[i].words, cellText(row, i))
	}
	for l := range strings.SplitSeq(t.text(row, colNote), "\n") {
		keep("", l)
	}
	for i := len(t.heads); i < len(row); i++ { // cells without a heading
		if _, ok := t.heads[i]; !ok {
			keep("", cellText(row, i))
		}
	}
	o.Note = cutRunes(strings.Join(notes, "\n"), 2000)
}

func cutRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// kind is said by its column, by the name, or by what stands above the row.
func (rd *listReader) kind(x *ImportRow, t *listTable, row []sheet.Cell, g group) {
	o := &x.Org
	named := KindOf(o.Name)
	said := kindOfCell(t.text(row, colKind))
	switch {
	case named == Coop || named == Union || named == Group || named == Fund:
		o.Kind = named
	case said != "":
		o.Kind = said
	case strongKind(o.Name) != "":
		o.Kind = strongKind(o.Name)
	default:
		o.Kind = g.kind // «Ánh Dương» is no household, «Hội An» no association
	}
	if o.Kind == "" || rd.doc.Answers[answerKey(x.RowAt, SlotKind)] != "" {
		a := ImportAsk{Slot: SlotKind, Code: "kind", Args: []any{o.Name}, Blocks: true}
		for _, k := range Kinds {
			a.Options = append(a.Options, AskOption{Value: string(k), Key: "registry.kind." + string(k)})
		}
		if k := Kind(x.ask(rd.doc, a)); k.Known() {
			o.Kind = k
		}
	}
}

// strongKind is the kind that a name says in words which are no part of proper names.
func strongKind(name string) Kind {
	f := " " + text.Fold(name) + " "
	for _, w := range []string{" cong ty ", " cty ", " tnhh ", " doanh nghiep ", " dntn ", " sieu thi ", " nha may "} {
		if strings.Contains(f, w) {
			return Enterprise
		}
	}
	for _, w := range []string{" ho kinh doanh ", " hkd ", " trang trai ", " co so ", " nha vuon ", " gia dinh "} {
		if strings.HasPrefix(f, w) {
			return Household
		}
	}
	for _, w := range []string{" lien minh ", " ubnd ", " uy ban ", " chi cuc ", " trung tam ", " ban quan ly ", " hoi nong dan ", " hiep hoi ", " so nong nghiep "} {
		if strings.HasPrefix(f, w) {
			return Agency
		}
	}
	return ""
}

// place resolves what the columns, the address and the title above say.
func (rd *listReader) place(x *ImportRow, t *listTable, row []sheet.Cell, g group) {
	o := &x.Org
	commune, district, province := t.text(row, colCommune), t.text(row, colDistrict), t.text(row, colProvince)
	hamlet, address := t.text(row, colHamlet), t.text(row, colAddress)
	lead, rest := splitAddress(address)
	if district == "" && province == "" {
		district, province = g.district, g.province
		if commune == "" && len(rest) == 0 {
			commune = g.commune
		}
	}
	asked := commune
	if asked == "" && len(rest) > 0 {
		asked = strings.Join(rest, ", ")
	}
	if commune != "" { // «Xã Tây Phong (xóm Bãi)» or an address in the column of communes
		l, r := splitAddress(commune)
		if len(r) > 0 {
			lead, asked = append(l, lead...), strings.Join(r, ", ")
		}
	}
	o.Address = joinComma(append([]string{hamlet}, lead...)...)
	f := rd.where.find(province, district, asked)
	if f.code != "" && len(rest) > 1 && commune == "" { // the address says its district itself
		if own := rd.where.find("", "", asked); own.code == "" {
			f = own
		}
	}
	if u, ok := rd.where.Atlas.ByKey(f.key); f.code == "" && (!ok || u.Level != places.Commune) && (t.text(row, colCommune) != "" || saysCommune(rest)) {
		f.code = "place_unknown"
	}
	o.Place = f.key
	if f.code != "" && address != "" && len(rest) > 0 {
		o.Address = joinComma(hamlet, address) // what could not be read stays as it was written
	}
	if f.key == "" && f.code == "" {
		f.code = "place_none"
	}
	said := joinComma(asked, district, province)
	answer := rd.doc.Answers[answerKey(x.RowAt, SlotPlace)]
	if f.code == "" && answer == "" {
		return
	}
	if f.code == "" {
		f.code = "place_unknown"
	}
	a := ImportAsk{Slot: SlotPlace, Code: f.code, Args: []any{said}, Free: true}
	if answer == "" && f.key != "" && f.code == "place_unknown" {
		a.Code, a.Args = "place_assumed", []any{said, rd.where.Atlas.Label(f.key)}
	}
	for _, u := range f.others {
		a.Options = append(a.Options, AskOption{Value: u.Key, Label: rd.where.Atlas.Label(u.Key)})
	}
	if answer == "" {
		x.ask(rd.doc, a)
		return
	}
	if u, ok := rd.where.Atlas.ByKey(answer); ok {
		o.Place = u.Key
		if !slices.ContainsFunc(a.Options, func(op AskOption) bool { return op.Value == u.Key }) {
			a.Options = append(a.Options, AskOption{Value: u.Key, Label: rd.where.Atlas.Label(u.Key)})
		}
		x.ask(rd.doc, a)
		return
	}
	again := rd.where.find("", "", answer)
	if again.code != "" && district != "" {
		if near := rd.where.find(province, district, answer); near.code == "" || again.code == "place_unknown" {
			again = near
		}
	}
	if again.key != "" {
		o.Place = again.key
	}
	if again.code != "" {
		a.Code, a.Args, a.Options = again.code, []any{answer}, nil
		for _, u := range again.others {
			a.Options = append(a.Options, AskOption{Value: u.Key, Label: rd.where.Atlas.Label(u.Key)})
		}
		x.again(rd.doc, a)
		return
	}
	x.ask(rd.doc, a)
}

func saysCommune(rest []string) bool {
	for _, p := range rest {
		if startsWithAny(text.Fold(p), []string{"xa", "x", "phuong", "p", "thi tran", "tt"}) {
			return true
		}
	}
	return false
}

// call reads whom to call.
func (rd *listReader) call(x *ImportRow, t *listTable, row []sheet.Cell, keep func(string)) {
	o := &x.Org
	for _, p := range rd.phones(t, row) {
		x.addPhone(p)
	}
	contact := t.text(row, colContact)
	if o.Contact = withoutPhones(contact); unknownWords[text.Fold(o.Contact)] || strings.Trim(text.Fold(o.Contact), "0123456789 ") == "" {
		o.Contact = ""
	}
	raw := t.text(row, colPhone)
	if o.Contact == "" && o.Phone != "" {
		if who := withoutPhones(raw); strings.Trim(text.Fold(who), "0123456789 ") != "" && len([]rune(who)) < 60 {
			o.Contact = who // «0912 345 678 (anh Nam)»
			o.Contact = strings.Trim(o.Contact, "() ")
		}
	}
	o.Contact = cutRunes(o.Contact, 200)
	if answer := rd.doc.Answers[answerKey(x.RowAt, SlotPhone)]; answer != "" {
		if ps := ParsePhones(answer); len(ps) > 0 {
			o.Phone, o.OtherPhones = ps[0], ps[1:]
			x.ask(rd.doc, ImportAsk{Slot: SlotPhone, Code: "phone_none", Free: true})
			return
		}
	}
	if o.Phone != "" {
		return
	}
	bad := raw != "" && strings.ContainsAny(raw, "0123456789")
	a := ImportAsk{Slot: SlotPhone, Code: "phone_none", Free: true}
	if bad {
		a.Code, a.Args = "phone_bad", []any{raw}
		keep(raw)
	}
	if _, ok := t.cols[colPhone]; ok || bad {
		x.again(rd.doc, a)
	}
}

// tax reads the tax code; a wrong one is asked and left out.
func (rd *listReader) tax(x *ImportRow, t *listTable, row []sheet.Cell, keep func(string)) {
	said := ""
	if t.text(row, colTax) != "" {
		said = digitsOf(t.cell(row, colTax))
	}
	if unknownWords[text.Fold(said)] {
		said = ""
	}
	code, ok := ReadTaxCode(said)
	if said == "" || ok {
		if ok && said != "" {
			x.Org.TaxCode = code
		}
		if rd.doc.Answers[answerKey(x.RowAt, SlotTax)] == "" {
			return
		}
	}
	a := ImportAsk{Slot: SlotTax, Code: "tax", Args: []any{said}, Free: true}
	if code, ok := ReadTaxCode(rd.doc.Answers[answerKey(x.RowAt, SlotTax)]); ok {
		x.Org.TaxCode = code
		x.ask(rd.doc, a)
		return
	}
	keep(said)
	x.again(rd.doc, a)
}

// founded reads the day; a month or a year alone stands for its first day, and the note
// keeps what was written.
func (rd *listReader) founded(x *ImportRow, t *listTable, row []sheet.Cell, keep func(string)) {
	said := t.text(row, colFounded)
	if unknownWords[text.Fold(said)] {
		said = ""
	}
	answer := rd.doc.Answers[answerKey(x.RowAt, SlotFounded)]
	read := func(s string) (from, to calendar.Day, ok bool) {
		from, to, ok = calendar.ReadDay(s, 0)
		return from, to, ok && from >= calendar.Date(1945, 1, 1) && from <= rd.where.On
	}
	if from, to, ok := read(said); ok {
		x.Org.Founded = from
		if from != to {
			keep(said)
		}
	}
	if said == "" && answer == "" || x.Org.Founded != 0 && answer == "" {
		return
	}
	a := ImportAsk{Slot: SlotFounded, Code: "founded", Args: []any{said}, Free: true}
	if from, _, ok := read(answer); ok {
		x.Org.Founded = from
		x.ask(rd.doc, a)
		return
	}
	keep(said)
	x.again(rd.doc, a)
}

// members reads their number.
func (rd *listReader) members(x *ImportRow, t *listTable, row []sheet.Cell, keep func(string)) {
	said := t.text(row, colMembers)
	if unknownWords[text.Fold(said)] {
		said = ""
	}
	answer := rd.doc.Answers[answerKey(x.RowAt, SlotMembers)]
	ok := false
	if said != "" {
		x.Org.Members, ok = readCount(t.cell(row, colMembers))
	}
	if answer == "" && (said == "" || ok) {
		return
	}
	a := ImportAsk{Slot: SlotMembers, Code: "members", Args: []any{said}, Free: true}
	if n, good := readCount(sheet.Cell{Text: answer}); good && answer != "" {
		x.Org.Members = n
		x.ask(rd.doc, a)
		return
	}
	x.Org.Members = 0
	keep(said)
	x.again(rd.doc, a)
}
