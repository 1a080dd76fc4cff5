package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// setTo writes one cell of a row of a register, as the host's own loading does.
func (o *office) setTo(list, id, column string, value any) {
	o.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, loading, list, id)
	must(o, err)
	v, err := o.kit.Registers().Fields(o.ctx, loading, row)
	must(o, err)
	v = v.Clone()
	v[column] = value
	_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: list, ID: id, Seen: row.Revision, Values: v, Reason: "資通安全推動小組決議"})
	must(o, err)
}

func retiring(id string) []forms.Row {
	return []forms.Row{{forms.RowID: "r1", "kind": "supersedes", "document": forms.Ref{List: "document", ID: id}, "retires": true}}
}

// A form that takes the place of a procedure is approved by who approves procedures: nobody retires
// with a document what he could not retire by itself.
func TestB1_3WhatRetiresAProcedureIsApprovedByItsApprover(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		values := o.newRequest("P13", "IS-04-203")
		values["level"], values["issue_on"], values["relations"] = "level_4", date(11, 25), retiring(o.doc(procedure).ID)
		r := o.asked("P13", values)
		c, err := o.kit.Case(o.ctx, o.as("P13"), r.Case)
		if must(t, err); c.Fields["doc_level"] != "level_2" {
			t.Errorf("by its level: %v", c.Fields["doc_level"])
		}
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if _, err := o.kit.Act(o.ctx, o.as("P04"), r.Case, ismskit.Action{Verb: workflow.VerbApprove}); err == nil {
			t.Fatal("the approver of forms retires a procedure")
		}
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.runTo(at(11, 25, 0, 1))
		if now := o.doc(procedure); now.Retired != "2026-11-25" {
			t.Errorf("the procedure: %+v", now.Document)
		}
		if now := o.doc("IS-04-203"); now.Level != 4 || now.Current != "1.0" {
			t.Errorf("the form: %+v", now.Document)
		}
		o.l.everyChainHolds(t)
	})
}

// Where what a request retires has become a matter of a higher level since it was sent, it is sent
// anew: whoever has it before him is not the one to approve that.
func TestB1_3ARequestThatRetiresMoreThanWhenItWasSentIsSentAnew(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		values := o.newRequest("P13", "IS-03-203")
		values["relations"] = retiring(o.stock("IS-03-201", ismskit.ClassInternal))
		r := o.asked("P13", values)
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		must(t, o.correct("IS-03-201", func(d *document.Document) { d.Level = 1 }))
		_, err := o.kit.Act(o.ctx, o.as("P04"), r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if err == nil || !strings.Contains(err.Error(), "change.level_moved") {
			t.Errorf("approved as of level 3: %v", err)
		}
	})
}

// Where documents change by sign-off alone, no correction says which document the next version
// retires, or lowers the level by which it is found who approves; the rest is corrected as before.
func TestB1_2ACorrectionRetiresNothingWhereTheHouseSigns(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		policy := o.stock("IS-03-201", ismskit.ClassInternal)
		o.stock("IS-03-202", ismskit.ClassInternal)
		o.stock("IS-03-203", ismskit.ClassInternal, document.Relation{Kind: document.Replaces, Number: "IS-03-201", Retires: true})
		o.setTo(register.Settings, ismskit.SettingSigned, "value", "是")
		replaces := func(retires bool) func(*document.Document) {
			return func(d *document.Document) {
				d.Relations = []document.Relation{{Kind: document.Replaces, ID: policy, Number: "IS-03-201", Retires: retires}}
			}
		}
		if err := o.correct("IS-03-202", replaces(true)); !refusedFor(err, "retiring_signed") {
			t.Errorf("retired by a correction: %v", err)
		}
		if err := o.correct("IS-03-203", replaces(false)); !refusedFor(err, "retiring_signed") {
			t.Errorf("kept by a correction: %v", err)
		}
		if err := o.correct("IS-03-202", func(d *document.Document) { d.Level = 4 }); !refusedFor(err, "level_signed") {
			t.Errorf("lowered by a correction: %v", err)
		}
		must(t, o.correct("IS-03-202", replaces(false)))
		must(t, o.correct("IS-03-202", func(d *document.Document) { d.Level = 2 }))
		must(t, o.correct("IS-03-203", func(d *document.Document) { d.Note = "附件另存" }))
		if d := o.doc("IS-03-203"); len(d.Relations) != 1 || !d.Relations[0].Retires || d.Note != "附件另存" {
			t.Errorf("corrected: %+v", d.Document)
		}
		_, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: document.Document{
			Number: "IS-03-204", Level: 3, Title: map[string]string{"zh-TW": "新訂說明書"}, Relations: []document.Relation{{Kind: document.Replaces, Number: "IS-03-201", Retires: true}},
		}})
		if !refusedFor(err, "retiring_signed") {
			t.Errorf("retired by a new one that is filed: %v", err)
		}
		o.setTo(register.Settings, ismskit.SettingSigned, "value", "否")
		must(t, o.correct("IS-03-202", replaces(true)))
		o.l.everyChainHolds(t)
	})
}

