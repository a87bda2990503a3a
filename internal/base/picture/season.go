package picture

// Season is twelve months of harvest as one bar, with today and the feasts that move
// demand.
type Season struct {
	Title, Words string // the finding; what somebody who cannot see it should know
	Source       string
	Months       []SeasonMonth
	Now          float64 // months from the left edge: 5.4 is in the sixth
	NowLabel     string
	Feasts       []Feast // from left to right
	In, Out      string  // words of the key
}

// SeasonMonth is one cell.
type SeasonMonth struct {
	Label string
	In    bool
}

// Feast is a day that moves demand; At counts months from the left edge.
type Feast struct {
	At     float64
	Label  string
	Strong bool
}

// Draw draws the bar w wide; prefix makes its ids unique, class is the picture's.
func (x Season) Draw(w float64, prefix, class, lang string) string {
	s := New(w, prefix, class, lang, x.Title, x.Words)
	hatch := s.Hatch("off")
	m := 16.0
	y := s.Head(m, 28, x.Title, "", w-2*m)
	step := (w - 2*m) / float64(max(len(x.Months), 1))
	at := func(months float64) float64 { return m + months*step }

	// names of the feasts in as many rows as they need, so that none meets another
	var ends []float64
	rows := make([]int, len(x.Feasts))
	left := make([]float64, len(x.Feasts))
	for i, f := range x.Feasts {
		wide := Width(f.Label, Body, f.Strong)
		left[i] = min(max(at(f.At)-wide/2, m), w-m-wide)
		for rows[i] = 0; rows[i] < len(ends) && left[i] < ends[rows[i]]+10; rows[i]++ {
		}
		if rows[i] == len(ends) {
			ends = append(ends, 0)
		}
		ends[rows[i]] = left[i] + wide
	}
	const lane, high = 18.0, 34.0
	names := y + 18
	top := names + lane*float64(len(ends)) + 6
	for i, f := range x.Feasts {
		s.Text(left[i], names+lane*float64(rows[i]), f.Label, Type{Bold: f.Strong, Halo: true})
		s.Line(at(f.At), names+lane*float64(rows[i])+5, at(f.At), top+high, Stroke(Soft, 1.2), Dash("2 3"))
	}
	for i, c := range x.Months {
		fill := hatch
		if c.In {
			fill = Action
		}
		s.Rect(at(float64(i))+1, top, step-2, high, c.Label, Fill(fill), Stroke(Hair, 1))
		s.Text(at(float64(i)+0.5), top+high+17, c.Label, Type{Anchor: "middle", Bold: int(x.Now) == i})
	}
	now := at(x.Now)
	s.Line(now, top-6, now, top+high+6, Stroke(Surface, 6))
	s.Line(now, top-6, now, top+high+6, Stroke(Bad, 2.5))
	wide := Width(x.NowLabel, Body, true)
	s.Text(min(max(now-wide/2, m), w-m-wide), top+high+36, x.NowLabel, Type{Bold: true, Ink: Bad})

	key := top + high + 58
	s.Rect(m, key-11, 16, 13, "", Fill(Action))
	s.Text(m+22, key, x.In, Type{Ink: Soft})
	next := m + 22 + Width(x.In, Body, false) + 22
	s.Rect(next, key-11, 16, 13, "", Fill(hatch), Stroke(Hair, 1))
	s.Text(next+22, key, x.Out, Type{Ink: Soft})
	s.H = s.Foot(m, key+28, x.Source, (w-2*m)*0.88)
	return s.String()
}
