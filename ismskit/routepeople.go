package ismskit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// plan is what a route knows so far of who acts where in one case, so that the
// separation of duties is held to steps that are still to come.
type plan struct {
	order []string                       // steps that will be reached, and whose people are known
	found map[string]workflow.Candidates // whom each of their ways finds
	taken map[string][]workflow.Signer   // who is certain to act in a step
	met   []string                       // steps to come that the route has led through so far
}

func newPlan() *plan {
	return &plan{found: map[string]workflow.Candidates{}, taken: map[string][]workflow.Signer{}}
}

// people finds whom the step would come to, by the same choice as when it opens;
// end is when it is due.
func (r *router) people(ctx context.Context, c caseInHand, s *RouteStep, end time.Time) error {
	flow := c.kind.flow
	step, ok := flow.Step(s.ID)
	if !ok {
		return fmt.Errorf("ismskit: route of %s: no step %s", c.kind.name(), s.ID)
	}
	acted := c.excluded(s.ID)
	ask := workflow.Ask{Step: s.ID, Kind: step.Kind, Need: step.Need, Exclude: slices.Clone(acted), Alone: step.Alone != nil}
	for _, from := range flow.Apart(s.ID) {
		for _, signer := range r.plan.taken[from] {
			ask.Exclude = append(ask.Exclude, signer.Person)
		}
	}
	var batch questions
	for j, w := range step.Who {
		ask.Alternatives = append(ask.Alternatives, workflow.Alternative{Who: w})
		batch.who(c, 0, j, w, r.now)
		for _, signer := range r.known(c, s.ID, w) {
			batch.add(0, j, directory.Question{Kind: directory.KindPersonActive, Person: signer.Person, At: r.now})
		}
	}
	batch.stays(c, 0, ask.Alternatives)
	answers, err := r.k.ask(ctx, batch)
	if err == nil {
		err = r.k.askAbove(ctx, []workflow.Ask{ask}, answers, r.now)
	}
	if err != nil {
		return err
	}
	way := func(j int) ([]directory.Answer, bool) { return answers.of(0, j) }
	found := r.k.choose(ask, way)
	found.Why = c.insteadWhy(ask, found, way)
	open := r.open(c, step)
	all, err := r.everyone(ctx, ask, answers)
	if err != nil {
		return err
	}
	if apart := r.deadEnd(c, s, candidates(step, acted, all), open); len(found.Barred) > 0 || len(apart) > 0 {
		s.Apart = r.apartFrom(c, step, found, apart)
		s.Nobody = true
		return nil
	}
	signers, err := r.k.signedUnder(ctx, c, s.ID, found.Alternative, found.Signers, r.now)
	if err != nil {
		return err
	}
	if found.Pool != "" {
		if signers, err = r.k.members(ctx, found.Pool, r.now); err != nil {
			return err
		}
	}
	s.NamedIn = r.stillNamed(c, step, found)
	r.plan.met = append(r.plan.met, s.ID)
	if s.NamedIn != nil || unfilled(c, step, found) {
		return nil
	}
	s.Fallback, s.way = found.Alternative > 0, found.Alternative
	s.Instead = found.Alternative < len(step.Who) && step.Who[found.Alternative].Apart
	if len(signers) == 0 {
		s.Nobody = !open
		return nil
	}
	if !s.Possible && certain(step, signers) {
		r.plan.taken[s.ID] = signers
	}
	s.Why, s.Elsewhere = r.k.found(&c, step.Who, found.Alternative, found.Why), elsewhere(found.Why)
	if found.Alone {
		s.Why = r.k.texts("why.alone")
		if s.Review, err = r.review(ctx, c, step, signers, end); err != nil {
			return err
		}
	}
	t := workflow.Task{Step: s.ID, Kind: s.Kind, Alternative: found.Alternative, Alone: found.Alone}
	if found.Pool != "" || step.Need.Shared() {
		s.People, err = r.standIns(ctx, c, t, signers)
	} else {
		s.People, err = r.onBoard(ctx, c, t, signers, step.Need.InOrder)
	}
	s.Waits = !enough(step.Need, s.People)
	if s.Review != nil && !enough(workflow.Need{}, s.Review.People) {
		s.Waits = true
	}
	return err
}

