package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

type documents struct{ *tx }

func (d documents) Document(_ context.Context, id string) (document.Document, bool, error) {
	doc, ok := d.documents[id]
	if d.failed != nil || !ok {
		return document.Document{}, false, d.failed
	}
	doc, err := copied(doc)
	return doc, err == nil, err
}

func (d documents) Documents(_ context.Context, q document.Query) ([]document.Document, error) {
	if d.failed != nil {
		return nil, d.failed
	}
	number, id, _ := strings.Cut(q.After, "\x00")
	var found []document.Document
	for _, doc := range d.documents {
		if (q.IDs == nil || slices.Contains(q.IDs, doc.ID)) && (q.PointsAt == nil || slices.ContainsFunc(doc.Relations, func(r document.Relation) bool { return r.PointsAt(*q.PointsAt) })) &&
			numbered(q.Numbers, doc) && wanted(q.Levels, doc.Level) && (q.Parent == "" || slices.Contains(document.NumberKeys(q.Parent), doc.Parent)) && wanted(q.States, doc.State) &&
			(q.Classes == nil || slices.Contains(q.Classes, doc.Class)) && q.Reach.Lets(doc) && titled(q.Text, doc) &&
			(q.After == "" || documentOrder(document.Document{Number: number, ID: id}, doc) < 0) {
			found = append(found, doc)
		}
	}
	return page(found, documentOrder, q.Limit)
}

func documentOrder(a, b document.Document) int {
	return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
}

func numbered(numbers []string, doc document.Document) bool {
	has := doc.Numbers()
	return len(numbers) == 0 || slices.ContainsFunc(numbers, func(n string) bool { return slices.Contains(has, document.TypedNumber(n)) })
}

func titled(text string, doc document.Document) bool {
	lines := slices.Concat([]string{doc.Number}, doc.FormerNumbers, slices.Collect(maps.Values(doc.Title)))
	for _, was := range doc.Earlier {
		lines = slices.AppendSeq(lines, maps.Values(was.Title))
	}
	text = record.Fold(text)
	return slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(record.Fold(l), text) })
}

func (d documents) PutDocument(_ context.Context, doc document.Document) error {
	if err := d.write(); err != nil {
		return d.fail(err)
	}
	row, err := copied(doc)
	if err != nil {
		return d.fail(err)
	}
	if d.documents[doc.ID].Revision != doc.Revision-1 {
		return d.fail(ismskit.ErrConflict)
	}
	put(d.tx, d.documents, doc.ID, row)
	return nil
}

func (d documents) Versions(_ context.Context, id string) ([]document.Version, error) {
	if d.failed != nil {
		return nil, d.failed
	}
	var found []document.Version
	for k, v := range d.versions {
		if k[0] == id {
			found = append(found, v)
		}
	}
	order := func(a, b document.Version) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Label, b.Label))
	}
	return page(found, order, 0)
}

func (d documents) PutVersion(_ context.Context, v document.Version) error {
	if err := d.write(); err != nil {
		return d.fail(err)
	}
	row, err := copied(v)
	if err != nil {
		return d.fail(err)
	}
	k := pair{v.Document, v.Label}
	if d.versions[k].Revision != v.Revision-1 {
		return d.fail(ismskit.ErrConflict)
	}
	put(d.tx, d.versions, k, row)
	return nil
}
