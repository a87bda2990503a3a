package blob_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"testing"
)

// picture is red in its upper left quarter and green elsewhere, so that a turn shows.
func picture(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{20, 160, 60, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{220, 20, 20, 255}
			}
			m.Set(x, y, c)
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const secretPlace = "GPS 20.8133N 105.3383E"

// tiff is EXIF with an orientation, a place and a maker's note.
func tiff(turn int) []byte {
	b := []byte{'I', 'I', '*', 0, 8, 0, 0, 0, 2, 0}
	b = append(b, 0x12, 0x01, 3, 0, 1, 0, 0, 0, byte(turn), 0, 0, 0)
	b = append(b, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0) // GPS directory at 38
	b = append(b, 0, 0, 0, 0)
	return append(b, secretPlace...)
}

func segment(marker byte, body []byte) []byte {
	return append([]byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
}

// withEXIF puts EXIF, XMP, IPTC and a comment into a JPEG, and hangs a second picture and
// a page behind its end.
func withEXIF(j []byte, turn int) []byte {
	out := append([]byte{}, j[:2]...)
	out = append(out, segment(0xe1, append([]byte("Exif\x00\x00"), tiff(turn)...))...)
	out = append(out, segment(0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00<x>"+secretPlace+"</x>"))...)
	out = append(out, segment(0xed, []byte("Photoshop 3.0\x00"+secretPlace))...)
	out = append(out, segment(0xfe, []byte(secretPlace))...)
	out = append(out, j[2:]...)
	return append(out, "<script>alert('"+secretPlace+"')</script>"...)
}

func chunkPNG(name string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// pngWithEXIF puts EXIF and a text after the header of a PNG.
func pngWithEXIF(p []byte, turn int) []byte {
	out := append([]byte{}, p[:33]...)
	out = append(out, chunkPNG("eXIf", tiff(turn))...)
	out = append(out, chunkPNG("tEXt", []byte("Comment\x00"+secretPlace))...)
	return append(append(out, p[33:]...), secretPlace...)
}

// webpWithEXIF wraps a plain WebP into the extended form with EXIF and XMP.
func webpWithEXIF(w []byte, width, height, turn int) []byte {
	x := []byte("VP8X\x0a\x00\x00\x00\x0c\x00\x00\x00")
	x = append(x, byte(width-1), byte((width-1)>>8), 0, byte(height-1), byte((height-1)>>8), 0)
	add := func(name string, body []byte) {
		x = binary.LittleEndian.AppendUint32(append(x, name...), uint32(len(body)))
		if x = append(x, body...); len(body)&1 == 1 {
			x = append(x, 0)
		}
	}
	x = append(x, w[12:]...)
	add("EXIF", tiff(turn))
	add("XMP ", []byte(secretPlace))
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(x)+4))
	return append(append(append(out, "WEBP"...), x...), secretPlace...)
}

func zipOf(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte("<x/>"))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func xlsx(t testing.TB) []byte { return zipOf(t, "[Content_Types].xml", "xl/workbook.xml") }

func xls() []byte {
	b := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...)
	return append(b, "W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00\x00\x00"...)
}

const pdf = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
