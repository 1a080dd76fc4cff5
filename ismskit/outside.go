package ismskit

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// The most characters of what is noted about an office outside.
const (
	maxOutsideName = 200
	maxOutsideText = 4000
)

// outside judges what an action says of an office outside, field by field
// ("outside.expected"), together with what else is wrong with the action.
func (w *work) outside(a Action, rest error) error {
	t, ok := w.before.state.Task(w.auth.task)
	if !ok || t.Outside == nil {
		return rest // the engine says that this step has no such verb
	}
	var found forms.Invalid
	switch a.Verb {
	case workflow.VerbSendOut:
		found = w.sentOut(a.Outside)
	case workflow.VerbAnswer, workflow.VerbRecord, workflow.VerbApprove, workflow.VerbUnable, workflow.VerbReturn,
		workflow.VerbDecline, workflow.VerbAddBefore, workflow.VerbAddAfter, workflow.VerbConsult, workflow.VerbDelegate:
		found = w.answered(a, *t.Outside)
	}
	var missing forms.Invalid
	if a.Verb == workflow.VerbRecord || a.Verb == workflow.VerbApprove && t.Origin == "" {
		missing = w.missing(a, t, rest)
	}
	if len(found)+len(missing) == 0 {
		return rest
	}
	others, ok := errors.AsType[forms.Invalid](rest)
	if rest != nil && !ok {
		return rest
	}
	return slices.Concat(found, others, missing)
}

func (w *work) sentOut(n *workflow.OutsideNote) forms.Invalid {
	if n == nil {
		n = &workflow.OutsideNote{}
	}
	var out forms.Invalid
	out = w.needed(out, "to", n.To)
	out = w.needed(out, "how", n.How)
	out = w.short(out, "to", n.To, maxOutsideName)
	out = w.short(out, "how", n.How, maxOutsideName)
	out = w.short(out, "number", n.Number, maxOutsideName)
	out = w.short(out, "text", n.Text, maxOutsideText)
	sent := n.Sent
	if sent.IsZero() {
		sent = w.now
	}
	switch {
	case w.dayOf(sent).After(w.dayOf(w.now)):
		out = append(out, w.fault("sent", "outside.future", calendar.Date{}))
	case !w.before.state.Submitted.IsZero() && w.dayOf(sent).Before(w.dayOf(w.before.state.Submitted)):
		out = append(out, w.fault("sent", "outside.too_early", w.dayOf(w.before.state.Submitted)))
	}
	expected, err := w.k.replyDay(*n)
	switch {
	case err != nil:
		out = append(out, forms.Unread("outside.expected", w.label("expected"), err))
	case !expected.IsZero() && expected.Before(w.dayOf(sent)):
		out = append(out, w.fault("expected", "outside.before_sent", w.dayOf(sent)))
	}
	return out
}

// corrected is what an entry puts right of what was noted before of the same office, nil where it is
// another sending, or the answer to one, as sending tells them apart.
func corrected(e Entry, was *workflow.OutsideNote) *workflow.OutsideNote {
	now := e.Outside
	switch {
	case was == nil || strings.TrimSpace(was.To) != strings.TrimSpace(now.To):
		return nil
	case e.Verb == workflow.VerbSendOut && !was.Sent.IsZero() && (was.Replied.IsZero() || !now.Replied.IsZero()),
		e.Verb == workflow.VerbAnswer && !was.Replied.IsZero():
		return was
	}
	return nil
}

// replyDay is the last day on which a reply is expected, zero where none is named.
func (k *Kit) replyDay(n workflow.OutsideNote) (calendar.Date, error) {
	day, err := parseISO(n.ExpectedDate)
	if err == nil && day.IsZero() && !n.Expected.IsZero() {
		day = calendar.DateOf(lastMoment(n.Expected).In(k.location))
	}
	return day, err
}

// noted is what an action says of an office outside as it is put on record.
func (w *work) noted(a Action) *workflow.OutsideNote {
	if a.Verb == workflow.VerbSendOut {
		return w.sending(a)
	}
	t, ok := w.before.state.Task(w.auth.task)
	if a.Outside == nil || !ok || t.Outside == nil || a.Outside.Replied.IsZero() || w.dayOf(a.Outside.Replied) != w.dayOf(t.Outside.Replied) {
		return a.Outside
	}
	note := *a.Outside
	note.Replied = t.Outside.Replied // the same day is no other moment
	return &note
}

