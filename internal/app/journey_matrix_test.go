package app_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
)

var updateAccess = flag.Bool("update-access", false, "write testdata/access.csv as it is answered now, to be reviewed by hand")

const accessFile = "testdata/access.csv"

// contexts are in which position somebody asks. own: about what is theirs, or lies in their
// territory; sibling: about another organisation's; elsewhere: as staff of another
// territory; disabled, expired, stranger: without a session that counts; token: with an API
// token whose scope opens nothing.
var contexts = []string{"own", "sibling", "elsewhere", "disabled", "expired", "stranger", "token"}

// answer is a status as the table writes it: "in" sends to sign in.
func answerOf(res *http.Response) string {
	if res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/signin") {
		return "in"
	}
	return strconv.Itoa(res.StatusCode)
}

// refused reports whether an answer lets nothing through.
func refused(a string) bool { return slices.Contains([]string{"in", "401", "403", "404"}, a) }

// matrixRow is a route as one role asks for it.
type matrixRow struct {
	route, role string
	want        map[string]string
}

// matrix asks every cell. Sessions of one role are kept for reading; each writing request
// has its own, because some of them end all others.
type matrix struct {
	*site
	t    *testing.T
	kept map[string]string
	api  map[string]string
	http *http.Client // one for all, so that connections are used again
}

