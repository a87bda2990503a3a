package db_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/schema"
)

const sqlBenchWrite = `insert into audit_entry (at, actor, action, object, after) values ($1, $2, $3, $4, $5)`

// BenchmarkInTx measures durable transactions (fsync, a real folder): people one after
// another, each with a commit of their own, against 64 people at once, who share commits.
// The machine is shared, so the answer is the ratio of the two, taken in turn, median of 3.
// One iteration is the whole measurement: -benchtime 1x.
func BenchmarkInTx(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		d, err := db.Open(context.Background(), b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		defer d.Close()
		if err := schema.Migrate(context.Background(), d); err != nil {
			b.Fatal(err)
		}
		compare(b, d)
	})
	b.Run("postgres", func(b *testing.B) { compare(b, dbtest.Postgres(b)) })
}

func compare(b *testing.B, d *db.DB) {
	var alone, together []float64
	for b.Loop() {
		for range 3 {
			alone = append(alone, rate(b, d, 1, 400))
			together = append(together, rate(b, d, 64, 100))
		}
	}
	a, t := median(alone), median(together)
	b.ReportMetric(a, "alone-tx/s")
	b.ReportMetric(t, "together-tx/s")
	b.ReportMetric(t/a, "ratio")
	b.ReportMetric(0, "ns/op")
}

var serial atomic.Int64

func rate(b *testing.B, d *db.DB, people, each int) float64 {
	start := time.Now()
	var wg sync.WaitGroup
	for range people {
		wg.Go(func() {
			for range each {
				n := serial.Add(1)
				err := d.InTx(context.Background(), func(tx *db.Tx) error {
					_, err := tx.Exec(sqlBenchWrite, db.At(tx.Now()), "account:1", "offer.save", fmt.Sprintf("offer:%d", n), `{"grams": 1500000}`)
					return err
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(people*each) / time.Since(start).Seconds()
}

func median(xs []float64) float64 {
	slices.Sort(xs)
	return xs[len(xs)/2]
}

// BenchmarkRead is one row by its key, the cost of the snapshot included.
func BenchmarkRead(b *testing.B) {
	d := dbtest.SQLite(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			err := d.Read(context.Background(), func(tx *db.Tx) error {
				var n int
				return tx.QueryRow(`select count(*) from account where id = $1`, 1).Scan(&n)
			})
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
}
