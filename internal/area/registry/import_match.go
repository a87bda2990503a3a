package registry

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// Known is the register as whoever writes sees it: what a list is compared with.
type Known struct {
	Orgs    []Org
	Sources map[string][]OrgID // what earlier imports wrote, by ImportRow.Source
	Reach   map[string]bool    // places in which the writer may add; nil is everywhere
	Foreign map[string]bool    // tax codes of organisations that the writer may not see
	Deeds   map[string]OrgID   // what this import wrote before, by RowAt.Key
}

// judge compares rows with the register and with each other.
type judge struct {
	atlas   *places.Atlas
	doc     *ImportDoc
	known   Known
	byID    map[OrgID]*Org
	byTax   map[string]*Org
	byPhone map[string][]*Org
	byBare  map[string][]*Org
	byArea  map[string][]*Org
	taken   map[OrgID]RowAt
	rows    *rowBook
}

// Judge says what will become of each row, and asks what it cannot know. It changes only
// the rows. The same list judged after it was written has nothing new in it.
func Judge(rows []ImportRow, doc *ImportDoc, atlas *places.Atlas, known Known) {
	j := &judge{
		atlas: atlas, doc: doc, known: known, byID: map[OrgID]*Org{}, byTax: map[string]*Org{}, byPhone: map[string][]*Org{},
		byBare: map[string][]*Org{}, byArea: map[string][]*Org{}, taken: map[OrgID]RowAt{}, rows: newRowBook(atlas),
	}
	for i := range known.Orgs {
		o := &known.Orgs[i]
		j.byID[o.ID] = o
		if o.TaxCode != "" {
			j.byTax[o.TaxCode] = o
		}
		for _, p := range o.Phones() {
			j.byPhone[p] = append(j.byPhone[p], o)
		}
		bare := BareName(o.Name)
		j.byBare[bare] = append(j.byBare[bare], o)
		area := areaOf(atlas, o.Place)
		j.byArea[area] = append(j.byArea[area], o)
	}
	for i := range rows {
		if rows[i].Skip == "" {
			j.row(&rows[i])
		}
	}
}

// areaOf is the district in which a place lies, else its province; "" unknown.
func areaOf(a *places.Atlas, key string) string {
	if d, ok := a.ReportingDistrict(key); ok {
		return d.Key
	}
	p, _ := a.ReportingProvince(key)
	return p.Key
}

func (j *judge) answer(x *ImportRow, slot AskSlot) string {
	return j.doc.Answers[answerKey(x.RowAt, slot)]
}

func (j *judge) row(x *ImportRow) {
	if id, ok := j.known.Deeds[x.Key()]; ok {
		x.Verdict = VerdictDone
		if o := j.byID[id]; o != nil {
			x.Match = *o
		} else {
			x.Match.ID, x.Match.Name = id, x.Org.Name
		}
		j.taken[id] = x.RowAt
		j.rows.put(x)
		return
	}
	if x.Org.TaxCode != "" && j.known.Foreign[x.Org.TaxCode] {
		j.refuse(x, fault.New(fault.Invalid, "registry.fault.duplicate_elsewhere", x.Org.TaxCode))
		return
	}
	m, how := j.match(x)
	if m == nil && x.Verdict == "" {
		t, sure := j.rows.twin(x)
		if sure { // one tax code is one organisation
			x.Verdict, x.Twin = VerdictTwin, t.RowAt
			return
		}
		if t != nil {
			a := ImportAsk{Slot: SlotTwin, Code: "twin", Args: []any{t.Cell, t.Org.Name}, Options: []AskOption{
				{Value: answerSame, Key: "registry.import.answer.same"}, {Value: answerOther, Key: "registry.import.answer.other"},
			}}
			if x.ask(j.doc, a) != answerOther {
				x.Verdict, x.Twin = VerdictTwin, t.RowAt
				x.Asks = x.Asks[len(x.Asks)-1:] // what else is asked matters when they are two
				return
			}
		}
	}
	j.rows.put(x)
	switch {
	case x.Verdict != "": // decided while matching
	case m != nil:
		x.Match, x.How = *m, how
		j.taken[m.ID] = x.RowAt
		j.compare(x)
	default:
		j.add(x)
	}
	if x.Verdict != VerdictRefused && slices.ContainsFunc(x.open(), func(a ImportAsk) bool { return a.Blocks }) {
		x.Verdict = VerdictWait
	}
}

