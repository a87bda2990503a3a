package market

import (
	"bytes"
	"io"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// The sheets of a plan workbook. Names and headings are those of docs/plan-file.md in
// every language: a second program reads them.
const (
	sheetPlan    = "Phương án"
	sheetLeft    = "Chưa kết nối được"
	sheetAsk     = "Hỏi lại"
	sheetSummary = "Tóm tắt"
	sheetProof   = "Kết quả kiểm tra"
)

// WritePlan writes the plan workbook of docs/plan-file.md §7. When the proof is too long
// for a sheet it is returned, to stand beside the workbook as PLAN.proof; else it is nil.
// The same plan gives the same bytes.
func WritePlan(w io.Writer, in Input, pl *Plan, asks []Ask, p *i18n.Printer) (proof []byte, err error) {
	defer fault.Wrap(&err, "WritePlan(%d lines)", len(pl.Lines))
	if in, err = Canonical(in); err != nil {
		return nil, err
	}
	records, proof, err := planRecords(in, pl)
	if err != nil {
		return nil, err
	}
	book := planBook{in: in, pl: pl, asks: asks, p: p, records: records, proof: sum256(proof), names: planNamesOf(in)}
	// The digest covers every cell but its own, so the workbook is written twice: once to
	// read it back as the checker will, once with the digest in place.
	var first bytes.Buffer
	if err := book.write(&first, ""); err != nil {
		return nil, err
	}
	sheets, err := sheet.Read(first.Bytes(), planLimits)
	if err != nil {
		return nil, err
	}
	first.Reset()
	return proof, book.write(w, PlanDigest(sheets))
}

// planLimits bound our own file, not a stranger's.
var planLimits = sheet.Limits{File: 1 << 30, Unpacked: 4 << 30, Rows: 1_048_576, Cells: 50_000_000}

type planBook struct {
	in      Input
	pl      *Plan
	asks    []Ask
	p       *i18n.Printer
	records []record
	proof   string
	names   planNames
}

// planNames looks up what people read instead of ids.
type planNames struct {
	party     map[string]string // of a party id
	of        map[string]string // party name of an offer or demand id
	phone     map[string]string
	goods     map[string]string // name of a commodity code
	commodity map[string]string // code of an offer or demand id
}

func planNamesOf(in Input) planNames {
	n := planNames{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}}
	phones := map[string]string{}
	for _, p := range in.Parties {
		n.party[p.ID], phones[p.ID] = p.Name, p.Phone
	}
	for _, c := range in.Commodities {
		n.goods[c.Code] = c.NameVI
	}
	for _, o := range in.Offers {
		n.of[o.ID], n.commodity[o.ID], n.phone[o.ID] = n.party[o.Party], o.Commodity, phones[o.Party]
	}
	for _, d := range in.Demands {
		n.of[d.ID], n.commodity[d.ID], n.phone[d.ID] = n.party[d.Party], d.Commodity, phones[d.Party]
	}
	return n
}

func (b *planBook) write(w io.Writer, digest string) error {
	book := sheet.NewBook()
	book.Title = sheetPlan
	b.lines(book)
	b.left(book)
	writeAsks(book, b.asks, b.p)
	b.summary(book)
	b.check(book, digest)
	_, err := book.WriteTo(w)
	return err
}

