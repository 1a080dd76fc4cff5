package workflow_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// words is the vocabulary of the tests: the fields, roles and types of an office.
type words struct{ fields map[string]workflow.FieldInfo }

func office() words {
	return words{fields: map[string]workflow.FieldInfo{
		"reason":         {Type: "text"},
		"lines":          {Type: "table", Table: true},
		"system":         {Type: "ref", Ref: true},
		"lines.system":   {Type: "ref", Ref: true},
		"account":        {Type: "text"},
		"responsible":    {Type: "person", Person: true, Label: workflow.Text{"zh-TW": "負責人", "en": "Person in charge"}},
		"owner_unit":     {Type: "unit", Unit: true},
		"kind":           {Type: "choice", Options: []string{"new", "change", "disable"}},
		"risk":           {Type: "integer"},
		"score":          {Type: "decimal"},
		"major":          {Type: "boolean"},
		"system_outside": {Type: "boolean"},
		"note":           {Type: "text"},
	}}
}

func (w words) Field(path string) (workflow.FieldInfo, bool) { f, ok := w.fields[path]; return f, ok }

func (w words) Condition(src string) error {
	if strings.Contains(src, "??") {
		return errors.New("unexpected ??")
	}
	return nil
}

func (w words) Role(_, role string) bool { return role == "security_officer" || role == "owner" }

func (w words) Deadline(term string) error {
	if strings.HasSuffix(term, "wd") || strings.HasSuffix(term, "h") {
		return nil
	}
	return errors.New("no such unit")
}

func (w words) ChildType(key string) bool { return key == "account_line" }

// values are the facts of one case in the tests.
type values struct {
	holds map[string]bool
	rows  []string
	named map[string][]string // in person fields
}

func (v values) Holds(condition string) (bool, error) {
	ok, known := v.holds[condition]
	if !known {
		return false, errors.New("not filled in yet")
	}
	return ok, nil
}

func (v values) Rows(string) ([]string, error) { return v.rows, nil }

func (v values) People(field string) []string { return v.named[field] }

func person(id string) workflow.Signer { return workflow.Signer{Person: id, Name: "姓名" + id} }

func people(ids ...string) []workflow.Signer {
	out := make([]workflow.Signer, len(ids))
	for i, id := range ids {
		out[i] = person(id)
	}
	return out
}

// monday is the morning on which the tests' stories begin.
var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// desk plays the caller: it applies actions, answers who is asked for, and keeps
// the state.
type desk struct {
	t      *testing.T
	c      *workflow.Compiled
	f      workflow.Facts
	s      workflow.State
	events []workflow.Event // of the last turn
	found  map[string]workflow.Found
	now    time.Time
}

func read(t *testing.T, file string) workflow.Flow {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(b))
}

// problemsOf are the mistakes that an error names.
func problemsOf(err error) workflow.Problems {
	var problems workflow.Problems
	errors.As(err, &problems)
	return problems
}

