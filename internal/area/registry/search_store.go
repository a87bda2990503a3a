package registry

import (
	"fmt"
	"strconv"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/search"
)

// docKind is how organisations are called among what can be found.
const docKind = "org"

// docVersion changes when docOf makes another document of the same organisation.
const docVersion = "1"

// docOf is what an organisation is found by. Its own people find it too, hence not Staff.
func (s *Store) docOf(o Org) search.Doc {
	district, _ := s.Atlas.ReportingDistrict(o.Place)
	province, _ := s.Atlas.ReportingProvince(o.Place)
	d := search.Doc{
		Kind: docKind, ID: strconv.FormatInt(int64(o.ID), 10), Title: o.Name, Sub: s.Atlas.Label(o.Place),
		Href:  fmt.Sprintf("/organisations/%d", o.ID),
		Words: []string{o.Contact, o.Kind.Short(), district.Full, province.Full, o.Address, o.Email},
		Marks: append([]string{o.TaxCode}, o.Phones()...),
		Place: o.Place, Org: int64(o.ID), Weight: 1,
	}
	if o.Status == Operating {
		d.Weight = 3
	}
	return d
}

func (s *Store) putDocs(tx *db.Tx, os ...Org) error {
	docs := make([]search.Doc, 0, len(os))
	for _, o := range os {
		docs = append(docs, s.docOf(o))
	}
	return search.Put(tx, docs...)
}

// SearchSource writes the documents of all organisations.
func (s *Store) SearchSource() search.Source {
	return search.Source{Kind: docKind, Version: docVersion, Page: func(tx *db.Tx, after string, limit int) ([]search.Doc, string, error) {
		last, _ := strconv.ParseInt(after, 10, 64)
		list, err := scanOrgs(tx.Query(sqlOrgPage, last, int64(limit)))
		if err != nil {
			return nil, "", err
		}
		docs := make([]search.Doc, 0, len(list))
		for _, o := range list {
			docs = append(docs, s.docOf(o))
		}
		next := ""
		if len(list) == limit {
			next = strconv.FormatInt(int64(list[len(list)-1].ID), 10)
		}
		return docs, next, nil
	}}
}
