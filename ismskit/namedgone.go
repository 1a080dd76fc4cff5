package ismskit

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// NamedGone is somebody whom the form of a case on its way names, and who is not in office any
// more: whoever decides should know it.
type NamedGone struct {
	Field  string     // its path
	Label  forms.Text // of the field
	Person string
	Name   string
}

// namedGone are those whom the fields that the actor sees name. A sheet by which somebody hands
// over is about one who goes, and names him all the same.
func (k *Kit) namedGone(ctx context.Context, c caseInHand, seen forms.Values, now time.Time) ([]NamedGone, error) {
	if c.state.Phase != workflow.PhaseRunning || c.kind.Handover != nil {
		return nil, nil
	}
	named := namedIn(c.kind.form, seen)
	var ask []directory.Question
	for i, g := range named {
		ask = append(ask, directory.Question{ID: strconv.Itoa(i), Kind: directory.KindPersonActive, Person: g.Person, At: now})
	}
	if len(ask) == 0 {
		return nil, nil
	}
	answers, err := k.resolve(ctx, ask)
	if err != nil {
		return nil, err
	}
	var out []NamedGone
	for i, a := range answers {
		// Whoever is still to come, or works elsewhere, is no leaver.
		if len(a.Holders) == 0 && !slices.Contains([]string{directory.PersonNotYet, directory.PersonExternal, directory.PersonMoved}, a.Reason.Code) {
			out = append(out, named[i])
		}
	}
	return out, nil
}

// namedIn are the people of the directory in the fields that are shown, each once at a field.
func namedIn(form *forms.Form, v forms.Values) []NamedGone {
	var out []NamedGone
	note := func(at forms.FieldInfo, value any) {
		var people []forms.Person
		switch value := value.(type) {
		case forms.Person:
			people = []forms.Person{value}
		case []forms.Person:
			people = value
		}
		for _, p := range people {
			g := NamedGone{Field: at.Path, Label: at.Label, Person: p.ID, Name: cmp.Or(p.Name, p.ID)}
			if p.Kind == forms.InDirectory && p.ID != "" && !slices.ContainsFunc(out, func(o NamedGone) bool { return o.Field == g.Field && o.Person == g.Person }) {
				out = append(out, g)
			}
		}
	}
	for _, at := range form.Shown(v, "", nil) {
		if !at.Table {
			note(at, v[at.Path])
			continue
		}
		rows, _ := v[at.Path].([]forms.Row)
		for _, row := range rows {
			for _, column := range form.Shown(v, at.Path, row) {
				note(column, row[column.Path[len(at.Path)+1:]])
			}
		}
	}
	return out
}
