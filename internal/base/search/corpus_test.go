package search

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
)

//go:embed testdata/communes.txt
var communesText string

//go:embed testdata/goods.txt
var goodsText string

// corpus is 50,000 documents, the same on every run: all communes of 2025, the goods, and
// organisations whose names repeat each other as real ones do.
var corpus = sync.OnceValue(func() []Doc {
	rnd := rand.New(rand.NewPCG(2023, 762))
	pick := func(ss []string) string { return ss[rnd.IntN(len(ss))] }
	communes := strings.Split(strings.TrimSpace(communesText), "\n")
	goods := strings.Split(strings.TrimSpace(goodsText), "\n")
	for i, g := range goods {
		goods[i], _, _ = strings.Cut(g, " (")
		goods[i], _, _ = strings.Cut(goods[i], " / ")
	}
	kinds := []string{
		"HTX", "HTX", "HTX", "Hợp tác xã", "HTX nông nghiệp", "HTX dịch vụ nông nghiệp", "HTX nông nghiệp hữu cơ", "Hợp tác xã nông nghiệp", "HTX sản xuất",
		"THT", "Tổ hợp tác", "Công ty TNHH", "Công ty cổ phần", "Quỹ tín dụng nhân dân", "Liên hiệp HTX",
	}
	tails := []string{
		"Xanh", "Phát", "An Phú", "Thịnh Vượng", "Đoàn Kết", "Thống Nhất", "Tiến Bộ", "Hòa Hợp", "Hoàng Gia", "Toàn Thắng", "Quyết Thắng", "Minh Khai", "Sơn Thủy",
		"Hữu Nghị", "Thủy Tiên", "Buổi Sáng", "Bưởi Ngọt", "Tân Tiến", "Mỹ Lợi", "Kỳ Sơn", "Việt Hoa", "Hoa Sen", "Hoà Phát", "Đông Á", "Tây Bắc", "số 1", "số 2", "19/5", "2/9", "VinaGreen",
	}
	family := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Bùi", "Đinh", "Quách", "Hà", "Lò", "Xa", "Vũ", "Đỗ", "Ngô"}
	middle := []string{"Văn", "Thị", "Thu", "Đức", "Minh", "Hữu", "Ngọc", "Quang", "Thanh", "Thúy"}
	given := []string{"Hà", "Hiền", "Hòa", "Thủy", "Sơn", "Toàn", "Khoa", "Tuấn", "Tú", "Tư", "Hoa", "Bưởi", "Dũng", "Dung", "Đức", "Loan", "Huệ", "Quý", "Thùy", "Khỏe"}
	var docs []Doc
	for i, c := range communes {
		name, province, _ := strings.Cut(c, "|")
		docs = append(docs, Doc{Kind: "place", ID: fmt.Sprintf("p%d", i), Title: name, Sub: province, Weight: 1})
	}
	for i, g := range goods {
		docs = append(docs, Doc{Kind: "goods", ID: fmt.Sprintf("g%d", i), Title: g, Weight: 3})
	}
	for n := 0; len(docs) < 50_000; n++ {
		commune, province, _ := strings.Cut(pick(communes), "|")
		_, place, _ := strings.Cut(commune, " ")
		title := pick(kinds)
		switch rnd.IntN(6) {
		case 0:
			title += " " + pick(goods)
		case 1, 2:
			title += " " + place
		case 3:
			title += " " + pick(goods) + " " + place
		case 4:
			title += " " + place + " " + pick(tails)
		default:
			title += " " + pick(tails)
		}
		docs = append(docs, Doc{
			Kind: "org", ID: fmt.Sprintf("o%d", n), Title: title, Sub: commune + ", " + province, Weight: 3,
			Words: []string{pick(family) + " " + pick(middle) + " " + pick(given)},
			Marks: []string{fmt.Sprintf("09%08d", rnd.IntN(1e8)), fmt.Sprintf("54%08d", rnd.IntN(1e8))},
		})
	}
	return docs
})

// big is the corpus in memory.
var big = sync.OnceValue(func() *core {
	c := newCore([]string{"org", "goods", "place"})
	for _, d := range corpus() {
		c.put(d, 0)
	}
	c.tidy()
	return c
})
