package catalog

import (
	"net/url"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
)

// holds fails when a page answers otherwise or lacks one of the words.
func (s *site) holds(t *testing.T, role auth.Role, method, path string, form url.Values, status int, words ...string) {
	t.Helper()
	got, body := s.do(t, role, method, path, form)
	if got != status {
		t.Errorf("%s %s: %d, want %d", method, path, got, status)
	}
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("%s %s lacks %q", method, path, w)
		}
	}
}

func TestParams_AddedNeverChanged(t *testing.T) {
	s := newSite(t)
	s.holds(t, auth.Officer, "GET", "/params", nil, 200, "Cước xe mỗi km", "14.000 đ/km", "xe 3500 kg")
	in := url.Values{"param_key": {"freight.per_km"}, "param_scope": {"3.500"}, "param_value": {"15.500"}, "param_from": {"1/12/2023"}, "param_source": {"báo giá của nhà xe Hòa Bình"}, "param_confidence": {"told"}}
	s.holds(t, auth.Leader, "POST", "/params", in, 403)
	s.holds(t, auth.Officer, "POST", "/params", in, 303)
	s.holds(t, auth.Officer, "GET", "/params", nil, 200, "15.500 đ/km", "nhà xe Hòa Bình", "14.000 đ/km", "Trước đây")
	bad := url.Values{"param_key": {"x"}, "param_value": {"nhiều"}, "param_from": {""}, "param_to": {"hôm nào"}}
	s.holds(t, auth.Officer, "POST", "/params", bad, 422, `href="#f-param_key"`, `href="#f-param_value"`, `href="#f-param_from"`, `href="#f-param_to"`, `href="#f-param_source"`, `href="#f-param_confidence"`, `value="nhiều"`)
	late := url.Values{"param_key": {"freight.cold_pm"}, "param_value": {"250"}, "param_from": {"1/1/2024"}, "param_to": {"1/12/2023"}, "param_source": {"x"}, "param_confidence": {"seen"}}
	s.holds(t, auth.Officer, "POST", "/params", late, 422, `href="#f-param_to"`)
}

func TestCommodity_SeasonPictureHoldsTet(t *testing.T) {
	s := newSite(t)
	s.holds(t, auth.Officer, "GET", "/commodities/BUOI-DIEN", nil, 200, `<svg`, "Tết", "10/2", `class="pic narrow"`)
}
