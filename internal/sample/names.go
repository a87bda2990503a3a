package sample

import (
	"fmt"
	"strings"
)

// Names are put together from common parts; any likeness to a person is chance.
var (
	familyNames = []string{"Bùi", "Bùi", "Bùi", "Đinh", "Đinh", "Hà", "Quách", "Quách", "Xa", "Lường", "Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Vì", "Sùng", "Bạch", "Hoàng", "Đặng"}
	middleMen   = []string{"Văn", "Văn", "Đức", "Mạnh", "Công", "Quang", "Minh", "Xuân"}
	middleWomen = []string{"Thị", "Thị", "Thu", "Thanh", "Ngọc", "Bích", "Hồng"}
	givenMen    = []string{"Hùng", "Dũng", "Thắng", "Sơn", "Hải", "Nam", "Bình", "Toàn", "Hiếu", "Khánh", "Lâm", "Phúc", "Tâm", "Vinh", "Chiến"}
	givenWomen  = []string{"Hoa", "Lan", "Hương", "Thủy", "Mai", "Nga", "Hạnh", "Thảo", "Yến", "Liên", "Nhung", "Dung", "Hiền", "Vân", "Ngân"}
)

func personName(d dice) string {
	if d.chance(0.4) {
		return pick(d, familyNames) + " " + pick(d, middleWomen) + " " + pick(d, givenWomen)
	}
	return pick(d, familyNames) + " " + pick(d, middleMen) + " " + pick(d, givenMen)
}

// phones are numbers that no one can have: subscriber numbers do not begin with 000.
type phones struct{ n int }

func (p *phones) next(area string) string {
	p.n++
	return fmt.Sprintf("%s000%04d", area, p.n)
}

// areaCode of the telephone by province; the length is that of a landline.
func areaCode(province string) string {
	switch {
	case strings.Contains(province, "Hà Nội"), strings.Contains(province, "Hồ Chí Minh"):
		return "0240" // one digit more than elsewhere
	case strings.Contains(province, "Hải Phòng"):
		return "0225"
	case strings.Contains(province, "Quảng Ninh"):
		return "0203"
	case strings.Contains(province, "Ninh Bình"):
		return "0229"
	case strings.Contains(province, "Nam Định"):
		return "0228"
	case strings.Contains(province, "Bắc Ninh"):
		return "0222"
	case strings.Contains(province, "Phú Thọ"):
		return "0210"
	case strings.Contains(province, "Thanh Hóa"):
		return "0237"
	}
	return "0218"
}

// taxCode makes a number with a right check digit under a prefix that is not issued to
// anybody: series 5499… of the province.
func taxCode(n int) string {
	w := [9]int{31, 29, 23, 19, 17, 13, 7, 5, 3}
	for ; ; n += 7 {
		s := fmt.Sprintf("5499%05d", n%100000)
		sum := 0
		for i, k := range w {
			sum += k * int(s[i]-'0')
		}
		if check := 10 - sum%11; check < 10 {
			return s + fmt.Sprint(check)
		}
	}
}

// Kinds of names by what an organisation does.
var (
	coopThemes  = []string{"Nông nghiệp", "Nông sản", "Dịch vụ nông nghiệp", "Sản xuất nông sản", "Nông nghiệp sạch", "Nông nghiệp xanh", "Nông sản an toàn", "Nông lâm nghiệp", "Nông nghiệp tổng hợp"}
	fruitThemes = []string{"Cây ăn quả", "Bưởi", "Cam", "Nông sản hữu cơ", "Trái cây"}
	vegThemes   = []string{"Rau an toàn", "Rau hữu cơ", "Rau củ quả", "Nông sản sạch"}
	stockThemes = []string{"Chăn nuôi", "Chăn nuôi và dịch vụ", "Gà thả đồi", "Thủy sản", "Cá lồng"}
	otherThemes = map[string][]string{
		"trade":        {"Thương mại", "Thương mại tổng hợp", "Dịch vụ thương mại", "Chợ"},
		"industry":     {"Tiểu thủ công nghiệp", "Mây tre đan", "Chế biến lâm sản", "Thổ cẩm", "Cơ khí"},
		"transport":    {"Vận tải", "Dịch vụ vận tải"},
		"electricity":  {"Dịch vụ điện"},
		"construction": {"Xây dựng"},
		"environment":  {"Môi trường", "Vệ sinh môi trường"},
	}
	groupThemes = []string{"trồng bưởi", "trồng cam", "trồng rau", "nuôi gà", "nuôi cá lồng", "trồng mía", "nuôi lợn bản địa", "nuôi ong", "trồng khoai sọ", "trồng su su", "làm vườn", "chăn nuôi trâu bò"}
)
