package ismskit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// Standin is who acts today for a holder of a task who is away.
type Standin struct {
	At     int    // which of the holders listed beside it is away
	Person string // his id
	For    string // his name
	Reason string // why he is away, "" where nothing is said
	Deputy directory.Holder
}

// standinsIn are those of a task whose case is at hand.
func (k *Kit) standinsIn(ctx context.Context, c caseInHand, t workflow.Task, now time.Time) ([]Standin, error) {
	var out []Standin
	for i, s := range t.Holder.Named {
		d, ok, err := k.deputyOf(ctx, c, t, s.Person, now)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, Standin{At: i, Person: s.Person, For: s.Name, Reason: d.Reason, Deputy: d.Holder})
		}
	}
	return out, nil
}

// standins finds them for the rows of a list, asking once for each holder and scope.
type standins struct {
	k     *Kit
	now   time.Time
	asked map[string][]directory.Deputy
}

func (s *standins) of(ctx context.Context, r TaskRow, body taskBody) ([]Standin, error) {
	port, ok := s.k.directory.(Deputising)
	if !ok || body.InPerson {
		return nil, nil
	}
	if body.Appointed != "" && len(body.People) > 0 { // by order of the superior, and nobody else
		who, err := s.k.person(ctx, body.Appointed, s.now)
		if err != nil {
			return nil, ignoreForbidden(err) // he has left
		}
		return []Standin{{Person: body.People[0], For: body.Holders[0], Deputy: holderOf(who)}}, nil
	}
	var out []Standin
	for i, person := range body.People {
		key := person + "|" + fmt.Sprint(body.Scope)
		deputies, known := s.asked[key]
		if !known {
			found, err := port.Deputies(ctx, person, s.now, body.Scope)
			if err != nil {
				return nil, fmt.Errorf("ismskit: directory: %w", err)
			}
			deputies = found
			s.asked[key] = deputies
		}
		d, ok := directory.Acting(deputies, func(d directory.Deputy) bool { return body.barsIn(r, d.Person, person, d.Conflict) })
		if ok && i < len(body.Holders) {
			out = append(out, Standin{At: i, Person: person, For: body.Holders[i], Reason: d.Reason, Deputy: d.Holder})
		}
	}
	return out, nil
}

// pools finds who belongs now to the groups that the rows of a list wait for, asking
// once for each.
type pools struct {
	k     *Kit
	now   time.Time
	asked map[string][]workflow.Signer
}

// name puts the members of its group to a task that waits for one.
func (p *pools) name(ctx context.Context, t *Todo) error {
	if err := p.fill(ctx, t.TaskRow, &t.body); err != nil {
		return err
	}
	t.Holders, t.People = t.body.Holders, t.body.People
	return nil
}

// fill names in what a list says of a task those who belong to its group now. A group
// without any keeps the names of those it had.
func (p *pools) fill(ctx context.Context, r TaskRow, body *taskBody) error {
	i := slices.IndexFunc(r.Holders, func(h string) bool { return !strings.HasPrefix(h, personKey("")) })
	if len(body.People) > 0 || i < 0 {
		return nil
	}
	pool := r.Holders[i]
	members, known := p.asked[pool]
	if !known {
		found, err := p.k.members(ctx, pool, p.now)
		if err != nil {
			return err
		}
		members = found
		p.asked[pool] = members
	}
	if len(members) == 0 {
		return nil
	}
	body.Holders = nil
	for _, m := range members {
		body.Holders, body.People = append(body.Holders, m.Name), append(body.People, m.Person)
	}
	return nil
}

// staffed is a task of a group as if it came to those who belong to it now: whom it waits
// for is told in their names. A group without any keeps the names of those it had.
func (k *Kit) staffed(ctx context.Context, t workflow.Task, now time.Time) (workflow.Task, error) {
	if t.Holder.Pool == "" {
		return t, nil
	}
	members, err := k.members(ctx, t.Holder.Pool, now)
	if err != nil || len(members) == 0 {
		return t, err
	}
	t.Why = maps.Clone(t.Why)
	if t.Why == nil {
		t.Why = map[string]string{}
	}
	t.Why["members"] = strings.Join(called(members), memberSeparator)
	return t, nil
}
