package market

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"

	"pgregory.net/rapid"
)

// zaloCase is one line of testdata/zalo.txt: the message, and behind «=>» what a person
// reads in it: side, who, telephone, goods, kilograms, đồng per kg, days, papers, place.
type zaloCase struct {
	line string
	want map[string]string
}

func zaloCases(t testing.TB) (out []zaloCase) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "zalo.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(data)) {
		line, want, ok := strings.Cut(strings.TrimSpace(l), " => ")
		if !ok {
			continue
		}
		c := zaloCase{line: line, want: map[string]string{}}
		for part := range strings.SplitSeq(want, " | ") {
			k, v, _ := strings.Cut(strings.TrimSpace(part), "=")
			c.want[k] = v
		}
		out = append(out, c)
	}
	return out
}

// zaloRead is what was read of one line, in the same words.
func zaloRead(t testing.TB, deps Deps, line string) map[string]string {
	t.Helper()
	in, asks, err := ReadLines(line, false, deps, testOptions)
	got := map[string]string{}
	if err != nil && len(asks) == 0 {
		got["fault"] = fmt.Sprint(err)
	}
	span := func(from, to calendar.Day, assumed bool) string {
		if assumed {
			return "?"
		}
		return strings.TrimSuffix(calendar.FormatVI(from), "/2023") + "-" + strings.TrimSuffix(calendar.FormatVI(to), "/2023")
	}
	party := func(id string) {
		for _, p := range in.Parties {
			if p.ID == id {
				got["who"], got["phone"] = p.Name, p.Phone
			}
		}
	}
	place := func(key string) string {
		if label := deps.Atlas.Label(key); label != "tỉnh Hòa Bình" {
			return label
		}
		return ""
	}
	for _, o := range in.Offers {
		got["side"], got["goods"], got["kg"] = "bán", o.Commodity, fmt.Sprint(int64(o.Firm+o.Forecast)/1000)
		got["price"], got["days"], got["papers"], got["place"] = fmt.Sprint(int64(o.Floor.PerKg())), span(o.From, o.To, o.DaysAssumed), papersText(o.Papers), place(o.Place)
		party(o.Party)
	}
	for _, d := range in.Demands {
		got["side"], got["goods"], got["kg"] = "mua", d.Commodity, fmt.Sprint(int64(d.Quantity)/1000)
		got["price"], got["days"], got["papers"], got["place"] = fmt.Sprint(int64(d.Ceiling.PerKg())), span(d.From, d.To, d.DaysAssumed), strings.Join(d.Papers, ","), place(d.Place)
		party(d.Party)
	}
	for _, a := range asks {
		got["asks"] += string(a.Code) + " "
	}
	return got
}

// zaloFloor is the share of fields that must be right, per mille. What is not right is
// asked about or left empty far more often than wrong; see wrong below.
const (
	zaloFloor = 960
	zaloWrong = 15 // per mille of fields that hold something else than what was meant
)

func TestReadLines_MessagesOfAChat(t *testing.T) {
	deps := testDeps(t)
	cases := zaloCases(t)
	if len(cases) < 60 {
		t.Fatalf("%d lines", len(cases))
	}
	right, wrong, all := 0, 0, 0
	for _, c := range cases {
		got := zaloRead(t, deps, c.line)
		for k, want := range c.want {
			all++
			switch g := strings.TrimSuffix(got[k], " 00:00"); {
			case g == want, k == "who" && strings.EqualFold(g, want):
				right++
			default:
				if g != "" && g != "0" && g != "?" {
					wrong++
				}
				t.Logf("%s\n\t%s is %q, not %q (asks %s)", c.line, k, got[k], want, got["asks"])
			}
		}
	}
	t.Logf("%d lines, %d of %d fields right, %d wrong", len(cases), right, all, wrong)
	if right*1000 < zaloFloor*all || wrong*1000 > zaloWrong*all {
		t.Errorf("%d of %d fields right, %d wrong", right, all, wrong)
	}
}

// A message of several lines: who stands above, the bullets below belong to him.
func TestReadLines_HeadAndBullets(t *testing.T) {
	in, asks, err := ReadLines("[20/11/2023 09:15] Chị Hoa Mẫu: Chào cả nhà\nHTX Rừng Xanh, xã Thu Phong, Cao Phong - 0900 000 123\n- Cam CS1 5 tấn, giá 18k, cuối tháng 11\n- Bưởi Diễn: 3 tấn 12k/kg T12\n\nCẦN MUA:\n+ Cty Ví Dụ cần 2 tấn gà Lạc Thủy giao Hà Nội trước Tết giá 110k 0900000456\n10:32\nCảm ơn mọi người", false, testDeps(t), testOptions)
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Offers) != 2 || len(in.Demands) != 1 || len(in.Parties) != 2 {
		t.Fatalf("%+v\n%+v", in, asks)
	}
	for i, o := range in.Offers {
		if p := in.Parties[0]; o.Party != p.ID || p.Name != "HTX Rừng Xanh" || p.Phone != "0900000123" || o.Source.Row != 3+i {
			t.Errorf("%+v of %+v", o, p)
		}
	}
	if o := in.Offers[1]; o.Commodity != "BUOI-DIEN" || o.Firm.Tonnes() != "3 tấn" && int64(o.Firm) != 3_000_000 || o.Floor.PerKg() != 12000 {
		t.Errorf("%+v", o)
	}
	if d := in.Demands[0]; d.Commodity != "GA-LT" || d.Ceiling.PerKg() != 110000 || d.Source.Row != 7 {
		t.Errorf("%+v", d)
	}
}

