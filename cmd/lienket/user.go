package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"golang.org/x/term"
)

func init() { register(50, "user", "cmd.user.help", &userCmd{}) }

type userCmd struct {
	Add     userAdd     `cmd:"" help:"${cmd_user_add}"`
	List    userList    `cmd:"" help:"${cmd_user_list}"`
	Disable userDisable `cmd:"" help:"${cmd_user_disable}"`
	Enable  userEnable  `cmd:"" help:"${cmd_user_enable}"`
	Passwd  userPasswd  `cmd:"" help:"${cmd_user_passwd}"`
	Link    userLink    `cmd:"" help:"${cmd_user_link}"`
	Grant   userGrant   `cmd:"" help:"${cmd_user_grant}"`
	Grants  userGrants  `cmd:"" help:"${cmd_user_grants}"`
	Revoke  userRevoke  `cmd:"" help:"${cmd_user_revoke}"`
	Reset   userReset   `cmd:"" name:"reset-factor" help:"${cmd_user_reset}"`
}

// withAccounts opens the data around f.
func withAccounts(e *env, s storeFlags, f func(*auth.Accounts) error) (err error) {
	d, err := s.open(e.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	atlas, err := places.Load()
	if err != nil {
		return err
	}
	a := auth.NewAccounts(d, auth.NewSessions(d, nil))
	a.Under = atlas.Under
	return f(a)
}

// actor is how the audit trail names the person at the terminal.
const actor = "command:user"

type userAdd struct {
	storeFlags
	Login string `arg:"" help:"${cmd_user_login}"`
	Name  string `help:"${cmd_user_name}" required:""`
	Role  string `help:"${cmd_user_role}" required:"" enum:"admin,leader,officer,auditor,coop,buyer"`
	Org   int64  `help:"${cmd_user_org}"`
	Scope string `help:"${cmd_user_scope}" default:"*" placeholder:"17@2023"`
	Link  bool   `help:"${cmd_user_add_link}"`
	Site  string `help:"${cmd_user_site}" default:"http://127.0.0.1:8080" placeholder:"URL"`
}

func (c *userAdd) Run(e *env) error {
	return withAccounts(e, c.storeFlags, func(a *auth.Accounts) error {
		n := auth.NewAccount{Login: c.Login, Name: c.Name, Role: auth.Role(c.Role), Org: c.Org, Scope: c.Scope}
		if !c.Link {
			var err error
			if n.Password, err = askPassword(e); err != nil {
				return err
			}
			if n.Password == "" {
				return fault.New(fault.Invalid, "cmd.user.no_password")
			}
		}
		id, err := a.Add(e.ctx, actor, n)
		if err != nil {
			return err
		}
		e.say("cmd.user.added", auth.FoldLogin(c.Login))
		if c.Link {
			return printLink(e, a, id, c.Site)
		}
		return nil
	})
}

type userList struct{ storeFlags }

func (c *userList) Run(e *env) error {
	return withAccounts(e, c.storeFlags, func(a *auth.Accounts) error {
		all, err := a.List(e.ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(e.out, 2, 4, 2, ' ', 0)
		for _, u := range all {
			state := e.p.T("auth.state.on")
			if !u.Disabled.IsZero() {
				state = e.p.T("auth.state.off")
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", u.Login, u.Name, e.p.T("auth.role."+string(u.Role)), state)
		}
		return w.Flush()
	})
}

type userDisable struct {
	storeFlags
	Login string `arg:"" help:"${cmd_user_login}"`
}

func (c *userDisable) Run(e *env) error { return switchAccount(e, c.storeFlags, c.Login, true) }

type userEnable struct {
	storeFlags
	Login string `arg:"" help:"${cmd_user_login}"`
}

func (c *userEnable) Run(e *env) error { return switchAccount(e, c.storeFlags, c.Login, false) }

func switchAccount(e *env, s storeFlags, login string, off bool) error {
	return withAccounts(e, s, func(a *auth.Accounts) error {
		acc, err := a.ByLogin(e.ctx, login)
		if err != nil {
			return err
		}
		if _, err := a.SetDisabled(e.ctx, actor, acc.ID, 0, off); err != nil {
			return err
		}
		if off {
			e.say("auth.disabled")
		} else {
			e.say("auth.enabled")
		}
		return nil
	})
}

type userPasswd struct {
	storeFlags
	Login string `arg:"" help:"${cmd_user_login}"`
}

func (c *userPasswd) Run(e *env) error {
	return withAccounts(e, c.storeFlags, func(a *auth.Accounts) error {
		acc, err := a.ByLogin(e.ctx, c.Login)
		if err != nil {
			return err
		}
		password, err := askPassword(e)
		if err != nil {
			return err
		}
		if err := a.SetPassword(e.ctx, actor, acc.ID, password, ""); err != nil {
			return err
		}
		e.say("auth.password_changed")
		return nil
	})
}

type userLink struct {
	storeFlags
	Login string `arg:"" help:"${cmd_user_login}"`
	Site  string `help:"${cmd_user_site}" default:"http://127.0.0.1:8080" placeholder:"URL"`
}

func (c *userLink) Run(e *env) error {
	return withAccounts(e, c.storeFlags, func(a *auth.Accounts) error {
		acc, err := a.ByLogin(e.ctx, c.Login)
		if err != nil {
			return err
		}
		return printLink(e, a, acc.ID, c.Site)
	})
}

func printLink(e *env, a *auth.Accounts, id int64, site string) error {
	token, err := a.NewLink(e.ctx, actor, id, 24*time.Hour, 1)
	if err != nil {
		return err
	}
	e.say("cmd.user.link.is")
	fmt.Fprintln(e.out, strings.TrimSuffix(site, "/")+"/in/"+token)
	return nil
}

type userGrant struct {
	storeFlags
	Login  string `arg:"" help:"${cmd_user_login}"`
	Scope  string `arg:"" help:"${cmd_user_scope}"`
	From   string `help:"${cmd_user_from}" placeholder:"2023-12-31"`
	To     string `help:"${cmd_user_to}" placeholder:"2023-12-31"`
	Reason string `help:"${cmd_user_reason}"`
}

func (c *userGrant) Run(e *env) error {
	from, err := commandDay(c.From)
	if err != nil {
		return err
	}
	to, err := commandDay(c.To)
	if err != nil {
		return err
	}
	return withAccounts(e, c.storeFlags, func(a *auth.Accounts) error {
		acc, err := a.ByLogin(e.ctx, c.Login)
		if err != nil {
			return err
		}
		if _, err := a.GrantFor(e.ctx, actor, acc.ID, c.Scope, from, to, c.Reason); err != nil {
			return err
		}
		e.say("auth.grant.added")
		return nil
	})
}

func commandDay(s string) (calendar.Day, error) {
	d, err := calendar.ParseDay(s)
	if err != nil {
		return 0, fault.New(fault.Invalid, "auth.fault.day")
	}
	return d, nil
}

type userGrants struct {
	storeFlags
	Login string `arg:"" help:"${cmd_user_login}"`
}

func (c *userGrants) Run(e *env) error {
	return withAccounts(e, c.storeFlags, func(a *auth.Accounts) error {
		acc, err := a.ByLogin(e.ctx, c.Login)
		if err != nil {
			return err
		}
		all, err := a.Grants(e.ctx, acc.ID)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(e.out, 2, 4, 2, ' ', 0)
		for _, g := range all {
			end := e.p.T("auth.grant.no_end")
			if g.To != auth.NoEnd {
				end = g.To.String()
			}
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", g.ID, g.Scope, g.From, end, g.Reason)
		}
		return w.Flush()
	})
}

type userRevoke struct {
	storeFlags
	Login string `arg:"" help:"${cmd_user_login}"`
	ID    int64  `arg:"" help:"${cmd_user_grant_id}"`
}

func (c *userRevoke) Run(e *env) error {
	return withAccounts(e, c.storeFlags, func(a *auth.Accounts) error {
		acc, err := a.ByLogin(e.ctx, c.Login)
		if err != nil {
			return err
		}
		if err := a.Revoke(e.ctx, actor, acc.ID, c.ID); err != nil {
			return err
		}
		e.say("auth.grant.revoked")
		return nil
	})
}

type userReset struct {
	storeFlags
	Login string `arg:"" help:"${cmd_user_login}"`
}

func (c *userReset) Run(e *env) error {
	return withAccounts(e, c.storeFlags, func(a *auth.Accounts) error {
		acc, err := a.ByLogin(e.ctx, c.Login)
		if err != nil {
			return err
		}
		if err := a.ResetFactors(e.ctx, actor, acc.ID); err != nil {
			return err
		}
		e.say("auth.second.reset_done")
		return nil
	})
}

// askPassword asks on a terminal without showing it; from a pipe it reads one line.
func askPassword(e *env) (string, error) {
	if f, ok := e.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(e.err, e.p.T("cmd.user.ask_password")+" ")
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(e.err)
		return string(b), err
	}
	line, err := bufio.NewReader(e.in).ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}
