package app_test

import (
	"encoding/json"
	"testing"

	cdp "github.com/chromedp/chromedp"
)

// TestJourney_FirstDay: the old list of cooperatives is pasted, seen row by row, asked back,
// written by one press, found in the register, and taken back.
func TestJourney_FirstDay(t *testing.T) {
	needChrome(t)
	t.Parallel()
	ways(t, func(t *testing.T, w with) {
		s := newSite(t)
		b := s.tab(t, w)
		b.comeIn("officer")
		b.menu("/organisations")
		b.press(named("Dán hoặc nạp danh sách HTX"), 200)
		b.says("Dán danh sách vào đây", "Hoặc chọn tệp", "Danh sách ngày đầu")
		b.fits()
		b.shot("form")
		b.press(named("Đọc và xem trước"), 422)
		b.says("hãy dán danh sách hoặc chọn tệp", "Chưa ghi gì vào sổ.")

		words, err := json.Marshal(firstDay)
		if err != nil {
			t.Fatal(err)
		}
		eval[bool](b, `(e => (e.value = `+string(words)+`, true))(document.querySelector('main [name="text"]'))`)
		b.press(named("Đọc và xem trước"), 200)
		b.says("Chưa ghi gì vào sổ cho đến khi bấm nút ghi.", "HTX nông nghiệp Đồi Gió Lành", "các dòng dưới thuộc Huyện Cao Phong", "Mã số thuế «0100233489» không đúng", "Dòng tổng cộng.", "Giống dòng B4, HTX Suối Mơ Vàng", "«Mây Núi Xanh» là loại đơn vị nào?", "Ghi 3 đơn vị mới vào sổ")
		b.fits()
		b.shot("dry-run")

		b.press(named("Cần hỏi (4)"), 200)
		b.silent("Dòng tổng cộng.")
		b.must(b.do(cdp.Click(one(`//main//fieldset[@id="a-0-8-kind"]//label[contains(., "Hợp tác xã")]`))))
		b.fill("t-0-6-place", "Thu Phong, Cao Phong")
		b.fill("t-0-5-tax", "0100233488")
		b.shot("answers")
		b.press(named("Ghi câu trả lời"), 200)
		b.says("Đã ghi 3 câu trả lời.", "Cần hỏi (1)", "Ghi 4 đơn vị mới vào sổ")

		b.press(named("Ghi 4 đơn vị mới vào sổ"), 200)
		b.says("Đã thêm 4 đơn vị vào sổ", "Đã ghi")
		b.fits()
		b.shot("written")
		b.press(named("Mây Núi Xanh"), 200)
		b.says("Hợp tác xã", "Quách Văn Tưởng", "0900 700 104", "Sản phẩm: bưởi đỏ")
		b.open("/organisations?q=doi+gio+lanh", 200)
		b.says("HTX nông nghiệp Đồi Gió Lành", "Đinh Thị Mẫu", "0900 700 102")

		// the same list again has nothing new in it
		b.open("/organisations/import", 200)
		eval[bool](b, `(e => (e.value = `+string(words)+`, true))(document.querySelector('main [name="text"]'))`)
		b.press(named("Đọc và xem trước"), 200)
		b.says("Danh sách trước đã ghi dòng này: HTX Suối Mơ Vàng")
		b.silent("đơn vị mới vào sổ")
		b.press(named("Bỏ danh sách này"), 200)
		b.says("Đã bỏ danh sách.")

		b.press(`//main//table//a[contains(., "Danh sách dán")]`, 200)
		b.press(named("Gỡ những gì vừa ghi"), 200)
		b.says("Đã gỡ 4 đơn vị mới")
		b.open("/organisations?q=doi+gio+lanh", 200)
		b.says("Không có đơn vị nào như vậy")
	})
}
