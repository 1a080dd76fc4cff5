package forms_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// owners is a house whose systems say more of their permission items.
type owners struct {
	office
	facts map[string]map[string]any // by item
}

func (o owners) Fact(_ forms.Need, option, column string) any { return o.facts[option][column] }

func grants() owners {
	return owners{qinghai(), map[string]map[string]any{
		"委外廠商":     {"privileged": true, "companion_form": "IS-04-025"},
		"單位登記桌":    {"companion_form": "IS-04-030"},
		"承辦人員（一般）": {"companion_form": "IS-04-025"},
		"同仁":       {"privileged": false},
	}}
}

const grantForm = `{"key": "grant_form", "version": "1", "title": {"zh-TW": "權限"}, "fields": [
	{"key": "lines", "type": "table", "label": {"zh-TW": "項目"}, "row_title": "system", "fields": [
		{"key": "system", "type": "ref", "label": {"zh-TW": "系統"}, "params": {"of": "register", "list": "systems"}},
		{"key": "permission", "type": "multi_choice", "label": {"zh-TW": "權限"}, "options_from": {"register": "systems", "of": "system", "list": "permission_items"}},
		{"key": "privileged", "type": "computed", "label": {"zh-TW": "特權"}, "fact": {"of": "permission", "column": "privileged"}, "params": {"result": "boolean"}},
		{"key": "form", "type": "computed", "label": {"zh-TW": "併填表單"}, "fact": {"of": "permission", "column": "companion_form"}, "params": {"result": "text"}},
		{"key": "companion", "type": "text", "label": {"zh-TW": "併填表單案號"}, "show_if": "form != ''", "required": true}]},
	{"key": "nda", "type": "boolean", "label": {"zh-TW": "切結"}, "show_if": "any(lines, .privileged)"},
	{"key": "remark", "type": "text", "label": {"zh-TW": "備註"}}],
	"rules": [{"key": "nda", "rows": {"table": "lines", "if": "privileged"}, "then": "nda == true", "fields": ["nda"],
		"message": {"zh-TW": "{rows}為特權權限，請先切結。", "en": "Please sign for {rows}."}}]}`

func grantFormOf(t *testing.T, text string) (*forms.Form, error) {
	t.Helper()
	s, err := forms.ParseSchema([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return forms.Compile(s, forms.StandardTypes())
}

func asked(rows ...forms.Row) forms.Values { return forms.Values{"lines": rows} }

func asks(id, system string, items ...string) forms.Row {
	return forms.Row{forms.RowID: id, "system": forms.Ref{List: "register/systems", ID: system}, "permission": items}
}

// What a register says of a chosen item is asked by the form's own rules, and each
// refusal names the row.
func TestRulesAskWhatTheRegisterSaysOfAnItem(t *testing.T) {
	f, err := grantFormOf(t, grantForm)
	if err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		values forms.Values
		zh     []string
	}{
		"nothing special":     {asked(asks("r1", "S01", "一般使用者"), asks("r2", "S10", "同仁")), nil},
		"a privileged item":   {asked(asks("r1", "S01", "一般使用者"), asks("r2", "S10", "委外廠商")), []string{"第 2 列「VPN 遠端連線」：請填寫併填表單案號。", "第 2 列「VPN 遠端連線」為特權權限，請先切結。"}},
		"one of several":      {asked(asks("r1", "S10", "同仁", "委外廠商")), []string{"第 1 列「VPN 遠端連線」：請填寫併填表單案號。", "第 1 列「VPN 遠端連線」為特權權限，請先切結。"}},
		"two rows":            {asked(asks("r1", "S10", "委外廠商"), asks("r2", "S01", "一般使用者"), asks("r3", "S10", "委外廠商")), []string{"第 1 列「VPN 遠端連線」：請填寫併填表單案號。", "第 3 列「VPN 遠端連線」：請填寫併填表單案號。", "第 1 列「VPN 遠端連線」、第 3 列「VPN 遠端連線」為特權權限，請先切結。"}},
		"a form to go with":   {asked(asks("r1", "S02", "單位登記桌")), []string{"第 1 列「公文系統」：請填寫併填表單案號。"}},
		"no system yet":       {asked(forms.Row{forms.RowID: "r1", "permission": []string{"委外廠商"}}), []string{"第 1 列：請先選擇系統，再選擇權限。"}},
		"claimed, not chosen": {asked(forms.Row{forms.RowID: "r1", "system": forms.Ref{List: "register/systems", ID: "S01"}, "permission": []string{"一般使用者"}, "privileged": true}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, bad := f.Accept(forms.CheckContext{Lookup: grants()}, nil, one.values)
			if got := strings.Join(bad.Messages("zh-TW"), "\n"); got != strings.Join(one.zh, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(one.zh, "\n"))
			}
		})
	}
	_, bad := f.Accept(forms.CheckContext{Lookup: grants()}, nil, asked(asks("r1", "S10", "委外廠商")))
	if got := bad[len(bad)-1].Line("en"); got != "Please sign for row 1 (VPN 遠端連線)." {
		t.Errorf("in English: %s", got)
	}
}

