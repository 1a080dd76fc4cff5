package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// ApplyIndex is the index of 線上申請: what one may want to do, in the words of
// the people who want it.
type ApplyIndex struct {
	Title   forms.Text
	Hint    forms.Text
	Entries []ApplyEntry
}

// ApplyEntry leads to one form. A planned one is shown without a link, so that
// people know it is on its way.
type ApplyEntry struct {
	Key     string
	Type    string
	Form    string
	Planned bool
	Urgent  bool
	Minutes int
	Title   forms.Text
	Time    forms.Text
	Hint    forms.Text
}

// applyPage is the model of apply.html.
type applyPage struct {
	Drafts  []sentLine
	Hint    string
	Entries []applyLine
	Query   string
	Found   []applyLine
	Search  bool
	Recent  []recentLine
	Types   []applyLine // all on offer, with number and version
	// AllCurrent says that none of them is a template.
	AllCurrent bool
}

type applyLine struct {
	Href, Title, Time, Via, FormNo, Edition string
	Issued                                  calendar.Date
	Urgent                                  bool
	Unstaffed                               bool   // none can be sent, or begun: its page says why
	Template                                bool   // the house has issued no form of this number
	InForce                                 string // the version of the form in force, where it is another
	Why                                     string // why none can begin
	Retired                                 bool   // its form was abolished: there is no blank one
	controlled
}

type recentLine struct {
	Href, Title string
	At          time.Time
}

func (p *Pages) applyIndex(w http.ResponseWriter, r *http.Request) {
	types, err := p.kit.Types().List(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := applyPage{AllCurrent: true, Hint: p.apply.Hint.In(p.lang(r)), Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	for _, t := range types {
		page.Types = append(page.Types, p.applyType(r, t))
		page.AllCurrent = page.AllCurrent && !t.Template && t.InForce == "" && t.Barred == nil
	}
	page.Entries = p.applyEntries(r, types, page.Types)
	if page.Query != "" {
		page.Search = true
		page.Found = p.findForms(page.Query, page.Types)
	}
	if err := p.ownForms(r, &page); err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "apply", page)
}

// applyEntries are the index, or without one all types on offer.
func (p *Pages) applyEntries(r *http.Request, types []ismskit.TypeInfo, lines []applyLine) []applyLine {
	if len(p.apply.Entries) == 0 {
		return lines
	}
	var out []applyLine
	lang := p.lang(r)
	for _, e := range p.apply.Entries {
		line := applyLine{Title: e.Title.In(lang), Via: e.Hint.In(lang), Time: e.Time.In(lang), Urgent: e.Urgent}
		if line.Time == "" && e.Minutes > 0 {
			line.Time = p.text(r, "apply.minutes", "N", e.Minutes)
		}
		i := slices.IndexFunc(types, func(t ismskit.TypeInfo) bool { return t.Key == e.Type })
		switch {
		case e.Planned:
			line.Time = p.text(r, "apply.planned")
		case i < 0:
			continue // not for this person, or not on this server
		default:
			line.Href, line.Unstaffed, line.Retired = lines[i].Href, lines[i].Unstaffed, lines[i].Retired
		}
		out = append(out, line)
	}
	return out
}

func (p *Pages) applyType(r *http.Request, t ismskit.TypeInfo) applyLine {
	line := applyLine{
		Href: "/apply/" + t.Key, Title: t.Title.In(p.lang(r)), FormNo: t.FormNo, Edition: t.Edition, Issued: t.Issued,
		Unstaffed: t.Unstaffed != nil || t.Barred != nil, Template: t.Template, InForce: t.InForce, controlled: p.controlled(r, t),
	}
	if t.Barred != nil {
		line.Retired = t.Barred.Retired()
		line.Why = strings.Join(t.Barred.Texts(p.lang(r)), p.text(r, "word.stop"))
	}
	if t.Minutes > 0 {
		line.Time = p.text(r, "apply.minutes", "N", t.Minutes)
	}
	var steps []string
	for _, s := range t.Steps {
		steps = append(steps, p.in(r, s))
	}
	if len(steps) > 0 {
		line.Via = p.text(r, "apply.via", "Steps", strings.Join(steps, " → "))
	}
	return line
}

// findForms finds forms by number, the present one too where the form was renumbered, or by name.
func (p *Pages) findForms(query string, lines []applyLine) []applyLine {
	var out []applyLine
	want := strings.ToLower(query)
	for _, l := range lines {
		numbers := l.FormNo
		if l.FormDocument != nil {
			numbers += " " + l.FormDocument.Number
		}
		if strings.Contains(strings.ToLower(numbers+" "+l.Title), want) {
			out = append(out, l)
		}
	}
	return out
}

// ownForms are the reader's drafts, and the forms he used last.
func (p *Pages) ownForms(r *http.Request, page *applyPage) error {
	var err error
	if page.Drafts, _, err = p.draftLines(r, 100); err != nil {
		return err
	}
	sent, err := p.kit.Cases(r.Context(), p.actor(r), ismskit.CaseFilter{Phases: append(onTheWay, string(workflow.PhaseClosed)), Begun: ismskit.BegunByPerson, Limit: 50})
	if err != nil {
		return err
	}
	const most = 4
	seen := map[string]bool{}
	for _, c := range sent {
		if seen[c.Type] || len(page.Recent) == most || !c.Kind.Offered {
			continue
		}
		seen[c.Type] = true
		page.Recent = append(page.Recent, recentLine{Href: "/apply/" + c.Type, Title: c.Kind.Title.In(p.lang(r)), At: c.Submitted})
	}
	return nil
}
