package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

// facetNames are what the values of facets are called.
type facetNames struct {
	form, system, unit, person, note, category map[string]string
	kind, typ                                  map[string]forms.Text
	class                                      ismskit.Classes
}

// facets fills in the counts beside the list and the conditions above it.
func (p *Pages) facets(r *http.Request, a asked, look ismskit.Finding, page *recordsPage) (facetNames, error) {
	counts := look.Counts
	names := facetNames{form: map[string]string{}, system: map[string]string{}, unit: map[string]string{}, person: map[string]string{}, note: map[string]string{}, category: map[string]string{}, kind: look.KindNames, typ: look.TypeNames, class: look.Classes}
	p.nameForms(r, look.FormNames, names)
	buckets := map[string][]record.Bucket{}
	for _, f := range recordFacets {
		buckets[f.name] = counts[f.by]
		if slices.ContainsFunc(counts[f.by], func(b record.Bucket) bool { return b.More }) {
			page.Within = record.CountWithin
		}
	}
	if len(buckets["category"]) > 0 || len(a.chosen["category"]) > 0 {
		for id, name := range look.CategoryNames {
			names.category[id] = name.In(p.lang(r))
		}
		if err := p.nameCategories(r, names); err != nil { // those that he reads, with what is above them
			return names, err
		}
	}
	if err := p.nameFacets(r, a, buckets, names); err != nil {
		return names, err
	}
	if a.words() != "" {
		without := a
		without.text = ""
		page.Chosen = append(page.Chosen, chip{Text: p.text(r, "records.text_has", "Text", a.text), Remove: without.href(nil)})
		page.Anything = true
	}
	if err := p.askedEditions(r, a, page); err != nil {
		return names, err
	}
	for _, f := range recordFacets {
		view := facetView{Name: p.text(r, f.text), Values: p.facetValues(r, a, f, buckets[f.name], names)}
		var chosen []string
		for _, v := range view.Values {
			if v.Chosen {
				chosen = append(chosen, v.Text)
			}
		}
		if len(a.chosen[f.name]) > 0 {
			page.Anything = true
			page.Chosen = append(page.Chosen, chip{
				Text:   p.text(r, "records.chosen", "Facet", view.Name, "Values", strings.Join(chosen, p.text(r, "word.list"))),
				Remove: a.with(f.name, nil).href(nil),
			})
			for _, v := range a.chosen[f.name] {
				page.Hidden = append(page.Hidden, hiddenField{f.name, v})
			}
		}
		const few = 8
		if len(view.Values) > few && f.name != "year" {
			view.Values, view.More = view.Values[:few], view.Values[few:]
		}
		if len(view.Values) > 0 {
			page.Facets = append(page.Facets, view)
		}
	}
	if a.rows {
		page.Hidden = append(page.Hidden, hiddenField{"rows", "1"})
	}
	return names, nil
}

// askedEditions puts the versions of documents that were asked for into the page. One that the reader
// may not read is called as he asked for it.
func (p *Pages) askedEditions(r *http.Request, a asked, page *recordsPage) error {
	var called []string
	for _, edition := range a.chosen[askedEdition] {
		page.Hidden = append(page.Hidden, hiddenField{askedEdition, edition})
		name := edition
		if id, label, ok := record.EditionOf(edition); ok {
			view, err := p.kit.Documents().Get(r.Context(), p.actor(r), id)
			switch {
			case err == nil:
				name = view.Number + " " + p.text(r, "documents.version_no", "Version", label)
			case !errors.Is(err, ismskit.ErrNotFound):
				return err
			}
		}
		called = append(called, name)
	}
	if len(called) > 0 {
		page.Anything = true
		page.Chosen = append(page.Chosen, chip{
			Text:   p.text(r, "records.chosen", "Facet", p.text(r, "records.edition"), "Values", strings.Join(called, p.text(r, "word.list"))),
			Remove: a.with(askedEdition, nil).href(nil),
		})
	}
	return nil
}

// facetValues are the values of one facet, the chosen ones among them even when
// nothing has them, states of the same word together.
func (p *Pages) facetValues(r *http.Request, a asked, f recordFacet, buckets []record.Bucket, names facetNames) []facetValue {
	counts, more := map[string]int{}, map[string]bool{}
	var order []string
	add := func(value string, n int, atLeast bool) {
		if f.name == "state" {
			value = record.Alike(value)[0]
		}
		if _, ok := counts[value]; !ok {
			order = append(order, value)
		}
		counts[value] = min(counts[value]+n, record.CountUpTo)
		more[value] = more[value] || atLeast || counts[value] == record.CountUpTo
	}
	for _, b := range buckets {
		add(b.Value, b.Count, b.More)
	}
	chosen := map[string]bool{}
	for _, v := range a.chosen[f.name] {
		add(v, 0, len(buckets) > 0 && buckets[0].More)
		if f.name == "state" {
			v = record.Alike(v)[0]
		}
		chosen[v] = true
	}
	if f.name == "year" {
		slices.SortFunc(order, func(x, y string) int { // the newest first
			if len(x) != len(y) {
				return len(y) - len(x)
			}
			return strings.Compare(y, x)
		})
	} else {
		slices.SortStableFunc(order, func(x, y string) int { return counts[y] - counts[x] })
	}
	slices.SortStableFunc(order, func(x, y string) int { return unchosen(chosen[x]) - unchosen(chosen[y]) })
	var out []facetValue
	for _, value := range order {
		href := a.toggled(f.name, value)
		out = append(out, facetValue{
			Text: p.facetText(r, f, value, names), Note: names.note[f.name+"/"+value], Href: href.href(nil),
			Count: counts[value], AtLeast: more[value], Chosen: chosen[value],
		})
	}
	return out
}

func unchosen(chosen bool) int {
	if chosen {
		return 0
	}
	return 1
}
