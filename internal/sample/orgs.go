package sample

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
)

// Org is one organisation of the sample, in the words that the registry takes.
type Org struct {
	Kind      market.Kind
	Name      string
	TaxCode   string
	Contact   string
	Phone     string
	Email     string
	Place     string // key of the commune of 2023
	District  string // key
	Field     string // agri, trade, industry, transport, electricity, construction, environment, credit
	Theme     string // what an agricultural one mainly does: fruit, veg, stock, mixed
	Operating bool
	Founded   calendar.Day
	Members   int
	Regular   int // workers
	Seasonal  int
	Revenue   money.VND // of 2023
	Poor      bool      // its commune is of the poorest region of the sample
	Named     string    // "mytan", "daidong" for the two of the newspaper, else ""
	Group     string    // buyers: supermarket, wholesale, kitchen, processor, export, shop
}

//go:embed data/coop_distribution.csv
var distributionCSV string

// districtCount is one row of the distribution.
type districtCount struct {
	code                          string
	coops, agri, groups, funds    int
	membersCoop, membersGroup, mf int
	workers                       int
}

func distribution() ([]districtCount, error) {
	rows, err := csv.NewReader(strings.NewReader(distributionCSV)).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []districtCount
	for _, r := range rows[1:] {
		if r[0] == "" {
			continue // the total row
		}
		n := make([]int, len(r))
		for i := 2; i < len(r); i++ {
			if n[i], err = strconv.Atoi(r[i]); err != nil {
				return nil, fmt.Errorf("coop_distribution.csv: %w", err)
			}
		}
		out = append(out, districtCount{r[0], n[3], n[4], n[6], n[7], n[9], n[10], n[11], n[13]})
	}
	return out, nil
}

// The totals that the province of 2023 must show.
const (
	dormantCoops, dormantGroups = 84, 24
	revenueCoops                = 813_750 // million đồng, 465 cooperatives
	meanGroupRevenue            = 187     // million đồng
)

// poorDistricts are those where the sample puts communes of the poorest region.
var poorDistricts = map[string]float64{"150": 0.7, "156": 0.5, "155": 0.3, "157": 0.35}

// makeOrgs draws the 762 organisations.
func makeOrgs(a *places.Atlas) ([]Org, error) {
	rows, err := distribution()
	if err != nil {
		return nil, err
	}
	d := newDice(1)
	ph := &phones{}
	tax := 0
	names := map[string]bool{}
	poor := map[string]bool{}
	var orgs []Org
	var dorm []float64
	for _, r := range rows {
		dorm = append(dorm, float64(r.coops))
	}
	dormC := share(dormantCoops, dorm)
	dormG := share(dormantGroups, dorm)
	for at, r := range rows {
		dk := places.Key(r.code, places.Border2023)
		du, ok := a.ByKey(dk)
		if !ok {
			return nil, fmt.Errorf("no district %s", dk)
		}
		communes := a.Children(dk)
		for _, c := range communes {
			poor[c.Key] = d.chance(poorDistricts[r.code])
		}
		nonAgri := otherFields(d, r.coops-r.agri)
		add := func(kind market.Kind, field string, operating bool) {
			c := pick(d, communes)
			o := Org{Kind: kind, Place: c.Key, District: dk, Field: field, Operating: operating, Contact: personName(d), Phone: ph.next("0218"), Poor: poor[c.Key]}
			o.Theme = themeOf(d, r.code, field)
			o.Name = unique(names, nameOf(d, &o, c.Name, du.Name))
			o.Founded = foundedOn(d, kind, operating)
			if kind != market.KindGroup {
				tax++
				o.TaxCode = taxCode(tax * 13)
			}
			orgs = append(orgs, o)
		}
		first := len(orgs)
		for i := range r.coops {
			field := "agri"
			if i >= r.agri {
				field = nonAgri[i-r.agri]
			}
			add(market.KindCoop, field, true)
		}
		coopsEnd := len(orgs)
		for range r.groups {
			add(market.KindGroup, "agri", true)
		}
		groupsEnd := len(orgs)
		for range r.funds {
			add(market.KindFund, "credit", true)
		}
		fundsEnd := len(orgs)
		nameTheTwo(orgs[first:coopsEnd], r.code, communes)
		spread(d, orgs[first:coopsEnd], int64(r.membersCoop), 7, 1.05)
		spread(d, orgs[coopsEnd:groupsEnd], int64(r.membersGroup), 4, 0.5)
		spread(d, orgs[groupsEnd:fundsEnd], int64(r.mf), 200, 0.3)
		workers(d, orgs[first:fundsEnd], r.workers)
		for range dormC[at] {
			add(market.KindCoop, "agri", false)
		}
		for range dormG[at] {
			add(market.KindGroup, "agri", false)
		}
	}
	revenues(orgs)
	return orgs, nil
}

func unique(names map[string]bool, name string) string {
	try := name
	for i := 2; names[try]; i++ {
		try = fmt.Sprintf("%s %d", name, i)
	}
	names[try] = true
	return try
}

func otherFields(d dice, n int) []string {
	// Province: trade 46, industry 42, transport 20, electricity 12, construction 5, environment 5.
	w := []struct {
		f string
		p float64
	}{{"trade", 46}, {"industry", 42}, {"transport", 20}, {"electricity", 12}, {"construction", 5}, {"environment", 5}}
	out := make([]string, 0, n)
	for range n {
		x := d.Float64() * 130
		for _, k := range w {
			if x -= k.p; x < 0 {
				out = append(out, k.f)
				break
			}
		}
	}
	return out
}

