// Package jobs is work that goes on after the request: put in the queue in the caller's own
// transaction, done by any process that works, tried again when it fails. It is not a place
// for what the jobs do: each room declares its kinds.
//
//	q.Register(jobs.Kind{Name: "market.plan", Do: makePlan, Tries: 3, Timeout: time.Hour})
//	err := d.InTx(ctx, func(tx *db.Tx) error {
//		…
//		id, err = q.Add(tx, "market.plan", planArgs{Run: 7}, jobs.Opts{Unique: "run/7"})
//		return err
//	})
//
// # What holds
//
//   - A job exists if and only if the transaction that added it was committed.
//   - It is done at least once. A process may die between doing and noting that it is done,
//     so Do has to be repeatable: either what it writes says by itself that it was written,
//     or the writing transaction calls Job.Done, which makes both one.
//   - Only one process works a job at a time, unless one of them stood still for longer
//     than fifteen seconds; then its Progress, Save and Done answer ErrLost.
//   - After kill -9 the next program on the same SQLite file goes on at once. On PostgreSQL
//     each process beats; whoever is silent for fifteen seconds is taken for dead, and any
//     other one puts its jobs back.
//   - A periodic kind is added by one of the processes that work, about every so often, also
//     when they are restarted more often than that.
//
// On SQLite one process works at a time (a second one stands by); on PostgreSQL they share.
//
// The queue itself is River (github.com/riverqueue/river), seen nowhere else: river.go.
// Inside db.InTx nothing may go to the database but through the Tx; so everything here that
// writes either takes a Tx or opens an InTx of its own.
package jobs
