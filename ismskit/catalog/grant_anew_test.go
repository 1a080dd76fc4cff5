package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// anew is a line that asks for what 鍾明哲 has in 公文系統 until 115.12.3 as if it were new.
func (o *office) anew(from, to calendar.Date) forms.Row {
	line := o.extension("P13", "qh150013", "S02", "officer")["lines"].([]forms.Row)[0]
	line["period"] = forms.Period{From: from, To: to}
	return line
}

// recorded opens the account of a line for 公文系統: nobody is warned that it is his own.
func (o *office) recorded(child string) {
	o.Helper()
	o.act("P10", child, ismskit.Action{Verb: workflow.VerbRecord, Result: resultOpened})
}

// 鍾明哲 does not answer whether to extend and asks anew for the same account, for longer.
// It stays: the question about the old end is void, nobody is told to close it then, and
// before the new end he is asked once, and it is closed once.
func TestB5_5AnAccountThatWasAskedForAnewIsNotToBeClosed(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		question, ok := o.waiting(TypeGrantExtension, "G02") // to 115.12.3
		if !ok {
			t.Fatal("nobody is asked")
		}
		to := calendar.Date{Year: 2027, Month: time.June, Day: 30}
		parent, child := o.request("P13", "P12", opAdd, o.anew(date(time.November, 23), to))
		o.recorded(child)
		q, err := o.kit.Case(o.ctx, loading, question.Case)
		must(t, err)
		if last := q.Trail[len(q.Trail)-1]; q.Flow.Outcome != workflow.OutcomeVoid || last.Comment != "由 "+o.numberOf(child)+" 接續，不需停用" {
			t.Errorf("the question ended as %q: %q", q.Flow.Outcome, last.Comment)
		}
		// He who was asked is told which request came in its place.
		o.runTo(at(time.November, 23, 12, 0))
		told, err := o.kit.Queue().Of(o.ctx, loading, question.Case)
		must(t, err)
		if why := "已作廢。原因：由 " + o.numberOf(child) + " 接續，不需停用。"; !slices.ContainsFunc(told, func(m ismskit.Told) bool {
			return m.Person == "P13" && m.Rule == "closed" && strings.HasSuffix(m.Body, why)
		}) {
			t.Errorf("told: %+v, want %s", told, why)
		}
		o.runTo(at(time.December, 10, 9, 0))
		if task, ok := o.waiting(TypeGrantClosure, "G02"); ok {
			t.Errorf("it is to be closed at its old end: %+v", task)
		}
		officer := func(line string) bool { return line != "S02: officer" }
		if got := slices.DeleteFunc(o.accounts("qh150013"), officer); len(got) != 1 {
			t.Errorf("the list has it %d times", len(got))
		}
		o.runTo(time.Date(2027, time.July, 1, 9, 0, 0, 0, taipei))
		closures, err := o.kit.Tasks(o.ctx, loading, ismskit.TodoFilter{Everybody: true, Types: []string{TypeGrantClosure}})
		must(t, err)
		mine := 0
		for _, task := range closures {
			c, err := o.kit.Case(o.ctx, loading, task.Case)
			must(t, err)
			if c.Fields["account"] == "qh150013" {
				mine++
				if grantOf(c.Cause) != parent+".r1" {
					t.Errorf("to be closed is %s", c.Cause)
				}
			}
		}
		if mine != 1 {
			t.Errorf("%d are to be closed at the new end", mine)
		}
	})
}

// The old permission has ended, and its account is to be closed, when the new one is
// handled: from then on the account is in use, and its closing is void.
func TestB5_5ANewPermissionEndsTheClosingOfItsAccount(t *testing.T) {
	o := openOffice(t, inMemory(t))
	o.runTo(at(time.December, 9, 9, 0))
	closing, ok := o.waiting(TypeGrantClosure, "G02")
	if !ok {
		t.Fatal("nothing is to be closed")
	}
	_, child := o.request("P13", "P11", opAdd, o.anew(date(time.December, 9), calendar.Date{Year: 2027, Month: time.June, Day: 30}))
	o.act("P10", child, ismskit.Action{Verb: workflow.VerbRecord, Result: resultOpened}) // it has ended: nothing to warn of
	if c, err := o.kit.Case(o.ctx, loading, closing.Case); err != nil || c.Flow.Outcome != workflow.OutcomeVoid {
		t.Errorf("the closing is %q, %v", c.Flow.Outcome, err)
	}
	if p := o.grant("G02"); p.text("state") != grantClosed {
		t.Errorf("the old one is %s", p.text("state"))
	}
}

// A new one that begins with the old one's end leaves that in force until then. One that
// is over before the old one is asked about by nobody: whoever closes the account at its
// later end closes both.
func TestB5_5OneAccountIsClosedOnce(t *testing.T) {
	o := openOffice(t, inMemory(t))
	_, child := o.request("P13", "P12", opAdd, o.anew(date(time.December, 4), date(time.December, 20)))
	o.recorded(child)
	if g := o.grant("G02"); g.text("state") != grantActive {
		t.Errorf("before the new one begins the old one is %s", g.text("state"))
	}
	shorter, row := o.request("P13", "P12", opAdd, o.anew(date(time.November, 23), date(time.December, 7)))
	o.recorded(row)
	o.runTo(at(time.December, 18, 9, 0))
	for _, id := range []string{"G02", shorter + ".r1"} {
		for _, typ := range []string{TypeGrantExtension, TypeGrantClosure} {
			if task, ok := o.waiting(typ, id); ok {
				t.Errorf("%s: %+v", id, task)
			}
		}
	}
	o.runTo(at(time.December, 21, 9, 0))
	closures, err := o.kit.Tasks(o.ctx, o.as("P10"), ismskit.TodoFilter{Types: []string{TypeGrantClosure}})
	must(t, err)
	if len(closures) != 1 {
		t.Fatalf("%d accounts are to be closed", len(closures))
	}
	o.act("P10", closures[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: resultDisabled, Values: forms.Values{"result_note": "已停用"}})
	if got := o.accounts("qh150013"); slices.Contains(got, "S02: officer") {
		t.Errorf("still in the list: %q", got)
	}
}

