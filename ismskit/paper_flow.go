package ismskit

import (
	"maps"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// What the flow of a form asks for on its way to the handlers has been signed on its paper,
// or it is signed here: the flow by which a paper is entered has each such step of the
// ordinary one, and goes through those that the entry (paperSteps) says are not on it.

// signs says whether a paper bears a signature for a step of a kind. Who is only told, or
// asked something, signs nothing.
func signs(kind workflow.Kind) bool {
	switch kind {
	case workflow.KindCopy, workflow.KindRead, workflow.KindQuestion:
		return false
	}
	return true
}

// signedBefore are the steps of a flow that are signed before anything is handled: those
// before its first split, but for the one that asks the approver by word of mouth.
func (t Type) signedBefore() []workflow.Step {
	var out []workflow.Step
	var walk func(workflow.Node) bool
	walk = func(n workflow.Node) bool {
		if n.Split != nil {
			return false
		}
		if s := n.Step; s != nil && signs(s.Kind) && !slices.ContainsFunc(s.Who, func(w workflow.Who) bool { return t.Oral.names(w.Field) }) {
			out = append(out, *s)
		}
		goesOn := true
		for _, below := range n.Below() { // the other branches of a choice come before a split in one of them, too
			goesOn = walk(below) && goesOn
			if !goesOn && n.Choice == nil && n.Parallel == nil {
				return false
			}
		}
		return goesOn
	}
	walk(t.Flow.Root)
	return out
}

// signedHere are the nodes that go through what is not on the paper.
func (t Type) signedHere(steps []workflow.Step) []workflow.Node {
	there := map[string]bool{workflow.Applicant: true}
	for _, s := range steps {
		there[s.ID] = true
	}
	apart := t.keptApart()
	var out []workflow.Node
	for _, s := range steps {
		known := func(ids []string) []string {
			if ids == nil {
				return nil
			}
			return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
				field, named := workflow.FieldOf(id)
				return !there[id] && !(named && !t.Oral.names(field))
			})
		}
		here := s
		here.NotSameAs, here.ReturnTo, here.Choose = known(s.NotSameAs), known(s.ReturnTo), nil
		if apart[s.ID] { // who signed for the other step did so on the paper
			here.NotSameAs = append(here.NotSameAs, paperSigners)
		}
		here.Who = t.withoutChoice(s)
		fields := func(keys []string) []string {
			if keys == nil {
				return nil
			}
			return slices.DeleteFunc(slices.Clone(keys), t.Oral.names)
		}
		here.Edit, here.Require, here.Hide, here.Material = fields(s.Edit), fields(s.Require), fields(s.Hide), fields(s.Material)
		out = append(out, workflow.Node{Choice: &workflow.Choice{ID: "paper_" + s.ID, Cases: []workflow.Case{{
			When:    "any(" + paperSteps + ", ." + paperStepKey + " == '" + s.ID + "' && ." + paperState + " == '" + paperHere + "')",
			Then:    workflow.Node{Step: &here},
			Because: workflow.Text(sayAll("paper.here", func(string) map[string]string { return nil })),
		}}}})
	}
	return out
}

// keptApart are the steps in which somebody else must act than in another step.
func (t Type) keptApart() map[string]bool {
	out := map[string]bool{}
	step := func(id string) bool {
		_, field := workflow.FieldOf(id)
		return id != workflow.Applicant && !field
	}
	for _, s := range t.signedBefore() {
		for _, other := range s.NotSameAs {
			if step(other) {
				out[s.ID], out[other] = true, true
			}
		}
	}
	for _, group := range t.Flow.Separate {
		if steps := slices.DeleteFunc(slices.Clone(group), func(id string) bool { return !step(id) }); len(steps) > 1 {
			for _, id := range steps {
				out[id] = true
			}
		}
	}
	return out
}

// withoutChoice are the ways of a step without a choice that nobody makes for a paper:
// those come in its place among whom one may choose, and without such the applicant's head.
func (t Type) withoutChoice(s workflow.Step) []workflow.Who {
	var out []workflow.Who
	for _, w := range s.Who {
		if w.Kind != workflow.WhoChosen {
			out = append(out, w)
			continue
		}
		if from := t.mayChoose(s.ID); len(from) > 0 {
			out = append(out, from...)
		} else {
			out = append(out, workflow.Who{Kind: workflow.WhoUnitHead})
		}
	}
	return out
}

// mayChoose are those among whom the people of a step are chosen, by whoever chooses them.
func (t Type) mayChoose(step string) []workflow.Who {
	picks := slices.Clone(t.Flow.Choose)
	for _, s := range t.signedBefore() {
		picks = append(picks, s.Choose...)
	}
	for _, p := range picks {
		if p.Step == step {
			return p.From
		}
	}
	return nil
}

// stepFields are the fields of an entry that say which steps of the flow are signed on the
// paper, and why not all are; none where the flow has no such step.
func (adds paperParts) stepFields(steps []workflow.Step) []forms.Field {
	if len(steps) == 0 {
		return nil
	}
	out := slices.Clone(adds.steps)
	for i, f := range out {
		if f.Key != paperSteps {
			continue
		}
		out[i].Fields = slices.Clone(f.Fields)
		for j, column := range f.Fields {
			if column.Key != paperStepKey {
				continue
			}
			out[i].Fields[j].Options = nil
			for _, s := range steps {
				out[i].Fields[j].Options = append(out[i].Fields[j].Options, forms.Option{Key: s.ID, Label: forms.Text(maps.Clone(s.Name))})
			}
		}
	}
	return out
}
