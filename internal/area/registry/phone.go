package registry

import (
	"slices"
	"strconv"
	"strings"
)

// oldMobile maps the mobile prefixes of eleven digits, retired in 2018, to the present ones.
var oldMobile = map[string]string{
	"0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038", "0169": "039",
	"0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
	"0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
	"0186": "056", "0188": "058", "0199": "059",
}

// ParsePhones reads the phone numbers of a cell as staff write them: several, with dots,
// blanks and brackets, +84, the leading zero lost to a spreadsheet, prefixes of before
// 2018. Each comes as digits with the leading zero, once; what is no Vietnamese number is
// left out.
func ParsePhones(s string) []string {
	if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil && f >= 1e8 && f < 1e12 && f == float64(int64(f)) {
		s = strconv.FormatInt(int64(f), 10) // 9.12345678E+08 is how a spreadsheet keeps it
	}
	var out []string
	add := func(p string) {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	chunks := strings.FieldsFunc(s, func(r rune) bool {
		return !(r >= '0' && r <= '9') && !strings.ContainsRune(" .()-–+\u00a0", r)
	})
	for _, c := range chunks {
		groups := strings.FieldsFunc(c, func(r rune) bool { return r < '0' || r > '9' })
		for len(groups) > 0 {
			n, p := longestPhone(groups)
			if p == "" {
				n = 1
			} else {
				add(p)
			}
			groups = groups[n:] // 0 when a number was cut off the front of the first group
		}
	}
	return out
}

// longestPhone reads one number from the first groups of digits. Where shorter and longer
// readings are both numbers, the one wins after which a new number can begin.
func longestPhone(groups []string) (n int, phone string) {
	acc := ""
	for i, g := range groups {
		if acc += g; len(acc) > 13 {
			break
		}
		p, ok := onePhone(acc)
		if !ok {
			continue
		}
		next := i + 1
		if n == 0 || next == len(groups) || strings.HasPrefix(groups[next], "0") || strings.HasPrefix(groups[next], "84") {
			n, phone = next, p
			if next < len(groups) && strings.HasPrefix(groups[next], "0") {
				break
			}
		}
	}
	if n == 0 && len(groups[0]) >= 20 { // two numbers typed into one
		if p, ok := onePhone(groups[0][:10]); ok {
			groups[0] = groups[0][10:]
			return 0, p
		}
	}
	return n, phone
}

// onePhone reads exactly one number.
func onePhone(d string) (string, bool) {
	switch {
	case strings.HasPrefix(d, "0084"):
		d = "0" + strings.TrimPrefix(d[4:], "0")
	case strings.HasPrefix(d, "84") && len(d) >= 11:
		d = "0" + strings.TrimPrefix(d[2:], "0")
	}
	if strings.HasPrefix(d, "1800") || strings.HasPrefix(d, "1900") {
		return d, len(d) == 8 || len(d) == 10
	}
	if !strings.HasPrefix(d, "0") {
		d = "0" + d
	}
	if len(d) == 11 {
		if p, ok := oldMobile[d[:4]]; ok {
			d = p + d[4:]
		}
	}
	switch {
	case len(d) == 10 && strings.ContainsRune("35789", rune(d[1])):
		return d, true
	case len(d) == 11 && d[1] == '2': // landlines: 024, 028 and eight digits, 02xx and seven
		return d, true
	}
	return "", false
}

// ShowPhone groups a number as it is read aloud.
func ShowPhone(p string) string {
	switch {
	case len(p) == 10 && p[0] == '0':
		return p[:4] + " " + p[4:7] + " " + p[7:]
	case len(p) == 11 && (p[:3] == "024" || p[:3] == "028"):
		return p[:3] + " " + p[3:7] + " " + p[7:]
	case len(p) == 11:
		return p[:4] + " " + p[4:7] + " " + p[7:]
	}
	return p
}
