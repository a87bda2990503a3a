package main

import (
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/base/i18n"
)

// progress shows how far a plan is, from real pivots and nodes: a bar on a terminal,
// a line for each quarter of a stage otherwise.
type progress struct {
	w       io.Writer
	p       *i18n.Printer
	bar     *progressbar.ProgressBar
	tty     bool
	stage   market.Stage
	quarter int
	last    market.Progress
}

func newProgress(e *env) *progress {
	f, ok := e.err.(*os.File)
	return &progress{w: e.err, p: e.p, tty: ok && term.IsTerminal(int(f.Fd()))}
}

func (s *progress) words(p market.Progress) string {
	return s.p.T("cmd.match.stage."+string(p.Stage), p.Done, p.Total, p.Nodes, p.Pivots)
}

func (s *progress) tell(p market.Progress) {
	if p.Stage != s.stage {
		s.done()
		s.stage, s.quarter = p.Stage, -1
		if s.tty && p.Total > 0 {
			s.bar = progressbar.NewOptions(p.Total, progressbar.OptionSetWriter(s.w), progressbar.OptionSetWidth(30),
				progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(false))
		}
	}
	s.last = p
	if s.tty {
		if s.bar != nil {
			s.bar.Describe(s.words(p))
			_ = s.bar.Set(p.Done) // a bar that cannot be drawn stops nothing
		}
		return
	}
	if t := quarterOf(p.Done, p.Total); t > s.quarter {
		s.quarter = t
		fmt.Fprintln(s.w, s.words(p))
	}
}

func quarterOf(done, total int) int {
	if total == 0 {
		return 0
	}
	return done * 4 / total
}

// done leaves a bar; what a stage came to stays as a line.
func (s *progress) done() {
	if s.bar != nil {
		_ = s.bar.Finish()
		s.bar = nil
		fmt.Fprintln(s.w, s.words(s.last))
	}
}