// everyone answers each way of a step as if all those before it could not act, so that
// the post above is known even where it is not needed yet.
func (r *router) everyone(ctx context.Context, ask workflow.Ask, answers answersByAsk) (func(int) ([]directory.Answer, bool), error) {
	all := maps.Clone(answers)
	if slices.ContainsFunc(ask.Alternatives, func(a workflow.Alternative) bool { return a.Who.Kind == workflow.WhoAbove }) {
		for j := range ask.Alternatives {
			as, _ := all.of(0, j)
			signers, _, _ := signersOf(as)
			for _, s := range signers {
				ask.Exclude = append(slices.Clip(ask.Exclude), s.Person)
			}
		}
		if err := r.k.askAbove(ctx, []workflow.Ask{ask}, all, r.now); err != nil {
			return nil, err
		}
	}
	return inTurn(ask.Alternatives, func(j int) ([]directory.Answer, bool) { return all.of(0, j) }), nil
}

// enough says whether those who are there, or have somebody to act for them, can do
// a step.
func enough(need workflow.Need, people []RoutePerson) bool {
	var all, present []workflow.Signer
	for _, p := range people {
		if all = append(all, p.Signer); !p.Away {
			present = append(present, p.Signer)
		}
	}
	return len(all) == 0 || need.Enough(all, present)
}

// certain says whether all those found for a step will act in it.
func certain(step workflow.Step, signers []workflow.Signer) bool {
	switch step.Need.Kind {
	case "", workflow.CountAny:
		return len(signers) == 1
	case workflow.CountAll:
		return true
	}
	return false
}

// candidates are whom each way of a step finds, without those who may not act there
// as the case stands.
func candidates(step workflow.Step, acted []string, way func(int) ([]directory.Answer, bool)) workflow.Candidates {
	out := make(workflow.Candidates, len(step.Who))
	for j := range step.Who {
		as, _ := way(j)
		signers, _, _ := signersOf(as)
		for _, s := range signers {
			if !slices.Contains(acted, s.Person) {
				out[j] = append(out[j], s.Person)
			}
		}
	}
	return out
}

// deadEnd takes a step into the plan and says from whom it must differ, where all
// steps so far together leave nobody for it. One whose people only follow later is
// not judged.
func (r *router) deadEnd(c caseInHand, s *RouteStep, found workflow.Candidates, open bool) []string {
	if open || len(c.kind.flow.Apart(s.ID)) == 0 {
		return nil
	}
	r.plan.found[s.ID] = found
	order := append(slices.Clip(r.plan.order), s.ID)
	if s.Possible {
		defer delete(r.plan.found, s.ID)
	} else {
		r.plan.order = order
	}
	if end, stops := c.kind.flow.DeadEnd(map[string][]string{workflow.Applicant: {c.row.Applicant}}, order, r.plan.found); stops && end.Step == s.ID {
		return end.Apart
	}
	return nil
}

// apartFrom names what a step without anybody must differ from: what the plan says,
// or those whose people were found and may not act.
func (r *router) apartFrom(c caseInHand, step workflow.Step, found workflow.Found, apart []string) []ApartFrom {
	for _, from := range c.kind.flow.Apart(step.ID) {
		people := actedIn(c.state, from)
		people = append(people, r.plan.taken[from]...)
		if from == workflow.Applicant {
			people = []workflow.Signer{c.state.Applicant}
		}
		bars := slices.ContainsFunc(people, func(s workflow.Signer) bool { return has(found.Barred, s.Person) })
		if field, named := workflow.FieldOf(from); named {
			bars = slices.ContainsFunc(c.people(field), func(person string) bool { return has(found.Barred, person) })
		}
		if bars && !slices.Contains(apart, from) {
			apart = append(apart, from)
		}
	}
	return r.k.apartNames(c.kind, apart)
}

// apartNames puts the names of steps and fields to their ids.
func (k *Kit) apartNames(kind *kind, apart []string) []ApartFrom {
	out := make([]ApartFrom, len(apart))
	for i, id := range apart {
		out[i] = ApartFrom{Step: id, Name: k.texts("word.applicant")}
		if step, ok := kind.flow.Step(id); ok {
			out[i].Name = step.Name
		}
		if field, named := workflow.FieldOf(id); named {
			if info, ok := kind.form.Field(field); ok {
				out[i].Name = workflow.Text(info.Label)
			}
		}
	}
	return out
}

