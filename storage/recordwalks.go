package storage

import (
	"fmt"
	"math"
	"strings"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/uptrace/bun"
)

// way is something that is read in filed order until a page is full: the records of a rule,
// of a form and a year, of a system, or all.
type way struct {
	from, filed, id string
	in              []any // values in from
	where           string
	values          []any
	order           string   // before filed and id, where the index has something before them
	facet           string   // that everything on the way has
	rules           []string // for each of which it is read, as c.column1
}

// recordsBy is the way along an index of records. SQLite, which doesn't know how many there
// are of anything, is told the index; PostgreSQL knows.
func (f *finder) recordsBy(index string) way {
	w := way{from: "isms_records AS r", filed: "r.filed", id: "r.id"}
	if !f.e.Postgres {
		w.from += " INDEXED BY ismsx_records_" + index
	}
	return w
}

// walks are the queries that each read a way to the end of the page: what the rules let the
// reader see, what he may see besides, and what he took part in. Of the last no more is read
// than is newer, or older, than the page that the others have filled.
func (f *finder) walks(n int, all ...given) []*bun.SelectQuery {
	var found []*bun.SelectQuery
	for _, w := range f.ways() {
		found = append(found, f.walk(w, n, all...))
	}
	if len(f.q.Also) > 0 && !f.q.All {
		found = append(found, f.walk(way{
			from: "(VALUES (?" + strings.Repeat("), (?", len(f.q.Also)-1) + ")) AS c" + f.one("c.column1"),
			in:   anys(f.q.Also), filed: "r.filed", id: "r.id",
		}, n, all...))
	}
	if f.q.Reader == "" || f.q.All {
		return found
	}
	own := f.walk(way{
		from:  "isms_participants AS p " + f.then() + " " + f.checked() + " ON r.id = p.record AND r.filed = p.filed",
		filed: "p.filed", id: "p.record", where: "p.person = ?", values: []any{f.q.Reader},
	}, n, all...)
	if len(found) == 0 {
		return []*bun.SelectQuery{own}
	}
	f.with("s", f.newest(found, n))
	within := fmt.Sprintf("p.filed >= (SELECT CASE WHEN count(*) < %d THEN %d ELSE min(filed) END FROM s)", n, int64(math.MinInt64))
	if f.q.Oldest {
		within = fmt.Sprintf("p.filed <= (SELECT CASE WHEN count(*) < %d THEN %d ELSE max(filed) END FROM s)", n, int64(math.MaxInt64))
	}
	own = own.Where(within)
	return []*bun.SelectQuery{f.e.Builder.NewSelect().TableExpr("s").ColumnExpr("id, filed"), own}
}

func (f *finder) walk(w way, n int, all ...given) *bun.SelectQuery {
	s := f.e.Builder.NewSelect().TableExpr(f.e.qualify(w.from), w.in...).ColumnExpr(w.id + " AS id, " + w.filed + " AS filed")
	if w.where != "" {
		s = s.Where(w.where, w.values...)
	}
	q := f.q
	if w.order != "" {
		q.Years = nil // it is in the way
	}
	if w.facet != "" {
		q = without(q, w.facet)
	}
	s = f.filter(s, q)
	if f.match != "" && f.e.Postgres {
		s = s.Where(f.e.qualify("r.id IN (SELECT t.record FROM isms_record_terms AS t WHERE t.terms @@ ?::tsquery)"), f.match)
	}
	if w.order != "" {
		s = s.OrderExpr(w.order)
	}
	s = f.upTo(n, s, w.filed, w.id, all...)
	if len(w.rules) == 0 {
		return s
	}
	return f.e.Builder.NewSelect().TableExpr("(VALUES (?"+strings.Repeat("), (?", len(w.rules)-1)+")) AS c", anys(w.rules)...).
		TableExpr("LATERAL (?) AS e", s).ColumnExpr("e.id AS id, e.filed AS filed").OrderExpr(f.ordered("e.filed", "e.id")).Limit(int64(n))
}

func anys(all []string) []any {
	out := make([]any, len(all))
	for i, one := range all {
		out[i] = one
	}
	return out
}

// ways lead to what the rules let the reader see.
func (f *finder) ways() []way {
	facets, rules := f.facets(), len(f.q.ACLs)
	switch {
	case !f.q.All && rules == 0:
		return nil
	case f.facetFirst() && 0 < len(facets) && len(facets) <= fewRules:
		var ways []way
		for _, facet := range facets {
			ways = append(ways, f.seen(f.faceted(facet)))
		}
		return ways
	case f.e.Postgres && f.yearly():
		return f.years()
	case f.broad():
		return []way{f.seen(f.recordsBy(f.index()))}
	case f.e.Postgres && rules <= fewRules && len(f.q.Forms) == 0:
		// One statement for all: what is written for each rule is planned for each.
		w := f.recordsBy("sight")
		w.where, w.rules = "r.acl = c.column1", f.q.ACLs
		return []way{w}
	case len(f.q.Forms) > 0:
		return []way{f.ruled("form_acl")}
	default:
		return []way{f.ruled("sight")}
	}
}

// facetFirst: what the reader sees of a system or a label is read off its list, for a rule or a
// form leaves no fewer.
func (f *finder) facetFirst() bool {
	q := f.q
	if f.broad() {
		return len(q.Forms) == 0 || len(q.Years) == 0 || len(q.Categories)+len(q.DocKinds)+len(q.Editions) > 0
	}
	other := len(q.Forms) + len(q.Years) + len(q.Units) + len(q.States) + len(q.Classes) + len(q.Origins)
	return len(q.ACLs) > fewRules && other == 0 && q.From.IsZero() && q.To.IsZero()
}

