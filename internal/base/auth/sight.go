package auth

import (
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
)

// Sight is the territory of a user as queries ask it. A query over records with a place
// takes both fields as parameters and holds, in its where clause,
//
//	(cast($a as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $a
//	  and s.under = x.place_key and s.valid_from <= $d and s.valid_to >= $d))
//
// so that what lies elsewhere is not found, not counted and not summed. The zero Sight
// sees everything: it is for jobs and commands, never for a request.
type Sight struct {
	Account int64 // 0 is everywhere
	Day     calendar.Day
}

// Everywhere reports whether the sight has no border.
func (s Sight) Everywhere() bool { return s.Account == 0 }

// Nowhere is a sight without any place: of somebody who is not known.
func Nowhere() Sight { return Sight{Account: -1} }

// EverywhereScope is the scope of a grant that has no border.
const EverywhereScope = "*"

// Today is the day in Việt Nam at a moment: grants and delegations begin and end there.
func Today(now time.Time) calendar.Day { return calendar.DayOf(Local(now)) }

// Local is a moment as clocks in Việt Nam show it.
func Local(t time.Time) time.Time { return t.In(vietnam) }

var vietnam = time.FixedZone("+07", 7*3600)
