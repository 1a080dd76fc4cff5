package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// onPaper holds the signatures of one paper against the steps of a flow.
type onPaper struct {
	k         *Kit
	actor     Actor
	kind      *kind
	asked     []workflow.Step // for which a paper should bear a signature
	applicant string
	signers   []paperSigner
	// own are those who signed a step in their own right, forAnother those who signed as deputies
	// only: as here, nobody is both in one case.
	own, forAnother map[string]bool
	// standsFor is for whom each deputy signed, in this pass: here he signs a case for one only.
	standsFor map[string]string

	steps map[string]*paperStep
	ways  map[string]workflow.Candidates // who signed for each, by the way that asked for him
}

// held holds the signatures against the steps on each of their days; planned are the steps as
// they would have been on the first.
func (on *onPaper) held(ctx context.Context, c caseInHand) (planned []workflow.PlannedStep, err error) {
	on.steps, on.ways, on.standsFor = map[string]*paperStep{}, map[string]workflow.Candidates{}, map[string]string{}
	for _, s := range on.asked {
		on.steps[s.ID] = &paperStep{step: s}
	}
	for i, day := range on.days() {
		at := noon(day, on.k.location)
		online, err := on.k.asOnline(ctx, c, on.kind, at)
		if err != nil {
			return nil, err
		}
		outline := on.signed(on.kind.flow.Outline(online.state, online.facts()))
		if i == 0 {
			planned = outline
		}
		if err := on.day(ctx, online, outline, day, at); err != nil {
			return nil, err
		}
	}
	return planned, nil
}

func (on *onPaper) days() []calendar.Date {
	var out []calendar.Date
	for _, s := range on.signers {
		if !slices.Contains(out, s.day) {
			out = append(out, s.day)
		}
	}
	slices.SortFunc(out, calendar.Date.Compare)
	return out
}

// signed are the planned steps that a paper is signed for, in their groups.
func (on *onPaper) signed(planned []workflow.PlannedStep) []workflow.PlannedStep {
	var out []workflow.PlannedStep
	for _, p := range planned {
		for i, branch := range p.Branches {
			p.Branches[i] = on.signed(branch)
		}
		if len(p.Branches) > 0 || on.steps[p.ID] != nil {
			out = append(out, p)
		}
	}
	return out
}

// day takes in whom the steps ask on a day, and who of them signed on it.
func (on *onPaper) day(ctx context.Context, online caseInHand, planned []workflow.PlannedStep, day calendar.Date, at time.Time) error {
	r := router{k: on.k, actor: on.actor, now: at, plan: newPlan()}
	steps, _, err := r.steps(ctx, online, planned, at)
	if err != nil {
		return err
	}
	return on.take(ctx, online, steps, day)
}

func (on *onPaper) take(ctx context.Context, online caseInHand, steps []RouteStep, day calendar.Date) error {
	for _, s := range steps {
		for _, branch := range s.Branches {
			if err := on.take(ctx, online, branch, day); err != nil {
				return err
			}
		}
		if of := on.steps[s.ID]; of != nil {
			if err := on.stepOn(ctx, online, of, s, day); err != nil {
				return err
			}
		}
	}
	return nil
}

