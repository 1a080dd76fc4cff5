package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// authority is who acts, for whom, and what lets him.
type authority struct {
	by        workflow.Signer
	principal *workflow.Signer
	via       string
	task      string
	// passedFrom is the person named in the task whose post is another's by now.
	passedFrom string
}

// viaAppointed: his superior named him for this one task.
const viaAppointed = "appointed"

// What let somebody in, as the trail says it. Pools and deputies carry a key.
const (
	viaSystem    = "system"
	viaApplicant = "applicant"
	viaNamed     = "named"
	viaReader    = "reader"
	viaPool      = "pool:"
	viaDeputy    = "deputy:"
)

func (k *Kit) systemSigner() workflow.Signer {
	return workflow.Signer{Person: SystemPerson, Name: k.text("system", nil)}
}

// identify finds out who acts and whether he may. Somebody who may not even see
// the case is told that it is not there; to whom it is shown, that this is not his to do.
func (k *Kit) identify(ctx context.Context, actor Actor, c caseInHand, a Action, now time.Time) (authority, error) {
	auth, err := k.authorise(ctx, actor, c, a, now)
	if errors.Is(err, ErrForbidden) {
		err = fmt.Errorf("%w: %w", workflow.ErrNotYours, err)
	}
	return auth, err
}

// authorise answers ErrForbidden only to whoever may read the case.
func (k *Kit) authorise(ctx context.Context, actor Actor, c caseInHand, a Action, now time.Time) (authority, error) {
	if actor.system {
		return authority{by: k.systemSigner(), via: viaSystem, task: a.Task}, nil
	}
	self, err := k.person(ctx, actor.Person, now)
	if errors.Is(err, ErrForbidden) {
		return authority{}, ErrNotFound // whoever is not in the house learns of no case that it is there
	}
	if err != nil {
		return authority{}, err
	}
	// Whom the holder of a task has planned to sign after him is his to take away.
	planned := a.Verb == workflow.VerbRemoveSigner && len(a.People) > 0
	if !workflow.NeedsTask(a.Verb) && !planned {
		if auth, known, err := k.asOther(ctx, actor, c, a, self, now); known {
			return auth, err
		}
		return k.asApplicant(ctx, actor, c, a, self)
	}
	auth, err := k.asHolder(ctx, actor, c, a, self, now)
	if err != nil {
		if _, readErr := k.mayRead(ctx, actor, c, now); readErr != nil {
			return authority{}, readErr
		}
		return authority{}, err
	}
	return auth, nil
}

// resolve asks the directory, which answers each question in its place.
func (k *Kit) resolve(ctx context.Context, ask []directory.Question) ([]directory.Answer, error) {
	answers, err := k.directory.Resolve(ctx, ask)
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	if len(answers) != len(ask) {
		return nil, fmt.Errorf("ismskit: directory: %d answers to %d questions", len(answers), len(ask))
	}
	return answers, nil
}

// person is the actor as the directory knows him now; ErrForbidden for somebody
// who is not in the house (any more).
func (k *Kit) person(ctx context.Context, id string, now time.Time) (workflow.Signer, error) {
	if id == "" {
		return workflow.Signer{}, ErrForbidden
	}
	answers, err := k.directory.Resolve(ctx, []directory.Question{{ID: "self", Kind: directory.KindPersonActive, Person: id, At: now}})
	if err != nil {
		return workflow.Signer{}, fmt.Errorf("ismskit: directory: %w", err)
	}
	if len(answers) != 1 || len(answers[0].Holders) == 0 {
		return workflow.Signer{}, fmt.Errorf("%w: %s is not in the house", ErrForbidden, id)
	}
	return signerOf(answers[0].Holders[0]), nil
}

