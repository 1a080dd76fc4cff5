package document

import (
	"context"
	"slices"
)

// Kinds of relations between documents.
const (
	References  = "references"   // 引用
	Replaces    = "supersedes"   // 取代
	DerivedFrom = "derived_from" // 源自
	BelongsTo   = "belongs_to"   // 所屬
)

// RelationKinds are the kinds, in the order in which they are shown.
func RelationKinds() []string { return []string{References, Replaces, DerivedFrom, BelongsTo} }

// PointsAt says whether a relation names a document: by its id, or by a number that it has or had
// where the relation came with no id.
func (r Relation) PointsAt(d Document) bool {
	if r.ID != "" {
		return r.ID == d.ID
	}
	return slices.Contains(d.Numbers(), TypedNumber(r.Number))
}

// targets are what relations that point at a document name: its id, or one of its numbers.
func (d Document) targets() []string {
	out := []string{"id:" + d.ID}
	for _, n := range NumberKeys(d.Numbers()...) {
		out = append(out, "no:"+n)
	}
	return out
}

// Targets are what a store knows the relations by that point at the document of a query, nil where it
// asks for none: "id:" and its id, or "no:" and one of its numbers where a relation names no id.
func (q Query) Targets() []string {
	if q.PointsAt == nil {
		return nil
	}
	return q.PointsAt.targets()
}

// Ends says whether the other document is retired as the next version of this one comes into force.
func (r Relation) Ends() bool { return r.Kind == Replaces && r.Retires }

// Over are the documents to which this one belongs: its parent, and those that it says it belongs to.
func (d Document) Over() []Relation {
	var out []Relation
	if d.Parent != "" {
		out = append(out, Relation{Kind: BelongsTo, Number: d.Parent})
	}
	for _, r := range d.Relations {
		if r.Kind == BelongsTo {
			out = append(out, r)
		}
	}
	return out
}

// Under are those of some documents that belong to one, or to one that does, in their order; those
// that were retired no longer do.
func Under(d Document, all []Document) []Document {
	under := map[string]bool{d.ID: true}
	for grown := true; grown; {
		grown = false
		for _, o := range all {
			if under[o.ID] || o.Retired != "" {
				continue
			}
			for _, r := range o.Over() {
				if slices.ContainsFunc(all, func(over Document) bool { return under[over.ID] && r.PointsAt(over) }) {
					under[o.ID], grown = true, true
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(o Document) bool { return o.ID == d.ID || !under[o.ID] })
}

// related is what is wrong with the relations and the parent of a document where they are not
// those that are stored: a kind that is none, the document itself, or a ring of documents each of
// which supersedes, derives from or belongs to the next.
func (l Library) related(ctx context.Context, d, stored Document) (Refusals, error) {
	moved := d.Parent != "" && !SameNumber(d.Parent, stored.Parent)
	if !moved && slices.Equal(d.Relations, stored.Relations) {
		return nil, nil
	}
	var out Refusals
	for _, r := range d.Relations {
		switch {
		case !slices.Contains(RelationKinds(), r.Kind):
			out = append(out, refuseAt(FieldRelations, "relation_kind", "kind", r.Kind))
		case r.PointsAt(d):
			out = append(out, refuseAt(FieldRelations, "relation_self", "number", r.Number, "kind", r.Kind))
		}
	}
	if moved && SameNumber(d.Parent, d.Number) {
		out = append(out, refuseAt(FieldParent, "parent_self"))
	}
	if len(out) > 0 {
		return out, nil
	}
	all, err := l.store.Documents(ctx, Query{})
	if err != nil {
		return nil, err
	}
	all = append(slices.DeleteFunc(all, func(o Document) bool { return o.ID == d.ID }), d)
	for _, kind := range RelationKinds()[1:] { // whoever refers may be referred to
		if ring(all, d, kind) {
			out = append(out, refuseAt(FieldRelations, "relation_ring", "kind", kind))
			break
		}
	}
	if moved && ring(all, d, "") {
		out = append(out, refuseAt(FieldParent, "parent_ring"))
	}
	return out, nil
}

// ring says whether the relations of one kind, or the parents where it is "", lead from a document
// back to itself.
func ring(all []Document, d Document, kind string) bool {
	leadsTo := func(from, to Document) bool {
		if kind == "" {
			return from.Parent != "" && SameNumber(from.Parent, to.Number)
		}
		return slices.ContainsFunc(from.Relations, func(r Relation) bool { return r.Kind == kind && r.PointsAt(to) })
	}
	seen := map[string]bool{}
	next := []Document{d}
	for len(next) > 0 {
		from := next[0]
		next = next[1:]
		for _, to := range all {
			if !leadsTo(from, to) {
				continue
			}
			if to.ID == d.ID {
				return true
			}
			if !seen[to.ID] {
				seen[to.ID] = true
				next = append(next, to)
			}
		}
	}
	return false
}

// Related is what Change would refuse of the relations of a document that is there.
func (l Library) Related(ctx context.Context, d Document) (Refusals, error) {
	stored, err := l.document(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	return l.related(ctx, d, stored)
}

// RefuseRelation is the refusal of a relation to a document that is not there, or that whoever
// names it may not read.
func RefuseRelation(kind, number string) *Refusal {
	return refuseAt(FieldRelations, "relation_unknown", "kind", kind, "number", number)
}
