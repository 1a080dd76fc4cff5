package ismskit

import (
	"maps"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// A question in a flow makes no answer of what its other steps enter; what two steps may
// enter was entered by the one decided last.
func TestWhatEnteredAFieldIsSaidOfEachField(t *testing.T) {
	typ, err := ParseType([]byte(`{"key":"errand","version":"1","title":{"en":"Errand"},"subject":"subject",
		"form":{"key":"errand","version":"1","title":{"en":"Errand"},"fields":[
			{"key":"subject","type":"text","label":{"en":"Subject"}},
			{"key":"reply","type":"text","label":{"en":"Reply"},"later":true},
			{"key":"done","type":"text","label":{"en":"Done"},"later":true},
			{"key":"note","type":"text","label":{"en":"Note"},"later":true}]},
		"flow":{"key":"errand","version":"1","root":{"sequence":[
			{"step":{"id":"ask","name":{"en":"Ask"},"kind":"question","who":[{"kind":"applicant"}],"edit":["reply","note"],"results":[{"key":"yes","text":{"en":"Yes"}}]}},
			{"step":{"id":"do","name":{"en":"Do"},"kind":"handle","who":[{"kind":"applicant"}],"edit":["done","note"]}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	kinds, err := newKinds(Config{Types: []Type{typ}, FieldTypes: forms.StandardTypes()})
	if err != nil {
		t.Fatal(err)
	}
	kind, _ := kinds.latestOf("errand")
	want := map[string]workflow.Kind{"reply": workflow.KindQuestion, "note": workflow.KindQuestion, "done": workflow.KindHandle}
	c := caseInHand{kind: kind, values: forms.Values{}}
	if got := c.entered(); !maps.Equal(got, want) {
		t.Errorf("before anybody did anything: %v", got)
	}
	c.state.Tasks = []workflow.Task{{Step: "ask", Status: workflow.TaskDone}, {Step: "do", Status: workflow.TaskDone}}
	want["note"] = workflow.KindHandle
	if got := c.entered(); !maps.Equal(got, want) {
		t.Errorf("once all is done: %v", got)
	}
}
