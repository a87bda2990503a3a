// Package money is đồng as whole numbers. It is not accounting: accounts and transfers
// belong to engine/ledger. There are no fractions of a đồng anywhere.
package money

// VND is an amount in đồng.
type VND int64

// PerTonne is a price or a gain in đồng per tonne. Prices per kg, per piece or per
// "vạn quả" are turned into it at the edge, always against the gain: what a seller asks
// is rounded up, what a buyer pays is rounded down.
type PerTonne int64

// MaxPerTonne bounds every price on record: 10 million đồng a kilogram.
const MaxPerTonne PerTonne = 10_000_000_000

// PerKg is the price in whole đồng per kilogram, rounded towards minus infinity.
func (p PerTonne) PerKg() VND { return VND(FloorDiv(int64(p), 1000)) }

// FloorDiv divides rounding towards minus infinity; b must be positive.
func FloorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// CeilDiv divides rounding towards plus infinity; b must be positive.
func CeilDiv(a, b int64) int64 { return -FloorDiv(-a, b) }
