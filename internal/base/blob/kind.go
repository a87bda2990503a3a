package blob

import (
	"archive/zip"
	"bytes"
	"strings"
	"unicode/utf8"
)

// The types that are taken. Everything else is refused: what we cannot name we do not
// hand on.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	WebP = "image/webp"
	PDF  = "application/pdf"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLS  = "application/vnd.ms-excel"
	Text = "text/plain; charset=utf-8"
)

// Accept is what a file field of a form offers to choose.
const Accept = "image/jpeg,image/png,image/webp,.pdf,.xlsx,.xls,.docx,.txt,.csv"

// endings are the extensions a file of a type may carry; the first is added to a name
// that carries another.
var endings = map[string][]string{
	JPEG: {".jpg", ".jpeg"}, PNG: {".png"}, WebP: {".webp"}, PDF: {".pdf"},
	XLSX: {".xlsx"}, DOCX: {".docx"}, XLS: {".xls"}, Text: {".txt", ".csv"},
}

func isPicture(typ string) bool { return typ == JPEG || typ == PNG || typ == WebP }

// kindOf tells a file's type by its first bytes and, for what is wrapped in a ZIP or in
// Microsoft's older container, by what lies inside.
func kindOf(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return JPEG, nil
	case bytes.HasPrefix(b, []byte(pngMark)):
		return PNG, nil
	case len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return WebP, nil
	case bytes.HasPrefix(b, []byte("%PDF-")):
		if !bytes.Contains(b[max(0, len(b)-2048):], []byte("%%EOF")) {
			return "", refuse("blob.fault.cut_off")
		}
		return PDF, nil
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return office(b)
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		// The folder of the container names its streams in UTF-16.
		if bytes.Contains(b, []byte("W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00\x00")) || bytes.Contains(b, []byte("B\x00o\x00o\x00k\x00\x00\x00")) {
			return XLS, nil
		}
	case plain(b):
		return Text, nil
	}
	return "", refuse("blob.fault.type")
}

// office tells the newer formats apart; one that carries macros is not taken.
func office(b []byte) (string, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return "", refuse("blob.fault.cut_off")
	}
	typ, types := "", false
	for _, f := range z.File {
		switch name := strings.ToLower(f.Name); {
		case name == "[content_types].xml":
			types = true
		case name == "xl/workbook.xml":
			typ = XLSX
		case name == "word/document.xml":
			typ = DOCX
		case strings.HasSuffix(name, "vbaproject.bin"):
			return "", refuse("blob.fault.macros")
		}
	}
	if typ == "" || !types {
		return "", refuse("blob.fault.type")
	}
	return typ, nil
}

// plain reports whether b is text that people can read.
func plain(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, c := range b {
		if c < 32 && c != '\t' && c != '\n' && c != '\r' && c != '\f' || c == 127 {
			return false
		}
	}
	return true
}

// fileName is the name to save under: it ends as its content wants.
func fileName(i Info) string {
	lower := strings.ToLower(i.Name)
	for _, e := range endings[i.Type] {
		if strings.HasSuffix(lower, e) {
			return i.Name
		}
	}
	if e := endings[i.Type]; len(e) > 0 {
		return i.Name + e[0]
	}
	return i.Name
}
