package ismskit_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// B0.1 引導操作: before anything is sent, the form says where it will go, to whom,
// why, and by when; and what is still missing.
func TestB0_1TheRouteIsShownBeforeSending(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		values := threeRows()
		delete(values, "reason")
		_, invalid, err := o.kit.Types().Validate(o.ctx, o.as("P13"), ismskit.Preview{Type: "account_request", Values: values}, false)
		if err != nil || len(invalid) != 1 || invalid[0].Field != "reason" {
			t.Fatalf("still missing: %v %v", invalid, err)
		}
		route, err := o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Type: "account_request", Values: threeRows()})
		if err != nil {
			t.Fatal(err)
		}
		if len(route.Steps) != 3 {
			t.Fatalf("steps: %+v", route.Steps)
		}
		head, rows, confirm := route.Steps[0], route.Steps[1], route.Steps[2]
		if head.People[0].Name != "邱柏叡" || head.Why.In("zh-TW") != "您是「戶政科」的單位主管" || head.Due.Date.ROC() != "115.11.25" {
			t.Errorf("head: %+v", head)
		}
		if len(rows.Rows) != 3 || rows.Rows[2].Steps[0].People[0].Name != "方冠宇" || !rows.Rows[2].Steps[0].Outside ||
			rows.Rows[2].Steps[0].OutsideTo.In("zh-TW") != "市府資訊中心" || rows.Rows[0].Steps[0].Outside {
			t.Errorf("rows: %+v", rows.Rows)
		}
		for i, why := range []string{"您是「AD 帳號」的權限管理人員", "您是「公文系統」的權限管理人員", "您是「電子郵件系統」的權限管理人員"} {
			step := rows.Rows[i].Steps[0]
			if step.Why.In("zh-TW") != why || step.Due.Date.ROC() != "115.11.30" || rows.Rows[i].Title == "" {
				t.Errorf("row %d: why %q, due %s, title %q", i+1, step.Why.In("zh-TW"), step.Due.Date.ROC(), rows.Rows[i].Title)
			}
		}
		if confirm.People[0].Name != "鍾明哲" || route.Latest.ROC() != "115.12.07" {
			t.Errorf("confirm: %+v, latest %s", confirm, route.Latest.ROC())
		}
		// No row has been entered yet: nothing is promised that the first one takes back.
		begun, err := o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Type: "account_request", Values: forms.Values{}})
		if err != nil || begun.Latest != route.Latest || len(begun.Steps[1].Rows) != 0 {
			t.Errorf("before the first row, latest %s, rows %v (%v)", begun.Latest, begun.Steps[1].Rows, err)
		}
	})
}

// B0.5 自動分案 and B5.3: each row goes by itself to that system's administrator,
// and the task says why it came to him.
func TestB0_5EachRowFindsItsHandlerAndSaysWhy(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		for handler, why := range map[string]string{
			"P05": "您是「AD 帳號」的權限管理人員", "P10": "您是「公文系統」的權限管理人員", "P06": "您是「電子郵件系統」的權限管理人員",
		} {
			todo := o.todo(handler)
			if len(todo) != 1 || todo[0].Why.In("zh-TW") != why || todo[0].DueDate != "2026-11-26" {
				t.Errorf("%s: %+v", handler, todo)
			}
		}
	})
}

// B0.9 未辦提醒: before it is due and on the day, in the one mail of the morning.
func TestB0_9RemindedBeforeItIsDue(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.apply("P13", threeRows())
		o.until(monday.AddDate(0, 0, 2).Add(3 * time.Hour))
		o.told("P11", "opened@11-23", "before@11-24", "on_day@11-25")
		o.mailed("P11", "11-24 08:30", "11-25 08:30")
	})
}

