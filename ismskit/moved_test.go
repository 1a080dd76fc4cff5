package ismskit_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// move gives a person a post in another unit and takes him off the one he had.
func (o *office) move(person, from, post, unitID string) {
	o.t.Helper()
	o.change(register.Posts, from, func(v forms.Values) { delete(v, "holders") })
	o.post(post, "科員", unitID, person, false, "T07")
	o.change(register.People, person, func(v forms.Values) {
		v["post"], v["unit"] = ref(register.Posts, post), unit(unitID)
	})
}

// confirming is a request of P13's for one account, all but confirmed: P12 uses the
// account, P10 is in charge of it.
func (o *office) confirming(user string, before func()) (caseID string) {
	o.t.Helper()
	values := oneRow()
	row := values["lines"].([]forms.Row)[0]
	row["account_user"], row["responsible"] = person(user), person("P10")
	sent := o.apply("P13", values)
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013"}})
	before() // nobody is asked yet
	o.settle()
	return sent.Case
}

// Questions to an applicant who has moved to another unit go to the account's user,
// then to the person in charge, then to the head of the unit that asked; each is told
// why it came to him.
func TestAQuestionToWhoMovedGoesOn(t *testing.T) {
	for _, c := range []struct {
		name, user string
		left       []string
		asked, why string
	}{
		{"account user", "P12", nil, "P12", "申請人已離職或調動，您是帳號使用者（鍾明哲已調離戶政科）"},
		{"his own account", "P13", nil, "P10", "申請人已離職或調動，您是負責人（鍾明哲已調離戶政科）"},
		{"person in charge", "P12", []string{"P12"}, "P10", "申請人已離職或調動，您是負責人（鍾明哲已調離戶政科）"},
		{"unit head", "P12", []string{"P12", "P10"}, "P11", "申請人、使用者及負責人均已離開，您是單位主管（鍾明哲已調離戶政科）"},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, o *office) {
				id := o.confirming(c.user, func() {
					o.move("P13", "T17", "T30", "U03")
					for _, p := range c.left {
						o.leave(p)
					}
				})
				if mine := o.todo("P13"); len(mine) != 0 {
					t.Errorf("who moved is still asked: %+v", mine)
				}
				todo := o.todo(c.asked)
				if len(todo) != 1 || todo[0].Case != id || todo[0].Why.In("zh-TW") != c.why {
					t.Fatalf("list of %s: %+v", c.asked, todo)
				}
				if told := o.noticesOf(c.asked); told[len(told)-1].Rule != "opened" {
					t.Errorf("%s was told %+v", c.asked, told)
				}
			})
		})
	}
}

// Another post in the same unit is no move, nor is a second post elsewhere.
func TestAnotherPostInTheUnitIsNoMove(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.confirming("P12", func() { o.move("P13", "T17", "T30", "U06") })
		o.post("T31", "科員", "U03", "P13", false, "T07")
		if mine := o.todo("P13"); len(mine) != 1 || mine[0].Step != "confirm" {
			t.Fatalf("the applicant's list: %+v", mine)
		}
	})
}

// Who is asked leaves while the question is open: it goes on to the next who is there,
// with its own five working days and the reason why, and the trail says so. When all
// have gone the head is asked, and the end is told to whoever was asked last.
func TestAnOpenQuestionGoesOnWhenItsSignerLeaves(t *testing.T) {
	const gone = "；鍾明哲已離職或停用（最後在職日 115.11.23）"
	eachStore(t, func(t *testing.T, o *office) {
		id := o.confirming("P12", func() {})
		if mine := o.todo("P13"); len(mine) != 1 {
			t.Fatalf("the applicant's list: %+v", mine)
		}
		o.until(monday.AddDate(0, 0, 1))
		o.leave("P13")
		o.until(monday.AddDate(0, 0, 4).Add(3 * time.Hour)) // 115.11.27, when he would be reminded
		todo := o.todo("P12")
		if len(todo) != 1 || todo[0].Why.In("zh-TW") != "申請人已離職或調動，您是帳號使用者"+gone || todo[0].DueDate != "2026-12-04" {
			t.Fatalf("the account user's list: %+v", todo)
		}
		o.told("P12", "opened@11-27")
		c := o.read("P12", id)
		last := c.Trail[len(c.Trail)-1]
		if last.Verb != workflow.VerbSeatAgain || last.By.Person != ismskit.SystemPerson || last.Comment != "鍾明哲已離職或調動，改送接續之人辦理" ||
			len(last.Opened) != 1 || last.Opened[0].Choice != 1 || len(last.Closed) != 1 || last.Closed[0].Status != workflow.TaskMoved || len(c.Faults) > 0 {
			t.Errorf("on the trail: %+v, faults %v", last.Event, c.Faults)
		}

		o.leave("P12")
		o.move("P10", "T20", "T32", "U06") // in charge of it, and not the applicant: wherever he works
		o.until(time.Date(2026, 12, 3, 12, 0, 0, 0, taipei))
		if todo := o.todo("P10"); len(todo) != 1 || todo[0].Why.In("zh-TW") != "申請人已離職或調動，您是負責人"+gone {
			t.Fatalf("the list of the person in charge: %+v", todo)
		}
		o.leave("P10")
		o.until(time.Date(2026, 12, 9, 12, 0, 0, 0, taipei))
		if todo := o.todo("P11"); len(todo) != 1 || todo[0].Why.In("zh-TW") != "申請人、使用者及負責人均已離開，您是單位主管"+gone {
			t.Fatalf("the head's list: %+v", todo)
		}
		o.until(time.Date(2026, 12, 18, 12, 0, 0, 0, taipei))
		if c = o.read("P11", id); c.Flow.Outcome != workflow.OutcomeLapsed {
			t.Errorf("outcome %q", c.Flow.Outcome)
		}
		for person, want := range map[string]bool{"P11": true, "P04": false} {
			told := o.noticesOf(person)
			if got := slices.ContainsFunc(told, func(m ismskit.Message) bool { return m.Rule == "closed" && m.Case == id }); got != want {
				t.Errorf("%s was told that it closed: %v", person, got)
			}
		}
	})
}

// Who has left is not told that his request is stuck: nothing of it leaves the house.
func TestWhoLeftIsNotToldThatHisRequestIsStuck(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.apply("P13", threeRows())
		o.leave("P13")
		o.until(monday.AddDate(0, 0, 9).Add(3 * time.Hour)) // 115.12.02, when the head's superior has been told
		o.told("P01", "escalate@11-30")
		o.mailed("P13")
	})
}
