package registry

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/web"
)

// NextAction is what another area has promised to do for an organisation: call back, ask
// a price. App plugs it in; the page lists it with the papers that lapse soon.
type NextAction func(ctx context.Context, org OrgID) ([]web.Task, error)

// mostHistory is how much of the past the page tells.
const mostHistory = 15

var vietnam = time.FixedZone("+07", 7*3600)

// changed are the fields of an Org that the history names, with their labels.
var changed = []struct{ field, label string }{
	{"Name", "registry.name"},
	{"Kind", "registry.kind"},
	{"Status", "registry.status"},
	{"TaxCode", "registry.tax_code"},
	{"Place", "registry.place"},
	{"Address", "registry.address"},
	{"Field", "registry.field"},
	{"Members", "registry.members"},
	{"Regular", "registry.regular"},
	{"Seasonal", "registry.seasonal"},
	{"Founded", "registry.founded"},
	{"Contact", "registry.contact"},
	{"Phone", "registry.phone"},
	{"OtherPhones", "registry.phone"},
	{"Email", "registry.email"},
	{"Note", "registry.note"},
}

// history tells what happened to an organisation, the newest first, and who did it.
func (a *Area) history(ctx context.Context, o Org) ([]web.Moment, error) {
	all, err := a.History(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	names, err := a.namesOf(ctx, all)
	if err != nil {
		return nil, err
	}
	var ms []web.Moment
	entered := false
	for _, e := range slices.Backward(all) {
		entered = entered || e.Action == "org.add"
		if len(ms) < mostHistory {
			ms = append(ms, moment(ctx, e.At, web.T(ctx, "registry.did.by", actorName(ctx, names, e.Actor), did(ctx, e))))
		}
	}
	if !entered && len(ms) < mostHistory {
		ms = append(ms, moment(ctx, o.CreatedAt, web.T(ctx, "registry.did.entered")))
	}
	return ms, nil
}

func moment(ctx context.Context, at time.Time, text string) web.Moment {
	at = at.In(vietnam)
	return web.Moment{When: web.T(ctx, "registry.at", at), ISO: at.Format(time.RFC3339), Text: text}
}

// did says what an entry of the trail did.
func did(ctx context.Context, e Event) string {
	switch e.Action {
	case "org.edit":
		var labels []string
		for _, c := range changed {
			l := strings.ToLower(web.T(ctx, c.label))
			if !reflect.DeepEqual(e.Before[c.field], e.After[c.field]) && !slices.Contains(labels, l) {
				labels = append(labels, l)
			}
		}
		if len(labels) == 0 {
			return web.T(ctx, "registry.did.org_save")
		}
		return web.T(ctx, "registry.did.org_edit", labels)
	case "org.add_paper", "org.remove_paper":
		of := e.After
		if of == nil {
			of = e.Before
		}
		return web.T(ctx, "registry.did."+strings.ReplaceAll(e.Action, ".", "_"), paperName(ctx, fmt.Sprint(of["Kind"])))
	case "org.add", "org.contact", "org.trait":
		return web.T(ctx, "registry.did."+strings.ReplaceAll(e.Action, ".", "_"))
	}
	return web.T(ctx, "registry.did.other", e.Action)
}

// actorsOf are the accounts behind "account:7 for account:3".
func actorsOf(actor string) (ids []int64) {
	for part := range strings.SplitSeq(actor, " for ") {
		if s, ok := strings.CutPrefix(part, "account:"); ok {
			if id, err := strconv.ParseInt(s, 10, 64); err == nil {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func (a *Area) namesOf(ctx context.Context, all []Event) (map[int64]string, error) {
	if a.People == nil {
		return nil, nil
	}
	var ids []int64
	for _, e := range all {
		ids = append(ids, actorsOf(e.Actor)...)
	}
	slices.Sort(ids)
	return a.People(ctx, slices.Compact(ids)...)
}

func actorName(ctx context.Context, names map[int64]string, actor string) string {
	ids := actorsOf(actor)
	if len(ids) == 0 || names[ids[0]] == "" {
		return web.T(ctx, "registry.did.system")
	}
	if len(ids) > 1 && names[ids[1]] != "" {
		return web.T(ctx, "registry.did.for", names[ids[0]], names[ids[1]])
	}
	return names[ids[0]]
}

// todo is what is to be done next: papers that lapse, and what other areas promised.
func (a *Area) todo(ctx context.Context, o Org, papers []paperShown) ([]web.Task, error) {
	var ts []web.Task
	for _, p := range papers {
		switch p.State {
		case PaperSoon, PaperExpired:
			ts = append(ts, web.Task{Label: web.T(ctx, "registry.todo.paper", p.Name), Note: web.T(ctx, "registry.paper.until", p.Until), Tag: web.Tag(p.Tag, p.Icon, p.Label)})
		}
	}
	if o.Phone == "" {
		ts = append(ts, web.Task{Label: web.T(ctx, "registry.todo.phone")})
	}
	if o.Place == "" {
		ts = append(ts, web.Task{Label: web.T(ctx, "registry.todo.place")})
	}
	for _, f := range a.next {
		more, err := f(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		ts = append(ts, more...)
	}
	return ts, nil
}
