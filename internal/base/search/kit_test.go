package search

import (
	"slices"
	"strings"
)

func sorted(ss []string) string {
	ss = slices.Clone(ss)
	slices.Sort(ss)
	return strings.Join(ss, " ")
}
