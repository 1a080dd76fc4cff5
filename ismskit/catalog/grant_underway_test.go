package catalog

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever is told to close an account learns that more time is being asked for, and
// where that stands; whoever asks for it learns that the account is to be closed.
func TestWhoClosesAnAccountLearnsOfItsExtension(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		question, _ := o.waiting(TypeGrantExtension, "G02")
		o.act("P13", question.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": calendar.Date{Year: 2027, Month: time.June, Day: 30}}})
		o.runTo(at(time.December, 3, 9, 0))
		closure, ok := o.waiting(TypeGrantClosure, "G02")
		if !ok {
			t.Fatal("nothing is to be closed")
		}
		seen, err := o.kit.Case(o.ctx, o.as("P10"), closure.Case)
		must(t, err)
		if len(seen.UnderWay) != 1 || seen.UnderWay[0].Kind != ismskit.LinkExtension {
			t.Fatalf("the extension is not named: %+v", seen.UnderWay)
		}
		draft, err := o.kit.Case(o.ctx, o.as("P13"), seen.UnderWay[0].Case)
		must(t, err)
		if len(draft.UnderWay) != 1 || draft.UnderWay[0].Kind != ismskit.LinkClosure || draft.UnderWay[0].Case != closure.Case {
			t.Errorf("the closure is not named: %+v", draft.UnderWay)
		}
	})
}
