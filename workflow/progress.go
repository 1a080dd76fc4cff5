package workflow

import "time"

// Progress is how far one node has come, as a page draws it.
type Progress struct {
	ID     string     `json:"id"`
	Node   string     `json:"node"` // step, split, parallel, repeat
	Name   Text       `json:"name,omitempty"`
	Kind   Kind       `json:"kind,omitempty"`
	Depth  int        `json:"depth,omitempty"`  // nesting in parallels and repeats
	Status MarkStatus `json:"status,omitempty"` // "" is still to come
	Since  time.Time  `json:"since,omitzero"`
	Done   int        `json:"done,omitempty"` // n of m: signatures, branches, children opened, passes
	Of     int        `json:"of,omitempty"`
	Result string     `json:"result,omitempty"`
	Tasks  []string   `json:"tasks,omitempty"` // of the present opening
}

// Progress lists the nodes in the order of the tree, without branches that were
// not taken.
func (c *Compiled) Progress(s State) []Progress {
	marks := make([]Mark, len(c.places))
	for _, m := range s.Marks {
		if p := c.byID[m.Node]; p != nil {
			marks[p.number] = m
		}
	}
	var out []Progress
	var walk func(p *place, depth int)
	walk = func(p *place, depth int) {
		m := marks[p.number]
		switch p.kind {
		case sequenceNode:
		case choiceNode:
			if m.Status != "" {
				if m.Take > 0 {
					walk(p.kids[m.Take-1], depth)
				}
				return
			}
		default:
			one := Progress{ID: p.id, Node: nodeWords[p.kind], Depth: depth, Status: m.Status, Since: m.Since, Result: m.Result}
			c.counts(&one, p, m, marks, &s)
			out = append(out, one)
			depth++
		}
		for _, kid := range p.kids {
			walk(kid, depth)
		}
	}
	walk(c.root, 0)
	return out
}

func (c *Compiled) counts(one *Progress, p *place, m Mark, marks []Mark, s *State) {
	switch p.kind {
	case stepNode:
		one.Name, one.Kind, one.Of = p.step.Name, p.step.Kind, m.Need
		for _, t := range s.Tasks {
			if t.Step != p.id || m.From == 0 || number(t.ID) < m.From {
				continue
			}
			one.Tasks = append(one.Tasks, t.ID)
			if t.Origin == "" && (t.Status == TaskDone || t.Status == TaskSkipped) {
				one.Done++
			}
		}
	case splitNode:
		one.Name, one.Done, one.Of = p.split.Name, m.Opened, m.Rows
	case parallelNode:
		one.Name, one.Of = p.parallel.Name, len(p.kids)
		for _, kid := range p.kids {
			if placeOver(kid, marks) {
				one.Done++
			}
		}
	case repeatNode:
		one.Done, one.Of = m.Take, p.repeat.Max
	}
}

func placeOver(p *place, marks []Mark) bool {
	if p.kind != sequenceNode {
		return marks[p.number].Status.over()
	}
	for _, kid := range p.kids {
		if !placeOver(kid, marks) {
			return false
		}
	}
	return true
}
