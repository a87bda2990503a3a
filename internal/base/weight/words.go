package weight

import "github.com/lienket/lienket/internal/base/text"

// String is the weight in the unit that suits it: 20 tấn, 750 kg.
func (g Grams) String() string {
	switch a := max(g, -g); {
	case a >= Tonne || a < 0:
		return g.Tonnes()
	case a >= Kilogram || g == 0:
		return g.Kg()
	}
	return text.Int(int64(g)) + " g"
}

// Tonnes is the weight in tonnes, to the kilogram: 20 tấn, 1,5 tấn.
func (g Grams) Tonnes() string { return text.VI.Fixed(int64(g), 6, 3) + " tấn" }

// Kg is the weight in kilograms, to the gram: 20.000 kg.
func (g Grams) Kg() string { return text.VI.Fixed(int64(g), 3, 3) + " kg" }
