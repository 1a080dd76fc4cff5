package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// handled keeps the list of live permissions when a row of an account request has
// been handled.
func handled(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
	if c.Outcome != workflow.OutcomeDone {
		return nil, nil
	}
	live, err := liveGrants(ctx, c)
	if err != nil {
		return nil, err
	}
	op, _ := c.Values["op"].(string)
	if err := usesAnother(ctx, c, op, live); err != nil {
		return nil, err
	}
	if c.Result == resultDisabled || op == opDisable || op == opDelete {
		return disabled(c, op, live)
	}
	ends, err := inTime(ctx, c, op)
	if err != nil {
		return nil, err
	}
	if op == opAdd {
		if err := heldAlready(c, live); err != nil {
			return nil, err
		}
	}
	return granted(ctx, c, op, live, ends)
}

// granted writes the permission. A new one is a row of its own, named after the
// request and its line, so that a line handled again after a return is the same
// permission; another kind of request changes the row it is about. It ends at the latest on
// a day, zero for none.
func granted(ctx context.Context, c ismskit.Closing, op string, live []grant, ends calendar.Date) ([]ismskit.Effect, error) {
	g := grant{id: idFor(c), values: forms.Values{}}
	rows, err := c.Rows(ctx, register.Query{List: register.Grants, IDs: []string{g.id}})
	if err != nil {
		return nil, err
	}
	if len(rows) > 0 {
		g.seen = rows[0].Revision
		if err := replaced(c, rows[0]); err != nil {
			return nil, err
		}
	}
	var effects []ismskit.Effect
	items, _ := c.Values["permission"].([]string)
	old, found := about(op, items, usedAs(c, live))
	if i := slices.IndexFunc(live, func(l grant) bool { return l.id == g.id }); i >= 0 {
		old, found = live[i], true
	}
	if found {
		g = grant{id: old.id, seen: old.seen, values: old.values.Clone()}
	}
	period, _ := c.Values["period"].(forms.Period)
	before, had := old.until()
	reason := ""
	if op == opExtend && found {
		if period, reason, err = extendedBy(ctx, c, old, period); err != nil {
			return nil, err
		}
	}
	g.take(c, items, period)
	if !ends.IsZero() && g.endsBy(ends) {
		if reason, err = say(c.Lang, "grant.left_end", "last", forms.Locale{Lang: c.Lang}.Day(ends)); err != nil {
			return nil, err
		}
	}
	if l, covered := g.coveredBy(live, calendar.DateOf(c.At.In(c.Location))); covered && op == opAdd {
		stays, err := l.staysSaid()
		if err != nil {
			return nil, err
		}
		reason = stays.In(c.Lang)
		g.values["note"] = reason
	}
	put, err := g.put(c, reason)
	if err != nil {
		return nil, err
	}
	after, has := g.until()
	if had && (!has || after != before) {
		moved, err := say(c.Lang, "grant.moved")
		if err != nil {
			return nil, err
		}
		effects = old.cancel(moved)
	}
	effects = append(effects, put)
	if op == opAdd {
		more, err := g.beside(c, live)
		return append(effects, more...), err
	}
	for _, o := range g.openings(c.At, c.Calendar, c.Location) {
		effects = append(effects, o)
	}
	for _, l := range live {
		if l.id == g.id || !g.continues(l) {
			continue
		}
		ended, err := l.mergedInto(c)
		if err != nil {
			return nil, err
		}
		effects = append(effects, ended...)
	}
	return effects, nil
}

// take fills the grant from the handled row.
func (g grant) take(c ismskit.Closing, items []string, period forms.Period) {
	g.values["system"], g.values["items"], g.values["period"] = c.Values["system"], items, period
	g.values["user"], g.values["account"] = c.Values["account_user"], accountOf(c.Values)
	g.values["purpose"] = c.Values["purpose"]
	g.values["state"] = grantActive
	g.values["applicant"] = peopleRef(c.Case.Applicant, c.Case.ApplicantName)
	g.values["unit"] = forms.Ref{List: "unit", ID: c.Case.Unit, Name: c.Case.UnitName}
	g.values["request"], g.values["case"], g.values["row"] = c.Case.Number, c.Case.ID, c.Case.ParentRow
	if p, ok := c.Values["responsible"].(forms.Person); ok {
		g.values["responsible"] = peopleRef(p.ID, p.Name)
	}
	for key, v := range g.values {
		switch v := v.(type) {
		case nil:
			delete(g.values, key)
		case string:
			if v == "" {
				delete(g.values, key)
			}
		case []string:
			if len(v) == 0 {
				delete(g.values, key)
			}
		}
	}
}

// about finds the grant that a request is about: of the same system and account,
// with a permission in common; where a change names other permissions, the only
// one there is.
func about(op string, items []string, live []grant) (grant, bool) {
	if op == opAdd {
		return grant{}, false
	}
	i := slices.IndexFunc(live, func(g grant) bool { return overlap(g.items(), items) })
	switch {
	case i >= 0:
		return live[i], true
	case len(live) == 1:
		return live[0], true
	}
	return grant{}, false
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(item string) bool { return slices.Contains(b, item) })
}

// disabled ends the grants of an account, or takes the permissions named out of
// them; a deleted account has none left.
func disabled(c ismskit.Closing, op string, live []grant) ([]ismskit.Effect, error) {
	named, _ := c.Values["permission"].([]string)
	var effects []ismskit.Effect
	for _, g := range live {
		rest := slices.DeleteFunc(slices.Clone(g.items()), func(item string) bool { return slices.Contains(named, item) })
		if op != opDelete && len(rest) == len(g.items()) {
			continue
		}
		if op == opDelete || len(rest) == 0 {
			ended, err := g.end(c, c.Case.Number)
			if err != nil {
				return nil, err
			}
			effects = append(effects, ended...)
			continue
		}
		less := grant{id: g.id, seen: g.seen, values: g.values.Clone()}
		less.values["items"] = rest
		put, err := less.put(c, c.Case.Number)
		if err != nil {
			return nil, err
		}
		effects = append(effects, put)
	}
	if len(effects) == 0 {
		return nil, unknownGrant(c)
	}
	return effects, nil
}

// unknownGrant refuses to close what the list does not have, until whoever handles it
// says what he closed: the account may be misspelt, and the permission still live; or
// it is older than the list.
func unknownGrant(c ismskit.Closing) error {
	if note, _ := c.Values["result_note"].(string); strings.TrimSpace(note) != "" {
		return nil
	}
	text, err := sayAll("grant.unknown", "account", accountOf(c.Values))
	if err != nil {
		return err
	}
	return forms.Invalid{{Field: "result_note", Code: "grant_unknown", Text: text}}
}