func (j *judge) refuse(x *ImportRow, why error) { x.Verdict, x.Why = VerdictRefused, why }

// match finds the organisation that a row is. Where it cannot be sure it asks, and the row
// waits.
func (j *judge) match(x *ImportRow) (*Org, string) {
	said := j.answer(x, SlotSame)
	for _, id := range j.known.Sources[x.Source] {
		if o := j.byID[id]; o != nil && said == "" && !j.isTaken(id) {
			return o, howSource
		}
	}
	o := &x.Org
	if by := j.byTax[o.TaxCode]; o.TaxCode != "" && by != nil {
		if at, ok := j.taken[by.ID]; ok {
			x.Verdict, x.Twin = VerdictTwin, at // one tax code is one organisation
			return nil, ""
		}
		return by, "tax"
	}
	area := areaOf(j.atlas, o.Place)
	var sure, maybe []*Org
	add := func(list *[]*Org, y *Org) {
		if !j.isTaken(y.ID) && !slices.Contains(sure, y) && !slices.Contains(maybe, y) {
			*list = append(*list, y)
		}
	}
	otherTax := func(y *Org) bool { return y.TaxCode != "" && o.TaxCode != "" && y.TaxCode != o.TaxCode }
	how := "name"
	for _, p := range o.Phones() {
		for _, y := range j.byPhone[p] {
			if likeNames(o.Name, y.Name) && y.Kind == o.Kind && !otherTax(y) {
				add(&sure, y)
				how = "phone"
			}
		}
	}
	if len(sure) == 0 {
		for _, y := range j.byBare[BareName(o.Name)] {
			there := areaOf(j.atlas, y.Place)
			switch {
			case there == area && y.Kind == o.Kind && !otherTax(y) && !j.apart(o, y):
				add(&sure, y)
			case there == area, there == "", area == "":
				add(&maybe, y)
			}
		}
	}
	if len(sure) == 0 && area != "" {
		for _, y := range j.byArea[area] {
			if likeNames(o.Name, y.Name) {
				add(&maybe, y)
			}
		}
	}
	switch {
	case len(sure) == 1 && said == "":
		return sure[0], how
	case len(sure)+len(maybe) == 0:
		j.sharedPhone(x)
		return nil, ""
	}
	all := append(sure, maybe...)
	all = all[:min(len(all), 4)]
	a := ImportAsk{Slot: SlotSame, Code: "same", Args: []any{all[0].Name}, Blocks: true}
	for _, y := range all {
		a.Options = append(a.Options, AskOption{Value: versionText(int64(y.ID)), Label: joinComma(y.Name, j.atlas.Label(y.Place), ShowPhone(y.Phone))})
	}
	a.Options = append(a.Options, AskOption{Value: answerNo, Key: "registry.import.answer.no"})
	answer := x.ask(j.doc, a)
	for _, y := range all {
		if answer == versionText(int64(y.ID)) {
			return y, "said"
		}
	}
	if answer == answerNo {
		return nil, ""
	}
	x.Asks[len(x.Asks)-1].Answer = "" // what was answered is not there any more
	x.Verdict = VerdictWait
	return nil, ""
}

func (j *judge) isTaken(id OrgID) bool {
	_, ok := j.taken[id]
	return ok
}

// apart reports whether two of one name in one district are told apart by commune and
// telephone: «HTX nông nghiệp» is the name of many.
func (j *judge) apart(o, y *Org) bool {
	a, b := j.communeOf(o.Place), j.communeOf(y.Place)
	return a != "" && b != "" && !j.sameGround(a, b) && len(o.Phones()) > 0 && len(y.Phones()) > 0 && !sharePhone(o, y)
}

func (j *judge) communeOf(key string) string {
	if u, ok := j.atlas.ByKey(key); ok && u.Level == places.Commune {
		return key
	}
	return ""
}

