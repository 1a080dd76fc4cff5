package ismskit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// RoleView is a role with who has it, had it, or will have it.
type RoleView struct {
	directory.Role
	AgencyName string
	Members    []RoleMember
	Units      []directory.Unit // whose heads have the role
	Vacant     bool             // nobody of the house has it now
	MayChange  bool             // the actor sets its members
	SetBy      []directory.Role // whose people set them beside Rights.ManagePeople
}

// RoleMember is a person, or whoever holds a post, in a role for a time.
type RoleMember struct {
	directory.Tenure
	Holder  directory.Holder // zero where the post is vacant
	Current bool
}

// Roles returns the roles that something here asks for, a form's way or Config.Rights,
// and those that somebody holds or has held, by module as the list has them, with their
// members past and present, those of today first. A role of a module that is not there,
// which nobody holds, would be one more to wonder about.
func (p People) Roles(ctx context.Context, actor Actor) ([]RoleView, error) {
	p.k = p.k.once()
	port, now, err := p.roster(ctx, actor)
	if err != nil {
		return nil, err
	}
	roles, err := port.AllRoles(ctx)
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	manages, err := p.manages(ctx, actor)
	if err != nil {
		return nil, err
	}
	used := p.k.rolesUsed()
	for _, role := range roles {
		for _, by := range roles {
			if slices.Contains(role.ManagedBy, by.Row) && used[role.Module+"/"+role.Key] {
				used[by.Module+"/"+by.Key] = true // what asks for it is a role that something asks for
			}
		}
	}
	var out []RoleView
	for _, role := range roles {
		held := len(role.Units)+len(role.Members) > 0 // today or before: who it was stays to be seen
		if !held && !used[role.Module+"/"+role.Key] {
			continue
		}
		v := RoleView{Role: role}
		for _, id := range role.Units {
			if u, found, err := port.Unit(ctx, id); err != nil {
				return nil, fmt.Errorf("ismskit: directory: %w", err)
			} else if found {
				v.Units = append(v.Units, u)
			}
		}
		if role.Agency != "" {
			u, _, err := port.Unit(ctx, role.Agency)
			if err != nil {
				return nil, fmt.Errorf("ismskit: directory: %w", err)
			}
			v.AgencyName = u.Name
		}
		for _, t := range role.Members {
			h, err := p.memberOf(ctx, t, now)
			if err != nil {
				return nil, err
			}
			v.Members = append(v.Members, RoleMember{Tenure: t, Holder: h, Current: inForce(t, now)})
		}
		slices.SortStableFunc(v.Members, func(a, b RoleMember) int {
			if a.Current != b.Current {
				if a.Current {
					return -1
				}
				return 1
			}
			return b.From.Compare(a.From)
		})
		holder, err := p.one(ctx, directory.Question{ID: "held", Kind: directory.KindRole, Module: role.Module, Role: role.Key, Agency: role.Agency, At: now})
		if err != nil {
			return nil, err
		}
		v.Vacant = holder.Person == ""
		for _, by := range roles {
			if slices.Contains(role.ManagedBy, by.Row) {
				v.SetBy = append(v.SetBy, by)
			}
		}
		if v.MayChange, err = manages(role); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b RoleView) int { return cmp.Compare(a.Module, b.Module) })
	return out, nil
}

// manages says of roles whether the actor sets their members (Registers.Put). What is the same for
// all of them is asked once.
func (p People) manages(ctx context.Context, actor Actor) (func(directory.Role) (bool, error), error) {
	whole, err := actor.system, error(nil)
	if !whole {
		whole, err = p.k.Registers().mayWhole(ctx, actor, register.Roles, register.Row{})
	}
	return func(role directory.Role) (bool, error) {
		if whole || len(role.ManagedBy) == 0 {
			return whole, nil
		}
		row, err := p.k.Registers().stored(ctx, register.Roles, role.Row)
		if err != nil {
			return false, err
		}
		return p.k.Registers().managesRow(ctx, actor.Person, row)
	}, err
}

func (p People) memberOf(ctx context.Context, t directory.Tenure, now time.Time) (directory.Holder, error) {
	q := directory.Question{ID: "member", Kind: directory.KindPerson, Person: t.Person, At: now}
	if t.Person == "" {
		q.Kind, q.Post = directory.KindPost, t.Post
	}
	return p.one(ctx, q)
}

// holder describes a person as of now; one nobody knows has only his id.
func (p People) holder(ctx context.Context, id string) (directory.Holder, error) {
	if id == "" {
		return directory.Holder{}, nil
	}
	h, err := p.one(ctx, directory.Question{ID: "holder", Kind: directory.KindPerson, Person: id, At: p.k.moment()})
	if err == nil && h.Name == "" {
		h = directory.Holder{Person: id, Name: id}
	}
	return h, err
}

func (p People) one(ctx context.Context, q directory.Question) (directory.Holder, error) {
	answers, err := p.k.directory.Resolve(ctx, []directory.Question{q})
	if err != nil {
		return directory.Holder{}, fmt.Errorf("ismskit: directory: %w", err)
	}
	if len(answers) == 0 || len(answers[0].Holders) == 0 {
		return directory.Holder{}, nil
	}
	return answers[0].Holders[0], nil
}

// rolesUsed are the roles, as "module/role", that a form on offer or a right asks for.
func (k *Kit) rolesUsed() map[string]bool {
	out := map[string]bool{}
	for _, key := range k.kinds.keys {
		if kind, ok := k.kinds.latestOf(key); ok {
			maps.Copy(out, kind.roles)
			for _, role := range kind.Writers {
				out[role] = true
			}
			if kind.Oral != nil {
				for _, w := range kind.Oral.From {
					out[w.Module+"/"+w.Role] = true
				}
			}
		}
	}
	r := k.cfg.Rights
	for _, roles := range [][]string{r.ReadAll, r.Overview, r.ManagePeople, r.ManageLists, r.ManageDocs, r.ManageQueue, r.ManageRecords, r.ManageTypes} {
		for _, role := range roles {
			out[role] = true
		}
	}
	return out
}
