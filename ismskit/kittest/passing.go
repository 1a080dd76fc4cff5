package kittest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// going is one going-through of a type.
type going struct {
	e      Exercise
	others []other                    // decisions beside the first of their step, in the order in which they were met
	seen   map[string]bool            // steps that a case came to, and the decisions in others
	passes map[string]int             // of repeats: the most that a case made
	had    map[string]map[string]bool // the values of fields in cases on their way
}

// other is such a decision, with the branch in which it was met.
type other struct {
	Decision
	branch []int
}

// passing is one case on its way.
type passing struct {
	*going
	p      *Passage
	fs     []factor
	branch []int
	times  map[string]int // how often a case's field was entered
	left   bool           // its Decision was made
}

// run sends the case of one combination and follows it.
func (g *going) run(ctx context.Context, fs []factor, c []int, d *Decision) Passage {
	p := Passage{Branch: map[string]any{}, Decision: d}
	values := g.e.Values.Clone()
	if values == nil {
		values = forms.Values{}
	}
	for j, f := range fs {
		p.Branch[f.field] = f.values[c[j]]
		if !f.later {
			values[f.field] = f.values[c[j]]
		}
	}
	if g.e.Vary != nil {
		g.e.Vary(values)
	}
	on := passing{going: g, p: &p, fs: fs, branch: c, times: map[string]int{}}
	on.pass(ctx, values)
	if d != nil && !on.left && p.Stuck == "" {
		p.Stuck = "it ended before " + d.String()
	}
	return p
}

// maxActs bounds the acts of one case: a flow that goes round for ever is told so.
const maxActs = 500

var system = ismskit.System("kittest")

// pass sends one case and follows it.
func (g *passing) pass(ctx context.Context, values forms.Values) {
	e, p := g.e, g.p
	actor, applicant := ismskit.Actor{Person: e.Applicant, Assurance: "password", Channel: "kittest"}, ""
	if !e.Type.Offered {
		actor, applicant = system, e.Applicant
	}
	chosen := map[string][]string{}
	for _, pick := range e.Type.Flow.Choose {
		chosen[pick.Step] = e.Chosen[pick.Step]
	}
	receipt, err := e.Kit.Open(ctx, actor, ismskit.Opening{Type: e.Type.Key, Applicant: applicant, Values: values, Submit: true, Chosen: chosen})
	if err != nil {
		p.Stuck = "it cannot be sent: " + err.Error()
		return
	}
	p.Case = receipt.Case
	for range maxActs {
		if err := e.Kit.RunUntil(ctx, e.Clock.Now()); err != nil {
			p.Stuck = "what should follow by itself: " + err.Error()
			return
		}
		c, err := e.Kit.Case(ctx, system, receipt.Case)
		if err != nil {
			p.Stuck = err.Error()
			return
		}
		rows, err := g.came(ctx, c)
		if err != nil {
			p.Stuck = err.Error()
			return
		}
		if p.Outcome = c.Flow.Outcome; c.Flow.Phase == workflow.PhaseClosed {
			return
		}
		done, why := g.goOn(ctx, c, rows)
		if !done {
			p.Stuck = "nobody can go on" + why
			return
		}
	}
	p.Stuck = fmt.Sprintf("no end after %d acts", maxActs)
}

// came notes how far a case and its rows have come, and returns the rows.
func (g *passing) came(ctx context.Context, c ismskit.Case) ([]ismskit.Case, error) {
	cases := []ismskit.Case{c}
	for _, row := range c.Rows {
		child, err := g.e.Kit.Case(ctx, system, row.Case.ID)
		if err != nil {
			return nil, err
		}
		cases = append(cases, child)
	}
	for _, one := range cases {
		for _, t := range one.Flow.Tasks {
			step := g.e.named(one.Type, t.Step)
			if g.seen[step] = true; !slices.Contains(g.p.Steps, step) {
				g.p.Steps = append(g.p.Steps, step)
			}
		}
		for _, f := range one.Form.Schema().Fields {
			field := g.e.named(one.Type, f.Key)
			if g.had[field] == nil {
				g.had[field] = map[string]bool{}
			}
			if v := one.Fields[f.Key]; v != nil || !f.Later { // not entered yet is no value
				g.had[field][fmt.Sprint(v)] = true
			}
		}
		for _, m := range one.Flow.Marks {
			node := g.e.named(one.Type, m.Node)
			g.seen[node] = g.seen[node] || m.Status == workflow.MarkDone // a copy has no task
			g.passes[node] = max(g.passes[node], m.Take)
		}
		if r := one.Flow.Returned; r != nil && r.Task == "" {
			g.passes[g.e.named(one.Type, r.Step)]++ // all of its passes were used
		}
	}
	return cases[1:], nil
}

