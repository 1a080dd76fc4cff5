package ismskit

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// migrated is a case as it goes on by another version of its type, or *Stays. What is said
// to stand in the way follows from the versions: what the rules of both find fault with,
// such as somebody who has left since, is nothing new and keeps no case.
func (k *Kit) migrated(ctx context.Context, c caseInHand, to *kind) (caseInHand, error) {
	stays := &Stays{}
	for _, readOnly := range []*ReadOnly{c.kind.readOnly, to.readOnly} {
		if readOnly != nil {
			text := workflow.Text{}
			for _, lang := range languages {
				text[lang] = readOnly.Text(lang)
			}
			stays.because(text)
		}
	}
	if len(stays.Because) > 0 {
		return caseInHand{}, stays
	}
	k.migratedType(c, to, stays)
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
	if !reflect.DeepEqual(was.Handover, to.Handover) {
		stays.because(k.texts("migrate.handover"))
	}
	if !reflect.DeepEqual(was.Oral, to.Oral) {
		stays.because(k.texts("migrate.oral"))
	}
	if was.Class != to.Class {
		stays.because(k.texts("migrate.class"))
	}
	// What was kept from some of its readers stays hidden from them.
	for _, path := range was.hidden {
		if !slices.Contains(to.hidden, path) {
			stays.because(k.fieldText("migrate.hidden", was.form, path))
		}
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
