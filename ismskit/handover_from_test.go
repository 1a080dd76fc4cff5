package ismskit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// What came to 方冠宇 from 賴思妤 says from whom, by which sheet and since when, on his list,
// in the case and on its route: the question that she would have been asked as its applicant,
// and what she was asked to sign before the head. What is still to come of her own request comes
// to him as who goes on with it, not as its applicant.
func TestWhatCameFromALeaverSaysSo(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		own := o.desk()
		last := dayOf(2026, 11, 30)
		sheet := o.hands("P05", "leaving", last, nil)
		o.signed(sheet, o.named("P04", sheet.Case, everything("P06")))
		o.until(morning(last.AddDays(1)))
		from := "原由賴思妤辦理，因職務移交（" + sheet.Number + "）自 115.12.01 起由您接續"
		kinds := map[string]bool{}
		for _, todo := range o.todo("P06") {
			why := todo.Why.In("zh-TW")
			if strings.HasPrefix(why, "江志恆 主任請您先簽") { // he had asked her
				kinds["before"] = strings.HasSuffix(why, "；"+from)
			}
			if todo.Kind != string(workflow.KindQuestion) {
				continue
			}
			if kinds["question"] = true; why != from {
				t.Errorf("on his list: %q", why)
			}
			c := o.read("P06", todo.Case)
			i := slices.IndexFunc(c.Mine, func(m ismskit.MyTask) bool { return m.ID == todo.Task })
			if i < 0 || c.Mine[i].Why.In("zh-TW") != from || c.Way.Steps[0].Why.In("zh-TW") != from {
				t.Errorf("in the case: %+v, on its route: %q", c.Mine, c.Way.Steps[0].Why)
			}
		}
		if !kinds["question"] || !kinds["before"] {
			t.Errorf("his list tells so of %v: %+v", kinds, o.todo("P06"))
		}
		way := o.read("P06", own).Way.Steps
		i := slices.IndexFunc(way, func(s ismskit.RouteStep) bool { return s.Kind == workflow.KindConfirm })
		if i < 0 || way[i].Why.In("zh-TW") != "申請人賴思妤已移交職務（"+sheet.Number+"），自 115.12.01 起由您接續本案" {
			t.Errorf("the way of her request: %+v", way)
		}
	})
}
