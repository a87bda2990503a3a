package catalog

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/text"
)

// Paper is a kind of certificate or document that buyers ask for.
type Paper struct {
	Kind   string   // vietgap, globalgap, organic, ocop, attp, puc …; its words are text keys catalog.paper.<kind>
	Covers []string // kinds that whoever holds this one holds too: four stars cover three
	says   []string // folded phrases
}

func (c *Catalog) addPaper(r row) error {
	p := Paper{Kind: r["kind"], Covers: strings.Fields(r["covers"])}
	for _, s := range strings.Split(r["pattern"], "|") {
		p.says = append(p.says, text.Fold(s))
	}
	c.papers = append(c.papers, p)
	return nil
}

// Papers lists all kinds of papers.
func (c *Catalog) Papers() []Paper { return c.papers }

// absent are phrases that say a paper is not there (yet).
var absent = []string{"chua co", "chua", "khong", "khong co", "dang lam", "dang xin", "cho cap", "het han", "none", "no"}

// PaperKind reads the name of one paper («Chứng nhận VietGAP», «OCOP 4 sao»,
// «MSVT VN-HBOR-0017»). ok is false for an unknown one and for one that is said to be
// missing («chưa có»).
func (c *Catalog) PaperKind(s string) (kind string, ok bool) {
	ks := c.PaperKinds(s)
	if len(ks) == 0 {
		return "", false
	}
	return ks[0], true
}

// PaperKinds reads all papers that a text names, each once, in the order of the list.
func (c *Catalog) PaperKinds(s string) []string {
	in := " " + text.Fold(s) + " "
	for _, a := range absent {
		if strings.Contains(in, " "+a+" ") {
			return nil
		}
	}
	var kinds, covered []string
	for _, p := range c.papers {
		if slices.Contains(covered, p.Kind) || !slices.ContainsFunc(p.says, func(w string) bool { return strings.Contains(in, " "+w+" ") }) {
			continue
		}
		kinds = append(kinds, p.Kind)
		covered = append(covered, p.Covers...)
	}
	return kinds
}

// Covers lists what a paper counts as: itself first, then what it covers. An unknown kind
// covers itself.
func (c *Catalog) Covers(kind string) []string {
	for _, p := range c.papers {
		if p.Kind == kind {
			return append([]string{kind}, p.Covers...)
		}
	}
	return []string{kind}
}

// PaperKind reads the name of one paper with the embedded list.
func PaperKind(s string) (kind string, ok bool) {
	c, err := LoadCommodities()
	if err != nil {
		return "", false
	}
	return c.PaperKind(s)
}
