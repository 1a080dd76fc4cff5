package workflow_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// Whom the form names has the task alone, or has done it: he may not by the next version. With
// another in charge, or where others have the task too, the case goes on by it.
func TestACaseStaysWhereWhomTheFormNamesActs(t *testing.T) {
	record, confirm := step("record", "handle", anyone, ""), step("confirm", "confirm", anyone, "")
	next := edition(t, step("record", "handle", anyone, `"not_same_as":["field:responsible"]`), confirm)
	named := values{named: map[string][]string{"responsible": {"U"}}}
	started := func(who ...string) *desk {
		d := newDesk(t, parse(t, flowOf(record, confirm)), named, seats("record", people(who...), "confirm", people("P12")))
		d.send()
		return d
	}
	d := started("U")
	d.stays(next, "apart_named record")
	if _, err := next.Adopt(d.s, d.c, nil); !errors.Is(err, workflow.ErrConditionFail) {
		t.Errorf("without the form: %v", err)
	}
	if _, err := next.Adopt(d.s, d.c, values{named: map[string][]string{"responsible": {"P11"}}}); err != nil {
		t.Errorf("with another in charge: %v", err)
	}
	d.must(does(workflow.VerbRecord, d.open("record"), "U", ""))
	d.stays(next, "apart_named record")

	started("U", "P11").adopts(next)
}

// Who is next in line has done what the next version keeps apart from it; so has whoever took
// a group's task for himself.
func TestACaseStaysWhereWhoComesNextHasActed(t *testing.T) {
	head, end := step("head", "review", anyone, ""), step("end", "confirm", anyone, "")
	second := func(more string) string { return step("second", "approve", anyone, more) }
	const inOrder, apart = `"need":{"kind":"all","in_order":true}`, `"not_same_as":["head"]`
	d := newDesk(t, parse(t, flowOf(head, second(inOrder), end)), nil, seats("head", people("P11"), "second", people("P12", "P11"), "end", people("P14")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("head"), "P11", ""))
	d.stays(edition(t, head, second(inOrder+","+apart), end), "apart second")

	d = newDesk(t, parse(t, flowOf(head, second(""), end)), nil, map[string]workflow.Found{
		"head": {Signers: people("P11")}, "second": {Pool: "role:owner"}, "end": {Signers: people("P14")},
	})
	d.send()
	d.must(does(workflow.VerbApprove, d.open("head"), "P11", ""))
	next := edition(t, head, second(apart), end)
	shared := *d
	shared.adopts(next) // others of the group can
	claim := does(workflow.VerbClaim, d.open("second"), "P11", "")
	claim.Via = "role:owner"
	d.must(claim)
	d.stays(next, "apart second")
}

// Whom somebody chose for a step to come may not act there by the next version; of a case that
// lies with its applicant, he chooses anew.
func TestACaseStaysWhereWhoWasChosenMayNotAct(t *testing.T) {
	head, end := step("head", "review", anyone, `"return_to":["applicant"]`), step("end", "confirm", anyone, "")
	version := func(n, more string) *workflow.Compiled {
		f := flowOf(head, step("second", "approve", `{"kind":"chosen"}`, more), end)
		c, err := workflow.Compile(parse(t, strings.Replace(f, `"version":"1"`, `"version":"`+n+`","choose":[{"step":"second"}]`, 1)), office())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	one, applicant, afterHead := version("1", ""), version("2", `"not_same_as":["applicant"]`), version("3", `"not_same_as":["head"]`)
	sent := func(chosen string) *desk {
		d := newDesk(t, one.Flow(), nil, seats("head", people("P11"), "second", people(chosen), "end", people("P14")))
		send := does(workflow.VerbSubmit, "", d.s.Applicant.Person, "")
		send.Chosen = map[string][]workflow.Signer{"second": people(chosen)}
		d.must(send)
		return d
	}
	him := sent("P14").s.Applicant.Person
	d := sent(him)
	d.stays(applicant, "apart second")
	d.stays(afterHead)
	d.must(does(workflow.VerbReturn, d.open("head"), "P11", "補件"))
	d.adopts(applicant)

	sent("P14").adopts(applicant)
	sent("P11").stays(afterHead, "apart second") // he has the step before alone
}
