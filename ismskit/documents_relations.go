package ismskit

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// RelatedDocument is another document with what it has to do with this one.
type RelatedDocument struct {
	Kind     string // of document.RelationKinds
	Back     bool   // the other one says so: it refers to this one, supersedes it, derives from it, belongs to it
	Retires  bool   // of document.Replaces: the one superseded is retired once a version comes into force
	Document document.Document
}

// relatedTo are the documents that have to do with one, as far as its reader may read them. What
// he may not read isn't told by its number either: the document he gets names only these.
func relatedTo(doc *document.Document, all []document.Document) (out []RelatedDocument) {
	var named []document.Relation
	for _, kind := range document.RelationKinds() {
		for _, r := range doc.Relations {
			at := slices.IndexFunc(all, func(o document.Document) bool { return o.ID != doc.ID && r.PointsAt(o) })
			if r.Kind != kind || at < 0 {
				continue
			}
			named = append(named, r)
			out = append(out, RelatedDocument{Kind: kind, Retires: r.Retires, Document: all[at]})
		}
		for _, o := range all {
			for _, r := range o.Relations {
				if o.ID != doc.ID && r.Kind == kind && r.PointsAt(*doc) {
					out = append(out, RelatedDocument{Kind: kind, Back: true, Retires: r.Retires, Document: o})
				}
			}
		}
	}
	doc.Relations = named
	return out
}

// relatedDocuments are those within reach that a document has to do with, or that have to do with it,
// by number; each is looked up, for a house may have thousands.
func relatedDocuments(ctx context.Context, tx Tx, doc document.Document, reach *document.Reach) ([]document.Document, error) {
	all, err := pointedAt(ctx, tx, doc.Relations, reach)
	if err != nil {
		return nil, err
	}
	back, err := tx.Documents().Documents(ctx, document.Query{PointsAt: &doc, Reach: reach})
	return byNumber(append(all, back...)), err
}

