package market

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/text"
)

// Queries over the book are put together from the texts of this file: only conditions that
// are asked for stand in one, and the order is written out, so that an index can serve both.
// Where "$_" stands, the next parameter comes. A test prepares them on both engines.

const (
	entryBySide     = ` where x.side = $_`
	entryByState    = ` and x.state = $_`
	entryByWord     = ` and x.find like $_`
	entryByGoods    = ` and x.commodity = $_`
	entryByDistrict = ` and x.district = $_`
	entryByOrg      = ` and x.org_id = $_`
	entryByChannel  = ` and x.channel = $_`
	entryByLast     = ` and x.day_to >= $_`
	entryByFirst    = ` and x.day_from <= $_`
	entryBySince    = ` and x.created_at >= $_`
	entryByChange   = ` and x.updated_at >= $_`
	entryBySight    = ` and (x.place_key in (select s.under from auth_sight s where s.account_id = $_ and s.valid_from <= $_ and s.valid_to >= $_) or x.home_key in (select s.under from auth_sight s where s.account_id = $_ and s.valid_from <= $_ and s.valid_to >= $_))`
	entryByAsks     = ` and exists (select 1 from market_question q where q.entry_id = x.id and q.state = 'open')`
	entryByBlocking = ` and exists (select 1 from market_question q where q.entry_id = x.id and q.state = 'open' and q.blocks)`
	entryByStale    = ` and x.state = 'open' and (x.alive_at <= $_ or x.good_until < $_)`

	entrySpan = `(case when ` + entryLong + ` <= 8 then 0 when ` + entryLong + ` <= 40 then 1 when ` + entryLong + ` <= 140 then 2 else 3 end)`
	entryLong = `(cast(substr(x.day_to, 1, 4) as bigint) - cast(substr(x.day_from, 1, 4) as bigint)) * 372 + (cast(substr(x.day_to, 6, 2) as bigint) - cast(substr(x.day_from, 6, 2) as bigint)) * 31 + cast(substr(x.day_to, 9, 2) as bigint) - cast(substr(x.day_from, 9, 2) as bigint)`

	// entryNear finds a district's entries of some days from both ends: those of a span can
	// reach into the days only if they begin no earlier than the span before them. It is a
	// join, because SQLite does not look into an index once for each branch of an or; a cross
	// join keeps it from turning the two round, and means nothing to PostgreSQL.
	entryNear = ` (select 0 as span, cast($_ as text) as least union all select 1, cast($_ as text) union all select 2, cast($_ as text) union all select 3, '') v
 cross join market_entry x`
	entryReach = ` and ` + entrySpan + ` = v.span and x.day_from >= v.least`
	entryAll   = ` market_entry x`

	entryPage = ` limit $_ offset $_`
)

// entryOrders are the orders of a list; ties go by id.
var entryOrders = map[string]string{
	"party": ` order by x.party_sort, x.id`, "-party": ` order by x.party_sort desc, x.id`,
	"goods": ` order by x.goods_sort, x.id`, "-goods": ` order by x.goods_sort desc, x.id`,
	"place": ` order by x.province || ' ' || x.district, x.id`, "-place": ` order by x.province || ' ' || x.district desc, x.id`,
	"grams": ` order by x.grams, x.id`, "-grams": ` order by x.grams desc, x.id`,
	"from": ` order by x.day_from, x.id`, "-from": ` order by x.day_from desc, x.id`,
	"updated": ` order by x.updated_at, x.id`, "-updated": ` order by x.updated_at desc, x.id`,
	"id": ` order by x.id`, "-id": ` order by x.id desc`,
}

// entrySpans are the most days between an entry's first and last, span by span.
var entrySpans = []calendar.Day{8, 40, 140}

// entryQuery is a query on its way.
type entryQuery struct {
	text strings.Builder
	args []any
	n    int
}

// add appends a text and the values of its places.
func (q *entryQuery) add(text string, args ...any) {
	for {
		before, after, found := strings.Cut(text, "$_")
		q.text.WriteString(before)
		if !found {
			break
		}
		q.n++
		q.text.WriteByte('$')
		q.text.WriteString(strconv.Itoa(q.n))
		text = after
	}
	q.args = append(q.args, args...)
}

