package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"

	"github.com/lienket/lienket/internal/base/text"
)

// Workbooks of Excel 5 to 2003 (.xls): an OLE container (read by mscfb) whose stream
// «Workbook» (Excel 97 on, BIFF8) or «Book» (Excel 5 and 95, BIFF5) is a row of records:
// number, length, bytes. The records are read here because cells are wanted as Excel
// shows them, which takes the number formats and the fonts, and under the same Limits as
// an .xlsx. [MS-XLS] names the records; only those that carry cells are looked at.
const (
	recEOF        = 0x000A
	recDateMode   = 0x0022
	recFilePass   = 0x002F
	recFont       = 0x0031
	recContinue   = 0x003C
	recCodePage   = 0x0042
	recBoundSheet = 0x0085
	recXF         = 0x00E0
	recSST        = 0x00FC
	recFormat     = 0x041E
	recBOF        = 0x0809
)

// maxXFs bounds formats, fonts and styles; Excel itself stops at 4,000 styles.
const maxXFs = 1 << 16

var oleMark = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")

// readOLE finds the workbook in an OLE container.
func readOLE(data []byte, lim Limits) ([]Sheet, error) {
	name := []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	if bytes.Contains(data, name) { // an .xlsx with a password
		return nil, invalid(faultEncrypted)
	}
	doc, err := mscfb.New(bytes.NewReader(data))
	if err != nil {
		return nil, invalid(faultBroken).Because(err)
	}
	var book *mscfb.File
	for _, f := range doc.File {
		if len(f.Path) > 0 { // of a workbook inside another document
			continue
		}
		if f.Name == "Workbook" || f.Name == "Book" && book == nil { // a file for both versions has both
			book = f
		}
	}
	if book == nil {
		return nil, invalid(faultNotASheet) // a Word document, a mail, an installer
	}
	stream, err := oleStream(book, len(data))
	if err != nil {
		return nil, err
	}
	return readBIFF(stream, lim)
}

// oleStream reads a whole stream in pieces: the library's work for one call grows with
// the square of its length.
func oleStream(f *mscfb.File, most int) ([]byte, error) {
	if f.Size > int64(most) {
		return nil, invalid(faultBroken)
	}
	out := make([]byte, f.Size)
	for n := 0; n < len(out); {
		k, err := f.Read(out[n:min(n+32<<10, len(out))])
		n += k
		if n < len(out) && (k == 0 || err != nil && !errors.Is(err, io.EOF)) {
			return nil, invalid(faultBroken).Because(err)
		}
	}
	return out, nil
}

// biff is a workbook stream that is being read.
type biff struct {
	stream  []byte
	old     bool // BIFF5: texts are bytes of a code page
	page    int
	strings []shared
	styles  []style
	alone   bool // one sheet without what holds for all
	epoch   float64
	lim     Limits
	left    int
	sheets  []biffSheet
	fonts   []string
	formats map[int]format
	xfs     [][2]int // font and format of each style
}

type biffSheet struct {
	name   string
	at     int
	hidden bool
	table  bool // neither chart nor macros
}

// record is one record and where the next begins.
type record struct {
	id   int
	body []byte
	next int
}

// at reads the record at pos; ok is false at the end or where the stream is cut off.
func (b *biff) at(pos int) (r record, ok bool) {
	if pos < 0 || len(b.stream)-pos < 4 {
		return record{}, false
	}
	n := int(b.stream[pos+2]) | int(b.stream[pos+3])<<8
	if len(b.stream)-pos-4 < n {
		return record{}, false
	}
	return record{id: u16(b.stream[pos:]), body: b.stream[pos+4 : pos+4+n : pos+4+n], next: pos + 4 + n}, true
}

func u16(p []byte) int { return int(p[0]) | int(p[1])<<8 }

func u32(p []byte) uint32 {
	return uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16 | uint32(p[3])<<24
}

