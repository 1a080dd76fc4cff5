package workflow_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// What a handler may record follows what was asked for: a removal opens nothing.
// Where it can't be said yet, and where nothing would be left, all are offered.
func TestResultsFollowWhatWasAskedFor(t *testing.T) {
	flow := read(t, "account_line.json")
	step := flow.Root.Step
	step.Results = []workflow.Result{
		{Key: "opened", Text: workflow.Text{"zh-TW": "已開通"}, When: "op == 'add'"},
		{Key: "disabled", Text: workflow.Text{"zh-TW": "已停用"}, When: "op == 'disable'"},
	}
	offered := func(facts workflow.Facts) string {
		var out []string
		for _, r := range step.ResultsFor(facts) {
			out = append(out, r.Key)
		}
		return strings.Join(out, " ")
	}
	removal := values{holds: map[string]bool{"op == 'add'": false, "op == 'disable'": true}}
	for _, c := range []struct {
		name  string
		facts workflow.Facts
		want  string
	}{
		{"a removal", removal, "disabled"},
		{"not known yet", values{holds: map[string]bool{"op == 'add'": false}}, "disabled"},
		{"nothing known", nil, "opened disabled"},
		{"neither", values{holds: map[string]bool{"op == 'add'": false, "op == 'disable'": false}}, "opened disabled"},
	} {
		if got := offered(c.facts); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
	removal.holds["system_outside == true"] = false
	d := newDesk(t, flow, removal, seats("handle", people("P06")))
	d.send()
	for _, o := range d.c.Offers(d.s, d.open("handle"), removal) {
		if o.Verb == workflow.VerbRecord && (len(o.Results) != 1 || o.Results[0].Key != "disabled") {
			t.Errorf("offered: %+v", o.Results)
		}
	}
	d.refuse(workflow.ErrResult, workflow.Action{Verb: workflow.VerbRecord, Task: d.open("handle"), By: person("P06"), Result: "opened"})
	d.must(workflow.Action{Verb: workflow.VerbRecord, Task: d.open("handle"), By: person("P06"), Result: "disabled"})
}

// A result asks for a field only where its condition holds; where that can't be said,
// it asks.
func TestAResultRequiresWhatTheRequestLeftOpen(t *testing.T) {
	flow := read(t, "account_line.json")
	flow.Root.Step.Results[0].RequireIf = []workflow.Required{{When: "empty(account)", Fields: []string{"note"}}}
	for name, c := range map[string]struct {
		facts workflow.Facts
		want  []string
	}{
		"a new account":           {values{holds: map[string]bool{"empty(account)": true}}, []string{"account", "note"}},
		"one named by the asker":  {values{holds: map[string]bool{"empty(account)": false}}, []string{"account"}},
		"what cannot be said yet": {values{}, []string{"account", "note"}},
	} {
		if got := flow.Root.Step.ResultsFor(c.facts)[0].Require; !slices.Equal(got, c.want) {
			t.Errorf("%s: requires %v, not %v", name, got, c.want)
		}
	}
	if require := flow.Root.Step.Results[0].Require; !slices.Equal(require, []string{"account"}) {
		t.Errorf("the flow itself now says %v", require)
	}
}

// answers are those of a question.
const answers = `"results":[{"key":"extend","text":{"en":"Extend"},"require":["reason"]},{"key":"let_end","text":{"en":"Let it end"}}]`

// Whoever is asked something answers, and has nothing to carry out, to send out or to
// return. What is no answer is refused as such.
func TestAQuestionIsAnswered(t *testing.T) {
	d := newDesk(t, parse(t, flowOf(step("q", "question", anyone, answers))), values{}, seats("q", people("A")))
	d.send()
	var verbs []string
	for _, o := range d.c.Offers(d.s, d.open("q"), nil) {
		if !o.Detour {
			verbs = append(verbs, string(o.Verb))
			if len(o.Results) != 2 || o.Results[0].Key != "extend" || o.Results[1].Key != "let_end" {
				t.Errorf("to choose from are %+v", o.Results)
			}
		}
	}
	if !slices.Equal(verbs, []string{"record"}) {
		t.Errorf("it offers %v", verbs)
	}
	for _, result := range []string{"", "opened"} {
		d.refuse(workflow.ErrReply, workflow.Action{Verb: workflow.VerbRecord, Task: d.open("q"), By: person("A"), Result: result})
	}
	d.refuse(workflow.ErrVerb, workflow.Action{Verb: workflow.VerbReturn, Task: d.open("q"), By: person("A"), To: "applicant", Comment: "不明"})
	d.must(workflow.Action{Verb: workflow.VerbRecord, Task: d.open("q"), By: person("A"), Result: "let_end"})
	d.closed(workflow.OutcomeDone)
}
