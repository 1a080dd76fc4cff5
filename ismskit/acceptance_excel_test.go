package ismskit_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// lines are the lines of a workbook for a list.
func (o *office) lines(list string, file []byte) []forms.SheetLine {
	o.t.Helper()
	_, form, err := o.kit.Registers().Form(o.ctx, o.as("P05"), list)
	if err != nil {
		o.t.Fatal(err)
	}
	var lines []forms.SheetLine
	_, err = xlsx.Read(bytes.NewReader(file), int64(len(file)), xlsx.Wanted{Form: form}, func(l forms.SheetLine) error {
		lines = append(lines, l)
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return lines
}

// book is a workbook with sheets as somebody left them.
func (o *office) book(sheets map[string][][]any, change func(*excelize.File) error) []byte {
	o.t.Helper()
	f := excelize.NewFile()
	var err error
	for name, lines := range sheets {
		_, failed := f.NewSheet(name)
		err = errors.Join(err, failed)
		for i, line := range lines {
			err = errors.Join(err, f.SetSheetRow(name, fmt.Sprint("A", i+1), &line))
		}
	}
	if err = errors.Join(err, f.DeleteSheet("Sheet1")); change != nil {
		err = errors.Join(err, change(f))
	}
	var out bytes.Buffer
	if err = errors.Join(err, f.Write(&out)); err != nil {
		o.t.Fatal(err)
	}
	return out.Bytes()
}

// states are what becomes of lines: place, state and faults.
func states(out ismskit.SheetOutcome) []string {
	var all []string
	for _, l := range out.Lines {
		said := fmt.Sprint(l.Sheet, " ", l.Row, " ", l.State)
		for _, f := range l.Faults {
			said += " " + f.Cell + " " + f.Fault.Code
		}
		all = append(all, said)
	}
	return all
}

// rows are all rows of a list.
func (o *office) rows(list string) []register.Row {
	o.t.Helper()
	rows, err := o.kit.Registers().Rows(o.ctx, ismskit.System("test"), register.Query{List: list})
	if err != nil {
		o.t.Fatal(err)
	}
	return rows
}

// fiveYears is a list of permissions as an office kept it: two sheets, cells merged, 同上, years of two digits, days that
// Excel made its own, a name that was masked, and something else than what the drop-down offers.
func (o *office) fiveYears() []byte {
	heads := []any{"系統", "帳號", "帳號使用者", "使用期間", "狀態", "申請單位", "備註", "經辦"}
	return o.book(map[string][][]any{
		"98年": {{"使用中權限清冊（98年度）"}, heads,
			{"AD 帳號", "qh-01", "鍾明哲", "98/3/1 至 98/12/31", "已停用", "戶政科", "=HYPERLINK(1)", "王"},
			{nil, "qh-02", "范語彤", "0980301–0981231", "同上", "〃", "+886"},
			{nil, "qh-03", "廖○林", "98.3.1 至 98.12.31", "同上", "同上"},
			{"公文系統", "qh-04", "廖O林", "98.3.1 至 98.12.31", "同上", "同上"},
		},
		"115年": {heads,
			{"公文系統", "qh-05", "杜承恩（瀚洋資訊）", "115.1.5 無期限（駐點）", "使用中", "資訊室"},
			{"同上", "qh-06", "賴思妤", "115.1.5 至 116.13.1", "使用中", "資訊室"},
			{"同上", "qh-07", "賴思妤", "115.1.5 至 116.1.4", "用中", "資訊室"},
			{"同上", "qh-05", "杜承恩（瀚洋資訊）", "115.1.5 無期限（駐點）", "使用中", "資訊室"},
		},
	}, func(f *excelize.File) error { return f.MergeCell("98年", "A3", "A5") })
}

// U10, orbeon-forms#3249, #6008: five years of Excel come in after a dry run that writes nothing and names each wrong cell
// with sheet, cell, value and reason; then what is right comes in, or nothing, as asked. The same file again changes nothing, and
// nobody is told of what is past.
func TestU10FiveYearsOfExcelComeInAfterADryRun(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.settle()
		officer, sheets := o.as("P05"), ismskit.SheetsOf(o.kit)
		in := ismskit.SheetImport{List: register.Grants, Lines: o.lines(register.Grants, o.fiveYears())}
		tried, err := sheets.Try(o.ctx, officer, in)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"98年 3 new", "98年 4 new", "98年 5 wrong C5 name_masked", "98年 6 wrong C6 name_masked",
			"115年 2 new", "115年 3 wrong D3 date_no_such_day", "115年 4 wrong E4 no_such_option", "115年 5 wrong 5 sheet.twice"}
		got := states(tried)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%q\nwant %q", got, want)
		}
		if tried.New != 3 || tried.Wrong != 5 || tried.Done || len(o.rows(register.Grants)) != 0 {
			t.Errorf("the dry run: %+v, %d rows", tried, len(o.rows(register.Grants)))
		}
		for _, l := range tried.Lines {
			for _, f := range l.Faults {
				if zh, en := f.Message("zh-TW"), f.Message("en"); !strings.Contains(zh, "工作表「"+l.Sheet+"」"+f.Cell) || zh == en || f.Value == "" && f.Fault.Code != "sheet.twice" {
					t.Errorf("%q, %q", zh, en)
				}
			}
		}

		in.Reason, in.Whole, in.Seen = "自 Excel 清冊移入", true, tried.Mark
		whole, err := sheets.Import(o.ctx, officer, in)
		if err != nil || whole.Done || len(o.rows(register.Grants)) != 0 {
			t.Errorf("all or none: %v, done %v, %d rows", err, whole.Done, len(o.rows(register.Grants)))
		}
		in.Whole = false
		done, err := sheets.Import(o.ctx, officer, in)
		if err != nil || !done.Done || len(o.rows(register.Grants)) != 3 {
			t.Fatalf("%v, %+v, %d rows", err, done, len(o.rows(register.Grants)))
		}
		for _, row := range o.rows(register.Grants) {
			if row.ChangedBy != "P05" || row.Reason != "自 Excel 清冊移入" || row.Revision != 1 {
				t.Errorf("%+v", row)
			}
			if _, history, err := o.kit.Registers().Get(o.ctx, officer, register.Grants, row.ID); err != nil || len(history) != 1 {
				t.Errorf("its history: %d, %v", len(history), err)
			}
		}
		cells, err := o.kit.Registers().Cells(o.ctx, officer, o.rows(register.Grants)...)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			if c.Text("account") == "qh-02" && (c.ID("system") != "S01" || c.ID("unit") != "U06" || c.Text("note") != "+886" || c.ID("user") != "P12") {
				t.Errorf("%+v", c)
			}
			if c.Text("account") == "qh-01" && c.Text("note") != "=HYPERLINK(1)" {
				t.Errorf("%+v", c)
			}
		}
		again, err := sheets.Import(o.ctx, officer, in)
		if err != nil || again.Same != 3 || again.New != 0 || again.Changed != 0 || again.Wrong != 5 || len(o.rows(register.Grants)) != 3 {
			t.Errorf("again: %v, %q", err, states(again))
		}
		o.until(o.now.Add(72 * time.Hour))
		if len(o.mails.mails) > 0 {
			t.Errorf("mails went out: %+v", o.mails.mails[0])
		}
	})
}

