package web

import (
	"errors"
	"net/http"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// save keeps the form as it is. What is wrong in it is said on the page that
// follows; what was typed is there again.
func (p *Pages) save(w http.ResponseWriter, r *http.Request, d draft, f filled) {
	var receipt ismskit.Receipt
	err := f.nobody.Err()
	if err == nil { // nobody's draft cannot be kept, and a name that fits nobody would be lost
		receipt, err = p.keepForm(r, d, f, ismskit.VerbSave)
	}
	if err == nil {
		err = p.forget(r)
	}
	if f.do == "autosave" {
		p.autosaved(w, r, d, f, receipt, err)
		return
	}
	switch {
	case err != nil:
		p.refuseForm(w, r, d, f, err)
	case len(f.refused) > 0: // a file that was not kept would not be missed on the next page
		d.caseID, d.revision, d.saved, f.invalid = receipt.Case, receipt.Revision, p.now(), f.refused
		p.showForm(w, r, http.StatusUnprocessableEntity, d, f, nil)
	case f.do == "preview" && len(f.invalid) == 0:
		p.done(w, r, "/cases/"+receipt.Case+"/print", "")
	default:
		saved := p.text(r, "form.saved", "At", dates{zone: p.location}.clock(p.now()))
		if r.PostForm.Has(takenUpName) {
			saved = p.takenUp(r, r.PostForm)
		}
		p.done(w, r, "/cases/"+receipt.Case+"/edit", saved)
	}
}

// keepForm sends or saves a form. The page's token makes a second click the same
// request as the first.
func (p *Pages) keepForm(r *http.Request, d draft, f filled, verb workflow.Verb) (ismskit.Receipt, error) {
	key, values := d.token+"."+string(verb), d.form.Whole(f.values)
	if d.caseID == "" {
		return p.kit.Open(r.Context(), p.actor(r), ismskit.Opening{
			Type: d.info.Key, Applicant: d.who.Person, Values: values, Typed: f.typed, Chosen: f.chosen, Submit: verb == workflow.VerbSubmit, Key: key, Shown: shownRoute(r),
		})
	}
	a := ismskit.Action{Verb: verb, Revision: d.revision, Values: values, Typed: f.typed, Chosen: f.chosen, Shown: shownRoute(r)}
	if d.mayName(r) {
		a.Applicant = d.who.Person
	}
	if verb == workflow.VerbSubmit {
		a.Key = key
	}
	return p.kit.Act(r.Context(), p.actor(r), d.caseID, a)
}

// autosaved answers the script that saves by itself: a small part of the page with
// where the draft is now.
func (p *Pages) autosaved(w http.ResponseWriter, r *http.Request, d draft, f filled, receipt ismskit.Receipt, err error) {
	page := p.formState(r, d)
	switch t, known := p.trouble(r, err); {
	case err == nil:
		d.caseID, d.revision, d.saved = receipt.Case, receipt.Revision, p.now()
		page = p.formState(r, d)
		page.Saved, page.TakenUp = d.saved, ""
		for _, fault := range f.refused {
			page.NotKept = append(page.NotKept, fault.Message(p.lang(r)))
		}
	case known && t.Kind == "":
		conflict, stale := errors.AsType[*ismskit.Conflict](err)
		page.Elsewhere = stale && !conflict.Draft.IsZero()
		page.Unsaved, page.Saved = !page.Elsewhere, d.saved
	default:
		p.fail(w, r, err)
		return
	}
	p.renderer.Fragment(w, r, http.StatusOK, "form", "form-state", page)
}

// refuseForm shows the form again with what is wrong, and with everything typed.
// On a stale screen the next sending goes on from what others have done.
func (p *Pages) refuseForm(w http.ResponseWriter, r *http.Request, d draft, f filled, err error) {
	t, known := p.trouble(r, err)
	if !known || t.Kind != "" {
		p.fail(w, r, err)
		return
	}
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		all, err := p.allFaults(r, d, f, invalid)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		f.invalid = all
		p.showForm(w, r, t.Status, d, f, nil)
		return
	}
	if conflict, ok := errors.AsType[*ismskit.Conflict](err); ok {
		d.revision = conflict.Revision
		if f.other, err = p.otherDraft(r, d, f); err != nil {
			p.fail(w, r, err)
			return
		}
	}
	if errors.Is(err, ismskit.ErrKeyReused) {
		d.token = newToken()
	}
	p.showForm(w, r, t.Status, d, f, &t)
}