// themeOf says what an agricultural organisation mainly does, by district.
func themeOf(d dice, code, field string) string {
	if field != "agri" {
		return ""
	}
	fruit := map[string]float64{"154": 0.75, "155": 0.5, "159": 0.4, "158": 0.45, "152": 0.3, "153": 0.4}[code]
	veg := map[string]float64{"152": 0.4, "155": 0.25, "156": 0.3, "158": 0.25, "153": 0.25}[code]
	switch x := d.Float64(); {
	case x < fruit:
		return "fruit"
	case x < fruit+max(veg, 0.12):
		return "veg"
	case x < fruit+max(veg, 0.12)+0.25:
		return "stock"
	}
	return "mixed"
}

func nameOf(d dice, o *Org, commune, district string) string {
	where := commune
	if d.chance(0.12) {
		where = district
	}
	switch {
	case o.Kind == market.KindFund:
		return "QTDND " + where
	case o.Kind == market.KindGroup:
		return "THT " + pick(d, groupThemes) + " " + where
	case o.Field != "agri":
		return "HTX " + pick(d, otherThemes[o.Field]) + " " + where
	}
	themes := coopThemes
	if d.chance(0.55) {
		switch o.Theme {
		case "fruit":
			themes = fruitThemes
		case "veg":
			themes = vegThemes
		case "stock":
			themes = stockThemes
		}
	}
	return "HTX " + pick(d, themes) + " " + where
}

func foundedOn(d dice, kind market.Kind, operating bool) calendar.Day {
	year := 2000 + d.IntN(21)
	young := 0.31 // 146 of 465 cooperatives and 42 of 186 groups since 2021
	if kind == market.KindGroup {
		young = 0.23
	}
	if operating && d.chance(young) {
		year = 2021 + d.IntN(3)
	}
	day := calendar.Date(year, 1, 2) + calendar.Day(d.IntN(300))
	return min(day, calendar.Date(2023, 10, 30))
}

// nameTheTwo gives the two cooperatives of the newspaper their public facts: name, place,
// what they grow, and for Mỹ Tân its 54 members.
func nameTheTwo(coops []Org, code string, communes []places.Unit) {
	at := func(commune string) string {
		for _, c := range communes {
			if c.Name == commune {
				return c.Key
			}
		}
		return communes[0].Key
	}
	switch code {
	case "152":
		o := &coops[0]
		o.Name, o.Named, o.Theme, o.Place, o.Poor = "HTX Nông sản hữu cơ Mỹ Tân", "mytan", "fruit", at("Cao Dương"), false
	case "158":
		o := &coops[0]
		o.Name, o.Named, o.Theme, o.Place, o.Poor = "HTX Đại Đồng", "daidong", "fruit", at("Ngọc Lương"), false
	}
}

// spread shares members over organisations: a least number plus a log-normal tail.
func spread(d dice, orgs []Org, total int64, least int, sigma float64) {
	if len(orgs) == 0 {
		return
	}
	fixed := int64(0)
	w := make([]float64, len(orgs))
	for i := range orgs {
		w[i] = math.Min(d.logNormal(9, sigma), 380)
		if orgs[i].Named == "mytan" {
			w[i], fixed = 0, 54
		}
	}
	rest := total - fixed - int64(least*len(orgs))
	if fixed > 0 {
		rest += int64(least)
	}
	for i, x := range share(rest, w) {
		orgs[i].Members = least + int(x)
		if orgs[i].Named == "mytan" {
			orgs[i].Members = 54
		}
	}
}

// workers splits a district's workers: about six regular ones a cooperative, the rest by season.
func workers(d dice, orgs []Org, total int) {
	w := make([]float64, len(orgs))
	for i := range orgs {
		w[i] = float64(orgs[i].Members) + 5
	}
	for i, x := range share(int64(total), w) {
		r := int64(1 + d.IntN(3))
		if orgs[i].Kind == market.KindCoop {
			r = min(x, int64(2+d.IntN(9)))
		}
		r = min(r, x)
		orgs[i].Regular, orgs[i].Seasonal = int(r), int(x-r)
	}
}

// revenues shares the province's sums: cooperatives 813.75 bn, groups 187 m on average,
// funds a little above 30 bn each.
func revenues(orgs []Org) {
	d := newDice(2)
	var coops, groups []int
	var wc, wg []float64
	for i, o := range orgs {
		if !o.Operating {
			continue
		}
		switch o.Kind {
		case market.KindCoop:
			coops, wc = append(coops, i), append(wc, math.Min(d.logNormal(1, 1.1), 23))
		case market.KindGroup:
			groups, wg = append(groups, i), append(wg, d.logNormal(1, 0.7))
		case market.KindFund:
			orgs[i].Revenue = money.VND(30_200+d.IntN(1300)) * 1_000_000
		}
	}
	for i, x := range share(revenueCoops, wc) {
		orgs[coops[i]].Revenue = money.VND(x) * 1_000_000
	}
	for i, x := range share(int64(meanGroupRevenue*len(groups)), wg) {
		orgs[groups[i]].Revenue = money.VND(x) * 1_000_000
	}
}
