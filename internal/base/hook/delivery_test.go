package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
)

// verified checks a request the way the receiver's own code does, from the page of Standard
// Webhooks alone: it returns the position of the signature that the secret made, -1 for none.
func verified(t *testing.T, g got, secret string) int {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(secret[len("whsec_"):])
	must(t, err)
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s.%s.%s", g.id, g.stamp, g.body)
	for i, s := range strings.Split(g.signature, " ") {
		version, sum, _ := strings.Cut(s, ",")
		raw, err := base64.StdEncoding.DecodeString(sum)
		must(t, err)
		if version == "v1" && hmac.Equal(raw, h.Sum(nil)) {
			return i
		}
	}
	return -1
}

// TestSignature_KnownVector is the example that Standard Webhooks publishes.
func TestSignature_KnownVector(t *testing.T) {
	got, err := signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, []byte(`{"test": 2432232314}`), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	must(t, err)
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestRotate_BothSecretsSignForADay(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		r := newReceiver(t, nil)
		lan := k.account("lan", auth.Officer, "", 0)
		id, first := k.subscribe(lan, r)
		send := func() got {
			k.emit(entry(EntryChanged))
			k.drain(id)
			all := r.got()
			return all[len(all)-1]
		}
		if g := send(); verified(t, g, first) != 0 || strings.Contains(g.signature, " ") || g.stamp != strconv.FormatInt(k.clock.Now().Unix(), 10) {
			t.Errorf("%+v", g)
		}
		second, ok, err := k.Rotate(ctx, nil, "account:1", lan, id, 1)
		if !ok || err != nil || second == first {
			t.Fatal(ok, err)
		}
		if g := send(); verified(t, g, second) != 0 || verified(t, g, first) != 1 {
			t.Errorf("after the change: %q", g.signature)
		}
		k.clock.add(24*time.Hour + time.Second)
		if g := send(); verified(t, g, second) != 0 || verified(t, g, first) != -1 {
			t.Errorf("a day later: %q", g.signature)
		}
		must(t, k.Tend(ctx))
		if n := k.count(`select count(*) from hook_subscription where old_secret <> ''`); n != 0 {
			t.Error("the old secret is kept")
		}
	})
}

// TestDelivery_TriedAgainWithTheSameID: 500 twice, then taken: the same id, the same bytes,
// after the pauses that are promised.
func TestDelivery_TriedAgainWithTheSameID(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		r := newReceiver(t, func(w http.ResponseWriter, n int) {
			if n <= 2 {
				w.WriteHeader(http.StatusInternalServerError)
			}
		})
		id, secret := k.subscribe(k.account("lan", auth.Officer, "", 0), r)
		k.emit(entry(EntryAdded))
		k.drain(id)
		k.drain(id) // not yet
		if got := k.list(id); len(r.got()) != 1 || got[0].State != Waiting || got[0].Tries != 1 || got[0].Status != 500 || got[0].Fail != "status" || got[0].Next.Sub(k.clock.Now()) != time.Minute {
			t.Fatalf("%d requests, %+v", len(r.got()), got)
		}
		k.clock.add(time.Minute)
		k.drain(id)
		if got := k.list(id); len(r.got()) != 2 || got[0].Next.Sub(k.clock.Now()) != 5*time.Minute || k.one(id).Failures != 2 {
			t.Fatalf("%d requests, %+v", len(r.got()), got)
		}
		k.clock.add(5 * time.Minute)
		k.drain(id)
		all := r.got()
		if got := k.list(id); len(all) != 3 || got[0].State != Delivered || got[0].Tries != 3 || got[0].Fail != "" || !got[0].Next.IsZero() {
			t.Fatalf("%d requests, %+v", len(all), got)
		}
		for _, g := range all {
			if g.id != all[0].id || !bytes.Equal(g.body, all[0].body) || verified(t, g, secret) != 0 {
				t.Errorf("%+v", g)
			}
		}
		if all[0].stamp == all[2].stamp {
			t.Error("the timestamp is not that of the try")
		}
		if s := k.one(id); s.Failures != 0 || !s.Failing.IsZero() {
			t.Errorf("after it was taken: %+v", s)
		}
	})
}

// TestDelivery_GivenUp: a delivery ends after its seventh try; the subscription goes on.
func TestDelivery_GivenUp(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		r := newReceiver(t, func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusBadGateway) })
		id, _ := k.subscribe(k.account("lan", auth.Officer, "", 0), r)
		k.emit(entry(EntryAdded))
		for range 20 {
			k.drain(id)
			if d := k.list(id)[0]; d.State == Waiting {
				k.clock.add(max(d.Next.Sub(k.clock.Now()), 30*time.Minute))
			}
		}
		if d := k.list(id)[0]; d.State != Failed || d.Tries != 7 || len(r.got()) != 7 {
			t.Errorf("%d requests, %+v", len(r.got()), d)
		}
		if s := k.one(id); !s.On || s.Failures != 7 {
			t.Errorf("%+v", s)
		}
	})
}

