package web

import (
	"errors"
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// What the values of facets are called.

func (p *Pages) facetText(r *http.Request, f recordFacet, value string, names facetNames) string {
	var name string
	switch f.name {
	case "form":
		if name = names.form[value]; name != "" {
			return value + " " + name
		}
	case "system":
		name = names.system[value]
	case "category":
		name = names.category[value]
	case "kind":
		name = names.kind[value].In(p.lang(r))
	case "type":
		if name = names.typ[value].In(p.lang(r)); value == ismskit.RecordDocument {
			name = p.text(r, "records.document")
		}
	case "unit":
		name = names.unit[value]
	case "person":
		name = names.person[value]
	case "class":
		name = names.class.Name(value, p.lang(r))
	case "state":
		name = record.Word(value, p.lang(r))
	case "origin":
		name = p.originName(r, value)
	}
	if name == "" {
		return value
	}
	return name
}

// nameFacets looks up what systems, units, people and types are called.
func (p *Pages) nameFacets(r *http.Request, a asked, buckets map[string][]record.Bucket, names facetNames) error {
	ids := func(facet string) []string {
		var out []string
		for _, b := range buckets[facet] {
			out = append(out, b.Value)
		}
		return append(out, a.chosen[facet]...)
	}
	for _, b := range buckets["unit"] {
		names.unit[b.Value] = b.Label
	}
	for _, b := range buckets["person"] {
		names.person[b.Value] = b.Label
	}
	for _, named := range []struct {
		facet, list string
		into        map[string]string
	}{{"system", register.Systems, names.system}, {"unit", register.Units, names.unit}, {"person", register.People, names.person}} {
		if err := p.nameRows(r, named.list, ids(named.facet), named.into, named.facet, names.note); err != nil {
			return err
		}
	}
	return p.nameTypes(r, a.chosen["type"], names)
}

// nameTypes calls types that were chosen and that nothing found has, as far as the reader knows them.
func (p *Pages) nameTypes(r *http.Request, chosen []string, names facetNames) error {
	for _, key := range chosen {
		if _, known := names.typ[key]; known {
			continue
		}
		info, _, err := p.kit.Types().Get(r.Context(), p.actor(r), key)
		if errors.Is(err, ismskit.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		names.typ[key] = info.Title
	}
	return nil
}

// nameCategories calls categories with those above them.
func (p *Pages) nameCategories(r *http.Request, names facetNames) error {
	categories, err := p.choices(r, register.Categories)
	if err != nil {
		return err
	}
	for _, c := range categories {
		names.category[c.Value] = c.Label
	}
	return nil
}

func (p *Pages) nameRows(r *http.Request, list string, ids []string, into map[string]string, facet string, notes map[string]string) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: list, IDs: ids})
	if err != nil {
		return err
	}
	titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), p.lang(r), rows...)
	if err != nil {
		return err
	}
	for i, row := range rows {
		into[row.ID] = titles[i]
		if !row.To.IsZero() && !row.InForce(p.now()) {
			notes[facet+"/"+row.ID] = p.text(r, "records.until", "Date", p.dayText(r, lastDay(row.To, p.location)))
		}
	}
	return nil
}

// nameForms calls numbers of forms as the Kit knows them.
func (p *Pages) nameForms(r *http.Request, known map[string]ismskit.FormName, names facetNames) {
	for number, name := range known {
		title := name.Title.In(p.lang(r))
		if name.Now != "" {
			title = p.text(r, "records.renumbered", "Title", title, "Number", name.Now)
		}
		names.form[number] = title
	}
}
