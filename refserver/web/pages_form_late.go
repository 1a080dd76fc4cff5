package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/ismskit/ismskit/ismskit"
)

// keeps are the acts of a form page that keep what was typed.
var keeps = []string{"submit", "save", "preview", "autosave"}

// tooLate answers a form whose case can no longer be changed: sent, or withdrawn, in
// another window. A second click leads to the case, for nothing is lost by it;
// whatever was typed besides is shown, to be taken along.
func (p *Pages) tooLate(w http.ResponseWriter, r *http.Request, d draft, c ismskit.Case) {
	if !p.wasHis(r, c) {
		p.fail(w, r, ismskit.ErrNotFound)
		return
	}
	if !p.parse(w, r) {
		return
	}
	f, err := p.read(r, d.form)
	if err == nil {
		f.other, err = p.otherLines(r, c, d, f)
	}
	switch {
	case err != nil:
		p.fail(w, r, err)
		return
	case f.do == "autosave":
		page := p.formState(r, d)
		page.Unsaved = true
		p.renderer.Fragment(w, r, http.StatusOK, "form", "form-state", page)
		return
	case slices.Contains(keeps, f.do) && len(f.other) == 0 && len(f.typed) == 0 && len(f.refused) == 0:
		http.Redirect(w, r, p.renderer.Href("/cases/"+c.ID), http.StatusSeeOther)
		return
	}
	d.over, f.invalid, r = true, nil, p.switched(w, r, f)
	p.showForm(w, r, http.StatusConflict, d, f, &trouble{
		Status: http.StatusConflict, Title: p.text(r, "trouble.over", "State", p.state(r, c.Word, c.Done, c.Of).Text), Lines: []string{p.text(r, "trouble.over_do")},
	})
}

// sentMeanwhile answers a form that was sent while it was being read or checked: it can no
// longer be changed, which is not that it is not there.
func (p *Pages) sentMeanwhile(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, ismskit.ErrForbidden) {
		if d, c, err := p.oldDraft(r); err == nil && !c.MayEdit {
			p.tooLate(w, r, d, c)
			return
		}
	}
	p.fail(w, r, err)
}

// wasHis says whether the reader could have had the form before it was sent: as its
// applicant, as who filled it in for him, or as who goes on for him.
func (p *Pages) wasHis(r *http.Request, c ismskit.Case) bool {
	me := p.actor(r).Person
	return me == c.Flow.Applicant.Person || me == c.Flow.Heir.Person || c.Writer != nil && me == c.Writer.Person
}
