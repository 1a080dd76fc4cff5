package ismskit_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"

	"github.com/ismskit/ismskit/ismskit"
)

// twoPosts makes the head of a unit one who is called by another post of his.
func (o *office) twoPosts(person string) {
	o.post("T90", "主任秘書", "U00", person, false, "")
	o.change(register.People, person, func(v forms.Values) { v["post"] = ref(register.Posts, "T90") })
}

// Whoever signed a paper under one of his posts confirms it under that post, in the flow before
// it is sent, on his list and on the trail; a post that he has given up is no longer his to sign under.
func TestAPaperIsConfirmedUnderThePostItWasSignedUnder(t *testing.T) {
	for name, c := range map[string]struct {
		gaveUp bool
		title  string
	}{"holds it": {title: "科長"}, "gave it up": {gaveUp: true, title: "主任秘書"}} {
		t.Run(name, func(t *testing.T) {
			o := paperOffice(t, nil)
			o.twoPosts("P11")
			v := o.onPaper(o.reserve(1)[0].Number)
			if c.gaveUp {
				o.until(monday.AddDate(0, 0, 1))
				o.change(register.Posts, "T15", func(v forms.Values) {
					v["holders"] = []forms.Row{
						{forms.RowID: "r1", "person": ref(register.People, "P11"), "to": calendar.Date{Year: 2026, Month: 11, Day: 23}},
						{forms.RowID: "r2", "person": ref(register.People, "P12"), "from": calendar.Date{Year: 2026, Month: 11, Day: 24}},
					}
				})
			}
			route, err := o.kit.Route(o.ctx, o.as("P10"), ismskit.Preview{Type: "account_request_paper", Applicant: "P13", Values: v})
			if err != nil {
				t.Fatal(err)
			}
			asked := func(steps []ismskit.RouteStep) string {
				i := slices.IndexFunc(steps[0].People, func(p ismskit.RoutePerson) bool { return p.Person == "P11" })
				return steps[0].People[i].PostTitle
			}
			if got := asked(route.Steps); got != c.title {
				t.Errorf("before it is sent he is asked as %s", got)
			}
			entered, err := o.enterPaper(v)
			if err != nil {
				t.Fatal(err)
			}
			if got := asked(o.read("P11", entered.Case).Way.Steps); got != c.title {
				t.Errorf("he is asked as %s", got)
			}
			o.act("P11", entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
			trail := o.read("P11", entered.Case).Trail
			if last := trail[len(trail)-1]; last.By.PostTitle != c.title {
				t.Errorf("he confirmed as %s", last.By.PostTitle)
			}
		})
	}
}
