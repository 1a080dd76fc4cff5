package ismskit_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// By the last day of 賴思妤 her successor and every head above her have left. What cannot
// stay with nobody stays hers and is told; once there is a head again it comes to him the
// next day, and is hers again when she is back.
func TestWhatNeedsSomebodyStaysUntilSomebodyIsThere(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		last, back := dayOf(2026, 11, 30), dayOf(2027, 3, 1)
		o.joins("system.system_admin", "P10")
		o.change(register.Posts, "T09", func(v forms.Values) { v["head"] = true })
		sheet := o.handsOver("unpaid_leave", last, forms.Values{"return_day": back}, nil)
		for _, who := range []string{"P06", "P04", "P01"} {
			o.leave(who)
		}
		o.until(morning(last.AddDays(1)))
		if who := o.owner("S01"); who != "P05" {
			t.Errorf("the system is %q's", who)
		}
		o.wantTimes("T09", "P05 …")
		var left []string
		for _, n := range o.read("P10", sheet.Case).NotHanded {
			left = append(left, n.What.In("zh-TW")+"："+n.Why.In("zh-TW"))
		}
		for _, what := range []string{"職務：資訊室　分析師：無人可承接", "應用系統承辦人：AD 帳號：無人可承接"} {
			if !slices.Contains(left, what) {
				t.Errorf("left: %q, not %s", left, what)
			}
		}

		o.held("T07", holds("P10", last.AddDays(1), calendar.Date{}))
		o.until(morning(last.AddDays(2)))
		if who := o.owner("S01"); who != "P10" {
			t.Errorf("once there is a head the system is %q's", who)
		}
		o.wantTimes("T09", "P05 …2026-11-30, P10 2026-12-01…")
		o.until(morning(back))
		if who := o.owner("S01"); who != "P05" {
			t.Errorf("when she is back the system is %q's", who)
		}
		o.wantTimes("T09", "P05 …2026-11-30, P10 2026-12-01…2027-02-28, P05 2027-03-01…")
	})
}

// The sheet is signed some days after the last day of 賴思妤: an absence of hers that ended
// in between ends when it did, with who stood in then.
func TestALateSheetLeavesAnAbsenceThatIsOver(t *testing.T) {
	o := openOffice(t, nil)
	from, ends := monday.Add(time.Hour), monday.Add(30*time.Hour)
	entry := func(id, principal, deputy string) ismskit.RowChange {
		return ismskit.RowChange{List: register.Deputies, ID: id, Values: forms.Values{
			"principal": ref(register.People, principal), "ordered": []forms.Ref{ref(register.People, deputy)}, "from": from, "to": ends,
		}}
	}
	if err := o.kit.Registers().Import(o.ctx, ismskit.System("test"), []ismskit.RowChange{entry("D1", "P05", "P06"), entry("D2", "P12", "P05")}); err != nil {
		t.Fatal(err)
	}
	o.role("organisation", "personnel_officer", "P10")
	sheet := o.hands("P05", "leaving", calendar.DateOf(monday.In(taipei)), nil)
	o.until(monday.AddDate(0, 0, 3))
	o.signed(sheet, o.named("P04", sheet.Case, everything("P06")))
	o.settle()
	for id, deputy := range map[string]string{"D1": "P06", "D2": "P05"} {
		now := o.fields(register.Deputies, id)
		if to, _ := now["to"].(time.Time); !to.Equal(ends) {
			t.Errorf("%s ended %s, and now says %s", id, ends, to)
		}
		if who, _ := now["ordered"].([]forms.Ref); len(who) != 1 || who[0].ID != deputy {
			t.Errorf("%s says that %v stood in", id, who)
		}
	}
}

// interrupted is a store during one of whose transactions something else happens first.
type interrupted struct {
	ismskit.Store
	after int // 0: nothing
	do    func()
}

func (m *interrupted) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	if m.after > 0 {
		if m.after--; m.after == 0 {
			m.do()
		}
	}
	return m.Store.Update(ctx, fn)
}

// 賴思妤 still signs something while her sheet takes effect: who follows is told of what
// came to him, and it did not.
func TestWhatIsSignedMeanwhileIsNotCountedAsPassed(t *testing.T) {
	counted := func(after int) (told string, signed bool) {
		t.Helper()
		store := &interrupted{Store: memory.New()}
		o := openOffice(t, store)
		asked := o.apply("P13", threeRows())
		o.act("P11", asked.Case, ismskit.Action{Verb: workflow.VerbAddBefore, People: []string{"P05"}})
		o.handsOver("leaving", dayOf(2026, 11, 30), nil, nil)
		o.until(dayOf(2026, 12, 1).Start(taipei).Add(-time.Minute))
		store.after, store.do = after, func() {
			_, err := o.kit.Act(o.ctx, o.as("P05"), asked.Case, ismskit.Action{Verb: workflow.VerbApprove})
			signed = err == nil // by then it may have passed
		}
		o.until(morning(dayOf(2026, 12, 1)))
		for _, m := range o.noticesOf("P06") {
			if m.Rule == "handed_over" {
				told += m.Subject
			}
		}
		return told, signed
	}
	whole, _ := counted(0)
	if !strings.Contains(whole, "項") {
		t.Fatalf("he is told %q", whole)
	}
	before := ""
	for after := 1; after < 8; after++ {
		told, signed := counted(after)
		if signed == (told == whole) {
			t.Errorf("in transaction %d: signed %v, he is told %q", after, signed, told)
		}
		if signed {
			before = told
		}
	}
	if before == "" {
		t.Error("she never signed in time")
	}
}
