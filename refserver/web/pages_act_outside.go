package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// shownSuffix is how the hidden fields end that say what a field about an office outside began with.
const shownSuffix = "_shown"

// beganWith says whether a field about an office outside was sent as the page had begun.
func beganWith(posted forms.Posted, name string) bool {
	shown, known := posted[name+shownSuffix]
	return known && strings.TrimSpace(posted.Get("outside."+name)) == strings.TrimSpace(last(shown))
}

// heard is what came back from outside with an act: 受理號 beside it, and what was typed of the
// reply on the same page, whichever button was pressed. nil where nothing was. Whether it is anything
// new, and whether he had before him what is on record, is the Kit's to say.
func (p *Pages) heard(c ismskit.Case, a *attempt) *workflow.OutsideNote {
	note, unread := p.outsideNote(a.posted)
	for _, fault := range unread {
		if fault.Field == "outside.replied" {
			a.invalid = append(a.invalid, fault)
		}
	}
	given := &workflow.OutsideNote{Number: strings.TrimSpace(a.posted.Get(resultNumber)), Reply: note.Reply, ReplyNumber: note.ReplyNumber, Replied: note.Replied}
	if decides(a.verb) {
		given.Unasked = strings.TrimSpace(a.posted.Get("outside.unasked"))
	}
	t, _ := c.Flow.Task(a.task)
	if sent := t.Outside != nil && !t.Outside.Sent.IsZero(); given.Number == "" && (sent || !beganWith(a.posted, "number")) {
		given.Number = note.Number // that of another time is none of a sending that was not made
	}
	if t.Outside != nil && !t.Outside.Replied.IsZero() {
		a.invalid = append(a.invalid, p.noteEmptied(a)...)
	}
	if given.Number == "" && given.Reply == "" && given.ReplyNumber == "" && given.Replied.IsZero() && given.Unasked == "" {
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

// noteEmptied refuses a note without its day, in whose place today would be signed, which nobody
// has said, and what stood of an answer and was taken out: it would stay as it was. 受理號 may go.
func (p *Pages) noteEmptied(a *attempt) (out forms.Invalid) {
	names := []string{"sent"}
	if a.verb != workflow.VerbSendOut {
		names = []string{"replied", "reply_number", "reply"}
	}
	for _, name := range names {
		typed, posted := a.posted["outside."+name]
		asked := name == "sent" || name == "replied" && a.verb == workflow.VerbAnswer
		if posted && strings.TrimSpace(last(typed)) == "" && (asked || strings.TrimSpace(a.posted.Get(name+shownSuffix)) != "") {
			out = append(out, forms.Fault{Field: "outside." + name, Code: "required", Label: p.everyLang("outside." + name)})
		}
	}
	return out
}

// notedOutside is what the last note of an office outside is called in the trail: a sending, or the
// correction of one.
func (p *Pages) notedOutside(r *http.Request, c ismskit.Case, how string) (string, error) {
	now, err := p.kit.Case(r.Context(), p.actor(r), c.ID)
	if errors.Is(err, ismskit.ErrNotFound) {
		return how, nil
	}
	if err != nil {
		return "", err
	}
	for _, e := range slices.Backward(now.Trail) {
		if e.Outside != nil && e.By.Person == p.actor(r).Person {
			return print.DecisionOf(p.lang(r), e), nil
		}
	}
	return how, nil
}
