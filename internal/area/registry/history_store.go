package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Event is one entry of the trail about an organisation.
type Event struct {
	ID            int64
	At            time.Time
	Actor, Action string
	Before, After map[string]any
}

// History lists what the trail says about an organisation, the oldest first. Areas write
// an object with a colon or with a stroke.
func (s *Store) History(ctx context.Context, id OrgID) (all []Event, err error) {
	defer fault.Wrap(&err, "registry.History(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = nil
		for _, name := range []string{object(id), fmt.Sprintf("registry_org/%d", id)} {
			es, err := audit.For(tx, name)
			if err != nil {
				return err
			}
			for _, e := range es {
				v := Event{ID: e.ID, At: e.At.Time, Actor: e.Actor, Action: e.Action}
				v.Before, _ = e.Before.(map[string]any)
				v.After, _ = e.After.(map[string]any)
				all = append(all, v)
			}
		}
		return nil
	})
	slices.SortFunc(all, func(a, b Event) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}
