package mincost

import (
	"bytes"
	"errors"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestDIMACS_RoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	for range 300 {
		nodes := 1 + r.IntN(20)
		n := randomNetwork(r, wild{nodes, r.IntN(60), 1 << 40, 1 << 50, 30, 30, false})
		var b bytes.Buffer
		if err := WriteDIMACS(&b, n); err != nil {
			t.Fatal(err)
		}
		got, err := ReadDIMACS(&b, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.Supply, n.Supply) || len(got.Arcs) != len(n.Arcs) ||
			len(n.Arcs) > 0 && !reflect.DeepEqual(got.Arcs, n.Arcs) {
			t.Fatalf("%+v, want %+v", got, n)
		}
	}
}

func TestReadDIMACS_ErrorsNameTheLine(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "line 1: the file ends before"},
		{"a 1 2 0 1 1\n", "line 1: the first line must be"},
		{"p max 2 1\n", `line 1: the problem is "max"`},
		{"p min 2\n", "line 1: 2 numbers are expected"},
		{"p min 2 1 1\n", `line 1: "1" is one word too many`},
		{"p min -2 1\n", "line 1: -2 nodes"},
		{"p min 2 99999999999\n", "line 1: 2 nodes and 99999999999 arcs, at most"},
		{"c x\np min 2 0\np min 2 0\n", "line 3: a second line p"},
		{"p min 2 0\nn 3 1\n", "line 2: node 3, there are 1 to 2"},
		{"p min 2 0\nn 0 1\n", "line 2: node 0"},
		{"p min 2 0\nn 1 1\nn 1 1\n", "line 3: node 1 has its supply twice"},
		{"p min 2 0\nn 1 9223372036854775808\n", `line 2: "9223372036854775808" is no whole number`},
		{"p min 2 0\nn 1 1.5\n", `"1.5" is no whole number`},
		{"p min 2 0\nn 1 -\n", `"-" is no whole number`},
		{"p min 2 0\nx 1 1\n", `line 2: 'x' is no kind of line`},
		{"p min 2 0\nnode 1 1\n", `line 2: "node" is no kind of line`},
		{"p min 2 0\na 1 2 0 1 1\n", "line 2: one arc more than the 0 declared"},
		{"p min 2 2\na 1 2 0 1 1\n\n", "the file ends after 1 of 2"},
		{"p min 2 1\na 1 3 0 1 1\n", "line 2: an arc from 1 to 3"},
		{"p min 2 1\na 1 2 2 1 1\n", "line 2: lower bound 2 above upper bound 1"},
		{"p min 2 1\na 1 2 0 1\n", "line 2: 5 numbers are expected"},
		{"p min 2 0\nc " + strings.Repeat("x", 1<<17) + "\n", "line 2: longer than"},
	} {
		_, err := ReadDIMACS(strings.NewReader(c.text), Limits{})
		if !errors.Is(err, ErrSyntax) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %v, want %s", c.text, err, c.want)
		}
	}
	if _, err := ReadDIMACS(strings.NewReader("p min 200 0\n"), Limits{Nodes: 100}); !errors.Is(err, ErrSyntax) {
		t.Errorf("200 nodes with a limit of 100: %v", err)
	}
	if _, err := ReadDIMACS(strings.NewReader("p min 1 0\nn 1 9223372036854775807\n"), Limits{}); !errors.Is(err, ErrOverflow) {
		t.Errorf("supply 2^63-1: %v", err)
	}
}

func TestReadDIMACS_Lenient(t *testing.T) {
	n, err := ReadDIMACS(strings.NewReader("c hello\r\n\n p\tmin 2 1 \r\nn 1 +4\nn 2 -4\ncc two c\na 1 2 0 9223372036854775807 7"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Arc{0, 1, 0, Infinite, 7}); n.Arcs[0] != want || n.Supply[0] != 4 || n.Supply[1] != -4 {
		t.Fatalf("%+v", n)
	}
}

func TestSolution_RoundTripWithParallelArcs(t *testing.T) {
	r := rand.New(rand.NewPCG(53, 54))
	parallel := 0
	for range 800 {
		nodes := 2 + r.IntN(4)
		n := randomNetwork(r, wild{nodes, r.IntN(30), 10, 10, 30, 20, r.IntN(2) == 0})
		got := solved(t, n)
		if got.Status != Optimal {
			continue
		}
		var b bytes.Buffer
		if err := WriteSolution(&b, n, got, true); err != nil {
			t.Fatal(err)
		}
		cost, flow, err := ReadSolution(&b, n)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckFlow(n, flow, cost); err != nil {
			t.Fatalf("%v\n%+v\n%+v\n%v", err, n, got, flow)
		}
		parallel++
	}
	if parallel < 100 {
		t.Fatal(parallel)
	}
}

// Every feasible flow is either the cheapest or has a negative cycle: judged by cost.
func TestCheckFlow_JudgesByCost(t *testing.T) {
	r := rand.New(rand.NewPCG(55, 56))
	right, dear := 0, 0
	for range 2000 {
		nodes := 2 + r.IntN(5)
		n := randomNetwork(r, wild{nodes, r.IntN(4 * nodes), 5, 4, 20, 0, r.IntN(2) == 0})
		best := solved(t, n)
		if best.Status != Optimal {
			continue
		}
		other := clone(n) // another feasible flow: the best one for other costs
		for i := range other.Arcs {
			if r.IntN(3) == 0 {
				other.Arcs[i].Cost = r.Int64N(11) - 5
			}
		}
		flow := solved(t, other).Flow
		cost := new(big.Int)
		for i, f := range flow {
			cost.Add(cost, big.NewInt(f*n.Arcs[i].Cost))
		}
		err := CheckFlow(n, flow, cost)
		if cost.Cmp(best.Cost) == 0 {
			right++
			if err != nil {
				t.Fatal(err)
			}
		} else if dear++; !errors.Is(err, ErrProof) {
			t.Fatalf("cost %v, best %v: %v", cost, best.Cost, err)
		}
	}
	if right < 100 || dear < 100 {
		t.Fatalf("right %d, dear %d", right, dear)
	}
}
