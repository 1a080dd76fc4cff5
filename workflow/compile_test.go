package workflow_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// Every report of Compile, each provoked by one mistake.
func TestCompileReports(t *testing.T) {
	a := step("a", "review", anyone, "")
	keptApart := step("k", "review", anyone, `"not_same_as":["field:responsible"]`)
	names := step("n", "handle", anyone, `"edit":["responsible"]`) // whoever is named here
	choice := func(cases ...string) string {
		return `{"choice":{"id":"c","cases":[` + strings.Join(cases, ",") + `]}}`
	}
	when := func(cond, id string) string {
		return `{"when":"` + cond + `","then":` + step(id, "read", anyone, "") + `}`
	}
	for _, c := range []struct {
		code, path string
		nodes      []string
	}{
		{"node_empty", "root.sequence[0]", []string{`{}`}},
		{"node_ambiguous", "root.sequence[0]", []string{`{"sequence":[` + a + `],"step":{"id":"b","name":{"en":"b"},"kind":"read","who":[` + anyone + `]}}`}},
		{"sequence_empty", "root", nil},
		{"branches_few", "root.sequence[0].parallel.branches", []string{`{"parallel":{"id":"p","branches":[` + a + `]}}`}},
		{"quorum_branches", "root.sequence[0].parallel.join.n", []string{`{"parallel":{"id":"p","branches":[` + a + `,` + step("b", "read", anyone, "") + `],"join":{"kind":"n","n":3}}}`}},
		{"choice_empty", "root.sequence[0].choice.cases", []string{choice()}},
		{"condition", "root.sequence[0].choice.cases[0].when", []string{choice(when("kind ?? 'x'", "x"))}},
		{"condition_missing", "root.sequence[0].choice.cases[0].when", []string{choice(when("", "x"))}},
		{"branch_never", "root.sequence[0].choice.cases[0]", []string{choice(when("kind == 'other'", "x"))}},
		{"branch_never", "root.sequence[0].choice.cases[1]", []string{choice(when("risk >= 3", "x"), when("risk > 5", "y"))}},
		{"else_never", "root.sequence[0].choice.else", []string{`{"choice":{"id":"c","cases":[` + when("kind == 'new'", "x") + `,` + when("kind != 'new'", "y") + `],"else":` + a + `}}`}},
		{"id_missing", "root.sequence[0]", []string{step("", "review", anyone, "")}},
		{"id_form", "root.sequence[0]", []string{step("主管", "review", anyone, "")}},
		{"id_reserved", "root.sequence[0]", []string{step("applicant", "review", anyone, "")}},
		{"id_twice", "root.sequence[1]", []string{a, a}},
		{"title_missing", "root.sequence[0].step.name", []string{`{"step":{"id":"a","kind":"review","who":[` + anyone + `]}}`}},
		{"unknown_word", "root.sequence[0].step.kind", []string{step("a", "bless", anyone, "")}},
		{"owed_for_good", "root.sequence[0].step.certificate", []string{step("a", "review", anyone, `"certificate":"later"`)}},
		{"unknown_word", "root.sequence[0].step.certificate", []string{step("a", "review", anyone, `"certificate":"perhaps"`)}},
		{"not_for_kind", "root.sequence[0].step.certificate", []string{step("a", "copy", anyone, `"certificate":"must"`), a}},
		{"certificate_outside", "root.sequence[0].step.certificate", []string{step("h", "handle", anyone, `"certificate":"must","outside":{}`)}},
		{"certificate_batch", "root.sequence[0].step.certificate", []string{step("h", "review", anyone, `"certificate":"must","batch":true`)}},
		{"who_missing", "root.sequence[0].step.who", []string{step("a", "review", "", "")}},
		{"unknown_role", "root.sequence[0].step.who[0].role", []string{step("a", "review", `{"kind":"role","role":"king"}`, "")}},
		{"unknown_word", "root.sequence[0].step.who[0].kind", []string{step("a", "review", `{"kind":"oracle"}`, "")}},
		{"named_missing", "root.sequence[0].step.who[0].ids", []string{step("a", "review", `{"kind":"person"}`, "")}},
		{"number_missing", "root.sequence[0].step.who[0].n", []string{step("a", "review", `{"kind":"levels_up"}`, "")}},
		{"role_missing", "root.sequence[0].step.who[0].role", []string{step("a", "review", `{"kind":"role","role":""}`, "")}},
		{"field_missing", "root.sequence[0].step.who[0].field", []string{step("a", "review", `{"kind":"field"}`, "")}},
		{"step_missing", "root.sequence[0].step.who[0].step", []string{step("a", "review", `{"kind":"same_as"}`, "")}},
		{"due_missing", "root.sequence[0].step.due.term", []string{step("a", "review", anyone, `"due":{"term":""}`)}},
		{"remind_missing", "root.sequence[0].step.remind.before[0]", []string{step("a", "review", anyone, `"due":{"term":"3wd"},"remind":{"before":[""]}`)}},
		{"escalate_missing", "root.sequence[0].step.remind.escalate[0].after", []string{step("a", "review", anyone, `"due":{"term":"3wd"},"remind":{"escalate":[{"after":"","to":{"kind":"unit_head"}}]}`)}},
		{"timeout_missing", "root.sequence[0].step.timeout.after", []string{step("a", "confirm", anyone, `"timeout":{"then":"close","reason":{"en":"r"}}`)}},
		{"reason_missing", "root.sequence[0].step.timeout.reason", []string{step("a", "confirm", anyone, `"timeout":{"after":"5wd","then":"close"}`)}},
		{"unknown_field", "root.sequence[0].step.who[0].field", []string{step("a", "review", `{"kind":"field","field":"boss"}`, "")}},
		{"not_a_person", "root.sequence[0].step.who[0].field", []string{step("a", "review", `{"kind":"field","field":"reason"}`, "")}},
		{"not_a_person", "root.sequence[0].step.who[0].of", []string{step("a", "review", `{"kind":"unit_head","of":"reason"}`, "")}},
		{"not_a_reference", "root.sequence[0].step.who[0].field", []string{step("a", "review", `{"kind":"register_role","register":"systems","field":"reason","role":"admins"}`, "")}},
		{"unknown_step", "root.sequence[0].step.who[0].step", []string{step("a", "review", `{"kind":"same_as","step":"z"}`, "")}},
		{"step_not_before", "root.sequence[0].step.who[0].step", []string{step("a", "review", `{"kind":"same_as","step":"b"}`, ""), step("b", "read", anyone, "")}},
		{"nobody_chooses", "root.sequence[0].step.who[0].kind", []string{step("a", "review", `{"kind":"chosen"}`, "")}},
		{"choice_unused", "root.sequence[0].step.choose[0].step", []string{step("a", "review", anyone, `"choose":[{"step":"b"}]`), step("b", "approve", anyone, "")}},
		{"choice_not_after", "root.sequence[1].step.choose[0].step", []string{step("b", "review", anyone, ""), step("a", "approve", anyone, `"choose":[{"step":"b"}]`)}},
		{"percent", "root.sequence[0].step.need.percent", []string{step("a", "review", anyone, `"need":{"kind":"percent","percent":150}`)}},
		{"weights_missing", "root.sequence[0].step.need.weights", []string{step("a", "review", anyone, `"need":{"kind":"weighted","n":2}`)}},
		{"number_missing", "root.sequence[0].step.need.n", []string{step("a", "review", anyone, `"need":{"kind":"weighted","weights":{"P1":2}}`)}},
		{"quorum_weights", "root.sequence[0].step.who[0]", []string{step("a", "review", `{"kind":"person","ids":["P1","P2"]}`, `"need":{"kind":"weighted","n":9,"weights":{"P1":2}}`)}},
		{"order_of_one", "root.sequence[0].step.need.in_order", []string{step("a", "review", anyone, `"need":{"in_order":true}`)}},
		{"nothing_decides", "root.sequence[0].step.without", []string{step("a", "review", anyone, `"without":["approve"]`)}},
		{"condition", "root.sequence[0].step.results[0].when", []string{step("a", "handle", anyone, `"results":[{"key":"done","text":{"en":"d"},"when":"kind ?? 'x'"}]`)}},
		{"condition_missing", "root.sequence[0].step.results[0].require_if[0].when", []string{step("a", "handle", anyone, `"results":[{"key":"done","text":{"en":"d"},"require_if":[{"fields":["reason"]}]}]`)}},
		{"unknown_field", "root.sequence[0].step.results[0].require_if[0].fields[0]", []string{step("a", "handle", anyone, `"results":[{"key":"done","text":{"en":"d"},"require_if":[{"when":"major","fields":["boss"]}]}]`)}},
		{"copy_waits", "root.sequence[0].step.kind", []string{step("a", "copy", anyone, `"due":{"term":"3wd"}`)}},
		{"review_who_missing", "root.sequence[0].step.alone.review", []string{step("a", "review", anyone, `"alone":{"review":[]}`)}},
		{"extend_who_missing", "root.sequence[0].step.extend.tiers", []string{step("a", "review", anyone, `"due":{"term":"3wd"},"extend":{"max":1,"tiers":[]}`)}},
		{"extend_who_missing", "root.sequence[0].step.extend.tiers[0].who", []string{step("a", "review", anyone, `"due":{"term":"3wd"},"extend":{"max":1,"tiers":[{"who":[]}]}`)}},
		{"number_missing", "root.sequence[0].step.extend.max", []string{step("a", "review", anyone, `"due":{"term":"3wd"},"extend":{"max":0,"tiers":[{"who":[`+anyone+`]}]}`)}},
		{"not_supported", "root.sequence[0].split.join", []string{`{"split":{"id":"s","name":{"en":"s"},"over":"lines","type":"account_line","join":{"kind":"any"}}}`}},
		{"quorum_signers", "root.sequence[0].step.who[0]", []string{step("a", "review", `{"kind":"person","ids":["P1","P2"]}`, `"need":{"kind":"n","n":3}`)}},
		{"number_missing", "root.sequence[0].step.need.n", []string{step("a", "review", anyone, `"need":{"kind":"n"}`)}},
		{"number_unused", "root.sequence[0].step.need.n", []string{step("a", "review", anyone, `"need":{"kind":"all","n":2}`)}},
		{"deadline", "root.sequence[0].step.due.term", []string{step("a", "review", anyone, `"due":{"term":"soon"}`)}},
		{"deadline", "root.sequence[0].step.remind.before[0]", []string{step("a", "review", anyone, `"due":{"term":"3wd"},"remind":{"before":["x"]}`)}},
		{"remind_without_due", "root.sequence[0].step.remind", []string{step("a", "review", anyone, `"remind":{"on_day":true}`)}},
		{"not_a_date", "root.sequence[0].step.timeout.until", []string{step("a", "confirm", anyone, `"timeout":{"until":"reason","then":"continue","reason":{"en":"late"}}`)}},
		{"silence_approves", "root.sequence[0].step.timeout.then", []string{step("a", "approve", anyone, `"timeout":{"after":"5wd","then":"continue","reason":{"en":"late"}}`)}},
		{"unknown_field", "root.sequence[0].step.edit[0]", []string{step("a", "review", anyone, `"edit":["colour"]`)}},
		{"field_hidden", "root.sequence[0].step.hide", []string{step("a", "review", anyone, `"edit":["note"],"hide":["note"]`)}},
		{"return_not_before", "root.sequence[0].step.return_to[0]", []string{step("a", "review", anyone, `"return_to":["b"]`), step("b", "read", anyone, "")}},
		{"return_not_before", "root.sequence[0].parallel.branches[1].step.return_to[0]", []string{`{"parallel":{"id":"p","branches":[` + a + `,` + step("b", "review", anyone, `"return_to":["a"]`) + `]}}`}},
		{"unknown_step", "root.sequence[0].step.return_to[0]", []string{step("a", "review", anyone, `"return_to":["z"]`)}},
		{"not_for_kind", "root.sequence[0].step.on_reject", []string{step("a", "consult", anyone, `"on_reject":"close"`)}},
		{"not_for_kind", "root.sequence[0].step.same_signer", []string{step("a", "handle", anyone, `"same_signer":"skip"`)}},
		{"accept_unnamed", "root.sequence[0].step.who[0].kind", []string{step("a", "accept", anyone, "")}},
		{"answers_missing", "root.sequence[0].step.results", []string{step("a", "question", anyone, "")}},
		{"not_for_kind", "root.sequence[1].step.return_to", []string{a, step("q", "question", anyone, answers+`,"return_to":["a"]`)}},
		{"not_for_kind", "root.sequence[0].step.return_to", []string{step("c", "copy", anyone, `"return_to":["applicant"]`)}},
		{"not_for_kind", "root.sequence[0].step.results", []string{step("a", "review", anyone, `"results":[{"key":"x","text":{"en":"x"}}]`)}},
		{"id_twice", "root.sequence[0].step.results[1].key", []string{step("a", "handle", anyone, `"results":[{"key":"x","text":{"en":"x"}},{"key":"x","text":{"en":"x"}}]`)}},
		{"unable_ends_case", "root.sequence[0].step.on_unable", []string{step("a", "handle", anyone, `"on_unable":"close"`)}},
		{"not_for_kind", "root.sequence[0].step.outside", []string{step("a", "approve", anyone, `"outside":{}`)}},
		{"not_for_kind", "root.sequence[0].step.batch", []string{step("a", "handle", anyone, `"batch":true`)}},
		{"batch_fills", "root.sequence[0].step.batch", []string{step("a", "review", anyone, `"batch":true,"edit":["note"]`)}},
		{"batch_fills", "root.sequence[0].step.batch", []string{step("a", "review", anyone, `"batch":true,"choose":[{"step":"b"}]`), step("b", "approve", `{"kind":"chosen"}`, "")}},
		{"apart_from_itself", "root.sequence[0].step.not_same_as[0]", []string{step("a", "review", anyone, `"not_same_as":["a"]`)}},
		{"apart_impossible", "root.sequence[0].step.not_same_as[0]", []string{step("a", "review", `{"kind":"applicant"}`, `"not_same_as":["applicant"]`)}},
		{"apart_impossible", "root.sequence[1].step.not_same_as[0]", []string{step("a", "review", `{"kind":"person","ids":["P1"]}`, ""), step("b", "approve", `{"kind":"same_as","step":"a"}`, `"not_same_as":["a"]`)}},
		{"apart_impossible", "root.sequence[1].step.not_same_as[0]", []string{step("a", "review", `{"kind":"unit_head"}`, ""), step("b", "approve", `{"kind":"unit_head","of":"applicant"}`, `"not_same_as":["a"]`)}},
		{"unknown_field", "root.sequence[0].step.not_same_as[0]", []string{step("a", "review", anyone, `"not_same_as":["field:boss"]`)}},
		{"not_a_person", "root.sequence[0].step.not_same_as[1]", []string{step("a", "review", anyone, `"not_same_as":["applicant","field:owner_unit"]`)}},
		{"apart_edited", "root.sequence[0].step.not_same_as[0]", []string{step("a", "review", anyone, `"edit":["responsible"],"not_same_as":["field:responsible"]`)}},
		{"apart_edited", "root.sequence[0].step.not_same_as[0]", []string{keptApart, names}},
		{"apart_edited", "root.sequence[0].parallel.branches[1].step.not_same_as[0]", []string{`{"parallel":{"id":"p","branches":[` + names + `,` + keptApart + `]}}`}},
		{"apart_edited", "root.sequence[0].repeat.body.sequence[1].step.not_same_as[0]", []string{`{"repeat":{"id":"r","body":{"sequence":[` + names + `,` + keptApart + `]},"until":"major","max":3}}`}},
		{"apart_impossible", "root.sequence[0].step.not_same_as[0]", []string{step("a", "review", `{"kind":"field","field":"responsible"}`, `"not_same_as":["field:responsible"]`)}},
		{"above_first", "root.sequence[0].step.who[0].kind", []string{step("a", "review", `{"kind":"above"}`, "")}},
		{"apart_first", "root.sequence[0].step.who[0].apart", []string{step("a", "review", `{"kind":"person","ids":["P1"],"apart":true}`, `"not_same_as":["applicant"]`)}},
		{"apart_unused", "root.sequence[0].step.who[1].apart", []string{step("a", "review", anyone+`,{"kind":"person","ids":["P1"],"apart":true}`, "")}},
		{"apart_unused", "root.sequence[0].step.alone.review[0].apart", []string{step("a", "review", anyone, `"alone":{"review":[{"kind":"person","ids":["P1"],"apart":true}]}`)}},
		{"above_first", "root.sequence[0].step.alone.review[0].kind", []string{step("a", "review", anyone, `"alone":{"review":[{"kind":"above"}]}`)}},
		{"unknown_role", "root.sequence[0].step.who[0].role", []string{step("a", "review", `{"kind":"parent_agency","role":"king"}`, "")}},
		{"apart_nobody", "root.sequence[2].step.who", []string{
			step("a", "review", `{"kind":"person","ids":["P1","P2"]}`, ""), step("b", "review", `{"kind":"person","ids":["P1","P2"]}`, `"not_same_as":["a"]`),
			step("c", "approve", `{"kind":"person","ids":["P2","P1"]}`, `"not_same_as":["a","b"]`),
		}},
		{"unknown_field", "root.sequence[0].split.over", []string{`{"split":{"id":"s","name":{"en":"s"},"over":"rows","type":"account_line"}}`}},
		{"not_a_table", "root.sequence[0].split.over", []string{`{"split":{"id":"s","name":{"en":"s"},"over":"reason","type":"account_line"}}`}},
		{"unknown_type", "root.sequence[0].split.type", []string{`{"split":{"id":"s","name":{"en":"s"},"over":"lines","type":"nothing"}}`}},
		{"repeat_unlimited", "root.sequence[0].repeat.max", []string{`{"repeat":{"id":"r","body":` + a + `,"until":"major"}}`}},
		{"repeat_long", "root.sequence[0].repeat.max", []string{`{"repeat":{"id":"r","body":` + a + `,"until":"major","max":1000}}`}},
		{"until_never", "root.sequence[0].repeat.until", []string{`{"repeat":{"id":"r","body":` + a + `,"until":"kind == 'x'","max":3}}`}},
		{"unreachable", "root.sequence[1]", []string{`{"repeat":{"id":"r","body":` + a + `,"until":"false","max":3}}`, step("b", "read", anyone, "")}},
	} {
		_, err := workflow.Compile(parse(t, flowOf(c.nodes...)), office())
		found := false
		for _, p := range problemsOf(err) {
			found = found || p.Code == c.code && p.Path == c.path
		}
		if !found {
			t.Errorf("%s at %s is not among: %v", c.code, c.path, err)
		}
	}
}

