package workflow_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// edition is version 2 of a flow.
func edition(t *testing.T, nodes ...string) *workflow.Compiled {
	t.Helper()
	c, err := workflow.Compile(parse(t, strings.Replace(flowOf(nodes...), `"version":"1"`, `"version":"2"`, 1)), office())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// stays expects that a case can't go on by a version, for these reasons.
func (d *desk) stays(next *workflow.Compiled, codes ...string) {
	d.t.Helper()
	before := string(d.s.Encode())
	_, err := next.Adopt(d.s, d.c, d.f)
	if string(d.s.Encode()) != before {
		d.t.Fatal("looking changed the state")
	}
	var got []string
	for _, o := range workflow.ObstaclesIn(err) {
		got = append(got, o.Code+" "+o.Step)
		for _, lang := range []string{"zh-TW", "en"} {
			if text := o.Message(lang); text == "" || strings.ContainsAny(text, "{}") {
				d.t.Errorf("%s of %s in %s: %q", o.Code, o.Step, lang, text)
			}
		}
	}
	slices.Sort(got)
	slices.Sort(codes)
	if !slices.Equal(got, codes) {
		d.t.Errorf("it stays because of %v (%v), not %v", got, err, codes)
	}
}

func (d *desk) adopts(next *workflow.Compiled) {
	d.t.Helper()
	s, err := next.Adopt(d.s, d.c, d.f)
	if err != nil {
		d.t.Fatal(err)
	}
	back, err := next.Parse(s.Encode())
	if err != nil {
		d.t.Fatal(err)
	}
	d.s, d.c = back, next
}

// Version 2 has the officer look at it at the end, and drops the colleague beside. Who has
// yet to be asked by the colleague goes on by it; who lies with him stays.
func TestACaseGoesOnByTheNextVersion(t *testing.T) {
	head, beside, deputy := step("head", "review", anyone, ""), step("beside", "consult", anyone, ""), step("deputy", "approve", anyone, "")
	flow := flowOf(head, beside, deputy)
	next := edition(t, head, deputy, step("officer", "confirm", anyone, ""))
	found := seats("head", people("P11"), "beside", people("P20"), "deputy", people("P30"), "officer", people("P40"))

	d := newDesk(t, parse(t, flow), nil, found)
	d.send()
	before, _ := d.s.Task(d.open("head"))
	d.adopts(next)
	if after, _ := d.s.Task(before.ID); !reflect.DeepEqual(after, before) {
		t.Errorf("the task was %+v and is %+v", before, after)
	}
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11")})
	d.opened("deputy")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("deputy"), By: person("P30")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("officer"), By: person("P40")})
	d.closed(workflow.OutcomeDone)

	d = newDesk(t, parse(t, flow), nil, found)
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11")})
	d.stays(next, "gone beside")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("beside"), By: person("P20")})
	d.stays(next, "gone beside")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("deputy"), By: person("P30")})
	if _, err := next.Adopt(d.s, d.c, d.f); !errors.Is(err, workflow.ErrPhase) {
		t.Errorf("a case that has ended goes on: %v", err)
	}
}