// B0.11 逾期稽催: what is late is chased every working day, and escalated.
func TestB0_11LateWorkIsChasedAndEscalated(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.until(monday.AddDate(0, 0, 9).Add(3 * time.Hour)) // 115.12.02
		o.told("P11", "opened@11-23", "before@11-24", "on_day@11-25", "overdue@11-26", "overdue@11-27", "overdue@11-30", "overdue@12-01", "overdue@12-02")
		o.told("P01", "escalate@11-30")
		// Who applied learns that it is stuck and that others have been told.
		o.told("P13", "stuck@11-30")
		// Of all these reminders the last is what is left to read.
		var unread []string
		live, err := o.kit.Queue().Notices(o.ctx, o.as("P11"), ismskit.NoticeFilter{Kinds: []string{ismskit.MessageAction}, Unread: true})
		for _, m := range live {
			unread = append(unread, m.Rule+"@"+m.Created.In(taipei).Format("01-02"))
		}
		if err != nil || !slices.Equal(unread, []string{"overdue@12-02", "opened@11-23"}) {
			t.Errorf("unread: %v %v", unread, err)
		}
		// His superior is told by mail too, though the task is not his.
		o.mailed("P01", "11-30 08:30")
		// The case says to whom, when, and that it left by mail.
		told, err := o.kit.Queue().Of(o.ctx, o.as("P13"), sent.Case)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(told, func(m ismskit.Told) bool { return m.Rule == "escalate" })
		if i < 0 || told[i].Person != "P01" || told[i].Mailed.In(taipei).Format("01-02 15:04") != "11-30 08:30" {
			t.Errorf("the case says it told %+v", told)
		}
		for _, m := range o.mails.mails {
			if m.Person == "P01" && !strings.Contains(m.Body, "逾期未辦，請督促") {
				t.Errorf("the mail does not say what is late:\n%s", m.Body)
			}
		}
		for _, m := range o.mails.mails {
			if strings.Contains(m.Body, "杜承恩") || strings.Contains(m.Body, "業務需要") {
				t.Errorf("a mail carries values:\n%s", m.Body)
			}
		}
		// Whoever has acted is chased no more.
		todo := o.todo("P11")
		o.act("P11", todo[0].Case, ismskit.Action{Verb: workflow.VerbApprove})
		before := len(o.noticesOf("P11"))
		o.until(o.now.AddDate(0, 0, 7))
		if after := len(o.noticesOf("P11")); after != before {
			t.Errorf("told again after he had acted: %d, then %d", before, after)
		}
	})
}

// B5.2: the owner of a system keeps its permission items; nobody else does.
func TestB5_2TheOwnerKeepsThePermissionItems(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		row, _, err := o.kit.Registers().Get(o.ctx, o.as("P10"), register.Systems, "S02")
		if err != nil {
			t.Fatal(err)
		}
		fields, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
		if err != nil {
			t.Fatal(err)
		}
		changed := fields.Clone()
		changed["items"] = append(slices.Clone(changed["items"].([]forms.Row)),
			forms.Row{forms.RowID: "i9", "key": "archivist", "label": "檔案管理人員"})
		change := ismskit.RowChange{List: register.Systems, ID: "S02", Seen: row.Revision, Values: changed, Reason: "新增檔案管理權限"}
		if _, err := o.kit.Registers().Put(o.ctx, o.as("P13"), change); err == nil {
			t.Error("a stranger changed the items")
		}
		if _, err := o.kit.Registers().Put(o.ctx, o.as("P10"), change); err != nil {
			t.Fatal(err)
		}
		values := threeRows()
		values["lines"].([]forms.Row)[1]["permission"] = []string{"archivist"}
		o.apply("P13", values)
		_, history, err := o.kit.Registers().Get(o.ctx, o.as("P10"), register.Systems, "S02")
		if err != nil || len(history) != 2 || history[1].ChangedBy != "P10" {
			t.Errorf("history: %+v %v", history, err)
		}
	})
}

