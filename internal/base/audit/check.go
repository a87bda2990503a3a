package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"os"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Finding is one thing that is not as it was sealed: a text key and what fills it.
type Finding struct {
	Key  string // "audit.check.changed"
	Args []any
}

// Report is what Check saw.
type Report struct {
	Entries, Sealed, Waiting int64
	OldestWaiting            db.Time // zero when none waits
	Points                   int     // checkpoints in the folder
	LastSeq                  int64   // the newest seal that a checkpoint covers
	LastLine                 string  // the newest checkpoint, to be noted elsewhere
	Public                   string  // key that signs; "" when nothing is signed yet
	Findings                 []Finding
	More                     int // findings beyond the first mostFindings

	lines int // in the folder, readable or not
}

const mostFindings = 50

func (r *Report) find(key string, args ...any) {
	if len(r.Findings) >= mostFindings {
		r.More++
		return
	}
	r.Findings = append(r.Findings, Finding{key, args})
}

// CheckOptions say against what the trail is checked.
type CheckOptions struct {
	Dir    string // the folder of checkpoints; "" checks the chain only
	Copy   string // another folder, or one file, with a copy of checkpoints kept elsewhere
	Public string // the public key as it was noted; "" trusts the folder's
}

// late is how much after younger entries an entry may come in before it is told: a
// transaction lasts seconds, a clock is a little off.
const late = 10 * time.Minute

// Check follows the whole chain and every checkpoint. It changes nothing. An error means
// that it could not look, not that it found something.
func Check(ctx context.Context, d *db.DB, o CheckOptions) (r Report, err error) {
	defer fault.Wrap(&err, "checking the audit trail")
	sheets, err := readFolder(&r, o)
	if err != nil {
		return r, err
	}
	found := r // InTx and Read may run twice
	err = d.Read(ctx, func(tx *db.Tx) error {
		r = found
		r.Findings = append([]Finding(nil), found.Findings...)
		if err := tx.QueryRow(sqlCountEntries).Scan(&r.Entries); err != nil {
			return err
		}
		if err := tx.QueryRow(sqlCountWaiting, 0).Scan(&r.Waiting, &r.OldestWaiting); err != nil {
			return err
		}
		want := map[int64]string{} // seq → chain hash as signed
		for _, p := range sheets {
			want[p.seq] = p.chain
		}
		last, err := followChain(tx, &r, want)
		if err != nil {
			return err
		}
		return comparePoints(tx, &r, o, sheets, last)
	})
	return r, err
}

// readFolder reads the checkpoints of the folder and of the copy, and tells which of them
// are not signed by the key.
func readFolder(r *Report, o CheckOptions) (all []point, err error) {
	if o.Dir == "" && o.Copy == "" {
		return nil, nil
	}
	var pub ed25519.PublicKey
	if o.Dir != "" {
		if pub, err = publicOf(o.Dir); err != nil {
			r.find("audit.check.key_unreadable", err.Error())
		}
		if key, err := readKey(o.Dir); err == nil && pub != nil && !bytes.Equal(key.Public().(ed25519.PublicKey), pub) {
			r.find("audit.check.key_pair")
		}
	}
	if o.Public != "" {
		given, err := readPublic(o.Public)
		if err != nil {
			return nil, fault.New(fault.Invalid, "audit.check.bad_key").Because(err)
		}
		if pub != nil && !bytes.Equal(pub, given) {
			r.find("audit.check.key_changed")
		}
		pub = given
	}
	if pub != nil {
		r.Public = PublicText(pub)
	}
	if o.Dir != "" {
		own, err := lines(o.Dir)
		if err != nil {
			return nil, err
		}
		all = followLines(r, own, pub)
		r.Points, r.lines = len(all), len(own)
		if n := len(all); n > 0 {
			r.LastSeq, r.LastLine = all[n-1].seq, all[n-1].line
		}
	}
	if o.Copy != "" {
		copied, err := linesAt(o.Copy)
		if err != nil {
			return nil, err
		}
		all = append(all, compareCopy(r, all, copied, pub)...)
	}
	return all, nil
}

// linesAt reads checkpoints from a folder or from one file.
func linesAt(path string) ([]string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		return lines(path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, l := range bytes.Split(bytes.TrimSpace(b), []byte("\n")) {
		all = append(all, string(bytes.TrimSpace(l)))
	}
	return all, nil
}

// followLines follows numbers, links and signatures of the checkpoint files.
func followLines(r *Report, own []string, pub ed25519.PublicKey) (all []point) {
	before, n := "", int64(0)
	for i, line := range own {
		p, sig, err := readPoint(line)
		if err != nil {
			r.find("audit.check.point_unreadable", i+1)
			before, n = line, n+1
			continue
		}
		good := pub != nil && ed25519.Verify(pub, []byte(p.body()), sig)
		switch {
		case !good:
			r.find("audit.check.point_forged", p.n)
		case p.n != n+1:
			r.find("audit.check.point_missing", n+1, p.n-1)
		case p.before != lineHash(before):
			r.find("audit.check.point_link", p.n)
		}
		if good {
			all = append(all, p)
		}
		before, n = line, p.n
	}
	return all
}

// compareCopy tells where a copy kept elsewhere differs from the folder, and returns what
// the folder lacks.
func compareCopy(r *Report, own []point, copied []string, pub ed25519.PublicKey) (more []point) {
	have := map[int64]string{}
	for _, p := range own {
		have[p.n] = p.line
	}
	for i, line := range copied {
		p, sig, err := readPoint(line)
		if err != nil {
			r.find("audit.check.copy_unreadable", i+1)
			continue
		}
		if pub != nil && !ed25519.Verify(pub, []byte(p.body()), sig) {
			r.find("audit.check.copy_other_key", p.n)
			continue
		}
		switch mine, ok := have[p.n]; {
		case !ok:
			r.find("audit.check.copy_ahead", p.n)
			more = append(more, p)
		case mine != line:
			r.find("audit.check.copy_differs", p.n)
			more = append(more, p)
		}
	}
	return more
}

// comparePoints sets the checkpoints of the folder against the chain's end and against
// what the database remembers of them.
func comparePoints(tx *db.Tx, r *Report, o CheckOptions, sheets []point, last seal) error {
	for _, p := range sheets {
		if p.seq > last.seq {
			r.find("audit.check.rolled_back", p.n, p.seq, last.seq)
		}
	}
	if o.Dir == "" {
		return nil
	}
	known, err := checkpoints(tx)
	if err != nil {
		return err
	}
	if r.lines == 0 && len(known) > 0 {
		r.find("audit.check.folder_empty", len(known), o.Dir)
		return nil
	}
	in := map[int64]string{}
	for _, p := range sheets {
		in[p.n] = p.line
	}
	remembered := map[int64]bool{}
	for _, k := range known {
		remembered[k.n] = true
		switch line, ok := in[k.n]; {
		case !ok:
			r.find("audit.check.point_lost", k.n)
		case line != k.line:
			r.find("audit.check.point_differs", k.n)
		}
	}
	for i, p := range sheets {
		// The newest may be written and not remembered yet.
		if !remembered[p.n] && i != len(sheets)-1 {
			r.find("audit.check.point_forgotten", p.n)
		}
	}
	return nil
}
