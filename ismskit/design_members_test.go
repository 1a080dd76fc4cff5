package ismskit

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// notAsked are the members of a flow that no form asks for, and why. A new member is either in
// one of the forms or here.
var notAsked = map[string]string{
	"Flow.Key": "the type's", "Flow.Version": "given when it is published", "Flow.Child": "the type's", "Flow.Unsigned": "the type's",
	"Flow.Root": "the picture's", "Node.Sequence": "the picture's", "Node.Parallel": "added in the picture", "Node.Choice": "added in the picture",
	"Node.Split": "added in the picture", "Node.Repeat": "added in the picture", "Node.Step": "added in the picture",
	"Parallel.Branches": "the picture's", "Case.Then": "the picture's", "Choice.Else": "the picture's", "Repeat.Body": "the picture's",
	// By its id a node is known when a running case is moved to another version (Adopt): it is
	// given once, and never changed.
	"Step.ID": "given", "Parallel.ID": "given", "Choice.ID": "given", "Split.ID": "given", "Repeat.ID": "given",
}

// allMembers says something in every member of a flow that a form asks for, as the forms word it.
const allMembers = `{"key":"memo","version":"1",
	"withdraw":"never","take_back":"3d","separate":[["applicant","all"]],"registry":[{"kind":"role","role":"desk","module":"records","because":{"zh-TW":"登記"}}],
	"officers":[{"kind":"person","ids":["P01"]}],"choose":[{"step":"after","max":2,"from":[{"kind":"unit_head"}]}],
	"root":{"sequence":[
	{"step":{"id":"before","name":{"zh-TW":"前"},"kind":"review","who":[{"kind":"unit_head"}]}},
	{"step":{"id":"all","name":{"zh-TW":"全部","en":"All"},"kind":"handle","who":[
		{"kind":"person","ids":["P01","P02"],"because":{"zh-TW":"您"}},{"kind":"post","ids":["T1"]},{"kind":"role","role":"desk","module":"other"},
		{"kind":"register_role","register":"systems","field":"system","role":"admins"},{"kind":"applicant"},{"kind":"field","field":"who"},{"kind":"unit_head"},
		{"kind":"manager_of","of":"who"},{"kind":"levels_up","of":"who","n":2},{"kind":"same_as","step":"before"},{"kind":"chosen"},{"kind":"above","apart":true},{"kind":"parent_agency","role":"r","module":"m"}],
		"need":{"kind":"weighted","n":3,"percent":50,"weights":{"P01":2,"T1":1},"in_order":true},"due":{"term":"1y","from":"submitted"},
		"remind":{"before":["1wd","2h"],"on_day":true,"every":"1wd","max":3,"escalate":[{"after":"0wd","to":{"kind":"manager_of"}}]},
		"timeout":{"after":"1m","until":"day","then":"close","reason":{"zh-TW":"逾期"},"told":{"en":"Told"}},
		"edit":["who","subject"],"require":["subject"],"hide":["system"],"material":["who"],"same_signer":"skip","return_to":["before"],"resubmit":"back","on_reject":"continue",
		"results":[{"key":"a","text":{"zh-TW":"甲"},"require":["who"],"require_if":[{"when":"subject == 'x'","fields":["who"]},{"when":"subject == 'y'","fields":["system"]}],"when":"subject != ''"},{"key":"b","text":{"zh-TW":"乙"}}],
		"on_unable":"none","outside":{"when":"subject != ''","to":{"zh-TW":"外"}},"not_same_as":["before"],
		"alone":{"review":[{"kind":"unit_head"}],"due":{"term":"10wd"}},"choose":[{"step":"after","from":[{"kind":"applicant"}],"max":2}],
		"without":["claim","extend"],"in_person":true,"reauth":true,"certificate":"later","batch":true,
		"extend":{"max":2,"each":"5wd","total":"1m","tiers":[{"up_to":"5wd","who":[{"kind":"unit_head"},{"kind":"manager_of","because":{"zh-TW":"長官"}}]},{"who":[{"kind":"role","role":"desk","module":"other"}]}]}}},
	{"step":{"id":"after","name":{"zh-TW":"後"},"kind":"review","who":[{"kind":"chosen"}]}},
	{"parallel":{"id":"p","name":{"zh-TW":"並會"},"branches":[{"sequence":[]},{"sequence":[]}],"join":{"kind":"n","n":1}}},
	{"choice":{"id":"c","cases":[{"when":"subject == ''","then":{"sequence":[]},"because":{"zh-TW":"因"}}],"else":{"sequence":[]}}},
	{"split":{"id":"s","name":{"zh-TW":"列"},"over":"lines","type":"row","join":{"kind":"any"}}},
	{"repeat":{"id":"r","body":{"sequence":[]},"until":"subject == ''","max":3,"at_max":"continue"}}]}}`

