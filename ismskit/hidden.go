package ismskit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// hiddenBy are the fields that some step of a flow hides.
func hiddenBy(flow *workflow.Compiled) []string {
	var out []string
	for _, step := range flow.Steps() {
		for _, f := range step.Hide {
			if !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return slices.Clip(out)
}

// inRows are the fields of a child's form that hold what a parent hides: a column
// of the table it is split over, the table as a whole, or a field both have.
func inRows(child *kind, over string, hidden []string) []string {
	var out []string
	for _, h := range hidden {
		table, column, nested := strings.Cut(h, ".")
		for _, f := range child.Form.Fields {
			if !f.Later && (nested && table == over && f.Key == column || !nested && (h == f.Key || h == over)) && !slices.Contains(out, f.Key) {
				out = append(out, f.Key)
			}
		}
	}
	return out
}

// inParent are the fields of a parent that hold what its row hides.
func inParent(parent *kind, over string, hidden []string) []string {
	var out []string
	table, _ := fieldNamed(parent.Form.Fields, over)
	for _, h := range hidden {
		if _, column := columnNamed(table, h); column {
			out = append(out, over+"."+h)
		} else if _, ok := fieldNamed(parent.Form.Fields, h); ok {
			out = append(out, h)
		}
	}
	return out
}

// checkHidden reports hidden fields that lists and facets would show to everybody:
// those of the type's own steps, and in the rows it is split into.
func (ks *kinds) checkHidden(k *kind) []error { return checkHidden(k, ks.inUse()) }

// checkHidden does that beside given versions of the other types.
func checkHidden(k *kind, beside map[string]*kind) []error {
	faults := shownThough(k, k.hidden)
	for _, split := range k.flow.Splits() {
		if child, ok := beside[split.Type]; ok {
			faults = append(faults, shownThough(child, inRows(child, split.Over, k.hidden))...)
		}
	}
	return faults
}

// checkShown reports what a type would show in lists and facets of its rows although the
// types that are split into them hide it.
func checkShown(k *kind, beside map[string]*kind) []error {
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(beside)) {
		for _, split := range beside[key].flow.Splits() {
			if split.Type == k.Key {
				faults = append(faults, shownThough(k, inRows(k, split.Over, beside[key].hidden))...)
			}
		}
	}
	return faults
}

func shownThough(k *kind, hidden []string) []error {
	var faults []error
	fault := func(h, format string, args ...any) {
		faults = append(faults, &flowFault{
			err: fmt.Errorf("type %s %s: "+format, append([]any{k.Key, k.Version}, args...)...),
			text: inEveryLanguage(func(lang string) string {
				return say(lang, "flow.hidden_shown", map[string]string{"field": k.labelOf(h, lang), "type": k.Title.In(lang)})
			}),
		})
	}
	for _, h := range hidden {
		places := map[string]string{"subject": k.Subject, "row_title": k.RowTitle}
		for lang, text := range k.SubjectIn {
			places["subject_in."+lang] = text
		}
		for place, text := range places {
			if text == h || strings.Contains(text, "{"+h+"}") {
				fault(h, "%s shows %q, which a step hides", place, h)
			}
		}
		if k.WorkList.shows(h) {
			fault(h, "a column of work_list shows %q, which a step hides", h)
		}
		if slices.Contains(k.Facets.Systems, h) || slices.Contains(k.Facets.People, h) {
			fault(h, "the archive files by %q, which a step hides", h)
		}
	}
	return faults
}

// over is the table of a type that its rows of another type come from.
func (k *kind) over(child string) string {
	for _, split := range k.flow.Splits() {
		if split.Type == child {
			return split.Over
		}
	}
	return ""
}

// hiddenFromSomebody are the fields that someone, somewhere on the way, must not
// see. They are in no text that a case is found by.
func (c *caseInHand) hiddenFromSomebody() []string {
	hidden := slices.Concat(c.kind.hidden, c.extra.Hidden)
	if c.kind.DocumentChange {
		hidden = append(hidden, ChangeTouches)
	}
	return hidden
}

// hiddenFrom are the fields that a reader must not see: those that every step hides
// in which he has something to do or has done something. Whoever takes part in none
// sees of a request what its rows show him that he handles, and of a row what its
// request shows him.
func (k *Kit) hiddenFrom(ctx context.Context, actor Actor, c caseInHand, mine []MyTask, now time.Time) ([]string, error) {
	if actor.system {
		return nil, nil
	}
	hidden, err := k.hiddenFields(ctx, actor, c, mine, now)
	if err != nil {
		return nil, err
	}
	touched, err := k.touchedHidden(ctx, actor, c)
	return append(slices.Clip(hidden), touched...), err
}

// hiddenFields are the whole fields among them.
func (k *Kit) hiddenFields(ctx context.Context, actor Actor, c caseInHand, mine []MyTask, now time.Time) ([]string, error) {
	hidden, takesPart := hiddenIn(actor, c, mine)
	if takesPart {
		return hidden, nil
	}
	if unlent, err := k.unlent(ctx, actor, c); err != nil || len(unlent) > 0 {
		return unlent, err
	}
	switch {
	case slices.ContainsFunc(c.state.Copies, func(s workflow.Copy) bool { return s.To.Person == actor.Person }):
		// A copy shows what every signer may see, unless he may read the case anyway.
		_, acl := k.recordOf(&c, c.row)
		reader, err := k.readerOfRecords(ctx, actor.Person, now, acl)
		if err != nil {
			return nil, err
		}
		if _, ok := reader.Allows(acl); !ok {
			return c.kind.hidden, nil
		}
	case len(c.hiddenFromSomebody()) > 0:
		// He is no signer: what any step hides is not for him, least of all what is hidden
		// from the very holder for whom he names somebody.
		if beside, err := k.beside(ctx, actor, c, now); err != nil || beside {
			return c.hiddenFromSomebody(), err
		}
	}
	if c.row.Parent != "" && len(c.extra.Hidden) > 0 {
		parent, err := k.take(ctx, c.row.Parent)
		if err != nil {
			return nil, err
		}
		tasks, err := k.mine(ctx, actor, parent, now)
		if err != nil {
			return nil, err
		}
		above, err := k.hiddenFrom(ctx, actor, parent, tasks, now)
		return inRows(c.kind, parent.kind.over(c.kind.Key), above), err
	}
	return k.hiddenByRows(ctx, actor, c, now)
}

// hiddenNow is hiddenFrom for a reader whose tasks are not at hand.
func (k *Kit) hiddenNow(ctx context.Context, actor Actor, c caseInHand, now time.Time) ([]string, error) {
	mine, err := k.mine(ctx, actor, c, now)
	if err != nil {
		return nil, err
	}
	return k.hiddenFrom(ctx, actor, c, mine, now)
}

// redacted are values that a case would have, without what a reader must not see of them: a request that is
// not sent touches what it would touch now, and not what it did when it was kept.
func (k *Kit) redacted(ctx context.Context, actor Actor, c caseInHand, values forms.Values, now time.Time) (forms.Values, error) {
	hidden, err := k.hiddenNow(ctx, actor, c, now)
	if err != nil || actor.system {
		return values, err
	}
	c.values = values
	touched, err := k.touchedHidden(ctx, actor, c)
	return c.kind.form.Redact(values, append(slices.Clip(hidden), touched...)), err
}

// hiddenIn are the fields hidden in every step that is or was the actor's, whether he
// acted in it, another did, or nobody; false where none is.
func hiddenIn(actor Actor, c caseInHand, mine []MyTask) (hidden []string, takesPart bool) {
	var steps []string
	for _, t := range mine {
		steps = append(steps, t.Step)
	}
	for _, t := range c.state.Tasks {
		if slices.Contains(peopleOf(t), actor.Person) || asked(t, actor.Person) {
			steps = append(steps, t.Step)
		}
	}
	for i, id := range steps {
		step, _ := c.kind.flow.Step(id)
		if i == 0 {
			hidden = slices.Clone(step.Hide)
		}
		hidden = slices.DeleteFunc(hidden, func(f string) bool { return !slices.Contains(step.Hide, f) })
	}
	return hidden, len(steps) > 0
}

// hiddenByRows are the fields of a request hidden in every row that the actor
// handles.
func (k *Kit) hiddenByRows(ctx context.Context, actor Actor, c caseInHand, now time.Time) ([]string, error) {
	if actor.Person == c.row.Applicant || !slices.ContainsFunc(c.state.Marks, func(m workflow.Mark) bool { return m.Batch != "" }) {
		return nil, nil
	}
	children, err := k.children(ctx, c.row.ID)
	if err != nil {
		return nil, err
	}
	var hidden []string
	first := true
	for _, child := range children {
		if len(child.kind.hidden) == 0 {
			continue
		}
		tasks, err := k.mine(ctx, actor, child, now)
		if err != nil {
			return nil, err
		}
		inRow, handles := hiddenIn(actor, child, tasks)
		if !handles {
			continue
		}
		above := inParent(c.kind, c.kind.over(child.kind.Key), inRow)
		if first {
			hidden, first = above, false
		}
		hidden = slices.DeleteFunc(hidden, func(f string) bool { return !slices.Contains(above, f) })
	}
	return hidden, nil
}

// hiddenInRow are the fields of a row that a reader of its request must not see.
func (k *Kit) hiddenInRow(ctx context.Context, actor Actor, parent, child caseInHand, hidden []string, now time.Time) ([]string, error) {
	if actor.system || len(hidden) == 0 && len(child.kind.hidden) == 0 {
		return nil, nil
	}
	tasks, err := k.mine(ctx, actor, child, now)
	if err != nil {
		return nil, err
	}
	if own, handles := hiddenIn(actor, child, tasks); handles {
		return own, nil
	}
	if beside, err := k.beside(ctx, actor, parent, now); err != nil {
		return nil, err
	} else if beside {
		hidden = append(slices.Clip(hidden), parent.hiddenFromSomebody()...)
		return append(inRows(child.kind, parent.kind.over(child.kind.Key), hidden), child.hiddenFromSomebody()...), nil
	}
	return inRows(child.kind, parent.kind.over(child.kind.Key), hidden), nil
}
