package ismskit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// goneAway enters that somebody is away, with whom he has named.
func (o *office) goneAway(person string, from time.Time, days int, deputies ...string) (row string) {
	o.t.Helper()
	a := ismskit.Absence{Principal: person, Deputies: deputies, From: from, To: from.AddDate(0, 0, days), Reason: "公假"}
	entered, err := o.kit.People().SetAbsence(o.ctx, ismskit.System("test"), a)
	if err != nil {
		o.t.Fatal(err)
	}
	o.settle()
	return entered.ID
}

// askedToAppoint is what a superior is shown beside the act of naming a deputy.
func (o *office) askedToAppoint(person, id string) string {
	o.t.Helper()
	c := o.read(person, id)
	i := slices.IndexFunc(c.Others, func(a ismskit.OtherAct) bool { return a.Verb == workflow.VerbAppoint })
	if i < 0 {
		return "may not"
	}
	return c.Others[i].Why.In("zh-TW")
}

// U5: the deputies are away one after the other. Once the list is used up the direct
// superior is told, in a notice and in the case, and names somebody; then he is asked no more.
func TestU5TheSuperiorIsToldThatNobodyActs(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		head := o.read("P11", id).Mine[0].ID
		if got := o.askedToAppoint("P01", id); got != "" {
			t.Errorf("the head is there: %q", got)
		}
		entry := o.goneAway("P11", o.now, 5, "P12", "P06")
		o.goneAway("P12", o.now, 5, "P13")
		o.rules("P01")
		if got := o.askedToAppoint("P01", id); got != "may not" {
			t.Errorf("the second deputy is there: %q", got)
		}
		o.goneAway("P06", o.now.Add(24*time.Hour), 3, "P05")
		o.rules("P01")
		o.until(o.now.Add(25 * time.Hour))
		const words = "邱柏叡不在，第一、第二代理人均不在，請指定"
		if got := o.askedToAppoint("P01", id); got != words {
			t.Errorf("in the case: %q", got)
		}
		o.rules("P01", "unattended")
		if m := o.noticesOf("P01"); !strings.Contains(m[0].Body, words) || m[0].Kind != ismskit.MessageAction {
			t.Errorf("told: %+v", m[0])
		}
		o.change(register.Deputies, entry, func(v forms.Values) { v["reason"] = "公假出國" })
		o.settle() // his alarm has rung again: once is enough
		o.rules("P01", "unattended")

		o.act("P01", id, ismskit.Action{Verb: workflow.VerbAppoint, Task: head, People: []string{"P10"}, Comment: "第一、第二代理人均不在"})
		o.settle()
		if m := o.noticesOf("P01"); m[0].Gone.IsZero() {
			t.Errorf("he is still asked: %+v", m[0])
		}
		o.act("P10", id, ismskit.Action{Verb: workflow.VerbApprove, Task: head})
	})
}

// U5: what comes while the head is away, and so is the one whom he has named.
func TestU5TheSuperiorIsToldOfWhatComesLater(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		o.goneAway("P11", o.now, 5, "P12")
		o.goneAway("P12", o.now, 5, "P13")
		id := o.memo()
		o.rules("P01", "unattended")
		if got := o.askedToAppoint("P01", id); got != "邱柏叡不在，代理人亦不在，請指定" {
			t.Errorf("in the case: %q", got)
		}
	})
}
