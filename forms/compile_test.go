package forms_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/forms"
)

func problemsOf(err error) []string {
	var problems forms.Problems
	if !errors.As(err, &problems) {
		return nil
	}
	var out []string
	for _, p := range problems {
		out = append(out, p.Path+" "+p.Code)
	}
	return out
}

// A schema full of mistakes: each is named with its place, and all at once.
func TestCompileReportsEveryMistakeAtOnce(t *testing.T) {
	s, err := forms.ParseSchema([]byte(`{"key":"Form","version":"","title":{},"max_bytes":99999999,"fields":[
		{"key":"a","type":"txt","label":{"zh-TW":"甲"}},
		{"key":"a","type":"text","label":{"en":"only English"},"pattern":"(","max_length":99999},
		{"key":"2b","type":"integer","label":{},"min":5,"max":1,"params":{"unitt":{}}},
		{"key":"empty","type":"choice","label":{"zh-TW":"丙"}},
		{"key":"c","type":"choice","label":{"zh-TW":"丙"},"options":[{"key":"x","label":{"zh-TW":"X"}},{"key":"x","label":{}}]},
		{"key":"d","type":"date","label":{"zh-TW":"丁"},"min":"tomorrow","options":[{"key":"x","label":{"zh-TW":"X"}}]},
		{"key":"e","type":"table","label":{"zh-TW":"戊"},"fields":[{"key":"f","type":"table","label":{"zh-TW":"己"}}],"min_rows":9,"max_rows":3,"row_title":"z","unique":["f+q"]},
		{"key":"g","type":"ref","label":{"zh-TW":"庚"},"params":{"of":"shelf"}},
		{"key":"h","type":"multi_choice","label":{"zh-TW":"辛"},"options_from":{"register":"systems","of":"c","list":"items"}},
		{"key":"i","type":"serial","label":{"zh-TW":"壬"},"pattern":"IS-{roc}","required":true},
		{"key":"j","type":"computed","label":{"zh-TW":"癸"}},
		{"key":"k","type":"unit","label":{"zh-TW":"子"},"compute":"'U06'"},
		{"key":"l","type":"file","label":{"zh-TW":"丑"},"params":{"kinds":["exe"]}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = forms.Compile(s, forms.StandardTypes())
	want := []string{
		"key key", "version version", "title label_missing", "max_bytes bound",
		"fields[0].type unknown_type",
		"fields[1].key key_twice", "fields[1].max_length bound", "fields[1].pattern pattern",
		"fields[2].key key", "fields[2].label label_missing", "fields[2].params.unitt unknown_key", "fields[2].min min_over_max",
		"fields[3].key key_reserved", "fields[3].options options_one_source",
		"fields[4].options[1].key option_twice", "fields[4].options[1].label label_missing",
		"fields[5].options rule_not_for_type", "fields[5].min limit",
		"fields[6].fields[0].type table_in_table", "fields[6].min_rows min_over_max", "fields[6].row_title no_such_field",
		"fields[6].unique[0] no_such_field", "fields[6].unique[0] no_such_field",
		"fields[7].params.of ref_of",
		"fields[9].pattern serial_counter",
		"fields[10].compute compute_missing", "fields[10].params.result want_one_of",
		"fields[11].compute compute_not_for_type",
		"fields[12].params.kinds[0] file_kind_unknown",
		"fields[8].options_from.of options_from_ref",
		"fields[9].required system_required",
	}
	if diff := cmp.Diff(want, problemsOf(err)); diff != "" {
		t.Error(diff)
	}
	var problems forms.Problems
	errors.As(err, &problems)
	for _, lang := range []string{"zh-TW", "en"} {
		for _, message := range problems.Messages(lang) {
			if strings.ContainsAny(message, "{}") && !strings.Contains(message, "{n:") {
				t.Errorf("a parameter is missing in %q", message)
			}
		}
	}
}

func TestCompileReportsConditions(t *testing.T) {
	field := func(key, rest string) string {
		return `{"key":"` + key + `","type":"integer","label":{"zh-TW":"` + key + `"}` + rest + `}`
	}
	tests := []struct {
		name, fields string
		want         []string
	}{
		{"an unknown name", field("a", `,"show_if":"b == 1"`), []string{"fields[0].show_if expression"}},
		{"a condition that is a number", field("a", "") + "," + field("b", `,"require_if":"a + 1"`), []string{"fields[1].require_if expression"}},
		{"a text computed for a number", field("a", `,"compute":"'x'"`), []string{"fields[0].compute expression_kind"}},
		{"shown by itself", field("a", `,"show_if":"a == 1"`), []string{"fields[0] circle"}},
		{"a circle of three", field("a", `,"show_if":"b == 1"`) + "," + field("b", `,"compute":"c + 1"`) + "," + field("c", `,"show_if":"a > 1"`),
			[]string{"fields[0] circle"}},
		{"a circle through a table", `{"key":"lines","type":"table","label":{"zh-TW":"列"},"fields":[` + field("x", `,"show_if":"total > 1"`) + `]},` +
			field("total", `,"compute":"sum(lines, .x)"`), []string{"fields[0].fields[0] circle"}},
		{"required depends on itself, which is no circle", field("a", `,"require_if":"a == 1"`), nil},
		{"today in what is shown", `{"key":"d","type":"date","label":{"zh-TW":"日"}},` + field("a", `,"show_if":"d > today"`), []string{"fields[1].show_if expression"}},
		{"a column seen from outside its table", `{"key":"lines","type":"table","label":{"zh-TW":"列"},"fields":[` + field("x", "") + `]},` +
			field("a", `,"show_if":"x == 1"`), []string{"fields[1].show_if expression"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := form(tt.fields)
			if diff := cmp.Diff(tt.want, problemsOf(err)); diff != "" {
				t.Errorf("%s\n%v", diff, err)
			}
		})
	}
}

func TestParseSchemaIsStrict(t *testing.T) {
	tests := map[string][]string{
		`{"key":"f","fields":[{"key":"a","lable":{"zh-TW":"甲"}}],"colour":1}`: {"colour unknown_key", "fields[0].lable unknown_key"},
		`{"key":7,"fields":{"a":1}}`: {"fields want_list", "key want_text"},
		`{"fields":[{"required":"yes","min_length":1.5,"options":[null]}]}`: {
			"fields[0].min_length want_integer", "fields[0].options[0] want_value", "fields[0].required want_boolean"},
		`{"fields":[{"key":"a","key":"b"}]}`: {"fields[0].key json_duplicate"},
		`{"key":"f"} {}`:                     {" json_syntax"},
		`{"title":{"zh-TW":1}}`:              {"title.zh-TW want_text"},
		`{"KEY":"f"}`:                        {"KEY unknown_key"},
		`[]`:                                 {" want_object"},
		"{\"key\":\"\xff\"}":                 {" json_utf8"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			_, err := forms.ParseSchema([]byte(text))
			if diff := cmp.Diff(want, problemsOf(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const services = `{"key":"items","type":"table","label":{"zh-TW":"服務項目"},"variant_by":"service","row_title":"service","fields":[
	{"key":"service","type":"choice","label":{"zh-TW":"服務"},"required":true,"options":[
		{"key":"vm","label":{"zh-TW":"虛擬主機"}},{"key":"dns","label":{"zh-TW":"DNS"}},{"key":"other","label":{"zh-TW":"其他"}}]}],
	"variants":[
		{"when":"vm","fields":[{"key":"cpu","type":"integer","label":{"zh-TW":"CPU"},"required":true,"min":1,"max":64}]},
		{"when":"dns","fields":[{"key":"host","type":"text","label":{"zh-TW":"名稱"},"required":true},{"key":"ip","type":"ip_cidr","label":{"zh-TW":"位址"},"show_if":"host != ''"}]}]}`

func TestRowsHaveVariants(t *testing.T) {
	f := oneField(t, services)
	sent, bad := f.Decode([]byte(`{"items":[{"_row":"a","service":"vm","host":"www"},{"_row":"b","service":"dns","host":"www","ip":"10.1.2.3","cpu":4},{"_row":"c","service":"other"}]}`))
	if bad != nil {
		t.Fatal(bad)
	}
	v, bad := f.Accept(forms.CheckContext{}, nil, sent)
	if len(bad) != 1 || bad[0].Line("zh-TW") != "第 1 列「虛擬主機」：請填寫CPU。" {
		t.Errorf("got %v", bad.Messages("zh-TW"))
	}
	if got := string(f.EncodeJSON(v)); got != `{"items":[{"_row":"a","service":"vm"},{"_row":"b","host":"www","ip":"10.1.2.3","service":"dns"},{"_row":"c","service":"other"}]}` {
		t.Error(got)
	}
	var shown []string
	for _, info := range f.Shown(v, "items", v["items"].([]forms.Row)[1]) {
		shown = append(shown, info.Path)
	}
	if got := strings.Join(shown, " "); got != "items.service items.host items.ip" {
		t.Error(got)
	}
	for _, tt := range [][2]string{
		{strings.Replace(services, `"when":"vm"`, `"when":"cloud"`, 1), "fields[0].variants[0].when no_such_answer"},
		{strings.Replace(services, `"variant_by":"service"`, `"variant_by":"cpu"`, 1), "fields[0].variant_by variant_by"},
		{strings.Replace(services, `"variant_by":"service",`, ``, 1), "fields[0].variant_by variant_by_alone"},
		{strings.Replace(services, `"key":"cpu"`, `"key":"host"`, 1), "fields[0].variants[1].fields[0].key key_twice"},
	} {
		_, err := form(tt[0])
		if got := strings.Join(problemsOf(err), " "); got != tt[1] {
			t.Errorf("got %s, want %s", got, tt[1])
		}
	}
}

func TestTheFormDescribesItself(t *testing.T) {
	f := accountRequest(t)
	view := f.Describe("en")
	lines := view.Fields[5]
	if view.Title != "Account and permission request" || lines.MaxRows != 20 || !lines.Required || lines.Fields[0].Path != "lines.system" {
		t.Errorf("%+v", lines)
	}
	if number := view.Fields[0]; !number.System || number.Pattern != "" {
		t.Errorf("%+v", number)
	}
	account, valid, nda := lines.Fields[4], lines.Fields[6], view.Fields[7]
	want := &forms.ConditionView{Source: "op in ['change', 'disable', 'delete']", Fields: []string{"op"},
		Test: &forms.Test{Op: "in", Field: "op", Values: []any{"change", "disable", "delete"}}}
	if diff := cmp.Diff(want, account.RequireIf); diff != "" {
		t.Error(diff)
	}
	want = &forms.ConditionView{Source: "op != 'disable' && op != 'delete'", Fields: []string{"op"}, Test: &forms.Test{Op: "and", Tests: []forms.Test{
		{Op: "ne", Field: "op", Values: []any{"disable"}}, {Op: "ne", Field: "op", Values: []any{"delete"}}}}}
	if diff := cmp.Diff(want, valid.ShowIf); diff != "" {
		t.Error(diff)
	}
	if nda.ShowIf.Test != nil || nda.ShowIf.Fields[0] != "lines" {
		t.Errorf("only the server can tell about rows: %+v", nda.ShowIf)
	}
	info, ok := f.Field("lines.system")
	if !ok || info.List != "register/systems" || !info.Column {
		t.Errorf("%+v", info)
	}
	if info, _ := f.Field("op"); strings.Join(info.Options, " ") != "add change disable delete extend" {
		t.Errorf("%+v", info)
	}
	if _, ok := f.Field("lines.nothing"); ok {
		t.Error("there is no such column")
	}
	if err := f.CheckRights(forms.Rights{Edit: []string{"lines.result", "linse"}}); err == nil || problemsOf(err)[0] != "edit[1] no_such_field" {
		t.Error(err)
	}
}
