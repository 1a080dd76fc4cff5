package workflow_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// change is one member of a step that a version changes, and what keeps a case while the step
// is open, while what was done in it may be taken back, and once the next one has acted.
type change struct {
	member string
	kind   string // of the step, "review" where it is not said
	was    string // its members in the old version
	now    string // and in the new one
	node   string // the whole step in the new one, where more than members change

	open, undone, past []string
}

// under is a member that its people go by as long as the step is theirs.
func under(member, kind, was, now, code string) change {
	return change{member: member, kind: kind, was: was, now: now, open: []string{code + " it"}, undone: []string{code + " it"}}
}

// always is a member that stays what it was once the case has been there.
func always(member, node string, codes ...string) change {
	return change{member: member, node: node, open: codes, undone: codes, past: codes}
}

// follows is a member that a case takes over from the new version at once.
func follows(member, kind, now string) change { return change{member: member, kind: kind, now: now} }

// Every member of a step is decided on: one that is new fails here until somebody has said
// what it is to a case that is on its way.
func TestEveryMemberOfAStepIsHeldOrFollowsTheNewVersion(t *testing.T) {
	changes := []change{
		{member: "ID", node: step("other", "review", anyone, ""),
			open: []string{"gone it"}, undone: []string{"gone it", "passed other"}, past: []string{"gone it", "passed other"}},
		always("Kind", step("it", "confirm", anyone, ""), "kind it"),
		always("Who", step("it", "review", `{"kind":"unit_head"}`, ""), "who it"),
		follows("Who", "", `"without":[]`),
		always("Certificate", step("it", "review", anyone, `"certificate":"must"`), "certificate it"),
		{member: "Name", node: strings.Replace(step("it", "review", anyone, ""), `"zh-TW":"it"`, `"zh-TW":"新名"`, 1)},

		under("Need", "", "", `"need":{"kind":"all"}`, "need"),
		follows("Need", "", `"need":{"kind":"any"}`),
		under("Due", "", "", `"due":{"term":"5wd"}`, "due"),
		under("Due", "", `"due":{"term":"5wd"}`, `"due":{"term":"3wd"}`, "due"),
		under("Due", "", `"due":{"term":"5wd"}`, `"due":{"term":"5wd","from":"submitted"}`, "due"),
		{member: "Due", was: `"due":{"term":"5wd"}`, now: `"due":{"term":"5wd","from":"opened"}`},
		{member: "Remind", was: `"due":{"term":"5wd"}`, now: `"due":{"term":"5wd"},"remind":{"on_day":true}`},
		under("Timeout", "", "", `"timeout":{"after":"5wd","then":"close","reason":{"zh-TW":"逾期"}}`, "timeout"),
		under("InPerson", "", "", `"in_person":true`, "in_person"),
		under("OnReject", "", "", `"on_reject":"continue"`, "reject"),
		under("OnReject", "", `"on_reject":"none"`, "", "reject"),
		follows("OnReject", "", `"on_reject":"close"`),
		under("OnUnable", "handle", "", `"on_unable":"none"`, "reject"),
		follows("OnUnable", "handle", `"on_unable":"continue"`),
		under("ReturnTo", "", "", `"return_to":[]`, "return"),
		follows("ReturnTo", "", `"return_to":["applicant"]`),
		under("Resubmit", "", "", `"resubmit":"back"`, "return"),
		under("Without", "", "", `"without":["delegate"]`, "verbs"),
		{member: "Without", was: `"without":["delegate","consult"]`, now: `"without":["consult","delegate"]`},
		follows("SameSigner", "", `"same_signer":"skip"`),
		under("SameSigner", "", `"need":{"kind":"all","in_order":true}`, `"need":{"kind":"all","in_order":true},"same_signer":"skip"`, "same_signer"),
		under("Outside", "handle", "", `"outside":{}`, "outside"),
		under("Outside", "handle", `"outside":{}`, `"outside":{"when":"risk > 3"}`, "outside"),
		{member: "Outside", kind: "handle", was: `"outside":{}`, now: `"outside":{"to":{"zh-TW":"中心"}}`},

		// What its signatures rest on matters once there are any.
		{member: "Material", now: `"material":["reason"]`, undone: []string{"material it"}, past: []string{"material it"}},
		{member: "Edit", now: `"edit":["note"]`, undone: []string{"material it"}, past: []string{"material it"}},
		{member: "Hide", now: `"hide":["note"]`, undone: []string{"material it"}, past: []string{"material it"}},
		{member: "Edit", kind: "handle", now: `"edit":["note"]`},
		{member: "Hide", kind: "handle", now: `"hide":["note"]`}, // who may read what is the caller's to know
		follows("Require", "", `"require":["note"]`),
		follows("Results", "handle", `"results":[{"key":"opened","text":{"zh-TW":"已開通"}}]`), // none was recorded
		follows("Reauth", "", `"reauth":true`),
		{member: "Batch", now: `"batch":true`},

		// Elsewhere: whom it keeps apart, who was alone, who was chosen, and a request for more time.
		follows("NotSameAs", "", `"not_same_as":["applicant"]`),
		{member: "Alone", was: `"not_same_as":["applicant"]`, now: `"not_same_as":["applicant"],"alone":{"review":[` + anyone + `]}`},
		{member: "Choose", was: "", now: `"choose":[{"step":"last"}]`, undone: []string{"choose last"}, past: []string{"choose last", "who last"}},
		{member: "Extend", was: `"due":{"term":"5wd"}`, now: `"due":{"term":"5wd"},"extend":{"max":1,"tiers":[{"who":[` + anyone + `]}]}`},
	}
	decided := map[string]bool{}
	for _, c := range changes {
		decided[c.member] = true
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[workflow.Step]()) {
		if !decided[f.Name] {
			t.Errorf("nothing is said of a case that is on its way where %s of a step changes", f.Name)
		}
		delete(decided, f.Name)
	}
	for name := range decided {
		t.Errorf("a step has no %s", name)
	}

	next := step("next", "review", anyone, "")
	for _, c := range changes {
		if c.kind == "" {
			c.kind = "review"
		}
		if c.node == "" {
			c.node = step("it", c.kind, anyone, c.now)
		}
		t.Run(c.member, func(t *testing.T) {
			last := func(node string) string {
				who := anyone
				if strings.Contains(node, `"choose"`) {
					who = `{"kind":"chosen"}`
				}
				return step("last", "approve", who, "")
			}
			edition := edition(t, c.node, next, last(c.node))
			d := newDesk(t, parse(t, flowOf(step("it", c.kind, anyone, c.was), next, last(c.was))), nil,
				seats("it", people("P11"), "next", people("P12"), "last", people("P30")))
			d.send()
			d.stays(edition, c.open...)
			verb := workflow.VerbApprove
			if c.kind == "handle" {
				verb = workflow.VerbRecord
			}
			a := workflow.Action{Verb: verb, Task: d.open("it"), By: person("P11")}
			if strings.Contains(c.was, `"outside"`) {
				d.must(workflow.Action{Verb: workflow.VerbSendOut, Task: a.Task, By: a.By, Outside: &workflow.OutsideNote{To: "中心", How: "公文", Number: "1"}})
				a.Outside = &workflow.OutsideNote{Reply: "好", Replied: d.now, Proof: []string{"回復.pdf"}}
			}
			d.must(a)
			d.stays(edition, c.undone...)
			d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("next"), By: person("P12")})
			d.stays(edition, c.past...)
		})
	}
}

