package blob_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/blob"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"golang.org/x/image/webp"
)

func put(t testing.TB, d *db.DB, n blob.New) (blob.ID, error) {
	t.Helper()
	if n.Owner == "" {
		n.Owner = "thing/1"
	}
	n.By = "account:1"
	var id blob.ID
	err := d.InTx(t.Context(), func(tx *db.Tx) (err error) {
		id, err = blob.Put(tx, n)
		return err
	})
	return id, err
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func keyOf(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func TestPut_ComesBackAsItWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &blob.Store{DB: d}
		rnd := rand.New(rand.NewPCG(1, 2))
		for _, n := range []int{1, 256<<10 - 1, 256 << 10, 256<<10 + 1, 700_000} {
			b := make([]byte, n)
			for i := range b {
				b[i] = byte('a' + rnd.IntN(26))
			}
			id, err := put(t, d, blob.New{Name: "ghi.txt", Data: b})
			must(t, err)
			i, got, err := s.Open(t.Context(), id)
			must(t, err)
			if !bytes.Equal(got, b) || i.Size != int64(n) || i.Type != blob.Text || i.By != "account:1" {
				t.Errorf("%d bytes came back as %d, %+v", n, len(got), i)
			}
		}
		photo, err := put(t, d, blob.New{Owner: "thing/2", Name: "ảnh.jpg", Data: withEXIF(jpegOf(t, picture(800, 600)), 6)})
		must(t, err)
		all, err := s.Of(t.Context(), "thing/2")
		must(t, err)
		if len(all) != 1 || all[0].ID != photo || all[0].Width != 600 || all[0].Height != 800 || !all[0].Picture() {
			t.Errorf("%+v, want one picture that stands upright", all)
		}
		thumb, err := s.Thumb(t.Context(), photo)
		must(t, err)
		if m, err := jpeg.Decode(bytes.NewReader(thumb)); err != nil || m.Bounds().Dy() != blob.Thumb {
			t.Errorf("thumbnail %v, %v", m, err)
		}
		if all, _ := s.Of(t.Context(), "thing/1"); len(all) != 5 {
			t.Errorf("%d files of the other thing, want 5", len(all))
		}
	})
}

func TestRemove_AndPutBack(t *testing.T) {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &blob.Store{DB: d}
		id, err := put(t, d, blob.New{Name: "a.png", Data: pngOf(t, picture(9, 9))})
		must(t, err)
		in := func(f func(*db.Tx, string, blob.ID) error) error {
			return d.InTx(t.Context(), func(tx *db.Tx) error { return f(tx, "thing/1", id) })
		}
		if err := d.InTx(t.Context(), func(tx *db.Tx) error { return blob.Remove(tx, "thing/11", id) }); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("another owner removes it: %v", err)
		}
		must(t, in(blob.Remove))
		if _, _, err := s.Open(t.Context(), id); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a removed file opens: %v", err)
		}
		if _, err := s.Thumb(t.Context(), id); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a removed file shows its thumbnail: %v", err)
		}
		if err := in(blob.Remove); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("removed twice: %v", err)
		}
		must(t, in(blob.PutBack))
		if all, err := s.Of(t.Context(), "thing/1"); err != nil || len(all) != 1 {
			t.Errorf("put back: %v, %v", all, err)
		}
		must(t, in(blob.Remove))
		var gone int64
		must(t, d.InTx(t.Context(), func(tx *db.Tx) (err error) {
			gone, err = blob.Purge(tx, db.At(now.Add(time.Hour)))
			return err
		}))
		if err := in(blob.PutBack); gone != 1 || fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%d purged, then %v", gone, err)
		}
	}, db.Clock(func() time.Time { return now }))
}

