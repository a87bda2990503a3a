package blob_test

import (
	"bytes"
	"testing"

	"github.com/lienket/lienket/internal/base/blob"
	"github.com/lienket/lienket/internal/base/fault"
)

// FuzzReady: whatever comes in is refused with a sentence or can be handed on clean.
func FuzzReady(f *testing.F) {
	pic := picture(24, 16)
	for _, b := range [][]byte{
		withEXIF(jpegOf(f, pic), 6), sample(f, "progressive.jpg"), pngWithEXIF(pngOf(f, pic), 3), sample(f, "lossless.webp"),
		webpWithEXIF(sample(f, "lossy.webp"), 48, 32, 8), []byte(pdf), xlsx(f), xls(), []byte("bưởi"),
	} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := blob.Ready(blob.New{Owner: "x/1", Name: "x", Data: b})
		if err != nil {
			if c := fault.CodeOf(err); c != fault.Invalid && c != fault.TooLarge {
				t.Fatal(err)
			}
			return
		}
		if blob.ThumbOf(n) == nil {
			return
		}
		typ := blob.TypeOf(n)
		out, err := blob.Clean(typ, b)
		if err != nil {
			t.Fatalf("taken, but cannot be handed on: %v", err)
		}
		if again, err := blob.Clean(typ, out); err != nil || !bytes.Equal(out, again) {
			t.Fatalf("cleaning twice changes it: %v", err)
		}
		if _, err := blob.Ready(blob.New{Data: out}); err != nil {
			t.Fatalf("the clean copy is refused: %v", err)
		}
	})
}
