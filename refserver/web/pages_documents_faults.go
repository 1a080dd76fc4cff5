package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"github.com/ismskit/ismskit/ismskit/document"
)

// replaces is the version that a filing would put out of force without saying so, if that
// is what it was refused for.
func (p *Pages) replaces(r *http.Request, err error) (label, text string, asks bool) {
	refusal, ok := errors.AsType[*document.Refusal](err)
	if !ok {
		return "", "", false
	}
	label, asks = refusal.Replaces()
	return label, refusal.Text(p.lang(r)) + p.text(r, "word.stop"), asks
}

// wrong says whether something is to be mended at a field.
func (f filingPage) wrong(field string) bool {
	return slices.ContainsFunc(f.Faults, func(l faultLink) bool { return l.Field == field })
}

// asOnPage are faults in the order of the page, one for a field: what can't be read is not
// said to be missing as well.
func asOnPage(faults []faultLink) []faultLink {
	var out []faultLink
	for _, f := range faults {
		if !slices.ContainsFunc(out, func(l faultLink) bool { return l.Field == f.Field }) {
			out = append(out, f)
		}
	}
	place := func(f faultLink) int {
		if at := slices.Index(filingFields, f.Field); at >= 0 {
			return at
		}
		return len(filingFields)
	}
	slices.SortStableFunc(out, func(a, b faultLink) int { return place(a) - place(b) })
	return out
}

// filingControls are the controls of the page that are called otherwise than the part of
// the filing which they ask for.
var filingControls = map[string]string{document.FieldFiles: "file", document.FieldSupersedes: "version", document.FieldTitle + "en": "title_en"}

// filingFaults says at its field what a filing was refused for; nil where that is at none.
func (p *Pages) filingFaults(r *http.Request, err error) []faultLink {
	var out []faultLink
	refusals, _ := document.AsRefusals(err)
	for _, refusal := range refusals {
		if refusal.Field == "" {
			return nil
		}
		if refusal.Field == document.FieldRelations {
			out = append(out, faultLink{Field: relationField(r, refusal), Text: refusal.Text(p.lang(r)) + p.text(r, "word.stop")})
			continue
		}
		out = append(out, faultLink{Field: cmp.Or(filingControls[refusal.Field+refusal.Params["lang"]], refusal.Field), Text: refusal.Text(p.lang(r)) + p.text(r, "word.stop")})
	}
	if text := p.uploadFault(err); text != nil {
		out = append(out, faultLink{Field: "file", Text: text.In(p.lang(r))})
	}
	return out
}
