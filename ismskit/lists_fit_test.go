package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// keepers is an office in which P05 looks after every list.
func keepers(t *testing.T) *office {
	t.Helper()
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		c.Rights.ManageDocs, c.Rights.ManageLists, c.Rights.ManageRecords = []string{"lists/keeper"}, []string{"lists/keeper"}, []string{"lists/keeper"}
	})
	o.role("lists", "keeper", "P05")
	return o
}

// enters adds a row by the keeper's hand, and says what is wrong with it as field and code.
func (o *office) enters(list, id string, values forms.Values) string {
	o.t.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), list, id)
	if err != nil && !errors.Is(err, ismskit.ErrNotFound) {
		o.t.Fatal(err)
	}
	_, err = o.kit.Registers().Put(o.ctx, o.as("P05"), ismskit.RowChange{List: list, ID: id, Seen: row.Revision, Values: values, Reason: "登錄"})
	var wrong forms.Invalid
	if errors.As(err, &wrong) {
		return wrong[0].Field + " " + wrong[0].Code
	}
	if err != nil {
		o.t.Fatalf("%s/%s: %v", list, id, err)
	}
	return ""
}

// Two categories beside each other are not called alike, however they are typed: whoever files could not
// tell whose readers they have.
func TestTwoCategoriesBesideEachOtherHaveTwoNames(t *testing.T) {
	o := keepers(t)
	below := func(parent, name, en string) forms.Values {
		v := forms.Values{"name": name}
		if parent != "" {
			v["parent"] = ref(register.Categories, parent)
		}
		if en != "" {
			v["name_en"] = en
		}
		return v
	}
	o.put(register.Categories, "C1", below("", "甲專案 A1", "Project A"))
	o.put(register.Categories, "C2", below("C1", "訪談", ""))
	for name, test := range map[string]struct {
		id   string
		row  forms.Values
		want string
	}{
		"the same":                        {"C9", below("", "甲專案 A1", ""), "name filing.name_taken_top"},
		"full width, capitals, spaces":    {"C9", below("", "甲專案  ａ１", ""), "name filing.name_taken_top"},
		"the same in English":             {"C9", below("", "乙專案", "project a"), "name_en filing.name_taken_top"},
		"called in Chinese as in English": {"C9", below("", "PROJECT A", ""), "name filing.name_taken_top"},
		"below the same":                  {"C9", below("C1", "訪談", ""), "name filing.name_taken"},
		"moved there":                     {"C2", below("", "甲專案 A1", ""), "name filing.name_taken_top"},
		"below another":                   {"C8", below("C2", "訪談", ""), ""},
		"the same again":                  {"C1", below("", "甲專案 A1", "Project A"), ""},
	} {
		if got := o.enters(register.Categories, test.id, test.row); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	// One whose system has ended may have the name; two that stand so already can be changed otherwise.
	values := o.fields(register.Systems, "S01").Clone()
	values["name"], values["name_en"] = "舊系統", nil
	o.put(register.Systems, "N1", values)
	o.put(register.Categories, "C7", forms.Values{"name": "舊系統", "system": ref(register.Systems, "N1")})
	if got := o.enters(register.Categories, "C6", below("", "舊系統", "")); got != "name filing.name_taken_top" {
		t.Errorf("while the system is there: %q", got)
	}
	o.change(register.Systems, "N1", func(v forms.Values) { v["to"] = calendar.DateOf(o.now.In(taipei)).AddDays(-1) })
	if got := o.enters(register.Categories, "C6", below("", "舊系統", "")); got != "" {
		t.Errorf("once the system has ended: %q", got)
	}
	o.change(register.Systems, "N1", func(v forms.Values) { delete(v, "to") })
	again := below("", "舊系統", "")
	again["note"] = "備註"
	if got := o.enters(register.Categories, "C6", again); got != "" {
		t.Errorf("a note on one of two that stand: %q", got)
	}
}

// Whoever brings in a tree names what is above before it is there, and a category whose place was lost is changed as
// any other.
func TestACategoryMayComeBeforeTheOneAboveIt(t *testing.T) {
	o := keepers(t)
	change := func(id string, values forms.Values) ismskit.RowChange {
		return ismskit.RowChange{List: register.Categories, ID: id, Values: values, Reason: "匯入"}
	}
	below := func(parent, name string) forms.Values {
		return forms.Values{"name": name, "parent": ref(register.Categories, parent)}
	}
	err := o.kit.Registers().Import(o.ctx, ismskit.System("import"), []ismskit.RowChange{
		change("Y3", below("Y2", "訪談")), change("Y2", below("Y1", "內部稽核")), change("Y1", forms.Values{"name": "稽核"}), change("X9", below("X8", "往年")),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := o.enters(register.Categories, "X9", below("Y1", "往年")); got != "" {
		t.Errorf("moved to where there is something: %q", got)
	}
	if got := o.enters(register.Categories, "Y1", below("Y3", "稽核")); got != "parent filing.circle" {
		t.Errorf("below itself: %q", got)
	}
}

// The same rule of numbers is entered once: the same level, unit and pattern at the same time.
func TestARuleOfNumbersIsEnteredOnce(t *testing.T) {
	o := keepers(t)
	rule := func(pattern string, with forms.Values) forms.Values {
		v := forms.Values{"pattern": pattern}
		for key, value := range with {
			v[key] = value
		}
		return v
	}
	stand := map[string]forms.Values{
		"R1": rule("IS-{level}-{n:3}", forms.Values{"level": "level_3", "to": calendar.Date{Year: 2026, Month: 12, Day: 31}}),
		"R2": rule("{system}-{n:3}", forms.Values{"system": "ISMS"}),
	}
	for name, test := range map[string]struct {
		row  forms.Values
		want string
	}{
		"the same":                   {rule("IS-{level}-{n:3}", forms.Values{"level": "level_3"}), "pattern numbering.twice"},
		"in another writing":         {rule("ＩＳ－{level}－{n:3}", forms.Values{"level": "level_3"}), "pattern numbering.twice"},
		"for another level":          {rule("IS-{level}-{n:3}", forms.Values{"level": "level_4"}), ""},
		"for every level":            {rule("IS-{level}-{n:3}", nil), ""},
		"for one unit":               {rule("IS-{level}-{n:3}", forms.Values{"level": "level_3", "unit": unit("U03")}), ""},
		"with other codes":           {rule("IS-{level}-{n:3}", forms.Values{"level": "level_3", "levels": "A,B,C,D"}), ""},
		"once it has ended":          {rule("IS-{level}-{n:3}", forms.Values{"level": "level_3", "from": calendar.Date{Year: 2027, Month: 1, Day: 1}}), ""},
		"of another system":          {rule("{system}-{n:3}", forms.Values{"system": "PIMS"}), ""},
		"of the same system":         {rule("{system}-{n:3}", forms.Values{"system": "isms"}), "pattern numbering.twice"},
		"from the last day it holds": {rule("IS-{level}-{n:3}", forms.Values{"level": "level_3", "from": calendar.Date{Year: 2026, Month: 12, Day: 31}}), "pattern numbering.twice"},
	} {
		t.Run(name, func(t *testing.T) {
			o := keepers(t)
			for id, row := range stand {
				o.put(register.DocumentNumbers, id, row)
			}
			if got := o.enters(register.DocumentNumbers, "R9", test.row); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	for id, row := range stand {
		o.put(register.DocumentNumbers, id, row)
	}
	// It goes on longer than it did only where no other is in its way; to be ended it may always.
	next := rule("IS-{level}-{n:3}", forms.Values{"level": "level_3", "from": calendar.Date{Year: 2027, Month: 1, Day: 1}})
	if got := o.enters(register.DocumentNumbers, "R3", next); got != "" {
		t.Fatal(got)
	}
	if got := o.enters(register.DocumentNumbers, "R1", rule("IS-{level}-{n:3}", forms.Values{"level": "level_3"})); got != "pattern numbering.twice" {
		t.Errorf("its end taken away: %q", got)
	}
	if got := o.enters(register.DocumentNumbers, "R1", rule("IS-{level}-{n:3}", forms.Values{"level": "level_3", "to": calendar.Date{Year: 2026, Month: 11, Day: 30}})); got != "" {
		t.Errorf("ended before: %q", got)
	}
}

// A row of any list that ends before it begins is refused at its end, where somebody enters it.
func TestARowDoesNotEndBeforeItBegins(t *testing.T) {
	o := keepers(t)
	from, to := calendar.Date{Year: 2026, Month: 12, Day: 31}, calendar.Date{Year: 2026, Month: 12, Day: 1}
	tried := 0
	for list, row := range map[string]forms.Values{
		register.DocumentNumbers: {"pattern": "QZ-{n:2}"}, register.Units: {"name": "新單位", "kind": "unit"}, register.Systems: o.fields(register.Systems, "S01").Clone(),
		register.Externals: {"name": "新人", "org_name": "公司"}, register.LegalHolds: {"name": "案", "basis": "訴訟"}, register.Services: {"name": "資料提供", "unit": unit("U06")}, register.Offices: {"name": "外機關"},
	} {
		l, _, err := o.kit.Registers().Form(o.ctx, o.as("P05"), list)
		if err != nil {
			t.Fatal(err)
		}
		row[l.From], row[l.To] = from, to
		if got := o.enters(list, "N9", row); got != l.To+" period_backwards" {
			t.Errorf("%s: %q", list, got)
		}
		row[l.To] = from
		if got := o.enters(list, "N9", row); strings.Contains(got, "period_backwards") {
			t.Errorf("%s of one day: %q", list, got)
		}
		tried++
	}
	if tried < 7 {
		t.Errorf("%d lists", tried)
	}
	// What stands so already keeps nobody from changing the rest.
	o.put(register.DocumentNumbers, "R8", forms.Values{"pattern": "OLD-{n:2}", "from": from, "to": to})
	if got := o.enters(register.DocumentNumbers, "R8", forms.Values{"pattern": "OLD-{n:3}", "from": from, "to": to}); got != "" {
		t.Errorf("one that stands so: %q", got)
	}
}

// What a sheet would be refused for as a whole is said of its line before anybody imports it, and the
// other lines can be imported.
func TestASheetSaysBeforeItIsImportedWhatDoesNotGoTogether(t *testing.T) {
	o := keepers(t)
	in := func(list string, lines ...[]any) ismskit.SheetImport {
		t.Helper()
		return ismskit.SheetImport{List: list, Lines: o.lines(list, o.book(map[string][][]any{"a": lines}, nil)), Reason: "匯入"}
	}
	for name, test := range map[string]struct {
		in      ismskit.SheetImport
		want    []string
		entered int
	}{
		"classes": {in(register.Classes, []any{"識別碼", "名稱", "順序", "查閱規則"},
			[]any{"", "限閱", "50", "限指定人員查閱"}, []any{"", "管制", "50", "限指定人員查閱"}, []any{ismskit.ClassConfidential, "密", "30", "機關內人員均得查閱"}, []any{"nope", "特別", "60", "限指定人員查閱"}),
			[]string{"a 2 new", "a 3 wrong C3 classes.place_taken", "a 4 wrong D4 classes.readers_fixed", "a 5 new"}, 2},
		"categories": {in(register.Categories, []any{"識別碼", "名稱", "備註"}, []any{"K1", "甲專案", "1"}, []any{"K2", "甲專案Ａ", "2"}, []any{"K3", "乙專案", "3"}, []any{"K4", "甲專案A", "4"}),
			[]string{"a 2 new", "a 3 new", "a 4 new", "a 5 wrong B5 filing.name_taken_top"}, 3},
		"rules": {in(register.DocumentNumbers, []any{"識別碼", "編號格式", "適用起日", "適用迄日"},
			[]any{"R1", "QZ-{n:2}", "", "115.12.31"}, []any{"R2", "ＱＺ-{n:2}", "115.12.31", ""}, []any{"R3", "QX-{n:2}", "115.12.31", "115.12.01"}, []any{"R4", "ＱＺ－{n:2}", "116.01.01", ""}),
			[]string{"a 2 new", "a 3 wrong B3 numbering.twice", "a 4 wrong D4 period_backwards", "a 5 new"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := ismskit.SheetsOf(o.kit).Try(o.ctx, o.as("P05"), test.in)
			if got := states(out); err != nil || !slices.Equal(got, test.want) || out.New != test.entered || out.Wrong != len(test.want)-test.entered {
				t.Fatalf("%v\n%q\nwant %q", err, got, test.want)
			}
			before := len(o.rows(test.in.List))
			test.in.Seen = out.Mark
			whole := test.in
			whole.Whole = true
			if out, err := ismskit.SheetsOf(o.kit).Import(o.ctx, o.as("P05"), whole); err != nil || out.Done || len(o.rows(test.in.List)) != before {
				t.Errorf("whole: %v, %v", err, out.Done)
			}
			if out, err := ismskit.SheetsOf(o.kit).Import(o.ctx, o.as("P05"), test.in); err != nil || !out.Done || len(o.rows(test.in.List)) != before+test.entered {
				t.Errorf("the rest: %v, %v", err, out.Done)
			}
		})
	}
}

// A line whose id no row has adds a row by that id, and says so: it may be mistyped.
func TestALineWithAnIdThatNoRowHasSaysSo(t *testing.T) {
	o := keepers(t)
	file := o.book(map[string][][]any{"a": {{"識別碼", "名稱", "順序", "查閱規則"}, {"nope", "特別", "60", "限指定人員查閱"}, {"", "限閱", "50", "限指定人員查閱"}}}, nil)
	out, err := ismskit.SheetsOf(o.kit).Try(o.ctx, o.as("P05"), ismskit.SheetImport{List: register.Classes, Lines: o.lines(register.Classes, file)})
	if err != nil || out.New != 2 || !strings.Contains(out.Lines[0].Remark.In("zh-TW"), "「nope」") || out.Lines[1].Remark != nil {
		t.Errorf("%v, %+v", err, out.Lines)
	}
}
