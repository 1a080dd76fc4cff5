package workflow

import (
	"slices"
	"strings"
)

// Obstacle is one thing that keeps a case from going on by another version of its flow.
type Obstacle struct {
	Code   string            `json:"code"`
	Step   string            `json:"step,omitempty"` // id of the step, parallel, choice, split or repeat it is about
	Params map[string]string `json:"params,omitempty"`
}

// Message is the obstacle as a sentence in a language.
func (o Obstacle) Message(lang string) string { return sentence("adopt."+o.Code, lang, o.Params) }

// Obstacles are everything that stands in the way, in the order of the flow. It is the
// error of Adopt.
type Obstacles []Obstacle

// Error lists them in English, a line each.
func (os Obstacles) Error() string {
	lines := make([]string, 0, len(os)+1)
	lines = append(lines, "workflow: the case can't go on by this version")
	for _, o := range os {
		lines = append(lines, o.Step+": "+o.Message("en"))
	}
	return strings.Join(lines, "\n")
}

// Has says whether a code is among them.
func (os Obstacles) Has(code string) bool {
	return slices.ContainsFunc(os, func(o Obstacle) bool { return o.Code == code })
}