// asApplicant is for verbs that belong to no step: the applicant's own, those of who
// fills it in for him, and remarks, which everybody may make who may read.
func (k *Kit) asApplicant(ctx context.Context, actor Actor, c caseInHand, a Action, self workflow.Signer) (authority, error) {
	if c.row.Applicant == actor.Person {
		row := c.row.Parent != "" && a.Verb == workflow.VerbWithdraw // a row ends with its request
		if row || !slices.Contains(applicantVerbs, a.Verb) {
			return authority{}, ErrForbidden
		}
		return authority{by: self, via: viaApplicant}, nil
	}
	if auth, known := c.asHeir(actor, a, self); known {
		return auth, nil
	}
	if auth, known, err := k.asWriter(ctx, actor, c, a, self); known {
		return auth, err
	}
	if _, err := k.mayRead(ctx, actor, c, k.moment()); err != nil {
		return authority{}, err
	}
	if a.Verb == workflow.VerbComment {
		return authority{by: self, via: viaReader}, nil
	}
	return authority{}, ErrForbidden
}

// applicantVerbs are what an applicant may do with his case beside the tasks that
// come to him. The engine leaves it to the Kit to say who.
var applicantVerbs = []workflow.Verb{VerbSave, workflow.VerbSubmit, workflow.VerbWithdraw, workflow.VerbComment, workflow.VerbUrge}