func (b *planBook) lines(book *sheet.Book) {
	w := book.Sheet(sheetPlan, []sheet.Column{
		{Head: "STT", Width: 6},
		{Head: "Mã chào bán", Width: 10},
		{Head: "Bên bán", Width: 34, Wrap: true},
		{Head: "Mã nhu cầu", Width: 10},
		{Head: "Bên mua", Width: 34, Wrap: true},
		{Head: "Mặt hàng", Width: 22, Wrap: true},
		{Head: "Loại", Width: 10},
		{Head: "Số lượng (kg)", Width: 12},
		{Head: "HTX đầu mối", Width: 26, Wrap: true},
		{Head: "Ngày lấy hàng", Width: 12},
		{Head: "Ngày giao", Width: 12},
		{Head: "Thực nhận tại vườn (đ/kg)", Width: 14},
		{Head: "Bên mua trả (đ/kg)", Width: 13},
		{Head: "Giá có thật", Width: 9},
	})
	for i, l := range b.pl.Lines {
		real := ""
		if l.Real {
			real = "Có"
		}
		// What a seller nets is rounded down, what a buyer pays up: the printed price never
		// promises more than the plan.
		w.Row(i+1, l.Offer, oneLine(b.names.of[l.Offer]), l.Demand, oneLine(b.names.of[l.Demand]), b.names.goods[b.names.commodity[l.Offer]],
			ClassWord(l.Class), l.Grams, oneLine(b.names.party[l.Via]), l.Pick, l.Deliver, int64(l.Net.PerKg()), -int64((-l.Pays).PerKg()), real)
	}
}

// ClassWord is a class as the plan file writes it.
func ClassWord(class int) string {
	if class == 0 {
		return "Cả vườn"
	}
	return "Loại " + text.Int(int64(class))
}

func (b *planBook) left(book *sheet.Book) {
	w := book.Sheet(sheetLeft, []sheet.Column{
		{Head: "Mã", Width: 9},
		{Head: "Đơn vị", Width: 34, Wrap: true},
		{Head: "Chào bán/Nhu cầu", Width: 12},
		{Head: "Mặt hàng", Width: 24, Wrap: true},
		{Head: "Còn lại (kg)", Width: 12},
		{Head: "Lý do", Width: 44, Wrap: true},
		{Head: "Cách gần nhất", Width: 60, Wrap: true},
	})
	for _, side := range []struct {
		name  string
		offer bool
		list  []LeftOut
	}{{"Chào bán", true, b.pl.LeftOffers}, {"Nhu cầu", false, b.pl.LeftDemands}} {
		for _, l := range side.list {
			w.Row(l.ID, oneLine(b.names.of[l.ID]), side.name, b.names.goods[b.names.commodity[l.ID]], l.Left,
				b.p.T("market.reason."+string(l.Main)), b.steps(l.Steps, side.offer))
		}
	}
}

var circled = []string{"①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨"}

// steps are the next steps in words, numbered.
func (b *planBook) steps(steps []Step, offer bool) string {
	var out []string
	for i, s := range steps {
		if i == len(circled) {
			break
		}
		out = append(out, circled[i]+" "+StepWords(b.p, s, offer, b.names.party[s.Via]))
	}
	return strings.Join(out, " ")
}

// StepWords is a next step of an offer (or of a demand) as a sentence; lead is the name of
// the party in Via.
func StepWords(p *i18n.Printer, s Step, offer bool, lead string) string {
	key := "market.step." + string(s.Kind)
	if !offer && (s.Kind == StepPaper || s.Kind == StepLead || s.Kind == StepDays || s.Kind == StepPrice) {
		key = "market.step.demand_" + string(s.Kind) // the other side of the same deal
	}
	switch s.Kind {
	case StepPaper:
		name := "catalog.paper." + s.Paper
		if !p.Has(name) {
			return p.T(key, s.Grams, strings.ToUpper(s.Paper))
		}
		return p.T(key, s.Grams, i18n.Key(name))
	case StepLead:
		return p.T(key, s.Grams, lead)
	case StepDays:
		if s.Days < 0 {
			return p.T(key+"_earlier", s.Grams, -s.Days)
		}
		return p.T(key+"_later", s.Grams, s.Days)
	case StepSort:
		if s.Class == 0 {
			return p.T(key, s.Grams)
		}
		if s.Class > 3 {
			return p.T(key+"_unsorted", s.Grams)
		}
		return p.T(key+"_class", s.Grams, s.Class)
	case StepSplit:
		return p.T(key+"_"+string(s.Rule), s.Grams)
	}
	return p.T(key, s.Grams, s.Price)
}

