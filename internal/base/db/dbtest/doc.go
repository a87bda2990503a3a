// Package dbtest gives tests a real database: a private SQLite one always, and a private
// PostgreSQL one when LIENKET_TEST_POSTGRES names a server. It is not for product code.
//
//	func TestOffers_Listed(t *testing.T) {
//		dbtest.Each(t, func(t *testing.T, d *db.DB) {
//			err := d.InTx(t.Context(), func(tx *db.Tx) error { return insertOffer(tx, offer) })
//			…
//		})
//	}
//
// A server for a while, as an unprivileged user, gone afterwards:
//
//	go run ./internal/base/db/dbtest/pgcluster -- go test ./...
package dbtest
