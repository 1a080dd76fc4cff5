package storage

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/ismskit/record"
)

const (
	// pageLimit is the most records one page holds.
	pageLimit = 500
	// fewRules is up to how many rules a reader's records are merged rule by
	// rule, each in filed order. A reader of more rules sees so much that walking
	// all records in filed order soon fills a page.
	fewRules = 24
)

// Query merges, newest first, what the rules let the reader see and what he took
// part in. Each part is read in filed order and stops at the page's size.
func (r records) Query(ctx context.Context, q record.Query) ([]record.Record, error) {
	if q.Empty() {
		return nil, nil
	}
	// The page is cut before the rows are fetched.
	page := r.fetched(r.places(q, min(limit(q.Limit, pageLimit), pageLimit))).ColumnExpr("r.body").OrderExpr("u.filed DESC, u.id DESC")
	rows, err := r.built(ctx, page)
	return all(rows, err, scanBody[record.Record])
}

// fetched joins the records to their places.
func (r records) fetched(places *bun.SelectQuery) *bun.SelectQuery {
	return r.e.Builder.NewSelect().TableExpr("(?) AS u", places).Join(r.e.qualify("JOIN isms_records AS r ON r.id = u.id"))
}

// places are where the n newest records are that the query finds.
func (r records) places(q record.Query, n int) *bun.SelectQuery {
	parts := r.parts(q, n)
	if len(parts) == 1 {
		return parts[0]
	}
	u := r.e.Builder.NewSelect().TableExpr("(?) AS u0", parts[0]).ColumnExpr("*")
	for _, p := range parts[1:] {
		u = u.Union(r.e.Builder.NewSelect().TableExpr("(?) AS u1", p).ColumnExpr("*"))
	}
	return r.e.Builder.NewSelect().TableExpr("(?) AS w", u).ColumnExpr("w.id, w.filed").
		OrderExpr("w.filed DESC, w.id DESC").Limit(int64(n))
}

// parts are the queries whose union is the page: places of records, in order.
func (r records) parts(q record.Query, n int) []*bun.SelectQuery {
	place := func(s *bun.SelectQuery, filed, id string) *bun.SelectQuery {
		s = r.filter(s.ColumnExpr(id+" AS id, "+filed+" AS filed"), q)
		return newestFirst(s, filed, id, q.After.Filed, q.After.ID, n)
	}
	if q.All {
		return []*bun.SelectQuery{place(r.from("isms_records AS r"), "r.filed", "r.id")}
	}
	var parts []*bun.SelectQuery
	switch {
	case len(q.ACLs) > fewRules:
		parts = append(parts, place(r.from("isms_records AS r").Where(r.walked("r.acl")+" IN (?)", bun.List(q.ACLs)), "r.filed", "r.id"))
	default:
		for _, acl := range q.ACLs {
			parts = append(parts, place(r.from("isms_records AS r").Where("r.acl = ?", acl), "r.filed", "r.id"))
		}
	}
	if len(q.Also) > 0 {
		parts = append(parts, place(r.from("isms_records AS r").Where("r.id IN (?)", bun.List(q.Also)), "r.filed", "r.id"))
	}
	if q.Reader != "" {
		s := r.from("isms_participants AS p").Join(r.e.qualify(r.thenRecords()+" isms_records AS r ON r.id = p.record AND r.filed = p.filed")).Where("p.person = ?", q.Reader)
		parts = append(parts, place(s, "p.filed", "p.record"))
	}
	return parts
}

// walked keeps SQLite from fetching all records of all rules through the rule's
// index, only to sort them.
func (r records) walked(column string) string {
	if r.e.Postgres {
		return column
	}
	return "+" + column
}

// thenRecords joins the records to what a reader took part in. SQLite is told to begin with
// the latter: by a form or a unit it would read all records of it, tens of thousands, only to
// find the few that are his.
func (r records) thenRecords() string {
	if r.e.Postgres {
		return "JOIN"
	}
	return "CROSS JOIN"
}

