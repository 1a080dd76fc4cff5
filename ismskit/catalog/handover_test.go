package catalog

import (
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// handsOver has 鍾明哲 hand over, and everybody sign, to the end of the sheet.
func (o *office) handsOver(reason string, last calendar.Date, more forms.Values) (sheet string) {
	o.Helper()
	values := forms.Values{"person": o.l.books.person("P13"), "reason": reason, "last_day": last}
	for key, v := range more {
		values[key] = v
	}
	r, err := o.kit.Open(o.ctx, o.as("P08"), ismskit.Opening{Type: TypeHandover, Submit: true, Values: values})
	must(o, err)
	must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
	for range 6 {
		c, err := o.kit.Case(o.ctx, loading, r.Case)
		must(o, err)
		for _, t := range c.Flow.Open() {
			who := t.Holder.Named[0].Person
			a := ismskit.Action{Verb: workflow.VerbApprove}
			if t.Step == "name" {
				rows, _ := c.Fields["items"].([]forms.Row)
				var named []forms.Row
				for _, row := range rows {
					cells := forms.Row{forms.RowID: row[forms.RowID]}
					if row["needed"] == true {
						cells["successor"] = o.l.books.person("P14")
					}
					named = append(named, cells)
				}
				a.Values = forms.Values{"items": named}
			}
			o.act(who, r.Case, a)
		}
	}
	if c, err := o.kit.Case(o.ctx, loading, r.Case); err != nil || c.Flow.Outcome != workflow.OutcomeDone {
		o.Fatalf("the sheet is %s, %v", c.Flow.Phase, err)
	}
	return r.Case
}

// 鍾明哲 leaves: what is his own ends with his last day, without end (G03) or with a later one,
// and is to be closed from then on by whoever administers the system. Nobody is asked any more
// whether to extend it. The sheet says so beforehand.
func TestTheAccountsOfWhoLeavesAreClosed(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.runTo(at(time.November, 26, 9, 0)) // the chief is back
		last := date(time.December, 2)       // G02 ends on the third
		sheet := o.handsOver("leaving", last, nil)
		var ending []string
		c, err := o.kit.Case(o.ctx, o.as("P13"), sheet)
		must(t, err)
		for _, held := range c.Ending {
			ending = append(ending, held.Row)
		}
		if !slices.Contains(ending, "G02") || !slices.Contains(ending, "G03") {
			t.Errorf("the sheet tells of %q", ending)
		}
		if p := o.grant("G03").period(); !p.Open {
			t.Errorf("on its way it has ended G03: %+v", p)
		}
		question, asked := o.waiting(TypeGrantExtension, "G02")
		o.runTo(at(time.December, 3, 9, 0))
		for _, id := range []string{"G02", "G03"} {
			if p := o.grant(id).period(); p.Open || p.To != last || o.grant(id).text("state") != grantActive {
				t.Errorf("%s: %+v, %s", id, p, o.grant(id).text("state"))
			}
			_, history, err := o.kit.Registers().Get(o.ctx, loading, register.Grants, id)
			must(t, err)
			if why := history[len(history)-1].Reason; why != "職務移交（"+c.Number+"）" {
				t.Errorf("the history of %s says %q", id, why)
			}
			if _, ok := o.waiting(TypeGrantClosure, id); !ok {
				t.Errorf("nobody is to close %s", id)
			}
		}
		q, err := o.kit.Case(o.ctx, loading, question.Case)
		must(t, err)
		passed := func(task workflow.Task) bool { return task.Status == workflow.TaskMoved }
		if !asked || q.Flow.Outcome != workflow.OutcomeVoid || slices.ContainsFunc(q.Flow.Tasks, passed) {
			t.Errorf("the question whether to extend it ended as %q: %+v", q.Flow.Outcome, q.Flow.Tasks)
		}
		if c, err := o.kit.Case(o.ctx, o.as("P08"), sheet); err != nil || len(c.Ending) > 0 || len(c.NotHanded) > 0 {
			t.Errorf("afterwards: %+v, %+v, %v", c.Ending, c.NotHanded, err)
		}
	})
}

// Who moves keeps his accounts, and so does who is on unpaid leave.
func TestTheAccountsOfWhoStaysGoOn(t *testing.T) {
	for reason, more := range map[string]forms.Values{
		"unpaid_leave": {"return_day": calendar.Date{Year: 2027, Month: time.June, Day: 1}},
		"transfer":     {"new_unit": nil, "post_open": true, "new_from": date(time.December, 3)},
	} {
		t.Run(reason, func(t *testing.T) {
			o := openOffice(t, inMemory(t))
			o.runTo(at(time.November, 26, 9, 0))
			if _, moves := more["new_unit"]; moves {
				more["new_unit"] = o.l.books.unit("U02")
			}
			sheet := o.handsOver(reason, date(time.December, 2), more)
			if c, err := o.kit.Case(o.ctx, o.as("P08"), sheet); err != nil || len(c.Ending) > 0 {
				t.Errorf("the sheet tells of %+v, %v", c.Ending, err)
			}
			o.runTo(at(time.December, 3, 9, 0))
			if p := o.grant("G03").period(); !p.Open {
				t.Errorf("G03: %+v", p)
			}
		})
	}
}