// The facts go with the choice: whoever may not change it keeps what it was sent with,
// whoever changes it has them anew.
func TestFactsStayAsTheyWereSent(t *testing.T) {
	f, err := grantFormOf(t, grantForm)
	if err != nil {
		t.Fatal(err)
	}
	sent := asked(asks("r1", "S02", "單位登記桌", "承辦人員（一般）"))
	sent["lines"].([]forms.Row)[0]["companion"] = "IS-04-025-115-0003、IS-04-030-115-0001"
	v, bad := f.Accept(forms.CheckContext{Lookup: grants()}, nil, sent)
	if len(bad) > 0 {
		t.Fatal(bad.Messages("zh-TW"))
	}
	if got := v["lines"].([]forms.Row)[0]["form"]; got != "IS-04-030\nIS-04-025" {
		t.Errorf("forms to go with: %v", got)
	}
	for lang, want := range map[string]string{"zh-TW": "IS-04-030、IS-04-025", "en": "IS-04-030, IS-04-025"} {
		if got := f.Format("lines.form", v["lines"].([]forms.Row)[0]["form"], forms.Locale{Lang: lang}); got != want {
			t.Errorf("a reader of %s sees %q, not %q", lang, got, want)
		}
	}
	kept, bad := f.Restore(f.EncodeJSON(v))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	later := grants()
	later.facts["單位登記桌"] = map[string]any{"privileged": true}
	step := forms.CheckContext{Lookup: later, Rights: forms.Rights{Edit: []string{"remark"}}}
	signed := kept.Clone()
	signed["remark"] = "同意"
	if v, bad = f.Accept(step, kept, signed); len(bad) > 0 || v["lines"].([]forms.Row)[0]["privileged"] != nil || v["lines"].([]forms.Row)[0]["form"] != "IS-04-030\nIS-04-025" {
		t.Errorf("a signer's view of it: %v, %v", v["lines"], bad)
	}
	if _, bad = f.Accept(forms.CheckContext{Lookup: later}, kept, kept); len(bad) != 1 || bad[0].Field != "nda" {
		t.Errorf("its applicant sends it again: %v", bad)
	}
	if _, bad := f.Decode([]byte(`{"lines": [{"privileged": true}]}`)); len(bad) != 1 || bad[0].Code != "system_value" {
		t.Errorf("somebody types it: %v", bad)
	}
}

