package workflow

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// Compiled is a flow that has been found right. It is immutable and safe for
// concurrent use.
type Compiled struct {
	flow   Flow
	root   *place
	places []*place
	byID   map[string]*place
	// apart holds, for each step, the steps (or Applicant, or NamedIn a field) whose
	// people may not act in it: NotSameAs, in both directions.
	apart map[string][]string
	// labels are what people call the fields that are among them, by NamedIn.
	labels map[string]Text
}

// Compile checks a flow against a vocabulary. The error is Problems: everything
// that follows from the definition, all at once. What follows from people (a
// role that nobody holds) is not Compile's to know.
func Compile(flow Flow, v Vocabulary) (*Compiled, error) {
	own, err := copyFlow(flow)
	if err != nil {
		return nil, err
	}
	k := &checker{v: v, c: &Compiled{flow: own, byID: map[string]*place{}, apart: map[string][]string{}, labels: map[string]Text{}}}
	if k.c.flow.Unsigned && reflect.ValueOf(k.c.flow.Root).IsZero() {
		k.c.flow.Root = Node{Sequence: []Node{}} // over as soon as it begins
	}
	k.c.root = k.lay(&k.c.flow.Root, "root", nil, 1)
	if k.tooLarge {
		return nil, Problems{{Path: "root", Code: "too_many_nodes", Params: params("max", MaxNodes, "depth", MaxDepth)}}
	}
	k.header()
	for _, p := range k.c.places {
		k.place(p)
	}
	k.separation()
	k.separate()
	k.fallbacks()
	k.flowDetours()
	k.crowded()
	if len(k.problems) > 0 {
		slices.SortStableFunc(k.problems, func(a, b numbered) int { return a.place - b.place })
		out := make(Problems, len(k.problems))
		for i, n := range k.problems {
			out[i] = n.Problem
		}
		return nil, out
	}
	return k.c, nil
}

// copyFlow takes a copy that the caller can't reach.
func copyFlow(flow Flow) (Flow, error) {
	var own Flow
	b, err := json.Marshal(flow)
	if err == nil {
		err = json.Unmarshal(b, &own)
	}
	if err != nil {
		return Flow{}, Problems{{Code: "syntax", Params: params("error", err)}}
	}
	return own, nil
}

// Key and Version name the definition.
func (c *Compiled) Key() string { return c.flow.Key }

// Version is the definition's version.
func (c *Compiled) Version() string { return c.flow.Version }

// Flow returns the definition itself; the caller must not change what it
// points to.
func (c *Compiled) Flow() Flow { return c.flow }

// Step returns a step by id.
func (c *Compiled) Step(id string) (Step, bool) {
	if p := c.byID[id]; p != nil && p.step != nil {
		return *p.step, true
	}
	return Step{}, false
}

// Split returns a split by id.
func (c *Compiled) Split(id string) (Split, bool) {
	if p := c.byID[id]; p != nil && p.split != nil {
		return *p.split, true
	}
	return Split{}, false
}

// Steps returns all steps in the order of the tree.
func (c *Compiled) Steps() []Step {
	var out []Step
	for _, p := range c.places {
		if p.step != nil {
			out = append(out, *p.step)
		}
	}
	return out
}

// Splits returns all splits in the order of the tree.
func (c *Compiled) Splits() []Split {
	var out []Split
	for _, p := range c.places {
		if p.split != nil {
			out = append(out, *p.split)
		}
	}
	return out
}

func (c *Compiled) name() string { return c.flow.Key + "@" + c.flow.Version }

// Apart returns the steps, Applicant and fields (NamedIn) whose people may not act in a step.
func (c *Compiled) Apart(step string) []string { return slices.Clone(c.apart[step]) }

// numbered is a problem with the place it is sorted by.
type numbered struct {
	Problem
	place int
}

type checker struct {
	v        Vocabulary
	c        *Compiled
	problems []numbered
	tooLarge bool
}

// note adds a problem at a place; at is what follows in the path, as in
// ".due.term".
func (k *checker) note(p *place, at, code string, pairs ...any) {
	path := p.path
	if at != "" {
		path += "." + nodeWords[p.kind] + at
	}
	given := params(pairs...)
	k.problems = append(k.problems, numbered{Problem{Path: path, Step: p.id, Code: unfilled(code, at, given), Params: given}, p.number})
}

// blanks are the codes of what was not filled in at all: whoever left a box empty has to hear
// which one, not that nothing is unknown. The first that fits: code, the parameter that is
// empty, and how the place in the node begins.
var blanks = []struct{ code, param, at, says string }{
	{"unknown_role", "role", "", "role_missing"},
	{"unknown_field", "field", "", "field_missing"},
	{"unknown_step", "step", "", "step_missing"},
	{"unknown_type", "type", "", "type_missing"},
	{"text_missing", "", ".name", "title_missing"},
	{"text_missing", "", ".timeout.reason", "reason_missing"},
	{"deadline", "term", ".due", "due_missing"},
	{"deadline", "term", ".remind.escalate", "escalate_missing"},
	{"deadline", "term", ".remind", "remind_missing"},
	{"deadline", "term", ".timeout", "timeout_missing"},
	{"deadline", "term", "", "term_missing"},
}

func unfilled(code, at string, given map[string]string) string {
	for _, b := range blanks {
		if b.code == code && given[b.param] == "" && strings.HasPrefix(at, b.at) {
			return b.says
		}
	}
	return code
}

func (k *checker) header() {
	for what, value := range map[string]string{"key": k.c.flow.Key, "version": k.c.flow.Version} {
		if strings.TrimSpace(value) == "" || strings.Contains(value, "@") {
			k.problems = append(k.problems, numbered{Problem{Path: what, Code: "name_missing", Params: params("what", what)}, -1})
		}
	}
	switch k.c.flow.Withdraw {
	case "", WithdrawAlways, WithdrawUndecided, WithdrawNever:
	default:
		k.problems = append(k.problems, numbered{Problem{Path: "withdraw", Code: "unknown_word", Params: params("value", k.c.flow.Withdraw)}, -1})
	}
}
