package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Keys of the ready-made types.
const (
	TypeAccountRequest    = "account_request"
	TypeAccountRequestRow = "account_request_row"
	TypeGrantExtension    = "grant_extension"
	TypeGrantClosure      = "grant_closure"
	TypeOriginalLost      = "original_lost"
	TypeHandover          = "handover"
)

// What a live permission's state says.
const (
	grantActive = "active"
	grantClosed = "closed"
)

// Kinds of account requests and results of handling one row.
const (
	opAdd     = "add"
	opChange  = "change"
	opDisable = "disable"
	opDelete  = "delete"
	opExtend  = "extend"

	resultOpened   = "opened"
	resultChanged  = "changed"
	resultDisabled = "disabled"
	resultExtend   = "extend"
)

// Hooks returns the Go functions that the ready-made types name.
//
// "grant" keeps the list of live permissions after a handled row of an account
// request, "grant_extension" follows the answer to the question before a
// permission ends, "grant_closure" closes a permission after its end, "original_lost"
// notes that a paper is gone, "handover" passes on what somebody has who leaves, and
// ends the permissions that are his own.
func Hooks() map[string]ismskit.Hook {
	return map[string]ismskit.Hook{
		"grant":           handled,
		"grant_extension": answered,
		"grant_closure":   closed,
		"original_lost":   lost,
		"handover":        handedOver,
	}
}

// grant is a live permission as the list grants has it.
type grant struct {
	id     string
	seen   int64 // revision that was read, 0 for a new one
	values forms.Values
}

func (g grant) text(key string) string {
	s, _ := g.values[key].(string)
	return s
}

func (g grant) items() []string {
	items, _ := g.values["items"].([]string)
	return items
}

func (g grant) ref(key string) forms.Ref {
	r, _ := g.values[key].(forms.Ref)
	return r
}

func (g grant) period() forms.Period {
	p, _ := g.values["period"].(forms.Period)
	return p
}

// until is the last day in force; ok is false for one without end.
func (g grant) until() (day calendar.Date, ok bool) {
	p := g.period()
	return p.To, !p.Open && !p.To.IsZero()
}

// put is the effect that stores the grant.
func (g grant) put(c ismskit.Closing, reason string) (ismskit.Effect, error) {
	form, ok := c.Lists.Form(register.Grants)
	if !ok {
		return nil, fmt.Errorf("catalog: there is no list %s", register.Grants)
	}
	return ismskit.PutRow{List: register.Grants, ID: g.id, Seen: g.seen, Values: form.EncodeJSON(g.values), Reason: reason}, nil
}

// end closes the grant with everything that was to happen at its end.
func (g grant) end(c ismskit.Closing, reason string) ([]ismskit.Effect, error) {
	effects := g.cancel(reason)
	over := grant{id: g.id, seen: g.seen, values: g.values.Clone()}
	over.values["state"], over.values["closed_at"] = grantClosed, c.At
	if c.By.Person != ismskit.SystemPerson {
		over.values["closed_by"] = peopleRef(c.By.Person, c.By.Name)
	}
	if note, _ := c.Values["result_note"].(string); note != "" {
		over.values["proof"] = note
	}
	put, err := over.put(c, reason)
	return append(effects, put), err
}

// cancel takes back the question before the end and the closure after it.
func (g grant) cancel(reason string) []ismskit.Effect {
	until, ok := g.until()
	if !ok {
		return nil
	}
	return []ismskit.Effect{
		ismskit.CancelOpening{Key: g.key(ask), Cause: g.cause(ask, until), Reason: reason},
		ismskit.CancelOpening{Key: g.key(closing), Cause: g.cause(closing, until), Reason: reason},
	}
}

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

// liveGrants are the active grants of the row's system and account, oldest first.
func liveGrants(ctx context.Context, c ismskit.Closing) ([]grant, error) {
	account := accountOf(c.Values)
	system, _ := c.Values["system"].(forms.Ref)
	live, err := liveOf(ctx, c.Lists, c.Rows, account)
	return slices.DeleteFunc(live, func(g grant) bool { return g.ref("system").ID != system.ID }), err
}

// liveOf are the active grants of accounts, oldest first.
func liveOf(ctx context.Context, lists *register.Registry, read func(context.Context, register.Query) ([]register.Row, error), accounts ...string) ([]grant, error) {
	var keys []string
	for _, account := range accounts {
		if account != "" {
			keys = append(keys, register.Key("account", account))
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := read(ctx, register.Query{List: register.Grants, Keys: keys})
	if err != nil {
		return nil, err
	}
	var live []grant
	for _, row := range rows {
		values, err := lists.Values(row)
		if err != nil {
			return nil, err
		}
		if g := (grant{id: row.ID, seen: row.Revision, values: values}); g.text("state") == grantActive {
			live = append(live, g)
		}
	}
	return live, nil
}

// accountOf is the account the administrator gave, else the one asked for.
func accountOf(v forms.Values) string {
	if given, _ := v["given_account"].(string); given != "" {
		return given
	}
	account, _ := v["account"].(string)
	return account
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
	}
	var effects []ismskit.Effect
	items, _ := c.Values["permission"].([]string)
	old, found := about(op, items, live)
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

func peopleRef(id, name string) forms.Ref {
	return forms.Ref{List: "register/" + register.People, ID: id, Name: name}
}
