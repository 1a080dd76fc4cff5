package ismskit

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// purchaseDesign is a flow with one branch over a form with a field of each kind that a
// condition can compare.
func purchaseDesign(t *testing.T, when string) (Design, NodeForm) {
	t.Helper()
	schema, err := forms.ParseSchema([]byte(`{"key":"memo","version":"1","title":{"zh-TW":"請購"},"fields":[
		{"key":"subject","type":"text","label":{"zh-TW":"主旨"}},{"key":"urgent","type":"boolean","label":{"zh-TW":"急件"}},
		{"key":"amount","type":"integer","label":{"zh-TW":"金額"}},{"key":"rate","type":"decimal","label":{"zh-TW":"費率"}},{"key":"day","type":"date","label":{"zh-TW":"需用日"}},
		{"key":"op","type":"choice","label":{"zh-TW":"作業"},"options":[{"key":"buy","label":{"zh-TW":"採購"}},{"key":"rent","label":{"zh-TW":"租用"}},{"key":"lend","label":{"zh-TW":"借用"}}]},
		{"key":"risks","type":"multi_choice","label":{"zh-TW":"風險"},"options":[{"key":"data","label":{"zh-TW":"個資"}},{"key":"china","label":{"zh-TW":"陸製"}}]},
		{"key":"agreed","type":"choice","label":{"zh-TW":"意願"},"options":[{"key":"true","label":{"zh-TW":"願意"}},{"key":"false","label":{"zh-TW":"不願意"}}]},
		{"key":"who","type":"person","label":{"zh-TW":"使用人"}},
		{"key":"lines","type":"table","label":{"zh-TW":"品項"},"fields":[{"key":"item","type":"text","label":{"zh-TW":"品名"}}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	form, err := forms.Compile(schema, forms.StandardTypes())
	if err != nil {
		t.Fatal(err)
	}
	d := designOf(t, `{"choice":{"id":"c","cases":[{"when":"","then":{"sequence":[]}}]}}`)
	d.Form, d.names.form = form, &kind{Type: Type{Key: "memo", Module: "records", Form: schema}, form: form}
	d.Flow.Root.Choice.Cases[0].When = when
	n, err := d.NodeForm("root", "")
	if err != nil {
		t.Fatal(err)
	}
	return d, n
}

// A clerk chooses field, comparison and value, and need not know how an expression is written:
// what comes out compiles, is said in words, and stands beside what was there as he says.
func TestAConditionIsMadeOfFieldComparisonAndValue(t *testing.T) {
	type chosen map[string]any
	for name, one := range map[string]struct {
		was    string
		chosen chosen
		want   string
		words  string
	}{
		"a yes":               {"", chosen{"when_field": "urgent", "when_op": "one_of", "when_option": []string{"urgent=true"}}, "urgent == true", "「急件」為「是」"},
		"options true, false": {"", chosen{"when_field": "agreed", "when_op": "one_of", "when_option": []string{"agreed=true"}}, "agreed == 'true'", "「意願」為「願意」"},
		"one option":          {"", chosen{"when_field": "op", "when_op": "one_of", "when_option": []string{"op=buy"}}, "op == 'buy'", "「作業」為「採購」"},
		"several":             {"", chosen{"when_field": "op", "when_op": "one_of", "when_option": []string{"op=buy", "op=rent"}}, "op in ['buy', 'rent']", "「作業」為「採購」或「租用」"},
		"none of them":        {"", chosen{"when_field": "op", "when_op": "none_of", "when_option": []string{"op=buy", "op=rent"}}, "not (op in ['buy', 'rent'])", "「作業」不為"},
		"in a list":           {"", chosen{"when_field": "risks", "when_op": "has", "when_option": []string{"risks=china"}}, "'china' in risks", "陸製"},
		"a number":            {"", chosen{"when_field": "amount", "when_op": "gt", "when_value": "100,000"}, "amount > 100000", "「金額」"},
		"a fraction":          {"", chosen{"when_field": "rate", "when_op": "ge", "when_value": "0.50"}, "rate >= 0.5", ""},
		"a day":               {"", chosen{"when_field": "day", "when_op": "lt", "when_value": "115.11.23"}, "day < date('2026-11-23')", "「需用日」"},
		"a text":              {"", chosen{"when_field": "subject", "when_op": "eq", "when_value": `O'Brien\`}, `subject == 'O\'Brien\\'`, "「主旨」"},
		"somebody is named":   {"", chosen{"when_field": "who", "when_op": "filled"}, "not empty(who)", "「使用人」"},
		"beside another":      {"urgent == true", chosen{"when_field": "amount", "when_op": "gt", "when_value": "1", "when_join": "and"}, "urgent == true and amount > 1", "「急件」為「是」"},
		"beside one of two":   {"urgent == true or op == 'buy'", chosen{"when_field": "amount", "when_op": "gt", "when_value": "1", "when_join": "and"}, "(urgent == true or op == 'buy') and amount > 1", "金額"},
		"or another":          {"urgent == true and op == 'buy'", chosen{"when_field": "amount", "when_op": "gt", "when_value": "1", "when_join": "or"}, "urgent == true and op == 'buy' or amount > 1", "金額"},
		"in place of another": {"nonsense (", chosen{"when_field": "urgent", "when_op": "one_of", "when_option": []string{"urgent=false"}, "when_join": "set"}, "urgent == false", "「急件」"},
	} {
		d, n := purchaseDesign(t, one.was)
		row := n.Values["cases"].([]forms.Row)[0]
		for key, v := range one.chosen {
			row[key] = v
		}
		built, changed, invalid := n.Built(n.Values)
		if got := built["cases"].([]forms.Row)[0]["when"]; len(invalid) > 0 || got != one.want || changed.Get("cases.1.when") != one.want {
			t.Errorf("%s: %v %v, %v", name, got, changed, invalid)
		}
		if _, err := d.Form.Expr(one.want); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if said := d.When(one.want, "zh-TW"); !strings.Contains(said, one.words) {
			t.Errorf("%s is said %s", name, said)
		}
		flow, err := d.Fill("root", "c", n.Values)
		if err != nil || flow.Root.Choice.Cases[0].When != one.want {
			t.Errorf("%s is kept as %v, %v", name, flow.Root.Choice.Cases[0].When, err)
		}
	}
}

// What a form's own conditions ask of the rows of a table is said in words too: whoever looks at
// the flow for documents reads when the units on it are asked.
func TestWhatIsAskedOfRowsIsSaidInWords(t *testing.T) {
	d, _ := purchaseDesign(t, "")
	for condition, want := range map[string]string{
		"any(lines, not empty(.item))":                 "任一列「品項－品名」已填",
		"all(lines, !empty(.item))":                    "各列均「品項－品名」已填",
		"urgent == true and any(lines, .item == '主機')": "「急件」為「是」，且任一列「品項－品名」為「主機」",
	} {
		if said := d.When(condition, "zh-TW"); said != want {
			t.Errorf("%s is said %s", condition, said)
		}
	}
}

// Who writes a condition by hand sees the keys of fields and options as he has to write them.
func TestTheKeysOfFieldsAndOptionsAreToldToWhoWritesACondition(t *testing.T) {
	_, n := purchaseDesign(t, "")
	lines := strings.Join(n.Keys("zh-TW"), "\n")
	for _, want := range []string{"「急件」（urgent）\u3000true 是", "「作業」（op）\u3000'buy' 採購\u3000'rent' 租用", "「金額」（amount）"} {
		if !strings.Contains(lines, want) {
			t.Errorf("%s is not among\n%s", want, lines)
		}
	}
}

// What is chosen halfway is refused at what is missing, and nothing of it is dropped.
func TestAComparisonThatIsNotChosenToItsEndIsRefused(t *testing.T) {
	for want, chosen := range map[string]map[string]any{
		"cases.1.when_op":     {"when_field": "amount"},
		"cases.1.when_value":  {"when_field": "amount", "when_op": "gt", "when_value": "很多"},
		"cases.1.when_option": {"when_field": "op", "when_op": "one_of"},
		"cases.1.when_field":  {"when_value": "3"},
		"cases.1.when_join":   {"when_field": "who", "when_op": "empty", "when": "urgent"},
	} {
		_, n := purchaseDesign(t, "")
		row := n.Values["cases"].([]forms.Row)[0]
		for key, v := range chosen {
			row[key] = v
		}
		built, _, invalid := n.Built(n.Values)
		if len(invalid) != 1 || invalid[0].Path() != want {
			t.Errorf("refused at %v, not %s", invalid, want)
		}
		for key, v := range chosen {
			if got := built["cases"].([]forms.Row)[0][key]; got != v {
				t.Errorf("%s is %v now", key, got)
			}
		}
	}
	_, n := purchaseDesign(t, "")
	beside := forms.Values{"when_field": "amount"}
	if n.Fits("cases.when_op", beside, "has") || !n.Fits("cases.when_op", beside, "gt") || n.Fits("cases.when_option", forms.Values{"when_field": "op"}, "risks=data") || !n.Fits("cases.because_zh", beside, "x") {
		t.Error("what does not go with a field is offered")
	}
}

// What stands there already and can't be trusted to end where it seems to, is joined to nothing:
// the comparison would vanish in a comment, or change what the rest says. It can be replaced.
func TestNothingIsJoinedToAConditionThatIsOpenOrWrong(t *testing.T) {
	for _, was := range []string{"urgent == true // 急件才會資安", "urgent) or (urgent", "urgent == tru"} {
		for _, join := range []string{"and", "or", "set"} {
			_, n := purchaseDesign(t, was)
			row := n.Values["cases"].([]forms.Row)[0]
			row["when_field"], row["when_op"], row["when_value"], row["when_join"] = "amount", "gt", "1", join
			built, _, invalid := n.Built(n.Values)
			got := built["cases"].([]forms.Row)[0]["when"]
			if join == "set" && (len(invalid) > 0 || got != "amount > 1") {
				t.Errorf("%s in place of %s: %v, %v", join, was, got, invalid)
			}
			if join != "set" && (len(invalid) != 1 || invalid[0].Path() != "cases.1.when_join" || got != was) {
				t.Errorf("%s put to %s: %v, %v", join, was, got, invalid)
			}
		}
	}
	_, n := purchaseDesign(t, "subject == '// 急件'") // no comment
	row := n.Values["cases"].([]forms.Row)[0]
	row["when_field"], row["when_op"], row["when_value"], row["when_join"] = "amount", "gt", "1", "and"
	if built, _, invalid := n.Built(n.Values); len(invalid) > 0 || built["cases"].([]forms.Row)[0]["when"] != "subject == '// 急件' and amount > 1" {
		t.Errorf("put to a text with strokes: %v, %v", built, invalid)
	}
}