// 石家綺's new account is recorded under a name that 鍾明哲 has: whoever records it is
// warned, with whose it is. It is hers as well where he says so, and 鍾明哲 keeps his. The
// next one is told the request by which she has it.
func TestWhoOpensAnAccountThatIsInUseIsWarned(t *testing.T) {
	o := openOffice(t, inMemory(t))
	record := func(user string) (child string, says string) {
		t.Helper()
		line := o.extension(user, "", "S02", "officer")["lines"].([]forms.Row)[0]
		delete(line, "account")
		_, child = o.request("P08", "P03", opAdd, line)
		_, err := o.kit.Act(o.ctx, o.as("P10"), child, ismskit.Action{Verb: workflow.VerbRecord, Result: resultOpened,
			Values: forms.Values{"given_account": "qh150013", "result_note": "已開通"}})
		invalid, ok := errors.AsType[forms.Invalid](err)
		if !ok || len(invalid) != 1 || invalid[0].Field != "result_note" {
			t.Fatalf("%s gets his account: %v", user, err)
		}
		return child, invalid[0].Message("zh-TW")
	}
	child, says := record("P08")
	const held = "IS-04-012-115-0087" // by which he has it as registry
	if !strings.Contains(says, "「qh150013」已是鍾明哲使用中的帳號（"+held+"），請先核對") {
		t.Errorf("warned: %s", says)
	}
	note := func(s string) ismskit.Action {
		return ismskit.Action{Verb: workflow.VerbRecord, Result: resultOpened, Values: forms.Values{"given_account": "qh150013", "result_note": s}}
	}
	o.act("P10", child, note("與鍾明哲共用，同 "+held))
	if g := o.grant("G02"); g.text("state") != grantActive {
		t.Errorf("his permission is %s", g.text("state"))
	}
	// His older item of it has no request: there the account itself is named.
	child, _ = record("P03")
	o.act("P10", child, note("沿用帳號 qh150013"))
}

// What is asked for anew for a shorter time than it is held already changes nothing of its
// end. Who applied, who signs and who records are told so before, and the list keeps it.
func TestWhatIsHeldForLongerAlreadyIsSaid(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		_, child := o.request("P13", "P12", opAdd, o.anew(date(time.November, 23), date(time.December, 1)))
		row, err := o.kit.Case(o.ctx, o.as("P10"), child)
		must(t, err)
		const says = "已有相同權限，使用期限至 115.12.03。本件不變更該期限"
		if len(row.Hints) != 1 || !strings.Contains(row.Hints[0].Text.In("zh-TW"), says) {
			t.Errorf("who records is told %+v", row.Hints)
		}
		for _, reader := range []string{"P13", "P12"} {
			parent, err := o.kit.Case(o.ctx, o.as(reader), row.Parent)
			must(t, err)
			if len(parent.Hints) != 1 || parent.Hints[0].Row != "r1" || !strings.Contains(parent.Hints[0].Text.In("zh-TW"), says) {
				t.Errorf("%s is told %+v", reader, parent.Hints)
			}
		}
		o.recorded(child)
		if g := o.grant(row.Parent + ".r1"); !strings.Contains(g.text("note"), says) {
			t.Errorf("the list says %q", g.text("note"))
		}
		// For longer than it is held, it is another matter.
		_, longer := o.request("P13", "P12", opAdd, o.anew(date(time.November, 24), calendar.Date{Year: 2027, Month: time.June, Day: 30}))
		if c, err := o.kit.Case(o.ctx, o.as("P10"), longer); err != nil || len(c.Hints) != 0 {
			t.Errorf("of a longer one he is told %+v, %v", c.Hints, err)
		}
	})
}

// A second request for the same, while the first is on its way, is named beside each; a row
// does not name the request that it is of, and one for something else names nothing.
func TestTheSameAskedForTwiceIsSaid(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		long := calendar.Date{Year: 2027, Month: time.June, Day: 30}
		first, child := o.request("P13", "P12", opAdd, o.anew(date(time.November, 23), long))
		o.underWay("P10", child, 0)
		second, again := o.request("P13", "P12", opAdd, o.anew(date(time.November, 24), long))
		for _, id := range []string{second, again} {
			if told := o.underWay("P10", id, 1)[0]; told.Kind != ismskit.ConcernSame || told.Number != o.numberOf(first) {
				t.Errorf("%+v", told)
			}
		}
		o.recorded(child)
		other := o.anew(date(time.November, 24), long)
		other["permission"] = []string{"unit_registry"}
		third, _ := o.request("P13", "P12", opAdd, other)
		o.underWay("P10", third, 0)
	})
}
