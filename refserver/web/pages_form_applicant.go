package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// applicantName is the field at the head of a new form for whom it is filled in.
const applicantName = ismskit.FieldApplicant

// mayName says whether the page asks for whom the form is: a new one does, and one
// that was kept meanwhile goes on to do so. The draft of a paper does whenever it is opened.
func (d draft) mayName(r *http.Request) bool {
	asked := d.writer == nil || d.info.PaperOf != "" && r.Method == http.MethodGet || r.PostForm.Has(applicantName+"."+partFind)
	return !d.info.Unsigned && (d.caseID == "" || d.unsent && asked)
}

// nameApplicant puts the applicant of a draft whose page asks for him into its field.
func (p *Pages) nameApplicant(r *http.Request, d draft, posted forms.Posted) {
	if d.writer == nil || !d.mayName(r) {
		return
	}
	p.putApplicant(r, d.who, posted)
}

func (p *Pages) putApplicant(r *http.Request, who workflow.Signer, posted forms.Posted) {
	label := p.personLabel(r, directory.Holder{Name: who.Name, PostTitle: who.PostTitle, UnitName: who.UnitName})
	posted[applicantName+".id"], posted[applicantName+"."+partKnown], posted[applicantName+"."+partFind] = []string{who.Person}, []string{label}, []string{label}
}

// readApplicant takes the applicant of an unsent form from its page: the reader himself
// where nobody is named. Whom he may not fill it in for is a fault at the field.
func (p *Pages) readApplicant(r *http.Request, d *draft, f *filled) error {
	if strings.TrimSpace(f.posted.Get(applicantName+"."+partFind)) == "" {
		if d.writer != nil { // his name was taken out again
			d.who, d.writer = *d.writer, nil
		}
		return nil
	}
	fault, err := p.findPerson(r, f.posted, applicantName, f.pick)
	if err != nil {
		return err
	}
	if fault != nil {
		fault.Text = p.atField(p.everyLang("form.for"), fault.Text)
	} else {
		who, err := p.kit.Types().Applicant(r.Context(), p.actor(r), d.info.Key, f.posted.Get(applicantName+".id"))
		invalid, refused := errors.AsType[forms.Invalid](err)
		switch {
		case err == nil:
			switch {
			case who.Person == d.who.Person:
			case d.writer != nil && who.Person == d.writer.Person:
				d.who, d.writer = *d.writer, nil
			case d.writer != nil:
				d.who = who
			default:
				writer := d.who
				d.writer, d.who = &writer, who
			}
			return nil
		case !refused:
			return err
		}
		fault = &invalid[0]
	}
	fault.Field, fault.Label = applicantName, p.everyLang("form.for")
	f.nobody = forms.Invalid{*fault}
	f.invalid = slices.Concat(f.nobody, f.invalid)
	return nil
}

// applicantField draws that field; nil once the form was sent, and where a draft is
// somebody else's already: its applicant stays.
func (p *Pages) applicantField(r *http.Request, d draft, f filled) *fieldView {
	if !d.mayName(r) {
		return nil
	}
	v := fieldView{
		Name: applicantName, ID: fieldID(applicantName), Label: p.text(r, "form.for"), Help: p.text(r, "form.for_hint"),
		Widget: "person", Live: true, Texts: map[string]string{}, Errors: map[string]string{},
	}
	for _, fault := range f.invalid {
		if fault.Field == applicantName && v.Errors[""] == "" {
			v.Errors[""] = fault.Message(p.lang(r))
		}
	}
	v.People = []personView{{
		Name: applicantName, ID: f.posted.Get(applicantName + ".id"), Known: f.posted.Get(applicantName + "." + partKnown),
		Find: f.posted.Get(applicantName + "." + partFind), Candidates: f.pick[applicantName],
	}}
	return &v
}

// filledBy is who filled a form in for its applicant, "" for himself.
func (p *Pages) filledBy(r *http.Request, writer *workflow.Signer) string {
	if writer == nil {
		return ""
	}
	return p.text(r, "shell.who", "Unit", p.called(r, writer.UnitName), "Name", writer.Name, "Post", p.called(r, writer.PostTitle))
}
