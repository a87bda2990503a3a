package i18n

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

func texts(vi, en string) fstest.MapFS {
	return fstest.MapFS{"text/vi.json": {Data: []byte(vi)}, "text/en.json": {Data: []byte(en)}}
}

func book(t *testing.T) *Book {
	t.Helper()
	b, err := Load(texts(`{"x.say": "Có {0}, còn {1}.", "x.one": "một"}`, `{"x.say": "Has {0}, {1} left.", "x.one": "one"}`))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestT_PrintsByLanguage(t *testing.T) {
	day := calendar.Date(2023, time.December, 31)
	for _, c := range []struct {
		arg    any
		vi, en string
	}{
		{1750, "1.750", "1,750"},
		{int64(-1750000), "-1.750.000", "-1,750,000"},
		{money.VND(1_750_000), "1.750.000 đ", "VND 1,750,000"},
		{money.PerTonne(25_000_500), "25.000,5 đ/kg", "VND 25,000.5/kg"},
		{20 * weight.Tonne, "20 tấn", "20 t"},
		{1500 * weight.Kilogram, "1,5 tấn", "1.5 t"},
		{weight.Grams(750_000), "750 kg", "750 kg"},
		{weight.Grams(250), "250 g", "250 g"},
		{day, "31/12/2023", "31 Dec 2023"},
		{calendar.Day(0), "", ""},
		{day.Week(), "tuần 52/2023", "week 52/2023"},
		{calendar.Month(2023, time.November), "01/11/2023 – 30/11/2023", "1 Nov 2023 – 30 Nov 2023"},
		{calendar.Period{From: day}, "từ 31/12/2023", "from 31 Dec 2023"},
		{Plain(2023), "2023", "2023"},
		{Key("x.one"), "một", "one"},
		{[]Key{"x.one", "x.one"}, "một, một", "one, one"},
		{[]string{"a", "b"}, "a, b", "a, b"},
		{1234.5, "1.234,5", "1,234.5"},
		{"Hòa {1}", "Hòa {1}", "Hòa {1}"}, // arguments are not filled again
		{time.Date(2023, 12, 31, 7, 5, 0, 0, time.UTC), "31/12/2023 07:05", "31 Dec 2023 07:05"},
	} {
		b := book(t)
		if got, want := b.Printer(VI).T("x.say", c.arg, "!"), "Có "+c.vi+", còn !."; got != want {
			t.Errorf("vi %v: %q, want %q", c.arg, got, want)
		}
		if got, want := b.Printer(EN).T("x.say", c.arg, "!"), "Has "+c.en+", ! left."; got != want {
			t.Errorf("en %v: %q, want %q", c.arg, got, want)
		}
	}
}

func TestT_UnknownKeyAndMissingArgumentShow(t *testing.T) {
	p := book(t).Printer(VI)
	if got := p.T("x.nothing"); got != "⟦x.nothing⟧" {
		t.Errorf("unknown key: %q", got)
	}
	if got := p.T("x.say", "a"); got != "Có a, còn {1}." {
		t.Errorf("missing argument: %q", got)
	}
	if got := p.T("x.say"); got != "Có {0}, còn {1}." {
		t.Errorf("no arguments: %q", got)
	}
}

func TestLoad_Refuses(t *testing.T) {
	for name, dir := range map[string]fstest.MapFS{
		"key only in vi":  texts(`{"x.a": "a"}`, `{}`),
		"key only in en":  texts(`{}`, `{"x.a": "a"}`),
		"key twice":       texts(`{"x.a": "a", "x.a": "b"}`, `{"x.a": "a"}`),
		"key of base":     texts(`{"base.fault.invalid": "a"}`, `{"base.fault.invalid": "a"}`),
		"not an object":   texts(`[]`, `{}`),
		"not text":        texts(`{"x.a": 1}`, `{"x.a": "a"}`),
		"cut off":         texts(`{"x.a": "a"`, `{"x.a": "a"}`),
		"more behind":     texts(`{} {}`, `{}`),
		"a language gone": {"text/vi.json": {Data: []byte(`{}`)}},
	} {
		if _, err := Load(dir); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestFault_TellsWhere(t *testing.T) {
	b := book(t)
	e := fault.New(fault.Invalid, "x.say", 5, 3*weight.Tonne)
	at := e.At(fault.Where{Sheet: "Chào bán", Row: 1205, Col: "Số lượng"})
	for _, c := range []struct {
		err    error
		vi, en string
	}{
		{e, "Có 5, còn 3 tấn.", "Has 5, 3 t left."},
		{fmt.Errorf("importing: %w", at), "Trang tính «Chào bán», dòng 1205, cột «Số lượng»: Có 5, còn 3 tấn.", "Sheet “Chào bán”, row 1205, column “Số lượng”: Has 5, 3 t left."},
		{e.At(fault.Where{Col: "Giá"}), "Giá: Có 5, còn 3 tấn.", "Giá: Has 5, 3 t left."},
		{fmt.Errorf("x: %w", fault.List{e, e.At(fault.Where{Row: 2})}), "Có 5, còn 3 tấn.\ndòng 2: Có 5, còn 3 tấn.", "Has 5, 3 t left.\nrow 2: Has 5, 3 t left."},
		{e.Because(fault.List{at, at}), "Có 5, còn 3 tấn.", "Has 5, 3 t left."},
		{errors.Join(errors.New("x"), e), "Có 5, còn 3 tấn.", "Has 5, 3 t left."},
	} {
		if got := b.Printer(VI).Fault(c.err); got != c.vi {
			t.Errorf("vi: %q, want %q", got, c.vi)
		}
		if got := b.Printer(EN).Fault(c.err); got != c.en {
			t.Errorf("en: %q, want %q", got, c.en)
		}
	}
}

func TestFault_EveryCodeHasASentence(t *testing.T) {
	for _, p := range []*Printer{book(t).Printer(VI), book(t).Printer(EN)} {
		seen := map[string]bool{}
		for _, code := range []fault.Code{
			fault.Invalid, fault.NotFound, fault.Forbidden, fault.SignIn, fault.Conflict, fault.Duplicate,
			fault.TooLarge, fault.TooMany, fault.Full, fault.Cancelled, fault.Internal,
		} {
			s := p.Fault(fault.New(code, "no.such.key"))
			if strings.Contains(s, "⟦") || seen[s] {
				t.Errorf("%s: %q", code, s)
			}
			seen[s] = true
		}
	}
}

func TestFault_InternalErrorsTellNothing(t *testing.T) {
	p := book(t).Printer(VI)
	if got := p.Fault(errors.New("password=abc")); got != p.T("base.fault.internal") {
		t.Errorf("%q", got)
	}
	if got := p.Fault(fmt.Errorf("x: %w", context.Canceled)); got != p.T("base.fault.cancelled") {
		t.Errorf("%q", got)
	}
	if p.Fault(nil) != "" {
		t.Error("no error has a sentence")
	}
}

func TestFrom_OK(t *testing.T) {
	p := book(t).Printer(EN)
	if From(With(context.Background(), p)) != p {
		t.Error("another printer came out")
	}
	if got := From(context.Background()).Fault(errors.New("x")); strings.Contains(got, "⟦") {
		t.Errorf("without a printer: %q", got)
	}
	if got := book(t).Printer("fr").Lang(); got != VI {
		t.Errorf("unknown language prints %s", got)
	}
}
