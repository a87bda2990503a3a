package notify

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
)

// SMTP says how mail leaves. Without a Host none does.
type SMTP struct {
	Host     string
	Port     int    // 0 is 587
	User     string // "" without signing in
	Password string
	From     string // "lienket@alliance.example.vn"
	TLS      string // "starttls" (also ""), "tls", or "none" for a server on the same machine
}

// Post sends mails: it gathers notices into letters and hands them to the server.
type Post struct {
	DB    *db.DB
	Queue *jobs.Queue
	Book  *i18n.Book
	SMTP  SMTP
	Site  string // "https://lienket.example.vn", for the links in mails
}

// The kinds of work.
const (
	digestJob = "mail.digest"
	mailJob   = "mail.send"
)

// mailTries spread over some hours: the pause grows with the fourth power.
const mailTries = 9

// Jobs are the kinds of work for the queue.
func (p *Post) Jobs() []jobs.Kind {
	return []jobs.Kind{
		{Name: digestJob, Do: p.digest, Every: time.Minute, Tries: 1, Timeout: 5 * time.Minute},
		{Name: mailJob, Do: p.mail, Tries: mailTries, Timeout: 2 * time.Minute, Gone: p.gone},
	}
}

func (p *Post) digest(ctx context.Context, _ *jobs.Job) error {
	_, err := p.Gather(ctx)
	return err
}

// keepFor is how long what was read, or mailed, is kept.
const keepFor = 180 * 24 * time.Hour

// Gather writes the letters that are due now and puts them into the queue. Each person's is
// a transaction of its own.
func (p *Post) Gather(ctx context.Context) (letters int, err error) {
	defer fault.Wrap(&err, "gathering mails")
	err = p.DB.InTx(ctx, func(tx *db.Tx) error {
		old := db.At(tx.Now().Add(-keepFor))
		if _, err := tx.Exec(sqlOldRead, old); err != nil {
			return err
		}
		_, err := tx.Exec(sqlOldMails, old)
		return err
	})
	if err != nil || p.SMTP.Host == "" {
		return 0, err
	}
	var all []due
	var now time.Time
	err = p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		now = tx.Now()
		all, err = dues(tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, d := range all {
		if !ready(d, now) {
			continue
		}
		if err := p.DB.InTx(ctx, func(tx *db.Tx) error { return p.write(tx, d) }); err != nil {
			return letters, err
		}
		letters++
	}
	return letters, nil
}

// ready: not in quiet hours, and the last mail is long enough ago.
func ready(d due, now time.Time) bool {
	if quiet(now, d.QuietFrom, d.QuietUpTo) {
		return false
	}
	return d.last.IsZero() || now.Sub(d.last.Time) >= time.Duration(d.Every)*time.Minute
}

func (p *Post) write(tx *db.Tx, d due) error {
	all, err := notes(tx.Query(sqlUnmailed, d.account, d.since))
	if err != nil || len(all) == 0 {
		return err
	}
	lang := i18n.VI
	if d.lang == string(i18n.EN) {
		lang = i18n.EN
	}
	id, err := insertMail(tx, d, compose(p.Book.Printer(lang), d.name, p.Site, all), all[len(all)-1].ID)
	if err != nil {
		return err
	}
	_, err = p.Queue.Add(tx, mailJob, mailArgs{id}, jobs.Opts{Unique: strconv.FormatInt(id, 10)})
	return err
}

type mailArgs struct {
	Mail int64 `json:"mail"`
}

func (p *Post) mail(ctx context.Context, j *jobs.Job) error {
	var a mailArgs
	if err := j.Into(&a); err != nil {
		return jobs.Final(err)
	}
	var m outgoing
	if err := p.DB.Read(ctx, func(tx *db.Tx) (err error) { m, err = mailBy(tx, a.Mail); return err }); err != nil {
		return err
	}
	if !m.sent.IsZero() || !m.dead.IsZero() {
		return nil
	}
	if err := p.deliver(ctx, m); err != nil {
		_ = p.DB.InTx(ctx, func(tx *db.Tx) error { _, e := tx.Exec(sqlFailed, m.id, cutError(err)); return e })
		return err
	}
	return p.DB.InTx(ctx, func(tx *db.Tx) error { _, err := tx.Exec(sqlSent, m.id, db.At(tx.Now())); return err })
}

// cutError is an error as it is kept; a server may answer at length.
func cutError(err error) string {
	s := oneLine(err.Error())
	return s
}

// deliver hands one mail to the server. Its number stands in its Message-ID, so that a
// second try of a mail that had arrived can be seen as the same.
func (p *Post) deliver(ctx context.Context, m outgoing) error {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(p.SMTP.From); err != nil {
		return jobs.Final(fmt.Errorf("sender %q: %w", p.SMTP.From, err))
	}
	if err := msg.To(m.address); err != nil {
		return jobs.Final(fmt.Errorf("address %q: %w", m.address, err))
	}
	msg.Subject(m.subject)
	msg.SetDateWithValue(m.made.Time)
	msg.SetMessageIDWithValue(fmt.Sprintf("lienket-%d-%d@%s", m.id, m.made.UnixMicro(), p.SMTP.Host))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, m.body)
	c, err := mail.NewClient(p.SMTP.Host, p.options()...)
	if err != nil {
		return err
	}
	return c.DialAndSendWithContext(ctx, msg)
}

func (p *Post) options() []mail.Option {
	port := p.SMTP.Port
	if port == 0 {
		port = 587
	}
	o := []mail.Option{mail.WithPort(port), mail.WithTimeout(30 * time.Second)}
	switch p.SMTP.TLS {
	case "tls":
		o = append(o, mail.WithSSL())
	case "none":
		o = append(o, mail.WithTLSPolicy(mail.NoTLS))
	default:
		o = append(o, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if p.SMTP.User != "" {
		o = append(o, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(p.SMTP.User), mail.WithPassword(p.SMTP.Password))
	}
	return o
}

// gone: a mail was given up. The administrators are told in the app, where it cannot fail
// the same way.
func (p *Post) gone(tx *db.Tx, j *jobs.Job, why error) error {
	var a mailArgs
	if err := j.Into(&a); err != nil || why == nil {
		return err
	}
	n, err := tx.Exec(sqlDead, a.Mail, db.At(tx.Now()), cutError(why))
	if err != nil || n == 0 { // told before, or sent
		return err
	}
	m, err := mailBy(tx, a.Mail)
	if err != nil {
		return err
	}
	to, err := admins(tx)
	if err != nil {
		return err
	}
	err = audit.Note(tx, audit.Entry{
		Actor: "system", Action: "mail.dead", Object: "notify_mail/" + strconv.FormatInt(a.Mail, 10),
		After: map[string]string{"address": m.address, "reason": cutError(why)},
	})
	if err != nil {
		return err
	}
	return Send(tx, Note{To: to, Kind: "mail.dead", Key: "notify.note.dead", Args: []any{m.address, cutError(why)}, Link: "/system"})
}
