package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// The description is made once a language: huma knows the shapes, the text files know the
// words.

// sendSpec answers with OpenAPI 3.1 in the reader's language; ?lang= of the site counts.
func (a *API) sendSpec(w http.ResponseWriter, r *http.Request) error {
	b, err := a.Spec(i18n.From(r.Context()))
	if err != nil {
		return err
	}
	return web.Send(w, r, http.StatusOK, "application/json; charset=utf-8", b)
}

// Spec is the OpenAPI 3.1 description in a language.
func (a *API) Spec(p *i18n.Printer) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	lang := string(p.Lang())
	if b := a.specs[lang]; b != nil {
		return b, nil
	}
	raw, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	a.say(p, doc)
	b, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, err
	}
	a.specs[lang] = b
	return b, nil
}

// say puts the words of a language into a description.
func (a *API) say(p *i18n.Printer, doc map[string]any) {
	under(doc, "info")["description"] = p.T("api.about")
	under(doc, "components", "securitySchemes", "token")["description"] = p.T("api.token.about")
	var tags []any
	for _, t := range a.tags() {
		tags = append(tags, map[string]any{"name": t, "description": p.T("api.tag." + t)})
	}
	doc["tags"] = tags
	for _, op := range a.ops {
		o := under(doc, "paths", op.Path, strings.ToLower(op.Method))
		o["summary"] = p.T(op.Words + "op." + op.ID)
		if about := op.Words + "about." + op.ID; p.Has(about) {
			o["description"] = p.T(about)
		}
		params, _ := o["parameters"].([]any)
		for _, x := range params {
			if m, ok := x.(map[string]any); ok {
				name, _ := m["name"].(string)
				m["description"] = word(p, op.Words, name)
			}
		}
		answers, _ := o["responses"].(map[string]any)
		for code, x := range answers {
			if m, ok := x.(map[string]any); ok {
				key := "api.answer.ok"
				if code == "default" {
					key = "api.answer.problem"
				}
				m["description"] = p.T(key)
				heads, _ := m["headers"].(map[string]any)
				for name, h := range heads {
					if hm, ok := h.(map[string]any); ok {
						hm["description"] = word(p, op.Words, name)
					}
				}
			}
		}
	}
	owner := a.owners()
	for schema, s := range under(doc, "components", "schemas") {
		props, _ := s.(map[string]any)["properties"].(map[string]any)
		for name, x := range props {
			if m, ok := x.(map[string]any); ok && m["$ref"] == nil {
				m["description"] = word(p, owner[schema], name)
			}
		}
	}
}

// word says what a field or parameter is: in the words of its area, else in shared ones.
func word(p *i18n.Printer, area, name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	if k := area + name; p.Has(k) {
		return p.T(k)
	}
	return p.T("api.field." + name)
}

// owners says by whose words a shape is explained: those of the first operation that takes
// or gives it.
func (a *API) owners() map[string]string {
	doc := a.huma.OpenAPI()
	all, owner := doc.Components.Schemas.Map(), map[string]string{}
	var claim func(words string, s *huma.Schema)
	claim = func(words string, s *huma.Schema) {
		if s == nil {
			return
		}
		if name := refName(s); name != "" {
			if owner[name] != "" {
				return
			}
			owner[name] = words
			s = all[name]
		}
		claim(words, s.Items)
		for _, f := range s.Properties {
			claim(words, f)
		}
	}
	for _, op := range a.ops {
		h := operationOf(doc, op)
		if h.RequestBody != nil {
			for _, m := range h.RequestBody.Content {
				claim(op.Words, m.Schema)
			}
		}
		for code, r := range h.Responses {
			if code == "default" { // the problem is nobody's
				continue
			}
			for _, m := range r.Content {
				claim(op.Words, m.Schema)
			}
		}
	}
	return owner
}

// tags are the headings in the order of the first operation below each.
func (a *API) tags() (out []string) {
	for _, op := range a.ops {
		if !slices.Contains(out, op.Tag) {
			out = append(out, op.Tag)
		}
	}
	return out
}

// under goes down into a description; what is not there is made.
func under(m map[string]any, path ...string) map[string]any {
	for _, k := range path {
		next, ok := m[k].(map[string]any)
		if !ok {
			next = map[string]any{}
			m[k] = next
		}
		m = next
	}
	return m
}