// Whatever was done, or is being done, has to be what it was.
func TestACaseStaysWhereTheNextVersionKnowsOtherwise(t *testing.T) {
	head, handle := step("head", "review", anyone, ""), step("handle", "handle", anyone, `"results":[{"key":"opened","text":{"zh-TW":"已開通"}},{"key":"kept","text":{"zh-TW":"保留"}}]`)
	confirm := step("confirm", "confirm", anyone, "")
	d := newDesk(t, parse(t, flowOf(head, handle, confirm)), nil, seats("head", people("P11"), "handle", people("P05"), "confirm", people("P06")))
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11")})

	late := `"due":{"term":"5wd"},"timeout":{"after":"5wd","then":"close","reason":{"zh-TW":"逾期"}}`
	officer := step("officer", "confirm", anyone, "")
	for _, c := range []struct {
		nodes []string
		codes []string
	}{
		{[]string{head, officer, handle, confirm}, []string{"passed officer"}},
		{[]string{officer, head, handle, confirm}, []string{"passed officer"}},
		{[]string{handle, head, confirm}, []string{"elsewhere handle", "elsewhere head"}},
		{[]string{head, confirm, handle}, []string{"passed confirm"}},
		{[]string{step("head", "approve", anyone, ""), handle}, []string{"kind head"}},
		{[]string{step("head", "review", `{"kind":"unit_head"}`, ""), handle}, []string{"who head"}},
		{[]string{head, `{"parallel":{"id":"both","branches":[` + handle + `,` + officer + `]}}`}, []string{"elsewhere handle"}},
		{[]string{head, step("handle", "handle", anyone, `"need":{"kind":"all"}`)}, []string{"need handle"}},
		{[]string{head, step("handle", "handle", anyone, `"in_person":true`)}, []string{"in_person handle"}},
		{[]string{step("head", "review", anyone, `"certificate":"must"`), handle}, []string{"certificate head"}},
		{[]string{head, step("handle", "handle", anyone, `"outside":{}`)}, []string{"outside handle"}},
		{[]string{head, step("handle", "handle", anyone, `"not_same_as":["applicant"]`)}, nil},
		{[]string{step("head", "review", anyone, ""), step("handle", "handle", anyone, ""), `{"choice":{"id":"big","cases":[{"when":"risk > 3","then":` + officer + `}]}}`}, nil},
	} {
		next := edition(t, c.nodes...)
		d.stays(next, c.codes...)
	}

	// What was recorded has to be a result still; and the applicant's confirmation lapses
	// by no rule that he was not told of.
	d.must(workflow.Action{Verb: workflow.VerbRecord, Task: d.open("handle"), By: person("P05"), Result: "kept"})
	fewer := step("handle", "handle", anyone, `"results":[{"key":"opened","text":{"zh-TW":"已開通"}}]`)
	d.stays(edition(t, head, fewer, step("confirm", "confirm", anyone, late)), "result handle", "due confirm", "timeout confirm")
	d.stays(edition(t, head, handle, step("confirm", "confirm", anyone, `"not_same_as":["handle"]`)))
	d.stays(edition(t, step("head", "review", anyone, `"not_same_as":["applicant","handle"]`), handle, confirm))
}

// Who did two things that the next version keeps apart did them by the version of then.
func TestACaseStaysWhereOneDidWhatIsKeptApartNow(t *testing.T) {
	head, second := step("head", "review", anyone, ""), step("second", "approve", anyone, "")
	end := step("end", "confirm", anyone, "")
	d := newDesk(t, parse(t, flowOf(head, second, end)), nil, seats("head", people("P11"), "second", people("P11"), "end", people("P12")))
	d.send()
	next := edition(t, head, step("second", "approve", anyone, `"not_same_as":["head"]`), end)
	d.adopts(edition(t, head, second, end))
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11")})
	d.stays(next, "apart second")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("second"), By: person("P11")})
	d.stays(next, "apart second")
}

// A case that was sent back goes on by what its applicant sends it into; one that goes
// straight back to whoever returned it passes nothing by.
func TestAReturnedCaseGoesOnByTheNextVersion(t *testing.T) {
	head, officer := step("head", "review", anyone, ""), step("officer", "confirm", anyone, "")
	for _, back := range []bool{false, true} {
		more := `"resubmit":"again"`
		if back {
			more = `"resubmit":"back"`
		}
		deputy := step("deputy", "approve", anyone, more)
		d := newDesk(t, parse(t, flowOf(head, deputy)), nil, seats("head", people("P11"), "deputy", people("P30"), "officer", people("P40")))
		d.send()
		d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11")})
		d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("deputy"), By: person("P30"), Comment: "請補正"})
		next := edition(t, head, officer, deputy)
		if back {
			d.stays(next, "passed officer")
			continue
		}
		d.adopts(next)
		d.send()
		d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11")})
		d.opened("officer")
	}
}

// Whose people somebody has to choose beforehand can't be added to a case that is on its way.
func TestACaseStaysWhereNobodyChoseThePeopleOfAStep(t *testing.T) {
	head := step("head", "review", anyone, "")
	picked := step("second", "approve", `{"kind":"chosen"}`, "")
	d := newDesk(t, parse(t, flowOf(head, step("second", "approve", anyone, ""))), nil, seats("head", people("P11")))
	d.send()
	flow := parse(t, strings.Replace(flowOf(head, picked), `"version":"1"`, `"version":"2","choose":[{"step":"second"}]`, 1))
	next, err := workflow.Compile(flow, office())
	if err != nil {
		t.Fatal(err)
	}
	d.stays(next, "choose second")
}
