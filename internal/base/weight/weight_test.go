package weight

import "testing"

func TestGrams_Prints(t *testing.T) {
	for _, c := range []struct {
		g               Grams
		own, tonnes, kg string
	}{
		{20 * Tonne, "20 tấn", "20 tấn", "20.000 kg"},
		{1500 * Kilogram, "1,5 tấn", "1,5 tấn", "1.500 kg"},
		{750 * Kilogram, "750 kg", "0,75 tấn", "750 kg"},
		{12_345, "12,345 kg", "0,012 tấn", "12,345 kg"},
		{250, "250 g", "0 tấn", "0,25 kg"},
		{0, "0 kg", "0 tấn", "0 kg"},
		{-2 * Tonne, "-2 tấn", "-2 tấn", "-2.000 kg"},
	} {
		if c.g.String() != c.own || c.g.Tonnes() != c.tonnes || c.g.Kg() != c.kg {
			t.Errorf("%d: %q, %q, %q", int64(c.g), c.g.String(), c.g.Tonnes(), c.g.Kg())
		}
	}
}
