package catalog

import (
	"context"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// underWay is what somebody is told beside a case, failing unless it is as much as n.
func (o *office) underWay(person, id string, n int) []ismskit.UnderWay {
	o.Helper()
	c, err := o.kit.Case(o.ctx, o.as(person), id)
	must(o, err)
	if len(c.UnderWay) != n {
		o.Fatalf("%s is told %+v", person, c.UnderWay)
	}
	return c.UnderWay
}

// listed is what a list says beside a task of a case, failing unless it is as much as n.
func (o *office) listed(person, id string, everybody bool, n int) []ismskit.UnderWay {
	o.Helper()
	todos, err := o.kit.Tasks(o.ctx, o.as(person), ismskit.TodoFilter{Case: id, Everybody: everybody, UnderWay: true})
	must(o, err)
	if len(todos) != 1 || len(todos[0].UnderWay) != n {
		o.Fatalf("the list of %s says %+v", person, todos)
	}
	return todos[0].UnderWay
}

// Whoever is told to close an account learns that more time is being asked for; whoever
// asks for it learns that the account is to be closed. A draft is its writer's alone:
// only that there is one is told, for the answer that it followed has been given.
func TestWhoClosesAnAccountLearnsOfItsExtension(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		question, _ := o.waiting(TypeGrantExtension, "G02")
		o.act("P13", question.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": calendar.Date{Year: 2027, Month: time.June, Day: 30}}})
		o.runTo(at(time.December, 3, 9, 0))
		closure, ok := o.waiting(TypeGrantClosure, "G02")
		if !ok {
			t.Fatal("nothing is to be closed")
		}
		told := o.underWay("P10", closure.Case, 1)[0]
		if told.Kind != ismskit.ConcernExtension || !told.Unsent || told.Case != "" || told.Number != "" || told.Type.Key != "" || told.Word != "" {
			t.Errorf("of another's draft he is told %+v", told)
		}
		if told := o.listed("P10", closure.Case, false, 1)[0]; told.Kind != ismskit.ConcernExtension || !told.Unsent || told.Case != "" || told.Number != "" {
			t.Errorf("his list says of another's draft %+v", told)
		}
		// The list of everybody's tasks tells of nothing that its reader may not open.
		o.listed("P11", closure.Case, true, 0)
		drafts, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{Phases: []string{"draft"}})
		must(t, err)
		id := drafts[0].ID
		if told := o.underWay("P13", id, 1)[0]; told.Kind != ismskit.ConcernClosure || told.Case != closure.Case {
			t.Errorf("the draft says %+v", told)
		}

		// Sent with a row for another system, whose administrator has nothing to do with it.
		draft, err := o.kit.Case(o.ctx, o.as("P13"), id)
		must(t, err)
		filled := draft.Fields.Clone()
		own := filled["lines"].([]forms.Row)[0]
		other := o.adLine("qh150013", "folder_read")
		other[forms.RowID], other["account_user"], other["responsible"] = "r2", own["account_user"], own["responsible"]
		filled["reason"], filled["lines"] = "續辦公文", []forms.Row{own, other}
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbSubmit, Values: filled})
		if told := o.underWay("P10", closure.Case, 1)[0]; told.Unsent || told.Number == "" || told.Case != "" || told.Step.In("zh-TW") != "單位主管" {
			t.Errorf("of what was sent he is told %+v", told)
		}
		if told := o.listed("P10", closure.Case, false, 1)[0]; told.Unsent || told.Number == "" || told.Case != "" {
			t.Errorf("his list says of what was sent %+v", told)
		}
		if told := o.listed("P11", closure.Case, true, 1)[0]; told.Case != id {
			t.Errorf("the list of who may read the request says %+v", told)
		}
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		sent, err := o.kit.Case(o.ctx, loading, id)
		must(t, err)
		for _, row := range sent.Rows {
			if row.Row == "r2" {
				o.underWay("P05", row.Case.ID, 0)
			} else if told := o.underWay("P10", row.Case.ID, 1)[0]; told.Case != closure.Case {
				t.Errorf("the row says %+v", told)
			}
		}
		// He may open the request now, since a row of it is his.
		if told := o.underWay("P10", closure.Case, 1)[0]; told.Case != id {
			t.Errorf("he is told %+v", told)
		}
	})
}

