package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/text"
)

// name is one way to call a commodity.
type name struct {
	code    string
	variety string // folded key when the name says one
	fold    string
	key     string
	words   int
}

func (c *Catalog) putName(code, s, variety string) {
	f := text.Fold(s)
	for _, n := range c.names {
		if n.code == code && n.key == text.Key(s) {
			return
		}
	}
	c.names = append(c.names, name{code, variety, f, tidy(s), strings.Count(f, " ") + 1})
	if i, ok := c.at[code]; ok {
		c.list[i].Aliases = append(c.list[i].Aliases, s)
	}
}

// tidy is text.Key with punctuation as spaces, so that phrases can be looked for in it.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(".,;:()[]/\\-–+*\"'|", r) {
			return ' '
		}
		return r
	}, s)
	return text.Key(s)
}

// addOwnNames reads «Cam lòng vàng Cao Phong (CS1)» and «Mận tam hoa / mận hậu» as names:
// the whole, without the bracket, and each side of a slash.
func (c *Catalog) addOwnNames(x Commodity) {
	base, _, _ := strings.Cut(x.NameVI, "(")
	c.putName(x.Code, strings.TrimSpace(base), "")
	c.putName(x.Code, x.NameEN, "")
	for _, s := range strings.Split(base, " / ") {
		c.putName(x.Code, strings.TrimSpace(s), "")
	}
	c.list[c.at[x.Code]].Aliases = nil // its own names are no aliases
}

// notOurs stands in names.csv for goods that sound like one of ours: hồng xiêm is no hồng.
const notOurs = "-"

func (c *Catalog) addName(r row) error {
	if r["code"] == notOurs {
		c.putName(notOurs, r["name"], "")
		return nil
	}
	if _, ok := c.at[r["code"]]; !ok {
		return fmt.Errorf("unknown commodity %s", r["code"])
	}
	c.putName(r["code"], r["name"], r["variety"])
	if r["variety"] != "" { // an own name may say a variety too
		for i, n := range c.names {
			if n.code == r["code"] && n.key == tidy(r["name"]) {
				c.names[i].variety = r["variety"]
			}
		}
	}
	return nil
}

func (c *Catalog) sortNames() {
	slices.SortStableFunc(c.names, func(a, b name) int {
		return cmp.Or(cmp.Compare(b.words, a.words), cmp.Compare(len(b.fold), len(a.fold)))
	})
}

type found struct {
	code, variety string
	ok            bool
	candidates    []string
	words         int // of the name that was found
}

// classifiers stand before a name and are no part of it.
var classifiers = []string{"quả", "trái", "củ", "cây", "rau", "con", "qua", "trai", "cu", "cay"}

// within reports whether a name stands in a text. A name of one word must come first:
// «luồng» is not in «rau cải Lương Sơn».
func within(name string, words int, in string) bool {
	if words > 1 {
		return strings.Contains(in, " "+name+" ")
	}
	if rest := in[1:]; strings.HasPrefix(rest, name+" ") {
		return true
	} else if first, rest, _ := strings.Cut(rest, " "); slices.Contains(classifiers, first) {
		return strings.HasPrefix(rest, name+" ")
	}
	return false
}

// Match finds the commodity that a text means, with or without marks, among other words
// («bưởi Diễn loại 1»). variety is a folded key when the words name one. A general word
// («bưởi») is not guessed at: ok is false and candidates lists the codes to ask back about,
// in the order of the list; none when nothing is like it.
func (c *Catalog) Match(s string) (code, variety string, ok bool, candidates []string) {
	if f, hit := c.matches.Load(s); hit {
		r := f.(found)
		return r.code, r.variety, r.ok, r.candidates
	}
	r := c.match(s)
	c.matches.Store(strings.Clone(s), r)
	return r.code, r.variety, r.ok, r.candidates
}