// What stands around steps is decided on as well, member by member.
func TestEveryMemberOfAFlowIsDecidedOn(t *testing.T) {
	for _, known := range []struct {
		of      reflect.Type
		members string // h: held against what was; f: the new version's at once
	}{
		// Registry is asked for where a task was declined; a key is another flow.
		{reflect.TypeFor[workflow.Flow](), "Key:h Version:f Child:h Unsigned:f Withdraw:f TakeBack:f Separate:h Registry:h Officers:f Choose:h Root:h"},
		{reflect.TypeFor[workflow.Node](), "Sequence:h Parallel:h Choice:h Split:h Repeat:h Step:h"},
		{reflect.TypeFor[workflow.Parallel](), "ID:h Name:f Branches:h Join:h"},
		{reflect.TypeFor[workflow.Choice](), "ID:h Cases:h Else:h"},
		{reflect.TypeFor[workflow.Case](), "When:h Then:h Because:f"},
		{reflect.TypeFor[workflow.Split](), "ID:h Name:f Over:h Type:h Join:h"},
		{reflect.TypeFor[workflow.Repeat](), "ID:h Body:h Until:f Max:h AtMax:f"},
		{reflect.TypeFor[workflow.Pick](), "Step:h From:h Max:h"},
		{reflect.TypeFor[workflow.Due](), "Term:h From:h"},
		{reflect.TypeFor[workflow.Timeout](), "After:h Until:h Then:h Reason:f Told:f"},
		{reflect.TypeFor[workflow.Alone](), "Review:h Due:h"},
		{reflect.TypeFor[workflow.Outside](), "When:h To:f"},
		{reflect.TypeFor[workflow.Result](), "Key:h Text:f Require:f RequireIf:f When:f"},
	} {
		var is, want []string
		for _, f := range reflect.VisibleFields(known.of) {
			is = append(is, f.Name)
		}
		for _, m := range strings.Fields(known.members) {
			name, _, _ := strings.Cut(m, ":")
			want = append(want, name)
		}
		if !slices.Equal(is, want) {
			t.Errorf("%s has %v; decided on are %v", known.of, is, want)
		}
	}
}

