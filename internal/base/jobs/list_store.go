package jobs

import (
	"context"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Filter cuts a list of jobs: zero values cut nothing.
type Filter struct {
	State  State
	Kind   string
	Before int64 // only jobs with a smaller number: the next page
	Size   int
}

// Overview is what a console shows at a glance.
type Overview struct {
	Counts    map[State]int
	Processes []Process
	Jobs      []Info // newest first
	More      bool   // there are older ones
}

// Overview lists jobs, counts all of them and names the processes that work.
func (q *Queue) Overview(ctx context.Context, f Filter) (o Overview, err error) {
	defer fault.Wrap(&err, "jobs.Overview")
	c, err := q.client()
	if err != nil {
		return o, err
	}
	p := river.NewJobListParams().First(f.Size+1).OrderBy(river.JobListOrderByID, river.SortOrderDesc)
	if f.Kind != "" {
		p = p.Kinds(f.Kind)
	}
	if f.Before > 0 {
		p = p.After(river.JobListCursorFromJob(&rivertype.JobRow{ID: f.Before}))
	}
	if f.State != "" {
		var states []rivertype.JobState
		for rs, s := range stateOf {
			if s == f.State {
				states = append(states, rs)
			}
		}
		p = p.States(states...)
	}
	err = q.db.Read(ctx, func(tx *db.Tx) error {
		o = Overview{Counts: map[State]int{}}
		if o.Processes, err = processes(tx); err != nil {
			return err
		}
		if err := countStates(tx, o.Counts); err != nil {
			return err
		}
		res, err := c.JobListTx(tx.Context(), tx.SQL(), p)
		if err != nil {
			return err
		}
		for i, row := range res.Jobs {
			if o.More = i == f.Size; o.More {
				break
			}
			info := infoOf(row)
			if info.State == Running {
				if err := progressOf(tx, &info); err != nil {
					return err
				}
			}
			o.Jobs = append(o.Jobs, info)
		}
		return nil
	})
	return o, err
}

func countStates(tx *db.Tx, counts map[State]int) error {
	rows, err := tx.Query(sqlCountStates)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s rivertype.JobState
		var n int
		if err := rows.Scan(&s, &n); err != nil {
			return err
		}
		counts[stateOf[s]] += n
	}
	return rows.Err()
}

const sqlCountStates = `select cast(state as text), count(*) from river_job group by state`
