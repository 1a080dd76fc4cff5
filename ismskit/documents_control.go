package ismskit

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// controlling is the transaction of one change of document control: who makes it, and
// on which day.
type controlling struct {
	Tx
	lib   document.Library
	by    workflow.Signer
	today string
}

// controlled makes a change of document control in one transaction, with its
// entry on the document's trail and its place in the archive.
func (d Documents) controlled(ctx context.Context, actor Actor, id string, e Event, change func(ctx context.Context, c controlling) error) error {
	now := d.k.moment()
	by, err := d.signer(ctx, actor, now)
	if err != nil {
		return err
	}
	e.Type, e.By, e.Via, e.Channel = "document", by, viaSystem, actor.Channel
	if !actor.system {
		e.Via, e.Assurance = viaNamed, actor.Assurance
	}
	err = d.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return d.controlledIn(ctx, tx, id, e, now, change)
	})
	if err == nil {
		d.k.wakeAt(now) // its files are read
	}
	return err
}

// controlledIn makes such a change within the transaction of another act.
func (d Documents) controlledIn(ctx context.Context, tx Tx, id string, e Event, now time.Time, change func(ctx context.Context, c controlling) error) error {
	lib := document.In(tx.Documents())
	before, err := tx.Documents().Versions(ctx, id)
	if err != nil {
		return err
	}
	old, known, err := tx.Documents().Document(ctx, id)
	if err != nil {
		return err
	}
	if err := change(ctx, controlling{tx, lib, e.By, calendar.DateOf(now.In(d.k.location)).String()}); err != nil {
		return err
	}
	doc, versions, err := lib.Versions(ctx, id)
	if err != nil {
		return err
	}
	if err := d.index(ctx, tx, doc, versions); err != nil {
		return err
	}
	if err := d.await(ctx, tx, versions, now); err != nil {
		return err
	}
	if markInForce(before) != markInForce(versions) {
		if cameIntoForce(before, versions) {
			if err := d.retireReplaced(ctx, tx, doc, e, e.By, calendar.DateOf(now.In(d.k.location)).String()); err != nil {
				return err
			}
		}
	}
	if markInForce(before) != markInForce(versions) || known && old.Class != doc.Class {
		if err := distributeLater(ctx, tx, id, e.By.Person, now); err != nil {
			return err
		}
	}
	if known && e.Verb == "file" && e.Result == "" {
		e.Changes = factsChanged(old, doc)
	}
	e.Files = filesGot(before, versions)
	e.Number, e.Revision = doc.Number, doc.Revision
	if e.Stored, err = storedDocument(doc, versions); err != nil {
		return err
	}
	return d.k.appendEvent(ctx, tx, documentRecord(id), e, now)
}

// filesGot are the digests of the files that versions of a document have and had not before,
// sorted: also those that a version takes over from an earlier one.
func filesGot(before, now []document.Version) (got []string) {
	had := filesOf(before)
	for seq, digests := range filesOf(now) {
		for _, d := range digests {
			if !slices.Contains(had[seq], d) {
				got = append(got, d)
			}
		}
	}
	slices.Sort(got)
	return slices.Compact(got)
}

// filesOf are the digests of the files of versions by their Seq, also of withdrawn ones whose
// label another bears now.
func filesOf(versions []document.Version) map[int][]string {
	of := map[int][]string{}
	for _, v := range document.History(versions) {
		for _, f := range v.Files {
			of[v.Seq] = append(of[v.Seq], f.Digest)
		}
	}
	return of
}

// signer is who acts, as the trail names him.
func (d Documents) signer(ctx context.Context, actor Actor, now time.Time) (workflow.Signer, error) {
	if actor.system {
		return d.k.systemSigner(), nil
	}
	return d.k.person(ctx, actor.Person, now)
}

// await arms the moment at which a version that waits for its day comes into force.
func (d Documents) await(ctx context.Context, tx Tx, versions []document.Version, now time.Time) error {
	for _, v := range versions {
		if v.State != document.Waiting {
			continue
		}
		day, err := parseISO(v.Issued)
		if err != nil {
			return err
		}
		return enqueue(ctx, tx, now, Job{
			Key: releaseKey(v.Document), Kind: jobRelease, Subject: v.Document, Due: day.Start(d.k.location).UTC(),
		})
	}
	return nil
}

func releaseKey(id string) string { return "release|" + id }

// release puts a waiting version in force when its day has come. One that was
// withdrawn meanwhile, or the document retired, leaves nothing to do.
func (d Documents) release(ctx context.Context, job Job) error {
	err := d.controlled(ctx, System("queue"), job.Subject, Event{Verb: "release"}, func(ctx context.Context, c controlling) error {
		_, released, err := c.lib.Release(ctx, job.Subject, c.today)
		if err == nil && !released {
			err = errNothingWaits
		}
		return err
	})
	if errors.Is(err, errNothingWaits) {
		err = nil
	}
	return d.k.finished(ctx, job, err)
}

// errNothingWaits undoes a release that would release nothing.
var errNothingWaits = errors.New("ismskit: no version waits")
