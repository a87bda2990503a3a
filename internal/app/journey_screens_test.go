package app_test

import (
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
)

// An example is one address of a route, as a person would open it.
type example struct {
	path func(s *site, tag string) string
	kind string // "" is a screen; "file" is saved or read by programs; "away" sends people on
	// heavy pages carry pictures drawn from data and may weigh more than maxWeight.
	heavy bool
}

func at(path string) example { return example{path: func(*site, string) string { return path }} }

// examples has every GET route; a route without one fails TestScreens_EveryRouteHasAnExample.
var examples = map[string]example{
	"GET /{$}":                                   {path: fixed("/"), kind: "away"},
	"GET /healthz":                               {path: fixed("/healthz"), kind: "file"},
	"GET /static/":                               {path: fixed("/static/"), kind: "asset"},
	"GET /signin":                                at("/signin"),
	"GET /in/{token}":                            {path: func(s *site, _ string) string { return s.freshLink() }},
	"GET /account":                               at("/account"),
	"GET /accounts":                              at("/accounts"),
	"GET /jobs":                                  at("/jobs"),
	"GET /jobs/{id}":                             {path: (*site).someJob},
	"GET /accounts/new":                          at("/accounts/new"),
	"GET /signin/second":                         {path: fixed("/signin/second"), kind: "away"},
	"GET /account/again":                         at("/account/again?to=/account/second"),
	"GET /account/second":                        at("/account/second"),
	"GET /account/second/setup":                  {path: fixed("/account/second/setup"), kind: "away"}, // needs a factor that waits; door_test.go opens it
	"GET /account/tokens":                        at("/account/tokens"),
	"GET /account/webhooks":                      at("/account/webhooks"),
	"GET /account/webhooks/new":                  at("/account/webhooks/new"),
	"GET /account/webhooks/{id}":                 {path: func(s *site, tag string) string { return s.webhook(tag, "") }},
	"GET /account/webhooks/{id}/edit":            {path: func(s *site, tag string) string { return s.webhook(tag, "/edit") }},
	"GET /accounts/webhooks":                     at("/accounts/webhooks"),
	"GET /account/lend":                          at("/account/lend"),
	"GET /accounts/rules":                        at("/accounts/rules"),
	"GET /accounts/territory":                    at("/accounts/territory"),
	"GET /accounts/tokens":                       at("/accounts/tokens"),
	"GET /accounts/{id}":                         {path: func(s *site, _ string) string { return s.account("leader", "") }},
	"GET /accounts/{id}/role":                    {path: func(s *site, _ string) string { return s.account("coop", "/role") }},
	"GET /accounts/{id}/grants":                  {path: func(s *site, _ string) string { return s.account("officer", "/grants?q=luong+son") }},
	"GET /accounts/{id}/lend":                    {path: func(s *site, _ string) string { return s.account("leader", "/lend") }},
	"GET /dev/parts":                             {path: fixed("/dev/parts"), heavy: true},
	"GET /dev/parts/plain":                       at("/dev/parts/plain"),
	"GET /search":                                at("/search?q=htx+bu"),
	"GET /guide":                                 at("/guide"),
	"GET /guide/{page}":                          at("/guide/plans"),
	"GET /places":                                at("/places?q=hoa+binh"),
	"GET /places/{key}":                          at("/places/05047@2023"),
	"GET /commodities":                           at("/commodities"),
	"GET /commodities/{code}":                    at("/commodities/BUOI-DIEN"),
	"GET /organisations":                         at("/organisations"),
	"GET /organisations.pdf":                     {path: fixed("/organisations.pdf"), kind: "file"},
	"GET /params":                                at("/params"),
	"GET /organisations.csv":                     {path: fixed("/organisations.csv"), kind: "file"},
	"GET /organisations.xlsx":                    {path: fixed("/organisations.xlsx"), kind: "file"},
	"GET /organisations/new":                     at("/organisations/new"),
	"GET /organisations/{id}":                    {path: func(s *site, tag string) string { return "/organisations/" + s.orgFor(tag) }},
	"GET /organisations/{id}/edit":               {path: func(s *site, tag string) string { return "/organisations/" + s.orgFor(tag) + "/edit" }},
	"GET /plan":                                  {path: fixed("/plan"), heavy: true},
	"GET /plan/{id}":                             {path: func(s *site, _ string) string { return s.plan("") }, heavy: true},
	"GET /plan/{id}/line/{n}":                    {path: func(s *site, _ string) string { return s.plan("/line/1") }},
	"GET /plan/{id}/proof":                       {path: func(s *site, _ string) string { return s.plan("/proof") }},
	"GET /plan/{id}/file":                        {path: func(s *site, _ string) string { return s.plan("/file") }, kind: "file"},
	"GET /plan/{id}/paper.pdf":                   {path: func(s *site, _ string) string { return s.plan("/paper.pdf") }, kind: "file"},
	"GET /plan/{id}/paper.docx":                  {path: func(s *site, _ string) string { return s.plan("/paper.docx") }, kind: "file"},
	"GET /plan/{id}/proof-file":                  {path: func(s *site, _ string) string { return s.plan("/proof-file") }, kind: "maybe"},
	"GET /plan/{id}/letter/{record}":             {path: func(s *site, tag string) string { return s.plan("/letter/" + s.recordFor(tag)) }},
	"GET /plan/{id}/letter/{record}/letter.pdf":  {path: func(s *site, tag string) string { return s.plan("/letter/" + s.recordFor(tag) + "/letter.pdf") }, kind: "file"},
	"GET /plan/{id}/letter/{record}/letter.docx": {path: func(s *site, tag string) string { return s.plan("/letter/" + s.recordFor(tag) + "/letter.docx") }, kind: "file"},
	"GET /plan/new":                              at("/plan/new"),
	"GET /plan/{id}/answers":                     {path: func(s *site, _ string) string { return s.plan("/answers") }},
	"GET /answers/{id}":                          {path: func(s *site, _ string) string { return fmt.Sprintf("/answers/%d", s.data.Answer) }},
	"GET /orders/{id}/{demand}":                  {path: func(s *site, tag string) string { return s.order(tag) }},
	"GET /orders/{id}/{demand}/dossier.zip":      {path: func(s *site, tag string) string { return s.order(tag) + "/dossier.zip" }, kind: "file"},
	"GET /orders/{id}/{demand}/order.docx":       {path: func(s *site, tag string) string { return s.order(tag) + "/order.docx" }, kind: "file"},
	"GET /rules":                                 at("/rules"),
	"GET /reports/week":                          at("/reports/week"),
	"GET /reports/week.pdf":                      {path: fixed("/reports/week.pdf"), kind: "file"},
	"GET /reports/week.docx":                     {path: fixed("/reports/week.docx"), kind: "file"},
	"GET /reports/week.xlsx":                     {path: fixed("/reports/week.xlsx"), kind: "file"},
	"GET /reports/week/{figure}":                 at("/reports/week/offers"),
	"GET /rules/new":                             at("/rules/new?kind=pin"),
	"GET /me":                                    at("/me"),
	"GET /imports":                               at("/imports"),
	"GET /imports/{id}":                          {path: func(s *site, _ string) string { return s.imported("") }},
	"GET /imports/{id}/corrected.xlsx":           {path: func(s *site, _ string) string { return s.imported("/corrected.xlsx") }, kind: "file"},
	"GET /desk":                                  at("/desk"),
	"GET /calls/later":                           {path: func(s *site, tag string) string { return "/calls/later?why=stale&org=" + s.orgFor(tag) }},
	"GET /questions.xlsx":                        {path: fixed("/questions.xlsx"), kind: "file"},
	"GET /questions.csv":                         {path: fixed("/questions.csv"), kind: "file"},
	"GET /questions.pdf":                         {path: fixed("/questions.pdf"), kind: "file"},
	"GET /questions":                             at("/questions"),
	"GET /upload":                                at("/upload"),
	"GET /upload/template.xlsx":                  {path: fixed("/upload/template.xlsx"), kind: "file"},
	"GET /rounds":                                at("/rounds"),
	"GET /rounds/{id}":                           {path: func(s *site, _ string) string { return s.messy("") }},
	"GET /rounds/{id}/asks.xlsx":                 {path: func(s *site, _ string) string { return s.messy("/asks.xlsx") }, kind: "file"},
	"GET /rounds/{id}/offers-demands.xlsx":       {path: func(s *site, _ string) string { return s.messy("/offers-demands.xlsx") }, kind: "file"},
	"GET /rounds/{id}/file":                      {path: func(s *site, _ string) string { return s.messy("/file") }, kind: "file"},
	"GET /runs/{id}":                             {path: func(s *site, _ string) string { return fmt.Sprintf("/runs/%d", s.data.CutOff) }},
	"GET /notices":                               at("/notices"),
	"GET /account/notices":                       at("/account/notices"),
	"GET /system":                                at("/system"),
	"GET /audit":                                 at("/audit"),
	"GET /audit.xlsx":                            {path: fixed("/audit.xlsx"), kind: "file"},
	"GET /audit.csv":                             {path: fixed("/audit.csv"), kind: "file"},
	"GET /offers":                                at("/offers"),
	"GET /offers.xlsx":                           {path: fixed("/offers.xlsx"), kind: "file"},
	"GET /offers.csv":                            {path: fixed("/offers.csv"), kind: "file"},
	"GET /demands":                               at("/demands"),
	"GET /demands.xlsx":                          {path: fixed("/demands.xlsx"), kind: "file"},
	"GET /demands.csv":                           {path: fixed("/demands.csv"), kind: "file"},
	"GET /offers.pdf":                            {path: fixed("/offers.pdf"), kind: "file"},
	"GET /demands.pdf":                           {path: fixed("/demands.pdf"), kind: "file"},
	"GET /offers/new":                            at("/offers/new"),
	"GET /demands/new":                           at("/demands/new"),
	"GET /entry.js":                              {path: fixed("/entry.js"), kind: "file"},
	"GET /offers/{round}/{id}":                   {path: func(s *site, _ string) string { return fmt.Sprintf("/offers/%d/%s", s.data.Round, s.data.Offer) }, kind: "away"},
	"GET /rounds/{id}/offers":                    {path: func(s *site, _ string) string { return s.round("/offers") }},
	"GET /rounds/{id}/offers/{record}":           {path: func(s *site, _ string) string { return s.round("/offers/" + s.data.Offer) }},
	"GET /rounds/{id}/offers.xlsx":               {path: func(s *site, _ string) string { return s.round("/offers.xlsx") }, kind: "file"},
	"GET /rounds/{id}/offers.csv":                {path: func(s *site, _ string) string { return s.round("/offers.csv") }, kind: "file"},
	"GET /rounds/{id}/offers.pdf":                {path: func(s *site, _ string) string { return s.round("/offers.pdf") }, kind: "file"},
	"GET /demands/{round}/{id}":                  {path: func(s *site, _ string) string { return fmt.Sprintf("/demands/%d/%s", s.data.Round, s.data.Demand) }, kind: "away"},
	"GET /rounds/{id}/demands":                   {path: func(s *site, _ string) string { return s.round("/demands") }},
	"GET /rounds/{id}/demands/{record}":          {path: func(s *site, _ string) string { return s.round("/demands/" + s.data.Demand) }},
	"GET /rounds/{id}/demands.xlsx":              {path: func(s *site, _ string) string { return s.round("/demands.xlsx") }, kind: "file"},
	"GET /rounds/{id}/demands.csv":               {path: func(s *site, _ string) string { return s.round("/demands.csv") }, kind: "file"},
	"GET /rounds/{id}/demands.pdf":               {path: func(s *site, _ string) string { return s.round("/demands.pdf") }, kind: "file"},
	"GET /offers/{id}":                           {path: func(s *site, tag string) string { return s.entry("/offers", tag) + "" }},
	"GET /offers/{id}/edit":                      {path: func(s *site, tag string) string { return s.entry("/offers", tag) + "/edit" }},
	"GET /offers/{id}/partners":                  {path: func(s *site, tag string) string { return s.entry("/offers", tag) + "/partners" }},
	"GET /offers/{id}/photos/{photo}":            {path: func(s *site, tag string) string { return s.entry("/offers", tag) + "/photos/9999" }, kind: "maybe"},
	"GET /demands/{id}":                          {path: func(s *site, tag string) string { return s.entry("/demands", tag) + "" }},
	"GET /demands/{id}/edit":                     {path: func(s *site, tag string) string { return s.entry("/demands", tag) + "/edit" }},
	"GET /demands/{id}/partners":                 {path: func(s *site, tag string) string { return s.entry("/demands", tag) + "/partners" }},
	"GET /demands/{id}/photos/{photo}":           {path: func(s *site, tag string) string { return s.entry("/demands", tag) + "/photos/9999" }, kind: "maybe"},

	"GET /organisations/import":                     at("/organisations/import"),
	"GET /organisation-imports/{id}":                {path: func(s *site, _ string) string { return s.orgList("") }},
	"GET /organisation-imports/{id}/corrected.xlsx": {path: func(s *site, _ string) string { return s.orgList("/corrected.xlsx") }, kind: "file"},
}

