package web

import (
	"bytes"
	"net/http"

	"github.com/a-h/templ"
)

// PlainPage is a page without a menu for somebody who came by a link, often inside Zalo on
// an old phone: one small style of its own, no script, nothing of the site around it.
type PlainPage struct {
	Title  string
	Day    string // at the right of the head: "18/12/2023"
	Status int    // 0 is 200
}

// RenderPlain writes a PlainPage. It is never kept by caches and never found by search
// engines, because its address is a key.
func RenderPlain(w http.ResponseWriter, r *http.Request, p PlainPage, body templ.Component) error {
	v := viewOf(r.Context())
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := plainFrame(p, string(v.lang), v.srv.Demo, body).Render(r.Context(), b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	if p.Status == 0 {
		p.Status = http.StatusOK
	}
	return Send(w, r, p.Status, "text/html; charset=utf-8", b.Bytes())
}

// PlainFact is one line of what is asked: "Bán cho" – "Bếp ăn KCN Nội Bài".
type PlainFact struct {
	Label, Value string
	Small        string // after the value, lighter
	Money        bool   // larger: what one gets
}

// PlainButton is one answer; Value is posted as "answer".
type PlainButton struct{ Value, Label string }

// PlainAsk is the confirmation page of design: who is asked, what, until when, the answers.
type PlainAsk struct {
	Greeting, Name, Of string // "Kính gửi bà", "Bùi Thị Hiền", "HTX Thu Phong"
	Question           string // "Giữ 8 tấn bưởi Diễn?"
	Facts              []PlainFact
	Said               string // what was answered before, if so; SaidKind "ok", "no" or ""
	SaidKind           string
	Until, UntilTime   string // "Trả lời trước", "17 giờ ngày 18/12"
	Action             string // where answers are posted; "" shows none
	Fields             map[string]string
	Version            int64
	Yes                PlainButton
	Half               []PlainButton // two beside each other
	Call               PlainButton
	Officer, Phone     string // and the office number, tap to call
	Code               string // four digits to be said over the phone
}
