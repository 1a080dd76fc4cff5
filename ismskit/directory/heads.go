package directory

import (
	"maps"
	"slices"
	"time"
)

// headsOf returns those who head a unit itself, through the post that the unit
// names or else through a post of the unit that says so.
func (s *snapshot) headsOf(u Unit, at time.Time) []Holder {
	if post, known := s.posts[u.Head]; known {
		if heads := s.holdersOf(post, at); len(heads) > 0 {
			return heads
		}
	}
	var heads []Holder
	for _, id := range s.postsIn[u.ID] {
		if post := s.posts[id]; post.Head {
			heads = add(heads, s.holdersOf(post, at)...)
		}
	}
	return heads
}

// inForce follows successors until a unit in force is found.
func (s *snapshot) inForce(u Unit, at time.Time) (Unit, Reason, bool) {
	first := u
	for range s.units { // a circle of successors ends here
		if within(u.From, u.To, at) {
			if u.ID == first.ID {
				return u, Reason{}, true
			}
			return u, reason(UnitReplaced, "unit", first.Name, "above", u.Name, "on", s.lastDay(first.To)), true
		}
		next, ok := s.successor(u, at)
		if !ok {
			break
		}
		u = next
	}
	return Unit{}, reason(UnitNotInForce, "unit", first.Name), false
}

func (s *snapshot) successor(u Unit, at time.Time) (Unit, bool) {
	if !u.Ended(at) {
		return Unit{}, false
	}
	var later []Unit
	for _, id := range u.Successors {
		if next, known := s.units[id]; known {
			later = append(later, next)
		}
	}
	if i := slices.IndexFunc(later, func(next Unit) bool { return within(next.From, next.To, at) }); i >= 0 {
		return later[i], true
	}
	if len(later) > 0 {
		return later[0], true
	}
	return Unit{}, false
}

// lastDay writes the last day before an end, "" for none.
func (s *snapshot) lastDay(end time.Time) string {
	if end.IsZero() {
		return ""
	}
	return end.Add(-time.Nanosecond).In(s.office).Format(time.DateOnly)
}

func (s *snapshot) firstDay(from time.Time) string { return from.In(s.office).Format(time.DateOnly) }

// above returns the unit to ask when u has nobody. A declared fallback comes
// first; without one, an agency of its own is a border (K22). One that has ended is
// answered for by its successor (U2).
func (s *snapshot) above(u Unit, at time.Time) (next Unit, code string) {
	if next, known := s.units[u.Fallback]; known {
		return s.today(next, at), WentToFallback
	}
	if u.Kind == KindSubordinate {
		return Unit{}, AgencyBorder
	}
	if next, known := s.units[u.Parent]; known {
		return s.today(next, at), WentUp
	}
	return Unit{}, NoHead
}

// today is a unit or, where it has ended, the one in force that has taken it over; itself
// where none has.
func (s *snapshot) today(u Unit, at time.Time) Unit {
	if next, _, ok := s.inForce(u, at); ok {
		return next
	}
	return u
}

// unitHead answers who heads a unit; one without a head goes up.
func (s *snapshot) unitHead(id string, at time.Time) ([]Holder, Reason) {
	u, known := s.units[id]
	if !known {
		return nil, reason(UnknownUnit, "unit", id)
	}
	u, why, ok := s.inForce(u, at)
	if !ok {
		return nil, why
	}
	return s.climb(u, "", why, at)
}

// climb asks u and the units above it for a head other than one person. why is
// what to say when u itself has one.
func (s *snapshot) climb(u Unit, except string, why Reason, at time.Time) ([]Holder, Reason) {
	from := u
	for range len(s.units) + 1 { // a circle of parents ends here
		if heads := without(s.headsOf(u, at), except); len(heads) > 0 {
			return heads, why
		}
		next, code := s.above(u, at)
		if next.ID == "" {
			if except != "" && code == NoHead {
				return nil, reason(NobodyAbove, "name", s.people[except].Name)
			}
			return nil, reason(code, "unit", from.Name)
		}
		if why.Code != IsHead {
			why = reason(code, "unit", from.Name, "above", next.Name)
		} else {
			why = reason(IsHead, "name", why.Params["name"], "unit", why.Params["unit"], "above", next.Name)
		}
		u = next
	}
	return nil, reason(NoHead, "unit", from.Name)
}

func without(heads []Holder, person string) []Holder {
	if person == "" {
		return heads
	}
	return slices.DeleteFunc(heads, func(h Holder) bool { return h.Person == person })
}