// What programs read is checked by api_test.go; here it stands for the access table.
func init() {
	api := func(pattern string, path func(s *site, tag string) string) {
		examples["GET /api/v1"+pattern] = example{path: func(s *site, tag string) string { return "/api/v1" + path(s, tag) }, kind: "file"}
	}
	for _, p := range []string{"/offers", "/demands", "/plans", "/answers", "/organisations", "/commodities", "/me"} {
		api(p, fixed(p))
	}
	examples["GET /api"] = example{path: fixed("/api"), heavy: true}
	examples["GET /api/openapi.json"] = example{path: fixed("/api/openapi.json"), kind: "file"}
	api("/offers/{id}", func(s *site, tag string) string { return s.entry("/offers", tag) })
	api("/demands/{id}", func(s *site, tag string) string { return s.entry("/demands", tag) })
	api("/organisations/{id}", func(s *site, tag string) string { return "/organisations/" + s.orgFor(tag) })
	for _, part := range []string{"", "/lines", "/left"} {
		api("/plans/{id}"+part, func(s *site, _ string) string { return fmt.Sprintf("/plans/%d%s", s.data.Plan, part) })
	}
	for _, part := range []string{"", "/deliveries"} {
		api("/answers/{id}"+part, func(s *site, _ string) string { return fmt.Sprintf("/answers/%d%s", s.data.Answer, part) })
	}
	api("/webhooks", fixed("/webhooks"))
	api("/webhooks/{id}/deliveries", func(s *site, tag string) string { return fmt.Sprintf("/webhooks/%d/deliveries", s.data.Webhooks[tag]) })
	api("/commodities/{code}", fixed("/commodities/BUOI-DIEN"))
	api("/commodities/{code}/prices", fixed("/commodities/BUOI-DIEN/prices"))
	api("/places", fixed("/places?q=cao+duong"))
	api("/places/{key}", func(s *site, _ string) string { return "/places/" + s.coopPlace() })
}

