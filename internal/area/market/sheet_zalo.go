package market

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// Messages of a chat: one record a line or a bullet, in any order of words, without
// headings («HTX Cam Cao Phong 0912… cam CS1 5 tấn cuối tháng 11 giá 18k»). Each line is
// cut into the cells that a workbook would have, every one a piece of the line itself,
// and then read as a row of a workbook is, with the same doubts. Nothing is made up:
// what a line does not say is asked about.

// ReadLines reads such messages. Lines that say neither «bán» nor «mua» are offers, or
// demands when demand is set.
func ReadLines(s string, demand bool, deps Deps, opt ReadOptions) (Input, []Ask, error) {
	name := ""
	if demand {
		name = "nhu cau"
	}
	opt.OneSide = true
	return ReadSheets([]sheet.Sheet{{Name: name, Text: s}}, deps, opt)
}

// freeLine is one line while pieces are cut from it. plain has one byte for each letter
// of src: without mark, in lower case; what was taken becomes a bar.
type freeLine struct {
	src   []rune
	plain []byte
	cells map[column]string
	party [2]int // where its name stands
	qty   [2]int // and the quantity
}

func newFreeLine(s string) *freeLine {
	l := &freeLine{src: []rune(text.NFC(s)), cells: map[column]string{}}
	l.plain = make([]byte, len(l.src))
	for i, r := range l.src {
		l.plain[i] = plainLetter(r)
	}
	return l
}

func plainLetter(r rune) byte {
	switch r {
	case 'đ', 'Đ', '₫', 'ð':
		return 'd'
	case '–', '—', '−', '‐', '‑', '→':
		return '-'
	case '≈', '∼', '±':
		return '~'
	case '|':
		return '!'
	}
	if unicode.IsSpace(r) {
		return ' '
	}
	if b := norm.NFKD.String(string(r))[0]; b < 0x80 {
		return byte(unicode.ToLower(rune(b)))
	}
	return '?'
}

func (l *freeLine) String() string { return string(l.plain) }

// piece is the line from i to j as written.
func (l *freeLine) piece(i, j int) string { return strings.TrimSpace(string(l.src[i:j])) }

// hide takes letters out of what is still to be read.
func (l *freeLine) hide(i, j int) {
	for ; i < j; i++ {
		l.plain[i] = '|'
	}
}

// take makes a piece the cell of a column; a column that is taken keeps its first.
func (l *freeLine) take(c column, i, j int) {
	if l.cells[c] == "" {
		l.cells[c] = l.piece(i, j)
	}
	l.hide(i, j)
}

// add appends a piece to a column that may hold several.
func (l *freeLine) add(c column, i, j int, sep string) {
	if s := l.piece(i, j); l.cells[c] == "" {
		l.cells[c] = s
	} else {
		l.cells[c] += sep + s
	}
	l.hide(i, j)
}

// spoken is what a message said before the line at hand: its head (who, side) or the
// record above.
type spoken struct {
	cells map[column]string
	head  bool
	side  side
}

// maxLine bounds the work on one line; no record is longer.
const maxLine = 600

// lines reads a message and says how many records it held.
func (rd *sheetReader) lines(s sheet.Sheet) (offers, demands int) {
	all := strings.Split(strings.ReplaceAll(s.Text, "\r\n", "\n"), "\n")
	rows := make([][]sheet.Cell, len(all))
	tables := [2]*sheetTable{}
	for i := range tables {
		tables[i] = &sheetTable{sheet: s.Name, layout: layout{demand: i == 1}, rows: rows}
	}
	words := newLineWords(rd)
	var above spoken
	byName := sideOfName(s.Name)
	for i, line := range all {
		if c := strings.TrimSpace(line); c != "" {
			rows[i] = []sheet.Cell{{Text: c, Raw: c}}
		}
		if len([]rune(line)) > maxLine {
			rd.unreadLine(s.Name, i, line[:maxLine])
			continue
		}
		l := newFreeLine(line)
		l.stripBullet()
		if strings.Trim(l.String(), "| .:;,-*_=") == "" {
			if !above.head {
				above.cells = nil
			}
			continue
		}
		if l.onlyTime() {
			continue
		}
		records := words.read(l)
		side := l.side()
		if len(records) == 0 {
			if who := l.cells[colParty] != "" || l.cells[colPhone] != ""; who || side != sideUnsaid {
				if who {
					above.cells, above.head = l.cells, true
				}
				if side != sideUnsaid {
					above.side = side
				}
			} else if reDigit.MatchString(line) || len(strings.Fields(line)) > 8 {
				rd.unreadLine(s.Name, i, line)
			}
			continue
		}
		if side == sideUnsaid {
			if side = above.side; side == sideUnsaid {
				side = byName
			}
		}
		for _, cells := range records {
			carried := false
			if cells[colParty] == "" && (cells[colPhone] == "" || above.head) && above.cells != nil {
				for _, c := range partyColumns {
					if cells[c] == "" && above.cells[c] != "" {
						cells[c] = above.cells[c]
						carried = true
					}
				}
			}
			unnamed := cells[colParty] == "" && cells[colPhone] != ""
			if unnamed { // who it is the telephone will tell
				cells[colParty] = cells[colPhone]
			}
			if side == sideDemand {
				demands++
			} else {
				offers++
			}
			rd.lineRecord(tables, side == sideDemand, i, cells, carried, unnamed)
			if !above.head || cells[colParty] != "" && !carried {
				above.cells, above.head = cells, above.head && carried
			}
		}
	}
	return offers, demands
}

