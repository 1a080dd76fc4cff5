package ismskit_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// A deputy who is confined to a form acts in that alone, and whom he stands in for may
// still act himself: he is not away.
func TestADeputyActsWithinHisScope(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{plainType(t)}, func(t *testing.T, o *office) {
		set := func(limits ...ismskit.DeputyLimit) error {
			_, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), ismskit.Absence{
				Deputies: []string{"P12"}, From: o.now, To: o.now.AddDate(0, 0, 5), Reason: "業務分工", Limits: limits,
			})
			return err
		}
		form := ismskit.DeputyLimit{What: ismskit.LimitForm, Key: "IS-04-012"}
		for _, wrong := range []ismskit.DeputyLimit{
			{What: ismskit.LimitForm, Key: "IS-99-999"}, {What: ismskit.LimitModule, Key: "nothing"}, {What: ismskit.LimitSystem, Key: "S99"},
			{What: ismskit.LimitNotStep, Key: "sleep"}, {What: "level", Key: "4"}, {What: "anything", Key: "x"},
		} {
			err := set(wrong)
			invalid, ok := errors.AsType[forms.Invalid](err)
			if !ok || invalid.At("limits") == nil {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		if err := set(form); err != nil {
			t.Fatal(err)
		}
		request := o.apply("P13", oneRow())
		other, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "plain", Values: forms.Values{"subject": "別的事"}, Submit: true})
		if err != nil {
			t.Fatal(err)
		}
		o.settle()
		views, err := o.kit.People().Absences(o.ctx, o.as("P13"), "P11")
		if err != nil || len(views) != 1 || len(views[0].Limits) != 1 || views[0].Limits[0] != form || views[0].Acting.Name != "范語彤" {
			t.Errorf("listed: %+v %v", views, err)
		}
		if people := o.read("P13", request.Case).Way.Steps[0].People; len(people) != 1 || people[0].Acting == nil || people[0].Acting.Person != "P12" || len(people[0].Limits) != 1 {
			t.Errorf("on the route: %+v", people)
		}
		if people := o.read("P13", other.Case).Way.Steps[0].People; len(people) != 1 || people[0].Acting != nil {
			t.Errorf("on the route of the other: %+v", people)
		}
		if todo := o.todo("P12"); len(todo) != 1 || todo[0].Case != request.Case {
			t.Errorf("on the deputy's list: %+v", todo)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P12"), other.Case, ismskit.Action{Verb: workflow.VerbApprove}); err == nil {
			t.Error("he acts beyond his scope")
		}
		o.act("P11", other.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P12", request.Case, ismskit.Action{Verb: workflow.VerbApprove})
	})
}

// Two entries of one person at the same time about the same part are refused, for nobody
// could say whose deputies act; about different parts they stand beside each other, and
// beside one for everything.
func TestScopesOfOnePersonDoNotOverlap(t *testing.T) {
	o := openOffice(t, nil)
	set := func(deputy string, limits ...ismskit.DeputyLimit) string {
		_, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), ismskit.Absence{
			Deputies: []string{deputy}, From: o.now, To: o.now.AddDate(0, 0, 5), Limits: limits,
		})
		if err == nil {
			return ""
		}
		return pathsOf(err)
	}
	form, module := ismskit.DeputyLimit{What: ismskit.LimitForm, Key: "IS-04-012"}, ismskit.DeputyLimit{What: ismskit.LimitModule, Key: "organisation"}
	approve := ismskit.DeputyLimit{What: ismskit.LimitNotStep, Key: "approve"}
	for i, c := range []struct {
		limits []ismskit.DeputyLimit
		wrong  string
	}{
		{[]ismskit.DeputyLimit{form}, ""}, {[]ismskit.DeputyLimit{form}, "from"}, {[]ismskit.DeputyLimit{form, approve}, "from"},
		{[]ismskit.DeputyLimit{module}, ""}, {[]ismskit.DeputyLimit{module, form}, "from"}, {nil, ""}, {nil, "from"},
	} {
		if got := set("P12", c.limits...); got != c.wrong {
			t.Errorf("%d, %v: %q, want %q", i, c.limits, got, c.wrong)
		}
	}
}

