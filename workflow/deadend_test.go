package workflow_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// separated are three steps that must be done by three people.
func separated(t *testing.T, more string) *workflow.Compiled {
	t.Helper()
	flow := parse(t, flowOf(step("do", "handle", anyone, ""), step("check", "review", anyone+`,{"kind":"levels_up","n":2}`, more), step("approve", "approve", anyone, "")))
	flow.Separate = [][]string{{workflow.Applicant, "do", "check", "approve"}}
	c, err := workflow.Compile(flow, office())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// U4: an office of three, of whom one applies: two are too few for three steps
// that must differ, and it is said before anything is sent.
func TestThreePeopleAreTooFewForThreeStepsBesideTheApplicant(t *testing.T) {
	steps := []string{"do", "check", "approve"}
	all := func(people ...string) map[string]workflow.Candidates {
		return map[string]workflow.Candidates{"do": {people}, "check": {people}, "approve": {people}}
	}
	applied := map[string][]string{workflow.Applicant: {"A"}}
	c := separated(t, "")
	end, stops := c.DeadEnd(applied, steps, all("A", "B", "C"))
	if !stops || end.Step != "approve" || !slices.Equal(end.Apart, []string{workflow.Applicant, "do", "check"}) {
		t.Errorf("dead end %+v, %v", end, stops)
	}
	if end, stops := c.DeadEnd(applied, steps, all("A", "B", "C", "D")); stops {
		t.Errorf("four are enough: %+v", end)
	}
	// Somebody who can do nothing else is not wasted: B does, so that C may check.
	found := map[string]workflow.Candidates{"do": {{"C", "B"}}, "check": {{"C"}}, "approve": {{"D"}}}
	if end, stops := c.DeadEnd(applied, steps, found); stops {
		t.Errorf("there is a way: %+v", end)
	}
	// The post above is asked where the rule leaves nobody of the first way.
	found["check"] = workflow.Candidates{{"A"}, {"E"}}
	if end, stops := c.DeadEnd(applied, steps, found); stops && end.Step == "check" {
		t.Errorf("the second way was not tried: %+v", end)
	}
	// The type lets the same person check, and somebody looks at it afterwards.
	c = separated(t, `"alone":{"review":[`+anyone+`]}`)
	if end, stops := c.DeadEnd(applied, steps, map[string]workflow.Candidates{"do": {{"B"}}, "check": {{"B"}}, "approve": {{"D"}}}); stops {
		t.Errorf("he may check alone: %+v", end)
	}
	// What nobody holds at all is no matter of separation, nor what is not known yet.
	if end, stops := c.DeadEnd(applied, steps, map[string]workflow.Candidates{"do": {nil}, "approve": {{"D"}}}); stops {
		t.Errorf("%+v", end)
	}
}

// Of two people who could do it the form names one, so that the other must; where another
// step takes that one, nobody is left.
func TestWhomTheFormNamesIsMissingWhereFewAreThere(t *testing.T) {
	c := newDesk(t, parse(t, flowOf(step("do", "handle", anyone, ""), step("check", "review", anyone, `"not_same_as":["do","field:responsible"]`))), values{}, nil).c
	found := map[string]workflow.Candidates{"do": {{"B"}}, "check": {{"A", "B"}}}
	if end, stops := c.DeadEnd(nil, []string{"do", "check"}, found); stops {
		t.Errorf("nobody is named: %+v", end)
	}
	end, stops := c.DeadEnd(map[string][]string{workflow.NamedIn("responsible"): {"A"}}, []string{"do", "check"}, found)
	if !stops || end.Step != "check" || !slices.Equal(end.Apart, []string{"do", workflow.NamedIn("responsible")}) {
		t.Errorf("dead end %+v, %v", end, stops)
	}
}

// A branch that is not taken takes nobody away from the others.
func TestPassagesAreTheCombinationsOfBranches(t *testing.T) {
	c, err := workflow.Compile(parse(t, flowOf(step("a", "review", anyone, ""),
		`{"choice":{"id":"c","cases":[{"when":"major","then":`+step("b", "review", anyone, "")+`}],"else":`+step("d", "review", anyone, "")+`}}`,
		`{"choice":{"id":"e","cases":[{"when":"urgent","then":`+step("f", "approve", anyone, "")+`}]}}`)), office())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	ways, all := c.Passages(10)
	for _, way := range ways {
		got = append(got, strings.Join(way, " "))
	}
	if want := []string{"a b f", "a b", "a d f", "a d"}; !slices.Equal(got, want) || !all {
		t.Errorf("ways %q, all of them: %v", got, all)
	}
	if ways, all = c.Passages(4); len(ways) != 4 || !all {
		t.Errorf("%d ways, limit 4, all of them: %v", len(ways), all)
	}
	if ways, all = c.Passages(3); len(ways) != 3 || all {
		t.Errorf("%d ways, limit 3, all of them: %v", len(ways), all)
	}
}

// A refusal names the person, the step and what it is kept apart from.
func TestSeparationIsRefusedWithStepAndRule(t *testing.T) {
	flow := flowOf(step("do", "handle", anyone, ""), step("check", "review", anyone, `"not_same_as":["do"]`))
	d := newDesk(t, parse(t, flow), values{}, seats("do", people("A"), "check", people("B")))
	d.send()
	d.must(does(workflow.VerbRecord, d.open("do"), "A", ""))
	err := d.try(d.names(workflow.VerbReassign, d.open("check"), "BOSS", "A"))
	if got := workflow.AsRefusal(err).Message("zh-TW"); got != "依職務分工，姓名A不得辦理「check」：該關卡須與「do」由不同人辦理。" {
		t.Error(got)
	}
	// Everybody found is barred: the sentence names them, the step and the rule.
	d = newDesk(t, parse(t, flow), values{}, nil)
	d.found = map[string]workflow.Found{"do": {Signers: people("A")}, "check": {Signers: people("A"), Barred: people("A")}}
	d.send()
	err = d.try(does(workflow.VerbRecord, d.open("do"), "A", ""))
	if got := workflow.AsRefusal(err).Message("en"); got != "Separation of duties: “check” must be done by others than “do”, but there is nobody besides 姓名A, and the form names no fallback; please ask an officer." {
		t.Error(got)
	}
	// Several are listed as the language lists.
	flow = flowOf(step("do", "handle", anyone, ""), step("see", "review", anyone, ""), step("check", "review", anyone, `"not_same_as":["do","see"]`))
	d = newDesk(t, parse(t, flow), values{}, nil)
	d.found = map[string]workflow.Found{"do": {Signers: people("A")}, "see": {Signers: people("B")}, "check": {Signers: people("A", "B"), Barred: people("A", "B")}}
	d.send()
	d.must(does(workflow.VerbRecord, d.open("do"), "A", ""))
	err = d.try(does(workflow.VerbApprove, d.open("see"), "B", ""))
	for lang, want := range map[string]string{"zh-TW": "須與「do、see」由不同人辦理，而可辦的人員（姓名A、姓名B）", "en": "others than “do, see”, but there is nobody besides 姓名A, 姓名B, and"} {
		if got := workflow.AsRefusal(err); got == nil || !strings.Contains(got.Message(lang), want) {
			t.Errorf("%s: %v", lang, err)
		}
	}
}

// Who took another's task over does not also take his own decision back: he would
// hold two of one step.
func TestNobodyHoldsTwoTasksOfAStepByTakingBack(t *testing.T) {
	flow := flowOf(step("a", "consult", anyone, `"need":{"kind":"all"}`), step("b", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "B"), "b", people("X")))
	d.send()
	first := d.open("a", "A")
	d.must(does(workflow.VerbApprove, first, "A", ""))
	d.must(d.names(workflow.VerbReassign, d.open("a", "B"), "BOSS", "A"))
	d.refuse(workflow.ErrAlready, does(workflow.VerbTakeBack, first, "A", "看漏了"))
	d.must(does(workflow.VerbApprove, d.open("a", "A"), "A", ""))
	d.opened("b")
}

