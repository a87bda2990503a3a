package registry

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// Store is the organisations in the database.
type Store struct {
	DB    *db.DB
	Atlas *places.Atlas
	Saved []func(*db.Tx, Org) error           // what later areas repeat of an organisation and renew when one is saved
	Used  []func(*db.Tx, OrgID) (bool, error) // whether later areas know it: then it cannot be taken back
}

// Orgs lists the organisations that a filter holds, and how many there are on all pages.
func (s *Store) Orgs(ctx context.Context, f Filter) (list []Org, total int, err error) {
	defer fault.Wrap(&err, "registry.Orgs(%+v)", f)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if total, err = countOrgs(tx, f); err != nil {
			return err
		}
		list, err = orgs(tx, f)
		return err
	})
	return list, total, err
}

// Counts is how many organisations of each kind and status a filter holds, whatever its
// own kinds and status say.
type Counts map[Kind]map[Status]int

// Total is the number of one status, of all when it is "".
func (c Counts) Total(st Status) int {
	n := 0
	for _, by := range c {
		for s, k := range by {
			if st == "" || s == st {
				n += k
			}
		}
	}
	return n
}

// Counts counts by kind and status.
func (s *Store) Counts(ctx context.Context, f Filter) (c Counts, err error) {
	defer fault.Wrap(&err, "registry.Counts")
	f.Kinds, f.Status = nil, ""
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		c, err = orgCounts(tx, f)
		return err
	})
	return c, err
}

// OrgByID is one organisation; fault.NotFound when there is none. It does not look at who
// asks: pages call OrgSeen.
func (s *Store) OrgByID(ctx context.Context, id OrgID) (o Org, err error) {
	defer fault.Wrap(&err, "registry.OrgByID(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, err = orgByID(tx, id)
		return err
	})
	return o, err
}

// OrgSeen is one organisation as v sees it: fault.NotFound when there is none or it lies
// elsewhere.
func (s *Store) OrgSeen(ctx context.Context, v Viewer, id OrgID) (o Org, err error) {
	defer fault.Wrap(&err, "registry.OrgSeen(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, err = found(scanOrg(tx.QueryRow(sqlOrgSeen, append(v.args(), int64(id))...)))
		return err
	})
	return o, err
}

// SeesPlace reports whether v sees what lies in a place; "" is an organisation whose place
// nobody knows, seen by those without a border only.
func (s *Store) SeesPlace(ctx context.Context, v Viewer, key string) (ok bool, err error) {
	defer fault.Wrap(&err, "registry.SeesPlace(%s)", key)
	if v.Sight.Everywhere() {
		return v.Own == 0, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		n := 0
		err := tx.QueryRow(sqlSeesPlace, v.Sight.Account, key, v.Sight.Day).Scan(&n)
		ok = n > 0
		return err
	})
	return ok, err
}

// Add checks and inserts one organisation. A tax code that somebody has already is the
// fault registry.fault.duplicate at tax_code, with the other's name.
func (s *Store) Add(ctx context.Context, by string, o Org) (id OrgID, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		id, err = s.AddTx(tx, by, o)
		return err
	})
	return id, err
}

// AddTx is Add inside a transaction of the caller.
func (s *Store) AddTx(tx *db.Tx, by string, o Org) (id OrgID, err error) {
	defer fault.Wrap(&err, "registry.Add(%q)", o.Name)
	if err := o.Check(s.Atlas); err != nil {
		return 0, err
	}
	if id, err = s.insertOrg(tx, o); err != nil {
		return 0, err
	}
	o.ID = id
	if err := s.putDocs(tx, o); err != nil {
		return 0, err
	}
	return id, noteOrg(tx, by, "add", id, nil, &o)
}

// InsertOrgs adds many organisations in one transaction and returns their numbers in
// order: all or none. It is for imports and the sample; one audit row says how many.
func (s *Store) InsertOrgs(ctx context.Context, by string, all []Org) (ids []OrgID, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		ids, err = s.InsertOrgsTx(tx, by, all)
		return err
	})
	return ids, err
}

