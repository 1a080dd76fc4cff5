package ismskit_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// A new request may begin with the last one: the same answers, rows of its own,
// none of the files, and the undertaking to be had again.
func TestTheLastRequestIsTakenAgain(t *testing.T) {
	o := openOffice(t, nil)
	if _, err := o.kit.Types().Prefills().Again(o.ctx, o.as("P13"), "account_request"); !errors.Is(err, ismskit.ErrNotFound) {
		t.Fatalf("before the first: %v", err)
	}
	file, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "notice.txt", strings.NewReader("notice"))
	if err != nil {
		t.Fatal(err)
	}
	first := threeRows()
	first["attachments"], first["nda"] = []forms.File{file}, true
	o.apply("P13", first)
	again, err := o.kit.Types().Prefills().Again(o.ctx, o.as("P13"), "account_request")
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := again["lines"].([]forms.Row)
	if again["subject"] != "調任收發窗口，申請帳號" || len(rows) != 3 || again["attachments"] != nil || again["nda"] != nil {
		t.Fatalf("%v", again)
	}
	if id := rows[0][forms.RowID]; id == "row1" || id == "" || id == rows[1][forms.RowID] {
		t.Errorf("row identity %v", id)
	}
	if _, err := o.kit.Types().Prefills().Again(o.ctx, o.as("P12"), "account_request"); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("somebody else's: %v", err)
	}
}

// A job template becomes rows: items as permissions, months as a period from today.
func TestATemplateBecomesRows(t *testing.T) {
	o := openOffice(t, nil)
	ids := []string{"registry", "elsewhere"}
	for i, id := range ids {
		values := forms.Values{"name": id, "type": "account_request", "rows": []forms.Row{
			{forms.RowID: "a", "system": ref(register.Systems, "S02"), "items": []string{"general"}, "purpose": "收發", "months": int64(12)},
			{forms.RowID: "b", "system": ref(register.Systems, "S01"), "purpose": "登入", "no_limit": true, "reason": "在職期間"},
		}}
		if i == 0 {
			values["for"] = "external"
		}
		if i == 1 {
			values["units"] = []forms.Ref{ref(register.Units, "U03")}
		}
		o.put(register.Templates, id, values)
	}
	clerk := o.as("P13")
	templates, err := o.kit.Types().Prefills().Templates(o.ctx, clerk, "account_request")
	if err != nil || len(templates) != 1 || templates[0].ID != "registry" {
		t.Fatalf("%v %v", templates, err)
	}
	table, rows, err := o.kit.Types().Prefills().Template(o.ctx, clerk, "account_request", "registry")
	if err != nil || table != "lines" || len(rows) != 2 {
		t.Fatalf("%s %v %v", table, rows, err)
	}
	if got, _ := rows[1]["account_user"].(forms.Person); got.Kind != forms.External || got.Name != "" {
		t.Errorf("a template for people from outside: %v", rows[1]["account_user"])
	}
	year := forms.Period{From: calendar.Date{Year: 2026, Month: 11, Day: 23}, To: calendar.Date{Year: 2027, Month: 11, Day: 22}}
	if got := rows[0]["period"]; got != year {
		t.Errorf("period %v", got)
	}
	if got, _ := rows[1]["period"].(forms.Period); !got.Open || got.Reason != "在職期間" {
		t.Errorf("open period %v", got)
	}
	if got, _ := rows[0]["permission"].([]string); len(got) != 1 || got[0] != "general" {
		t.Errorf("permission %v", got)
	}
	for _, other := range []string{"elsewhere", "none"} {
		if _, _, err := o.kit.Types().Prefills().Template(o.ctx, clerk, "account_request", other); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("%s: %v", other, err)
		}
	}
}

// Files that the step asks for are the proof of what an office outside did, and
// the case says of each entry in which step and how long it took.
func TestFilesOfTheStepAreItsProof(t *testing.T) {
	o := openOffice(t, nil)
	values := threeRows()
	values["lines"] = values["lines"].([]forms.Row)[2:]
	sent := o.apply("P13", values)
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	row := o.todo("P06")[0].Case
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "A-1"}})
	record := ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"result_note": "已建立"}}
	if _, err := o.kit.Act(o.ctx, o.as("P06"), row, record); err == nil || !strings.Contains(err.Error(), "proof: outside.no_proof") {
		t.Fatalf("without proof: %v", err)
	}
	file, err := o.kit.Files().Upload(o.ctx, o.as("P06"), "reply.txt", strings.NewReader("done"))
	if err != nil {
		t.Fatal(err)
	}
	record.Values["proof"], record.Outside = []forms.File{file}, &workflow.OutsideNote{Replied: o.now}
	o.act("P06", row, record)
	o.settle()
	c := o.read("P13", sent.Case)
	if len(c.Rows) != 1 || c.Rows[0].ResultText.In("zh-TW") != "已開通" || len(c.Rows[0].Faults) > 0 {
		t.Fatalf("%+v", c.Rows)
	}
	last := c.Rows[0].Trail[len(c.Rows[0].Trail)-1]
	if last.StepName.In("zh-TW") != "處置" || last.Kind != workflow.KindHandle || last.ResultText.In("en") != "Opened" {
		t.Errorf("%+v", last)
	}
}

