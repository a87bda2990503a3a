package calendar

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/lunar_events.csv
var eventsCSV string

// Event is a feast that moves demand, by the lunar calendar.
type Event struct {
	Year           int // of the solar calendar
	Key            string
	NameVI, NameEN string
	Day            Day
}

var events = sync.OnceValue(func() []Event {
	rows, err := csv.NewReader(strings.NewReader(eventsCSV)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("calendar: lunar_events.csv: %v", err)) // embedded and tested
	}
	out := make([]Event, 0, len(rows))
	for _, r := range rows[1:] {
		year, err := strconv.Atoi(r[0])
		day, dayErr := ParseDay(r[4])
		if err != nil || dayErr != nil {
			panic(fmt.Sprintf("calendar: lunar_events.csv: row %v", r))
		}
		out = append(out, Event{Year: year, Key: r[1], NameVI: r[2], NameEN: r[3], Day: day})
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Day < out[j].Day })
	return out
})

// EventsBetween lists the feasts from one day to another, both included, in order. The
// table reaches from 2020 to 2040.
func EventsBetween(from, to Day) (list []Event) {
	for _, e := range events() {
		if from <= e.Day && e.Day <= to {
			list = append(list, e)
		}
	}
	return list
}

// Tet is the lunar New Year's day of a solar year.
func Tet(year int) Day {
	for _, e := range events() {
		if e.Year == year && e.Key == "tet" {
			return e.Day
		}
	}
	d, _ := Lunar{Year: year, Month: 1, Day: 1}.Solar()
	return d
}
