package recheck

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/sheet"
)

// The JSON of the records, as docs/plan-file.md and the field names of the input say.
type (
	params struct {
		InterestBP   int64     `json:"interest_bp"`
		SameDayKm    int64     `json:"same_day_km"`
		DayKm        int64     `json:"day_km"`
		LifeAskedPM  int64     `json:"life_asked_pm"`
		ShrinkBP     int64     `json:"shrink_bp"`
		LeadFee      int64     `json:"lead_fee"`
		LeadShrinkBP int64     `json:"lead_shrink_bp"`
		LeadDays     int64     `json:"lead_days"`
		ColdPM       int64     `json:"cold_pm"`
		ForecastPM   int64     `json:"forecast_pm"`
		ClassPM      [4]int64  `json:"class_pm"`
		Vehicles     []vehicle `json:"vehicles"`
	}
	vehicle struct {
		Load  int64 `json:"load"`
		PerKm int64 `json:"per_km"`
	}
	head struct {
		AsOf    day    `json:"as_of"`
		Horizon day    `json:"horizon"`
		Params  params `json:"params"`
	}
	commodity struct {
		Code      string `json:"code"`
		NameVI    string `json:"name_vi"`
		ShelfDays int64  `json:"shelf_days"`
		Cold      bool   `json:"cold"`
		Unit      int64  `json:"unit"`
		RefFloor  int64  `json:"ref_floor"`
		RefPrice  int64  `json:"ref_price"`
	}
	place struct {
		Key string `json:"key"`
	}
	road struct {
		From string `json:"from"`
		To   string `json:"to"`
		Km   int64  `json:"km"`
	}
	party struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Kind    string `json:"kind"`
		TaxCode string `json:"tax_code"`
		Place   string `json:"place"`
		Small   bool   `json:"small"`
		Poor    bool   `json:"poor"`
	}
	paper struct {
		Kind  string `json:"kind"`
		Scope int64  `json:"scope"`
		Until day    `json:"until"`
	}
	offer struct {
		ID        string   `json:"id"`
		Party     string   `json:"party"`
		Place     string   `json:"place"`
		Commodity string   `json:"commodity"`
		Variety   string   `json:"variety"`
		Mix       [4]int64 `json:"mix"`
		Papers    []paper  `json:"papers"`
		Firm      int64    `json:"firm"`
		Forecast  int64    `json:"forecast"`
		Held      int64    `json:"held"`
		From      day      `json:"from"`
		To        day      `json:"to"`
		Floor     int64    `json:"floor"`
		Trader    int64    `json:"trader"`
		MinLine   int64    `json:"min_line"`
	}
	demand struct {
		ID          string   `json:"id"`
		Party       string   `json:"party"`
		Place       string   `json:"place"`
		Commodity   string   `json:"commodity"`
		Variety     string   `json:"variety"`
		MinClass    int64    `json:"min_class"`
		Papers      []string `json:"papers"`
		Quantity    int64    `json:"quantity"`
		From        day      `json:"from"`
		To          day      `json:"to"`
		Ceiling     int64    `json:"ceiling"`
		AtGarden    bool     `json:"at_garden"`
		DiscountBP  int64    `json:"discount_bp"`
		PayDays     int64    `json:"pay_days"`
		MinOrder    int64    `json:"min_order"`
		MaxSources  int      `json:"max_sources"`
		MaxInvoices int      `json:"max_invoices"`
	}
	capRule struct {
		Party     string `json:"party"`
		Commodity string `json:"commodity"`
		Max       int64  `json:"max"`
	}
	bonusRule struct {
		Kind     string `json:"kind"`
		PerTonne int64  `json:"per_tonne"`
	}
	pinRule struct {
		Offer  string `json:"offer"`
		Demand string `json:"demand"`
		Min    int64  `json:"min"`
	}
	banRule struct {
		Offer  string `json:"offer"`
		Demand string `json:"demand"`
	}
	line struct {
		Offer   string `json:"offer"`
		Demand  string `json:"demand"`
		Class   int    `json:"class"`
		Level   int    `json:"level"`
		Via     string `json:"via"`
		Units   int64  `json:"units"`
		Grams   int64  `json:"grams"`
		Pick    day    `json:"pick"`
		Deliver day    `json:"deliver"`
		Gain    int64  `json:"gain"`
		Bonus   int64  `json:"bonus"`
		Reserve int64  `json:"reserve"`
		Net     int64  `json:"net"`
		Pays    int64  `json:"pays"`
		Real    bool   `json:"real"`
	}
	group struct {
		ID        int      `json:"id"`
		Commodity string   `json:"commodity"`
		Offers    []string `json:"offers"`
		Demands   []string `json:"demands"`
		PartyIDs  []string `json:"party_ids"`
		Objective string   `json:"objective"`
		Bound     string   `json:"bound"`
		Nodes     int      `json:"nodes"`
	}
	left struct {
		ID   string `json:"id"`
		Left int64  `json:"left"`
		Main string `json:"main"`
	}
	node struct {
		Group int    `json:"group"`
		ID    int    `json:"id"`
		Kind  string `json:"kind"`
		Sink  int    `json:"sink"`
		Who   int    `json:"who"`
		Child [2]int `json:"child"`
		Dual  *dual  `json:"dual"`
	}
	dual struct {
		Sink []int64    `json:"sink"`
		Cap  []int64    `json:"cap"`
		Line []lineDual `json:"line"`
	}
	lineDual struct {
		Offer int   `json:"offer"`
		Sink  int   `json:"sink"`
		Value int64 `json:"value"`
	}
)

