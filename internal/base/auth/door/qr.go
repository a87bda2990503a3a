package door

import (
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"

	"github.com/lienket/lienket/internal/base/fault"
)

// qrCode is a QR code as one SVG path, a unit a module.
type qrCode struct {
	Size int
	Path string
}

// qrQuiet is the white margin that scanners want, in modules.
const qrQuiet = 4

func qrOf(text string) (c qrCode, err error) {
	defer fault.Wrap(&err, "QR code")
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return c, err
	}
	n := code.Bounds().Dx()
	var b strings.Builder
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for x < n {
				if r, _, _, _ := code.At(x, y).RGBA(); r != 0 {
					break
				}
				x++
			}
			if x > from {
				b.WriteString("M" + strconv.Itoa(from+qrQuiet) + " " + strconv.Itoa(y+qrQuiet) +
					"h" + strconv.Itoa(x-from) + "v1h-" + strconv.Itoa(x-from) + "z")
			}
		}
	}
	return qrCode{n + 2*qrQuiet, b.String()}, nil
}

func (c qrCode) box() string { return "0 0 " + strconv.Itoa(c.Size) + " " + strconv.Itoa(c.Size) }
