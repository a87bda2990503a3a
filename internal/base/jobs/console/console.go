// Package console shows administrators the job queue at /jobs: what waits, runs and failed,
// and why; a job can be begun again or cancelled. It is not where jobs are declared.
package console

import (
	"context"
	"embed"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/web"
)

// Texts are the words of the console.
//
//go:embed text/*.json
var Texts embed.FS

// Console is the pages over a queue.
type Console struct {
	DB    *db.DB
	Queue *jobs.Queue
}

// Routes are the console's pages.
func (c *Console) Routes() []web.Route {
	admin := auth.Only(auth.Admin)
	return []web.Route{
		{Pattern: "GET /jobs", May: admin, Do: c.list},
		{Pattern: "GET /jobs/{id}", May: admin, Do: c.show},
		{Pattern: "POST /jobs/{id}/retry", May: admin, Do: c.retry},
		{Pattern: "POST /jobs/{id}/cancel", May: admin, Do: c.cancel},
	}
}

const pageSize = 25

type listed struct {
	jobs.Overview
	Stats []web.Stat
	Bar   web.Filter
	Grid  web.Grid
	Older string
}

func (c *Console) list(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	f := jobs.Filter{Size: pageSize}
	for _, s := range jobs.States {
		if q.Get("state") == string(s) {
			f.State = s
		}
	}
	for _, k := range c.Queue.Kinds() {
		if q.Get("kind") == k {
			f.Kind = k
		}
	}
	if n, err := strconv.ParseInt(q.Get("before"), 10, 64); err == nil && n > 0 {
		f.Before = n
	}
	o, err := c.Queue.Overview(ctx, f)
	if err != nil {
		return err
	}
	v := listed{Overview: o, Bar: c.filter(ctx, f)}
	for _, s := range []jobs.State{jobs.Running, jobs.Waiting, jobs.Retrying, jobs.GivenUp} {
		v.Stats = append(v.Stats, web.Stat{Label: stateText(ctx, s), Value: i18n.From(ctx).Arg(int64(o.Counts[s]))})
	}
	v.Grid = grid(ctx, o.Jobs)
	if o.More {
		v.Older = address(f, o.Jobs[len(o.Jobs)-1].ID)
	}
	return web.Render(w, r, web.Page{Title: web.T(ctx, "jobs.title"), Nav: "jobs"}, listView(v))
}

func address(f jobs.Filter, before int64) string {
	q := url.Values{}
	if f.State != "" {
		q.Set("state", string(f.State))
	}
	if f.Kind != "" {
		q.Set("kind", f.Kind)
	}
	if before > 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	return (&url.URL{Path: "/jobs", RawQuery: q.Encode()}).String()
}

func (c *Console) filter(ctx context.Context, f jobs.Filter) web.Filter {
	states := []web.Option{{Label: web.T(ctx, "jobs.any_state")}}
	for _, s := range jobs.States {
		states = append(states, web.Option{Value: string(s), Label: stateText(ctx, s)})
	}
	kinds := []web.Option{{Label: web.T(ctx, "jobs.any_kind")}}
	for _, k := range c.Queue.Kinds() {
		kinds = append(kinds, web.Option{Value: k, Label: kindText(ctx, k)})
	}
	bar := web.Filter{Action: "/jobs", Clear: "/jobs", Fields: []web.Control{
		{Name: "state", Label: web.T(ctx, "jobs.state"), Type: "select", Options: states, Value: string(f.State)},
		{Name: "kind", Label: web.T(ctx, "jobs.kind"), Type: "select", Options: kinds, Value: f.Kind},
	}}
	if f.State != "" {
		bar.Chips = append(bar.Chips, web.Chip{Label: stateText(ctx, f.State), Href: address(jobs.Filter{Kind: f.Kind}, 0)})
	}
	if f.Kind != "" {
		bar.Chips = append(bar.Chips, web.Chip{Label: kindText(ctx, f.Kind), Href: address(jobs.Filter{State: f.State}, 0)})
	}
	return bar
}

