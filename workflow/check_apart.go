package workflow

import (
	"slices"
	"strconv"
	"strings"
)

// fallbacks refuses ways for where the separation of duties leaves nobody in a step that is
// kept apart from none: they would never be tried.
func (k *checker) fallbacks() {
	for _, p := range k.c.places {
		if p.step == nil || len(k.c.apart[p.id]) > 0 {
			continue
		}
		for i, w := range p.step.Who {
			if w.Apart && i > 0 {
				k.note(p, ".who["+strconv.Itoa(i)+"].apart", "apart_unused")
			}
		}
	}
}

// separate takes the groups that hold over the whole case into each step's own.
func (k *checker) separate() {
	for g, group := range k.c.flow.Separate {
		for i, id := range group {
			p := k.c.byID[id]
			if id == Applicant {
				continue
			}
			path := "separate[" + strconv.Itoa(g) + "][" + strconv.Itoa(i) + "]"
			if p == nil || p.step == nil {
				k.problems = append(k.problems, numbered{Problem{Path: path, Code: "unknown_step", Params: params("step", id)}, -1})
				continue
			}
			for _, other := range group {
				if other == id || other != Applicant && (k.c.byID[other] == nil || k.c.byID[other].step == nil) {
					continue
				}
				if k.alwaysSame(p, other) && p.step.Alone == nil {
					k.problems = append(k.problems, numbered{Problem{Path: path, Step: id, Code: "apart_impossible", Params: params("step", other)}, p.number})
				}
				k.keepApart(id, other)
			}
		}
	}
}

// separation collects who must be kept apart and refuses what nobody could
// satisfy.
func (k *checker) separation() {
	for _, p := range k.c.places {
		if p.step == nil {
			continue
		}
		for i, id := range p.step.NotSameAs {
			at := ".not_same_as[" + strconv.Itoa(i) + "]"
			if field, named := FieldOf(id); named {
				k.apartFromField(p, at, field)
				continue
			}
			q := k.c.byID[id]
			switch {
			case id == p.id:
				k.note(p, at, "apart_from_itself")
				continue
			case id != Applicant && (q == nil || q.step == nil):
				k.note(p, at, "unknown_step", "step", id)
				continue
			}
			if k.alwaysSame(p, id) && p.step.Alone == nil {
				k.note(p, at, "apart_impossible", "step", id)
			}
			k.keepApart(p.id, id)
			if id != Applicant {
				k.keepApart(id, p.id)
			}
		}
	}
}

// apartFromField keeps a step apart from the people in a field of the form. Whoever could
// change the field with the same act would decide himself whom it bars; and a step that could
// change it afterwards might name in it who has acted here.
func (k *checker) apartFromField(p *place, at, field string) {
	f, ok := k.v.Field(field)
	switch {
	case !ok:
		k.note(p, at, "unknown_field", "field", field)
		return
	case !f.Person:
		k.note(p, at, "not_a_person", "field", field)
		return
	}
	table, _, _ := strings.Cut(field, ".")
	for _, q := range k.c.places {
		if q.step != nil && (slices.Contains(q.step.Edit, field) || slices.Contains(q.step.Edit, table)) && (q == p || q.mayFollow(p)) {
			k.note(p, at, "apart_edited", "field", field, "step", q.id)
		}
	}
	itself := func(w Who) bool { return w.Kind == WhoField && w.Field == field }
	if p.step.Alone == nil && len(p.step.Who) > 0 && !slices.ContainsFunc(p.step.Who, func(w Who) bool { return !itself(w) }) {
		k.note(p, at, "apart_impossible", "step", field)
	}
	k.keepApart(p.id, NamedIn(field))
	k.c.labels[NamedIn(field)] = f.Label
}

// MaxPassages is how many combinations of branches Compile looks at, and whoever looks for
// people. Of a flow that has more Compiled.Warnings says so.
const MaxPassages = 256

// Warnings are what may be wrong with a flow that is right as far as it was looked at. They keep
// it from nothing.
func (c *Compiled) Warnings() Problems {
	if len(c.apart) == 0 {
		return nil // whatever way is taken, nobody is kept from a step by another
	}
	if _, all := c.Passages(MaxPassages); all {
		return nil
	}
	return Problems{{Path: "root", Code: "not_all_proved", Params: params("n", MaxPassages)}}
}

// crowded refuses a flow that names fewer people than the separation of duties
// asks for: three steps that must differ, and two people for them.
func (k *checker) crowded() {
	if len(k.problems) > 0 {
		return // what is named may be wrong
	}
	found := map[string]Candidates{}
	for _, p := range k.c.places {
		if p.step == nil || len(k.c.apart[p.id]) == 0 {
			continue
		}
		if all, ok := closed(p.step.Who); ok {
			found[p.id] = all
		}
	}
	if len(found) == 0 {
		return
	}
	noted := map[string]bool{}
	ways, _ := k.c.Passages(MaxPassages) // a dead end on one of the first ways is one; see Warnings
	for _, way := range ways {
		end, stops := k.c.DeadEnd(map[string][]string{Applicant: {Applicant}}, way, found)
		if stops && !noted[end.Step] {
			noted[end.Step] = true
			k.note(k.c.byID[end.Step], ".who", "apart_nobody", "step", end.Step, "others", strings.Join(end.Apart, ", "))
		}
	}
}

// closed names the people of ways that name them all; a post is one person, as far
// as a definition can say.
func closed(who []Who) (Candidates, bool) {
	out := make(Candidates, len(who))
	for i, w := range who {
		switch w.Kind {
		case WhoApplicant:
			out[i] = []string{Applicant}
		case WhoPerson, WhoPost:
			for _, id := range w.IDs {
				out[i] = append(out[i], string(w.Kind)+":"+id)
			}
		case WhoSameAs:
		default:
			return nil, false
		}
	}
	return out, true
}

func (k *checker) keepApart(step, from string) {
	if !slices.Contains(k.c.apart[step], from) {
		k.c.apart[step] = append(k.c.apart[step], from)
	}
}

// alwaysSame says whether a step's people and those it must differ from are
// provably one and the same, whichever alternative is used.
func (k *checker) alwaysSame(p *place, from string) bool {
	mine, ok := k.certain(p, nil)
	if !ok {
		return false
	}
	if mine == "step:"+from || mine == from {
		return true
	}
	q := k.c.byID[from]
	if q == nil {
		return false
	}
	theirs, ok := k.certain(q, nil)
	return ok && mine == theirs
}

// certain names the one person (or group) that a step always ends up with.
func (k *checker) certain(p *place, seen []string) (string, bool) {
	if slices.Contains(seen, p.id) {
		return "", false
	}
	name := ""
	for _, w := range p.step.Who {
		one := ""
		switch w.Kind {
		case WhoApplicant:
			one = Applicant
		case WhoPerson, WhoPost:
			if len(w.IDs) != 1 {
				return "", false
			}
			one = string(w.Kind) + ":" + w.IDs[0]
		case WhoUnitHead, WhoManagerOf:
			one = string(w.Kind) + ":" + strings.TrimPrefix(w.Of, Applicant)
		case WhoSameAs:
			one = "step:" + w.Step
			if q := k.c.byID[w.Step]; q != nil && q.step != nil {
				if known, ok := k.certain(q, append(seen, p.id)); ok {
					one = known
				}
			}
		}
		if one == "" || name != "" && one != name {
			return "", false
		}
		name = one
	}
	return name, name != ""
}