// A no that bound nobody would count against the last one who has yet to act: his yes could
// never be taken.
func TestACaseStaysWhereANoWouldCountThatBoundNobody(t *testing.T) {
	deputy := step("deputy", "approve", anyone, "")
	d := newDesk(t, parse(t, flowOf(step("head", "review", anyone, `"need":{"kind":"all"},"on_reject":"continue"`), deputy)), nil,
		seats("head", people("P11", "P12"), "deputy", people("P30")))
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbReject, Task: d.s.Open()[0].ID, By: person("P11"), Comment: "不妥"})
	next := edition(t, step("head", "review", anyone, `"need":{"kind":"all"}`), deputy)
	d.stays(next, "reject head")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.s.Open()[0].ID, By: person("P12")})
	d.stays(next, "reject head") // he may take it back
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("deputy"), By: person("P30"), To: workflow.Applicant, Comment: "請補正"})
	d.adopts(next)
}

// The people who were chosen are those whom the new version would have let choose.
func TestACaseStaysWhereOthersWouldHaveBeenChosen(t *testing.T) {
	flow := func(version, pick string) workflow.Flow {
		return parse(t, strings.Replace(flowOf(step("head", "review", anyone, ""), step("second", "approve", `{"kind":"chosen"}`, "")),
			`"version":"1"`, `"version":"`+version+`","choose":[{"step":"second"`+pick+`}]`, 1))
	}
	d := newDesk(t, flow("1", ""), nil, seats("head", people("P11")))
	d.must(workflow.Action{Verb: workflow.VerbSubmit, By: person("P13"), Chosen: map[string][]workflow.Signer{"second": people("P99")}})
	for pick, codes := range map[string][]string{
		"":                         nil,
		`,"max":50`:                nil,
		`,"max":1`:                 {"choose_from second"},
		`,"from":[` + anyone + `]`: {"choose_from second"},
	} {
		next, err := workflow.Compile(flow("2", pick), office())
		if err != nil {
			t.Fatal(err)
		}
		d.stays(next, codes...)
	}
	plain := edition(t, step("head", "review", anyone, ""), step("second", "approve", anyone, ""))
	d.stays(plain, "choose_from second") // whom he chose would be asked no more
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("head"), By: person("P11"), To: workflow.Applicant, Comment: "請補正"})
	d.stays(plain) // who sends it again chooses anew
}

// Branches of which one was enough stay so, also once they are over; and a table that had no
// rows to hand out is no other one.
func TestWhatIsOverStaysOver(t *testing.T) {
	both := func(join string) string {
		return `{"parallel":{"id":"both","branches":[` + step("left", "review", anyone, "") + `,` + step("right", "review", anyone, "") + `]` + join + `}}`
	}
	rows := func(over string) string {
		return `{"split":{"id":"rows","name":{"zh-TW":"各項"},"over":"` + over + `","type":"account_line"}}`
	}
	last := step("last", "approve", anyone, "")
	o := office()
	o.fields["others"] = o.fields["lines"]
	d := newDesk(t, parse(t, flowOf(both(`,"join":{"kind":"any"}`), rows("lines"), last)), nil,
		seats("left", people("P11"), "right", people("P12"), "last", people("P30")))
	d.f = values{rows: nil}
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("left"), By: person("P11")})
	d.opened("last")
	d.stays(edition(t, both(`,"join":{"kind":"any"}`), rows("lines"), last))
	d.stays(edition(t, both(""), rows("lines"), last), "branches both")
	next, err := workflow.Compile(parse(t, strings.Replace(flowOf(both(`,"join":{"kind":"any"}`), rows("others"), last), `"version":"1"`, `"version":"2"`, 1)), o)
	if err != nil {
		t.Fatal(err)
	}
	d.stays(next, "rows rows")
}

// Who did something alone, as nobody else was left, is looked at by those of then, by the day
// of then.
func TestWhatOnePersonDidAloneIsLookedAtAsBefore(t *testing.T) {
	alone := func(review, due string) string {
		return step("it", "review", anyone, `"not_same_as":["applicant"],"alone":{"review":[`+review+`]`+due+`}`)
	}
	last := step("last", "approve", anyone, "")
	found := seats("it", people("P13"), "last", people("P30"))
	f := found["it"]
	f.Alone = true
	found["it"] = f
	d := newDesk(t, parse(t, flowOf(alone(anyone, `,"due":{"term":"3wd"}`), last)), nil, found)
	d.send()
	d.stays(edition(t, alone(anyone, `,"due":{"term":"3wd","from":"opened"}`), last))
	d.stays(edition(t, alone(anyone, `,"due":{"term":"9wd"}`), last), "alone it")
	d.stays(edition(t, alone(`{"kind":"unit_head"}`, `,"due":{"term":"3wd"}`), last), "alone it")
	d.stays(edition(t, step("it", "review", anyone, ""), last), "alone it")
}
