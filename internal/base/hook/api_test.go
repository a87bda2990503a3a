package hook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

var some = Wish{Name: "Kế toán", URL: "https://example.com/in", Kinds: []Kind{EntryAdded}}

// TestViewer_OthersAreNotThere: for another account a subscription does not exist, whatever
// is asked; administrators (viewer 0) see it.
func TestViewer_OthersAreNotThere(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		lan, minh := k.account("lan", auth.Officer, "", 0), k.account("minh", auth.Officer, "", 0)
		id, _, err := k.Add(ctx, nil, "account:1", lan, some)
		must(t, err)
		k.emit(entry(EntryAdded))
		delivery := k.list(id)[0].ID
		for what, try := range map[string]func(viewer int64) error{
			"One":        func(v int64) error { _, err := k.One(ctx, v, id); return err },
			"Deliveries": func(v int64) error { _, _, err := k.Deliveries(ctx, v, id, 0, 10); return err },
			"Change":     func(v int64) error { _, err := k.Change(ctx, nil, "account:2", v, id, 1, some); return err },
			"SetState":   func(v int64) error { _, err := k.SetState(ctx, nil, "account:2", v, id, 1, false); return err },
			"Rotate":     func(v int64) error { _, _, err := k.Rotate(ctx, nil, "account:2", v, id, 1); return err },
			"Delete":     func(v int64) error { _, err := k.Delete(ctx, nil, "account:2", v, id, 1); return err },
			"Restore":    func(v int64) error { return k.Restore(ctx, nil, "account:2", v, id) },
			"Ping":       func(v int64) error { _, err := k.Ping(ctx, nil, v, id); return err },
			"Resend":     func(v int64) error { return k.Resend(ctx, nil, v, id, delivery) },
		} {
			if err := try(minh); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%s by another account: %v", what, err)
			}
		}
		if all, err := k.List(ctx, minh); err != nil || len(all) != 0 {
			t.Errorf("another's list: %+v %v", all, err)
		}
		for _, viewer := range []int64{lan, 0} {
			all, err := k.List(ctx, viewer)
			if err != nil || len(all) != 1 || all[0].Name != some.Name || !all[0].On || len(all[0].Kinds) != 1 || all[0].Version != 1 || all[0].LastState != Waiting {
				t.Errorf("for %d: %+v %v", viewer, all, err)
			}
		}
		if n := k.count(`select count(*) from audit_entry where object like 'webhook/%'`); n != 1 {
			t.Errorf("%d entries in the trail, want the one of adding", n)
		}
	})
}

// TestList_InVietnameseOrder, each person's own together.
func TestList_InVietnameseOrder(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		lan, minh := k.account("lan", auth.Officer, "", 0), k.account("minh", auth.Officer, "", 0)
		for _, x := range []struct {
			account int64
			name    string
		}{{minh, "Kho lạnh"}, {lan, "Kho lạnh"}, {minh, "Đặt hàng"}, {minh, "Kế toán"}, {lan, "Ẩm thực"}} {
			w := some
			w.Name = x.name
			_, _, err := k.Add(t.Context(), nil, "account:1", x.account, w)
			must(t, err)
		}
		got := ""
		all, err := k.List(t.Context(), 0)
		must(t, err)
		for _, s := range all {
			got += fmt.Sprintf("%d %s, ", s.Account-lan, s.Name)
		}
		if want := "0 Ẩm thực, 0 Kho lạnh, 1 Đặt hàng, 1 Kế toán, 1 Kho lạnh, "; got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	})
}

func TestWrite_TheRowMovedOn(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		lan := k.account("lan", auth.Officer, "", 0)
		id, _, err := k.Add(ctx, nil, "account:1", lan, some)
		must(t, err)
		other := some
		other.URL, other.Kinds = "https://example.org/new", []Kind{PlanReleased, EntryAdded, PlanReleased}
		if ok, err := k.Change(ctx, nil, "account:1", lan, id, 1, other); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if s := k.one(id); s.URL != other.URL || len(s.Kinds) != 2 || s.Version != 2 {
			t.Errorf("%+v", s)
		}
		claimed := false
		claim := func(*db.Tx) error { claimed = true; return nil }
		ok1, err1 := k.Change(ctx, claim, "account:1", lan, id, 1, some)
		ok2, err2 := k.SetState(ctx, claim, "account:1", lan, id, 1, false)
		ok3, err3 := k.Delete(ctx, claim, "account:1", lan, id, 1)
		_, ok4, err4 := k.Rotate(ctx, claim, "account:1", lan, id, 1)
		if ok1 || ok2 || ok3 || ok4 || errors.Join(err1, err2, err3, err4) != nil || claimed {
			t.Errorf("%v %v %v %v, claimed %v, %v", ok1, ok2, ok3, ok4, claimed, errors.Join(err1, err2, err3, err4))
		}
		if s := k.one(id); s.URL != other.URL || !s.On {
			t.Errorf("%+v", s)
		}
	})
}

// TestSetState_WhatAnAdministratorSwitchedOff stays off until one switches it on.
func TestSetState_WhatAnAdministratorSwitchedOff(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		lan := k.account("lan", auth.Officer, "", 0)
		id, _, err := k.Add(ctx, nil, "account:1", lan, some)
		must(t, err)
		if ok, err := k.SetState(ctx, nil, "account:9", 0, id, 1, false); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if _, err := k.SetState(ctx, nil, "account:1", lan, id, 2, true); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("its owner switches it on: %v", err)
		}
		if _, err := k.Ping(ctx, nil, lan, id); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a test while it is off: %v", err)
		}
		if ok, err := k.SetState(ctx, nil, "account:9", 0, id, 2, true); !ok || err != nil || !k.one(id).On {
			t.Error(ok, err)
		}
	})
}