// named is what a step, or a field, of a type is called in an exercise.
func (e Exercise) named(typ, id string) string {
	if typ == e.Type.Key {
		return id
	}
	return typ + "/" + id
}

// goOn does one open task of a case, or of one of its rows; why says what stood in
// the way of those that could not be done.
func (g *passing) goOn(ctx context.Context, c ismskit.Case, rows []ismskit.Case) (done bool, why string) {
	if c.Flow.Phase == workflow.PhaseReturned {
		actor := ismskit.Actor{Person: g.e.Applicant, Assurance: "password", Channel: "kittest"}
		if _, err := g.e.Kit.Act(ctx, actor, c.ID, ismskit.Action{Verb: workflow.VerbSubmit, Revision: c.Revision}); err != nil {
			return false, fmt.Sprintf(": it was returned, and %s can't send it again: %v", g.e.Applicant, err)
		}
		return true, ""
	}
	var trouble []string
	for _, c := range slices.Concat([]ismskit.Case{c}, rows) {
		for _, t := range c.Flow.Open() {
			err := g.do(ctx, c, t)
			if err == nil {
				return true, ""
			}
			trouble = append(trouble, fmt.Sprintf("%s: %v", g.e.named(c.Type, t.Step), err))
		}
	}
	if len(trouble) == 0 {
		return false, fmt.Sprintf(": it is %s and no task is open", c.Flow.Phase)
	}
	return false, ": " + strings.Join(trouble, "; ")
}

// do lets the first of those to whom a task came, or who act for them, do it.
func (g *passing) do(ctx context.Context, c ismskit.Case, t workflow.Task) error {
	e, people := g.e, holders(c.Way.Steps, t)
	if len(people) == 0 {
		return errors.New("it came to nobody")
	}
	var last error
	for _, person := range people {
		actor := ismskit.Actor{Person: person, Assurance: "password", Channel: "kittest", Proved: e.Clock.Now()}
		seen, err := e.Kit.Case(ctx, actor, c.ID)
		if err != nil {
			last = fmt.Errorf("%s: %w", person, err)
			continue
		}
		i := slices.IndexFunc(seen.Mine, func(m ismskit.MyTask) bool { return m.ID == t.ID })
		if i < 0 {
			last = errors.Join(last, fmt.Errorf("%s does not find it", person))
			continue
		}
		a, left, err := g.decides(c, seen.Mine[i])
		if err == nil {
			a.Revision = seen.Revision
			_, err = e.Kit.Act(ctx, actor, c.ID, a)
		}
		if err == nil {
			g.left = g.left || left
			for field := range a.Values {
				g.times[c.ID+" "+field]++
			}
			return nil
		}
		last = fmt.Errorf("%s: %w", person, err)
	}
	return last
}

// holders are those who can do a task: who acts for them first, then they.
func holders(route []ismskit.RouteStep, t workflow.Task) []string {
	var out []string
	add := func(people []ismskit.RoutePerson) {
		for _, p := range people {
			if p.Acting != nil {
				out = append(out, p.Acting.Person)
			}
			out = append(out, p.Person)
		}
	}
	for _, s := range route {
		if s.ID == t.Step && s.Node == "step" {
			add(s.People)
			for _, turn := range s.Beside {
				add(turn.People)
			}
			if s.Review != nil {
				add(s.Review.People)
			}
		}
		for _, b := range s.Branches {
			out = append(out, holders(b, t)...)
		}
	}
	for _, s := range t.Holder.Named {
		out = append(out, s.Person)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(person string) bool {
		again := seen[person]
		seen[person] = true
		return again
	})
}