// TestDelivery_AReceiverThatIsDownIsAskedByOne, and at last no more: after twenty failed
// tries over more than a day it is switched off and its owner is told.
func TestDelivery_AReceiverThatIsDownIsAskedByOne(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		r := newReceiver(t, func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusServiceUnavailable) })
		lan := k.account("lan", auth.Officer, "", 0)
		id, _ := k.subscribe(lan, r)
		for range 40 {
			k.emit(entry(EntryChanged))
		}
		k.drain(id)
		if n := len(r.got()); n != 3 {
			t.Errorf("%d requests at once to a receiver that is down, want 3", n)
		}
		k.clock.add(59 * time.Second)
		k.drain(id)
		if n := len(r.got()); n != 3 {
			t.Errorf("%d requests before the minute is over", n)
		}
		k.clock.add(time.Second)
		k.drain(id)
		if n := len(r.got()); n != 4 {
			t.Errorf("%d requests after a minute, want one more", n)
		}
		for range 30 {
			k.clock.add(30 * time.Minute)
			k.drain(id)
		}
		if s := k.one(id); !s.On || s.Failures < 20 {
			t.Fatalf("within a day: %+v", s)
		}
		k.clock.add(9 * time.Hour)
		k.drain(id)
		s := k.one(id)
		if s.On || s.Why != OffFailing {
			t.Fatalf("after a day: %+v", s)
		}
		if n := k.count(`select count(*) from hook_delivery where state = 'waiting'`); n != 0 {
			t.Errorf("%d deliveries wait of a subscription that is off", n)
		}
		if n := k.count(`select count(*) from notify_note where account_id = $1 and key = 'hook.note.failing'`, lan); n != 1 {
			t.Errorf("its owner was told %d times", n)
		}
		if n := k.count(`select count(*) from audit_entry where action = 'webhook.off' and actor = 'system'`); n != 1 {
			t.Errorf("%d entries in the trail", n)
		}
	})
}

func TestDelivery_GoneSwitchesOffAtOnce(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		r := newReceiver(t, func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusGone) })
		lan := k.account("lan", auth.Officer, "", 0)
		id, _ := k.subscribe(lan, r)
		k.emit(entry(EntryAdded))
		k.emit(entry(EntryChanged))
		k.drain(id)
		if s := k.one(id); s.On || s.Why != OffGone || len(r.got()) != 1 {
			t.Errorf("%d requests, %+v", len(r.got()), s)
		}
		if all := k.list(id); all[1].State != Failed || all[1].Status != 410 || all[0].State != Dropped {
			t.Errorf("%+v", all)
		}
		if n := k.count(`select count(*) from notify_note where account_id = $1 and key = 'hook.note.gone'`, lan); n != 1 {
			t.Errorf("its owner was told %d times", n)
		}
	})
}

// TestDelivery_AReceiverThatHangs is left after the time that it is given, and others are
// not kept waiting by it.
func TestDelivery_AReceiverThatHangs(t *testing.T) {
	k := newKitOn(t)
	end := make(chan bool)
	slow := newReceiver(t, func(http.ResponseWriter, int) { <-end })
	t.Cleanup(func() { close(end) })
	k.patience = 50 * time.Millisecond
	id, _ := k.subscribe(k.account("lan", auth.Officer, "", 0), slow)
	k.emit(entry(EntryAdded))
	k.drain(id)
	if d := k.list(id)[0]; d.State != Waiting || d.Fail != "timeout" || d.Status != 0 {
		t.Errorf("%+v", d)
	}
}

