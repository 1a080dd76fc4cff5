package workflow

import (
	"maps"
	"slices"
	"strconv"
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

func (k *checker) who(p *place, at string, w Who) {
	if w.Apart {
		k.note(p, at+".apart", "apart_unused")
	}
	switch w.Kind {
	case WhoPerson, WhoPost:
		if len(w.IDs) == 0 || slices.Contains(w.IDs, "") {
			k.note(p, at+".ids", "named_missing")
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
			k.note(p, ".who["+strconv.Itoa(i)+"]", "quorum_weights", "n", n.N, "of", sum)
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