// sending is what is noted of a sending: with the day of the reply and the moment from which it
// is late, whichever of them was named, and with the answer that has come where the note is only
// put right. It is one more sending, for which an answer is awaited anew, where the office is
// another, or the day is a later one and not before that of the answer.
func (w *work) sending(a Action) *workflow.OutsideNote {
	t, ok := w.before.state.Task(w.auth.task)
	if a.Outside == nil || !ok || t.Outside == nil {
		return a.Outside
	}
	note, was := *a.Outside, *t.Outside
	note.Replied, note.ReplyNumber, note.Reply, note.Proof = time.Time{}, "", "", nil
	if day, err := w.k.replyDay(note); err == nil && !day.IsZero() { // else refused below, at its field
		if note.ExpectedDate = day.String(); note.Expected.IsZero() {
			note.Expected = day.AddDays(1).Start(w.k.location)
		}
	}
	if was.Sent.IsZero() || strings.TrimSpace(note.To) != strings.TrimSpace(was.To) {
		return &note
	}
	if note.Sent.IsZero() {
		note.Sent = was.Sent // nobody says that it was sent once more
	}
	day := w.dayOf(note.Sent)
	if day == w.dayOf(was.Sent) {
		note.Sent = was.Sent
	}
	if later := day.After(w.dayOf(was.Sent)); !was.Replied.IsZero() && (!later || day.Before(w.dayOf(was.Replied))) {
		note.Replied, note.ReplyNumber, note.Reply, note.Proof = was.Replied, was.ReplyNumber, was.Reply, was.Proof
	}
	return &note
}

// chased is the day until whose end an office's reply is waited for before it is chased, and
// the moment after it. Where nobody named a day it is the one on which the step is due, or was
// sent where that was later: the record does not say it, for the office promised nothing. Both
// are zero for a step without a deadline.
func (k *Kit) chased(t workflow.Task) (string, time.Time) {
	n := t.Outside
	if !n.Expected.IsZero() || t.Due.IsZero() {
		return n.ExpectedDate, n.Expected
	}
	day := k.chaseDay(t, n.Sent)
	return day.String(), day.AddDays(1).Start(k.location)
}

// chaseDay is until when a reply is waited for of which no day is named, where it is sent at a moment:
// a task with a deadline.
func (k *Kit) chaseDay(t workflow.Task, sent time.Time) calendar.Date {
	day := calendar.DateOf(lastMoment(t.Due).In(k.location))
	if on := calendar.DateOf(sent.In(k.location)); day.Before(on) {
		return on // sent when it was late already
	}
	return day
}

// mayBeUnasked says whether a result may say that the office of a task was not asked for it: the row
// is handled again after the office was asked about it, and it has not been asked in this turn.
func (c *caseInHand) mayBeUnasked(t workflow.Task) bool {
	return c.extra.Asked && t.Outside != nil && t.Outside.Sent.IsZero()
}

// unasked judges why the office was not asked.
func (w *work) unasked(n, was workflow.OutsideNote) (out forms.Invalid) {
	switch {
	case strings.TrimSpace(n.Unasked) == "":
		return nil
	case !was.Sent.IsZero():
		return append(out, w.fault("unasked", "outside.unasked_sent", calendar.Date{}))
	case !w.before.extra.Asked:
		return append(out, w.fault("unasked", "outside.unasked_never", calendar.Date{}))
	}
	return w.short(out, "unasked", n.Unasked, maxOutsideText)
}

