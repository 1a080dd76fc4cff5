package kittest

import (
	"context"
	"slices"
	"sync"

	"github.com/ismskit/ismskit/ismskit"
)

// Mailbox is a Notifier that remembers every mail. Safe for concurrent use.
type Mailbox struct {
	mu    sync.Mutex
	mails []ismskit.Mail
	fail  error
}

// Notify implements ismskit.Notifier.
func (m *Mailbox) Notify(_ context.Context, mail ismskit.Mail) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	m.mails = append(m.mails, mail)
	return nil
}

// Fail lets every further mail fail with err, as a mail server that is down does;
// nil ends it.
func (m *Mailbox) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

// Mails are all mails so far, in the order in which they left.
func (m *Mailbox) Mails() []ismskit.Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.mails)
}

// To are the mails to one person.
func (m *Mailbox) To(person string) []ismskit.Mail {
	return slices.DeleteFunc(m.Mails(), func(mail ismskit.Mail) bool { return mail.Person != person })
}

// Empty forgets all mails.
func (m *Mailbox) Empty() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails = nil
}
