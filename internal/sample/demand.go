package sample

import (
	"fmt"
	"math"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/weight"
)

// One buyer to five sellers, as on the portals that exist.
const (
	buyersWanted  = 112
	demandsWanted = 1_000
)

// buyerKind is a kind of buyer with what it asks for.
type buyerKind struct {
	group                string
	names                []string
	weight               float64
	size                 float64 // tonnes of one demand, times what the goods usually come in
	price                float64 // of the usual wholesale range: 0 low end, 1 high end
	papers               [][]string
	invoices             int
	discount, days       int64
	garden, minOrder, mc float64 // chances: price at the garden, a minimum order, a class
	sources              float64
}

var buyerKinds = []buyerKind{
	{
		group: "supermarket", names: []string{"Siêu thị", "Chuỗi cửa hàng", "Siêu thị thực phẩm"}, weight: 18, size: 1.4, price: 0.75,
		papers: [][]string{{"vietgap"}, {"vietgap", "attp"}, {"attp"}, {"organic"}}, invoices: 1, discount: 800, days: 45, minOrder: 0.5, mc: 0.85,
	},
	{
		group: "wholesale", names: []string{"Chợ đầu mối", "Vựa trái cây", "Kho nông sản", "Công ty nông sản"}, weight: 34, size: 2.6, price: 0.35,
		papers: [][]string{{}}, discount: 0, days: 3, garden: 0.45, minOrder: 0.25, mc: 0.2,
	},
	{
		group: "kitchen", names: []string{"Bếp ăn KCN", "Bếp ăn trường học", "Suất ăn công nghiệp"}, weight: 20, size: 0.8, price: 0.5,
		papers: [][]string{{"attp"}, {"attp"}, {}}, invoices: 2, days: 20, minOrder: 0.15, mc: 0.3, sources: 0.4,
	},
	{
		group: "processor", names: []string{"Nhà máy chế biến", "Công ty thực phẩm", "Xưởng sấy"}, weight: 10, size: 5, price: 0.1,
		papers: [][]string{{}}, days: 15, garden: 0.6, minOrder: 0.4, sources: 0.2,
	},
	{
		group: "export", names: []string{"Công ty xuất nhập khẩu"}, weight: 5, size: 4, price: 0.95,
		papers: [][]string{{"vietgap", "puc"}, {"puc"}, {"vietgap"}}, invoices: 1, days: 30, minOrder: 0.7, mc: 1, sources: 0.5,
	},
	{
		group: "shop", names: []string{"Cửa hàng thực phẩm sạch", "Cửa hàng OCOP", "Bếp nhà hàng"}, weight: 13, size: 0.35, price: 0.85,
		papers: [][]string{{"attp"}, {"ocop"}, {}, {}}, days: 7, minOrder: 0.1, mc: 0.5,
	},
}

// buyerTowns are where buyers stand: key of a unit of 2023, how often, and made-up labels.
var buyerTowns = []struct {
	key    string
	weight float64
	labels []string
}{
	{"01@2023", 38, []string{"Sông Nhuệ", "Thăng Long", "Long Biên", "Hồ Tây", "Cầu Giấy", "Nội Bài", "Hà Đông", "Kim Liên", "Đống Đa", "Tây Đô", "Hoàn Kiếm"}},
	{"31@2023", 16, []string{"Cát Bi", "Lạch Tray", "Đình Vũ", "Kiến An", "Đồ Sơn"}},
	{"22@2023", 13, []string{"Bãi Cháy", "Hạ Long", "Hà Lầm", "Cẩm Phả", "Cửa Ông"}},
	{"148@2023", 15, []string{"Sông Đà", "Phương Lâm", "Tân Thịnh", "Đồng Tiến"}},
	{"152@2023", 6, []string{"Lương Sơn", "Nam Lương Sơn"}},
	{"37@2023", 5, []string{"Tam Điệp", "Hoa Lư"}},
	{"27@2023", 5, []string{"Từ Sơn", "Yên Phong"}},
	{"25@2023", 2, []string{"Việt Trì", "Lâm Thao"}},
}

// makeBuyers draws the buyers; all are enterprises.
func makeBuyers(a *places.Atlas, tax int) ([]Org, error) {
	d := newDice(4)
	ph := map[string]*phones{}
	names := map[string]bool{}
	var out []Org
	for range buyersWanted {
		k := pickKind(d)
		t := pickTown(d)
		u, ok := a.ByKey(buyerTowns[t].key)
		if !ok {
			return nil, fmt.Errorf("no place %s", buyerTowns[t].key)
		}
		prov, _ := a.ByKey(u.Province)
		area := areaCode(prov.Name)
		if ph[area] == nil {
			ph[area] = &phones{n: 5000}
		}
		tax++
		o := Org{
			Kind: market.KindEnterprise, Place: u.Key, District: u.District, Field: "trade", Operating: true, Group: k.group,
			Contact: personName(d), Phone: ph[area].next(area), TaxCode: taxCode(tax * 13), Founded: calendar.Date(2005+d.IntN(17), 5, 4),
		}
		o.Name = unique(names, pick(d, k.names)+" "+pick(d, buyerTowns[t].labels))
		out = append(out, o)
	}
	return out, nil
}