// yearly: records of some years are wanted, and of no form. PostgreSQL takes the records of a year
// to be anywhere among all, and walks along these until it comes to that year.
func (f *finder) yearly() bool {
	q := f.q
	if !f.broad() && (len(q.ACLs) <= fewRules || len(q.States)+len(q.Without) > 0) {
		return false
	}
	return 0 < len(q.Years) && len(q.Years) <= fewRules &&
		len(q.Forms)+len(q.People)+len(q.Types)+len(q.Numbers) == 0 && q.Parent == ""
}

// years are the ways along each year, which is a range here: only its own index has a range in
// order. Who sees little is given what he sees, from which the year is then taken.
func (f *finder) years() []way {
	if !f.broad() {
		return []way{{
			from: `(SELECT id, filed, false AS draft, kind, form, year, unit, class, origin FROM isms_records
	WHERE acl IN (?) AND NOT draft OFFSET 0) AS r`, in: []any{bun.List(f.q.ACLs)}, filed: "r.filed", id: "r.id",
		}}
	}
	var ways []way
	for _, year := range f.q.Years {
		w := f.recordsBy("year")
		than := "<"
		w.order, w.where, w.values = "r.year DESC", "r.year >= ? AND r.year <= ?", []any{year, year}
		if f.q.Oldest {
			w.order, than = "r.year", ">"
		}
		if at := f.q.After; !at.Filed.IsZero() || at.ID != "" {
			w.where, w.values = w.where+" AND (r.year, r.filed, r.id) "+than+" (?, ?, ?)", append(w.values, year, micros(at.Filed), at.ID)
		}
		ways = append(ways, f.seen(w))
	}
	return ways
}

// each keeps SQLite from looking a record up once for every value of a list: it is compared.
func (f *finder) each(column string) string {
	if f.e.Postgres {
		return column
	}
	return "+" + column
}

// checked are the records one by one, each by when it was filed and its id. SQLite is told the
// index in which most of what is asked for stands beside these: mostly that answers it.
func (f *finder) checked() string {
	by := f.index()
	if many := len(f.q.Forms) * len(f.q.Years); by == "form_year" && many > fewValues {
		by = "form"
	}
	for index, values := range map[string]int{"person": len(f.q.People), "unit": len(f.q.Units), "form": len(f.q.Forms), "year": len(f.q.Years)} {
		if by == index && values > fewValues {
			by = "filed"
		}
	}
	return f.recordsBy(by).from
}

// faceted is the way along a facet's places, with the records that are still filed there.
// PostgreSQL takes the id, the day and the label for three things and expects to find next to none: it
// would look the whole facet up and sort it, instead of stopping where the page is full. So it is told
// that to each place there is one. Of a form in a year it has an index to begin with.
func (f *finder) faceted(facet string) way {
	w := way{filed: "v.filed", id: "v.record", where: "v.facet = ?", values: []any{facet}}
	if !f.e.Postgres || len(f.q.Forms) > 0 && len(f.q.Years) > 0 {
		w.from = "isms_record_facets AS v " + f.then() + " " + f.checked() + " ON r.id = v.record AND r.filed = v.filed"
		return w
	}
	label, of := "isms_record_labels AS l WHERE l.record = o.id AND l.label", facet
	if system, is := strings.CutPrefix(facet, systemLabel); is {
		label, of = "isms_record_systems AS y WHERE y.record = o.id AND y.system", system
	}
	w.from = "isms_record_facets AS v CROSS JOIN LATERAL (SELECT * FROM isms_records AS o WHERE o.id = v.record AND o.filed = v.filed AND EXISTS (SELECT 1 FROM " + label + " = ?) OFFSET 0) AS r"
	w.in, w.facet = []any{of}, facet
	return w
}

// without is what is asked for beside a facet.
func without(q record.Query, facet string) record.Query {
	prefix, _, _ := strings.Cut(facet, ":")
	switch prefix + ":" {
	case systemLabel:
		q.Systems = nil
	case categoryLabel:
		q.Categories = nil
	case kindLabel:
		q.DocKinds = nil
	case editionLabel:
		q.Editions = nil
	}
	return q
}

// ruled are the records of the reader's rules, each read along an index that begins with it.
func (f *finder) ruled(index string) way {
	w := f.recordsBy(index)
	w.where, w.values = "r.acl IN (?)", []any{bun.List(f.q.ACLs)}
	return w
}

// seen leaves what the rules let the reader see on a way.
func (f *finder) seen(w way) way {
	if f.q.All {
		return w
	}
	if w.where != "" {
		w.where += " AND "
	}
	w.where, w.values = w.where+f.each("r.acl")+" IN (?)", append(w.values, bun.List(f.q.ACLs))
	return w
}

// index is the one by which fewest of all records are walked, as experience says.
func (f *finder) index() string {
	q := f.q
	switch {
	case len(q.People) > 0:
		return "person"
	case len(q.Forms) > 0 && len(q.Years) > 0:
		return "form_year"
	case len(q.Units) > 0:
		return "unit"
	case len(q.Forms) > 0:
		return "form"
	case len(q.Years) > 0:
		return "year"
	default:
		return "filed"
	}
}
