package picture

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWidth_MarksTakeNone(t *testing.T) {
	for _, c := range [][2]string{{"Hoà Bình", "Hoa Binh"}, {"bưởi", "buoi"}, {"ặễỗ", "aeo"}} {
		if a, b := Width(c[0], 14, false), Width(c[1], 14, false); a != b {
			t.Errorf("Width(%q) = %v, Width(%q) = %v", c[0], a, c[1], b)
		}
	}
	if Width("tấn", 14, true) <= Width("tấn", 14, false) {
		t.Error("bold is not wider")
	}
}

func TestCutAndWrap_Fit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`([A-Za-zđưởễ]{1,9} ){1,12}`).Draw(t, "s")
		w := rapid.Float64Range(120, 400).Draw(t, "w")
		if c := Cut(s, w, 14, false); Width(c, 14, false) > w {
			t.Fatalf("Cut(%q, %v) = %q is %v wide", s, w, c, Width(c, 14, false))
		}
		lines := Wrap(s, w, 14, false)
		for _, l := range lines {
			if Width(l, 14, false) > w && strings.Contains(l, " ") {
				t.Fatalf("line %q is wider than %v", l, w)
			}
		}
		if got, want := strings.Join(lines, " "), strings.Join(strings.Fields(s), " "); got != want {
			t.Fatalf("Wrap lost words: %q, want %q", got, want)
		}
	})
}

func TestPlace_KeepsLabelsApart(t *testing.T) {
	spots := []Spot{{100, 100, 10, 60, 18}, {150, 100, 10, 60, 18}, {100, 140, 10, 60, 18}, {150, 140, 10, 60, 18}}
	frame := Box{0, 0, 300, 260}
	a := Place(spots, nil, frame)
	for i := range a {
		bi := Box{a[i].X, a[i].Y, a[i].X + spots[i].W, a[i].Y + spots[i].H}
		if bi.X0 < 0 || bi.Y0 < 0 || bi.X1 > 300 || bi.Y1 > 260 {
			t.Errorf("label %d leaves the frame: %v", i, bi)
		}
		for j := range a[:i] {
			bj := Box{a[j].X, a[j].Y, a[j].X + spots[j].W, a[j].Y + spots[j].H}
			if overlap(bi, bj) > 0 {
				t.Errorf("labels %d and %d overlap: %v %v", i, j, bi, bj)
			}
		}
	}
}

func TestSVG_IsWellFormedAndEscapes(t *testing.T) {
	s := New(360, "x", "pic", "vi", `Kết nối <b> & "ba"`, "mô tả")
	h := s.Hatch("un")
	y := s.Head(10, 30, "A < B", "một dòng", 340)
	s.Rect(10, y, 20, 20, "HTX <script>", Fill(h), Stroke(Soft, 0.8))
	s.Path(Ribbon(0, 0, 10, 10, 5), "", Fill(Action), FillOpacity(0.4))
	s.Text(10, 80, `"&<>`, Type{Halo: true, Bold: true, Anchor: "end"})
	s.H = 100
	d := xml.NewDecoder(strings.NewReader(s.String()))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, s.String())
		}
	}
	for _, bad := range []string{"<script", "style=", "<style", "NaN", "Inf"} {
		if strings.Contains(s.String(), bad) {
			t.Errorf("the picture holds %q", bad)
		}
	}
}
