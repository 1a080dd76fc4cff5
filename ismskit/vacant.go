package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// seat is a step that every case of a kind comes to, or every row that it is split
// into, and for which only those are asked whom a register row names that one field
// points at. Where such a row names nobody who is there, what points at it could not be
// sent.
type seat struct {
	path  string // of the field, in the form that is filled in
	list  string // what the field points into
	kind  *kind  // whose step it is,
	field string // and the field as its form calls it
	step  workflow.Step
}

// pointed is what a field of a form points at.
type pointed struct {
	path string
	need forms.Need
}

// seats are those that a case comes to. Rows of a kind that cannot be opened here have
// none: sending says that they cannot.
func (k *Kit) seats(ctx context.Context, c caseInHand) ([]seat, error) {
	out := seatsOf(c.kind.form, c.kind, func(field string) string { return field })
	for _, split := range c.kind.flow.Splits() {
		child, err := k.childKind(ctx, c, split.Type)
		if errors.Is(err, ErrReadOnly) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, seatsOf(c.kind.form, child, func(field string) string { // as in childValues
			if info, there := c.kind.form.Field(split.Over + "." + field); there {
				return info.Path
			}
			return field
		})...)
	}
	return out, nil
}

// seatsOf are the seats of a kind, for the form that its cases are filled in with; from
// says what a field is called there.
func seatsOf(form *forms.Form, kind *kind, from func(field string) string) []seat {
	var out []seat
	var ways [][]string
	whole := false
	for _, step := range kind.flow.Steps() {
		field, ok := onlyOf(step.Who)
		if !ok {
			continue
		}
		if ways == nil {
			ways, whole = kind.flow.Passages(maxWays)
		}
		if !whole || slices.ContainsFunc(ways, func(way []string) bool { return !slices.Contains(way, step.ID) }) {
			continue // not every case comes to it
		}
		own, _ := kind.form.Field(field)
		info, there := form.Field(from(field))
		if there && !own.Later && !info.Later && (info.Type == "ref" || info.Type == "unit") {
			out = append(out, seat{path: info.Path, list: info.List, kind: kind, field: field, step: step})
		}
	}
	return out
}

// onlyOf is the field whose row names everybody who is asked, but for where the separation
// of duties leaves nobody of them.
func onlyOf(who []workflow.Who) (field string, ok bool) {
	for _, w := range who {
		if w.Apart || w.Kind == workflow.WhoAbove {
			continue
		}
		if w.Kind != workflow.WhoRegisterRole || field != "" && w.Field != field {
			return "", false
		}
		field = w.Field
	}
	return field, field != ""
}

// vacant says of what a request may point at why it cannot be sent with it: by the same
// choice as when its way is worked out, nobody is there for a step that it would come to.
func (k *Kit) vacant(ctx context.Context, c caseInHand, seats []seat, needs []forms.Need) (map[pointed]forms.Text, error) {
	var batch questions
	var asks []workflow.Ask
	var about []pointed
	var names []workflow.Text
	for _, s := range seats {
		for _, n := range needs {
			if n.Kind != forms.NeedRef || n.List != s.list {
				continue
			}
			only := caseInHand{kind: s.kind, row: c.row, values: forms.Values{s.field: forms.Ref{List: n.List, ID: n.ID}}}
			ask := workflow.Ask{Step: s.step.ID, Kind: s.step.Kind, Need: s.step.Need}
			for j, w := range s.step.Who {
				ask.Alternatives = append(ask.Alternatives, workflow.Alternative{Who: w})
				batch.who(only, len(asks), j, w, k.moment())
			}
			asks, about, names = append(asks, ask), append(about, pointed{s.path, n}), append(names, s.step.Name)
		}
	}
	answers, err := k.ask(ctx, batch)
	if err != nil {
		return nil, err
	}
	steps := map[pointed]workflow.Text{}
	for i, ask := range asks {
		found := k.choose(ask, func(j int) ([]directory.Answer, bool) { return answers.of(i, j) })
		if found.Pool != "" || len(found.Signers) > 0 {
			continue
		}
		if _, told := steps[about[i]]; !told {
			steps[about[i]] = names[i]
		}
	}
	return k.vacancies(ctx, steps)
}

// vacancies puts into words what cannot be asked for because a step has nobody.
func (k *Kit) vacancies(ctx context.Context, steps map[pointed]workflow.Text) (map[pointed]forms.Text, error) {
	out := make(map[pointed]forms.Text, len(steps))
	if len(steps) == 0 {
		return out, nil
	}
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		for at, step := range steps {
			row, found, err := tx.Registers().Row(ctx, registerOf(at.need.List), at.need.ID)
			if err != nil {
				return err
			}
			if !found {
				continue // that it is not there is said of it anyway
			}
			name, err := k.titles([]register.Row{row})
			if err != nil {
				return err
			}
			out[at] = sayAll("ref.vacant", func(lang string) map[string]string {
				return map[string]string{"row": name.In(lang), "step": forms.Text(step).In(lang)}
			})
		}
		return nil
	})
	return out, err
}

// offered are the rows that a form's fields with seats may point at now, of the lists
// that the actor may read.
func (k *Kit) offered(ctx context.Context, actor Actor, seats []seat) ([]forms.Need, error) {
	var out []forms.Need
	done := map[string]bool{}
	for _, s := range seats {
		if done[s.list] {
			continue
		}
		done[s.list] = true
		rows, err := k.Registers().Rows(ctx, actor, register.Query{List: registerOf(s.list), At: k.moment()})
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden) {
			continue // he is offered nothing of it
		}
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out = append(out, forms.Need{Kind: forms.NeedRef, List: s.list, ID: row.ID})
		}
	}
	return out, nil
}

// registerOf is the register that references of a list point into.
func registerOf(list string) string {
	if list == "unit" {
		return register.Units
	}
	return strings.TrimPrefix(list, "register/")
}
