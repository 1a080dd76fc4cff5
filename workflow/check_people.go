package workflow

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

func (k *checker) people(p *place) {
	if len(p.step.Who) == 0 {
		k.note(p, ".who", "who_missing")
	}
	if p.step.Kind == KindAccept && len(p.step.Who) > 0 && p.step.Who[0].Kind != WhoField {
		k.note(p, ".who[0].kind", "accept_unnamed")
	}
	for i, w := range p.step.Who {
		at := ".who[" + strconv.Itoa(i) + "]"
		if w.Apart && i == 0 {
			k.note(p, at+".apart", "apart_first")
		}
		w.Apart = false
		switch {
		case w.Kind != WhoAbove:
			k.who(p, at, w)
		case i == 0:
			k.note(p, at+".kind", "above_first")
		case w.N < 0:
			k.note(p, at+".n", "number_missing")
		}
	}
}

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

func (k *checker) who(p *place, at string, w Who) {
	if w.Apart {
		k.note(p, at+".apart", "apart_unused")
	}
	switch w.Kind {
	case WhoPerson, WhoPost:
		if len(w.IDs) == 0 || slices.Contains(w.IDs, "") {
			k.note(p, at+".ids", "id_missing")
		}
	case WhoRole:
		if !k.v.Role(w.Module, w.Role) {
			k.note(p, at+".role", "unknown_role", "role", w.Role, "module", w.Module)
		}
	case WhoRegisterRole:
		if f, ok := k.v.Field(w.Field); !ok {
			k.note(p, at+".field", "unknown_field", "field", w.Field)
		} else if !f.Ref {
			k.note(p, at+".field", "not_a_reference", "field", w.Field)
		}
		if w.Role == "" {
			k.note(p, at+".role", "unknown_role", "role", "", "module", w.Register)
		}
	case WhoField:
		if f, ok := k.v.Field(w.Field); !ok {
			k.note(p, at+".field", "unknown_field", "field", w.Field)
		} else if !f.Person {
			k.note(p, at+".field", "not_a_person", "field", w.Field)
		}
	case WhoApplicant:
	case WhoAbove:
		k.note(p, at+".kind", "above_first")
	case WhoParentAgency:
		if w.Role != "" && !k.v.Role(w.Module, w.Role) {
			k.note(p, at+".role", "unknown_role", "role", w.Role, "module", w.Module)
		}
	case WhoUnitHead, WhoManagerOf, WhoLevelsUp:
		k.of(p, at, w)
	case WhoSameAs:
		if q := k.c.byID[w.Step]; q == nil || q.step == nil {
			k.note(p, at+".step", "unknown_step", "step", w.Step)
		} else if !q.before(p) {
			k.note(p, at+".step", "step_not_before", "step", w.Step)
		}
	case WhoChosen:
		if !k.isChosen(p) {
			k.note(p, at+".kind", "nobody_chooses", "step", p.id)
		}
	default:
		k.note(p, at+".kind", "unknown_word", "value", w.Kind)
	}
}

func (k *checker) of(p *place, at string, w Who) {
	if w.Of != "" && w.Of != Applicant {
		if f, ok := k.v.Field(w.Of); !ok {
			k.note(p, at+".of", "unknown_field", "field", w.Of)
		} else if !f.Person && !f.Unit {
			k.note(p, at+".of", "not_a_person", "field", w.Of)
		}
	}
	if w.Kind == WhoLevelsUp && w.N < 1 {
		k.note(p, at+".n", "number_missing")
	}
}

func (k *checker) need(p *place) {
	n := p.step.Need
	if n.N != 0 && n.Kind != CountN && n.Kind != CountWeighted {
		k.note(p, ".need.n", "number_unused")
	}
	if n.Percent != 0 && n.Kind != CountPercent || len(n.Weights) > 0 && n.Kind != CountWeighted {
		k.note(p, ".need", "number_unused")
	}
	switch n.Kind {
	case "", CountAny:
		if n.InOrder {
			k.note(p, ".need.in_order", "order_of_one")
		}
	case CountAll:
	case CountN:
		k.quorum(p, n.N)
	case CountPercent:
		if n.Percent < 1 || n.Percent > 100 {
			k.note(p, ".need.percent", "percent")
		}
	case CountWeighted:
		k.weights(p, n)
	default:
		k.note(p, ".need.kind", "unknown_word", "value", n.Kind)
	}
}

// weights refuses a sum that the people of a step can't reach, and weights of
// nothing.
func (k *checker) weights(p *place, n Need) {
	if n.N < 1 {
		k.note(p, ".need.n", "number_missing")
	}
	if len(n.Weights) == 0 {
		k.note(p, ".need.weights", "weights_missing")
	}
	for _, id := range slices.Sorted(maps.Keys(n.Weights)) {
		if n.Weights[id] < 1 {
			k.note(p, ".need.weights."+id, "number_missing")
		}
	}
	for i, w := range p.step.Who {
		if (w.Kind != WhoPerson && w.Kind != WhoPost) || len(w.IDs) == 0 {
			continue
		}
		sum := 0
		for _, id := range w.IDs {
			if one, ok := n.Weights[id]; ok {
				sum += one
			} else {
				sum++
			}
		}
		if n.N > sum {
			k.note(p, ".who["+strconv.Itoa(i)+"]", "quorum_signers", "n", n.N, "of", sum)
		}
	}
}

// quorum refuses a number that no alternative can bring together. A post counts
// as one person, which is what a post is.
func (k *checker) quorum(p *place, n int) {
	if n < 1 {
		k.note(p, ".need.n", "number_missing")
		return
	}
	for i, w := range p.step.Who {
		if named := w.named(); named > 0 && n > named {
			k.note(p, ".who["+strconv.Itoa(i)+"]", "quorum_signers", "n", n, "of", named)
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

// maxPassages bounds how many combinations of branches Compile looks at.
const maxPassages = 256

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
	ways, _ := k.c.Passages(maxPassages) // a dead end on one of the first ways is one
	for _, way := range ways {
		end, stops := k.c.DeadEnd(Applicant, way, found)
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
