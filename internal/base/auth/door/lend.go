package door

import (
	"net/http"
	"strconv"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/web"
)

// Lending a leader's role while he is away: by himself, or by an administrator for him.

type lendShown struct {
	Me     int64 // whose page it is
	Leader bool  // may lend
	All    []auth.Delegation
	Today  calendar.Day
	Staff  []web.Option
	Form   lendForm
	Errs   web.FormErrors
	Root   string // address that forms post below
	Name   string // of whose page it is, on the administrator's page
}

type lendForm struct{ To, First, Last, Reason string }

func (d *Door) showLend(w http.ResponseWriter, r *http.Request) error {
	return d.renderLend(w, r, me(r).ID, 0, d.freshLend(), nil)
}

func (d *Door) freshLend() lendForm { return lendForm{First: calendar.FormatVI(d.today())} }

// renderLend shows the page of one's own lending, or of account of for an administrator.
func (d *Door) renderLend(w http.ResponseWriter, r *http.Request, of int64, status int, f lendForm, errs web.FormErrors) error {
	ctx, u := r.Context(), me(r)
	acc, err := d.Accounts.ByID(ctx, of)
	if err != nil {
		return err
	}
	v := lendShown{Me: of, Leader: acc.Role == auth.Leader && acc.Disabled.IsZero(), Today: d.today(), Form: f, Errs: errs, Root: "/account/lend"}
	p := d.ownPage(r, "auth.lend", status)
	if of != u.ID {
		v.Root, v.Name = accountPath(of, "/lend"), acc.Name
		p = d.onePage(r, acc, "auth.lend", status)
	}
	if v.All, err = d.Accounts.Delegations(ctx, of); err != nil {
		return err
	}
	if v.Leader {
		if v.Staff, err = d.staffOptions(r); err != nil {
			return err
		}
	}
	return web.Render(w, r, p, lendView(v))
}

// staffOptions are those to whom a role can be lent.
func (d *Door) staffOptions(r *http.Request) (out []web.Option, err error) {
	out = append(out, web.Option{Label: web.T(r.Context(), "auth.lend.choose")})
	for _, role := range []auth.Role{auth.Officer, auth.Admin, auth.Auditor} {
		all, _, err := d.Accounts.Roster(r.Context(), auth.RosterQuery{Role: role, Off: "on", Size: 300})
		if err != nil {
			return nil, err
		}
		for _, l := range all {
			out = append(out, web.Option{Value: idText(l.ID), Label: l.Name, Group: roleText(r.Context(), role)})
		}
	}
	return out, nil
}

func (d *Door) lend(w http.ResponseWriter, r *http.Request) error {
	return d.lendFrom(w, r, me(r).ID, "/account/lend")
}

func (d *Door) lendFrom(w http.ResponseWriter, r *http.Request, from int64, back string) error {
	ctx := r.Context()
	f := lendForm{To: r.PostFormValue("to"), First: r.PostFormValue("first"), Last: r.PostFormValue("last"), Reason: r.PostFormValue("reason")}
	n := auth.NewDelegation{From: from, Reason: f.Reason}
	var errs web.FormErrors
	var ok bool
	if n.First, ok = d.dayOf(f.First); !ok {
		errs = append(errs, dateError(ctx, "first"))
	}
	if n.Last, ok = d.dayOf(f.Last); !ok {
		errs = append(errs, dateError(ctx, "last"))
	}
	n.To, _ = strconv.ParseInt(f.To, 10, 64) // 0 is refused by the rule, in its words
	if len(errs) == 0 {
		_, err := d.Accounts.Delegate(ctx, me(r).Actor(), n)
		if errs, ok = web.FormErrorsOf(ctx, err); !ok && err != nil {
			return err
		}
	}
	if len(errs) > 0 {
		return d.renderLend(w, r, from, http.StatusUnprocessableEntity, f, errs)
	}
	web.SetFlash(w, r, "good", web.T(ctx, "auth.lend.done"))
	return web.Redirect(w, r, back)
}

func (d *Door) endLend(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	return d.endLendOf(w, r, me(r).ID, id, "/account/lend")
}

func (d *Door) endLendOf(w http.ResponseWriter, r *http.Request, of, id int64, back string) error {
	if err := d.Accounts.EndDelegation(r.Context(), me(r).Actor(), of, id); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "auth.lend.ended"))
	return web.Redirect(w, r, back)
}

func (d *Door) showTheirLend(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	return d.renderLend(w, r, id, 0, d.freshLend(), nil)
}

func (d *Door) lendForThem(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if _, err := d.Accounts.ByID(r.Context(), id); err != nil {
		return err
	}
	return d.lendFrom(w, r, id, accountPath(id, ""))
}

func (d *Door) endTheirLend(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	lent, err := pathID(r, "lend")
	if err != nil {
		return fault.New(fault.NotFound, "auth.fault.no_delegation")
	}
	return d.endLendOf(w, r, id, lent, accountPath(id, ""))
}