// changes is a decision with which a field is changed that others signed.
func changes(a workflow.Action) workflow.Action {
	a.Changed = []workflow.FieldChange{{Path: "note"}}
	return a
}

// Who took another's task over and whose own signature is made void has one of the
// two at a time: the void one comes to him when the other is done.
func TestAVoidSignatureIsAskedForAfterTheTaskThatCameMeanwhile(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, `"need":{"kind":"all"},"edit":["note"]`), step("b", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "B", "C"), "b", people("X")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("a", "A"), "A", ""))
	d.must(d.names(workflow.VerbReassign, d.open("a", "B"), "BOSS", "A"))
	d.must(changes(does(workflow.VerbApprove, d.open("a", "C"), "C", "")))
	if open := d.s.Open(); len(open) != 1 {
		t.Fatalf("%d are open", len(open))
	}
	second := d.open("a", "A")
	d.must(does(workflow.VerbApprove, second, "A", ""))
	if again := d.open("a", "A"); again == second {
		t.Fatal("the void signature is not asked for")
	}
	d.must(does(workflow.VerbApprove, d.open("a", "A"), "A", ""))
	d.opened("b")
}

// A signature that became void when its step was over counts in the step again
// once the last decision there is taken back.
func TestAStepReopenedCountsWhoIsAskedAgain(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, `"need":{"kind":"all"},"edit":["note"]`), step("b", "approve", anyone, ""))
	for _, late := range []bool{false, true} {
		d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "B"), "b", people("X")))
		d.send()
		d.must(does(workflow.VerbApprove, d.open("a", "A"), "A", ""))
		last := d.open("a", "B")
		d.must(changes(does(workflow.VerbApprove, last, "B", "")))
		if !late {
			d.must(does(workflow.VerbApprove, d.open("a", "A"), "A", ""))
		}
		d.must(does(workflow.VerbTakeBack, last, "B", "看漏了"))
		d.must(does(workflow.VerbApprove, d.open("a", "B"), "B", ""))
		if late {
			d.must(does(workflow.VerbApprove, d.open("a", "A"), "A", ""))
		}
		d.opened("b")
	}
}

// Who did two things alone, as the form allows, and whose first signature is made
// void later gives it again; of several who shared it only the one who signed is asked.
func TestWhoActedAloneSignsAgainWhatBecameVoid(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, ""),
		step("b", "review", anyone, `"not_same_as":["a"],"alone":{"review":[`+anyone+`]}`), step("c", "approve", anyone, `"edit":["note"]`))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "Z"), "b", people("A"), "b/check", people("OTHER"), "c", people("C")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("a"), "A", ""))
	d.must(does(workflow.VerbApprove, d.open("b"), "A", ""))
	d.must(changes(does(workflow.VerbApprove, d.open("c"), "C", "")))
	again := d.open("a")
	d.refuse(workflow.ErrNotAssigned, does(workflow.VerbApprove, again, "Z", ""))
	d.must(does(workflow.VerbApprove, again, "A", ""))
}
