package catalog

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

const accountForm = "IS-04-012"

// abolish retires the form of account requests today.
func (o *office) abolish() {
	o.Helper()
	doc := o.doc(accountForm)
	must(o, o.kit.Documents().End(o.ctx, o.as("P07"), ismskit.DocumentEnd{Document: doc.ID, Reason: "改用他表", Seen: doc.Revision}))
}

func (o *office) account() forms.Values {
	o.Helper()
	return forms.Values{"subject": "帳號申請", "op": "add", "reason": "業務需要", "nda": true, "lines": []forms.Row{
		o.asks("row1", "S01", permissionOf(o.T, o.kit, "S01"), forms.Person{Kind: forms.InDirectory, ID: "P13"}, forms.Period{From: date(11, 24), To: date(12, 31)}),
	}}
}

// What was approved by word of mouth before its form was abolished is still owed on it, and handed in; what is
// said to have been approved afterwards is not.
func TestAFormThatIsOwedIsHandedInAfterItWasAbolished(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		emergency := func(approved time.Time) forms.Values {
			v := o.account()
			v["emergency"] = true
			v["oral_approver"], v["oral_at"], v["done_at"], v["late_reason"] = o.l.books.person("P11"), approved.UTC(), approved.Add(time.Hour).UTC(), "假日無法登入系統"
			return v
		}
		before := emergency(monday.Add(-2 * time.Hour))
		draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeAccountRequest, Values: before})
		must(t, err)
		plain, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeAccountRequest, Values: o.account()})
		must(t, err)
		o.abolish()
		o.runTo(at(11, 24, 10, 0))
		if _, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeAccountRequest, Values: o.account(), Submit: true}); !barred(err) {
			t.Errorf("an ordinary request: %v", err)
		}
		if _, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeAccountRequest, Values: emergency(at(11, 24, 8, 0)), Submit: true}); !barred(err) {
			t.Errorf("approved a day after it was abolished: %v", err)
		}
		// What is sent counts, and not what was kept before.
		if _, err := o.kit.Act(o.ctx, o.as("P13"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"emergency": false}}); !barred(err) {
			t.Errorf("sent as an ordinary request after all: %v", err)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P13"), plain.Case, ismskit.Action{Verb: workflow.VerbSubmit}); !barred(err) {
			t.Errorf("an ordinary draft from before: %v", err)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P13"), plain.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: before}); err != nil {
			t.Errorf("an ordinary draft that turns out to be owed: %v", err)
		}
		sent, err := o.kit.Act(o.ctx, o.as("P13"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		if err != nil || sent.Number == "" {
			t.Errorf("what is owed: %+v %v", sent, err)
		}
	})
}

// A request that was sent while there was the form is sent again when it is returned afterwards, and its page
// says nothing else. One that was sent after the end because it was owed is owed when it comes back, too, and
// nothing else may be made of it then.
func TestAReturnedRequestOnAnAbolishedFormIsSentAgain(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		owed := o.account()
		owed["emergency"] = true
		owed["oral_approver"], owed["oral_at"], owed["done_at"], owed["late_reason"] = o.l.books.person("P11"), monday.Add(-2*time.Hour).UTC(), monday.Add(-time.Hour).UTC(), "假日無法登入系統"
		send := func(values forms.Values) string {
			sent, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeAccountRequest, Values: values, Submit: true})
			must(t, err)
			return sent.Case
		}
		back := func(id string) {
			c, err := o.kit.Case(o.ctx, o.as("P13"), id)
			must(t, err)
			o.act(c.Flow.Open()[0].Holder.Named[0].Person, id, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補說明"})
		}
		says := func(when, id string, want bool) {
			t.Helper()
			c, err := o.kit.Case(o.ctx, o.as("P13"), id)
			must(t, err)
			if (c.Kind.Barred != nil) != want {
				t.Errorf("%s: its page says %v", when, c.Kind.Barred)
			}
		}
		before := send(o.account())
		o.abolish()
		o.runTo(at(11, 24, 10, 0))
		after := send(owed)
		for _, id := range []string{before, after} {
			back(id)
			says("returned", id, false)
		}
		o.act("P13", before, ismskit.Action{Verb: workflow.VerbSubmit})
		if _, err := o.kit.Act(o.ctx, o.as("P13"), after, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"emergency": false}}); !barred(err) {
			t.Errorf("sent again as an ordinary request: %v", err)
		}
		o.act("P13", after, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"emergency": false}})
		says("as an ordinary request", after, true)
		o.act("P13", after, ismskit.Action{Verb: workflow.VerbSubmit, Values: owed})
	})
}

func barred(err error) bool {
	var bar *ismskit.Barred
	return errors.As(err, &bar) && bar.Retired()
}

