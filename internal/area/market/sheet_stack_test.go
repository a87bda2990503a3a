package market

import (
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/sheet"
)

// A table as it really arrives by the clipboard: from Excel with a cell of two lines, from
// Word with tabs, through a chat with every cell on its own line. All say the same.
func TestReadSheets_PastedTables(t *testing.T) {
	deps, opt := testDeps(t), testOptions
	opt.OneSide = true
	rows := [][]string{
		{"STT", "Đơn vị", "Điện thoại", "Huyện", "Mặt hàng", "Số lượng", "Giá", "Ghi chú"},
		{"1", "HTX Rừng Xanh", "0900000301", "Cao Phong", "Cam CS1", "5 tấn", "18k", ""},
		{"2", "HTX Suối Mẫu", "0900000302", "Tân Lạc", "Bưởi đỏ", "3 tấn", "14k", "giao sớm"},
		{"3", "THT Hoa Thử", "0900000303", "Kim Bôi", "Chuối tiêu hồng", "7 tạ", "7k", ""},
	}
	var excel, word, stacked []string
	for i, r := range rows {
		e := append([]string(nil), r...)
		if i == 2 {
			e[1] = "\"HTX\nSuối \"\"Mẫu\"\"\""
		}
		excel, word, stacked = append(excel, strings.Join(e, "\t")), append(word, strings.Join(r, "\t")+"\r"), append(stacked, r...)
	}
	for name, s := range map[string]string{
		"Excel": strings.Join(excel, "\r\n"), "Word": strings.Join(word, "\n"), "a cell a line": strings.Join(stacked, "\n"), "with CRLF": strings.Join(stacked, "\r\n") + "\r\n",
	} {
		one, err := sheet.ReadText(s)
		if err != nil {
			t.Fatal(err)
		}
		in, asks, err := ReadSheets([]sheet.Sheet{one}, deps, opt)
		if err != nil || len(in.Offers) != 3 || len(in.Parties) != 3 {
			t.Errorf("%s: %d offers, %v, %+v", name, len(in.Offers), err, asks)
			continue
		}
		if o := in.Offers[1]; o.Commodity != "BUOI-DO-TL" || o.Firm != 3_000_000 || o.Floor.PerKg() != 14000 || o.Note != "giao sớm" || in.Parties[1].Phone != "0900000302" {
			t.Errorf("%s: %+v", name, o)
		}
	}
}
