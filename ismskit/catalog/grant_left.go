package catalog

import (
	"context"
	"regexp"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// inTime refuses to record that an account was opened, changed or extended whose user is not
// in the house any more, and that one was opened whose period of use is over: the request may
// have been long under way. Whoever could not do it says so (workflow.VerbUnable). Where it
// was done in time he goes on by saying in his note on which day, within the period and not
// after the user's last one. ends is that last day, on which the permission ends at the
// latest; zero where the user is there.
func inTime(ctx context.Context, c ismskit.Closing, op string) (ends calendar.Date, err error) {
	user, _ := c.Values["account_user"].(forms.Person)
	var left bool
	var last calendar.Date
	if user.Kind == forms.InDirectory {
		if last, left, err = c.Left(ctx, user.ID); err != nil {
			return ends, err
		}
	}
	period, _ := c.Values["period"].(forms.Period)
	today := calendar.DateOf(c.At.In(c.Location))
	over := op == opAdd && !period.Open && !period.To.IsZero() && period.To.Before(today)
	if !left && !over {
		return ends, nil
	}
	latest := today
	if left && !last.IsZero() {
		latest = last
	}
	if left {
		ends = latest
	}
	if !period.Open && !period.To.IsZero() && period.To.Before(latest) {
		latest = period.To
	}
	note, _ := c.Values["result_note"].(string)
	for _, day := range daysIn(note) {
		if !day.Before(period.From) && !day.After(latest) {
			return ends, nil
		}
	}
	text, err := sayInTurn(func(lang string) [][]string {
		day := forms.Locale{Lang: lang}
		var out [][]string
		switch {
		case left && last.IsZero():
			out = append(out, []string{"grant.left_once", "user", user.Name})
		case left:
			out = append(out, []string{"grant.left", "user", user.Name, "last", day.Day(last)})
		}
		if over {
			out = append(out, []string{"grant.over", "until", day.Day(period.To)})
		}
		out = append(out, []string{"grant.unable"})
		if !period.From.After(latest) {
			out = append(out, []string{"grant.in_time", "from", day.Day(period.From), "until", day.Day(latest), "such", day.TypedDay(latest)})
		}
		return out
	})
	if err != nil {
		return ends, err
	}
	return ends, forms.Invalid{{Field: "result_note", Code: "grant_late", Text: text}}
}

// dayWritten finds what may be a day in a note: 115.12.1, 115年12月1日, 2026-12-01.
var dayWritten = regexp.MustCompile(`\p{Nd}{2,4}\s*[.．/／年-]\s*\p{Nd}{1,2}\s*[.．/／月-]\s*\p{Nd}{1,2}(?:\s*日)?`)

// daysIn are the days that a note names.
func daysIn(note string) []calendar.Date {
	var out []calendar.Date
	for _, written := range dayWritten.FindAllString(note, -1) {
		if day, err := calendar.ParseDate(written); err == nil { // else it is something else, such as an address
			out = append(out, day)
		}
	}
	return out
}

// endsBy ends the permission on a day at the latest, and says whether it was to last longer.
func (g grant) endsBy(last calendar.Date) bool {
	p := g.period()
	if until, limited := g.until(); limited && !until.After(last) {
		return false
	}
	p.To, p.Open, p.Reason = last, false, ""
	if p.From.IsZero() || p.From.After(last) { // it is older than the list, or was to begin later
		p.From = last
	}
	g.values["period"] = p
	return true
}

// userLeft ends the permission of somebody who leaves the house with his last day, where it
// would last longer: its account is then to be closed like any other at its end, and whether
// to extend it is asked no more.
func userLeft(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
	last, _ := c.Values["last_day"].(calendar.Date)
	rows, err := c.Rows(ctx, register.Query{List: register.Grants, IDs: []string{c.Grant}})
	if err != nil || len(rows) == 0 || last.IsZero() {
		return nil, err
	}
	values, err := c.Lists.Values(rows[0])
	if err != nil {
		return nil, err
	}
	before := grant{id: rows[0].ID, seen: rows[0].Revision, values: values}
	until, limited := before.until()
	if before.text("state") != grantActive || limited && until.Before(last) {
		return nil, nil
	}
	var effects []ismskit.Effect
	g := grant{id: before.id, seen: before.seen, values: values.Clone()}
	if g.endsBy(last) {
		reason, err := say(c.Lang, "grant.handed", "number", c.Case.Number)
		if err != nil {
			return nil, err
		}
		put, err := g.put(c, reason)
		if err != nil {
			return nil, err
		}
		effects = append(before.cancel(reason), put)
	}
	for _, o := range g.openings(c.At, c.Calendar, c.Location) {
		effects = append(effects, o)
	}
	return effects, nil
}
