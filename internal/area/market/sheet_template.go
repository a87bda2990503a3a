package market

import (
	"io"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// form is one column of the workbook that template, export and import share. key is its
// text (market.col.<key>), hint the text shown beside the cell.
type form struct {
	key     string
	width   float64
	format  sheet.Format
	choices func(Deps, *i18n.Printer) []string
	example any
	wrap    bool
}

func choicesOf(keys ...string) func(Deps, *i18n.Printer) []string {
	return func(_ Deps, p *i18n.Printer) []string {
		out := make([]string, len(keys))
		for i, k := range keys {
			out[i] = p.T("market.sheet.choice." + k)
		}
		return out
	}
}

func unitChoices(Deps, *i18n.Printer) []string {
	return []string{"kg", "tạ", "tấn", "quả", "vạn quả", "cây", "con", "lít"}
}

func goodsChoices(d Deps, _ *i18n.Printer) []string {
	var out []string
	for _, c := range d.Catalog.All() {
		name, _, _ := strings.Cut(c.NameVI, " (")
		if !strings.Contains(name, ",") && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(text.SortKey(a), text.SortKey(b)) })
	return out
}

func provinceChoices(d Deps, _ *i18n.Printer) []string {
	var out []string
	for _, u := range d.Atlas.All(places.Border2023, places.Province) {
		out = append(out, u.Name)
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(text.SortKey(a), text.SortKey(b)) })
	return out
}

var offerForm = []form{
	{key: "supplier", width: 30, wrap: true, example: "HTX nông nghiệp Ví Dụ"},
	{key: "contact", width: 20, example: "Bà Nguyễn Thị Ví Dụ"},
	{key: "phone", width: 16, format: sheet.Plain, example: "0900 000 001"},
	{key: "tax", width: 15, format: sheet.Plain},
	{key: "province", width: 14, choices: provinceChoices, example: "Hòa Bình"},
	{key: "commune", width: 16, example: "Cao Dương"},
	{key: "district", width: 16, example: "Lương Sơn"},
	{key: "commodity", width: 22, choices: goodsChoices, example: "Bưởi Diễn"},
	{key: "variety", width: 14},
	{key: "class", width: 22, choices: choicesOf("whole", "class1", "class2", "class3"), example: "Loại 1: 60%, Loại 2: 40%"},
	{key: "papers", width: 26, wrap: true, example: "VietGAP (5 tấn) hạn 30/11/2024"},
	{key: "quantity_offered", width: 14, example: "20"},
	{key: "unit", width: 9, choices: unitChoices, example: "tấn"},
	{key: "piece", width: 10},
	{key: "from", width: 12, format: sheet.Date, example: "20/11/2024"},
	{key: "to", width: 12, format: sheet.Date, example: "20/01/2025"},
	{key: "floor", width: 14, example: "12.000 đ/kg"},
	{key: "trader", width: 13, example: "10.000 đ/kg"},
	{key: "min_line", width: 14, example: "5 tạ"},
	{key: "note", width: 28, wrap: true},
}

var demandForm = []form{
	{key: "buyer", width: 30, wrap: true, example: "Công ty Ví Dụ"},
	{key: "phone", width: 16, format: sheet.Plain, example: "0900 000 002"},
	{key: "tax", width: 15, format: sheet.Plain},
	{key: "delivery", width: 32, wrap: true, example: "quận Hoàng Mai, Hà Nội"},
	{key: "commodity", width: 22, choices: goodsChoices, example: "Bưởi Diễn"},
	{key: "variety", width: 14},
	{key: "min_class", width: 13, choices: choicesOf("any", "class1", "class2", "class3"), example: "Loại 1"},
	{key: "papers_required", width: 22, wrap: true, example: "VietGAP"},
	{key: "quantity", width: 12, example: "20"},
	{key: "unit", width: 9, choices: unitChoices, example: "tấn"},
	{key: "from", width: 12, format: sheet.Date, example: "01/12/2024"},
	{key: "to", width: 12, format: sheet.Date, example: "31/12/2024"},
	{key: "ceiling", width: 14, example: "17.000 đ/kg"},
	{key: "price_at", width: 10, choices: choicesOf("garden", "store"), example: "kho"},
	{key: "discount", width: 10, example: "5"},
	{key: "pay_days", width: 12, example: "30"},
	{key: "min_order", width: 14, example: "10 tấn"},
	{key: "max_sources", width: 11, example: "3"},
	{key: "max_invoices", width: 11, example: "1"},
	{key: "note", width: 28, wrap: true},
}

func columnsOf(f []form, deps Deps, p *i18n.Printer, choices bool) []sheet.Column {
	out := make([]sheet.Column, len(f))
	for i, c := range f {
		out[i] = sheet.Column{Head: p.T("market.col." + c.key), Width: c.width, Format: c.format, Wrap: c.wrap}
		if hint := "market.sheet.hint." + c.key; choices && p.Has(hint) {
			out[i].Hint = p.T(hint)
		}
		if choices && c.choices != nil {
			out[i].Choices = c.choices(deps, p)
		}
	}
	return out
}

// exampleMark is in the note of the template's example rows; import skips them.
const exampleMark = "VÍ DỤ"

// WriteTemplate writes an empty workbook: both sheets with drop-down lists and an example
// row that import skips, and a guide.
func WriteTemplate(w io.Writer, deps Deps, p *i18n.Printer) (err error) {
	defer fault.Wrap(&err, "WriteTemplate")
	book := sheet.NewBook()
	book.Title = p.T("market.sheet.template")
	for _, s := range []struct {
		name string
		form []form
	}{{"market.sheet.offers", offerForm}, {"market.sheet.demands", demandForm}} {
		sh := book.Sheet(p.T(s.name), columnsOf(s.form, deps, p, true))
		row := make([]any, len(s.form))
		for i, c := range s.form {
			row[i] = c.example
			if c.key == "note" {
				row[i] = exampleMark + ": " + p.T("market.sheet.example")
			}
		}
		sh.Row(row...)
	}
	guide := book.Sheet(p.T("market.sheet.guide"), []sheet.Column{{Head: p.T("market.sheet.guide"), Width: 110, Wrap: true}})
	for _, k := range []string{"needed", "order", "quantity", "days", "price", "class", "papers", "place", "rest", "ask"} {
		guide.Row(p.T("market.sheet.guide." + k))
	}
	_, err = book.WriteTo(w)
	return err
}
