//go:build !unix

package upkeep

// diskFree is not known here.
func diskFree(string) int64 { return -1 }

// sameDisk is not known here: nothing is claimed.
func sameDisk(_, _ string) bool { return false }
