package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// setsRules fills in what a house may decide of the type, on the page of the settings.
func (o *office) setsRules(d ismskit.Design, values forms.Values) ismskit.Design {
	o.t.Helper()
	f, err := d.SettingsForm()
	if err != nil {
		o.t.Fatal(err)
	}
	for key, v := range values {
		f.Values[key] = v
	}
	if wrong := f.Wrong(f.Values); len(wrong) > 0 {
		o.t.Fatal(wrong)
	}
	rules := d.FillRules(f.Values)
	d, err = o.versions().Save(o.ctx, o.as("P04"), ismskit.FlowChange{Type: d.Type.Key, Seen: d.Draft.Revision, Flow: d.FillSettings(f.Values), Rules: &rules})
	if err != nil {
		o.t.Fatal(err)
	}
	return d
}

// The house lets memos be numbered when they are approved, and gives two days to mend what was
// returned. What begins afterwards goes by it, what is on its way and what the program brings does not.
func TestAHouseDecidesWhenItsCasesAreNumberedAndMended(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		o := designs(t, store, memo(t, memoFlow))
		before := o.memo()
		d := o.setsRules(o.draftOf("memo"), forms.Values{"number_at": "approval", "correct": "term", "correct_n": int64(2), "correct_unit": "wd", "keep_deadlines": "keep"})
		if want := (ismskit.TypeRules{Correct: "2wd", KeepDeadlines: true, NumberAt: "approval"}); d.Rules != want || d.Former.Rules.NumberAt != "submit" || d.Former.Rules.Correct != "" {
			t.Errorf("the draft says %+v, before %+v", d.Rules, d.Former.Rules)
		}
		// A flow that is kept without saying anything of them leaves them.
		d = o.saves(d, d.Flow)
		if d.Rules.Correct != "2wd" {
			t.Errorf("they are %+v now", d.Rules)
		}
		o.brings(d, "核准後始編號")

		after := o.memo()
		if o.read("P13", before).Number == "" || o.read("P13", after).Number != "" {
			t.Errorf("numbered when it is sent: %q, %q", o.read("P13", before).Number, o.read("P13", after).Number)
		}
		for _, id := range []string{before, after} {
			o.act("P11", id, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補附件"})
		}
		usual, short := o.read("P13", before).CorrectBy, o.read("P13", after).CorrectBy
		if !short.Before(usual.AddDays(-1)) {
			t.Errorf("to be mended by %v, and what was on its way by %v", short, usual)
		}
		o.act("P13", after, ismskit.Action{Verb: workflow.VerbSubmit})
		o.act("P11", after, ismskit.Action{Verb: workflow.VerbApprove})
		if o.read("P13", after).Number != "" {
			t.Error("it is numbered before it is approved")
		}
		o.act("P01", after, ismskit.Action{Verb: workflow.VerbApprove})
		if o.read("P13", after).Number == "" {
			t.Error("it is approved and has no number")
		}
		shown, err := o.versions().Flow(o.ctx, o.as("P04"), "memo", "1")
		if err != nil || shown.Rules.NumberAt != "submit" {
			t.Errorf("the program's says %+v, %v", shown.Rules, err)
		}
	})
}

// What no type can have is refused when it is to be kept, so that a draft can always be read.
func TestRulesThatNoTypeCanHaveAreRefused(t *testing.T) {
	o := designs(t, memory.New(), memo(t, memoFlow))
	d := o.draftOf("memo")
	for _, rules := range []ismskit.TypeRules{{Correct: "soon", NumberAt: "submit"}, {Correct: "0wd", NumberAt: "submit"}, {NumberAt: "never"}} {
		if _, err := o.versions().Save(o.ctx, o.as("P04"), ismskit.FlowChange{Type: "memo", Seen: d.Draft.Revision, Flow: d.Flow, Rules: &rules}); err == nil {
			t.Errorf("%+v is kept", rules)
		}
	}
	if _, err := o.versions().Draft(o.ctx, o.as("P04"), "memo"); err != nil {
		t.Error(err)
	}
}
