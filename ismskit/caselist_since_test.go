package ismskit_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// A returned case stands on its applicant's list since it came back, whatever is said or
// moves in it afterwards.
func TestAReturnedCaseIsListedSinceItWasReturned(t *testing.T) {
	o := openOffice(t, nil)
	id := o.apply("P13", oneRow()).Case
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補說明"})
	returned := o.now
	o.until(o.now.Add(24 * time.Hour))
	o.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "補正中"})
	mine, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{})
	if err != nil || len(mine) != 1 {
		t.Fatalf("%d cases: %v", len(mine), err)
	}
	if since := mine[0].Since; !since.Equal(returned) {
		t.Errorf("since %v, want %v", since, returned)
	}
}
