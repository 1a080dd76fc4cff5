package ismskit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// administers says who owns a system, administers it, and does so in reserve.
func (o *office) administers(system, owner string, admins, reserve []string) {
	o.t.Helper()
	refs := func(people []string) (out []forms.Ref) {
		for _, p := range people {
			out = append(out, ref(register.People, p))
		}
		return out
	}
	o.change(register.Systems, system, func(v forms.Values) {
		v["owner"], v["admins"], v["backup_admins"] = ref(register.People, owner), refs(admins), refs(reserve)
	})
}

// rowRoute is where the row of a request for S01 is to go, by the route before it is sent.
func (o *office) rowRoute(applicant string) ismskit.RouteStep {
	o.t.Helper()
	route, err := o.kit.Route(o.ctx, o.as(applicant), ismskit.Preview{Type: "account_request", Values: oneRow()})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, s := range route.Steps {
		if s.Node == "split" {
			return s.Rows[0].Steps[0]
		}
	}
	o.t.Fatal("no rows on the route")
	return ismskit.RouteStep{}
}

// Four eyes: whoever administers a system and applies for something on it does not record
// himself that he has it. Whoever else administers it does, then who does so in reserve, then
// the owner of the system, then the post above; the route says so, and why, before it is sent.
func TestWhoAppliedDoesNotRecordTheResultHimself(t *testing.T) {
	for name, c := range map[string]struct {
		owner           string
		admins, reserve []string
		want            string // who records it
		why             string // and why he, where the rule left nobody before him
	}{
		"another administrator":      {"P05", []string{"P05", "P06"}, []string{"P10"}, "P06", ""},
		"who administers in reserve": {"P05", []string{"P05"}, []string{"P10"}, "P10", ""},
		"the owner":                  {"P10", []string{"P05"}, []string{"P05"}, "P10", "不得登錄與本人有關的申請；您是該系統的承辦人"},
		"the owner has left":         {"P10", []string{"P05"}, nil, "P04", "且無其他承辦人可登錄；您是上一級主管"},
		"the post above":             {"P05", []string{"P05"}, nil, "P04", "且無其他承辦人可登錄；您是上一級主管"},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, nil)
			o.administers("S01", c.owner, c.admins, c.reserve)
			if name == "the owner has left" {
				o.leave(c.owner)
			}
			step := o.rowRoute("P05")
			if step.Nobody || len(step.People) != 1 || step.People[0].Person != c.want || !strings.Contains(step.Why.In("zh-TW"), c.why) {
				t.Fatalf("route: %+v", step)
			}
			id := o.apply("P05", oneRow()).Case
			o.act("P04", id, ismskit.Action{Verb: workflow.VerbApprove})
			o.settle()
			for _, todo := range o.todo("P05") {
				if todo.Type == "account_request_row" {
					t.Error("it stands on the applicant's own list")
				}
			}
			row, record := o.handled(c.want)
			if _, err := o.kit.Act(o.ctx, o.as("P05"), row, record); !errors.Is(err, workflow.ErrNotAssigned) {
				t.Fatalf("the applicant records his own: %v", err)
			}
			o.act(c.want, row, record)
		})
	}
}

// Of everybody else's requests nothing changes: they lie with whoever administers the system
// when somebody looks, and who has come to do so since he applied does not record his own.
func TestTheAdministratorsOfASystemStayAPool(t *testing.T) {
	o := openOffice(t, nil)
	id := o.apply("P13", oneRow()).Case
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	row, record := o.handled("P05")
	o.administers("S01", "P05", []string{"P06", "P13"}, nil)
	if _, err := o.kit.Act(o.ctx, o.as("P13"), row, record); !errors.Is(err, workflow.ErrSeparation) {
		t.Errorf("the applicant, who administers it by now: %v", err)
	}
	o.act("P06", row, record)
}

// A system that nobody administers is refused as before: that its owner is there, or somebody
// above, mends no vacancy.
func TestNobodyFillsInForAnAdministratorWhoIsMissing(t *testing.T) {
	o := openOffice(t, nil)
	o.administers("S01", "P10", []string{"P06"}, nil)
	o.leave("P06")
	if step := o.rowRoute("P13"); !step.Nobody || len(step.Apart) > 0 {
		t.Errorf("route: %+v", step)
	}
	_, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: oneRow(), Submit: true})
	var invalid forms.Invalid
	if !errors.As(err, &invalid) || invalid[0].Code != "ref_withheld" {
		t.Errorf("sent: %v", err)
	}
}
