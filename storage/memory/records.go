package memory

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

const pageLimit = 500

type records struct{ *tx }

func (r records) Put(_ context.Context, v record.Record) error {
	if err := r.write(); err != nil {
		return r.fail(err)
	}
	v.Filed, v.Closed = clean.Moment(v.Filed), clean.Moment(v.Closed)
	row, err := copied(v)
	if err != nil {
		return r.fail(err)
	}
	put(r.tx, r.records, v.ID, row)
	return nil
}

func (r records) PutText(_ context.Context, id, text string) error {
	if err := r.write(id, text); err != nil {
		return r.fail(err)
	}
	put(r.tx, r.terms, id, record.Bigrams(text))
	return nil
}

func (r records) Join(_ context.Context, id string, filed time.Time, people ...string) error {
	if err := r.write(append([]string{id}, people...)...); err != nil {
		return r.fail(err)
	}
	for _, p := range people {
		put(r.tx, r.people, joint{record: id, person: p, filed: filed.UnixMicro()}, struct{}{})
	}
	return nil
}

func (r records) Query(_ context.Context, q record.Query) ([]record.Record, error) {
	if r.failed != nil {
		return nil, r.failed
	}
	if q.Oldest && q.Text != "" && !q.Empty() {
		return nil, record.ErrOldestWords
	}
	terms := record.Readings(q.Text)
	order := func(a, b record.Record) int { return newest(a.Filed, a.ID, b.Filed, b.ID) }
	after := func(v record.Record) bool { return older(v.Filed, v.ID, q.After.Filed, q.After.ID) }
	if q.Oldest {
		order = func(a, b record.Record) int { return newest(b.Filed, b.ID, a.Filed, a.ID) }
		after = func(v record.Record) bool {
			return q.After == (record.Cursor{}) || newest(clean.Moment(q.After.Filed), q.After.ID, v.Filed, v.ID) > 0
		}
	}
	var found []record.Record
	for _, v := range r.records {
		if r.matches(v, q, terms) && after(v) {
			found = append(found, v)
		}
	}
	return page(found, order, min(limit(q.Limit, pageLimit), pageLimit))
}

func (r records) visible(v record.Record, q record.Query) bool {
	if q.All || slices.Contains(q.ACLs, v.ACL) || slices.Contains(q.Also, v.ID) {
		return true
	}
	_, took := r.people[joint{record: v.ID, person: q.Reader, filed: v.Filed.UnixMicro()}]
	return q.Reader != "" && took
}

func (r records) matches(v record.Record, q record.Query, terms [][]record.Term) bool {
	return !v.Draft && !q.Empty() && r.visible(v, q) &&
		wanted(q.IDs, v.ID) && wanted(q.Kinds, v.Kind) && wanted(q.Forms, v.Form) && wanted(q.Types, v.Type) &&
		wanted(q.Years, v.Year) && wanted(q.Units, v.Unit) && wanted(q.People, v.Person) && wanted(q.States, v.State) && !slices.Contains(q.Without, v.State) &&
		wanted(q.Classes, v.Class) && wanted(q.Origins, v.Origin) && same(q.Parent, v.Parent) &&
		(len(q.Systems) == 0 || slices.ContainsFunc(v.Systems, func(s string) bool { return slices.Contains(q.Systems, s) })) &&
		wanted(q.Categories, v.Category) && wanted(q.DocKinds, v.DocKind) &&
		(len(q.Editions) == 0 || slices.ContainsFunc(v.Editions, func(e string) bool { return slices.Contains(q.Editions, e) })) &&
		(len(q.Files) == 0 || slices.ContainsFunc(v.Files, func(d string) bool { return slices.Contains(q.Files, d) })) &&
		(len(q.Numbers) == 0 || slices.ContainsFunc(q.Numbers, func(n string) bool { return hasNumber(v, n) })) &&
		(q.From.IsZero() || !v.Filed.Before(clean.Moment(q.From))) && (q.To.IsZero() || v.Filed.Before(clean.Moment(q.To))) &&
		record.Holds(r.terms[v.ID], terms)
}

