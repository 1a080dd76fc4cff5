package ismskit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// Whatever transaction of a sheet is lost, whoever keeps the logins is told that somebody
// has left, and once.
func TestALostTransactionLosesNoNoticeOfALogin(t *testing.T) {
	for fails := 1; fails < 16; fails++ {
		t.Run(fmt.Sprint(fails), func(t *testing.T) {
			store := &faulty{Store: memory.New()}
			o := openOffice(t, store)
			o.joins("system.system_admin", "P01")
			o.circle() // so that something is left for later tries
			last := dayOf(2026, 11, 30)
			o.handsOver("leaving", last, nil, nil)
			o.until(last.AddDays(1).Start(taipei).Add(-time.Minute))
			store.after = fails
			if err := o.kit.RunUntil(o.ctx, morning(last.AddDays(1))); err != nil && store.after > 0 {
				t.Fatal(err)
			}
			store.after = 0
			o.until(morning(last.AddDays(3)))
			told := slices.DeleteFunc(o.noticesOf("P01"), func(m ismskit.Message) bool { return m.Rule != "close_login" })
			if len(told) != 1 {
				t.Errorf("told %d times", len(told))
			}
		})
	}
}

// Between her sheet and the day 賴思妤 is entered in a third unit by hand: there she stays,
// and the sheet says why it did not move her. It is not tried again.
func TestWhoIsEnteredElsewhereMeanwhileStaysThere(t *testing.T) {
	o := openOffice(t, nil)
	last, from := dayOf(2026, 11, 30), dayOf(2026, 12, 3)
	o.vacancy("T18", "科員", "U06")
	sheet := o.handsOver("transfer", last, moves("U06", "T18", from), nil)
	o.until(morning(last.AddDays(1)))
	o.change(register.People, "P05", func(v forms.Values) {
		v["unit"] = unit("U00")
		delete(v, "post")
	})
	o.until(morning(from))
	if at, _ := o.fields(register.People, "P05")["unit"].(forms.Ref); at.ID != "U00" {
		t.Errorf("she is of %s", at.ID)
	}
	if rows, _ := o.fields(register.Posts, "T18")["holders"].([]forms.Row); len(rows) > 0 {
		t.Errorf("and has the post: %v", rows)
	}
	c := o.read("P10", sheet.Case)
	if len(c.NotHanded) != 1 || !c.NotHanded[0].Over || !strings.Contains(c.NotHanded[0].Why.In("zh-TW"), "另行登錄") || o.mayTryAgain("P10", sheet.Case) {
		t.Errorf("left: %+v", c.NotHanded)
	}
}

// Her post was not known when the sheet was signed, and is entered before the day: the day
// takes nothing of it away, and nobody is asked for it.
func TestAPostEnteredBeforeTheDayIsKept(t *testing.T) {
	o := openOffice(t, nil)
	o.joins("system.system_admin", "P06")
	last, from := dayOf(2026, 11, 30), dayOf(2026, 12, 3)
	o.vacancy("T18", "科員", "U06")
	sheet := o.handsOver("transfer", last, moves("U06", "", from), nil)
	o.until(morning(last.AddDays(1)))
	o.change(register.People, "P05", func(v forms.Values) { v["unit"], v["post"] = unit("U06"), ref(register.Posts, "T18") })
	o.until(morning(from))
	v := o.fields(register.People, "P05")
	if at, _ := v["unit"].(forms.Ref); at.ID != "U06" {
		t.Errorf("she is of %s", at.ID)
	}
	if post, _ := v["post"].(forms.Ref); post.ID != "T18" {
		t.Errorf("her post is %q", post.ID)
	}
	if slices.ContainsFunc(o.noticesOf("P06"), func(m ismskit.Message) bool { return m.Rule == "post_wanted" }) {
		t.Error("somebody is asked for a post that is there")
	}
	if c := o.read("P10", sheet.Case); len(c.NotHanded) > 0 {
		t.Errorf("left: %+v", c.NotHanded)
	}
}

// 邱柏叡's own sheet was on its way when hers was written, and is not signed by the day: he
// still heads 戶政科, and she is not put beside him.
func TestAPostWhoseHolderHasNotGoneIsNotGivenTwice(t *testing.T) {
	o := openOffice(t, nil)
	last := dayOf(2026, 11, 30)
	next := last.AddDays(1)
	o.role("organisation", "personnel_officer", "P10")
	o.hands("P11", "transfer", last, moves("U03", "", next))
	sheet := o.hands("P05", "transfer", last, moves("U06", "T15", next))
	o.signed(sheet, o.named("P04", sheet.Case, everything("P06")))
	o.until(morning(next))
	if got := o.holders("T15"); !slices.Equal(got, []string{"P11"}) {
		t.Errorf("held by %v", got)
	}
	c := o.read("P10", sheet.Case)
	if len(c.NotHanded) != 1 || c.NotHanded[0].Over || !strings.Contains(c.NotHanded[0].Why.In("zh-TW"), "邱柏叡") {
		t.Errorf("left: %+v", c.NotHanded)
	}
}

// In an exchange both sheets are due at the same moment: hers lets his go first, and
// neither says that anything was left.
func TestInAnExchangeWhoHoldsThePostGoesFirst(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		last := dayOf(2026, 11, 30)
		next := last.AddDays(1)
		o.role("organisation", "personnel_officer", "P10")
		his := o.hands("P11", "transfer", last, moves("U03", "", next))
		hers := o.hands("P05", "transfer", last, moves("U06", "T15", next))
		o.signed(hers, o.named("P04", hers.Case, everything("P06")))
		for range 8 {
			for _, who := range []string{"P01", "P04", "P05", "P06", "P11", "P12"} {
				action := ismskit.Action{Verb: workflow.VerbApprove}
				if rows, _ := o.read("P10", his.Case).Fields["items"].([]forms.Row); len(rows) > 0 {
					action.Values = o.named("P10", his.Case, func(row forms.Row) string {
						if row["kind"] == string(ismskit.HoldsPost) {
							return "P05"
						}
						return "P12"
					})
				}
				if _, err := o.kit.Act(o.ctx, o.as(who), his.Case, action); err != nil {
					_, _ = o.kit.Act(o.ctx, o.as(who), his.Case, ismskit.Action{Verb: workflow.VerbApprove}) // whose step it is not is refused
				}
			}
		}
		if c := o.read("P10", his.Case); c.Phase != string(workflow.PhaseClosed) {
			t.Fatalf("his sheet is %s", c.Phase)
		}
		o.until(morning(next))
		for name, id := range map[string]string{"his": his.Case, "hers": hers.Case} {
			if c := o.read("P10", id); len(c.NotHanded) > 0 {
				t.Errorf("%s leaves %+v", name, c.NotHanded)
			}
		}
		if me, err := o.kit.People().Me(o.ctx, o.as("P05")); err != nil || me.Membership.Unit != "U06" || !slices.Equal(me.Membership.Posts, []string{"T15"}) {
			t.Errorf("she is %+v, %v", me.Membership, err)
		}
	})
}

// holders are who has a post now, in order.
func (o *office) holders(post string) []string {
	o.t.Helper()
	var out []string
	rows, _ := o.fields(register.Posts, post)["holders"].([]forms.Row)
	for _, row := range rows {
		who, _ := row["person"].(forms.Ref)
		out = append(out, who.ID)
	}
	return out
}
