package sheet

import (
	"math"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/text"
)

// style is what a cell's style says about reading it.
type style struct {
	format format
	font   string // only the fonts that are not Unicode
}

// kind is how a number is shown.
type kind byte

const (
	general kind = iota
	number
	percent
	date
	monthYear // a month without day: what Excel makes of «11/2023»
	clock
	words // the format "@"
)

// format is a number format taken apart.
type format struct {
	kind     kind
	group    bool
	zeros    int // digits before the decimal mark at least
	decimals int // digits behind it at most
	timed    bool
}

type xmlStyles struct {
	Formats []struct {
		ID   int    `xml:"numFmtId,attr"`
		Code string `xml:"formatCode,attr"`
	} `xml:"numFmts>numFmt"`
	Fonts []struct {
		Name struct {
			Val string `xml:"val,attr"`
		} `xml:"name"`
	} `xml:"fonts>font"`
	Xfs []struct {
		Format int `xml:"numFmtId,attr"`
		Font   int `xml:"fontId,attr"`
	} `xml:"cellXfs>xf"`
}

func (b *workbook) readStyles(name string) error {
	var x xmlStyles
	if err := small(b.parts, name, &x); err != nil {
		return err
	}
	own := map[int]format{}
	for _, f := range x.Formats {
		own[f.ID] = parseFormat(f.Code)
	}
	for _, xf := range x.Xfs {
		st := style{format: builtin(xf.Format)}
		if f, ok := own[xf.Format]; ok {
			st.format = f
		}
		if xf.Font >= 0 && xf.Font < len(x.Fonts) && text.IsLegacyFont(x.Fonts[xf.Font].Name.Val) {
			st.font = x.Fonts[xf.Font].Name.Val
		}
		b.styles = append(b.styles, st)
	}
	return nil
}

// builtin is the meaning of the format numbers that need no code.
func builtin(id int) format {
	switch {
	case id == 1:
		return format{kind: number, zeros: 1}
	case id == 2:
		return format{kind: number, zeros: 1, decimals: 2}
	case id == 3, id == 37, id == 38, id == 41, id == 42:
		return format{kind: number, group: true}
	case id == 4, id == 39, id == 40, id == 43, id == 44:
		return format{kind: number, group: true, decimals: 2}
	case id == 9:
		return format{kind: percent}
	case id == 10:
		return format{kind: percent, decimals: 2}
	case id == 17:
		return format{kind: monthYear}
	case id == 22:
		return format{kind: date, timed: true}
	case id >= 14 && id <= 16, id >= 27 && id <= 31, id >= 34 && id <= 36, id >= 50 && id <= 58:
		return format{kind: date}
	case id >= 18 && id <= 21, id >= 32 && id <= 33, id >= 45 && id <= 47:
		return format{kind: clock}
	case id == 49:
		return format{kind: words}
	}
	return format{}
}

// parseFormat reads a format code's first section: dd/mm/yyyy, #,##0.00 "đ", 0000000000.
func parseFormat(code string) format {
	var f format
	var letters strings.Builder // letters of dates and clocks
	decimal, digits := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			if n := strings.IndexByte(code[i+1:], '"'); n >= 0 {
				i += n + 1
			} else {
				i = len(code)
			}
		case '\\', '_', '*':
			i++
		case '[':
			if n := strings.IndexByte(code[i:], ']'); n >= 0 {
				if in := strings.ToLower(code[i+1 : i+n]); strings.Trim(in, "hms") == "" && in != "" {
					letters.WriteString(in) // [h]:mm counts hours
				}
				i += n
			}
		case ';':
			i = len(code)
		case '@':
			return format{kind: words}
		case '%':
			f.kind = percent
		case '.':
			decimal = true
		case ',':
			f.group = f.group || i+1 < len(code) && (code[i+1] == '#' || code[i+1] == '0')
		case '0', '#', '?':
			digits = true
			switch {
			case decimal:
				f.decimals++
			case c == '0':
				f.zeros++
			}
		case 'y', 'Y', 'd', 'D', 'm', 'M', 'h', 'H', 's', 'S':
			letters.WriteByte(c | 0x20)
		}
	}
	l := letters.String()
	switch {
	case f.kind == percent:
		return f
	case strings.EqualFold(code, "general") || l == "" && !digits:
		return format{}
	case strings.ContainsAny(l, "yd") || l != "" && strings.Trim(l, "m") == "":
		if !strings.Contains(l, "d") && strings.Contains(l, "y") && !strings.ContainsAny(l, "hs") {
			return format{kind: monthYear}
		}
		return format{kind: date, timed: strings.ContainsAny(l, "hs")}
	case l != "":
		return format{kind: clock}
	}
	f.kind = number
	return f
}

