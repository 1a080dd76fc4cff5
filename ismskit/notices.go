package ismskit

import (
	"context"
	"fmt"
	"time"
)

// NoticeFilter selects one's own messages, newest first.
type NoticeFilter struct {
	Case    string    // those about one case; "" means all
	Kinds   []string  // MessageAction, MessageRead, MessageMail; none means all
	Unread  bool      // neither read nor gone; a mail is no unread notice, unless Kinds asks for it
	After   time.Time // keyset: Created of the last one seen
	AfterID string
	Limit   int
}

// noticeKinds are the messages that are to be read: a mail says again what they say.
var noticeKinds = []string{MessageAction, MessageRead}

// Notices lists the actor's messages and mails in the words they were sent;
// ErrForbidden for somebody who has left: what was told him names cases that are
// no longer his to see.
func (w Work) Notices(ctx context.Context, actor Actor, f NoticeFilter) ([]Message, error) {
	w.k = w.k.once()
	if _, err := w.k.person(ctx, actor.Person, w.k.moment()); err != nil {
		return nil, err
	}
	if f.Unread && len(f.Kinds) == 0 {
		f.Kinds = noticeKinds
	}
	var out []Message
	err := w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{
			Person: actor.Person, Case: f.Case, Kinds: f.Kinds, Unread: f.Unread, After: f.After, AfterID: f.AfterID, Limit: f.Limit,
		})
		out = found
		return err
	})
	return out, err
}

// Read marks the actor's own messages as read.
func (w Work) Read(ctx context.Context, actor Actor, ids ...string) error {
	w.k = w.k.once()
	if len(ids) == 0 {
		return nil
	}
	if _, err := w.k.person(ctx, actor.Person, w.k.moment()); err != nil {
		return err
	}
	now := w.k.moment()
	return w.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{IDs: ids, Person: actor.Person, Limit: len(ids)})
		if err != nil {
			return err
		}
		for _, m := range found {
			if !m.Read.IsZero() || m.Person != actor.Person {
				continue
			}
			m.Read = now
			if err := tx.Queue().PutMessage(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// addressee is where a person's mail goes.
type addressee struct{ Name, Email string }

// Addresses is implemented by a Directory that knows people's mail addresses.
// Without it no mail is sent.
type Addresses interface {
	Address(ctx context.Context, person string) (name, email string, err error)
}

func (k *Kit) addressee(ctx context.Context, person string) (addressee, error) {
	port, ok := k.directory.(Addresses)
	if !ok {
		return addressee{}, nil
	}
	name, email, err := port.Address(ctx, person)
	if err != nil {
		return addressee{}, fmt.Errorf("ismskit: directory: %w", err)
	}
	return addressee{Name: name, Email: email}, nil
}

// Address implements Addresses.
func (h HouseDirectory) Address(ctx context.Context, person string) (name, email string, err error) {
	p, found, err := h.Person(ctx, person)
	if err != nil || !found {
		return "", "", err
	}
	return p.Name, p.Email, nil
}
