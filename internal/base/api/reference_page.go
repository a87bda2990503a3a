package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// The reference page is the description as a person reads it. It needs nothing from
// elsewhere and no script.

type reference struct {
	Example string
	Tags    []referenceTag
	Shapes  []referenceShape
}

type referenceTag struct {
	ID, Name string
	Ops      []referenceOp
}

type referenceOp struct {
	ID, Method, Path, Scope, Summary, About string
	Params                                  []referenceField
	Takes, Gives                            string // shapes
	Status                                  string
	List                                    bool // Gives is the shape of the items
}

type referenceShape struct {
	Name   string
	Fields []referenceField
}

type referenceField struct {
	Name, In, Type, About string
	Needed                bool
}

func (a *API) showReference(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	v := a.reference(p)
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	v.Example = "curl -H \"Authorization: Bearer $TOKEN\" \"" + scheme + "://" + r.Host + Root + "/offers?sort=-updated&limit=20\""
	return web.Render(w, r, web.Page{Title: p.T("api.title"), Guide: "api"}, referenceView(v))
}

func (a *API) reference(p *i18n.Printer) (v reference) {
	doc := a.huma.OpenAPI()
	for _, t := range a.tags() {
		g := referenceTag{ID: t, Name: p.T("api.tag." + t)}
		for _, op := range a.ops {
			if op.Tag == t {
				g.Ops = append(g.Ops, a.referenceOp(p, op, doc))
			}
		}
		v.Tags = append(v.Tags, g)
	}
	owner := a.owners()
	for name, s := range doc.Components.Schemas.Map() {
		if strings.HasPrefix(name, "Page") && s.Properties["items"] != nil { // said beside the operation
			continue
		}
		shape := referenceShape{Name: name}
		for field, f := range s.Properties {
			shape.Fields = append(shape.Fields, referenceField{Name: field, Type: typeOf(f), About: word(p, owner[name], field), Needed: slices.Contains(s.Required, field)})
		}
		slices.SortFunc(shape.Fields, func(x, y referenceField) int {
			if x.Needed != y.Needed {
				return map[bool]int{true: -1, false: 1}[x.Needed]
			}
			return strings.Compare(x.Name, y.Name)
		})
		v.Shapes = append(v.Shapes, shape)
	}
	slices.SortFunc(v.Shapes, func(x, y referenceShape) int { return strings.Compare(x.Name, y.Name) })
	return v
}

func (a *API) referenceOp(p *i18n.Printer, op Op, doc *huma.OpenAPI) referenceOp {
	out := referenceOp{ID: op.ID, Method: op.Method, Path: Root + op.Path, Scope: op.Token, Summary: p.T(op.Words + "op." + op.ID), Status: strconv.Itoa(op.Status)}
	if key := op.Words + "about." + op.ID; p.Has(key) {
		out.About = p.T(key)
	}
	h := operationOf(doc, op)
	for _, x := range h.Parameters {
		out.Params = append(out.Params, referenceField{Name: x.Name, In: x.In, Type: typeOf(x.Schema), About: word(p, op.Words, x.Name), Needed: x.Required})
	}
	if h.RequestBody != nil {
		for _, m := range h.RequestBody.Content {
			out.Takes = refName(m.Schema)
		}
	}
	if ok := h.Responses[out.Status]; ok != nil {
		for _, m := range ok.Content {
			out.Gives = refName(m.Schema)
			if page := doc.Components.Schemas.Map()[out.Gives]; page != nil && strings.HasPrefix(out.Gives, "Page") && page.Properties["items"] != nil {
				out.Gives, out.List = refName(page.Properties["items"].Items), true
			}
		}
	}
	return out
}

func operationOf(doc *huma.OpenAPI, op Op) *huma.Operation {
	item := doc.Paths[op.Path]
	return map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "DELETE": item.Delete}[op.Method]
}

func refName(s *huma.Schema) string {
	if s == nil {
		return ""
	}
	return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
}

// typeOf says a type in a word: "string (date)", "Place[]".
func typeOf(s *huma.Schema) string {
	switch {
	case s.Ref != "":
		return refName(s)
	case s.Type == "array" && s.Items != nil:
		return typeOf(s.Items) + "[]"
	case len(s.Enum) > 0:
		var all []string
		for _, e := range s.Enum {
			if t, ok := e.(string); ok {
				all = append(all, t)
			}
		}
		return strings.Join(all, " | ")
	case s.Format != "" && s.Type == "string":
		return s.Type + " (" + s.Format + ")"
	}
	return s.Type
}

// grid is a table of fields or parameters.
func grid(p *i18n.Printer, label string, all []referenceField) web.Grid {
	g := web.Grid{Label: label, Cols: []web.Column{{Label: p.T("api.col.name")}, {Label: p.T("api.col.type")}, {Label: p.T("api.col.about")}}}
	for _, f := range all {
		sub := f.In
		if f.Needed {
			sub = strings.TrimPrefix(sub+" · "+p.T("api.needed"), " · ")
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Body: code(f.Name), Sub: sub}, {Text: f.Type}, {Text: f.About}}})
	}
	return g
}

// crumbs leads to the headings of the page.
func (v *reference) crumbs(p *i18n.Printer) (out []web.Crumb) {
	for _, t := range v.Tags {
		out = append(out, web.Crumb{Label: t.Name, Href: "#" + t.ID})
	}
	return append(out, web.Crumb{Label: p.T("api.shapes"), Href: "#shapes"})
}
