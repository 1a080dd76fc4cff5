package ismskit_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// 鍾明哲 asks for accounts for himself and leaves before anybody has signed: whoever opens his
// request, or a row of it, is told that he is no longer there. Who is there is not told of,
// and a closed request looks back at nobody.
func TestARequestSaysThatWhoItNamesHasLeft(t *testing.T) {
	o := openOffice(t, nil)
	id := o.apply("P13", threeRows()).Case
	o.settle()
	gone := func(id string) (out []string) {
		for _, g := range o.read("P04", id).Gone {
			out = append(out, g.Field+" "+g.Label.In("zh-TW")+" "+g.Person+" "+g.Name)
		}
		return out
	}
	if all := gone(id); len(all) > 0 {
		t.Errorf("everybody is there: %q", all)
	}
	o.change(register.People, "P13", func(v forms.Values) { v["from"] = calendar.DateOf(o.now.In(taipei)).AddDays(30) })
	if all := gone(id); len(all) > 0 {
		t.Errorf("his first day was put off: %q", all)
	}
	o.change(register.People, "P13", func(v forms.Values) { delete(v, "from") })
	o.leave("P13")
	if all := gone(id); !slices.Equal(all, []string{"lines.account_user 帳號使用者 P13 鍾明哲"}) {
		t.Errorf("%q", all)
	}
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	row := o.read("P04", id).Rows[0].Case.ID
	if all := gone(row); !slices.Equal(all, []string{"account_user 帳號使用者 P13 鍾明哲"}) {
		t.Errorf("its row: %q", all)
	}
}
