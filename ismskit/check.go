package ismskit

import (
	"context"
	"fmt"
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
}

// UnstaffedStep is a step for which nobody can be found.
type UnstaffedStep struct {
	Step string
	Name workflow.Text
	Row  string // title of the row it is about, "" for the case itself
	Who  []workflow.Who
}

// Error names the steps.
func (u *Unstaffed) Error() string {
	parts := make([]string, len(u.Steps))
	for i, s := range u.Steps {
		parts[i] = s.Step
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

// Check reports what follows from people: roles that flows name and nobody
// holds. It runs at Start and every night; what it finds blocks new submissions
// of that type only, by name, until it is mended.
func (k *Kit) Check(ctx context.Context) ([]Unstaffed, error) {
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
			k.log.WarnContext(ctx, "type cannot be submitted", "type", key, "why", u.Error())
		}
	}
	k.problems.mu.Lock()
	k.problems.byType = found
	k.problems.mu.Unlock()
	var out []Unstaffed
	for _, key := range k.kinds.keys {
		if u := found[key]; u != nil {
			out = append(out, *u)
		}
	}
	return out, nil
}

// checkKind asks for every step that is reached in any case whether one of its
// ways finds somebody, as far as that does not depend on the case.
func (k *Kit) checkKind(ctx context.Context, kind *kind) (*Unstaffed, error) {
	var missing []UnstaffedStep
	for _, step := range kind.flow.Steps() {
		if slices.ContainsFunc(step.Who, dependsOnCase) {
			continue
		}
		var batch questions
		for j, w := range step.Who {
			batch.who(caseInHand{kind: kind}, 0, j, w, k.moment())
		}
		answers, err := k.ask(ctx, batch)
		if err != nil {
			return nil, err
		}
		some := false
		for _, as := range answers {
			some = some || slices.ContainsFunc(as, func(a directory.Answer) bool { return len(a.Holders) > 0 })
		}
		if !some {
			missing = append(missing, UnstaffedStep{Step: step.ID, Name: step.Name, Who: step.Who})
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	return &Unstaffed{Type: kind.Key, Steps: missing}, nil
}

func dependsOnCase(w workflow.Who) bool {
	return !slices.Contains([]workflow.WhoKind{workflow.WhoPerson, workflow.WhoPost, workflow.WhoRole}, w.Kind)
}

// submittable refuses a case that could not go its whole way today.
func (k *Kit) submittable(ctx context.Context, actor Actor, c caseInHand) error {
	if u := k.problems.of(c.kind.Key); u != nil {
		// It may have been mended since the night.
		again, err := k.checkKind(ctx, c.kind)
		if err != nil {
			return err
		}
		if again != nil {
			return again
		}
	}
	for _, split := range c.kind.flow.Splits() {
		if _, err := k.childKind(ctx, c, split.Type); err != nil {
			return err // its rows could not be opened here
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
