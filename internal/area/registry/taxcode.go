package registry

import "strings"

// ReadTaxCode normalises a tax code as written: blanks and dots away, the leading zero
// that a spreadsheet lost put back, ten digits, thirteen as 0100233488-001, or the twelve
// of a personal number. ok is false when it is none of them.
func ReadTaxCode(s string) (code string, ok bool) {
	d := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-\u00a0–'", r) {
			return -1
		}
		return r
	}, s)
	if len(d) == 9 {
		d = "0" + d // only with a right check digit, below
	}
	if len(d) == 13 {
		d = d[:10] + "-" + d[10:]
	}
	return d, ValidTaxCode(d)
}

// ValidTaxCode reports whether s is a tax code: ten digits with a right check digit, a
// branch of one (0100233488-001), or the personal number of twelve digits that households
// use from 2025-07-01.
func ValidTaxCode(s string) bool {
	main, branch, hasBranch := strings.Cut(s, "-")
	if !digits(main) || hasBranch && (len(branch) != 3 || !digits(branch) || branch == "000") {
		return false
	}
	switch {
	case len(main) == 12 && !hasBranch:
		return validPersonal(main)
	case len(main) == 13 && !hasBranch:
		return ValidTaxCode(main[:10] + "-" + main[10:])
	case len(main) != 10 || main[2:9] == "0000000":
		return false
	}
	sum := 0
	for i, w := range []int{31, 29, 23, 19, 17, 13, 7, 5, 3} {
		sum += w * int(main[i]-'0')
	}
	check := 10 - sum%11
	return check < 10 && check == int(main[9]-'0') // 10 is never issued
}

// validPersonal checks the form of a personal number: province of birth registration,
// century and sex, year. It has no check digit.
func validPersonal(s string) bool {
	return s[:3] >= "001" && s[:3] <= "096" && s[3] <= '3'
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}