func grid(ctx context.Context, list []jobs.Info) web.Grid {
	t := func(key string) string { return web.T(ctx, key) }
	g := web.Grid{Label: t("jobs.title"), Cols: []web.Column{
		{Label: t("jobs.kind")}, {Label: t("jobs.state")}, {Label: t("jobs.tries"), Num: true}, {Label: t("jobs.added")}, {Label: t("jobs.error")},
	}}
	for _, j := range list {
		why := ""
		if j.State != jobs.Finished {
			why = short(j.Error)
		}
		sub := ""
		if j.State == jobs.Running && j.Total > 0 {
			sub = web.T(ctx, "jobs.of", j.Done, j.Total)
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: kindText(ctx, j.Kind), Sub: "#" + strconv.FormatInt(j.ID, 10), Href: path(j.ID)},
			{Body: stateTag(ctx, j.State), Sub: sub},
			{Text: tries(j)},
			{Text: when(j.Added), NoWrap: true},
			{Text: why},
		}})
	}
	return g
}

// short is the first line of an error, cut.
func short(s string) string {
	r := []rune(s)
	for i, c := range r {
		if c == '\n' || i == 120 {
			return string(r[:i]) + " …"
		}
	}
	return s
}

type shown struct {
	jobs.Info
	Items        []web.Item
	Retry, Abort bool
}

func (c *Console) show(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	id, err := number(r)
	if err != nil {
		return err
	}
	j, err := c.Queue.Get(ctx, id)
	if err != nil {
		return err
	}
	v := shown{Info: j, Retry: j.State != jobs.Running && j.State != jobs.Finished, Abort: !j.State.Over()}
	item := func(key, value string) {
		if value != "" {
			v.Items = append(v.Items, web.Item{Label: web.T(ctx, key), Value: value})
		}
	}
	v.Items = append(v.Items, web.Item{Label: web.T(ctx, "jobs.state"), Body: stateTag(ctx, j.State)})
	item("jobs.tries", tries(j))
	item("jobs.added", when(j.Added))
	if j.State == jobs.Waiting || j.State == jobs.Retrying {
		item("jobs.next", when(j.Next))
	}
	item("jobs.begun", when(j.Begun))
	item("jobs.ended", when(j.Ended))
	item("jobs.by", j.By)
	item("jobs.args", args(j.Args))
	p := web.Page{
		Title: kindText(ctx, j.Kind), Nav: "jobs",
		Crumbs: []web.Crumb{{Label: web.T(ctx, "jobs.title"), Href: "/jobs"}, {Label: "#" + strconv.FormatInt(id, 10)}},
	}
	return web.Render(w, r, p, showView(v))
}

func (c *Console) retry(w http.ResponseWriter, r *http.Request) error {
	return c.change(w, r, "retry", "jobs.retried", c.Queue.Retry)
}

func (c *Console) cancel(w http.ResponseWriter, r *http.Request) error {
	return c.change(w, r, "cancel", "jobs.cancelled", c.Queue.Cancel)
}

func (c *Console) change(w http.ResponseWriter, r *http.Request, action, said string, do func(*db.Tx, int64) error) error {
	id, err := number(r)
	if err != nil {
		return err
	}
	u, _ := auth.Who(r.Context())
	err = c.DB.InTx(r.Context(), func(tx *db.Tx) error {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		if err := do(tx, id); err != nil {
			return err
		}
		return audit.Note(tx, audit.Entry{Actor: u.Actor(), Action: action, Object: "job/" + strconv.FormatInt(id, 10)})
	})
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), said))
	return web.Redirect(w, r, path(id))
}

func number(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || n < 1 {
		return 0, jobs.NoJob()
	}
	return n, nil
}

func path(id int64) string { return "/jobs/" + strconv.FormatInt(id, 10) }

func tries(j jobs.Info) string { return strconv.Itoa(j.Attempt) + "/" + strconv.Itoa(j.Tries) }

// vietnam is the clock on the wall of those who read this.
var vietnam = time.FixedZone("ICT", 7*3600)

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(vietnam).Format("02/01/2006 15:04:05")
}

func args(raw json.RawMessage) string {
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

// kindText names a kind in the reader's words: its name is a text of its room.
func kindText(ctx context.Context, kind string) string {
	if i18n.From(ctx).Has(kind) {
		return web.T(ctx, kind)
	}
	return kind // of another version of the program
}

func stateText(ctx context.Context, s jobs.State) string { return web.T(ctx, "jobs.state."+string(s)) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
