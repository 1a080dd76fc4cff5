package workflow

import (
	"maps"
	"slices"
)

// DeadEnd is a step at which a case would stop: people can be found, and the
// separation of duties leaves none of them.
type DeadEnd struct {
	Step string
	// Apart are the steps, fields and Applicant whose people it must differ from and who
	// are all that can be found for it.
	Apart []string
}

// Candidates are the people that each way of a step finds, in the order of
// Step.Who. Ways of kind same_as need nothing: who it will be follows from the
// other step.
type Candidates [][]string

// maxTries bounds the search for people who can do all steps; a search that comes
// to it has found no dead end.
const maxTries = 20000

// DeadEnd walks steps in their order and says at which the case would stop,
// whoever of several acts in those before; ok is false if somebody can do each.
// barring are the applicant (by Applicant) and whom the form names (by NamedIn), as far
// as they are known. Steps without an entry in found are not known yet and bind nobody.
func (c *Compiled) DeadEnd(barring map[string][]string, steps []string, found map[string]Candidates) (end DeadEnd, ok bool) {
	s := seating{c: c, found: found, deepest: -1, used: map[string][]string{}}
	maps.Copy(s.used, barring)
	for _, id := range steps {
		if p := c.byID[id]; p != nil && p.step != nil {
			s.steps = append(s.steps, p)
		}
	}
	if s.from(0) {
		return DeadEnd{}, false
	}
	return s.end, true
}

// seating gives people to steps, one after the other, as the engine does: the
// first way that finds somebody who may act, and one more try for each of several.
type seating struct {
	c       *Compiled
	steps   []*place
	found   map[string]Candidates
	used    map[string][]string // who acts, by step
	tries   int
	deepest int
	end     DeadEnd
}

func (s *seating) from(i int) bool {
	s.tries++
	if i == len(s.steps) || s.tries > maxTries {
		return true
	}
	p := s.steps[i]
	ways, known := s.ways(p)
	if !known {
		return s.from(i + 1)
	}
	var barred []string
	for _, other := range s.c.apart[p.id] {
		barred = append(barred, s.used[other]...)
	}
	some := false
	for _, way := range ways {
		some = some || len(way) > 0
		left := slices.DeleteFunc(slices.Clone(way), func(person string) bool { return slices.Contains(barred, person) })
		if len(left) > 0 {
			return s.act(i, left)
		}
	}
	switch {
	case !some: // nobody at all: no matter of separation
		return s.from(i + 1)
	case p.step.Alone != nil:
		return s.act(i, slices.Concat(ways...))
	}
	if i > s.deepest {
		s.deepest, s.end = i, DeadEnd{Step: p.id, Apart: s.against(p, ways)}
	}
	return false
}

// ways are the people of each way, if all of it is known.
func (s *seating) ways(p *place) ([][]string, bool) {
	found, known := s.found[p.id]
	if !known {
		return nil, false
	}
	out := make([][]string, len(p.step.Who))
	for j, w := range p.step.Who {
		switch {
		case w.Kind == WhoSameAs:
			if out[j], known = s.used[w.Step]; !known {
				return nil, false
			}
		case j < len(found):
			out[j] = found[j]
		}
	}
	return out, true
}

// act lets people act in a step: any one of several, or as many as it needs.
func (s *seating) act(i int, left []string) bool {
	p := s.steps[i]
	defer delete(s.used, p.id)
	signers := make([]Signer, len(left))
	for j, person := range left {
		signers[j].Person = person
	}
	if n := p.step.Need; n.Kind != "" && n.Kind != CountAny {
		if need, enough := n.needed(signers); !enough || need == len(left) {
			s.used[p.id] = left
		}
		return s.from(i + 1) // which of them it will be cannot be said, and binds nobody
	}
	// Whoever is wanted nowhere else leaves the most to the others.
	for _, person := range left {
		if !s.wanted(i+1, p.id, person) {
			left = []string{person}
			break
		}
	}
	for j, person := range left {
		if slices.Contains(left[:j], person) {
			continue
		}
		s.used[p.id] = []string{person}
		if s.from(i + 1) {
			return true
		}
	}
	return false
}

// wanted says whether somebody may be needed in a later step that is kept apart
// from one, or that follows its people.
func (s *seating) wanted(i int, step, person string) bool {
	for _, p := range s.steps[i:] {
		for j, w := range p.step.Who {
			if w.Kind == WhoSameAs {
				return true
			}
			if found := s.found[p.id]; j < len(found) && slices.Contains(found[j], person) && slices.Contains(s.c.apart[p.id], step) {
				return true
			}
		}
	}
	return false
}

// against names the steps whose people are those that a step could have.
func (s *seating) against(p *place, ways [][]string) []string {
	var out []string
	for _, other := range s.c.apart[p.id] {
		if slices.ContainsFunc(s.used[other], func(person string) bool { return slices.Contains(slices.Concat(ways...), person) }) {
			out = append(out, other)
		}
	}
	return out
}

// Excluded lists the persons who may not act in a step as a case stands: the
// applicant and whom the form names where it says so, and the people of the steps it is
// kept apart from, who have acted or will have to. f may be nil where no field bars anybody.
func (c *Compiled) Excluded(s State, step string, f Facts) []string {
	p := c.byID[step]
	if p == nil || p.step == nil || len(c.apart[step]) == 0 {
		return nil
	}
	r := &run{c: c, s: s, f: f, marks: make([]Mark, len(c.places))}
	for _, m := range s.Marks {
		if q := c.byID[m.Node]; q != nil {
			r.marks[q.number] = m
		}
	}
	return r.excluded(p)
}

// Passages are the ways through the flow, each the ids of its steps in order: one
// for every combination of branches, up to limit; all says that there are
// no further ones. Rows of a split go their own way.
func (c *Compiled) Passages(limit int) (ways [][]string, all bool) { return passages(c.root, limit) }

func passages(p *place, limit int) (ways [][]string, all bool) {
	switch p.kind {
	case stepNode:
		return [][]string{{p.id}}, true
	case splitNode:
		return [][]string{nil}, true
	case choiceNode:
		var out [][]string
		all = true
		for _, kid := range p.kids {
			further, whole := passages(kid, limit)
			out, all = append(out, further...), all && whole
		}
		if p.choice.Else == nil {
			out = append(out, nil)
		}
		return out[:min(len(out), limit)], all && len(out) <= limit
	}
	out := [][]string{nil}
	all = true
	for _, kid := range p.kids {
		var longer [][]string
		further, whole := passages(kid, limit)
		all = all && whole && len(out)*len(further) <= limit
		for _, before := range out {
			for _, more := range further {
				if len(longer) < limit {
					longer = append(longer, slices.Concat(before, more))
				}
			}
		}
		out = longer
	}
	return out, all
}
