// Package weight is quantities of goods as whole grams. It is not a unit catalogue:
// trade units and their conversions belong to area/catalog.
package weight

// Grams is a weight. Everything that is planned, held or delivered is whole grams.
type Grams int64

// The usual multiples.
const (
	Kilogram Grams = 1_000
	Yen      Grams = 10 * Kilogram  // yến
	Quintal  Grams = 100 * Kilogram // tạ
	Tonne    Grams = 1_000 * Kilogram
)

// Max is the largest weight that any record may carry: 100,000 t. It is far above any
// harvest of one supplier and keeps every product with a price inside int64.
const Max = 100_000 * Tonne
