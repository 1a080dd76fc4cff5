package document

import "slices"

// Reach is what somebody may read: the documents of some classes, and single ones that were
// lent to him (調閱). A nil Reach is everything; the zero Reach nothing.
type Reach struct {
	Classes []string
	IDs     []string
}

// Lets says whether a document is within reach.
func (r *Reach) Lets(d Document) bool {
	return r == nil || slices.Contains(r.Classes, d.Class) || slices.Contains(r.IDs, d.ID)
}

// Nothing says that no document can be within reach, so that a store need not look.
func (r *Reach) Nothing() bool { return r != nil && len(r.Classes) == 0 && len(r.IDs) == 0 }
