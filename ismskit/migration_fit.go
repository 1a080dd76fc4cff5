package ismskit

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// migrated is a case as it goes on by another version of its type, or *Stays. What is said
// to stand in the way follows from the versions: what the rules of both find fault with,
// such as somebody who has left since, is nothing new and keeps no case.
func (k *Kit) migrated(ctx context.Context, actor Actor, c caseInHand, to *kind) (caseInHand, error) {
	stays := &Stays{}
	own, err := k.migratesOwn(ctx, actor, c)
	if unread(err) || errors.Is(err, ErrNotFound) { // its request: a row alone says not whose it is
		k.leftOut(ctx, c.row.Parent, err)
		stays.because(k.texts("migrate.unreadable"))
	} else if err != nil {
		return caseInHand{}, err
	}
	if own {
		stays.because(k.texts("migrate.own"))
	}
	for _, readOnly := range []*ReadOnly{c.kind.readOnly, to.readOnly} {
		if readOnly != nil {
			text := workflow.Text{}
			for _, lang := range languages {
				text[lang] = readOnly.Text(lang)
			}
			stays.because(text)
		}
	}
	if len(k.uncertified(c.kind)) == 0 {
		for _, p := range k.uncertified(to) { // nobody could decide it there
			stays.because(p.Text)
		}
	}
	if len(stays.Because) > 0 {
		return caseInHand{}, stays
	}
	k.migratedType(c, to, stays)
	if err := k.migratedHidden(ctx, c, to, stays); err != nil {
		return caseInHand{}, err
	}
	next := c
	next.kind, next.row.Version = to, to.Version
	values, invalid := to.form.Restore(c.row.Values)
	next.values = values
	state, err := to.flow.Adopt(c.state, c.kind.flow, next.facts())
	if found := workflow.ObstaclesIn(err); found != nil {
		for _, o := range found {
			text := workflow.Text{}
			for _, lang := range languages {
				text[lang] = o.Message(lang)
			}
			stays.because(text)
		}
	} else if err != nil {
		return caseInHand{}, err
	}
	next.state = state
	if err == nil {
		k.migratedReaders(c, next, stays)
		k.migratedNumbers(c, next, stays)
	}
	if err := k.migratedValues(ctx, c, next, invalid, stays); err != nil {
		return caseInHand{}, err
	}
	if len(stays.Because) > 0 {
		return caseInHand{}, stays
	}
	if !next.split() {
		next.extra.Children = k.kinds.children(to) // none of its rows has opened: their versions are settled anew
	}
	return next, nil
}

// migratedType looks at what a type does beside form and flow.
func (k *Kit) migratedType(c caseInHand, to *kind, stays *Stays) {
	was := c.kind
	// What its people were told would follow at its end has to follow.
	if was.Closing != "" && was.Closing != to.Closing {
		stays.because(k.texts("migrate.closing"))
	}
	if was.DocumentChange != to.DocumentChange || was.Lends != to.Lends || was.Disposes != to.Disposes {
		stays.because(k.texts("migrate.document_change"))
	}
	if was.Reading != to.Reading {
		stays.because(k.texts("migrate.reading"))
	}
	if was.Filing != to.Filing || was.Imported != to.Imported {
		stays.because(k.texts("migrate.filing"))
	}
	if !reflect.DeepEqual(was.Handover, to.Handover) {
		stays.because(k.texts("migrate.handover"))
	}
	if !reflect.DeepEqual(was.Oral, to.Oral) {
		stays.because(k.texts("migrate.oral"))
	}
	if was.Class != to.Class {
		stays.because(k.texts("migrate.class"))
	}
	if c.state.Phase == workflow.PhaseReturned && was.Correct != to.Correct {
		stays.because(k.texts("migrate.correct")) // its applicant was told a day
	}
	if c.dated() && was.KeepDeadlines != to.KeepDeadlines {
		stays.because(k.texts("migrate.deadlines"))
	}
}

// fieldText is a sentence about a field, by the name that its form gives it.
func (k *Kit) fieldText(key string, form *forms.Form, path string) workflow.Text {
	info, _ := form.Field(path)
	out := workflow.Text{}
	for _, lang := range languages {
		name := info.Label.In(lang)
		if name == "" {
			name = path
		}
		out[lang] = say(lang, key, map[string]string{"field": name})
	}
	return out
}