func parse(t *testing.T, src string) workflow.Flow {
	t.Helper()
	flow, err := workflow.ParseFlow([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return flow
}

func newDesk(t *testing.T, flow workflow.Flow, f workflow.Facts, found map[string]workflow.Found) *desk {
	t.Helper()
	c, err := workflow.Compile(flow, office())
	if err != nil {
		t.Fatal(err)
	}
	return &desk{t: t, c: c, f: f, s: c.Draft(person("P13")), found: found, now: monday}
}

// try applies an action an hour after the last one; a refusal changes nothing.
func (d *desk) try(a workflow.Action) error {
	d.t.Helper()
	at := d.now.Add(time.Hour)
	a.At = at
	before := string(d.s.Encode())
	turn, err := d.c.Act(d.s, a, d.f)
	for err == nil && len(turn.Ask) > 0 {
		var answers []workflow.Found
		for _, ask := range turn.Ask {
			found := d.found[ask.Step]
			if ask.Purpose != "" && ask.Purpose != workflow.PurposeNext {
				found = d.found[ask.Step+"/"+string(ask.Purpose)]
			}
			found.Step, found.Purpose, found.Task = ask.Step, ask.Purpose, ask.Task
			if ask.Purpose == workflow.PurposeNext {
				found.Signers = nil
			}
			if len(found.Signers) == 0 && found.Pool == "" {
				found.Signers = ask.Alternatives[0].Signers
			}
			left := slices.DeleteFunc(slices.Clone(found.Signers), func(s workflow.Signer) bool {
				return slices.Contains(ask.Exclude, s.Person)
			})
			if found.Alone = len(left) == 0 && ask.Alone; !found.Alone {
				found.Signers = left
			}
			answers = append(answers, found)
		}
		turn, err = d.c.Seat(turn, answers, d.f)
	}
	if now := string(d.s.Encode()); now != before {
		d.t.Fatalf("%s changed the state it was given:\n%s\n%s", a.Verb, before, now)
	}
	if err != nil {
		return err
	}
	back, err := d.c.Parse(turn.State.Encode())
	if err != nil {
		d.t.Fatalf("%s led to a state that can't be read: %v\n%s", a.Verb, err, turn.State.Encode())
	}
	d.s, d.events, d.now = back, turn.Events, at
	return nil
}

func (d *desk) must(a workflow.Action) {
	d.t.Helper()
	if err := d.try(a); err != nil {
		d.t.Fatalf("%s by %s: %v", a.Verb, a.By.Person, err)
	}
}

func (d *desk) refuse(want error, a workflow.Action) {
	d.t.Helper()
	if err := d.try(a); !errors.Is(err, want) {
		d.t.Fatalf("%s by %s: got %v, want %v", a.Verb, a.By.Person, err, want)
	}
}

func (d *desk) send() {
	d.t.Helper()
	d.must(workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")})
}

// open is the id of the open task of a step; holder narrows it down.
func (d *desk) open(step string, holder ...string) string {
	d.t.Helper()
	for _, t := range d.s.Open() {
		if t.Step == step && (len(holder) == 0 || t.Holder.Has(holder[0])) {
			return t.ID
		}
	}
	d.t.Fatalf("no open task of %s %v in %s", step, holder, d.s.Encode())
	return ""
}

func (d *desk) opened(steps ...string) {
	d.t.Helper()
	got := []string{}
	for _, t := range d.s.Open() {
		if !slices.Contains(got, t.Step) {
			got = append(got, t.Step)
		}
	}
	slices.Sort(got)
	slices.Sort(steps)
	if !slices.Equal(got, steps) {
		d.t.Fatalf("open steps %v, want %v", got, steps)
	}
}

func (d *desk) closed(o workflow.Outcome) {
	d.t.Helper()
	if d.s.Phase != workflow.PhaseClosed || d.s.Outcome != o || len(d.s.Open()) > 0 {
		d.t.Fatalf("phase %s outcome %q with %d open tasks, want closed %q", d.s.Phase, d.s.Outcome, len(d.s.Open()), o)
	}
}

func (d *desk) status(task string) workflow.TaskStatus {
	d.t.Helper()
	t, ok := d.s.Task(task)
	if !ok {
		d.t.Fatalf("no task %s", task)
	}
	return t.Status
}

func (d *desk) event(kind workflow.EventKind) workflow.Event {
	d.t.Helper()
	for _, e := range d.events {
		if e.Kind == kind {
			return e
		}
	}
	d.t.Fatalf("no event %s among %v", kind, d.events)
	return workflow.Event{}
}

// step is one step as JSON; more is put into it as it is.
func step(id, kind, who, more string) string {
	if more != "" {
		more = "," + more
	}
	return `{"step":{"id":"` + id + `","name":{"zh-TW":"` + id + `"},"kind":"` + kind + `","who":[` + who + `]` + more + `}}`
}

func flowOf(nodes ...string) string {
	return `{"key":"test","version":"1","root":{"sequence":[` + strings.Join(nodes, ",") + `]}}`
}

const anyone = `{"kind":"role","role":"owner"}`

func seats(pairs ...any) map[string]workflow.Found {
	m := map[string]workflow.Found{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = workflow.Found{Signers: pairs[i+1].([]workflow.Signer)}
	}
	return m
}
