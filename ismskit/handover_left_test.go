package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// circle loads absences as a host brings them along: 江志恆 has 賴思妤 and 方冠宇 act for
// him, who is away himself and has 江志恆. No change of the first entry is accepted while
// the second one is there.
func (o *office) circle() {
	o.t.Helper()
	entry := func(id, principal string, deputies ...string) ismskit.RowChange {
		var ordered []forms.Ref
		for _, d := range deputies {
			ordered = append(ordered, ref(register.People, d))
		}
		return ismskit.RowChange{List: register.Deputies, ID: id, Values: forms.Values{
			"principal": ref(register.People, principal), "ordered": ordered, "from": morning(dayOf(2026, 11, 25)).UTC(), "to": morning(dayOf(2026, 12, 20)).UTC(),
		}}
	}
	if err := o.kit.Registers().Import(o.ctx, ismskit.System("test"), []ismskit.RowChange{entry("D1", "P04", "P05", "P06"), entry("D2", "P06", "P04")}); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) mayTryAgain(who, sheet string) bool {
	o.t.Helper()
	return slices.ContainsFunc(o.read(who, sheet).Others, func(a ismskit.OtherAct) bool { return a.Verb == ismskit.VerbHandAgain })
}

// notHandedTo are the notices that tell somebody what was not handed over.
func (o *office) notHandedTo(who string) []string {
	o.t.Helper()
	var out []string
	for _, m := range o.noticesOf(who) {
		if m.Rule == "not_handed" {
			out = append(out, m.Body)
		}
	}
	return out
}

// What a rule forbids to pass stays: whoever began the sheet and the head are told what and
// why, the sheet and its trail say it, and it is tried again the next day.
func TestWhatCouldNotBeHandedOverIsToldAndTriedAgain(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		last := dayOf(2026, 11, 30)
		o.circle()
		sheet := o.handsOver("leaving", last, nil, nil)
		o.until(morning(last.AddDays(1)))
		c := o.read("P10", sheet.Case)
		if len(c.NotHanded) != 1 || c.NotHanded[0].What.In("zh-TW") != "代理他人職務：江志恆" || !strings.Contains(c.NotHanded[0].Why.In("zh-TW"), "互為代理") {
			t.Fatalf("left: %+v", c.NotHanded)
		}
		if over, found := o.sheetFor("P05"); found {
			t.Errorf("it has taken effect, and her page still says %+v", over)
		}
		if e := c.Trail[len(c.Trail)-1]; e.Verb != ismskit.VerbHandOver || !strings.HasPrefix(e.Comment, "未能移交：代理他人職務：江志恆（") {
			t.Errorf("the trail says %s %q", e.Verb, e.Comment)
		}
		for _, who := range []string{"P10", "P04"} {
			if told := o.notHandedTo(who); len(told) != 1 || !strings.Contains(told[0], "代理他人職務：江志恆（") {
				t.Errorf("%s is told %q", who, told)
			}
			if !o.mayTryAgain(who, sheet.Case) {
				t.Errorf("%s may not have it tried again", who)
			}
		}
		if _, err := o.kit.Act(o.ctx, o.as("P01"), sheet.Case, ismskit.Action{Verb: ismskit.VerbHandAgain}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("somebody else has it tried again: %v", err)
		}

		o.until(morning(last.AddDays(2)))
		if told := o.notHandedTo("P10"); len(told) != 1 {
			t.Errorf("told again for the same: %q", told)
		}
		o.change(register.Deputies, "D2", func(v forms.Values) { v["ordered"] = []forms.Ref{ref(register.People, "P10")} })
		o.until(morning(last.AddDays(3)))
		if c := o.read("P10", sheet.Case); len(c.NotHanded) > 0 || c.Trail[len(c.Trail)-1].Comment != "已補行移交：代理他人職務：江志恆。" || len(c.Faults) > 0 {
			t.Errorf("left: %+v, the trail says %q, %v", c.NotHanded, c.Trail[len(c.Trail)-1].Comment, c.Faults)
		}
		if deputies, _ := o.fields(register.Deputies, "D1")["ordered"].([]forms.Ref); len(deputies) != 1 || deputies[0].ID != "P06" {
			t.Errorf("deputies: %v", deputies)
		}
	})
}

// A second try for somebody who has moved is about what was left, and takes nothing that is
// hers in the new post.
func TestASecondTryTakesNothingFromTheNewPost(t *testing.T) {
	o := openOffice(t, nil)
	last := dayOf(2026, 11, 30)
	asked := o.apply("P06", threeRows())
	o.act("P04", asked.Case, ismskit.Action{Verb: workflow.VerbAddBefore, People: []string{"P05"}})
	sheet := o.handsOver("transfer", last, moves("U06", "", last.AddDays(1)), nil)
	o.until(morning(last.AddDays(1)))
	if c := o.read("P10", sheet.Case); len(c.NotHanded) != 1 || c.NotHanded[0].Row == "" {
		t.Fatalf("left: %+v", c.NotHanded)
	}
	o.change(register.Systems, "S04", func(v forms.Values) { v["owner"] = ref(register.People, "P05") })
	o.act("P10", sheet.Case, ismskit.Action{Verb: ismskit.VerbHandAgain})
	o.until(morning(last.AddDays(3)))
	if who := o.owner("S04"); who != "P05" {
		t.Errorf("what came to her in the new post is %s's", who)
	}
	if c := o.read("P10", sheet.Case); len(c.NotHanded) != 1 {
		t.Errorf("left: %+v", c.NotHanded)
	}
}
