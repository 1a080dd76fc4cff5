package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// during is a request for one item of S01 from 115.12.01 to a day, or without end.
func during(to calendar.Date) forms.Values {
	values := oneRow()
	p := forms.Period{From: calendar.Date{Year: 2026, Month: 12, Day: 1}, To: to}
	if to.IsZero() {
		p.Open, p.Reason = true, "契約期間未定"
	}
	values["lines"].([]forms.Row)[0]["period"] = p
	return values
}

// A permission item that is given for a year at most is refused for longer, and
// without end: at the period, with the item's name and its limit. What was on its way
// before the limit goes to its end, and does not grow.
func TestAnItemIsGivenForItsLongestPeriod(t *testing.T) {
	o := openOffice(t, nil)
	running, returned := o.apply("P13", during(calendar.Date{Year: 2028, Month: 12, Day: 31})), o.apply("P13", during(calendar.Date{Year: 2028, Month: 12, Day: 31}))
	o.act("P11", returned.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補事由"})
	o.items(
		forms.Row{forms.RowID: "i1", "key": "general", "label": "委外廠商", "label_en": "Vendor", "longest": "1y"},
		forms.Row{forms.RowID: "i2", "key": "privileged", "label": "系統管理者", "privileged": true},
	)
	for name, one := range map[string]struct {
		to           calendar.Date
		path, zh, en string
	}{
		"a year": {to: calendar.Date{Year: 2027, Month: 11, Day: 30}},
		"a day more": {calendar.Date{Year: 2027, Month: 12, Day: 1}, "lines.1.period.to", "「委外廠商」最長 1 年，請將使用期間的迄日改為 116.11.30 以前。",
			"\"Vendor\" is given for 1 year at most; please end the period on 30 Nov 2027 or earlier."},
		"25 months": {calendar.Date{Year: 2028, Month: 12, Day: 31}, "lines.1.period.to", "「委外廠商」最長 1 年，請將使用期間的迄日改為 116.11.30 以前。", ""},
		"no end":    {calendar.Date{}, "lines.1.period.open", "「委外廠商」最長 1 年，不得無期限，請填寫迄日。", "\"Vendor\" is given for 1 year at most, not without end; please enter the last day."},
	} {
		told := func(err error) {
			t.Helper()
			var invalid forms.Invalid
			switch {
			case one.zh == "" && err == nil:
			case one.zh == "":
				t.Errorf("%s: %v", name, err)
			case !errors.As(err, &invalid) || len(invalid) != 1 || invalid[0].Path() != one.path || invalid[0].Message("zh-TW") != one.zh:
				t.Errorf("%s: %v", name, err)
			case one.en != "" && invalid[0].Message("en") != one.en:
				t.Errorf("%s: %s", name, invalid[0].Message("en"))
			}
		}
		_, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: during(one.to), Submit: true})
		told(err)
		draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: during(one.to)})
		if err != nil {
			t.Fatal(err)
		}
		told(draft.Wrong.Err())
	}
	o.act("P13", returned.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: during(calendar.Date{Year: 2028, Month: 12, Day: 31})})
	o.act("P11", returned.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請縮短"})
	var invalid forms.Invalid
	longer := ismskit.Action{Verb: workflow.VerbSubmit, Values: during(calendar.Date{Year: 2029, Month: 12, Day: 31})}
	if _, err := o.kit.Act(o.ctx, o.as("P13"), returned.Case, longer); !errors.As(err, &invalid) || invalid[0].Code != "period_outlasts" {
		t.Errorf("a returned request that asks for longer still: %v", err)
	}
	o.finishOne(running.Case)
}

// The longest period of an item is a number and a unit; anything else is refused when
// the system's owner writes it.
func TestTheLongestPeriodOfAnItemIsATerm(t *testing.T) {
	o := openOffice(t, nil)
	row, _, err := o.kit.Registers().Get(o.ctx, o.as("P05"), register.Systems, "S01")
	if err != nil {
		t.Fatal(err)
	}
	fields, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	if err != nil {
		t.Fatal(err)
	}
	fields = fields.Clone()
	fields["items"] = []forms.Row{{forms.RowID: "i1", "key": "general", "label": "一般使用者", "longest": "一年"}}
	_, err = o.kit.Registers().Put(o.ctx, o.as("P05"), ismskit.RowChange{List: register.Systems, ID: "S01", Seen: row.Revision, Values: fields, Reason: "調整權限項目"})
	var invalid forms.Invalid
	if !errors.As(err, &invalid) || len(invalid) != 1 || invalid[0].Field != "items.longest" {
		t.Errorf("一年: %v", err)
	}
}
