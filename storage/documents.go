package storage

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

type documents struct{ *tx }

var (
	documentGet    = both(`SELECT body FROM isms_documents WHERE id = ?`)
	documentInsert = both(`INSERT INTO isms_documents (revision, number, level, class, parent, state, folded, body, id)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	documentUpdate = must(ismskit.ErrConflict, `UPDATE isms_documents SET revision = ?, number = ?, level = ?, class = ?, parent = ?,
	state = ?, folded = ?, body = ? WHERE id = ? AND revision = ?`)
	documentNumbersDrop = both(`DELETE FROM isms_document_numbers WHERE document = ?`)
	documentNumberPut   = both(`INSERT INTO isms_document_numbers (number, document) VALUES (?, ?) ON CONFLICT (number, document) DO NOTHING`)

	versionList   = both(`SELECT body FROM isms_document_versions WHERE document = ? ORDER BY seq, label`)
	versionInsert = both(`INSERT INTO isms_document_versions (revision, seq, body, document, label) VALUES (?, ?, ?, ?, ?)`)
	versionUpdate = must(ismskit.ErrConflict, `UPDATE isms_document_versions SET revision = ?, seq = ?, body = ?
	WHERE document = ? AND label = ? AND revision = ?`)
)

func (d documents) Document(ctx context.Context, id string) (document.Document, bool, error) {
	var body []byte
	found, err := d.one(ctx, documentGet, []any{id}, &body)
	if err != nil || !found {
		return document.Document{}, false, err
	}
	var doc document.Document
	err = json.Unmarshal(body, &doc)
	return doc, err == nil, err
}

func (d documents) Documents(ctx context.Context, q document.Query) ([]document.Document, error) {
	if q.Classes != nil && len(q.Classes) == 0 || q.IDs != nil && len(q.IDs) == 0 || q.Reach.Nothing() {
		return nil, nil
	}
	s := d.from("isms_documents AS d").ColumnExpr("d.body")
	if len(q.Numbers) > 0 {
		s = s.Where(d.e.qualify("d.id IN (SELECT n.document FROM isms_document_numbers AS n WHERE n.number IN (?))"), bun.List(document.NumberKeys(q.Numbers...)))
	}
	if targets := q.Targets(); targets != nil {
		s = s.Where(d.e.qualify("d.id IN (SELECT r.document FROM isms_document_relations AS r WHERE r.target IN (?))"), bun.List(targets))
	}
	s = among(s, "d.id", q.IDs)
	s = among(s, "d.level", q.Levels)
	if q.Parent != "" {
		s = among(s, "d.parent", document.NumberKeys(q.Parent))
	}
	s = among(s, "d.state", q.States)
	s = among(s, "d.class", q.Classes)
	if r := q.Reach; r != nil {
		s = s.WhereGroup(" AND ", func(s *bun.SelectQuery) *bun.SelectQuery {
			if len(r.Classes) > 0 {
				s = s.WhereOr("d.class IN (?)", bun.List(r.Classes))
			}
			if len(r.IDs) > 0 {
				s = s.WhereOr("d.id IN (?)", bun.List(r.IDs))
			}
			return s
		})
	}
	s = contains(s, "d.folded", q.Text)
	if q.After != "" {
		number, id, _ := strings.Cut(q.After, "\x00")
		s = s.Where("(d.number, d.id) > (?, ?)", number, id)
	}
	s = s.OrderExpr("d.number, d.id")
	if q.Limit > 0 {
		s = s.Limit(int64(q.Limit))
	}
	rows, err := d.built(ctx, s)
	return all(rows, err, scanBody[document.Document])
}

func (d documents) PutDocument(ctx context.Context, doc document.Document) error {
	body, err := clean.Body(doc)
	if err != nil {
		return err
	}
	args := []any{doc.Revision, doc.Number, doc.Level, doc.Class, doc.Parent, string(doc.State), Words(doc), body, doc.ID}
	if doc.Revision == 1 {
		err = d.write(ctx, documentInsert, args...)
	} else {
		err = d.write(ctx, documentUpdate, append(args, doc.Revision-1)...)
		if err == nil {
			err = d.write(ctx, documentNumbersDrop, doc.ID)
		}
	}
	if err != nil {
		return err
	}
	for _, n := range document.NumberKeys(append([]string{doc.Number}, doc.FormerNumbers...)...) {
		if err := d.write(ctx, documentNumberPut, n, doc.ID); err != nil {
			return err
		}
	}
	return nil
}

// Words returns what a document's free text looks at: numbers and titles, also those
// that it had before, folded, a line each.
func Words(doc document.Document) string {
	lines := append([]string{doc.Number}, doc.FormerNumbers...)
	titles := []map[string]string{doc.Title}
	for _, was := range doc.Earlier {
		titles = append(titles, was.Title)
	}
	for _, title := range titles {
		for _, lang := range slices.Sorted(maps.Keys(title)) {
			if !slices.Contains(lines, title[lang]) {
				lines = append(lines, title[lang])
			}
		}
	}
	return record.Fold(strings.Join(lines, "\n"))
}

func (d documents) Versions(ctx context.Context, id string) ([]document.Version, error) {
	rows, err := d.read(ctx, versionList, id)
	return all(rows, err, scanVersion)
}

// scanVersion reads what PutVersion wrote.
func scanVersion(rows Rows) (document.Version, error) {
	v, err := scanBody[document.Version](rows)
	if v.Withdrawal != nil {
		v.State = document.Withdrawn
	}
	return v, err
}

// PutVersion implements document.Store. A withdrawn version is a draft in its row, beside its
// Withdrawal: a program from before withdrawals counts every state it does not know as in
// force from its day, and a draft never.
func (d documents) PutVersion(ctx context.Context, v document.Version) error {
	if v.State == document.Withdrawn && v.Withdrawal != nil {
		v.State = document.Draft
	}
	body, err := clean.Body(v)
	if err != nil {
		return err
	}
	args := []any{v.Revision, v.Seq, body, v.Document, v.Label}
	if v.Revision == 1 {
		return d.write(ctx, versionInsert, args...)
	}
	return d.write(ctx, versionUpdate, append(args, v.Revision-1)...)
}
