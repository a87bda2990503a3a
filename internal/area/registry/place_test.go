package registry

import (
	"context"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/i18n"
)

// panel is the page's part about a place, as text.
func panel(t *testing.T, s *site, key string) string {
	t.Helper()
	book, err := i18n.Load(Texts)
	if err != nil {
		t.Fatal(err)
	}
	ctx := auth.With(i18n.With(context.Background(), book.Printer(i18n.VI)), auth.User{ID: 1, Role: auth.Admin})
	c, err := s.area.PlacePanel(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPlacePanel_CountsUnderBothBorders(t *testing.T) {
	s := newSite(t)
	for _, o := range []Org{
		{Kind: Coop, Name: "HTX Một", Place: "05047@2023"}, {Kind: Coop, Name: "HTX Hai", Place: "05047@2025"}, // Thanh Cao, then Cao Dương
		{Kind: Coop, Name: "HTX Ba", Place: "05221@2023"}, // Đồng Tân was divided
	} {
		if _, err := s.area.Add(ctx, "test", o); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		key  string
		want []string // in this order
	}{
		{"05047@2023", []string{"Xã Thanh Cao", ">1<", "Xã Cao Dương", ">3<"}}, // with HTX Ánh Dương of the old Cao Dương
		{"05047@2025", []string{"Xã Cao Dương", ">3<", "Xã Cao Dương", ">1<", "Xã Thanh Cao", ">1<"}},
		{"05221@2023", []string{"Xã Đồng Tân", ">1<", ">0<", "Chưa phân định", ">1<"}},
	} {
		got := panel(t, s, c.key)
		_, got, ok := strings.Cut(got, "theo hai ranh giới")
		if !ok {
			t.Fatalf("%s has no counts", c.key)
		}
		for _, w := range c.want {
			_, after, ok := strings.Cut(got, w)
			if !ok {
				t.Fatalf("%s: %q does not follow in %s", c.key, w, got)
			}
			got = after
		}
	}
}