func (c *Catalog) match(s string) found {
	fold := text.Fold(s)
	if fold == "" {
		return found{}
	}
	if code := strings.TrimSpace(s); strings.Contains(code, "-") { // BO, NA and LE are words too
		if _, ok := c.at[code]; ok {
			return found{code: code, ok: true}
		}
	}
	if key := tidy(s); marked(key) {
		if r := c.look(key, func(n name) string { return n.key }); r.ok || len(r.candidates) > 0 {
			return r
		}
		// The marks are wrong or left out here and there. One folded word is then too
		// little to go by: «bò» and «bơ» are the same.
		r := c.look(fold, func(n name) string { return n.fold })
		if r.ok && r.words == 1 {
			return found{candidates: []string{r.code}}
		}
		return r
	}
	return c.look(fold, func(n name) string { return n.fold })
}

// marked reports whether any letter carries a mark.
func marked(s string) bool { return text.Fold(s) != strings.Join(strings.Fields(s), " ") }

// look searches one form of the names: first the longest name inside the text, then names
// that begin with the text, or with its first words, one fewer each time.
func (c *Catalog) look(s string, form func(name) string) found {
	in := " " + strings.Join(strings.Fields(s), " ") + " "
	for i, n := range c.names {
		if !within(form(n), n.words, in) {
			continue
		}
		if n.code == notOurs {
			return found{}
		}
		hits := []name{n}
		for _, m := range c.names[i+1:] {
			if m.words == n.words && m.code != n.code && form(m) == form(n) {
				hits = append(hits, m)
			}
		}
		return c.choose(hits)
	}
	words := strings.Fields(s)
	for k := len(words); k > 0; k-- {
		begin := strings.Join(words[:k], " ") + " "
		var hits []name
		for _, n := range c.names {
			if n.code != notOurs && strings.HasPrefix(form(n)+" ", begin) {
				hits = append(hits, n)
			}
		}
		if len(hits) > 0 {
			r := c.choose(hits)
			if k < len(words) && r.ok { // «táo mèo» is not «táo»: ask
				r = found{candidates: []string{r.code}}
			}
			return r
		}
	}
	return found{}
}

func (c *Catalog) choose(hits []name) found {
	codes := make([]string, 0, len(hits))
	for _, h := range hits {
		if !slices.Contains(codes, h.code) {
			codes = append(codes, h.code)
		}
	}
	if len(codes) == 1 {
		r := found{code: codes[0], ok: true, words: hits[0].words}
		if len(hits) == 1 {
			r.variety = hits[0].variety
		}
		return r
	}
	slices.SortFunc(codes, func(a, b string) int { return cmp.Compare(c.at[a], c.at[b]) })
	return found{candidates: codes}
}

// MatchVariety is Match for two cells, goods and variety («Bưởi», «Diễn»). A variety that
// does not decide the commodity comes back as a folded key.
func (c *Catalog) MatchVariety(goods, variety string) (code, key string, ok bool, candidates []string) {
	if text.Fold(variety) == "" {
		return c.Match(goods)
	}
	for _, s := range []string{goods + " " + variety, variety} {
		code, key, ok, _ = c.Match(s)
		if !ok {
			continue
		}
		if own, _, ok2, cs := c.Match(goods); !ok2 && !slices.Contains(cs, code) && len(cs) > 0 || ok2 && own != code && s == variety {
			continue // «Cam», «Diễn»: the variety speaks of other goods
		}
		if first, v, ok2, _ := c.Match(goods); ok2 && first == code && key == "" && v == "" {
			key = text.Fold(variety)
			if x, _ := c.ByCode(code); strings.Contains(" "+text.Fold(x.NameVI)+" ", " "+key+" ") {
				key = "" // the variety is the commodity itself
			}
		}
		return code, key, true, nil
	}
	code, key, ok, candidates = c.Match(goods)
	if ok && key == "" {
		key = text.Fold(variety)
	}
	return code, key, ok, candidates
}
