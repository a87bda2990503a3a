package mincost

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"testing"
)

// decode makes a network of any bytes: a few nodes, small and extreme numbers.
func decode(b []byte) *Network {
	next := func() int64 {
		if len(b) == 0 {
			return 0
		}
		x := b[0]
		b = b[1:]
		switch {
		case x == 255:
			return Infinite
		case x == 254 && len(b) >= 8:
			y := int64(binary.LittleEndian.Uint64(b))
			b = b[8:]
			return y
		case x == 253:
			return MaxAmount
		case x == 252:
			return -MaxAmount
		case x == 251:
			return math.MinInt64
		}
		return int64(x) - 100
	}
	n := New(1 + int(uint64(next())%12))
	k := int64(len(n.Supply))
	at := func() int { return int((next()%k + k) % k) }
	for v := range n.Supply[1:] {
		if s := next(); s > -MaxAmount/16 && s < MaxAmount/16 {
			n.Supply[v+1] = s
			n.Supply[0] -= s
		}
	}
	for len(b) > 0 && len(n.Arcs) < 60 {
		n.AddArc(at(), at(), next(), next(), next())
	}
	return n
}

func FuzzSolve(f *testing.F) {
	f.Add([]byte{103})
	f.Add([]byte{103, 105, 95, 0, 1, 100, 110, 103, 1, 2, 100, 255, 98})
	f.Add([]byte{102, 100, 0, 1, 100, 255, 101, 1, 0, 100, 255, 98})
	f.Add([]byte{105, 110, 90, 100, 120, 0, 1, 252, 253, 90, 1, 2, 100, 255, 80, 2, 3, 100, 253, 254, 0, 0, 0, 0, 0, 0, 0, 4})
	f.Fuzz(func(t *testing.T, b []byte) {
		n := decode(b)
		ctx := context.Background()
		s := NewSolver(n)
		r, err := s.Solve(ctx)
		if err != nil {
			if !errors.Is(err, ErrOverflow) && !errors.Is(err, ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		if err := Certify(n, r); err != nil {
			t.Fatalf("%s: %v", r.Status, err)
		}
		if r.Status == Optimal {
			if _, _, err := Support(n, r, 0); err != nil {
				t.Fatal(err)
			}
		}
		if len(n.Arcs) == 0 {
			return
		}
		// One edit chosen by the input, warm against cold.
		e := int(b[len(b)-1]) % len(n.Arcs)
		if b[0]%2 == 0 {
			s.SetCost(e, int64(b[0])-128)
		} else if n.Arcs[e].Lower <= 1 {
			s.SetUpper(e, 1)
		}
		cold, err := Solve(ctx, n)
		if err != nil {
			return
		}
		warm, err := s.Resolve(ctx)
		if err != nil {
			t.Fatalf("warm: %v, cold is %s", err, cold.Status)
		}
		if err := Certify(n, warm); err != nil {
			t.Fatalf("warm %s: %v", warm.Status, err)
		}
		if cold.Status != warm.Status || cold.Status == Optimal && cold.Cost.Cmp(warm.Cost) != 0 {
			t.Fatalf("warm %s %v, cold %s %v", warm.Status, warm.Cost, cold.Status, cold.Cost)
		}
	})
}

func FuzzReadDIMACS(f *testing.F) {
	f.Add([]byte("c x\np min 3 2\nn 1 5\nn 3 -5\na 1 2 0 9 4\na 2 3 -1 9223372036854775807 -4\n"))
	f.Add([]byte("p min 0 0"))
	f.Add([]byte("p min 2 1\r\na 1 2 0 1 1\r\n"))
	f.Add([]byte("s 4\nf 1 2 4\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		two := New(2)
		two.AddArc(0, 1, 0, 4, 1)
		two.AddArc(0, 1, 1, Infinite, 2)
		if cost, flow, err := ReadSolution(bytes.NewReader(b), two); err == nil {
			_ = CheckFlow(two, flow, cost)
		}
		n, err := ReadDIMACS(bytes.NewReader(b), Limits{Nodes: 1000, Arcs: 1000})
		if err != nil {
			if !errors.Is(err, ErrSyntax) && !errors.Is(err, ErrOverflow) {
				t.Fatal(err)
			}
			return
		}
		if err := n.Check(); err != nil {
			t.Fatal(err)
		}
		var w bytes.Buffer
		if err := WriteDIMACS(&w, n); err != nil {
			t.Fatal(err)
		}
		again, err := ReadDIMACS(&w, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(n, again) {
			t.Fatalf("%+v, read again %+v", n, again)
		}
	})
}