// coopPlace is the place of the cooperative, as the register has it.
func (s *site) coopPlace() string {
	o, err := s.Areas.Registry.OrgByID(s.t.Context(), registry.OrgID(s.data.Orgs["coop"]))
	if err != nil {
		s.t.Fatal(err)
	}
	return o.Place
}

func fixed(path string) func(*site, string) string {
	return func(*site, string) string { return path }
}

// someJob is the page of a job of the site: each has run its hourly one.
func (s *site) someJob(string) string {
	s.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		o, err := s.Queue.Overview(s.t.Context(), jobs.Filter{Size: 1})
		if err != nil {
			s.t.Fatal(err)
		}
		if len(o.Jobs) > 0 {
			return fmt.Sprintf("/jobs/%d", o.Jobs[0].ID)
		}
	}
	s.t.Fatal("no job was ever added")
	return ""
}

func (s *site) plan(rest string) string { return fmt.Sprintf("/plan/%d%s", s.data.Plan, rest) }

func (s *site) round(rest string) string { return fmt.Sprintf("/rounds/%d%s", s.data.Round, rest) }

// order is a demand as its buyer follows it.
func (s *site) order(tag string) string {
	if tag == "buyer.other" {
		return fmt.Sprintf("/orders/%d/%s", s.data.Plan, s.data.OtherDemand)
	}
	return fmt.Sprintf("/orders/%d/%s", s.data.Plan, s.data.Demand)
}

