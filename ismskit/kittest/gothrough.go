package kittest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Exercise says how a type is gone through. Kit, Clock, Type and Applicant are
// required; the Kit must know the type and run on Clock.
type Exercise struct {
	Kit   *ismskit.Kit
	Clock *Clock
	Type  ismskit.Type
	// Applicant is whose requests they are. A type that is not offered is opened by
	// the System actor in his name.
	Applicant string
	// Values are a form that can be sent.
	Values forms.Values
	// Rows are the types of its rows, where a split opens some: their steps, conditions and
	// decisions are gone through with it.
	Rows []ismskit.Type
	// Branches are values to try of fields on which the way depends, by field; of a type of
	// rows by "type/field". Yes and no, and the options of a choice, follow from the conditions
	// by themselves; amounts, tables and the like must be given. A field of later steps gets its
	// value when a step comes that enters it; where that comes again, the next one.
	Branches map[string][]any
	// Vary changes the values of a case before it is sent, where no two may be alike, such as
	// a number that is given once.
	Vary func(values forms.Values)
	// Fill are values of the fields that steps ask for; FillAt those of one step, before Fill, by
	// step or "type/step".
	Fill   forms.Values
	FillAt map[string]forms.Values
	// Chosen are the people of steps that somebody chooses, by step.
	Chosen map[string][]string
}

// Decision is what is decided in a step beside the first word that its page offers.
type Decision struct {
	Step   string // of a row "type/step"
	Verb   workflow.Verb
	Result string // of record
	To     string // of return
}

func (d Decision) String() string {
	return strings.TrimRight(strings.Join([]string{d.Step, string(d.Verb), d.Result + d.To}, " "), " ")
}

// Passage is one case that was tried.
type Passage struct {
	Branch map[string]any // the values it had of the fields that decide its way
	// Decision is where it left the way of those who say yes; nil where it kept to it.
	Decision *Decision
	Case     string
	Outcome  workflow.Outcome
	Steps    []string // that it and its rows came to, in the order in which they opened
	// Stuck names where and why it stopped, "" for one that went to its end.
	Stuck string
}

// Exercised is what came of it.
type Exercised struct {
	Passages []Passage
	// NotRun is how many combinations were left out; every value and every pair of
	// values was tried all the same. More stands for many more.
	NotRun int
	More   bool
	// Unreached are steps of the flow, and of those of its rows, that no case came to.
	Unreached []string
	// Untried says in words what else was not run: what decides the way and was not varied,
	// rows whose type was not given, a repeat that was over after its first pass every time.
	Untried []string
}

// Stuck are the cases that did not come to their end.
func (e Exercised) Stuck() []Passage {
	return slices.DeleteFunc(slices.Clone(e.Passages), func(p Passage) bool { return p.Stuck == "" })
}

// CheckType holds a type to this: whatever its branches, every case comes to its end
// by those who find it on their lists, and no step of its flow is in vain.
func CheckType(t testing.TB, e Exercise) Exercised {
	t.Helper()
	out, err := GoThrough(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range out.Stuck() {
		with := ""
		if p.Decision != nil {
			with = ", after " + p.Decision.String()
		}
		t.Errorf("%s with %v%s: %s", e.Type.Key, p.Branch, with, p.Stuck)
	}
	for _, step := range out.Unreached {
		t.Errorf("%s: no case came to step %s; give Branches that lead there", e.Type.Key, step)
	}
	if out.NotRun > 0 {
		t.Logf("%s: %d combinations not run%s", e.Type.Key, out.NotRun, map[bool]string{true: " and more"}[out.More])
	}
	for _, what := range out.Untried {
		t.Logf("%s: not run: %s", e.Type.Key, what)
	}
	return out
}

// GoThrough sends a case for every combination of branch values up to
// MaxCombinations, for more of them one for each value and each pair of values, and
// lets those to whom it comes say yes until it ends. Then it sends one for each other
// decision that a step offers, once, in the first branch that came to it: no, back to each
// place it may go back to (the applicant sends it again), each other result. Where a case
// stops is told in its Passage; an error is one of the exercise itself.
//
// Not run, and so not among the results: what decides nothing yet (claiming, asking others,
// giving away, declining, more time), two such decisions in one case, stopping the clock,
// withdrawing, what happens when time passes, and who else could do a task than the first who
// may. A field that decides the way is varied where it is sent or a step enters it; what the
// program works out of others follows from those. Exercised.Untried names what is left.
func GoThrough(ctx context.Context, e Exercise) (Exercised, error) {
	if e.Kit == nil || e.Clock == nil || e.Applicant == "" {
		return Exercised{}, errors.New("kittest: an Exercise needs Kit, Clock and Applicant")
	}
	fs := e.factors()
	g := &going{e: e, seen: map[string]bool{}, passes: map[string]int{}, had: map[string]map[string]bool{}}
	var out Exercised
	for _, c := range combinations(fs, MaxCombinations) {
		out.Passages = append(out.Passages, g.run(ctx, fs, c, nil))
	}
	const countable = 1 << 30
	all := product(fs, countable)
	out.NotRun, out.More = all-len(out.Passages), all > countable
	for i := 0; i < len(g.others); i++ { // what only comes after one of them is tried as well
		if other := g.others[i]; len(out.Passages) < 2*MaxCombinations {
			out.Passages = append(out.Passages, g.run(ctx, fs, other.branch, &other.Decision))
		} else {
			out.Untried = append(out.Untried, other.String())
		}
	}
	out.Unreached = g.unreached()
	out.Untried = append(out.Untried, g.untried()...)
	return out, ctx.Err()
}

// unreached are the steps that no case came to.
func (g *going) unreached() []string {
	var out []string
	for _, typ := range g.e.types() {
		steps(typ.Flow.Root, func(s *workflow.Step) {
			if id := g.e.named(typ.Key, s.ID); !g.seen[id] {
				out = append(out, id)
			}
		})
	}
	return out
}

// untried says what decides the way and was not varied.
func (g *going) untried() []string {
	var out []string
	for _, typ := range g.e.types() {
		named := deciding(typ.Flow)
		for _, f := range typ.Form.Fields {
			if field := g.e.named(typ.Key, f.Key); named[f.Key] && len(g.had[field]) < 2 {
				out = append(out, "other values of "+field+", on which the way depends: give Branches")
			}
		}
		nodes(typ.Flow.Root, func(n workflow.Node) {
			switch {
			case n.Repeat != nil && g.passes[g.e.named(typ.Key, n.Repeat.ID)] < 2:
				out = append(out, "another pass of "+g.e.named(typ.Key, n.Repeat.ID))
			case n.Split != nil && !slices.ContainsFunc(g.e.Rows, func(t ismskit.Type) bool { return t.Key == n.Split.Type }):
				out = append(out, "the ways of rows of type "+n.Split.Type+": give Rows")
			}
		})
	}
	return out
}

// types are the type and those of its rows.
func (e Exercise) types() []ismskit.Type { return append([]ismskit.Type{e.Type}, e.Rows...) }

// steps calls see with every step of a flow.
func steps(n workflow.Node, see func(*workflow.Step)) {
	nodes(n, func(n workflow.Node) {
		if n.Step != nil {
			see(n.Step)
		}
	})
}

// nodes calls see with a node and every node below it.
func nodes(n workflow.Node, see func(workflow.Node)) {
	see(n)
	for _, below := range n.Below() {
		nodes(below, see)
	}
}
