package kittest

import (
	"context"
	"errors"
	"fmt"
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
	// Branches are values to try of fields on which the way depends, by field. Yes
	// and no, and the options of a choice, follow from the conditions by themselves;
	// amounts and the like must be given.
	Branches map[string][]any
	// Vary changes the values of a case before it is sent, where no two may be alike, such as
	// a number that is given once.
	Vary func(values forms.Values)
	// Fill are values of the fields that steps ask for.
	Fill forms.Values
	// Chosen are the people of steps that somebody chooses, by step.
	Chosen map[string][]string
}

// Passage is one case that was tried.
type Passage struct {
	Branch map[string]any // the values it had of the fields that decide its way
	Case   string
	Steps  []string // that it came to, in the order in which they opened
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
	// Unreached are steps of the flow that no case came to.
	Unreached []string
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
		t.Errorf("%s with %v: %s", e.Type.Key, p.Branch, p.Stuck)
	}
	for _, step := range out.Unreached {
		t.Errorf("%s: no case came to step %s; give Branches that lead there", e.Type.Key, step)
	}
	if out.NotRun > 0 {
		t.Logf("%s: %d combinations run, %d not run%s", e.Type.Key, len(out.Passages), out.NotRun, map[bool]string{true: " and more"}[out.More])
	}
	return out
}

// GoThrough sends a case for every combination of branch values up to
// MaxCombinations, for more of them one for each value and each pair of values, and
// lets those to whom it comes say yes until it ends. Where a case stops is told in
// its Passage; an error is one of the exercise itself.
func GoThrough(ctx context.Context, e Exercise) (Exercised, error) {
	if e.Kit == nil || e.Clock == nil || e.Applicant == "" {
		return Exercised{}, errors.New("kittest: an Exercise needs Kit, Clock and Applicant")
	}
	fs := factors(e.Type.Form, e.Type.Flow, e.Branches)
	var out Exercised
	reached := map[string]bool{}
	for _, c := range combinations(fs, MaxCombinations) {
		p := Passage{Branch: map[string]any{}}
		values := e.Values.Clone()
		if values == nil {
			values = forms.Values{}
		}
		for j, f := range fs {
			values[f.field], p.Branch[f.field] = f.values[c[j]], f.values[c[j]]
		}
		if e.Vary != nil {
			e.Vary(values)
		}
		e.pass(ctx, values, &p)
		for _, step := range p.Steps {
			reached[step] = true
		}
		out.Passages = append(out.Passages, p)
	}
	const countable = 1 << 30
	all := product(fs, countable)
	out.NotRun, out.More = all-len(out.Passages), all > countable
	steps(e.Type.Flow.Root, func(s *workflow.Step) {
		if !reached[s.ID] {
			out.Unreached = append(out.Unreached, s.ID)
		}
	})
	return out, ctx.Err()
}

// steps calls see with every step of a flow.
func steps(n workflow.Node, see func(*workflow.Step)) {
	for _, kid := range n.Sequence {
		steps(kid, see)
	}
	switch {
	case n.Step != nil:
		see(n.Step)
	case n.Parallel != nil:
		for _, b := range n.Parallel.Branches {
			steps(b, see)
		}
	case n.Choice != nil:
		for _, c := range n.Choice.Cases {
			steps(c.Then, see)
		}
		if n.Choice.Else != nil {
			steps(*n.Choice.Else, see)
		}
	case n.Repeat != nil:
		steps(n.Repeat.Body, see)
	}
}

// maxActs bounds the acts of one case: a flow that goes round for ever is told so.
const maxActs = 500

var system = ismskit.System("kittest")

// pass sends one case and follows it.
func (e Exercise) pass(ctx context.Context, values forms.Values, p *Passage) {
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
		p.Steps = nil
		for _, t := range c.Flow.Tasks {
			if !slices.Contains(p.Steps, t.Step) {
				p.Steps = append(p.Steps, t.Step)
			}
		}
		if c.Flow.Phase == workflow.PhaseClosed {
			return
		}
		done, why := e.goOn(ctx, c)
		if !done {
			p.Stuck = "nobody can go on" + why
			return
		}
	}
	p.Stuck = fmt.Sprintf("no end after %d acts", maxActs)
}

// goOn does one open task of a case, or of one of its rows; why says what stood in
// the way of those that could not be done.
func (e Exercise) goOn(ctx context.Context, c ismskit.Case) (done bool, why string) {
	cases := []ismskit.Case{c}
	for _, row := range c.Rows {
		child, err := e.Kit.Case(ctx, system, row.Case.ID)
		if err != nil {
			return false, ": " + err.Error()
		}
		cases = append(cases, child)
	}
	var trouble []string
	for _, c := range cases {
		for _, t := range c.Flow.Open() {
			err := e.do(ctx, c, t)
			if err == nil {
				return true, ""
			}
			trouble = append(trouble, fmt.Sprintf("%s: %v", t.Step, err))
		}
	}
	if len(trouble) == 0 {
		return false, fmt.Sprintf(": it is %s and no task is open", c.Flow.Phase)
	}
	return false, ": " + strings.Join(trouble, "; ")
}

// do lets the first of those to whom a task came, or who act for them, do it.
func (e Exercise) do(ctx context.Context, c ismskit.Case, t workflow.Task) error {
	people := holders(c.Way.Steps, t)
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
		a, err := e.yes(seen.Mine[i])
		if err == nil {
			a.Revision = seen.Revision
			_, err = e.Kit.Act(ctx, actor, c.ID, a)
		}
		if err == nil {
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

// yes is what moves a task on: the first verb of its kind, with the fields it asks
// for, and with what an office outside sent back.
func (e Exercise) yes(t ismskit.MyTask) (ismskit.Action, error) {
	now := e.Clock.Now()
	a := ismskit.Action{Task: t.ID, Comment: "kittest"}
	offers := func(v workflow.Verb) bool {
		return slices.ContainsFunc(t.Offers, func(o workflow.Offer) bool { return o.Verb == v })
	}
	if t.Outside && !t.Waits && offers(workflow.VerbSendOut) {
		a.Verb, a.Outside = workflow.VerbSendOut, &workflow.OutsideNote{To: "kittest", How: "email", Number: "1", Sent: now, Expected: now.AddDate(0, 0, 1)}
		return a, nil
	}
	i := slices.IndexFunc(t.Offers, func(o workflow.Offer) bool { return !o.Detour })
	if i < 0 {
		return a, errors.New("it offers nothing that moves it on")
	}
	offer := t.Offers[i]
	a.Verb = offer.Verb
	ask := slices.Clone(t.Require)
	if len(offer.Results) > 0 {
		a.Result = offer.Results[0].Key
		ask = append(ask, offer.Results[0].Require...)
	}
	for _, field := range ask {
		v, given := e.Fill[field]
		if !given {
			return a, fmt.Errorf("it asks for field %s; give it in Fill", field)
		}
		if a.Values == nil {
			a.Values = forms.Values{}
		}
		a.Values[field] = v
	}
	if t.Waits {
		a.Outside = &workflow.OutsideNote{ReplyNumber: "2", Reply: "kittest", Replied: now, Proof: []string{"kittest.pdf"}}
	}
	if len(offer.Choose) > 0 {
		a.Chosen = map[string][]string{}
		for _, pick := range offer.Choose {
			a.Chosen[pick.Step] = e.Chosen[pick.Step]
		}
	}
	return a, nil
}