// A version that is in force again, as the one after it was stopped, retires nothing: what was
// approved is the stop alone.
func TestB1_3AStopRetiresNoOtherDocument(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		must(t, o.byHand("1.4"))
		o.stock("IS-03-201", ismskit.ClassInternal)
		must(t, o.correct(procedure, func(d *document.Document) {
			d.Relations = []document.Relation{{Kind: document.Replaces, Number: "IS-03-201", Retires: true}}
		}))
		now := o.doc(procedure)
		must(t, o.kit.Documents().End(o.ctx, o.as("P07"), ismskit.DocumentEnd{Document: now.ID, Stop: true, Reason: "誤發", Seen: now.Revision}))
		if now := o.doc(procedure); now.Current != "1.3" {
			t.Errorf("in force again: %+v", now.Document)
		}
		if other := o.doc("IS-03-201"); other.Retired != "" || other.Current != "1.0" {
			t.Errorf("retired by a stop: %+v", other.Document)
		}
		must(t, o.byHand("1.5"))
		if other := o.doc("IS-03-201"); other.Retired != "2026-11-23" {
			t.Errorf("superseded by 1.5: %+v", other.Document)
		}
		o.l.everyChainHolds(t)
	})
}

// Who has left the house and still stands as the lead of a group is told of no review, and keeps
// nobody else from being told.
func TestB1_1AGroupWhoseLeadHasLeftSilencesNoReview(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.stock("IS-03-201", ismskit.ClassInternal)
		groups, err := o.kit.Registers().Rows(o.ctx, o.as("P07"), register.Query{List: register.Groups})
		must(t, err)
		group := groups[0].ID
		o.setTo(register.Groups, group, "lead", forms.Ref{List: "register/people", ID: "P16"})
		must(t, o.correct("IS-03-201", func(d *document.Document) {
			d.Owner, d.Unit, d.Group, d.NextReview = "", "", group, "2026-12-10"
		}))
		o.leave(date(11, 23), "P16")
		told := func(person string) (n int) {
			t.Helper()
			all, err := o.kit.Queue().Inbox(o.ctx, o.as(person), ismskit.NoticeFilter{})
			if errors.Is(err, ismskit.ErrForbidden) {
				return 0
			}
			must(t, err)
			for _, m := range all {
				if m.Rule == "review" && strings.Contains(m.Subject, "IS-03-201") {
					n++
				}
			}
			return n
		}
		o.runTo(at(11, 26, 9, 0))
		if n := told("P07"); n != 1 {
			t.Errorf("its keeper was told %d times", n)
		}
		if n := told("P16"); n != 0 {
			t.Errorf("who has left was told %d times", n)
		}
	})
}

// By what a document was replaced is told on its page to who may read that one, also when it becomes
// confidential afterwards.
func TestB1_3WhatReplacedADocumentIsToldToWhoMayReadIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.stock("IS-03-205", ismskit.ClassInternal)
		o.stock("IS-02-206", ismskit.ClassInternal, document.Relation{Kind: document.Replaces, Number: "IS-03-205", Retires: true})
		why := func(person string) string {
			t.Helper()
			v, err := o.kit.Documents().Get(o.ctx, o.as(person), "IS-03-205")
			must(t, err)
			for _, act := range v.Acts {
				if act.Ends {
					return act.Reason
				}
			}
			t.Errorf("%s is not told that it ended: %+v", person, v.Acts)
			return ""
		}
		if got := why("P13"); got != "由 IS-02-206 1.0 版取代，於該版生效日廢止" {
			t.Errorf("told: %s", got)
		}
		must(t, o.correct("IS-02-206", func(d *document.Document) { d.Class = ismskit.ClassConfidential }))
		if got := why("P13"); got == "" || strings.Contains(got, "IS-02-206") {
			t.Errorf("who may not read it any more is told: %s", got)
		}
		if got := why("P07"); !strings.Contains(got, "IS-02-206") {
			t.Errorf("the controller is told: %s", got)
		}
	})
}

// Who approves a level and asks for a change himself sees before he sends it that it goes to another for that
// reason.
func TestB1_3TheWayOfAnApproversOwnRequestSaysThatItGoesToAnother(t *testing.T) {
	o := openOffice(t, inMemory(t))
	o.stock("IS-03-201", ismskit.ClassInternal)
	for person, instead := range map[string]bool{"P04": true, "P13": false} {
		way, err := o.kit.Route(o.ctx, o.as(person), ismskit.Preview{Type: TypeDocumentChange, Values: forms.Values{
			"op": "retire", "document": forms.Ref{List: "document", ID: o.doc("IS-03-201").ID}, "note": "停用",
		}})
		must(t, err)
		at := slices.IndexFunc(way.Steps, func(s ismskit.RouteStep) bool { return s.ID == "approve_3" })
		if at < 0 || way.Steps[at].Instead != instead || len(way.Steps[at].People) != 1 || (way.Steps[at].People[0].Person == "P04") == instead {
			t.Errorf("%s: %+v", person, way.Steps)
		}
	}
}