// InsertOrgsTx is InsertOrgs inside a transaction of the caller.
func (s *Store) InsertOrgsTx(tx *db.Tx, by string, all []Org) (ids []OrgID, err error) {
	defer fault.Wrap(&err, "registry.InsertOrgs(%d)", len(all))
	ids = make([]OrgID, 0, len(all))
	for i := range all {
		o := all[i]
		if err := o.Check(s.Atlas); err != nil {
			return nil, atRow(err, i+1)
		}
		id, err := s.insertOrg(tx, o)
		if err != nil {
			return nil, atRow(err, i+1)
		}
		ids = append(ids, id)
		o.ID = id
		if err := s.putDocs(tx, o); err != nil {
			return nil, err
		}
	}
	return ids, noteBulk(tx, by, len(ids))
}

// atRow says which of many organisations a fault is about.
func atRow(err error, row int) error {
	var l fault.List
	var f *fault.Error
	switch {
	case errors.As(err, &l):
		out := make(fault.List, len(l))
		for i, e := range l {
			out[i] = e.At(fault.Where{Row: row, Col: e.Where.Col})
		}
		return out
	case errors.As(err, &f):
		return f.At(fault.Where{Row: row, Col: f.Where.Col})
	}
	return err
}

// Save checks and writes an organisation that was read as o.Version. ok is false when it
// has changed since; then nothing is written.
func (s *Store) Save(ctx context.Context, by string, o Org) (ok bool, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		ok, err = s.SaveTx(tx, by, o)
		return err
	})
	return ok && err == nil, err
}

// SaveTx is Save inside a transaction of the caller.
func (s *Store) SaveTx(tx *db.Tx, by string, o Org) (ok bool, err error) {
	defer fault.Wrap(&err, "registry.Save(%d)", o.ID)
	if err := o.Check(s.Atlas); err != nil {
		return false, err
	}
	was, err := orgByID(tx, o.ID)
	if err != nil || was.Version != o.Version {
		return false, err
	}
	if err := s.updateOrg(tx, o); err != nil {
		return false, err
	}
	if err := s.renew(tx, o); err != nil {
		return false, err
	}
	return true, noteOrg(tx, by, "edit", o.ID, &was, &o)
}

// renew writes what others keep of an organisation that has just been changed.
func (s *Store) renew(tx *db.Tx, o Org) error {
	if err := s.putDocs(tx, o); err != nil {
		return err
	}
	for _, f := range s.Saved {
		if err := f(tx, o); err != nil {
			return err
		}
	}
	return nil
}

// ByTaxCode finds the organisation with a tax code.
func (s *Store) ByTaxCode(ctx context.Context, code string) (o Org, ok bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, ok, err = orgByTaxCode(tx, code)
		return err
	})
	return o, ok, err
}

// Alike lists the organisations that v sees whose name is the same but for the words of
// the kind.
func (s *Store) Alike(ctx context.Context, v Viewer, name string) (list []Org, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = scanOrgs(tx.Query(sqlOrgsAlike, append(v.args(), BareName(name))...))
		return err
	})
	return list, err
}

const orgCols = `id, kind, name, tax_code, status, place_key, district_key, province_key, address, field, members, regular, seasonal,
 founded, contact, phone, other_phones, email, note, created_at, updated_at, row_version`

const sqlOrgByID = `select ` + orgCols + ` from registry_org where id = $1`

const sqlOrgByTaxCode = `select ` + orgCols + ` from registry_org where tax_code = $1`

const sqlOrgsAlike = `select ` + orgCols + ` from registry_org where ` + seenOrgs + ` and bare_name = $4 order by sort_key, id limit 20`

// seenOrgs is who may see an organisation: its own people, or those whose territory it lies
// in; see auth.Sight.
const seenOrgs = `(cast($3 as bigint) <> 0 and registry_org.id = $3 or cast($3 as bigint) = 0 and (cast($1 as bigint) = 0 or exists (
  select 1 from auth_sight s where s.account_id = $1 and s.under = registry_org.place_key and s.valid_from <= $2 and s.valid_to >= $2)))`

const sqlOrgSeen = `select ` + orgCols + ` from registry_org where ` + seenOrgs + ` and id = $4`

const sqlSeesPlace = `select count(*) from auth_sight where account_id = $1 and under = $2 and valid_from <= $3 and valid_to >= $3`

