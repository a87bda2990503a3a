package catalog

import (
	"cmp"
	"regexp"
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
	// 5,000 and 0.8 are written the other way round; a comma between words stays.
	return strings.TrimSpace(numberMark.ReplaceAllStringFunc(b.String(), func(m string) string {
		if m[1] == ',' {
			return m[:1] + "." + m[2:]
		}
		return m[:1] + "," + m[2:]
	}))
}

var numberMark = regexp.MustCompile(`[0-9][.,][0-9]`)

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
