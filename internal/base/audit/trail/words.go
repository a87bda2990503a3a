package trail

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// line is an entry in words.
type line struct {
	ID          int64
	ISO, When   string
	Actor       string // for the link to all of his deeds
	Who, Login  string
	For         string // in whose name, "" his own
	What        string
	Object      string // the raw name, for the link to all about it
	Thing, Href string
	Changes     []web.FieldChange
	MoreChanges int
	Seal        int64
}

type words struct {
	p     *i18n.Printer
	links map[string]func(string) string
}

func newWords(ctx context.Context, links map[string]func(string) string) words {
	return words{i18n.From(ctx), links}
}

// or is the text of a key, or what stands for it when no area has given words yet.
func (w words) or(key, raw string) string {
	if w.p.Has(key) {
		return w.p.T(key)
	}
	return raw
}

func (w words) line(e entry) line {
	at := e.At.In(vietnam)
	l := line{
		ID: e.ID, ISO: at.Format(time.RFC3339), When: w.p.Arg(at), Object: e.Object, Seal: e.Seal,
		What: w.or("audit.action."+e.Action, e.Action), Thing: w.thing(e.Object), Href: w.href(e.Object),
	}
	by, _, _ := strings.Cut(e.Actor, " for ")
	l.Actor = by
	l.Who, l.Login = e.Who.Name, e.Who.Login
	if l.Who == "" {
		kind, _, _ := strings.Cut(by, ":")
		l.Who = w.or("audit.actor."+kind, by)
	}
	l.For = e.For.Name
	l.Changes = w.changes(e.Before.String, e.After.String)
	if n := len(l.Changes); n > mostChanges {
		l.MoreChanges = n - mostChanges
		l.Changes = l.Changes[:mostChanges]
	}
	return l
}

// mostChanges of one entry are shown; an export has all.
const mostChanges = 30

// parts takes "market_plan/7" or "account:7" apart.
func parts(object string) (kind, id string) {
	if i := strings.IndexAny(object, ":/"); i >= 0 {
		return object[:i], object[i+1:]
	}
	return object, ""
}

func (w words) thing(object string) string {
	kind, id := parts(object)
	return strings.TrimSpace(w.or("audit.kind."+kind, kind) + " " + id)
}

func (w words) href(object string) string {
	kind, id := parts(object)
	if f := w.links[kind]; f != nil && id != "" {
		return f(id)
	}
	return ""
}

// changes compares the two sides of an entry, field by field.
func (w words) changes(before, after string) (out []web.FieldChange) {
	was, now := map[string]string{}, map[string]string{}
	var order []string
	flatten := func(s string, into map[string]string) {
		if s == "" {
			return
		}
		d := json.NewDecoder(strings.NewReader(s))
		d.UseNumber()
		var v any
		if d.Decode(&v) != nil {
			into[""] = s
			order = append(order, "")
			return
		}
		w.flat("", "", v, func(path, value string) {
			into[path] = value
			if !slices.Contains(order, path) {
				order = append(order, path)
			}
		})
	}
	flatten(before, was)
	flatten(after, now)
	for _, path := range order {
		if was[path] == now[path] && before != "" && after != "" {
			continue
		}
		out = append(out, web.FieldChange{Label: w.field(path), Was: was[path], Now: now[path]})
	}
	return out
}

// flat calls f for each plain value below v, by the path of its names.
func (w words) flat(path, name string, v any, f func(path, value string)) {
	join := func(key string) string {
		if path == "" {
			return key
		}
		return path + "." + key
	}
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for k := range v {
			names = append(names, k)
		}
		slices.Sort(names)
		for _, k := range names {
			w.flat(join(k), k, v[k], f)
		}
	case []any:
		plain := make([]string, 0, len(v))
		for i, x := range v {
			switch x.(type) {
			case map[string]any, []any:
				w.flat(join(strconv.Itoa(i+1)), name, x, f)
			default:
				plain = append(plain, w.value(name, x))
			}
		}
		if len(plain) > 0 {
			f(path, strings.Join(plain, ", "))
		}
	default:
		f(path, w.value(name, v))
	}
}

// field names a path in words: "terms.discount" → «Điều kiện · Chiết khấu».
func (w words) field(path string) string {
	if path == "" {
		return w.p.T("audit.field.value")
	}
	names := strings.Split(path, ".")
	for i, n := range names {
		names[i] = w.or("audit.field."+n, strings.ReplaceAll(n, "_", " "))
	}
	return strings.Join(names, " · ")
}

const longest = 300 // of a value

func (w words) value(name string, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return w.p.T("audit.yes")
		}
		return w.p.T("audit.no")
	case json.Number:
		n, err := v.Int64()
		switch {
		case err != nil:
			return v.String()
		case strings.HasSuffix(name, "grams"):
			return w.p.Arg(weight.Grams(n))
		case strings.HasSuffix(name, "vnd"):
			return w.p.Arg(money.VND(n))
		}
		return strconv.FormatInt(n, 10)
	case string:
		return w.word(name, v)
	}
	return ""
}

func (w words) word(name, s string) string {
	if key := "audit.value." + name + "_" + s; w.p.Has(key) {
		return w.p.T(key)
	}
	if d, err := calendar.ParseDay(s); err == nil {
		return w.p.Arg(d)
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return w.p.Arg(t.In(vietnam))
	}
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}
