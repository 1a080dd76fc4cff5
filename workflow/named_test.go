package workflow_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// recording is a step whose result is not recorded by whom the form names as the person in
// charge, with what else it says.
func recording(more string) string {
	return flowOf(step("record", "handle", anyone, `"results":[{"key":"closed","text":{"en":"closed"}}],"not_same_as":["field:responsible"]`+more))
}

func records(task, by string) workflow.Action {
	a := does(workflow.VerbRecord, task, by, "")
	a.Result = "closed"
	return a
}

// Whom the form names gets no task of the step that is kept apart from him, by whatever way,
// and may not act in one. Others may, also in his absence from the directory.
func TestWhomTheFormNamesDoesNotAct(t *testing.T) {
	user := values{named: map[string][]string{"responsible": {"U"}}}
	d := newDesk(t, parse(t, recording("")), user, seats("record", people("U", "A")))
	d.send()
	record := d.open("record", "A")
	if open, _ := d.s.Task(record); open.Holder.Has("U") {
		t.Fatal("it came to whom it is about as well")
	}
	if got := d.c.Excluded(d.s, "record", user); !slices.Equal(got, []string{"U"}) {
		t.Errorf("excluded are %v", got)
	}
	for _, v := range []workflow.Verb{workflow.VerbReassign, workflow.VerbAppoint, workflow.VerbPassOn} {
		d.refuse(workflow.ErrSeparation, d.names(v, record, "BOSS", "U"))
	}
	for _, v := range []workflow.Verb{workflow.VerbDelegate, workflow.VerbConsult} {
		d.refuse(workflow.ErrSeparation, d.names(v, record, "A", "U"))
	}
	a, deputy := person("A"), records(record, "U")
	deputy.For = &a
	d.refuse(workflow.ErrSeparation, deputy)
	d.must(records(record, "A"))
	d.closed(workflow.OutcomeDone)
}

// He who came to be one of a group after the task had come to it is refused when he acts, and
// told as what.
func TestWhomTheFormNamesIsToldSo(t *testing.T) {
	d := newDesk(t, parse(t, recording("")), values{named: map[string][]string{"responsible": {"U"}}}, map[string]workflow.Found{"record": {Pool: "role:owner"}})
	d.send()
	a := records(d.open("record"), "U")
	a.Via = "role:owner"
	err := d.try(a)
	if !errors.Is(err, workflow.ErrSeparation) {
		t.Fatalf("he records it: %v", err)
	}
	refusal := workflow.AsRefusal(err)
	for lang, want := range map[string]string{
		"zh-TW": "您是本件的負責人，不能自行辦理「record」，須由其他人員辦理。",
		"en":    "You are named here as “Person in charge”, so somebody else must do “record”.",
	} {
		if got := refusal.Message(lang); got != want {
			t.Errorf("%s: %s", lang, got)
		}
	}
	other := d.s.Open()[0]
	if err := d.c.Named(d.s, other, person("A"), d.f); err != nil {
		t.Errorf("A is named nowhere: %v", err)
	}
	if err := d.c.Named(d.s, other, person("U"), d.f); !errors.Is(err, workflow.ErrSeparation) {
		t.Errorf("U: %v", err)
	}
	user := person("U")
	a.By, a.For = person("A"), &user
	if got := workflow.AsRefusal(d.try(a)).Message("zh-TW"); got != "姓名U是本件的負責人，不能辦理「record」，須由其他人員辦理。" {
		t.Errorf("his deputy: %s", got)
	}
}

// Nobody in the directory is named: nobody is barred. Where whom the form names is all that
// is there the case can't go on, unless the step says what follows.
func TestWhereTheFormNamesNobodyOrAll(t *testing.T) {
	d := newDesk(t, parse(t, recording("")), values{}, seats("record", people("U")))
	d.send()
	d.must(records(d.open("record", "U"), "U"))

	user := values{named: map[string][]string{"responsible": {"U"}}}
	d = newDesk(t, parse(t, recording("")), user, seats("record", people("U")))
	d.refuse(workflow.ErrNobody, workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")})
	d = newDesk(t, parse(t, recording(`,"alone":{"review":[`+anyone+`]}`)), user, map[string]workflow.Found{
		"record": {Signers: people("U")}, "record/check": {Signers: people("R")},
	})
	d.send()
	d.must(records(d.open("record", "U"), "U"))
	d.opened("record")
	if _, err := d.c.Act(d.s, workflow.Action{Verb: workflow.VerbComment, By: person("U"), Comment: "補充", At: d.now}, nil); !errors.Is(err, workflow.ErrConditionFail) {
		t.Errorf("without the form nobody knows whom it names: %v", err)
	}
}