// day counts days from a fixed origin; 0 is no day.
type day int64

func (d *day) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == "" {
		*d = 0
		return nil
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return fmt.Errorf("%q is not a date", s)
	}
	*d = day(t.Unix()/86400) + 1_000_000
	return nil
}

func (d day) String() string {
	if d == 0 {
		return ""
	}
	return time.Unix(int64(d-1_000_000)*86400, 0).UTC().Format("02/01/2006")
}

// document is a plan file, decoded and not yet believed.
type document struct {
	head        head
	commodities map[string]*commodity
	places      map[string]bool
	roads       map[[2]string]int64
	parties     map[string]*party
	offers      map[string]*offer
	demands     map[string]*demand
	offerOrder  []string
	demandOrder []string
	caps        []capRule
	bonuses     []bonusRule
	pins        []pinRule
	bans        map[[2]string]bool
	lines       []line
	groups      []group
	lefts       []left
	totals      map[string]json.Number
	nodes       map[int][]node
	sheets      map[string]sheet.Sheet
}

// The sheets of a plan file, as docs/plan-file.md names them.
const (
	sheetPlan    = "Phương án"
	sheetLeft    = "Chưa kết nối được"
	sheetAsk     = "Hỏi lại"
	sheetSummary = "Tóm tắt"
	sheetProof   = "Kết quả kiểm tra"
)

// errFile is a file that cannot be read as a plan at all.
var errFile = errors.New("not a plan file")

func cell(s sheet.Sheet, row, col int) string {
	if row-1 >= len(s.Rows) || col >= len(s.Rows[row-1]) {
		return ""
	}
	return s.Rows[row-1][col].Raw
}

