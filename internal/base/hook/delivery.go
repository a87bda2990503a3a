package hook

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/notify"
)

// DeliveryState is how a delivery stands.
type DeliveryState string

// The states of a delivery; the text of each is hook.state.<state>.
const (
	Waiting   DeliveryState = "waiting"
	Delivered DeliveryState = "delivered"
	Failed    DeliveryState = "failed"  // given up
	Dropped   DeliveryState = "dropped" // the subscription went off, or its account may not see the object any more
)

// Delivery is one event on its way to one address.
type Delivery struct {
	ID                int64
	Event             string // webhook-id
	Kind              Kind
	Object, Path      string
	Version           int64
	State             DeliveryState
	Tries             int
	Status            int    // of the last answer, 0 without one
	Fail              string // why the last try failed: hook.fail.<word>
	Took              time.Duration
	Made, Tried, Next time.Time
}

// Deliveries lists those of a subscription, the newest first, from below a number (0 is from
// the newest).
func (h *Hooks) Deliveries(ctx context.Context, viewer, id, before int64, size int) (list []Delivery, more bool, err error) {
	defer fault.Wrap(&err, "hook.Deliveries(%d)", id)
	err = h.DB.Read(ctx, func(tx *db.Tx) error {
		if _, err := subscription(tx, viewer, id); err != nil {
			return err
		}
		list, err = deliveries(tx, id, before, size+1)
		if more = len(list) > size; more {
			list = list[:size]
		}
		return err
	})
	return list, more, err
}

// Ping posts a test event, which is tried once.
func (h *Hooks) Ping(ctx context.Context, once Claim, viewer, id int64) (delivery int64, err error) {
	defer fault.Wrap(&err, "hook.Ping(%d)", id)
	err = h.asked(ctx, once, viewer, id, func(tx *db.Tx, s Subscription) error {
		event, err := insertEvent(tx, Event{Kind: ping, Object: object(id), Version: s.Version, Path: "/account/webhooks/" + strconv.FormatInt(id, 10)})
		if err != nil {
			return err
		}
		delivery, err = insertPing(tx, id, event)
		return err
	})
	return delivery, err
}

// Resend puts a delivery that is over on its way again, with the same webhook-id.
func (h *Hooks) Resend(ctx context.Context, once Claim, viewer, id, delivery int64) (err error) {
	defer fault.Wrap(&err, "hook.Resend(%d)", delivery)
	return h.asked(ctx, once, viewer, id, func(tx *db.Tx, _ Subscription) error {
		n, err := tx.Exec(sqlResend, delivery, id, db.At(tx.Now()))
		if err == nil && n == 0 {
			err = errNone
		}
		return err
	})
}

// asked does what a person asks for, if the subscription is on and it was not asked too
// often; a receiver that was down is tried at once.
func (h *Hooks) asked(ctx context.Context, once Claim, viewer, id int64, do func(*db.Tx, Subscription) error) error {
	return h.DB.InTx(ctx, func(tx *db.Tx) error {
		s, err := subscription(tx, viewer, id)
		if err != nil {
			return err
		}
		if err := once.tx(tx); err != nil {
			return err
		}
		if !s.On {
			return fault.New(fault.Conflict, "hook.fault.off")
		}
		var n int
		if err := tx.QueryRow(sqlCountAsked, id, db.At(tx.Now().Add(-time.Minute))).Scan(&n); err != nil {
			return err
		}
		if n >= mostAsked {
			return fault.New(fault.TooMany, "hook.fault.often", mostAsked)
		}
		if err := do(tx, s); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlUnhold, id); err != nil {
			return err
		}
		return h.sendNow(tx, id)
	})
}

// The kinds of work: sending is one job for each subscription that has something due, so
// that a slow receiver holds up nobody else; waking puts it into the queue at a later time;
// tending is for what is old or was forgotten.
const (
	sendJob = "hook.send"
	wakeJob = "hook.wake"
	tendJob = "hook.tend"
)

// One job sends so many, or for so long, and leaves the rest to the next: others come in
// between.
const (
	mostInJob = 50
	longInJob = 2 * time.Minute
)

// Jobs are the kinds of work for the queue.
func (h *Hooks) Jobs() []jobs.Kind {
	return []jobs.Kind{
		{Name: sendJob, Do: h.send, Timeout: 5 * time.Minute},
		{Name: wakeJob, Do: h.wake, Timeout: time.Minute},
		{Name: tendJob, Do: func(ctx context.Context, _ *jobs.Job) error { return h.Tend(ctx) }, Every: 10 * time.Minute, Tries: 1},
	}
}

type sendArgs struct {
	Subscription int64 `json:"subscription"`
	At           int64 `json:"at,omitempty"` // of a waking: tells two of them apart
}

// sendNow puts the sending job of a subscription into the queue, unless it is there.
func (h *Hooks) sendNow(tx *db.Tx, id int64) error {
	_, err := h.Queue.Add(tx, sendJob, sendArgs{Subscription: id}, jobs.Opts{Unique: strconv.FormatInt(id, 10)})
	return err
}

