package ismskit

import (
	"context"
	"errors"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Types is the catalogue of form types.
type Types struct{ k *Kit }

// TypeInfo is what a list or a page shows of a type.
type TypeInfo struct {
	Key, Version    string
	Title           forms.Text
	FormNo, Edition string
	Issued          calendar.Date
	Module, Class   string
	Minutes         int
	Offered         bool
	Numbered        bool
	Steps           []workflow.Text // names of the steps, for 「會經過 …」
	// Unstaffed says that it cannot be submitted now, and why.
	Unstaffed *Unstaffed
}

func infoOf(k *kind) TypeInfo {
	info := TypeInfo{
		Key: k.Key, Version: k.Version, Title: k.Title, FormNo: k.FormNo, Edition: k.Edition, Issued: k.Issued,
		Module: k.Module, Class: k.Class, Minutes: k.Minutes, Offered: k.Offered, Numbered: k.Type.Number != nil,
	}
	return info
}

// List returns the types that the actor may open.
func (t Types) List(ctx context.Context, actor Actor) ([]TypeInfo, error) {
	var out []TypeInfo
	for _, key := range t.k.kinds.keys {
		kind, ok := t.k.kinds.latestOf(key)
		if !ok || !kind.Offered || kind.Flow.Child {
			continue
		}
		err := t.k.mayOpen(ctx, actor, kind)
		if errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, t.info(kind))
	}
	return out, nil
}

func (t Types) info(kind *kind) TypeInfo {
	info := infoOf(kind)
	for _, p := range kind.flow.Outline(kind.flow.Draft(workflow.Signer{}), nil) {
		if len(p.Name) > 0 {
			info.Steps = append(info.Steps, p.Name)
		}
	}
	info.Unstaffed = t.k.problems.of(kind.Key)
	return info
}

// Get returns the newest version of a type and its form; ErrNotFound.
func (t Types) Get(key string) (TypeInfo, *forms.Form, error) {
	kind, ok := t.k.kinds.latestOf(key)
	if !ok {
		return TypeInfo{}, nil, ErrNotFound
	}
	return t.info(kind), kind.form, nil
}

// Options returns what can be chosen in the fields of a form whose options belong
// to rows of registers, for a page to offer: by register row and field.
func (t Types) Options(ctx context.Context, actor Actor, needs []forms.Need) (forms.Lookup, error) {
	now := t.k.moment()
	if !actor.system {
		if _, err := t.k.person(ctx, actor.Person, now); err != nil {
			return nil, err
		}
	}
	return t.k.lookup(ctx, actor, caseInHand{}, needs, now)
}

// Validate checks a form as far as it is filled in, as for a draft or as for
// sending, without keeping anything. Caseid names a draft or returned case whose
// fields values change, as an Action does; it may be empty.
func (t Types) Validate(ctx context.Context, actor Actor, key, caseID string, values forms.Values, draft bool) (forms.Values, forms.Invalid, error) {
	k := t.k
	kind, ok := k.kinds.latestOf(key)
	if !ok {
		return nil, nil, ErrNotFound
	}
	now := k.moment()
	if !actor.system {
		if _, err := k.person(ctx, actor.Person, now); err != nil {
			return nil, nil, err
		}
	}
	c := caseInHand{kind: kind}
	if caseID == "" {
		if err := k.mayOpen(ctx, actor, kind); err != nil {
			return nil, nil, err
		}
	} else {
		var err error
		if c, err = k.take(ctx, caseID); err != nil {
			return nil, nil, err
		}
		if !slices.Contains(participants(c), actor.Person) {
			return nil, nil, ErrNotFound
		}
		if err := c.writable(); err != nil {
			return nil, nil, err
		}
	}
	return k.filled(ctx, actor, c, values, forms.CheckContext{Draft: draft}, now)
}

// Continue makes the numbers of a type go on after last, in the scope that a case
// of this unit would be numbered in now: an office that begins in mid-year goes on
// from its old register. A count that is further already stays. System actor only
// (ErrForbidden); ErrNotFound for a type without numbers.
func (t Types) Continue(ctx context.Context, actor Actor, key, unit string, last int64) error {
	if !actor.system {
		return ErrForbidden
	}
	kind, ok := t.k.kinds.latestOf(key)
	if !ok || kind.Type.Number == nil {
		return ErrNotFound
	}
	day := calendar.DateOf(t.k.moment().In(t.k.location))
	scope, err := kind.number.Scope(day, map[string]string{"unit": unit})
	if err != nil {
		return err
	}
	return t.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		given, err := tx.Cases().Counter(ctx, scope)
		if err != nil || given >= last {
			return err
		}
		return tx.Cases().SetCounter(ctx, scope, last)
	})
}