// B5.7 and B0.8: the closed request and its rows are found by form number, year,
// system, person and two-character words, by those who may see them.
func TestB5_7TheClosedRequestIsFound(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.finish(sent.Case)
		for name, q := range map[string]record.Query{
			"form number": {Forms: []string{"IS-04-012"}}, "Minguo year": {Years: []int{115}}, "system": {Systems: []string{"S02"}},
			"person": {People: []string{"P13"}}, "number": {Numbers: []string{"IS-04-012-115-*"}},
			"two characters": {Text: "收發"}, "a name": {Text: "杜承恩"}, "words and facet": {Text: "業務", Units: []string{"U06"}},
		} {
			q.Kinds = []string{ismskit.RecordCase}
			for reader, sees := range map[string]bool{"P13": true, "P11": true, "P04": true, "P12": false} {
				found, err := o.kit.Records().Query(o.ctx, o.as(reader), q)
				if err != nil {
					t.Fatal(err)
				}
				if got := len(found) == 1 && found[0].Number == sent.Number; got != sees {
					t.Errorf("%s as %s: %+v", name, reader, found)
				}
				total, err := o.kit.Records().Count(o.ctx, o.as(reader), q, record.ByAll)
				if err != nil || (len(total) == 1 && total[0].Count == 1) != sees {
					t.Errorf("%s as %s: counts %+v %v", name, reader, total, err)
				}
			}
		}
		// Beside what was chosen stands what else there is.
		chosen := record.Query{Kinds: []string{ismskit.RecordCase}, Years: []int{99}, Forms: []string{"IS-04-012"}}
		look, err := o.kit.Records().Find(o.ctx, o.as("P13"), chosen, record.ByYear, record.ByForm, record.ByAll)
		if err != nil || len(look.Records) != 0 || len(look.Counts[record.ByForm]) != 0 || look.Counts[record.ByAll][0].Count != 0 ||
			len(look.Counts[record.ByYear]) != 1 || look.Counts[record.ByYear][0] != (record.Bucket{Value: "115", Count: 1}) {
			t.Errorf("beside what was chosen: %+v %v", look, err)
		}
		if look, err := o.kit.Records().Find(o.ctx, o.as("P12"), chosen, record.ByYear); err != nil || len(look.Counts[record.ByYear]) != 0 {
			t.Errorf("counts for somebody who may not read it: %+v %v", look, err)
		}
		rows, err := o.kit.Records().Query(o.ctx, o.as("P05"), record.Query{Kinds: []string{ismskit.RecordRow}})
		if err != nil || len(rows) != 1 || rows[0].Systems[0] != "S01" {
			t.Errorf("the handler's own row: %+v %v", rows, err)
		}
	})
}

// After a stop of a week, what was missed leaves as one message that names the
// count.
func TestMissedRemindersLeaveAsOne(t *testing.T) {
	o := openOffice(t, nil)
	o.apply("P13", threeRows())
	o.settle()
	o.now = monday.AddDate(0, 0, 9).Add(3 * time.Hour) // nobody ran the queue meanwhile
	ctx, cancel := context.WithCancel(o.ctx)
	ran := make(chan error, 1)
	go func() { ran <- o.kit.Run(ctx) }()
	o.wait(func() bool { return len(o.noticesOf("P11")) >= 2 })
	cancel()
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
	o.told("P11", "opened@11-23", "overdue@12-02")
	last := o.noticesOf("P11")[1]
	if !strings.Contains(last.Body, "另有 6 則") {
		t.Errorf("the last message: %s", last.Body)
	}
}

// A case that is chased for years has told more than one page of a list holds; all of
// it is found.
func TestEverythingACaseHasToldIsListed(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		const many = 520
		err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			for i := range many {
				m := ismskit.Message{
					ID: fmt.Sprintf("reminder-%03d", i), Person: "P11", Case: sent.Case, Rule: "overdue", Kind: ismskit.MessageAction,
					Subject: "逾期", Created: o.now.AddDate(0, 0, i/2), // two at the same moment
				}
				if err := tx.Queue().PutMessage(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		told, err := o.kit.Queue().Of(o.ctx, o.as("P13"), sent.Case)
		seen := map[string]bool{}
		for _, m := range told {
			seen[m.ID] = true
		}
		if err != nil || len(told) != many || len(seen) != many {
			t.Errorf("%d of %d told, %d different, %v", len(told), many, len(seen), err)
		}
	})
}