func (s *site) orgList(rest string) string {
	return fmt.Sprintf("/organisation-imports/%d%s", s.data.OrgList, rest)
}

func (s *site) imported(rest string) string { return fmt.Sprintf("/imports/%d%s", s.data.Import, rest) }

// entry is an offer or a demand of the book: a party's own, the cooperative's for staff.
func (s *site) entry(list, tag string) string {
	id := s.data.Entries[list+tag]
	if id == 0 {
		id = s.data.Entries[list+"coop"]
	}
	return fmt.Sprintf("%s/%d", list, id)
}

// webhook is a webhook of somebody's own.
func (s *site) webhook(tag, rest string) string {
	return fmt.Sprintf("/account/webhooks/%d%s", s.data.Webhooks[tag], rest)
}

func (s *site) messy(rest string) string { return fmt.Sprintf("/rounds/%d%s", s.data.Messy, rest) }

func (s *site) account(tag, rest string) string {
	return fmt.Sprintf("/accounts/%d%s", s.data.AccountByTag[tag], rest)
}

// orgFor is the organisation that somebody looks at: one's own, or the cooperative's.
func (s *site) orgFor(tag string) string {
	if id := s.data.Orgs[tag]; id != 0 {
		return strconv.FormatInt(id, 10)
	}
	return strconv.FormatInt(s.data.Orgs["coop"], 10)
}

