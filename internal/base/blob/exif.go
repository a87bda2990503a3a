package blob

import (
	"bytes"
	"encoding/binary"
)

// orientation is the EXIF tag that says which way is up, 1 (upright) when there is none or
// it cannot be read.
func orientation(typ string, b []byte) int {
	turn := 0
	first := func(tiff []byte) {
		if turn == 0 {
			turn = tiffTurn(tiff)
		}
	}
	// An odd shape is told by others; what was read until then counts.
	switch typ {
	case JPEG:
		_ = segments(b, func(m byte, seg []byte) {
			if m == 0xe1 && bytes.HasPrefix(seg[4:], []byte("Exif\x00\x00")) {
				first(seg[10:])
			}
		})
	case PNG:
		_ = chunksPNG(b, func(name string, c []byte) {
			if name == "eXIf" {
				first(c[8 : len(c)-4])
			}
		})
	case WebP:
		_ = chunksWebP(b, func(name string, c []byte) {
			if name == "EXIF" {
				first(bytes.TrimPrefix(c[8:], []byte("Exif\x00\x00")))
			}
		})
	}
	if turn < 1 || turn > 8 {
		return 1
	}
	return turn
}

// tiffTurn reads tag 0x0112 of the first directory.
func tiffTurn(t []byte) int {
	if len(t) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(t[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	at := int64(order.Uint32(t[4:]))
	if at+2 > int64(len(t)) {
		return 0
	}
	n := int64(order.Uint16(t[at:]))
	for i := at + 2; n > 0 && i+12 <= int64(len(t)); i, n = i+12, n-1 {
		if order.Uint16(t[i:]) == 0x0112 && order.Uint16(t[i+2:]) == 3 {
			return int(order.Uint16(t[i+8:]))
		}
	}
	return 0
}

// minimalTIFF holds the orientation and nothing else.
func minimalTIFF(turn int) []byte {
	return []byte{
		'M', 'M', 0, '*', 0, 0, 0, 8,
		0, 1, // one entry
		0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(turn), 0, 0,
		0, 0, 0, 0,
	}
}
