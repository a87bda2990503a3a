package search

import (
	"strings"
	"sync/atomic"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// A document that changes is deleted and inserted, so that it gets a new seq: an identity
// column gives numbers on both engines, an update would keep the old one.
const (
	sqlDeleteDoc = `delete from search_doc where kind = $1 and ref = $2`

	sqlInsertDoc = `insert into search_doc
 (kind, ref, title, sub, href, words, marks, find, place_key, org_id, staff, weight, gone)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

	docCols = `seq, kind, ref, title, sub, href, words, marks, place_key, org_id, staff, weight, gone`

	sqlDocsAfter   = `select ` + docCols + ` from search_doc where seq > $1 order by seq limit $2`
	sqlDocsBetween = `select ` + docCols + ` from search_doc where seq >= $1 and seq <= $2 order by seq`
	sqlCountDocs   = `select count(*) from search_doc where gone = 0`
	sqlLastSeq     = `select coalesce(max(seq), 0) from search_doc`
	sqlStaleDocs   = `select ` + docCols + ` from search_doc where kind = $1 and gone = 0 and seq <= $2`

	sqlSourceVersion = `select version from search_source where kind = $1`
	sqlSetSource     = `insert into search_source (kind, version, done_at) values ($1, $2, $3)
 on conflict (kind) do update set version = excluded.version, done_at = excluded.done_at`

	sqlScopesOf = `select scope from auth_grant where account_id = $1 and valid_from <= $2 and valid_to >= $2`
	sqlReachOf  = `select under from auth_reach where scope = $1`

	// sqlFindDocs serves until the index stands: no ranking beyond whole titles first.
	sqlFindDocs = `select kind, ref, title, sub, href from search_doc d
 where gone = 0 and find like $1 and find like $2 and find like $3 and find like $4
 and (cast($5 as text) = '' or $5 like '%,' || kind || ',%')
 and (cast($6 as bigint) = 0 or staff = 0 and (org_id = 0 or org_id = $7))
 and (cast($6 as bigint) = 1 or cast($8 as bigint) = 0 or org_id = 0 and place_key = '' or exists (
  select 1 from auth_sight s where s.account_id = $8 and s.under = d.place_key and s.valid_from <= $9 and s.valid_to >= $9))
 order by weight desc, title, seq limit $10`
)

// puts counts what this process wrote, so that its indexes know when to look at once.
var puts atomic.Int64

// Put writes documents in the caller's transaction, in place of those with the same kind
// and id.
func Put(tx *db.Tx, docs ...Doc) (err error) {
	defer fault.Wrap(&err, "search.Put(%d)", len(docs))
	for _, d := range docs {
		if err := replaceDoc(tx, d, 0); err != nil {
			return err
		}
	}
	puts.Add(1)
	return nil
}

// Drop takes a document out. One that is not there is no error.
func Drop(tx *db.Tx, kind, id string) (err error) {
	defer fault.Wrap(&err, "search.Drop(%s, %s)", kind, id)
	n, err := tx.Exec(sqlDeleteDoc, kind, id)
	if err != nil || n == 0 {
		return err
	}
	puts.Add(1)
	return insertDoc(tx, Doc{Kind: kind, ID: id}, 1)
}

func replaceDoc(tx *db.Tx, d Doc, gone int64) error {
	if _, err := tx.Exec(sqlDeleteDoc, d.Kind, d.ID); err != nil {
		return err
	}
	return insertDoc(tx, d, gone)
}

func insertDoc(tx *db.Tx, d Doc, gone int64) error {
	_, err := tx.Exec(sqlInsertDoc, d.Kind, d.ID, d.Title, d.Sub, d.Href, strings.Join(d.Words, "\n"), strings.Join(d.Marks, "\n"),
		d.folded(), d.Place, d.Org, bit(d.Staff), int64(d.Weight), gone)
	return err
}

// folded is everything the document can be found by, for the search in SQL.
func (d Doc) folded() string {
	parts := append([]string{d.Title, d.Sub}, d.Words...)
	for _, m := range d.Marks {
		parts = append(parts, m, Mark(m))
	}
	return text.Fold(strings.Join(parts, " "))
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// row is a document as the table holds it.
type row struct {
	Doc
	seq  int64
	gone bool
}

func docsOf(tx *db.Tx, query string, args ...any) (all []row, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		var words, marks string
		var staff, gone int64
		err := rows.Scan(&r.seq, &r.Kind, &r.ID, &r.Title, &r.Sub, &r.Href, &words, &marks, &r.Place, &r.Org, &staff, &r.Weight, &gone)
		if err != nil {
			return nil, err
		}
		r.Staff, r.gone = staff != 0, gone != 0
		r.Words, r.Marks = lines(words), lines(marks)
		all = append(all, r)
	}
	return all, rows.Err()
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// findDocs is the search in SQL.
func findDocs(tx *db.Tx, q Query, limit int) (hits []Hit, err error) {
	words := strings.Fields(text.Fold(q.Text))
	if len(words) > 4 {
		words = append(words[:3:3], strings.Join(words[3:], " "))
	}
	var args []any
	for i := range 4 {
		w := ""
		if i < len(words) {
			w = words[i]
		}
		args = append(args, "%"+w+"%") // folded words hold no wildcards
	}
	kinds := ""
	if len(q.Kinds) > 0 {
		kinds = "," + strings.Join(q.Kinds, ",") + ","
	}
	args = append(args, kinds, bit(!q.Staff), q.Org, q.Sight.Account, q.Sight.Day, int64(limit))
	rows, err := tx.Query(sqlFindDocs, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var h Hit
		if err := rows.Scan(&h.Kind, &h.ID, &h.Title, &h.Sub, &h.Href); err != nil {
			return nil, err
		}
		hits = append(hits, h)
	}
	return hits, rows.Err()
}

// scopesOf is what an account's grants of the day name.
func scopesOf(tx *db.Tx, s auth.Sight) (scopes []string, err error) {
	return texts(tx, sqlScopesOf, s.Account, s.Day)
}

func texts(tx *db.Tx, query string, args ...any) (all []string, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