// filter adds everything but who may see it.
func (r records) filter(s *bun.SelectQuery, q record.Query) *bun.SelectQuery {
	s = s.Where("NOT r.draft")
	s = among(s, "r.id", q.IDs)
	s = among(s, "r.kind", q.Kinds)
	s = among(s, "r.form", q.Forms)
	s = among(s, "r.type", q.Types)
	s = among(s, "r.year", q.Years)
	s = among(s, "r.unit", q.Units)
	s = among(s, "r.person", q.People)
	s = among(s, "r.state", q.States)
	if len(q.Without) > 0 {
		s = s.Where("r.state NOT IN (?)", bun.List(q.Without))
	}
	s = among(s, "r.class", q.Classes)
	s = among(s, "r.origin", q.Origins)
	s = equal(s, "r.parent", q.Parent)
	if len(q.Systems) > 0 {
		s = s.Where(r.e.qualify("EXISTS (SELECT 1 FROM isms_record_systems AS y WHERE y.record = r.id AND y.system IN (?))"), bun.List(q.Systems))
	}
	for _, wanted := range [...][]string{labels(categoryLabel, q.Categories...), labels(kindLabel, q.DocKinds...)} {
		if len(wanted) > 0 {
			s = s.Where(r.e.qualify("r.id IN (SELECT l.record FROM isms_record_labels AS l WHERE l.label IN (?))"), bun.List(wanted))
		}
	}
	if len(q.Files) > 0 {
		s = s.Where(r.e.qualify("r.id IN (SELECT f.record FROM isms_record_files AS f WHERE f.digest IN (?))"), bun.List(q.Files))
	}
	if !q.From.IsZero() {
		s = s.Where("r.filed >= ?", micros(q.From))
	}
	if !q.To.IsZero() {
		s = s.Where("r.filed < ?", micros(q.To))
	}
	if len(q.Numbers) > 0 {
		s = s.WhereGroup(" AND ", func(s *bun.SelectQuery) *bun.SelectQuery {
			for _, n := range q.Numbers {
				s = numbered(s, n)
			}
			return s
		})
	}
	if readings := record.Readings(q.Text); len(readings[0]) > 0 {
		s = s.Where(r.e.qualify(r.textWhere()), r.textQuery(readings))
	}
	return s
}

// numbered compares a number, or its beginning where it ends in '*', as a range
// so that the index serves both.
func numbered(s *bun.SelectQuery, number string) *bun.SelectQuery {
	if start, ok := strings.CutSuffix(number, "*"); ok {
		return s.WhereOr("(r.number >= ? AND r.number < ?)", start, start+"\U0010FFFF")
	}
	return s.WhereOr("r.number = ?", number)
}

func (r records) textWhere() string {
	if r.e.Postgres {
		return "r.id IN (SELECT t.record FROM isms_record_terms AS t WHERE t.terms @@ ?::tsquery)"
	}
	return `r.id IN (SELECT t.record FROM isms_record_index JOIN isms_record_terms AS t ON t.place = isms_record_index.rowid
	WHERE isms_record_index MATCH ?)`
}

// textQuery writes "all of these terms, or all of those" for either index.
func (r records) textQuery(readings [][]record.Term) string {
	either := " OR "
	if r.e.Postgres {
		either = " | "
	}
	all := make([]string, len(readings))
	for i, terms := range readings {
		all[i] = "(" + r.allOf(terms) + ")"
	}
	return strings.Join(all, either)
}

// allOf writes "all of these terms". Terms hold letters, digits and -_./@: only, so
// quotes around them suffice.
func (r records) allOf(terms []record.Term) string {
	words := make([]string, len(terms))
	for i, t := range terms {
		switch {
		case r.e.Postgres && t.Prefix:
			words[i] = "'" + t.Text + "':*"
		case r.e.Postgres:
			words[i] = "'" + t.Text + "'"
		case t.Prefix:
			words[i] = `"` + t.Text + `"*`
		default:
			words[i] = `"` + t.Text + `"`
		}
	}
	if r.e.Postgres {
		return strings.Join(words, " & ")
	}
	return strings.Join(words, " AND ")
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
	q.After = record.Cursor{}
	within := record.CountUpTo
	var s *bun.SelectQuery
	if by == record.ByAll {
		s = r.e.Builder.NewSelect().TableExpr("(?) AS c", r.places(q, within)).ColumnExpr("'', '', count(*), count(*)")
	} else {
		within = limit(q.Within, record.CountWithin)
		s = r.grouped(r.e.Builder.NewSelect().With("u", r.places(q, within)).TableExpr("u").Join(r.e.qualify("JOIN isms_records AS r ON r.id = u.id")), by)
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
