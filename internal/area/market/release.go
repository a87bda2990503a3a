package market

import (
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/weight"
)

// PlanState is how far a plan has come.
type PlanState string

// The states of a plan. A draft is submitted by one person and released, or returned with
// a reason, by another. Of the plans about the same goods and territory one released plan
// stands; a newer one replaces it.
const (
	PlanDraft     PlanState = "draft"
	PlanSubmitted PlanState = "submitted"
	PlanReturned  PlanState = "returned"
	PlanReleased  PlanState = "released"
	PlanReplaced  PlanState = "replaced"
)

// mayBecome is where a plan can go from each state.
var mayBecome = map[PlanState][]PlanState{
	PlanDraft:     {PlanSubmitted},
	PlanReturned:  {PlanSubmitted},
	PlanSubmitted: {PlanReturned, PlanReleased, PlanDraft}, // back to a draft: taken back by its submitter
}

// PlanStep is one step of a plan's history.
type PlanStep struct {
	State PlanState
	Note  string
	By    string
	At    time.Time
}

// AnswerID numbers an answer that a party owes.
type AnswerID int64

// AnswerState is what a party said of a released plan.
type AnswerState string

// The states of an answer.
const (
	AnswerWaiting AnswerState = "waiting"
	AnswerAgreed  AnswerState = "agreed"
	AnswerRefused AnswerState = "refused"
	AnswerChange  AnswerState = "change" // agrees when something is changed; the note says what
)

// AnswerStates lists the states in the order of forms.
var AnswerStates = []AnswerState{AnswerWaiting, AnswerAgreed, AnswerRefused, AnswerChange}

// Answer is what one party says, once, of a released plan.
type Answer struct {
	ID         AnswerID
	Plan       PlanID
	PlanNumber int64
	Round      RoundID
	RoundLabel string
	Org        registry.OrgID
	Party      string // the organisation's name
	Contact    string // of the register, today's
	Phone      string // the first that is known, "" when none is
	Side       Side
	State      AnswerState
	Grams      weight.Grams // what the plan asks of it; 0 of a lead that only leads
	Goods      []string     // codes
	Due        time.Time
	Note       string
	By         string // who wrote it down
	At         time.Time
	Version    int64
}

// Late reports whether a party has not answered in time.
func (a *Answer) Late(now time.Time) bool { return a.State == AnswerWaiting && now.After(a.Due) }

// AnswerFilter chooses answers. Zero fields choose all.
type AnswerFilter struct {
	Plan  PlanID // 0 is the plans that stand: a replaced plan's answers are history
	State AnswerState
	Side  Side
	Org   registry.OrgID
	DueBy time.Time // due at that moment or before
	Text  string
	Page  int // from 1
	Size  int // 0 all
}

// answerWithin and answerHour say by when a party answers: the first end of a working day
// that leaves it two days.
const (
	answerWithin = 48 * time.Hour
	answerHour   = 17
)

// answerDue is by when the parties of a plan that is released now should answer.
func answerDue(now time.Time) time.Time {
	t := now.In(homeZone).Add(answerWithin)
	day, offices := calendar.DayOf(t), calendar.Offices{}
	if t.Hour() >= answerHour && (t.Hour() > answerHour || t.Minute() > 0 || t.Second() > 0) {
		day++
	}
	for !offices.Works(day) {
		day++
	}
	y, m, d := day.Date()
	return time.Date(y, m, d, answerHour, 0, 0, 0, homeZone)
}
