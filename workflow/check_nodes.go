package workflow

import "strconv"

// place checks one node against the vocabulary.
func (k *checker) place(p *place) {
	switch p.kind {
	case sequenceNode:
		if unsigned := p.parent == nil && k.c.flow.Unsigned; len(p.kids) == 0 && !p.broken && !unsigned {
			k.note(p, "", "sequence_empty")
		} else if unsigned && len(p.kids) > 0 {
			k.note(p, "", "unsigned_steps")
		}
	case parallelNode:
		k.parallel(p)
	case choiceNode:
		k.choice(p)
	case splitNode:
		k.split(p)
	case repeatNode:
		k.repeat(p)
	case stepNode:
		k.step(p)
	}
}

func (k *checker) parallel(p *place) {
	if len(p.kids) < 2 {
		k.note(p, ".branches", "branches_few")
	}
	switch j := p.parallel.Join; j.Kind {
	case "", CountAll, CountAny:
		if j.N != 0 {
			k.note(p, ".join.n", "number_unused")
		}
	case CountN:
		if j.N < 1 {
			k.note(p, ".join.n", "number_missing")
		} else if j.N > len(p.kids) {
			k.note(p, ".join.n", "quorum_branches", "n", j.N, "of", len(p.kids))
		}
	case CountPercent, CountWeighted:
		k.note(p, ".join.kind", "not_supported", "what", j.Kind)
	default:
		k.note(p, ".join.kind", "unknown_word", "value", j.Kind)
	}
}

func (k *checker) choice(p *place) {
	if len(p.choice.Cases) == 0 {
		k.note(p, ".cases", "choice_empty")
		return
	}
	conditions, read := make([]string, len(p.choice.Cases)), make([]bool, len(p.choice.Cases))
	for i, c := range p.choice.Cases {
		conditions[i] = c.When
		read[i] = k.condition(p, ".cases["+strconv.Itoa(i)+"].when", c.When)
	}
	dead, elseDead := deadBranches(conditions, k.v.Field)
	for i := range dead {
		if dead[i] && read[i] { // else why it is never taken has been said
			k.note(p, ".cases["+strconv.Itoa(i)+"]", "branch_never", "when", conditions[i])
		}
	}
	if elseDead && p.choice.Else != nil {
		k.note(p, ".else", "else_never")
	}
}

func (k *checker) split(p *place) {
	if p.split.Name.empty() {
		k.note(p, ".name", "text_missing")
	}
	if f, ok := k.v.Field(p.split.Over); !ok {
		k.note(p, ".over", "unknown_field", "field", p.split.Over)
	} else if !f.Table {
		k.note(p, ".over", "not_a_table", "field", p.split.Over)
	}
	if !k.v.ChildType(p.split.Type) {
		k.note(p, ".type", "unknown_type", "type", p.split.Type)
	}
	if j := p.split.Join; j.Kind != "" && j.Kind != CountAll || j.N != 0 {
		k.note(p, ".join", "not_supported", "what", "join "+string(j.Kind))
	}
}

func (k *checker) repeat(p *place) {
	r := p.repeat
	switch {
	case r.Max < 1:
		k.note(p, ".max", "repeat_unlimited")
	case r.Max > MaxPass:
		k.note(p, ".max", "repeat_long", "max", MaxPass)
	}
	switch r.AtMax {
	case "", AtMaxReturn, AtMaxReject, AtMaxContinue:
	default:
		k.note(p, ".at_max", "unknown_word", "value", r.AtMax)
	}
	read := k.condition(p, ".until", r.Until)
	dead, _ := deadBranches([]string{r.Until}, k.v.Field)
	if !dead[0] || !read {
		return
	}
	k.note(p, ".until", "until_never", "when", r.Until)
	if r.AtMax != AtMaxContinue {
		k.unreachableAfter(p)
	}
}

// unreachableAfter notes what comes after a place that never lets anybody pass.
func (k *checker) unreachableAfter(p *place) {
	for a := p; a.parent != nil; a = a.parent {
		if a.parent.kind != sequenceNode {
			return // another way may lead around
		}
		if a.pos+1 < len(a.parent.kids) {
			k.note(a.parent.kids[a.pos+1], "", "unreachable", "after", p.id)
			return
		}
	}
}

// condition notes what is wrong with a condition, and says whether it can be read.
func (k *checker) condition(p *place, at, src string) bool {
	if src == "" {
		k.note(p, at, "condition_missing")
		return false
	}
	if err := k.v.Condition(src); err != nil {
		k.note(p, at, "condition", "when", src, "error", err)
		return false
	}
	return true
}

func (k *checker) term(p *place, at, term string) {
	if err := k.v.Deadline(term); err != nil {
		k.note(p, at, "deadline", "term", term, "error", err)
	}
}

func (k *checker) fields(p *place, at string, paths []string) {
	for i, f := range paths {
		if _, ok := k.v.Field(f); !ok {
			k.note(p, at+"["+strconv.Itoa(i)+"]", "unknown_field", "field", f)
		}
	}
}
