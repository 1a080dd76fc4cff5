package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// amendPage is the model of record_amend.html: an execution record that is corrected.
type amendPage struct {
	Case, Title string
	Token       string // the same page sent twice is one correction
	Revision    int64
	Fields      []fieldView
	Faults      []faultLink
	Changed     bool // by somebody else meanwhile
	Posted      map[string]string
	Wrong       map[string]string
}

// inForm is the form that comes back in another language with what was typed into it.
func (p amendPage) inForm() string { return "form" }

// amended is a record that the reader may correct, with the fields that may be; what he may not
// correct is not there for him.
func (p *Pages) amended(r *http.Request) (ismskit.Case, forms.Rights, error) {
	c, err := p.kit.Case(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		return c, forms.Rights{}, err
	}
	at := slices.IndexFunc(c.Others, func(o ismskit.OtherAct) bool { return o.Verb == ismskit.VerbAmend })
	if at < 0 {
		return c, forms.Rights{}, ismskit.ErrNotFound
	}
	return c, forms.Rights{Edit: c.Others[at].Edits}, nil
}

func (p *Pages) amendRecord(w http.ResponseWriter, r *http.Request) {
	c, rights, err := p.amended(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := amendPage{Revision: c.Revision, Token: newToken(), Posted: map[string]string{}}
	p.showAmend(w, r, http.StatusOK, c, rights, page, filled{posted: c.Form.ToText(c.Fields, p.locale(r)), values: c.Fields})
}

func (p *Pages) showAmend(w http.ResponseWriter, r *http.Request, status int, c ismskit.Case, rights forms.Rights, page amendPage, f filled) {
	page.Case, page.Title, page.Faults, page.Wrong = c.ID, c.Number, p.faultLinks(r, f.invalid), map[string]string{}
	for i, fault := range f.invalid {
		if fault.Field == ismskit.FieldComment {
			page.Faults[i].Field, page.Wrong["reason"] = "reason", fault.Message(p.lang(r))
		}
	}
	var err error
	page.Fields, err = p.fields(r, sheet{form: c.Form, posted: f.posted, values: f.values, invalid: f.invalid, refused: f.standing, blank: f.blank, pick: f.pick, rights: rights, caseID: c.ID})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.renderer.Page(w, r, status, "record_amend", page)
}

// putAmendment corrects the record. What was typed stays where it is refused.
func (p *Pages) putAmendment(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	c, rights, err := p.amended(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	f, err := p.read(r, c.Form)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	r = p.switched(w, r, f)
	seen, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if err != nil {
		seen = -1 // a page that says nothing has seen nothing
	}
	page := amendPage{Revision: seen, Token: r.PostForm.Get("token"), Posted: map[string]string{"reason": strings.TrimSpace(r.PostForm.Get("reason"))}}
	if f.do != "save" {
		f.invalid = f.refused
		p.showAmend(w, r, http.StatusOK, c, rights, page, f)
		return
	}
	_, err = p.kit.Act(r.Context(), p.actor(r), c.ID, ismskit.Action{
		Verb: ismskit.VerbAmend, Revision: seen, Values: only(c.Form.Whole(f.values), rights.Edit), Comment: page.Posted["reason"], Unread: f.invalid, Key: page.Token,
	})
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		f.invalid = invalid
		p.showAmend(w, r, http.StatusUnprocessableEntity, c, rights, page, f)
		return
	}
	if errors.Is(err, ismskit.ErrConflict) {
		page.Changed, page.Revision = true, c.Revision
		p.showAmend(w, r, http.StatusConflict, c, rights, page, f)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, "/cases/"+c.ID, p.text(r, "case.amended"))
}
