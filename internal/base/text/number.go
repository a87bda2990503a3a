package text

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Marks are the characters that group thousands and begin decimals.
type Marks struct{ Thousands, Decimal string }

// The marks of the two languages.
var (
	VI = Marks{".", ","}
	EN = Marks{",", "."}
)

// Int writes n with dots: 1.750.000.
func Int(n int64) string { return VI.Int(n) }

// Int writes n grouped by three.
func (m Marks) Int(n int64) string {
	sign, d := "", strconv.FormatInt(n, 10)
	if d[0] == '-' {
		sign, d = "-", d[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(d) {
		if i > 0 && (len(d)-i)%3 == 0 {
			b.WriteString(m.Thousands)
		}
		b.WriteByte(d[i])
	}
	return b.String()
}

// Fixed writes n / 10^scale with at most keep decimals, rounded half away from zero,
// without trailing zeros: Fixed(1_750_500, 3, 2) is 1.750,5.
func (m Marks) Fixed(n int64, scale, keep int) string {
	for ; scale > keep; scale-- {
		q, r := n/10, n%10
		switch {
		case r >= 5:
			q++
		case r <= -5:
			q--
		}
		n = q
	}
	pow := int64(1)
	for range scale {
		pow *= 10
	}
	whole, frac := n/pow, n%pow
	if frac == 0 {
		return m.Int(whole)
	}
	sign := ""
	if frac < 0 {
		frac = -frac
		if whole == 0 {
			sign = "-"
		}
	}
	f := strconv.FormatInt(frac, 10)
	f = strings.Repeat("0", scale-len(f)) + f
	return sign + m.Int(whole) + m.Decimal + strings.TrimRight(f, "0")
}

// ParseNumber reads a number as staff write it and returns thousandths of it. A dot
// groups thousands and a comma begins decimals, as in vi-VN ("1.750,5"); a dot that
// cannot group is a decimal point ("1.5"), and English grouping is read where nothing
// else is possible ("1,750.5", "1,750,000"). Units behind the number are not accepted.
func ParseNumber(s string) (milli int64, ok bool) {
	milli, _, ok = ReadNumber(s)
	return milli, ok
}

// ReadNumber is ParseNumber that also tells when the writer may have meant another
// number: "1.500" is read as 1500 and "1,500" as 1.5, both with doubt.
func ReadNumber(s string) (milli int64, doubt, ok bool) {
	s, neg := trimSign(s)
	if s == "" {
		return 0, false, false
	}
	if i := strings.IndexAny(s, "eE"); i > 0 {
		milli, ok = scientific(s)
		return signed(milli, neg), false, ok
	}
	whole, frac, doubt, ok := decimalParts(s)
	if !ok {
		return 0, false, false
	}
	milli, ok = toMilli(whole, frac)
	return signed(milli, neg), doubt, ok
}

func trimSign(s string) (string, bool) {
	s = strings.TrimFunc(NFC(s), unicode.IsSpace)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") { // bookkeepers' minus
		return strings.TrimSpace(s[1 : len(s)-1]), true
	}
	for _, minus := range []string{"-", "−", "–"} {
		if t, found := strings.CutPrefix(s, minus); found {
			return strings.TrimSpace(t), true
		}
	}
	return strings.TrimPrefix(s, "+"), false
}

func signed(n int64, neg bool) int64 {
	if neg {
		return -n
	}
	return n
}

// decimalParts decides what the separators of s mean.
func decimalParts(s string) (whole, frac string, doubt, ok bool) {
	dots, commas := strings.Count(s, "."), strings.Count(s, ",")
	point := "" // the decimal mark, if any
	switch {
	case dots > 0 && commas > 0:
		point = "."
		if strings.LastIndex(s, ",") > strings.LastIndex(s, ".") {
			point = ","
		}
		if strings.Count(s, point) > 1 {
			return "", "", false, false
		}
	case commas == 1:
		point = ","
		doubt = thousandsLike(s, ",")
	case dots == 1:
		if doubt = thousandsLike(s, "."); !doubt {
			point = "."
		}
	}
	whole = s
	if point != "" {
		i := strings.Index(s, point)
		whole, frac = s[:i], s[i+1:]
		if frac == "" {
			return "", "", false, false
		}
	}
	if whole == "" {
		whole = "0" // ",5"
	}
	whole, ok = ungroup(whole)
	return whole, frac, doubt, ok && allDigits(frac)
}

// thousandsLike says whether s is one to three digits, the mark, and three digits.
func thousandsLike(s, mark string) bool {
	a, b, _ := strings.Cut(s, mark)
	return len(a) >= 1 && len(a) <= 3 && a[0] != '0' && len(b) == 3 && allDigits(a) && allDigits(b)
}

// ungroup removes one kind of thousands mark, if the groups are right.
func ungroup(s string) (string, bool) {
	i := strings.IndexAny(s, "., '")
	if i < 0 {
		return s, s != "" && allDigits(s)
	}
	groups := strings.Split(s, s[i:i+1])
	for n, g := range groups {
		if !allDigits(g) || n > 0 && len(g) != 3 || n == 0 && (len(g) == 0 || len(g) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// toMilli rounds half away from zero at the fourth decimal.
func toMilli(whole, frac string) (int64, bool) {
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > 16 {
		return 0, false
	}
	up := len(frac) > 3 && frac[3] >= '5'
	n, err := strconv.ParseInt(whole+(frac + "000")[:3], 10, 64)
	if err != nil || up && n == math.MaxInt64 {
		return 0, false
	}
	if up {
		n++
	}
	return n, true
}

// scientific reads what a spreadsheet stores for large and small numbers: 1.5E+06.
func scientific(s string) (int64, bool) {
	mantissa, exp, _ := strings.Cut(strings.ToUpper(s), "E")
	whole, frac, _ := strings.Cut(mantissa, ".")
	if whole == "" || !allDigits(whole) || !allDigits(frac) || len(whole) > 1 {
		return 0, false
	}
	e, err := strconv.Atoi(exp)
	if err != nil || e < -30 || e > 18 {
		return 0, false
	}
	if e >= 0 {
		frac += strings.Repeat("0", max(0, e-len(frac)))
		return toMilli(whole+frac[:e], frac[e:])
	}
	return toMilli("0", strings.Repeat("0", -e-1)+whole+frac)
}
