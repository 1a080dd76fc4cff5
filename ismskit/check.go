package ismskit

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// Unstaffed refuses to send a case for which somebody is missing: a role that
// nobody holds, a system without administrator. The rest of the office runs on.
type Unstaffed struct {
	Type  string
	Steps []UnstaffedStep
	// Unproved: the flow has more ways than Check walks, and it was walked in those alone; it
	// blocks nothing.
	Unproved bool
}

// UnstaffedStep is a step for which nobody can be found.
type UnstaffedStep struct {
	Step string
	Name workflow.Text
	Row  string // title of the row it is about, "" for the case itself
	Who  []workflow.Who
	// Apart are the steps, fields and the applicant that somebody else must be than: the
	// rule that leaves nobody. Empty where nobody is found at all.
	Apart []ApartFrom
	// Review: one person would do it alone, and nobody is there to review it.
	Review bool
	// Escalation: it is whom the step's lateness is to be told, and nobody would be;
	// cases are sent and go on all the same.
	Escalation bool
	// Applicant is whose requests alone it is about: he is one of those who would act.
	Applicant *workflow.Signer
	// Named is whom the form must name in one of Apart's fields for it to be so: he is one
	// of those who would act.
	Named *workflow.Signer
	// Possible: it is reached in some cases only; the others can be sent.
	Possible bool
}