// recordFor is the left-out offer or demand that somebody may read about.
func (s *site) recordFor(tag string) string {
	switch tag {
	case "buyer":
		return s.data.Demand
	case "coop.other":
		return s.data.OtherOffer
	case "buyer.other":
		return s.data.OtherDemand
	}
	return s.data.Offer
}

func (s *site) freshLink() string { return s.link(s.t, "officer") }

// TestScreens_EveryRouteHasAnExample: a new screen is opened by these tests or fails them.
func TestScreens_EveryRouteHasAnExample(t *testing.T) {
	s := newSite(t)
	known := map[string]bool{}
	for _, r := range s.Routes() {
		if strings.HasPrefix(r.Pattern, "GET ") {
			known[r.Pattern] = true
			if _, ok := examples[r.Pattern]; !ok {
				t.Errorf("%s has no example in journey_screens_test.go", r.Pattern)
			}
		}
	}
	for p := range examples {
		if !known[p] {
			t.Errorf("%s is an example of a route that is gone", p)
		}
	}
}

// view is one screen as one person sees it.
type view struct {
	pattern, path, tag string
	heavy              bool
}

// screenEnv chooses the screens whose pattern holds its value, for work on one of them.
const screenEnv = "LIENKET_SCREEN"

// views lists the screens. Staff share their screens: one of them looks (all under
// LIENKET_LONG), and each cooperative, buyer and stranger who may open it.
func (s *site) views() (out []view) {
	for _, r := range s.Routes() {
		e, ok := examples[r.Pattern]
		if !ok || e.kind != "" || !strings.Contains(r.Pattern, os.Getenv(screenEnv)) {
			continue
		}
		if r.May.Allows(auth.User{}, false) {
			out = append(out, view{r.Pattern, e.path(s, ""), "", e.heavy})
			continue
		}
		staff := false
		for _, tag := range []string{"officer", "admin", "leader", "auditor", "coop", "buyer"} {
			role := auth.Role(tag)
			if !r.May.Allows(auth.User{Role: role}, true) || staff && role.In(auth.Staff...) && !long() {
				continue
			}
			staff = staff || role.In(auth.Staff...)
			out = append(out, view{r.Pattern, e.path(s, tag), tag, e.heavy})
		}
	}
	return out
}

