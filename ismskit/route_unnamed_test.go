package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// While a form is filled in, a row of the route whose system is not chosen yet, or is in
// no list, says so: neither nothing nor a key that nobody knows.
func TestARowWithoutItsSystemIsNamedAllTheSame(t *testing.T) {
	o := openOffice(t, nil)
	values := threeRows()
	rows := values["lines"].([]forms.Row)
	delete(rows[0], "system")
	rows[1]["system"] = ref(register.Systems, "S99")
	route, err := o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Type: "account_request", Values: values})
	if err != nil {
		t.Fatal(err)
	}
	var named []ismskit.RouteRow
	for _, s := range route.Steps {
		named = append(named, s.Rows...)
	}
	if len(named) != 3 {
		t.Fatalf("the route has the rows %+v", named)
	}
	if first := named[0].Unnamed; first.In("zh-TW") != "尚未選定系統" || first.In("en") != "System not chosen yet" {
		t.Errorf("not chosen: %v", first)
	}
	if second := named[1].Unnamed; second.In("zh-TW") != "查無此系統" || second.In("en") != "System not found" {
		t.Errorf("in no list: %v", second)
	}
	if third := named[2]; third.Unnamed != nil || third.Title == "" {
		t.Errorf("chosen: %+v", third)
	}
}

// A step for the head of somebody who is not chosen yet waits for the choice: it is not
// said that nobody is there to do it.
func TestAStepForAPersonNotYetChosenIsNotUnstaffed(t *testing.T) {
	o := openOffice(t, nil)
	o.role("organisation", "personnel_officer", "P10")
	nobody := func(values forms.Values) (steps []string) {
		t.Helper()
		route, err := o.kit.Route(o.ctx, o.as("P10"), ismskit.Preview{Type: "handover", Values: values})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range route.Steps {
			if s.Nobody {
				steps = append(steps, s.ID)
			}
		}
		return steps
	}
	if got := nobody(forms.Values{}); len(got) > 0 {
		t.Errorf("before somebody is chosen nobody is there for %v", got)
	}
	o.change(register.Posts, "T07", func(v forms.Values) { delete(v, "holders") })
	o.change(register.Posts, "T01", func(v forms.Values) { delete(v, "holders") })
	if got := nobody(forms.Values{"person": person("P05")}); len(got) == 0 {
		t.Error("of somebody without heads it is not said")
	}
}
