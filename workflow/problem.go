package workflow

import (
	"slices"
	"strings"
)

// Problem is one mistake in a definition.
type Problem struct {
	Path   string            `json:"path"`           // where, as in the JSON: root.sequence[1].step.who[0]
	Step   string            `json:"step,omitempty"` // id of the step, parallel, choice, split or repeat it belongs to
	Code   string            `json:"code"`
	Params map[string]string `json:"params,omitempty"`
}

// Message is the problem as a sentence in a language.
func (p Problem) Message(lang string) string { return sentence("problem."+p.Code, lang, p.Params) }

// Problems are all mistakes of a definition, in the order of the tree. It is
// the error of ParseFlow and Compile.
type Problems []Problem

// Error lists the problems in English, a line each.
func (ps Problems) Error() string {
	lines := make([]string, 0, len(ps)+1)
	lines = append(lines, "workflow: the flow has mistakes")
	for _, p := range ps {
		lines = append(lines, p.Path+": "+p.Message("en"))
	}
	return strings.Join(lines, "\n")
}

// Has says whether a code is among the problems.
func (ps Problems) Has(code string) bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return p.Code == code })
}
