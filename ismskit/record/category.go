package record

import (
	"maps"
	"slices"
)

// Category is a node of the tree (紀錄分類) that a house defines for its records (B3.6).
type Category struct {
	ID     string
	Parent string // id of the one above, "" at the top
	// Alone: what stands above gives no rights here (不沿用上層權限).
	Alone bool
	// System: its owner and administrators maintain what is filed here (B3.8).
	System string
	// Over: nothing more is filed here, for its system has ended or is another agency's. Whoever
	// reads what was filed goes on reading it.
	Over bool
	// Maintain and Read are who may file here and who may read, as ACL.Readers names them.
	// Who maintains reads.
	Maintain, Read []string
}

// Tree is the tree of categories. The zero Tree is empty.
type Tree struct {
	byID map[string]Category
	kids map[string][]string // in the order in which they were given
}

// NewTree makes a tree of its nodes. A node whose parent isn't among them stands at the top.
// Nodes that are each other's parents, which the Kit refuses, are looked at once each.
func NewTree(nodes []Category) Tree {
	t := Tree{byID: make(map[string]Category, len(nodes)), kids: map[string][]string{}}
	for _, n := range nodes {
		t.byID[n.ID] = n
	}
	for _, n := range nodes {
		if _, ok := t.byID[n.Parent]; !ok {
			n.Parent = ""
			t.byID[n.ID] = n
		}
		t.kids[n.Parent] = append(t.kids[n.Parent], n.ID)
	}
	return t
}

// Path are the ids from the top down to a node, itself included; none for one that isn't
// there.
func (t Tree) Path(id string) []string {
	var path []string
	for n, ok := t.byID[id]; ok && !slices.Contains(path, n.ID); n, ok = t.byID[n.Parent] {
		path = append(path, n.ID)
	}
	slices.Reverse(path)
	return path
}

// Under are a node and all below it, from the top down.
func (t Tree) Under(id string) []string {
	if _, ok := t.byID[id]; !ok {
		return nil
	}
	under := []string{id}
	for i := 0; i < len(under); i++ {
		for _, kid := range t.kids[under[i]] {
			if !slices.Contains(under, kid) {
				under = append(under, kid)
			}
		}
	}
	return under
}

// Walk goes over the tree from the top down, each node before those below it. Nodes that are each
// other's parents come last, so that somebody can mend them.
func (t Tree) Walk(visit func(n Category, depth int)) {
	seen := map[string]bool{}
	var down func(id string, depth int)
	down = func(id string, depth int) {
		for _, kid := range t.kids[id] {
			if !seen[kid] {
				seen[kid] = true
				visit(t.byID[kid], depth)
				down(kid, depth+1)
			}
		}
	}
	down("", 0)
	for _, id := range slices.Sorted(maps.Keys(t.byID)) {
		if !seen[id] {
			seen[id] = true
			visit(t.byID[id], 0)
			down(id, 1)
		}
	}
}

// Summed counts for each category what is filed in it and below, as a query that asks for it
// finds it; in the order in which they are come upon. A category that isn't there any more stands
// for itself.
func (t Tree) Summed(filed []Bucket) []Bucket {
	var out []Bucket
	for _, b := range filed {
		path := t.Path(b.Value)
		if len(path) == 0 {
			path = []string{b.Value}
		}
		for _, id := range path {
			i := slices.IndexFunc(out, func(s Bucket) bool { return s.Value == id })
			if i < 0 {
				i, out = len(out), append(out, Bucket{Value: id})
			}
			out[i].Count, out[i].More = min(out[i].Count+b.Count, CountUpTo), out[i].More || b.More || out[i].Count+b.Count > CountUpTo
		}
	}
	return out
}

// Readable are the categories whose records somebody may read by it, sorted.
func (t Tree) Readable(r Reader) []string {
	return t.granted(r, func(c Category) []string { return slices.Concat(c.Maintain, c.Read) })
}

// Known are the categories that there are for somebody: those that he reads, true, and those on the
// way to one, false. Others are nothing to him, for what one is called may tell what is filed there.
func (t Tree) Known(r Reader) map[string]bool {
	known := map[string]bool{}
	for _, id := range t.Readable(r) {
		for _, above := range t.Path(id) {
			known[above] = known[above] || above == id
		}
	}
	return known
}

// Maintained are the categories in which somebody may file, sorted.
func (t Tree) Maintained(r Reader) []string {
	ids := t.granted(r, func(c Category) []string { return c.Maintain })
	return slices.DeleteFunc(ids, t.Over)
}

// Over says of a category that nothing more is filed there.
func (t Tree) Over(id string) bool { return t.byID[id].Over }

// granted are the nodes at which somebody is named, and those below that inherit it.
func (t Tree) granted(r Reader, named func(Category) []string) []string {
	var ids []string
	for id := range t.byID {
		for _, above := range slices.Backward(t.Path(id)) {
			at := t.byID[above]
			if t.grants(at, r, named(at)) {
				ids = append(ids, id)
				break
			}
			if at.Alone {
				break
			}
		}
	}
	slices.Sort(ids)
	return ids
}

func (t Tree) grants(c Category, r Reader, readers []string) bool {
	return r.named(readers) || r.InHouse && slices.Contains(readers, Everybody) || c.System != "" && slices.Contains(r.Systems, c.System)
}