// Error names the steps.
func (u *Unstaffed) Error() string {
	parts := make([]string, len(u.Steps))
	for i, s := range u.Steps {
		parts[i] = s.Step
		if s.Escalation {
			parts[i] += " (escalation)"
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("ismskit: type %s: not all of its ways were looked at", u.Type)
	}
	return fmt.Sprintf("ismskit: type %s: nobody for %s", u.Type, strings.Join(parts, ", "))
}

// problems are what Check found last, by type.
type problems struct {
	mu     sync.RWMutex
	byType map[string]*Unstaffed
}

func (p *problems) of(typ string) *Unstaffed {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.byType[typ]
}

// set notes what keeps a type from being sent, nil for nothing.
func (p *problems) set(typ string, u *Unstaffed) {
	p.mu.Lock()
	defer p.mu.Unlock()
	byType := maps.Clone(p.byType)
	if byType == nil {
		byType = map[string]*Unstaffed{}
	}
	if byType[typ] = u; u == nil {
		delete(byType, typ)
	}
	p.byType = byType
}

// Check reports what follows from people: roles that flows name and nobody holds, for
// a step or for telling that it is late, and where the separation of duties leaves
// nobody, as far as neither depends on the case (what does is looked at when one is
// sent). It runs at Start and every night; what it finds blocks new submissions of
// that type only, by name, until it is mended; of what only some cases reach, it
// blocks those. A type with more ways than it walks is among its answers too: of one in which
// nothing else is said than that (Unproved), nothing is blocked.
func (k *Kit) Check(ctx context.Context) ([]Unstaffed, error) {
	k = k.once()
	found := map[string]*Unstaffed{}
	for _, key := range k.kinds.keys {
		kind, ok := k.kinds.latestOf(key)
		if !ok {
			continue
		}
		u, err := k.checkKind(ctx, kind)
		if err != nil {
			return nil, err
		}
		if u != nil {
			found[key] = u
		}
	}
	if err := k.logUnstaffed(ctx, found); err != nil {
		return nil, err
	}
	k.problems.mu.Lock()
	k.problems.byType = map[string]*Unstaffed{}
	for key, u := range found {
		if blocks := u.always(); blocks != nil {
			k.problems.byType[key] = blocks
		}
	}
	k.problems.mu.Unlock()
	var out []Unstaffed
	for _, key := range k.kinds.keys {
		if u := found[key]; u != nil {
			out = append(out, *u)
		}
	}
	return out, nil
}

// checkTypes is Check of some types, of which another version has come into use. That version
// is in use whether or not its people can be looked for now: what fails is logged, and looked
// at again in the night.
func (k *Kit) checkTypes(ctx context.Context, keys []string) {
	found := map[string]*Unstaffed{}
	for _, key := range keys {
		kind, ok := k.kinds.latestOf(key)
		if !ok {
			continue
		}
		u, err := k.checkKind(ctx, kind)
		if err != nil {
			k.log.WarnContext(ctx, "people of a version in use not looked at yet", "type", key, "version", kind.Version, "error", err)
			continue
		}
		k.problems.set(key, u.always())
		if u != nil {
			found[key] = u
		}
	}
	if err := k.logUnstaffed(ctx, found); err != nil {
		k.log.WarnContext(ctx, "what types lack in people not said", "error", err)
	}
}

// maxWays bounds the combinations of branches that Check walks in one type.
const maxWays = workflow.MaxPassages

// checkKind asks for every step whether one of its ways finds somebody, and then
// walks every combination of branches for one at which the separation of duties
// leaves nobody; both as far as that does not depend on the case.
func (k *Kit) checkKind(ctx context.Context, kind *kind) (*Unstaffed, error) {
	ways, whole := kind.flow.Passages(maxWays)
	always := func(step string) bool { // of ways nobody walked nothing is known
		return whole && !slices.ContainsFunc(ways, func(way []string) bool { return !slices.Contains(way, step) })
	}
	var missing []UnstaffedStep
	note := func(step workflow.Step, u UnstaffedStep) {
		if !slices.ContainsFunc(missing, func(m UnstaffedStep) bool {
			return m.Step == step.ID && m.Review == u.Review && m.Escalation == u.Escalation && personOf(m.Applicant) == personOf(u.Applicant) && personOf(m.Named) == personOf(u.Named)
		}) {
			u.Step, u.Name, u.Possible = step.ID, step.Name, u.Applicant != nil || u.Named != nil || u.Escalation || !always(step.ID)
			missing = append(missing, u)
		}
	}
	found := map[string]workflow.Candidates{}
	var all []workflow.Signer
	for _, step := range kind.flow.Steps() {
		people, signers, known, err := k.staff(ctx, kind, step.Who)
		if err != nil {
			return nil, err
		}
		all = append(all, signers...)
		if known {
			if found[step.ID] = people; len(slices.Concat(people...)) == 0 {
				note(step, UnstaffedStep{Who: step.Who})
			}
		}
		if step.Remind != nil {
			for _, e := range step.Remind.Escalate {
				told, _, known, err := k.staff(ctx, kind, []workflow.Who{e.To})
				if err != nil {
					return nil, err
				}
				if known && len(told[0]) == 0 {
					note(step, UnstaffedStep{Who: []workflow.Who{e.To}, Escalation: true})
				}
			}
		}
		if step.Alone == nil {
			continue
		}
		if people, _, known, err = k.staff(ctx, kind, step.Alone.Review); err != nil {
			return nil, err
		}
		if known && len(slices.Concat(people...)) == 0 {
			note(step, UnstaffedStep{Who: step.Alone.Review, Review: true})
		}
	}
	barring := barredAs(kind)
	for _, way := range ways {
		end, stops := kind.flow.DeadEnd(nil, way, found)
		if stops {
			step, _ := kind.flow.Step(end.Step)
			note(step, UnstaffedStep{Who: step.Who, Apart: k.apartNames(kind, end.Apart)})
			continue
		}
		for i, s := range all[:min(len(all), workflow.MaxPeople)] {
			if has(all[:i], s.Person) {
				continue
			}
			for _, u := range k.stopsFor(kind, way, found, barring, s) {
				step, _ := kind.flow.Step(u.Step)
				note(step, u)
			}
		}
	}
	unproved := len(kind.flow.Warnings()) > 0
	if len(missing) == 0 && !unproved {
		return nil, nil
	}
	return &Unstaffed{Type: kind.Key, Steps: missing, Unproved: unproved}, nil
}

// staff are the people whom ways find in any case; known is false where one of them
// depends on the case.
func (k *Kit) staff(ctx context.Context, kind *kind, who []workflow.Who) (people workflow.Candidates, all []workflow.Signer, known bool, err error) {
	if slices.ContainsFunc(who, dependsOnCase) {
		return nil, nil, false, nil
	}
	var batch questions
	for j, w := range who {
		batch.who(caseInHand{kind: kind}, 0, j, w, k.moment())
	}
	answers, err := k.ask(ctx, batch)
	if err != nil {
		return nil, nil, false, err
	}
	people = make(workflow.Candidates, len(who))
	way := inTurn(alternatives(who), func(j int) ([]directory.Answer, bool) { return answers.of(0, j) })
	for j := range who {
		as, _ := way(j)
		signers, _, _ := signersOf(as)
		for _, s := range signers {
			people[j] = append(people[j], s.Person)
		}
		all = append(all, signers...)
	}
	return people, all, true, nil
}

// always is what keeps every case of a type from being sent, nil for nothing.
func (u *Unstaffed) always() *Unstaffed {
	if u == nil {
		return nil
	}
	steps := slices.DeleteFunc(slices.Clone(u.Steps), func(s UnstaffedStep) bool { return s.Possible })
	if len(steps) == 0 {
		return nil
	}
	return &Unstaffed{Type: u.Type, Steps: steps}
}

func dependsOnCase(w workflow.Who) bool {
	return !slices.Contains([]workflow.WhoKind{workflow.WhoPerson, workflow.WhoPost, workflow.WhoRole}, w.Kind)
}

// logUnstaffed warns of types that lack people. A house in which nothing was ever begun has
// its people to come: there it is no warning, and its pages say what is still to be entered.
func (k *Kit) logUnstaffed(ctx context.Context, found map[string]*Unstaffed) error {
	if len(found) == 0 {
		return nil
	}
	running, err := k.running(ctx)
	if err != nil {
		return err
	}
	level := slog.LevelInfo
	if running {
		level = slog.LevelWarn
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		u := found[key]
		if u.Unproved {
			k.log.Log(ctx, level, "not all ways of a type were looked at for people", "type", key, "looked_at", maxWays)
		}
		if len(u.Steps) == 0 {
			continue
		}
		k.log.Log(ctx, level, "type lacks people", "type", key, "blocked", u.always() != nil, "why", u.Error())
	}
	return nil
}

// submittable refuses a case that could not go its whole way today.
func (k *Kit) submittable(ctx context.Context, actor Actor, c caseInHand) error {
	if u := k.problems.of(c.kind.Key); u != nil {
		// It may have been mended since the night.
		again, err := k.checkKind(ctx, c.kind)
		if err != nil {
			return err
		}
		if blocks := again.always(); blocks != nil {
			return blocks
		}
	}
	kinds := []*kind{c.kind}
	for _, split := range c.kind.flow.Splits() {
		row, err := k.childKind(ctx, c, split.Type)
		if err != nil {
			return err // its rows could not be opened here
		}
		kinds = append(kinds, row)
	}
	if c.state.Phase == workflow.PhaseDraft {
		for _, kind := range kinds {
			if err := k.beginsHere(kind); err != nil {
				return err
			}
		}
	}
	route, err := k.route(ctx, actor, c)
	if err != nil {
		return err
	}
	if missing := nobody(route.Steps, ""); len(missing) > 0 {
		return &Unstaffed{Type: c.kind.Key, Steps: missing}
	}
	return nil
}
