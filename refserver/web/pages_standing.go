package web

import (
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// standing says with whom a task lies that an office outside carries out, and of one
// that is late, whose delay it is. "" of any other task.
func (p *Pages) standing(r *http.Request, s *ismskit.OutsideStanding, late bool) string {
	if s == nil {
		return ""
	}
	office, what := p.office(r, s.Office), ""
	switch s.Stage {
	case ismskit.OutsideUnsent:
		what = p.text(r, "standing.unsent", "Office", office)
	case ismskit.OutsideAwaited:
		since := p.dayOf(r, calendar.DateOf(s.Sent.In(p.location)))
		what = p.text(r, "standing.awaited", "Office", office, "Since", since)
		if day, err := calendar.ParseDate(s.ExpectedDate); err == nil {
			what = p.text(r, "standing.awaited_by", "Office", office, "Since", since, "Expected", p.dayOf(r, day))
		}
	case ismskit.OutsideAnswered:
		what = p.text(r, "standing.answered", "Office", office, "Replied", p.dayOf(r, calendar.DateOf(s.Replied.In(p.location))))
	}
	switch {
	case !late:
		return what
	case s.Theirs():
		return p.text(r, "standing.late_theirs", "What", what)
	}
	return p.text(r, "standing.late_ours", "What", what)
}

// nextOutside says what the contact does next about an office outside.
func (p *Pages) nextOutside(r *http.Request, t ismskit.MyTask) string {
	if t.Standing == nil {
		return ""
	}
	office := p.office(r, t.Standing.Office)
	switch {
	case t.MayBeUnasked && t.Next == workflow.VerbSendOut:
		return p.text(r, "standing.next_again", "Office", office, "Record", p.button(r, workflow.VerbRecord, t))
	case t.Next == workflow.VerbSendOut:
		return p.text(r, "standing.next_send", "Office", office)
	case t.Next == workflow.VerbAnswer:
		return p.text(r, "standing.next_answer", "Office", office)
	case t.Next != "" && t.Standing.Stage == ismskit.OutsideAnswered:
		return p.text(r, "standing.next_result")
	}
	return ""
}

// office is what an office outside is called, in general words where nobody named it.
func (p *Pages) office(r *http.Request, name workflow.Text) string {
	if said := p.worded(r, name); said != "" {
		return said
	}
	return p.text(r, "standing.office")
}