// digest is the SHA-256 over every non-empty cell but the one that holds it.
func digest(sheets []sheet.Sheet) string {
	h := sha256.New()
	for _, s := range sheets {
		for r, row := range s.Rows {
			for c, x := range row {
				if x.Raw == "" || s.Name == sheetProof && r == 1 && c == 1 {
					continue
				}
				fmt.Fprintf(h, "%s\x00%s%d\x00%s\n", s.Name, columnName(c), r+1, x.Raw)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func columnName(c int) string {
	s := ""
	for c++; c > 0; c = (c - 1) / 26 {
		s = string(rune('A'+(c-1)%26)) + s
	}
	return s
}

// load decodes the workbook and the separate proof; what is wrong with the envelope is a
// finding, what cannot be decoded is an error.
func load(r *Report, plan, proof []byte) (*document, error) {
	sheets, err := sheet.Read(plan, sheet.Limits{File: 1 << 30, Unpacked: 4 << 30, Sheets: 8, Rows: 1_048_576, Cells: 50_000_000})
	if err != nil {
		return nil, err
	}
	d := &document{
		commodities: map[string]*commodity{}, places: map[string]bool{}, roads: map[[2]string]int64{},
		parties: map[string]*party{}, offers: map[string]*offer{}, demands: map[string]*demand{},
		bans: map[[2]string]bool{}, nodes: map[int][]node{}, sheets: map[string]sheet.Sheet{},
	}
	for _, s := range sheets {
		d.sheets[s.Name] = s
	}
	p, ok := d.sheets[sheetProof]
	if !ok || cell(p, 1, 0) != "lienket-plan" || cell(p, 1, 1) != "1" {
		return nil, errFile
	}
	if want, got := cell(p, 2, 1), digest(sheets); want != got {
		r.add("digest", sheetProof+"!B2", want, got)
	}
	if want := cell(p, 3, 1); want != "" {
		sum := sha256.Sum256(proof)
		if got := hex.EncodeToString(sum[:]); len(proof) == 0 {
			r.add("proof_missing", sheetProof+"!B3")
		} else if got != want {
			r.add("proof_digest", sheetProof+"!B3", want, got)
		}
	}
	for i := 5; i <= len(p.Rows); i++ {
		row := p.Rows[i-1]
		if len(row) == 0 || row[0].Raw == "" {
			continue
		}
		var b strings.Builder
		for _, c := range row[1:] {
			b.WriteString(c.Raw)
		}
		if err := d.record(row[0].Raw, []byte(b.String())); err != nil {
			return nil, fmt.Errorf("%w: %s row %d: %v", errFile, sheetProof, i, err)
		}
	}
	if len(proof) > 0 {
		if err := d.readProof(proof); err != nil {
			return nil, fmt.Errorf("%w: proof: %v", errFile, err)
		}
	}
	return d, nil
}

// readProof reads gzip of JSON lines; 1 GB unpacked is far above a nation's proof.
func (d *document) readProof(proof []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(proof))
	if err != nil {
		return err
	}
	sc := bufio.NewScanner(io.LimitReader(z, 1<<30))
	sc.Buffer(nil, 64<<20)
	for sc.Scan() {
		var rec struct {
			Type  string          `json:"type"`
			Value json.RawMessage `json:"value"`
		}
		if err := json.Unmarshal(sc.Bytes(), &rec); err != nil {
			return err
		}
		if rec.Type != "node" {
			return fmt.Errorf("a record of type %q", rec.Type)
		}
		if err := d.record(rec.Type, rec.Value); err != nil {
			return err
		}
	}
	return sc.Err()
}

// record files one record. A name that comes twice is refused: the reader must not depend
// on which of two it takes.
func (d *document) record(kind string, b []byte) error {
	switch kind {
	case "params":
		return json.Unmarshal(b, &d.head)
	case "commodity":
		return put(b, d.commodities, func(x *commodity) string { return x.Code }, nil)
	case "place":
		var x place
		if err := json.Unmarshal(b, &x); err != nil {
			return err
		}
		d.places[x.Key] = true
	case "road":
		var x road
		if err := json.Unmarshal(b, &x); err != nil {
			return err
		}
		if x.Km < 0 || x.Km > 40_000 {
			return fmt.Errorf("a road of %d km", x.Km)
		}
		k := [2]string{min(x.From, x.To), max(x.From, x.To)}
		if _, twice := d.roads[k]; twice {
			return fmt.Errorf("the road %v twice", k)
		}
		d.roads[k] = x.Km
	case "party":
		return put(b, d.parties, func(x *party) string { return x.ID }, nil)
	case "offer":
		return put(b, d.offers, func(x *offer) string { return x.ID }, &d.offerOrder)
	case "demand":
		return put(b, d.demands, func(x *demand) string { return x.ID }, &d.demandOrder)
	case "cap":
		return appendTo(b, &d.caps)
	case "bonus":
		return appendTo(b, &d.bonuses)
	case "pin":
		return appendTo(b, &d.pins)
	case "ban":
		var x banRule
		if err := json.Unmarshal(b, &x); err != nil {
			return err
		}
		d.bans[[2]string{x.Offer, x.Demand}] = true
	case "line":
		return appendTo(b, &d.lines)
	case "group":
		return appendTo(b, &d.groups)
	case "left":
		return appendTo(b, &d.lefts)
	case "totals":
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.UseNumber()
		return dec.Decode(&d.totals)
	case "node":
		var x node
		if err := json.Unmarshal(b, &x); err != nil {
			return err
		}
		if x.ID != len(d.nodes[x.Group]) {
			return fmt.Errorf("node %d of group %d out of order", x.ID, x.Group)
		}
		d.nodes[x.Group] = append(d.nodes[x.Group], x)
	default:
		return fmt.Errorf("a record of type %q", kind)
	}
	return nil
}

func put[T any](b []byte, m map[string]*T, key func(*T) string, order *[]string) error {
	x := new(T)
	if err := json.Unmarshal(b, x); err != nil {
		return err
	}
	k := key(x)
	if _, twice := m[k]; twice || k == "" {
		return fmt.Errorf("%q twice or empty", k)
	}
	m[k] = x
	if order != nil {
		*order = append(*order, k)
	}
	return nil
}

func appendTo[T any](b []byte, s *[]T) error {
	var x T
	if err := json.Unmarshal(b, &x); err != nil {
		return err
	}
	*s = append(*s, x)
	return nil
}
