package ismskit

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
)

// SettingSigned is the row of register.Settings by which a house says that its documents change by
// sign-off alone: while its value is "yes" or 「是」, nobody files a version, retires a document or
// stops a version by hand. Without it the documents are a plain register as well.
const SettingSigned = "documents_signed"

// DocumentEnd retires a document, or stops its version in force, without a request.
type DocumentEnd struct {
	Document string // id
	// Stop ends the version in force alone (停止適用): the one before it is in force again. Otherwise
	// the whole document is retired (廢止).
	Stop   bool
	Reason string // needed of a person; it stands on the document's trail
	// Seen is the revision of the document that the person had before him, needed as in Filing.
	Seen int64
	// Key is the request's idempotency key, as in Action.
	Key string
}

// End retires a document today, or stops its version in force, as a request that is approved does
// it: its versions stay readable, a version that waits for its day is taken back with a document
// that is retired, its parties told so, and who took a copy of a version that is stopped is told. Rights.ManageDocs;
// ErrNotFound for no such document; a *document.Refusal where the reason is missing, it is not in
// force, or the house changes its documents by sign-off alone (SettingSigned); *DocumentChanged and
// ErrKeyReused as for Put.
func (d Documents) End(ctx context.Context, actor Actor, e DocumentEnd) error {
	d.k = d.k.once()
	if err := d.k.allow(ctx, actor, d.k.cfg.Rights.ManageDocs); err != nil {
		return err
	}
	e.Reason = strings.TrimSpace(e.Reason)
	if !actor.system {
		if lacks := document.RefuseEndReason(e.Reason); len(lacks) > 0 {
			return d.k.refused(ctx, actor, lacks)
		}
		plain, err := d.plain(ctx)
		if err != nil {
			return err
		}
		if !plain {
			return d.k.refused(ctx, actor, document.RefuseUnsigned())
		}
	}
	request, err := requestDigest(e.Key, e)
	if err != nil {
		return err
	}
	for range maxRaces {
		err = d.end(ctx, actor, e, request)
		var again bool
		if again, err = d.k.anew(ctx, actor, e.Key, err); !again {
			break
		}
	}
	if err != nil && e.Key != "" {
		_, err = d.filedBefore(ctx, actor, e.Key, request, err)
	}
	return d.k.refused(ctx, actor, err)
}

// end does so once.
func (d Documents) end(ctx context.Context, actor Actor, e DocumentEnd, request evidence.Digest) error {
	doc, versions, err := d.stored(ctx, e.Document)
	if err != nil || doc.ID == "" {
		return orNotFound(err)
	}
	waits, _ := document.Waits(versions)
	told, err := d.partiesTo(ctx, doc.ID, waits.Label)
	if err != nil {
		return err
	}
	event := Event{Verb: "retire", Comment: e.Reason}
	if e.Stop {
		event = Event{Verb: "stop", Result: doc.Current, Comment: e.Reason}
	}
	return d.controlled(ctx, actor, e.Document, event, func(ctx context.Context, c controlling) error {
		if err := alone(ctx, c, aloneDocuments); err != nil {
			return err
		}
		if err := d.unchanged(ctx, actor, c, e.Document, e.Seen); err != nil {
			return err
		}
		now, _, err := c.Documents().Document(ctx, e.Document)
		switch {
		case err != nil:
			return err
		case now.Revision != doc.Revision: // the entry names the version that was in force
			return ErrConflict
		case e.Stop:
			err = stopIn(ctx, c, e.Document, doc.Current, "", d.k.moment())
		default:
			if err = retireIn(ctx, c, e.Document, e.Reason); err == nil { // what waited for its day is not issued
				err = d.tellWithdrawn(ctx, c, VersionWithdrawal{Document: e.Document, Label: waits.Label, Reason: e.Reason}, told)
			}
		}
		if err != nil || e.Key == "" {
			return err
		}
		return c.Outcomes().Put(ctx, Outcome{Actor: actor.Person, Key: e.Key, Request: request, Case: documentRecord(e.Document), At: d.k.moment()})
	})
}

// retireIn abolishes a document; what waited for its day is taken back with it.
func retireIn(ctx context.Context, c controlling, id, reason string) error {
	if err := c.Queue().Drop(ctx, releaseKey(id)); err != nil {
		return err
	}
	return c.lib.Retire(ctx, id, document.Withdrawal{On: c.today, Person: c.by.Person, By: c.by.Name, Reason: reason})
}

// stopIn ends a version that was wrongly issued, and has those told who took it; caseID is the
// request by which it is stopped, "" for none.
func stopIn(ctx context.Context, c controlling, id, label, caseID string, now time.Time) error {
	doc, versions, err := c.lib.Versions(ctx, id)
	if err != nil {
		return err
	}
	if refused := document.Stoppable(doc, versions); len(refused) > 0 && label == "" {
		return refused
	}
	if _, err := c.lib.Stop(ctx, id, label, c.today); err != nil {
		return err
	}
	_, versions, err = c.lib.Versions(ctx, id)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(versions, func(v document.Version) bool { return v.Label == label })
	return tellStopped(ctx, c, id, versions[at], caseID, now)
}

// plain says whether documents may change without sign-off.
func (d Documents) plain(ctx context.Context) (bool, error) {
	plain := true
	err := d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		signed, _, err := d.signedAlone(ctx, tx)
		plain = !signed
		return err
	})
	return plain, err
}

// signedAlone says whether documents change by sign-off alone, and since when; the zero time where the
// setting does not say it.
func (d Documents) signedAlone(ctx context.Context, tx Tx) (signed bool, since time.Time, err error) {
	row, found, err := tx.Registers().Row(ctx, register.Settings, SettingSigned)
	if err != nil || !found {
		return false, since, err
	}
	var set struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal(row.Values, &set); err != nil {
		return false, since, err
	}
	value := strings.ToLower(strings.TrimSpace(set.Value))
	return !row.Over(d.k.moment()) && (value == "yes" || value == "是"), row.From, nil
}
