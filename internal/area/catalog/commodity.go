package catalog

import (
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

//go:embed data
var data embed.FS

// Commodity is a kind of goods. Prices are what the embedded list gives as usual, per
// tonne; 0 is missing («chưa có số liệu»).
type Commodity struct {
	Code          string
	NameVI        string
	NameEN        string
	Group         string // fruit, vegetable, cereal …: a text key of the pages
	HS6           string
	Unit          string // the unit it is priced in: kg, quả, cây, con, lít, tấn …
	HarvestMonths []int
	ShelfDays     int64
	Storage       string
	Cold          bool // travels cold
	FarmMin       money.PerTonne
	FarmMax       money.PerTonne
	WholeMin      money.PerTonne
	WholeMax      money.PerTonne
	YieldMin      weight.Grams // a hectare and year; 0 unknown
	YieldMax      weight.Grams
	Packaging     string
	Places        string
	Mark          string
	Sources       string // short marks of the list's sources; K is general knowledge
	PriceNote     string
	Aliases       []string
}

// InSeason reports whether the commodity is harvested in a month (1 to 12).
func (c Commodity) InSeason(month int) bool { return slices.Contains(c.HarvestMonths, month) }

// RefFloor is what a seller is assumed to want at least at the garden when neither a
// lowest price nor a trader's offer is known: the lower end of the usual farm-gate price.
func (c Commodity) RefFloor() money.PerTonne { return c.FarmMin }

// RefPrice is what a buyer is assumed to pay when no price is stated: the middle of the
// usual wholesale price, rounded down.
func (c Commodity) RefPrice() money.PerTonne { return (c.WholeMin + c.WholeMax) / 2 }

// Real reports whether the usual prices rest on a page that was read, not on general
// knowledge alone.
func (c Commodity) Real() bool { return strings.TrimSpace(c.Sources) != "K" && c.Sources != "" }

// Catalog holds the embedded lists. It is read-only and safe for many goroutines.
type Catalog struct {
	list    []Commodity
	at      map[string]int
	names   []name
	units   map[string]Unit
	pieces  map[string][]Piece // by commodity
	papers  []Paper
	params  []Param
	phrases []phrase
	matches sync.Map // text → found, because sheets repeat themselves
}

var loadAll = sync.OnceValues(read)

// LoadCommodities reads the embedded lists, once per process.
func LoadCommodities() (*Catalog, error) { return loadAll() }

// All lists the commodities in the order of the list: by group.
func (c *Catalog) All() []Commodity { return c.list }

// ByCode is one commodity.
func (c *Catalog) ByCode(code string) (Commodity, bool) {
	i, ok := c.at[code]
	if !ok {
		return Commodity{}, false
	}
	return c.list[i], true
}

func read() (c *Catalog, err error) {
	defer fault.Wrap(&err, "catalog.LoadCommodities")
	c = &Catalog{at: map[string]int{}, units: map[string]Unit{}, pieces: map[string][]Piece{}}
	for _, step := range []struct {
		file string
		add  func(row) error
	}{
		{"units.csv", c.addUnit},
		{"pieces.csv", c.addPiece},
		{"commodities.csv", c.addCommodity},
		{"names.csv", c.addName},
		{"papers.csv", c.addPaper},
		{"params.csv", c.addParam},
		{"phrases.csv", c.addPhrase},
	} {
		if err := eachRow(step.file, step.add); err != nil {
			return nil, err
		}
	}
	for code := range c.pieces {
		if _, ok := c.at[code]; !ok {
			return nil, fmt.Errorf("pieces.csv: unknown commodity %s", code)
		}
	}
	c.sortNames()
	c.sortPhrases()
	return c, nil
}

// row is one line of a list by heading.
type row map[string]string

func eachRow(file string, add func(row) error) error {
	f, err := data.Open("data/" + file)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for n, cells := range rows[1:] {
		r := row{}
		for i, h := range rows[0] {
			r[h] = text.NFC(cells[i])
		}
		if err := add(r); err != nil {
			return fmt.Errorf("%s line %d: %w", file, n+2, err)
		}
	}
	return nil
}

// int reads a whole number; an empty cell is 0.
func (r row) int(h string) (int64, error) {
	if r[h] == "" {
		return 0, nil
	}
	return strconv.ParseInt(r[h], 10, 64)
}

// milli reads a decimal with a point in thousandths.
func (r row) milli(h string) (int64, error) {
	whole, frac, _ := strings.Cut(r[h], ".")
	if whole == "" {
		return 0, nil
	}
	return strconv.ParseInt(whole+(frac + "000")[:3], 10, 64)
}

func (c *Catalog) addCommodity(r row) error {
	x := Commodity{
		Code: r["code"], NameVI: r["name_vi"], NameEN: r["name_en"], Group: r["group"], HS6: r["hs6"],
		Unit: r["unit"], Storage: r["storage"], Packaging: r["packaging"], Places: r["places"],
		Mark: r["mark_or_certificate"], Sources: r["sources"], PriceNote: r["price_note"],
	}
	x.Cold = cold(x.Storage)
	for _, m := range strings.Fields(r["harvest_months"]) {
		n, err := strconv.Atoi(m)
		if err != nil || n < 1 || n > 12 {
			return fmt.Errorf("month %q", m)
		}
		x.HarvestMonths = append(x.HarvestMonths, n)
	}
	var err error
	if x.ShelfDays, err = r.int("shelf_life_days"); err != nil {
		return err
	}
	for h, to := range map[string]*weight.Grams{"yield_min_t_ha": &x.YieldMin, "yield_max_t_ha": &x.YieldMax} {
		m, err := r.milli(h)
		if err != nil {
			return err
		}
		*to = weight.Grams(m) * weight.Kilogram
	}
	c.at[x.Code] = len(c.list)
	c.list = append(c.list, x)
	p := &c.list[len(c.list)-1]
	for _, price := range []struct {
		h  string
		to *money.PerTonne
		up bool
	}{
		{"farmgate_min_vnd", &p.FarmMin, true},
		{"farmgate_max_vnd", &p.FarmMax, true},
		{"wholesale_min_vnd", &p.WholeMin, false},
		{"wholesale_max_vnd", &p.WholeMax, false},
	} {
		v, err := r.int(price.h)
		if err != nil {
			return err
		}
		if t, err := c.PricePerTonne(money.VND(v), x.Unit, 0, x.Code, price.up); err == nil {
			*price.to = t
		} // a unit without a weight (a guest, a basket) has no price per tonne
	}
	c.addOwnNames(*p)
	return nil
}

// cold tells from the words for storage whether the goods travel cold: «cold 2-4 °C»,
// «0-4 °C», «-18 °C», «ice». What is merely better kept cool, or alive, does not.
func cold(storage string) bool {
	for _, p := range []string{"cold", "ice", "0-4", "-"} {
		if strings.HasPrefix(storage, p) {
			return true
		}
	}
	return false
}
