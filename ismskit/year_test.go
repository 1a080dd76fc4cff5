package ismskit_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// year is what came about in an office whose people asked for an account of its own for
// three months on the 23rd of every month.
type year struct {
	*office
	requests []ismskit.Receipt
	ended    map[string]time.Time // when an account was closed, by case
}

// request asks for an account until a day; its result is confirmed, or not.
func (y *year) request(until calendar.Date, confirm bool) {
	y.t.Helper()
	values := oneRow()
	row := values["lines"].([]forms.Row)[0]
	row["account"] = "account-" + strconv.Itoa(len(y.requests)+1)
	row["period"] = forms.Period{From: calendar.DateOf(y.now.In(taipei)), To: until}
	sent := y.apply("P13", values)
	y.requests = append(y.requests, sent)
	y.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	y.settle()
	for _, todo := range y.todo("P05") {
		if todo.Type == "account_request_row" {
			y.act("P05", todo.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
		}
	}
	y.settle()
	if confirm {
		y.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		y.settle()
	}
}

// close closes every account whose end has come.
func (y *year) close() {
	y.t.Helper()
	for _, todo := range y.todo("P05") {
		if todo.Type == "grant_closure" {
			y.act("P05", todo.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "disabled", Values: forms.Values{"result_note": "已停用"}})
			y.ended[todo.Case] = y.now
		}
	}
	y.settle()
}

// cases are those of a type, the first first.
func (y *year) cases(typ string) []ismskit.CaseRow {
	y.t.Helper()
	var out []ismskit.CaseRow
	err := y.store.View(y.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		found, err := tx.Cases().List(ctx, ismskit.CaseQuery{Types: []string{typ}})
		out = found
		return err
	})
	if err != nil {
		y.t.Fatal(err)
	}
	slices.Reverse(out)
	return out
}

// toldOf is what was told about a case: to whom, by which rule, when, the first first.
func (y *year) toldOf(id string) []string {
	y.t.Helper()
	told, err := y.kit.Queue().Of(y.ctx, y.as("P04"), id)
	if err != nil {
		y.t.Fatal(err)
	}
	var out []string
	for _, m := range slices.Backward(told) {
		out = append(out, m.Person+" "+m.Rule+" "+m.Created.In(taipei).Format("01-02 15:04"))
	}
	return out
}

// message is the first that was told about a case by a rule.
func (y *year) message(id, rule string) ismskit.Told {
	y.t.Helper()
	told, err := y.kit.Queue().Of(y.ctx, y.as("P04"), id)
	if err != nil {
		y.t.Fatal(err)
	}
	for _, m := range slices.Backward(told) {
		if m.Rule == rule {
			return m
		}
	}
	y.t.Fatalf("%s: nothing was told by %s", id, rule)
	return ismskit.Told{}
}

// A year of an office: before each of twelve permissions ends its applicant is asked
// whether to extend; after its end the administrator is told every working morning
// until it is closed, and after five of them somebody above him; a result that nobody
// confirms closes by itself, with notice. Nothing due is missed and nothing told twice.
func TestAYearOfAnOffice(t *testing.T) {
	y := &year{office: openOffice(t, nil), ended: map[string]time.Time{}}
	cal := calendar.Taiwan()
	var ends []calendar.Date
	for month := range 12 {
		end := calendar.DateOf(y.now.In(taipei).AddDate(0, 3, 0))
		ends = append(ends, end)
		y.request(end, month != 2)
		y.until(y.now.AddDate(0, 0, 17))
		y.close()
		y.until(monday.AddDate(0, month+1, 0))
	}
	last := calendar.DateOf(y.now.In(taipei))

	// The request of January that nobody confirmed.
	for i, r := range y.requests {
		c := y.read("P13", r.Case)
		if want := map[bool]workflow.Outcome{true: workflow.OutcomeLapsed, false: workflow.OutcomeDone}[i == 2]; c.Flow.Outcome != want {
			t.Errorf("request %d ended as %q, want %q", i, c.Flow.Outcome, want)
		}
	}
	lapsed := y.read("P13", y.requests[2].Case).Flow.Closed.In(taipei).Format("01-02 15:04")
	if told := y.toldOf(y.requests[2].Case); !slices.Contains(told, "P13 closed "+lapsed) || len(y.mailsTo("P13", y.read("P13", y.requests[2].Case).Flow.Closed)) == 0 {
		t.Errorf("it closed by itself at %s; told: %v", lapsed, told)
	}

	// Asked once, on a working day a month before.
	asked := y.cases("grant_extension")
	if len(asked) != 11 { // about the last in its twelfth month only, after this year
		t.Fatalf("%d questions about permissions of which eleven end within a month of the year", len(asked))
	}
	for i, c := range asked {
		day := ends[i].AddDays(-30)
		if !cal.Workday(day) {
			day = cal.AddWorkdays(day, -1).To
		}
		if want := day.Start(taipei).Add(8*time.Hour + 20*time.Minute); !c.Created.Equal(want) || c.Applicant != "P13" {
			t.Errorf("the end of %s was asked about at %s, want %s", ends[i], c.Created.In(taipei), want)
		}
	}
	y.heard("the first question, never answered", asked[0].ID,
		"P13 opened 01-22 08:20", "P13 before 02-02 08:20", "P13 on_day 02-12 08:20", "P13 overdue 02-19 08:20",
		"P13 closed 02-24 00:00") // with the permission: nothing asks on about what has ended
	if q := y.read("P13", asked[0].ID); q.Flow.Outcome != workflow.OutcomeLapsed {
		t.Errorf("the question nobody answered ended as %q", q.Flow.Outcome)
	}
	if m := y.message(asked[0].ID, "closed"); m.Subject != "使用期限到期詢問 逾期未回復，依到期處理" || !strings.HasSuffix(m.Body, "權限已到期；如仍需使用，請重新申請。") {
		t.Errorf("told: %s: %s", m.Subject, m.Body)
	}

	// Chased every working morning until it was closed, and not a day longer.
	closures := y.cases("grant_closure")
	for i, c := range closures {
		if want := ends[i].Start(taipei).Add(8*time.Hour + 20*time.Minute); !c.Created.Equal(want) {
			t.Errorf("the account that ended on %s came before its administrator at %s", ends[i], c.Created.In(taipei))
		}
		until, done := y.ended[c.ID]
		if !done {
			until = y.now
		}
		due := ends[i]
		if !cal.Workday(due) {
			due = cal.NextWorkday(due)
		}
		mornings := 0
		for d := due.AddDays(1); !d.After(calendar.DateOf(until.In(taipei))); d = d.AddDays(1) {
			if cal.Workday(d) {
				mornings++
			}
		}
		chased, above := 0, 0
		for _, m := range y.toldOf(c.ID) {
			switch {
			case strings.HasPrefix(m, "P05 overdue "):
				chased++
			case strings.HasPrefix(m, "P04 escalate "):
				above++
			}
		}
		if chased != mornings || above != min(1, mornings/6) {
			t.Errorf("the account that ended on %s, closed %v: chased %d times in %d mornings, %d times above", ends[i], done, chased, mornings, above)
		}
	}
	due := slices.IndexFunc(ends, func(d calendar.Date) bool { return d.After(last) })
	if len(closures) != due || len(y.ended) != due-1 { // the last came this morning
		t.Errorf("%d closures, %d of them done, for %d permissions that have ended", len(closures), len(y.ended), due)
	}
	y.grants(due - 1)
	y.morningsHold()
	y.keptAsSent()
	dead, err := y.kit.Queue().Dead(y.ctx, y.as("P05"), ismskit.JobFilter{})
	if err != nil || len(dead) > 0 {
		t.Errorf("given up: %+v %v", dead, err)
	}
}

