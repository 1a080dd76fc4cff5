package catalog

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

// asks is a line for one item of a system.
func (o *office) asks(id, system, item string, user forms.Person, period forms.Period) forms.Row {
	b := o.l.books
	return forms.Row{
		forms.RowID: id, "system": b.ref(register.Systems, system), "permission": []string{item}, "purpose": "辦理業務所需",
		"account_user": user, "account": "qh-" + id, "responsible": b.person("P06"), "period": period,
	}
}

// B5.2: what the owner of a system says of an item holds for whoever asks for it: an
// undertaking for a privileged one, people from outside alone, a last day, a form to go
// with it. Each refusal says in which row, and the case goes on as it was sent.
func TestB5_2WhatAnOwnerSaysOfAnItemHolds(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		year := forms.Period{From: date(time.December, 1), To: calendar.Date{Year: 2027, Month: time.November, Day: 30}}
		forever := forms.Period{From: date(time.December, 1), Open: true, Reason: "長期維運"}
		clerk, vendor := o.l.books.person("P06"), forms.Person{Kind: forms.External, Name: "杜承恩", Org: "瀚洋資訊"}
		plain := o.asks("r1", "S01", "general_user", clerk, year)
		request := func(lines ...forms.Row) forms.Values {
			return forms.Values{"subject": "帳號申請", "op": "add", "reason": "業務需要", "lines": lines}
		}
		open := func(values forms.Values) (ismskit.Receipt, error) {
			return o.kit.Open(o.ctx, o.as("P06"), ismskit.Opening{Type: TypeAccountRequest, Values: values, Submit: true})
		}
		for name, one := range map[string]struct {
			line   forms.Row
			zh, en string
		}{
			"privileged": {o.asks("r2", "S01", "domain_admin", clerk, year),
				"第 2 列「AD 帳號」有委外人員或特權權限，請先完成保密切結並勾選。",
				"Please have the undertaking signed and tick this: row 2 (AD 帳號) names a vendor's staff or a privileged permission."},
			"for outsiders": {o.asks("r2", "S10", "vendor", clerk, year),
				"第 2 列「VPN 遠端連線」：「委外廠商（限期，最長 1 年）」限委外人員使用，帳號使用者方冠宇為機關人員，請改選其他項目或更正帳號使用者。",
				`Row 2 (VPN 遠端連線): "Vendor (limited time, at most one year)" is only for people from outside, and 方冠宇 is not; please choose another item or another account user.`},
			"for a time, and with a form": {o.asks("r2", "S09", "remote_login", clerk, forever),
				"第 2 列「防火牆（本局自建）」：「遠端登入（限期）」須有使用期限，不得無期限，請填寫迄日。\n第 2 列「防火牆（本局自建）」：請填寫併填表單案號。",
				`Row 2 (防火牆（本局自建）): "Remote login (limited time)" is given for a time only, not without end; please enter the last day.` + "\n" +
					"Row 2 (防火牆（本局自建）): Please fill in Number of that form."},
		} {
			_, err := open(request(plain, one.line))
			var invalid forms.Invalid
			if !errors.As(err, &invalid) {
				t.Fatalf("%s: %v", name, err)
			}
			if got := strings.Join(invalid.Messages("zh-TW"), "\n"); got != one.zh {
				t.Errorf("%s: %s", name, got)
			}
			if got := strings.Join(invalid.Messages("en"), "\n"); got != one.en {
				t.Errorf("%s: %s", name, got)
			}
			checked, more, err := o.kit.Types().Validate(o.ctx, o.as("P06"), ismskit.Preview{Type: TypeAccountRequest, Values: request(plain, one.line)}, false)
			must(t, err)
			if len(more) != len(invalid) || checked == nil {
				t.Errorf("%s: a check beforehand says %v", name, more)
			}
		}

		values := request(o.asks("r1", "S01", "domain_admin", clerk, year), o.asks("r2", "S10", "vendor", vendor, year), o.asks("r3", "S09", "remote_login", clerk, year))
		values["nda"] = true
		values["lines"].([]forms.Row)[2]["companion"] = "IS-04-025-115-0003"
		sent, err := open(values)
		must(t, err)
		c, err := o.kit.Case(o.ctx, o.as("P06"), sent.Case)
		must(t, err)
		rows := c.Fields["lines"].([]forms.Row)
		if rows[0]["privileged"] != true || rows[1]["privileged"] != nil || rows[2]["companion_form"] != "IS-04-025" {
			t.Errorf("what is kept of it: %v", rows)
		}
		// The owner thinks better of it; what was sent goes on as it was.
		o.say("S01", "domain_admin", "privileged", false)
		o.say("S09", "remote_login", "companion_form", "IS-04-099")
		o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		c, err = o.kit.Case(o.ctx, o.as("P06"), sent.Case)
		must(t, err)
		rows = c.Fields["lines"].([]forms.Row)
		if rows[0]["privileged"] != true || rows[2]["companion_form"] != "IS-04-025" || c.Fields["nda"] != true {
			t.Errorf("after it was signed: %v", c.Fields)
		}
		if _, err := open(request(o.asks("r9", "S01", "domain_admin", clerk, year))); err != nil {
			t.Errorf("an item that is privileged no more: %v", err)
		}
	})
}

// say is what the owner of a system now says of an item.
func (o *office) say(system, item, column string, v any) {
	o.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, loading, register.Systems, system)
	must(o, err)
	fields, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	must(o, err)
	fields = fields.Clone()
	for _, r := range fields["items"].([]forms.Row) {
		if r["key"] == item {
			r[column] = v
		}
	}
	_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Systems, ID: system, Seen: row.Revision, Values: fields})
	must(o, err)
}