// What is taken over from the last request holds no day that has passed: a permission
// would run out before it is granted, and nobody would have noticed.
func TestTheLastRequestBringsNoPastDays(t *testing.T) {
	o := openOffice(t, nil)
	day := func(year int, month time.Month, d int) calendar.Date {
		return calendar.Date{Year: year, Month: month, Day: d}
	}
	first := threeRows()
	rows, _ := first["lines"].([]forms.Row)
	rows[0]["period"] = forms.Period{From: day(2026, 12, 1), To: day(2026, 12, 31)}
	o.apply("P13", first)
	o.until(time.Date(2027, 1, 11, 1, 0, 0, 0, time.UTC))
	again, err := o.kit.Types().Prefills().Again(o.ctx, o.as("P13"), "account_request")
	if err != nil {
		t.Fatal(err)
	}
	copied, _ := again["lines"].([]forms.Row)
	today := day(2027, 1, 11)
	if got := copied[0]["period"]; got != (forms.Period{From: today}) {
		t.Errorf("a period that has ended: %v", got)
	}
	if got := copied[1]["period"]; got != (forms.Period{From: today, To: day(2027, 11, 30)}) {
		t.Errorf("a period that has begun: %v", got)
	}
	if got, _ := copied[1]["account_user"].(forms.Person); got.Name != "蕭紹安" || !got.Expected.IsZero() {
		t.Errorf("somebody who was expected: %v", got)
	}
}

// Days that have passed are refused at their field, in words that say what to do.
func TestADayThatHasPassedIsRefusedAtItsField(t *testing.T) {
	o := openOffice(t, nil)
	day := func(month time.Month, d int) calendar.Date { return calendar.Date{Year: 2026, Month: month, Day: d} }
	next := calendar.Date{Year: 2027, Month: 11, Day: 30}
	for name, c := range map[string]struct {
		set  forms.Row
		more forms.Values
		at   string
		says string
	}{
		"it has ended":           {set: forms.Row{"account_user": person("P12"), "period": forms.Period{From: day(11, 1), To: day(11, 20)}, "remark": "溯及"}, at: "lines.2.period.to", says: "使用期間的迄日已過，請填今日以後的日期。"},
		"it has begun":           {set: forms.Row{"account_user": person("P12"), "period": forms.Period{From: day(11, 20), To: next}}, at: "lines.2.period.from", says: "使用期間的起日已過，請改為今日以後；確需溯自該日者，請於備註說明原因。"},
		"it has begun, and why":  {set: forms.Row{"account_user": person("P12"), "period": forms.Period{From: day(11, 20), To: next}, "remark": "11 月 20 日已到職"}},
		"he was expected before": {set: forms.Row{"account_user": forms.Person{Kind: forms.Arriving, Name: "蕭紹安", Expected: day(11, 20)}}, at: "lines.2.account_user.expected", says: "預計到職日已過：已到職者請改選該同仁，尚未到職者請填今日以後的日期。"},
		"before he arrives":      {set: forms.Row{"account_user": forms.Person{Kind: forms.Arriving, Name: "蕭紹安", Expected: day(12, 15)}}, at: "lines.2.period.from", says: "使用期間的起日早於使用者的預計到職日，請改為到職日以後。"},
		"disabling looks back":   {set: forms.Row{"account_user": person("P12"), "period": forms.Period{From: day(11, 1), To: day(11, 20)}, "account": "qh1"}, more: forms.Values{"op": "disable"}},
	} {
		t.Run(name, func(t *testing.T) {
			values := threeRows()
			rows, _ := values["lines"].([]forms.Row)
			for key, v := range c.set {
				rows[1][key] = v
			}
			if c.more != nil {
				for _, row := range rows {
					row["account"] = "qh1"
				}
			}
			for key, v := range c.more {
				values[key] = v
			}
			_, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: values, Submit: true})
			var invalid forms.Invalid
			if errors.As(err, &invalid) != (c.at != "") || !errors.As(err, &invalid) && err != nil {
				t.Fatalf("%v", err)
			}
			if c.at != "" && (len(invalid) != 1 || invalid[0].Path() != c.at || invalid[0].Message("zh-TW") != c.says) {
				t.Fatalf("%v", invalid)
			}
		})
	}
}
