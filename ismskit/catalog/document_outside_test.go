package catalog

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// scan is a letter as somebody scanned it.
func (o *office) scan(person string) forms.File {
	o.Helper()
	f, err := o.kit.Files().Upload(o.ctx, o.as(person), "晴民資字第1150011201號.pdf", strings.NewReader("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"))
	must(o, err)
	return f
}

// letter is the procedure's 1.4 as a letter of 115.11.20 approved it.
func (o *office) letter(person string, issue calendar.Date) forms.Values {
	o.Helper()
	v := o.revision(person, issue)
	v["letter_no"], v["letter_on"], v["approver"], v["scan"] = "晴民資字第 1150011201 號", date(11, 20), "局長 顧維中", o.scan(person)
	return v
}

func (o *office) entered(person string, values forms.Values) (ismskit.Receipt, error) {
	o.Helper()
	r, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: TypeDocumentOutside, Values: values, Submit: true})
	if err == nil {
		err = o.kit.RunUntil(o.ctx, o.clock.Now())
	}
	return r, err
}

// controllers are the house's document controllers from now on.
func (o *office) controllers(people ...string) {
	o.Helper()
	o.holders("documents.document_controller", people...)
}

// holders are who has a role from now on, and nobody else.
func (o *office) holders(role string, people ...string) {
	o.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, loading, register.Roles, role)
	must(o, err)
	v, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	must(o, err)
	v = v.Clone()
	var rows []forms.Row
	for i, p := range people {
		rows = append(rows, forms.Row{forms.RowID: fmt.Sprint("m", i+1), "person": forms.Ref{List: "register/people", ID: p}})
	}
	v["members"] = rows
	_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Roles, ID: row.ID, Seen: row.Revision, Values: v, Reason: "調整成員"})
	must(o, err)
}

// What was approved outside is entered with its letter by one person and confirmed by another;
// until then it changes nothing, and nothing else is asked for that document.
func TestB1_2AnApprovalOutsideIsConfirmedByASecondPerson(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		before := o.doc(procedure)
		_, err := o.entered("P13", o.letter("P13", date(11, 21)))
		if !errors.Is(err, ismskit.ErrForbidden) && !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("a clerk enters it: %v", err)
		}
		for _, field := range []string{"letter_no", "letter_on", "approver", "scan"} {
			values := o.letter("P07", date(11, 21))
			delete(values, field)
			if _, err := o.entered("P07", values); !refusedAt(err, field) {
				t.Errorf("without %s: %v", field, err)
			}
		}
		if _, err := o.entered("P07", o.letter("P07", date(11, 19))); !refusedAt(err, "letter_on") {
			t.Errorf("issued before it was approved: %v", err)
		}
		ahead := o.letter("P07", date(12, 10))
		ahead["letter_on"] = date(12, 5)
		if _, err := o.entered("P07", ahead); !refusedAt(err, "letter_on") || len(err.(forms.Invalid)) != 1 {
			t.Errorf("a letter of a day that has not come is refused once: %v", err)
		}
		for _, applicant := range []string{"P07", "P05"} { // filled in for another, it would be confirmed by who entered it
			_, err := o.kit.Open(o.ctx, o.as("P06"), ismskit.Opening{Type: TypeDocumentOutside, Applicant: applicant, Values: o.letter("P06", date(11, 21)), Submit: true})
			if !refusedAt(err, ismskit.FieldApplicant) {
				t.Errorf("entered for %s by who confirms it: %v", applicant, err)
			}
		}
		r, err := o.entered("P07", o.letter("P07", date(11, 21)))
		must(t, err)
		c, err := o.kit.Case(o.ctx, o.as("P07"), r.Case)
		must(t, err)
		if rows, _ := c.Fields["comparison"].([]forms.Row); record.StateOf(string(c.Phase), "attest", "") != record.StateConfirming || len(rows) != 3 {
			t.Errorf("entered as %s with %d clauses", c.Phase, len(rows))
		}
		// Who confirms in the place of the document controller is told whom he stands for, and why.
		const instead = "原應由溫佩真辦理，因其為申請人而迴避"
		second, err := o.kit.Case(o.ctx, o.as("P06"), r.Case)
		must(t, err)
		if got := second.Way.Steps[0].Elsewhere.In("zh-TW"); got != instead {
			t.Errorf("on the way: %q", got)
		}
		if got := second.Mine[0].Why.In("zh-TW"); got != "您是簽准核對人員，請核對公文掃描檔與登錄內容相符（"+instead+"）" {
			t.Errorf("who confirms is told: %q", got)
		}
		if now := o.doc(procedure); now.Revision != before.Revision || now.Current != "1.3" {
			t.Fatalf("changed before it was confirmed: %+v", now.Document)
		}
		if _, err := o.ask("P13", o.revision("P13", date(11, 25))); !refusedAt(err, "document") {
			t.Errorf("another request beside it: %v", err)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P07"), r.Case, ismskit.Action{Verb: workflow.VerbApprove}); err == nil {
			t.Fatal("who entered it has confirmed it")
		}
		if got := o.act("P06", r.Case, ismskit.Action{Verb: workflow.VerbApprove}); got.Phase != workflow.PhaseClosed {
			t.Fatalf("still %s", got.Phase)
		}
		now := o.doc(procedure)
		v := now.Versions[len(now.Versions)-1]
		if now.Current != "1.4" || v.Issued != "2026-11-21" || v.Approved != "2026-11-20" || v.ApprovalWay != document.ByPaper ||
			v.ApprovalNo != "晴民資字第 1150011201 號" || v.Approver != "局長 顧維中" || v.Case != r.Case {
			t.Errorf("%+v", v)
		}
		o.l.everyChainHolds(t)
	})
}

