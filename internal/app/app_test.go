package app_test

import (
	"context"
	"testing"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

func TestNew_OK(t *testing.T) {
	a, err := app.New(context.Background(), app.Config{DB: dbtest.SQLite(t)})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Routes()) < 10 {
		t.Fatal("hardly a route")
	}
}