func TestSweep_OnlyWhatNobodyRefersTo(t *testing.T) {
	start := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	now := start
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now = start
		s := &blob.Store{DB: d}
		keep := func(owner string) blob.ID {
			id, err := put(t, d, blob.New{Owner: owner, Name: "a.png", Data: pngOf(t, picture(9, 9))})
			must(t, err)
			return id
		}
		here, lost, other, off := keep("thing/1"), keep("thing/2"), keep("else/1"), keep("thing/3")
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error { return blob.Remove(tx, "thing/3", off) }))
		kinds := map[string]blob.Owners{"thing": func(tx *db.Tx, owner string) (bool, error) { return owner != "thing/2" && owner != "thing/4", nil }}
		sweep := func(want int64) {
			t.Helper()
			if n, err := s.Sweep(t.Context(), kinds); err != nil || n != want {
				t.Errorf("%d forgotten, %v; want %d", n, err, want)
			}
		}
		now = start.Add(blob.Youngest)
		sweep(0) // none is older than a day
		young := keep("thing/4")
		now = start.Add(blob.Youngest + time.Second)
		sweep(1)
		there := map[blob.ID]bool{here: true, lost: false, other: true, young: true}
		for id, want := range there {
			if _, _, err := s.Open(t.Context(), id); (err == nil) != want || err != nil && fault.CodeOf(err) != fault.NotFound {
				t.Errorf("file %d: %v", id, err)
			}
		}
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error { return blob.PutBack(tx, "thing/3", off) }))
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error { return blob.Remove(tx, "thing/3", off) }))
		now = now.Add(blob.Keep + time.Second)
		sweep(2) // the one taken off, and the young one has come of age
		if err := d.InTx(t.Context(), func(tx *db.Tx) error { return blob.PutBack(tx, "thing/3", off) }); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("put back after a week: %v", err)
		}
		var pieces int
		must(t, d.Read(t.Context(), func(tx *db.Tx) error { return tx.QueryRow("select count(*) from blob_chunk").Scan(&pieces) }))
		if pieces != 2 {
			t.Errorf("%d pieces are left of 2 files", pieces)
		}
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
			for i := range 450 { // more than one batch
				if _, err := blob.Put(tx, blob.New{Owner: fmt.Sprintf("%s/%04d", []string{"else", "gone"}[i%2], i), Name: "a.txt", Data: []byte("x"), By: "account:1"}); err != nil {
					return err
				}
			}
			return nil
		}))
		kinds["gone"] = func(*db.Tx, string) (bool, error) { return false, nil }
		now = now.Add(blob.Youngest + time.Second)
		sweep(225)
	}, db.Clock(func() time.Time { return now }))
}