// An answer that would lay an abolished form before somebody is refused with the reason, and another one is taken:
// nothing is lost on the way.
func TestAnAnswerThatLeadsToAnAbolishedFormIsRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		question, _ := o.waiting(TypeGrantExtension, "G02")
		o.abolish()
		_, err := o.kit.Act(o.ctx, o.as("P13"), question.Case, ismskit.Action{
			Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": calendar.Date{Year: 2027, Month: time.June, Day: 30}},
		})
		if !barred(err) || !strings.Contains(err.Error(), "retired") {
			t.Fatalf("the permission is to be extended: %v", err)
		}
		if c, err := o.kit.Case(o.ctx, o.as("P13"), question.Case); err != nil || len(c.Mine) != 1 {
			t.Errorf("the question is his no more: %+v %v", c.Mine, err)
		}
		o.act("P13", question.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "let_end"})
	})
}

// What an answer laid before somebody while there was the form is sent after its end: it follows from what was on its
// way.
func TestADraftThatFollowedIsSentAfterItsFormWasAbolished(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		question, _ := o.waiting(TypeGrantExtension, "G02")
		o.act("P13", question.Case, ismskit.Action{
			Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": calendar.Date{Year: 2027, Month: time.June, Day: 30}},
		})
		drafts, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{Phases: []string{"draft"}})
		if must(t, err); len(drafts) != 1 {
			t.Fatalf("drafts: %+v", drafts)
		}
		o.abolish()
		if c, err := o.kit.Case(o.ctx, o.as("P13"), drafts[0].ID); err != nil || c.Kind.Barred != nil {
			t.Errorf("its page says %v %v", c.Kind.Barred, err)
		}
		if sent := o.act("P13", drafts[0].ID, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"reason": "業務需要"}}); sent.Number == "" {
			t.Errorf("sent: %+v", sent)
		}
	})
}

// No numbers are given out for papers on an abolished form; what was signed on it before is entered,
// and what was signed afterwards is refused by the date that is too late.
func TestAnAbolishedFormIsNotFilledInByHandEither(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		reserve := ismskit.Reservation{Type: TypeAccountRequest, Count: 2, Reason: "機房停電，紙本辦理"}
		keyed := reserve
		keyed.Key = "once"
		taken, err := o.kit.Records().PaperNumbers().Reserve(o.ctx, o.as("P07"), keyed)
		must(t, err)
		block, err := o.kit.Records().PaperNumbers().Reserve(o.ctx, o.as("P07"), reserve)
		must(t, err)
		o.abolish()
		o.runTo(at(11, 25, 10, 0))
		var invalid forms.Invalid
		if _, err := o.kit.Records().PaperNumbers().Reserve(o.ctx, o.as("P07"), reserve); !errors.As(err, &invalid) || invalid[0].Field != "type" || !strings.Contains(invalid[0].Message("zh-TW"), "廢止") {
			t.Errorf("numbers: %v", err)
		}
		if again, err := o.kit.Records().PaperNumbers().Reserve(o.ctx, o.as("P07"), keyed); err != nil || len(again) != 2 || again[0].Number != taken[0].Number {
			t.Errorf("what was given out before is told again: %v %v", again, err)
		}
		enter := func(number string, first, second int) error {
			scan, err := o.kit.Files().Upload(o.ctx, o.as("P07"), "掃描檔.pdf", strings.NewReader("%PDF-1.7 紙本\n%%EOF"))
			must(t, err)
			v := o.account()
			v["paper_number"], v["paper_why"], v["paper_scan"], v["paper_place"], v["paper_keeper"] = number, "機房停電", []forms.File{scan}, "資訊室鐵櫃 A-3", o.l.books.person("P07")
			v["paper_signers"] = []forms.Row{
				{forms.RowID: "s1", "signer": o.l.books.person("P12"), "capacity": "單位主管", "signed_on": date(11, second)},
				{forms.RowID: "s2", "signer": o.l.books.person("P13"), "capacity": "申請人", "signed_on": date(11, first)},
			}
			_, err = o.kit.Open(o.ctx, o.as("P07"), ismskit.Opening{Type: TypeAccountRequest + "_paper", Applicant: "P13", Values: v, Submit: true})
			return err
		}
		if err := enter(block[0].Number, 24, 25); !errors.As(err, &invalid) || len(invalid) != 1 || invalid[0].Code != "paper.form_retired" || invalid[0].RowID != "s2" || !strings.Contains(invalid[0].Message("zh-TW"), "115.11.23 廢止") {
			t.Errorf("begun a day after: %v", err)
		}
		if err := enter(block[0].Number, 23, 24); err != nil {
			t.Errorf("begun on its last day: %v", err)
		}
	})
}
