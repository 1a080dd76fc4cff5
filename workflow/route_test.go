package workflow_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// line draws a route as one line, so that tests can be read.
func line(steps []workflow.PlannedStep) string {
	var out []string
	for _, s := range steps {
		one := s.ID
		if s.Certainty == workflow.Possible {
			one += "?"
		}
		if s.Status != "" {
			one += ":" + string(s.Status)
		}
		var branches []string
		for _, b := range s.Branches {
			branches = append(branches, line(b))
		}
		if len(branches) > 0 {
			one += "(" + strings.Join(branches, " | ") + ")"
		}
		out = append(out, one)
	}
	return strings.Join(out, " ")
}

// The route is shown before the form is sent, as far as the values tell.
func TestOutline(t *testing.T) {
	flow := parse(t, flowOf(
		step("head", "review", anyone, ""),
		`{"choice":{"id":"big","cases":[{"when":"major","because":{"zh-TW":"重大變更"},"then":`+step("chief", "approve", anyone, "")+`}],"else":`+step("boss", "approve", anyone, "")+`}}`,
		`{"parallel":{"id":"p","branches":[`+step("x", "consult", anyone, `"outside":{"when":"system_outside"}`)+`,{"sequence":[`+step("y", "consult", anyone, "")+`,`+step("z", "read", anyone, "")+`]}]}}`,
		`{"split":{"id":"rows","name":{"en":"rows"},"over":"lines","type":"account_line"}}`))
	c, err := workflow.Compile(flow, office())
	if err != nil {
		t.Fatal(err)
	}
	draft := c.Draft(person("P13"))
	if got := line(c.Outline(draft, nil)); got != "head chief? boss? p(x | y z) rows" {
		t.Fatalf("nothing known: %s", got)
	}
	known := values{holds: map[string]bool{"major": true, "system_outside": true}, rows: []string{"r1", "r2"}}
	route := c.Outline(draft, known)
	if got := line(route); got != "head chief p(x | y z) rows" {
		t.Fatalf("a major change: %s", got)
	}
	if route[1].Because.In("zh-TW") != "重大變更" || route[3].Rows != 2 || route[2].Branches[0][0].Outside != workflow.Certain {
		t.Fatalf("%+v", route)
	}
	known.holds["major"] = false
	if got := line(c.Outline(draft, known)); got != "head boss p(x | y z) rows" {
		t.Fatalf("a small change: %s", got)
	}

	known.holds["major"] = true
	d := newDesk(t, flow, known, seats("head", people("H"), "chief", people("C"), "x", people("X"), "y", people("Y"), "z", people("Z")))
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("H")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("chief"), By: person("C")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("y"), By: person("Y")})
	if got := line(d.c.Outline(d.s, nil)); got != "head:done chief:done p:open(x:open | y:done z:open) rows" {
		t.Fatalf("under way: %s", got)
	}
	var names []string
	for _, p := range d.c.Progress(d.s) {
		names = append(names, p.ID+"="+string(p.Status))
	}
	if got := strings.Join(names, " "); got != "head=done chief=done p=open x=open y=done z=open rows=" {
		t.Fatalf("progress %s", got)
	}
}

func TestOffersAreTheWordsOfTheKind(t *testing.T) {
	d := newDesk(t, read(t, "account_line.json"), values{holds: map[string]bool{"system_outside == true": true}}, seats("handle", people("P06")))
	d.send()
	words := func() string {
		var out []string
		for _, o := range d.c.Offers(d.s, d.open("handle"), nil) {
			if o.Detour {
				continue
			}
			w := string(o.Verb)
			if o.Reason {
				w += "!"
			}
			out = append(out, w)
		}
		return strings.Join(out, " ")
	}
	if got := words(); got != "record send_out unable!" {
		t.Fatal(got)
	}
	d.must(workflow.Action{Verb: workflow.VerbSendOut, Task: d.open("handle"), By: person("P06"), Outside: &workflow.OutsideNote{To: "a", How: "b"}})
	if got := words(); got != "record send_out answer unable!" {
		t.Fatal(got)
	}
	d = newDesk(t, read(t, "account_request.json"), values{rows: []string{"r"}}, seats("head", people("P11")))
	d.send()
	offers := d.c.Offers(d.s, d.open("head"), nil)
	offers = slices.DeleteFunc(offers, func(o workflow.Offer) bool { return o.Detour })
	if len(offers) != 3 || offers[1].Verb != workflow.VerbReturn || offers[1].To[0] != workflow.Applicant {
		t.Fatalf("%+v", offers)
	}
	if d.c.Offers(d.s, "t9", nil) != nil {
		t.Fatal("a task that is not there offers something")
	}
}