// maxWeight is the largest page over the wire, in bytes.
const maxWeight = 50_000

// TestScreens_Weight: every screen in both languages answers 200, in its language, with all
// texts, and is light. It prints what each weighs.
func TestScreens_Weight(t *testing.T) {
	s := newSite(t)
	callers := map[string]*caller{}
	weights := map[string]int{}
	for _, v := range s.views() {
		c := callers[v.tag]
		if c == nil {
			c = s.as(t, v.tag)
			callers[v.tag] = c
		}
		for _, lang := range []i18n.Lang{"vi", "en"} {
			c.lang = lang
			status, wire, body := c.weigh(v.path)
			where := fmt.Sprintf("%s as %q in %s", v.path, v.tag, lang)
			if status != 200 {
				t.Errorf("%s: status %d: %s", where, status, cut(body, 300))
				continue
			}
			if i := strings.Index(body, "⟦"); i >= 0 {
				t.Errorf("%s lacks the text %s", where, cut(body[i:], 50))
			}
			if !strings.Contains(body, `<html lang="`+string(lang)+`"`) {
				t.Errorf("%s: the page says another language", where)
			}
			if wire > maxWeight && !v.heavy {
				t.Errorf("%s weighs %d bytes, more than %d", where, wire, maxWeight)
			}
			weights[v.pattern] = max(weights[v.pattern], wire)
		}
	}
	var names []string
	for n := range weights {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int { return weights[b] - weights[a] })
	for _, n := range names {
		t.Logf("%6d bytes  %s", weights[n], n)
	}
}

// weigh gets a page packed, as browsers do.
func (c *caller) weigh(path string) (status, wire int, body string) {
	c.t.Helper()
	r, err := http.NewRequest("GET", c.site.url+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	res := c.send(r)
	packed := read(c.t, res)
	if res.Header.Get("Content-Encoding") != "gzip" {
		return res.StatusCode, len(packed), string(packed)
	}
	z, err := gzip.NewReader(strings.NewReader(string(packed)))
	if err != nil {
		c.t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		c.t.Fatal(err)
	}
	return res.StatusCode, len(packed), string(plain)
}

// TestScreens_Files: what is saved or read by programs answers too.
func TestScreens_Files(t *testing.T) {
	s := newSite(t)
	for _, r := range s.Routes() {
		e := examples[r.Pattern]
		if e.kind != "file" && e.kind != "maybe" {
			continue
		}
		for _, tag := range []string{"admin", "leader", "officer", "auditor", "coop", "buyer"} {
			if !r.May.Allows(auth.User{Role: auth.Role(tag)}, true) {
				continue
			}
			res, body := s.as(t, tag).get(e.path(s, tag))
			if res.StatusCode == 404 && e.kind == "maybe" {
				continue
			}
			if res.StatusCode != 200 || len(body) == 0 || strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
				t.Errorf("%s as %s: %d, %s, %d bytes", r.Pattern, tag, res.StatusCode, res.Header.Get("Content-Type"), len(body))
			}
			break // one person's file is like another's
		}
	}
}

