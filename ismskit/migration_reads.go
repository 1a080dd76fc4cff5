package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/workflow"
)

// migratesOwn says whether somebody would move his own request, or one that he filled in, or a
// row of such a one: by which rules a request is decided is not for those to say whose it is.
func (k *Kit) migratesOwn(ctx context.Context, actor Actor, c caseInHand) (bool, error) {
	for {
		filled := c.extra.Writer != nil && c.extra.Writer.Person == actor.Person
		if filled || actor.Person == c.row.Applicant || actor.Person == c.state.Heir.Person {
			return true, nil
		}
		if c.row.Parent == "" {
			return false, nil
		}
		row, err := k.row(ctx, c.row.Parent)
		if err == nil {
			c, err = k.inHand(ctx, row)
		}
		if err != nil {
			return false, err
		}
	}
}

// migratedHidden asks that what was kept from some of its readers stays hidden from them: step
// by step, for each reads by the steps that were his, and in what lists and archive say of a
// case, where what its request hides is hidden as well. What the other version hides besides
// would still be read in the rows that there are.
func (k *Kit) migratedHidden(ctx context.Context, c caseInHand, to *kind, stays *Stays) error {
	was := c.kind
	shown := func(hidden, then []string) {
		for _, path := range hidden {
			if _, ok := to.form.Field(path); ok && !slices.Contains(then, path) {
				stays.because(k.fieldText("migrate.hidden", was.form, path))
			}
		}
	}
	shown(was.hidden, to.hidden)
	for _, t := range c.state.Tasks {
		old, _ := was.flow.Step(t.Step)
		if now, ok := to.flow.Step(t.Step); ok {
			shown(old.Hide, now.Hide)
		}
	}
	// Only the newest versions are held against each other when a server starts.
	if len(k.kinds.checkHidden(to))+len(shownThough(to, c.extra.Hidden)) > 0 {
		stays.because(k.texts("migrate.listed"))
	}
	besides := slices.DeleteFunc(slices.Clone(to.hidden), func(path string) bool { return slices.Contains(was.hidden, path) })
	if len(besides) == 0 {
		return nil
	}
	rows, err := k.listCases(ctx, CaseQuery{Parent: c.row.ID, Limit: 1})
	if err != nil {
		return err
	}
	for _, path := range besides {
		if len(rows) > 0 {
			stays.because(k.fieldText("migrate.hides", to.form, path))
		}
	}
	return nil
}

// migratedReaders asks that nobody reads or acts by the other version who did not before: who
// looks after the systems that it files by, and whose deputyship is for such forms or systems.
func (k *Kit) migratedReaders(c, next caseInHand, stays *Stays) {
	_, before := k.recordOf(&c, c.row)
	_, after := k.recordOf(&next, next.row)
	for _, reader := range after.Readers {
		if !slices.Contains(before.Readers, reader) {
			stays.because(k.texts("migrate.readers"))
		}
	}
	for _, t := range next.state.Tasks {
		if t.Status != workflow.TaskOpen && t.Status != workflow.TaskWaiting {
			continue
		}
		if old, ok := c.state.Task(t.ID); ok && k.scope(&c, old) != k.scope(&next, t) {
			stays.because(k.texts("migrate.scope"))
		}
	}
}

// migratedNumbers asks that the move itself numbers nothing: a number is what was seen and
// signed. A row of a type that has numbers is called by its own, and by its request's and its
// place otherwise.
func (k *Kit) migratedNumbers(c, next caseInHand, stays *Stays) {
	if (&work{k: k, before: c, after: next}).numbering() || (c.kind.Number == nil) != (next.kind.Number == nil) {
		stays.because(k.texts("migrate.number"))
	}
}
