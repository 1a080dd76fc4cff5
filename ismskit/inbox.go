package ismskit

import (
	"context"
	"slices"
	"time"
)

// Told is a message to the actor with the moment its mail left.
type Told struct {
	Message
	Mailed time.Time // zero: not, or not yet, by mail
}

// Inbox lists what Notices does, each with when it left by mail.
func (w Work) Inbox(ctx context.Context, actor Actor, f NoticeFilter) ([]Told, error) {
	messages, err := w.Notices(ctx, actor, f)
	if err != nil {
		return nil, err
	}
	var mails []string
	for _, m := range messages {
		if m.Mail != "" && m.Mail != m.ID && !slices.Contains(mails, m.Mail) {
			mails = append(mails, m.Mail)
		}
	}
	left := map[string]time.Time{}
	if len(mails) > 0 {
		var found []Message
		err = w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			sent, err := tx.Queue().Messages(ctx, MessageQuery{IDs: mails, Person: actor.Person, Limit: len(mails)})
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
	return out, nil
}
