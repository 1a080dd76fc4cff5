package web

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// casePage is the model of case.html.
type casePage struct {
	Amended                    bool // what it says was corrected since it was filed
	Imported                   bool // it was taken in, and signed by nobody here
	Filed                      bool // it is no request: nobody signs it
	ID, Number, Title, Subject string
	Form                       string   // number and version
	FormNote                   string   // that it is a template, which the house has not issued
	From                       linkLine // the list it was opened from
	State                      stateView
	Suspended                  string // that nobody can do anything about it until its clock runs again, since when and why
	Class                      classView
	Applicant                  string
	System                     string // what the system did, where nobody sent it
	Asked                      bool   // it put a question to the applicant
	FilledBy                   string // who filled it in for the applicant
	Decided                    string // what the reader himself decided last; State is the whole's
	Submitted                  time.Time
	Due                        dueView
	Parent                     string // address of the case this is a row of
	Request                    *requestView
	Turns                      []turnView // the other times its row was handled
	Tasks                      []taskBox
	Correct                    *returnedView // it lies with the reader for correction
	Draft                      bool
	LastDayOver                string // of a sheet on its way, that who hands over is not there any more
	NotHanded                  *notHandedView
	NoWithdraw                 bool // it is the reader's, is under way and can't be withdrawn any more
	OnPaper                    *onPaperView
	Differs                    string        // what the entry of a paper says otherwise than the request online
	Clauses                    []clauseLine  // at which it points
	Disposed                   *disposedBand // by what it was disposed of
	Retracted                  *ismskit.Retraction
	Held                       bool
	Loan                       *loanBand // of a request to read a document, once it is granted
	Issued                     *option   // the version that a request issued, and its page
	Reads                      *option   // the version that is to be read, by its address
	Ending                     []*endingView
	Prepared                   string   // the draft it led to that the reader has still to send
	Lost                       []string // what was typed for something that can't be done any more
	Trouble                    *trouble
	Faults                     []faultLink
	Since                      []entryLine
	ReadOnly                   string
	Route                      routeView
	Paper                      []print.Fact // where the original lies of what was signed on paper
	Oral                       []print.Fact // how it was approved by word of mouth first
	Content                    content
	Unsent                     string       // what of it was changed after it came back, and not sent
	Stops                      []print.Fact // in which its clock stood
	Files                      []attachedLine
	Trail                      []entryLine
	Checked                    int
	Broken                     []string
	CheckedAt                  time.Time
	Told                       []toldLine
	Links                      []linkLine
	Gone                       []string       // whom it names and who has left
	UnderWay                   []underWayLine // cases about the same thing; without address where he may not open one
	Withdraw, Comment          *ownAct
	Others                     []verbForm
	Token, Writer, TakenUp     string
	controlled
	Revision int64
	Year     yearForm // under which it is filed
}

// ownAct is something the reader may do beside tasks.
type ownAct struct {
	Text, Error string
	Open        bool
	Attach      *fieldView // files that come with it
}

// attempt is what somebody tried on a case page and what came of it: it fills the
// page again.
type attempt struct {
	verb   workflow.Verb
	task   string
	filled filled
	// attached are the files that come with what is said.
	attached filled
	posted   forms.Posted
	invalid  forms.Invalid
	trouble  *trouble
	token    string
	// revision is the case's as the page had it, or as it is now after a conflict.
	revision int64
	// people, chosen and term are what a verb asks for besides its reason; pick is
	// the choice where a name fits several.
	people []string
	units  []string // that are consulted
	chosen map[string][]string
	term   string
	pick   map[string][]option
	next   bool // the next task is to be opened afterwards
	// signed is the act signed with a certificate, owe why it is not; unsigned is what is to
	// be signed, and unchosen that no signature was chosen.
	signed   *ismskit.Signing
	owes     bool
	owe      string
	unsigned *ismskit.Unsigned
	unchosen bool
	held     *heldView // it was kept, and not sent
	leftHeld bool      // what was kept for a result was left out of an act that records none
}

