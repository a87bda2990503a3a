package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// steadyZip is a zip writer whose bytes depend on the parts alone: it keeps the packed
// parts until Close and writes them sorted, all with one time.
type steadyZip struct {
	out   io.Writer
	parts []*steadyPart
}

func newSteadyZip(w io.Writer) *steadyZip { return &steadyZip{out: w} }

type steadyPart struct {
	name   string
	packed bytes.Buffer
	pack   *flate.Writer
	sum    uint32
	size   uint64
}

func (p *steadyPart) Write(b []byte) (int, error) {
	n, err := p.pack.Write(b)
	p.sum = crc32.Update(p.sum, crc32.IEEETable, b[:n])
	p.size += uint64(n)
	return n, err
}

// Create begins a part; parts may be written one after another only.
func (z *steadyZip) Create(name string) (io.Writer, error) {
	if err := z.end(); err != nil {
		return nil, err
	}
	p := &steadyPart{name: name}
	var err error
	p.pack, err = flate.NewWriter(&p.packed, flate.DefaultCompression)
	z.parts = append(z.parts, p)
	return p, err
}

// end finishes the part that was written last.
func (z *steadyZip) end() error {
	if len(z.parts) == 0 {
		return nil
	}
	last := z.parts[len(z.parts)-1]
	if last.pack == nil {
		return nil
	}
	err := last.pack.Close()
	last.pack = nil
	return err
}

// AddFS is part of excelize's interface; workbooks do not use it.
func (z *steadyZip) AddFS(fs.FS) error { return errors.New("sheet: no file systems in workbooks") }

// Close writes everything.
func (z *steadyZip) Close() error {
	if err := z.end(); err != nil {
		return err
	}
	slices.SortStableFunc(z.parts, func(a, b *steadyPart) int { return strings.Compare(a.name, b.name) })
	w := zip.NewWriter(z.out)
	for _, p := range z.parts {
		raw, err := w.CreateRaw(&zip.FileHeader{
			Name: p.name, Method: zip.Deflate,
			//lint:ignore SA1019 CreateRaw writes this field, not Modified; it is 1/1/2023
			ModifiedDate: (2023-1980)<<9 | 1<<5 | 1,
			CRC32:        p.sum, CompressedSize64: uint64(p.packed.Len()), UncompressedSize64: p.size,
		})
		if err != nil {
			return err
		}
		if _, err := p.packed.WriteTo(raw); err != nil {
			return err
		}
	}
	return w.Close()
}

func itoa(n int) string { return strconv.Itoa(n) }
