package app

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/auth/door"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/web"
)

// keyFile is the key of second factors in the data folder; docs/adr says why it is there.
const keyFile = "second.key"

// newAccounts are the accounts with what places know, and the key of second factors.
func newAccounts(ctx context.Context, c Config, s *auth.Sessions, atlas *places.Atlas) (a *auth.Accounts, err error) {
	defer fault.Wrap(&err, "accounts")
	a = auth.NewAccounts(c.DB, s)
	a.Under = atlas.Under
	file := ""
	if c.Folder != "" {
		file = filepath.Join(c.Folder, keyFile)
	}
	where := ""
	if a.Key, where, err = auth.LoadKey(ctx, c.DB, file); err != nil {
		return nil, err
	}
	if where == "setting" {
		c.Log.Info("the key of second factors lies in the database; keep it apart with " + auth.KeyEnv)
	}
	if err := a.RefreshReach(ctx, atlas.ReachHash()); err != nil {
		return nil, err
	}
	return a, a.FillFind(ctx)
}

// newDoor is the screens of accounts, which find organisations and places through here.
func newDoor(c Config, accounts *auth.Accounts, areas *Areas) *door.Door {
	atlas := areas.Places.Atlas
	choice := func(key string) door.Choice { return door.Choice{Value: key, Label: atlas.Label(key)} }
	return &door.Door{
		Accounts: accounts, Secure: c.Secure, Phone: c.Phone, Now: c.Now,
		OrgFind: func(ctx context.Context, text string) (out []door.Choice, err error) {
			all, _, err := areas.Registry.Orgs(ctx, registry.Filter{Text: text, Size: 12})
			for _, o := range all {
				out = append(out, door.Choice{Value: strconv.FormatInt(int64(o.ID), 10), Label: o.Name, Note: orgNote(atlas, o)})
			}
			return out, err
		},
		OrgName: func(ctx context.Context, id int64) (string, error) {
			o, err := areas.Registry.OrgByID(ctx, registry.OrgID(id))
			if fault.CodeOf(err) == fault.NotFound {
				return "", nil
			}
			return o.Name, err
		},
		PlaceFind: func(text string) (out []door.Choice) {
			for _, u := range atlas.Find(places.Query{Text: text, Prefer: places.Key("17", places.Border2023), Limit: 12}) {
				out = append(out, placeChoice(atlas, u))
			}
			return out
		},
		PlaceName: func(key string) string {
			if u, ok := atlas.ByKey(key); ok {
				c := placeChoice(atlas, u)
				return c.Label + " (" + string(places.BorderOf(key)) + ")"
			}
			return ""
		},
		PlaceEnded: func(key string, on calendar.Day) (next []door.Choice, ended bool) {
			keys, ended := atlas.Ended(key, on)
			for _, k := range keys {
				next = append(next, choice(k))
			}
			return next, ended
		},
	}
}

// placeChoice names a unit with everything above it and its borders: two communes of one
// name, or the old and the new one, must not be mixed up.
func placeChoice(atlas *places.Atlas, u places.Unit) door.Choice {
	return door.Choice{Value: u.Key, Label: atlas.Label(u.Key), Note: string(places.BorderOf(u.Key))}
}

// orgNote is what tells organisations of one name apart: tax code, phone, place.
func orgNote(atlas *places.Atlas, o registry.Org) string {
	note := ""
	for _, s := range []string{o.TaxCode, o.Phone, atlas.Label(o.Place)} {
		if s != "" && note != "" {
			note += " · "
		}
		note += s
	}
	return note
}

// scopesOf are the scopes that some route asks of a token.
func scopesOf(routes []web.Route) (out []string) {
	for _, r := range routes {
		if r.Token != "" {
			out = append(out, r.Token)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
