package i18n

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

// Printer prints texts in one language. It is safe for any number of goroutines.
type Printer struct {
	lang  Lang
	texts map[string]string
}

// Key is an argument that is itself a text.
type Key string

// Plain is a whole number that is not grouped: a year, a row, a number of a list.
type Plain int64

// Lang is the printer's language.
func (p *Printer) Lang() Lang { return p.lang }

// Has says whether there is a text for key.
func (p *Printer) Has(key string) bool { _, ok := p.texts[key]; return ok }

// T is the text of key with {0}, {1} … replaced by the arguments, printed in the
// printer's language. An unknown key shows itself: ⟦key⟧.
func (p *Printer) T(key string, args ...any) string {
	s, ok := p.texts[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	return p.fill(s, args)
}

func (p *Printer) fill(s string, args []any) string {
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '{')
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		end := strings.IndexByte(s, '}')
		n, err := -1, error(nil)
		if end > 0 {
			n, err = strconv.Atoi(s[1:end])
		}
		if err != nil || n < 0 || n >= len(args) {
			b.WriteByte('{')
			s = s[1:]
			continue
		}
		b.WriteString(p.Arg(args[n]))
		s = s[end+1:]
	}
	b.WriteString(s)
	return b.String()
}

// Marks are the number marks of the language.
func (p *Printer) Marks() text.Marks {
	if p.lang == EN {
		return text.EN
	}
	return text.VI
}

// Arg prints one value in the printer's language.
func (p *Printer) Arg(a any) string {
	switch v := a.(type) {
	case nil:
		return ""
	case string:
		return v
	case Key:
		return p.T(string(v))
	case Plain:
		return strconv.FormatInt(int64(v), 10)
	case int:
		return p.Marks().Int(int64(v))
	case int64:
		return p.Marks().Int(v)
	case int32:
		return p.Marks().Int(int64(v))
	case float64:
		return p.float(v)
	case money.VND:
		return p.money(v)
	case money.PerTonne:
		return p.T("base.money.per_kg", p.Marks().Fixed(int64(v), 3, 3))
	case weight.Grams:
		return p.weight(v)
	case calendar.Day:
		return p.day(v)
	case calendar.Week:
		return p.T("base.calendar.week", Plain(v.Number), Plain(v.Year))
	case calendar.Period:
		return p.period(v)
	case time.Time:
		return p.day(calendar.DayOf(v)) + " " + v.Format("15:04")
	case []string:
		return strings.Join(v, ", ")
	case []Key:
		words := make([]string, len(v))
		for i, k := range v {
			words[i] = p.T(string(k))
		}
		return strings.Join(words, ", ")
	}
	return fmt.Sprint(a)
}

// float prints at most three decimals.
func (p *Printer) float(v float64) string {
	const most = 9e15
	if v != v || v > most || v < -most {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	n, _ := strconv.ParseInt(strings.Replace(strconv.FormatFloat(v, 'f', 3, 64), ".", "", 1), 10, 64)
	return p.Marks().Fixed(n, 3, 3)
}

func (p *Printer) money(v money.VND) string {
	return p.T("base.money.vnd", p.Marks().Int(int64(v)))
}

// Short is an amount as one says it: 1,75 tỷ đồng, VND 1.75 billion.
func (p *Printer) Short(v money.VND) string {
	n, in := v.Scale()
	switch in {
	case money.Billions:
		return p.T("base.money.billion", p.Marks().Fixed(n, 2, 2))
	case money.Millions:
		return p.T("base.money.million", p.Marks().Fixed(n, 2, 2))
	}
	return p.T("base.money.dong", p.Marks().Int(n))
}

func (p *Printer) weight(g weight.Grams) string {
	switch a := max(g, -g); {
	case a >= weight.Tonne || a < 0:
		return p.T("base.weight.tonne", p.Marks().Fixed(int64(g), 6, 3))
	case a >= weight.Kilogram || g == 0:
		return p.T("base.weight.kg", p.Marks().Fixed(int64(g), 3, 3))
	}
	return p.T("base.weight.g", p.Marks().Int(int64(g)))
}

func (p *Printer) day(d calendar.Day) string {
	switch {
	case d == 0:
		return ""
	case p.lang == EN:
		return d.Time().Format("2 Jan 2006")
	}
	return calendar.FormatVI(d)
}

func (p *Printer) period(v calendar.Period) string {
	switch {
	case v == calendar.Period{}:
		return ""
	case v.From == v.To:
		return p.day(v.From)
	case v.To == 0:
		return p.T("base.calendar.from", v.From)
	case v.From == 0:
		return p.T("base.calendar.until", v.To)
	}
	return p.day(v.From) + " – " + p.day(v.To)
}

type inContext struct{}

// With puts the printer into the context.
func With(ctx context.Context, p *Printer) context.Context {
	return context.WithValue(ctx, inContext{}, p)
}

// From takes the printer out of the context. Without one it is Vietnamese with the base
// texts only, so that a fault can always be told.
func From(ctx context.Context) *Printer {
	if p, ok := ctx.Value(inContext{}).(*Printer); ok {
		return p
	}
	return bare()
}

var bare = sync.OnceValue(func() *Printer {
	b, err := Load()
	if err != nil {
		panic(err) // the embedded texts are tested
	}
	return b.Printer(VI)
})
