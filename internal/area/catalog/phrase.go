package catalog

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// phrase translates a piece of the lists, whose remarks are in English.
type phrase struct{ en, vi string }

func (c *Catalog) addPhrase(r row) error {
	c.phrases = append(c.phrases, phrase{r["en"], r["vi"]})
	return nil
}

func (c *Catalog) sortPhrases() {
	slices.SortStableFunc(c.phrases, func(a, b phrase) int { return cmp.Compare(len(b.en), len(a.en)) })
}

// Vietnamese translates a remark of the lists («carton 10 kg; net bag»), phrase by phrase.
func (c *Catalog) Vietnamese(s string) string {
	var b strings.Builder
	before := rune(' ')
	for i := 0; i < len(s); {
		if !unicode.IsLetter(before) {
			if p, ok := c.phraseAt(s[i:]); ok {
				b.WriteString(p.vi)
				before, _ = utf8.DecodeLastRuneInString(p.en)
				i += len(p.en)
				continue
			}
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		b.WriteString(s[i : i+n])
		before = r
		i += n
	}
	out := strings.NewReplacer("  ", " ", ": ", ": ").Replace(b.String())
	return strings.TrimSpace(strings.ReplaceAll(out, ".", ","))
}

func (c *Catalog) phraseAt(s string) (phrase, bool) {
	for _, p := range c.phrases {
		if rest, ok := strings.CutPrefix(s, p.en); ok {
			if next, _ := utf8.DecodeRuneInString(rest); !unicode.IsLetter(next) {
				return p, true
			}
		}
	}
	return phrase{}, false
}