func TestType_ByContentNotByName(t *testing.T) {
	pic := picture(40, 30)
	for _, c := range []struct {
		name, what string
		data       []byte
		want       string // a type, or a text key
	}{
		{"photo called a page", "x.html", jpegOf(t, pic), blob.JPEG},
		{"photo with a page behind it", "x.jpg", withEXIF(jpegOf(t, pic), 1), blob.JPEG},
		{"progressive", "x", sample(t, "progressive.jpg"), blob.JPEG},
		{"png", "x.jpg", pngOf(t, pic), blob.PNG},
		{"webp lossy", "x", sample(t, "lossy.webp"), blob.WebP},
		{"webp lossless", "x", sample(t, "lossless.webp"), blob.WebP},
		{"webp with exif", "x", webpWithEXIF(sample(t, "lossy.webp"), 48, 32, 6), blob.WebP},
		{"pdf", "x.txt", []byte(pdf), blob.PDF},
		{"pdf cut off", "x.pdf", []byte(pdf[:20]), "blob.fault.cut_off"},
		{"workbook", "x", xlsx(t), blob.XLSX},
		{"document", "x", zipOf(t, "[Content_Types].xml", "word/document.xml"), blob.DOCX},
		{"old workbook", "x", xls(), blob.XLS},
		{"text", "x", []byte("bưởi Diễn;20 tấn\r\n"), blob.Text},
		{"workbook with macros", "x.xlsx", zipOf(t, "[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "blob.fault.macros"},
		{"any zip", "x.xlsx", zipOf(t, "run.exe"), "blob.fault.type"},
		{"zip cut off", "x.xlsx", xlsx(t)[:40], "blob.fault.cut_off"},
		{"program", "x.jpg", []byte("MZ\x90\x00\x03\x00"), "blob.fault.type"},
		{"other OLE", "x.xls", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), "blob.fault.type"},
		{"gif", "x.gif", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "blob.fault.type"},
		{"page before a photo", "x.jpg", append([]byte("<script>\x00"), jpegOf(t, pic)...), "blob.fault.type"},
		{"empty", "x.jpg", nil, "blob.fault.empty"},
		{"not a picture behind the mark", "x.jpg", []byte("\xff\xd8\xff<script>alert(1)</script>"), "blob.fault.broken_picture"},
	} {
		d := c.data
		n, err := blob.Ready(blob.New{Owner: "thing/1", Name: c.what, Data: d})
		got := keyOf(err)
		if err == nil {
			got = typeOf(t, n)
		}
		if got != c.want {
			t.Errorf("%s: %s (%v), want %s", c.name, got, err, c.want)
		}
	}
}

// typeOf keeps n and asks what it was taken for.
func typeOf(t *testing.T, n blob.New) string {
	t.Helper()
	d := dbtest.SQLite(t)
	id, err := put(t, d, n)
	must(t, err)
	i, _, err := (&blob.Store{DB: d}).Open(context.Background(), id)
	must(t, err)
	return i.Type
}

func TestPut_ErrTooLarge(t *testing.T) {
	big := bytes.Repeat([]byte("x"), 10<<20+1)
	if _, err := blob.Ready(blob.New{Data: big}); fault.CodeOf(err) != fault.TooLarge {
		t.Errorf("10 MB and a byte: %v", err)
	}
	if _, err := blob.Ready(blob.New{Data: big[:10<<20]}); err != nil {
		t.Errorf("10 MB: %v", err)
	}
	if _, err := blob.Ready(blob.New{Data: big[:11], Most: 10}); fault.CodeOf(err) != fault.TooLarge {
		t.Errorf("the caller's own limit: %v", err)
	}
}

// A few bytes may claim a picture of gigabytes; nothing of it is decoded.
func TestPicture_ErrHuge(t *testing.T) {
	p := pngOf(t, picture(2, 2))
	for _, side := range [][2]uint32{{30_000, 30_000}, {20_001, 1}, {6_000, 6_000}, {1 << 31, 1 << 31}, {0, 5}} {
		b := bytes.Clone(p)
		binary.BigEndian.PutUint32(b[16:], side[0])
		binary.BigEndian.PutUint32(b[20:], side[1])
		copy(b[29:], chunkPNG("IHDR", b[16:29])[21:])
		if _, err := blob.Ready(blob.New{Data: b}); !strings.HasSuffix(keyOf(err), "_picture") {
			t.Errorf("%v: %v", side, err)
		}
	}
	j := jpegOf(t, picture(16, 16))
	at := bytes.Index(j, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(j[at+5:], 65_500)
	binary.BigEndian.PutUint16(j[at+7:], 65_500)
	if _, err := blob.Ready(blob.New{Data: j}); keyOf(err) != "blob.fault.huge_picture" {
		t.Errorf("a JPEG of 65,500 × 65,500: %v", err)
	}
}

// What did not arrive whole is refused at every length.
func TestPut_ErrCutOff(t *testing.T) {
	for name, b := range map[string][]byte{
		"jpeg": jpegOf(t, picture(60, 40)), "progressive": sample(t, "progressive.jpg"), "png": pngOf(t, picture(60, 40)),
		"lossy": sample(t, "lossy.webp"), "lossless": sample(t, "lossless.webp"), "xlsx": xlsx(t),
	} {
		for n := 12; n < len(b)-1; n++ {
			if _, err := blob.Ready(blob.New{Data: b[:n]}); err == nil {
				t.Errorf("%s: %d of %d bytes are taken for the whole", name, n, len(b))
			}
		}
		if _, err := blob.Ready(blob.New{Data: b}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestClean_TakesThePlaceOutAndLeavesThePicture(t *testing.T) {
	j, p := jpegOf(t, picture(64, 48)), pngOf(t, picture(64, 48))
	decode := map[string]func([]byte) (image.Image, error){
		blob.JPEG: func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
		blob.PNG:  func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
		blob.WebP: func(b []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(b)) },
	}
	lossy := sample(t, "lossy.webp")
	for turn := 1; turn <= 8; turn++ {
		for _, c := range []struct {
			typ         string
			plain, with []byte
		}{
			{blob.JPEG, j, withEXIF(j, turn)},
			{blob.JPEG, sample(t, "progressive.jpg"), withEXIF(sample(t, "progressive.jpg"), turn)},
			{blob.PNG, p, pngWithEXIF(p, turn)},
			{blob.WebP, lossy, webpWithEXIF(lossy, 48, 32, turn)},
		} {
			if !bytes.Contains(c.with, []byte(secretPlace)) {
				t.Fatal("the test puts no place in")
			}
			out, err := blob.Clean(c.typ, c.with)
			must(t, err)
			for _, s := range []string{"20.8133", "script", "adobe.com", "Photoshop"} {
				if bytes.Contains(out, []byte(s)) {
					t.Errorf("%s, turn %d: %q is still in", c.typ, turn, s)
				}
			}
			if again, err := blob.Clean(c.typ, out); err != nil || !bytes.Equal(again, out) {
				t.Errorf("%s, turn %d: cleaning twice changes it: %v", c.typ, turn, err)
			}
			want, err := decode[c.typ](c.plain)
			must(t, err)
			got, err := decode[c.typ](out)
			must(t, err)
			if !samePixels(want, got) {
				t.Errorf("%s, turn %d: the pixels changed", c.typ, turn)
			}
			before, err := blob.Ready(blob.New{Data: c.with})
			must(t, err)
			after, err := blob.Ready(blob.New{Data: out})
			must(t, err)
			thumb := blob.ThumbOf(before)
			if !bytes.Equal(thumb, blob.ThumbOf(after)) {
				t.Errorf("%s: turn %d is lost", c.typ, turn)
			}
			if bytes.Contains(thumb, []byte("20.8133")) || bytes.Contains(thumb, []byte("Exif")) {
				t.Errorf("%s: the thumbnail carries metadata", c.typ)
			}
		}
	}
}

func samePixels(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r, g, bl, al := a.At(x, y).RGBA()
			r2, g2, b2, al2 := b.At(x, y).RGBA()
			if r != r2 || g != g2 || bl != b2 || al != al2 {
				return false
			}
		}
	}
	return true
}

// The red quarter of the picture must be where the camera saw it.
func TestThumb_IsUpright(t *testing.T) {
	corner := map[int][2]bool{ // turn → is red at the right, at the bottom
		1: {false, false}, 2: {true, false}, 3: {true, true}, 4: {false, true},
		5: {false, false}, 6: {true, false}, 7: {true, true}, 8: {false, true},
	}
	for turn, want := range corner {
		n, err := blob.Ready(blob.New{Data: withEXIF(jpegOf(t, picture(80, 40)), turn)})
		must(t, err)
		m, err := jpeg.Decode(bytes.NewReader(blob.ThumbOf(n)))
		must(t, err)
		w, h := m.Bounds().Dx(), m.Bounds().Dy()
		if turn >= 5 && w > h || turn < 5 && w < h {
			t.Errorf("turn %d: %d × %d", turn, w, h)
		}
		for _, right := range []bool{false, true} {
			for _, bottom := range []bool{false, true} {
				x, y := w/4, h/4
				if right {
					x = w - w/4
				}
				if bottom {
					y = h - h/4
				}
				r, g, _, _ := m.At(x, y).RGBA()
				if red := r > g; red != (want == [2]bool{right, bottom}) {
					t.Errorf("turn %d: red at right %v, bottom %v is %v", turn, right, bottom, red)
				}
			}
		}
	}
}

func TestDamaged_FindsOneFlippedBit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var ids []blob.ID
		for range 3 {
			id, err := put(t, d, blob.New{Data: bytes.Repeat([]byte("x"), 300_000), Name: "a.txt"})
			must(t, err)
			ids = append(ids, id)
		}
		damaged := func() (names []blob.ID) {
			must(t, d.Read(t.Context(), func(tx *db.Tx) error {
				bad, n, err := blob.Damaged(tx)
				if n != 3 {
					t.Errorf("%d files looked at, want 3", n)
				}
				for _, i := range bad {
					names = append(names, i.ID)
				}
				return err
			}))
			return names
		}
		if bad := damaged(); bad != nil {
			t.Fatalf("sound files are called damaged: %v", bad)
		}
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
			flipped := bytes.Repeat([]byte("x"), 300_000-256<<10)
			flipped[77] ^= 1
			_, err := tx.Exec(`update blob_chunk set bytes = $2 where blob_id = $1 and n = 1`, int64(ids[1]), flipped)
			return err
		}))
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`delete from blob_chunk where blob_id = $1 and n = 0`, int64(ids[2]))
			return err
		}))
		if bad := damaged(); len(bad) != 2 || bad[0] != ids[1] || bad[1] != ids[2] {
			t.Errorf("found %v, want %v", bad, ids[1:])
		}
		if _, _, err := (&blob.Store{DB: d}).Open(t.Context(), ids[1]); err == nil || fault.CodeOf(err) != fault.Internal {
			t.Errorf("a damaged file opens: %v", err)
		}
	})
}
