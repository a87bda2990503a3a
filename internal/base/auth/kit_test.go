package auth_test

import (
	"fmt"
	"strconv"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func text(v any) string { return fmt.Sprint(v) }