func (rd *sheetReader) unreadLine(name string, i int, line string) {
	rd.asks = append(rd.asks, Ask{Source: Source{Sheet: name, Row: i + 1}, Code: AskRowUnread, Value: strings.ToValidUTF8(short(strings.TrimSpace(line)), "")})
}

// lineRecord hands the cells to the reader of rows.
func (rd *sheetReader) lineRecord(tables [2]*sheetTable, demand bool, i int, cells map[column]string, carried, unnamed bool) {
	t := tables[0]
	if demand {
		t = tables[1]
		if s := cells[colFloor]; s != "" {
			cells[colCeiling], cells[colFloor] = s, ""
		}
		if s := cells[colMinLine]; s != "" {
			cells[colMinOrder], cells[colMinLine] = s, ""
		}
		cells[colTrader] = ""
	}
	r := &sheetRow{rd: rd, t: t, n: i + 1, cells: map[column]sheet.Cell{}}
	for c, s := range cells {
		if s != "" {
			r.cells[c] = sheet.Cell{Text: s, Raw: s}
		}
	}
	if rd.twice(r) {
		return
	}
	if demand {
		rd.numbers.demands++
		r.id = number('N', rd.numbers.demands)
	} else {
		rd.numbers.offers++
		r.id = number('C', rd.numbers.offers)
	}
	r.who, r.phone = r.text(colParty), r.text(colPhone)
	if carried {
		r.doubt(colParty, AskPartyCarried, r.who, r.who)
	}
	if unnamed {
		r.doubt(colParty, AskPartyPhone, "", r.phone)
	}
	if demand {
		rd.demand(r)
	} else {
		rd.offer(r)
	}
}

var (
	reDigit   = regexp.MustCompile(`[0-9]`)
	reBullet  = regexp.MustCompile(`^[ ?]*(?:[-*+>.?]+ ?|[0-9]{1,2}[.)] |\([0-9]{1,2}\) ?)`)
	reStamp   = regexp.MustCompile(`^ *\[[^\]|]{0,40}[0-9]{1,2}:[0-9]{2}[^\]|]{0,30}\] *`)
	reSender  = regexp.MustCompile(`^ *([a-z][a-z .]{1,38}[a-z]) ?: `)
	reOnlyDay = regexp.MustCompile(`^[ |]*(?:(?:hom qua|hom nay|today|yesterday|thu [a-z0-9]+|chu nhat|cn)[ ,]*)?(?:[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{2,4})?[ ,]*)?(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?[ |]*$`)
)

// stripBullet takes out bullets, numbering, the time and the sender that a chat puts in
// front of a message.
func (l *freeLine) stripBullet() {
	if m := reStamp.FindStringIndex(l.String()); m != nil {
		l.hide(0, m[1])
		rest := string(l.plain[m[1]:])
		if s := reSender.FindStringSubmatchIndex(rest); s != nil && len(strings.Fields(rest[s[2]:s[3]])) <= 5 {
			l.cells[colContact] = l.piece(m[1]+s[2], m[1]+s[3])
			l.hide(m[1], m[1]+s[1])
		}
		return
	}
	if m := reBullet.FindStringIndex(l.String()); m != nil {
		l.hide(0, m[1])
	}
}

func (l *freeLine) onlyTime() bool { return reOnlyDay.MatchString(l.String()) }