// Whatever a flow can hold, a clerk can make in the designer: the forms ask for every member,
// and a node that is filled in from nothing becomes what was filled in.
func TestEverythingAFlowHoldsCanBeMadeInItsForms(t *testing.T) {
	var whole workflow.Flow
	if err := json.Unmarshal([]byte(allMembers), &whole); err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	membersSaid(reflect.ValueOf(whole), said)
	for _, member := range membersOf(reflect.TypeFor[workflow.Flow](), map[reflect.Type]bool{}) {
		if notAsked[member] == "" && !said[member] {
			t.Errorf("%s is in no form: ask for it, and say something in it here, or say why none asks for it", member)
		}
	}
	full := designOf(t, `{"sequence":[]}`)
	full.Flow = whole
	nameNodes(whole.Root, full.names.steps)
	want := jsonOf(t, whole)
	for i, n := range whole.Root.Sequence {
		path := "root" + whole.Root.Into(i)
		f, err := full.NodeForm(path, "")
		if err != nil {
			t.Fatal(err)
		}
		bare := full
		if bare.Flow, err = whole.Put(path, onlyPlace(n)); err != nil {
			t.Fatal(err)
		}
		made, err := bare.Fill(path, n.ID(), f.Values)
		if err != nil {
			t.Fatal(err)
		}
		if now := jsonOf(t, made); now != want {
			t.Errorf("%s is made another: %s", n.ID(), firstOther(want, now))
		}
	}
	f, err := full.SettingsForm()
	if err != nil {
		t.Fatal(err)
	}
	bare := full
	bare.Flow = workflow.Flow{Key: whole.Key, Version: whole.Version, Root: whole.Root}
	if now := jsonOf(t, bare.FillSettings(f.Values)); now != want {
		t.Errorf("the settings are made others: %s", firstOther(want, now))
	}
}

// membersOf are the members of a type of the engine, and of all that it holds.
func membersOf(typ reflect.Type, seen map[reflect.Type]bool) []string {
	var out []string
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return membersOf(typ.Elem(), seen)
	case reflect.Struct:
		if seen[typ] {
			return nil
		}
		seen[typ] = true
		for i := range typ.NumField() {
			out = append(out, typ.Name()+"."+typ.Field(i).Name)
			out = append(out, membersOf(typ.Field(i).Type, seen)...)
		}
	}
	return out
}

// membersSaid are those that say something in a value.
func membersSaid(v reflect.Value, said map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			membersSaid(v.Elem(), said)
		}
	case reflect.Slice:
		for i := range v.Len() {
			membersSaid(v.Index(i), said)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				said[v.Type().Name()+"."+v.Type().Field(i).Name] = true
				membersSaid(v.Field(i), said)
			}
		}
	}
}

// onlyPlace is a node with nothing filled in.
func onlyPlace(n workflow.Node) workflow.Node {
	switch {
	case n.Step != nil:
		n.Step = &workflow.Step{ID: n.Step.ID}
	case n.Parallel != nil:
		n.Parallel = &workflow.Parallel{ID: n.Parallel.ID, Branches: n.Parallel.Branches}
	case n.Choice != nil:
		n.Choice = &workflow.Choice{ID: n.Choice.ID, Cases: make([]workflow.Case, len(n.Choice.Cases)), Else: n.Choice.Else}
		for i := range n.Choice.Cases {
			n.Choice.Cases[i].Then = workflow.Node{Sequence: []workflow.Node{}}
		}
	case n.Split != nil:
		n.Split = &workflow.Split{ID: n.Split.ID}
	case n.Repeat != nil:
		n.Repeat = &workflow.Repeat{ID: n.Repeat.ID, Body: n.Repeat.Body}
	}
	return n
}