// pointedAt are the documents within reach that relations name, by number.
func pointedAt(ctx context.Context, tx Tx, relations []document.Relation, reach *document.Reach) ([]document.Document, error) {
	var ids, numbers []string
	for _, r := range relations {
		if r.ID != "" {
			ids = append(ids, r.ID)
		} else if r.Number != "" {
			numbers = append(numbers, r.Number)
		}
	}
	var out []document.Document
	for _, q := range []document.Query{{IDs: ids, Reach: reach}, {Numbers: numbers, Reach: reach}} {
		if len(q.IDs)+len(q.Numbers) == 0 {
			continue
		}
		found, err := tx.Documents().Documents(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return byNumber(out), nil
}

// byNumber are documents by number, each once.
func byNumber(docs []document.Document) []document.Document {
	slices.SortFunc(docs, func(a, b document.Document) int { return strings.Compare(document.Cursor(a), document.Cursor(b)) })
	return slices.CompactFunc(docs, func(a, b document.Document) bool { return a.ID == b.ID })
}

// relating finds the documents that the relations of a filing name, by id or by number, among
// those that its author may read. What the host's own jobs file may come before the other one.
func relating(ctx context.Context, tx Tx, relations []document.Relation, names func(document.Document) bool, stock bool) ([]document.Relation, document.Refusals, error) {
	var out []document.Relation
	var unknown document.Refusals
	for _, r := range relations {
		id := r.ID
		if id == "" {
			id = strings.TrimSpace(r.Number)
		}
		doc, found, err := tx.Documents().Document(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		if !found {
			same, err := tx.Documents().Documents(ctx, document.Query{Numbers: []string{r.Number}})
			if err != nil {
				return nil, nil, err
			}
			same = slices.DeleteFunc(same, func(o document.Document) bool { return !names(o) })
			if found = len(same) > 0; found {
				doc = same[0]
			}
		}
		switch {
		case found && names(doc):
			r.ID, r.Number = doc.ID, doc.Number
		case stock:
			r.Number = document.TypedNumber(r.Number) // as the other one will be numbered
		default:
			unknown = append(unknown, document.RefuseRelation(r.Kind, r.Number))
			continue
		}
		if r.Kind != document.Replaces {
			r.Retires = false
		}
		if !slices.ContainsFunc(out, func(o document.Relation) bool { return o.Kind == r.Kind && o.ID == r.ID && o.Number == r.Number }) {
			out = append(out, r)
		}
	}
	return out, unknown, nil
}

// retireReplaced retires, with the version of a document that comes into force, those of which it
// is said that it replaces them and they end with it.
func (d Documents) retireReplaced(ctx context.Context, tx Tx, doc document.Document, e Event, by workflow.Signer, on string) error {
	for _, r := range doc.Relations {
		if !r.Ends() {
			continue
		}
		all, err := pointedAt(ctx, tx, []document.Relation{r}, nil)
		if err != nil {
			return err
		}
		for _, old := range all {
			if old.ID == doc.ID || !r.PointsAt(old) || old.Retired != "" {
				continue
			}
			reason := d.k.text("document.replaced", map[string]string{"number": doc.Number, "label": doc.Current})
			if d.k.classes().Confidential(doc.Class) { // who reads the old one need not read it
				reason = d.k.text("document.replaced_unnamed", nil)
			}
			ended := Event{Verb: "retire", Comment: reason, Type: e.Type, By: e.By, For: e.For, Via: e.Via, Channel: e.Channel, Assurance: e.Assurance}
			err := d.controlledIn(ctx, tx, old.ID, ended, d.k.moment(), func(ctx context.Context, c controlling) error {
				if err := c.Queue().Drop(ctx, releaseKey(old.ID)); err != nil { // what waited for its day is taken back with it
					return err
				}
				return c.lib.Retire(ctx, old.ID, document.Withdrawal{On: on, Person: by.Person, By: by.Name, Reason: reason})
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// levelAsked is the level by which a request is approved: the document's own, or the highest of
// those that are retired with it, as nobody retires by a form what he may not approve. 0 is none.
func (k *Kit) levelAsked(ctx context.Context, ch docChange) (int, error) {
	level, relations := ch.doc.Level, ch.relations
	issues := ch.op == ChangeNew || ch.op == ChangeRevise
	if !issues || !slices.ContainsFunc(relations, document.Relation.Ends) {
		return level, nil
	}
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		all, err := pointedAt(ctx, tx, relations, nil)
		level = ch.doc.Level
		for _, old := range all {
			ends := func(r document.Relation) bool { return r.Ends() && r.PointsAt(old) }
			if old.ID != ch.doc.ID && old.Retired == "" && old.Level > 0 && slices.ContainsFunc(relations, ends) && (level == 0 || old.Level < level) {
				level = old.Level
			}
		}
		return err
	})
	return level, err
}

// unsigned refuses of a filing without a version, in a house whose documents change by sign-off
// alone, what nobody may change by hand: a lower level once the document was issued, as the level
// says who approves, and other documents that are retired as the next version comes into force.
// What of them the author may not read stays.
func unsigned(ctx context.Context, tx Tx, f Filing, names func(document.Document) bool) (Filing, document.Refusals, error) {
	old, found, err := tx.Documents().Document(ctx, f.Document.ID)
	if err != nil {
		return f, nil, err
	}
	whole := len(f.Document.Title) > 0 || !found // otherwise what it does not name stays
	var out document.Refusals
	if found && whole && old.State != document.Draft && f.Document.Level > old.Level {
		out = append(out, document.RefuseLowered())
	}
	if !whole && f.Document.Relations == nil {
		return f, out, nil
	}
	everything := func(document.Document) bool { return true }
	if old.Relations, _, err = relating(ctx, tx, old.Relations, everything, true); err != nil { // by their ids
		return f, nil, err
	}
	for _, r := range old.Relations {
		if !r.Ends() {
			continue
		}
		other, there, err := tx.Documents().Document(ctx, r.ID)
		if err != nil {
			return f, nil, err
		}
		if there && !names(other) && !slices.Contains(f.Document.Relations, r) {
			f.Document.Relations = append(slices.Clone(f.Document.Relations), r)
		}
	}
	ends := func(of []document.Relation) (ids []string) {
		for _, r := range of {
			if r.Ends() {
				ids = append(ids, cmp.Or(r.ID, r.Number))
			}
		}
		slices.Sort(ids)
		return ids
	}
	if !slices.Equal(ends(f.Document.Relations), ends(old.Relations)) {
		out = append(out, document.RefuseRetiring())
	}
	return f, out, nil
}

// cameIntoForce says whether the version in force is one that was not before. One that is in force
// again, as the one after it was stopped, is not.
func cameIntoForce(before, now []document.Version) bool {
	at := slices.IndexFunc(now, func(v document.Version) bool { return v.State == document.Current })
	return at >= 0 && !slices.ContainsFunc(before, func(v document.Version) bool {
		return v.Seq == now[at].Seq && (v.State == document.Current || v.State == document.Superseded)
	})
}
