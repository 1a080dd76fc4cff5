package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// VersionWithdrawal takes back a version that waits for its day (撤回).
type VersionWithdrawal struct {
	Document string // id
	Label    string
	Reason   string // needed; it stands in the history of versions
	// Seen is the revision of the document that the person had before him, needed as in Filing: a
	// label that was freed and given to a corrected version meanwhile is another version.
	Seen int64
	// Key is the request's idempotency key, as in Action.
	Key string
}

// Withdraw takes back a version whose day has not come: it stays in the history as
// document.Withdrawn with who, when and why, and its label is free for a corrected one.
// Rights.ManageDocs, as for Put; ErrNotFound for no such document; a *document.Refusal
// where the reason is missing, the version is in force or past, or another was quicker;
// *DocumentChanged and ErrKeyReused as for Put.
func (d Documents) Withdraw(ctx context.Context, actor Actor, w VersionWithdrawal) error {
	d.k = d.k.once()
	if err := d.k.allow(ctx, actor, d.k.cfg.Rights.ManageDocs); err != nil {
		return err
	}
	w.Label, w.Reason = strings.TrimSpace(w.Label), strings.TrimSpace(w.Reason)
	request, err := requestDigest(w.Key, w)
	if err != nil {
		return err
	}
	for range maxRaces {
		err = d.withdraw(ctx, actor, w, request)
		var again bool
		if again, err = d.k.anew(ctx, actor, w.Key, err); !again {
			break
		}
	}
	if err != nil && w.Key != "" {
		_, err = d.filedBefore(ctx, actor, w.Key, request, err)
	}
	return d.k.refused(ctx, actor, err)
}

// withdraw takes a version back once.
func (d Documents) withdraw(ctx context.Context, actor Actor, w VersionWithdrawal, request evidence.Digest) error {
	told, err := d.partiesTo(ctx, w.Document, w.Label)
	if err != nil {
		return err
	}
	e := Event{Verb: "withdraw", Result: w.Label, Comment: w.Reason}
	return d.controlled(ctx, actor, w.Document, e, func(ctx context.Context, c controlling) error {
		if err := alone(ctx, c, aloneDocuments); err != nil {
			return err
		}
		if _, found, err := c.Documents().Document(ctx, w.Document); err != nil || !found {
			return orNotFound(err)
		}
		stale := d.unchanged(ctx, actor, c, w.Document, w.Seen)
		how := document.Withdrawal{On: c.today, Person: c.by.Person, By: c.by.Name, Reason: w.Reason}
		if err := c.lib.Withdraw(ctx, w.Document, w.Label, how); err != nil {
			return err // what became of the version says more than that the page was stale
		}
		if stale != nil {
			return stale
		}
		if err := c.Queue().Drop(ctx, releaseKey(w.Document)); err != nil {
			return err
		}
		if err := d.tellWithdrawn(ctx, c, w, told); err != nil || w.Key == "" {
			return err
		}
		return c.Outcomes().Put(ctx, Outcome{Actor: actor.Person, Key: w.Key, Request: request, Case: documentRecord(w.Document), At: d.k.moment()})
	})
}

// partiesTo are those who asked for a version and signed it, nobody where no request made it.
func (d Documents) partiesTo(ctx context.Context, id, label string) ([]string, error) {
	_, versions, err := d.stored(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(versions, func(v document.Version) bool { return v.Label == label && v.Case != "" })
	if at < 0 {
		return nil, nil
	}
	c, err := d.k.take(ctx, versions[at].Case)
	if unread(err) || errors.Is(err, ErrNotFound) {
		return nil, nil // a program without its type tells nobody, and takes the version back all the same
	}
	return participants(c), err
}

// tellWithdrawn tells them, but not who takes it back, that what they agreed on is not issued.
func (d Documents) tellWithdrawn(ctx context.Context, c controlling, w VersionWithdrawal, told []string) error {
	doc, versions, err := c.lib.Versions(ctx, w.Document)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(versions, func(v document.Version) bool { return v.Label == w.Label })
	if at < 0 {
		return nil
	}
	now := d.k.moment()
	params := map[string]string{"number": doc.Number, "title": document.TitleIn(doc.Title, d.k.cfg.Lang), "label": w.Label, "by": c.by.Name, "reason": w.Reason}
	var all []Message
	for _, person := range told {
		if person == c.by.Person {
			continue
		}
		m := Message{
			ID: ruleWithdrawn + "|" + doc.ID + "|" + versionMark(versions[at]) + "|" + person, Person: person, Rule: ruleWithdrawn, Kind: MessageRead, Created: now, Due: now,
			Subject: d.k.text("notice."+ruleWithdrawn+".subject", params), Body: d.k.text("notice."+ruleWithdrawn+".body", params), Link: documentLink(doc.ID, w.Label),
		}
		if d.k.classes().Confidential(doc.Class) {
			m.Subject, m.Body = d.k.text("news.secret_document.subject", nil), d.k.text("news.secret_document.body", nil)
		}
		all = append(all, m)
	}
	return d.k.putMessages(ctx, c, now, all)
}

// orNotFound is what failed, or that there is no such thing.
func orNotFound(err error) error {
	if err == nil {
		err = ErrNotFound
	}
	return err
}
