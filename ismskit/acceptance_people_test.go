package ismskit_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// heads gives the post of the registry's head to somebody from a day on; from nil, at once.
func (o *office) heads(person string, from *calendar.Date) {
	o.t.Helper()
	o.change(register.Posts, "T15", func(v forms.Values) {
		next := forms.Row{forms.RowID: "r2", "person": ref(register.People, person)}
		if from == nil {
			v["holders"] = []forms.Row{next}
			return
		}
		next["from"] = *from
		old := v["holders"].([]forms.Row)[0].Clone()
		old["to"] = from.AddDays(-1)
		v["holders"] = []forms.Row{old, next}
	})
}

// passed is the refusal of whoever no longer holds the post.
func (o *office) passed(person, id, want string) {
	o.t.Helper()
	_, err := o.kit.Act(o.ctx, o.as(person), id, ismskit.Action{Verb: workflow.VerbApprove})
	if !errors.Is(err, workflow.ErrPassedOn) || workflow.AsRefusal(err).Message("zh-TW") != want {
		o.t.Errorf("%s: %v", person, err)
	}
}

// U6: a new head between draft and signature. The open tasks of the post pass to him the
// day he takes office, with an entry and the time they had; both are told, and the former
// head is refused with the reason.
func TestU6ANewHeadBetweenDraftAndSignature(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.settle()
		due := o.todo("P11")[0].DueDate
		tomorrow := calendar.DateOf(o.now.In(taipei)).AddDays(1)
		o.heads("P12", &tomorrow)
		o.settle()
		if len(o.todo("P11")) != 1 || len(o.todo("P12")) != 0 {
			t.Fatal("the task passed before the day")
		}
		o.until(tomorrow.Start(taipei).Add(3 * time.Hour))
		todo := o.todo("P12")
		if len(todo) != 1 || todo[0].DueDate != due || len(o.todo("P11")) != 0 {
			t.Fatalf("lists of the new head %+v and the former one %+v", todo, o.todo("P11"))
		}
		c := o.read("P13", sent.Case)
		last := c.Trail[len(c.Trail)-1]
		if last.Verb != workflow.VerbPassOn || last.By.Person != ismskit.SystemPerson || last.Opened[0].Holders[0].Person != "P12" ||
			last.Comment != "「戶政科科長」由邱柏叡改為范語彤，本件改由范語彤辦理" || len(c.Faults) > 0 {
			t.Errorf("on the trail: %+v, faults %v", last.Event, c.Faults)
		}
		o.told("P12", "passed@11-24")
		o.told("P11", "opened@11-23", "passed_off@11-24")
		if m := o.noticesOf("P11"); m[0].Gone.IsZero() {
			t.Errorf("the former head is still asked: %+v", m[0])
		}
		o.passed("P11", sent.Case, "您已不是「戶政科科長」，本件已由接任的范語彤接辦。")
		o.act("P12", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if last := o.read("P13", sent.Case).Trail; last[len(last)-1].Via != "named" {
			t.Errorf("he signs through %q", last[len(last)-1].Via)
		}
	})
}

// Until the queue has come to it, the successor finds his task all the same, his entry
// says from whom it came, and the former holder is refused with the same reason.
func TestU6BeforeTheQueueHasComeToIt(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.settle()
		o.heads("P12", nil)
		o.passed("P11", sent.Case, "您已不是「戶政科科長」，本件已由接任的范語彤接辦。")
		if todo := o.todo("P12"); len(todo) != 1 {
			t.Fatalf("the successor's list: %+v", todo)
		}
		o.read("P12", sent.Case) // before he acts
		o.act("P12", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		c := o.read("P13", sent.Case)
		last := c.Trail[len(c.Trail)-1]
		if last.By.Name != "范語彤" || last.Via != "successor:T15" || last.Opened[0].Why["passed_from"] != "P11" || len(c.Faults) > 0 {
			t.Errorf("on the trail: %+v, faults %v", last.Event, c.Faults)
		}
		o.settle()
		for _, e := range o.read("P13", sent.Case).Trail {
			if e.Verb == workflow.VerbPassOn {
				t.Error("what was signed has been passed on afterwards")
			}
		}
	})
}

// U6: the new head is the applicant himself. He does not approve his own request: it goes
// to the head above, with the reason.
func TestU6TheApplicantBecomesTheHead(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.settle()
		o.heads("P13", nil)
		o.settle()
		if todo := o.todo("P01"); len(todo) != 1 || todo[0].Case != sent.Case {
			t.Fatalf("list of the head above: %+v", todo)
		}
		trail := o.read("P13", sent.Case).Trail
		if last := trail[len(trail)-1]; last.Verb != workflow.VerbSeatAgain || last.Comment != "「戶政科科長」由邱柏叡改為鍾明哲，本件改由鍾明哲辦理" {
			t.Errorf("on the trail: %+v", last.Event)
		}
	})
}

// U6: the unit gets another post for its head. What came to the former one as head of the
// unit passes on too.
func TestU6AnotherPostHeadsTheUnit(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.apply("P13", threeRows())
		o.settle()
		o.post("T40", "代理科長", "U06", "P12", true, "T01")
		o.change(register.Posts, "T15", func(v forms.Values) { v["head"] = false })
		o.change(register.Units, "U06", func(v forms.Values) { v["head"] = ref(register.Posts, "T40") })
		o.settle()
		if todo := o.todo("P12"); len(todo) != 1 || len(o.todo("P11")) != 0 {
			t.Fatalf("lists of the new head %+v and the former one %+v", todo, o.todo("P11"))
		}
	})
}

// U6: between draft and sending the unit got another head. Whoever continues the draft
// sees it, and whoever sends it is told, whether he saw the former one on his page or when
// he kept the draft.
func TestU6TheSenderIsToldOfAnotherHead(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		route, err := o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Type: "account_request", Values: threeRows()})
		if err != nil || !slices.Equal(route.Shown()["head"], []string{"P11"}) {
			t.Fatalf("shown %v, %v", route.Shown(), err)
		}
		kept, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: threeRows(), Shown: route.Shown()})
		if err != nil {
			t.Fatal(err)
		}
		again := func() []ismskit.Rerouted {
			t.Helper()
			r, err := o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Case: kept.Case})
			if err != nil {
				t.Fatal(err)
			}
			return r.Rerouted
		}
		told := func(what string, got []ismskit.Rerouted) {
			t.Helper()
			if len(got) != 1 || got[0].Step.In("zh-TW") != "單位主管" || len(got[0].People) != 1 || got[0].People[0].Name != "范語彤" {
				t.Errorf("%s: %+v", what, got)
			}
		}
		if got := again(); got != nil {
			t.Errorf("nothing has changed: %+v", got)
		}
		o.heads("P12", nil)
		told("the draft is continued", again())
		sent := o.act("P13", kept.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		told("the draft is sent", sent.Rerouted)
		o.settle()

		page, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: threeRows(), Shown: route.Shown(), Submit: true})
		if err != nil {
			t.Fatal(err)
		}
		told("it is sent at once", page.Rerouted)
		if now := o.apply("P13", threeRows()); now.Rerouted != nil {
			t.Errorf("who was shown nobody is told %+v", now.Rerouted)
		}
		seen := o.act("P12", page.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if seen.Rerouted != nil {
			t.Errorf("a later step: %+v", seen.Rerouted)
		}
	})
}
