package directory

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// away returns the entry that says a person is away at a moment: a dated one
// without limits.
func (s *snapshot) away(person string, at time.Time) (entry, bool) {
	for _, i := range s.entriesOf[person] {
		if e := s.entries[i]; !e.standing && e.limits.All() && within(e.from, e.to, at) {
			return e, true
		}
	}
	return entry{}, false
}

// present reports whether somebody can act as deputy: in the house and not away.
func (s *snapshot) present(person string, at time.Time) bool {
	p, known := s.people[person]
	if !known || p.External || !p.Active(at) {
		return false
	}
	_, away := s.away(person, at)
	return !away
}

// applying returns a principal's entries that hold at a moment, in the order in
// which they count: those of the period before standing ones, the narrower before
// the unlimited, the later set before the earlier. Standing ones hold while he is
// away, until they are ended.
func (s *snapshot) applying(principal string, at time.Time) []entry {
	_, away := s.away(principal, at)
	return s.applyingIf(principal, away, at)
}

func (s *snapshot) applyingIf(principal string, away bool, at time.Time) []entry {
	var out []entry
	for _, i := range s.entriesOf[principal] {
		e := s.entries[i]
		if within(e.from, e.to, at) && (away || !e.standing) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b entry) int {
		return cmp.Or(rank(a.standing)-rank(b.standing), rank(a.limits.All())-rank(b.limits.All()), b.from.Compare(a.from))
	})
	return out
}

func rank(later bool) int {
	if later {
		return 1
	}
	return 0
}

func (s *snapshot) deputies(principal string, applying []entry, at time.Time, scope Scope) []Deputy {
	var out []Deputy
	taken := map[string]bool{principal: true}
	for _, e := range applying {
		if !e.limits.Covers(scope) {
			continue
		}
		for _, person := range e.ordered {
			if taken[person] || !s.present(person, at) {
				continue
			}
			taken[person] = true
			h, _ := s.holder(person, at)
			out = append(out, Deputy{Holder: h, Entry: e.id, Order: len(out) + 1, Standing: e.standing, From: e.from, To: e.to,
				Reason: s.why(e, at), Limits: e.limits, Conflict: e.conflict})
		}
	}
	return out
}

// why is the reason for an absence; a standing entry takes that of the absence.
func (s *snapshot) why(e entry, at time.Time) string {
	if e.reason != "" || !e.standing {
		return e.reason
	}
	absence, _ := s.away(e.principal, at)
	return absence.reason
}

func (s *snapshot) actingFor(person string, at time.Time) []Principal {
	if !s.present(person, at) {
		return nil
	}
	var out []Principal
	seen := map[string]bool{}
	for _, i := range s.entriesBy[person] {
		principal := s.entries[i].principal
		if seen[principal] || principal == person || !s.people[principal].Active(at) {
			continue
		}
		seen[principal] = true
		h, known := s.holder(principal, at)
		if !known {
			continue
		}
		before := []entry{}
		for _, e := range s.applying(principal, at) {
			if slices.Contains(e.ordered, person) {
				p := s.principal(h, e, s.first(person, e, before, at), at)
				p.Ahead = s.ahead(person, e, before, at)
				out = append(out, p)
			}
			before = append(before, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Principal) int { return cmp.Compare(a.Person, b.Person) })
	return out
}

func (s *snapshot) principal(h Holder, e entry, first bool, at time.Time) Principal {
	p := Principal{Holder: h, Entry: e.id, Standing: e.standing, First: first, From: e.from, To: e.to,
		Reason: s.why(e, at), Limits: e.limits, Conflict: e.conflict}
	if absence, away := s.away(e.principal, at); e.standing && away {
		p.From, p.To = absence.from, absence.to
	}
	return p
}

// first reports whether nobody present comes before a person: earlier in the
// entry itself, or in an earlier entry that reaches as far.
func (s *snapshot) first(person string, e entry, before []entry, at time.Time) bool {
	for _, earlier := range before {
		if !earlier.limits.All() && !earlier.limits.equal(e.limits) {
			continue
		}
		if slices.ContainsFunc(earlier.ordered, func(d string) bool { return d != person && s.present(d, at) }) {
			return slices.Contains(earlier.ordered, person) && s.leads(person, earlier, at)
		}
	}
	return s.leads(person, e, at)
}

// ahead are those present who come before a person: earlier in the entry itself, or in an
// earlier entry.
func (s *snapshot) ahead(person string, e entry, before []entry, at time.Time) []Ahead {
	var out []Ahead
	add := func(e entry, people []string) {
		for _, d := range people {
			if d != person && d != e.principal && s.present(d, at) {
				out = append(out, Ahead{Person: d, Limits: e.limits, Conflict: e.conflict})
			}
		}
	}
	for _, earlier := range before {
		add(earlier, earlier.ordered)
	}
	add(e, e.ordered[:slices.Index(e.ordered, person)])
	return out
}

func (s *snapshot) leads(person string, e entry, at time.Time) bool {
	for _, d := range e.ordered {
		if d == person {
			return true
		}
		if d != e.principal && s.present(d, at) {
			return false
		}
	}
	return false
}

// Absence says that somebody is away.
type Absence struct {
	From, To time.Time
	Reason   string
}

// Away reports whether a person is away at a moment, and until when.
func (d *Directory) Away(ctx context.Context, person string, at time.Time) (Absence, bool, error) {
	s, err := d.current(ctx)
	if err != nil {
		return Absence{}, false, err
	}
	e, away := s.away(person, at)
	return Absence{From: e.from, To: e.to, Reason: e.reason}, away, nil
}

// Ordered returns how many people somebody who is away has named for a matter, there or not.
func (d *Directory) Ordered(ctx context.Context, principal string, at time.Time, scope Scope) (int, error) {
	s, err := d.current(ctx)
	if err != nil {
		return 0, err
	}
	named := map[string]bool{}
	for _, e := range s.applying(principal, at) {
		if e.limits.Covers(scope) {
			for _, person := range e.ordered {
				named[person] = true
			}
		}
	}
	return len(named), nil
}

// Deputies returns who may act for a principal in a matter at a moment, in order:
// those named for this time, then his standing ones if he is away; only people
// who are there themselves (U5). See the package comment and Acting.
func (d *Directory) Deputies(ctx context.Context, principal string, at time.Time, scope Scope) ([]Deputy, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	return s.deputies(principal, s.applying(principal, at), at, scope), nil
}

// DeputiesIfAway is Deputies as if the principal were away at that moment: his
// standing deputies, after those named for the time.
func (d *Directory) DeputiesIfAway(ctx context.Context, principal string, at time.Time, scope Scope) ([]Deputy, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	return s.deputies(principal, s.applyingIf(principal, true, at), at, scope), nil
}

// ActingFor returns for whom a person may act at a moment, within which limits,
// and whether he comes first. Somebody who is away acts for nobody.
func (d *Directory) ActingFor(ctx context.Context, person string, at time.Time) ([]Principal, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	return s.actingFor(person, at), nil
}
