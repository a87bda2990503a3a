package app_test

import (
	"testing"
)

// keystrokes are the keys of a text as they are pressed; a Vietnamese letter with its marks
// is two to three keys in Telex, counted as three where the letter is not plain.
func keystrokes(texts ...string) (n int) {
	for _, s := range texts {
		for _, r := range s {
			if n++; r > 127 {
				n += 2
			}
		}
		n++ // on to the next field
	}
	return n
}

// TestJourney_TwoOffersAndADemandByPhone: the officer's calls, with and without scripts, on
// a phone and at a desk. What is typed is counted: at two keys a second each call takes
// less than a minute of typing.
func TestJourney_TwoOffersAndADemandByPhone(t *testing.T) {
	needChrome(t)
	t.Parallel()
	ways(t, func(t *testing.T, w with) {
		s := newSite(t)
		b := s.tab(t, w)
		b.comeIn("officer")
		call := func(path string, button string, fields ...string) {
			t.Helper()
			b.open(path, 200)
			var typed []string
			for i := 0; i < len(fields); i += 2 {
				b.fill(fields[i], fields[i+1])
				typed = append(typed, fields[i+1])
			}
			if n := keystrokes(typed...); n > 120 {
				t.Errorf("%s takes %d keys", path, n)
			} else {
				t.Logf("%s: %d keys, %d s at two a second", path, n, (n+1)/2)
			}
			b.press(`main button[value="`+button+`"]`, 200)
		}
		call("/offers/new", "next", "who", s.data.CoopName, "commodity", "bưởi Diễn", "quantity", "5-7", "from", "1/12", "to", "20/12", "price", "18k")
		b.says("Vừa lưu", s.data.CoopName, "đúng không ạ?", "18.000 đ/kg", "Chữ để gửi Zalo")
		b.fits()
		b.shot("first")
		call("/offers/new", "save", "who", s.data.CoopName, "commodity", "cam Canh", "quantity", "2 tấn", "from", "giữa tháng 12")
		b.says("cam Canh", "giá chưa chốt", "Hỏi lại")
		b.fits()
		b.shot("second")
		call("/demands/new", "save", "who", s.data.BuyerName, "commodity", "bưởi Diễn", "quantity", "20", "from", "5/12", "to", "25/12", "place", "Hải Phòng", "price", "25k")
		b.says(s.data.BuyerName, "đúng không ạ?", "25.000 đ/kg", "Ai cung được đơn này")
		b.fits()
		b.shot("demand")
		b.calm("three calls")
	})
}
