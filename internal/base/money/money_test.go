package money

import (
	"math"
	"testing"
)

func TestVND_Prints(t *testing.T) {
	for _, c := range []struct {
		v           VND
		long, short string
	}{
		{0, "0 đ", "0 đồng"},
		{1_750_000, "1.750.000 đ", "1,75 triệu đồng"},
		{1_750_000_000, "1.750.000.000 đ", "1,75 tỷ đồng"},
		{-2_500_000_000, "-2.500.000.000 đ", "-2,5 tỷ đồng"},
		{999_999, "999.999 đ", "999.999 đồng"},
		{999_996_000, "999.996.000 đ", "1 tỷ đồng"},
		{999_994_999, "999.994.999 đ", "999,99 triệu đồng"},
		{813_750_000_000_000, "813.750.000.000.000 đ", "813.750 tỷ đồng"},
		{math.MinInt64, "-9.223.372.036.854.775.808 đ", "-9.223.372.036,85 tỷ đồng"},
	} {
		if c.v.String() != c.long || c.v.Short() != c.short {
			t.Errorf("%d: %q, %q", int64(c.v), c.v.String(), c.v.Short())
		}
	}
	if got := PerTonne(25_000_500).String(); got != "25.000,5 đ/kg" {
		t.Error(got)
	}
	if got := Words(1_750_000_000); got != "một tỷ bảy trăm năm mươi triệu đồng" {
		t.Error(got)
	}
}
