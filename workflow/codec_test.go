package workflow_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// full is a state with every member set.
func full(t testing.TB) (*workflow.Compiled, workflow.State) {
	t.Helper()
	var flow workflow.Flow
	src := flowOf(step("a", "review", anyone, `"need":{"kind":"all"}`), step("b", "handle", anyone, `"outside":{}`),
		`{"split":{"id":"s","name":{"en":"s"},"over":"lines","type":"account_line"}}`)
	if err := json.Unmarshal([]byte(src), &flow); err != nil {
		t.Fatal(err)
	}
	c, err := workflow.Compile(flow, office())
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 23, 1, 2, 3, 456789000, time.UTC)
	who := workflow.Signer{Person: "P11", Name: "邱柏叡", Post: "head-U06", PostTitle: "科長", Unit: "U06", UnitName: "戶政科"}
	deputy := workflow.Signer{Person: "P12", Name: "范語彤", Post: "sub-U06", PostTitle: "股長", Unit: "U06", UnitName: "戶政科"}
	task := func(id, step string, kind workflow.Kind, status workflow.TaskStatus) workflow.Task {
		return workflow.Task{ID: id, Step: step, Kind: kind, Round: 1, Status: status, Holder: workflow.Holder{Named: []workflow.Signer{who}},
			Opened: at, Due: at.Add(72 * time.Hour), DueDate: "2026-11-26", Why: map[string]string{"unit": "戶政科", "system": "公文系統"}}
	}
	done := task("t1", "a", workflow.KindReview, workflow.TaskDone)
	done.Closed, done.Verb, done.Comment, done.By, done.For = at, workflow.VerbApprove, "同意\n\"如擬\"\\ \u0001", &deputy, &who
	done2 := task("t2", "a", workflow.KindReview, workflow.TaskDone)
	done2.Closed, done2.Verb, done2.By = at, workflow.VerbApprove, &who
	open := task("t3", "b", workflow.KindHandle, workflow.TaskOpen)
	open.Outside = &workflow.OutsideNote{To: "市府資訊中心", How: "公文", Number: "A-1", Sent: at, Expected: at, ExpectedDate: "2026-11-27", Text: "x",
		Replied: at, ReplyNumber: "B-2", Reply: "y", Proof: []string{"f1", "f2"}}
	return c, workflow.State{Flow: "test@1", Phase: workflow.PhaseRunning, Round: 1, Applicant: who, Submitted: at, Next: 4,
		Marks: []workflow.Mark{{Node: "a", Status: workflow.MarkDone, Since: at, From: 1, Need: 2, Result: "approve"}, {Node: "b", Status: workflow.MarkOpen, Since: at, From: 3, Need: 1}},
		Tasks: []workflow.Task{done, done2, open}}
}

func TestStateIsReadAsItWasWritten(t *testing.T) {
	c, running := full(t)
	returned := running
	returned.Phase, returned.Marks, returned.Tasks = workflow.PhaseReturned, nil, nil
	returned.Returned = &workflow.Returned{Step: "a", Task: "t1", By: running.Applicant, For: &running.Applicant, Reason: "補", At: running.Submitted, Back: true}
	closed := returned
	closed.Phase, closed.Outcome, closed.Returned, closed.Closed = workflow.PhaseClosed, workflow.OutcomeVoid, nil, running.Submitted
	for _, s := range []workflow.State{running, returned, closed} {
		b := s.Encode()
		if !json.Valid(b) {
			t.Fatalf("no JSON: %s", b)
		}
		if got, err := c.Parse(b); err != nil || !reflect.DeepEqual(got, s) {
			t.Fatalf("%v\n%+v\nwant\n%+v\n%s", err, got, s, b)
		}
	}
}

// Every action writes the whole state, and what fits into a page of the database
// is written in one piece.
func TestStoredStateIsShort(t *testing.T) {
	_, s := full(t)
	plain, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if stored := s.Encode(); len(stored)*3 > len(plain)*2 {
		t.Fatalf("%d bytes of %d\n%s", len(stored), len(plain), stored)
	}
}

