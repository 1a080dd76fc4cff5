package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// casePage is the model of case.html.
type casePage struct {
	ID, Number, Title, Subject string
	Form                       string   // number and version
	From                       linkLine // the list it was opened from
	State                      stateView
	Class                      string
	Applicant                  string
	System                     string // what the system did, where nobody sent it
	Asked                      bool   // it put a question to the applicant
	FilledBy                   string // who filled it in for the applicant
	Submitted                  time.Time
	Due                        dueView
	Parent                     string // address of the case this is a row of
	Request                    *requestView
	Tasks                      []taskBox
	Correct                    *returnedView // it lies with the reader for correction
	Draft                      bool
	Prepared                   string // the draft it led to that the reader has still to send
	Lost                       string // what was typed for a task that is gone
	Trouble                    *trouble
	Faults                     []faultLink
	Since                      []entryLine
	ReadOnly                   string
	Route                      routeView
	Paper                      []print.Fact // where the original lies of what was signed on paper
	Oral                       []print.Fact // how it was approved by word of mouth first
	Content                    content
	Files                      []attachedLine
	Trail                      []entryLine
	Checked                    int
	Broken                     []string
	CheckedAt                  time.Time
	Told                       []toldLine
	Links                      []linkLine
	UnderWay                   []linkLine // cases about the same thing; without address where he may not open one
	Withdraw, Comment          *ownAct
	Others                     []verbForm
	Token, Writer, TakenUp     string
	Revision                   int64
}

// requestView is what a row shows of the request it belongs to: who signed it, and
// what is attached to it.
type requestView struct {
	Trail []entryLine
	Files []attachedLine
}

// ownAct is something the reader may do beside tasks.
type ownAct struct {
	Text, Error string
	Open        bool
}

type attachedLine struct {
	Href, Name, Size, By, Field string
	At                          time.Time
}

type toldLine struct {
	Subject, Rule string
	At, Mailed    time.Time
	Person        string
	Read          bool
}

type linkLine struct{ Href, Text string }

// attempt is what somebody tried on a case page and what came of it: it fills the
// page again.
type attempt struct {
	verb    workflow.Verb
	task    string
	filled  filled
	posted  forms.Posted
	invalid forms.Invalid
	trouble *trouble
	token   string
	// revision is the case's as the page had it, or as it is now after a conflict.
	revision int64
	// people, chosen and term are what a verb asks for besides its reason; pick is
	// the choice where a name fits several.
	people []string
	chosen map[string][]string
	term   string
	pick   map[string][]option
}

