package market

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/weight"
	"github.com/lienket/lienket/internal/engine/matching"
)

// The records of «Kết quả kiểm tra». Their order and names are docs/plan-file.md §7.

// Bounds of what stands in the sheet itself; beyond them the tree goes to PLAN.proof.
const (
	maxPiece      = 30_000 // characters of a cell
	maxSheetNodes = 20_000
	maxSheetProof = 8 << 20
)

type record struct {
	kind string
	json []byte
}

type headRecord struct {
	AsOf    calendar.Day `json:"as_of"`
	Horizon calendar.Day `json:"horizon"`
	Params  Params       `json:"params"`
}

type groupRecord struct {
	ID        int      `json:"id"`
	Commodity string   `json:"commodity"`
	Offers    []string `json:"offers"`
	Demands   []string `json:"demands"`
	PartyIDs  []string `json:"party_ids"`
	Objective string   `json:"objective"`
	Bound     string   `json:"bound"`
	Nodes     int      `json:"nodes"`
}

type leftRecord struct {
	ID   string       `json:"id"`
	Left weight.Grams `json:"left"`
	Main Reason       `json:"main"`
}

type nodeRecord struct {
	Group int         `json:"group"`
	ID    int         `json:"id"`
	Kind  string      `json:"kind"`
	Sink  int         `json:"sink"`
	Who   int         `json:"who"`
	Child [2]int      `json:"child"`
	Dual  *dualRecord `json:"dual,omitempty"`
}

type dualRecord struct {
	Sink []int64          `json:"sink"`
	Cap  []int64          `json:"cap,omitempty"`
	Line []lineDualRecord `json:"line,omitempty"`
}

type lineDualRecord struct {
	Offer int   `json:"offer"`
	Sink  int   `json:"sink"`
	Value int64 `json:"value"`
}

// recordList gathers records and the first error.
type recordList struct {
	list []record
	err  error
}

func (l *recordList) add(kind string, v any) {
	b, err := encode(v)
	if l.err == nil {
		l.err = err
	}
	l.list = append(l.list, record{kind, b})
}

// encode is JSON without the escapes that only HTML needs.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// planRecords lists what the proof sheet holds; proof is the separate file, nil when the
// tree fits into the sheet.
func planRecords(in Input, pl *Plan) (records []record, proof []byte, err error) {
	l := &recordList{}
	l.add("params", headRecord{in.AsOf, in.Horizon, in.Params})
	addAll(l, "commodity", in.Commodities)
	addAll(l, "place", in.Places)
	addAll(l, "road", in.Roads)
	addAll(l, "party", in.Parties)
	addAll(l, "offer", in.Offers)
	addAll(l, "demand", in.Demands)
	addAll(l, "cap", in.Rules.Caps)
	addAll(l, "bonus", in.Rules.Bonuses)
	addAll(l, "pin", in.Rules.Pins)
	addAll(l, "ban", in.Rules.Bans)
	addAll(l, "line", pl.Lines)
	for _, g := range pl.Groups {
		l.add("group", groupRecord{g.ID, g.Commodity, g.Offers, g.Demands, g.PartyIDs, g.Objective.String(), g.Bound.String(), len(g.Nodes)})
	}
	for _, x := range [][]LeftOut{pl.LeftOffers, pl.LeftDemands} {
		for _, o := range x {
			l.add("left", leftRecord{o.ID, o.Left, o.Main})
		}
	}
	l.add("totals", pl.Totals)
	nodes := &recordList{}
	for _, g := range pl.Groups {
		for i, n := range g.Nodes {
			nodes.add("node", nodeRecord{g.ID, i, string(n.Kind), n.Sink, n.Who, n.Child, dualOf(n.Dual)})
		}
	}
	if nodes.err != nil {
		return nil, nil, nodes.err
	}
	size := 0
	for _, n := range nodes.list {
		size += len(n.json)
	}
	if len(nodes.list) <= maxSheetNodes && size <= maxSheetProof {
		l.list = append(l.list, nodes.list...)
		return l.list, nil, l.err
	}
	proof, err = packProof(nodes.list)
	if err == nil {
		err = l.err
	}
	return l.list, proof, err
}

func addAll[T any](l *recordList, kind string, all []T) {
	for _, v := range all {
		l.add(kind, v)
	}
}

func dualOf(d *matching.Dual) *dualRecord {
	if d == nil {
		return nil
	}
	out := &dualRecord{Sink: d.Sink, Cap: d.Cap}
	for _, x := range d.Line {
		out.Line = append(out.Line, lineDualRecord{x.Offer, x.Sink, x.Value})
	}
	return out
}

// packProof is gzip of JSON lines. The gzip header carries no time, so the bytes depend
// on the proof alone.
func packProof(nodes []record) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		if _, err := fmt.Fprintf(z, `{"type":%q,"value":%s}`+"\n", n.kind, n.json); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// pieces cuts a text into cells, never inside a character.
func pieces(s string) []string {
	var out []string
	for len(s) > 0 {
		n, chars := 0, 0
		for i, r := range s {
			width := 1
			if r > 0xFFFF { // spreadsheets count UTF-16
				width = 2
			}
			if chars += width; chars > maxPiece {
				break
			}
			n = i + len(string(r))
		}
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// PlanDigest is the SHA-256 over every non-empty cell of a plan workbook but the one that
// holds it.
func PlanDigest(sheets []sheet.Sheet) string {
	h := sha256.New()
	for i, s := range sheets {
		for r, row := range s.Rows {
			for c, x := range row {
				if x.Raw == "" || i == len(sheets)-1 && r == 1 && c == 1 {
					continue
				}
				fmt.Fprintf(h, "%s\x00%s%d\x00%s\n", s.Name, sheet.ColumnName(c), r+1, x.Raw)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func sum256(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
