package ismskit

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// strangers looks for people who find records in which they have no part: whom a record comes to
// by his part in it stands in rows of its own, beside the case. Each person's list is read as he
// reads it himself, page by page, and held against what the chains have said; who isn't in it
// there has joined since, or is looked at once more.
func (a *audit) strangers(ctx context.Context) error {
	var people []record.Bucket
	err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Records().Count(ctx, record.Query{All: true, Within: math.MaxInt32}, record.ByReader)
		people = found
		return err
	})
	for _, p := range people {
		if err == nil {
			err = a.listOf(ctx, p.Value)
		}
	}
	return err
}

// listOf goes over what a person finds by his part in it.
func (a *audit) listOf(ctx context.Context, person string) error {
	q := record.Query{Reader: person, Limit: rowsAtOnce}
	for {
		var page []record.Record
		err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Records().Query(ctx, q)
			page = found
			return err
		})
		if err != nil {
			return err
		}
		for _, r := range page {
			if slices.Contains(a.parts[r.ID], person) {
				continue
			}
			if err := a.stranger(ctx, r.ID, person); err != nil {
				return err
			}
		}
		if len(page) < q.Limit {
			return nil
		}
		q.After = record.Cursor{Filed: page[len(page)-1].Filed, ID: page[len(page)-1].ID}
	}
}

// stranger looks at a record and at what it is of at one moment.
func (a *audit) stranger(ctx context.Context, id, person string) error {
	caseID, isCase := cutPrefix(id, recordID(""))
	finds, there := false, false
	var row CaseRow
	var rows []TrailEntry
	err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Records().Query(ctx, record.Query{Reader: person, IDs: []string{id}})
		if finds = len(found) > 0; err != nil || !finds || !isCase {
			return err
		}
		row, err = tx.Cases().Get(ctx, caseID)
		if there = err == nil; !there {
			return ignoreNotFound(err) // a case that is gone is found by its chain
		}
		rows, err = chainRows(ctx, tx, EntryQuery{Chain: chainOf(caseID)})
		return err
	})
	if err != nil || !finds || isCase && !there {
		return err
	}
	who, err := a.k.personEver(ctx, person)
	if err != nil {
		return err
	}
	finding := evidence.Finding{Code: "reader_stray", Chain: id, Params: map[string]string{"person": strings.TrimSpace(who.Name + " " + person)}}
	if isCase {
		c, err := a.k.inHand(ctx, row)
		if unread(err) { // found as such
			return nil
		}
		if err != nil {
			return err
		}
		entries := entriesOf(rows)
		parts, known := partsIn(c, entries)
		if !known || slices.Contains(parts, person) || a.k.wentOn(entries, who.Name) {
			return nil
		}
		finding.Chain, finding.Case = chainOf(caseID), numberTold(rows, row)
		if a.called, err = a.k.calledRow(ctx, row); err != nil {
			return err
		}
	} else if doc, _, is := DocumentOf(id); is { // or of an earlier version of it
		finding.Chain = documentRecord(doc)
		if a.called.name, err = a.k.documentCalled(ctx, finding.Chain); err != nil {
			return err
		}
	}
	a.found(finding)
	return nil
}

// partsIn are those who take part in a case, and who did: a task that went to somebody else was
// his, and he still finds the case. known is false where an entry doesn't say any more who it
// was about.
func partsIn(c caseInHand, entries []Entry) (people []string, known bool) {
	people, known = participants(c), true
	add := func(signers ...workflow.Signer) {
		for _, s := range signers {
			people = append(people, s.Person)
		}
	}
	for _, e := range entries {
		known = known && !e.Disposed && !e.Malformed
		if e.Via != viaReader && e.Via != viaTypes && e.Via != viaRecords {
			add(e.By)
		}
		if e.For != nil {
			add(*e.For)
		}
		add(e.People...)
		for _, t := range slices.Concat(e.Opened, e.Closed) {
			add(t.Holders...)
		}
	}
	return distinct(people), known
}

// wentOn says whether somebody once went on with the request of an applicant who had left: the
// entry has his name alone, and the case has only who goes on with it now.
func (k *Kit) wentOn(entries []Entry, name string) bool {
	said := k.text("handover.heir", map[string]string{"name": name})
	return name != "" && slices.ContainsFunc(entries, func(e Entry) bool {
		return e.By.Person == SystemPerson && e.Verb == workflow.VerbComment && strings.HasSuffix(e.Comment, said)
	})
}
