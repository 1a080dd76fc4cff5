package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// wayIn is through which right somebody may read a case, so that a page can say.
type wayIn string

const (
	wayTook   wayIn = "took_part"
	wayActing wayIn = "acting"
	waySystem wayIn = "system"
	// wayBeside: he is asked to name a deputy, or acted beside any task, and nothing else
	// lets him in. He reads what every signer may see, and acts no further than to name one.
	wayBeside wayIn = "beside"
	// wayPaper: he enters the paper of a case that went on on paper, and holds one against the other.
	wayPaper wayIn = "paper"
)

// numberFor is the number of another case that stands in an actor's way, "" where he may not
// read it, or this program can't: that it is on its way holds all the same.
func (k *Kit) numberFor(ctx context.Context, actor Actor, other CaseRow, now time.Time) (string, error) {
	c, err := k.take(ctx, other.ID)
	if err == nil {
		_, err = k.mayRead(ctx, actor, c, now)
	}
	if unread(err) || errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return other.Number, err
}

// mayRead says whether an actor may see a case; ErrNotFound where he may not,
// the same as for a case that does not exist.
func (k *Kit) mayRead(ctx context.Context, actor Actor, c caseInHand, now time.Time) (wayIn, error) {
	if actor.system {
		return waySystem, nil
	}
	if actor.Person == "" {
		return "", ErrNotFound
	}
	// Whoever has left reads nothing any more, also not what was his: rights follow
	// the successor.
	self, err := k.person(ctx, actor.Person, now)
	if errors.Is(err, ErrForbidden) {
		return "", ErrNotFound
	}
	if err != nil {
		return "", err
	}
	if c.paperDraftOf(actor.Person) {
		return "", ErrNotFound
	}
	if slices.Contains(concerned(c), actor.Person) || slices.ContainsFunc(c.state.Tasks, func(t workflow.Task) bool { return asked(t, actor.Person) }) {
		return wayTook, nil
	}
	if c.oralApprover() == actor.Person {
		return wayTook, nil
	}
	if c.row.Phase == "draft" && k.lateForm(&c, now) == nil {
		return "", ErrNotFound // a draft is its writer's alone, unless what it says has been done
	}
	for _, t := range c.state.Open() {
		if _, ok, err := k.holds(ctx, Actor{Person: actor.Person}, c, t, self, now); err != nil {
			return "", err
		} else if ok {
			return wayActing, nil
		}
	}
	_, acl := k.recordOf(&c, c.row)
	reader, err := k.readerOfRecords(ctx, actor.Person, now, acl)
	if err != nil {
		return "", err
	}
	if way, ok := reader.Allows(acl); ok {
		return wayIn(way), nil
	}
	if way, err := k.handles(ctx, actor, c, self, now); err != nil || way != "" {
		return way, err
	}
	if c.wentToPaper() {
		if enters, err := k.mayPaper(ctx, actor.Person); err != nil || enters {
			return wayPaper, err
		}
	}
	above := wayIn("")
	if c.row.Parent != "" {
		parent, err := k.take(ctx, c.row.Parent)
		if err != nil {
			return "", err // a request that is not there lets nobody in
		}
		if above, err = k.mayRead(ctx, actor, parent, now); ignoreNotFound(err) != nil {
			return "", err
		}
	}
	if above != "" && above != wayBeside {
		return above, nil
	}
	if above == wayBeside || slices.Contains(c.extra.Acted, actor.Person) {
		return wayBeside, nil
	}
	if names, err := k.appoints(ctx, c, self, now); err != nil || names {
		return wayBeside, err
	}
	return "", ErrNotFound
}

// paperDraftOf says of the draft of a paper that it is somebody else's who enters it: whom it names as
// its applicant has not sent it and is not asked to, and until it is sent he may be named by mistake.
func (c *caseInHand) paperDraftOf(person string) bool {
	return c.kind.PaperOf != "" && c.row.Phase == string(workflow.PhaseDraft) && c.row.Writer != "" && c.row.Writer != person
}

// entersPaper says of the draft of a paper that an actor enters it for somebody, whom he may yet
// correct.
func (c *caseInHand) entersPaper(actor Actor) bool {
	return c.kind.PaperOf != "" && c.row.Phase == string(workflow.PhaseDraft) && c.writes(actor)
}

// asked says whether somebody, as a deputy too, asked another beside his own turn: he sees what
// becomes of it, and may have it back.
func asked(t workflow.Task, person string) bool {
	switch t.Origin {
	case workflow.OriginBefore, workflow.OriginAfter, workflow.OriginConsult, workflow.OriginDelegate:
		return t.Giver != nil && t.Giver.Person == person
	}
	return false
}

