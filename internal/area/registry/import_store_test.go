package registry

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
)

// bring keeps a list and writes it.
func bring(t testing.TB, s *Store, v Viewer, by string, doc *ImportDoc) (Import, ImportReport) {
	t.Helper()
	id, err := s.AddImport(ctx, nil, by, "danh sách", *doc)
	if err != nil {
		t.Fatal(err)
	}
	im, err := s.ImportSeen(ctx, v, by, id)
	if err != nil {
		t.Fatal(err)
	}
	done, err := write(t, s, v, by, &im)
	if err != nil {
		t.Fatal(err)
	}
	return im, done
}

func write(t testing.TB, s *Store, v Viewer, by string, im *Import) (ImportReport, error) {
	t.Helper()
	read, err := ReadImport(&im.Doc, ground(t))
	if err != nil {
		t.Fatal(err)
	}
	return s.WriteImport(ctx, nil, v, by, im, read.Rows)
}

func countAll(t testing.TB, s *Store) int {
	t.Helper()
	_, n, err := s.Orgs(ctx, Filter{Size: 1})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWriteImport_OnceAndTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		seed(t, s)
		before := countAll(t, s)
		doc, want := groupedBook(t)
		im, done := bring(t, s, Viewer{}, "account:1", doc)
		if done.Added != want || countAll(t, s) != before+want {
			t.Fatalf("%+v, %d organisations", done, countAll(t, s))
		}
		list, n, err := s.Orgs(ctx, Filter{Text: "may trang yen", District: "158@2023"})
		if err != nil || n != 2 || list[0].Phone == "" {
			t.Fatalf("%v %v", names(list), err)
		}
		err = d.Read(ctx, func(tx *db.Tx) error {
			es, err := audit.For(tx, object(list[0].ID))
			if err != nil || len(es) != 1 || es[0].Action != "org.add" || es[0].Actor != "account:1" {
				t.Errorf("the trail of one organisation: %+v %v", es, err)
			}
			all, err := audit.For(tx, importObject(im.ID))
			if err != nil || len(all) != 2 || all[1].Action != "org_import.written" {
				t.Errorf("the trail of the import: %+v %v", all, err)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}

		// again: by the same import, by another one, and by one with other numbers in front
		im, err = s.ImportSeen(ctx, Viewer{}, "account:1", im.ID)
		if err != nil {
			t.Fatal(err)
		}
		if done, err := write(t, s, Viewer{}, "account:1", &im); err != nil || done.Added+done.Filled != 0 {
			t.Errorf("the same import again: %+v %v", done, err)
		}
		second, done2 := bring(t, s, Viewer{}, "account:2", doc)
		if done2.Added+done2.Filled != 0 || done2.Same != want {
			t.Errorf("the list again: %+v", done2)
		}
		if out, err := s.TakeBackImport(ctx, nil, Viewer{}, "account:2", reread(t, s, second.ID)); err != nil || out.Removed+len(out.Kept) != 0 || countAll(t, s) != before+want {
			t.Errorf("nothing to take back: %+v %v", out, err)
		}

		// one was changed since, one holds a paper, one is used elsewhere: they stay
		changed, papered, used := list[0], list[1], OrgID(0)
		changed.Contact = "Người khác"
		if ok, err := s.Save(ctx, "account:3", changed); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if _, err := s.AddPaper(ctx, "account:3", Paper{Org: papered.ID, Kind: "ocop"}); err != nil {
			t.Fatal(err)
		}
		third, _, _ := s.Orgs(ctx, Filter{Text: "ong rung luong"})
		used = third[0].ID
		s.Used = append(s.Used, func(_ *db.Tx, id OrgID) (bool, error) { return id == used, nil })
		out, err := s.TakeBackImport(ctx, nil, Viewer{}, "account:1", reread(t, s, im.ID))
		if err != nil || out.Removed != want-3 || len(out.Kept) != 3 || countAll(t, s) != before+3 {
			t.Fatalf("%+v %v, %d organisations", out, err, countAll(t, s))
		}
		// and what was taken back can be written again
		im = *reread(t, s, im.ID)
		if done, err := write(t, s, Viewer{}, "account:1", &im); err != nil || done.Added != want-3 || countAll(t, s) != before+want {
			t.Errorf("written again: %+v %v", done, err)
		}
	})
}

