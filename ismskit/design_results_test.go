package ismskit

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// An officer who gives a result another key, and sets a condition for it in the same form, finds
// the condition at that result: nothing of it is lost, and no other result takes it.
func TestAConditionStaysWithTheResultItWasChosenFor(t *testing.T) {
	const flow = `{"step":{"id":"a","name":{"zh-TW":"辦理"},"kind":"handle","who":[{"kind":"unit_head"}],
		"results":[{"key":"done","text":{"zh-TW":"已辦"}},{"key":"refused","text":{"zh-TW":"不辦"}}]}}`
	offered := func(of string) forms.Row {
		return forms.Row{forms.RowID: "abcd2345", "if_result": of, "if_what": "offered", "if_when": "urgent == true"}
	}
	for name, one := range map[string]struct {
		change func(results []forms.Row) []forms.Row
		of     string
		want   string // the text of the result that has the condition, "" for refused
	}{
		"as they are": {func(r []forms.Row) []forms.Row { return r }, "done", "已辦"},
		"another key": {func(r []forms.Row) []forms.Row { r[0]["result_key"] = "finished"; return r }, "done", "已辦"},
		"no key":      {func(r []forms.Row) []forms.Row { delete(r[0], "result_key"); return r }, "done", "已辦"},
		"keys exchanged": {func(r []forms.Row) []forms.Row {
			r[0]["result_key"], r[1]["result_key"] = "refused", "done"
			return r
		}, "done", "已辦"},
		"entered anew": {func(r []forms.Row) []forms.Row {
			return []forms.Row{{forms.RowID: "abcd2346", "text_zh": "辦畢", "result_key": "done"}, r[1]}
		}, "done", "辦畢"},
		"taken away": {func(r []forms.Row) []forms.Row { return r[1:] }, "done", ""},
	} {
		d := designOf(t, flow)
		f, err := d.NodeForm("root", "")
		if err != nil {
			t.Fatal(err)
		}
		v := f.Values
		v["results"] = one.change(v["results"].([]forms.Row))
		v["result_if"] = []forms.Row{offered(one.of)}
		wrong := f.Wrong(v)
		if one.want == "" {
			if len(wrong) != 1 || wrong[0].Path() != "result_if.1.if_result" {
				t.Errorf("%s: refused at %v", name, wrong)
			}
			continue
		}
		filled, err := d.Fill("root", "a", v)
		if err != nil || len(wrong) > 0 {
			t.Fatal(name, wrong, err)
		}
		has := ""
		for _, r := range filled.Root.Step.Results {
			if r.When != "" {
				has += workflow.Text(r.Text)["zh-TW"]
			}
		}
		if has != one.want {
			t.Errorf("%s: the condition is of %q", name, has)
		}
	}
}

// A condition that asks for nothing, whenever, is refused where it is entered; one that asks for
// fields at all times is not.
func TestAConditionOfAResultAsksForSomething(t *testing.T) {
	d := designOf(t, `{"step":{"id":"a","name":{"zh-TW":"辦理"},"kind":"handle","who":[{"kind":"unit_head"}],
		"results":[{"key":"done","text":{"zh-TW":"已辦"}}]}}`)
	f, err := d.NodeForm("root", "")
	if err != nil {
		t.Fatal(err)
	}
	v := f.Values
	row := forms.Row{forms.RowID: "abcd2345", "if_result": "done", "if_what": "requires"}
	v["result_if"] = []forms.Row{row}
	if wrong := f.Wrong(v); len(wrong) != 1 || wrong[0].Path() != "result_if.1.if_when" {
		t.Errorf("refused at %v", wrong)
	}
	row["if_when"] = "urgent == true"
	if wrong := f.Wrong(v); len(wrong) != 0 {
		t.Errorf("refused at %v", wrong)
	}
}

// Of several conditions under which a result can be chosen all must hold. One that can't be trusted to
// end where it seems to is joined to no other: it is refused where it stands. Alone it is a draft's.
func TestConditionsOfOneResultAreJoinedWhereEachIsWhole(t *testing.T) {
	d := designOf(t, `{"step":{"id":"a","name":{"zh-TW":"辦理"},"kind":"handle","who":[{"kind":"unit_head"}],
		"results":[{"key":"done","text":{"zh-TW":"已辦"}},{"key":"refused","text":{"zh-TW":"不辦"}}]}}`)
	f, err := d.NodeForm("root", "")
	if err != nil {
		t.Fatal(err)
	}
	offered := func(id, of, when string) forms.Row {
		return forms.Row{forms.RowID: id, "if_result": of, "if_what": "offered", "if_when": when}
	}
	const whole = "subject == '急件'"
	for when, joined := range map[string]string{
		"not empty(who)":                 "(not empty(who)) and (" + whole + ")",
		"not empty(who)) or (empty(who)": "",
		"not empty(who) // 有人辦":          "",
		"not empty(nobody)":              "",
	} {
		v := f.Values
		v["result_if"] = []forms.Row{offered("abcd2345", "done", when), offered("abcd2346", "done", whole)}
		wrong := f.Wrong(v)
		if joined == "" {
			if len(wrong) != 1 || wrong[0].Path() != "result_if.1.if_when" {
				t.Errorf("%s beside another: refused at %v", when, wrong)
			}
			v["result_if"] = []forms.Row{offered("abcd2345", "done", when), offered("abcd2346", "refused", whole)}
			if wrong := f.Wrong(v); len(wrong) > 0 {
				t.Errorf("%s alone: refused at %v", when, wrong)
			}
			continue
		}
		filled, err := d.Fill("root", "a", v)
		if err != nil || len(wrong) > 0 || filled.Root.Step.Results[0].When != joined {
			t.Errorf("joined: %+v, %v, %v", filled.Root.Step.Results, wrong, err)
		}
	}
}