// More time may be asked for without having been asked: the request is found by its
// permission. A draft of it is nobody's business, and so is a request for another
// permission of that account or another's account.
func TestWhoClosesAnAccountLearnsOfARequestNobodyAskedFor(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.runTo(at(time.December, 3, 9, 0))
		closure, ok := o.waiting(TypeGrantClosure, "G02")
		if !ok {
			t.Fatal("nothing is to be closed")
		}
		open := func(person string, values forms.Values, submit bool) string {
			r, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: TypeAccountRequest, Submit: submit, Values: values})
			must(o, err)
			return r.Case
		}
		open("P13", o.extension("P13", "qh150013", "S01", "general_user"), true)
		open("P12", o.extension("P12", "qh150012", "S02", "officer"), true)
		draft := open("P13", o.extension("P13", "qh150013", "S02", "officer"), false)
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		o.underWay("P10", closure.Case, 0)
		o.listed("P10", closure.Case, false, 0)

		o.act("P13", draft, ismskit.Action{Verb: workflow.VerbSubmit})
		if told := o.underWay("P10", closure.Case, 1)[0]; told.Kind != ismskit.ConcernExtension || told.Unsent || told.Number == "" || told.Case != "" {
			t.Errorf("he is told %+v", told)
		}
		if told := o.underWay("P13", draft, 1)[0]; told.Kind != ismskit.ConcernClosure {
			t.Errorf("the request says %+v", told)
		}
		o.act("P13", draft, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不再需要"})
		o.underWay("P10", closure.Case, 0)
	})
}

// During an upgrade of two servers the later program may have written a request that the
// earlier one cannot read. It is left out, and fails neither the list of whoever closes
// accounts nor the closing.
func TestARequestThatCannotBeReadHereFailsNoList(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.runTo(at(time.December, 3, 9, 0))
		closure, ok := o.waiting(TypeGrantClosure, "G02")
		if !ok {
			t.Fatal("nothing is to be closed")
		}
		ask := func() string {
			r, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeAccountRequest, Submit: true, Values: o.extension("P13", "qh150013", "S02", "officer")})
			must(o, err)
			return r.Case
		}
		read, later := ask(), ask()
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		o.underWay("P10", closure.Case, 2)

		o.store(func(ctx context.Context, tx ismskit.Tx) error {
			row, err := tx.Cases().Get(ctx, later)
			if err != nil {
				return err
			}
			row.Revision++
			row.State = append([]byte(`{"later":true,`), row.State[1:]...)
			return tx.Cases().Update(ctx, row, nil, nil)
		})
		if _, err := o.kit.Case(o.ctx, loading, later); err == nil {
			t.Fatal("the request can be read all the same")
		}
		o.underWay("P10", closure.Case, 1)
		if told := o.listed("P10", closure.Case, false, 1)[0]; told.Number != o.numbered(read) {
			t.Errorf("his list says %+v", told)
		}
		if told := o.listed("P11", closure.Case, true, 1)[0]; told.Case != read {
			t.Errorf("the list of who may read them says %+v", told)
		}
	})
}

// extension is a request for more time that nobody asked for.
func (o *office) extension(user, account, system, item string) forms.Values {
	b := o.l.books
	return forms.Values{"subject": "延長使用", "op": opExtend, "reason": "業務需要", "lines": []forms.Row{{
		forms.RowID: "r1", "system": b.ref(register.Systems, system), "permission": []string{item}, "purpose": "承辦公文",
		"account_user": b.person(user), "responsible": b.person(user), "account": account,
		"period": forms.Period{From: date(time.December, 3), To: calendar.Date{Year: 2027, Month: time.June, Day: 30}},
	}}}
}

// numbered is the number of a case.
func (o *office) numbered(id string) string {
	o.Helper()
	c, err := o.kit.Case(o.ctx, loading, id)
	must(o, err)
	return c.Number
}

// store writes as no action does.
func (o *office) store(fn func(ctx context.Context, tx ismskit.Tx) error) {
	o.Helper()
	must(o, o.l.cfg.Store.Update(o.ctx, fn))
}
