package web

import (
	"errors"
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

// requestView is what a row shows of the request it belongs to: who signed it, and
// what is attached to it.
type requestView struct {
	Trail []entryLine
	Files []attachedLine
}

type attachedLine struct {
	Href, Name, Size, By, Field string
	Words                       string // whether its content is found
	At                          time.Time
}

type toldLine struct {
	Subject, Rule string
	At, Mailed    time.Time
	Person        string
	Read          bool
}

type linkLine struct{ Href, Text string }

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
	var err error
	if page.Trail, err = p.wholeTrail(r, c); err != nil {
		return err
	}
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
		page.Told = append(page.Told, toldLine{Subject: m.Subject, Rule: p.ruleName(r, m.Rule), At: m.Created, Mailed: m.Mailed, Person: names[i], Read: !m.Read.IsZero()})
	}
	if c.Paper != nil && c.Paper.LostCase != "" {
		page.Links = append(page.Links, linkLine{Href: "/cases/" + c.Paper.LostCase, Text: p.text(r, "link.lost")})
	}
	page.UnderWay = p.underWayTogether(r, c.UnderWay)
	for _, h := range c.Hints {
		page.UnderWay = append(page.UnderWay, underWayLine{linkLine: linkLine{Text: p.hint(r, h)}})
	}
	for _, g := range c.Gone {
		page.Gone = append(page.Gone, p.text(r, "case.gone", "Field", g.Label.In(p.lang(r)), "Name", g.Name))
	}
	for _, l := range c.Links {
		if l.Kind == "entered_as" || l.Kind == "continues" { // said above
			continue
		}
		page.Links = append(page.Links, linkLine{Href: "/cases/" + l.Case, Text: p.linkWord(r, l.Kind)})
	}
	page.Turns = p.turns(r, c)
	return p.onPaper(r, c, page)
}

// turnView is another time a row was handled: what it is called, and what came of it.
type turnView struct{ Href, Text, More string }

func (p *Pages) turns(r *http.Request, c ismskit.Case) []turnView {
	var out []turnView
	for _, turn := range c.Turns {
		var line contentRow
		p.rowResult(r, turn, &line)
		more := line.State.Text
		if line.Result != "" {
			more += p.text(r, "word.comma") + line.Result
		}
		out = append(out, turnView{Href: "/cases/" + turn.Case.ID, Text: p.text(r, "case.turn", "Turn", turn.Turn), More: more})
	}
	return out
}

// attached are a case's own files.
func (p *Pages) attached(r *http.Request, c ismskit.Case) []attachedLine {
	var out []attachedLine
	for _, f := range c.Files {
		info, _ := c.Form.Field(strings.SplitN(f.Field, "/", 2)[0])
		line := attachedLine{
			Href: "/cases/" + c.ID + "/files/" + f.Digest, Name: f.Name, Size: forms.SizeText(f.Size), By: f.ByName, At: f.At,
		}
		if words, ok := c.Words[f.Digest]; ok && !words.Waits { // that it is still being read tells nobody here what to do
			line.Words = words.Text(p.lang(r))
		}
		if f.Field == "" {
			line.Field = p.text(r, "case.file_said")
		} else if field := info.Label.In(p.lang(r)); field != p.text(r, "case.files") { // which the heading says already
			line.Field = field
		}
		out = append(out, line)
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
	filled, err := p.filledIn(r, c)
	if err != nil {
		return nil, err
	}
	view := &requestView{Files: p.attached(r, c)}
	for _, line := range p.noted(r, filled, print.Acts(c.Trail)) {
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
	case "replaces":
		return p.text(r, "link.replaces")
	}
	return p.text(r, "link.related")
}

// wholeTrail is the trail of a case together with those of its rows, by time.
func (p *Pages) wholeTrail(r *http.Request, c ismskit.Case) ([]entryLine, error) {
	filled, err := p.filledIn(r, c)
	if err != nil {
		return nil, err
	}
	lines := p.noted(r, filled, print.Acts(c.Trail))
	for _, child := range c.Rows {
		acts := print.Acts(child.Trail)
		for i, line := range p.noted(r, print.Filled{Form: child.Form, Values: child.Fields}, acts) {
			if acts[i].Verb == workflow.VerbSubmit {
				continue // the row came with the whole
			}
			if line.Step != "" {
				line.Step = p.text(r, "case.row_step", "Step", line.Step, "Row", p.childCalled(r, child))
			} else {
				line.Step = p.childCalled(r, child)
			}
			lines = append(lines, line)
		}
	}
	slices.SortStableFunc(lines, func(a, b entryLine) int { return a.At.Compare(b.At) })
	return lines, nil
}

// sinceLines are what others did meanwhile, with what stood in the fields before.
func (p *Pages) sinceLines(r *http.Request, filled print.Filled, trail []ismskit.Entry) []entryLine {
	lines := p.entries(r, trail)
	for i, e := range trail {
		if lines[i].Notes = filled.Changes(e, p.locale(r)); e.Outside != nil {
			lines[i].Notes = filled.Notes(e, p.locale(r)) // what was noted is what happened
		}
	}
	return lines
}

// noted are the lines of a trail with what each says beside its decision.
func (p *Pages) noted(r *http.Request, filled print.Filled, trail []ismskit.Entry) []entryLine {
	lines := p.entries(r, trail)
	for i, e := range trail {
		lines[i].Notes = filled.Notes(e, p.locale(r))
	}
	return lines
}

// filledIn is the form of a case with the names of what its fields refer to.
func (p *Pages) filledIn(r *http.Request, c ismskit.Case) (print.Filled, error) {
	lookup, err := p.kit.Types().Options(r.Context(), p.actor(r), ismskit.Preview{}, c.Needs())
	return print.Filled{Form: c.Form, Values: c.Fields, Lookup: lookup}, err
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
	case p.renderer.Href("/batch"):
		return linkLine{Href: "/batch", Text: p.text(r, "batch.title")}
	case p.renderer.Href("/handling"):
		return linkLine{Href: "/handling" + query, Text: p.text(r, "nav.handling")}
	case p.renderer.Href("/"):
		todo.Href += query
	}
	return todo
}

// hint is what is to be known of a case, with the row it is about where it has several.
func (p *Pages) hint(r *http.Request, h ismskit.Hint) string {
	text := h.Text.In(p.lang(r))
	if h.RowNo == 0 {
		return text
	}
	return p.text(r, "case.hint_row", "No", h.RowNo, "Text", text)
}

// applicant is who asked for a case, with unit and post; of what was disposed of, and of what was taken in for
// nobody, the unit alone is known.
func (p *Pages) applicant(r *http.Request, c ismskit.Case) string {
	if c.ApplicantName == "" {
		return p.called(r, c.UnitName)
	}
	return p.text(r, "shell.who", "Unit", p.called(r, c.UnitName), "Name", c.ApplicantName, "Post", p.called(r, c.Flow.Applicant.PostTitle))
}
