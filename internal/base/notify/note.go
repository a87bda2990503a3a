// Package notify tells people what concerns them: as a notice in the app, gathered into a
// mail for those who want one, and as plain text to be pasted into Zalo. It is not a way to
// reach people without an account, and it decides nothing about what is worth telling.
package notify

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// Texts are the words about notices.
//
//go:embed text/*.json
var Texts embed.FS

// Note is what is told to some accounts. Key and Args are a text of the sender's room; the
// words are chosen when somebody reads, in that person's language. Args may be strings,
// whole numbers, i18n.Key, calendar.Day, weight.Grams, money.VND and time.Time.
type Note struct {
	To   []int64
	Kind string // "market.answer"
	Key  string
	Args []any
	Link string // a path of this site, "" without
}

// Send writes a notice in the caller's transaction.
func Send(tx *db.Tx, n Note) (err error) {
	defer fault.Wrap(&err, "telling %s", n.Kind)
	if n.Kind == "" || n.Key == "" {
		return fmt.Errorf("a notice needs a kind and a text")
	}
	args, err := packArgs(n.Args)
	if err != nil {
		return err
	}
	to := slices.Clone(n.To)
	slices.Sort(to)
	for _, account := range slices.Compact(to) {
		if err := insertNote(tx, account, n, args); err != nil {
			return err
		}
	}
	return nil
}

// packed are arguments with their kind, so that each language can print them its own way.
type packed struct {
	Args []packedArg `json:"args"`
}

type packedArg struct {
	Kind string `json:"k"`
	Text string `json:"s,omitempty"`
	N    int64  `json:"n,omitempty"`
}

func packArgs(args []any) (p packed, err error) {
	p.Args = []packedArg{}
	for _, a := range args {
		x := packedArg{}
		switch v := a.(type) {
		case string:
			x = packedArg{Kind: "s", Text: v}
		case i18n.Key:
			x = packedArg{Kind: "key", Text: string(v)}
		case int:
			x = packedArg{Kind: "n", N: int64(v)}
		case int64:
			x = packedArg{Kind: "n", N: v}
		case i18n.Plain:
			x = packedArg{Kind: "plain", N: int64(v)}
		case calendar.Day:
			x = packedArg{Kind: "day", N: int64(v)}
		case weight.Grams:
			x = packedArg{Kind: "g", N: int64(v)}
		case money.VND:
			x = packedArg{Kind: "vnd", N: int64(v)}
		case time.Time:
			x = packedArg{Kind: "at", N: v.UnixMicro()}
		default:
			return p, fmt.Errorf("a notice cannot keep a %T", a)
		}
		p.Args = append(p.Args, x)
	}
	return p, nil
}

var vietnam = time.FixedZone("+07", 7*3600)

func (p packed) args() []any {
	out := make([]any, len(p.Args))
	for i, a := range p.Args {
		switch a.Kind {
		case "key":
			out[i] = i18n.Key(a.Text)
		case "n":
			out[i] = a.N
		case "plain":
			out[i] = i18n.Plain(a.N)
		case "day":
			out[i] = calendar.Day(a.N)
		case "g":
			out[i] = weight.Grams(a.N)
		case "vnd":
			out[i] = money.VND(a.N)
		case "at":
			out[i] = time.UnixMicro(a.N).In(vietnam)
		default:
			out[i] = a.Text
		}
	}
	return out
}

// noted is a notice as it is kept for one person.
type noted struct {
	ID      int64
	Account int64
	Kind    string
	Key     string
	Args    packed
	Link    string
	Made    db.Time
	Read    db.Time
}

// sentence is the notice in words.
func (n noted) sentence(p *i18n.Printer) string { return p.T(n.Key, n.Args.args()...) }

// plain is the notice with its address, for mails and for Zalo. site is
// "https://lienket.example.vn", or "" when nobody has said where this site is.
func (n noted) plain(p *i18n.Printer, site string) string {
	s := n.sentence(p)
	if n.Link != "" && site != "" {
		s += "\n" + site + n.Link
	}
	return s
}

func (p packed) text() (string, error) {
	b, err := json.Marshal(p)
	return string(b), err
}
