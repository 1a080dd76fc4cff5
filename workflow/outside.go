package workflow

import (
	"slices"
	"strings"
	"time"
)

// sendOut notes that the work was handed to an outside office. Sending again
// replaces the note; the trail keeps the former one. What a.Outside says of a reply is kept: of
// a note that is only put right, whoever calls passes on the answer that still stands.
func (r *run) sendOut(a Action) error {
	t, _ := r.s.Task(a.Task)
	n := a.Outside
	if n == nil || blank(n.To) || blank(n.How) {
		return refuse(ErrOutside, t.Step, "what", "to, how")
	}
	note := OutsideNote{To: n.To, How: n.How, Number: n.Number, Sent: micro(n.Sent), Expected: micro(n.Expected), ExpectedDate: n.ExpectedDate, Text: n.Text,
		Replied: micro(n.Replied), ReplyNumber: n.ReplyNumber, Reply: n.Reply, Proof: slices.Clone(n.Proof)}
	if note.Sent.IsZero() {
		note.Sent = r.at
	}
	return r.noted(a, note, EventSentOut)
}

// answer notes what the outside office answered, with proof where there is any.
func (r *run) answer(a Action) error {
	t, _ := r.s.Task(a.Task)
	if a.Outside == nil || blank(a.Outside.Reply) && blank(a.Outside.ReplyNumber) && len(a.Outside.Proof) == 0 && (t.Outside.Replied.IsZero() || a.Outside.Replied.IsZero()) {
		return refuse(ErrOutside, t.Step, "what", "reply")
	}
	return r.noted(a, replied(*t.Outside, a.Outside, r.at), EventAnswered)
}

// replied is a note with what was answered. What n does not say stays as it was; where nobody said
// when the answer came, it came at at.
func replied(note OutsideNote, n *OutsideNote, at time.Time) OutsideNote {
	if !n.Replied.IsZero() {
		note.Replied = micro(n.Replied)
	}
	if !blank(n.Reply) {
		note.Reply = n.Reply
	}
	if n.ReplyNumber != "" {
		note.ReplyNumber = n.ReplyNumber
	}
	if len(n.Proof) > 0 {
		note.Proof = slices.Clone(n.Proof)
	}
	if note.Replied.IsZero() {
		note.Replied = at
	}
	return note
}

func (r *run) noted(a Action, note OutsideNote, kind EventKind) error {
	i := r.s.task(a.Task)
	t := &r.s.Tasks[i]
	t.Outside = &note
	r.event(Event{Kind: kind, Node: t.Step, Task: t.ID, Outside: &note, Text: a.Comment, By: &a.By, For: a.For})
	return nil
}

// What a result of outside work may still need.
const (
	NeedsSending = "send_out"
	NeedsNumber  = "number"
	NeedsDay     = "replied"
	NeedsProof   = "proof"
)

// Missing is what a result of outside work still needs: that it was sent at all, else
// the number it went under, when the answer came, and proof of it. They may come with the result
// itself, as given, which may say instead why the office was not asked. Nobody else knows the day: the one on which the result is recorded is another.
func (n OutsideNote) Missing(given *OutsideNote) []string {
	if given == nil {
		given = &OutsideNote{}
	}
	switch {
	case n.Sent.IsZero() && !blank(given.Unasked):
		return nil
	case n.Sent.IsZero():
		return []string{NeedsSending}
	}
	var out []string
	if blank(n.Number) && blank(n.ReplyNumber) && blank(given.Number) && blank(given.ReplyNumber) {
		out = append(out, NeedsNumber)
	}
	if n.Replied.IsZero() && given.Replied.IsZero() {
		out = append(out, NeedsDay)
	}
	if len(n.Proof) == 0 && len(given.Proof) == 0 {
		out = append(out, NeedsProof)
	}
	return out
}

// proved refuses a result of outside work that still misses something.
func (r *run) proved(a Action) error {
	i := r.s.task(a.Task)
	t := &r.s.Tasks[i]
	if t.Outside == nil {
		return nil
	}
	note := *t.Outside
	if missing := note.Missing(a.Outside); len(missing) > 0 {
		return refuse(ErrOutside, t.Step, "what", strings.Join(missing, ", "))
	}
	r.heard(a)
	return nil
}

// heard takes what came back from outside together with another act in the task, which may be
// its holder's last or only one for long: the entry of that act says it, as one of its own would.
func (r *run) heard(a Action) {
	t := &r.s.Tasks[r.s.task(a.Task)]
	if t.Outside == nil || a.Outside == nil {
		return
	}
	was, given := *t.Outside, *a.Outside
	note := replied(was, &given, time.Time{}) // no day is made up: what was answered may have come long before
	if !blank(given.Number) {
		note.Number = given.Number
	}
	if note.Sent.IsZero() {
		note.Unasked = given.Unasked
	}
	t.Outside = &note
	if note.Unasked == was.Unasked && slices.Equal(note.Proof, was.Proof) && note.Reply == was.Reply && note.ReplyNumber == was.ReplyNumber && note.Number == was.Number && note.Replied.Equal(was.Replied) {
		return // all of it was entered before
	}
	r.event(Event{Kind: EventAnswered, Node: t.Step, Task: t.ID, Outside: &note, By: &a.By, For: a.For})
}

func micro(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