// A step is kept apart from the people whom one before it names, and from those whom one
// names on another way of the case.
func TestAStepBeforeMayNameWhoIsKeptApart(t *testing.T) {
	keptApart := step("k", "review", anyone, `"not_same_as":["field:responsible"]`)
	names := step("n", "handle", anyone, `"edit":["responsible"]`)
	for _, nodes := range [][]string{
		{names, keptApart},
		{`{"choice":{"id":"c","cases":[{"when":"major","then":` + keptApart + `}],"else":` + names + `}}`},
	} {
		if _, err := workflow.Compile(parse(t, flowOf(nodes...)), office()); err != nil {
			t.Error(err)
		}
	}
}

func TestCompileReportsEverythingAtOnceInOrder(t *testing.T) {
	_, err := workflow.Compile(parse(t, flowOf(
		step("a", "review", `{"kind":"role","role":"king"}`, `"due":{"term":"soon"}`),
		step("a", "read", anyone, `"edit":["colour"]`))), office())
	var codes []string
	for _, p := range problemsOf(err) {
		codes = append(codes, p.Code)
	}
	if got := strings.Join(codes, " "); got != "unknown_role deadline id_twice unknown_field" {
		t.Fatalf("codes %s", got)
	}
}

func TestEveryReportHasItsSentence(t *testing.T) {
	for _, lang := range []string{"zh-TW", "en"} {
		p := workflow.Problem{Code: "quorum_signers", Params: map[string]string{"n": "3", "of": "2"}}
		if s := p.Message(lang); !strings.Contains(s, "3") || !strings.Contains(s, "2") {
			t.Errorf("%s: %s", lang, s)
		}
	}
}

