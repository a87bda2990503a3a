package market

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
)

// TestWeek_EachFigureCountsWhatItOpens: the number on the report is the number of records on
// the page that it leads to.
func TestWeek_EachFigureCountsWhatItOpens(t *testing.T) {
	s := bookSite(t)
	plan := s.makeRun(t, s.leave(t, "officer", "/plan/new", url.Values{"label": {"x"}, "from": {"15/12/2023"}, "horizon": {"24/1/2024"}}))
	s.leave(t, "officer", planPath(plan)+"/submit", step(1, ""))
	s.leave(t, "leader", planPath(plan)+"/release", step(2, ""))
	answers := regexp.MustCompile(`action="(/answers/\d+)"`).FindAllStringSubmatch(s.get(t, "officer", planPath(plan)+"/answers"), 2)
	if len(answers) < 2 {
		t.Fatal("nobody to answer")
	}
	s.leave(t, "officer", answers[0][1], url.Values{"row_version": {"1"}, "state": {"agreed"}})
	s.leave(t, "officer", answers[1][1], url.Values{"row_version": {"1"}, "state": {"refused"}})
	page := s.get(t, "leader", "/reports/week?to="+todayText(), "Báo cáo tuần", "Chào bán mới", "Chưa kết nối được: năm lý do")
	links := regexp.MustCompile(`<a href="(/reports/week/([a-z_]+)\?to=[0-9-]+)"[^>]*>(\d+)</a>`).FindAllStringSubmatch(page, -1)
	if len(links) != len(weekFigures) {
		t.Fatalf("%d of %d figures lead somewhere", len(links), len(weekFigures))
	}
	got := map[string]int{}
	for _, l := range links {
		n, err := strconv.Atoi(l[3])
		if err != nil {
			t.Fatal(err)
		}
		got[l[2]] = n
		list := s.get(t, "leader", l[1])
		if rows := strings.Count(list, `role="rowheader"`); rows != min(n, 50) {
			t.Errorf("%s says %d and opens %d", l[2], n, rows)
		}
	}
	for f, want := range map[string]int{"offers": len(s.in.Offers), "demands": len(s.in.Demands), "plans": 1, "answers_agreed": 1, "answers_refused": 1, "calls_agreed": 0, "stale": 0} {
		if got[f] != want {
			t.Errorf("%s is %d, want %d", f, got[f], want)
		}
	}
	if got["lines"] == 0 {
		t.Error("a released plan has no lines in the report")
	}
	left := regexp.MustCompile(`<a href="(/plan/\d+\?[^"]+)"[^>]*>(\d+)</a>`).FindAllStringSubmatch(page, -1)
	if len(left) == 0 {
		t.Error("no reason leads to its list")
	}
	for _, l := range left {
		n, _ := strconv.Atoi(l[2])
		list := s.get(t, "leader", strings.ReplaceAll(strings.TrimSuffix(l[1], "#left"), "&amp;", "&"))
		_, list, _ = strings.Cut(list, `class="unm"`)
		list, _, _ = strings.Cut(list, "</section>")
		if cards := strings.Count(list, "<article"); cards != min(n, leftShown) {
			t.Errorf("%s says %d and opens %d", l[1], n, cards)
		}
	}
	for path, kind := range map[string]string{"/reports/week.pdf": "%PDF-", "/reports/week.xlsx": "PK"} {
		if a := s.do(t, "leader", "GET", path+"?to="+todayText(), nil); a.status != 200 || !strings.HasPrefix(a.body, kind) {
			t.Errorf("%s: %d %q", path, a.status, a.body[:min(8, len(a.body))])
		}
	}
	if a := s.do(t, "leader", "GET", "/reports/week/nothing", nil); a.status != 404 {
		t.Errorf("an unknown figure: %d", a.status)
	}
	s.get(t, "auditor", "/reports/week?lang=en", "Weekly report")
}

// todayText is the day on which the test's rows are written: the database's clock.
func todayText() string { return calendar.DayOf(inVietnam(time.Now())).String() }
