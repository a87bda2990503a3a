package upkeep

import (
	"context"

	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

func lastText(p *i18n.Printer, v shown) string {
	if v.State.Good.IsZero() {
		return p.T("upkeep.never")
	}
	return p.T("upkeep.last.is", when(p, v.State.Good.Time), bytesText(p, v.State.Size))
}

func nextText(p *i18n.Printer, v shown) string {
	switch {
	case !v.Auto:
		return p.T("upkeep.next.off")
	case !v.Next.After(v.Now):
		return p.T("upkeep.next.soon")
	}
	return when(p, v.Next)
}

func signedText(p *i18n.Printer, v shown) string {
	if v.Trail.Points == 0 {
		return p.T("upkeep.never")
	}
	return p.T("upkeep.signed.is", when(p, v.Trail.Signed.Time), v.Trail.Points, v.Trail.Covers)
}

func orNone(p *i18n.Printer, s string) string {
	if s == "" {
		return p.T("upkeep.unknown")
	}
	return s
}

func keptGrid(ctx context.Context, v shown) web.Grid {
	p := i18n.From(ctx)
	g := web.Grid{Label: p.T("upkeep.backup"), Plain: true, Cols: []web.Column{
		{Label: p.T("upkeep.file")}, {Label: p.T("upkeep.size"), Num: true},
	}}
	for _, k := range v.Kept {
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: when(p, k.At), Sub: k.Name}, {Text: bytesText(p, k.Size), NoWrap: true}}})
	}
	return g
}
