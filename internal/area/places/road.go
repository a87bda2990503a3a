package places

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/geo"
	"github.com/lienket/lienket/internal/base/money"
)

//go:embed data/distances.csv
var distancesCSV string

// How much longer a road is than the great circle, in per mille: computed on the roads of
// Hòa Bình that are commonly stated, and the usual figure for the delta.
const (
	mountainPM = 1450
	deltaPM    = 1250
)

// mountain are the provinces of 2023 whose roads wind.
var mountain = []string{"02", "04", "06", "08", "10", "11", "12", "14", "15", "17", "20"}

// aMarket is a column of the table of distances.
type aMarket struct {
	point    geo.Point
	province string // code; the province as a whole means its market
	city     string // key of the city that the market stands in, where it is one unit
	within   int64  // metres around the point that count as the market
}

var markets = map[string]aMarket{
	"HN": {geo.Point{LatE6: 21_028_500, LonE6: 105_854_200}, "01", "", 9_000},
	"HP": {geo.Point{LatE6: 20_856_000, LonE6: 106_682_000}, "31", "", 6_000},
	"HL": {geo.Point{LatE6: 20_951_000, LonE6: 107_080_000}, "22", "193@2023", 9_000},
	"HB": {geo.Point{LatE6: 20_813_000, LonE6: 105_338_000}, "17", "148@2023", 4_000},
}

// roadTable is km from a unit of 2023 to a market.
type roadTable map[string]map[string]int64

func readRoads() (roadTable, error) {
	rows, err := csv.NewReader(strings.NewReader(distancesCSV)).ReadAll()
	if err != nil {
		return nil, err
	}
	t := roadTable{}
	for n, r := range rows[1:] {
		km, err := strconv.ParseInt(r[5], 10, 64)
		if err != nil || markets[r[2]].province == "" {
			return nil, fmt.Errorf("distances.csv row %d: %v", n+2, r)
		}
		key := Key(r[0], Border2023)
		if t[key] == nil {
			t[key] = map[string]int64{}
		}
		t[key][r[2]] = km
	}
	return t, nil
}

// RoadKm is how far a lorry drives between two units, in whole km, the same both ways:
// the table of distances between a commune or district of Hòa Bình and a market, else the
// great circle times the factor of the land, rounded up. It is not known when one of the
// units is not, or has no point.
func (a *Atlas) RoadKm(from, to string) (km int64, ok bool) {
	if from == to {
		_, ok = a.at[from]
		return 0, ok
	}
	f, ok1 := a.ByKey(from)
	t, ok2 := a.ByKey(to)
	if !ok1 || !ok2 {
		return 0, false
	}
	if km, ok := a.tableKm(f, t); ok {
		return km, true
	}
	if km, ok := a.tableKm(t, f); ok {
		return km, true
	}
	p, q := loadingPoint(f), loadingPoint(t)
	if p == (geo.Point{}) || q == (geo.Point{}) {
		return 0, false
	}
	factor := int64(deltaPM)
	if a.inMountains(f) || a.inMountains(t) {
		factor = mountainPM
	}
	return money.CeilDiv(metres(p, q)*factor, 1_000_000), true
}

// tableKm looks a unit and a market up: the row of the unit itself, of the predecessor
// with its name, of its district.
func (a *Atlas) tableKm(u, m Unit) (int64, bool) {
	name := marketOf(m)
	if name == "" {
		return 0, false
	}
	keys := []string{u.Key}
	for _, l := range a.before[u.Key] {
		if p, _ := a.ByKey(l.Key); p.Name == u.Name {
			keys = append(keys, p.Key)
		}
	}
	if d, ok := a.ReportingDistrict(u.Key); ok {
		keys = append(keys, d.Key)
	}
	for _, k := range keys {
		if km, ok := a.roads[k][name]; ok {
			return km, true
		}
	}
	return 0, false
}

// loadingPoint is where lorries go: a province with a market means that market.
func loadingPoint(u Unit) geo.Point {
	if name := marketOf(u); u.Level == Province && name != "" {
		return markets[name].point
	}
	return u.Point
}

func marketOf(u Unit) string {
	for _, name := range []string{"HN", "HP", "HL", "HB"} {
		m := markets[name]
		if u.Level == Province && u.Code == m.province || u.Key == m.city || u.Level != Province && metres(u.Point, m.point) <= m.within {
			return name
		}
	}
	return ""
}

func (a *Atlas) inMountains(u Unit) bool {
	p, ok := a.ReportingProvince(u.Key)
	return ok && slices.Contains(mountain, p.Code)
}

// metres rounds the great circle to whole metres, so that the last bits of a float on
// another machine cannot move a result.
func metres(p, q geo.Point) int64 { return int64(math.Round(geo.Km(p, q) * 1000)) }