func hasNumber(v record.Record, n string) bool {
	if start, ok := strings.CutSuffix(n, "*"); ok {
		return strings.HasPrefix(v.Number, start)
	}
	return v.Number == n
}

func (r records) Count(_ context.Context, q record.Query, by record.Facet) ([]record.Bucket, error) {
	if r.failed != nil {
		return nil, r.failed
	}
	terms := record.Readings(q.Text)
	buckets := map[string]record.Bucket{}
	if by == record.ByAll {
		buckets[""] = record.Bucket{}
	}
	var found []record.Record
	for _, v := range r.records {
		if r.matches(v, q, terms) {
			found = append(found, v)
		}
	}
	slices.SortFunc(found, func(a, b record.Record) int { return newest(a.Filed, a.ID, b.Filed, b.ID) })
	within := limit(q.Within, record.CountWithin)
	if by == record.ByAll {
		within = record.CountUpTo
	}
	cut := len(found) >= within
	readers := r.readers(by)
	for _, v := range found[:min(len(found), within)] {
		for _, value := range append(facet(v, by), readers[asFiled{v.ID, v.Filed.UnixMicro()}]...) {
			b := buckets[value]
			b.Value, b.Count = value, min(b.Count+1, record.CountUpTo)
			if by == record.ByUnit {
				b.Label = max(b.Label, v.UnitName)
			}
			b.More = cut || b.Count == record.CountUpTo
			buckets[value] = b
		}
	}
	var out []record.Bucket
	for _, b := range buckets {
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b record.Bucket) int {
		if by == record.ByYear { // 99 before 115
			return cmp.Or(cmp.Compare(len(a.Value), len(b.Value)), cmp.Compare(a.Value, b.Value))
		}
		return cmp.Compare(a.Value, b.Value)
	})
	return out, nil
}

// asFiled is a record as it is filed.
type asFiled struct {
	record string
	filed  int64
}

// readers are who takes part in each record, where it is asked for.
func (r records) readers(by record.Facet) map[asFiled][]string {
	out := map[asFiled][]string{}
	if by != record.ByReader {
		return out
	}
	for j := range r.people {
		out[asFiled{j.record, j.filed}] = append(out[asFiled{j.record, j.filed}], j.person)
	}
	return out
}

// facet returns the values a record counts under; an absent value is no value.
func facet(v record.Record, by record.Facet) []string {
	value := ""
	switch by {
	case record.ByAll:
		return []string{""}
	case record.BySystem:
		return slices.Compact(slices.Sorted(slices.Values(v.Systems)))
	case record.ByYear:
		if v.Year != 0 {
			value = strconv.Itoa(v.Year)
		}
	case record.ByForm:
		value = v.Form
	case record.ByUnit:
		value = v.Unit
	case record.ByState:
		value = v.State
	case record.ByOrigin:
		value = v.Origin
	case record.ByType:
		value = v.Type
	case record.ByClass:
		value = v.Class
	case record.ByPerson:
		value = v.Person
	case record.ByCategories:
		value = v.Category
	case record.ByDocKind:
		value = v.DocKind
	}
	if value == "" {
		return nil
	}
	return []string{value}
}

func (r records) ACLs(context.Context) ([]record.ACL, error) {
	if r.failed != nil {
		return nil, r.failed
	}
	var found []record.ACL
	for _, a := range r.acls {
		found = append(found, a)
	}
	return page(found, func(a, b record.ACL) int { return cmp.Compare(a.ID, b.ID) }, 0)
}

func (r records) PutACL(_ context.Context, a record.ACL) error {
	if err := r.write(); err != nil {
		return r.fail(err)
	}
	row, err := copied(a)
	if err != nil {
		return r.fail(err)
	}
	if _, ok := r.acls[a.ID]; !ok {
		put(r.tx, r.acls, a.ID, row)
	}
	return nil
}

func (r records) Unreferenced(_ context.Context, digests []string) ([]string, error) {
	if r.failed != nil {
		return nil, r.failed
	}
	var loose []string
	for _, d := range digests {
		used := false
		for _, v := range r.records {
			used = used || slices.Contains(v.Files, d)
		}
		if !used {
			loose = append(loose, d)
		}
	}
	return loose, nil
}
