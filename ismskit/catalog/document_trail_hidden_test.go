package catalog

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// untold says that neither a case's page nor its trail tells somebody any of these words, nor the bundle in which
// he takes it out.
func (o *office) untold(person, id, when string, words ...string) {
	o.Helper()
	c, err := o.kit.Case(o.ctx, o.as(person), id)
	must(o, err)
	trail, err := o.kit.Evidence().Trail(o.ctx, o.as(person), id)
	must(o, err)
	text, err := json.Marshal([]any{c, trail})
	must(o, err)
	write, err := o.kit.Evidence().Export(o.ctx, o.as(person), ismskit.Export{Cases: []string{id}, Decision: print.DecisionOf})
	must(o, err)
	var bundle bytes.Buffer
	must(o, write(o.ctx, &bundle))
	for _, word := range words {
		for _, told := range []string{string(text), bundle.String()} {
			if at := strings.Index(told, word); at >= 0 {
				o.Errorf("%s %s is told of %s: …%s…", when, person, word, told[max(0, at-80):min(len(told), at+80)])
			}
		}
	}
}

// B1.3: what a request touched when it was sent before stays hidden on its trail when it touches that no more.
func TestB1_3TheTrailOfAnEarlierSendingTellsNothingHidden(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		const number, secret = "IS-03-301", "IS-02-299"
		o.prints(t, o.l.cfg.Store)
		o.stock(number, ismskit.ClassInternal)
		o.stock(secret, ismskit.ClassConfidential, document.Relation{Kind: document.References, Number: number})
		r := o.asked("P13", forms.Values{"op": "revise", "document": forms.Ref{List: "document", ID: o.doc(number).ID}, "bump": "minor", "note": "修正", "file": o.newText("P13"), "issue_on": date(11, 23)})
		o.untold("P13", r.Case, "when it was sent", secret)
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補說明"})
		must(t, o.correct(secret, func(d *document.Document) { d.Relations = []document.Relation{} }))
		o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		o.untold("P13", r.Case, "when it was sent again", secret)
		trail, err := o.kit.Evidence().Trail(o.ctx, o.as("P07"), r.Case)
		must(t, err)
		if text, err := json.Marshal(trail); err != nil || !strings.Contains(string(text), secret) {
			t.Errorf("who reads it is told nothing: %v", err)
		}
	})
}

// 調閱: that another document was chosen first is told to the applicant by nothing, whether he may read the one
// that was chosen instead, or it was lent to him.
func TestTheDocumentThatWasChosenByMistakeIsToldToNobodyElse(t *testing.T) {
	for _, class := range []string{ismskit.ClassInternal, ismskit.ClassConfidential} {
		everywhere(t, func(t *testing.T, o *office) {
			loan := o.lendable("那份文件", 24, 26).Case
			choose := func(id string) {
				t.Helper()
				o.act("P07", loan, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"document": forms.Ref{List: "document", ID: id}}})
			}
			o.prints(t, o.l.cfg.Store)
			wrong := o.secret("IS-03-099", "資訊室", "U03")
			right := o.stock("IS-03-301", class)
			choose(wrong)
			o.act("P07", loan, ismskit.Action{Verb: workflow.VerbTakeBack, Comment: "選錯了"})
			o.untold("P13", loan, "taken back", wrong, "IS-03-099", "弱點清單")
			choose(right)
			o.untold("P13", loan, "after another was found", wrong, "IS-03-099", "弱點清單")
			o.act("P04", loan, ismskit.Action{Verb: workflow.VerbApprove})
			o.untold("P13", loan, "after the other was lent", wrong, "IS-03-099", "弱點清單")
			c, err := o.kit.Case(o.ctx, o.as("P13"), loan)
			if must(t, err); c.Loan == nil || c.Loan.Document != right {
				t.Errorf("lent: %+v", c.Loan)
			}
		})
	}
}

// 調閱: a request that its approver returned after the document was chosen is sent again by its applicant, who
// is told of that document by nothing.
func TestALoanThatWasReturnedIsSentAgain(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.prints(t, o.l.cfg.Store)
		id := o.secret("IS-03-099", "資訊室", "U03")
		loan := o.lendable("那份文件", 24, 26).Case
		o.act("P07", loan, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"document": forms.Ref{List: "document", ID: id}}})
		o.act("P04", loan, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補用途"})
		c, err := o.kit.Case(o.ctx, o.as("P13"), loan)
		if must(t, err); len(c.Wrong) > 0 {
			t.Errorf("its applicant is told %v", c.Wrong)
		}
		o.untold("P13", loan, "returned", id, "IS-03-099", "弱點清單")
		o.act("P13", loan, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"purpose": "配合年度稽核抽查"}})
		o.untold("P13", loan, "sent again", id, "IS-03-099", "弱點清單")
	})
}