// heard holds what was told of a case to what should have been.
func (y *year) heard(what, id string, want ...string) {
	y.t.Helper()
	if got := y.toldOf(id); !slices.Equal(got, want) {
		y.t.Errorf("%s: told %v, want %v", what, got, want)
	}
}

// grants: so many permissions are closed, the rest in force.
func (y *year) grants(closed int) {
	y.t.Helper()
	rows, err := y.kit.Registers().Rows(y.ctx, y.as("P05"), register.Query{List: register.Grants})
	if err != nil {
		y.t.Fatal(err)
	}
	states := map[any]int{}
	for _, row := range rows {
		fields, err := y.kit.Registers().Fields(y.ctx, ismskit.System("test"), row)
		if err != nil {
			y.t.Fatal(err)
		}
		states[fields["state"]]++
	}
	if states["closed"] != closed || states["active"] != 12-closed {
		y.t.Errorf("permissions: %v, want %d closed of 12", states, closed)
	}
}

// morningsHold: at most one morning mail a person and day, at half past eight of a
// working day; nothing is sent twice; and every morning's mail has a reason: something
// new since the last, told before it left.
func (y *year) morningsHold() {
	y.t.Helper()
	seen, mornings := map[string]bool{}, map[string]int{}
	for _, m := range y.mails.mails {
		if seen[m.ID] {
			y.t.Errorf("sent twice: %s", m.ID)
		}
		seen[m.ID] = true
		if !strings.HasPrefix(m.ID, "digest|") {
			continue
		}
		at := m.At.In(taipei)
		mornings[m.Person]++
		if at.Format("15:04") != "08:30" || !calendar.Taiwan().Workday(calendar.DateOf(at)) {
			y.t.Errorf("a morning mail left at %s", at.Format(time.RFC3339))
		}
		if want := "digest|" + m.Person + "|" + at.Format("2006-01-02"); m.ID != want {
			y.t.Errorf("the mail of %s is %s", want, m.ID)
		}
	}
	for _, person := range []string{"P01", "P04", "P05", "P11", "P13"} {
		reasons := map[string]bool{}
		for _, m := range y.noticesOf(person) {
			if morning := y.morningAfter(m.Created); !m.Urgent && (m.Gone.IsZero() || m.Gone.After(morning)) && !morning.After(y.now) {
				reasons[morning.Format("2006-01-02")] = true
				if m.Mail != "digest|"+person+"|"+morning.Format("2006-01-02") {
					y.t.Errorf("%s was told %s at %s, and it left with %q", person, m.Rule, m.Created.In(taipei), m.Mail)
				}
			}
		}
		if mornings[person] != len(reasons) {
			y.t.Errorf("%d morning mails to %s, for news of %d mornings", mornings[person], person, len(reasons))
		}
	}
	y.t.Logf("%d mails; morning mails: %v", len(y.mails.mails), mornings)
}

// morningAfter is the first working morning's mail from a moment on.
func (y *year) morningAfter(t time.Time) time.Time {
	day := calendar.DateOf(t.In(taipei))
	for ; ; day = day.AddDays(1) {
		if at := day.Start(taipei).Add(8*time.Hour + 30*time.Minute); !at.Before(t) && calendar.Taiwan().Workday(day) {
			return at
		}
	}
}