// summary is a label and a number a row, in the order of Totals.
func (b *planBook) summary(book *sheet.Book) {
	w := book.Sheet(sheetSummary, []sheet.Column{{Head: "Chỉ tiêu", Width: 64, Wrap: true}, {Head: "Giá trị", Width: 22}})
	for _, t := range summaryRows(b.pl.Totals) {
		w.Row(t.label, t.value)
	}
}

type summaryRow struct {
	label string
	value any
}

// summaryRows are the totals as «Tóm tắt» lists them.
func summaryRows(t Totals) []summaryRow {
	return []summaryRow{
		{"Số lượng chào bán (kg)", t.Offered},
		{"Số lượng nhu cầu (kg)", t.Demanded},
		{"Số lượng đã kết nối (kg)", t.Matched},
		{"Số chào bán", t.Offers},
		{"Số nhu cầu", t.Demands},
		{"Chào bán có bên mua", t.OffersMatched},
		{"Nhu cầu có hàng", t.DemandsMatched},
		{"Nhu cầu đủ hàng", t.DemandsFilled},
		{"Số dòng phương án", t.Lines},
		{"Số HTX đầu mối", t.Leads},
		{"Tổng lợi ích (đồng)", t.Gain},
		{"Bà con thực nhận thêm (đồng)", t.SellersGain},
		{"Còn có thể tốt hơn tối đa (đồng)", t.GapVND},
		{"Còn có thể tốt hơn tối đa (phần triệu)", t.GapPPM},
		{"Dòng có giá thật", t.RealLines},
		{"Số nút đã xét", t.Nodes},
		{"Số bước tính", t.Pivots},
	}
}

// check is the sheet of the proof: everything that the plan depends on and claims.
func (b *planBook) check(book *sheet.Book, digest string) {
	w := book.Sheet(sheetProof, nil)
	w.Row("lienket-plan", "1")
	w.Row("sha-256", digest)
	w.Row("proof-sha-256", b.proof)
	w.Row()
	for _, r := range b.records {
		cells := []any{r.kind}
		for _, piece := range pieces(string(r.json)) {
			cells = append(cells, piece)
		}
		w.Row(cells...)
	}
}

// oneLine keeps a name inside one plain line, so that what is read back is what was
// written.
func oneLine(s string) string { return strings.Join(strings.Fields(text.NFC(s)), " ") }

// writeAsks adds the ask-back list. The answer column is for people.
func writeAsks(book *sheet.Book, asks []Ask, p *i18n.Printer) {
	w := book.Sheet(sheetAsk, []sheet.Column{
		{Head: "Trang", Width: 14},
		{Head: "Dòng", Width: 7},
		{Head: "Mã", Width: 9},
		{Head: "Cột", Width: 18, Wrap: true},
		{Head: "Hỏi ai", Width: 30, Wrap: true},
		{Head: "Điện thoại", Width: 16},
		{Head: "Đang ghi", Width: 24, Wrap: true},
		{Head: "Cần hỏi lại", Width: 56, Wrap: true},
		{Head: "Gợi ý", Width: 24, Wrap: true},
		{Head: "Chưa đưa vào phương án", Width: 12},
		{Head: "Trả lời", Width: 24, Wrap: true},
	})
	for _, a := range asks {
		blocks := ""
		if a.Blocks {
			blocks = "x"
		}
		var row any
		if a.Source.Row > 0 {
			row = a.Source.Row
		}
		w.Row(a.Source.Sheet, row, a.Record, a.Column, oneLine(a.Who), a.Phone, oneLine(a.Value), a.Sentence(p), a.Suggestion, blocks, "")
	}
}

// WriteAsks writes the ask-back list alone, for the one who sent the workbook.
func WriteAsks(w io.Writer, asks []Ask, p *i18n.Printer) (err error) {
	defer fault.Wrap(&err, "WriteAsks(%d)", len(asks))
	book := sheet.NewBook()
	book.Title = sheetAsk
	writeAsks(book, asks, p)
	_, err = book.WriteTo(w)
	return err
}
