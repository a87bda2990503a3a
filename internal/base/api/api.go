// Package api is REST for programs, on huma: typed operations, OpenAPI 3.1 and a reference
// page that stands by itself. It is not a second door: every operation is a web.Route and
// passes the same checks, keys and problem answers as a page; it knows no area's word.
//
// How an area adds operations:
//
//	// api.go
//	func (a *Area) API(x *api.API) {
//		api.Add(x, api.Op{
//			ID: "listOffers", Method: "GET", Path: "/offers", Tag: "offers",
//			May: see, Token: "offers:read", Words: "market.api.",
//		}, a.apiListOffers)
//	}
//
// The words of an operation are the text <Words>op.<ID>, those of a field or parameter
// <Words><name> of any area, or api.field.<name> where several areas share it.
package api

import (
	"bytes"
	"context"
	"embed"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/web"
)

// Texts are the words of this room.
//
//go:embed text/*.json
var Texts embed.FS

// Root is where all operations stand. A change that breaks programs gets the next number.
const Root = "/api/v1"

// API gathers operations.
type API struct {
	huma   huma.API
	ops    []Op
	routes []web.Route
	last   func(huma.Context)

	mu    sync.Mutex
	specs map[string][]byte // by language
}

// Op is one operation. All fields but Status and Max are needed.
type Op struct {
	ID, Method, Path string // Path below Root: "/offers/{id}"
	Tag              string // heading in the reference: api.tag.<Tag>
	Words            string // prefix of the area's texts: "market.api."
	May              auth.May
	Token            string // scope that an API token needs: "offers:read"
	Status           int    // of success; 0 is 200
	Max              int64  // largest body; 0 is web.MaxForm
}

// New begins an API. version is the program's.
func New(version string) *API {
	a := &API{specs: map[string][]byte{}}
	a.huma = huma.NewAPI(huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "lienket", Version: version},
			Servers: []*huma.Server{{URL: Root}},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}, (*adapter)(a))
	Add(a, Op{ID: "who_am_i", Method: "GET", Path: "/me", Tag: "account", Words: "api.", May: auth.SignedIn, Token: "account:read"}, whoAmI)
	return a
}

type me struct {
	Body struct {
		ID           int64    `json:"id"`
		Name         string   `json:"name"`
		Role         string   `json:"role"`
		Organisation int64    `json:"organisation"`
		Scopes       []string `json:"scopes" nullable:"false"`
	}
}

func whoAmI(ctx context.Context, _ *struct{}) (*me, error) {
	u, _ := auth.Who(ctx)
	out := &me{}
	out.Body.ID, out.Body.Name, out.Body.Role, out.Body.Organisation, out.Body.Scopes = u.ID, u.Name, string(u.Role), u.Org, []string{}
	if u.Token != nil {
		out.Body.Scopes = append(out.Body.Scopes, u.Token.Scopes...)
	}
	return out, nil
}

// schemaName is a type's name without the "api" that areas put before it.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if rest, ok := strings.CutPrefix(name, "Api"); ok && rest != "" {
		return rest
	}
	return name
}

// adapter hands huma's handler back to Add instead of serving it.
type adapter API

func (a *adapter) Handle(_ *huma.Operation, h func(huma.Context)) { a.last = h }

func (a *adapter) ServeHTTP(http.ResponseWriter, *http.Request) {}

// Add adds an operation. do returns faults as pages do; a nil output is an empty answer.
func Add[I, O any](a *API, op Op, do func(context.Context, *I) (*O, error)) {
	if op.Status == 0 {
		op.Status = http.StatusOK
	}
	h := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Tags: []string{op.Tag}, DefaultStatus: op.Status,
		MaxBodyBytes: -1, // the route bounds it
		Security:     []map[string][]string{{"token": {}}},
		Extensions:   map[string]any{"x-scope": op.Token},
	}
	if !safe(op.Method) {
		h.Parameters = append(h.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string"}})
	}
	huma.Register(a.huma, h, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			callOf(ctx).err = err
			return nil, nil
		}
		return out, nil
	})
	answer := a.last
	a.ops = append(a.ops, op)
	a.routes = append(a.routes, web.Route{
		Pattern: op.Method + " " + Root + op.Path, May: op.May, Token: op.Token, Max: op.Max,
		Do: func(w http.ResponseWriter, r *http.Request) error { return serve(&h, answer, w, r) },
	})
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// Routes are all operations, their description and the page that explains them.
func (a *API) Routes() []web.Route {
	return append(slices.Clone(a.routes),
		web.Route{Pattern: "GET /api", May: auth.Anyone, Do: a.showReference},
		web.Route{Pattern: "GET /api/openapi.json", May: auth.Anyone, Do: a.sendSpec},
	)
}

// call is one request on its way through huma: what is written is kept until the end, so
// that an error found late still becomes a whole problem answer.
type call struct {
	humaContext // by another name: its field would hide the method Context
	err         error
	status      int
	body        *bytes.Buffer
}

type humaContext huma.Context

type callKey struct{}

func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func serve(op *huma.Operation, answer func(huma.Context), w http.ResponseWriter, r *http.Request) error {
	c := &call{body: bodies.Get().(*bytes.Buffer)}
	c.body.Reset()
	defer bodies.Put(c.body)
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	c.humaContext = humago.NewContext(op, r, w)
	answer(c)
	if c.err != nil {
		return c.err
	}
	if c.body.Len() == 0 {
		w.WriteHeader(c.status)
		return nil
	}
	return web.Send(w, r, c.status, w.Header().Get("Content-Type"), c.body.Bytes())
}

func (c *call) SetStatus(n int)                 { c.status = n }
func (c *call) Status() int                     { return c.status }
func (c *call) BodyWriter() io.Writer           { return c.body }
func (c *call) SetReadDeadline(time.Time) error { return nil } // the route has set one
