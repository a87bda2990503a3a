// Package i18n is the texts of the program in Vietnamese and English and the printing of
// their arguments. It is not a grammar: texts have no plural forms and no logic.
package i18n

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
)

// Lang is a language of the screens.
type Lang string

// The languages. Vietnamese is the first and the default.
const (
	VI Lang = "vi"
	EN Lang = "en"
)

// Langs lists the languages, the default first.
var Langs = []Lang{VI, EN}

// Texts are the base texts: the default sentence of every fault code, what base rooms
// say, units and dates. Load adds them by itself.
//
//go:embed text/*.json
var Texts embed.FS

// Book holds all texts in all languages.
type Book struct{ texts map[Lang]map[string]string }

// Load reads text/vi.json and text/en.json of every dir: flat objects from key to text.
// It refuses a key that one language lacks and a key that occurs twice.
func Load(dirs ...fs.FS) (b *Book, err error) {
	defer fault.Wrap(&err, "i18n.Load")
	b = &Book{texts: map[Lang]map[string]string{}}
	for _, l := range Langs {
		b.texts[l] = map[string]string{}
		for _, dir := range append([]fs.FS{Texts}, dirs...) {
			if err := b.add(l, dir); err != nil {
				return nil, err
			}
		}
	}
	if missing := append(b.lacks(EN, VI), b.lacks(VI, EN)...); len(missing) > 0 {
		return nil, fmt.Errorf("texts missing: %s", strings.Join(missing, ", "))
	}
	return b, nil
}

func (b *Book) add(l Lang, dir fs.FS) error {
	name := "text/" + string(l) + ".json"
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("%s: not a JSON object (%v)", name, err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		var text string
		if err := d.Decode(&text); err != nil {
			return fmt.Errorf("%s: %v: %w", name, key, err)
		}
		k := key.(string)
		if _, twice := b.texts[l][k]; twice {
			return fmt.Errorf("%s: %q stands twice", name, k)
		}
		b.texts[l][k] = text
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return fmt.Errorf("%s: %w", name, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%s: something stands behind the object", name)
	}
	return nil
}

// lacks lists the keys of have that l has not.
func (b *Book) lacks(l, have Lang) (missing []string) {
	for k := range b.texts[have] {
		if _, ok := b.texts[l][k]; !ok {
			missing = append(missing, string(l)+":"+k)
		}
	}
	slices.Sort(missing)
	return missing
}

// Keys lists all keys, sorted.
func (b *Book) Keys() []string {
	keys := make([]string, 0, len(b.texts[VI]))
	for k := range b.texts[VI] {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Printer returns the printer for a language; an unknown one gets the default.
func (b *Book) Printer(l Lang) *Printer {
	if _, ok := b.texts[l]; !ok {
		l = VI
	}
	return &Printer{lang: l, texts: b.texts[l]}
}
