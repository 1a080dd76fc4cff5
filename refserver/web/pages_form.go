package web

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// draft is a form that is being filled in: a new one, or a case with its
// applicant.
type draft struct {
	info     ismskit.TypeInfo
	form     *forms.Form
	caseID   string
	number   string
	revision int64
	token    string
	who      workflow.Signer  // whose request it is
	writer   *workflow.Signer // who fills it in for him, nil for himself
	day      calendar.Date
	returned *workflow.Returned
	due      calendar.Date // of the correction
	late     bool          // it is over
	saved    time.Time
	unsent   bool           // a draft that was never sent: its writer may still say for whom it is
	over     bool           // it can no longer be changed
	renewed  bool           // begun with another version than it goes by now
	outdated bool           // the newest version can't take it over
	hints    []ismskit.Hint // of one that was returned
}

// formPage is the model of form.html.
type formPage struct {
	Action                         string
	Case, Token                    string
	Revision                       int64
	Title, FormNo, Edition, Number string
	controlled
	Issued              calendar.Date
	Template            bool // the house has issued no form of this number
	Renewed, Outdated   bool // its flow has changed since the draft was begun; the draft stays with the one it had
	Class               classView
	Applicant, FilledBy string
	For                 *fieldView // for whom a new form is filled in
	Day                 calendar.Date
	Fields              []fieldView
	Choose              []*fieldView // the people of later steps
	Faults              []faultLink
	Unkept              []faultLink // files that were not kept: nothing of the form is wrong with that
	Trouble             *trouble
	Since               []entryLine
	Returned            *returnedView
	Unstaffed           []string
	Barred              []string // why none can begin; it may be owed all the same
	Hints               []string // what is to be known of one that was returned
	Templates           []option
	Again               bool
	Online              bool // it is the entry of a paper, whose request may be brought
	PaperRows           bool // it is one whose rows are handled here afterwards
	Route               *routeView
	Saved               time.Time
	Unsaved             bool     // an automatic saving was not possible
	NotKept             []string // what is said of files that came, or stand, without being kept
	Elsewhere           bool     // the draft was kept in another window
	Unsigned            bool     // nobody signs it
	Over                bool     // it can no longer be changed: what was typed is only shown
	Other               []otherLine
	Told                string // what was filled in for him
	Hold                bool   // nothing is saved by itself, for it would overwrite the other
	Writer, TakenUp     string
	Waiting             string // the page of what was typed here when the session ended
}

type returnedView struct {
	By, Reason string // By with whom he stood in for
	At         time.Time
	Due        calendar.Date // the last day to send it again
	Late       bool          // it is over
	Back       bool
}

func (p *Pages) returned(r *http.Request, back *workflow.Returned, due calendar.Date, late bool) *returnedView {
	by := p.signer(r, back.By)
	if back.For != nil {
		by += p.text(r, "word.aside", "What", p.text(r, "stamp.for", "Name", p.signer(r, *back.For)))
	}
	return &returnedView{By: by, Reason: back.Reason, At: back.At, Due: due, Late: late, Back: back.Back}
}

func newToken() string { return rand.Text() }

