package ismskit

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// everything is a step in which every member says something.
const everything = `{"id":"all","name":{"zh-TW":"全部","en":"All","ja":"全"},"kind":"handle","who":[
	{"kind":"person","ids":["P01","P02"],"because":{"zh-TW":"您","ja":"貴方"}},{"kind":"post","ids":["T2","T1"]},{"kind":"role","role":"desk"},{"kind":"role","role":"desk","module":"other"},
	{"kind":"register_role","register":"systems","field":"system","role":"admins"},{"kind":"applicant"},{"kind":"field","field":"who"},{"kind":"unit_head"},
	{"kind":"manager_of","of":"applicant"},{"kind":"levels_up","of":"who","n":2},{"kind":"same_as","step":"before"},{"kind":"chosen"},{"kind":"above","apart":true},{"kind":"parent_agency","role":"r","module":"m"}],
	"need":{"kind":"weighted","n":3,"weights":{"P01":2},"in_order":true},"due":{"term":"3wd","from":"submitted"},
	"remind":{"before":["1wd","2h"],"on_day":true,"every":"1wd","max":3,"escalate":[{"after":"0wd","to":{"kind":"manager_of"}}]},
	"timeout":{"after":"1m","then":"close","reason":{"zh-TW":"逾期"},"told":{"en":"Told"}},
	"edit":["who","subject"],"require":["subject"],"hide":["system"],"material":[],"same_signer":"again","return_to":["before","applicant"],"resubmit":"back","on_reject":"close",
	"results":[{"key":"a","text":{"zh-TW":"甲"},"require":["who"],"require_if":[{"when":"subject == 'x'","fields":["who"]}],"when":"subject != ''"},{"key":"b","text":{"zh-TW":"乙"}}],
	"on_unable":"none","outside":{"when":"subject != ''","to":{"zh-TW":"外"}},"not_same_as":["field:who","before"],
	"alone":{"review":[{"kind":"unit_head"}],"due":{"term":"10wd"}},"choose":[{"step":"after","from":[{"kind":"applicant"},{"kind":"unit_head"}],"max":2},{"step":"before"}],
	"without":["delegate","claim"],"in_person":true,"reauth":true,"certificate":"later","batch":true,"extend":{"max":1,"tiers":[{"who":[{"kind":"manager_of"}]}]}}`

// A step goes through its form, as a page shows it and reads it back, and comes out to the
// letter, with what the form does not show.
func TestAStepGoesThroughItsFormUnchanged(t *testing.T) {
	for name, text := range map[string]string{
		"all":     everything,
		"little":  `{"id":"l","name":{"zh-TW":"少"},"kind":"review","who":[{"kind":"unit_head"}]}`,
		"wrong":   `{"id":"w","name":{},"kind":"strange","who":[{"kind":"person"}],"due":{"term":"soon"},"edit":["nothing"],"return_to":["nowhere"],"not_same_as":["no"]}`,
		"nothing": `{"id":"","name":null,"kind":"","who":null}`,
	} {
		d := designOf(t, `{"sequence":[{"step":{"id":"before","name":{"zh-TW":"前"},"kind":"review","who":[{"kind":"unit_head"}]}},{"step":`+text+`},
			{"step":{"id":"after","name":{"zh-TW":"後"},"kind":"review","who":[{"kind":"chosen"}]}}]}`)
		sameThroughForm(t, name, d, "root.sequence[1]")
	}
	d := designOf(t, `{"sequence":[
		{"parallel":{"id":"p","branches":[{"sequence":[]},{"sequence":[]}],"join":{"kind":"n","n":1}}},
		{"choice":{"id":"c","cases":[{"when":"subject == ''","then":{"sequence":[]},"because":{"zh-TW":"因"}},{"when":"","then":{"sequence":[]}}],"else":{"sequence":[]}}},
		{"split":{"id":"s","name":{"zh-TW":"列"},"over":"lines","type":"row"}},
		{"repeat":{"id":"r","body":{"sequence":[]},"until":"subject == ''","max":3,"at_max":"continue"}}]}`)
	for i := range 4 {
		sameThroughForm(t, "node", d, "root"+d.Flow.Root.Into(i))
	}
}