// A letter that names a later day waits for it, and one that was refused or taken back leaves
// no trace on the document.
func TestB1_2AnApprovalOutsideWaitsIsRefusedOrTakenBack(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		before := o.doc(procedure)
		refused, err := o.entered("P07", o.letter("P07", date(12, 15)))
		must(t, err)
		if _, err := o.kit.Act(o.ctx, o.as("P06"), refused.Case, ismskit.Action{Verb: workflow.VerbReject}); err == nil {
			t.Error("refused without a reason")
		}
		o.act("P06", refused.Case, ismskit.Action{Verb: workflow.VerbReject, Comment: "掃描檔的文號不同"})
		taken, err := o.entered("P07", o.letter("P07", date(12, 15)))
		must(t, err)
		o.act("P07", taken.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "附錯檔案"})
		if now := o.doc(procedure); now.Revision != before.Revision {
			t.Fatalf("%+v", now.Document)
		}
		r, err := o.entered("P07", o.letter("P07", date(12, 15)))
		must(t, err)
		o.act("P06", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if now := o.doc(procedure); now.Current != "1.3" || now.Versions[len(now.Versions)-1].State != document.Waiting {
			t.Errorf("%+v", now.Document)
		}
		o.runTo(at(12, 15, 0, 1))
		if now := o.doc(procedure); now.Current != "1.4" {
			t.Errorf("on its day %s is in force", now.Current)
		}
	})
}

// Who entered it confirms nothing as the deputy of who should, and a second controller confirms
// before those who are named for it.
func TestB1_2WhoEnteredItIsNobodysDeputyForIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.controllers("P07", "P08")
		r, err := o.entered("P07", o.letter("P07", date(11, 21)))
		must(t, err)
		if _, err := o.kit.Act(o.ctx, o.as("P06"), r.Case, ismskit.Action{Verb: workflow.VerbApprove}); err == nil {
			t.Error("named for it, while there is another controller")
		}
		_, err = o.kit.People().SetAbsence(o.ctx, o.as("P08"), ismskit.Absence{Deputies: []string{"P07"}, From: o.clock.Now(), To: o.clock.Now().AddDate(0, 0, 3), Reason: "休假"})
		must(t, err)
		if _, err := o.kit.Act(o.ctx, o.as("P07"), r.Case, ismskit.Action{Verb: workflow.VerbApprove}); err == nil {
			t.Fatal("who entered it has confirmed it as a deputy")
		}
		o.act("P08", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if now := o.doc(procedure); now.Current != "1.4" {
			t.Errorf("%+v", now.Document)
		}
	})
}