// What the list says goes out and comes back the same; what was changed in it is told by field, from what to what.
func TestU10WhatGoesOutComesBackTheSameAndChangesAreTold(t *testing.T) {
	o := openOffice(t, nil)
	sheets, officer := ismskit.SheetsOf(o.kit), o.as("P05")
	for _, list := range []string{register.People, register.Units, register.Posts, register.Systems, register.Offices} {
		for _, lang := range []string{"zh-TW", "en"} {
			lines, choices, err := sheets.Lines(o.ctx, officer, list, lang, map[string]string{"名冊": list})
			if err != nil {
				t.Fatal(err)
			}
			entries, err := o.kit.Evidence().System(o.ctx, o.as("P04"), ismskit.LogExports, 0, 100)
			if err != nil || len(entries) == 0 {
				t.Fatalf("no entry says that %s was taken: %v", list, err)
			}
			if e := entries[0]; e.Type != ismskit.ExportedRows || e.By.Person != "P05" || e.Number != strconv.Itoa(len(lines)) || !slices.Equal(e.Effects, []string{"名冊: " + list}) {
				t.Errorf("the entry says %+v", e.Event)
			}
			if of, err := sheets.Choices(o.ctx, officer, list, lang); err != nil || !reflect.DeepEqual(of, choices) {
				t.Errorf("a blank sheet of %s offers %v, %v", list, of, err)
			}
			_, form, err := o.kit.Registers().Form(o.ctx, officer, list)
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			err = xlsx.Blank(&file, xlsx.Sheet{Form: form, Lang: lang, IDs: true, Choices: choices, Rows: func(yield func(forms.SheetLine, error) bool) {
				for _, l := range lines {
					if !yield(l, nil) {
						return
					}
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			out, err := sheets.Try(o.ctx, officer, ismskit.SheetImport{List: list, Lines: o.lines(list, file.Bytes())})
			if err != nil || out.Same != len(lines) || len(lines) == 0 {
				t.Errorf("%s in %s: %v, %q", list, lang, err, states(out))
			}
		}
	}
	file := o.book(map[string][][]any{"人員": {{"帳號", "姓名", "到職日", "最後在職日", "備註"},
		{"login-P13", "鍾明哲", time.Date(2009, 3, 1, 0, 0, 0, 0, time.UTC), "無期限", "調任"}}}, nil)
	in := ismskit.SheetImport{List: register.People, Lines: o.lines(register.People, file), Reason: "更新"}
	out, err := sheets.Try(o.ctx, officer, in)
	if err != nil || out.Changed != 1 || out.Lines[0].ID != "P13" || len(out.Lines[0].Changes) != 2 {
		t.Fatalf("%v, %+v", err, out)
	}
	if c := out.Lines[0].Changes[0]; c.Field != "from" || c.From.In("zh-TW") != "" || c.To.In("zh-TW") != "98.03.01" || c.Label.In("en") != "Joined" {
		t.Errorf("%+v", c)
	}
	in.Seen = out.Mark
	o.put(register.People, "P99", forms.Values{"name": "新人"}) // another row changes nothing of what was seen
	if done, err := sheets.Import(o.ctx, officer, in); err != nil || !done.Done {
		t.Fatal(done, err)
	}
	row, _, err := o.kit.Registers().Get(o.ctx, officer, register.People, "P13")
	if err != nil {
		t.Fatal(err)
	}
	values, err := o.kit.Registers().Fields(o.ctx, officer, row)
	if err != nil || values["email"] != "aP13@office.example" || values["note"] != "調任" {
		t.Errorf("what has no column stays: %v, %v", values, err)
	}
}

// A row is known by its id or its names; what can't be told is said, and not guessed.
func TestU10RowsAreKnownByTheirNamesOrNamedAsUnclear(t *testing.T) {
	o := openOffice(t, nil)
	o.hire("P20", "鍾明哲", "T17", "U03")
	file := o.book(map[string][][]any{"a": {{"識別碼", "姓名", "帳號", "單位", "備註"},
		{"", "鍾明哲", "", "", "1"},             // two are called so
		{"", "鍾明哲", "", "資訊室", "2"},          // one of them works there
		{"P13", "鍾明哲", "", "", "3"},          // by his id
		{"", "鍾明哲", "new", "戶政科", "4"},       // another login is another person
		{"P77", "方冠宇", "login-P06", "", "5"}, // an id that is nobody's
		{"#1", "某人", "", "", "6"},
		{"", "范O彤", "", "", "7"},
	}}, nil)
	out, err := ismskit.SheetsOf(o.kit).Try(o.ctx, o.as("P05"), ismskit.SheetImport{List: register.People, Lines: o.lines(register.People, file)})
	want := []string{"a 2 wrong 2 sheet.several", "a 3 changed", "a 4 changed", "a 5 new", "a 6 wrong 6 sheet.other_id", "a 7 wrong 7 sheet.bad_id", "a 8 wrong B8 name_masked"}
	if got := states(out); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v\n%q\nwant %q", err, got, want)
	}
	if out.Lines[1].ID != "P20" || out.Lines[2].ID != "P13" {
		t.Errorf("%+v", out.Lines)
	}
}

// A newcomer who is called like one who has left does not become him: who is meant is said by an id, and who has left comes in
// again as he was. Whose login it is, he is.
func TestU10ANewcomerDoesNotBecomeOneWhoHasLeft(t *testing.T) {
	o := openOffice(t, nil)
	left := calendar.DateOf(o.now.In(taipei)).AddDays(-1)
	o.change(register.People, "P13", func(v forms.Values) { v["to"] = left })
	o.settle()
	try := func(lines ...[]any) ismskit.SheetOutcome {
		t.Helper()
		file := o.book(map[string][][]any{"a": append([][]any{{"識別碼", "姓名", "單位", "最後在職日", "備註", "帳號"}}, lines...)}, nil)
		out, err := ismskit.SheetsOf(o.kit).Try(o.ctx, o.as("P05"), ismskit.SheetImport{List: register.People, Lines: o.lines(register.People, file)})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	out := try([]any{"", "鍾明哲", "戶政科", "無期限", "1"}, []any{"", "鍾明哲", "", "", "2"}, []any{"P90", "鍾明哲", "戶政科", "無期限", "3"})
	want := []string{"a 2 wrong 2 sheet.ended", "a 3 wrong 3 sheet.ended", "a 4 new"}
	if got := states(out); !slices.Equal(got, want) || !strings.Contains(out.Lines[0].Faults[0].Message("zh-TW"), "P13") {
		t.Errorf("%q\nwant %q", got, want)
	}
	day := fmt.Sprintf("%d.%d.%d", left.Year-1911, left.Month, left.Day)
	for name, line := range map[string][]any{"his id": {"P13", "鍾明哲", "戶政科", "無期限", "4"}, "his end": {"", "鍾明哲", "戶政科", day, "5"}, "his login": {"", "鍾明哲", "戶政科", "", "6", "login-P13"}} {
		if out := try(line); out.Changed != 1 || out.Lines[0].ID != "P13" {
			t.Errorf("by %s: %q", name, states(out))
		}
	}
	// Of two of one name in one file one has left; the same file again finds both.
	two := [][]any{{"", "兩人", "戶政科", day, "7"}, {"", "兩人", "戶政科", "", "8"}}
	file := o.book(map[string][][]any{"a": append([][]any{{"識別碼", "姓名", "單位", "最後在職日", "備註"}}, two...)}, nil)
	in := ismskit.SheetImport{List: register.People, Lines: o.lines(register.People, file), Reason: "移入"}
	for i, want := range []ismskit.SheetOutcome{{New: 2}, {Same: 2}} {
		if out, err := ismskit.SheetsOf(o.kit).Import(o.ctx, o.as("P05"), in); err != nil || out.New != want.New || out.Same != want.Same {
			t.Errorf("%d: %v, %q", i, err, states(out))
		}
	}
	o.hire("P91", "鍾明哲", "T91", "U06")
	if out := try([]any{"", "鍾明哲", "戶政科", "", "9"}); out.Changed != 1 || out.Lines[0].ID != "P91" {
		t.Errorf("of two the one who is there: %q", states(out))
	}
}

// Who may not add to a list brings no sheet for it; lists of which each entry is a matter by itself take none. A reason, lines
// and not too many of them are needed; SORMAS#3530: nothing imported and nothing wrong can't happen.
func TestU10WhatAnImportNeeds(t *testing.T) {
	o := openOffice(t, nil)
	sheets := ismskit.SheetsOf(o.kit)
	one := []forms.SheetLine{{Sheet: "a", Row: 2, Cells: []forms.SheetCell{{Field: "name", At: "A2", Text: "某人"}}}}
	for _, c := range []struct {
		who, list string
		want      error
	}{{"P13", register.People, ismskit.ErrForbidden}, {"P10", register.Systems, ismskit.ErrForbidden}, {"P05", register.Deputies, ismskit.ErrNotFound},
		{"P05", register.Roles, ismskit.ErrNotFound}, {"P05", register.SavedViews, ismskit.ErrNotFound}, {"P05", "nothing", ismskit.ErrNotFound}} {
		in := ismskit.SheetImport{List: c.list, Lines: one, Reason: "x"}
		if _, err := sheets.Try(o.ctx, o.as(c.who), in); !errors.Is(err, c.want) {
			t.Errorf("%s tries %s: %v", c.who, c.list, err)
		}
		if _, err := sheets.Import(o.ctx, o.as(c.who), in); !errors.Is(err, c.want) {
			t.Errorf("%s imports %s: %v", c.who, c.list, err)
		}
		if _, _, err := sheets.Lines(o.ctx, o.as(c.who), c.list, "en", nil); !errors.Is(err, c.want) {
			t.Errorf("%s downloads %s: %v", c.who, c.list, err)
		}
	}
	for name, in := range map[string]ismskit.SheetImport{
		"sheet.no_lines": {List: register.People, Reason: "x"},
		"sheet.too_many": {List: register.People, Reason: "x", Lines: slices.Repeat(one, ismskit.MaxSheetLines+1)},
		"sheet.reason":   {List: register.People, Reason: " ", Lines: one},
	} {
		_, err := sheets.Import(o.ctx, o.as("P05"), in)
		if invalid, ok := errors.AsType[forms.Invalid](err); !ok || invalid[0].Code != name || invalid[0].Message("zh-TW") == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := sheets.Import(o.ctx, o.as("P05"), ismskit.SheetImport{List: register.People, Reason: "x", Lines: one, Seen: "another"}); !errors.Is(err, ismskit.ErrConflict) {
		t.Errorf("something else than was seen: %v", err)
	}
	for n, wrong := range map[int]bool{400: false, 401: true} {
		_, err := sheets.Import(o.ctx, o.as("P05"), ismskit.SheetImport{List: register.People, Reason: strings.Repeat("長", n), Lines: one})
		invalid, ok := errors.AsType[forms.Invalid](err)
		if told := ok && invalid[0].Code == "sheet.reason"; told != wrong {
			t.Errorf("a reason of %d letters: %v", n, err)
		}
	}
}

// Under its key an import is carried out once: what was changed since stays. Another import under the key is refused.
func TestU10AnImportUnderAKeyIsCarriedOutOnce(t *testing.T) {
	o := openOffice(t, nil)
	sheets, officer := ismskit.SheetsOf(o.kit), o.as("P05")
	file := func(note string) []forms.SheetLine {
		return o.lines(register.People, o.book(map[string][][]any{"a": {{"帳號", "備註"}, {"login-P13", note}}}, nil))
	}
	in := ismskit.SheetImport{List: register.People, Lines: file("甲"), Reason: "x", Key: "k1"}
	for range 2 {
		if out, err := sheets.Import(o.ctx, officer, in); err != nil || !out.Done {
			t.Fatal(out, err)
		}
		o.change(register.People, "P13", func(v forms.Values) { v["note"] = "乙" })
	}
	row, _, err := o.kit.Registers().Get(o.ctx, officer, register.People, "P13")
	if err != nil || row.Revision != 3 {
		t.Errorf("revision %d, %v", row.Revision, err)
	}
	in.Lines = file("丙")
	if _, err := sheets.Import(o.ctx, officer, in); !errors.Is(err, ismskit.ErrKeyReused) {
		t.Errorf("another import under the key: %v", err)
	}
}

// What would leave nobody who manages people is refused, as by hand, and said of its line before.
func TestU10AnImportThatLeavesNobodyInChargeIsRefused(t *testing.T) {
	o := openOffice(t, nil)
	file := o.book(map[string][][]any{"a": {{"帳號", "姓名", "最後在職日", "備註"}, {"login-P05", "賴思妤", "115.11.24", ""}, {"login-P13", "鍾明哲", "", "櫃台"}}}, nil)
	in := ismskit.SheetImport{List: register.People, Lines: o.lines(register.People, file), Reason: "離職"}
	want := []string{"a 2 wrong C2 managers.none", "a 3 changed"}
	out, err := ismskit.SheetsOf(o.kit).Try(o.ctx, o.as("P05"), in)
	if err != nil || !slices.Equal(states(out), want) {
		t.Errorf("%v, %q", err, states(out))
	}
	if out, err = ismskit.SheetsOf(o.kit).Import(o.ctx, o.as("P05"), in); err != nil || !slices.Equal(states(out), want) || o.fields(register.People, "P05")["to"] != nil || o.fields(register.People, "P13")["note"] != "櫃台" {
		t.Errorf("%v, %q", err, states(out))
	}
}
