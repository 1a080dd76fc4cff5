package storage

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

type records struct{ *tx }

var (
	recordSystemsDrop = both(`DELETE FROM isms_record_systems WHERE record = ?`)
	recordSystemPut   = both(`INSERT INTO isms_record_systems (system, record) VALUES (?, ?) ON CONFLICT (system, record) DO NOTHING`)
	recordLabelsDrop  = both(`DELETE FROM isms_record_labels WHERE record = ?`)
	recordLabelPut    = both(`INSERT INTO isms_record_labels (label, record) VALUES (?, ?) ON CONFLICT (label, record) DO NOTHING`)
	recordFilesDrop   = both(`DELETE FROM isms_record_files WHERE record = ?`)
	recordFilePut     = both(`INSERT INTO isms_record_files (digest, record) VALUES (?, ?) ON CONFLICT (digest, record) DO NOTHING`)

	// PostgreSQL keeps the terms as a tsvector without places, SQLite in an FTS5
	// table that holds only the index.
	termsPut = &Statement{
		SQLite: `INSERT INTO isms_record_terms (record) VALUES (?) ON CONFLICT (record) DO NOTHING`,
		Postgres: `INSERT INTO isms_record_terms (record, terms) VALUES (?, array_to_tsvector(?::text[]))
	ON CONFLICT (record) DO UPDATE SET terms = excluded.terms`,
	}
	termsDrop  = both(`DELETE FROM isms_record_index WHERE rowid = (SELECT place FROM isms_record_terms WHERE record = ?)`)
	termsIndex = both(`INSERT INTO isms_record_index (rowid, terms) SELECT place, ? FROM isms_record_terms WHERE record = ?`)

	aclPut = both(`INSERT INTO isms_acls (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`)
	aclAll = both(`SELECT body FROM isms_acls ORDER BY id`)
)

func (r records) Put(ctx context.Context, v record.Record) error {
	v.Filed, v.Closed = clean.Moment(v.Filed), clean.Moment(v.Closed)
	body, err := clean.Body(v)
	if err != nil {
		return err
	}
	err = r.write(ctx, recordUpdate, v.Type, v.UnitName, v.State, body, v.Kind, v.Year, v.Class, v.Origin,
		micros(v.Filed), v.ACL, v.Draft, v.Number, v.Form, v.Unit, v.Person, v.Parent, v.ID)
	if err == nil {
		err = r.replace(ctx, v.ID, recordSystemsDrop, recordSystemPut, v.Systems)
	}
	if err == nil {
		err = r.replace(ctx, v.ID, recordFilesDrop, recordFilePut, v.Files)
	}
	if err == nil {
		err = r.replace(ctx, v.ID, recordLabelsDrop, recordLabelPut, slices.Concat(labels(categoryLabel, v.Category), labels(kindLabel, v.DocKind), labels(editionLabel, v.Editions...)))
	}
	return err
}

// Labels are what few records have: a category, a kind, versions of documents. In isms_record_facets systems are
// beside them.
const (
	categoryLabel = "category:"
	kindLabel     = "kind:"
	editionLabel  = "edition:"
	systemLabel   = "system:"
)

func labels(prefix string, values ...string) []string {
	var out []string
	for _, v := range values {
		if v != "" {
			out = append(out, prefix+v)
		}
	}
	return out
}

// replace writes a record's side rows anew.
func (r records) replace(ctx context.Context, id string, drop, put *Statement, values []string) error {
	if err := r.write(ctx, drop, id); err != nil {
		return err
	}
	for _, v := range values {
		if err := r.write(ctx, put, v, id); err != nil {
			return err
		}
	}
	return nil
}

func (r records) PutText(ctx context.Context, id, text string) error {
	if err := clean.Text(text); err != nil {
		return err
	}
	terms := record.Bigrams(text)
	if r.e.Postgres {
		return r.write(ctx, termsPut, id, textArray(terms))
	}
	if err := r.write(ctx, termsPut, id); err != nil {
		return err
	}
	if err := r.write(ctx, termsDrop, id); err != nil {
		return err
	}
	return r.write(ctx, termsIndex, strings.Join(terms, " "), id)
}

// textArray writes an array literal; terms hold no quotes or backslashes.
func textArray(terms []string) string {
	if len(terms) == 0 {
		return "{}"
	}
	return `{"` + strings.Join(terms, `","`) + `"}`
}

func (r records) Join(ctx context.Context, id string, filed time.Time, people ...string) error {
	for _, p := range people {
		if err := r.write(ctx, recordJoin, p, micros(filed), id); err != nil {
			return err
		}
	}
	return nil
}

func (r records) ACLs(ctx context.Context) ([]record.ACL, error) {
	rows, err := r.read(ctx, aclAll)
	return all(rows, err, scanBody[record.ACL])
}

func (r records) PutACL(ctx context.Context, a record.ACL) error {
	body, err := clean.Body(a)
	if err != nil {
		return err
	}
	return r.write(ctx, aclPut, a.ID, body)
}

func (r records) Unreferenced(ctx context.Context, digests []string) ([]string, error) {
	if len(digests) == 0 {
		return nil, nil
	}
	rows, err := r.built(ctx, among(r.from("isms_record_files AS f").ColumnExpr("DISTINCT f.digest"), "f.digest", digests))
	kept, err := all(rows, err, func(rows Rows) (d string, err error) { return d, rows.Scan(&d) })
	if err != nil {
		return nil, err
	}
	var loose []string
	for _, d := range digests {
		if !slices.Contains(kept, d) {
			loose = append(loose, d)
		}
	}
	return loose, nil
}
