package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// idFor names the permission that a line opens.
func idFor(c ismskit.Closing) string {
	if c.Case.Parent == "" {
		return c.Case.ID
	}
	return c.Case.Parent + "." + c.Case.ParentRow
}

// extendedBy is the period of a permission that is extended, and why it begins anew. An
// extension takes up where the old period ends (B5.4), also where it was asked for in time
// and is handled later. One that begins later, or was asked for after the end whatever day
// it names, is late: the days between stay days without permission.
func extendedBy(ctx context.Context, c ismskit.Closing, old grant, period forms.Period) (forms.Period, string, error) {
	begins := period.From
	period.From = old.period().From
	ends, limited := old.until()
	if !limited {
		return period, "", nil
	}
	sent, err := c.Asked(ctx)
	if err != nil {
		return period, "", err
	}
	if asked := calendar.DateOf(sent.In(c.Location)); asked.After(ends) && asked.After(begins) {
		begins = asked
	}
	if !begins.After(ends.AddDays(1)) {
		return period, "", nil
	}
	period.From = begins
	reason, err := say(c.Lang, "grant.late")
	return period, reason, err
}

// continues says whether a permission goes on with all of another of the same account
// beyond its end, without a day between: the account stays, so nobody is to close it at the other's end.
func (g grant) continues(other grant) bool {
	ends, limited := other.until()
	until, has := g.until()
	if !limited || has && !until.After(ends) || g.period().From.After(ends.AddDays(1)) {
		return false
	}
	return !slices.ContainsFunc(other.items(), func(item string) bool { return !slices.Contains(g.items(), item) })
}

// covers says whether somebody has in a permission all of another one of his of the same
// account, for longer: the account stays at the other's end, so nobody is asked whether to
// extend that, or to close it. The days without permission between them are no reason to
// close an account that is in use by now.
func (g grant) covers(other grant, today calendar.Date) bool {
	ends, limited := other.until()
	until, has := g.until()
	if !limited || has && !until.After(ends) || !g.sameUser(other) {
		return false
	}
	begins := g.period().From
	if begins.After(ends.AddDays(1)) && begins.After(today) {
		return false
	}
	return !slices.ContainsFunc(other.items(), func(item string) bool { return !slices.Contains(g.items(), item) })
}

// coveredBy is a live permission that has all of this one for longer.
func (g grant) coveredBy(live []grant, today calendar.Date) (grant, bool) {
	i := slices.IndexFunc(live, func(l grant) bool { return l.id != g.id && l.covers(g, today) })
	if i < 0 {
		return grant{}, false
	}
	return live[i], true
}

// staysSaid says that a permission keeps its end whatever a later one like it says: this
// request's record is about what was asked for and approved, not about when the account ends.
func (g grant) staysSaid() (forms.Text, error) {
	request := g.text("request")
	until, limited := g.until()
	switch {
	case limited && request != "":
		return sayInTurn(func(lang string) [][]string {
			return [][]string{{"grant.covered", "request", request, "date", forms.Locale{Lang: lang}.Day(until)}}
		})
	case limited:
		return sayInTurn(func(lang string) [][]string {
			return [][]string{{"grant.covered_before", "date", forms.Locale{Lang: lang}.Day(until)}}
		})
	case request != "":
		return sayAll("grant.covered_open", "request", request)
	}
	return sayAll("grant.covered_open_before")
}

func (g grant) sameUser(other grant) bool {
	mine, _ := g.values["user"].(forms.Person)
	his, _ := other.values["user"].(forms.Person)
	if mine.Kind == forms.InDirectory {
		return his.Kind == mine.Kind && his.ID == mine.ID
	}
	return mine == his
}

// mergedInto ends a permission that another goes on with.
func (g grant) mergedInto(c ismskit.Closing) ([]ismskit.Effect, error) {
	merged, err := say(c.Lang, "grant.merged", "number", c.Case.Number)
	if err != nil {
		return nil, err
	}
	return g.end(c, merged)
}

// beside is what follows from a new permission for those of the same account that are
// live. What it covers ends, once it is in force; until then it is in force itself and only
// what was to happen at its end is taken back. A new one that is covered has no end of its
// own to be asked about.
func (g grant) beside(c ismskit.Closing, live []grant) ([]ismskit.Effect, error) {
	var effects []ismskit.Effect
	today := calendar.DateOf(c.At.In(c.Location))
	_, covered := g.coveredBy(live, today)
	for _, l := range live {
		switch {
		case l.id == g.id || l.covers(g, today):
		case g.covers(l, today) && g.period().From.After(today):
			merged, err := say(c.Lang, "grant.merged", "number", c.Case.Number)
			if err != nil {
				return nil, err
			}
			effects = append(effects, l.cancel(merged)...)
		case g.covers(l, today):
			ended, err := l.mergedInto(c)
			if err != nil {
				return nil, err
			}
			effects = append(effects, ended...)
		}
	}
	if covered {
		return effects, nil
	}
	for _, o := range g.openings(c.At, c.Calendar, c.Location) {
		effects = append(effects, o)
	}
	return effects, nil
}

// heldAlready warns whoever records a new account under a name that somebody else has
// already: the name may be mistyped. He goes on by saying in his note with which request it
// is the same account, or which account where no request is known. What somebody gets more
// of his own account is nothing to warn of.
func heldAlready(c ismskit.Closing, live []grant) error {
	asked := grant{id: idFor(c), values: forms.Values{"user": c.Values["account_user"]}}
	note, _ := c.Values["result_note"].(string)
	today := calendar.DateOf(c.At.In(c.Location))
	var warning forms.Invalid
	for _, l := range live {
		until, limited := l.until()
		if l.id == asked.id || limited && until.Before(today) || asked.sameUser(l) {
			continue
		}
		key, named := "grant.held", l.text("request")
		if named == "" { // older than the list
			key, named = "grant.held_before", l.text("account")
		}
		if strings.Contains(note, named) {
			return nil
		}
		user, _ := l.values["user"].(forms.Person)
		text, err := sayAll(key, "account", l.text("account"), "user", user.Name, "request", named)
		if err != nil {
			return err
		}
		if warning == nil {
			warning = forms.Invalid{{Field: "result_note", Code: "grant_held", Text: text}}
		}
	}
	return warning.Err()
}

// replaced warns whoever handles a row once more and records another account than before: the
// list has one account of a row, and the former one is followed up by nobody from then on. He
// goes on by saying in his note what has become of it.
func replaced(c ismskit.Closing, row register.Row) error {
	values, err := c.Lists.Values(row)
	if err != nil {
		return err
	}
	was, now := grant{values: values}, accountOf(c.Values)
	former := was.text("account")
	note, _ := c.Values["result_note"].(string)
	if !strings.Contains(former, now) { // to name the new one is not to speak of the former
		note = strings.ReplaceAll(note, now, "")
	}
	if was.text("state") != grantActive || former == "" || former == now || strings.Contains(note, former) {
		return nil
	}
	text, err := sayAll("grant.replaces", "account", now, "former", former)
	if err != nil {
		return err
	}
	return forms.Invalid{{Field: "result_note", Code: "grant_replaces", Text: text}}
}