// whereOrgs is a filter in SQL. Lists of keys are one text with commas around each.
const whereOrgs = ` where ` + seenOrgs + `
 and find like $4 and find like $5 and find like $6 and find like $7
 and (cast($8 as text) = '' or $8 like '%,' || kind || ',%')
 and (cast($9 as text) = '' or district_key = $9)
 and (cast($10 as text) = '' or province_key = $10)
 and (cast($11 as text) = '' or $11 like '%,' || place_key || ',%')
 and (cast($12 as text) = '' or status = $12)
 and (cast($13 as text) = '' or field = $13)
 and (cast($14 as text) = '' or $14 like '%,' || province_key || ',%')
 and (cast($15 as text) = '' or province_key <> $15)`

const sqlOrgs = `select ` + orgCols + ` from registry_org` + whereOrgs + `
 order by
 case when $16 = 'kind' then kind end,
 case when $16 = '-kind' then kind end desc,
 case when $16 = 'district' then district_sort end,
 case when $16 = '-district' then district_sort end desc,
 case when $16 = 'members' then members end,
 case when $16 = '-members' then members end desc,
 case when $16 = 'updated' then updated_at end,
 case when $16 = '-updated' then updated_at end desc,
 case when $16 = '-name' then sort_key end desc,
 sort_key, id
 limit $17 offset $18`

const sqlCountOrgs = `select count(*) from registry_org` + whereOrgs

const sqlOrgCounts = `select kind, status, count(*) from registry_org` + whereOrgs + ` group by kind, status`

const sqlOrgPage = `select ` + orgCols + ` from registry_org where id > $1 order by id limit $2`

const sqlInsertOrg = `insert into registry_org
 (kind, name, sort_key, find, bare_name, tax_code, status, place_key, district_key, province_key, district_sort, address, field,
  members, regular, seasonal, founded, contact, phone, other_phones, email, note, created_at, updated_at)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $23)
 on conflict (tax_code) do nothing returning id`

const sqlUpdateOrg = `update registry_org set
 kind = $2, name = $3, sort_key = $4, find = $5, bare_name = $6, tax_code = $7, status = $8, place_key = $9, district_key = $10,
 province_key = $11, district_sort = $12, address = $13, field = $14, members = $15, regular = $16, seasonal = $17, founded = $18,
 contact = $19, phone = $20, other_phones = $21, email = $22, note = $23, updated_at = $24, row_version = row_version + 1
 where id = $1 and row_version = $25`

// args are the parameters of whereOrgs.
func (f Filter) args() []any {
	words := strings.Fields(text.Fold(f.Text))
	if len(words) > 4 {
		words = append(words[:3:3], strings.Join(words[3:], " "))
	}
	a := f.Viewer.args()
	for i := range 4 {
		w := ""
		if i < len(words) {
			w = words[i]
		}
		a = append(a, "%"+w+"%") // folded words hold no wildcards
	}
	var kinds []string
	for _, k := range f.Kinds {
		kinds = append(kinds, string(k))
	}
	return append(a, commas(kinds), f.District, f.Province, commas(f.Places), string(f.Status), string(f.Field), commas(f.Provinces), f.Outside)
}

// commas writes keys for a search with like; nil is no condition, an empty list holds
// nothing (and not the empty key).
func commas(keys []string) string {
	switch {
	case keys == nil:
		return ""
	case len(keys) == 0:
		return ",-,"
	}
	return "," + strings.Join(keys, ",") + ","
}

func orgs(tx *db.Tx, f Filter) ([]Org, error) {
	order := f.Sort
	if !known(Sorts, order) {
		order = "name"
	}
	if f.Desc {
		order = "-" + order
	}
	limit, offset := int64(1)<<40, int64(0)
	if f.Size > 0 {
		limit, offset = int64(f.Size), int64(max(f.Page, 1)-1)*int64(f.Size)
	}
	return scanOrgs(tx.Query(sqlOrgs, append(f.args(), order, limit, offset)...))
}

func countOrgs(tx *db.Tx, f Filter) (n int, err error) {
	err = tx.QueryRow(sqlCountOrgs, f.args()...).Scan(&n)
	return n, err
}

