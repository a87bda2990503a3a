package board

import (
	"context"
	"time"

	"github.com/lienket/lienket/internal/base/api"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/web"
)

// API adds what programs may do with webhooks: see whether events arrive, have one sent again,
// ask for a test. Addresses and keys are for people who have just proved who they are.
func (b *Board) API(x *api.API) {
	op := func(id, method, path, scope string) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "hooks", Words: "hook.api.", May: auth.SignedIn, Token: scope}
	}
	api.Add(x, op("list_webhooks", "GET", "/webhooks", "hooks:read"), b.apiList)
	api.Add(x, op("list_deliveries", "GET", "/webhooks/{id}/deliveries", "hooks:read"), b.apiDeliveries)
	ping := op("ping_webhook", "POST", "/webhooks/{id}/ping", "hooks:test")
	ping.Status = 202
	api.Add(x, ping, b.apiPing)
	again := op("send_again", "POST", "/webhooks/{id}/deliveries/{delivery}/again", "hooks:test")
	again.Status = 202
	api.Add(x, again, b.apiAgain)
}

type webhook struct {
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	Host      string    `json:"host"`
	Kinds     []string  `json:"kinds" nullable:"false"`
	On        bool      `json:"on"`
	OffWhy    string    `json:"off_why,omitempty"`
	Failures  int64     `json:"failures"`
	LastState string    `json:"last_state,omitempty"`
	LastAt    time.Time `json:"last_at,omitzero"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
}

type apiWebhooks struct {
	Body struct {
		Items []webhook `json:"items" nullable:"false"`
	}
}

type webhookDelivery struct {
	ID       int64     `json:"id"`
	Event    string    `json:"event"`
	Kind     string    `json:"kind"`
	Object   string    `json:"object"`
	Path     string    `json:"path"`
	State    string    `json:"state"`
	Tries    int       `json:"tries"`
	Answered int       `json:"answered,omitempty"`
	Fail     string    `json:"fail,omitempty"`
	MadeAt   time.Time `json:"made_at"`
	TriedAt  time.Time `json:"tried_at,omitzero"`
	NextAt   time.Time `json:"next_at,omitzero"`
}

type (
	apiAt struct {
		ID int64 `path:"id" minimum:"1"`
	}
	apiDeliveryAt struct {
		ID       int64 `path:"id" minimum:"1"`
		Delivery int64 `path:"delivery" minimum:"1"`
	}
	apiDeliveriesIn struct {
		ID int64 `path:"id" minimum:"1"`
		api.Paged
	}
	apiDeliveries struct {
		Body api.Page[webhookDelivery]
	}
	apiAsked struct {
		Body struct {
			ID int64 `json:"id"`
		}
	}
)

// whose is the account that a request is about: always its own, also for administrators.
func whose(ctx context.Context) int64 {
	u, _ := auth.Who(ctx)
	return u.ID
}

func claimIn(ctx context.Context) hook.Claim {
	return func(tx *db.Tx) error { return web.ClaimIn(ctx, tx) }
}

func (b *Board) apiList(ctx context.Context, _ *struct{}) (*apiWebhooks, error) {
	list, err := b.Hooks.List(ctx, whose(ctx))
	if err != nil {
		return nil, err
	}
	out := &apiWebhooks{}
	out.Body.Items = []webhook{}
	for _, s := range list {
		w := webhook{
			ID: s.ID, Name: s.Name, Host: s.Host(), Kinds: []string{}, On: s.On, OffWhy: string(s.Why), Failures: s.Failures,
			LastState: string(s.LastState), LastAt: s.LastAt, Version: s.Version, CreatedAt: s.Created,
		}
		for _, k := range s.Kinds {
			w.Kinds = append(w.Kinds, string(k))
		}
		out.Body.Items = append(out.Body.Items, w)
	}
	return out, nil
}

func (b *Board) apiDeliveries(ctx context.Context, in *apiDeliveriesIn) (*apiDeliveries, error) {
	c, _, err := api.ReadCursor(in.Cursor, "-id")
	if err != nil {
		return nil, err
	}
	list, _, err := b.Hooks.Deliveries(ctx, whose(ctx), in.ID, c.ID, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return &apiDeliveries{api.PageOf(list, in.Limit, func(d *hook.Delivery) webhookDelivery {
		return webhookDelivery{
			ID: d.ID, Event: d.Event, Kind: string(d.Kind), Object: d.Object, Path: d.Path, State: string(d.State), Tries: d.Tries, Answered: d.Status,
			Fail: d.Fail, MadeAt: d.Made, TriedAt: d.Tried, NextAt: d.Next,
		}
	}, func(d *hook.Delivery) api.Cursor { return api.Cursor{Sort: "-id", ID: d.ID} })}, nil
}

func (b *Board) apiPing(ctx context.Context, in *apiAt) (*apiAsked, error) {
	id, err := b.Hooks.Ping(ctx, claimIn(ctx), whose(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &apiAsked{}
	out.Body.ID = id
	return out, nil
}

func (b *Board) apiAgain(ctx context.Context, in *apiDeliveryAt) (*apiAsked, error) {
	if err := b.Hooks.Resend(ctx, claimIn(ctx), whose(ctx), in.ID, in.Delivery); err != nil {
		return nil, err
	}
	out := &apiAsked{}
	out.Body.ID = in.Delivery
	return out, nil
}
