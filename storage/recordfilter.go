package storage

import (
	"strings"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/ismskit/record"
)

// filter adds everything but who may see it and which words are looked for.
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
	for _, wanted := range [...][]string{labels(categoryLabel, q.Categories...), labels(kindLabel, q.DocKinds...), labels(editionLabel, q.Editions...)} {
		if len(wanted) > 0 {
			s = s.Where(r.e.qualify("EXISTS (SELECT 1 FROM isms_record_labels AS l WHERE l.record = r.id AND l.label IN (?))"), bun.List(wanted))
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
		s = r.numbers(s, q.Numbers)
	}
	return s
}

// numbers leaves records of one of some numbers.
func (r records) numbers(s *bun.SelectQuery, numbers []string) *bun.SelectQuery {
	return s.WhereGroup(" AND ", func(s *bun.SelectQuery) *bun.SelectQuery {
		for _, n := range numbers {
			s = numbered(s, n)
		}
		return s
	})
}

// numbered compares a number, or its beginning where it ends in '*', as a range
// so that the index serves both.
func numbered(s *bun.SelectQuery, number string) *bun.SelectQuery {
	if start, ok := strings.CutSuffix(number, "*"); ok {
		return s.WhereOr("(r.number >= ? AND r.number < ?)", start, start+"\U0010FFFF")
	}
	return s.WhereOr("r.number = ?", number)
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