// Which branches are provably never taken.
func TestDeadBranches(t *testing.T) {
	for _, c := range []struct {
		conditions []string
		dead       string // a character per case: x is dead
	}{
		{[]string{"kind == 'new'", "kind == 'change'", "kind == 'disable'"}, "..."},
		{[]string{"kind == 'new'", "kind == 'new'"}, ".x"},
		{[]string{"kind in ['new','change']", "kind == 'change'"}, ".x"},
		{[]string{"kind != 'new'", "not (kind == 'new')"}, ".x"},
		{[]string{"kind == 'new' and kind == 'change'"}, "x"},
		{[]string{"reason == 'a'", "reason == 'b'"}, ".."},
		{[]string{"major", "!major"}, ".."},
		{[]string{"major == true", "major"}, ".x"},
		{[]string{"risk > 3", "risk > 4", "risk <= 3"}, ".x."},
		{[]string{"risk > 3 && risk < 4"}, "x"},   // no whole number between
		{[]string{"score > 3 && score < 4"}, "."}, // but a decimal
		{[]string{"3 < risk", "risk == 5"}, ".x"},
		{[]string{"true", "major"}, ".x"},
		{[]string{"false", "major"}, "x."},
		{[]string{"kind == 'new' || major", "kind == 'new'"}, ".."}, // two fields: nothing is claimed
		{[]string{"kind == 'new'", "major", "kind == 'new'"}, "..x"},
		{[]string{"len(lines) > 3", "len(lines) > 4"}, ".."},
		{[]string{"kind == 'new'", "kind != 'new'", "major"}, "..x"},
	} {
		var cases []string
		for i, cond := range c.conditions {
			cases = append(cases, `{"when":"`+cond+`","then":`+step("s"+string(rune('a'+i)), "read", anyone, "")+`}`)
		}
		_, err := workflow.Compile(parse(t, flowOf(`{"choice":{"id":"c","cases":[`+strings.Join(cases, ",")+`]}}`)), office())
		got := []byte(strings.Repeat(".", len(c.conditions)))
		for _, p := range problemsOf(err) {
			if p.Code == "branch_never" {
				got[p.Path[len("root.sequence[0].choice.cases[")]-'0'] = 'x'
			} else {
				t.Errorf("%v: %v", c.conditions, p)
			}
		}
		if string(got) != c.dead {
			t.Errorf("%v: dead %s, want %s", c.conditions, got, c.dead)
		}
	}
}

