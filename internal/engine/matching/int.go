package matching

import (
	"math/big"
	"math/bits"
)

// Int is an exact signed total of 128 bits: gains × units of a nation do not fit int64.
// A product of two int64 has at most 126 bits, so 2^40 of them can be added without
// overflow, far more than any plan has lines. The zero Int is 0; Ints compare with ==.
type Int struct {
	hi int64
	lo uint64
}

// NewInt makes an Int from an int64.
func NewInt(x int64) Int { return Int{hi: x >> 63, lo: uint64(x)} }

// AddMul adds a × b.
func (i *Int) AddMul(a, b int64) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if a < 0 {
		hi -= uint64(b)
	}
	if b < 0 {
		hi -= uint64(a)
	}
	i.Add(Int{int64(hi), lo})
}

// Add adds j.
func (i *Int) Add(j Int) {
	lo, c := bits.Add64(i.lo, j.lo, 0)
	hi, _ := bits.Add64(uint64(i.hi), uint64(j.hi), c)
	i.hi, i.lo = int64(hi), lo
}

// Neg is −i.
func (i Int) Neg() Int {
	lo, c := bits.Add64(^i.lo, 1, 0)
	return Int{hi: int64(^uint64(i.hi) + c), lo: lo}
}

// Sub is i − j.
func (i Int) Sub(j Int) Int { r := i; r.Add(j.Neg()); return r }

// Cmp compares.
func (i Int) Cmp(j Int) int {
	switch {
	case i.hi < j.hi || i.hi == j.hi && i.lo < j.lo:
		return -1
	case i == j:
		return 0
	}
	return 1
}

// Big is i as a big.Int.
func (i Int) Big() *big.Int {
	b := big.NewInt(i.hi)
	b.Lsh(b, 64)
	return b.Add(b, new(big.Int).SetUint64(i.lo))
}

// String is decimal.
func (i Int) String() string { return i.Big().String() }

// Div is ⌊i/d⌋ for positive d, saturated to int64.
func (i Int) Div(d int64) int64 {
	q, m := new(big.Int), new(big.Int)
	q.DivMod(i.Big(), big.NewInt(d), m)
	switch {
	case q.IsInt64():
		return q.Int64()
	case q.Sign() < 0:
		return -1 << 63
	}
	return 1<<63 - 1
}

// FromBig is the Int of b; ok is false when it does not fit 128 bits.
func FromBig(b *big.Int) (i Int, ok bool) {
	if b.BitLen() > 126 {
		return Int{}, false
	}
	m := new(big.Int).And(b, new(big.Int).SetUint64(1<<64-1))
	h := new(big.Int).Rsh(b, 64)
	return Int{hi: h.Int64(), lo: m.Uint64()}, true
}