// wakeAt has the sending job put into the queue at a time.
func (h *Hooks) wakeAt(tx *db.Tx, id int64, at time.Time) error {
	a := sendArgs{Subscription: id, At: at.Unix()}
	_, err := h.Queue.Add(tx, wakeJob, a, jobs.Opts{Unique: fmt.Sprintf("%d@%d", id, a.At), At: at})
	return err
}

func (h *Hooks) wake(ctx context.Context, j *jobs.Job) error {
	var a sendArgs
	if err := j.Into(&a); err != nil {
		return jobs.Final(err)
	}
	return h.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := h.sendNow(tx, a.Subscription); err != nil {
			return err
		}
		return j.Done(tx)
	})
}

// send posts what is due for one subscription. That nothing is left for now is found in the
// transaction that ends the job: an event that is written meanwhile either is seen there or
// finds the job over and adds another.
func (h *Hooks) send(ctx context.Context, j *jobs.Job) error {
	var a sendArgs
	if err := j.Into(&a); err != nil {
		return jobs.Final(err)
	}
	soon := time.Duration(0)
	select {
	case h.slots <- struct{}{}:
		err := h.Drain(ctx, a.Subscription)
		<-h.slots
		if err != nil {
			return err
		}
	default:
		soon = 2 * time.Second
	}
	return h.DB.InTx(ctx, func(tx *db.Tx) error {
		next, ok, err := nextAt(tx, a.Subscription)
		if err != nil {
			return err
		}
		if ok {
			if least := tx.Now().Add(soon); next.Before(least) {
				next = least
			}
			if err := h.wakeAt(tx, a.Subscription, next); err != nil {
				return err
			}
		}
		return j.Done(tx)
	})
}

// Drain posts what is due for a subscription, one after the other.
func (h *Hooks) Drain(ctx context.Context, id int64) (err error) {
	defer fault.Wrap(&err, "sending to subscription %d", id)
	begun := time.Now()
	for n := 0; n < mostInJob && time.Since(begun) < longInJob; n++ {
		var d *due
		var now time.Time
		err := h.DB.InTx(ctx, func(tx *db.Tx) (err error) {
			now = tx.Now()
			d, err = nextDue(tx, id)
			return err
		})
		if err != nil || d == nil {
			return err
		}
		o, err := h.post(ctx, d, now)
		if err == nil {
			err = ctx.Err() // we were told to stop: that is no failure of the receiver
		}
		if err != nil {
			return err
		}
		if err := h.DB.InTx(ctx, func(tx *db.Tx) error { return h.record(tx, d, o) }); err != nil {
			return err
		}
	}
	return nil
}

// record writes down how a try went and what follows from it.
func (h *Hooks) record(tx *db.Tx, d *due, o outcome) error {
	now := tx.Now()
	state, next := Delivered, time.Time{}
	switch {
	case o.fail == "":
	case d.kind == ping || o.fail == "gone" || d.tries >= len(pauses):
		state = Failed
	default:
		state, next = Waiting, now.Add(pauses[d.tries])
	}
	n, err := tx.Exec(sqlTried, d.id, d.tries, string(state), db.At(next), db.At(now), o.status, o.fail, o.took.Milliseconds())
	if err != nil || n == 0 { // another process has done it, or it was dropped meanwhile
		return err
	}
	switch {
	case o.fail == "" && d.failures == 0:
		return nil
	case o.fail == "":
		_, err := tx.Exec(sqlWell, d.subscription)
		return err
	case o.fail == "gone":
		return h.giveUp(tx, d, OffGone)
	case d.kind == ping: // its owner is watching
		return nil
	}
	d.failures++
	if d.failing.IsZero() {
		d.failing = now
	}
	until := time.Time{}
	if p := hold(d.failures); p > 0 {
		until = now.Add(p)
	}
	if _, err := tx.Exec(sqlFailing, d.subscription, d.failures, db.At(d.failing), db.At(until)); err != nil {
		return err
	}
	if d.failures >= offAfter && now.Sub(d.failing) >= offSince {
		return h.giveUp(tx, d, OffFailing)
	}
	return nil
}

// giveUp switches a subscription off and tells its owner.
func (h *Hooks) giveUp(tx *db.Tx, d *due, why OffWhy) error {
	if err := switchOff(tx, "system", d.subscription, why); err != nil {
		return err
	}
	return notify.Send(tx, notify.Note{
		To: []int64{d.account}, Kind: "webhook.off", Key: "hook.note." + string(why), Args: []any{d.name},
		Link: "/account/webhooks/" + strconv.FormatInt(d.subscription, 10),
	})
}

// Tend forgets what is old, and puts the sending job of subscriptions with something due
// into the queue where it is missing.
func (h *Hooks) Tend(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "tending webhooks")
	return h.DB.InTx(ctx, func(tx *db.Tx) error {
		now := tx.Now()
		for _, x := range []struct {
			query string
			than  time.Time
		}{{sqlForgetEvents, now.Add(-keep)}, {sqlForgetDeleted, now.Add(-undoFor)}, {sqlForgetSecrets, now}} {
			if _, err := tx.Exec(x.query, db.At(x.than)); err != nil {
				return err
			}
		}
		late, err := numbers(tx, sqlForgotten, db.At(now))
		if err != nil {
			return err
		}
		for _, id := range late {
			if err := h.sendNow(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}
