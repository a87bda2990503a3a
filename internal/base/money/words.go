package money

import "github.com/lienket/lienket/internal/base/text"

// String is the amount as written in Vietnamese: 1.750.000 đ.
func (v VND) String() string { return text.Int(int64(v)) + " đ" }

// Short is the amount as said in Vietnamese: 1,75 tỷ đồng, 350 triệu đồng, 25.000 đồng.
func (v VND) Short() string {
	n, word := v.Scale()
	switch word {
	case Billions:
		return text.VI.Fixed(n, 2, 2) + " tỷ đồng"
	case Millions:
		return text.VI.Fixed(n, 2, 2) + " triệu đồng"
	}
	return text.Int(n) + " đồng"
}

// Magnitude is the word a large amount is told in.
type Magnitude int

// The magnitudes.
const (
	Units Magnitude = iota
	Millions
	Billions
)

// Scale returns v in hundredths of the largest magnitude it reaches after rounding, or
// in whole đồng below a million.
func (v VND) Scale() (n int64, in Magnitude) {
	const million, billion = 1_000_000, 1_000_000_000
	switch a := max(v, -v); {
	case a >= billion-5_000 || a < 0: // -MinInt64 stays negative
		return round(int64(v), billion/100), Billions
	case a >= million:
		return round(int64(v), million/100), Millions
	}
	return int64(v), Units
}

// round divides half away from zero.
func round(n, by int64) int64 {
	q, r := n/by, n%by
	switch {
	case r >= by/2:
		q++
	case r <= -by/2:
		q--
	}
	return q
}

// String is the price as written in Vietnamese, by the kilogram: 25.000 đ/kg.
func (p PerTonne) String() string { return text.VI.Fixed(int64(p), 3, 3) + " đ/kg" }

// Words spells the amount as vouchers want it: một tỷ bảy trăm năm mươi triệu đồng.
func Words(v VND) string { return text.Words(int64(v)) + " đồng" }
