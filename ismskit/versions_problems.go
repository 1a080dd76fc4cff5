package ismskit

import (
	"cmp"
	"errors"
	"maps"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// inEveryLanguage is what a function says in each.
func inEveryLanguage(say func(lang string) string) workflow.Text {
	out := workflow.Text{}
	for _, lang := range languages {
		out[lang] = say(lang)
	}
	return out
}

// designed makes a kind of a flow, and says what is wrong with it, at which step, with the names
// of steps. The error is one of this program, not of the flow.
func (v Versions) designed(brought *kind, draft Design, names map[string]workflow.Text) (*kind, []FlowProblem, error) {
	t := brought.Type
	t.Version, t.Flow = draft.Next, draft.Flow
	draft.Rules.into(&t)
	t.Flow.Key, t.Flow.Version, t.Flow.Child = brought.Flow.Key, draft.Next, brought.Flow.Child
	ks := v.k.kinds
	kind, err := ks.compile(t, func(key string) bool {
		_, there := ks.latestOf(key)
		return there
	})
	var found workflow.Problems
	if errors.As(err, &found) {
		return nil, namedProblems(brought, names, found), nil
	}
	if err != nil {
		faults := faultsIn(err)
		if len(faults) == 0 {
			return nil, nil, err
		}
		return nil, faultProblems(faults), nil
	}
	if problems := v.k.unfit(kind); len(problems) > 0 {
		return nil, problems, nil
	}
	return kind, nil, nil
}

func faultProblems(faults []*flowFault) []FlowProblem {
	var out []FlowProblem
	for _, f := range faults {
		out = append(out, FlowProblem{Text: f.text})
	}
	return out
}

// flowFault is something that a type asks of its flow beside what Compile knows.
type flowFault struct {
	err  error
	text workflow.Text
}

func (f *flowFault) Error() string { return f.err.Error() }

// faultsIn are all flowFaults of a joined error, nil if there is anything else in it.
func faultsIn(err error) []*flowFault {
	switch e := err.(type) {
	case *flowFault:
		return []*flowFault{e}
	case interface{ Unwrap() []error }:
		var out []*flowFault
		for _, one := range e.Unwrap() {
			faults := faultsIn(one)
			if faults == nil {
				return nil
			}
			out = append(out, faults...)
		}
		return out
	}
	return nil
}

// namedProblems says Compile's problems with the names that people know: of steps and of
// fields, where Compile has their ids.
func namedProblems(brought *kind, names map[string]workflow.Text, found workflow.Problems) []FlowProblem {
	out := make([]FlowProblem, len(found))
	for i, p := range found {
		out[i] = FlowProblem{Path: p.Path, Step: p.Step, Text: inEveryLanguage(func(lang string) string {
			said := p
			said.Params = map[string]string{}
			maps.Copy(said.Params, p.Params)
			for _, param := range []string{"step", "others", "after"} {
				said.Params[param] = namesIn(said.Params[param], names, lang)
			}
			if said.Params["step"] == "" { // nothing is chosen yet
				said.Params["step"] = say(lang, "flow.unchosen", nil)
			}
			if kind := "flow.opt.kind." + said.Params["kind"]; say(lang, kind, nil) != kind {
				said.Params["kind"] = say(lang, kind, nil)
			}
			if field, ok := (vocabulary{kind: brought}).Field(said.Params["field"]); ok {
				said.Params["field"] = cmp.Or(field.Label.In(lang), said.Params["field"])
			}
			if p.Code == "condition" {
				said.Params["error"] = cmp.Or(conditionWrong(brought, p.Params["when"], lang), said.Params["error"])
			}
			return said.Message(lang)
		})}
	}
	return out
}

// conditionWrong says in a language what is wrong with a condition, with the fields as the form
// calls them and as a condition writes them; "" where nothing is.
func conditionWrong(brought *kind, condition, lang string) string {
	_, err := brought.form.Expr(condition)
	problem, ok := errors.AsType[forms.Problem](err)
	if !ok {
		return ""
	}
	key, _ := problem.Params["field"].(string)
	if field, ok := (vocabulary{kind: brought}).Field(key); ok && field.Label.In(lang) != "" {
		problem.Params = maps.Clone(problem.Params)
		problem.Params["field"] = say(lang, "flow.field_key", map[string]string{"field": field.Label.In(lang), "key": key})
	}
	return problem.Message(lang)
}

func nameNodes(n workflow.Node, names map[string]workflow.Text) {
	switch {
	case n.Step != nil:
		names[n.Step.ID] = n.Step.Name
	case n.Split != nil:
		names[n.Split.ID] = n.Split.Name
	case n.Parallel != nil:
		names[n.Parallel.ID] = n.Parallel.Name
	}
	for _, below := range n.Below() {
		nameNodes(below, names)
	}
}

// namesIn puts names for ids in a list of them.
func namesIn(ids string, names map[string]workflow.Text, lang string) string {
	all := strings.Split(ids, ", ")
	for i, id := range all {
		if id == workflow.Applicant {
			all[i] = say(lang, "flow.applicant", nil)
		} else if name := names[id].In(lang); name != "" {
			all[i] = name
		}
	}
	return strings.Join(all, say(lang, "comma", nil))
}
