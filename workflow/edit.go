package workflow

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrNoPlace: a flow has nothing at that path. Somebody has changed it meanwhile, or the
// path names something that is no node.
var ErrNoPlace = errors.New("workflow: the flow has no such place")

// The edits of a flow below make a new one and leave the old one as it is. They take any
// flow, a wrong one too: what is half done is what a designer works on, and Compile says
// what is still missing. A path names a node as Problem.Path does ("root.sequence[1]").

// At returns the node at a path.
func (f Flow) At(path string) (Node, error) {
	own, err := copyFlow(f)
	if err != nil {
		return Node{}, err
	}
	at, err := own.node(path)
	if err != nil {
		return Node{}, err
	}
	return *at, nil
}

// Put replaces the node at a path, with all that is in it.
func (f Flow) Put(path string, n Node) (Flow, error) {
	return f.edit(path, func(own *Flow, at *Node, _ hold) error {
		*at = n
		return nil
	})
}

// After adds a node behind the one at a path. Where that is not one of a sequence, the two
// become one.
func (f Flow) After(path string, n Node) (Flow, error) { return f.beside(path, n, 1) }

// Before adds a node before the one at a path.
func (f Flow) Before(path string, n Node) (Flow, error) { return f.beside(path, n, 0) }

func (f Flow) beside(path string, n Node, offset int) (Flow, error) {
	return f.edit(path, func(own *Flow, at *Node, in hold) error {
		switch {
		case in.sequence != nil:
			*in.sequence = slices.Insert(*in.sequence, in.i+offset, n)
		case at.Sequence != nil: // the whole of a branch: it begins or ends with the new one
			at.Sequence = slices.Insert(at.Sequence, offset*len(at.Sequence), n)
		default:
			*at = Node{Sequence: slices.Insert([]Node{*at}, offset, n)}
		}
		return nil
	})
}

// Within adds a further branch to a parallel, or to a choice one that is taken where a
// condition holds. What has neither is ErrNoPlace.
func (f Flow) Within(path string, when Case) (Flow, error) {
	return f.edit(path, func(_ *Flow, at *Node, _ hold) error {
		switch {
		case at.Parallel != nil:
			at.Parallel.Branches = append(at.Parallel.Branches, when.Then)
		case at.Choice != nil:
			at.Choice.Cases = append(at.Choice.Cases, when)
		default:
			return fmt.Errorf("%w: %s has no branches", ErrNoPlace, path)
		}
		return nil
	})
}

// Without takes away the node at a path. A branch goes with it; what a repeat or the whole
// flow consists of becomes an empty sequence, for a place is left where something else may go.
func (f Flow) Without(path string) (Flow, error) {
	return f.edit(path, func(_ *Flow, at *Node, in hold) error {
		switch {
		case in.sequence != nil:
			*in.sequence = slices.Delete(*in.sequence, in.i, in.i+1)
		case in.parallel != nil:
			in.parallel.Branches = slices.Delete(in.parallel.Branches, in.i, in.i+1)
		case in.choice != nil && in.i < len(in.choice.Cases):
			in.choice.Cases = slices.Delete(in.choice.Cases, in.i, in.i+1)
		case in.choice != nil:
			in.choice.Else = nil
		default:
			*at = Node{Sequence: []Node{}}
		}
		return nil
	})
}

// Move exchanges the node at a path with the one before it (by < 0) or after it, in its
// sequence, or with the next branch. At the end of its row it stays.
func (f Flow) Move(path string, by int) (Flow, error) {
	return f.edit(path, func(_ *Flow, _ *Node, in hold) error {
		to := in.i + max(-1, min(1, by))
		switch {
		case in.sequence != nil:
			swap(*in.sequence, in.i, to)
		case in.parallel != nil:
			swap(in.parallel.Branches, in.i, to)
		case in.choice != nil && in.i < len(in.choice.Cases):
			swap(in.choice.Cases, in.i, to)
		}
		return nil
	})
}

func swap[T any](all []T, i, j int) {
	if j >= 0 && j < len(all) {
		all[i], all[j] = all[j], all[i]
	}
}

// FreshID is an id that no node of the flow has: a word, with a number behind it.
func (f Flow) FreshID(word string) string {
	used := map[string]bool{Applicant: true}
	f.Root.each(func(n Node) { used[n.ID()] = true })
	for i := 1; ; i++ {
		if id := word + strconv.Itoa(i); !used[id] {
			return id
		}
	}
}

// ID is the id of a node, "" of a sequence, which has none.
func (n Node) ID() string {
	switch {
	case n.Step != nil:
		return n.Step.ID
	case n.Parallel != nil:
		return n.Parallel.ID
	case n.Choice != nil:
		return n.Choice.ID
	case n.Split != nil:
		return n.Split.ID
	case n.Repeat != nil:
		return n.Repeat.ID
	}
	return ""
}

// each calls see for a node and for all within it, in the order of the tree.
func (n Node) each(see func(Node)) {
	see(n)
	for _, below := range n.Below() {
		below.each(see)
	}
}

