package notify

import (
	"context"
	"net/http"
	"net/mail"
	"net/url"
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// Desk is the pages on which a person reads notices and says how to be told.
type Desk struct {
	DB   *db.DB
	Site string // for the plain text that goes into Zalo
	Mail bool   // a server for mail is set up
}

const settingsPath = "/account/notices"

// Routes lists the pages. Everybody reads own notices only: the account stands in every
// query.
func (d *Desk) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /notices", May: auth.SignedIn, Do: d.list},
		{Pattern: "POST /notices/{id}/open", May: auth.SignedIn, Do: d.open},
		{Pattern: "POST /notices/read", May: auth.SignedIn, Do: d.readAll},
		{Pattern: "POST /notices/unread", May: auth.SignedIn, Do: d.undo},
		{Pattern: "GET " + settingsPath, May: auth.SignedIn, Do: d.showSettings},
		{Pattern: "POST " + settingsPath, May: auth.SignedIn, Do: d.saveSettings},
	}
}

// Unread is for the bell in the bar.
func (d *Desk) Unread(ctx context.Context) (n int) {
	u, in := auth.Who(ctx)
	if !in {
		return 0
	}
	// A bell without a number is better than no page.
	_ = d.DB.Read(ctx, func(tx *db.Tx) (err error) { n, err = unread(tx, u.ID); return err })
	return n
}

const pageSize = 25

// shown is one notice on the page.
type shown struct {
	ID          int64
	When, ISO   string
	Text, Plain string
	Link        bool
	New         bool
}

type listShown struct {
	All     []shown
	Total   int
	Unread  int
	OnlyNew bool
	Newest  int64
	Paging  web.Paging
}

func (d *Desk) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	v := listShown{OnlyNew: r.FormValue("new") == "1"}
	page := 1
	if n, err := strconv.Atoi(r.FormValue("page")); err == nil && n > 1 && n < 1_000_000 {
		page = n
	}
	var all []noted
	err := d.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Unread, err = unread(tx, u.ID); err != nil {
			return err
		}
		ask := sqlNotesOf
		if v.Total = v.Unread; v.OnlyNew {
			ask = sqlUnreadOf
		} else if err = tx.QueryRow(sqlCountNotes, u.ID).Scan(&v.Total); err != nil {
			return err
		}
		all, err = notes(tx.Query(ask, u.ID, pageSize, (page-1)*pageSize))
		return err
	})
	if err != nil {
		return err
	}
	p := i18n.From(ctx)
	for _, n := range all {
		at := n.Made.In(vietnam)
		v.All = append(v.All, shown{
			ID: n.ID, When: p.Arg(at), ISO: at.Format(time.RFC3339), Text: n.sentence(p), Plain: n.plain(p, d.site(r)),
			Link: n.Link != "", New: n.Read.IsZero(),
		})
		v.Newest = max(v.Newest, n.ID)
	}
	v.Paging = web.Paging{Page: page, Size: pageSize, Total: v.Total, Href: func(n int) string {
		q := url.Values{"page": {strconv.Itoa(n)}}
		if v.OnlyNew {
			q.Set("new", "1")
		}
		return "/notices?" + q.Encode()
	}}
	return web.Render(w, r, web.Page{Title: web.T(ctx, "notify.title"), Nav: "notices"}, listView(v))
}

// site is where people reach us: as it was told, or as this one did.
func (d *Desk) site(r *http.Request) string {
	if d.Site != "" {
		return d.Site
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host
}

// open marks a notice as read and goes where it leads.
func (d *Desk) open(w http.ResponseWriter, r *http.Request) error {
	u, _ := auth.Who(r.Context())
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return notFound()
	}
	link := ""
	err = d.DB.InTx(r.Context(), func(tx *db.Tx) error {
		all, err := notes(tx.Query(sqlNote, u.ID, id))
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return notFound()
		}
		link = all[0].Link
		_, err = tx.Exec(sqlReadOne, u.ID, id, db.At(tx.Now()))
		return err
	})
	if err != nil {
		return err
	}
	if link == "" {
		link = "/notices"
	}
	return web.Redirect(w, r, link)
}

func notFound() error { return fault.New(fault.NotFound, "notify.fault.not_found") }

// readAll marks what the page showed and all before; a notice that came since stays new.
func (d *Desk) readAll(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	upTo, err := strconv.ParseInt(r.PostFormValue("up_to"), 10, 64)
	if err != nil {
		return notFound()
	}
	var n int64
	var at time.Time
	err = d.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		at = tx.Now()
		n, err = tx.Exec(sqlReadAll, u.ID, db.At(at), upTo)
		return err
	})
	if err != nil {
		return err
	}
	if n > 0 {
		web.SetUndo(w, r, "good", web.T(ctx, "notify.all_read", n), &web.Undo{
			Action: "/notices/unread", Fields: map[string]string{"at": strconv.FormatInt(at.UnixMicro(), 10)},
		})
	}
	return web.Redirect(w, r, "/notices")
}