func TestAFactIsAboutAChoiceOfTheRegister(t *testing.T) {
	for name, one := range map[string]struct{ from, to, at, code string }{
		"of nothing":         {`"of": "permission", "column": "privileged"`, `"of": "items", "column": "privileged"`, "fields[0].fields[2].fact.of", "fact_of"},
		"of no choice":       {`"of": "permission", "column": "privileged"`, `"of": "system", "column": "privileged"`, "fields[0].fields[2].fact.of", "fact_of"},
		"not computed":       {`"type": "computed", "label": {"zh-TW": "特權"}`, `"type": "boolean", "label": {"zh-TW": "特權"}`, "", "fact_not_for_type"},
		"a number":           {`"params": {"result": "boolean"}`, `"params": {"result": "integer"}`, "fields[0].fields[2].params.result", "want_one_of"},
		"computed as well":   {`"fact": {"of": "permission", "column": "privileged"}`, `"compute": "true", "fact": {"of": "permission", "column": "privileged"}`, "", "compute_missing"},
		"rows of no table":   {`"rows": {"table": "lines"`, `"rows": {"table": "nda"`, "rules[0].rows.table", "no_such_field"},
		"no column of a row": {`"if": "privileged"`, `"if": "secret"`, "rules[0].rows.if", "expression"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(grantForm, one.from, one.to, 1)
			if text == grantForm {
				t.Fatal("nothing was changed")
			}
			_, err := grantFormOf(t, text)
			problems, _ := err.(forms.Problems)
			for _, p := range problems {
				if p.Code == one.code && (one.at == "" || p.Path == one.at) {
					return
				}
			}
			t.Errorf("%v", err)
		})
	}
}

// A rule over rows may stand at the column, or the part of its value, that is to be mended in each row.
func TestARuleStandsAtTheColumnOfEachRow(t *testing.T) {
	schema := func(at string) string {
		return `{"key": "leave", "version": "1", "title": {"zh-TW": "請假", "en": "Leave"}, "fields": [
			{"key": "lines", "type": "table", "label": {"zh-TW": "項目", "en": "Items"}, "max_rows": 5, "fields": [
				{"key": "period", "type": "period", "label": {"zh-TW": "期間", "en": "Period"}}]}],
			"rules": [{"key": "past", "rows": {"table": "lines", "if": "period.to < today", "at": "` + at + `"}, "fields": ["lines"],
				"message": {"zh-TW": "迄日已過。", "en": "It is over."}}]}`
	}
	compiled := func(at string) (*forms.Form, error) {
		s, err := forms.ParseSchema([]byte(schema(at)))
		if err != nil {
			t.Fatal(err)
		}
		return forms.Compile(s, forms.StandardTypes())
	}
	f, err := compiled("period.to")
	if err != nil {
		t.Fatal(err)
	}
	today := calendar.Date{Year: 2026, Month: 11, Day: 23}
	row := func(id string, to calendar.Date) forms.Row {
		return forms.Row{forms.RowID: id, "period": forms.Period{From: calendar.Date{Year: 2026, Month: 11, Day: 1}, To: to}}
	}
	values := forms.Values{"lines": []forms.Row{row("a", today.AddDays(-1)), row("b", today), row("c", today.AddDays(-2))}}
	_, invalid := f.Accept(forms.CheckContext{Today: today}, nil, values)
	if len(invalid) != 2 || invalid[0].Path() != "lines.1.period.to" || invalid[1].Path() != "lines.3.period.to" {
		t.Fatalf("%v", invalid)
	}
	// An end that is over and lies before its beginning too is said once, as the rule has it:
	// a day after the beginning alone would be refused again.
	began := func(from, to int) forms.Row {
		return forms.Row{forms.RowID: "a", "period": forms.Period{From: today.AddDays(from), To: today.AddDays(to)}}
	}
	for _, c := range []struct {
		from, to int
		code     string
	}{{2, -1, "rule"}, {-1, -2, "rule"}, {2, 1, "range_order"}} {
		_, invalid := f.Accept(forms.CheckContext{Today: today}, nil, forms.Values{"lines": []forms.Row{began(c.from, c.to)}})
		if len(invalid) != 1 || invalid[0].Code != c.code || invalid[0].Path() != "lines.1.period.to" {
			t.Errorf("from %d to %d: %v", c.from, c.to, invalid)
		}
	}
	for _, wrong := range []string{"nothing", "period.nothing"} {
		if _, err := compiled(wrong); err == nil {
			t.Errorf("%s was taken for a column", wrong)
		}
	}
}