func (p *Pages) showCase(w http.ResponseWriter, r *http.Request) {
	c, err := p.kit.Case(r.Context(), p.actor(r), r.PathValue("id"))
	if errors.Is(err, ismskit.ErrNotFound) {
		p.noLonger(w, r, err)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.noteSeen(r, c)
	p.renderCase(w, r, http.StatusOK, c, attempt{})
}

// taskForm is the id of the form in which somebody does what the page asks of him first: the
// choice of a language goes with it, so that an opinion half written is not lost.
const taskForm = "task-form"

func (p casePage) inForm() string {
	if len(p.Tasks) == 0 {
		return ""
	}
	return taskForm
}

func (p *Pages) renderCase(w http.ResponseWriter, r *http.Request, status int, c ismskit.Case, a attempt) {
	page, err := p.casePage(r, c, a)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.renderer.Page(w, r, status, "case", page)
}

func (p *Pages) casePage(r *http.Request, c ismskit.Case, a attempt) (casePage, error) {
	lang := p.lang(r)
	scale, err := p.kit.Documents().Lists().Classes(r.Context(), p.actor(r))
	if err != nil {
		return casePage{}, err
	}
	page := casePage{
		Class:     classIn(lang, scale, c.Class),
		Suspended: p.suspended(r, c),
		Imported:  c.Imported,
		Filed:     c.Kind.Unsigned,
		Amended:   slices.ContainsFunc(c.Trail, func(e ismskit.Entry) bool { return e.Verb == ismskit.VerbAmend }),
		ID:        c.ID, Number: ismskit.RowNumberIn(lang, c.Number, c.RowNo, c.RowTurn), Title: c.Kind.Title.In(lang), Subject: ismskit.Untitled(p.subject(r, c.Subject, c.SubjectIn), workflow.Text(c.Kind.Title)),
		From:      p.openedFrom(r),
		State:     p.state(r, c.Word, c.Done, c.Of),
		Applicant: p.applicant(r, c),
		Submitted: c.Submitted, Draft: c.MayEdit && c.Way.Begin == ismskit.RouteOpen, Prepared: c.Prepared,
		FilledBy: p.filledBy(r, c.Writer), Decided: p.ownDecision(r, c), System: p.opening(r, c.System), Asked: c.System == ismskit.SystemAsks,
		Route: p.travelled(r, c), Token: newToken(), Revision: c.Revision,
		Trouble: a.trouble, CheckedAt: p.now(), Oral: print.Oral(c.Oral, p.locale(r)), Paper: print.Paper(c.Paper, p.locale(r)),
	}
	if c.ReadOnly != nil {
		page.ReadOnly = c.ReadOnly.Text(lang)
	}
	if page.Content, err = p.content(r, c); err != nil {
		return page, err
	}
	page.Year = yearForm{To: "/cases/" + c.ID + "/year", Now: c.Year, May: c.MaySetYear}
	page.Unsent, page.Stops = c.UnsentIn(lang), print.Stops(c, p.locale(r))
	page.controlled = p.controlled(r, c.Kind)
	if page.Form = c.Kind.FormNo; c.Kind.Edition != "" {
		page.Form = p.text(r, "case.form", "Form", c.Kind.FormNo, "Edition", c.Kind.Edition)
	}
	switch {
	case c.Kind.Template && c.Submitted.IsZero():
		page.FormNote = p.text(r, "form.not_issued")
	case c.Kind.Template:
		page.FormNote = p.text(r, "form.not_issued_sent")
	}
	if a.token != "" {
		page.Token = a.token
	}
	page.Writer, page.TakenUp = p.ownSeal(r, page.Token, "/cases/"+c.ID+"/act"), r.PostForm.Get(takenUpName)
	if a.trouble != nil {
		page.Since = p.sinceLines(r, print.Filled{Form: c.Form, Values: c.Fields}, a.trouble.Since)
	}
	if c.Parent != "" {
		page.Parent = "/cases/" + c.Parent
		if page.Request, err = p.request(r, c.Parent); err != nil {
			return page, err
		}
	}
	if c.MayEdit && c.Flow.Returned != nil {
		page.Correct = p.returned(r, c.Flow.Returned, c.CorrectBy, c.CorrectLate)
	}
	if err := p.myPart(r, c, a, &page); err != nil {
		return page, err
	}
	return page, p.recordOf(r, c, &page)
}

// myPart is what the reader may do: his tasks, and his own acts as applicant.
func (p *Pages) myPart(r *http.Request, c ismskit.Case, a attempt, page *casePage) error {
	held, err := p.heldIn(r, c, a)
	if err != nil {
		return err
	}
	found := false
	for _, t := range c.Mine {
		mine := a
		if kept, ok := held[t.ID]; ok {
			mine = kept
			page.Faults = append(page.Faults, p.actFaults(r, kept)...)
		}
		box, err := p.taskBox(r, c, t, mine)
		if err != nil {
			return err
		}
		if p.keeper != nil && box.Hold {
			kept, err := p.heldFor(r, c, t)
			if err != nil {
				return err
			}
			box.HeldSeen = heldMark(kept)
			if seen, sent := a.posted[heldSeen]; sent && a.task == t.ID {
				box.HeldSeen = last(seen) // it shows what was sent, and nothing that was kept since
			}
		}
		found = found || t.ID == a.task
		if len(page.Tasks) == 0 {
			box.Form = taskForm
		}
		page.Tasks = append(page.Tasks, box)
		page.Due = box.Due
	}
	page.Others = p.otherForms(r, c, a)
	page.Loan, page.Issued = p.loanOf(r, c), p.issuedOf(r, c)
	page.Clauses = p.clauseLines(r, c)
	page.Disposed, page.Retracted, page.Held = p.disposedOf(c), c.Retracted, c.Held
	if slices.ContainsFunc(c.Others, func(o ismskit.OtherAct) bool { return o.Verb == ismskit.VerbAmend }) {
		page.Links = append(page.Links, linkLine{Href: "/cases/" + c.ID + "/amend", Text: p.text(r, "case.amend")})
	}
	if to := c.Reads; to != nil {
		page.Reads = &option{Value: versionAddress(to.Document, to.Label), Label: p.text(r, "readers.version_of", "Name", to.Name, "Version", to.Label)}
	}
	page.NotHanded, page.Ending = p.notHanded(r, c), p.ending(r, c)
	if !c.LastDayOver.IsZero() {
		page.LastDayOver = p.text(r, "case.last_day_over", "Over", p.text(r, "handing.last_over", "Date", p.dayOf(r, c.LastDayOver)))
	}
	if a.task != "" || len(a.invalid) > 0 {
		page.Faults = append(page.Faults, p.actFaults(r, a)...)
	}
	if c.MayWithdraw {
		page.Withdraw = ownActOf(workflow.VerbWithdraw, a, p.lang(r))
	}
	page.NoWithdraw = !c.MayWithdraw && c.Parent == "" && c.System == "" && c.Applicant == p.actor(r).Person && c.Flow.Phase == workflow.PhaseRunning &&
		slices.ContainsFunc(c.Flow.Tasks, func(t workflow.Task) bool { return t.Status == workflow.TaskDone })
	if c.MayComment && !page.Draft {
		page.Comment = ownActOf(workflow.VerbComment, a, p.lang(r))
		if page.Comment.Attach, err = p.attachField(r, "", a, page.Comment.Open); err != nil {
			return err
		}
	}
	open := func(own *ownAct) bool { return own != nil && own.Open }
	if a.verb != "" && !found && !open(page.Withdraw) && !open(page.Comment) && !slices.ContainsFunc(page.Others, func(v verbForm) bool { return v.Open }) {
		page.Lost = p.unplaced(r, c, a)
	}
	return nil
}

func ownActOf(verb workflow.Verb, a attempt, lang string) *ownAct {
	own := &ownAct{}
	if a.task == "" && (a.verb == verb || pageVerbs[string(a.verb)] && a.posted.Get(ownName) == string(verb)) {
		own.Text, own.Open = a.posted.Get("comment"), true
		own.Error = a.said(lang, ismskit.FieldComment)
	}
	return own
}
