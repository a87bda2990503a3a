package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// What is asked of our API and of the search, and whether it answers right.

// creates is one new offer a request, each with its own key against being sent twice.
func (s *stand) creates(t told) load {
	body, _ := json.Marshal(map[string]any{
		"organisation": t.Org, "commodity": t.Goods, "place": t.Place, "firm_g": 5_000_000, "from": "2098-12-29", "to": "2099-01-04", "floor_vnd_t": 12_000_000,
		"note": "{n}000000000",
	})
	return load{counted: true, requests: []request{{
		method: "POST", path: "/api/v1/offers", body: string(body),
		head: map[string]string{"Authorization": "Bearer " + t.Token, "Content-Type": "application/json", "Idempotency-Key": "bench-{n}000000000"},
	}}}
}

// checkAPI compares the API's first rows with what they should be; without an API its
// measurements are left out, and the table says so.
func (s *stand) checkAPI(ctx context.Context) error {
	s.gone = map[string]bool{}
	p := s.pairs()[0]
	for side, t := range map[*server]told{s.ours: s.lite, s.oursPG: s.pg} {
		if side == nil {
			continue
		}
		status, _, body, err := s.ask(ctx, side, request{method: "GET", path: s.restPath(p), head: map[string]string{"Authorization": "Bearer " + t.Token}})
		if err != nil {
			return err
		}
		if status == 404 {
			for _, n := range []string{"rest/sqlite", "rest/postgres", "create/sqlite", "create/postgres"} {
				s.gone[n] = true
			}
			s.notes = append(s.notes, "there is no REST API yet: not measured")
			return nil
		}
		want := s.firsts(pair{district: p.district})
		first := want[:min(perPage, len(want))]
		var got []string
		for _, m := range apiRefs.FindAllStringSubmatch(body, -1) {
			got = append(got, m[1])
		}
		if status != 200 || strings.Join(got, " ") != strings.Join(first, " ") {
			return fmt.Errorf("%s: API: status %d, rows %v, want %v: %.300s", side.name, status, got, first, body)
		}
		q := s.creates(t).requests[0]
		if status, _, body, err := s.ask(ctx, side, q); err != nil || status != 201 {
			return errors.Join(err, fmt.Errorf("%s: API: an offer is not taken: %d %.300s", side.name, status, body))
		}
	}
	return nil
}

// checkSearch looks that each word finds offers with all its parts in the title.
func (s *stand) checkSearch(ctx context.Context) error {
	for i, q := range s.searches(s.lite) {
		if i%20 != 0 {
			continue
		}
		status, _, body, err := s.ask(ctx, s.ours, q)
		if err != nil {
			return err
		}
		if n := strings.Count(body, `href="/offers/`); status != 200 || n < 20 {
			return fmt.Errorf("search %s: status %d, %d hits", q.path, status, n)
		}
		_, _, pb, err := s.ask(ctx, s.pocket, s.pocketSearches()[i])
		if err != nil {
			return err
		}
		if n := strings.Count(pb, `"folded":`); n != 20 {
			return fmt.Errorf("pocketbase search %s: %d hits", s.pocketSearches()[i].path, n)
		}
		if s.pgURL == "" {
			continue
		}
		_, _, plain, err := s.ask(ctx, s.peers, s.plainSearches()[i])
		if err != nil {
			return err
		}
		if n := strings.Count(plain, `"Title":`); n != 20 {
			return fmt.Errorf("postgres search %s: %d hits", s.plainSearches()[i].path, n)
		}
	}
	return nil
}
