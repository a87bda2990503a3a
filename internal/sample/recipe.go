package sample

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
)

// The season.
var (
	asOf    = calendar.Date(2023, 11, 20)
	horizon = calendar.Date(2024, 2, 29)
	tet     = calendar.Date(2024, 2, 10)
)

// recipe says how much of a commodity one offer of the sample carries and who grows it.
type recipe struct {
	code   string
	theme  string  // who grows it
	tonnes float64 // median of one offer
	sigma  float64
	weight float64 // how often it is drawn
	days   int     // usual length of an offer's window
	pieces bool    // offered by the piece
}

// recipes are the goods of the season, November to February.
var recipes = []recipe{
	{"BUOI-DO-TL", "fruit", 6, 0.8, 10, 35, false},
	{"BUOI-DIEN", "fruit", 6, 0.9, 10, 40, true},
	{"BUOI-DAXANH", "fruit", 4, 0.7, 3, 25, false},
	{"CAM-CP-LV", "fruit", 7, 0.8, 10, 24, false},
	{"CAM-CANH", "fruit", 4, 0.8, 6, 24, false},
	{"CAM-XADOAI", "fruit", 5, 0.7, 3, 24, false},
	{"CAM-LT", "fruit", 5, 0.8, 5, 24, false},
	{"CAM-V2", "fruit", 5, 0.7, 3, 24, false},
	{"CHANH-TU", "fruit", 1.5, 0.7, 2, 30, false},
	{"CHUOI-TAY", "fruit", 2.5, 0.7, 4, 10, false},
	{"CHUOI-TIEU", "fruit", 4, 0.7, 3, 10, false},
	{"OI", "fruit", 1.5, 0.6, 2, 8, false},
	{"MIA-TIM", "fruit", 9, 0.8, 8, 30, true},
	{"DAUTAY", "veg", 0.3, 0.5, 1, 5, false},
	{"CAI-BAP", "veg", 3.5, 0.7, 5, 14, false},
	{"SU-HAO", "veg", 2, 0.7, 4, 12, false},
	{"SUP-LO", "veg", 1.6, 0.6, 3, 8, false},
	{"CAI-NGOT", "veg", 0.8, 0.6, 4, 6, false},
	{"CAI-MEO", "veg", 0.7, 0.6, 4, 6, false},
	{"RAU-HC", "veg", 0.7, 0.6, 4, 6, false},
	{"XALACH", "veg", 0.6, 0.5, 3, 5, false},
	{"HANH-LA", "veg", 0.6, 0.6, 2, 6, false},
	{"CACHUA", "veg", 2.2, 0.7, 4, 10, false},
	{"CAROT", "veg", 3, 0.7, 3, 20, false},
	{"CUCAI", "veg", 2.5, 0.7, 3, 14, false},
	{"BIXANH", "veg", 3, 0.7, 3, 25, false},
	{"BIDO", "veg", 3, 0.7, 3, 25, false},
	{"DAUCOVE", "veg", 0.8, 0.6, 2, 7, false},
	{"NAM-SO", "veg", 0.4, 0.5, 2, 8, false},
	{"KHOAISO-MC", "veg", 3, 0.6, 4, 30, false},
	{"KHOAI-LANG", "veg", 3, 0.7, 3, 25, false},
	{"GUNG", "veg", 2.5, 0.7, 3, 30, false},
	{"SAN-TUOI", "mixed", 12, 0.8, 3, 20, false},
	{"DONG-RIENG", "mixed", 9, 0.7, 3, 20, false},
	{"MIEN-DONG", "mixed", 1, 0.6, 3, 60, false},
	{"GAO-TE", "mixed", 3.5, 0.7, 4, 60, false},
	{"MANG-KHO", "mixed", 0.3, 0.5, 2, 60, false},
	{"XADEN", "mixed", 0.6, 0.5, 2, 60, false},
	{"MATONG", "mixed", 0.3, 0.5, 2, 60, false},
	{"GA-LT", "stock", 1.4, 0.6, 6, 12, false},
	{"GA-LS", "stock", 1.2, 0.6, 5, 12, false},
	{"TRUNG-GA", "stock", 1.5, 0.7, 4, 15, true},
	{"LON-BANDIA", "stock", 1.2, 0.6, 4, 15, false},
	{"LON-HOI", "stock", 3.5, 0.7, 3, 12, false},
	{"DE-LT", "stock", 0.9, 0.5, 2, 15, false},
	{"CA-TRAMDEN", "stock", 1.2, 0.6, 3, 12, false},
	{"CA-TRAMCO", "stock", 1.4, 0.6, 4, 12, false},
	{"CA-LANG", "stock", 1, 0.6, 3, 12, false},
	{"CA-ROPHI", "stock", 1.2, 0.6, 2, 12, false},
}

// menu is what a district grows of a theme, with how often.
type menu struct {
	recipes []recipe
	weights []float64
}

func (m menu) pick(d dice) recipe {
	sum := 0.0
	for _, w := range m.weights {
		sum += w
	}
	x := d.Float64() * sum
	for i, w := range m.weights {
		if x -= w; x < 0 {
			return m.recipes[i]
		}
	}
	return m.recipes[len(m.recipes)-1]
}

// menuFor weighs the recipes of a theme by whether the list of commodities names the
// district; goods that grow elsewhere are rare, not absent.
func menuFor(c *catalog.Catalog, district places.Unit, theme string) menu {
	var m menu
	for _, r := range recipes {
		if r.theme != theme && theme != "mixed" {
			continue
		}
		x, ok := c.ByCode(r.code)
		if !ok {
			continue
		}
		w := r.weight * 0.06
		if strings.Contains(x.Places, district.Name) || district.Code == "148" && strings.Contains(x.Places, "TP Hòa Bình") {
			w = r.weight
		}
		if theme == "mixed" && r.theme != "mixed" {
			w *= 0.35
		}
		m.recipes = append(m.recipes, r)
		m.weights = append(m.weights, w)
	}
	return m
}

// harvestDays lists the days of the season in months when the commodity is harvested.
func harvestDays(months []int) []calendar.Day {
	var out []calendar.Day
	for day := asOf; day <= horizon; day++ {
		_, m, _ := day.Date()
		if slices.Contains(months, int(m)) {
			out = append(out, day)
		}
	}
	return out
}