// manager answers who is above a person, in the unit given or where he works: the
// unit's head; for that head himself the declared fallback of his agency, the
// post above his own, or the head of the unit above.
func (s *snapshot) manager(person, unit string, at time.Time) ([]Holder, Reason) {
	me, known := s.holder(person, at)
	if !known {
		return nil, reason(UnknownPerson, "person", person)
	}
	if unit == "" {
		unit = me.Unit
	}
	u, known := s.units[unit]
	if !known {
		return nil, reason(UnknownUnit, "unit", unit)
	}
	u, why, ok := s.inForce(u, at)
	if !ok {
		return nil, why
	}
	heads := s.headsOf(u, at)
	mine := slices.IndexFunc(heads, func(h Holder) bool { return h.Person == person })
	if mine < 0 {
		return s.climb(u, person, why, at)
	}
	why = reason(IsHead, "name", me.Name, "unit", u.Name, "above", u.Name)
	if _, declared := s.units[u.Fallback]; !declared {
		if above, ok := s.superiors(heads[mine].Post, person, at); ok {
			return above, reason(IsHeadPost, "name", me.Name, "unit", u.Name, "above", above[0].PostTitle)
		}
	}
	if len(heads) > 1 { // a unit with two heads: the other one is not above him
		return s.beyond(u, person, why, at)
	}
	return s.climb(u, person, why, at)
}

// superiors returns the holders of the post above, skipping posts that are vacant
// or that the person himself holds.
func (s *snapshot) superiors(post, person string, at time.Time) ([]Holder, bool) {
	for range s.posts {
		next, known := s.posts[s.posts[post].Superior]
		if !known {
			return nil, false
		}
		if holders := without(s.holdersOf(next, at), person); len(holders) > 0 {
			return holders, true
		}
		post = next.ID
	}
	return nil, false
}

// beyond climbs from the unit above u.
func (s *snapshot) beyond(u Unit, person string, why Reason, at time.Time) ([]Holder, Reason) {
	next, code := s.above(u, at)
	if next.ID == "" {
		if code == NoHead {
			code = NobodyAbove
		}
		return nil, reason(code, "unit", u.Name, "name", why.Params["name"])
	}
	return s.climb(next, person, reason(IsHead, "name", why.Params["name"], "unit", u.Name, "above", next.Name), at)
}

// levelsUp goes from a person to his manager, that one's manager, and so on.
func (s *snapshot) levelsUp(person, unit string, levels int, at time.Time) ([]Holder, Reason) {
	var found []Holder
	var why Reason
	for range max(levels, 1) {
		found, why = s.manager(person, unit, at)
		if len(found) == 0 {
			return nil, why
		}
		person, unit = found[0].Person, found[0].Unit
	}
	return found, why
}

// agencyOf returns the agency a unit belongs to.
func (s *snapshot) agencyOf(unit string) (Unit, bool) {
	u, known := s.units[unit]
	for range s.units {
		if !known || u.Agency() {
			break
		}
		u, known = s.units[u.Parent]
	}
	return u, known && u.Agency()
}

// headed returns the units a person heads with everything beneath them, up to
// agencies of their own, and the former units that those have taken over (U2).
func (s *snapshot) headed(person string, at time.Time) []string {
	seen := map[string]bool{}
	var take func(id string)
	take = func(id string) {
		if seen[id] {
			return
		}
		seen[id] = true
		for _, child := range s.beneath[id] {
			if s.units[child].Kind != KindSubordinate {
				take(child)
			}
		}
	}
	for _, id := range s.unitsSorted() {
		u := s.units[id]
		if within(u.From, u.To, at) && slices.ContainsFunc(s.headsOf(u, at), func(h Holder) bool { return h.Person == person }) {
			take(id)
		}
	}
	for range s.units { // successors of successors
		grown := len(seen)
		for id, u := range s.units {
			if u.Ended(at) && slices.ContainsFunc(u.Successors, func(next string) bool { return seen[next] }) {
				take(id)
			}
		}
		if len(seen) == grown {
			break
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// countsIn are the units in which somebody who works in one counts as working: itself and
// those beside it that have taken it over, with the former units that any of these took over.
// A unit that is merged or divided moves nobody, and takes from nobody what he may (U2).
func (s *snapshot) countsIn(unit string, at time.Time) []string {
	out := []string{unit}
	for i := 0; i < len(out); i++ {
		if u := s.units[out[i]]; u.Ended(at) {
			for _, next := range u.Successors {
				if !slices.Contains(out, next) {
					out = append(out, next)
				}
			}
		}
	}
	for i := 0; i < len(out); i++ {
		for _, id := range s.takenOver[out[i]] {
			if s.units[id].Ended(at) && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}
