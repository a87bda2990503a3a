// Package sample is the sample province: a synthetic Hòa Bình of 2023 with 762
// organisations, their buyers and one season of offers and demands, so that a newcomer
// sees the main job on a market of real size. It is never imported by product code but the
// demo command and tests, and it is no source of facts: every person, telephone number,
// quantity and price is invented; only the places, the kinds of goods, the counts by
// district and the public facts of the two cooperatives named in the newspaper are real.
package sample

import (
	"math"
	"math/rand/v2"
)

// The season that the sample shows: late November 2023, twelve days into the pomelo
// harvest, with Tết on 10 February 2024.
const (
	seed1 = 2023_11_20
	seed2 = 654
)

// dice is the only source of chance. The same seed gives the same province.
type dice struct{ *rand.Rand }

func newDice(stream uint64) dice { return dice{rand.New(rand.NewPCG(seed1, seed2^stream<<20))} }

// chance is true with probability p.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// logNormal draws around a median.
func (d dice) logNormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*d.NormFloat64())
}

// between draws uniformly.
func (d dice) between(a, b float64) float64 { return a + (b-a)*d.Float64() }

// pick draws one.
func pick[T any](d dice, s []T) T { return s[d.IntN(len(s))] }

// roundTo rounds to a multiple, never below one multiple.
func roundTo(x float64, step int64) int64 {
	return max(step, int64(math.Round(x/float64(step)))*step)
}

// share divides total over weights, exactly: largest remainders get the rest.
func share(total int64, weights []float64) []int64 {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	out := make([]int64, len(weights))
	rest := make([]float64, len(weights))
	left := total
	for i, w := range weights {
		x := float64(total) * w / sum
		out[i] = int64(math.Floor(x))
		rest[i] = x - math.Floor(x)
		left -= out[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i := range rest {
			if rest[i] > rest[best] {
				best = i
			}
		}
		out[best]++
		rest[best] = -1
	}
	return out
}
