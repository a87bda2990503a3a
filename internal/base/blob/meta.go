package blob

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// Phones write into a picture where it was taken, when and with which device. This file
// takes that out without touching a pixel: what leaves the house has the picture, its
// colours and which way is up, and nothing behind its end.

var errShape = errors.New("not shaped as its type")

// Clean is the copy of a file that may leave the house: pictures lose their metadata and
// whatever follows their end; other files stay as they are. A picture whose shape cannot
// be followed is an error, so that nothing slips out by being odd.
func Clean(typ string, b []byte) ([]byte, error) {
	switch typ {
	case JPEG:
		return cleanJPEG(b)
	case PNG:
		return cleanPNG(b)
	case WebP:
		return cleanWebP(b)
	}
	return b, nil
}

// segments calls f for each marker segment of a JPEG: its marker, and all its bytes with
// the marker. Coded data comes with marker 0. It ends after the end-of-image marker.
func segments(b []byte, f func(marker byte, seg []byte)) error {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return errShape
	}
	f(0xd8, b[:2])
	i := 2
	for {
		for i+1 < len(b) && b[i] == 0xff && b[i+1] == 0xff {
			i++ // fill bytes
		}
		if i+2 > len(b) || b[i] != 0xff {
			return errShape
		}
		m := b[i+1]
		switch {
		case m == 0xd9:
			f(m, b[i:i+2])
			return nil
		case m == 0x01 || m >= 0xd0 && m <= 0xd7: // stand alone
			f(m, b[i:i+2])
			i += 2
			continue
		case m == 0 || m == 0xd8:
			return errShape
		}
		if i+4 > len(b) {
			return errShape
		}
		n := 2 + int(b[i+2])<<8 + int(b[i+3])
		if n < 4 || i+n > len(b) {
			return errShape
		}
		f(m, b[i:i+n])
		i += n
		if m != 0xda {
			continue
		}
		start := i
		for i+1 < len(b) && !(b[i] == 0xff && b[i+1] != 0 && (b[i+1] < 0xd0 || b[i+1] > 0xd7) && b[i+1] != 0xff) {
			i++
		}
		f(0, b[start:i])
	}
}

func cleanJPEG(b []byte) ([]byte, error) {
	turn := orientation(JPEG, b)
	out := make([]byte, 0, len(b))
	err := segments(b, func(m byte, seg []byte) {
		switch {
		case m == 0xd8:
			out = append(out, seg...)
			if turn > 1 {
				tiff := minimalTIFF(turn)
				n := 2 + 6 + len(tiff)
				out = append(out, 0xff, 0xe1, byte(n>>8), byte(n))
				out = append(out, "Exif\x00\x00"...)
				out = append(out, tiff...)
			}
			return
		case m == 0xe0 && bytes.HasPrefix(seg[4:], []byte("JFIF\x00")),
			m == 0xe2 && bytes.HasPrefix(seg[4:], []byte("ICC_PROFILE\x00")),
			m == 0xee && bytes.HasPrefix(seg[4:], []byte("Adobe")):
		case m >= 0xe0 && m <= 0xef || m == 0xfe: // application data and comments
			return
		}
		out = append(out, seg...)
	})
	return out, err
}

// progressive reports whether a JPEG is one (start of frame 2), or odd.
func progressive(b []byte) bool {
	is := false
	err := segments(b, func(m byte, _ []byte) {
		if m >= 0xc1 && m <= 0xcf && m != 0xc4 && m != 0xc8 && m != 0xcc {
			is = is || m != 0xc1
		}
	})
	return is || err != nil
}

const pngMark = "\x89PNG\r\n\x1a\n"

// keptPNG are the chunks that make the picture; text, time and EXIF are not among them.
var keptPNG = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true,
	"sRGB": true, "iCCP": true, "sBIT": true, "bKGD": true, "pHYs": true,
}

func chunksPNG(b []byte, f func(name string, chunk []byte)) error {
	if !bytes.HasPrefix(b, []byte(pngMark)) {
		return errShape
	}
	for i := len(pngMark); ; {
		if i+12 > len(b) {
			return errShape
		}
		n := int64(binary.BigEndian.Uint32(b[i:]))
		if int64(i)+12+n > int64(len(b)) {
			return errShape
		}
		name := string(b[i+4 : i+8])
		f(name, b[i:i+12+int(n)])
		if name == "IEND" {
			return nil
		}
		i += 12 + int(n)
	}
}

func cleanPNG(b []byte) ([]byte, error) {
	turn := orientation(PNG, b)
	out := append(make([]byte, 0, len(b)), pngMark...)
	err := chunksPNG(b, func(name string, chunk []byte) {
		if !keptPNG[name] {
			return
		}
		out = append(out, chunk...)
		if name == "IHDR" && turn > 1 {
			body := append([]byte("eXIf"), minimalTIFF(turn)...)
			out = binary.BigEndian.AppendUint32(out, uint32(len(body)-4))
			out = append(out, body...)
			out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
		}
	})
	return out, err
}

func chunksWebP(b []byte, f func(name string, chunk []byte)) error {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WEBP" {
		return errShape
	}
	end := 8 + int64(binary.LittleEndian.Uint32(b[4:]))
	if end > int64(len(b)) {
		return errShape
	}
	for i := int64(12); i < end; {
		if i+8 > end {
			return errShape
		}
		n := 8 + int64(binary.LittleEndian.Uint32(b[i+4:]))
		if i+n > end {
			return errShape
		}
		f(string(b[i:i+4]), b[i:i+n])
		i += n + n&1
	}
	return nil
}

func cleanWebP(b []byte) ([]byte, error) {
	turn := orientation(WebP, b)
	out := append(make([]byte, 0, len(b)), "RIFF\x00\x00\x00\x00WEBP"...)
	add := func(chunk []byte) {
		out = append(out, chunk...)
		if len(chunk)&1 == 1 {
			out = append(out, 0)
		}
	}
	extended := false
	err := chunksWebP(b, func(name string, chunk []byte) {
		switch name {
		case "VP8X":
			if len(chunk) < 9 {
				return
			}
			extended = true
			c := bytes.Clone(chunk)
			c[8] &^= 0x0c // neither EXIF nor XMP follows …
			if turn > 1 {
				c[8] |= 0x08 // … but for which way is up
			}
			add(c)
		case "VP8 ", "VP8L", "ALPH", "ICCP":
			add(chunk)
		}
	})
	if extended && turn > 1 {
		tiff := minimalTIFF(turn)
		add(append(binary.LittleEndian.AppendUint32([]byte("EXIF"), uint32(len(tiff))), tiff...))
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, err
}
