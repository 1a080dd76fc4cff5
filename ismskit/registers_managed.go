package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// A module's roles are set by the module's own manager (B1.1): a row of the list of roles names
// the roles whose people change its members (register.Owner). They need not look after the house's
// people, and change nothing else of the row.

// managesRow says whether somebody has one of the roles that a stored row names to change part of it.
func (r Registers) managesRow(ctx context.Context, person string, row register.Row) (bool, error) {
	l, _ := r.k.lists.List(row.List)
	if l.Owner.Managers == "" || row.Revision == 0 || person == "" {
		return false, nil
	}
	cells, err := r.k.lists.Cells(row)
	if err != nil {
		return false, err
	}
	var managers []register.Row
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		managers = managers[:0]
		for _, id := range cells.IDs(l.Owner.Managers) {
			found, ok, err := tx.Registers().Row(ctx, register.Roles, id)
			if err != nil {
				return err
			}
			if ok {
				managers = append(managers, found)
			}
		}
		return nil
	})
	if err != nil || len(managers) == 0 {
		return false, err
	}
	var questions []directory.Question
	for _, m := range managers {
		role, err := r.k.lists.Cells(m)
		if err != nil {
			return false, err
		}
		questions = append(questions, directory.Question{
			ID: m.ID, Kind: directory.KindRole, Module: role.Text("module"), Role: role.Text("key"), Agency: role.ID("agency"), At: r.k.moment(),
		})
	}
	answers, err := r.k.directory.Resolve(ctx, questions)
	if err != nil {
		return false, fmt.Errorf("ismskit: directory: %w", err)
	}
	return slices.ContainsFunc(answers, func(a directory.Answer) bool {
		return slices.ContainsFunc(a.Holders, func(h directory.Holder) bool { return h.Person == person })
	}), nil
}

// managedFits refuses what somebody who changes a row by managing it may not: any field but those
// that are the manager's, and himself among the members, for nobody gives himself a role.
func (r Registers) managedFits(ctx context.Context, actor Actor, old, row register.Row) error {
	l, _ := r.k.lists.List(row.List)
	if actor.system || l.Owner.Managers == "" || old.Revision == 0 {
		return nil
	}
	whole, err := r.mayWhole(ctx, actor, row.List, old)
	if err != nil || whole {
		return err
	}
	changes, err := r.k.lists.Diff(old, row)
	if err != nil {
		return err
	}
	var out forms.Invalid
	for _, c := range changes {
		field, _, _ := strings.Cut(c.Path, ".")
		if !slices.Contains(l.Owner.Managed, field) {
			out = append(out, forms.Fault{Field: field, Code: "managed.only_members", Label: c.Label, Text: sayAll("managed.only_members", func(string) map[string]string { return nil })})
		}
	}
	himself, err := r.givesHimself(ctx, actor.Person, old, row)
	if err != nil {
		return err
	}
	return append(out, himself...).Err()
}

// givesHimself finds where a role would come to, or stay longer with, whoever changes it: as a
// person, by a post that he holds, or as head of a unit. To give it up is his to do.
func (r Registers) givesHimself(ctx context.Context, person string, old, row register.Row) (forms.Invalid, error) {
	if row.List != register.Roles {
		return nil, nil
	}
	was, err := r.k.lists.Cells(old)
	if err != nil {
		return nil, err
	}
	is, err := r.k.lists.Cells(row)
	if err != nil {
		return nil, err
	}
	self, err := r.k.reader(ctx, person, r.k.moment())
	if err != nil {
		return nil, err
	}
	before := map[string]register.Cells{}
	for _, m := range was.Rows("members") {
		before[m.Text(forms.RowID)] = m
	}
	var out forms.Invalid
	fault := func(field string, at int, id string) {
		out = append(out, forms.Fault{Field: field, Row: at, RowID: id, Code: "managed.not_yourself", Text: sayAll("managed.not_yourself", func(string) map[string]string { return nil })})
	}
	for i, m := range is.Rows("members") {
		if m.ID("person") != person && (m.ID("post") == "" || !slices.Contains(self.Posts, m.ID("post"))) {
			continue
		}
		then, had := before[m.Text(forms.RowID)]
		if had && then.ID("person") == m.ID("person") && then.ID("post") == m.ID("post") && noLonger(m, then, r.k.location) {
			continue
		}
		fault("members.person", i+1, m.Text(forms.RowID))
	}
	for _, unit := range is.IDs("units") {
		if !slices.Contains(was.IDs("units"), unit) && slices.Contains(self.Units, unit) {
			fault("units", 0, "")
		}
	}
	return out, nil
}

// noLonger says whether a time in a role begins no earlier and ends no later than it did.
func noLonger(is, was register.Cells, in *time.Location) bool {
	from, to := is.Span("from", "to", in)
	before, until := was.Span("from", "to", in)
	return !from.Before(before) && (until.IsZero() || !to.IsZero() && !to.After(until))
}
