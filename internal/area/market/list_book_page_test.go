package market

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/weight"
)

// fullBook is the site with nine offers and two demands of three organisations.
func fullBook(t testing.TB) *entrySite {
	t.Helper()
	s := newEntrySite(t)
	for i, g := range []string{"bưởi Diễn", "cam Canh", "bưởi da xanh"} {
		for j, who := range []string{"0900000118", "0900000160", "0900000205"} {
			form := with(phoneOffer, "who", who, "commodity", g, "quantity", fmt.Sprintf("%d tấn", 1+i*3+j), "price", fmt.Sprintf("%d.%d37", 11+i, j+1), "papers", "")
			if i == 1 {
				form = with(form, "from", "", "to", "") // a question is left
			}
			s.enter(t, "officer", SideOffer, form)
		}
	}
	s.enter(t, "officer", SideDemand, phoneDemand)
	s.enter(t, "officer", SideDemand, with(phoneDemand, "commodity", "cam Canh", "price", "31.919"))
	return s
}

func TestBookList_ExportsAreWhatIsShown(t *testing.T) {
	s := fullBook(t)
	for _, c := range []struct {
		query string
		rows  int
	}{
		{"?sort=-grams", 9},
		{"?q=thu+phong&sort=goods", 3},
		{"?goods=CAM-CANH&sort=-from", 3},
		{"?state=asks&sort=id", 3},
		{"?week=2023-51&sort=party", 9},
		{"?week=2024-20", 0},
		{"?q=khongcoai", 0},
		{"?channel=party", 0},
		{"?state=closed", 0},
		{"?state=stale", 0},
		{"?district=Cao+Phong", 3},
	} {
		page := s.get(t, "officer", "/offers"+c.query)
		var shown []string
		for _, part := range strings.Split(page, `<tr role="row">`)[1:] {
			if i := strings.Index(part, ">CB-"); i > 0 {
				shown = append(shown, part[i+1:i+5])
			}
		}
		if len(shown) != c.rows {
			t.Errorf("%s shows %d rows, want %d", c.query, len(shown), c.rows)
		}
		if c.rows > 0 && !strings.Contains(page, fmt.Sprintf("%d chào bán · ", c.rows)) {
			t.Errorf("%s does not count %d", c.query, c.rows)
		}
		a := s.do(t, "officer", "GET", "/offers.xlsx"+c.query, nil)
		sheets, err := sheet.Read([]byte(a.body), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for _, r := range sheets[0].Rows[1:] {
			rows = append(rows, r[0].Text)
			for _, cell := range []string{r[1].Text, r[4].Text} {
				if !strings.Contains(page, cell) {
					t.Errorf("%s: the file holds %q, the page does not", c.query, cell)
				}
			}
		}
		if strings.Join(rows, " ") != strings.Join(shown, " ") {
			t.Errorf("%s shows %v, the workbook holds %v", c.query, shown, rows)
		}
		var lines []string
		for _, l := range strings.Split(s.do(t, "officer", "GET", "/offers.csv"+c.query, nil).body, "\r\n")[1:] {
			if l != "" {
				ref, _, _ := strings.Cut(l, ",")
				lines = append(lines, ref)
			}
		}
		if strings.Join(lines, " ") != strings.Join(shown, " ") {
			t.Errorf("%s shows %v, the CSV holds %v", c.query, shown, lines)
		}
		if pdf := s.do(t, "officer", "GET", "/offers.pdf"+c.query, nil); pdf.status != 200 || !strings.HasPrefix(pdf.body, "%PDF-") {
			t.Errorf("%s: the PDF: %d", c.query, pdf.status)
		}
	}
}

func TestBookList_EachSeesItsOwn(t *testing.T) {
	s := fullBook(t)
	for _, c := range []struct {
		who, path string
		rows      int
	}{{"mine", "/offers", 3}, {"theirs", "/offers", 3}, {"buys", "/demands", 2}, {"mine", "/demands", 0}, {"coop", "/offers", 0}} {
		page := s.get(t, c.who, c.path)
		if n := strings.Count(page, ">CB-") + strings.Count(page, ">NC-"); n != c.rows {
			t.Errorf("%s sees %d rows at %s, want %d", c.who, n, c.path, c.rows)
		}
		for _, ending := range []string{".csv", ".csv?org=" + fmt.Sprint(s.far)} {
			body := s.do(t, c.who, "GET", c.path+ending, nil).body
			if c.who != "theirs" && strings.Contains(body, "Đại Đồng") {
				t.Errorf("%s exports what is somebody else's: %s", c.who, body)
			}
		}
	}
	s.seesOnly(t, "cao-phong", "05089@2023")
	page := s.get(t, "cao-phong", "/offers", "3 chào bán · 12 tấn")
	if strings.Contains(page, "Đại Đồng") {
		t.Error("an officer sees another district")
	}
	if body := s.do(t, "cao-phong", "GET", "/offers.csv", nil).body; strings.Contains(body, "Đại Đồng") || !strings.Contains(body, "Thu Phong") {
		t.Error("the export is not inside the territory")
	}
}

func TestBookList_SavedViewsAndPages(t *testing.T) {
	s := fullBook(t)
	a := s.do(t, "officer", "POST", "/views", url.Values{"page": {"/offers"}, "query": {"goods=BUOI-DIEN&sort=-grams"}, "name": {"Bưởi nhiều trước"}})
	if a.status != 303 {
		t.Fatal(a.status)
	}
	s.get(t, "officer", "/offers", "Bưởi nhiều trước", "/offers?goods=BUOI-DIEN")
	_, n, err := s.area.Store.Entries(t.Context(), EntryFilter{Side: SideOffer})
	if err != nil || n.Grams != int64(45*weight.Tonne) {
		t.Errorf("%v, %v", n, err)
	}
	s.get(t, "officer", "/offers?page=99") // an empty page, not a fault
}
