package catalog

import (
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// hinted is what somebody is told beside a case.
func (o *office) hinted(person, id string) string {
	o.Helper()
	c, err := o.kit.Case(o.ctx, o.as(person), id)
	must(o, err)
	var out []string
	for _, h := range c.Hints {
		out = append(out, h.Text.In("zh-TW"))
	}
	return strings.Join(out, " ")
}

// What became of a document that turned confidential is told to who may read it. Who is to sign a request for it
// learns that it can't be carried out, and who asked for it when he could read it nothing.
func TestB1_3WhatBecameOfADocumentIsToldToWhoMayReadIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		const number = "IS-03-201"
		o.stock(number, ismskit.ClassInternal)
		o.stock("IS-03-202", ismskit.ClassInternal, document.Relation{Kind: document.BelongsTo, Number: number})
		r := o.asked("P13", forms.Values{"op": "retire", "document": forms.Ref{List: "document", ID: o.doc(number).ID}, "note": "停用"})
		if told := o.hinted("P07", r.Case) + o.hinted("P13", r.Case); told != "" {
			t.Errorf("of one that can be carried out: %s", told)
		}
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.holders("records.reads_all", "P09")
		must(t, o.correct("IS-03-202", func(d *document.Document) { d.Class = ismskit.ClassConfidential })) // hidden from who signs
		must(t, o.correct(number, func(d *document.Document) { d.Class = ismskit.ClassConfidential }))
		now := o.doc(number)
		must(t, o.kit.Documents().End(o.ctx, o.as("P07"), ismskit.DocumentEnd{Document: now.ID, Reason: "另訂", Seen: now.Revision}))

		if _, err := o.kit.Documents().Get(o.ctx, o.as("P04"), now.ID); err == nil {
			t.Fatal("who is to sign may read it after all")
		}
		const gone, unlike = "本文件已於 115.11.23 廢止", "文件現況與送出時不同"
		for person, told := range map[string]string{"P04": unlike, "P07": gone, "P13": ""} {
			if says := o.hinted(person, r.Case); !strings.Contains(says, told) || (says == "") != (told == "") {
				t.Errorf("%s is told %q", person, says)
			}
		}
		_, err := o.kit.Act(o.ctx, o.as("P04"), r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if invalid, _ := errors.AsType[forms.Invalid](err); len(invalid) != 1 || !strings.Contains(invalid[0].Message("zh-TW"), unlike) {
			t.Errorf("who signs it all the same is told %v", err)
		}
		o.act("P04", r.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "文件已廢止"})
		if says := o.hinted("P04", r.Case) + o.hinted("P13", r.Case); says != "" {
			t.Errorf("when it went back: %q", says)
		}
	})
}

// Which other request is on its way for a document is told to who reads the document, on whose page it
// stands, whether or not he may read that request.
func TestB1_3WhoReadsADocumentLearnsWhichRequestIsOnItsWayForIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		const number = "IS-03-201"
		o.stock(number, ismskit.ClassInternal)
		ask := func() forms.Values {
			return forms.Values{"op": "retire", "document": forms.Ref{List: "document", ID: o.doc(number).ID}, "note": "停用"}
		}
		first := o.asked("P13", ask())
		_, err := o.ask("P14", ask())
		invalid, _ := errors.AsType[forms.Invalid](err)
		if len(invalid) != 1 || !strings.Contains(invalid[0].Message("zh-TW"), "（"+first.Number+"）") {
			t.Errorf("told %v", err)
		}
	})
}

// Who approves that a version is stopped has signed what comes into force instead: where that is another one by
// then, it is asked for anew.
func TestB1_4AStopSaysWhatIsInForceInstead(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		r := o.asked("P13", o.revision("P13", date(12, 15)))
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		stop := o.asked("P13", forms.Values{"op": "stop", "document": forms.Ref{List: "document", ID: o.doc(procedure).ID}, "note": "附則誤植"})
		if says := o.hinted("P01", stop.Case); says != "" {
			t.Errorf("as it was sent: %s", says)
		}
		now := o.doc(procedure)
		must(t, o.kit.Documents().Withdraw(o.ctx, o.as("P07"), ismskit.VersionWithdrawal{Document: now.ID, Label: "1.4", Reason: "發行日誤繕", Seen: now.Revision}))
		const moved = "將恢復或接續生效的版次與送出時不同"
		if says := o.hinted("P01", stop.Case); !strings.Contains(says, moved) {
			t.Errorf("once 1.4 is taken back he is told %q", says)
		}
		_, err := o.kit.Act(o.ctx, o.as("P01"), stop.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if err == nil || !strings.Contains(err.Error(), "change.again_moved") {
			t.Errorf("and approves it: %v", err)
		}
		o.act("P01", stop.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "1.4 已撤回"})
		o.act("P13", stop.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		o.act("P01", stop.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if now := o.doc(procedure); now.Current != "1.2" {
			t.Errorf("in force is %s", now.Current)
		}
	})
}