func TestParseFlowNamesThePlace(t *testing.T) {
	for _, c := range []struct{ src, code, path string }{
		{`{"key":"a","versoin":"1"}`, "unknown_key", "versoin"},
		{`{"root":{"sequence":[{"step":{"id":"a","colour":1}}]}}`, "unknown_key", "root.sequence[0].step.colour"},
		{`{"root":{"sequence":[{"step":{"id":1}}]}}`, "wrong_type", "root.sequence[0].step.id"},
		{`{"root":{"sequence":[{"step":{"who":{"kind":"person"}}}]}}`, "wrong_type", "root.sequence[0].step.who"},
		{`{"root":{"repeat":{"max":"3"}}}`, "wrong_type", "root.repeat.max"},
		{`{"root":{"repeat":{"max":3.5}}}`, "wrong_type", "root.repeat.max"},
		{`{"root":null}`, "wrong_type", "root"},
		{`{"key":"a","key":"b"}`, "key_twice", "key"},
		{`{"Key":"a"}`, "unknown_key", "Key"},
		{`{"key":"a"} {}`, "syntax", ""},
		{`{"key":`, "syntax", ""},
		{"{\"key\":\"\xff\"}", "not_utf8", ""},
		{strings.Repeat(`{"root":`, 200), "too_deep", ""},
		{`{"root":` + strings.Repeat(`{"sequence":[`, 60), "too_deep", ""},
		{strings.Repeat(" ", workflow.MaxBytes+1), "too_large", ""},
	} {
		_, err := workflow.ParseFlow([]byte(c.src))
		found := false
		for _, p := range problemsOf(err) {
			found = found || p.Code == c.code && p.Path == c.path
		}
		if !found {
			t.Errorf("%.60s: want %s at %q, got %v", c.src, c.code, c.path, err)
		}
	}
}

