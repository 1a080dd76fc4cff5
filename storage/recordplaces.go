package storage

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/ismskit/record"
)

const (
	// fewRules is up to how many rules a reader's records are read rule by rule, whatever he
	// asks for. With more he sees so much that a facet is read in filed order instead.
	fewRules = 24
	// someRules is up to how many SQLite looks each one up: a moment for each, and what he may
	// not see is not read. A reader of more sees so much that walking all records in filed order
	// soon fills a page.
	someRules = 400
	// fewValues is for how many values of a facet SQLite may look one record up.
	fewValues = 4
	// fewFound is how many records something asked for may leave, so that all of them are
	// looked at before anything else.
	fewFound = 1000
	// fewNumbered is the same of a number's beginning: no index has numbers in filed order.
	fewNumbered = 10_000
)

// finder makes the query for the places of the newest records that are found: their ids and
// when they were filed.
//
// What is asked for decides what is read first. Words that few texts hold come before all; else
// the database looks, no further than at fewFound, how much the narrowest thing that is asked
// for leaves; and where that is much, too, it reads in filed order what the reader may see.
type finder struct {
	records
	q     record.Query
	match string // the words, as the database is asked for them; "" for none
	rare  bool   // few texts hold them
	begin []begun
}

// begun is a part of the statement that others refer to by its name.
type begun struct {
	name string
	s    *bun.SelectQuery
}

// find begins a query.
func (r records) find(q record.Query) *finder {
	f := &finder{records: r, q: q}
	if readings := record.Readings(q.Text); len(readings[0]) > 0 {
		f.match = r.textQuery(readings)
	}
	return f
}

// places are where the n first records are that the query finds.
func (f *finder) places(n int) *bun.SelectQuery {
	s := f.newest(f.found(n), n)
	for _, b := range f.begin {
		s = s.With(b.name, b.s)
	}
	return s
}

// found are queries for the places that newest merges.
func (f *finder) found(n int) []*bun.SelectQuery {
	if f.rare {
		return []*bun.SelectQuery{f.worded(n)}
	}
	lead, few := f.lead()
	switch {
	case lead == nil:
		return f.common(n, nil, nil)
	case few == 0 && f.match == "":
		return []*bun.SelectQuery{f.among("(?) AS c", "c.id", n, []any{lead})}
	case few == 0:
		few = math.MaxInt32
	}
	f.with("l", lead.Limit(int64(few+1)))
	return f.common(n, given{counted("l", "<=", few)}, given{counted("l", ">", few)})
}

// common finds what not even words leave few of. led says that what l is leaves few, many that
// it leaves many; both are empty where there is no l.
func (f *finder) common(n int, led, many given) []*bun.SelectQuery {
	if f.match != "" && !f.e.Postgres {
		return f.commonWords(n, led, many)
	}
	found := f.walks(n, many)
	if led != nil {
		s := f.among("l AS c", "c.id", n, nil, led)
		if f.match != "" {
			s = s.Where(f.e.qualify("(SELECT t.terms FROM isms_record_terms AS t WHERE t.record = r.id) @@ ?::tsquery"), f.match)
		}
		found = append(found, s)
	}
	return found
}

func (f *finder) with(name string, s *bun.SelectQuery) {
	f.begin = append(f.begin, begun{name, s})
}

// counted compares how many rows a part has.
func counted(name, than string, n int) string {
	return fmt.Sprintf("(SELECT count(*) FROM %s) %s %d", name, than, n)
}

// given are conditions under which a part of the statement is read at all.
type given []string

// upTo puts places into filed order, after the last one seen, and cuts them. SQLite would weigh
// what is given for each row; as a limit it is weighed before the first.
func (f *finder) upTo(n int, s *bun.SelectQuery, filed, id string, all ...given) *bun.SelectQuery {
	conditions := slices.Concat(all...)
	if len(conditions) == 0 || f.e.Postgres {
		for _, c := range conditions {
			s = s.Where(c)
		}
		return f.seenAfter(s, filed, id).OrderExpr(f.ordered(filed, id)).Limit(int64(n))
	}
	return f.seenAfter(s, filed, id).OrderExpr(fmt.Sprintf("%s LIMIT CASE WHEN %s THEN %d ELSE 0 END", f.ordered(filed, id), strings.Join(conditions, " AND "), n))
}

// ordered is the order of a page: the newest first, or the oldest.
func (f *finder) ordered(filed, id string) string {
	if f.q.Oldest {
		return filed + ", " + id
	}
	return filed + " DESC, " + id + " DESC"
}

// seenAfter leaves what comes after the last record seen.
func (f *finder) seenAfter(s *bun.SelectQuery, filed, id string) *bun.SelectQuery {
	if at := f.q.After; f.q.Oldest && (!at.Filed.IsZero() || at.ID != "") {
		return s.Where("("+filed+", "+id+") > (?, ?)", micros(at.Filed), at.ID)
	}
	if f.q.Oldest {
		return s
	}
	return after(s, filed, id, f.q.After.Filed, f.q.After.ID)
}

