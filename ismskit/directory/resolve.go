package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/register"
)

// Resolve answers every question, in order, from one state of the lists. It
// reads the store only for a KindRegisterRole about a list that isn't among
// Options.Named. A question without a moment is an error.
func (d *Directory) Resolve(ctx context.Context, questions []Question) ([]Answer, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	answers := make([]Answer, len(questions))
	for i, q := range questions {
		if q.At.IsZero() {
			return nil, fmt.Errorf("directory: question %q (%s) has no moment", q.ID, q.Kind)
		}
		if answers[i], err = d.answer(ctx, s, q); err != nil {
			return nil, err
		}
		answers[i].Question = q.ID
	}
	return answers, nil
}

func (d *Directory) answer(ctx context.Context, s *snapshot, q Question) (a Answer, err error) {
	switch q.Kind {
	case KindPerson:
		a.Holders, a.Reason = s.person(q, false)
	case KindPersonActive:
		a.Holders, a.Reason = s.person(q, true)
	case KindPost:
		a = s.post(q)
	case KindUnitHead:
		a.Holders, a.Reason = s.unitHead(q.Unit, q.At)
	case KindManager:
		a.Holders, a.Reason = s.manager(q.Person, s.place(q), q.At)
	case KindLevelsUp:
		a.Holders, a.Reason = s.levelsUp(q.Person, s.place(q), q.Levels, q.At)
	case KindRole:
		a = s.role(q)
	case KindParentAgency:
		a = s.parentAgency(q)
	case KindRegisterRole:
		return d.registerRole(ctx, s, q)
	default:
		a.Reason = reason(UnknownKind, "kind", string(q.Kind))
	}
	return a, nil
}

// place is the unit in which a question about somebody's manager is asked.
func (s *snapshot) place(q Question) string {
	if q.Unit != "" {
		return q.Unit
	}
	return s.posts[q.Post].Unit
}

func (s *snapshot) person(q Question, active bool) ([]Holder, Reason) {
	h, known := s.holder(q.Person, q.At)
	if !known {
		return nil, reason(UnknownPerson, "person", q.Person)
	}
	p := s.people[q.Person]
	why := Reason{}
	switch {
	case !p.From.IsZero() && q.At.Before(p.From):
		why = reason(PersonNotYet, "name", p.Name, "on", s.firstDay(p.From))
	case !p.Active(q.At):
		why = reason(PersonLeft, "name", p.Name, "on", s.lastDay(p.To))
	case active && p.External:
		why = reason(PersonExternal, "name", p.Name)
	case active && q.Unit != "" && !s.worksIn(p, q.Unit, q.At):
		why = reason(PersonMoved, "name", p.Name, "unit", s.units[q.Unit].Name)
	}
	if active && !why.Zero() {
		return nil, why
	}
	return []Holder{h}, why
}

func (s *snapshot) post(q Question) Answer {
	p, known := s.posts[q.Post]
	if !known {
		return Answer{Reason: reason(UnknownPost, "post", q.Post)}
	}
	a := Answer{Pool: PoolOfPost(p.ID)}
	if !within(p.From, p.To, q.At) {
		a.Reason = reason(PostNotInForce, "post", p.Title)
		return a
	}
	if a.Holders = s.holdersOf(p, q.At); len(a.Holders) == 0 {
		a.Reason = reason(PostVacant, "post", p.Title)
	}
	return a
}

// findRole picks the role of the agency, else the one that is for all agencies.
func (s *snapshot) findRole(module, key, agency string) (Role, bool) {
	var common *Role
	for i, r := range s.roles {
		if r.Module != module || r.Key != key {
			continue
		}
		if r.Agency == agency && agency != "" {
			return r, true
		}
		if r.Agency == "" {
			common = &s.roles[i]
		}
	}
	if common == nil {
		return Role{}, false
	}
	return *common, true
}

// roleOf is the role that a question is about: of an agency that has ended, that of the
// one which has taken it over, where this has a role of its own.
func (s *snapshot) roleOf(q Question) (Role, bool) {
	a, known := s.agencyOf(q.Agency)
	if !known {
		return s.findRole(q.Module, q.Role, q.Agency)
	}
	if next, ok := s.agencyOf(s.today(a, q.At).ID); ok && next.ID != a.ID {
		if r, found := s.findRole(q.Module, q.Role, next.ID); found && r.Agency == next.ID {
			return r, true
		}
	}
	return s.findRole(q.Module, q.Role, a.ID)
}