// TestDelivery_AHugeAnswerIsNotRead: the number counts, the rest stays with the sender.
func TestDelivery_AHugeAnswerIsNotRead(t *testing.T) {
	k := newKitOn(t)
	var sent atomic.Int64
	over := make(chan bool)
	r := newReceiver(t, func(w http.ResponseWriter, _ int) {
		defer close(over)
		block := bytes.Repeat([]byte("x"), 64<<10)
		for range 4 << 10 { // 256 MB, if anybody took them
			n, err := w.Write(block)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	id, _ := k.subscribe(k.account("lan", auth.Officer, "", 0), r)
	k.emit(entry(EntryAdded))
	k.drain(id)
	<-over
	if d := k.list(id)[0]; d.State != Delivered || d.Status != 200 {
		t.Errorf("%+v", d)
	}
	if n := sent.Load(); n > 32<<20 {
		t.Errorf("%d MB were taken", n>>20)
	}
}

// TestDelivery_NoRedirectAndNoProxy: a receiver cannot send us elsewhere, nor can the
// environment.
func TestDelivery_NoRedirectAndNoProxy(t *testing.T) {
	var strayed atomic.Int64
	canary := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Add(1) }))
	t.Cleanup(canary.Close)
	for _, v := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"} {
		t.Setenv(v, canary.URL)
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		k := newKitOn(t)
		r := newReceiver(t, func(w http.ResponseWriter, _ int) {
			w.Header().Set("Location", canary.URL+"/inside")
			w.WriteHeader(status)
		})
		id, _ := k.subscribe(k.account("lan", auth.Officer, "", 0), r)
		k.emit(entry(EntryAdded))
		k.drain(id)
		if d := k.list(id)[0]; d.Fail != "redirect" || d.Status != status || len(r.got()) != 1 {
			t.Errorf("%d: %+v", status, d)
		}
	}
	if n := strayed.Load(); n != 0 {
		t.Errorf("the canary was reached %d times", n)
	}
}

// TestSecrets_NowhereToBeRead: neither the secret nor what stands behind the host of the
// address is in the log, the trail, the queue or a notice, and no secret is in plain sight in
// the database.
func TestSecrets_NowhereToBeRead(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		r := newReceiver(t, func(w http.ResponseWriter, n int) { w.WriteHeader(http.StatusGone) })
		dead := newReceiver(t, nil)
		lan := k.account("lan", auth.Officer, "", 0)
		id, secret := k.subscribe(lan, r)
		lost, other := k.subscribe(lan, dead)
		dead.Close()
		rotated, ok, err := k.Rotate(ctx, nil, "account:1", lan, id, 1)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		must(t, k.Queue.Start(ctx))
		k.emit(entry(EntryAdded))
		eventually(t, "a failed try of each", func() bool {
			return k.list(id)[0].State == Failed && k.list(lost)[0].Tries == 1
		})
		must(t, k.Queue.Stop(ctx))
		if d := k.list(lost)[0]; d.Fail != "connect" {
			t.Errorf("%+v", d)
		}
		ok, err = k.Delete(ctx, nil, "account:1", lan, lost, 1)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		everything := k.log.String()
		must(t, k.d.Read(ctx, func(tx *db.Tx) error {
			for _, q := range []string{
				`select coalesce(cast(before as text), '') || coalesce(cast(after as text), '') || object from audit_entry`,
				`select cast(args as text) || coalesce(cast(errors as text), '') from river_job`,
				`select cast(args as text) || link from notify_note`,
				`select secret || ' ' || old_secret || ' ' || name from hook_subscription`,
				`select ref || object || path from hook_event`, `select fail || state from hook_delivery`,
			} {
				rows, err := tx.Query(q)
				if err != nil {
					return err
				}
				n := 0
				for ; rows.Next(); n++ {
					var s string
					if err := rows.Scan(&s); err != nil {
						return err
					}
					everything += s + "\n"
				}
				if err := rows.Close(); err != nil {
					return err
				}
				if n == 0 {
					t.Errorf("nothing to look at: %s", q)
				}
			}
			return nil
		}))
		for what, s := range map[string]string{"the first secret": secret, "the second": rotated, "another's": other, "the query of the address": "hush-hush"} {
			if s = strings.TrimPrefix(s, "whsec_"); strings.Contains(everything, s) {
				t.Errorf("%s can be read", what)
			}
		}
	})
}

// TestUnseal_AnothersRowDoesNotOpen: a sealed secret that was copied to another account, or
// changed, is refused.
func TestUnseal_AnothersRowDoesNotOpen(t *testing.T) {
	h := &Hooks{Key: bytes.Repeat([]byte{1}, 32)}
	sealed, err := h.seal(7, "whsec_abc")
	must(t, err)
	if s, err := h.unseal(7, sealed); err != nil || s != "whsec_abc" {
		t.Errorf("%q %v", s, err)
	}
	if _, err := h.unseal(8, sealed); err == nil {
		t.Error("another account's secret opens")
	}
	if _, err := (&Hooks{Key: bytes.Repeat([]byte{2}, 32)}).unseal(7, sealed); err == nil {
		t.Error("it opens with another key")
	}
}

// newKitOn is a kit on SQLite alone, where the engine makes no difference.
func newKitOn(t *testing.T) *kit {
	c := &clock{now: time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)}
	return newKit(t, sqlite(t, c), c)
}
