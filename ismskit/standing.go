package ismskit

import (
	"maps"
	"slices"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// OutsideStage says how far a task is that an office outside carries out, and so with
// whom it lies.
type OutsideStage string

// The stages. While it is unsent or answered it lies with our own contact, its holder;
// while it is awaited, with the office.
const (
	OutsideUnsent   OutsideStage = "unsent"   // not sent to the office yet
	OutsideAwaited  OutsideStage = "awaited"  // sent, and no answer has been entered
	OutsideAnswered OutsideStage = "answered" // answered; what became of it is to be entered
)

// OutsideStanding is how a task stands that an office outside carries out. When it is
// late, Stage says whose delay it is.
type OutsideStanding struct {
	Stage  OutsideStage  `json:"stage"`
	Office workflow.Text `json:"office,omitempty"` // as it was sent to; before, as the step names it
	// Sent and Replied are zero until it is; ExpectedDate, YYYY-MM-DD, is when the office
	// is expected to answer, "" where nobody said.
	Sent         time.Time `json:"sent,omitzero"`
	ExpectedDate string    `json:"expected_date,omitempty"`
	Replied      time.Time `json:"replied,omitzero"`
}

// Theirs says that the task lies with the office outside.
func (s OutsideStanding) Theirs() bool { return s.Stage == OutsideAwaited }

// standing is nil of a task that no office outside carries out.
func (k *Kit) standing(c *caseInHand, t workflow.Task, step workflow.Step) *OutsideStanding {
	note := t.Outside
	if note == nil {
		return nil
	}
	s := &OutsideStanding{Stage: OutsideAnswered, Sent: note.Sent, ExpectedDate: note.ExpectedDate, Replied: note.Replied}
	switch {
	case note.Sent.IsZero():
		s.Stage = OutsideUnsent
	case t.Waiting():
		s.Stage = OutsideAwaited
	}
	if step.Outside != nil {
		s.Office = k.fillIn(step.Outside.To, c, nil)
	}
	named := func(name string) bool { return name == note.To }
	if note.To != "" && !slices.ContainsFunc(slices.Collect(maps.Values(s.Office)), named) {
		s.Office = workflow.Text{k.cfg.Lang: note.To}
	}
	return s
}

// sameNote says whether what lists show of work outside is the same.
func sameNote(a, b *workflow.OutsideNote) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.To == b.To && a.Sent.Equal(b.Sent) && a.ExpectedDate == b.ExpectedDate && a.Replied.Equal(b.Replied)
}