// A scope by which nobody would ever act is refused, on the page of deputies and in their list
// alike: a form that is none, or all kinds of steps left out. What stood before stands.
func TestAScopeByWhichNobodyActsIsRefused(t *testing.T) {
	o := openOffice(t, nil)
	var all []ismskit.DeputyLimit
	for _, kind := range []string{"review", "approve", "consult", "handle", "confirm"} {
		all = append(all, ismskit.DeputyLimit{What: ismskit.LimitNotStep, Key: kind})
	}
	none := []ismskit.DeputyLimit{{What: ismskit.LimitForm, Key: "IS-99-999"}}
	for code, limits := range map[string][]ismskit.DeputyLimit{"absence.limits_all": all, "absence.limit_unknown": none} {
		_, err := o.kit.People().SetAbsence(o.ctx, o.as("P13"), ismskit.Absence{Principal: "P13", Deputies: []string{"P12"}, From: o.now, To: o.now.AddDate(0, 0, 5), Reason: "公假", Limits: limits})
		if wrong, ok := errors.AsType[forms.Invalid](err); !ok || len(wrong) != 1 || wrong[0].Code != code {
			t.Errorf("by the page: %v, want %s", err, code)
		}
		var rows []forms.Row
		for i, l := range limits {
			rows = append(rows, forms.Row{forms.RowID: fmt.Sprint("r", i), "what": l.What, "key": l.Key})
		}
		_, err = o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: register.Deputies, ID: "d", Values: forms.Values{
			"principal": ref(register.People, "P13"), "ordered": []forms.Ref{ref(register.People, "P12")}, "from": o.now, "to": o.now.AddDate(0, 0, 5), "reason": "公假", "limits": rows,
		}})
		if wrong, ok := errors.AsType[forms.Invalid](err); !ok || len(wrong) != 1 || wrong[0].Code != code || wrong[0].Field != "limits" {
			t.Errorf("by the list: %v, want %s", err, code)
		}
	}
	if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P13"), ismskit.Absence{Principal: "P13", Deputies: []string{"P12"}, From: o.now, To: o.now.AddDate(0, 0, 5), Reason: "公假", Limits: all[1:]}); err != nil {
		t.Errorf("for reviews alone: %v", err)
	}
}

// What stood before stands: an entry whose limit names a form that is no longer there can still
// be changed, and its other limits too.
func TestALimitThatStoodStands(t *testing.T) {
	store := memory.New()
	gone := memo(t, memoFlow)
	gone.FormNo = "IS-99-001"
	o := openOffice(t, store, gone)
	limits := []ismskit.DeputyLimit{{What: ismskit.LimitForm, Key: "IS-99-001"}}
	if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P13"), ismskit.Absence{Principal: "P13", Deputies: []string{"P12"}, From: o.now, To: o.now.AddDate(0, 0, 5), Reason: "公假", Limits: limits}); err != nil {
		t.Fatal(err)
	}
	rows := o.rows(register.Deputies)
	if len(rows) != 1 {
		t.Fatalf("%d entries", len(rows))
	}
	o = openOffice(t, store)
	if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P12"), ismskit.Absence{Principal: "P12", Deputies: []string{"P13"}, From: o.now, To: o.now.AddDate(0, 0, 5), Reason: "公假", Limits: limits}); err == nil {
		t.Fatal("a new entry names a form that is not there")
	}
	o.change(register.Deputies, rows[0].ID, func(v forms.Values) { v["reason"] = "公假出國" })
	o.change(register.Deputies, rows[0].ID, func(v forms.Values) {
		v["limits"] = append(v["limits"].([]forms.Row), forms.Row{forms.RowID: "r9", "what": ismskit.LimitNotStep, "key": "approve"})
	})
}