func (on *onPaper) stepOn(ctx context.Context, online caseInHand, of *paperStep, s RouteStep, day calendar.Date) error {
	var holders []workflow.Signer
	for _, p := range s.People {
		holders = append(holders, p.Signer)
	}
	need := of.step.Need
	if len(holders) == 0 && !s.Nobody { // chosen, or named in a step before it: the paper says whom
		from := on.kind.mayChoose(s.ID)
		if len(from) == 0 {
			of.unknown = true
			return nil
		}
		var err error
		if holders, err = on.k.among(ctx, online, from, noon(day, on.k.location)); err != nil {
			return err
		}
		need = workflow.Need{} // how many of them were chosen only the paper says
	}
	for _, h := range holders {
		if !has(of.asked, h.Person) {
			of.asked = append(of.asked, h)
		}
	}
	if s.Review != nil { // who stands in for nobody is looked at afterwards: that is done here
		return nil
	}
	task := workflow.Task{Step: s.ID, Kind: s.Kind, Alternative: s.way}
	for _, h := range holders {
		hand, err := on.hand(ctx, online, of, task, h, day)
		if err != nil {
			return err
		}
		if hand != nil && !slices.ContainsFunc(of.by, func(by paperHand) bool {
			return by.who.Person == hand.who.Person && by.right().Person == h.Person
		}) {
			of.by = append(of.by, *hand)
			ways := on.ways[s.ID]
			if ways == nil {
				ways = make(workflow.Candidates, len(of.step.Who))
			}
			ways[s.way] = append(ways[s.way], hand.who.Person)
			on.ways[s.ID] = ways
		}
	}
	var there []workflow.Signer
	for _, h := range holders {
		if slices.ContainsFunc(of.by, func(by paperHand) bool { return by.right().Person == h.Person }) {
			there = append(there, h)
		}
	}
	of.on = of.on || len(there) > 0 && need.Enough(holders, there)
	return nil
}

// keepApart takes away what one person signed for two steps that are kept apart.
func (on *onPaper) keepApart(planned []workflow.PlannedStep) {
	var order []string
	for _, p := range leaves(planned) {
		if s := on.steps[p.ID]; s.on {
			order = append(order, p.ID)
		}
	}
	for len(order) > 0 {
		end, stops := on.kind.flow.DeadEnd(map[string][]string{workflow.Applicant: {on.applicant}}, order, on.ways)
		if !stops {
			return
		}
		on.steps[end.Step].on, on.steps[end.Step].by = false, nil
		delete(on.ways, end.Step)
		order = slices.DeleteFunc(order, func(id string) bool { return id == end.Step })
	}
}

// leaves are the steps of a plan, without their groups.
func leaves(planned []workflow.PlannedStep) []workflow.PlannedStep {
	var out []workflow.PlannedStep
	for _, p := range planned {
		if len(p.Branches) == 0 {
			out = append(out, p)
		}
		for _, branch := range p.Branches {
			out = append(out, leaves(branch)...)
		}
	}
	return out
}

// result are the steps as they stand. A step whose people only the paper can name is signed
// where somebody signed besides the applicant who signed for nothing else.
func (on *onPaper) result(planned []workflow.PlannedStep) []paperStep {
	left := slices.DeleteFunc(slices.Clone(on.signers), func(s paperSigner) bool {
		return s.person.ID == on.applicant || slices.ContainsFunc(leaves(planned), func(p workflow.PlannedStep) bool {
			return slices.ContainsFunc(on.steps[p.ID].by, func(by paperHand) bool { return by.who.Person == s.person.ID })
		})
	})
	var out []paperStep
	for _, p := range leaves(planned) {
		s := on.steps[p.ID]
		if s.unknown && !s.on && len(left) > 0 {
			s.on, s.by = true, []paperHand{{who: workflow.Signer{Person: left[0].person.ID, Name: left[0].person.Name}}}
			left = left[1:]
		}
	}
	for _, p := range on.needed(planned) {
		out = append(out, *on.steps[p.ID])
	}
	return out
}

// needed are the steps of a plan without branches for which others suffice.
func (on *onPaper) needed(planned []workflow.PlannedStep) []workflow.PlannedStep {
	var out []workflow.PlannedStep
	for _, p := range planned {
		if len(p.Branches) == 0 {
			out = append(out, p)
			continue
		}
		var whole, open [][]workflow.PlannedStep
		for _, branch := range p.Branches {
			steps := on.needed(branch)
			if slices.ContainsFunc(steps, func(s workflow.PlannedStep) bool { return !on.steps[s.ID].on }) {
				open = append(open, steps)
			} else {
				whole = append(whole, steps)
			}
		}
		enough := p.Join.Kind == workflow.CountAny && len(whole) > 0 || p.Join.Kind == workflow.CountN && len(whole) >= p.Join.N
		if !enough {
			whole = append(whole, open...)
		}
		for _, steps := range whole {
			out = append(out, steps...)
		}
	}
	return out
}
