package mincost

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// The DIMACS format for minimum-cost flow (nodes are numbered from 1):
//
//	c a comment
//	p min NODES ARCS
//	n NODE SUPPLY
//	a TAIL HEAD LOWER UPPER COST
//
// and for solutions:
//
//	s COST
//	f TAIL HEAD AMOUNT
//
// An upper bound of 9223372036854775807 is Infinite, in and out.

// ErrSyntax is wrapped when a file is not what it should be; the message names the line.
var ErrSyntax = errors.New("malformed file")

// Limits bound what a reader accepts; zero means 16,777,216 nodes and 1,073,741,824 arcs.
// Memory is taken for the declared nodes and for the arcs really met.
type Limits struct{ Nodes, Arcs int }

func (l Limits) orDefault() Limits {
	if l.Nodes <= 0 || l.Nodes > maxNodes {
		l.Nodes = 1 << 24
	}
	if l.Arcs <= 0 || l.Arcs > maxArcs {
		l.Arcs = maxArcs
	}
	return l
}

// lineReader gives lines as fields, and errors with the number of the line.
type lineReader struct {
	r    *bufio.Reader
	line int
	rest []byte
}

func newLineReader(r io.Reader) *lineReader { return &lineReader{r: bufio.NewReaderSize(r, 1<<16)} }

func (l *lineReader) fail(format string, args ...any) error {
	return fmt.Errorf("mincost: %w: line %d: %s", ErrSyntax, l.line, fmt.Sprintf(format, args...))
}

// next moves to the next line that is neither blank nor a comment and returns its letter.
func (l *lineReader) next() (byte, error) {
	for {
		b, err := l.r.ReadSlice('\n')
		l.line++
		if err == bufio.ErrBufferFull {
			return 0, l.fail("longer than %d bytes", l.r.Size())
		}
		if err != nil && (err != io.EOF || len(b) == 0) {
			return 0, err
		}
		l.rest = b
		kind := l.word()
		if len(kind) == 0 || kind[0] == 'c' {
			continue
		}
		if len(kind) != 1 {
			return 0, l.fail("%q is no kind of line", cut20(kind))
		}
		return kind[0], nil
	}
}

func space(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

func (l *lineReader) word() []byte {
	b := l.rest
	for len(b) > 0 && space(b[0]) {
		b = b[1:]
	}
	i := 0
	for i < len(b) && !space(b[i]) {
		i++
	}
	l.rest = b[i:]
	return b[:i]
}

func cut20(b []byte) []byte { return b[:min(len(b), 20)] }

// ints reads exactly len(out) numbers up to the end of the line.
func (l *lineReader) ints(out ...*int64) error {
	for _, p := range out {
		w := l.word()
		if len(w) == 0 {
			return l.fail("%d numbers are expected", len(out))
		}
		x, ok := parseInt(w)
		if !ok {
			return l.fail("%q is no whole number of 64 bits", cut20(w))
		}
		*p = x
	}
	if w := l.word(); len(w) > 0 {
		return l.fail("%q is one word too many", cut20(w))
	}
	return nil
}

func parseInt(w []byte) (int64, bool) {
	neg := false
	if w[0] == '-' || w[0] == '+' {
		neg = w[0] == '-'
		w = w[1:]
	}
	if len(w) == 0 {
		return 0, false
	}
	var x uint64
	for _, c := range w {
		d := uint64(c - '0')
		if d > 9 || x > (math.MaxInt64-d)/10 {
			return 0, false
		}
		x = 10*x + d
	}
	if neg {
		return -int64(x), true
	}
	return int64(x), true
}

// ReadDIMACS reads a network. The result has passed Check.
func ReadDIMACS(r io.Reader, lim Limits) (*Network, error) {
	lim = lim.orDefault()
	l := newLineReader(r)
	n, arcs, err := readHeader(l, lim)
	if err != nil {
		return nil, err
	}
	nodes := int64(len(n.Supply))
	told := make([]bool, nodes)
	n.Arcs = make([]Arc, 0, min(arcs, 1<<16))
	for {
		kind, err := l.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch kind {
		case 'n':
			var v, s int64
			if err := l.ints(&v, &s); err != nil {
				return nil, err
			}
			if v < 1 || v > nodes {
				return nil, l.fail("node %d, there are 1 to %d", v, nodes)
			}
			if told[v-1] {
				return nil, l.fail("node %d has its supply twice", v)
			}
			told[v-1], n.Supply[v-1] = true, s
		case 'a':
			var u, v int64
			var a Arc
			if err := l.ints(&u, &v, &a.Lower, &a.Upper, &a.Cost); err != nil {
				return nil, err
			}
			if u < 1 || u > nodes || v < 1 || v > nodes {
				return nil, l.fail("an arc from %d to %d, nodes are 1 to %d", u, v, nodes)
			}
			if a.Lower > a.Upper {
				return nil, l.fail("lower bound %d above upper bound %d", a.Lower, a.Upper)
			}
			if len(n.Arcs) == arcs {
				return nil, l.fail("one arc more than the %d declared", arcs)
			}
			a.Tail, a.Head = int32(u-1), int32(v-1)
			n.Arcs = append(n.Arcs, a)
		case 'p':
			return nil, l.fail("a second line p")
		default:
			return nil, l.fail("%q is no kind of line", kind)
		}
	}
	if len(n.Arcs) != arcs {
		return nil, l.fail("the file ends after %d of %d declared arcs", len(n.Arcs), arcs)
	}
	return n, n.Check()
}

func readHeader(l *lineReader, lim Limits) (*Network, int, error) {
	kind, err := l.next()
	if err == io.EOF {
		return nil, 0, l.fail("the file ends before its line p min NODES ARCS")
	}
	if err != nil {
		return nil, 0, err
	}
	if kind != 'p' {
		return nil, 0, l.fail("the first line must be p min NODES ARCS")
	}
	if w := l.word(); !bytes.Equal(w, []byte("min")) {
		return nil, 0, l.fail("the problem is %q, only min is known", cut20(w))
	}
	var nodes, arcs int64
	if err := l.ints(&nodes, &arcs); err != nil {
		return nil, 0, err
	}
	if nodes < 0 || nodes > int64(lim.Nodes) || arcs < 0 || arcs > int64(lim.Arcs) {
		return nil, 0, l.fail("%d nodes and %d arcs, at most %d and %d are read", nodes, arcs, lim.Nodes, lim.Arcs)
	}
	return New(int(nodes)), int(arcs), nil
}

// WriteDIMACS writes a network; ReadDIMACS gives the same one back.
func WriteDIMACS(w io.Writer, n *Network) error {
	bw := bufio.NewWriterSize(w, 1<<16)
	out := lineWriter{bw, nil}
	out.line("p min", int64(len(n.Supply)), int64(len(n.Arcs)))
	for v, s := range n.Supply {
		if s != 0 {
			out.line("n", int64(v)+1, s)
		}
	}
	for i := range n.Arcs {
		a := &n.Arcs[i]
		out.line("a", int64(a.Tail)+1, int64(a.Head)+1, a.Lower, a.Upper, a.Cost)
	}
	return bw.Flush()
}

// lineWriter writes lines; bufio.Writer keeps the first error for Flush.
type lineWriter struct {
	w   *bufio.Writer
	buf []byte
}

func (l *lineWriter) line(kind string, xs ...int64) {
	l.buf = append(l.buf[:0], kind...)
	for _, x := range xs {
		l.buf = strconv.AppendInt(append(l.buf, ' '), x, 10)
	}
	l.w.Write(append(l.buf, '\n'))
}
