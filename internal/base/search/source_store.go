package search

import (
	"context"
	"errors"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Source can write all documents of a kind: of a database that is older than they are, or
// after the program has come to make them in another way.
type Source struct {
	Kind    string
	Version string // changes with the way documents are made
	// Page reads the documents behind after, which is "" at first, and says what the next
	// page is behind; "" is the end.
	Page func(tx *db.Tx, after string, limit int) (docs []Doc, next string, err error)
}

const rebuildPage = 1000

// Heal writes the documents of those sources anew whose version in the database is not
// the program's. The first page of each is written before it returns, so a small database
// is whole then; what is left is done in the background, page by page.
func (x *Index) Heal(ctx context.Context, sources ...Source) (err error) {
	defer fault.Wrap(&err, "search.Heal")
	for _, s := range sources {
		var have string
		err := x.db.Read(ctx, func(tx *db.Tx) error {
			err := tx.QueryRow(sqlSourceVersion, s.Kind).Scan(&have)
			if errors.Is(err, db.ErrNone) {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
		if have == s.Version {
			continue
		}
		b := rebuild{x: x, source: s}
		if err := b.page(ctx); err != nil {
			return err
		}
		if b.done {
			continue
		}
		x.over.Go(func() {
			for !b.done {
				select {
				case <-x.stop:
					return // the next start begins again
				default:
				}
				if err := b.page(context.WithoutCancel(ctx)); err != nil {
					x.log.Error("search: writing the documents anew", "kind", b.source.Kind, "error", err)
					return
				}
			}
		})
	}
	return nil
}

// Rebuild writes all documents of the sources anew and takes out those that they no
// longer have, whatever the database says about its version.
func (x *Index) Rebuild(ctx context.Context, sources ...Source) (n int, err error) {
	defer fault.Wrap(&err, "search.Rebuild")
	for _, s := range sources {
		b := rebuild{x: x, source: s}
		for !b.done {
			if err := b.page(ctx); err != nil {
				return n, err
			}
		}
		n += b.count
	}
	return n, nil
}

// rebuild is one source on its way, a transaction a page, so that others can write between.
type rebuild struct {
	x       *Index
	source  Source
	started bool
	before  int64 // the last number before it began: what still has one as low was not written anew
	after   string
	count   int
	done    bool
}

func (b *rebuild) page(ctx context.Context) error {
	was := *b
	return b.x.db.InTx(ctx, func(tx *db.Tx) error {
		*b = was // it may run twice
		if !b.started {
			if err := tx.QueryRow(sqlLastSeq).Scan(&b.before); err != nil {
				return err
			}
			b.started = true
		}
		docs, next, err := b.source.Page(tx, b.after, rebuildPage)
		if err != nil {
			return err
		}
		if err := Put(tx, docs...); err != nil {
			return err
		}
		b.count += len(docs)
		if b.after = next; next != "" {
			return nil
		}
		b.done = true
		if err := dropStale(tx, b.source.Kind, b.before); err != nil {
			return err
		}
		_, err = tx.Exec(sqlSetSource, b.source.Kind, b.source.Version, db.At(tx.Now()))
		return err
	})
}

func dropStale(tx *db.Tx, kind string, before int64) error {
	rows, err := docsOf(tx, sqlStaleDocs, kind, before)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := Drop(tx, r.Kind, r.ID); err != nil {
			return err
		}
	}
	return nil
}
