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