func orgCounts(tx *db.Tx, f Filter) (Counts, error) {
	rows, err := tx.Query(sqlOrgCounts, f.args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	c := Counts{}
	for rows.Next() {
		var k Kind
		var st Status
		var n int
		if err := rows.Scan(&k, &st, &n); err != nil {
			return nil, err
		}
		if c[k] == nil {
			c[k] = map[Status]int{}
		}
		c[k][st] = n
	}
	return c, rows.Err()
}

func orgByID(tx *db.Tx, id OrgID) (Org, error) {
	return found(scanOrg(tx.QueryRow(sqlOrgByID, int64(id))))
}

func found(o Org, err error) (Org, error) {
	if errors.Is(err, db.ErrNone) {
		return o, fault.New(fault.NotFound, "registry.fault.no_org")
	}
	return o, err
}

func orgByTaxCode(tx *db.Tx, code string) (Org, bool, error) {
	o, err := scanOrg(tx.QueryRow(sqlOrgByTaxCode, code))
	if errors.Is(err, db.ErrNone) {
		return o, false, nil
	}
	return o, err == nil, err
}

type scanner interface{ Scan(...any) error }

func scanOrg(row scanner) (o Org, err error) {
	var tax sql.NullString
	var others string
	var created, updated db.Time
	err = row.Scan(&o.ID, &o.Kind, &o.Name, &tax, &o.Status, &o.Place, &o.District, &o.Province, &o.Address, &o.Field,
		&o.Members, &o.Regular, &o.Seasonal, &o.Founded, &o.Contact, &o.Phone, &others, &o.Email, &o.Note, &created, &updated, &o.Version)
	o.TaxCode, o.OtherPhones = tax.String, strings.Fields(others)
	o.CreatedAt, o.UpdatedAt = created.Time, updated.Time
	return o, err
}

func scanOrgs(rows *sql.Rows, err error) ([]Org, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Org
	for rows.Next() {
		o, err := scanOrg(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, rows.Err()
}

// values are what insert and update have in common, in the order of their columns.
func (s *Store) values(o Org) []any {
	district, _ := s.Atlas.ReportingDistrict(o.Place)
	province, _ := s.Atlas.ReportingProvince(o.Place)
	find := text.Fold(strings.Join([]string{o.Name, o.Contact, strings.Join(o.Phones(), " "), o.TaxCode, s.Atlas.Label(o.Place), district.Name, province.Name, o.Email}, " "))
	return []any{
		string(o.Kind), o.Name, text.SortKey(o.Name), find, BareName(o.Name),
		sql.NullString{String: o.TaxCode, Valid: o.TaxCode != ""},
		string(o.Status), o.Place, district.Key, province.Key, text.SortKey(district.Name + " " + province.Name), o.Address, string(o.Field),
		o.Members, o.Regular, o.Seasonal, o.Founded, o.Contact, o.Phone, strings.Join(o.OtherPhones, " "), o.Email, o.Note,
	}
}

func (s *Store) insertOrg(tx *db.Tx, o Org) (id OrgID, err error) {
	err = tx.QueryRow(sqlInsertOrg, append(s.values(o), db.At(tx.Now()))...).Scan(&id)
	if errors.Is(err, db.ErrNone) {
		return 0, duplicate(tx, o)
	}
	return id, err
}

func (s *Store) updateOrg(tx *db.Tx, o Org) error {
	if other, ok, err := orgByTaxCode(tx, o.TaxCode); err != nil {
		return err
	} else if ok && other.ID != o.ID {
		return duplicate(tx, o)
	}
	args := append([]any{int64(o.ID)}, s.values(o)...)
	n, err := tx.Exec(sqlUpdateOrg, append(args, db.At(tx.Now()), o.Version)...)
	if err == nil && n != 1 {
		err = fault.New(fault.Conflict, "registry.fault.changed")
	}
	return err
}

func duplicate(tx *db.Tx, o Org) error {
	other, _, err := orgByTaxCode(tx, o.TaxCode)
	if err != nil {
		return err
	}
	return fault.New(fault.Invalid, "registry.fault.duplicate", o.TaxCode, other.Name).At(fault.Where{Col: "tax_code"})
}