// What has been saved halfway can be read again: a draft may name nobody yet where somebody has
// to be named, and is written with nothing there.
func TestADraftWithGapsIsReadAsItWasWritten(t *testing.T) {
	flow := workflow.Flow{Key: "a", Version: "1", Root: workflow.Node{Sequence: []workflow.Node{
		{Step: &workflow.Step{ID: "work", Kind: workflow.KindHandle, Due: &workflow.Due{Term: "3wd"}, Extend: &workflow.Extend{Max: 1}, Alone: &workflow.Alone{}}},
		{Parallel: &workflow.Parallel{}}, {Choice: &workflow.Choice{}},
	}}}
	written, err := json.Marshal(flow)
	if err != nil || !strings.Contains(string(written), `"tiers":null`) {
		t.Fatal(string(written), err)
	}
	again, err := workflow.ParseFlow(written)
	if err != nil || !reflect.DeepEqual(again, flow) {
		t.Fatalf("read as %+v, %v", again, err)
	}
}

// Weights are not people, and who grants an extension is not who handles the step: what is
// missing is said of what it is missing in.
func TestAProblemSaysWhatItIsAbout(t *testing.T) {
	for code, want := range map[string]string{"quorum_weights": "權重合計", "extend_who_missing": "展期由誰核定", "review_who_missing": "事後複核"} {
		if got := (workflow.Problem{Code: code, Params: map[string]string{"n": "9", "of": "4"}}).Message("zh-TW"); !strings.Contains(got, want) || strings.Contains(got, "人，") || strings.Contains(got, "辦理") {
			t.Errorf("%s: %s", code, got)
		}
	}
}