func reread(t testing.TB, s *Store, id ImportID) *Import {
	t.Helper()
	im, err := s.ImportSeen(ctx, Viewer{}, "", id)
	if err != nil {
		t.Fatal(err)
	}
	return &im
}

func TestWriteImport_FillsAndRestores(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		ids := seed(t, s)
		doc := paste(t, "Tên HTX\tHuyện\tGiám đốc\tĐiện thoại\tSố TV\tSản phẩm\nHTX Đại Đồng\tYên Thủy\tHà Thị Dung\t0900000160, 0900777888\t40\tna, bí xanh\n")
		im, done := bring(t, s, Viewer{}, "account:1", doc)
		o, err := s.OrgByID(ctx, ids[1])
		if err != nil || done.Filled != 1 || done.Added != 0 {
			t.Fatalf("%+v %v", done, err)
		}
		if o.Contact != "Hà Thị Dung" || o.Members != 31 || strings.Join(o.Phones(), " ") != "0900000160 02183852111 0900777888" || o.Note != "Sản phẩm: na, bí xanh" {
			t.Errorf("%+v", o)
		}
		im = *reread(t, s, im.ID)
		read, err := ReadImport(&im.Doc, ground(t))
		if err != nil {
			t.Fatal(err)
		}
		im.Doc.Answers[answerKey(read.Rows[0].RowAt, "d_members")] = answerTake
		if err := s.SaveImport(ctx, nil, "account:1", "answered", &im); err != nil {
			t.Fatal(err)
		}
		im = *reread(t, s, im.ID)
		if done, err := write(t, s, Viewer{}, "account:1", &im); err != nil || done.Filled != 1 {
			t.Fatalf("what was decided later: %+v %v", done, err)
		}
		if o, _ = s.OrgByID(ctx, ids[1]); o.Members != 40 {
			t.Errorf("%+v", o)
		}
		out, err := s.TakeBackImport(ctx, nil, Viewer{}, "account:1", reread(t, s, im.ID))
		if err != nil || out.Restored != 1 {
			t.Fatalf("%+v %v", out, err)
		}
		if o, _ = s.OrgByID(ctx, ids[1]); o.Contact != "" || o.Members != 31 || o.Note != "" || len(o.Phones()) != 2 {
			t.Errorf("not as it was: %+v", o)
		}
	})
}

// TestWriteImport_TwoAtOnce: the same list pressed by two people at the same moment is in
// the register once.
func TestWriteImport_TwoAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		doc, want := wideBook(t)
		var wg sync.WaitGroup
		errs := make([]error, 3)
		reports := make([]ImportReport, 3)
		for i := range errs {
			id, err := s.AddImport(ctx, nil, "account:1", fmt.Sprint("danh sách ", i), *doc)
			if err != nil {
				t.Fatal(err)
			}
			im := reread(t, s, id)
			read, err := ReadImport(&im.Doc, ground(t))
			if err != nil {
				t.Fatal(err)
			}
			wg.Add(1)
			go func() {
				defer wg.Done()
				reports[i], errs[i] = s.WriteImport(ctx, nil, Viewer{}, "account:1", im, read.Rows)
			}()
		}
		wg.Wait()
		added := 0
		for i, err := range errs {
			if err != nil {
				t.Errorf("import %d: %v", i, err)
			}
			added += reports[i].Added
		}
		if added != want || countAll(t, s) != want {
			t.Errorf("%d added, %d in the register, want %d", added, countAll(t, s), want)
		}
	})
}

// TestWriteImport_Stale: one list pressed twice at once is written once; the other press
// hears that it moved on, and writes nothing.
func TestWriteImport_Stale(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		doc, want := wideBook(t)
		id, err := s.AddImport(ctx, nil, "account:1", "danh sách", *doc)
		if err != nil {
			t.Fatal(err)
		}
		one, two := reread(t, s, id), reread(t, s, id)
		if _, err := write(t, s, Viewer{}, "account:1", one); err != nil {
			t.Fatal(err)
		}
		if _, err := write(t, s, Viewer{}, "account:1", two); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("the second press: %v", err)
		}
		if err := s.SaveImport(ctx, nil, "account:1", "answered", two); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("answers to an old page: %v", err)
		}
		if n := countAll(t, s); n != want {
			t.Errorf("%d organisations, want %d", n, want)
		}
	})
}