// newest merges places, where it is asked for the oldest these.
func (f *finder) newest(found []*bun.SelectQuery, n int) *bun.SelectQuery {
	if len(found) == 1 {
		return found[0]
	}
	u := f.e.Builder.NewSelect().TableExpr("(?) AS u0", found[0]).ColumnExpr("*")
	for _, s := range found[1:] {
		u = u.Union(f.e.Builder.NewSelect().TableExpr("(?) AS u1", s).ColumnExpr("*"))
	}
	return f.e.Builder.NewSelect().TableExpr("(?) AS w", u).ColumnExpr("w.id, w.filed").
		OrderExpr(f.ordered("w.filed", "w.id")).Limit(int64(n))
}

// lead are the records that the narrowest thing asked for leaves, nil where nothing narrow is, and
// how many are few of them, 0 where they always are. Who sees most of all records finds his page
// sooner by walking along what he asks for.
func (f *finder) lead() (s *bun.SelectQuery, few int) {
	q := f.q
	filed := f.from("isms_records AS r").ColumnExpr("DISTINCT r.id AS id").Where("NOT r.draft")
	switch {
	case len(q.IDs) > 0:
		return among(filed, "r.id", q.IDs), 0
	case len(q.Numbers) > 0 && !slices.ContainsFunc(q.Numbers, func(n string) bool { return strings.HasSuffix(n, "*") }):
		return f.numbers(filed, q.Numbers), 0
	case len(q.Files) > 0:
		return among(f.from("isms_record_files AS f").ColumnExpr("DISTINCT f.record AS id"), "f.digest", q.Files), 0
	case q.Parent != "":
		return filed.Where("r.parent = ? AND r.parent <> ''", q.Parent), 0
	case len(q.Numbers) > 0:
		return f.numbers(filed, q.Numbers), fewNumbered
	case f.broad():
		return nil, 0
	case len(q.People) > 0:
		return among(filed, "r.person", q.People), fewFound
	}
	if facets := f.facets(); len(facets) > 0 && len(q.ACLs) <= fewRules {
		return among(f.from("isms_record_facets AS f").ColumnExpr("DISTINCT f.record AS id"), "f.facet", facets), fewFound
	}
	return nil, 0
}

// broad: the reader may see so much that all records are walked for him.
func (f *finder) broad() bool { return f.q.All || len(f.q.ACLs) > someRules }

// facets are what isms_record_facets keeps of what is asked for: that by which fewest are
// found, as experience says.
func (f *finder) facets() []string {
	for _, facets := range [...][]string{labels(editionLabel, f.q.Editions...), labels(categoryLabel, f.q.Categories...), labels(kindLabel, f.q.DocKinds...), labels(systemLabel, f.q.Systems...)} {
		if len(facets) > 0 {
			return facets
		}
	}
	return nil
}

// among are those of a few records that are found, each looked at.
func (f *finder) among(few, id string, n int, values []any, all ...given) *bun.SelectQuery {
	s := f.sighted(f.e.Builder.NewSelect().TableExpr(f.e.qualify(few+f.one(id)), values...))
	return f.upTo(n, f.filter(s, f.q).ColumnExpr("r.id AS id, r.filed AS filed"), "r.filed", "r.id", all...)
}

// then joins a table to the one before it. SQLite is told to begin with that: by a form or
// a unit it would read all records of it, tens of thousands, only to find the few.
func (r records) then() string {
	if r.e.Postgres {
		return "JOIN"
	}
	return "CROSS JOIN"
}

// one joins the record of an id. It is looked up by that, whatever else is asked for of it.
func (r records) one(id string) string {
	if r.e.Postgres {
		return " CROSS JOIN LATERAL (SELECT * FROM isms_records AS o WHERE o.id = " + id + " OFFSET 0) AS r"
	}
	return " CROSS JOIN isms_records AS r ON r.id = " + id
}

// sighted leaves what the reader may see of records that are few.
func (f *finder) sighted(s *bun.SelectQuery) *bun.SelectQuery {
	if f.q.All {
		return s
	}
	return s.WhereGroup(" AND ", func(s *bun.SelectQuery) *bun.SelectQuery {
		switch {
		case len(f.q.ACLs) > 0 && f.e.Postgres: // not weighed one by one when it is planned
			s = s.WhereOr("r.acl IN (SELECT unnest(ARRAY[?]))", bun.List(f.q.ACLs))
		case len(f.q.ACLs) > 0:
			s = s.WhereOr("r.acl IN (?)", bun.List(f.q.ACLs))
		}
		if len(f.q.Also) > 0 {
			s = s.WhereOr("r.id IN (?)", bun.List(f.q.Also))
		}
		if f.q.Reader != "" {
			s = s.WhereOr(f.e.qualify("EXISTS (SELECT 1 FROM isms_participants AS p WHERE p.person = ? AND p.filed = r.filed AND p.record = r.id)"), f.q.Reader)
		}
		return s
	})
}
