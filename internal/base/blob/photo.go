package blob

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Thumb is the longest side of a thumbnail, in pixels: as wide as a phone's screen.
const Thumb = 360

// Bounds before anything is decoded: a small file may claim to be a huge picture. What a
// decoder needs per pixel differs: a progressive JPEG keeps all its coefficients.
const (
	longestSide  = 20_000
	mostBaseline = 50_000_000 // pixels
	mostOther    = 25_000_000
)

// one lets a single picture be decoded at a time, so that many uploads at once do not
// take the machine's memory.
var one = make(chan struct{}, 1)

// look decodes a picture and returns its size as it is seen, and a thumbnail without any
// metadata, turned upright.
func look(typ string, b []byte) (w, h int, thumb []byte, err error) {
	cfg, err := config(typ, b)
	if err != nil {
		return 0, 0, nil, refuse("blob.fault.broken_picture")
	}
	most := mostOther
	if typ == JPEG && !progressive(b) {
		most = mostBaseline
	}
	if cfg.Width <= 0 || cfg.Height <= 0 {
		return 0, 0, nil, refuse("blob.fault.broken_picture")
	}
	if cfg.Width > longestSide || cfg.Height > longestSide || cfg.Width*cfg.Height > most {
		return 0, 0, nil, refuse("blob.fault.huge_picture", cfg.Width, cfg.Height)
	}
	one <- struct{}{}
	defer func() { <-one }()
	img, err := decode(typ, b)
	if err != nil {
		return 0, 0, nil, refuse("blob.fault.broken_picture")
	}
	turn := orientation(typ, b)
	small := shrink(img, Thumb)
	small = upright(small, turn)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: 78}); err != nil {
		return 0, 0, nil, err
	}
	w, h = cfg.Width, cfg.Height
	if turn >= 5 {
		w, h = h, w
	}
	return w, h, out.Bytes(), nil
}

func config(typ string, b []byte) (c image.Config, err error) {
	defer noPanic(&err)
	switch typ {
	case JPEG:
		return jpeg.DecodeConfig(bytes.NewReader(b))
	case PNG:
		return png.DecodeConfig(bytes.NewReader(b))
	}
	return webp.DecodeConfig(bytes.NewReader(b))
}

func decode(typ string, b []byte) (_ image.Image, err error) {
	defer noPanic(&err)
	switch typ {
	case JPEG:
		return jpeg.Decode(bytes.NewReader(b))
	case PNG:
		return png.Decode(bytes.NewReader(b))
	}
	return webp.Decode(bytes.NewReader(b))
}

// noPanic: decoders read what strangers send.
func noPanic(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("decoding: %v", p)
	}
}

// shrink draws img on white, at most side pixels long; it never enlarges.
func shrink(img image.Image, side int) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if l := max(w, h); l > side {
		w, h = max(1, w*side/l), max(1, h*side/l)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.BiLinear.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	return out
}

// upright turns a picture by its EXIF orientation (1…8).
func upright(in *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 || turn > 8 {
		return in
	}
	w, h := in.Bounds().Dx(), in.Bounds().Dy()
	ow, oh := w, h
	if turn >= 5 {
		ow, oh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range oh {
		for x := range ow {
			sx, sy := x, y
			switch turn {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			out.SetRGBA(x, y, in.RGBAAt(sx, sy))
		}
	}
	return out
}
