package market

import (
	"io"
	"net/http"
	"strings"

	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
)

// correctedImport gives the table back as it is now, each row with its open questions.
func (a *Area) correctedImport(w http.ResponseWriter, r *http.Request) error {
	im, _, err := a.importOf(r)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	read, err := ReadImport(&im, a.deps(), a.readOptions())
	if err != nil {
		return err
	}
	return sendBook(w, p.T("market.import.corrected.file")+".xlsx", func(out io.Writer) error {
		return writeCorrected(out, &im, read, p)
	})
}

// writeCorrected writes the cells of an import with a last column for the questions.
func writeCorrected(out io.Writer, im *Import, read ImportRead, p *i18n.Printer) error {
	asks := map[Source][]string{}
	for _, x := range read.Rows {
		for _, ask := range x.Asks {
			asks[x.Source] = append(asks[x.Source], ask.Sentence(p))
		}
	}
	book := sheet.NewBook()
	book.Title = im.Name
	for _, s := range im.Sheets {
		if isMessage(&s) {
			w := book.Sheet(s.Name, []sheet.Column{{Head: p.T("market.import.line"), Width: 80, Wrap: true}, {Head: p.T("market.import.col.asks"), Width: 60, Wrap: true}})
			for i, line := range messageLines(s.Text) {
				w.Row(line, strings.Join(asks[Source{s.Name, i + 1}], "\n"))
			}
			continue
		}
		t, ok := findTable(s)
		if !ok {
			continue
		}
		width := maxWidth(t)
		cols := make([]sheet.Column, 0, width+1)
		for i := range width {
			cols = append(cols, sheet.Column{Head: t.heads[i].words, Width: 18, Wrap: true})
		}
		w := book.Sheet(s.Name, append(cols, sheet.Column{Head: p.T("market.import.col.asks"), Width: 60, Wrap: true}))
		for i := t.first; i < len(s.Rows); i++ {
			row := make([]any, 0, width+1)
			for c := range width {
				row = append(row, cellAt(s.Rows[i], c))
			}
			w.Row(append(row, strings.Join(asks[Source{s.Name, i + 1}], "\n"))...)
		}
	}
	_, err := book.WriteTo(out)
	return err
}

func cellAt(row []sheet.Cell, i int) string {
	if i < len(row) {
		return row[i].Text
	}
	return ""
}