// look is what one page tells about itself.
type look struct {
	Lang, Theme, Title, Missing string
	Plain                       bool // a page for Zalo: it follows the phone's colours alone
	H1                          int
	Wide                        []string
}

const lookJS = `(() => {
	const t = document.body.innerText, i = t.indexOf("⟦");
	return {
		Lang: document.documentElement.lang,
		Theme: getComputedStyle(document.documentElement).colorScheme,
		Title: document.title,
		Plain: !document.querySelector("header.bar"),
		Missing: i < 0 ? "" : t.slice(i, i + 50),
		H1: document.querySelectorAll("h1").length,
		Wide: ` + fitsJS + `,
	};
})()`

// TestScreens_LookRight opens every screen in both languages and both themes, at a phone's
// and a desk's width: nothing scrolls sideways, the console is silent, there is one main
// heading, and the accessibility checker finds nothing. The checker looks at the light
// Vietnamese page at both widths, and at one other combination, which turns from screen to
// screen; under LIENKET_LONG at all. The widths share one page, as when a phone is turned.
func TestScreens_LookRight(t *testing.T) {
	needChrome(t)
	t.Parallel()
	s := newSite(t)
	tabs := map[string]*tab{}
	pages, checked, found := 0, 0, 0
	for i, v := range s.views() {
		b := tabs[v.tag]
		if b == nil {
			b = s.tab(t, with{})
			b.carryAxe()
			if v.tag != "" {
				b.cookie("lienket", s.session(t, v.tag))
			}
			tabs[v.tag] = b
		}
		other := 0
		for _, lang := range []string{"vi", "en"} {
			for _, theme := range []string{"light", "dark"} {
				b.cookie("lang", lang)
				b.cookie("theme", theme)
				b.size(1366)
				b.open(v.path, 200)
				pages++
				for _, wide := range []int64{1366, 360} {
					if wide != 1366 {
						b.size(wide)
					}
					where := fmt.Sprintf("%s as %q, %s, %s, %d px", v.path, v.tag, lang, theme, wide)
					b.looks(where, lang, theme)
					if lang == "vi" && theme == "light" {
						b.keepPicture(v, wide)
					}
					main := lang == "vi" && theme == "light"
					if main {
						b.targets(where, wide)
					}
					if !main {
						other++
					}
					if main || long() || other == 1+i%6 {
						checked++
						found += b.axe(where)
					}
				}
				b.calm(fmt.Sprintf("%s as %q, %s, %s", v.path, v.tag, lang, theme))
			}
		}
	}
	t.Logf("%d pages opened, each at two widths; %d looked at by axe-core, %d findings", pages, checked, found)
}

// keepPicture keeps one picture per screen and width when pictures are wanted.
func (b *tab) keepPicture(v view, wide int64) {
	if os.Getenv(shotsEnv) == "" {
		return
	}
	name := b.name
	defer func() { b.name = name }()
	b.name = "screen-" + strings.NewReplacer("GET /", "", "/", "-", "{", "", "}", "", "$", "home").Replace(v.pattern)
	b.shot(cmp.Or(v.tag, "nobody"))
}

func (b *tab) looks(where, lang, theme string) {
	b.t.Helper()
	l := eval[look](b, lookJS)
	if l.Lang != lang {
		b.t.Errorf("%s: lang is %q", where, l.Lang)
	}
	if l.Theme != theme && !l.Plain {
		b.t.Errorf("%s: the colours are %q", where, l.Theme)
	}
	if l.Missing != "" {
		b.t.Errorf("%s lacks the text %s", where, l.Missing)
	}
	if l.H1 != 1 {
		b.t.Errorf("%s has %d main headings", where, l.H1)
	}
	if strings.TrimSpace(strings.TrimSuffix(l.Title, "– lienket")) == "" {
		b.t.Errorf("%s has no title", where)
	}
	if len(l.Wide) > 0 {
		b.t.Errorf("%s scrolls sideways: %v", where, l.Wide)
	}
}
