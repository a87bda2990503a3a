package registry

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/sheet"
)

// judged reads a list against a register.
func judged(t testing.TB, doc *ImportDoc, known ...Org) []ImportRow {
	t.Helper()
	g := ground(t)
	read, err := ReadImport(doc, g)
	if err != nil {
		t.Fatal(err)
	}
	Judge(read.Rows, doc, g.Atlas, Known{Orgs: known})
	return read.Rows
}

func show(rows []ImportRow) string {
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%-28s %-8s %-8s %-5s %s | %s | %s | %v | mst %s | %s | tv %d | f %v | %s", r.Cell, r.Verdict, r.Skip, r.Org.Kind, r.Org.Name, r.Org.Place, r.Org.Contact, r.Org.Phones(), r.Org.TaxCode, r.Org.Address, r.Org.Members, r.Org.Founded, strings.ReplaceAll(r.Org.Note, "\n", " / "))
		for _, a := range r.Asks {
			fmt.Fprintf(&b, " ? %s %v", a.Code, a.Args)
		}
		if r.Why != nil {
			fmt.Fprintf(&b, " !! %v", r.Why)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestReadImport_RealLooks: of lists as offices keep them, nine rows of ten and more are
// organisations with a telephone and a place.
func TestReadImport_RealLooks(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(*testing.T) (*ImportDoc, int)
	}{{"a sheet for each district", districtBook}, {"groups in one sheet", groupedBook}, {"merged and wide", wideBook}} {
		t.Run(c.name, func(t *testing.T) {
			doc, want := c.make(t)
			rows := judged(t, doc)
			if os.Getenv("SHOW") != "" {
				t.Log("\n" + show(rows))
			}
			tally := Tally(rows)
			communes := 0
			for _, r := range rows {
				if r.Skip == "" && strings.HasPrefix(ground(t).Atlas.Label(r.Org.Place), "") && len(r.Org.Place) == len("05089@2023") {
					communes++
				}
			}
			t.Logf("%d organisations in the list: %d new, %d with a telephone, %d with a commune, %d with a question, %d rows skipped", want, tally.New, tally.Phones, communes, tally.Asks, tally.Skip)
			if tally.Orgs != want {
				t.Errorf("%d rows are organisations, want %d", tally.Orgs, want)
			}
			if tally.New*10 < want*9 || tally.Phones*10 < want*9 || communes*10 < want*9 {
				t.Errorf("less than nine of ten: %+v, communes %d", tally, communes)
			}
		})
	}
}

func paste(t testing.TB, s string) *ImportDoc {
	t.Helper()
	one, err := sheet.ReadText(s)
	if err != nil {
		t.Fatal(err)
	}
	doc := &ImportDoc{Answers: map[string]string{}}
	table, lines := ListTable(one, []string{"Tên đơn vị", "Địa chỉ", "Người liên hệ", "Điện thoại", "Mã số thuế", "Ghi chú"})
	doc.Sheets, doc.Lines = []sheet.Sheet{table}, lines
	return doc
}

func rowOf(t testing.TB, rows []ImportRow, name string) *ImportRow {
	t.Helper()
	for i := range rows {
		if rows[i].Org.Name == name {
			return &rows[i]
		}
	}
	t.Fatalf("no row %q in\n%s", name, show(rows))
	return nil
}

func askOf(x *ImportRow, slot AskSlot) *ImportAsk {
	for i := range x.Asks {
		if x.Asks[i].Slot == slot {
			return &x.Asks[i]
		}
	}
	return nil
}

func TestListTable_MessagesOfAChat(t *testing.T) {
	for name, s := range map[string]string{
		"dashes":        "Gửi anh danh sách HTX bên em\n\nHuyện Cao Phong\n1. HTX Hoa Mận - xã Tây Phong - ông Bùi Văn An - 0900 111 222\n2. THT Ong Rừng – TT Cao Phong – bà Đinh Thị Én – SĐT: 0900.111.333\n- HTX Đồi Thông, xóm Bãi, xã Hợp Phong, Quách Văn Giang, 0900111444\n",
		"tabs":          "1\tHTX Hoa Mận\txã Tây Phong, huyện Cao Phong\tÔng Bùi Văn An\t0900111222\n2\tTHT Ong Rừng\tTT Cao Phong\tBà Đinh Thị Én\t0900111333\n3\tHTX Đồi Thông\txóm Bãi, xã Hợp Phong, huyện Cao Phong\tQuách Văn Giang\t0900111444\n",
		"with headings": "STT\tTên HTX\tĐịa chỉ\tGiám đốc\tSĐT\n1\tHTX Hoa Mận\txã Tây Phong, huyện Cao Phong\tÔng Bùi Văn An\t900111222\n2\tTHT Ong Rừng\tTT Cao Phong\tBà Đinh Thị Én\t0900111333\n3\tHTX Đồi Thông\txóm Bãi, xã Hợp Phong, huyện Cao Phong\tQuách Văn Giang\t0900111444\n",
		"a cell a line": "STT\nTên HTX\nĐịa chỉ\nGiám đốc\nSĐT\n1\nHTX Hoa Mận\nxã Tây Phong, huyện Cao Phong\nÔng Bùi Văn An\n0900111222\n2\nTHT Ong Rừng\nTT Cao Phong\nBà Đinh Thị Én\n0900111333\n3\nHTX Đồi Thông\nxóm Bãi, xã Hợp Phong, huyện Cao Phong\nQuách Văn Giang\n0900111444",
	} {
		t.Run(name, func(t *testing.T) {
			rows := judged(t, paste(t, s))
			if n := Tally(rows); n.New != 3 || n.Phones != 3 {
				t.Fatalf("%+v\n%s", n, show(rows))
			}
			a, b, c := rowOf(t, rows, "HTX Hoa Mận"), rowOf(t, rows, "THT Ong Rừng"), rowOf(t, rows, "HTX Đồi Thông")
			if a.Org.Place != "05110@2023" || a.Org.Phone != "0900111222" || !strings.EqualFold(a.Org.Contact, "ông Bùi Văn An") {
				t.Errorf("%+v", a.Org)
			}
			if b.Org.Kind != Group || b.Org.Place != "05089@2023" || b.Org.Phone != "0900111333" {
				t.Errorf("%+v", b.Org)
			}
			if c.Org.Place != "05104@2023" || strings.ToLower(c.Org.Address) != "xóm bãi" || c.Org.Contact != "Quách Văn Giang" {
				t.Errorf("%+v", c.Org)
			}
		})
	}
}

func TestReadImport_NothingToRead(t *testing.T) {
	for name, c := range map[string]struct{ text, key string }{
		"prose":         {"Chào anh\nHôm nay trời đẹp\n", "registry.fault.import_no_table"},
		"offers":        {"Ngày\tGiá\n1/1\t20\n2/1\t30\n", "registry.fault.import_no_table"},
		"headings only": {"STT\tTên HTX\tSĐT\n", "registry.fault.import_no_rows"},
		"sums only":     {"STT\tTên HTX\tSĐT\n\tTổng cộng\t\n", "registry.fault.import_no_rows"},
	} {
		_, err := ReadImport(paste(t, c.text), ground(t))
		if err == nil || !strings.Contains(err.Error(), c.key) {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	var long strings.Builder
	long.WriteString("Tên HTX\tXã\n")
	for i := range MaxImport + 1 {
		fmt.Fprintf(&long, "HTX Số %d\tTây Phong\n", i)
	}
	if _, err := ReadImport(paste(t, long.String()), ground(t)); err == nil || !strings.Contains(err.Error(), "import_too_many") {
		t.Errorf("too long: %v", err)
	}
}

const doubtful = "Tên tổ chức\tXã\tHuyện\tGiám đốc\tĐiện thoại\tMST\tNgày thành lập\tSố thành viên\tGhi chú\n" +
	"HTX Hoa Mận\tTây Phong\tCao Phong\tBùi Văn An\t0900111222\t0100233489\t12/3/2016\t20\ttrồng cam\n" + // wrong check digit
	"HTX Hoa Mận\tTây Phong\tCao Phong\tBùi Văn An\t0900111222\t\t\t\t\n" + // the same again
	"HTX Suối Trong\tXã Không Có\tCao Phong\tĐinh Thị Én\t0900111222\t\tnăm ngoái\tnhiều\t\n" + // phone of another, no such commune
	"Ánh Dương\tThu Phong\tCao Phong\tHà Văn Cam\t0900111555\t\t\t\t\n" + // which kind?
	"HTX Núi Xanh\tXã Minh Tân\t\tLò Văn Ích\t12345\t\t\t\t\n" // several communes, no phone

func TestJudge_Doubts(t *testing.T) {
	doc := paste(t, doubtful)
	rows := judged(t, doc)
	n := Tally(rows)
	if n.New != 3 || n.Twin != 1 || n.Wait != 1 {
		t.Fatalf("%+v\n%s", n, show(rows))
	}
	mua := &rows[0]
	if a := askOf(mua, SlotTax); a == nil || mua.Org.TaxCode != "" || !strings.Contains(mua.Org.Note, "MST: 0100233489") || !strings.Contains(mua.Org.Note, "trồng cam") {
		t.Errorf("a wrong tax code: %+v, %+v", a, mua.Org)
	}
	if rows[1].Verdict != VerdictTwin || rows[1].Twin != rows[0].RowAt {
		t.Errorf("two rows the same: %+v", rows[1])
	}
	s := &rows[2]
	if askOf(s, SlotPlace) == nil || s.Org.Place != "153@2023" && s.Org.Place != "154@2023" {
		t.Errorf("an unknown commune falls back to the district: %+v", s.Org)
	}
	if a := askOf(s, SlotPhone); a == nil || a.Code != "phone_shared" || askOf(s, SlotFounded) == nil || askOf(s, SlotMembers) == nil {
		t.Errorf("%+v", s.Asks)
	}
	if a := askOf(&rows[3], SlotKind); a == nil || !a.Blocks || rows[3].Verdict != VerdictWait {
		t.Errorf("the kind is not known: %+v", rows[3])
	}
	x := &rows[4]
	if a := askOf(x, SlotPlace); a == nil || a.Code != "place_choice" || len(a.Options) < 2 {
		t.Errorf("several communes: %+v", a)
	}
	if a := askOf(x, SlotPhone); a == nil || a.Code != "phone_bad" || x.Org.Phone != "" {
		t.Errorf("no phone: %+v", a)
	}

	// the answers, as the form sends them
	for i, as := range map[int]map[AskSlot]string{
		0: {SlotTax: "0100 233 488"}, 1: {SlotTwin: answerOther},
		2: {SlotPlace: "xã Thu Phong", SlotPhone: "0900 111 999", SlotFounded: "5/2019", SlotMembers: "31 người"},
		3: {SlotKind: "tht"}, 4: {SlotPlace: "05290@2023", SlotPhone: "0218 3 852 999"},
	} {
		for slot, v := range as {
			doc.Answers[answerKey(rows[i].RowAt, slot)] = v
		}
	}
	rows = judged(t, doc)
	if n := Tally(rows); n.New != 5 || n.Asks != 0 {
		t.Fatalf("%+v\n%s", n, show(rows))
	}
	if o := rows[2].Org; o.Place != "05101@2023" || o.Phone != "0900111999" || o.Members != 31 || o.Founded.String() != "2019-05-01" {
		t.Errorf("%+v", o)
	}
	if rows[0].Org.TaxCode != "0100233488" || strings.Contains(rows[0].Org.Note, "0100233489") || rows[3].Org.Kind != Group || rows[4].Org.Place != "05290@2023" || rows[4].Org.Phone != "02183852999" {
		t.Errorf("%s", show(rows))
	}
}

func TestJudge_AgainstTheRegister(t *testing.T) {
	in := []Org{
		{ID: 1, Kind: Coop, Name: "HTX Thu Phong", TaxCode: "0100233488", Status: Operating, Place: "05101@2023", Members: 54, Contact: "Bùi Thị Hiền", Phone: "0900000118"},
		{ID: 2, Kind: Coop, Name: "HTX nông nghiệp Đại Đồng", Status: Operating, Place: "158@2023", Phone: "0900000160"},
		{ID: 3, Kind: Coop, Name: "HTX Mùa Vàng", Status: Operating, Place: "05110@2023", Phone: "0900000170"},
		{ID: 4, Kind: Group, Name: "THT Ân Nghĩa", Status: Operating, Place: "157@2023"},
	}
	doc := paste(t, "Tên HTX\tXã\tHuyện\tGiám đốc\tĐiện thoại\tMST\tSố TV\n"+
		"HTX NN Thu Phong\tThu Phong\tCao Phong\tĐinh Văn An\t0900000119\t0100233488\t60\n"+ // by tax code: another name, person, number
		"HTX Đại Đồng\tLạc Thịnh\tYên Thủy\tHà Thị Dung\t0900 000 160\t\t31\n"+ // by phone and name: narrower place, person, members
		"Hợp tác xã Mùa Vàng\tTây Phong\tCao Phong\t\t\t\t\n"+ // by name and district: nothing new
		"HTX Mùa Vàng Xanh\tHợp Phong\tCao Phong\t\t0900000999\t\t\n") // like one in the district
	rows := judged(t, doc, in...)
	a, b, c, d := rows[0], rows[1], rows[2], rows[3]
	if a.Match.ID != 1 || a.How != "tax" || a.Merged.Contact != "Bùi Thị Hiền" || a.Merged.Members != 54 {
		t.Errorf("a value of the register is overwritten: %+v", a.Merged)
	}
	for _, f := range []string{"contact", "members"} {
		q := askOf(&a, slotDiff+AskSlot(f))
		if q == nil || len(q.Options) != 2 || q.Blocks {
			t.Errorf("%s differs and is not asked: %+v", f, a.Asks)
		}
	}
	if strings.Join(a.Fills, " ") != "phone" || strings.Join(a.Merged.Phones(), " ") != "0900000118 0900000119" {
		t.Errorf("a further telephone: %v %v", a.Fills, a.Merged.Phones())
	}
	if b.Match.ID != 2 || b.How != "phone" || b.Merged.Place != "05374@2023" || b.Merged.Contact != "Hà Thị Dung" || b.Merged.Members != 31 {
		t.Errorf("%+v", b)
	}
	if c.Match.ID != 3 || c.Verdict != VerdictSame {
		t.Errorf("%+v", c)
	}
	q := askOf(&d, SlotSame)
	if d.Verdict != VerdictNew && (d.Verdict != VerdictWait || q == nil) {
		t.Errorf("%+v", d)
	}

	doc.Answers[answerKey(a.RowAt, "d_members")] = answerTake
	doc.Answers[answerKey(a.RowAt, "d_contact")] = answerKeep
	rows = judged(t, doc, in...)
	if m := rows[0].Merged; m.Members != 60 || m.Contact != "Bùi Thị Hiền" || m.Name != "HTX Thu Phong" {
		t.Errorf("what was decided: %+v", m)
	}
}

// TestJudge_MaybeTheSame: a like name in the same district without a telephone in common
// is asked, and waits.
func TestJudge_MaybeTheSame(t *testing.T) {
	in := Org{ID: 7, Kind: Coop, Name: "HTX dịch vụ nông nghiệp Suối Trong", Status: Operating, Place: "05110@2023", Phone: "0900000170"}
	doc := paste(t, "Tên HTX\tXã\tHuyện\tĐiện thoại\nHTX Suối Trong\tHợp Phong\tCao Phong\t0900000999\n")
	x := &judged(t, doc, in)[0]
	if a := askOf(x, SlotSame); x.Verdict != VerdictWait || a == nil || !a.Blocks || a.Options[0].Value != "7" {
		t.Fatalf("%+v", x)
	}
	doc.Answers[answerKey(x.RowAt, SlotSame)] = "7"
	if x = &judged(t, doc, in)[0]; x.Match.ID != 7 || askOf(x, "d_place") == nil || x.Merged.Place != "05110@2023" {
		t.Errorf("%+v", x)
	}
	doc.Answers[answerKey(x.RowAt, SlotSame)] = answerNo
	if x = &judged(t, doc, in)[0]; x.Verdict != VerdictNew {
		t.Errorf("%+v", x)
	}
	doc.Answers[answerKey(x.RowAt, SlotSame)] = "99" // an organisation that is not offered
	if x = &judged(t, doc, in)[0]; x.Verdict != VerdictWait {
		t.Errorf("an answer out of the air: %+v", x)
	}
}

// TestReadImport_Borders: names of both border systems; what was divided stays where the
// list says, under its own borders.
func TestReadImport_Borders(t *testing.T) {
	g := ground(t)
	for _, c := range []struct {
		on            calendar.Day
		commune, dist string
		want          string
	}{
		{calendar.Date(2023, 12, 18), "Cao Dương", "Lương Sơn", "05008@2023"},
		{calendar.Date(2026, 3, 1), "Thanh Cao", "Lương Sơn", "05047@2025"}, // went whole into Cao Dương
		{calendar.Date(2026, 3, 1), "Cao Dương", "", "05047@2025"},
		{calendar.Date(2026, 3, 1), "Đồng Tân", "Mai Châu", "05221@2023"}, // divided: nobody is moved silently
	} {
		g.On = c.on
		read, err := ReadImport(paste(t, "Tên HTX\tXã\tHuyện\nHTX Hoa Mận\t"+c.commune+"\t"+c.dist+"\n"), g)
		if err != nil {
			t.Fatal(err)
		}
		if o := read.Rows[0].Org; o.Place != c.want {
			t.Errorf("%s, %s on %s: %q, want %q; %+v", c.commune, c.dist, c.on, o.Place, c.want, read.Rows[0].Asks)
		}
	}
}

// TestJudge_TwiceIsOnce: whatever a list holds, judged again after all of it was written it
// adds nothing.
func TestJudge_TwiceIsOnce(t *testing.T) {
	d1, _ := districtBook(t)
	d2, _ := groupedBook(t)
	d3, _ := wideBook(t)
	for name, doc := range map[string]*ImportDoc{"districts": d1, "groups": d2, "wide": d3, "doubtful": paste(t, doubtful)} {
		rows := judged(t, doc)
		known := Known{Sources: map[string][]OrgID{}}
		for _, x := range rows {
			if x.Verdict != VerdictNew {
				continue
			}
			x.Org.ID = OrgID(len(known.Orgs) + 1)
			known.Orgs = append(known.Orgs, x.Org)
		}
		g := ground(t)
		for _, sources := range []bool{false, true} { // also where only names and numbers tell
			k := known
			if sources {
				for i, x := range rows {
					if rows[i].Verdict == VerdictNew {
						k.Sources[x.Source] = append(k.Sources[x.Source], OrgID(len(k.Sources)+1))
					}
				}
			}
			again, err := ReadImport(doc, g)
			if err != nil {
				t.Fatal(err)
			}
			Judge(again.Rows, doc, g.Atlas, k)
			if n := Tally(again.Rows); n.New != 0 || n.Fill != 0 {
				t.Errorf("%s: the second time %+v\n%s", name, n, show(again.Rows))
			}
		}
	}
}

// FuzzReadImport (run it with -fuzzminimizetime 20x): whatever is pasted, it is read or refused with a fault, it does not take
// for ever, and what will be added can be added.
func FuzzReadImport(f *testing.F) {
	f.Add(doubtful)
	f.Add("1. HTX Hoa Mận - xã Tây Phong - ông A - 0900 111 222\nII. Huyện Tân Lạc\nTHT B - 0218 3 852 111")
	f.Add("STT\tTên\tSĐT\n1\tHTX A\t(0218)\n\t\t0900111222\nI\tHuyện\n")
	f.Add("Tên HTX|Địa chỉ\n|, - ,|\nHTX|xã")
	g := ground(f)
	f.Fuzz(func(t *testing.T, s string) {
		one, err := sheet.ReadText(s)
		if err != nil {
			return
		}
		doc := &ImportDoc{Answers: map[string]string{}}
		one, doc.Lines = ListTable(one, LineColumns)
		doc.Sheets = []sheet.Sheet{one}
		read, err := ReadImport(doc, g)
		if err != nil {
			return
		}
		Judge(read.Rows, doc, g.Atlas, Known{})
		for i := range read.Rows {
			x := &read.Rows[i]
			if x.Verdict == "" {
				t.Fatalf("a row without a verdict: %+v", x)
			}
			if o := x.Org; x.Verdict == VerdictNew {
				if err := o.Check(g.Atlas); err != nil {
					t.Fatalf("%+v: %v", o, err)
				}
			}
		}
	})
}
