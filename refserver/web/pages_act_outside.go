package web

import (
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// shownSuffix is how the hidden fields end that say what a field about an office outside began with.
const shownSuffix = "_shown"

// heard is what came back from outside with an act: 受理號 beside it, and what was typed of the
// reply on the same page, whichever button was pressed. nil where nothing was. What stands as the
// page began is not said: somebody may have entered the answer meanwhile. Only the day counts
// where none is on record, with a result or with words of a reply.
func (p *Pages) heard(c ismskit.Case, a *attempt) *workflow.OutsideNote {
	note, unread := p.outsideNote(a.posted)
	for _, fault := range unread {
		if fault.Field == "outside.replied" {
			a.invalid = append(a.invalid, fault)
		}
	}
	began := func(name string) bool {
		shown, known := a.posted[name+shownSuffix]
		return known && strings.TrimSpace(a.posted.Get("outside."+name)) == strings.TrimSpace(last(shown))
	}
	given := &workflow.OutsideNote{Number: strings.TrimSpace(a.posted.Get(resultNumber)), Reply: note.Reply, ReplyNumber: note.ReplyNumber, Replied: note.Replied}
	if given.Number == "" && !began("number") {
		given.Number = note.Number
	}
	if began("reply") {
		given.Reply = ""
	}
	if began("reply_number") {
		given.ReplyNumber = ""
	}
	said := given.Reply != "" || given.ReplyNumber != ""
	t, _ := c.Flow.Task(a.task)
	known := t.Outside != nil && !t.Outside.Replied.IsZero()
	if known {
		a.invalid = append(a.invalid, p.noteEmptied(a)...)
	}
	if began("replied") && (known || !decides(a.verb) && !said) {
		given.Replied = time.Time{}
	}
	if given.Number == "" && !said && given.Replied.IsZero() {
		return nil
	}
	return given
}

// outsideNote reads what was typed about an office outside. Its dates are days;
// today means now.
func (p *Pages) outsideNote(posted forms.Posted) (*workflow.OutsideNote, forms.Invalid) {
	text := func(name string) string { return strings.TrimSpace(posted.Get("outside." + name)) }
	note := &workflow.OutsideNote{
		To: text("to"), How: text("how"), Number: text("number"), Text: text("text"),
		Reply: text("reply"), ReplyNumber: text("reply_number"),
	}
	var invalid forms.Invalid
	day := func(name string) calendar.Date {
		s := text(name)
		if s == "" {
			return calendar.Date{}
		}
		d, err := calendar.ParseDate(s)
		if err != nil {
			invalid = append(invalid, forms.Unread("outside."+name, p.everyLang("outside."+name), err))
		}
		return d
	}
	if sent := day("sent"); !sent.IsZero() {
		note.Sent = p.momentOf(sent)
	}
	if replied := day("replied"); !replied.IsZero() {
		note.Replied = p.momentOf(replied)
	}
	if expected := day("expected"); !expected.IsZero() {
		note.Expected, note.ExpectedDate = expected.AddDays(1).Start(p.location), expected.String()
	}
	return note, invalid
}

func (p *Pages) momentOf(d calendar.Date) time.Time {
	if d == p.today() {
		return p.now()
	}
	return d.Start(p.location)
}

// noteEmptied refuses what stood in the form and was taken out: in the place of a day today would be
// signed, which nobody has said, and what is on record of an answer would stay as it was. 受理號
// may go.
func (p *Pages) noteEmptied(a *attempt) (out forms.Invalid) {
	names := []string{"sent"}
	if a.verb != workflow.VerbSendOut {
		names = []string{"replied", "reply_number", "reply"}
	}
	for _, name := range names {
		typed, posted := a.posted["outside."+name]
		day := name == "sent" || name == "replied"
		if posted && strings.TrimSpace(last(typed)) == "" && (day || strings.TrimSpace(a.posted.Get(name+shownSuffix)) != "") {
			out = append(out, forms.Fault{Field: "outside." + name, Code: "required", Label: p.everyLang("outside." + name)})
		}
	}
	return out
}
