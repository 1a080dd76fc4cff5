package ismskit_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever signed a case as head of his unit is asked for his opinion on it under that post, not
// under another by which he is called; whom the case does not know yet is asked under the latter.
func TestOneIsAskedUnderThePostUnderWhichHeStandsInTheCase(t *testing.T) {
	o := ownFlowOffice(t, own("second", workflow.Step{Who: asPerson("P01")}))
	o.twoPosts("P11")
	consult := func(to, id string) {
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbConsult, People: []string{to}, Comment: "請表示意見"})
	}
	asked := func(id, person string) string {
		for _, s := range o.read("P01", id).Way.Steps {
			for _, turn := range s.Beside {
				if i := slices.IndexFunc(turn.People, func(p ismskit.RoutePerson) bool { return p.Person == person }); i >= 0 {
					return turn.People[i].PostTitle
				}
			}
		}
		return ""
	}
	sent := o.apply("P13", oneRow())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	consult("P11", sent.Case)
	if got := asked(sent.Case, "P11"); got != "科長" {
		t.Errorf("who signed as 科長 is asked as %q", got)
	}
	trail := o.read("P01", sent.Case).Trail
	at := slices.IndexFunc(trail, func(e ismskit.Entry) bool { return e.Verb == workflow.VerbConsult })
	if to := trail[at].Named(); len(to) != 1 || to[0].PostTitle != "科長" {
		t.Errorf("the trail names %+v", to)
	}
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
	trail = o.read("P01", sent.Case).Trail
	if last := trail[len(trail)-1]; last.By.PostTitle != "科長" {
		t.Errorf("he answers as %q", last.By.PostTitle)
	}
	other := o.apply("P04", oneRow()) // of another unit: he has no part in it
	o.act("P01", other.Case, ismskit.Action{Verb: workflow.VerbConsult, People: []string{"P11"}, Comment: "請表示意見"})
	if got := asked(other.Case, "P11"); got != "主任秘書" {
		t.Errorf("whom the case does not know is asked as %q", got)
	}
}
