package mincost

import (
	"math/big"
	"math/bits"
)

// widening adds up products of two int64 exactly: 128 bits that spill into a big.Int
// before they run over.
type widening struct {
	hi    int64
	lo    uint64
	spill *big.Int
}

func (w *widening) addProduct(x, y int64) {
	h, l := bits.Mul64(uint64(x), uint64(y))
	hi := int64(h) // the product of the bit patterns, corrected to signed
	if x < 0 {
		hi -= y
	}
	if y < 0 {
		hi -= x
	}
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, l, 0)
	w.hi += hi + int64(carry)
	if w.hi >= 1<<61 || w.hi <= -1<<61 { // one more product is below 2^126
		w.spill = w.big()
		w.hi, w.lo = 0, 0
	}
}

// add adds another sum.
func (w *widening) add(o *widening) {
	if o.spill != nil || w.spill != nil {
		w.spill = new(big.Int).Add(w.big(), o.big())
		w.hi, w.lo = 0, 0
		return
	}
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, o.lo, 0)
	w.hi += o.hi + int64(carry)
	if w.hi >= 1<<61 || w.hi <= -1<<61 {
		w.spill = w.big()
		w.hi, w.lo = 0, 0
	}
}

func (w *widening) sign() int {
	switch {
	case w.spill != nil:
		return w.big().Sign()
	case w.hi < 0:
		return -1
	case w.hi == 0 && w.lo == 0:
		return 0
	}
	return 1
}

func (w *widening) big() *big.Int {
	b := new(big.Int).Lsh(big.NewInt(w.hi), 64)
	b.Add(b, new(big.Int).SetUint64(w.lo))
	if w.spill != nil {
		b.Add(b, w.spill)
	}
	return b
}