// actedIn are those who have acted in a step, or who have to.
func actedIn(state workflow.State, step string) []workflow.Signer {
	var out []workflow.Signer
	for _, t := range state.Tasks {
		switch {
		case t.Step != step:
		case t.Status == workflow.TaskDone || t.Status == workflow.TaskSkipped:
			for _, s := range []*workflow.Signer{t.By, t.For} {
				if s != nil {
					out = append(out, *s)
				}
			}
		case t.Status == workflow.TaskOpen || t.Status == workflow.TaskWaiting:
			out = append(out, t.Holder.Named...)
		}
	}
	return out
}

func has(signers []workflow.Signer, person string) bool {
	return slices.ContainsFunc(signers, func(s workflow.Signer) bool { return s.Person == person })
}

// known are those of whom the case, or the plan, knows that a way leads to them.
func (r *router) known(c caseInHand, step string, w workflow.Who) []workflow.Signer {
	switch w.Kind {
	case workflow.WhoSameAs:
		for _, t := range slices.Backward(c.state.Tasks) {
			if t.Step == w.Step && t.Status == workflow.TaskDone && t.By != nil {
				if t.For != nil {
					return []workflow.Signer{*t.For}
				}
				return []workflow.Signer{*t.By}
			}
		}
		return r.plan.taken[w.Step]
	case workflow.WhoChosen:
		for _, chosen := range c.state.Chosen {
			if chosen.Step == step {
				return chosen.Signers
			}
		}
	}
	return nil
}

// open says whether who it will be only follows from fields or steps that are still
// to come; then an empty answer is no fault yet.
func (r *router) open(c caseInHand, step workflow.Step) bool {
	return slices.ContainsFunc(step.Who, func(w workflow.Who) bool {
		switch w.Kind {
		case workflow.WhoSameAs, workflow.WhoChosen:
			return len(r.known(c, step.ID, w)) == 0
		case workflow.WhoField, workflow.WhoRegisterRole:
			return len(c.cells(w.Field)) == 0
		}
		of, ok := fieldNamed(c.kind.Form.Fields, w.Of)
		return ok && of.Required && len(c.cells(w.Of)) == 0 // whose head it is, is still to be chosen
	})
}

// stillNamed is the step in which the people of another are still to be written into the form, or
// that from which they follow, where a way before the one that found somebody waits for it; nil where none
// does. It is one that somebody has now, or that the way of the case leads through before.
func (r *router) stillNamed(c caseInHand, step workflow.Step, found workflow.Found) workflow.Text {
	ways := step.Who
	if len(found.Signers) > 0 || found.Pool != "" {
		ways = ways[:found.Alternative]
	}
	for _, w := range ways {
		field, waits := c.waitsFor(w)
		if !waits {
			continue
		}
		for _, writer := range c.kind.flow.Steps() {
			if slices.Contains(writer.Edit, field) && (slices.Contains(r.plan.met, writer.ID) || len(openTasks(c.state, writer.ID)) > 0) {
				return writer.Name
			}
		}
	}
	return nil
}

// waitsFor is the field from which it follows whom a way finds, where nothing is in it yet.
func (c caseInHand) waitsFor(w workflow.Who) (field string, waits bool) {
	switch field = w.Field; {
	case w.Kind == workflow.WhoField || w.Kind == workflow.WhoRegisterRole:
	case w.Of != "" && w.Of != workflow.Applicant:
		field = w.Of
	default:
		return "", false
	}
	if len(c.cells(field)) > 0 {
		return field, false
	}
	for _, d := range c.kind.Derived {
		if d.Field == field {
			field = d.Of
		}
	}
	return field, len(c.cells(field)) == 0
}

// unfilled says whether a way before the one that found somebody waits for a field that has to be
// filled in before the form is sent: whom a later way finds is then not asked.
func unfilled(c caseInHand, step workflow.Step, found workflow.Found) bool {
	return c.unsentYet() && slices.ContainsFunc(step.Who[:min(found.Alternative, len(step.Who))], func(w workflow.Who) bool {
		top, _, _ := strings.Cut(w.Field, ".")
		f, ok := fieldNamed(c.kind.Form.Fields, top)
		return w.Kind == workflow.WhoField && ok && f.Required && !f.Later && len(c.cells(w.Field)) == 0
	})
}

