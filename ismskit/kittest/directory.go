package kittest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
)

// Person is somebody of a Directory.
type Person struct {
	Name  string
	Post  string // what he is, e.g. 科員
	Unit  string // key of Directory.Units
	Email string
	// Left is when he left the house, zero while he is there.
	Left time.Time
}

// Unit is a unit of a Directory.
type Unit struct {
	Name   string
	Head   string // person
	Parent string // unit above, "" for the top
}

// Directory answers from plain maps. It implements every port that a Kit asks for
// people. Fill it before use; it must not be changed while a Kit is asking.
type Directory struct {
	People map[string]Person
	Units  map[string]Unit
	// Roles are the people of a role, by "module/role".
	Roles map[string][]string
	// Rows are the people that a field of a list's row names, by
	// "systems/S01/admins".
	Rows map[string][]string
	// Deputies act for a person, in order, whenever he is Away.
	Deputies map[string][]string
	Away     map[string]bool
}

// Resolve implements ismskit.Directory.
func (d *Directory) Resolve(_ context.Context, questions []directory.Question) ([]directory.Answer, error) {
	answers := make([]directory.Answer, len(questions))
	for i, q := range questions {
		answers[i] = directory.Answer{Question: q.ID, Holders: d.resolve(q)}
	}
	return answers, nil
}

func (d *Directory) resolve(q directory.Question) []directory.Holder {
	switch q.Kind {
	case directory.KindPerson:
		if _, known := d.People[q.Person]; known {
			return []directory.Holder{d.holder(q.Person)}
		}
	case directory.KindPersonActive:
		if q.Unit != "" && d.People[q.Person].Unit != q.Unit {
			return nil
		}
		return d.present(q.At, q.Person)
	case directory.KindPost:
		return d.present(q.At, d.where(func(p Person) bool { return p.Post == q.Post })...)
	case directory.KindUnitHead:
		return d.headFrom(q.Unit, "", q.At)
	case directory.KindManager:
		return d.manager(q.Person, q.Unit, q.At)
	case directory.KindLevelsUp:
		return d.levelsUp(q)
	case directory.KindRole:
		return d.present(q.At, d.Roles[q.Module+"/"+q.Role]...)
	case directory.KindParentAgency:
		if q.Role != "" {
			return d.present(q.At, d.Roles[q.Module+"/"+q.Role]...)
		}
		return d.headFrom(d.Units[q.Agency].Parent, "", q.At)
	case directory.KindRegisterRole:
		return d.present(q.At, d.Rows[q.Register+"/"+q.Row+"/"+q.Field]...)
	}
	return nil
}

func (d *Directory) holder(id string) directory.Holder {
	p := d.People[id]
	return directory.Holder{Person: id, Name: p.Name, Post: p.Post, PostTitle: p.Post, Unit: p.Unit, UnitName: d.Units[p.Unit].Name}
}

func (d *Directory) active(id string, at time.Time) bool {
	p, known := d.People[id]
	return known && (p.Left.IsZero() || at.Before(p.Left))
}

func (d *Directory) present(at time.Time, ids ...string) []directory.Holder {
	var out []directory.Holder
	for _, id := range ids {
		if d.active(id, at) {
			out = append(out, d.holder(id))
		}
	}
	return out
}

// where are the people that fit, by id.
func (d *Directory) where(fits func(Person) bool) []string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(d.People)) {
		if fits(d.People[id]) {
			ids = append(ids, id)
		}
	}
	return ids
}

// headFrom is the head of a unit or of the next one above, other than somebody.
func (d *Directory) headFrom(unit, except string, at time.Time) []directory.Holder {
	for range len(d.Units) { // a circle of units ends here
		u, known := d.Units[unit]
		if !known {
			return nil
		}
		if u.Head != except && d.active(u.Head, at) {
			return []directory.Holder{d.holder(u.Head)}
		}
		unit = u.Parent
	}
	return nil
}

func (d *Directory) manager(person, unit string, at time.Time) []directory.Holder {
	if unit == "" {
		unit = d.People[person].Unit
	}
	return d.headFrom(unit, person, at)
}