// One line with several goods is several records of one party.
func TestReadLines_SeveralGoodsInALine(t *testing.T) {
	in, asks, err := ReadLines("HTX Suối Mẫu Cao Phong có cam CS1 5 tấn 18k, cam Canh 2 tấn 25k và mía tím 10 tấn; lh 0900000789", false, testDeps(t), testOptions)
	if err != nil || len(in.Offers) != 3 || len(in.Parties) != 1 || in.Parties[0].Phone != "0900000789" {
		t.Fatalf("%+v\n%+v %v", in, asks, err)
	}
	for i, want := range []string{"CAM-CP-LV 5000", "CAM-CANH 2000", "MIA-TIM 10000"} {
		o := in.Offers[i]
		if got := fmt.Sprint(o.Commodity, " ", int64(o.Firm)/1000); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}

// Plain talk is no record, and a table that is pasted is read as one.
func TestReadLines_TalkIsNoRecord(t *testing.T) {
	deps := testDeps(t)
	if _, _, err := ReadLines("Chào cả nhà\nMai họp lúc 8h ở trụ sở nhé", false, deps, testOptions); err == nil {
		t.Error("talk was read as offers")
	}
	s, err := sheet.ReadText("Đơn vị\tMặt hàng\tSố lượng\nHTX Mẫu\tBưởi Diễn\t5 tấn")
	if err != nil {
		t.Fatal(err)
	}
	opt := testOptions
	opt.OneSide = true
	in, _, err := ReadSheets([]sheet.Sheet{s}, deps, opt)
	if err != nil || len(in.Offers) != 1 || in.Offers[0].Source.Row != 2 || in.Parties[0].Name != "HTX Mẫu" {
		t.Errorf("%+v, %v", in, err)
	}
}

// Whatever comes, nothing breaks, and every value is a piece of its line.
func TestReadLines_NothingIsMadeUp(t *testing.T) {
	deps := testDeps(t)
	cases := zaloCases(t)
	rapid.Check(t, func(rt *rapid.T) {
		base := []rune(rapid.SampledFrom(cases).Draw(rt, "line").line)
		for range rapid.IntRange(0, 6).Draw(rt, "edits") {
			if len(base) == 0 {
				break
			}
			i := rapid.IntRange(0, len(base)-1).Draw(rt, "at")
			switch rapid.IntRange(0, 4).Draw(rt, "how") {
			case 0:
				base = append(base[:i:i], base[i+1:]...)
			case 1:
				base[i] = rapid.Rune().Draw(rt, "rune")
			case 2:
				base[i] = unicode.ToUpper(base[i])
			case 3:
				base = append(append(base[:i:i], []rune(rapid.SampledFrom([]string{" ", ",", "5", "tấn", "\n", "k", "0900000111", "(", "giá ", "|"}).Draw(rt, "insert"))...), base[i:]...)
			case 4:
				j := rapid.IntRange(0, len(base)-1).Draw(rt, "with")
				base[i], base[j] = base[j], base[i]
			}
		}
		checkNothingMadeUp(rt, deps, string(base))
	})
}

func checkNothingMadeUp(t interface{ Fatalf(string, ...any) }, deps Deps, s string) {
	rd := newReader(deps, testOptions)
	words := newLineWords(rd)
	for _, line := range strings.Split(s, "\n") {
		if len([]rune(line)) > maxLine {
			continue
		}
		l := newFreeLine(line)
		l.stripBullet()
		for _, cells := range words.read(l) {
			for c, v := range cells {
				for _, part := range strings.Split(v, "; ") {
					for _, p := range strings.Split(strings.TrimSuffix(part, ")"), " (") {
						if !strings.Contains(text.NFC(line), p) {
							t.Fatalf("%q is no piece of %q (%s)", p, line, c)
						}
					}
				}
			}
		}
	}
	in, _, _ := ReadLines(s, false, deps, testOptions)
	for _, o := range in.Offers {
		if o.Firm+o.Forecast <= 0 || o.Party == "" || o.Commodity == "" {
			t.Fatalf("%q gave %+v", s, o)
		}
	}
}

func FuzzReadLines(f *testing.F) {
	for _, c := range zaloCases(f)[:20] {
		f.Add(c.line)
	}
	f.Add("| | |\n0900000123 \x00 5 tấn")
	deps := testDeps(f)
	f.Fuzz(func(t *testing.T, s string) { checkNothingMadeUp(t, deps, s) })
}
