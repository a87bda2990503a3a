package recheck_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/market/recheck"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/sample"
)

func printer(t testing.TB) *i18n.Printer {
	t.Helper()
	b, err := i18n.Load(os.DirFS(".."), os.DirFS("../../catalog"), recheck.Texts, db.Texts)
	if err != nil {
		t.Fatal(err)
	}
	return b.Printer("vi")
}

// The second reader agrees on every line of the sample plan, its bound and its totals.
func TestCheck_AgreesOnTheSampleProvince(t *testing.T) {
	a, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.LoadCommodities()
	if err != nil {
		t.Fatal(err)
	}
	p, err := sample.Build(a, c)
	if err != nil {
		t.Fatal(err)
	}
	p.Input.Params.Nodes = 20 // the check does not depend on how long the search was
	planner, err := market.NewPlanner(p.Input)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	proof, err := market.WritePlan(&file, p.Input, planner.Plan(), nil, printer(t))
	if err != nil {
		t.Fatal(err)
	}
	r, err := recheck.Check(file.Bytes(), proof, func(reason string) string { return printer(t).T("market.reason." + reason) })
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Error(f)
	}
	if r.Lines != len(planner.Plan().Lines) || r.Lines < 1000 || r.Offers < 4500 {
		t.Errorf("%d lines, %d offers checked", r.Lines, r.Offers)
	}
	t.Logf("%d pairs, %d groups, %d leaves, gap %s đồng, file %d kB, proof %d kB", r.Pairs, r.Groups, r.Leaves, r.GapVND, file.Len()/1000, len(proof)/1000)
}
