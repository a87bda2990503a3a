package notify

import (
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/i18n"
)

// quiet reports whether t falls into a person's quiet hours. "21:00" to "06:30" goes over
// midnight; two equal times are no quiet hours.
func quiet(t time.Time, from, to string) bool {
	now := t.In(vietnam).Format("15:04")
	if from <= to {
		return now >= from && now < to
	}
	return now >= from || now < to
}

// clock reads a time of day as people write it: 6:30, 06:30, 6h30, 21h.
func clock(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.NewReplacer("h", ":", ".", ":", " ", "").Replace(s)
	s = strings.TrimSuffix(s, ":")
	if !strings.Contains(s, ":") {
		s += ":00"
	}
	t, err := time.Parse("15:4", s)
	if err != nil {
		return "", false
	}
	return t.Format("15:04"), true
}

// letter is a mail that gathers notices.
type letter struct{ subject, body string }

// mostInLetter bounds a mail; the rest is said as a number.
const mostInLetter = 50

// compose writes the mail of some notices, oldest first.
func compose(p *i18n.Printer, name, site string, all []noted) letter {
	l := letter{subject: p.T("notify.mail.many", len(all))}
	if len(all) == 1 {
		l.subject = oneLine(all[0].sentence(p))
	}
	var b strings.Builder
	b.WriteString(p.T("notify.mail.hello", name) + "\n\n")
	for i, n := range all {
		if i == mostInLetter {
			b.WriteString(p.T("notify.mail.more", len(all)-mostInLetter) + "\n\n")
			break
		}
		b.WriteString("• " + n.plain(p, site) + "\n\n")
	}
	b.WriteString("-- \n" + p.T("notify.mail.foot") + "\n")
	if site != "" {
		b.WriteString(site + settingsPath + "\n")
	}
	l.body = b.String()
	return l
}

// oneLine is fit for a subject: no line breaks, not too long.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 120 {
		s = string(r[:119]) + "…"
	}
	return s
}
