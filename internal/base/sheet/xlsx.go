package sheet

import (
	"archive/zip"
	"encoding/xml"
	"path"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
)

// workbook is what is known before the sheets are read.
type workbook struct {
	lim     Limits
	parts   map[string]*zip.File
	strings []shared
	styles  []style
	epoch   float64 // added to serials of workbooks that count from 1904
	left    int     // cells that may still come
}

type xmlWorkbook struct {
	Props struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string `xml:"name,attr"`
		State string `xml:"state,attr"`
		Rel   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		Rel2  string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"` // "strict" workbooks
	} `xml:"sheets>sheet"`
}

type xmlRels struct {
	Rels []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

func readXLSX(data []byte, lim Limits) ([]Sheet, error) {
	parts, err := openZip(data, lim)
	if err != nil {
		return nil, err
	}
	main, err := mainPart(parts)
	if err != nil {
		return nil, err
	}
	b := &workbook{lim: lim, parts: parts, left: lim.Cells}
	var wb xmlWorkbook
	if err := small(parts, main, &wb); err != nil {
		return nil, err
	}
	if len(wb.Sheets) > lim.Sheets {
		return nil, tooLarge(faultSheets, lim.Sheets)
	}
	if on := wb.Props.Date1904; on == "1" || on == "true" {
		b.epoch = 1462
	}
	var rels xmlRels
	if err := small(parts, relsOf(main), &rels); err != nil {
		return nil, err
	}
	target := map[string]string{}
	for _, r := range rels.Rels {
		name := beside(main, r.Target)
		switch path.Base(r.Type) {
		case "worksheet":
			target[r.ID] = name
		case "styles":
			err = b.readStyles(name)
		case "sharedStrings":
			err = b.readShared(name)
		}
		if err != nil {
			return nil, err
		}
	}
	var sheets []Sheet
	for _, s := range wb.Sheets {
		f := parts[strings.ToLower(target[s.Rel+s.Rel2])]
		if f == nil { // a chart sheet, or a broken link
			continue
		}
		one, err := b.readSheet(s.Name, f)
		if err != nil {
			return nil, err
		}
		one.Hidden = s.State == "hidden" || s.State == "veryHidden"
		sheets = append(sheets, one)
	}
	return sheets, nil
}

// mainPart finds the workbook, or says what the zip is instead.
func mainPart(parts map[string]*zip.File) (string, error) {
	var rels xmlRels
	if err := small(parts, "_rels/.rels", &rels); err != nil {
		return "", err
	}
	main := "xl/workbook.xml"
	for _, r := range rels.Rels {
		if path.Base(r.Type) == "officeDocument" {
			main = beside("", r.Target)
		}
	}
	switch {
	case strings.HasSuffix(main, ".bin"): // .xlsb
		return "", invalid(faultOldExcel)
	case parts[strings.ToLower(main)] == nil || strings.HasPrefix(main, "word/") || strings.HasPrefix(main, "ppt/"):
		return "", invalid(faultNotASheet)
	}
	return main, nil
}

// beside resolves the target of a relation of the part from.
func beside(from, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join(path.Dir(from), target)
}

func relsOf(part string) string {
	return path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
}

// shared is a shared string; plain and shown share their bytes when they are equal.
type shared struct{ raw, shown string }

// readShared reads the table of shared strings.
func (b *workbook) readShared(name string) error {
	f := b.parts[strings.ToLower(name)]
	if f == nil {
		return nil
	}
	t, err := part(f)
	if err != nil {
		return err
	}
	defer t.close()
	for {
		tok, err := t.next()
		if tok == nil || err != nil {
			return err
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "si" {
			if len(b.strings) >= b.lim.Cells {
				return tooLarge(faultCells, b.lim.Cells)
			}
			s, err := b.richText(t, "si")
			if err != nil {
				return err
			}
			b.strings = append(b.strings, shared{s, shown(s, "")})
		}
	}
}

// richText joins the <t> of one item until its end tag; phonetic hints are left out.
func (b *workbook) richText(t *tokens, until string) (string, error) {
	var out strings.Builder
	inText, phonetic := false, false
	for {
		tok, err := t.next()
		if err != nil {
			return "", err
		}
		switch e := tok.(type) {
		case nil:
			return "", invalid(faultBroken)
		case xml.StartElement:
			switch e.Name.Local {
			case "t":
				inText = true
			case "rPh":
				phonetic = true
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inText = false
			case "rPh":
				phonetic = false
			case until:
				return unescape(out.String()), nil
			}
		case xml.CharData:
			if inText && !phonetic {
				out.Write(e)
				if out.Len() > b.lim.Chars {
					return "", tooLarge(faultLong, b.lim.Chars)
				}
			}
		}
	}
}

// unescape turns _x000D_ into the character that XML could not carry.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '_' && i+6 < len(s) && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 6
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// where points into the sheet.
func where(name string, row int) fault.Where { return fault.Where{Sheet: name, Row: row} }
