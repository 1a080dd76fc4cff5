package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// outsideForm is 登錄外部送件 or 登錄外部回復.
type outsideForm struct {
	Open                              bool
	Office, How, Number               string
	Sent, Expected, Replied           string
	Shown                             map[string]string // what the fields that may go along with another act begin with
	Text, Reply, ReplyNumber          string
	Errors                            map[string]string
	Note                              []print.Fact // what was sent already
	SentEcho, ExpectedEcho, ReplyEcho string
	OfficeKnown                       bool
	Verb, Label                       string
	Before                            string       // that what follows was noted when the row was handled before
	Former                            []print.Fact // which is read only: what is sent now is another sending
	Chased, Again                     string       // what no day of the reply means, and what sending once more does
	Lead                              bool         // it is what is expected now
	Example, Today                    string       // how a day is typed, as an example, and today so typed
	Proof                             []fieldView  // files that may come with the answer
	NumberID                          string       // of the control: two forms may ask for it, and a refusal leads to one
}

// contact is whom to turn to at the office outside, as far as is known.
func (p *Pages) contact(r *http.Request, t ismskit.MyTask) string {
	if !t.Outside || t.Contact.Name == nil {
		return ""
	}
	parts := []string{p.in(r, t.Contact.Name)}
	if t.Contact.Phone != "" {
		parts = append(parts, p.text(r, "outside.phone", "Phone", t.Contact.Phone))
	}
	if t.Contact.Email != "" {
		parts = append(parts, t.Contact.Email)
	}
	return p.text(r, "outside.contact", "Office", p.worded(r, t.OutsideTo), "Who", strings.Join(parts, p.text(r, "word.comma")))
}

// outsideErrors are the messages for what was typed about an office outside, by
// the control's name.
func outsideErrors(invalid forms.Invalid, lang string) map[string]string {
	out := map[string]string{}
	for _, f := range invalid {
		if strings.HasPrefix(f.Field, "outside.") {
			out[f.Field] = f.Message(lang)
		}
	}
	return out
}

// numberMissing asks for 受理號 together with the result, nil where it is known or
// nothing has gone out.
func (p *Pages) numberMissing(r *http.Request, t ismskit.MyTask, a attempt) *outsideForm {
	note := t.Task.Outside
	if note == nil || note.Sent.IsZero() || !slices.Contains(note.Missing(nil), workflow.NeedsNumber) {
		return nil
	}
	f := &outsideForm{NumberID: "number-result"}
	if a.task == t.ID && decides(a.verb) {
		f.NumberID, f.Errors = numberID, outsideErrors(a.invalid, p.lang(r))
		f.Errors[resultNumber] = f.Errors[numberID]
	}
	if a.task == t.ID {
		f.Number = a.posted.Get(resultNumber)
	}
	return f
}

// unasked asks with the result why the office was not asked this time, nil where that cannot be said.
func (p *Pages) unasked(r *http.Request, t ismskit.MyTask, a attempt) *outsideForm {
	if !t.MayBeUnasked {
		return nil
	}
	f := &outsideForm{Text: p.text(r, "outside.unasked_hint", "Office", p.office(r, t.Standing.Office))}
	if a.task == t.ID {
		f.Reply = a.posted.Get("outside.unasked")
		if decides(a.verb) {
			f.Errors = outsideErrors(a.invalid, p.lang(r))
		}
	}
	return f
}

// numberID is the id of 受理號 that a refusal leads to.
const numberID = "outside.number"

func (p *Pages) sendOut(r *http.Request, t ismskit.MyTask, before *workflow.OutsideNote, posted forms.Posted, open bool, label string) *outsideForm {
	f := &outsideForm{Example: p.example(r), Today: p.typedDay(r, p.today()), Verb: string(workflow.VerbSendOut), Label: label, NumberID: numberID}
	if decides(workflow.Verb(posted.Get("do"))) {
		f.NumberID = "number-sent"
	}
	f.Office = p.in(r, t.OutsideTo)
	if !t.Chased.IsZero() {
		f.Chased = p.text(r, "outside.chased", "Due", p.dayOf(r, t.Chased))
	}
	note := t.Task.Outside
	switch {
	case note != nil && !note.Sent.IsZero():
		f.Note = print.Outside(*note, p.locale(r))
	case before != nil: // it went out when the row was handled before: what goes out now is another sending
		f.Before, f.Former, f.How = p.text(r, "outside.before"), print.Outside(*before, p.locale(r)), before.How
		if before.To != "" {
			f.Office = before.To
		}
		note = nil
	default:
		note = nil
	}
	if note != nil {
		f.Number, f.How, f.Text = note.Number, note.How, note.Text
		if note.To != "" {
			f.Office = note.To
		}
		if !note.Replied.IsZero() {
			f.Again = p.text(r, "outside.again", "Replied", p.dayOf(r, calendar.DateOf(note.Replied.In(p.location))))
		}
		f.Sent = p.typedDay(r, calendar.DateOf(note.Sent.In(p.location)))
		if day, err := calendar.ParseDate(note.ExpectedDate); err == nil {
			f.Expected = p.typedDay(r, day)
		}
	}
	f.Open = f.retype(posted, map[string]*string{
		"to": &f.Office, "how": &f.How, "number": &f.Number, "sent": &f.Sent, "expected": &f.Expected, "text": &f.Text,
	}) || open
	return f
}

func (p *Pages) answer(r *http.Request, t ismskit.MyTask, posted forms.Posted, open bool, label string) *outsideForm {
	f := &outsideForm{Example: p.example(r), Today: p.typedDay(r, p.today()), Verb: string(workflow.VerbAnswer), Label: label}
	if note := t.Task.Outside; note != nil {
		f.Note = print.Outside(*note, p.locale(r))
		if !note.Replied.IsZero() {
			f.Replied = p.typedDay(r, calendar.DateOf(note.Replied.In(p.location)))
			f.ReplyNumber, f.Reply = note.ReplyNumber, note.Reply
		}
	}
	f.Open = f.retype(posted, map[string]*string{
		"replied": &f.Replied, "reply_number": &f.ReplyNumber, "reply": &f.Reply,
	}) || open || t.Waits
	return f
}

// retype puts what was typed over what a part of the form begins with now, and says whether that
// is something else. What was left as it had begun is not typed: it may have been put right since.
func (f *outsideForm) retype(posted forms.Posted, texts map[string]*string) bool {
	other := false
	f.Shown = map[string]string{}
	for name, text := range texts {
		f.Shown[name] = *text
		if typed, sent := posted["outside."+name]; sent && last(typed) != *text && !beganWith(posted, name) {
			*text, other = last(typed), true
		}
	}
	return other
}

// noteBefore is what was noted of an office outside when a row was handled the last time before,
// nil where nothing went out.
func noteBefore(c ismskit.Case) *workflow.OutsideNote {
	for _, turn := range slices.Backward(c.Turns) {
		if !turn.Earlier {
			continue
		}
		for _, t := range slices.Backward(turn.State.Tasks) {
			if t.Outside != nil && !t.Outside.Sent.IsZero() {
				return t.Outside
			}
		}
		return nil
	}
	return nil
}
