package catalog

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// When the applicant is asked whether to extend (B5.4): a month before the end;
// ten days before it where the period is shorter than two months; half-way through
// a period of less than twenty days.
const (
	askDays      = 30
	askDaysShort = 10
	shortPeriod  = 60
)

// openTime is when questions and closures open on their day: as reminders do, shortly
// before the morning's mail at its usual time, which then tells of them.
const openTime = 8*time.Hour + 20*time.Minute

// What opens by itself at the end of a grant, extending where its question was so answered.
const (
	ask       = "ask"
	closing   = "close"
	extending = "extend"
)

// key is the same for every end the grant ever has, so that an extension moves
// what is waiting.
func (g grant) key(what string) string { return "grant|" + g.id + "|" + what }

// cause names one end of the grant: it opens one case.
func (g grant) cause(what string, until calendar.Date) string {
	return "grant/" + g.id + "/" + what + "/" + until.String()
}

// grantOf is the grant whose end a cause names, "" for any other cause.
func grantOf(cause string) string {
	parts := strings.Split(cause, "/") // grant, id, what, until
	if len(parts) < 4 || parts[0] != "grant" {
		return ""
	}
	return strings.Join(parts[1:len(parts)-2], "/")
}

// openings are what is to open by itself at the end of a grant: the question
// before it, unless the end is past, and the closure on its last day. A grant
// without end has neither.
func (g grant) openings(now time.Time, cal *calendar.Calendar, office *time.Location) []ismskit.OpenLater {
	until, ok := g.until()
	if !ok {
		return nil
	}
	values := forms.Values{"until": until}
	for from, to := range map[string]string{"system": "system", "items": "permission", "user": "account_user", "account": "account"} {
		if v, ok := g.values[from]; ok {
			values[to] = v
		}
	}
	if r := g.ref("responsible"); r.ID != "" {
		values["responsible"] = forms.Person{Kind: forms.InDirectory, ID: r.ID, Name: r.Name}
	}
	last := until.Start(office).Add(openTime)
	// The grant is in force on its last day: the closure is due that day and late
	// from the next.
	out := []ismskit.OpenLater{{
		Key: g.key(closing), Cause: g.cause(closing, until), At: last, Type: TypeGrantClosure,
		Applicant: g.someone("responsible", "applicant"), Values: values, Submit: true,
	}}
	if now.Before(last) {
		out = append(out, ismskit.OpenLater{
			Key: g.key(ask), Cause: g.cause(ask, until), At: askDay(g.period(), cal).Start(office).Add(openTime), Type: TypeGrantExtension,
			Applicant: g.someone("applicant", "responsible"), Unit: g.unit(), Values: values, Submit: true,
		})
	}
	return out
}

// someone is the first of the people the fields name; where there is none, the
// case is the system's own.
func (g grant) someone(fields ...string) string {
	for _, f := range fields {
		if id := g.ref(f).ID; id != "" {
			return id
		}
	}
	if user, ok := g.values["user"].(forms.Person); ok && user.Kind == forms.InDirectory {
		return user.ID
	}
	return ismskit.SystemPerson
}

// unit is the one that asked for the permission, none where somebody else than its
// applicant is asked first: nothing says that he was ever of it.
func (g grant) unit() forms.Ref {
	if g.ref("applicant").ID == "" {
		return forms.Ref{}
	}
	return g.ref("unit")
}

// askDay is the day of the question, or the last working day before it.
func askDay(p forms.Period, cal *calendar.Calendar) calendar.Date {
	before := askDays
	if days := p.To.Sub(p.From) + 1; !p.From.IsZero() && days < shortPeriod {
		before = min(askDaysShort, days/2)
	}
	day := p.To.AddDays(-before)
	if !cal.Workday(day) {
		day = cal.AddWorkdays(day, -1).To
	}
	return day
}

// answered follows the answer to the question before the end. An extension needs a
// request of its own, which is put before whoever answered as a draft. Answered
// after the last day there is nothing left to extend: the draft asks anew, and says
// so. Where the grant shall end, its closure comes by itself. What the account is for
// stands in the list of permissions, which the question need not ask.
func answered(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
	if c.Outcome != workflow.OutcomeDone || c.Result != resultExtend {
		return nil, nil
	}
	id := grantOf(c.Cause)
	until, _ := c.Values["until"].(calendar.Date)
	to, _ := c.Values["extend_until"].(calendar.Date)
	if to.IsZero() {
		return nil, fmt.Errorf("catalog: an extension without its end")
	}
	system, _ := c.Values["system"].(forms.Ref)
	line := forms.Row{
		forms.RowID: forms.NewRowID(),
		"period":    forms.Period{From: calendar.DateOf(c.At.In(c.Location)), To: to},
	}
	for _, key := range []string{"system", "permission", "account_user", "account", "responsible"} {
		if v, ok := c.Values[key]; ok {
			line[key] = v
		}
	}
	purpose, err := purposeOf(ctx, c, id)
	if err != nil {
		return nil, err
	}
	if purpose != "" {
		line["purpose"] = purpose
	}
	answerer := c.By.Person
	if c.For != nil {
		answerer = c.For.Person
	}
	text, op, sendBy := "grant.extend", opExtend, until
	if calendar.DateOf(c.At.In(c.Location)).After(until) {
		text, op, sendBy = "grant.again", opAdd, calendar.Date{}
	}
	subject, err := say(c.Lang, text, "system", system.Name, "until", forms.Locale{Lang: c.Lang}.Day(until))
	if err != nil {
		return nil, err
	}
	g := grant{id: id}
	return []ismskit.Effect{ismskit.OpenLater{
		Key: g.key(extending), Cause: g.cause(extending, until), At: c.At, Type: TypeAccountRequest, Applicant: answerer,
		Values: forms.Values{"subject": subject, "op": op, "lines": []forms.Row{line}},
		Links:  []ismskit.Link{{Kind: "extends", Case: c.Case.ID}}, SendBy: sendBy,
	}}, nil
}

// purposeOf is what the account of a live permission is for, "" where the list does not say.
func purposeOf(ctx context.Context, c ismskit.Closing, id string) (string, error) {
	rows, err := c.Rows(ctx, register.Query{List: register.Grants, IDs: []string{id}})
	if err != nil || len(rows) == 0 || id == "" {
		return "", err
	}
	values, err := c.Lists.Values(rows[0])
	return grant{values: values}.text("purpose"), err
}

// closed ends the grant when its account has been closed.
func closed(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
	if c.Outcome != workflow.OutcomeDone || c.Result != resultDisabled {
		return nil, nil
	}
	id := grantOf(c.Cause)
	rows, err := c.Rows(ctx, register.Query{List: register.Grants, IDs: []string{id}})
	if err != nil || len(rows) == 0 || id == "" {
		return nil, err
	}
	values, err := c.Lists.Values(rows[0])
	if err != nil {
		return nil, err
	}
	g := grant{id: id, seen: rows[0].Revision, values: values}
	if g.text("state") != grantActive {
		return nil, nil
	}
	note, _ := c.Values["result_note"].(string)
	effects, err := g.end(c, note)
	if err != nil {
		return nil, err
	}
	// What it covered of the same account had no closure of its own.
	live, err := liveOf(ctx, c.Lists, c.Rows, g.text("account"))
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(c.At.In(c.Location))
	for _, l := range live {
		if until, _ := l.until(); l.id == id || l.ref("system").ID != g.ref("system").ID || !g.covers(l, today) || until.After(today) {
			continue
		}
		ended, err := l.end(c, note)
		if err != nil {
			return nil, err
		}
		effects = append(effects, ended...)
	}
	return effects, nil
}
