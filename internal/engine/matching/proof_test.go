package matching

import (
	"context"
	"math/rand/v2"
	"testing"
)

// Every node's duals prove exactly what its flow is worth: nothing is lost on the way
// from potentials to the formula.
func TestSearch_BoundOfEveryNodeIsItsFlow(t *testing.T) {
	nodes := 0
	for seed := range uint64(400) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 9)), true)
		for i := range p.Sinks {
			p.Sinks[i].Min = min(p.Sinks[i].Min, p.Sinks[i].Max)
		}
		lists, _, _ := split(p)
		for _, list := range lists {
			h := newSearch(context.Background(), newFlow(newPart(p, list)), p.Work)
			if _, err := h.run(); err != nil {
				t.Fatal(err)
			}
			for i := range h.tree {
				s := h.stateOf(i)
				a, err := newFlow(h.q).solve(context.Background(), s)
				if err != nil {
					t.Fatal(err)
				}
				if a.ok != h.tree[i].ok || a.ok && a.value != h.tree[i].bound {
					t.Fatalf("seed %d node %d: flow %v worth %s, bound %s", seed, i, a.ok, a.value, h.tree[i].bound)
				}
				nodes++
			}
		}
	}
	if nodes < 800 {
		t.Fatalf("only %d nodes", nodes)
	}
}

// Whatever numbers stand in the leaves, the tree never proves less than the optimum.
func TestCheckTree_WrongDualsOnlyLoosen(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 13))
		p := randomProblem(r, true)
		plan, err := Solve(context.Background(), p, nil)
		if err != nil {
			continue
		}
		for i := range plan.Components {
			c := &plan.Components[i]
			for n := range c.Tree {
				if d := c.Tree[n].Dual; d != nil {
					for k := range d.Sink {
						d.Sink[k] += r.Int64N(9) - 4
					}
					for k := range d.Cap {
						d.Cap[k] = max(0, d.Cap[k]+r.Int64N(9)-4)
					}
					for k := range d.Line {
						d.Line[k].Value = max(0, d.Line[k].Value+r.Int64N(9)-4)
					}
				}
			}
			b, err := CheckTree(p, c)
			if err != nil {
				t.Fatal(err)
			}
			if b.Cmp(c.Objective) < 0 {
				t.Fatalf("seed %d: a tree with wrong duals proves %s, a plan has %s", seed, b, c.Objective)
			}
		}
	}
}

func TestCheckTree_RefusesWhatIsNoTree(t *testing.T) {
	p := market(3, 20, 5, 1)
	p.Work.Nodes = 30
	make := func() *Component {
		plan, err := Solve(context.Background(), p, nil)
		if err != nil || len(plan.Components) != 1 || len(plan.Components[0].Tree) < 7 {
			t.Fatalf("no tree to damage: %v", err)
		}
		return &plan.Components[0]
	}
	leaf := func(c *Component) *Node {
		for i := range c.Tree {
			if c.Tree[i].Kind == Leaf {
				return &c.Tree[i]
			}
		}
		return nil
	}
	for name, damage := range map[string]func(c *Component){
		"no tree":            func(c *Component) { c.Tree = nil },
		"child missing":      func(c *Component) { c.Tree[0].Child[1] = len(c.Tree) },
		"child twice":        func(c *Component) { c.Tree[0].Child[1] = c.Tree[0].Child[0] },
		"child is root":      func(c *Component) { c.Tree[0].Child[0] = 0 },
		"subtree cut off":    func(c *Component) { c.Tree[0].Kind, c.Tree[0].Dual = Leaf, leaf(c).Dual },
		"no duals":           func(c *Component) { leaf(c).Dual = nil },
		"duals missing":      func(c *Component) { d := leaf(c).Dual; d.Sink = d.Sink[1:] },
		"negative cap dual":  func(c *Component) { leaf(c).Dual.Cap[0] = -1 },
		"negative line dual": func(c *Component) { d := leaf(c).Dual; d.Line = append(d.Line, LineDual{0, 0, -1}) },
		"unknown decision":   func(c *Component) { c.Tree[0].Kind = "maybe" },
		"source left out":    func(c *Component) { c.Sources = c.Sources[1:] },
	} {
		c := make()
		damage(c)
		if b, err := CheckTree(p, c); err == nil {
			t.Errorf("%s: accepted, proves %s", name, b)
		}
	}
	if _, err := CheckTree(p, make()); err != nil {
		t.Error(err)
	}
}
