package web

import (
	"strconv"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// TestALongListOfRowsIsTurnedOver: fifty at a time, none twice and none left out,
// whatever page is asked for.
func TestALongListOfRowsIsTurnedOver(t *testing.T) {
	rows := make([]ismskit.Todo, 120)
	for i := range rows {
		rows[i].Case = strconv.Itoa(i)
	}
	for asked, want := range map[string]struct {
		first, n       int
		previous, next string
	}{
		"":    {0, 50, "", "/handling?page=2&tab=ended"},
		"2":   {50, 50, "/handling?page=1&tab=ended", "/handling?page=3&tab=ended"},
		"3":   {100, 20, "/handling?page=2&tab=ended", ""},
		"999": {100, 20, "/handling?page=2&tab=ended", ""}, // done meanwhile
		"-7":  {0, 50, "", "/handling?page=2&tab=ended"},
		"x":   {0, 50, "", "/handling?page=2&tab=ended"},
	} {
		page := handlingPage{Ended: true}
		got := page.turnTo(asked, rows)
		if len(got) != want.n || got[0].Case != strconv.Itoa(want.first) || page.Previous != want.previous || page.Next != want.next {
			t.Errorf("page %q: %d rows from %s, %q and %q", asked, len(got), got[0].Case, page.Previous, page.Next)
		}
	}
	for _, few := range []int{0, 50} {
		page := handlingPage{}
		if got := page.turnTo("2", rows[:few]); len(got) != few || page.Previous != "" || page.Next != "" {
			t.Errorf("of %d rows %d, %q and %q", few, len(got), page.Previous, page.Next)
		}
	}
}