func (p *Pages) showCase(w http.ResponseWriter, r *http.Request) {
	c, err := p.kit.Case(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.renderCase(w, r, http.StatusOK, c, attempt{})
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
	page := casePage{
		ID: c.ID, Number: ismskit.NumberIn(lang, c.Number, c.RowNo), Title: c.Kind.Title.In(lang), Subject: ismskit.Untitled(p.subject(r, c.Subject, c.SubjectIn), workflow.Text(c.Kind.Title)), Class: c.Class,
		From:      p.openedFrom(r),
		State:     p.state(r, c.Word, c.Done, c.Of),
		Applicant: p.text(r, "shell.who", "Unit", p.called(r, c.UnitName), "Name", c.ApplicantName, "Post", p.called(r, c.Flow.Applicant.PostTitle)),
		Submitted: c.Submitted, Draft: c.MayEdit && c.Way.Begin == ismskit.RouteOpen, Prepared: c.Prepared,
		FilledBy: p.filledBy(r, c.Writer), System: p.opening(r, c.System), Asked: c.System == ismskit.SystemAsks,
		Route: p.travelled(r, c), Token: newToken(), Revision: c.Revision,
		Trouble: a.trouble, CheckedAt: p.now(), Oral: print.Oral(c.Oral, p.locale(r)), Paper: print.Paper(c.Paper, p.locale(r)),
	}
	if c.ReadOnly != nil {
		page.ReadOnly = c.ReadOnly.Text(lang)
	}
	var err error
	if page.Content, err = p.content(r, c); err != nil {
		return page, err
	}
	if c.Kind.Edition != "" {
		page.Form = p.text(r, "case.form", "Form", c.Kind.FormNo, "Edition", c.Kind.Edition)
	}
	if a.token != "" {
		page.Token = a.token
	}
	page.Writer, page.TakenUp = p.ownSeal(r, page.Token, "/cases/"+c.ID+"/act"), r.PostForm.Get(takenUpName)
	if a.trouble != nil {
		page.Since = p.sinceLines(r, c.Form, a.trouble.Since)
	}
	if c.Parent != "" {
		page.Parent = "/cases/" + c.Parent
		if page.Request, err = p.request(r, c.Parent); err != nil {
			return page, err
		}
	}
	if c.MayEdit && c.Flow.Returned != nil {
		page.Correct = &returnedView{By: p.signer(r, c.Flow.Returned.By), Reason: c.Flow.Returned.Reason, At: c.Flow.Returned.At, Due: c.CorrectBy, Back: c.Flow.Returned.Back}
	}
	if err := p.myPart(r, c, a, &page); err != nil {
		return page, err
	}
	return page, p.recordOf(r, c, &page)
}

// myPart is what the reader may do: his tasks, and his own acts as applicant.
func (p *Pages) myPart(r *http.Request, c ismskit.Case, a attempt, page *casePage) error {
	found := false
	for _, t := range c.Mine {
		box, err := p.taskBox(r, c, t, a)
		if err != nil {
			return err
		}
		found = found || t.ID == a.task
		page.Tasks = append(page.Tasks, box)
		page.Due = box.Due
	}
	page.Others = p.otherForms(r, c, a)
	if a.task != "" || len(a.invalid) > 0 {
		page.Faults = a.faultLinks(p.lang(r))
		if !found && !slices.ContainsFunc(page.Others, func(v verbForm) bool { return v.Open }) {
			page.Lost = typedComments(a.posted)
		}
	}
	if c.MayWithdraw {
		page.Withdraw = ownActOf(workflow.VerbWithdraw, a, p.lang(r))
	}
	if c.MayComment && !page.Draft {
		page.Comment = ownActOf(workflow.VerbComment, a, p.lang(r))
	}
	return nil
}

// typedComments are all opinions and reasons that were typed for a task.
func typedComments(posted forms.Posted) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(posted)) {
		if text := posted.Get(name); (name == commentName || strings.HasPrefix(name, commentName+".")) && text != "" {
			out = append(out, text)
		}
	}
	return strings.Join(out, "\n")
}

func ownActOf(verb workflow.Verb, a attempt, lang string) *ownAct {
	own := &ownAct{}
	if a.verb == verb && a.task == "" {
		own.Text, own.Open = a.posted.Get("comment"), true
		own.Error = a.said(lang, ismskit.FieldComment)
	}
	return own
}

// recordOf is what lies on record: files, trail, messages, related cases.
func (p *Pages) recordOf(r *http.Request, c ismskit.Case, page *casePage) error {
	page.Files = p.attached(r, c)
	for _, child := range c.Rows {
		for _, f := range child.Files {
			page.Files = append(page.Files, attachedLine{
				Href: "/cases/" + child.Case.ID + "/files/" + f.Digest, Name: f.Name, Size: forms.SizeText(f.Size), By: f.ByName, At: f.At, Field: p.called(r, child.Title),
			})
		}
	}
	page.Trail = p.wholeTrail(r, c)
	page.Checked = len(c.Trail)
	faults := slices.Clone(c.Faults)
	for _, child := range c.Rows {
		page.Checked += len(child.Trail)
		faults = append(faults, child.Faults...)
	}
	for _, f := range faults {
		page.Broken = append(page.Broken, p.text(r, "proof.fault", "No", f.Seq, "What", p.text(r, "proof.differs")))
	}
	told, err := p.kit.Queue().Of(r.Context(), p.actor(r), c.ID)
	if err != nil {
		return err
	}
	var ids []string
	for _, m := range told {
		ids = append(ids, m.Person)
	}
	names, err := p.titles(r, "people", ids)
	if err != nil {
		return err
	}
	for i, m := range told {
		page.Told = append(page.Told, toldLine{Subject: m.Subject, Rule: m.Rule, At: m.Created, Mailed: m.Mailed, Person: names[i], Read: !m.Read.IsZero()})
	}
	if c.Paper != nil && c.Paper.LostCase != "" {
		page.Links = append(page.Links, linkLine{Href: "/cases/" + c.Paper.LostCase, Text: p.text(r, "link.lost")})
	}
	page.UnderWay = p.underWay(r, underWayOnCase, c.UnderWay)
	for _, l := range c.Links {
		page.Links = append(page.Links, linkLine{Href: "/cases/" + l.Case, Text: p.linkWord(r, l.Kind)})
	}
	return nil
}