func (d *Directory) levelsUp(q directory.Question) []directory.Holder {
	person, unit := q.Person, q.Unit
	var found []directory.Holder
	for range max(q.Levels, 1) {
		if found = d.manager(person, unit, q.At); len(found) == 0 {
			return nil
		}
		person, unit = found[0].Person, found[0].Unit
	}
	return found
}

// Search implements ismskit.Searcher. Everybody who has not left counts as there.
func (d *Directory) Search(_ context.Context, text string, limit int) ([]directory.Holder, error) {
	ids := d.where(func(p Person) bool {
		return p.Left.IsZero() && (strings.Contains(p.Name, text) || strings.Contains(d.Units[p.Unit].Name, text))
	})
	var out []directory.Holder
	for _, id := range ids {
		if limit > 0 && len(out) == limit {
			break
		}
		out = append(out, d.holder(id))
	}
	return out, nil
}

// deputiesOf are those who act for a principal, in order: who are there themselves.
func (d *Directory) deputiesOf(principal string, away bool, at time.Time) []directory.Deputy {
	var out []directory.Deputy
	if !away {
		return nil
	}
	for _, id := range d.Deputies[principal] {
		if d.active(id, at) && !d.Away[id] && id != principal {
			out = append(out, directory.Deputy{Holder: d.holder(id), Entry: principal, Order: len(out) + 1})
		}
	}
	return out
}

// Membership implements ismskit.Memberships.
func (d *Directory) Membership(_ context.Context, person string, at time.Time) (directory.Membership, error) {
	if !d.active(person, at) {
		return directory.Membership{}, nil
	}
	m := directory.Membership{Active: true, Unit: d.People[person].Unit}
	for _, id := range slices.Sorted(maps.Keys(d.Units)) {
		if d.Units[id].Head == person {
			m.Heads = append(m.Heads, id)
		}
	}
	for _, role := range slices.Sorted(maps.Keys(d.Roles)) {
		if slices.Contains(d.Roles[role], person) {
			m.Roles = append(m.Roles, role)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(d.Rows)) {
		parts := strings.Split(key, "/")
		if len(parts) == 3 && parts[0] == "systems" && slices.Contains(d.Rows[key], person) && !slices.Contains(m.Systems, parts[1]) {
			m.Systems = append(m.Systems, parts[1])
		}
	}
	return m, nil
}

// Address implements ismskit.Addresses.
func (d *Directory) Address(_ context.Context, person string) (name, email string, err error) {
	p := d.People[person]
	return p.Name, p.Email, nil
}

// WithDeputies is the same directory with the port for deputies: a Directory
// without it lets nobody act for anybody.
func (d *Directory) WithDeputies() Deputising { return Deputising{d} }

// Deputising is a Directory that knows deputies.
type Deputising struct{ *Directory }

// Deputies implements ismskit.Deputising.
func (d Deputising) Deputies(_ context.Context, principal string, at time.Time, _ directory.Scope) ([]directory.Deputy, error) {
	return d.deputiesOf(principal, d.Away[principal], at), nil
}

// DeputiesIfAway implements ismskit.Supposing.
func (d Deputising) DeputiesIfAway(_ context.Context, principal string, at time.Time, _ directory.Scope) ([]directory.Deputy, error) {
	return d.deputiesOf(principal, true, at), nil
}

// ActingFor implements ismskit.Deputising.
func (d Deputising) ActingFor(_ context.Context, person string, at time.Time) ([]directory.Principal, error) {
	var out []directory.Principal
	for _, principal := range slices.Sorted(maps.Keys(d.Directory.Deputies)) {
		var ahead []directory.Ahead
		for _, deputy := range d.deputiesOf(principal, d.Away[principal], at) {
			if deputy.Person == person {
				out = append(out, directory.Principal{Holder: d.holder(principal), Entry: principal, First: deputy.Order == 1, Ahead: ahead})
				break
			}
			ahead = append(ahead, directory.Ahead{Person: deputy.Person})
		}
	}
	return out, nil
}