func (w *work) answered(a Action, was workflow.OutsideNote) forms.Invalid {
	n := a.Outside
	if n == nil {
		if a.Verb != workflow.VerbAnswer {
			return nil // what was noted before counts
		}
		n = &workflow.OutsideNote{}
	}
	var out forms.Invalid
	withProof := w.withProof(a)
	silent := n.Reply == "" && n.ReplyNumber == "" && (withProof == nil || len(withProof.Proof) == 0)
	sameDay := was.Replied.IsZero() || n.Replied.IsZero() || w.dayOf(n.Replied) == w.dayOf(was.Replied)
	byResult := a.Verb == workflow.VerbRecord || a.Verb == workflow.VerbApprove // of which missing asks for proof
	dayAlone := !byResult && was.Replied.IsZero() && !n.Replied.IsZero()
	if silent && (a.Verb == workflow.VerbAnswer && sameDay || dayAlone) {
		out = append(out, w.fault("reply", "outside.no_reply", calendar.Date{}))
	}
	out = w.short(out, "number", n.Number, maxOutsideName)
	out = w.short(out, "reply_number", n.ReplyNumber, maxOutsideName)
	out = w.short(out, "reply", n.Reply, maxOutsideText)
	out = append(out, w.unasked(*n, was)...)
	if n.Replied.IsZero() {
		// Of a result it is asked in missing. With any other act no day is made up either.
		if said := n.Reply != "" || n.ReplyNumber != "" || len(n.Proof) > 0; said && was.Replied.IsZero() &&
			a.Verb != workflow.VerbAnswer && !byResult {
			out = w.needed(out, "replied", "")
		}
		return out
	}
	switch {
	case w.dayOf(n.Replied).After(w.dayOf(w.now)):
		out = append(out, w.fault("replied", "outside.future", calendar.Date{}))
	case !was.Sent.IsZero() && w.dayOf(n.Replied).Before(w.dayOf(was.Sent)):
		out = append(out, w.fault("replied", "outside.before_sent", w.dayOf(was.Sent)))
	}
	return out
}

// missing says what a result still needs, each at the field where it can be given.
func (w *work) missing(a Action, t workflow.Task, rest error) forms.Invalid {
	var out forms.Invalid
	step, _ := w.before.kind.flow.Step(t.Step)
	missing := t.Outside.Missing(w.withProof(a))
	if w.withdrawn(t) && !slices.Contains(missing, workflow.NeedsProof) {
		missing = append(missing, workflow.NeedsProof)
	}
	for _, what := range missing {
		switch what {
		case workflow.NeedsSending:
			code := "outside.not_sent"
			if w.before.mayBeUnasked(t) {
				code = "outside.not_sent_again"
			}
			out = append(out, w.fault("sent", code, calendar.Date{}))
		case workflow.NeedsNumber:
			out = append(out, w.fault("number", "outside.no_number", calendar.Date{}))
		case workflow.NeedsDay:
			out = w.needed(out, "replied", "")
		case workflow.NeedsProof:
			given := w.after
			if given.values = a.Values; rest != nil && len(given.proofIn(t, w.k.cfg.Lang)) > 0 {
				continue // it came, and could not be taken yet
			}
			bad := w.fault("proof", "outside.no_proof", calendar.Date{})
			if field := w.before.kind.proofField(step); field != "" {
				bad.Field = field
			}
			out = append(out, bad)
		}
	}
	return out
}

// withdrawn says that the proof which came with a reply is taken out again with the result: the
// record would say both that there is proof and that there is none.
func (w *work) withdrawn(t workflow.Task) bool {
	return len(w.before.proofIn(t, w.k.cfg.Lang)) > 0 && len(w.after.proofIn(t, w.k.cfg.Lang)) == 0
}

func (w *work) dayOf(t time.Time) calendar.Date { return calendar.DateOf(t.In(w.k.location)) }

func (w *work) needed(out forms.Invalid, field, text string) forms.Invalid {
	if strings.TrimSpace(text) == "" {
		out = append(out, forms.Fault{Field: "outside." + field, Code: "required", Label: w.label(field)})
	}
	return out
}

func (w *work) short(out forms.Invalid, field, text string, most int) forms.Invalid {
	if _, wrong := forms.CleanText("outside."+field, w.label(field), text, most); wrong != nil {
		out = append(out, *wrong)
	}
	return out
}

// fault is one of the Kit's own, in every language; day is named in it.
func (w *work) fault(field, code string, day calendar.Date) forms.Fault {
	text := forms.Text{}
	for _, lang := range languages {
		text[lang] = say(lang, code, map[string]string{"field": w.label(field).In(lang), "date": forms.Locale{Lang: lang}.Day(day)})
	}
	return forms.Fault{Field: "outside." + field, Code: code, Label: w.label(field), Text: text}
}

func (w *work) label(field string) forms.Text { return forms.Text(w.k.texts("outside.field." + field)) }
