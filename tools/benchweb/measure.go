package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// measure drives every side in turn, round after round; what writes comes last.
func (s *stand) measure(ctx context.Context) error {
	for _, writes := range []bool{false, true} {
		for round := range s.rounds {
			for _, m := range s.measurements() {
				switch {
				case m.name == "fixed" && (!writes || s.only == ""): // the limit, once in every round
				case m.writes != writes || !s.wanted(m.name):
					continue
				}
				if m.postgres && s.oursPG == nil || s.gone[m.name] {
					continue
				}
				if time.Since(s.start) > s.limit {
					s.notes = append(s.notes, fmt.Sprintf("stopped after %s: round %d is not whole", s.limit, round+1))
					return nil
				}
				p, also, l := m.do()
				r, err := s.shoot(ctx, p, also, l)
				if err != nil {
					return fmt.Errorf("%s: %w", m.name, err)
				}
				s.shots[m.name] = append(s.shots[m.name], r)
				s.say("%-18s %9.0f/s  p50 %7.2f ms  p99 %7.2f ms  %7.0f µs + %.0f µs  %d B", m.name, r.RPS, r.P50, r.P99,
					float64(r.cpu)/1e3, float64(r.behind)/1e3, r.Bytes/int64(max(r.N, 1)))
				if mb, err := rss(p.pid()); err == nil {
					s.loaded[p.name] = max(s.loaded[p.name], mb)
				}
			}
		}
	}
	return nil
}

// rps is the median of a measurement, 0 where there is none.
func (s *stand) rps(name string) float64 {
	var all []float64
	for _, r := range s.shots[name] {
		all = append(all, r.RPS)
	}
	return median(all)
}

func (s *stand) micros(name string) (own, behind float64) {
	var a, b []float64
	for _, r := range s.shots[name] {
		a, b = append(a, float64(r.cpu)/1e3), append(b, float64(r.behind)/1e3)
	}
	return median(a), median(b)
}

func (s *stand) p99(name string) float64 {
	var all []float64
	for _, r := range s.shots[name] {
		all = append(all, r.P99)
	}
	return median(all)
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	n := len(all)
	return (all[(n-1)/2] + all[n/2]) / 2
}