// readBIFF reads the workbook's stream: what holds for all, then sheet by sheet.
func readBIFF(stream []byte, lim Limits) ([]Sheet, error) {
	b := &biff{stream: stream, lim: lim, left: lim.Cells, page: 1252, formats: map[int]format{}}
	first, ok := b.at(0)
	if !ok || first.id != recBOF || len(first.body) < 4 {
		return nil, invalid(faultOldExcel) // Excel 2 to 4
	}
	b.old = u16(first.body) != 0x0600
	if u16(first.body[2:]) == 0x0005 {
		if err := b.readGlobals(first.next); err != nil {
			return nil, err
		}
	} else { // one sheet alone, as small programs write it
		b.alone, b.sheets = true, []biffSheet{{table: true}}
	}
	b.makeStyles()
	var sheets []Sheet
	begun := map[int]bool{}
	for _, s := range b.sheets {
		if !s.table {
			continue
		}
		if begun[s.at] {
			return nil, invalid(faultBroken)
		}
		begun[s.at] = true
		one, err := b.readSheet(s)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, one)
	}
	return sheets, nil
}

// readGlobals reads what stands before the sheets.
func (b *biff) readGlobals(pos int) error {
	for {
		r, ok := b.at(pos)
		if !ok {
			return invalid(faultBroken)
		}
		pos = r.next
		switch p := r.body; r.id {
		case recEOF:
			return nil
		case recFilePass:
			return invalid(faultEncrypted)
		case recCodePage:
			if len(p) >= 2 {
				b.page = u16(p)
			}
		case recDateMode:
			if len(p) >= 2 && u16(p) == 1 {
				b.epoch = 1462
			}
		case recFont:
			if len(p) > 14 && len(b.fonts) < maxXFs {
				name, _ := b.shortText(p[14:])
				b.fonts = append(b.fonts, name)
			}
		case recFormat:
			b.readFormat(p)
		case recXF:
			if len(p) >= 4 && len(b.xfs) < maxXFs {
				b.xfs = append(b.xfs, [2]int{u16(p), u16(p[2:])})
			}
		case recBoundSheet:
			if len(p) < 8 {
				return invalid(faultBroken)
			}
			if len(b.sheets) >= b.lim.Sheets {
				return tooLarge(faultSheets, b.lim.Sheets)
			}
			name, _ := b.shortText(p[6:])
			b.sheets = append(b.sheets, biffSheet{name: shown(name, ""), at: int(u32(p)), hidden: p[4]&3 != 0, table: p[5] == 0})
		case recSST:
			parts := [][]byte{p}
			for {
				more, ok := b.at(pos)
				if !ok || more.id != recContinue {
					break
				}
				parts, pos = append(parts, more.body), more.next
			}
			if err := b.readSST(parts); err != nil {
				return err
			}
		}
	}
}

func (b *biff) readFormat(p []byte) {
	if len(p) < 4 || len(b.formats) >= maxXFs {
		return
	}
	code, ok := "", false
	if b.old {
		code, ok = b.shortText(p[2:])
	} else {
		code, ok = longText(p[2:])
	}
	if ok {
		b.formats[u16(p)] = parseFormat(code)
	}
}

// makeStyles joins styles, fonts and formats. There is no font number 4, for reasons of
// Excel's own.
func (b *biff) makeStyles() {
	for _, xf := range b.xfs {
		font := xf[0]
		if font > 4 {
			font--
		}
		st := style{format: builtin(xf[1])}
		if f, ok := b.formats[xf[1]]; ok {
			st.format = f
		}
		if font < len(b.fonts) && text.IsLegacyFont(b.fonts[font]) {
			st.font = b.fonts[font]
		}
		b.styles = append(b.styles, st)
	}
	b.fonts, b.formats, b.xfs = nil, nil, nil
}

// shortText reads a text with one byte of length.
func (b *biff) shortText(p []byte) (string, bool) {
	if len(p) < 1 {
		return "", false
	}
	n := int(p[0])
	if b.old {
		if len(p) < 1+n {
			return "", false
		}
		return b.bytesText(p[1 : 1+n]), true
	}
	if len(p) < 2 {
		return "", false
	}
	return units(p[2:], n, p[1]&1 != 0)
}

// longText reads a Unicode text with two bytes of length; what follows the letters (fonts
// of parts, phonetics) is of no interest.
func longText(p []byte) (string, bool) {
	if len(p) < 3 {
		return "", false
	}
	n, skip := u16(p), 3
	if p[2]&8 != 0 {
		skip += 2
	}
	if p[2]&4 != 0 {
		skip += 4
	}
	if len(p) < skip {
		return "", false
	}
	return units(p[skip:], n, p[2]&1 != 0)
}

// units is n letters of one byte (Latin-1) or two (UTF-16).
func units(p []byte, n int, wide bool) (string, bool) {
	var s strings.Builder
	ok := appendUnits(&s, new(rune), p, n, wide) == n
	return s.String(), ok
}
