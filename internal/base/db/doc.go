// Package db is the one door to the database: SQLite in a folder by default, PostgreSQL
// by URL, the same SQL text on both. It is not a query builder and not an ORM, and it
// knows no table of ours.
//
// # Reading and writing
//
// Read runs f on a snapshot. InTx is the only way to write. On SQLite there is one
// writer: requests queue, the writer opens one transaction for all that wait, each
// request runs in its own savepoint, and one commit (one fsync) answers them all. On
// PostgreSQL InTx is a SERIALIZABLE transaction, repeated when the server says
// "could not serialise" or "deadlock".
//
// What holds for f in InTx, on both engines:
//
//   - It may run twice: no side effects but through the Tx.
//   - It is whole or nothing. The answer comes after the commit is on the disk.
//   - After a failed statement nothing more runs: every later statement returns the same
//     error, and so does InTx, whatever f returns. (PostgreSQL works that way; SQLite is
//     made to.) Use "on conflict do nothing returning" rather than catching ErrUnique.
//   - Inside f the Tx is the only handle: InTx within f is refused with ErrNested, and so is
//     Read, if it is given the Tx's Context. Give that context to whatever f calls.
//   - A panic in f rolls back and comes out of InTx as an error.
//   - Long thinking belongs outside: while f runs, on SQLite nobody else writes.
//
// # Cancelling
//
// On SQLite a cancelled statement would roll back the whole batch, other people's
// requests included. So statements run without the caller's cancellation, and the writer
// looks at it between savepoints only: before f starts and after it ends. A cancelled
// request is rolled back and answered with fault.Cancelled. Once its savepoint is
// released, the caller gets the true answer of the commit even if it no longer waits.
//
// # When the transaction itself dies
//
// Disk full, I/O errors and lack of memory make SQLite roll back everything, not just the
// statement. Each connection carries a rollback hook, so the writer knows at once: nothing
// more runs on that transaction, the request that met the error gets it, and the others of
// its batch are run again, each alone. Alone and failing again, they get the error.
//
// # Values
//
// Time is text, UTC, microseconds, fixed width ("2026-11-24T05:45:53.000000Z"): it sorts
// as it runs, reads well in both shells and fits text and timestamptz columns. JSON[T] is
// a jsonb column; keep objects or arrays in it, not bare numbers. Days are calendar.Day.
package db
