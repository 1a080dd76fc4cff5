package ismskit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// items gives S01 the permission items of one test.
func (o *office) items(rows ...forms.Row) {
	o.t.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, o.as("P05"), register.Systems, "S01")
	if err != nil {
		o.t.Fatal(err)
	}
	fields, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	if err != nil {
		o.t.Fatal(err)
	}
	changed := fields.Clone()
	changed["items"] = rows
	change := ismskit.RowChange{List: register.Systems, ID: "S01", Seen: row.Revision, Values: changed, Reason: "調整權限項目"}
	if _, err := o.kit.Registers().Put(o.ctx, o.as("P05"), change); err != nil { // P05 is its owner
		o.t.Fatal(err)
	}
}

// asked is what somebody is told who asks for an item of S01 for a user.
func (o *office) asked(by, item string, user forms.Person) string {
	o.t.Helper()
	values := threeRows()
	row := line("row1", "S01", user)
	row["permission"] = []string{item}
	values["lines"] = []forms.Row{row}
	_, err := o.kit.Open(o.ctx, o.as(by), ismskit.Opening{Type: "account_request", Values: values, Submit: true})
	var invalid forms.Invalid
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &invalid) || len(invalid) != 1 || invalid[0].Field != "lines.permission" || invalid[0].Row != 1:
		o.t.Fatalf("%s asks for %s: %v", by, item, err)
	}
	return invalid[0].Message("zh-TW")
}

// An item whose owner stopped it is not to be asked for any more; a request on its
// way goes to its end with it, and it keeps its name.
func TestAStoppedItemIsNotAskedForAnyMore(t *testing.T) {
	o := openOffice(t, nil)
	general := forms.Row{forms.RowID: "i1", "key": "general", "label": "一般使用者"}
	stopped := forms.Row{forms.RowID: "i1", "key": "general", "label": "一般使用者（舊）", "stopped": true}
	other := forms.Row{forms.RowID: "i2", "key": "privileged", "label": "系統管理者", "privileged": true}
	running, returned, draft := o.apply("P13", oneRow()), o.apply("P13", oneRow()), o.open("P13", "account_request", oneRow(), false)
	o.act("P11", returned.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補事由"})
	o.items(stopped, other)

	if told := o.asked("P13", "general", person("P13")); told != "「一般使用者（舊）」已停止申請，請改選其他項目。" {
		t.Errorf("a new request is told %q", told)
	}
	var invalid forms.Invalid
	if _, err := o.kit.Act(o.ctx, o.as("P13"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit}); !errors.As(err, &invalid) || invalid[0].Code != "option_refused" {
		t.Errorf("a draft that was never sent: %v", err)
	}
	o.act("P13", returned.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: oneRow()})
	o.finishOne(running.Case)
	grants, err := o.kit.Registers().Rows(o.ctx, o.as("P04"), register.Query{List: register.Grants})
	if err != nil || len(grants) != 1 {
		t.Fatalf("%d grants, %v", len(grants), err)
	}
	need := forms.Need{Kind: forms.NeedOptions, List: register.Systems, ID: "S01", Field: "items"}
	offered, err := o.kit.Types().Options(o.ctx, o.as("P13"), ismskit.Preview{}, []forms.Need{need})
	if err != nil {
		t.Fatal(err)
	}
	if named, _ := offered.Options(need); len(named) != 2 || named[0].Label.In("zh-TW") != "一般使用者（舊）" {
		t.Errorf("it has lost its name: %v", named)
	}
	if _, refused := offered.(forms.Refusing).Refused(need, "general", nil); !refused {
		t.Error("a page would offer it")
	}
	o.items(general, other)
	if told := o.asked("P13", "general", person("P13")); told != "" {
		t.Errorf("opened again: %s", told)
	}
}

// An item meant for certain units is refused to others: to those who ask, and to
// those it would be for. Units beneath count.
func TestAnItemLimitedToUnits(t *testing.T) {
	o := openOffice(t, nil)
	it := forms.Row{forms.RowID: "i1", "key": "general", "label": "主機管理", "units": []forms.Ref{ref(register.Units, "U03")}}
	house := forms.Row{forms.RowID: "i2", "key": "privileged", "label": "查詢", "units": []forms.Ref{ref(register.Units, "U00")}}
	o.items(it, house)
	if told := o.asked("P13", "general", person("P13")); told != "「主機管理」限資訊室申請，鍾明哲屬戶政科，請改選其他項目。" {
		t.Errorf("by another unit: %q", told)
	}
	if told := o.asked("P10", "general", person("P13")); !strings.Contains(told, "鍾明哲屬戶政科") {
		t.Errorf("for somebody of another unit: %q", told)
	}
	if told := o.asked("P10", "general", person("P10")); told != "" {
		t.Errorf("by and for its own unit: %q", told)
	}
	outsider := forms.Person{Kind: forms.External, Name: "杜承恩", Org: "瀚洋資訊"}
	if told := o.asked("P10", "general", outsider); told != "" {
		t.Errorf("by its own unit for a vendor's engineer: %q", told)
	}
	if told := o.asked("P13", "privileged", person("P13")); told != "" {
		t.Errorf("by a unit beneath: %q", told)
	}
}

// oneRow asks for S01 alone.
func oneRow() forms.Values {
	values := threeRows()
	values["lines"] = values["lines"].([]forms.Row)[:1]
	return values
}

// What is meant for the organisation's own people is not given to a vendor's engineer;
// somebody who has not arrived yet is one of them.
func TestAnItemForStaffIsRefusedToAVendorsEngineer(t *testing.T) {
	o := openOffice(t, nil)
	o.items(
		forms.Row{forms.RowID: "i1", "key": "general", "label": "同仁連線", "staff_only": true},
		forms.Row{forms.RowID: "i2", "key": "privileged", "label": "廠商連線", "externals_only": true},
	)
	engineer := forms.Person{Kind: forms.External, Name: "杜承恩", Org: "瀚洋資訊"}
	newcomer := forms.Person{Kind: forms.Arriving, Name: "沈以安", Expected: calendar.Date{Year: 2026, Month: 12, Day: 1}}
	if told := o.asked("P13", "general", engineer); told != "「同仁連線」限機關人員使用，帳號使用者杜承恩為委外人員，請改選其他項目或更正帳號使用者。" {
		t.Errorf("for a vendor's engineer: %q", told)
	}
	if told := o.asked("P13", "privileged", person("P13")); !strings.Contains(told, "限委外人員使用") {
		t.Errorf("for a colleague: %q", told)
	}
	for item, user := range map[string][]forms.Person{"general": {person("P13"), newcomer}, "privileged": {engineer}} {
		for _, u := range user {
			if told := o.asked("P13", item, u); told != "" {
				t.Errorf("%s for %s: %q", item, u.Name, told)
			}
		}
	}
}
