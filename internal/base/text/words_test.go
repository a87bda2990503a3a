package text

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWords_OK(t *testing.T) {
	for n, want := range map[int64]string{
		0: "không", 4: "bốn", 5: "năm", 10: "mười", 11: "mười một", 14: "mười bốn", 15: "mười lăm", 20: "hai mươi", 21: "hai mươi mốt", 24: "hai mươi tư", 25: "hai mươi lăm",
		101: "một trăm linh một", 105: "một trăm linh năm", 110: "một trăm mười", 1_000: "một nghìn", 1_005: "một nghìn không trăm linh năm", 1_050: "một nghìn không trăm năm mươi",
		1_750_000_000: "một tỷ bảy trăm năm mươi triệu", 1_000_000_001: "một tỷ không trăm linh một", 1_050_000_000: "một tỷ không trăm năm mươi triệu",
		2_000_000_000_000: "hai nghìn tỷ", 1_000_000_000_000_000_000: "một tỷ tỷ", -21: "âm hai mươi mốt",
	} {
		if got := Words(n); got != want {
			t.Errorf("Words(%d) = %q, want %q", n, got, want)
		}
	}
	if got := Sentence("đồng"); got != "Đồng" {
		t.Error(got)
	}
}

// readWords is an independent reader: it knows the words' values and nothing of groups.
func readWords(s string) (uint64, bool) {
	words := strings.Fields(s)
	if i := lastIndex(words, "tỷ"); i >= 0 {
		high, ok := readWords(strings.Join(words[:i], " "))
		low := uint64(0)
		if i < len(words)-1 {
			var okLow bool
			low, okLow = readWords(strings.Join(words[i+1:], " "))
			ok = ok && okLow
		}
		return high*1_000_000_000 + low, ok
	}
	var total, group uint64
	units := map[string]uint64{"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9}
	for _, w := range words {
		switch w {
		case "triệu":
			total, group = total+group*1_000_000, 0
		case "nghìn":
			total, group = total+group*1_000, 0
		case "trăm":
			group *= 100
		case "mươi":
			group = group/100*100 + group%100*10
		case "mười":
			group += 10
		case "linh":
		default:
			u, ok := units[w]
			if !ok {
				return 0, false
			}
			group += u
		}
	}
	return total + group, true
}

func lastIndex(words []string, w string) int {
	for i := len(words) - 1; i >= 0; i-- {
		if words[i] == w {
			return i
		}
	}
	return -1
}

func TestWords_AnotherReaderAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		if rapid.Bool().Draw(t, "round") { // zeros inside are what goes wrong
			n = n / 1_000_000_000 * 1_000_000_000
		}
		s, neg := strings.CutPrefix(Words(n), "âm ")
		got, ok := readWords(s)
		want := uint64(n)
		if n < 0 {
			want = -want
		}
		if !ok || got != want || neg != (n < 0) {
			t.Fatalf("%d is spelled %q and read as %d", n, s, got)
		}
	})
	if !strings.HasPrefix(Words(math.MinInt64), "âm chín tỷ hai trăm") {
		t.Error(Words(math.MinInt64))
	}
}

func TestSortKey_Vietnamese(t *testing.T) {
	want := strings.Fields("an anh ăn âm ba bà bạ ca da đa em êm hoa hòa ma na oi ôi ơi ta tha tra ư")
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(SortKey(a), SortKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestPersonSortKey_ByGivenName(t *testing.T) {
	want := []string{"Bùi Thị An", "Nguyễn Văn An", "An Thị Ánh", "Quách Công Bình", "Đinh Thị Bưởi", "Bùi Văn Đạt", "Anh"}
	want = append(want[:3:3], append([]string{"Anh"}, want[3:6]...)...)
	slices.SortFunc(want, func(a, b string) int { return strings.Compare(PersonSortKey(a), PersonSortKey(b)) })
	for i := 1; i < len(want); i++ {
		given := func(s string) string { f := strings.Fields(s); return f[len(f)-1] }
		if SortKey(given(want[i-1])) > SortKey(given(want[i])) {
			t.Errorf("%s before %s", want[i-1], want[i])
		}
	}
	if PersonSortKey("Bùi Thị An") >= PersonSortKey("Nguyễn Văn An") || PersonSortKey("Vũ An") >= PersonSortKey("Bùi Anh") {
		t.Error("the rest of the name decides before the given name, or not at all")
	}
}

func TestSortKey_ManyAtOnce(t *testing.T) {
	want := SortKey("Hòa Bình")
	done := make(chan bool)
	for range 8 {
		go func() {
			ok := true
			for range 200 {
				ok = ok && SortKey("Hòa Bình") == want
			}
			done <- ok
		}()
	}
	for range 8 {
		if !<-done {
			t.Error("a key came out differently")
		}
	}
}
