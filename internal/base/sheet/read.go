package sheet

import (
	"bytes"

	"github.com/lienket/lienket/internal/base/fault"
)

// Read reads a whole file by what is in it, not by its name: an .xlsx when it is a zip, an
// .xls when it is an OLE container, a web page or the XML workbook of Excel 2003 (both are
// often called .xls), else CSV, TSV or any pasted table as text. What cannot be read is a fault that says what to do about it; nothing is
// unpacked before the zip directory has been judged.
func Read(data []byte, lim Limits) (sheets []Sheet, err error) {
	defer fault.Wrap(&err, "sheet.Read(%d bytes)", len(data))
	lim = lim.filled()
	if len(data) > lim.File {
		return nil, tooLarge(faultTooBig, lim.File>>20)
	}
	switch {
	case bytes.HasPrefix(data, []byte("PK")):
		sheets, err = readXLSX(data, lim)
	case bytes.HasPrefix(data, oleMark):
		sheets, err = readOLE(data, lim)
	case bytes.HasPrefix(data, []byte("\x09\x08")): // an .xls without its container
		sheets, err = readBIFF(data, lim)
	case isPage(data):
		sheets, err = readPage(data, lim)
	default:
		sheets, err = readPlain(data, lim)
	}
	if err != nil {
		return nil, err
	}
	for _, s := range sheets {
		if len(s.Rows) > 0 {
			return sheets, nil
		}
	}
	return nil, invalid(faultEmpty)
}

func readPlain(data []byte, lim Limits) ([]Sheet, error) {
	s, err := decode(data)
	if err != nil {
		return nil, err
	}
	one, err := readTable(s, lim)
	if err != nil {
		return nil, err
	}
	return []Sheet{one}, nil
}

// ReadText reads a table pasted from Excel, Word, a web page or a chat: tabs, semicolons,
// commas, bars (also Markdown) or wide gaps between the columns.
func ReadText(s string) (out Sheet, err error) {
	defer fault.Wrap(&err, "sheet.ReadText(%d bytes)", len(s))
	lim := Default
	if len(s) > lim.File {
		return Sheet{}, tooLarge(faultTooBig, lim.File>>20)
	}
	out, err = readTable(s, lim)
	if err == nil && len(out.Rows) == 0 {
		err = invalid(faultEmpty)
	}
	return out, err
}