func TestParseRefusesWhatTheFlowCannotHaveProduced(t *testing.T) {
	c, s := full(t)
	good := string(s.Encode())
	if _, err := c.Parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, swap := range [][2]string{
		{`"f":"test@1"`, `"f":"test@2"`},
		{`"p":"running"`, `"p":"waiting"`},
		{`"p":"running"`, `"p":"closed"`},
		{`"p":"running"`, `"p":"returned"`},
		{`"p":"running"`, `"p":"running","o":"done"`},
		{`"p":"running"`, `"p":"running","colour":"red"`},
		{`"p":"running"`, `"p":"running","p":"running"`},
		{`"r":1`, `"r":0`},
		{`"r":1`, `"r":-1`},
		{`"r":1`, `"r":1e3`},
		{`"n":"a"`, `"n":"z"`},
		{`"n":"a"`, `"n":"b"`},
		{`"s":"open","a"`, `"s":"wanted","a"`},
		{`"s":"open","a"`, `"s":"done","a"`},
		{`"f":3`, `"f":9`},
		{`"i":"t2"`, `"i":"t1"`},
		{`"i":"t3"`, `"i":"t4"`},
		{`"i":"t3"`, `"i":"x"`},
		{`"s":"b"`, `"s":"s"`},
		{`"k":"handle"`, `"k":"read"`},
		{`"t":"open","h"`, `"t":"new","h"`},
		{`"t":"open","h"`, `"t":"open","l":"p","h"`},
		{`"n":4`, `"n":3`},
		{`"a":1795395723456789`, `"a":"yesterday"`},
		{`"a":1795395723456789`, `"a":1795395723456789.5`},
		{`"a":1795395723456789`, `"a":-`},
		{`"a":1795395723456789`, `"a":300000000000000000`},
		{`"f":1}`, `"f":2}`},
		{`"f":1}`, `"f":0}`},
		{`"f":1}`, `"f":"P11"}`},
		{`"test@1"`, "\"test\xff\""},
		{`"test@1"`, `"test` + "\n" + `"`},
		{`"n":4}`, `"n":4}}`},
		{`"n":4}`, `"n":4`},
		{`"A-1"`, `"\u0000"`},
		{`"A-1"`, `"\q"`},
	} {
		bad := strings.Replace(good, swap[0], swap[1], 1)
		if bad == good {
			t.Fatalf("%s is not in %s", swap[0], good)
		}
		if _, err := c.Parse([]byte(bad)); workflow.AsRefusal(err) == nil {
			t.Errorf("%s read as %s: %v", swap[0], swap[1], err)
		}
	}
}

func FuzzParse(f *testing.F) {
	c, s := full(f)
	f.Add(s.Encode())
	f.Add(c.Draft(person("P")).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := c.Parse(b)
		if err != nil {
			return
		}
		again, err := c.Parse(s.Encode())
		if err != nil || string(again.Encode()) != string(s.Encode()) {
			t.Fatalf("%v\n%s\n%s", err, s.Encode(), again.Encode())
		}
		c.Progress(s)
		c.Outline(s, nil)
		for _, task := range s.Open() {
			for _, o := range c.Offers(s, task.ID, nil) {
				a := workflow.Action{Verb: o.Verb, Task: task.ID, By: person("P11"), At: monday, Comment: "x", Via: task.Holder.Pool}
				if turn, err := c.Act(s, a, values{}); err == nil && len(turn.Ask) == 0 {
					if _, err := c.Parse(turn.State.Encode()); err != nil {
						t.Fatalf("%s led to a state that can't be read: %v\n%s\n%s", o.Verb, err, b, turn.State.Encode())
					}
				}
			}
		}
	})
}

func FuzzParseFlow(f *testing.F) {
	f.Add([]byte(flowOf(step("a", "review", anyone, ""))))
	f.Add([]byte(`{"key":"a","root":{"choice":{"cases":[{"when":"risk > 3 && not (kind in ['a'])"}]}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		flow, err := workflow.ParseFlow(b)
		if err != nil {
			if problemsOf(err) == nil {
				t.Fatalf("not Problems: %v", err)
			}
			return
		}
		c, err := workflow.Compile(flow, office())
		if err != nil {
			for _, p := range problemsOf(err) {
				if p.Message("zh-TW") == "" {
					t.Fatalf("no sentence: %+v", p)
				}
			}
			return
		}
		c.Outline(c.Draft(person("P")), nil)
	})
}

// BenchmarkAct is what one signature costs beside the database: reading a state
// with five tasks, applying the action, writing it.
func BenchmarkAct(b *testing.B) {
	flow := flowOf(step("a", "review", anyone, `"need":{"kind":"all"}`), step("b", "approve", anyone, `"need":{"kind":"all"}`))
	parsed, err := workflow.ParseFlow([]byte(flow))
	if err != nil {
		b.Fatal(err)
	}
	c, err := workflow.Compile(parsed, office())
	if err != nil {
		b.Fatal(err)
	}
	signer := func(id string) workflow.Signer {
		return workflow.Signer{Person: id, Name: "邱柏叡", Post: "post-" + id, PostTitle: "科長", Unit: "U06", UnitName: "戶政科"}
	}
	five := workflow.Found{Step: "a", Due: monday, DueDate: "2026-11-26", Why: map[string]string{"unit": "戶政科"}}
	for _, id := range []string{"P1", "P2", "P3", "P4", "P5"} {
		five.Signers = append(five.Signers, signer(id))
	}
	turn, err := c.Start(values{}, monday, signer("P13"))
	if err == nil {
		turn, err = c.Seat(turn, []workflow.Found{five}, values{})
	}
	if err != nil {
		b.Fatal(err)
	}
	stored := turn.State.Encode()
	b.ReportMetric(float64(len(stored)), "bytes")
	b.ReportAllocs()
	for b.Loop() {
		s, err := c.Parse(stored)
		if err != nil {
			b.Fatal(err)
		}
		next, err := c.Act(s, workflow.Action{Verb: workflow.VerbApprove, Task: "t3", By: signer("P3"), At: monday, Comment: "同意"}, values{})
		if err != nil {
			b.Fatal(err)
		}
		_ = next.State.Encode()
	}
}