// beside says whether somebody reads a case for no other reason than that he is to name
// a deputy, or acted beside any task.
func (k *Kit) beside(ctx context.Context, actor Actor, c caseInHand, now time.Time) (bool, error) {
	way, err := k.mayRead(ctx, actor, c, now)
	return way == wayBeside, ignoreNotFound(err)
}

// handles says whether somebody has, or had, a row of the case: whoever handles
// one sees the request it belongs to.
func (k *Kit) handles(ctx context.Context, actor Actor, c caseInHand, self workflow.Signer, now time.Time) (wayIn, error) {
	if !slices.ContainsFunc(c.state.Marks, func(m workflow.Mark) bool { return m.Batch != "" }) {
		return "", nil
	}
	children, err := k.children(ctx, c.row.ID)
	if err != nil {
		return "", err
	}
	for _, child := range children {
		if slices.Contains(concerned(child), actor.Person) {
			return wayTook, nil
		}
		for _, t := range child.state.Open() {
			if _, ok, err := k.holds(ctx, Actor{Person: actor.Person}, child, t, self, now); err != nil || ok {
				return wayActing, err
			}
		}
	}
	return "", nil
}

// reader is a person as the archive's rules see him now.
func (k *Kit) reader(ctx context.Context, person string, now time.Time) (record.Reader, error) {
	r := record.Reader{Person: person}
	port, ok := k.directory.(Memberships)
	if ok {
		m, err := port.Membership(ctx, person, now)
		if err != nil {
			return record.Reader{}, fmt.Errorf("ismskit: directory: %w", err)
		}
		r.InHouse, r.Unit, r.Counts, r.Units = m.Active, m.Unit, m.CountsIn, m.Heads
		r.Posts, r.Roles, r.Systems = m.Posts, m.Roles, m.Systems
		r.ReadAll = slices.ContainsFunc(k.cfg.Rights.ReadAll, func(role string) bool { return slices.Contains(m.Roles, role) })
		return r, nil
	}
	all, err := k.hasRole(ctx, person, k.cfg.Rights.ReadAll)
	r.InHouse, r.ReadAll = true, all
	return r, err
}

// hasRole says whether somebody has one of the roles ("module/role") now.
func (k *Kit) hasRole(ctx context.Context, person string, roles []string) (bool, error) {
	questions := make([]directory.Question, 0, len(roles))
	for _, role := range roles {
		module, key, _ := strings.Cut(role, "/")
		questions = append(questions, directory.Question{ID: role, Kind: directory.KindRole, Module: module, Role: key, At: k.moment()})
	}
	if len(questions) == 0 || person == "" {
		return false, nil
	}
	answers, err := k.directory.Resolve(ctx, questions)
	if err != nil {
		return false, fmt.Errorf("ismskit: directory: %w", err)
	}
	for _, a := range answers {
		if slices.ContainsFunc(a.Holders, func(h directory.Holder) bool { return h.Person == person }) {
			return true, nil
		}
	}
	return false, nil
}

// allow refuses an actor who has none of the roles.
func (k *Kit) allow(ctx context.Context, actor Actor, roles []string) error {
	if actor.system {
		return nil
	}
	if _, err := k.person(ctx, actor.Person, k.moment()); err != nil {
		return err
	}
	ok, err := k.hasRole(ctx, actor.Person, roles)
	if err == nil && !ok {
		err = ErrForbidden
	}
	return err
}

// holderKeys are the keys under which tasks may come to a person now: himself,
// his posts and groups, and those of his principals.
func (k *Kit) holderKeys(ctx context.Context, person string, now time.Time) (own []string, acting []actingFor, err error) {
	if own, err = k.keysOf(ctx, person, now); err != nil {
		return nil, nil, err
	}
	port, ok := k.directory.(Deputising)
	if !ok {
		return own, nil, nil
	}
	principals, err := port.ActingFor(ctx, person, now)
	if err != nil {
		return nil, nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	for _, p := range principals {
		keys, err := k.keysOf(ctx, p.Person, now)
		if err != nil {
			return nil, nil, err
		}
		acting = append(acting, actingFor{principal: p, keys: keys})
	}
	return own, acting, nil
}

// actingFor is a principal with the keys under which tasks come to him.
type actingFor struct {
	principal directory.Principal
	keys      []string
}

func (k *Kit) keysOf(ctx context.Context, person string, now time.Time) ([]string, error) {
	keys := []string{personKey(person)}
	port, ok := k.directory.(Memberships)
	if !ok {
		return keys, nil
	}
	m, err := port.Membership(ctx, person, now)
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	return append(keys, m.Pools...), nil
}

func personKey(id string) string { return "p:" + id }
