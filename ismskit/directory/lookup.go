package directory

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// Person returns somebody of the house or from outside, in force or not.
func (d *Directory) Person(ctx context.Context, id string) (Person, bool, error) {
	s, err := d.current(ctx)
	if err != nil {
		return Person{}, false, err
	}
	p, known := s.people[id]
	return p, known, nil
}

// ByLogin returns who signs in under a login, whatever its case.
func (d *Directory) ByLogin(ctx context.Context, login string) (Person, bool, error) {
	s, err := d.current(ctx)
	if err != nil {
		return Person{}, false, err
	}
	p, known := s.people[s.byLogin[strings.ToLower(login)]]
	return p, known, nil
}

// Holder returns a person with his main post at a moment.
func (d *Directory) Holder(ctx context.Context, person string, at time.Time) (Holder, bool, error) {
	s, err := d.current(ctx)
	if err != nil {
		return Holder{}, false, err
	}
	h, known := s.holder(person, at)
	return h, known, nil
}

// Members returns who has a role in an agency ("" for the role of all agencies)
// at a moment, also a past one.
func (d *Directory) Members(ctx context.Context, module, role, agency string, at time.Time) ([]Holder, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	return s.role(Question{Module: module, Role: role, Agency: agency, At: at}).Holders, nil
}

// Roles returns the roles a person has at a moment.
func (d *Directory) Roles(ctx context.Context, person string, at time.Time) ([]Role, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	return s.rolesOf(person, at), nil
}

func (s *snapshot) rolesOf(person string, at time.Time) []Role {
	var out []Role
	for _, r := range s.roles {
		if slices.ContainsFunc(s.roleHolders(r, Question{At: at}), func(h Holder) bool { return h.Person == person }) {
			out = append(out, r)
		}
	}
	return out
}

// AllRoles returns every role there is.
func (d *Directory) AllRoles(ctx context.Context) ([]Role, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(s.roles), nil
}

// Ends returns the moments after one at which somebody may cease to have any of some roles
// (questions of KindRole; their moment is not looked at): his time in the role or in a post
// that gives it ends, the post does, or he leaves. They are in order, each once. A role of a
// unit's head may pass to whoever is above: there anybody's end is one.
func (d *Directory) Ends(ctx context.Context, after time.Time, roles []Question) ([]time.Time, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	var out []time.Time
	end := func(to time.Time) {
		if to.After(after) {
			out = append(out, to)
		}
	}
	post := func(id string) {
		end(s.posts[id].To)
		for _, t := range s.posts[id].Holders {
			end(t.To)
			end(s.people[t.Person].To)
		}
	}
	heads := false
	for _, q := range roles {
		r, _ := s.roleOf(q)
		for _, t := range r.Members {
			end(t.To)
			end(s.people[t.Person].To)
			post(t.Person) // either may be named there
			post(t.Post)
		}
		heads = heads || len(r.Units) > 0
	}
	if heads {
		for id := range s.posts {
			post(id)
		}
		for _, p := range s.people {
			end(p.To)
		}
		for _, u := range s.units {
			end(u.To)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal), nil
}

// PostsOf returns the posts a person holds at a moment, his main post first.
func (d *Directory) PostsOf(ctx context.Context, person string, at time.Time) ([]Holder, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	p, known := s.people[person]
	if !known {
		return nil, nil
	}
	main, _ := s.mainPost(p, at)
	var out []Holder
	for _, post := range s.held(person, at) {
		out = append(out, s.throughPost(p, post))
	}
	slices.SortStableFunc(out, func(a, b Holder) int { return rank(a.Post != main.ID) - rank(b.Post != main.ID) })
	return out, nil
}

// HeadOf returns who heads a unit at a moment; see KindUnitHead.
func (d *Directory) HeadOf(ctx context.Context, unit string, at time.Time) ([]Holder, Reason, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, Reason{}, err
	}
	heads, why := s.unitHead(unit, at)
	return heads, why, nil
}

// Heads returns the units a person heads with everything beneath them up to
// agencies of their own, and the former units those have taken over (U2).
func (d *Directory) Heads(ctx context.Context, person string, at time.Time) ([]string, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	return s.headed(person, at), nil
}

// CountsIn returns a unit with those it has taken over by a moment and, where it has ended,
// those that have taken it over (U2); nothing for none.
func (d *Directory) CountsIn(ctx context.Context, unit string, at time.Time) ([]string, error) {
	s, err := d.current(ctx)
	if err != nil || unit == "" {
		return nil, err
	}
	return s.countsIn(unit, at), nil
}

// Unit returns a unit, in force or not.
func (d *Directory) Unit(ctx context.Context, id string) (Unit, bool, error) {
	s, err := d.current(ctx)
	if err != nil {
		return Unit{}, false, err
	}
	u, known := s.units[id]
	return u, known, nil
}

// Units returns the units in force at a moment, by id.
func (d *Directory) Units(ctx context.Context, at time.Time) ([]Unit, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	var out []Unit
	for _, id := range s.unitsSorted() {
		if u := s.units[id]; within(u.From, u.To, at) {
			out = append(out, u)
		}
	}
	return out, nil
}

// FormerUnits returns the units that have ended by a moment, by id.
func (d *Directory) FormerUnits(ctx context.Context, at time.Time) ([]Unit, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	var out []Unit
	for _, id := range s.unitsSorted() {
		if u := s.units[id]; u.Ended(at) {
			out = append(out, u)
		}
	}
	return out, nil
}

// AgencyOf returns the agency a unit belongs to, itself if it is one (K22).
func (d *Directory) AgencyOf(ctx context.Context, unit string) (Unit, bool, error) {
	s, err := d.current(ctx)
	if err != nil {
		return Unit{}, false, err
	}
	u, known := s.agencyOf(unit)
	return u, known, nil
}

// PeopleOf returns those whose main post, or where they have none whose unit, is
// this one at a moment, by id.
func (d *Directory) PeopleOf(ctx context.Context, unit string, at time.Time) ([]Holder, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	var out []Holder
	for _, id := range slices.Sorted(maps.Keys(s.people)) {
		h, _ := s.holder(id, at)
		if p := s.people[id]; !p.External && p.Active(at) && h.Unit == unit {
			out = append(out, h)
		}
	}
	return out, nil
}
