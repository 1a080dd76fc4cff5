package ismskit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Who is asked beside a step reads what is asked of him, in his task, in his list, in the notice
// and on the record: he is not the head whose step it is.
func TestWhoIsAskedBesideAStepIsNotCalledByIt(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		asks := func(verb workflow.Verb, person, comment, name string) {
			t.Helper()
			o.act("P11", id, ismskit.Action{Verb: verb, People: []string{person}, Comment: comment})
			o.settle()
			mine := o.read(person, id).Mine
			if len(mine) != 1 || mine[0].Name.In("zh-TW") != name || mine[0].Asked != comment {
				t.Fatalf("%s: asked %+v", verb, mine)
			}
			list := o.todo(person)
			if i := slices.IndexFunc(list, func(x ismskit.Todo) bool { return x.Case == id }); i < 0 || list[i].StepName.In("zh-TW") != name {
				t.Errorf("%s: listed as %+v", verb, list)
			}
			notices := o.noticesOf(person)
			if n := notices[len(notices)-1]; !strings.Contains(n.Subject, "待您辦理："+name) {
				t.Errorf("%s: told %s", verb, n.Subject)
			}
			o.act(person, id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
			trail := o.read("P11", id).Trail
			if e := trail[len(trail)-1]; e.StepName.In("zh-TW") != name || trail[len(trail)-2].StepName.In("zh-TW") != "科長" {
				t.Errorf("%s: on record as %s", verb, e.StepName.In("zh-TW"))
			}
		}
		asks(workflow.VerbAddBefore, "P05", "請先看技術部分", "加簽（科長）")
		asks(workflow.VerbConsult, "P04", "請資訊室表示意見", "加會（科長）")
		asks(workflow.VerbDelegate, "P12", "請先查明", "交辦（科長）")

		// Who signs afterwards was asked before the yes with which his task opens.
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbAddAfter, People: []string{"P06"}, Comment: "請複閱金額"})
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "擬同意"})
		if m := o.read("P06", id).Mine[0]; m.Asked != "請複閱金額" || m.Name.In("zh-TW") != "加簽（科長）" {
			t.Errorf("afterwards: %q %s", m.Asked, m.Name.In("zh-TW"))
		}
		// Who takes that over is asked the same.
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbReassign, Task: o.read("P06", id).Mine[0].ID, People: []string{"P10"}, Comment: "出差"})
		if m := o.read("P10", id).Mine[0]; m.Asked != "請複閱金額" {
			t.Errorf("taken over: %q", m.Asked)
		}
		o.act("P10", id, ismskit.Action{Verb: workflow.VerbApprove})
		if m := o.read("P01", id).Mine[0]; m.Asked != "" || m.Name.In("zh-TW") != "局長" {
			t.Errorf("the step's own: %q %s", m.Asked, m.Name.In("zh-TW"))
		}
	})
}

