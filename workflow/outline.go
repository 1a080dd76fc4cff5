package workflow

// Certainty says whether a planned node will be reached.
type Certainty string

// The certainties.
const (
	Certain  Certainty = "certain"
	Possible Certainty = "possible" // a condition before it can't be decided yet
)

// PlannedStep is a node of the route as it can be foreseen: a step, a split, or
// a parallel or repeat with what is inside. Sequences and choices are dissolved.
type PlannedStep struct {
	ID        string     `json:"id"`
	Node      string     `json:"node"` // step, split, parallel, repeat
	Name      Text       `json:"name,omitempty"`
	Kind      Kind       `json:"kind,omitempty"` // of a step
	Certainty Certainty  `json:"certainty"`
	Status    MarkStatus `json:"status,omitempty"` // "" is still to come
	Result    string     `json:"result,omitempty"` // what came of it, as in Mark
	// When and Because are the condition of the branch that leads here, and its
	// words for people.
	When    string `json:"when,omitempty"`
	Because Text   `json:"because,omitempty"`

	Who     []Who     `json:"who,omitempty"` // alternatives in order
	Need    Need      `json:"need,omitzero"`
	Due     *Due      `json:"due,omitempty"`
	Timeout *Timeout  `json:"timeout,omitempty"`
	Outside Certainty `json:"outside,omitempty"` // "" when handled inside
	Join    Join      `json:"join,omitzero"`

	Over string `json:"over,omitempty"` // of a split: its table,
	Type string `json:"type,omitempty"` // the children's type,
	Rows int    `json:"rows,omitempty"` // and how many; -1 when it can't be said yet
	Max  int    `json:"max,omitempty"`  // passes of a repeat at most

	Branches [][]PlannedStep `json:"branches,omitempty"`
}

// Outline is the whole route for given values, from a given state; for a draft
// it is what lies before the applicant. Values need not be complete: where a
// condition can't be decided, every branch that may still be taken is listed as
// possible. facts may be nil.
func (c *Compiled) Outline(s State, facts Facts) []PlannedStep {
	o := outliner{marks: make([]Mark, len(c.places)), f: facts}
	for _, m := range s.Marks {
		if p := c.byID[m.Node]; p != nil {
			o.marks[p.number] = m
		}
	}
	return o.place(c.root, way{certainty: Certain})
}

// way is how one comes to a place.
type way struct {
	certainty Certainty
	when      string
	because   Text
}

type outliner struct {
	marks []Mark
	f     Facts
}

func (o *outliner) place(p *place, w way) []PlannedStep {
	switch p.kind {
	case sequenceNode:
		var out []PlannedStep
		for _, kid := range p.kids {
			out = append(out, o.place(kid, w)...)
		}
		return out
	case choiceNode:
		return o.choice(p, w)
	}
	one := PlannedStep{ID: p.id, Node: nodeWords[p.kind], Certainty: w.certainty, Status: o.marks[p.number].Status, Result: o.marks[p.number].Result, When: w.when, Because: w.because}
	// Inside, only what is not certain still needs to be said.
	inner := way{certainty: w.certainty}
	switch p.kind {
	case stepNode:
		o.step(p, &one)
	case splitNode:
		one.Name, one.Over, one.Type, one.Join = p.split.Name, p.split.Over, p.split.Type, p.split.Join
		one.Rows = o.rows(p)
	case parallelNode:
		one.Name, one.Join = p.parallel.Name, p.parallel.Join
		for _, kid := range p.kids {
			one.Branches = append(one.Branches, o.place(kid, inner))
		}
	case repeatNode:
		one.When, one.Max = p.repeat.Until, p.repeat.Max
		one.Branches = [][]PlannedStep{o.place(p.kids[0], inner)}
	}
	return []PlannedStep{one}
}

func (o *outliner) step(p *place, one *PlannedStep) {
	s := p.step
	one.Name, one.Kind, one.Who, one.Need, one.Due, one.Timeout = s.Name, s.Kind, s.Who, s.Need, s.Due, s.Timeout
	if s.Outside == nil {
		return
	}
	one.Outside = Certain
	if s.Outside.When != "" {
		switch holds, known := o.holds(s.Outside.When); {
		case !known:
			one.Outside = Possible
		case !holds:
			one.Outside = ""
		}
	}
}

func (o *outliner) rows(p *place) int {
	if m := o.marks[p.number]; m.Rows > 0 {
		return m.Rows
	}
	if o.f == nil {
		return -1
	}
	rows, err := o.f.Rows(p.split.Over)
	if err != nil {
		return -1
	}
	return len(rows)
}

func (o *outliner) holds(condition string) (holds, known bool) {
	if o.f == nil {
		return false, false
	}
	ok, err := o.f.Holds(condition)
	return ok && err == nil, err == nil
}

// choice lists the branch that is taken, or all that may be.
func (o *outliner) choice(p *place, w way) []PlannedStep {
	if m := o.marks[p.number]; m.Status != "" {
		if m.Take == 0 {
			return nil
		}
		return o.branch(p, m.Take-1, w)
	}
	var out []PlannedStep
	for i, c := range p.choice.Cases {
		holds, known := o.holds(c.When)
		if known && !holds {
			continue
		}
		if !known {
			w.certainty = Possible
		}
		out = append(out, o.branch(p, i, w)...)
		if holds {
			return out
		}
	}
	if p.choice.Else != nil {
		out = append(out, o.branch(p, len(p.choice.Cases), w)...)
	}
	return out
}

func (o *outliner) branch(p *place, i int, w way) []PlannedStep {
	if i < len(p.choice.Cases) {
		w.when, w.because = p.choice.Cases[i].When, p.choice.Cases[i].Because
	}
	return o.place(p.kids[i], w)
}