// number shows a stored number.
func (s style) number(raw string, epoch float64) Cell {
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return Cell{Text: raw, Raw: raw}
	}
	c := Cell{Raw: raw, Number: true}
	f := s.format
	switch f.kind {
	case date, monthYear, clock:
		if epoch != 0 {
			v += epoch
			c.Raw = strconv.FormatFloat(v, 'f', -1, 64)
		}
		if c.Text = f.moment(v); c.Text != "" {
			return c
		}
	case number, percent:
		if f.kind == percent {
			v *= 100
		}
		c.Text = fixed(v, f.decimals, f.group, f.zeros)
		if f.kind == percent {
			c.Text += "%"
		}
		return c
	}
	c.Text = plain(v)
	return c
}

// moment shows a serial: days since 1899-12-30, with Excel's 29/2/1900 before 1/3/1900.
func (f format) moment(v float64) string {
	if v < 0 || v >= 2958466 { // up to 31/12/9999
		return ""
	}
	day, part := math.Floor(v), v-math.Floor(v)
	minutes := int(math.Round(part * 24 * 60))
	if minutes == 24*60 {
		day, minutes = day+1, 0
	}
	hm := strconv.Itoa(100 + minutes/60)[1:] + ":" + strconv.Itoa(100 + minutes%60)[1:]
	if f.kind == clock {
		return hm
	}
	d, ok := calendar.FromSerial(int64(day))
	if !ok {
		return ""
	}
	s := calendar.FormatVI(d)
	if f.kind == monthYear {
		return s[3:]
	}
	if f.timed && minutes > 0 {
		s += " " + hm
	}
	return s
}

// plain shows a number as the general format does: up to 15 digits, decimal comma.
func plain(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatInt(int64(v), 10)
	}
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
}

// fixed shows v rounded to the decimals of a number format.
func fixed(v float64, decimals int, group bool, zeros int) string {
	decimals = min(decimals, 15)
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, frac, _ := strings.Cut(s, ".")
	if pad := zeros - len(whole); pad > 0 {
		whole = strings.Repeat("0", min(pad, 30)) + whole
	}
	if n, err := strconv.ParseInt(whole, 10, 64); group && err == nil && len(whole) > 3 {
		whole = text.Int(n)
	}
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		whole += "," + frac
	}
	if v < 0 && strings.Trim(whole, "0,.") != "" {
		whole = "-" + whole
	}
	return whole
}

// isoCell reads a cell of type d.
func isoCell(value string) Cell {
	if len(value) >= 10 {
		if d, err := calendar.ParseDay(value[:10]); err == nil && d != 0 {
			return Cell{Text: calendar.FormatVI(d), Raw: strconv.FormatInt(d.Serial(), 10), Number: true}
		}
	}
	return Cell{Text: shown(value, ""), Raw: value}
}

// shown is a text as its font shows it, tidied.
func shown(s, font string) string {
	if font != "" {
		s = text.FromFont(s, font)
	}
	t := strings.TrimSpace(text.NFC(s))
	if t == s {
		return s // one copy
	}
	return t
}