func (d *Desk) undo(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	at, err := strconv.ParseInt(r.PostFormValue("at"), 10, 64)
	if err != nil {
		return notFound()
	}
	err = d.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		_, err := tx.Exec(sqlUnread, u.ID, db.At(time.UnixMicro(at)))
		return err
	})
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(ctx, "notify.undone"))
	return web.Redirect(w, r, "/notices")
}

// settingsShown is the form, as typed.
type settingsShown struct {
	By, Address, Every string
	From, To           string
	Version            int64
	Errs               web.FormErrors
	Mail               bool
}

// everyChoices are the minutes between two mails that the form offers.
var everyChoices = []int64{15, 60, 240, 1440}

func (d *Desk) showSettings(w http.ResponseWriter, r *http.Request) error {
	u, _ := auth.Who(r.Context())
	var s settings
	err := d.DB.Read(r.Context(), func(tx *db.Tx) (err error) { s, err = settingsOf(tx, u.ID); return err })
	if err != nil {
		return err
	}
	return d.renderSettings(w, r, 0, formOf(s))
}

func formOf(s settings) settingsShown {
	f := settingsShown{By: "app", Address: s.Address, Every: strconv.FormatInt(s.Every, 10), From: s.QuietFrom, To: s.QuietUpTo, Version: s.Version}
	if s.Address != "" {
		f.By = "mail"
	}
	return f
}

func (d *Desk) renderSettings(w http.ResponseWriter, r *http.Request, status int, f settingsShown) error {
	ctx := r.Context()
	f.Mail = d.Mail
	p := web.Page{
		Title: web.T(ctx, "notify.settings"), Nav: "account", Status: status,
		Crumbs: []web.Crumb{{Label: web.T(ctx, "notify.title"), Href: "/notices"}, {Label: web.T(ctx, "notify.settings")}},
	}
	return web.Render(w, r, p, settingsView(f))
}

// read checks what was typed.
func (f *settingsShown) read(ctx context.Context) (s settings) {
	bad := func(field, key string) {
		f.Errs = append(f.Errs, web.FieldError{Field: field, Text: web.T(ctx, key)})
	}
	s.Version = f.Version
	if f.By == "mail" {
		if s.Address = address(f.Address); s.Address == "" {
			bad("address", "notify.fault.address")
		}
	}
	s.Every, _ = strconv.ParseInt(f.Every, 10, 64)
	if s.Every < 5 || s.Every > 7*1440 {
		bad("every", "notify.fault.every")
	}
	var ok bool
	if s.QuietFrom, ok = clock(f.From); !ok {
		bad("from", "notify.fault.clock")
	}
	if s.QuietUpTo, ok = clock(f.To); !ok {
		bad("to", "notify.fault.clock")
	}
	return s
}

// address is one plain e-mail address, or "".
func address(s string) string {
	a, err := mail.ParseAddress(s)
	if err != nil || len(a.Address) > 200 || a.Name != "" {
		return ""
	}
	return a.Address
}

func (d *Desk) saveSettings(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	version, err := web.RowVersion(r)
	if err != nil {
		return err
	}
	f := settingsShown{
		By: r.PostFormValue("by"), Address: r.PostFormValue("address"), Every: r.PostFormValue("every"),
		From: r.PostFormValue("from"), To: r.PostFormValue("to"), Version: version,
	}
	s := f.read(ctx)
	if len(f.Errs) > 0 {
		return d.renderSettings(w, r, http.StatusUnprocessableEntity, f)
	}
	var ok bool
	var now settings
	err = d.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		was, err := settingsOf(tx, u.ID)
		if err != nil {
			return err
		}
		now = was
		if ok, err = saveSettings(tx, u.ID, s); err != nil || !ok {
			return err
		}
		// The address itself is the person's own; that mail was turned on or off is enough.
		return audit.Note(tx, audit.Entry{
			Actor: u.Actor(), Action: "mail.settings", Object: "account:" + strconv.FormatInt(u.ID, 10),
			Before: map[string]any{"mail": was.Address != ""}, After: map[string]any{"mail": s.Address != ""},
		})
	})
	if err != nil {
		return err
	}
	if !ok {
		return &web.Stale{Back: settingsPath, Changes: web.Compare(
			web.Change{Label: web.T(ctx, "notify.address"), Yours: s.Address, Now: now.Address},
			web.Change{Label: web.T(ctx, "notify.every"), Yours: f.Every, Now: strconv.FormatInt(now.Every, 10)},
			web.Change{Label: web.T(ctx, "notify.quiet.from"), Yours: s.QuietFrom, Now: now.QuietFrom},
			web.Change{Label: web.T(ctx, "notify.quiet.to"), Yours: s.QuietUpTo, Now: now.QuietUpTo},
		)}
	}
	web.SetFlash(w, r, "good", web.T(ctx, "notify.saved"))
	return web.Redirect(w, r, settingsPath)
}
