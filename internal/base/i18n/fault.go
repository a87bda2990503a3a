package i18n

import (
	"context"
	"errors"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
)

// Fault is the sentence for a person about err: that of the outermost fault in its
// chain, with sheet, row and column; one line each for a list. An error without a fault
// is ours to mend and tells nothing of itself.
func (p *Printer) Fault(err error) string { return strings.Join(p.Faults(err), "\n") }

// Faults is Fault with one sentence for each fault.
func (p *Printer) Faults(err error) []string {
	if err == nil {
		return nil
	}
	list := outermost(err)
	if len(list) == 0 {
		code := fault.Internal
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			code = fault.Cancelled
		}
		return []string{p.T("base.fault." + string(code))}
	}
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = p.where(e.Where) + p.sentence(e)
	}
	return out
}

// outermost finds the faults nearest to the top of the chain; a fault's own cause is for
// the log.
func outermost(err error) fault.List {
	switch e := err.(type) {
	case *fault.Error:
		if e == nil {
			return nil
		}
		return fault.List{e}
	case fault.List:
		return e
	case interface{ Unwrap() error }:
		return outermost(e.Unwrap())
	case interface{ Unwrap() []error }:
		var all fault.List
		for _, sub := range e.Unwrap() {
			all = append(all, outermost(sub)...)
		}
		return all
	}
	return nil
}

func (p *Printer) sentence(e *fault.Error) string {
	if p.Has(e.Key) {
		return p.T(e.Key, e.Args...)
	}
	if def := "base.fault." + string(e.Code); p.Has(def) {
		return p.T(def)
	}
	return p.T("base.fault.internal")
}

func (p *Printer) where(w fault.Where) string {
	var parts []string
	if w.Sheet != "" {
		parts = append(parts, p.T("base.where.sheet", w.Sheet))
	}
	if w.Row > 0 {
		parts = append(parts, p.T("base.where.row", Plain(w.Row)))
	}
	switch {
	case w.Col != "" && len(parts) > 0:
		parts = append(parts, p.T("base.where.column", w.Col))
	case w.Col != "":
		parts = append(parts, w.Col)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + ": "
}
