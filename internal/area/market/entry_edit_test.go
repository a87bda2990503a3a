package market

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/weight"
)

// formAt reads the form of an edit page back, as a browser would send it.
var reInput = regexp.MustCompile(`<input[^>]*>|<textarea[^>]*>[^<]*</textarea>`)

func attr(tag, name string) string {
	m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if m == nil {
		return ""
	}
	return strings.NewReplacer("&#34;", `"`, "&quot;", `"`, "&amp;", "&", "&lt;", "<", "&gt;", ">", "&#39;", "'").Replace(m[1])
}

func formAt(body string) url.Values {
	i, j := strings.Index(body, `id="entry"`), strings.LastIndex(body, "</form>")
	out := url.Values{}
	for _, tag := range reInput.FindAllString(body[i:j], -1) {
		name, kind := attr(tag, "name"), attr(tag, "type")
		if name == "" || name == "photo" || (kind == "checkbox" || kind == "radio") && !strings.Contains(tag, " checked") {
			continue
		}
		value := attr(tag, "value")
		if strings.HasPrefix(tag, "<textarea") {
			value = tag[strings.Index(tag, ">")+1 : strings.LastIndex(tag, "<")]
		}
		out.Add(name, value)
	}
	return out
}

func TestEntryEdit_SavesWhatIsChangedAndNothingElse(t *testing.T) {
	s := newEntrySite(t)
	for _, c := range []struct {
		side Side
		form url.Values
	}{{SideOffer, phoneOffer}, {SideDemand, phoneDemand}} {
		e := s.enter(t, "officer", c.side, c.form)
		path := entryPath(c.side, e.ID)
		form := formAt(s.get(t, "officer", path+"/edit", "Sửa "+e.Ref))
		if a := s.do(t, "officer", "POST", path+"/edit", form); a.status != 303 {
			t.Fatalf("%s unchanged: %d %s", path, a.status, errorsIn(a.body))
		}
		same := s.entryAt(t, c.side, path)
		if a, b := asJSON(t, [2]any{same.Offer, same.Demand}), asJSON(t, [2]any{e.Offer, e.Demand}); a != b || same.AgreedBy != e.AgreedBy || !same.AgreedAt.Equal(e.AgreedAt) {
			t.Errorf("an edit of nothing changes\n%s\n%s %v %v", b, a, e.AgreedAt, same.AgreedAt)
		}
		form = formAt(s.get(t, "officer", path+"/edit"))
		form.Set("quantity", "3 tấn")
		if a := s.do(t, "officer", "POST", path+"/edit", form); a.status != 303 {
			t.Fatalf("%d %s", a.status, errorsIn(a.body))
		}
		if now := s.entryAt(t, c.side, path); now.Grams() != 3*weight.Tonne || now.Version != e.Version+2 {
			t.Errorf("%v, version %d", now.Grams(), now.Version)
		}
		s.get(t, "officer", path, e.Ref, "Ai đã sửa gì", "3 tấn", "nhập hộ bởi Người officer", "đúng không ạ?")
	}
}

func TestEntryEdit_AConflictShowsBothSides(t *testing.T) {
	s := newEntrySite(t)
	e := s.enter(t, "officer", SideOffer, phoneOffer)
	path := entryPath(SideOffer, e.ID)
	mine := formAt(s.get(t, "officer", path+"/edit"))
	theirs := formAt(s.get(t, "admin", path+"/edit"))
	theirs.Set("price", "19.000")
	mine.Set("quantity", "9 tấn")
	if a := s.do(t, "admin", "POST", path+"/edit", theirs); a.status != 303 {
		t.Fatal(a.status)
	}
	a := s.do(t, "officer", "POST", path+"/edit", mine)
	if a.status != http.StatusConflict || !strings.Contains(a.body, "9 tấn") || !strings.Contains(a.body, "19.000 đ/kg") {
		t.Errorf("%d", a.status)
	}
	if now := s.entryAt(t, SideOffer, path); now.Offer.Floor != 19_000_000 || now.Grams() != 7*weight.Tonne {
		t.Errorf("the later one wins: %+v", now.Offer)
	}
}

func TestEntryDeeds_CanBeTakenBack(t *testing.T) {
	s := newEntrySite(t)
	e := s.enter(t, "officer", SideOffer, phoneOffer)
	path := entryPath(SideOffer, e.ID)
	do := func(deed string, version int64, more ...string) planAnswer {
		return s.do(t, "officer", "POST", path+"/"+deed, with(url.Values{"row_version": {fmt.Sprint(version)}}, more...))
	}
	if a := do("close", 1, "why", "sold_elsewhere"); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	if now := s.entryAt(t, SideOffer, path); now.State != EntryClosed || now.Why != SoldElsewhere {
		t.Errorf("%+v", now)
	}
	s.get(t, "officer", path, "Đã bán ngoài", "Mở lại")
	if a := do("close", 1, "why", "mistaken"); a.status != http.StatusConflict {
		t.Errorf("an old page closes: %d", a.status)
	}
	if a := do("reopen", 2); a.status != 303 {
		t.Fatal(a.status)
	}
	if now := s.entryAt(t, SideOffer, path); now.State != EntryOpen || now.Why != "" {
		t.Errorf("%+v", now)
	}
	if a := do("alive", 3); a.status != 303 {
		t.Fatal(a.status)
	}
	if a := do("alive", 4, "back", e.AliveAt.Format("2006-01-02T15:04:05.999999999Z07:00")); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	if now := s.entryAt(t, SideOffer, path); !now.AliveAt.Equal(e.AliveAt) {
		t.Errorf("alive at %v, was %v", now.AliveAt, e.AliveAt)
	}
	if a := do("close", 5, "why", "because"); a.status != 422 {
		t.Errorf("any reason closes: %d", a.status)
	}
}

