package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
)

// recordFacet is a facet as the address names it.
type recordFacet struct {
	name string // in the address
	by   record.Facet
	text string // key of its name
}

var recordFacets = []recordFacet{
	{"year", record.ByYear, "records.year"}, {"form", record.ByForm, "records.form"}, {"type", record.ByType, "records.type"}, {"system", record.BySystem, "records.system"},
	{"category", record.ByCategories, "records.category"}, {"kind", record.ByDocKind, "records.kind"},
	{"unit", record.ByUnit, "records.unit"}, {"person", record.ByPerson, "records.applicant"}, {"state", record.ByState, "records.state"},
	{"class", record.ByClass, "records.class"}, {"origin", record.ByOrigin, "records.origin"},
}

// facetsAndTotal is what a page of records has counted.
func facetsAndTotal() []record.Facet {
	out := []record.Facet{record.ByAll}
	for _, f := range recordFacets {
		out = append(out, f.by)
	}
	return out
}

// asked is what the address asks for; writing it back gives the same address.
type asked struct {
	text     string
	chosen   map[string][]string // by facet
	rows     bool
	from, to string // days as they were typed
	first    calendar.Date
	last     calendar.Date
	cursors  []string
	zone     *time.Location
	wrong    []wrongAsk
}

// wrongAsk is what the address asks for and cannot be read: nothing is left out of a
// search without saying so.
type wrongAsk struct{ name, value, text string }

// askedNames are all that an address of the archive may ask for beside the facets.
var askedNames = []string{"q", "rows", "after", "from", "to", "lang", askedEdition}

// askedEdition asks for what was made under versions of documents (record.Edition). There may be
// hundreds of them, so that no count offers them: a document's page leads here.
const askedEdition = "edition"

func readAsked(query url.Values, zone *time.Location) asked {
	a := asked{
		text: strings.TrimSpace(query.Get("q")), chosen: map[string][]string{}, rows: query.Get("rows") == "1", zone: zone,
		from: strings.TrimSpace(query.Get("from")), to: strings.TrimSpace(query.Get("to")),
	}
	fault := func(name, value, text string) { a.wrong = append(a.wrong, wrongAsk{name, value, text}) }
	if a.text != "" && a.words() == "" {
		fault("q", a.text, "records.wrong_words")
	}
	for _, f := range recordFacets {
		for _, v := range query[f.name] {
			switch _, err := strconv.Atoi(v); {
			case f.name == "year" && v != "" && err != nil:
				fault("year", v, "records.wrong_year")
			case v != "" && !slices.Contains(a.chosen[f.name], v):
				a.chosen[f.name] = append(a.chosen[f.name], v)
			}
		}
	}
	for _, v := range query[askedEdition] {
		if v != "" && !slices.Contains(a.chosen[askedEdition], v) {
			a.chosen[askedEdition] = append(a.chosen[askedEdition], v)
		}
	}
	if s := query.Get("after"); s != "" {
		a.cursors = strings.Split(s, ",")
		if readCursor(a.cursors[len(a.cursors)-1]) == (record.Cursor{}) {
			fault("after", s, "records.wrong_page")
			a.cursors = nil
		}
	}
	if s := query.Get("rows"); s != "" && s != "0" && s != "1" {
		fault("rows", s, "records.wrong_rows")
	}
	day := func(name, typed string) calendar.Date {
		if typed == "" {
			return calendar.Date{}
		}
		d, err := calendar.ParseDate(typed)
		if err != nil {
			fault(name, typed, "records.wrong_day")
		}
		return d
	}
	a.first, a.last = day("from", a.from), day("to", a.to)
	if !a.first.IsZero() && !a.last.IsZero() && a.last.Before(a.first) {
		fault("to", a.to, "records.wrong_order")
		a.last = calendar.Date{}
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		facet := slices.ContainsFunc(recordFacets, func(f recordFacet) bool { return f.name == name })
		if !facet && !slices.Contains(askedNames, name) {
			fault(name, name, "records.wrong_name")
		}
	}
	return a
}

// days writes what was typed for the days an address of the archive asks for.
func (a asked) days() map[string]string { return map[string]string{"from": a.from, "to": a.to} }

// href is the address of a; cursors are left out unless kept.
func (a asked) href(cursors []string) string {
	query := url.Values{}
	if a.text != "" {
		query.Set("q", a.text)
	}
	for name, values := range a.chosen {
		if len(values) > 0 {
			query[name] = values
		}
	}
	for name, typed := range a.days() {
		if typed != "" {
			query.Set(name, typed)
		}
	}
	if a.rows {
		query.Set("rows", "1")
	}
	if len(cursors) > 0 {
		query.Set("after", strings.Join(cursors, ","))
	}
	if len(query) == 0 {
		return "/records"
	}
	return "/records?" + query.Encode()
}

// with is a with a facet's values replaced.
func (a asked) with(name string, values []string) asked {
	b := a
	b.chosen = map[string][]string{}
	for k, v := range a.chosen {
		b.chosen[k] = v
	}
	b.chosen[name] = values
	return b
}

// presentForms is what is asked with the forms that were chosen by a former number, as an older view kept it, under
// the present one.
func (a asked) presentForms(present map[string]string) asked {
	var out []string
	for _, number := range a.chosen["form"] {
		if now := present[number]; now != "" {
			number = now
		}
		if !slices.Contains(out, number) {
			out = append(out, number)
		}
	}
	return a.with("form", out)
}

func (a asked) toggled(name, value string) asked {
	values := slices.Clone(a.chosen[name])
	if i := slices.Index(values, value); i >= 0 {
		return a.with(name, slices.Delete(values, i, i+1))
	}
	return a.with(name, append(values, value))
}

// words are the text as far as there is something in it that can be searched for: signs
// alone cannot.
func (a asked) words() string {
	if len(record.Terms(a.text)) == 0 {
		return ""
	}
	return a.text
}

// query is what the Kit is asked.
func (a asked) query() record.Query {
	q := record.Query{
		Text: a.words(), Forms: a.chosen["form"], Systems: a.chosen["system"], Units: a.chosen["unit"], Origins: a.chosen["origin"],
		Categories: a.chosen["category"], DocKinds: a.chosen["kind"], Types: a.chosen["type"], Classes: a.chosen["class"], People: a.chosen["person"],
		Editions: a.chosen[askedEdition],
		Kinds:    []string{ismskit.RecordCase, ismskit.RecordDocument, ismskit.RecordUpload},
	}
	if a.rows {
		q.Kinds = append(q.Kinds, ismskit.RecordRow)
	}
	for _, s := range a.chosen["state"] {
		q.States = append(q.States, record.Alike(s)...)
	}
	for _, y := range a.chosen["year"] {
		if n, err := strconv.Atoi(y); err == nil {
			q.Years = append(q.Years, n)
		}
	}
	if !a.first.IsZero() {
		q.From = a.first.Start(a.zone).UTC()
	}
	if !a.last.IsZero() {
		q.To = a.last.AddDays(1).Start(a.zone).UTC()
	}
	return q
}

// cursor writes the place after a record into an address, and back.
func cursor(r record.Record) string {
	return strconv.FormatInt(r.Filed.UnixMicro(), 36) + "~" + r.ID
}

func readCursor(s string) record.Cursor {
	at, id, ok := strings.Cut(s, "~")
	micros, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil {
		return record.Cursor{}
	}
	return record.Cursor{Filed: time.UnixMicro(micros).UTC(), ID: id}
}