func firstOther(want, now string) string {
	a, b := strings.Split(want, "\n"), strings.Split(now, "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return "was " + strings.Join(a[i:min(i+4, len(a))], "") + " is " + strings.Join(b[i:min(i+4, len(b))], "")
}

// Every unit in which a term can be counted can be chosen.
func TestEveryUnitOfATermCanBeChosen(t *testing.T) {
	d := designOf(t, `{"step":{"id":"a","name":{"zh-TW":"甲"},"kind":"review","who":[{"kind":"unit_head"}]}}`)
	f, err := d.NodeForm("root", "")
	if err != nil {
		t.Fatal(err)
	}
	unit, _ := f.Form.Field("due_unit")
	for u := calendar.WorkingDays; u.String() != ""; u++ {
		if !slices.Contains(unit.Options, u.String()) {
			t.Errorf("nobody can choose %s", u)
		}
	}
}

// A row of weights that names nobody, two, or one of another row is refused where it stands,
// and so is a condition of no result: nothing that was typed is dropped without a word.
func TestRowsThatWouldBeLostAreRefused(t *testing.T) {
	d := designOf(t, `{"step":{"id":"a","name":{"zh-TW":"甲"},"kind":"handle","who":[{"kind":"unit_head"}],"need":{"kind":"weighted"},"results":[{"key":"done","text":{"zh-TW":"已辦"}}]}}`)
	f, err := d.NodeForm("root", "")
	if err != nil {
		t.Fatal(err)
	}
	v := f.Values
	somebody, post := forms.Person{Kind: forms.InDirectory, ID: "P01", Name: "王"}, forms.Ref{List: "register/posts", ID: "T1"}
	v["weights"] = []forms.Row{
		{forms.RowID: "abcd2341", "weighed_person": somebody, "weight_n": int64(2)},
		{forms.RowID: "abcd2342", "weight_n": int64(2)},
		{forms.RowID: "abcd2343", "weighed_person": forms.Person{Kind: forms.InDirectory, ID: "P02", Name: "李"}, "weighed_post": post, "weight_n": int64(2)},
		{forms.RowID: "abcd2344", "weighed_person": somebody, "weight_n": int64(3)},
	}
	v["result_if"] = []forms.Row{
		{forms.RowID: "abcd2345", "if_what": "requires", "if_when": "subject == ''"},
		{forms.RowID: "abcd2346", "if_result": "done", "if_what": "offered"},
	}
	var at []string
	for _, fault := range f.Wrong(v) {
		at = append(at, fault.Path())
	}
	want := []string{"weights.2.weighed_post", "weights.3.weighed_post", "weights.4.weighed_post", "result_if.1.if_result", "result_if.2.if_when"}
	if !slices.Equal(at, want) {
		t.Errorf("refused at %v", at)
	}
}

// All that Compile finds wrong with a step is said at a field of its form: one at least of every
// member that can be wrong.
func TestWhatIsWrongWithAStepIsSaidAtItsField(t *testing.T) {
	problem := func(path string) FlowProblem {
		return FlowProblem{Path: "root.sequence[1].step." + path, Step: "all", Text: workflow.Text{"zh-TW": path}}
	}
	d := designOf(t, `{"sequence":[]}`)
	if err := json.Unmarshal([]byte(allMembers), &d.Flow); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"name": "name_zh", "kind": "kind", "who[0].ids": "who.1.persons", "who[1].ids": "who.2.posts", "who[2].role": "who.3.role", "who[3].role": "who.4.row_role", "who[5].field": "who.6.field",
		"who[7].of": "who.8.of", "who[8].n": "who.9.levels", "who[9].step": "who.10.same_step", "who[11].apart": "who.12.apart", "who[0]": "who.1.way", "who": "who",
		"need.n": "need_n", "need.weights": "weights", "need.weights.T1": "weights.2.weight_n", "due.term": "due_n", "remind.before[1]": "remind.2.remind_n", "remind.every": "every_n",
		"remind.escalate[0].after": "escalate.1.late_n", "remind.escalate[0].to.of": "escalate.1.of", "timeout.until[0]": "timeout_until", "timeout.reason": "timeout_reason_zh",
		"edit[1]": "edit", "material[0]": "material_fields", "return_to[0]": "return_to", "not_same_as[0]": "not_same_as", "alone.review[0].of": "alone_review.1.of", "alone.due.term": "alone_n",
		"results[1].key": "results.2.result_key", "results[1].text": "results.2.text_zh", "results[0].require[0]": "results.1.result_require", "results[0].when": "result_if.1.if_when",
		"results[0].require_if[1].when": "result_if.3.if_when", "results[0].require_if[1].fields[0]": "result_if.3.if_fields", "outside.when": "outside_when",
		"choose[0].step": "choose.1.chosen_step", "choose[0].from[0].of": "choose_from.1.of", "without[0]": "without", "batch": "batch", "certificate": "certificate",
		"extend": "due_n", "extend.max": "extend_max", "extend.each": "each_n", "extend.tiers[0].up_to": "tiers.1.up_to_n", "extend.tiers[0].who[1].of": "tiers.2.of", "extend.tiers[1].who[0].role": "tiers.3.role", "extend.tiers[1].who": "tiers.3.way",
	} {
		d.Problems = []FlowProblem{problem(path)}
		f, err := d.NodeForm("root.sequence[1]", "")
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Problems) != 1 || f.Problems[0].Path() != want {
			t.Errorf("what is wrong with %s is said at %v, not at %s", path, f.Problems, want)
		}
	}
}