// TestDelete_CanBeTakenBackForADay, with what waited; then it is gone with its deliveries.
func TestDelete_CanBeTakenBackForADay(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		r := newReceiver(t, nil)
		lan := k.account("lan", auth.Officer, "", 0)
		id, _ := k.subscribe(lan, r)
		k.emit(entry(EntryAdded))
		remove := func(version int64) {
			t.Helper()
			if ok, err := k.Delete(ctx, nil, "account:1", lan, id, version); !ok || err != nil {
				t.Fatal(ok, err)
			}
		}
		remove(1)
		k.drain(id)
		k.emit(entry(EntryChanged))
		if _, err := k.One(ctx, lan, id); fault.CodeOf(err) != fault.NotFound || len(r.got()) != 0 {
			t.Errorf("deleted: %v, %d requests", err, len(r.got()))
		}
		must(t, k.Restore(ctx, nil, "account:1", lan, id))
		must(t, k.Restore(ctx, nil, "account:1", lan, id)) // twice is once
		k.drain(id)
		if all := k.list(id); len(all) != 1 || all[0].State != Delivered || len(r.got()) != 1 {
			t.Errorf("%d requests, %+v", len(r.got()), all)
		}
		remove(3)
		k.clock.add(23 * time.Hour)
		must(t, k.Tend(ctx))
		if n := k.count(`select count(*) from hook_subscription`); n != 1 {
			t.Error("it is gone within the day")
		}
		k.clock.add(2 * time.Hour)
		must(t, k.Tend(ctx))
		if n := k.count(`select count(*) from hook_subscription`) + k.count(`select count(*) from hook_delivery`) + k.count(`select count(*) from hook_kind`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		if err := k.Restore(ctx, nil, "account:1", lan, id); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a day later: %v", err)
		}
	})
}

func TestAdd_Limits(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		lan := k.account("lan", auth.Officer, "", 0)
		for i := range mostOwn {
			w := some
			w.Name = fmt.Sprint(w.Name, i)
			_, _, err := k.Add(ctx, nil, "account:1", lan, w)
			must(t, err)
		}
		if _, _, err := k.Add(ctx, nil, "account:1", lan, some); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("one too many: %v", err)
		}
		_, _, err := k.Add(ctx, nil, "account:1", lan, Wish{Name: " ", URL: "ftp://x", Kinds: []Kind{"entry.eaten"}})
		var list fault.List
		if !errors.As(err, &list) || len(list) != 3 || list[0].Where.Col != "name" || list[1].Where.Col != "url" || list[2].Where.Col != "kinds" {
			t.Errorf("%v", err)
		}
		if _, _, err := k.Add(ctx, nil, "account:1", lan, Wish{Name: "x", URL: some.URL, Kinds: []Kind{ping}}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("tests cannot be chosen: %v", err)
		}
	})
}

// TestPingAndResend: a test is tried once and does not count as a failure; a repeat carries
// the same id; neither can be asked for without end.
func TestPingAndResend(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		r := newReceiver(t, func(w http.ResponseWriter, n int) {
			if n == 1 {
				w.WriteHeader(503)
			}
		})
		lan := k.account("lan", auth.Officer, "", 0)
		id, secret := k.subscribe(lan, r)
		first, err := k.Ping(ctx, nil, lan, id)
		must(t, err)
		k.drain(id)
		if d := k.list(id)[0]; d.ID != first || d.Kind != ping || d.State != Failed || d.Tries != 1 || k.one(id).Failures != 0 {
			t.Errorf("%+v", d)
		}
		must(t, k.Resend(ctx, nil, lan, id, first))
		k.drain(id)
		all := r.got()
		if d := k.list(id)[0]; d.State != Delivered || len(all) != 2 || all[0].id != all[1].id || verified(t, all[1], secret) != 0 || all[1].event(t)["type"] != "ping" {
			t.Errorf("%d requests, %+v", len(all), d)
		}
		if err := k.Resend(ctx, nil, lan, id, first+100); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("of a delivery that is not there: %v", err)
		}
		for err = nil; err == nil && len(k.list(id)) < 50; {
			_, err = k.Ping(ctx, nil, lan, id)
		}
		if n := len(k.list(id)); fault.CodeOf(err) != fault.TooMany || n != mostAsked {
			t.Errorf("after %d: %v", n, err)
		}
		k.clock.add(61 * time.Second)
		_, err = k.Ping(ctx, nil, lan, id)
		must(t, err)
	})
}

// TestTend_ForgetsAfterThirtyDaysAndFindsWhatWasForgotten.
func TestTend_ForgetsAfterThirtyDaysAndFindsWhatWasForgotten(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		r := newReceiver(t, nil)
		id, _ := k.subscribe(k.account("lan", auth.Officer, "", 0), r)
		k.emit(entry(EntryAdded))
		k.drain(id)
		k.clock.add(29 * 24 * time.Hour)
		k.emit(entry(EntryChanged))
		must(t, k.d.InTx(ctx, func(tx *db.Tx) error { _, err := tx.Exec(`delete from river_job`); return err }))
		must(t, k.Tend(ctx))
		if n := k.count(`select count(*) from river_job where kind = 'hook.send'`); n != 1 || len(k.list(id)) != 2 {
			t.Errorf("%d jobs, %d deliveries", n, len(k.list(id)))
		}
		k.clock.add(2 * 24 * time.Hour)
		must(t, k.Tend(ctx))
		if all := k.list(id); len(all) != 1 || all[0].Kind != EntryChanged {
			t.Errorf("%+v", all)
		}
		if n := k.count(`select count(*) from hook_event`) + k.count(`select count(*) from hook_audience`); n != 1+3 {
			t.Errorf("%d rows of events", n)
		}
	})
}
