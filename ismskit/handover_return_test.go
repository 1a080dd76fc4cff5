package ismskit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// While 賴思妤 is on unpaid leave she is named as who stands in for 方冠宇 in spring, who was
// to stand in for her then. On her return her own entry cannot go on beside that one: the
// rest is hers again, the sheet says what is not and why, and once the reason is mended it is hers at the next
// try, which touches nothing else.
func TestWhatCannotBeGivenBackIsToldAndTriedAgain(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		last, back := dayOf(2026, 11, 30), dayOf(2027, 3, 1)
		spring := morning(dayOf(2027, 5, 31)).UTC()
		o.put(register.Deputies, "D1", forms.Values{"principal": ref(register.People, "P05"), "ordered": []forms.Ref{ref(register.People, "P06")},
			"from": morning(last).UTC(), "to": spring})
		sheet := o.handsOver("unpaid_leave", last, forms.Values{"return_day": back}, nil)
		o.until(morning(last.AddDays(1)))
		err := o.kit.Registers().Import(o.ctx, ismskit.System("test"), []ismskit.RowChange{{List: register.Deputies, ID: "D9", Values: forms.Values{
			"principal": ref(register.People, "P06"), "ordered": []forms.Ref{ref(register.People, "P05")},
			"from": morning(back.AddDays(-7)).UTC(), "to": spring,
		}}})
		if err != nil {
			t.Fatal(err)
		}
		o.until(morning(back))
		if !o.inHouse("P05") || o.owner("S01") != "P05" {
			t.Errorf("she is in the house %v, the system is %s's", o.inHouse("P05"), o.owner("S01"))
		}
		c := o.read("P10", sheet.Case)
		if len(c.NotHanded) != 1 || c.NotHanded[0].Over || !strings.HasSuffix(c.NotHanded[0].What.In("zh-TW"), "，返還賴思妤") || !strings.Contains(c.NotHanded[0].Why.In("zh-TW"), "互為代理") {
			t.Fatalf("left: %+v", c.NotHanded)
		}
		if told := o.notHandedTo("P10"); len(told) != 1 || !strings.Contains(told[0], "返還賴思妤") {
			t.Errorf("who began the sheet is told %q", told)
		}
		o.change(register.Systems, "S01", func(v forms.Values) { v["owner"] = ref(register.People, "P06") })
		o.change(register.Deputies, "D9", func(v forms.Values) { v["ordered"] = []forms.Ref{ref(register.People, "P12")} })
		o.act("P10", sheet.Case, ismskit.Action{Verb: ismskit.VerbHandAgain})
		o.settle()
		if to, _ := o.fields(register.Deputies, "D1")["to"].(time.Time); !to.Equal(spring) {
			t.Errorf("her deputies end %v", to)
		}
		if c := o.read("P10", sheet.Case); len(c.NotHanded) > 0 || !strings.HasPrefix(c.Trail[len(c.Trail)-1].Comment, "已補行移交：") {
			t.Errorf("left: %+v, the trail says %q", c.NotHanded, c.Trail[len(c.Trail)-1].Comment)
		}
		if who := o.owner("S01"); who != "P06" {
			t.Errorf("what was given on since she is back is %s's", who)
		}
	})
}