// from is where the entries that a filter holds come from: table and conditions. Whose they
// are and where they lie is part of it, whatever else is asked.
func (q *entryQuery) from(f *EntryFilter) {
	q.add(" from")
	near := f.District != "" && f.State != "" && f.Over.From != 0 && f.Over.To != 0
	if near {
		var least []any
		for _, d := range entrySpans {
			least = append(least, (f.Over.From - d).String())
		}
		q.add(entryNear, least...)
	} else {
		q.add(entryAll)
	}
	q.add(entryBySide, string(f.Side))
	if near {
		q.add(entryReach)
	}
	if f.State != "" {
		q.add(entryByState, string(f.State))
	}
	if f.District != "" {
		q.add(entryByDistrict, f.District)
	}
	if f.Commodity != "" {
		q.add(entryByGoods, f.Commodity)
	}
	if org := f.org(); org != 0 {
		q.add(entryByOrg, org)
	}
	if f.Channel != "" {
		q.add(entryByChannel, string(f.Channel))
	}
	if f.Over.From != 0 {
		q.add(entryByLast, f.Over.From.String())
	}
	if f.Over.To != 0 {
		q.add(entryByFirst, f.Over.To.String())
	}
	for _, w := range f.words() {
		q.add(entryByWord, "%"+w+"%") // folded words hold no wildcards
	}
	switch f.Only {
	case "asks":
		q.add(entryByAsks)
	case "blocking":
		q.add(entryByBlocking)
	case "stale":
		q.add(entryByStale, db.At(f.Now.Add(-StaleAfter)), calendar.DayOf(f.Now))
	}
	if !f.Since.IsZero() {
		q.add(entryBySince, db.At(f.Since))
	}
	if s := f.Viewer.Sight; !s.Everywhere() {
		q.add(entryBySight, s.Account, s.Day, s.Day, s.Account, s.Day, s.Day)
	}
}

// words are the words of a filter, folded; the fourth and later ones are one.
func (f *EntryFilter) words() []string {
	if f.Text == "" {
		return nil
	}
	words := strings.Fields(text.Fold(f.Text))
	if len(words) > 3 {
		words = append(words[:2:2], strings.Join(words[2:], " "))
	}
	return words
}

// org is the organisation whose entries are asked for; 0 is all, -1 none. An organisation
// sees its own, whatever it asks for.
func (f *EntryFilter) org() int64 {
	switch own := f.Viewer.Org; {
	case own == 0:
		return int64(f.Org)
	case f.Org != 0 && f.Org != own:
		return -1
	default:
		return int64(own)
	}
}

// order is the name of an order of entryOrders.
func (f *EntryFilter) order() string {
	order := f.Sort
	if !slices.Contains(EntrySorts, order) {
		order = "party"
	}
	if f.Desc {
		order = "-" + order
	}
	return order
}

// entryCount counts and weighs what a filter holds.
func entryCount(f *EntryFilter) *entryQuery {
	q := &entryQuery{}
	q.add(`select count(*), cast(coalesce(sum(x.grams), 0) as bigint)`)
	q.from(f)
	return q
}

// entryPeople adds to a list whom one calls: the register's word, for rows that the viewer
// sees anyway.
const entryPeople = `, coalesce(o.contact, ''), coalesce(o.phone, ''), coalesce(o.other_phones, '')`

// entryPeopleList is entryList with whom one calls.
func entryPeopleList(f *EntryFilter) *entryQuery {
	q := &entryQuery{}
	order := entryOrders[f.order()]
	q.add(`select ` + entryCols + entryPeople + ` from (select x.id`)
	q.from(f)
	size, first := int64(1)<<40, int64(0)
	if f.Size > 0 {
		size, first = int64(f.Size), int64(max(f.Page, 1)-1)*int64(f.Size)
	}
	q.add(order)
	q.add(entryPage, size, first)
	q.add(`) h cross join market_entry x left join registry_org o on o.id = x.org_id where x.id = h.id`)
	q.add(order)
	return q
}

// entryList is a page of what a filter holds. Which rows those are is decided on the index
// alone where it can be; only they are read as a whole.
func entryList(f *EntryFilter) *entryQuery {
	q := &entryQuery{}
	order := entryOrders[f.order()]
	if f.Size <= 0 {
		q.add(`select ` + entryCols)
		q.from(f)
		q.add(order)
		return q
	}
	q.add(`select ` + entryCols + ` from (select x.id`)
	q.from(f)
	q.add(order)
	q.add(entryPage, f.Size, (max(f.Page, 1)-1)*f.Size)
	q.add(`) h cross join market_entry x where x.id = h.id`)
	q.add(order)
	return q
}
