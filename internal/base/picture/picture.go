// Package picture draws the pictures of the screens as SVG text: measured type, colours by
// the page's tokens, hatches, ribbons, label placement. It is not a chart library: ordinary
// bars and lines may come from one. The same data give the same bytes; nothing is random
// and nothing needs a script.
//
// A picture is inlined into a page. It carries presentation attributes only, so a content
// security policy without inline style does not break it, and every colour is
// var(--token,#fallback), so the theme switch reaches it.
package picture

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// Ink names a token of the page's palette.
type Ink string

// The inks that pictures use.
const (
	None    Ink = "none"
	Back    Ink = "bg"
	Surface Ink = "surface"
	Dark    Ink = "ink"
	Soft    Ink = "ink-2"
	Hair    Ink = "line"
	Action  Ink = "action"
	Accent  Ink = "accent"
	Good    Ink = "good"
	Warn    Ink = "warn"
	Bad     Ink = "bad"
)

// fallback is the light theme, for readers that know no custom properties.
var fallback = map[Ink]string{
	Back: "#f5f6ef", Surface: "#ffffff", Dark: "#17221b", Soft: "#48554c", Hair: "#d6dbcc",
	Action: "#0b5a39", Accent: "#f4c63d", Good: "#14653c", Warn: "#7a4f00", Bad: "#a3231a",
}

func (i Ink) css() string {
	if f, ok := fallback[i]; ok {
		return "var(--" + string(i) + "," + f + ")"
	}
	return string(i)
}

// SVG is a picture being drawn. Prefix makes its ids unique on the page.
type SVG struct {
	W, H        float64
	prefix      string
	title, desc string
	class       string
	lang        string
	defs, body  strings.Builder
}

// New starts a picture of width w. Title states the finding, desc says in words what a
// person who cannot see it should know.
func New(w float64, prefix, class, lang, title, desc string) *SVG {
	return &SVG{W: w, prefix: prefix, class: class, lang: lang, title: title, desc: desc}
}

// N prints a coordinate: one decimal at most, no trailing zero.
func N(x float64) string {
	if math.Abs(x) < 0.05 {
		return "0"
	}
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}

// Attr is one presentation attribute.
type Attr struct{ Name, Value string }

// The attributes in use, by what they do.
func Fill(i Ink) Attr { return Attr{"fill", i.css()} }

func FillOpacity(o float64) Attr   { return Attr{"fill-opacity", strconv.FormatFloat(o, 'f', 2, 64)} }
func Stroke(i Ink, w float64) Attr { return Attr{"stroke", i.css() + `" stroke-width="` + N(w)} }
func StrokeOpacity(o float64) Attr { return Attr{"stroke-opacity", strconv.FormatFloat(o, 'f', 2, 64)} }
func Dash(d string) Attr           { return Attr{"stroke-dasharray", d} }
func Round() Attr                  { return Attr{"stroke-linecap", "round"} }

func (s *SVG) el(tag, tip, own string, at []Attr) {
	fmt.Fprintf(&s.body, "<%s%s", tag, own)
	for _, a := range at {
		fmt.Fprintf(&s.body, ` %s="%s"`, a.Name, a.Value)
	}
	if tip == "" {
		s.body.WriteString("/>")
		return
	}
	fmt.Fprintf(&s.body, "><title>%s</title></%s>", html.EscapeString(tip), tag)
}

// Rect draws a rectangle; tip is read by screen readers and shown on hover.
func (s *SVG) Rect(x, y, w, h float64, tip string, at ...Attr) {
	s.el("rect", tip, fmt.Sprintf(` x="%s" y="%s" width="%s" height="%s"`, N(x), N(y), N(max(w, 0)), N(max(h, 0))), at)
}

// Line draws a straight line.
func (s *SVG) Line(x1, y1, x2, y2 float64, at ...Attr) {
	s.el("line", "", fmt.Sprintf(` x1="%s" y1="%s" x2="%s" y2="%s"`, N(x1), N(y1), N(x2), N(y2)), at)
}

// Circle draws a circle.
func (s *SVG) Circle(x, y, r float64, tip string, at ...Attr) {
	s.el("circle", tip, fmt.Sprintf(` cx="%s" cy="%s" r="%s"`, N(x), N(y), N(r)), at)
}

// Path draws a path.
func (s *SVG) Path(d, tip string, at ...Attr) { s.el("path", tip, ` d="`+d+`"`, at) }

// Type says how text is set.
type Type struct {
	Size   float64 // 0 is Body
	Ink    Ink     // "" is Dark
	Anchor string  // start, middle, end
	Bold   bool
	Halo   bool // over other ink
}

// The sizes of type; nothing is smaller than 14.
const (
	Body  = 14.0
	Large = 18.0
)

// Text sets one line at the baseline y.
func (s *SVG) Text(x, y float64, text string, t Type) {
	fmt.Fprintf(&s.body, `<text x="%s" y="%s"`, N(x), N(y))
	if t.Size != 0 && t.Size != Body {
		fmt.Fprintf(&s.body, ` font-size="%s"`, N(t.Size))
	}
	ink := t.Ink
	if ink == "" {
		ink = Dark
	}
	fmt.Fprintf(&s.body, ` fill="%s"`, ink.css())
	if t.Anchor != "" && t.Anchor != "start" {
		fmt.Fprintf(&s.body, ` text-anchor="%s"`, t.Anchor)
	}
	if t.Bold {
		s.body.WriteString(` font-weight="600"`)
	}
	if t.Halo {
		fmt.Fprintf(&s.body, ` stroke="%s" stroke-width="3.5" paint-order="stroke" stroke-linejoin="round"`, Surface.css())
	}
	fmt.Fprintf(&s.body, ">%s</text>", html.EscapeString(text))
}

// Hatch defines a hatch and returns the ink to fill with.
func (s *SVG) Hatch(name string) Ink {
	id := s.prefix + "-" + name
	fmt.Fprintf(&s.defs, `<pattern id="%s" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="%s"/><line x1="0" y1="0" x2="0" y2="5" stroke="%s" stroke-width="1.8"/></pattern>`, id, Surface.css(), Soft.css())
	return Ink("url(#" + id + ")")
}

// Head sets the title that states the finding and one line under it; it returns the next free y.
func (s *SVG) Head(x, y float64, title, sub string, width float64) float64 {
	for _, l := range Wrap(title, width, Large, true) {
		s.Text(x, y, l, Type{Size: Large, Bold: true})
		y += 24
	}
	for _, l := range Wrap(sub, width, Body, false) {
		s.Text(x, y, l, Type{Ink: Soft})
		y += 20
	}
	return y
}

// Foot sets the source and date; it returns the next free y.
func (s *SVG) Foot(x, y float64, source string, width float64) float64 {
	for _, l := range Wrap(source, width, Body, false) {
		s.Text(x, y, l, Type{Ink: Soft})
		y += 19
	}
	return y
}

// String is the finished picture.
func (s *SVG) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="%s" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t %s-d" font-size="%s" lang="%s">`,
		html.EscapeString(s.class), N(s.W), N(s.H), s.prefix, s.prefix, N(Body), s.lang)
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, s.prefix, html.EscapeString(s.title), s.prefix, html.EscapeString(s.desc))
	if s.defs.Len() > 0 {
		fmt.Fprintf(&b, "<defs>%s</defs>", s.defs.String())
	}
	b.WriteString(s.body.String())
	b.WriteString("</svg>")
	return b.String()
}
