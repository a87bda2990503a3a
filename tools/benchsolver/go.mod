module github.com/lienket/lienket/tools/benchsolver

go 1.26.0

require github.com/lienket/lienket v0.0.0

replace github.com/lienket/lienket => ../..
