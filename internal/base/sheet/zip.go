package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
)

const (
	maxParts   = 4_000    // entries of a workbook's zip
	ratioFrom  = 1 << 20  // parts smaller than this may pack as well as they like
	maxRatio   = 300      // the most that a real sheet of equal rows reaches is about 240
	maxSmall   = 16 << 20 // workbook, relations and styles, unpacked
	tokenBytes = 1 << 20  // the longest stretch of XML without a tag
)

var directoryEntry = []byte("PK\x01\x02")

// openZip judges the zip directory before anything is unpacked. The standard reader
// never hands out more bytes than the directory states, so its sizes can be trusted.
func openZip(data []byte, lim Limits) (map[string]*zip.File, error) {
	// Entries are counted in the bytes first: reading a directory of a million
	// entries would already take the memory that is to be saved.
	if bytes.Count(data, directoryEntry) > maxParts {
		return nil, invalid(faultBomb)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, invalid(faultBroken).Because(err)
	}
	parts := make(map[string]*zip.File, len(z.File))
	var total uint64
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return nil, invalid(faultEncrypted)
		}
		size, packed := f.UncompressedSize64, f.CompressedSize64
		total += min(size, 1<<62)
		if total > uint64(lim.Unpacked) || packed > uint64(len(data)) {
			return nil, invalid(faultBomb)
		}
		if size > ratioFrom && size/maxRatio > packed {
			return nil, invalid(faultBomb)
		}
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
		if _, twice := parts[name]; !twice {
			parts[name] = f
		}
	}
	return parts, nil
}

// part opens a part for token reading.
func part(f *zip.File) (*tokens, error) {
	r, err := f.Open()
	if err != nil {
		return nil, invalid(faultBroken).Because(err)
	}
	t := &tokens{file: r, left: tokenBytes}
	t.d = xml.NewDecoder(t)
	t.d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("not UTF-8") }
	return t, nil
}

// tokens reads XML token by token and refuses a token that will not end.
type tokens struct {
	d    *xml.Decoder
	file io.ReadCloser
	left int
}

func (t *tokens) Read(p []byte) (int, error) {
	if t.left <= 0 {
		return 0, tooLarge(faultLong, tokenBytes)
	}
	n, err := t.file.Read(p[:min(len(p), t.left)])
	t.left -= n
	return n, err
}

// next is the next token, or nil at the end. Names come without prefix.
func (t *tokens) next() (xml.Token, error) {
	t.left = tokenBytes
	tok, err := t.d.RawToken()
	if err == io.EOF {
		return nil, nil
	}
	if err != nil {
		var e *fault.Error
		if errors.As(err, &e) {
			return nil, e
		}
		return nil, invalid(faultBroken).Because(err)
	}
	return tok, nil
}

func (t *tokens) close() { _ = t.file.Close() } // only read: nothing can be lost

// small reads a small part into v; a part that is not there leaves v as it is.
func small(parts map[string]*zip.File, name string, v any) error {
	f := parts[strings.ToLower(name)]
	if f == nil {
		return nil
	}
	if f.UncompressedSize64 > maxSmall {
		return invalid(faultBomb)
	}
	r, err := f.Open()
	if err != nil {
		return invalid(faultBroken).Because(err)
	}
	defer r.Close()
	if err := xml.NewDecoder(r).Decode(v); err != nil {
		return invalid(faultBroken).Because(err)
	}
	return nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
