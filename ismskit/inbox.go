package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// Told is a message with the moment its mail left.
type Told struct {
	Message
	Mailed time.Time // zero: not, or not yet, by mail
	// GivenUp says that its mail could not be sent, and that the queue does not try it any
	// more by itself: it is among Work.Dead.
	GivenUp bool
	// About is the subject of a case that has no number to be told by, for SubjectFor, where
	// whoever is told may read the case; it is not among the words that were sent.
	About   string
	AboutIn workflow.Text
}

// Inbox lists what Notices does, each with when it left by mail.
func (w Work) Inbox(ctx context.Context, actor Actor, f NoticeFilter) ([]Told, error) {
	w.k = w.k.once()
	messages, err := w.Notices(ctx, actor, f)
	if err != nil {
		return nil, err
	}
	told, err := w.k.mailed(ctx, messages)
	if err != nil {
		return nil, err
	}
	return told, w.k.sayAbout(ctx, actor, told)
}

// sayAbout says of what without a number was told: of several of one kind nobody would know which.
func (k *Kit) sayAbout(ctx context.Context, actor Actor, told []Told) error {
	var ids []string
	for _, m := range told {
		if m.Case != "" && !slices.Contains(ids, m.Case) {
			ids = append(ids, m.Case)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := k.listCases(ctx, CaseQuery{IDs: ids, Limit: len(ids)})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Number != "" || k.classes().Confidential(row.Class) {
			continue
		}
		c, may, err := k.readable(ctx, actor, row.ID, k.moment())
		if err != nil {
			return err
		}
		for i := range told {
			if may && told[i].Case == row.ID {
				told[i].About, told[i].AboutIn = row.Subject, c.subjectIn(k)
			}
		}
	}
	return nil
}

// Of lists everything that was told to anybody about a case, newest first, for those
// who may see it: when, by which rule, in which words, and when its mail left.
func (w Work) Of(ctx context.Context, actor Actor, caseID string) ([]Told, error) {
	w.k = w.k.once()
	c, err := w.k.take(ctx, caseID)
	if err != nil {
		return nil, err
	}
	if _, err := w.k.mayRead(ctx, actor, c, w.k.moment()); err != nil {
		return nil, err
	}
	var out []Told
	q := MessageQuery{Case: caseID, Limit: 500}
	for {
		var messages []Message
		err := w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Queue().Messages(ctx, q)
			messages = found
			return err
		})
		if err != nil {
			return nil, err
		}
		told, err := w.k.mailed(ctx, messages)
		if err != nil {
			return nil, err
		}
		out = append(out, told...)
		if len(messages) < q.Limit {
			return out, nil
		}
		last := messages[len(messages)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
}

// mailed finds out when the mails left that carried messages: an urgent one is its own
// mail, the others went with a morning's.
func (k *Kit) mailed(ctx context.Context, messages []Message) ([]Told, error) {
	var mails []string
	for _, m := range messages {
		if m.Mail != "" && m.Mail != m.ID && !slices.Contains(mails, m.Mail) {
			mails = append(mails, m.Mail)
		}
	}
	left := map[string]time.Time{}
	if len(mails) > 0 {
		var found []Message
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			sent, err := tx.Queue().Messages(ctx, MessageQuery{IDs: mails, Limit: len(mails)})
			found = sent
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			left[m.ID] = m.Sent
		}
	}
	out := make([]Told, len(messages))
	for i, m := range messages {
		out[i] = Told{Message: m, Mailed: m.Sent}
		if at, ok := left[m.Mail]; ok {
			out[i].Mailed = at
		}
	}
	return out, k.givenUp(ctx, out)
}

// givenUp marks the messages whose mail was given up.
func (k *Kit) givenUp(ctx context.Context, told []Told) error {
	waits := map[string][]int{} // mail → the messages that it carries
	for i, m := range told {
		if mail := m.mail(); mail != "" && m.Mailed.IsZero() {
			waits[mail] = append(waits[mail], i)
		}
	}
	if len(waits) == 0 {
		return nil
	}
	var dead []string
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		var found []string
		q := JobQuery{Kind: jobMail, Dead: true, Bare: true, Limit: 500}
		for {
			page, err := tx.Queue().Jobs(ctx, q)
			if err != nil {
				return err
			}
			for _, job := range page {
				found = append(found, job.Subject)
			}
			if len(page) < q.Limit {
				dead = found
				return nil
			}
			q.After, q.AfterID = page[len(page)-1].Due, page[len(page)-1].ID
		}
	})
	for _, mail := range dead {
		for _, i := range waits[mail] {
			told[i].GivenUp = true
		}
	}
	return err
}

// mail is the id of the mail by which a message leaves: itself, or the morning's that was
// written of it; "" for one that waits for its morning.
func (m Message) mail() string {
	if m.Mail == "" && (m.Kind == MessageMail || m.Urgent) {
		return m.ID
	}
	return m.Mail
}