func pickKind(d dice) buyerKind {
	sum := 0.0
	for _, k := range buyerKinds {
		sum += k.weight
	}
	x := d.Float64() * sum
	for _, k := range buyerKinds {
		if x -= k.weight; x < 0 {
			return k
		}
	}
	return buyerKinds[0]
}

func pickTown(d dice) int {
	sum := 0.0
	for _, t := range buyerTowns {
		sum += t.weight
	}
	x := d.Float64() * sum
	for i, t := range buyerTowns {
		if x -= t.weight; x < 0 {
			return i
		}
	}
	return 0
}

// fits says what kinds of buyers ask for a commodity's group.
func fits(group, goods string) float64 {
	switch {
	case group == "processor":
		return map[string]float64{"root": 4, "fruit": 1, "industrial": 2, "livestock": 0.5}[goods]
	case group == "export":
		return map[string]float64{"fruit": 4, "processed": 1, "root": 0.5}[goods]
	case group == "kitchen":
		return map[string]float64{"vegetable": 4, "livestock": 3, "aquaculture": 2, "cereal": 2, "fruit": 1}[goods]
	}
	return map[string]float64{"fruit": 3, "vegetable": 2.5, "livestock": 1.5, "aquaculture": 1.2, "processed": 1, "cereal": 1, "root": 1, "industrial": 1.5, "medicinal": 0.7}[goods]
}

// makeDemands draws the season's demands.
func makeDemands(c *catalog.Catalog, buyers []Org, partyID func(int) string) ([]market.Demand, error) {
	d := newDice(5)
	kinds := map[string]buyerKind{}
	for _, k := range buyerKinds {
		kinds[k.group] = k
	}
	var out []market.Demand
	for n := 0; len(out) < demandsWanted; n++ {
		b := d.IntN(len(buyers))
		k := kinds[buyers[b].Group]
		m := menu{}
		for _, r := range recipes {
			x, ok := c.ByCode(r.code)
			if !ok {
				return nil, fmt.Errorf("recipe %s is no commodity", r.code)
			}
			if w := r.weight * fits(k.group, x.Group); w > 0 {
				m.recipes, m.weights = append(m.recipes, r), append(m.weights, w)
			}
		}
		r := m.pick(d)
		x, _ := c.ByCode(r.code)
		dm, ok := demand(d, k, x, r)
		if !ok {
			continue
		}
		dm.ID = fmt.Sprintf("N%05d", len(out)+1)
		dm.Party = partyID(b)
		dm.Place = buyers[b].Place
		out = append(out, dm)
	}
	return out, nil
}

func demand(d dice, k buyerKind, x catalog.Commodity, r recipe) (market.Demand, bool) {
	days := harvestDays(x.HarvestMonths)
	if len(days) == 0 {
		return market.Demand{}, false
	}
	dm := market.Demand{Commodity: x.Code, UnitName: "kg"}
	dm.From = days[d.IntN(len(days))]
	if d.chance(0.3) { // before Tết
		dm.From = max(asOf, tet-calendar.Day(6+d.IntN(30)))
	}
	dm.To = min(dm.From+calendar.Day(3+d.IntN(18)), horizon)
	kg := roundTo(d.logNormal(r.tonnes*k.size*2.1, 0.7)*1000, 100)
	if kg > 3000 {
		kg = roundTo(float64(kg), 1000)
	}
	dm.Quantity = weight.Grams(kg) * weight.Kilogram
	if d.chance(0.82) {
		at := k.price + d.between(-0.35, 0.35)
		lo, hi := float64(x.WholeMin), float64(x.WholeMax)
		p := lo + (hi-lo)*math.Max(-0.1, at)
		if d.chance(k.garden) {
			dm.AtGarden = true
			p = float64(x.FarmMin) + (float64(x.FarmMax)-float64(x.FarmMin))*math.Max(0, at+0.3)
		}
		dm.Ceiling = price(p)
	} else {
		dm.AtGarden = d.chance(k.garden)
	}
	if k.discount > 0 && d.chance(0.75) {
		dm.DiscountBP = k.discount/2 + int64(d.IntN(int(k.discount)))
	}
	dm.PayDays = k.days
	dm.Papers = append(dm.Papers, pick(d, k.papers)...)
	if d.chance(k.mc) {
		dm.MinClass = int64(1 + d.IntN(2))
	}
	if k.invoices > 0 && d.chance(0.85) {
		dm.MaxInvoices = k.invoices
	}
	if d.chance(k.sources) {
		dm.MaxSources = 2 + d.IntN(5)
	}
	if d.chance(k.minOrder) {
		dm.MinOrder = max(dm.Quantity*weight.Grams(25+d.IntN(45))/100/(100*weight.Kilogram)*100*weight.Kilogram, 100*weight.Kilogram)
		dm.MinOrder = min(dm.MinOrder, dm.Quantity)
	}
	return dm, true
}