// blankForm opens a form that nothing is known of yet.
func (p *Pages) blankForm(w http.ResponseWriter, r *http.Request) {
	d, err := p.newDraft(r)
	if err == nil && d.info.Barred != nil && !d.info.Barred.Owed() { // before anybody fills it in for nothing
		err = d.info.Barred
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	f, err := p.begun(r, &d)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.showForm(w, r, http.StatusOK, d, f, nil)
}

// begun is what a new form begins with.
func (p *Pages) begun(r *http.Request, d *draft) (filled, error) {
	if number := strings.TrimSpace(r.URL.Query().Get(numberAsked)); number != "" && d.info.PaperOf != "" {
		return p.begunOnPaper(r, d, number)
	}
	return p.begunWith(r, d.form)
}

// begunWith is a form in which the address has chosen something already, such as the document
// that is to be revised. Only choices are taken from it: what somebody typed is his own.
func (p *Pages) begunWith(r *http.Request, form *forms.Form) (filled, error) {
	posted := forms.Posted{}
	for _, f := range form.Schema().Fields {
		if v := r.URL.Query().Get(f.Key); v != "" && (f.Type == "choice" || f.Type == "ref") {
			posted[f.Key] = []string{v}
		}
	}
	if len(posted) == 0 {
		return filled{posted: posted, values: forms.Values{}}, nil
	}
	f, err := p.readTyped(r, form, posted, filled{blank: map[string]int{}})
	f.invalid = nil // nobody has filled in anything yet
	return f, err
}

// newDraft is a form of the type the address names, if the reader may open one.
func (p *Pages) newDraft(r *http.Request) (draft, error) {
	key := r.PathValue("type")
	offered, err := p.kit.Types().List(r.Context(), p.actor(r))
	if err != nil {
		return draft{}, err
	}
	if !slices.ContainsFunc(offered, func(t ismskit.TypeInfo) bool { return t.Key == key }) {
		return draft{}, ismskit.ErrNotFound
	}
	info, form, err := p.kit.Types().Get(r.Context(), p.actor(r), key)
	if err != nil {
		return draft{}, err
	}
	me, err := p.kit.People().Me(r.Context(), p.actor(r))
	if err != nil {
		return draft{}, err
	}
	who := workflow.Signer{Person: me.Person, Name: me.Name, PostTitle: me.PostTitle, UnitName: me.UnitName}
	return draft{info: info, form: form, token: newToken(), who: who, day: p.today()}, nil
}

// oldDraft is a draft, or a returned case, of the reader's own.
func (p *Pages) oldDraft(r *http.Request) (draft, ismskit.Case, error) {
	c, err := p.kit.Case(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		return draft{}, c, err
	}
	d := draft{
		info: c.Kind, form: c.Form, caseID: c.ID, number: c.Number, revision: c.Revision, token: newToken(),
		who: c.Flow.Applicant, writer: c.Writer, day: calendar.DateOf(c.Created.In(p.location)), returned: c.Flow.Returned, due: c.CorrectBy, late: c.CorrectLate, saved: c.Changed, unsent: c.MaySend,
		renewed: c.Begun != "", outdated: c.Outdated,
	}
	if c.Flow.Phase == workflow.PhaseReturned {
		d.hints = c.Hints
	}
	if c.Flow.Phase == workflow.PhaseDraft {
		d.day = p.today() // it is applied for on the day on which it is sent, not on that of its first line
	}
	return d, c, nil
}

func (p *Pages) editForm(w http.ResponseWriter, r *http.Request) {
	d, c, err := p.oldDraft(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if !c.MayEdit {
		http.Redirect(w, r, p.renderer.Href("/cases/"+c.ID), http.StatusSeeOther)
		return
	}
	f, err := p.reopened(r, c)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.nameApplicant(r, d, f.posted)
	p.showForm(w, r, http.StatusOK, d, f, nil)
}

// postNew takes a form that has no case yet.
func (p *Pages) postNew(w http.ResponseWriter, r *http.Request) {
	d, err := p.newDraft(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.post(w, r, d)
}

// postEdit takes a draft, or a returned case.
func (p *Pages) postEdit(w http.ResponseWriter, r *http.Request) {
	d, c, err := p.oldDraft(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if !c.MayEdit {
		p.tooLate(w, r, d, c)
		return
	}
	p.post(w, r, d)
}

// post carries out what a form page asked for.
func (p *Pages) post(w http.ResponseWriter, r *http.Request, d draft) {
	if !p.parse(w, r) {
		return
	}
	if token := r.PostForm.Get("token"); token != "" && len(token) < 64 {
		d.token = token
	}
	if seen, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64); err == nil && seen > 0 && d.caseID != "" {
		d.revision = seen
	}
	if err := p.ofPaper(r, &d, forms.Posted(r.PostForm)); err != nil {
		p.sentMeanwhile(w, r, err)
		return
	}
	f, err := p.read(r, d.form)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if d.mayName(r) {
		if err := p.readApplicant(r, &d, &f); err != nil {
			p.fail(w, r, err)
			return
		}
	}
	if err := p.readChosen(r, d, &f); err != nil {
		p.fail(w, r, err)
		return
	}
	switch f.do {
	case "submit":
		p.submit(w, r, d, f)
	case "save", "preview", "autosave":
		p.save(w, r, d, f)
	case "check":
		if f.invalid, err = p.touchedFaults(r, d, f); err != nil {
			p.sentMeanwhile(w, r, err)
			return
		}
		f.invalid = slices.Concat(f.nobody, f.refused.With(f.invalid))
		p.showForm(w, r, http.StatusOK, d, f, nil)
	case doLanguage:
		p.otherLanguage(w, r, d, f)
	default: // rows that come, go or are filled in leave marked what the page marked
		listed, err := p.listedFaults(r, d, f)
		if err != nil {
			p.sentMeanwhile(w, r, err)
			return
		}
		f.invalid = slices.Concat(f.nobody, f.refused).With(listed)
		p.showForm(w, r, http.StatusOK, d, f, nil)
	}
}

func (p *Pages) submit(w http.ResponseWriter, r *http.Request, d draft, f filled) {
	if len(f.invalid) > 0 {
		p.refuseForm(w, r, d, f, f.invalid)
		return
	}
	receipt, err := p.keepForm(r, d, f, workflow.VerbSubmit)
	if err != nil {
		p.refuseForm(w, r, d, f, err)
		return
	}
	if err := p.forget(r); err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, "/cases/"+receipt.Case, p.sentText(r, d.info, receipt.Number)+p.rerouted(r, receipt.Rerouted))
}

// sentText says what became of a form: one that nobody signs was filed and not sent.
func (p *Pages) sentText(r *http.Request, info ismskit.TypeInfo, number string) string {
	if info.Unsigned {
		return p.text(r, "form.filed", "No", number)
	}
	return p.text(r, "form.sent", "No", number)
}

// formState is where a form is, and whose.
func (p *Pages) formState(r *http.Request, d draft) formPage {
	return formPage{
		Case: d.caseID, Token: d.token, Revision: d.revision, Action: d.action(),
		Writer: p.ownSeal(r, d.token, d.action()), TakenUp: r.PostForm.Get(takenUpName),
	}
}