// attached are a case's own files.
func (p *Pages) attached(r *http.Request, c ismskit.Case) []attachedLine {
	var out []attachedLine
	for _, f := range c.Files {
		info, _ := c.Form.Field(strings.SplitN(f.Field, "/", 2)[0])
		out = append(out, attachedLine{
			Href: "/cases/" + c.ID + "/files/" + f.Digest, Name: f.Name, Size: forms.SizeText(f.Size), By: f.ByName, At: f.At,
			Field: info.Label.In(p.lang(r)),
		})
	}
	return out
}

// request is what the reader of a row may see of its request; nil where he may not
// see it.
func (p *Pages) request(r *http.Request, id string) (*requestView, error) {
	c, err := p.kit.Case(r.Context(), p.actor(r), id)
	if errors.Is(err, ismskit.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	view := &requestView{Files: p.attached(r, c)}
	for _, line := range p.noted(r, c.Form, c.Trail) {
		if !line.System {
			view.Trail = append(view.Trail, line)
		}
	}
	return view, nil
}

func (p *Pages) linkWord(r *http.Request, kind string) string {
	switch kind {
	case "extends":
		return p.text(r, "link.extends")
	case "led_to":
		return p.text(r, "link.led_to")
	case "opened_by":
		return p.text(r, "link.opened_by")
	case "continues":
		return p.text(r, "link.continues")
	case "entered_as":
		return p.text(r, "link.entered_as")
	case "replaces":
		return p.text(r, "link.replaces")
	}
	return p.text(r, "link.related")
}

// wholeTrail is the trail of a case together with those of its rows, by time.
func (p *Pages) wholeTrail(r *http.Request, c ismskit.Case) []entryLine {
	lines := p.noted(r, c.Form, c.Trail)
	for _, child := range c.Rows {
		rows := p.noted(r, child.Form, child.Trail)
		for i, line := range rows {
			if child.Trail[i].Verb == workflow.VerbSubmit {
				continue // the row came with the whole
			}
			if line.Step != "" {
				line.Step = p.text(r, "case.row_step", "Step", line.Step, "Row", p.called(r, child.Title))
			} else {
				line.Step = p.called(r, child.Title)
			}
			lines = append(lines, line)
		}
	}
	slices.SortStableFunc(lines, func(a, b entryLine) int { return a.At.Compare(b.At) })
	return lines
}

// sinceLines are what others did meanwhile, with what stood in the fields before.
func (p *Pages) sinceLines(r *http.Request, form *forms.Form, trail []ismskit.Entry) []entryLine {
	lines := p.entries(r, trail)
	for i, e := range trail {
		lines[i].Notes = print.Changes(form, e, p.locale(r))
	}
	return lines
}

// noted are the lines of a trail with what each says beside its decision.
func (p *Pages) noted(r *http.Request, form *forms.Form, trail []ismskit.Entry) []entryLine {
	lines := p.entries(r, trail)
	for i, e := range trail {
		lines[i].Notes = print.Notes(form, e, p.locale(r))
	}
	return lines
}

// openedFrom is the list that a case was opened from, with the same search or tab; of
// those that lead elsewhere, and of other hosts' pages, it is 待辦事項.
func (p *Pages) openedFrom(r *http.Request) linkLine {
	todo := linkLine{Href: "/", Text: p.text(r, "nav.todo")}
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return todo
	}
	query := ""
	if from.RawQuery != "" {
		query = "?" + from.RawQuery
	}
	switch from.Path {
	case p.renderer.Href("/records"):
		return linkLine{Href: "/records" + query, Text: p.text(r, "nav.records")}
	case p.renderer.Href("/handling"):
		return linkLine{Href: "/handling" + query, Text: p.text(r, "nav.handling")}
	case p.renderer.Href("/"):
		todo.Href += query
	}
	return todo
}
