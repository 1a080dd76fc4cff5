package ismskit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
)

// stored is a document with its versions; the zero Document where there is none.
func (d Documents) stored(ctx context.Context, id string) (doc document.Document, versions []document.Version, err error) {
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, _, err := tx.Documents().Document(ctx, id)
		if err != nil || found.ID == "" {
			doc, versions = found, nil
			return err
		}
		all, err := tx.Documents().Versions(ctx, id)
		doc, versions = found, all
		return err
	})
	return doc, versions, err
}

// docChange is what a request by which a document changes asks for.
type docChange struct {
	op       string
	doc      document.Document // as it is; for a new one as it would be, without an id
	versions []document.Version
	known    bool // the document is named, and there
	// relations are those that the document has once the request is carried out; seen are, of those
	// it has now, the keys of the ones that were before the applicant.
	relations []document.Relation
	seen      []string
}

// changeOf reads a request. A document that the actor may not read is not there.
func (k *Kit) changeOf(ctx context.Context, actor Actor, c caseInHand, values forms.Values) (docChange, error) {
	text := func(key string) string { s, _ := values[key].(string); return s }
	ch := docChange{op: text(ChangeOp)}
	if ch.op == ChangeNew {
		ch.doc = newDocument(values)
		ch.relations = ch.doc.Relations
		return ch, nil
	}
	ref, _ := values[ChangeDocument].(forms.Ref)
	if ref.ID == "" {
		return ch, nil
	}
	reach, err := k.Documents().reach(ctx, actor)
	if err != nil {
		return ch, err
	}
	doc, versions, err := k.Documents().stored(ctx, ref.ID)
	if err != nil || doc.ID == "" || !reach.Lets(doc) {
		return ch, err
	}
	ch.doc, ch.versions, ch.known = doc, versions, true
	if ch.seen = c.extra.RelationsSeen; c.unsentYet() {
		if ch.seen, err = k.relationsSeen(ctx, reach, doc); err != nil {
			return ch, err
		}
	}
	ch.relations = relationsThen(doc.Relations, relationsAsked(values), ch.seen)
	return ch, nil
}

// relationsSeen are the keys of those relations of a document that somebody of this reach sees.
func (k *Kit) relationsSeen(ctx context.Context, reach *document.Reach, doc document.Document) (seen []string, err error) {
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		var keys []string
		for _, r := range doc.Relations {
			there, _, err := relating(ctx, tx, []document.Relation{r}, reach.Lets, false)
			if err != nil {
				return err
			}
			if len(there) > 0 {
				keys = append(keys, relationKey(r))
			}
		}
		seen = keys
		return nil
	})
	return seen, err
}

// seesRelations notes which relations of the document that a request changes its applicant sees as
// he sends it.
func (w *work) seesRelations(ctx context.Context) error {
	w.after.extra.RelationsSeen = nil
	ref, _ := w.after.values[ChangeDocument].(forms.Ref)
	if !w.after.kind.DocumentChange || ref.ID == "" {
		return nil
	}
	reach, err := w.k.Documents().reach(ctx, w.actor)
	if err != nil {
		return err
	}
	doc, _, err := w.k.Documents().stored(ctx, ref.ID)
	if err == nil {
		w.after.extra.RelationsSeen, err = w.k.relationsSeen(ctx, reach, doc)
	}
	return err
}

// relationKey tells the relations of a document apart as they are stored.
func relationKey(r document.Relation) string { return r.Kind + "|" + cmp.Or(r.ID, r.Number) }

// relationsThen are the relations of a document after a request that names some. They stand for
// those that its applicant saw: who does not know of another one takes it away by no form.
func relationsThen(stored, named []document.Relation, seen []string) []document.Relation {
	if named == nil {
		return stored
	}
	out := slices.Clone(named)
	for _, r := range stored {
		same := func(o document.Relation) bool { return relationKey(o) == relationKey(r) }
		if !slices.Contains(seen, relationKey(r)) && !slices.ContainsFunc(out, same) {
			out = append(out, r)
		}
	}
	return out
}

// newDocument is a document that a request is to bring into being.
func newDocument(values forms.Values) document.Document {
	text := func(key string) string { s, _ := values[key].(string); return strings.TrimSpace(s) }
	unit, _ := values[ChangeUnit].(forms.Ref)
	d := document.Document{
		Number: document.TypedNumber(text(ChangeNumber)), Level: levelOf(text(ChangeLevel)), Class: text(ChangeClass),
		Owner: unit.Name, Unit: unit.ID, Relations: relationsAsked(values), ReviewMonths: monthsOf(text(ChangeMonths)),
	}
	if group, _ := values[ChangeGroup].(forms.Ref); group.ID != "" {
		d.Group, d.Owner = group.ID, group.Name
	}
	if title := text(ChangeTitle); title != "" {
		d.Title = map[string]string{"zh-TW": title}
	}
	return d
}

// relationsAsked are the relations that a request names, nil for none.
func relationsAsked(values forms.Values) (out []document.Relation) {
	rows, _ := values[ChangeRelations].([]forms.Row)
	for _, row := range rows {
		kind, _ := row[RelationKind].(string)
		ref, _ := row[RelationDocument].(forms.Ref)
		retires, _ := row[RelationRetires].(bool)
		if ref.ID != "" {
			out = append(out, document.Relation{Kind: kind, ID: ref.ID, Retires: retires && kind == document.Replaces})
		}
	}
	return out
}

// monthsOf is the number of months that an option of ChangeMonths names, 0 for none.
func monthsOf(option string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(option, "months_"))
	if err != nil {
		return 0
	}
	return n
}

// levelOf is the level that an option of ChangeLevel names, 0 for none.
func levelOf(option string) int {
	for level := 1; level <= 4; level++ {
		if option == levelOption(level) {
			return level
		}
	}
	return 0
}

func levelOption(level int) string { return fmt.Sprintf("level_%d", level) }

// label is the version that the request would issue, "" where it issues none or cannot.
func (ch docChange) label(values forms.Values) string {
	switch ch.op {
	case ChangeNew:
		if start, _ := values[ChangeStart].(string); start != "" {
			return start
		}
		return document.FirstLabel.String()
	case ChangeRevise:
		bump, _ := values[ChangeBump].(string)
		return document.NextLabel(ch.versions, document.Bump(bump)).String()
	}
	return ""
}
