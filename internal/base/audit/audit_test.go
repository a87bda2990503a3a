package audit_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"pgregory.net/rapid"
)

type offer struct {
	Grams int64  `json:"grams"`
	Note  string `json:"note"`
}

func TestNote_OK(t *testing.T) {
	at := time.Date(2023, 12, 18, 3, 0, 0, 0, time.UTC)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			for _, e := range []audit.Entry{
				{Actor: "account:1", Action: "offer.create", Object: "offer:1", After: offer{1<<62 + 1, "bưởi «đỏ»\x00"}},
				{Actor: "account:1", Action: "offer.create", Object: "offer:2"},
				{Actor: "account:2", Action: "offer.remove", Object: "offer:1", Before: offer{5, ""}, After: (*offer)(nil)},
				{Actor: "account:2", Action: "count", Object: "offer:1", Before: 1, After: true},
			} {
				if err := audit.Note(tx, e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var of, by []audit.Entry
		err = d.Read(t.Context(), func(tx *db.Tx) (err error) {
			if of, err = audit.For(tx, "offer:1"); err == nil {
				by, err = audit.By(tx, "account:1", 1)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []audit.Entry{
			{
				ID: 1, At: db.At(at), Actor: "account:1", Action: "offer.create", Object: "offer:1",
				After: map[string]any{"grams": json.Number(fmt.Sprint(1<<62 + 1)), "note": "bưởi «đỏ»\uFFFD"},
			},
			{
				ID: 3, At: db.At(at), Actor: "account:2", Action: "offer.remove", Object: "offer:1",
				Before: map[string]any{"grams": json.Number("5"), "note": ""},
			},
			{ID: 4, At: db.At(at), Actor: "account:2", Action: "count", Object: "offer:1", Before: json.Number("1"), After: true},
		}
		if diff := cmp.Diff(want, of); diff != "" {
			t.Error(diff)
		}
		if len(by) != 1 || by[0].Object != "offer:2" {
			t.Errorf("By: %v, want the newest only", by)
		}
	}, db.Clock(func() time.Time { return at }))
}

func TestNote_GoesWithItsTransaction(t *testing.T) {
	boom := errors.New("boom")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		d.InTx(t.Context(), func(tx *db.Tx) error {
			if err := audit.Note(tx, audit.Entry{Actor: "a", Action: "b", Object: "c"}); err != nil {
				t.Error(err)
			}
			return boom
		})
		d.Read(t.Context(), func(tx *db.Tx) error {
			if es, err := audit.For(tx, "c"); err != nil || len(es) != 0 {
				t.Errorf("%v, %v; want nothing", es, err)
			}
			return nil
		})
	})
}

func TestNote_ErrIncomplete(t *testing.T) {
	d := dbtest.SQLite(t)
	d.InTx(t.Context(), func(tx *db.Tx) error {
		for _, e := range []audit.Entry{{Action: "b", Object: "c"}, {Actor: "a", Object: "c"}, {Actor: "a", Action: "b"}} {
			if err := audit.Note(tx, e); err == nil {
				t.Errorf("%v was stored", e)
			}
		}
		return nil
	})
}

// A canary put under any secret name, at any depth, is nowhere in the stored row.
func TestNote_NoSecretIsStored(t *testing.T) {
	const canary = "canary-7f3a"
	d := dbtest.SQLite(t)
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{
			"password", "Password_Hash", "newPassword", "session-token", "API key", "client_secret", "OTP",
			"Authorization", "mat_khau", "recovery_codes", "sign_in_link",
		}).Draw(rt, "name")
		var v any = canary
		if rapid.Bool().Draw(rt, "list") {
			v = []any{canary, map[string]any{"x": canary}}
		}
		v = map[string]any{name: v, "kept": "visible"}
		for range rapid.IntRange(0, 3).Draw(rt, "depth") {
			if rapid.Bool().Draw(rt, "map") {
				v = map[string]any{"inner": v}
			} else {
				v = []any{1, v}
			}
		}
		object := "object:" + rapid.StringMatching(`[a-z0-9]{12}`).Draw(rt, "object")
		var got []audit.Entry
		err := d.InTx(t.Context(), func(tx *db.Tx) (err error) {
			if err = audit.Note(tx, audit.Entry{Actor: "a", Action: "b", Object: object, Before: v, After: v}); err == nil {
				got, err = audit.For(tx, object)
			}
			return err
		})
		if err != nil {
			rt.Fatal(err)
		}
		text := fmt.Sprint(got)
		if strings.Contains(text, canary) {
			rt.Fatalf("the secret %q is stored: %s", name, text)
		}
		if !strings.Contains(text, audit.Blank) || !strings.Contains(text, "visible") {
			rt.Fatalf("what is not secret is gone: %s", text)
		}
	})
}
