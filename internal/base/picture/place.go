package picture

import "math"

// Box is a rectangle on the picture.
type Box struct{ X0, Y0, X1, Y1 float64 }

func overlap(a, b Box) float64 {
	w := min(a.X1, b.X1) - max(a.X0, b.X0)
	h := min(a.Y1, b.Y1) - max(a.Y0, b.Y0)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// Spot is a disc that wants a label of given size near it.
type Spot struct{ X, Y, R, W, H float64 }

// Curve is ink that labels should keep off: points and half its thickness.
type Curve struct {
	Half   float64
	Points [][2]float64
}

// Label is where a label goes: its box's left top corner and how its text is anchored.
type Label struct {
	X, Y   float64
	Anchor string
}

// Place chooses for each spot one of eight places by cost (frame, other labels, discs,
// curves by thickness), from eight starts, the cheapest settled one. It is deterministic.
func Place(spots []Spot, curves []Curve, frame Box) []Label {
	choices := make([][8]Label, len(spots))
	for i, s := range spots {
		g, e := s.R+4, s.R*0.7+4
		choices[i] = [8]Label{
			{s.X - s.W/2, s.Y - g - s.H, "middle"},
			{s.X + g, s.Y - s.H/2, "start"},
			{s.X - g - s.W, s.Y - s.H/2, "end"},
			{s.X - s.W/2, s.Y + g, "middle"},
			{s.X + e, s.Y - e - s.H + 8, "start"},
			{s.X + e, s.Y + e - 8, "start"},
			{s.X - e - s.W, s.Y - e - s.H + 8, "end"},
			{s.X - e - s.W, s.Y + e - 8, "end"},
		}
	}
	box := func(i, k int) Box {
		l := choices[i][k]
		return Box{l.X, l.Y, l.X + spots[i].W, l.Y + spots[i].H}
	}
	cost := func(i, k int, pick []int) float64 {
		b := box(i, k)
		c := float64(k) / 2
		c += 50 * (max(0, frame.X0-b.X0) + max(0, b.X1-frame.X1) + max(0, frame.Y0-b.Y0) + max(0, b.Y1-frame.Y1))
		for o, s := range spots {
			if o == i {
				continue
			}
			ob := box(o, pick[o])
			c += 6 * overlap(b, Box{ob.X0 - 4, ob.Y0 - 2, ob.X1 + 4, ob.Y1 + 2})
			c += 12 * overlap(b, Box{s.X - s.R, s.Y - s.R, s.X + s.R, s.Y + s.R})
			e := s.R + 10 // too near a neighbour's disc reads as its label
			c += 2 * overlap(b, Box{s.X - e, s.Y - e, s.X + e, s.Y + e})
		}
		for _, q := range curves {
			for _, p := range q.Points {
				if b.X0-q.Half < p[0] && p[0] < b.X1+q.Half && b.Y0-q.Half < p[1] && p[1] < b.Y1+q.Half {
					c += 4 + 8*q.Half
				}
			}
		}
		return c
	}
	best, bestCost := make([]int, len(spots)), math.Inf(1)
	for start := range 8 {
		pick := make([]int, len(spots))
		for i := range pick {
			pick[i] = start
		}
		for range 12 {
			changed := false
			for i := range pick {
				k, low := pick[i], math.Inf(1)
				for q := range 8 {
					if c := cost(i, q, pick); c < low-1e-9 {
						k, low = q, c
					}
				}
				if k != pick[i] {
					pick[i], changed = k, true
				}
			}
			if !changed {
				break
			}
		}
		sum := 0.0
		for i := range pick {
			sum += cost(i, pick[i], pick)
		}
		if sum < bestCost-1e-9 {
			best, bestCost = pick, sum
		}
	}
	out := make([]Label, len(spots))
	for i, k := range best {
		out[i] = choices[i][k]
	}
	return out
}

// Ribbon is the path of a band of constant thickness h between two vertical edges.
func Ribbon(x1, y1, x2, y2, h float64) string {
	m := (x1 + x2) / 2
	return "M" + N(x1) + " " + N(y1) + "C" + N(m) + " " + N(y1) + " " + N(m) + " " + N(y2) + " " + N(x2) + " " + N(y2) + "v" + N(h) +
		"C" + N(m) + " " + N(y2+h) + " " + N(m) + " " + N(y1+h) + " " + N(x1) + " " + N(y1+h) + "Z"
}
