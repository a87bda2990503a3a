package registry

import (
	"context"
	"errors"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Papers lists what an organisation holds, by kind, the longest valid first.
func (s *Store) Papers(ctx context.Context, org OrgID) (list []Paper, err error) {
	defer fault.Wrap(&err, "registry.Papers(%d)", org)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = papers(tx, sqlPapersOf, int64(org))
		return err
	})
	return list, err
}

// AllPapers lists the papers of all organisations, by organisation.
func (s *Store) AllPapers(ctx context.Context) (m map[OrgID][]Paper, err error) {
	defer fault.Wrap(&err, "registry.AllPapers")
	m = map[OrgID][]Paper{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := papers(tx, sqlAllPapers)
		for _, p := range list {
			m[p.Org] = append(m[p.Org], p)
		}
		return err
	})
	return m, err
}

// AddPaper checks and inserts a paper.
func (s *Store) AddPaper(ctx context.Context, by string, p Paper) (id int64, err error) {
	defer fault.Wrap(&err, "registry.AddPaper(%d, %s)", p.Org, p.Kind)
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		id, err = s.AddPaperTx(tx, by, p)
		return err
	})
	return id, err
}

// AddPaperTx is AddPaper inside a transaction of the caller.
func (s *Store) AddPaperTx(tx *db.Tx, by string, p Paper) (id int64, err error) {
	if _, err := orgByID(tx, p.Org); err != nil {
		return 0, err
	}
	if id, err = InsertPaperTx(tx, p); err != nil {
		return 0, err
	}
	return id, notePaper(tx, by, "add_paper", p, nil, p)
}

// InsertPaperTx checks and inserts a paper inside a transaction of the caller, without an
// audit row: for imports and the sample, which note themselves.
func InsertPaperTx(tx *db.Tx, p Paper) (id int64, err error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	err = tx.QueryRow(sqlInsertPaper, int64(p.Org), p.Kind, p.Number, int64(p.Scope), p.AreaM2, p.Issuer, p.From, p.Until).Scan(&id)
	return id, err
}

// RemovePaper takes a paper away.
func (s *Store) RemovePaper(ctx context.Context, by string, org OrgID, id int64) (err error) {
	defer fault.Wrap(&err, "registry.RemovePaper(%d, %d)", org, id)
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		_, err := s.RemovePaperTx(tx, by, org, id)
		return err
	})
}

// RemovePaperTx is RemovePaper inside a transaction of the caller; it returns what is gone.
func (s *Store) RemovePaperTx(tx *db.Tx, by string, org OrgID, id int64) (p Paper, err error) {
	p, err = scanPaper(tx.QueryRow(sqlPaperByID, id, int64(org)))
	if errors.Is(err, db.ErrNone) {
		return p, fault.New(fault.NotFound, "registry.fault.no_paper")
	}
	if err != nil {
		return p, err
	}
	if _, err := tx.Exec(sqlDeletePaper, id); err != nil {
		return p, err
	}
	return p, notePaper(tx, by, "remove_paper", p, p, nil)
}

const sqlPapersOf = `select id, org_id, kind, number, scope_g, area_m2, issuer, valid_from, valid_until
 from registry_paper where org_id = $1 order by kind, coalesce(valid_until, '9999') desc, id`

const sqlAllPapers = `select id, org_id, kind, number, scope_g, area_m2, issuer, valid_from, valid_until
 from registry_paper order by org_id, kind, coalesce(valid_until, '9999') desc, id`

const sqlPaperByID = `select id, org_id, kind, number, scope_g, area_m2, issuer, valid_from, valid_until
 from registry_paper where id = $1 and org_id = $2`

const sqlInsertPaper = `insert into registry_paper (org_id, kind, number, scope_g, area_m2, issuer, valid_from, valid_until)
 values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`

const sqlDeletePaper = `delete from registry_paper where id = $1`

func scanPaper(row scanner) (p Paper, err error) {
	err = row.Scan(&p.ID, &p.Org, &p.Kind, &p.Number, &p.Scope, &p.AreaM2, &p.Issuer, &p.From, &p.Until)
	return p, err
}

func papers(tx *db.Tx, query string, args ...any) ([]Paper, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Paper
	for rows.Next() {
		p, err := scanPaper(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}
