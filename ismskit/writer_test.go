package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// written opens an account request that somebody fills in for another, and gives
// what is said against it.
func (o *office) written(writer, applicant string, submit bool) (ismskit.Receipt, string) {
	o.t.Helper()
	r, err := o.kit.Open(o.ctx, o.as(writer), ismskit.Opening{Type: "account_request", Applicant: applicant, Values: threeRows(), Submit: submit})
	var invalid forms.Invalid
	if err != nil && (!errors.As(err, &invalid) || invalid[0].Field != ismskit.FieldApplicant) {
		o.t.Fatalf("%s for %s: %v", writer, applicant, err)
	}
	if err != nil {
		return r, invalid[0].Message("zh-TW")
	}
	return r, ""
}

func (o *office) listed(person string) []string {
	o.t.Helper()
	lines, err := o.kit.Cases(o.ctx, o.as(person), ismskit.CaseFilter{Limit: 10})
	if err != nil {
		o.t.Fatal(err)
	}
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.ID)
	}
	return ids
}

// A colleague fills in a request for a clerk who is at the counter all day: both
// names are on the record, the clerk's head signs, and what follows comes to the
// clerk.
func TestARequestIsFilledInForSomebodyElse(t *testing.T) {
	o := openOffice(t, nil)
	own := o.open("P10", "account_request", nil, false)
	draft, told := o.written("P10", "P05", false)
	if told != "" {
		t.Fatal(told)
	}
	if ids := o.listed("P10"); !slices.Equal(ids, []string{draft.Case, own.Case}) {
		t.Errorf("the writer's list: %v", ids)
	}
	if ids := o.listed("P05"); !slices.Equal(ids, []string{draft.Case}) {
		t.Errorf("the applicant's list: %v", ids)
	}
	if _, err := o.kit.Case(o.ctx, o.as("P06"), draft.Case); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("a third colleague reads the draft: %v", err)
	}
	o.act("P10", draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"subject": "代同仁申請"}})
	sent := o.act("P10", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
	o.settle()
	o.told("P05", "filled@11-23")

	c := o.read("P10", draft.Case)
	if c.Applicant != "P05" || c.Writer == nil || c.Writer.Name != "龔怡安" || c.MayEdit || c.MayWithdraw {
		t.Errorf("the writer sees %s, %+v, edit %v, withdraw %v", c.Applicant, c.Writer, c.MayEdit, c.MayWithdraw)
	}
	first := c.Trail[0]
	if first.Via != ismskit.ViaWriter || first.By.Person != "P10" || first.For == nil || first.For.Person != "P05" || len(c.Faults) > 0 {
		t.Errorf("on the trail: %+v, %v", first.Event, c.Faults)
	}
	found, err := o.kit.Records().Query(o.ctx, o.as("P10"), record.Query{Text: "龔怡安"})
	if err != nil || len(found) == 0 || found[0].Person != "P05" {
		t.Errorf("the archive finds it by the writer's name: %+v, %v", found, err)
	}

	o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補充事由"})
	o.settle()
	for _, who := range []string{"P05", "P10"} {
		if todo := o.todo(who); len(todo) != 1 || todo[0].Kind != ismskit.TaskCorrect {
			t.Errorf("%s does not correct it: %+v", who, todo)
		}
	}
	_, err = o.kit.Act(o.ctx, o.as("P10"), sent.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不用了"})
	if !errors.Is(err, workflow.ErrNotApplicant) {
		t.Errorf("the writer withdraws what has been sent: %v", err)
	}
	o.act("P10", sent.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"reason": "業務調整"}})
	o.act("P05", sent.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不用了"})
}

// Somebody begins a form and says only later for whom it is: it was kept meanwhile as
// a draft of his own. It is the other one's from then on, whoever signs and is told;
// it can't be passed on to a third, who would read what concerns the second.
func TestADraftBecomesSomebodyElsesRequest(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		draft := o.open("P10", "account_request", threeRows(), false)
		route, err := o.kit.Route(o.ctx, o.as("P10"), ismskit.Preview{Case: draft.Case, Applicant: "P05"})
		if err != nil || route.Steps[0].People[0].Person != "P04" {
			t.Fatalf("the way it would go: %+v, %v", route.Steps, err)
		}
		o.act("P10", draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Applicant: "P05", Values: forms.Values{"subject": "代同仁申請"}})
		if lines, err := o.kit.Cases(o.ctx, o.as("P10"), ismskit.CaseFilter{Limit: 10}); err != nil || len(lines) != 1 || lines[0].Writer == nil {
			t.Errorf("the writer's list: %+v, %v", lines, err)
		}
		if ids := o.listed("P05"); !slices.Equal(ids, []string{draft.Case}) {
			t.Errorf("the applicant's list: %v", ids)
		}
		for _, other := range []string{"P06", "P10"} {
			_, err := o.kit.Act(o.ctx, o.as("P10"), draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Applicant: other})
			invalid, ok := errors.AsType[forms.Invalid](err)
			if !ok || invalid[0].Field != ismskit.FieldApplicant || !strings.Contains(invalid[0].Message("zh-TW"), "填寫的，不能改為他人") {
				t.Errorf("then for %s: %v", other, err)
			}
		}
		sent := o.act("P10", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		o.settle()
		o.told("P05", "filled@11-23")
		o.holds(sent.Case, "P04")
		c := o.read("P05", sent.Case)
		if first := c.Trail[0]; c.Applicant != "P05" || first.By.Person != "P10" || first.For == nil || first.For.Person != "P05" || len(c.Faults) > 0 {
			t.Errorf("%s, %+v, %v", c.Applicant, first.Event, c.Faults)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P05"), sent.Case, ismskit.Action{Verb: workflow.VerbSubmit, Applicant: "P06"}); err == nil {
			t.Error("what was sent was given to somebody else")
		}
		found, err := o.kit.Records().Query(o.ctx, o.as("P05"), record.Query{Kinds: []string{ismskit.RecordCase}})
		if err != nil || len(found) != 1 || found[0].Person != "P05" || found[0].Name != c.ApplicantName {
			t.Errorf("the applicant's archive: %+v, %v", found, err)
		}
	})
}