// sameGround reports whether two units are one, or one followed the other.
func (j *judge) sameGround(a, b string) bool {
	if a == b {
		return true
	}
	has := func(ls []places.Link, key string) bool {
		return slices.ContainsFunc(ls, func(l places.Link) bool { return l.Key == key })
	}
	return has(j.atlas.Successors(a), b) || has(j.atlas.Predecessors(a), b)
}

func sharePhone(o, y *Org) bool {
	return slices.ContainsFunc(o.Phones(), func(p string) bool { return slices.Contains(y.Phones(), p) })
}

// sharedPhone says that a new organisation has the telephone of another one.
func (j *judge) sharedPhone(x *ImportRow) {
	for _, p := range x.Org.Phones() {
		for _, y := range j.byPhone[p] {
			j.doubtPhone(x, p, y.Name)
			return
		}
		if y := j.rows.phone[p]; y != nil && !likeNames(y.Org.Name, x.Org.Name) {
			j.doubtPhone(x, p, y.Org.Name)
			return
		}
	}
}

func (j *judge) doubtPhone(x *ImportRow, phone, name string) {
	if j.answer(x, SlotPhone) == "" {
		x.Asks = append(x.Asks, ImportAsk{Slot: SlotPhone, Code: "phone_shared", Args: []any{ShowPhone(phone), name}, Free: true})
	}
}

// add is what becomes of a row that is not in the register.
func (j *judge) add(x *ImportRow) {
	if j.known.Reach != nil && !j.known.Reach[x.Org.Place] {
		key := "registry.fault.elsewhere"
		if x.Org.Place == "" {
			key = "registry.fault.import_no_place"
		}
		j.refuse(x, fault.New(fault.Invalid, key))
		return
	}
	if x.Org.Kind == "" {
		x.Verdict = VerdictWait
		return
	}
	o := x.Org
	if err := o.Check(j.atlas); err != nil {
		j.refuse(x, err)
		return
	}
	x.Org, x.Verdict = o, VerdictNew
}

// howSource: an earlier import made the organisation of this very row.
const howSource = "source"

// settle drops the questions that the register answers.
func settle(x *ImportRow) {
	m := &x.Match
	has := map[AskSlot]bool{SlotKind: true, SlotPlace: m.Place != "", SlotPhone: m.Phone != "", SlotTax: m.TaxCode != "", SlotFounded: m.Founded != 0, SlotMembers: m.Members != 0}
	x.Asks = slices.DeleteFunc(x.Asks, func(a ImportAsk) bool { return a.Answer == "" && (has[a.Slot] || x.How == howSource) })
}

// Field names of Fills, as the form has them.
const (
	fillPhone = "phone"
	fillNote  = "note"
)

