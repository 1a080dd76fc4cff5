package ismskit

import (
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// handedOn says from whom a task came to another, by which sheet and when: his delay is not
// that of who follows.
type handedOn struct {
	Task  string    `json:"task,omitempty"` // "" for the request itself, which its applicant handed over
	From  string    `json:"from"`           // what he is called
	Sheet string    `json:"sheet"`          // its number
	At    time.Time `json:"at"`
}

// handOn notes that a task, or the request itself, passes.
func (h *handingOver) handOn(c caseInHand, w *work, task string) {
	w.after.extra.HandedOn = append(slices.Clip(c.extra.HandedOn), handedOn{Task: task, From: h.leaver.Name, Sheet: h.sheet.row.Number, At: w.now})
}

// handedTask is how a task came to those who have it: the same task, or one that took the
// place of the former one. nil where no sheet passed it, and where it has gone on since.
func (c *caseInHand) handedTask(t workflow.Task) *handedOn {
	for i := range slices.Backward(c.extra.HandedOn) {
		h := &c.extra.HandedOn[i]
		if h.Task == "" {
			continue
		}
		was, known := c.state.Task(h.Task)
		inPlace := known && was.Status == workflow.TaskMoved && was.Step == t.Step && was.Origin == t.Origin && was.Closed.Equal(t.Opened)
		if h.Task == t.ID || inPlace {
			return h
		}
	}
	return nil
}

// withHandover adds to why a task came to somebody that it was another's. What somebody was
// given by the sheet alone is his for no other reason.
func (k *Kit) withHandover(c *caseInHand, t workflow.Task, why workflow.Text) workflow.Text {
	h := c.handedTask(t)
	if h == nil {
		return why
	}
	handed := k.handedWords("why.handed", *h)
	if t.Given && t.Origin == "" || len(why) == 0 {
		return handed
	}
	return joinedWhy(why, handed)
}

// becauseHeir says why what is the applicant's comes to who goes on with his request.
func (k *Kit) becauseHeir(c *caseInHand) workflow.Text {
	for _, h := range slices.Backward(c.extra.HandedOn) {
		if h.Task == "" {
			return k.handedWords("why.heir", h)
		}
	}
	return k.textsWith("why.heir_once", map[string]string{"from": c.row.ApplicantName})
}

func (k *Kit) handedWords(key string, h handedOn) workflow.Text {
	return workflow.Text(sayAll(key, func(lang string) map[string]string {
		day := calendar.DateOf(h.At.In(k.location))
		return map[string]string{"from": h.From, "number": h.Sheet, "day": forms.Locale{Lang: lang}.Day(day)}
	}))
}
