package ismskit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// U5: the superior who is to name a deputy is away himself. The one above is told, and names
// one; once the superior is back it is his, and the one above is asked no more.
func TestU5TheOneAboveNamesADeputyWhileTheSuperiorIsAway(t *testing.T) {
	o := inquiryOffice(t)
	id, _ := o.inquiry()
	o.goneAway("P13", o.now, 5, "P01")
	o.goneAway("P11", o.now, 1, "P13")
	entry := o.goneAway("P12", o.now, 5, "P13")
	o.rules("P11")
	o.rules("P01", "unattended")
	if got := o.askedToAppoint("P01", id); got != "范語彤不在，代理人亦不在，請指定" {
		t.Errorf("in the case: %q", got)
	}
	o.now = o.now.AddDate(0, 0, 1).Add(time.Hour)
	o.change(register.Deputies, entry, func(v forms.Values) { v["reason"] = "公假出國" })
	o.settle()
	if m := o.noticesOf("P01"); len(m) != 1 || m[0].Gone.IsZero() {
		t.Errorf("the superior is back, and P01 is still asked: %+v", m)
	}
	o.rules("P11", "unattended")
	flow := o.read("P10", id).Flow
	name := ismskit.Action{Verb: workflow.VerbAppoint, Task: flow.Open()[0].ID, People: []string{"P06"}, Comment: "代理人亦不在"}
	o.refused(ismskit.ErrForbidden, "P01", id, name)
	o.act("P11", id, name)
	o.act("P06", id, ismskit.Action{Verb: workflow.VerbApprove})
}

// The one above may, and does not have to wait for the superior.
func TestU5TheOneAboveIsHeard(t *testing.T) {
	o := inquiryOffice(t)
	id, _ := o.inquiry()
	o.goneAway("P13", o.now, 5, "P01")
	o.goneAway("P11", o.now, 5, "P13")
	o.goneAway("P12", o.now, 5, "P13")
	o.act("P01", id, ismskit.Action{Verb: workflow.VerbAppoint, Task: "t1", People: []string{"P06"}, Comment: "代理人亦不在"})
	o.act("P06", id, ismskit.Action{Verb: workflow.VerbApprove})
}

// Nobody names who signs his own request, nor is he told to: the one above is.
func TestU5TheApplicantNamesNobodyInHisOwnRequest(t *testing.T) {
	o := inquiryOffice(t)
	id := o.open("P11", "inquiry", forms.Values{"subject": "查處採購", "lines": []forms.Row{{forms.RowID: "aaaa", "what": "調閱紀錄"}}}, true).Case
	o.settle()
	o.nobodyActs()
	for _, m := range o.noticesOf("P11") {
		if m.Rule == "unattended" {
			t.Errorf("the applicant is to name somebody: %+v", m)
		}
	}
	o.rules("P01", "unattended")
	if got := o.askedToAppoint("P11", id); got != "may not" {
		t.Errorf("the applicant may: %q", got)
	}
	name := ismskit.Action{Verb: workflow.VerbAppoint, Task: "t1", People: []string{"P06"}, Comment: "代理人亦不在"}
	o.refused(ismskit.ErrForbidden, "P11", id, name)
	o.act("P01", id, name)
}

// Nobody is to name a deputy where another holder of the task is there, or where nobody can
// stand in for the one who is to come in person.
func TestU5NobodyIsToldWhereNothingIsToBeNamed(t *testing.T) {
	for name, step := range map[string]string{
		"another holder": `"who":[{"kind":"person","ids":["P12","P06"]}]`,
		"in person":      `"who":[{"kind":"person","ids":["P12"]}],"in_person":true`,
	} {
		t.Run(name, func(t *testing.T) {
			flow := fmt.Sprintf(`{"key":"memo","version":"1","root":{"step":{"id":"head","name":{"zh-TW":"審核","en":"Review"},"kind":"review",%s,"due":{"term":"3wd"}}}}`, step)
			o := openOffice(t, nil, memo(t, flow))
			r := o.open("P10", "memo", forms.Values{"subject": "採購"}, true)
			o.settle()
			o.nobodyActs()
			for _, person := range []string{"P11", "P04", "P01"} {
				if slices.ContainsFunc(o.noticesOf(person), func(m ismskit.Message) bool { return m.Rule == "unattended" }) {
					t.Errorf("%s is told", person)
				}
			}
			if _, err := o.kit.Case(o.ctx, o.as("P11"), r.Case); err == nil {
				t.Error("P11 reads it")
			}
		})
	}
}

// Whoever owes a signature makes up for it himself: nobody is to name a deputy for that.
func TestU5NobodyNamesADeputyForASignatureThatIsOwed(t *testing.T) {
	c := openCards(t, deskFlow)
	id := c.memo()
	c.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove, Owe: "憑證未攜帶"})
	c.settle()
	c.goneAway("P06", c.now, 5, "P10")
	c.goneAway("P05", c.now, 5, "P06")
	c.until(c.now.AddDate(0, 0, 3))
	if slices.ContainsFunc(c.noticesOf("P04"), func(m ismskit.Message) bool { return m.Rule == "unattended" }) {
		t.Error("P04 is told")
	}
}