func designOf(t *testing.T, root string) Design {
	t.Helper()
	var flow workflow.Flow
	if err := json.Unmarshal([]byte(`{"key":"memo","version":"1","root":`+root+`}`), &flow); err != nil {
		t.Fatal(err)
	}
	schema, err := forms.ParseSchema([]byte(`{"key":"memo","version":"1","title":{"zh-TW":"簽"},"fields":[
		{"key":"subject","type":"text","label":{"zh-TW":"主旨"}},{"key":"who","type":"person","label":{"zh-TW":"人"}},
		{"key":"system","type":"ref","label":{"zh-TW":"系統"},"params":{"of":"register","list":"systems"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	form, err := forms.Compile(schema, forms.StandardTypes())
	if err != nil {
		t.Fatal(err)
	}
	builtin, err := register.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	lists, err := register.New(register.Config{Lists: builtin, Types: forms.StandardTypes()})
	if err != nil {
		t.Fatal(err)
	}
	steps := map[string]workflow.Text{}
	nameNodes(flow.Root, steps)
	of := &kind{Type: Type{Key: "memo", Module: "records", Form: schema}}
	return Design{Flow: flow, Form: form, names: flowNames{people: map[string]string{}, lists: lists, kinds: &kinds{}, form: of, steps: steps}}
}

func sameThroughForm(t *testing.T, name string, d Design, path string) {
	t.Helper()
	f, err := d.NodeForm(path, "")
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	sameFilledIn(t, name, d, f, func(v forms.Values) (workflow.Flow, error) { return d.Fill(path, f.ID, v) })
}

func sameFilledIn(t *testing.T, name string, d Design, f NodeForm, fill func(forms.Values) (workflow.Flow, error)) {
	t.Helper()
	if wrong := f.Wrong(f.Values); len(wrong) > 0 && name != "wrong" {
		t.Errorf("%s: %v", name, wrong)
	}
	values, invalid := f.Form.FromText(f.Form.ToText(f.Values, forms.Locale{Lang: "zh-TW"}), nil)
	if len(invalid) > 0 {
		t.Errorf("%s: %v", name, invalid)
	}
	before := jsonOf(t, d.Flow)
	for _, v := range []forms.Values{f.Values, values} {
		after, err := fill(v)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if now := jsonOf(t, after); now != before {
			a, b := strings.Split(before, "\n"), strings.Split(now, "\n")
			i := 0
			for i < len(a) && i < len(b) && a[i] == b[i] {
				i++
			}
			t.Errorf("%s is another from line %d on:\nwas %q\nis  %q", name, i, a[i:min(i+4, len(a))], b[i:min(i+4, len(b))])
		}
	}
}

func jsonOf(t *testing.T, flow workflow.Flow) string {
	t.Helper()
	b, err := json.MarshalIndent(flow, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What is filled in becomes the step; what is asked for anew has an id and keys of its own.
func TestAStepIsFilledIn(t *testing.T) {
	d := designOf(t, `{"sequence":[{"step":{"id":"step1","name":{"zh-TW":"前"},"kind":"handle","who":[{"kind":"unit_head"}],"results":[{"key":"result1","text":{"zh-TW":"甲"}}]}}]}`)
	f, err := d.NodeForm("root.sequence[0]", "step1")
	if err != nil {
		t.Fatal(err)
	}
	v := f.Values
	v["due_n"], v["kind"], v["returns"] = int64(3), "handle", "none"
	v["results"] = append(v["results"].([]forms.Row), forms.Row{forms.RowID: "abcd2345", "text_zh": "乙"})
	v["who"] = []forms.Row{{forms.RowID: "abcd2346", "way": "role", "role": "organisation/security_officer"}}
	flow, err := d.Fill("root.sequence[0]", "step1", v)
	if err != nil {
		t.Fatal(err)
	}
	s := flow.Root.Step
	if s == nil {
		s = flow.Root.Sequence[0].Step
	}
	if s.Due == nil || s.Due.Term != "3wd" || s.ReturnTo == nil || len(s.ReturnTo) > 0 || len(s.Results) != 2 || s.Results[1].Key != "result2" ||
		s.Who[0].Module != "organisation" || s.Who[0].Role != "security_officer" {
		t.Errorf("it is now %s", jsonOf(t, flow))
	}
	if _, err := d.NodeForm("root.sequence[5]", "gone"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a step that is gone: %v", err)
	}
	if found, err := d.NodeForm("root.sequence[5]", "step1"); err != nil || found.ID != "step1" {
		t.Errorf("a step that has moved: %v", err)
	}
	n := d.New(NewParallel)
	ids := []string{n.ID(), n.Parallel.Branches[0].ID(), n.Parallel.Branches[1].ID()}
	if got := strings.Join(ids, " "); got != "parallel1 step2 step3" {
		t.Errorf("new ids: %s", got)
	}
}
