package sheet

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWriteCSV_OK(t *testing.T) {
	var out bytes.Buffer
	err := WriteCSV(&out, [][]string{{"Tên", "Số lượng"}, {"=1+1", "-1,5"}, {"a;b", "nói \"được\""}})
	if want := "\uFEFFTên;Số lượng\r\n'=1+1;\"-1,5\"\r\n\"a;b\";\"nói \"\"được\"\"\"\r\n"; err != nil || out.String() != want {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestWriteCSV_ReadsBack(t *testing.T) {
	field := rapid.StringOf(rapid.SampledFrom([]rune("ab \"';,đ\n.5")))
	rapid.Check(t, func(t *rapid.T) {
		rows := [][]string{{"Tên", "Số", "Giá"}}
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			rows = append(rows, []string{field.Draw(t, "a"), "x", field.Draw(t, "b")})
		}
		var out bytes.Buffer
		if err := WriteCSV(&out, rows); err != nil {
			t.Fatal(err)
		}
		sheets, err := Read(out.Bytes(), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c, want := range row {
				if got := sheets[0].At(r, c).Raw; got != want && strings.TrimSpace(want) != "" {
					t.Fatalf("%d, %d: %q came back as %q from %q", r, c, want, got, out.String())
				}
			}
		}
	})
}