func newMatrix(t *testing.T) *matrix {
	m := &matrix{site: newSite(t), t: t, kept: map[string]string{}, api: map[string]string{}}
	m.http = m.as(t, "").client
	home := m.orgPlace(m.data.Orgs["coop"])
	far := ""
	for _, u := range m.Areas.Places.Atlas.All(places.Border2023, places.District) {
		if u.Province == places.Key("17", places.Border2023) && u.Key != home {
			far = u.Key
			break
		}
	}
	for _, role := range auth.Roles {
		org := int64(0)
		if role.In(auth.Coop, auth.Buyer) {
			org = m.data.Orgs[string(role)]
		}
		for _, kind := range []string{"far", "disabled", "expired"} {
			n := auth.NewAccount{Login: string(role) + "." + kind, Name: "Nguyễn Văn Xa", Role: role, Org: org}
			if kind == "far" && role.In(auth.Staff...) {
				n.Scope = far
			}
			id, err := m.Accounts.Add(t.Context(), "test", n)
			if err != nil {
				t.Fatal(err)
			}
			m.data.AccountByTag[n.Login] = id
			if kind == "disabled" {
				if _, err := m.Accounts.SetDisabled(t.Context(), "test", id, 0, true); err != nil {
					t.Fatal(err)
				}
			}
		}
		token, _, err := m.Accounts.AddToken(t.Context(), "test", []string{"nothing:read"}, auth.NewToken{
			Account: m.data.AccountByTag[string(role)], Name: "narrow", Scopes: []string{"nothing:read"}, Days: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		m.api[string(role)] = token
	}
	return m
}

func (m *matrix) orgPlace(org int64) (district string) {
	err := m.db.Read(m.t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow("select district_key from registry_org where id = $1", org).Scan(&district)
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return district
}

// caller is somebody of a role in a context.
func (m *matrix) caller(role, context string, reads bool) *caller {
	c := m.person(role, context, reads)
	c.client = m.http
	return c
}

func (m *matrix) person(role, context string, reads bool) *caller {
	tag := role
	switch context {
	case "stranger", "token":
		c := m.as(m.t, "")
		if context == "token" {
			c.bearer = m.api[role]
		}
		return c
	case "elsewhere":
		tag += ".far"
	case "disabled", "expired":
		tag += "." + context
	}
	c := m.as(m.t, "")
	if reads && m.kept[tag] != "" {
		c.session = m.kept[tag]
		return c
	}
	c = m.as(m.t, tag)
	if reads {
		m.kept[tag] = c.session
	}
	if context == "expired" {
		err := m.db.InTx(m.t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("update session set expires_at = '2020-01-01T00:00:00.000000Z' where account_id = $1", m.data.AccountByTag[tag])
			return err
		})
		if err != nil {
			m.t.Fatal(err)
		}
	}
	return c
}

// address is what a role asks for: its own object, or in the context "sibling" somebody else's.
func (m *matrix) address(pattern, role, context string) (path string, form url.Values, ok bool) {
	owner := role
	if context == "sibling" {
		owner = role + ".other"
		if m.data.Orgs[owner] == 0 {
			owner = "coop.other"
		}
		if strings.Contains(pattern, "/orders/") || strings.Contains(pattern, "demands") {
			owner = "buyer.other"
		}
	}
	method, rest, _ := strings.Cut(pattern, " ")
	if method == "GET" {
		e, ok := examples[pattern]
		if !ok || e.kind == "asset" {
			return "", nil, false
		}
		return e.path(m.site, owner), nil, true
	}
	w, ok := writes[pattern]
	if b, is := programWrites[pattern]; is {
		w.path, ok = b.path, true
	}
	if !ok {
		m.t.Errorf("%s has no example in journey_access_test.go", pattern)
		return "", nil, false
	}
	// The object of a page is that of the buttons on it.
	page := ""
	for p := range examples {
		if g, is := strings.CutPrefix(p, "GET "); is && strings.Contains(g, "{") && (rest == g || strings.HasPrefix(rest, g+"/")) && len(g) > len(page) && !strings.Contains(strings.TrimPrefix(rest, g), "{") {
			page = g
		}
	}
	if strings.HasPrefix(rest, "/accounts/") { // these would shut the callers of other cells out
		page = ""
	}
	if page != "" && (examples["GET "+page].kind == "" || strings.HasPrefix(page, "/api/")) {
		at, _, _ := strings.Cut(examples["GET "+page].path(m.site, owner), "?")
		return at + strings.TrimPrefix(rest, page), w.form, true
	}
	return w.path(m.site), w.form, true
}

func (m *matrix) ask(pattern, role, context string) string {
	path, form, ok := m.address(pattern, role, context)
	if !ok {
		return "-"
	}
	method, _, _ := strings.Cut(pattern, " ")
	c := m.caller(role, context, method == "GET")
	if method == "GET" {
		res, _ := c.get(path)
		return answerOf(res)
	}
	var res *http.Response
	if b, is := programWrites[pattern]; is {
		res = c.submit(method, path, b.body, "Content-Type", "application/json", "If-Match", `"999"`)
	} else {
		res, _ = c.post(path, form)
	}
	if res.StatusCode == http.StatusTooManyRequests { // the door counts tries; this table asks often
		return strconv.Itoa(http.StatusUnprocessableEntity)
	}
	return answerOf(res)
}

// noise are tables that change by themselves, by looking (a token's last use), or by this
// test, which makes itself links.
var noise = []string{"auth_token", "sign_in_link", "session", "river", "job", "audit_seal", "audit_look", "audit_lease", "sqlite_", "goose", "setting", "search"}

// fingerprint is a hash of each table that people write.
func (m *matrix) fingerprint() map[string]string {
	out := map[string]string{}
	err := m.db.Read(context.Background(), func(tx *db.Tx) error {
		rows, err := tx.Query("select name from sqlite_master where type = 'table' order by name")
		if err != nil {
			return err
		}
		var names []string
		for rows.Next() {
			var n string
			if err := rows.Scan(&n); err != nil {
				return err
			}
			if !slices.ContainsFunc(noise, func(p string) bool { return strings.HasPrefix(n, p) }) {
				names = append(names, n)
			}
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for _, n := range names {
			sum := sha256.New()
			query := "select * from " + n
			if n == "audit_entry" {
				query += " where actor <> 'test'"
			}
			all, err := tx.Query(query)
			if err != nil {
				return err
			}
			cols, err := all.Columns()
			if err != nil {
				return err
			}
			cells := make([]any, len(cols))
			to := make([]any, len(cols))
			for i := range cells {
				to[i] = &cells[i]
			}
			for all.Next() {
				if err := all.Scan(to...); err != nil {
					return err
				}
				fmt.Fprintln(sum, cells...)
			}
			if err := all.Close(); err != nil {
				return err
			}
			out[n] = hex.EncodeToString(sum.Sum(nil))
		}
		return nil
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return out
}

func readAccess(t *testing.T) (rows []matrixRow) {
	t.Helper()
	raw, err := os.ReadFile(accessFile)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := append([]string{"route", "role"}, contexts...); !slices.Equal(all[0], want) {
		t.Fatalf("%s begins with %q", accessFile, all[0])
	}
	for _, line := range all[1:] {
		r := matrixRow{route: line[0], role: line[1], want: map[string]string{}}
		for i, c := range contexts {
			r.want[c] = line[2+i]
		}
		rows = append(rows, r)
	}
	return rows
}

// TestAccess_Matrix asks every route as every role in every context and holds the answers
// against the reviewed table: first everything that is refused, after which the database
// is what it was, then what is let through. A route without rows fails.
func TestAccess_Matrix(t *testing.T) {
	m := newMatrix(t)
	if *updateAccess {
		m.write()
		return
	}
	rows := readAccess(t)
	listed := map[string]bool{}
	for _, r := range rows {
		listed[r.route+" "+r.role] = true
	}
	for _, r := range m.Routes() {
		if e, ok := examples[r.Pattern]; ok && e.kind == "asset" {
			continue
		}
		for _, role := range auth.Roles {
			if !listed[r.Pattern+" "+string(role)] {
				t.Errorf("%s as %s has no row in %s", r.Pattern, role, accessFile)
			}
			delete(listed, r.Pattern+" "+string(role))
		}
	}
	for gone := range listed {
		t.Errorf("%s is a row of a route that is gone", gone)
	}
	if t.Failed() {
		return
	}
	cells, wrong := 0, 0
	check := func(r matrixRow, context string) {
		cells++
		if got := m.ask(r.route, r.role, context); got != r.want[context] {
			wrong++
			t.Errorf("%s as %s, %s: %s, want %s", r.route, r.role, context, got, r.want[context])
		}
	}
	m.ask("GET /runs/{id}", "officer", "own") // a look marks the run that no process works on
	before := m.fingerprint()
	for _, r := range rows {
		for _, c := range contexts {
			if refused(r.want[c]) {
				check(r, c)
			}
		}
	}
	for table, sum := range m.fingerprint() {
		if before[table] != sum {
			t.Errorf("a refused request changed %s", table)
		}
	}
	for _, writing := range []bool{false, true} {
		for _, r := range rows {
			if strings.HasPrefix(r.route, "GET ") == writing {
				continue
			}
			for _, c := range contexts {
				if !refused(r.want[c]) && r.want[c] != "-" {
					check(r, c)
				}
			}
		}
	}
	t.Logf("%d cells, %d wrong", cells, wrong)
	if cells < 5000 {
		t.Errorf("%d cells, want at least 5,000", cells)
	}
}

// write asks every cell and writes the table.
func (m *matrix) write() {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write(append([]string{"route", "role"}, contexts...))
	answers := map[string]string{}
	var routes []string
	for _, r := range m.Routes() {
		if e, ok := examples[r.Pattern]; !ok || e.kind != "asset" {
			routes = append(routes, r.Pattern)
		}
	}
	for _, writing := range []bool{false, true} {
		for _, pattern := range routes {
			if strings.HasPrefix(pattern, "GET ") == writing {
				continue
			}
			for _, role := range auth.Roles {
				for _, c := range contexts {
					answers[pattern+" "+string(role)+" "+c] = m.ask(pattern, string(role), c)
				}
			}
		}
	}
	for _, pattern := range routes {
		for _, role := range auth.Roles {
			line := []string{pattern, string(role)}
			for _, c := range contexts {
				line = append(line, answers[pattern+" "+string(role)+" "+c])
			}
			_ = w.Write(line)
		}
	}
	w.Flush()
	if err := os.WriteFile(accessFile, out.Bytes(), 0o600); err != nil {
		m.t.Fatal(err)
	}
}