// compare says what the list adds to an organisation of the register. Empty fields are
// filled; a value that differs is asked, and stays until somebody says otherwise.
func (j *judge) compare(x *ImportRow) {
	x.Merged, x.Fills = x.Match, nil
	settle(x)
	if x.How == howSource { // whatever stands there now was decided since
		x.Verdict = VerdictSame
		return
	}
	o, m := &x.Org, &x.Merged
	fill := func(field string) { x.Fills = append(x.Fills, field) }
	one := func(field, now, list string, differs bool, take func()) {
		switch {
		case list == "" || now == list:
		case now == "":
			take()
			fill(field)
		case differs:
			a := ImportAsk{Slot: slotDiff + AskSlot(field), Code: "differs", Field: field, Args: []any{now, list}, Options: []AskOption{
				{Value: answerKeep, Label: now}, {Value: answerTake, Label: list},
			}}
			if x.ask(j.doc, a) == answerTake {
				take()
				fill(field)
			}
		}
	}
	unlike := func(a, b string) bool { return text.Fold(a) != text.Fold(b) }
	one("name", m.Name, o.Name, BareName(m.Name) != BareName(o.Name), func() { m.Name = o.Name })
	if KindOf(o.Name) == o.Kind {
		one("kind", string(m.Kind), string(o.Kind), true, func() { m.Kind = o.Kind })
	}
	one("tax_code", m.TaxCode, o.TaxCode, true, func() { m.TaxCode = o.TaxCode })
	j.comparePlace(x, one)
	one("address", m.Address, o.Address, false, func() { m.Address = o.Address })
	one("contact", m.Contact, o.Contact, !alikePersons(m.Contact, o.Contact), func() { m.Contact = o.Contact })
	one("email", m.Email, o.Email, unlike(m.Email, o.Email), func() { m.Email = o.Email })
	one("field", string(m.Field), string(o.Field), true, func() { m.Field = o.Field })
	if o.Status != Operating {
		one("status", string(m.Status), string(o.Status), true, func() { m.Status = o.Status })
	}
	number := func(field string, now *int64, list int64) {
		one(field, countWritten(*now), countWritten(list), true, func() { *now = list })
	}
	number("members", &m.Members, o.Members)
	number("regular", &m.Regular, o.Regular)
	number("seasonal", &m.Seasonal, o.Seasonal)
	one("founded", calendar.FormatVI(m.Founded), calendar.FormatVI(o.Founded), !sameYear(m, o), func() { m.Founded = o.Founded })
	more := slices.Clone(m.Phones())
	for _, p := range o.Phones() {
		if !slices.Contains(more, p) {
			more = append(more, p)
		}
	}
	if len(more) > len(m.Phones()) {
		m.Phone, m.OtherPhones = more[0], more[1:]
		fill(fillPhone)
	}
	if note := addNote(m.Note, o.Note); note != m.Note {
		m.Note = note
		fill(fillNote)
	}
	x.Verdict = VerdictSame
	if len(x.Fills) == 0 {
		return
	}
	x.Verdict = VerdictFill
	check := *m
	if err := check.Check(j.atlas); err != nil {
		j.refuse(x, err)
	}
}

// comparePlace fills an unknown place, or narrows a district to its commune.
func (j *judge) comparePlace(x *ImportRow, one func(field, now, list string, differs bool, take func())) {
	o, m := &x.Org, &x.Merged
	if o.Place == "" || o.Place == m.Place || j.known.Reach != nil && !j.known.Reach[o.Place] {
		return
	}
	take := func() { m.Place = o.Place }
	there, list := j.communeOf(m.Place), j.communeOf(o.Place)
	switch {
	case m.Place == "":
		one("place", "", j.atlas.Label(o.Place), false, take)
	case there == "" && list != "" && areaOf(j.atlas, m.Place) == areaOf(j.atlas, o.Place) && m.Place != "":
		one("place", "", j.atlas.Label(o.Place), false, take)
	case list == "" && areaOf(j.atlas, m.Place) == areaOf(j.atlas, o.Place): // the register knows more
	case there != "" && list != "" && j.sameGround(there, list):
	default:
		one("place", j.atlas.Label(m.Place), j.atlas.Label(o.Place), true, take)
	}
}

// alikePersons reports whether two cells name one person: «Ông Bùi Văn A (Giám đốc)».
func alikePersons(a, b string) bool {
	x, y := bareContact(a), bareContact(b)
	return holdsWords(x, y) || holdsWords(y, x)
}

// sameYear reports whether a list that gives only the year agrees.
func sameYear(m, o *Org) bool {
	y, _, _ := m.Founded.Date()
	return o.Founded == calendar.Date(y, 1, 1)
}

// bareContact drops how a person is addressed: «Ông Bùi Văn A» is «Bùi Văn A».
func bareContact(s string) string {
	f := text.Fold(s)
	for _, w := range []string{"ong ", "ba ", "anh ", "chi ", "bac ", "co ", "chu "} {
		f = strings.TrimPrefix(f, w)
	}
	return f
}

func countWritten(n int64) string {
	if n == 0 {
		return ""
	}
	return text.Int(n)
}

// addNote puts the lines of more below a note, each once.
func addNote(note, more string) string {
	have := map[string]bool{}
	for l := range strings.SplitSeq(note, "\n") {
		have[text.Fold(l)] = true
	}
	out := note
	for l := range strings.SplitSeq(more, "\n") {
		if l = strings.TrimSpace(l); l == "" || have[text.Fold(l)] {
			continue
		}
		have[text.Fold(l)] = true
		if out != "" {
			out += "\n"
		}
		out += l
	}
	if len([]rune(out)) > 2000 {
		return note
	}
	return out
}