// A unit is asked by its name (加會): its head is, of a unit that has ended whoever heads what has
// taken it over, and of one without a head the one above, who is told why. Nobody at all is said by the unit's name.
func TestAUnitIsConsulted(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		consult := func(units ...string) ismskit.Action {
			return ismskit.Action{Verb: workflow.VerbConsult, Units: units, Comment: "請表示意見"}
		}
		o.refused(workflow.ErrUnknownUnit, "P11", id, consult("U99"))
		// One that has ended is refused as such, if nothing has taken it over.
		o.put(register.Units, "U20", forms.Values{"name": "檔案室", "kind": "unit", "parent": unit("U00"), "to": calendar.DateOf(o.now.In(taipei)).AddDays(-1)})
		o.settle()
		if _, err := o.kit.Act(o.ctx, o.as("P11"), id, consult("U20")); !errors.Is(err, workflow.ErrUnitEnded) || !strings.Contains(workflow.AsRefusal(err).Message("zh-TW"), "「檔案室」已裁撤") {
			t.Errorf("a unit that has ended: %v", err)
		}
		o.refused(workflow.ErrAlready, "P11", id, consult("U06")) // his own
		o.refused(workflow.ErrUnits, "P11", id, ismskit.Action{Verb: workflow.VerbAddBefore, People: []string{"P05"}, Units: []string{"U03"}})
		o.refused(workflow.ErrNotAssigned, "P13", id, consult("U03")) // who may ask nobody asks no unit

		o.act("P11", id, consult("U03", "U03")) // named twice it is asked once
		o.settle()
		mine := o.read("P04", id).Mine
		if len(mine) != 1 || mine[0].Kind != workflow.KindConsult || mine[0].Name.In("zh-TW") != "加會資訊室（科長）" || mine[0].Asked != "請表示意見" {
			t.Fatalf("the head of the unit is asked %+v", mine)
		}
		if why := mine[0].Why.In("zh-TW"); !strings.Contains(why, "請資訊室表示意見，由您代表該單位") {
			t.Errorf("because %s", why)
		}
		if n := o.noticesOf("P04"); !strings.Contains(n[len(n)-1].Subject, "加會資訊室（科長）") {
			t.Errorf("told %s", n[len(n)-1].Subject)
		}
		// Of whom he gives it to the same is said: it is the unit that was asked, and says so on the record.
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbReassign, Task: mine[0].ID, People: []string{"P05"}, Comment: "請代答"})
		o.settle()
		if m := o.read("P05", id).Mine; len(m) != 1 || m[0].Name.In("zh-TW") != "加會資訊室（科長）" || m[0].Asked != "請表示意見" {
			t.Fatalf("who answers for him is asked %+v", m)
		}
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
		c := o.read("P11", id)
		if mine := c.Mine; len(mine) != 1 || mine[0].Status != workflow.TaskOpen {
			t.Errorf("it came back as %+v", mine)
		}
		last := c.Trail[len(c.Trail)-1]
		if asked := c.Trail[len(c.Trail)-3]; !slices.Equal(asked.Asked, []string{"資訊室"}) || last.StepName.In("zh-TW") != "加會資訊室（科長）" || last.By.Person != "P05" {
			t.Errorf("on record: asked %v, answered in %s", asked.Asked, last.StepName.In("zh-TW"))
		}
		if i := slices.IndexFunc(c.Way.Steps[0].Acts, func(a ismskit.RouteAct) bool { return a.By.Person == "P05" }); i < 0 || c.Way.Steps[0].Acts[i].Asked != "資訊室" {
			t.Errorf("on its way: %+v", c.Way.Steps[0].Acts)
		}
		sheet := print.Of(c, ismskit.Imprint{Lang: "zh-TW"})
		stamped := fmt.Sprintf("%+v", sheet.Stamps)
		if noted := fmt.Sprintf("%+v", sheet.Trail); !strings.Contains(stamped, "加會資訊室（") || !strings.Contains(noted, "加會單位：資訊室") {
			t.Errorf("printed: %s %s", stamped, noted)
		}

		// Without a head the one above is asked, who reads why; two such units ask him once.
		nobody := func(post string) {
			o.change(register.Posts, post, func(v forms.Values) { v["holders"] = []forms.Row{} })
			o.settle()
		}
		nobody("T07")
		o.put(register.Units, "U02", forms.Values{"name": "秘書室", "kind": "unit", "parent": unit("U00")})
		o.settle()
		// Where he heads one of them himself, he reads of the other alone why it came to him.
		for _, units := range [][]string{{"U00", "U03"}, {"U03", "U00"}} {
			o.act("P11", id, consult(units...))
			names := map[string]string{"U00": "民政局", "U03": "資訊室"}
			want := "請" + names[units[0]] + "、" + names[units[1]] + "表示意見，由您代表各該單位（資訊室目前無主管，改由民政局主管辦理）"
			if mine := o.read("P01", id).Mine; len(mine) != 1 || !strings.HasSuffix(mine[0].Why.In("zh-TW"), want) || !strings.Contains(mine[0].Why.In("en"), names[units[0]]+", "+names[units[1]]) {
				t.Fatalf("he speaks for both: %+v", mine)
			}
			o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
			trail := o.read("P11", id).Trail
			if said := trail[len(trail)-1].Elsewhere.In("zh-TW"); said != "資訊室目前無主管，改由民政局主管辦理" {
				t.Errorf("the record says %q of who answers for them", said)
			}
			if asked := trail[len(trail)-2].Asked; !slices.Equal(asked, []string{names[units[0]], names[units[1]]}) {
				t.Errorf("the record names %q as asked", asked)
			}
		}
		o.act("P11", id, consult("U03", "U02"))
		above := o.read("P01", id).Mine
		if len(above) != 1 || !strings.Contains(above[0].Why.In("zh-TW"), "請資訊室、秘書室表示意見") || !strings.Contains(above[0].Why.In("zh-TW"), "資訊室目前無主管，改由民政局主管辦理；秘書室目前無主管，改由民政局主管辦理") {
			t.Fatalf("above them %+v", above)
		}
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
		trail := o.read("P11", id).Trail
		if said := trail[len(trail)-1].Elsewhere.In("zh-TW"); !strings.Contains(said, "資訊室") {
			t.Errorf("the record says %q of who answers for it", said)
		}
		nobody("T01")
		_, err := o.kit.Act(o.ctx, o.as("P11"), id, consult("U03"))
		if !errors.Is(err, workflow.ErrUnitNobody) || !strings.Contains(workflow.AsRefusal(err).Message("zh-TW"), "資訊室") {
			t.Errorf("nobody is there: %v", err)
		}
	})
}