// asHolder finds the open task through which somebody may act: his own, one of a
// pool he belongs to now, or that of a principal he is deputy of now.
func (k *Kit) asHolder(ctx context.Context, actor Actor, c caseInHand, a Action, self workflow.Signer, now time.Time) (authority, error) {
	tasks := c.state.Open()
	if a.Task != "" {
		t, ok := c.state.Task(a.Task)
		if !ok {
			return authority{}, workflow.ErrNotOpen
		}
		tasks = []workflow.Task{t}
	}
	var found []authority
	var passedOn, named error
	for _, t := range tasks {
		auth, ok, err := k.holds(ctx, actor, c, t, self, now)
		if err != nil {
			return authority{}, err
		}
		if ok {
			auth.task = t.ID
			found = append(found, auth)
		} else if t.Status == workflow.TaskOpen && passedOn == nil {
			if named == nil {
				named = c.kind.flow.Named(c.state, t, self, c.facts())
			}
			passedOn, err = k.passedOn(ctx, c, t, actor.Person, now)
			if err != nil {
				return authority{}, err
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return authority{}, fmt.Errorf("%w: several of your tasks are open, name one", workflow.ErrNotOpen)
	case passedOn != nil:
		return authority{}, passedOn
	case named != nil:
		return authority{}, named
	}
	moving, err := k.movingOn(ctx, c)
	if err != nil {
		return authority{}, err
	}
	if moving {
		return authority{}, workflow.ErrMovingOn
	}
	return authority{}, workflow.ErrNotAssigned
}

func (k *Kit) holds(ctx context.Context, actor Actor, c caseInHand, t workflow.Task, self workflow.Signer, now time.Time) (authority, bool, error) {
	holders, err := k.holdersNow(ctx, c, t, now)
	if err != nil {
		return authority{}, false, err
	}
	if actor.For == "" {
		for i, h := range holders {
			if h.Person == actor.Person {
				// Name, post and unit are those of today; the post is the one through
				// which he was found.
				auth := authority{by: h, via: viaNamed}
				if t.Holder.Pool != "" {
					auth.via = viaPool + t.Holder.Pool
				} else if !t.Holder.Has(h.Person) {
					auth.via, auth.passedFrom = viaSuccessor+h.Post, t.Holder.Named[i].Person
				}
				return auth, true, nil
			}
		}
	}
	for i, h := range holders {
		if actor.For != "" && actor.For != h.Person {
			continue
		}
		d, ok, err := k.deputyOf(ctx, c, t, h.Person, now)
		if err != nil {
			return authority{}, false, err
		}
		if ok && d.Person == actor.Person {
			principal := h
			by := signerOf(d.Holder)
			if by.Name == "" {
				by = self
			}
			auth := authority{by: by, principal: &principal, via: viaDeputy + d.Entry}
			if t.Holder.Pool == "" && !t.Holder.Has(h.Person) {
				auth.passedFrom = t.Holder.Named[i].Person
			}
			return auth, true, nil
		}
	}
	return authority{}, false, nil
}

// deputyOf is who acts for a principal in a task now: the first of his deputies
// in order who is present and not barred. The applicant, who wrote or goes on for him, another signer of the
// case and whoever the entry itself bars may not.
func (k *Kit) deputyOf(ctx context.Context, c caseInHand, t workflow.Task, principal string, now time.Time) (directory.Deputy, bool, error) {
	return k.deputyWithout(ctx, c, t, principal, now, nil)
}

// deputyWithout is deputyOf if certain people were away besides.
func (k *Kit) deputyWithout(ctx context.Context, c caseInHand, t workflow.Task, principal string, now time.Time, absent []string) (directory.Deputy, bool, error) {
	step, _ := c.kind.flow.Step(t.Step)
	if step.InPerson || t.Origin == workflow.OriginOwed {
		return directory.Deputy{}, false, nil
	}
	if a := t.Appointed; a != nil && t.Holder.Has(principal) { // and for no successor of the one he was named for
		away, err := k.isAway(ctx, a.Person, now)
		if err != nil || away || slices.Contains(absent, a.Person) {
			return directory.Deputy{}, false, err // the superior names another
		}
		return directory.Deputy{Holder: holderOf(*a), Entry: viaAppointed}, true, nil
	}
	port, ok := k.directory.(Deputising)
	if !ok {
		return directory.Deputy{}, false, nil
	}
	ask := port.Deputies
	if supposing, ok := k.directory.(Supposing); ok && slices.Contains(absent, principal) {
		ask = supposing.DeputiesIfAway
	}
	deputies, err := ask(ctx, principal, now, k.scope(&c, t))
	if err != nil {
		return directory.Deputy{}, false, fmt.Errorf("ismskit: directory: %w", err)
	}
	barring := barringOf(&c, &t)
	barring.add(c.row.Applicant, c.row.Writer)
	d, ok := directory.Acting(deputies, func(d directory.Deputy) bool {
		return slices.Contains(absent, d.Person) || barring.bars(d.Person, principal, d.Conflict)
	})
	return d, ok, nil
}

func (k *Kit) scope(c *caseInHand, t workflow.Task) directory.Scope {
	s := directory.Scope{Module: c.kind.Module, Form: c.kind.FormNo, Kind: string(t.Kind)}
	if s.Form == "" {
		s.Form = c.kind.Key
	}
	for _, path := range c.kind.Facets.Systems {
		if ids := c.refs(path); len(ids) == 1 {
			s.System = ids[0]
		}
	}
	if step, ok := c.kind.flow.Step(t.Step); ok && t.Origin == "" && t.Alternative < len(step.Who) {
		s.Role = capacity(step.Who[t.Alternative])
	}
	if t.AsksUnit() {
		s.Role = AsUnitHead
	}
	return s
}

// capacity is as what somebody is asked: a role's key, or as head of a unit.
func capacity(w workflow.Who) string {
	switch w.Kind {
	case workflow.WhoUnitHead, workflow.WhoManagerOf, workflow.WhoLevelsUp, workflow.WhoAbove:
		return AsUnitHead
	}
	return w.Role
}

// members are the people of a pool now.
func (k *Kit) members(ctx context.Context, pool string, now time.Time) ([]workflow.Signer, error) {
	q, ok := questionOfPool(pool)
	if !ok {
		return nil, fmt.Errorf("ismskit: pool %q is of no known kind", pool)
	}
	q.At, q.ID = now, "pool"
	answers, err := k.directory.Resolve(ctx, []directory.Question{q})
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	signers, _, _ := signersOf(answers)
	return signers, nil
}

// questionOfPool is the question whose answer a pool's key stands for.
func questionOfPool(pool string) (directory.Question, bool) {
	kind, rest, _ := strings.Cut(pool, ":")
	switch kind {
	case "role":
		rest, agency, _ := strings.Cut(rest, "@")
		module, role, ok := strings.Cut(rest, "/")
		return directory.Question{Kind: directory.KindRole, Module: module, Role: role, Agency: agency}, ok
	case "post":
		return directory.Question{Kind: directory.KindPost, Post: rest}, rest != ""
	case "row":
		parts := strings.Split(rest, "/")
		if len(parts) != 3 {
			return directory.Question{}, false
		}
		return directory.Question{Kind: directory.KindRegisterRole, Register: parts[0], Row: parts[1], Field: parts[2]}, true
	}
	return directory.Question{}, false
}
