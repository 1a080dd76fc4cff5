package workflow

import "strconv"

type nodeKind byte

const (
	sequenceNode nodeKind = iota
	parallelNode
	choiceNode
	splitNode
	repeatNode
	stepNode
)

var nodeWords = [...]string{"sequence", "parallel", "choice", "split", "repeat", "step"}

// place is a node of the compiled tree. Places are numbered as they are met from
// the root, so the places inside one are those from its number to its last.
type place struct {
	kind   nodeKind
	id     string // "" for a sequence
	path   string
	number int
	last   int
	pos    int // among the parent's kids
	parent *place
	kids   []*place
	broken bool // not exactly one member; already reported

	step     *Step
	parallel *Parallel
	choice   *Choice
	split    *Split
	repeat   *Repeat
}

func (p *place) holds(q *place) bool { return q.number >= p.number && q.number <= p.last }

// before says whether p is over before q begins: where their ways part, there
// is a sequence, and p's way comes first.
func (p *place) before(q *place) bool {
	for a := p; a.parent != nil; a = a.parent {
		if a.parent.holds(q) {
			return a.parent.kind == sequenceNode && q.number > a.last && a.parent != q
		}
	}
	return false
}

// mayFollow says whether p may be under way after q was done: it comes later, stands beside it
// in another branch, or both come again in another pass.
func (p *place) mayFollow(q *place) bool {
	if q.before(p) {
		return true
	}
	beside := false
	for a := p; a.parent != nil; a = a.parent {
		if !a.parent.holds(q) {
			continue
		}
		if a.parent.kind == repeatNode {
			return true
		}
		beside = beside || a.parent.kind == parallelNode && !a.holds(q)
	}
	return beside
}

// lay numbers the tree below n and notes what is wrong with its shape.
func (k *checker) lay(n *Node, path string, parent *place, depth int) *place {
	p := &place{path: path, parent: parent, number: len(k.c.places)}
	k.c.places = append(k.c.places, p)
	if len(k.c.places) > MaxNodes || depth > MaxDepth {
		k.tooLarge = true
		p.last = p.number
		return p
	}
	k.fill(p, n)
	add := func(child *Node, childPath string) {
		if k.tooLarge {
			return
		}
		kid := k.lay(child, childPath, p, depth+1)
		kid.pos = len(p.kids)
		p.kids = append(p.kids, kid)
	}
	switch p.kind {
	case sequenceNode:
		for i := range n.Sequence {
			add(&n.Sequence[i], path+".sequence["+strconv.Itoa(i)+"]")
		}
	case parallelNode:
		for i := range n.Parallel.Branches {
			add(&n.Parallel.Branches[i], path+".parallel.branches["+strconv.Itoa(i)+"]")
		}
	case choiceNode:
		for i := range n.Choice.Cases {
			add(&n.Choice.Cases[i].Then, path+".choice.cases["+strconv.Itoa(i)+"].then")
		}
		if n.Choice.Else != nil {
			add(n.Choice.Else, path+".choice.else")
		}
	case repeatNode:
		add(&n.Repeat.Body, path+".repeat.body")
	}
	p.last = len(k.c.places) - 1
	return p
}

// fill sets what kind of node p is. The data is copied, so that a caller who
// changes his Flow afterwards changes nothing here.
func (k *checker) fill(p *place, n *Node) {
	set := 0
	mark := func(kind nodeKind, id string) {
		set++
		p.kind, p.id = kind, id
	}
	if n.Sequence != nil {
		mark(sequenceNode, "")
	}
	if n.Parallel != nil {
		mark(parallelNode, n.Parallel.ID)
		p.parallel = n.Parallel
	}
	if n.Choice != nil {
		mark(choiceNode, n.Choice.ID)
		p.choice = n.Choice
	}
	if n.Split != nil {
		mark(splitNode, n.Split.ID)
		p.split = n.Split
	}
	if n.Repeat != nil {
		mark(repeatNode, n.Repeat.ID)
		p.repeat = n.Repeat
	}
	if n.Step != nil {
		mark(stepNode, n.Step.ID)
		p.step = n.Step
	}
	p.broken = set != 1
	switch {
	case set == 0:
		k.note(p, "", "node_empty")
	case set > 1:
		k.note(p, "", "node_ambiguous")
		// Judge it as the first of its members only, without children.
		p.kind, p.id = sequenceNode, ""
		*n = Node{Sequence: []Node{}}
	}
	if set == 1 && p.kind != sequenceNode {
		k.name(p)
	}
}

// name checks and registers the id of a node.
func (k *checker) name(p *place) {
	switch {
	case p.id == "":
		k.note(p, "", "id_missing")
	case !validID(p.id):
		k.note(p, "", "id_form", "id", p.id)
	case p.id == Applicant:
		k.note(p, "", "id_reserved", "id", p.id)
	case k.c.byID[p.id] != nil:
		k.note(p, "", "id_twice", "id", p.id, "other", k.c.byID[p.id].path)
	default:
		k.c.byID[p.id] = p
	}
}

func validID(id string) bool {
	if len(id) > 60 {
		return false
	}
	for i, r := range id {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '_' || r == '-')) {
			return false
		}
	}
	return id != ""
}