// A flow that was compiled can't be changed from outside.
func TestCompileCopies(t *testing.T) {
	flow := read(t, "account_request.json")
	c, err := workflow.Compile(flow, office())
	if err != nil {
		t.Fatal(err)
	}
	flow.Root.Sequence[0].Step.ID = "changed"
	if _, ok := c.Step("head"); !ok {
		t.Fatal("the step has followed the caller's change")
	}
	if got := c.Apart("head"); len(got) != 1 || got[0] != workflow.Applicant {
		t.Fatalf("apart %v", got)
	}
}

// A condition that can't be read is reported once: that its branch is never taken follows.
func TestAConditionThatCannotBeReadIsReportedOnce(t *testing.T) {
	_, err := workflow.Compile(parse(t, flowOf(`{"choice":{"id":"c","cases":[{"when":"kind == 'nope' ??","then":`+step("a", "read", anyone, "")+`}]}}`)), unreadable{office()})
	if found := problemsOf(err); !found.Has("condition") || found.Has("branch_never") {
		t.Errorf("reported: %v", err)
	}
	for _, when := range []string{"major == true && major == false", "kind == 'nope'"} {
		_, err := workflow.Compile(parse(t, flowOf(`{"choice":{"id":"c","cases":[{"when":"`+when+`","then":`+step("a", "read", anyone, "")+`}]}}`)), unreadable{office()})
		if found := problemsOf(err); len(found) != 1 {
			t.Errorf("%s: %v", when, err)
		}
	}
}

// unreadable is an office whose form has no option nope.
type unreadable struct{ workflow.Vocabulary }

func (u unreadable) Condition(src string) error {
	if strings.Contains(src, "nope") {
		return errors.New("no option nope")
	}
	return u.Vocabulary.Condition(src)
}