func TestEntry_ForeignOnesAreNotThere(t *testing.T) {
	s := newEntrySite(t)
	e := s.enter(t, "officer", SideOffer, phoneOffer)
	s.seesOnly(t, "yen-thuy", "05389@2023")
	path := entryPath(SideOffer, e.ID)
	for _, who := range []string{"theirs", "buys", "yen-thuy"} {
		for _, at := range []string{"", "/edit", "/partners", "/photos/1"} {
			if a := s.do(t, who, "GET", path+at, nil); a.status != 404 {
				t.Errorf("%s opens %s%s: %d", who, path, at, a.status)
			}
		}
		for _, deed := range []string{"/edit", "/alive", "/close", "/reopen"} {
			if a := s.do(t, who, "POST", path+deed, url.Values{"row_version": {"1"}, "why": {"withdrawn"}}); a.status != 404 {
				t.Errorf("%s posts %s%s: %d", who, path, deed, a.status)
			}
		}
	}
	if a := s.do(t, "officer", "GET", "/demands/"+fmt.Sprint(e.ID), nil); a.status != 404 {
		t.Errorf("an offer is no demand: %d", a.status)
	}
	s.get(t, "mine", path, "HTX Thu Phong", "18.000 đ/kg")
}

// TestEntryEdit_ManyAtOnceLoseNothing: many people add to the notes of ten offers at once;
// every change that was taken stands at the end.
func TestEntryEdit_ManyAtOnceLoseNothing(t *testing.T) {
	s := newEntrySite(t)
	clients, turns := 16, 3
	if os.Getenv("LIENKET_LONG") != "" {
		clients, turns = 64, 20
	}
	var paths []string
	for i := range 10 {
		e := s.enter(t, "officer", SideOffer, with(phoneOffer, "note", "", "quantity", fmt.Sprintf("%d tấn", i+1), "twice", "1"))
		paths = append(paths, entryPath(SideOffer, e.ID))
	}
	var mu sync.Mutex
	taken, refused := map[string][]string{}, 0
	var wg sync.WaitGroup
	for c := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range turns {
				path := paths[(c*7+n)%len(paths)]
				form := formAt(s.do(t, "officer", "GET", path+"/edit", nil).body)
				mark := fmt.Sprintf("[%d.%d]", c, n)
				form.Set("note", form.Get("note")+mark)
				form.Set("idem", fmt.Sprintf("edit-%d-%d", c, n))
				first := s.do(t, "officer", "POST", path+"/edit", form)
				again := s.do(t, "officer", "POST", path+"/edit", form) // the telephone was slow: sent twice
				mu.Lock()
				switch {
				case first.status == 303 && again.status == 303:
					taken[path] = append(taken[path], mark)
				case first.status == 409:
					refused++
				default:
					t.Errorf("%s: %d, then %d", mark, first.status, again.status)
				}
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	n := 0
	for _, path := range paths {
		note := s.entryAt(t, SideOffer, path).Offer.Note
		for _, mark := range taken[path] {
			if n++; strings.Count(note, mark) != 1 {
				t.Errorf("%s lost or doubled %s: %s", path, mark, note)
			}
		}
		if got := strings.Count(note, "["); got != len(taken[path]) {
			t.Errorf("%s holds %d changes, %d were taken", path, got, len(taken[path]))
		}
	}
	if n == 0 {
		t.Error("no change was taken")
	}
	t.Logf("%d taken, %d refused", n, refused)
}

func TestEntry_PhotosAreKeptBesideIt(t *testing.T) {
	s := newEntrySite(t)
	var pic bytes.Buffer
	if err := png.Encode(&pic, image.NewRGBA(image.Rect(0, 0, 300, 200))); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, all := range phoneOffer {
		for _, v := range all {
			_ = m.WriteField(k, v)
		}
	}
	f, _ := m.CreateFormFile("photo", "vuon.png")
	_, _ = f.Write(pic.Bytes())
	_ = m.Close()
	req, _ := http.NewRequest("POST", s.URL+"/offers/new", &b)
	req.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	auth.SetToken(w, s.tokens["officer"], false)
	for _, c := range w.Result().Cookies() {
		req.AddCookie(c)
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	if err != nil || res.StatusCode != 303 {
		t.Fatal(err, res.StatusCode)
	}
	res.Body.Close()
	path := res.Header.Get("Location")
	s.get(t, "officer", path, "Ảnh kèm", path+"/photos/1?small=1")
	for at, kind := range map[string]string{"/photos/1": "image/png", "/photos/1?small=1": "image/jpeg"} {
		if a := s.do(t, "officer", "GET", path+at, nil); a.status != 200 || a.header.Get("Content-Type") != kind {
			t.Errorf("%s: %d %s", at, a.status, a.header.Get("Content-Type"))
		}
		if a := s.do(t, "theirs", "GET", path+at, nil); a.status != 404 {
			t.Errorf("%s for somebody else: %d", at, a.status)
		}
	}
	other := s.enter(t, "officer", SideOffer, with(phoneOffer, "twice", "1"))
	if a := s.do(t, "officer", "GET", entryPath(SideOffer, other.ID)+"/photos/1", nil); a.status != 404 {
		t.Errorf("by another entry's address: %d", a.status)
	}
	off := func(who, path string, version, want int) {
		t.Helper()
		if a := s.do(t, who, "POST", path, url.Values{"row_version": {fmt.Sprint(version)}}); a.status != want {
			t.Errorf("%s posts %s: %d, want %d", who, path, a.status, want)
		}
	}
	off("officer", entryPath(SideOffer, other.ID)+"/photos/1/off", 1, 404)
	off("theirs", path+"/photos/1/off", 1, 404)
	off("officer", path+"/photos/1/off", 7, 409)
	off("officer", path+"/photos/1/off", 1, 303)
	if page := s.get(t, "officer", path, "Bỏ ảnh"); strings.Contains(page, path+"/photos/1?small=1") {
		t.Error("the photo is still shown")
	}
	off("officer", path+"/photos/1/off", 2, 404)
	off("officer", entryPath(SideOffer, other.ID)+"/photos/1/on", 1, 404)
	off("officer", path+"/photos/1/on", 2, 303)
	s.get(t, "officer", path, path+"/photos/1?small=1", "Đặt lại ảnh")
}

// TestPhotos_OfEntriesThatAreThereStay: the sweep knows which entries are in the book.
func TestPhotos_OfEntriesThatAreThereStay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		_, out := book(t, s, "lon-xon-1")
		var id EntryID
		for _, id = range out.Entries {
			break
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			for object, want := range map[string]bool{EntryObject(id): true, EntryObject(999999): false, "market_entry/x": true} {
				if ok, err := entryThere(tx, object); err != nil || ok != want {
					t.Errorf("%s: %v, %v", object, ok, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.sweepPhotos(ctx, nil); err != nil {
			t.Fatal(err)
		}
	})
}

func TestPartners_FitFirstThenTheNearestGap(t *testing.T) {
	s := newEntrySite(t)
	offer := s.enter(t, "officer", SideOffer, with(phoneOffer, "price", "12.137"))
	s.enter(t, "officer", SideDemand, with(phoneDemand, "papers", "", "max_invoices", ""))
	for _, x := range []url.Values{
		with(phoneDemand, "max_invoices", "", "papers", "GlobalGAP"),
		with(phoneDemand, "max_invoices", "", "papers", "", "price", "9.519", "price_at", "kho"),
		with(phoneDemand, "max_invoices", "", "papers", "", "from", "28/2/2024", "to", "5/3/2024"),
	} {
		s.enter(t, "officer", SideDemand, with(x, "twice", "1"))
	}
	path := entryPath(SideOffer, offer.ID) + "/partners"
	page := s.get(t, "officer", path, "Ai mua được hàng này", "Khớp ngay", "Siêu thị Bãi Cháy", "Thực nhận tại vườn", "đ/kg", "Còn lệch", "thiếu GlobalGAP", "thiếu giá", "lệch ", `href="tel:0900000205"`)
	if strings.Index(page, "Khớp ngay") > strings.Index(page, "Còn lệch") {
		t.Error("the gaps come first")
	}
	s.get(t, "officer", entryPath(SideDemand, 2)+"/partners", "Ai cung được đơn này", "HTX Thu Phong")
	// The cooperative itself reads where, not who; no price of anybody, no telephone.
	mine := s.get(t, "mine", path, "Một bên mua", "Hải Phòng", "giá chưa gặp nhau")
	for _, secret := range []string{"Bãi Cháy", "0900000205", "0900 000 205", "9.519", "25.000", "Thực nhận", "thiếu giá"} {
		if strings.Contains(mine, secret) {
			t.Errorf("the cooperative reads %q", secret)
		}
	}
	buys := s.get(t, "buys", entryPath(SideDemand, 2)+"/partners", "Một đơn vị bán")
	for _, secret := range []string{"Thu Phong", "0900000118", "12.137", "Thực nhận"} {
		if strings.Contains(buys, secret) {
			t.Errorf("the buyer reads %q", secret)
		}
	}
	ctx := context.Background()
	if _, _, err := s.area.Store.PartnerInput(ctx, Viewer{}, "CAM-CANH", s.area.today()); err != nil {
		t.Errorf("of goods that nobody has: %v", err)
	}
}