// review is who looks afterwards at what one person does alone.
func (r *router) review(ctx context.Context, c caseInHand, step workflow.Step, alone []workflow.Signer, end time.Time) (*RouteReview, error) {
	out := &RouteReview{Who: step.Alone.Review}
	if due := step.Alone.Due; due != nil {
		out.Term, out.Due = due.Term, r.k.due(c, end, due)
		r.estimated = r.estimated || out.Due.Estimated
	}
	ask := workflow.Ask{Step: step.ID, Purpose: workflow.PurposeCheck}
	if len(alone) == 1 {
		ask.Exclude = []string{alone[0].Person}
	}
	var batch questions
	for j, w := range step.Alone.Review {
		ask.Alternatives = append(ask.Alternatives, workflow.Alternative{Who: w})
		batch.who(c, 0, j, w, r.now)
	}
	answers, err := r.k.ask(ctx, batch)
	if err != nil {
		return nil, err
	}
	found := r.k.choose(ask, func(j int) ([]directory.Answer, bool) { return answers.of(0, j) })
	signers := found.Signers
	if found.Pool != "" {
		if signers, err = r.k.members(ctx, found.Pool, r.now); err != nil {
			return nil, err
		}
	}
	out.Nobody = len(signers) == 0 && !r.open(c, workflow.Step{ID: step.ID, Who: step.Alone.Review})
	out.People, err = r.standIns(ctx, c, workflow.Task{Step: step.ID, Kind: workflow.KindReview, Origin: workflow.OriginCheck}, signers)
	return out, err
}

// reviewed says who looks, or has looked, at what one person did alone in a step
// that is open or over.
func (r *router) reviewed(ctx context.Context, c caseInHand, step workflow.Step, s *RouteStep, end time.Time) error {
	if step.Alone == nil {
		return nil
	}
	for _, t := range slices.Backward(c.state.Tasks) {
		if t.Step != step.ID || t.Origin == workflow.OriginCheck && t.Status != workflow.TaskOpen && t.Status != workflow.TaskDone {
			continue
		}
		if t.Origin == workflow.OriginCheck {
			people, err := r.checkers(ctx, c, t)
			s.Review = &RouteReview{People: people, Who: step.Alone.Review}
			if day, dateErr := parseISO(t.DueDate); dateErr == nil {
				s.Review.Due.Date, s.Review.Due.At, s.Review.Term = day, t.Due, step.Alone.Due.Term
			}
			if t.Status == workflow.TaskDone {
				s.Review.Done = t.Closed
			}
			return err
		}
		if t.Alone && (t.Status == workflow.TaskOpen || t.Status == workflow.TaskDone) {
			review, err := r.review(ctx, c, step, t.Holder.Named, end)
			s.Review = review
			return err
		}
	}
	return nil
}

// checkers are who reviews, or who has.
func (r *router) checkers(ctx context.Context, c caseInHand, t workflow.Task) ([]RoutePerson, error) {
	if t.By != nil {
		return []RoutePerson{{Signer: *t.By}}, nil
	}
	holders, err := r.k.holdersNow(ctx, c, t, r.now)
	if err != nil {
		return nil, err
	}
	return r.standIns(ctx, c, t, holders)
}

// onBoard are the signers of a step that is to come and will open a task for each, with whoever acts
// for them then: none who signs beside him, or of those who stand in line, has signed before him.
func (r *router) onBoard(ctx context.Context, c caseInHand, t workflow.Task, signers []workflow.Signer, inOrder bool) ([]RoutePerson, error) {
	var out []RoutePerson
	for i, signer := range signers {
		then := c
		then.state.Tasks = slices.Clip(c.state.Tasks)
		for j, other := range signers {
			if j < i || j > i && !inOrder {
				then.state.Tasks = append(then.state.Tasks, workflow.Task{
					ID: "board" + strconv.Itoa(j), Step: t.Step, Kind: t.Kind, Status: workflow.TaskOpen, Holder: workflow.Holder{Named: []workflow.Signer{other}},
				})
			}
		}
		person, err := r.acting(ctx, then, t, signer)
		if err != nil {
			return nil, err
		}
		out = append(out, person)
	}
	return out, nil
}

// standIns are signers with whoever acts for them now.
func (r *router) standIns(ctx context.Context, c caseInHand, t workflow.Task, signers []workflow.Signer) ([]RoutePerson, error) {
	var out []RoutePerson
	for _, signer := range signers {
		person, err := r.acting(ctx, c, t, signer)
		if err != nil {
			return nil, err
		}
		out = append(out, person)
	}
	return out, nil
}
