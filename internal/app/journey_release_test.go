package app_test

import (
	"strings"
	"testing"
)

// TestJourney_APlanIsReleased: the officer makes a plan of the book, stops the first run,
// runs again, submits it; the leader returns it with a reason; it is submitted again and
// released; the buyer then finds its order and the cooperative what it is asked.
func TestJourney_APlanIsReleased(t *testing.T) {
	needChrome(t)
	t.Parallel()
	ways(t, func(t *testing.T, w with) {
		s := siteThatWorks(t, false)
		b := s.tab(t, w)
		b.comeIn("officer")
		b.open("/plan/new", 200)
		b.says("Lập phương án", "Mặt hàng", "Nhìn tới ngày")
		b.fits()
		b.shot("new")
		b.fill("label", "Tuần thử")
		b.press(`main form .btn.go`, 200)
		if at := b.where(); !strings.HasPrefix(at, "/runs/") {
			t.Fatalf("making a plan leads to %s", at)
		}
		b.says("Đang lập phương án", "Dừng lại")
		b.fits()
		b.shot("run")
		b.press(named("Dừng lại"), 200)
		b.says("Đã dừng theo yêu cầu.", "Số liệu của đợt còn nguyên.")
		b.shot("stopped")
		if err := s.Queue.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.press(named("Lập lại"), 200)
		b.arrive("/plan/")
		at := b.where()
		b.says("Bản 1", "có giá thật, số liệu đến", "(dự thảo)")
		b.fits()
		b.shot("draft")
		b.press(`#release form .btn.go`, 200)
		b.says("Đã trình duyệt.", "chờ duyệt", "Rút lại để sửa")

		l := s.tab(t, w)
		l.comeIn("leader")
		l.open(at, 200)
		l.says("Duyệt phương án", "Trả lại")
		l.fits()
		l.shot("to-release")
		l.press(named("Trả lại"), 422)
		l.says("Hãy ghi lý do trả lại")
		l.fill("note", "Gọi lại hỏi giá")
		l.press(named("Trả lại"), 200)
		l.says("Đã trả lại phương án.")

		b.open(at, 200)
		b.says("Trả lại vì:", "Gọi lại hỏi giá")
		b.shot("returned")
		b.press(`#release form .btn.go`, 200)
		l.open(at, 200)
		l.press(named("Duyệt phương án"), 200)
		l.says("(đã duyệt)", "Trả lời của các bên", "Chưa trả lời")
		l.fits()
		l.shot("released")
		l.open("/reports/week", 200)
		l.says("Báo cáo tuần", "Phương án đã duyệt")
		l.fits()
		l.shot("week")

		b.open(at+"/answers", 200)
		b.says("Chưa trả lời", "Đồng ý")
		b.fits()
		b.shot("answers")
		b.open("/rules", 200)
		b.fits()
		b.shot("rules")

		c := s.tab(t, w)
		c.comeIn("buyer")
		c.open("/me", 200)
		c.says("Xin xác nhận đơn hàng", "Xác nhận", "Đây chưa phải hợp đồng.")
		c.fits()
		c.shot("buyer")
		c.press(`main a[href^="/orders/"]`, 200)
		c.says("Giá", "Gọi ai")
		c.fits()
		c.shot("order")
		k := s.tab(t, w)
		k.comeIn("coop")
		k.open("/me", 200)
		k.fits()
		k.shot("cooperative")
		k.press(`main a[href*="/letter/C"]`, 200)
		k.says("chưa kết nối được", "không phải bị loại", "Lý do")
		k.fits()
		k.shot("letter")
		k.calm("the cooperative's way")
		b.calm("the officer's way")
		c.calm("the buyer's way")
	})
}

// TestJourney_AQuestionIsAnswered: a table goes through the dry run into the book; what was
// unclear is asked, answered in the words of the phone, and is no question any more.
func TestJourney_AQuestionIsAnswered(t *testing.T) {
	needChrome(t)
	t.Parallel()
	ways(t, func(t *testing.T, w with) {
		s := newSite(t)
		b := s.tab(t, w)
		b.comeIn("officer")
		b.open(s.imported(""), 200)
		b.says("Xem trước, chưa ghi gì vào sổ", "129/154")
		b.fits()
		b.shot("dry-run")
		b.press(`main form .btn.go`, 200)
		b.says("Đã ghi vào sổ")
		b.open("/questions?about=floor", 200)
		b.fits()
		b.shot("questions")
		first := `document.querySelector("main ol.calls > li").id`
		asked := eval[string](b, first)
		b.fill("answer", "ba đồng rưỡi")
		b.press(`main ol.calls form .btn.go`, 422)
		b.says("Chưa đọc được câu trả lời")
		b.shot("unread")
		b.fill("answer", "18.000 đ/kg")
		b.press(`main ol.calls form .btn.go`, 200)
		b.says("Đã ghi")
		if now := eval[string](b, first); now == asked {
			t.Errorf("%s is still asked", asked)
		}
		b.calm("the officer's way")
	})
}