func (s *snapshot) role(q Question) Answer {
	r, known := s.roleOf(q)
	if !known {
		return Answer{Reason: reason(UnknownRole, "role", q.Module+"/"+q.Role)}
	}
	a := Answer{Pool: PoolOfRole(r.Module, r.Key, r.Agency), Holders: s.roleHolders(r, q)}
	if len(a.Holders) == 0 {
		a.Reason = reason(RoleEmpty, "role", r.Title)
	}
	return a
}

// parentAgency answers who decides in the place of an agency of its own (U4): in the
// unit declared for it, else in the agency above.
func (s *snapshot) parentAgency(q Question) Answer {
	a, known := s.agencyOf(q.Agency)
	if !known {
		return Answer{Reason: reason(UnknownUnit, "unit", q.Agency)}
	}
	next, declared := s.units[a.Fallback]
	why := reason(WentToFallback, "unit", a.Name, "above", next.Name)
	if !declared {
		if next, known = s.units[a.Parent]; !known {
			return Answer{Reason: reason(NoHead, "unit", a.Name)}
		}
		why = reason(WentUp, "unit", a.Name, "above", next.Name)
	}
	out := Answer{}
	if q.Role != "" {
		out = s.role(Question{Module: q.Module, Role: q.Role, Agency: next.ID, At: q.At})
	} else {
		out.Holders, out.Reason = s.unitHead(next.ID, q.At)
	}
	if len(out.Holders) > 0 {
		out.Reason = why
	}
	return out
}

func (s *snapshot) roleHolders(r Role, q Question) []Holder {
	holders := s.members(r.Members, q.At)
	for _, id := range r.Units {
		heads, _ := s.unitHead(id, q.At)
		holders = add(holders, heads...)
	}
	return holders
}

// registerRole answers who a field of a row names: people, or posts through those
// who hold them.
func (d *Directory) registerRole(ctx context.Context, s *snapshot, q Question) (Answer, error) {
	l, known := d.lists.List(q.Register)
	if !known {
		return Answer{Reason: reason(UnknownRegister, "register", q.Register)}, nil
	}
	r, found, err := d.row(ctx, s, q.Register, q.Row)
	if err != nil {
		return Answer{}, err
	}
	if !found {
		return Answer{Reason: reason(UnknownRow, "row", q.Row)}, nil
	}
	title := r.Text(l.TitleField)
	if title == "" {
		title = r.ID()
	}
	if !r.InForce(q.At) {
		return Answer{Reason: reason(RowNotInForce, "row", title)}, nil
	}
	a := Answer{}
	if slices.Contains(d.keys, q.Register) {
		a.Pool = PoolOfRow(q.Register, q.Row, q.Field)
	}
	for _, id := range r.IDs(q.Field) {
		a.Holders = add(a.Holders, s.named(id, q.At)...)
	}
	if len(a.Holders) == 0 {
		a.Reason = reason(FieldEmpty, "row", title, "field", label(l, q.Field))
	}
	return a, nil
}

func label(l register.List, field string) string {
	for _, f := range l.Schema.Fields {
		if f.Key == field {
			return f.Label.In("zh-TW")
		}
	}
	return field
}

func (d *Directory) row(ctx context.Context, s *snapshot, list, id string) (row, bool, error) {
	if t, kept := s.tables[list]; kept {
		i, found := slices.BinarySearchFunc(t.rows, id, func(r row, id string) int { return strings.Compare(r.ID(), id) })
		if !found {
			return row{}, false, nil
		}
		return t.rows[i], true, nil
	}
	var out row
	var found bool
	err := d.rows.View(ctx, func(ctx context.Context, store register.Store) error {
		stored, ok, err := store.Row(ctx, list, id)
		if err != nil {
			return err
		}
		if !ok {
			out, found = row{}, false
			return nil
		}
		cells, err := d.lists.Cells(stored)
		if err != nil {
			return err
		}
		out, found = row{stored, cells}, true
		return nil
	})
	return out, found, err
}
