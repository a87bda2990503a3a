package matching

import (
	"errors"
	"fmt"
)

// ErrProblem is the reason of every refusal of a Problem as it is.
var ErrProblem = errors.New("matching: problem refused")

// Limits within which no sum of the network or of a proof can overflow.
const (
	MaxUnits = 1 << 50 // units of one source, sink, cap or pin, and of all sources together
	MaxGain  = 1 << 42 // money per unit, either sign, gain and bonus together
)

func refuse(format string, a ...any) error {
	return fmt.Errorf("%w: %s", ErrProblem, fmt.Sprintf(format, a...))
}

// Validate says what is wrong with p, or nil.
func Validate(p *Problem) error {
	if p == nil {
		return refuse("no problem")
	}
	if err := validateSides(p); err != nil {
		return err
	}
	if err := validateArcs(p); err != nil {
		return err
	}
	for i, c := range p.Caps {
		if c.Party < 0 || c.Party >= p.Parties {
			return refuse("cap %d: no party %d", i, c.Party)
		}
		if c.Units < 0 || c.Units > MaxUnits {
			return refuse("cap %d: %d units", i, c.Units)
		}
	}
	for i, n := range p.Pins {
		if n.Offer < 0 || n.Offer >= len(p.Offers) || n.Sink < 0 || n.Sink >= len(p.Sinks) {
			return refuse("pin %d: no offer %d or no sink %d", i, n.Offer, n.Sink)
		}
		if n.Units < 0 || n.Units > MaxUnits {
			return refuse("pin %d: %d units", i, n.Units)
		}
	}
	if p.Work.Nodes < 0 || p.Work.Pivots < 0 {
		return refuse("negative work")
	}
	return nil
}

func validateSides(p *Problem) error {
	if p.Parties < 0 {
		return refuse("%d parties", p.Parties)
	}
	for i, o := range p.Offers {
		if o.Party < 0 || o.Party >= p.Parties {
			return refuse("offer %d: no party %d", i, o.Party)
		}
		if o.MinLine < 0 || o.MinLine > MaxUnits {
			return refuse("offer %d: smallest line of %d units", i, o.MinLine)
		}
	}
	var sum int64
	for i, s := range p.Sources {
		if s.Offer < 0 || s.Offer >= len(p.Offers) {
			return refuse("source %d: no offer %d", i, s.Offer)
		}
		if s.Units < 0 || s.Units > MaxUnits {
			return refuse("source %d: %d units", i, s.Units)
		}
		if sum += s.Units; sum > MaxUnits {
			return refuse("more than %d units in all", int64(MaxUnits))
		}
	}
	for i, d := range p.Sinks {
		if d.Max < 0 || d.Max > MaxUnits || d.Min < 0 || d.Min > MaxUnits {
			return refuse("sink %d: between %d and %d units", i, d.Min, d.Max)
		}
		if d.MaxParties < 0 || d.MaxVias < 0 {
			return refuse("sink %d: negative limit of parties or vias", i)
		}
	}
	return nil
}

func validateArcs(p *Problem) error {
	type pair struct{ source, sink int }
	seen := make(map[pair]int, len(p.Arcs))
	for i, a := range p.Arcs {
		if a.Source < 0 || a.Source >= len(p.Sources) || a.Sink < 0 || a.Sink >= len(p.Sinks) {
			return refuse("arc %d: no source %d or no sink %d", i, a.Source, a.Sink)
		}
		if j, twice := seen[pair{a.Source, a.Sink}]; twice {
			return refuse("arcs %d and %d join the same source and sink", j, i)
		}
		seen[pair{a.Source, a.Sink}] = i
		if !gainOK(a.Gain, a.Bonus) {
			return refuse("arc %d: gain %d and bonus %d out of range", i, a.Gain, a.Bonus)
		}
		if p.Sinks[a.Sink].MaxVias == 0 {
			continue
		}
		if len(a.Vias) == 0 {
			return refuse("arc %d: its sink limits vias, it has none", i)
		}
		for k, v := range a.Vias {
			if v.Via < 0 || k > 0 && v.Via <= a.Vias[k-1].Via {
				return refuse("arc %d: vias not ascending", i)
			}
			if !gainOK(v.Gain, a.Bonus) {
				return refuse("arc %d: gain %d and bonus %d out of range", i, v.Gain, a.Bonus)
			}
		}
	}
	return nil
}

func gainOK(g, b int64) bool {
	return g >= -MaxGain && g <= MaxGain && b >= -MaxGain && b <= MaxGain &&
		g+b >= -MaxGain && g+b <= MaxGain
}
