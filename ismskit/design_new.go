package ismskit

import "github.com/ismskit/ismskit/workflow"

// unnamed appends the steps of a flow that are still called what Design.New calls them, in any
// language: people would be asked to act on 「新關卡」, and whoever made it may not have come to
// say who they are.
func unnamed(n workflow.Node, path string, out []FlowProblem) []FlowProblem {
	if n.Step != nil {
		fresh, still := allText("flow.new.step"), ""
		for _, lang := range languages {
			if still == "" && n.Step.Name[lang] == fresh[lang] {
				still = fresh[lang]
			}
		}
		if still != "" {
			out = append(out, FlowProblem{Path: path, Step: n.Step.ID, Text: inEveryLanguage(func(in string) string {
				name := still
				if n.Step.Name[in] == fresh[in] { // as its reader sees it
					name = fresh[in]
				}
				return say(in, "flow.unnamed", map[string]string{"name": name})
			})})
		}
		return out
	}
	for i, below := range n.Below() {
		out = unnamed(below, path+n.Into(i), out)
	}
	return out
}

// What Design.New makes.
const (
	NewStep     = "step"
	NewParallel = "parallel"
	NewChoice   = "choice"
	NewSplit    = "split"
	NewRepeat   = "repeat"
)

// New is a node to be put into the flow, to be filled in afterwards: a step is reviewed by
// the applicant's head until somebody else is named. Its ids are no others', of the draft or of
// any published version: by its id a step is known when a running case is moved to another
// version. An unknown kind is a step.
func (d Design) New(kind string) workflow.Node {
	flow := d.Flow
	for _, p := range d.published {
		flow.Root = workflow.Node{Sequence: []workflow.Node{flow.Root, p.Root}}
	}
	step := func() workflow.Node {
		n := workflow.Node{Step: &workflow.Step{
			ID: flow.FreshID("step"), Name: workflow.Text(allText("flow.new.step")), Kind: workflow.KindReview,
			Who: []workflow.Who{{Kind: workflow.WhoUnitHead}},
		}}
		flow.Root = workflow.Node{Sequence: []workflow.Node{flow.Root, n}} // so that the next has another id
		return n
	}
	switch kind {
	case NewParallel:
		return workflow.Node{Parallel: &workflow.Parallel{ID: flow.FreshID("parallel"), Name: workflow.Text(allText("flow.new.parallel")), Branches: []workflow.Node{step(), step()}}}
	case NewChoice:
		return workflow.Node{Choice: &workflow.Choice{ID: flow.FreshID("choice"), Cases: []workflow.Case{{Then: step()}}}}
	case NewSplit:
		return workflow.Node{Split: &workflow.Split{ID: flow.FreshID("split"), Name: workflow.Text(allText("flow.new.split"))}}
	case NewRepeat:
		return workflow.Node{Repeat: &workflow.Repeat{ID: flow.FreshID("repeat"), Body: step(), Max: 3}}
	}
	return step()
}
