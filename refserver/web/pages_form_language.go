package web

import (
	"net/http"
	"slices"

	"github.com/ismskit/ismskit/forms"
)

// doLanguage asks for the form in another language, "language:en": with everything that was
// typed, and nothing kept.
const doLanguage = "language"

// listedName is the field in which a page carries which fields its list of faults named.
const listedName = "listed"

// switched is the request in the language that the form asks for, which is the reader's
// from here on; the request as it is where it asks for none. What was typed was typed in
// the language of the page it came from, and is read at that request.
func (p *Pages) switched(w http.ResponseWriter, r *http.Request, f filled) *http.Request {
	if f.do != doLanguage || !p.renderer.Texts().Has(f.at) {
		return r
	}
	keepLanguage(w, r, f.at)
	out := r.WithContext(r.Context())
	address := *r.URL
	query := address.Query()
	query.Set("lang", f.at)
	address.RawQuery = query.Encode()
	out.URL = &address
	return out
}

// otherLanguage shows the form in another language. It says of no field that it is wrong of
// which the page before did not, but for a file that came with it and was not kept.
func (p *Pages) otherLanguage(w http.ResponseWriter, r *http.Request, d draft, f filled) {
	listed, err := p.listedFaults(r, d, f)
	if err != nil {
		p.sentMeanwhile(w, r, err)
		return
	}
	f.invalid = f.refused.With(listed)
	for at := range f.pick {
		if !slices.ContainsFunc(f.invalid, func(fault forms.Fault) bool { return within(fault, at) }) {
			delete(f.pick, at)
		}
	}
	p.showForm(w, p.switched(w, r, f), http.StatusOK, d, f, nil)
}

// listedFaults are those that the list of the page before named and that are there still.
func (p *Pages) listedFaults(r *http.Request, d draft, f filled) (forms.Invalid, error) {
	listed := r.PostForm[listedName]
	if len(listed) == 0 {
		return nil, nil
	}
	_, rules, err := p.kit.Types().Validate(r.Context(), p.actor(r), d.preview(f), false)
	if err != nil {
		return nil, err
	}
	all := d.form.InOrder(f.nobody.With(f.invalid).With(rules))
	return slices.DeleteFunc(all, func(fault forms.Fault) bool { return !slices.Contains(listed, fieldID(fault.Path())) }), nil
}
