package market

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
)

var update = flag.Bool("update", false, "write the golden files again")

func testDeps(t testing.TB) Deps {
	t.Helper()
	a, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.LoadCommodities()
	if err != nil {
		t.Fatal(err)
	}
	return Deps{Atlas: a, Catalog: c}
}

func testPrinter(t testing.TB, l i18n.Lang) *i18n.Printer {
	t.Helper()
	b, err := i18n.Load(Texts)
	if err != nil {
		t.Fatal(err)
	}
	return b.Printer(l)
}

var testOptions = ReadOptions{AsOf: calendar.Date(2023, 11, 20), Params: DefaultParams(), Home: "Hòa Bình"}

// dump is what was read, a record a line, for people to compare with the workbook.
func dump(in Input, asks []Ask, p *i18n.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s – %s: %d parties, %d places, %d roads, %d offers, %d demands, %d asks\n\n", in.AsOf, in.Horizon, len(in.Parties), len(in.Places), len(in.Roads), len(in.Offers), len(in.Demands), len(asks))
	for _, c := range in.Commodities {
		fmt.Fprintf(&b, "commodity %s %s unit=%d ref=%d/%d\n", c.Code, c.NameVI, c.Unit, c.RefFloor.PerKg(), c.RefPrice.PerKg())
	}
	for _, x := range in.Places {
		fmt.Fprintf(&b, "place %s %s (%s)\n", x.Key, x.Name, x.District)
	}
	for _, x := range in.Parties {
		fmt.Fprintf(&b, "party %s %s %s | %s | %s | %s @%s\n", x.ID, x.Kind, x.Name, x.Contact, x.Phone, x.TaxCode, x.Place)
	}
	for _, o := range in.Offers {
		fmt.Fprintf(&b, "offer %s row %d %s %s %s mix=%v firm=%d kg forecast=%d kg piece=%d %q %s..%s assumed=%v floor=%d trader=%d least=%d @%s papers=%s note=%q\n", o.ID, o.Source.Row, o.Party, o.Commodity, o.Variety, o.Mix,
			o.Firm/1000, o.Forecast/1000, o.Piece, o.UnitName, o.From, o.To, o.DaysAssumed, o.Floor.PerKg(), o.Trader.PerKg(), o.MinLine/1000, o.Place, papersText(o.Papers), o.Note)
	}
	for _, d := range in.Demands {
		fmt.Fprintf(&b, "demand %s row %d %s %s %s class=%d %d kg %q %s..%s assumed=%v ceiling=%d garden=%v discount=%d pay=%d least=%d sources=%d invoices=%d @%s papers=%v note=%q\n", d.ID, d.Source.Row, d.Party, d.Commodity, d.Variety, d.MinClass,
			d.Quantity/1000, d.UnitName, d.From, d.To, d.DaysAssumed, d.Ceiling.PerKg(), d.AtGarden, d.DiscountBP, d.PayDays, d.MinOrder/1000, d.MaxSources, d.MaxInvoices, d.Place, d.Papers, d.Note)
	}
	b.WriteByte('\n')
	for _, a := range asks {
		blocks := ""
		if a.Blocks {
			blocks = " !"
		}
		fmt.Fprintf(&b, "ask %s!%d %s%s [%s] %q: %s → %s\n", a.Source.Sheet, a.Source.Row, a.Record, blocks, a.Column, a.Value, a.Sentence(p), a.Suggestion)
	}
	return b.String()
}

func papersText(list []Paper) string {
	var out []string
	for _, p := range list {
		out = append(out, fmt.Sprintf("%s/%d/%s", p.Kind, p.Scope/1000, p.Until))
	}
	return strings.Join(out, ",")
}

func TestReadWorkbook_MessyWorkbooks(t *testing.T) {
	deps, p := testDeps(t), testPrinter(t, "vi")
	for _, name := range []string{"lon-xon-1", "lon-xon-2"} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		in, asks, err := ReadWorkbook(data, deps, testOptions)
		if err != nil {
			t.Errorf("%s: %s", name, p.Fault(err))
			continue
		}
		if _, err := Canonical(in); err != nil {
			t.Errorf("%s: %s", name, p.Fault(err))
		}
		got, golden := dump(in, asks, p), filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: %s", name, firstDifference(got, string(want)))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, a, b)
		}
	}
	return ""
}
