package places

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
)

// Under lists the keys of all units that may hold records of a scope, itself included,
// sorted: the units below it, and for its communes the other border system's communes that
// share ground with them. A commune of 2025 that took over communes of two districts is
// under both: its records cannot be told apart. What is wider than the scope is never under
// it: a district of 2023 does not bring the province that took it over. A district or
// province of 2023 is under a scope of 2025 only if all of it went there. An unknown key
// has nothing under it.
func (a *Atlas) Under(scope string) []string {
	top, ok := a.ByKey(scope)
	if !ok {
		return nil
	}
	in := map[string]bool{}
	var below func(key string)
	below = func(key string) {
		in[key] = true
		for _, i := range a.children[key] {
			below(a.units[i].Key)
		}
	}
	below(scope)
	own := make([]string, 0, len(in))
	for key := range in {
		if u, _ := a.ByKey(key); u.Level == Commune {
			own = append(own, key)
		}
	}
	old := BorderOf(top.Key) == Border2023
	for _, key := range own {
		links := a.before[key]
		if old {
			links = a.after[key]
		}
		for _, l := range links {
			if u, _ := a.ByKey(l.Key); u.Level == Commune {
				in[l.Key] = true
			}
		}
	}
	if !old {
		a.wholeAbove(in)
	}
	keys := make([]string, 0, len(in))
	for key := range in {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// wholeAbove adds the districts, then the provinces of 2023 whose every part is in.
func (a *Atlas) wholeAbove(in map[string]bool) {
	for _, level := range []Level{District, Province} {
		parents := map[string]bool{}
		for key := range in {
			if u, _ := a.ByKey(key); u.Level == level+1 && BorderOf(key) == Border2023 {
				parents[u.Parent] = true
			}
		}
		for p := range parents {
			if !slices.ContainsFunc(a.children[p], func(i int32) bool { return !in[a.units[i].Key] }) {
				in[p] = true
			}
		}
	}
}

// Ended reports whether no version of a unit is in force on a day, and names what took it
// over: an administrator decides who looks after that.
func (a *Atlas) Ended(key string, on calendar.Day) (next []string, ended bool) {
	u, ok := a.ByKey(key)
	if !ok || u.To == 0 || on <= u.To {
		return nil, false
	}
	for _, l := range a.after[key] {
		next = append(next, l.Key)
	}
	return next, true
}

// ReachHash changes when Under may answer differently: with the embedded lists, and with
// the rule above (the number in front).
func (a *Atlas) ReachHash() string {
	sum := sha256.Sum256(packed)
	return "1-" + hex.EncodeToString(sum[:8])
}
