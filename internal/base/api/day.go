package api

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/lienket/lienket/internal/base/calendar"
)

// Day is a day as a query's parameter. A calendar.Day is a number underneath, and huma would
// read it as one.
type Day struct{ calendar.Day }

// UnmarshalText reads yyyy-mm-dd.
func (d *Day) UnmarshalText(b []byte) error { return d.Day.UnmarshalText(b) }

// Schema is a date.
func (Day) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: "string", Format: "date"} }
