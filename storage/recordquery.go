package storage

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/ismskit/record"
)

// pageLimit is the most records one page holds.
const pageLimit = 500

// Query merges, in the order in which they were filed, what the rules let the reader see and what he took
// part in. Each part is read in filed order and stops at the page's size.
func (r records) Query(ctx context.Context, q record.Query) ([]record.Record, error) {
	if q.Empty() {
		return nil, nil
	}
	if q.Oldest && q.Text != "" {
		return nil, record.ErrOldestWords
	}
	f, n := r.find(q), min(limit(q.Limit, pageLimit), pageLimit)
	if f.match != "" {
		if page, few, err := f.fewWorded(ctx, n); few || err != nil {
			return page, err
		}
	}
	// The page is cut before the rows are fetched.
	page := r.fetched(f.places(n)).ColumnExpr("r.body").OrderExpr(f.ordered("u.filed", "u.id"))
	rows, err := r.built(ctx, page)
	return all(rows, err, scanBody[record.Record])
}

// fetched joins the records to their places.
func (r records) fetched(places *bun.SelectQuery) *bun.SelectQuery {
	return r.e.Builder.NewSelect().TableExpr("(?) AS u", places).Join(r.e.qualify("JOIN isms_records AS r ON r.id = u.id"))
}

// Count never looks further than at the newest that Query would find, read the same
// way.
func (r records) Count(ctx context.Context, q record.Query, by record.Facet) ([]record.Bucket, error) {
	if q.Empty() {
		if by == record.ByAll {
			return []record.Bucket{{}}, nil
		}
		return nil, nil
	}
	q.After, q.Oldest = record.Cursor{}, false
	f := r.find(q)
	if err := f.weigh(ctx); err != nil {
		return nil, err
	}
	within := record.CountUpTo
	var s *bun.SelectQuery
	if by == record.ByAll {
		s = r.e.Builder.NewSelect().TableExpr("(?) AS c", f.places(within)).ColumnExpr("'', '', count(*), count(*)")
	} else {
		within = limit(q.Within, record.CountWithin)
		s = r.grouped(r.e.Builder.NewSelect().With("u", f.places(within)).TableExpr("u").Join(r.e.qualify("JOIN isms_records AS r ON r.id = u.id")), by)
	}
	rows, err := r.built(ctx, s)
	return all(rows, err, func(rows Rows) (b record.Bucket, err error) {
		looked := 0
		err = rows.Scan(&b.Value, &b.Label, &b.Count, &looked)
		if by == record.ByCategories || by == record.ByDocKind {
			_, b.Value, _ = strings.Cut(b.Value, ":")
		}
		b.Count = min(b.Count, record.CountUpTo)
		b.More = looked >= within || b.Count == record.CountUpTo
		return b, err
	})
}

// grouped counts by one property. A record without it is in no bucket; a record
// of three systems is in three.
func (r records) grouped(s *bun.SelectQuery, by record.Facet) *bun.SelectQuery {
	column, label := "r.form", "''"
	switch by {
	case record.ByYear:
		column = "r.year"
		s = s.Where("r.year <> 0")
	case record.ByUnit:
		column, label = "r.unit", "max(r.unit_name)"
	case record.ByState:
		column = "r.state"
	case record.ByOrigin:
		column = "r.origin"
	case record.ByType:
		column = "r.type"
	case record.ByClass:
		column = "r.class"
	case record.ByPerson:
		column = "r.person"
	case record.ByCategories, record.ByDocKind:
		prefix := categoryLabel
		if by == record.ByDocKind {
			prefix = kindLabel
		}
		column = "l.label"
		s = s.Join(r.e.qualify("JOIN isms_record_labels AS l ON l.record = r.id")).Where("l.label >= ? AND l.label < ?", prefix, prefix+"\U0010FFFF")
	case record.ByReader:
		column = "p.person"
		s = s.Join(r.e.qualify("JOIN isms_participants AS p ON p.record = r.id AND p.filed = r.filed"))
	case record.BySystem:
		column = "y.system"
		s = s.Join(r.e.qualify("JOIN isms_record_systems AS y ON y.record = r.id"))
	}
	value := "CAST(" + column + " AS text)"
	if by != record.ByYear {
		s = s.Where(column + " <> ''")
	}
	return s.ColumnExpr(value + ", " + label + ", count(*), (SELECT count(*) FROM u)").GroupExpr(column).OrderExpr(column)
}