// What a unit is asked belongs to the post of its head (U6): when that changes hands, or another
// unit takes it over (U2), the opinion is asked of whoever heads it now, and the former head is
// refused with the reason.
func TestWhatAUnitIsAskedFollowsItsHead(t *testing.T) {
	asked := func(o *office) (id string) {
		id = o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbConsult, Units: []string{"U03"}, Comment: "請表示意見"})
		o.settle()
		return id
	}
	follows := func(o *office, id, next, reason string) {
		o.t.Helper()
		o.until(calendar.DateOf(o.now.In(taipei)).AddDays(1).Start(taipei).Add(3 * time.Hour))
		trail := o.read("P11", id).Trail
		if last := trail[len(trail)-1]; last.Verb != workflow.VerbPassOn || last.Comment != reason {
			o.t.Errorf("on the trail: %s %s", last.Verb, last.Comment)
		}
		mine := o.read(next, id).Mine
		if len(mine) != 1 || mine[0].Asked != "請表示意見" || !strings.Contains(mine[0].Why.In("zh-TW"), "請資訊室表示意見") {
			o.t.Fatalf("%s is asked %+v", next, mine)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P04"), id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"}); !errors.Is(err, workflow.ErrPassedOn) {
			o.t.Errorf("the former head: %v", err)
		}
		o.act(next, id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
		if c := o.read("P11", id); len(c.Mine) != 1 || c.Mine[0].Status != workflow.TaskOpen || len(c.Faults) > 0 {
			o.t.Errorf("it came back as %+v, faults %v", c.Mine, c.Faults)
		}
	}
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := asked(o)
		o.change(register.Posts, "T07", func(v forms.Values) {
			v["holders"] = []forms.Row{{forms.RowID: "h1", "person": ref(register.People, "P05")}}
		})
		o.settle()
		follows(o, id, "P05", "「資訊室主任」由江志恆改為賴思妤，本件改由賴思妤辦理")
	})
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := asked(o)
		o.put(register.Units, "U10", forms.Values{"name": "資訊處", "kind": "unit", "parent": unit("U00"), "head": ref(register.Posts, "T30")})
		o.post("T30", "處長", "U10", "P20", true, "T01")
		o.hire("P20", "莊景文", "T30", "U10")
		o.change(register.Units, "U03", func(v forms.Values) {
			v["to"], v["successors"] = calendar.DateOf(o.now.In(taipei)), []forms.Ref{ref(register.Units, "U10")}
		})
		o.settle()
		follows(o, id, "P20", "「資訊室主任」之業務已由資訊處承接，本件改由莊景文辦理")
	})
}

// Of a unit that has ended and the one that has taken it over, both named, the one there is today
// gives the opinion: no unit stands on record as asked which was none any more.
func TestAnEndedUnitAndItsSuccessorAreAskedAsOne(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		o.put(register.Units, "U10", forms.Values{"name": "資訊處", "kind": "unit", "parent": unit("U00"), "head": ref(register.Posts, "T30")})
		o.post("T30", "處長", "U10", "P20", true, "T01")
		o.hire("P20", "莊景文", "T30", "U10")
		o.change(register.Units, "U03", func(v forms.Values) {
			v["to"], v["successors"] = calendar.DateOf(o.now.In(taipei)), []forms.Ref{ref(register.Units, "U10")}
		})
		o.until(o.now.AddDate(0, 0, 1))
		for _, units := range [][]string{{"U03", "U10"}, {"U10", "U03"}} {
			o.act("P11", id, ismskit.Action{Verb: workflow.VerbConsult, Units: units, Comment: "請表示意見"})
			if mine := o.read("P20", id).Mine; len(mine) != 1 || mine[0].Name.In("zh-TW") != "加會資訊處（科長）" {
				t.Fatalf("%v asks %+v", units, mine)
			}
			o.act("P20", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
		}
		// By its former name alone it is asked all the same, and it is said who answers for it.
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbConsult, Units: []string{"U03"}, Comment: "請表示意見"})
		if mine := o.read("P20", id).Mine; len(mine) != 1 || mine[0].Name.In("zh-TW") != "加會資訊室（科長）" || !strings.Contains(mine[0].Why.In("zh-TW"), "資訊處") {
			t.Errorf("the former one asks %+v", mine)
		}
	})
}