func TestWriteImport_Territory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		ids := seed(t, s)
		accounts := auth.NewAccounts(d, auth.NewSessions(d, nil))
		accounts.Under = s.Atlas.Under
		id, err := accounts.Add(ctx, "test", auth.NewAccount{Login: "can.bo", Name: "Cán bộ", Role: auth.Officer, Scope: "158@2023"})
		if err != nil {
			t.Fatal(err)
		}
		me := Viewer{Sight: auth.Sight{Account: id, Day: auth.Today(time.Now())}}
		doc := paste(t, "Tên HTX\tXã\tHuyện\tGiám đốc\tĐiện thoại\tMST\n"+
			"HTX Hoa Mận\tLạc Thịnh\tYên Thủy\tBùi Văn An\t0900111222\t\n"+ // mine
			"HTX Suối Trong\tTây Phong\tCao Phong\tHà Văn Cam\t0900111333\t\n"+ // elsewhere
			"HTX Đồi Thông\t\t\tLò Văn Ích\t0900111444\t\n"+ // nobody knows where
			"HTX Mùa Vàng\tLạc Thịnh\tYên Thủy\tXa Thị Én\t0900111555\t0100233488\n"+ // the tax code of one elsewhere
			"HTX Thu Phong\tLạc Thịnh\tYên Thủy\tĐinh Văn An\t0900000118\t\n"+ // name and telephone of one elsewhere
			"HTX Đại Đồng\tLạc Thịnh\tYên Thủy\tNgười Mới\t0900000160\t\n") // mine, in the register
		im, done := bring(t, s, me, "account:9", doc)
		if done.Added != 2 || done.Filled != 1 {
			t.Errorf("%+v", done)
		}
		_, n, err := s.Orgs(ctx, Filter{District: "154@2023"})
		if err != nil || n != 1 {
			t.Errorf("%d organisations of Cao Phong, %v", n, err)
		}
		if o, _ := s.OrgByID(ctx, ids[0]); o.Version != 1 {
			t.Error("an organisation of another territory was changed")
		}
		read, err := ReadImport(&im.Doc, ground(t))
		if err != nil {
			t.Fatal(err)
		}
		known, err := s.Known(ctx, me, &im, read.Rows)
		if err != nil {
			t.Fatal(err)
		}
		Judge(read.Rows, &im.Doc, s.Atlas, known)
		for i, want := range map[int]string{1: "registry.fault.elsewhere", 2: "registry.fault.import_no_place", 3: "registry.fault.duplicate_elsewhere"} {
			if x := read.Rows[i]; x.Verdict != VerdictRefused || x.Why == nil || !strings.Contains(x.Why.Error(), want) {
				t.Errorf("row %d: %s %v, want %s", i, x.Verdict, x.Why, want)
			}
		}
		if strings.Contains(show(read.Rows), "Bùi Thị Hiền") {
			t.Error("the contact of a foreign organisation is told")
		}
		// others see their own lists only
		if _, err := s.ImportSeen(ctx, me, "account:7", im.ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("another officer's list: %v", err)
		}
		if all, err := s.Imports(ctx, me, "account:7"); err != nil || len(all) != 0 {
			t.Errorf("%v %v", all, err)
		}
		if all, err := s.Imports(ctx, Viewer{}, "account:7"); err != nil || len(all) != 1 {
			t.Errorf("who sees everything: %v %v", all, err)
		}
		// after the grant has ended nothing is taken back by that officer
		me.Sight.Day -= 4000
		if out, err := s.TakeBackImport(ctx, nil, me, "account:9", reread(t, s, im.ID)); err != nil || out.Removed+out.Restored != 0 {
			t.Errorf("out of reach: %+v %v", out, err)
		}
	})
}