// For whom it is may be said with the sending, too; and nobody makes a draft of his
// own that of somebody he may not fill in for.
func TestADraftIsSentForSomebodyElse(t *testing.T) {
	o := openOffice(t, nil)
	draft := o.open("P10", "account_request", threeRows(), false)
	if _, err := o.kit.Act(o.ctx, o.as("P10"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Applicant: "P01"}); err == nil {
		t.Error("a clerk asks in the name of the head of the agency")
	}
	if _, err := o.kit.Act(o.ctx, o.as("P05"), draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Applicant: "P06"}); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("another one's draft: %v", err)
	}
	o.act("P10", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Applicant: "P05"})
	o.settle()
	o.holds(draft.Case, "P04")
}

// What the writer has not sent he withdraws; afterwards nobody has it on a list to do.
func TestAWriterWithdrawsHisDraft(t *testing.T) {
	o := openOffice(t, nil)
	draft, _ := o.written("P13", "P12", false)
	o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "填錯人"})
	if c := o.read("P13", draft.Case); c.Outcome != string(workflow.OutcomeWithdrawn) {
		t.Errorf("it is %s", c.Outcome)
	}
}

// Filling in is for people of the applicant's unit and of those above it, and for
// the roles a type names; everybody else is told why not.
func TestWhoMayFillInForWhom(t *testing.T) {
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		for i := range c.Types {
			if c.Types[i].Key == "account_request" {
				c.Types[i].Writers = []string{"access/module_manager"}
			}
		}
	})
	for who, pair := range map[string][2]string{"a colleague": {"P12", "P13"}, "the unit above": {"P01", "P13"}, "a role of the type": {"P04", "P13"}} {
		if _, told := o.written(pair[0], pair[1], true); told != "" {
			t.Errorf("%s: %s", who, told)
		}
	}
	if _, told := o.written("P05", "P13", false); !strings.HasPrefix(told, "您不能代鍾明哲（戶政科）填寫") {
		t.Errorf("another unit: %q", told)
	}
	if _, told := o.written("P13", "P01", false); !strings.HasPrefix(told, "您不能代") {
		t.Errorf("from below: %q", told)
	}
	if _, told := o.written("P13", "P99", false); !strings.HasPrefix(told, "查無這位申請人") {
		t.Errorf("nobody: %q", told)
	}
	_, err := o.kit.Route(o.ctx, o.as("P05"), ismskit.Preview{Type: "account_request", Applicant: "P13"})
	if _, refused := errors.AsType[forms.Invalid](err); !refused {
		t.Errorf("the route for somebody of another unit: %v", err)
	}
}

// The route before sending is the applicant's: his head, not the writer's.
func TestTheRouteIsTheApplicants(t *testing.T) {
	o := openOffice(t, nil)
	route, err := o.kit.Route(o.ctx, o.as("P01"), ismskit.Preview{Type: "account_request", Applicant: "P13", Values: threeRows()})
	if err != nil || len(route.Steps) == 0 || len(route.Steps[0].People) != 1 || route.Steps[0].People[0].Person != "P11" {
		t.Errorf("%+v, %v", route.Steps, err)
	}
}

// Whoever wrote a request does not sign it as the head's deputy.
func TestAWriterIsNoDeputyInHisCase(t *testing.T) {
	o := openOffice(t, nil)
	if _, told := o.away("P11", 0, 5, "P12"); told != "" {
		t.Fatal(told)
	}
	o.until(o.now.Add(24 * time.Hour))
	r, told := o.written("P12", "P13", true)
	if told != "" {
		t.Fatal(told)
	}
	_, err := o.kit.Act(o.ctx, o.as("P12"), r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	if !errors.Is(err, workflow.ErrNotAssigned) {
		t.Errorf("the writer signs for his head: %v", err)
	}
	if todo := o.todo("P12"); len(todo) != 0 {
		t.Errorf("and has it on his list: %+v", todo)
	}
}

// A writer who has moved to another unit can no longer send what he began there.
func TestAWriterWhoHasMovedSendsNothing(t *testing.T) {
	o := openOffice(t, nil)
	draft, _ := o.written("P12", "P13", false)
	row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.People, "P12")
	if err != nil {
		t.Fatal(err)
	}
	o.post("T99", "管理師", "U03", "P12", false, "T07")
	fields, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	if err != nil {
		t.Fatal(err)
	}
	moved := fields.Clone()
	moved["unit"], moved["post"] = unit("U03"), ref(register.Posts, "T99")
	if _, err := o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: register.People, ID: "P12", Seen: row.Revision, Values: moved}); err != nil {
		t.Fatal(err)
	}
	_, err = o.kit.Act(o.ctx, o.as("P12"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
	if _, refused := errors.AsType[forms.Invalid](err); !refused {
		t.Errorf("he sends it all the same: %v", err)
	}
	o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit}) // the applicant does
}