// refusedBy says which field a form does not accept. What stands there is not said: whoever
// moves cases need not be able to read them.
func (k *Kit) refusedBy(form *forms.Form, f forms.Fault) workflow.Text {
	switch {
	case f.Field == "":
		return k.texts("migrate.rule")
	case strings.HasPrefix(f.Code, "required"):
		return k.fieldText("migrate.required", form, f.Field)
	}
	return k.fieldText("migrate.field", form, f.Field)
}

// migratedValues looks at the fields as the form of the other version reads them, and at
// what it does not accept. They are what was sent and signed, so none of them may be lost or
// become another.
func (k *Kit) migratedValues(ctx context.Context, c, next caseInHand, invalid forms.Invalid, stays *Stays) error {
	if len(c.extra.Typed) > 0 {
		stays.because(k.texts("migrate.typed"))
	}
	for _, f := range c.extra.Files {
		path, _, _ := strings.Cut(f.Field, "/")
		if path == "" {
			continue // it came with what somebody said, and lies in no field
		}
		if _, ok := next.kind.form.Field(path); !ok {
			stays.because(k.fieldText("migrate.field_gone", c.kind.form, path))
		}
	}
	for _, f := range invalid {
		if key, _ := f.Params["key"].(string); f.Code == "unknown_field" && key != "" {
			stays.because(k.fieldText("migrate.field_gone", c.kind.form, strings.TrimPrefix(f.Field+"."+key, ".")))
			continue
		}
		stays.because(k.refusedBy(next.kind.form, f))
	}
	if len(invalid) > 0 {
		return nil
	}
	k.migratedLeaves(c, next, stays)
	returned := c.state.Phase == workflow.PhaseReturned // who mends it is told what is missing
	accepts := func(c caseInHand) (forms.Values, forms.Invalid, error) {
		return k.filled(ctx, System("types"), c, nil, forms.CheckContext{Draft: returned}, k.moment())
	}
	before, known, err := accepts(c)
	if err != nil {
		return err
	}
	after, found, err := accepts(next)
	if err != nil {
		return err
	}
	for _, f := range found {
		if !slices.ContainsFunc(known, func(was forms.Fault) bool { return was.Path() == f.Path() && was.Code == f.Code }) {
			stays.because(k.refusedBy(next.kind.form, f))
		}
	}
	// A field that the other version works out otherwise would be what nobody has signed.
	changed := c.kind.form.Diff(c.values, before)
	for _, ch := range next.kind.form.Diff(next.values, after) {
		if !slices.ContainsFunc(changed, func(was forms.Change) bool { return was.Path == ch.Path && reflect.DeepEqual(was.To, ch.To) }) {
			path := ch.Path
			if parts := strings.Split(path, "."); len(parts) == 3 {
				path = parts[0] + "." + parts[2]
			}
			stays.because(k.fieldText("migrate.computed", next.kind.form, path))
		}
	}
	return nil
}

// migratedLeaves holds what was signed against what the form of the other version makes of it,
// leaf by leaf: a number is not the text that it was typed as. And a field that belongs to a
// later step there is one of which nobody who has signed would be asked again.
func (k *Kit) migratedLeaves(c, next caseInHand, stays *Stays) {
	before, after := c.kind.form.Canonical(c.values), next.kind.form.Canonical(next.values)
	for _, leaf := range slices.Concat(before, after) {
		is := func(l forms.Leaf) bool { return l.Name == leaf.Name }
		i, j := slices.IndexFunc(before, is), slices.IndexFunc(after, is)
		path := strings.TrimPrefix(leaf.Name, "field/")
		if parts := strings.Split(leaf.Name, "/"); len(parts) == 4 { // row/lines/k3f9/system
			path = parts[1] + "." + parts[3]
		}
		was, _ := c.kind.form.Field(path)
		now, _ := next.kind.form.Field(path)
		switch {
		case i < 0 || j < 0 || !reflect.DeepEqual(before[i].Value, after[j].Value):
			stays.because(k.fieldText("migrate.value", c.kind.form, path))
		case now.Later && !was.Later:
			stays.because(k.fieldText("migrate.later", c.kind.form, path))
		}
	}
}