// Below are the nodes that one directly holds, in order: a choice's Else comes last.
func (n Node) Below() []Node {
	switch {
	case n.Parallel != nil:
		return n.Parallel.Branches
	case n.Choice != nil:
		var out []Node
		for _, c := range n.Choice.Cases {
			out = append(out, c.Then)
		}
		if n.Choice.Else != nil {
			out = append(out, *n.Choice.Else)
		}
		return out
	case n.Repeat != nil:
		return []Node{n.Repeat.Body}
	}
	return n.Sequence
}

// Into is the part of a path that leads from a node to the i-th of Below.
func (n Node) Into(i int) string {
	at := "[" + strconv.Itoa(i) + "]"
	switch {
	case n.Parallel != nil:
		return ".parallel.branches" + at
	case n.Choice != nil && i < len(n.Choice.Cases):
		return ".choice.cases" + at + ".then"
	case n.Choice != nil:
		return ".choice.else"
	case n.Repeat != nil:
		return ".repeat.body"
	}
	return ".sequence" + at
}

// hold is what a node lies in, and as which one.
type hold struct {
	sequence *[]Node
	parallel *Parallel
	choice   *Choice
	i        int
}

// edit changes a copy of the flow at a path. A sequence directly in a sequence, and one
// that holds a single node in a place where that node could stand, is dissolved: nobody sees
// a difference, and paths stay short.
func (f Flow) edit(path string, change func(own *Flow, at *Node, in hold) error) (Flow, error) {
	own, err := copyFlow(f)
	if err != nil {
		return Flow{}, err
	}
	at, in, err := own.place(path)
	if err != nil {
		return Flow{}, err
	}
	if err := change(&own, at, in); err != nil {
		return Flow{}, err
	}
	own.Root.tidy()
	return own, nil
}

func (f *Flow) node(path string) (*Node, error) {
	n, _, err := f.place(path)
	return n, err
}

// place follows a path from the root.
func (f *Flow) place(path string) (*Node, hold, error) {
	missing := fmt.Errorf("%w: %s", ErrNoPlace, path)
	rest, ok := strings.CutPrefix(path, "root")
	if !ok {
		return nil, hold{}, missing
	}
	n, in := &f.Root, hold{}
	for rest != "" {
		part := strings.TrimPrefix(rest, ".")
		switch {
		case strings.HasPrefix(part, "sequence["):
			in = hold{sequence: &n.Sequence}
			n, in.i, rest = indexed(part, "sequence", n.Sequence)
		case strings.HasPrefix(part, "parallel.branches[") && n.Parallel != nil:
			in = hold{parallel: n.Parallel}
			n, in.i, rest = indexed(part, "parallel.branches", n.Parallel.Branches)
		case strings.HasPrefix(part, "choice.cases[") && n.Choice != nil:
			in = hold{choice: n.Choice}
			var c *Case
			if c, in.i, rest = indexed(part, "choice.cases", n.Choice.Cases); c == nil {
				return nil, in, missing
			}
			n = &c.Then
			if rest, ok = strings.CutPrefix(rest, ".then"); !ok {
				return nil, in, missing
			}
		case strings.HasPrefix(part, "choice.else") && n.Choice != nil:
			in = hold{choice: n.Choice, i: len(n.Choice.Cases)}
			n, rest = n.Choice.Else, strings.TrimPrefix(part, "choice.else")
		case strings.HasPrefix(part, "repeat.body") && n.Repeat != nil:
			in = hold{}
			n, rest = &n.Repeat.Body, strings.TrimPrefix(part, "repeat.body")
		default:
			return nil, in, missing
		}
		if n == nil || part == rest {
			return nil, in, missing
		}
	}
	return n, in, nil
}

// indexed is the element that a part of a path names, nil if there is none, and what
// follows in the path.
func indexed[T any](part, name string, all []T) (*T, int, string) {
	inside, rest, ok := strings.Cut(strings.TrimPrefix(part, name+"["), "]")
	i, err := strconv.Atoi(inside)
	if !ok || err != nil || i < 0 || i >= len(all) {
		return nil, 0, rest
	}
	return &all[i], i, rest
}

// tidy dissolves sequences that make no difference, from below.
func (n *Node) tidy() {
	var kids []*Node
	switch {
	case n.Parallel != nil:
		for i := range n.Parallel.Branches {
			kids = append(kids, &n.Parallel.Branches[i])
		}
	case n.Choice != nil:
		for i := range n.Choice.Cases {
			kids = append(kids, &n.Choice.Cases[i].Then)
		}
		if n.Choice.Else != nil {
			kids = append(kids, n.Choice.Else)
		}
	case n.Repeat != nil:
		kids = append(kids, &n.Repeat.Body)
	case n.Sequence != nil:
		for i := range n.Sequence {
			kids = append(kids, &n.Sequence[i])
		}
	}
	for _, kid := range kids {
		kid.tidy()
	}
	if n.Sequence == nil {
		return
	}
	flat := make([]Node, 0, len(n.Sequence))
	for _, kid := range n.Sequence {
		if kid.Sequence != nil {
			flat = append(flat, kid.Sequence...)
		} else {
			flat = append(flat, kid)
		}
	}
	n.Sequence = flat
	if len(flat) == 1 {
		*n = flat[0]
	}
}
