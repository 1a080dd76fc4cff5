package ismskit

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
)

// ofCase checks what is stored of a case, all of it as it is at one moment, and returns its row,
// the zero row where there is none, and its trail.
func (a *audit) ofCase(ctx context.Context, id string) (row CaseRow, rows []TrailEntry, err error) {
	var tasks []TaskRow
	var records []record.Record
	there := false
	err = a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if rows, err = chainRows(ctx, tx, EntryQuery{Chain: chainOf(id)}); err != nil {
			return err
		}
		row, err = tx.Cases().Get(ctx, id)
		if there = err == nil; !there {
			row = CaseRow{}
			return ignoreNotFound(err)
		}
		if tasks, err = tx.Cases().Tasks(ctx, TaskQuery{Case: id}); err != nil {
			return err
		}
		if records, err = tx.Records().Query(ctx, record.Query{All: true, IDs: []string{recordID(id)}}); err != nil {
			return err
		}
		records, err = foundByAll(ctx, tx, records)
		if err == nil {
			tasks, err = foundByHolders(ctx, tx, id, tasks)
		}
		return err
	})
	if err != nil {
		return row, rows, err
	}
	if !there {
		a.gone[chainOf(id)] = true
		if n := len(rows); n > 0 {
			a.found(findingOf(rowFault(chainOf(id), rows[n-1].Seq, RowMissing), numberTold(rows, CaseRow{ID: id})))
		}
		return row, rows, nil
	}
	if a.called, err = a.k.calledRow(ctx, row); err != nil {
		return row, rows, err
	}
	return row, rows, a.caseRow(ctx, row, numberTold(rows, row), rows, tasks, records)
}

// numberTold is what a case is called in a report: by its trail, else by its row, else by its id.
func numberTold(rows []TrailEntry, row CaseRow) string {
	for _, row := range slices.Backward(rows) {
		if row.Payload == nil {
			continue
		}
		if e, err := parseEvent(row.Payload); err == nil && e.Number != "" {
			return e.Number
		}
	}
	return cmp.Or(row.Number, row.ID)
}

// caseRow holds a case as it is stored, its fields, its files, and what lists and the archive
// have of it, against its trail.
func (a *audit) caseRow(ctx context.Context, row CaseRow, number string, rows []TrailEntry, tasks []TaskRow, records []record.Record) error {
	c, err := a.k.inHand(ctx, row)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	entries := entriesOf(rows)
	if err != nil {
		a.found(evidence.Finding{Code: "case_unreadable", Case: number, Params: map[string]string{"why": err.Error()}})
		for _, f := range verifyRow(row, entries) {
			a.found(findingOf(f, number))
		}
		return nil
	}
	a.report.Rows++
	a.parts[recordID(row.ID)], _ = partsIn(c, entries)
	if err := a.callKids(ctx, c, number, entries); err != nil {
		return err
	}
	faults := verifyEntries(c, entries)
	if len(faults) == 0 { // else it follows from them
		faults = a.caseIndex(&c, tasks, records)
	}
	for _, f := range faults {
		a.found(findingOf(f, number))
	}
	for _, f := range c.extra.Files {
		if err := a.file(ctx, f, number, rows); err != nil {
			return err
		}
	}
	return nil
}

// file holds a file of a case against the trail, which has its digest, and its
// content against the digest.
func (a *audit) file(ctx context.Context, f Attached, number string, rows []TrailEntry) error {
	finding := evidence.Finding{Case: number, File: f.Name, Params: map[string]string{"name": f.Name}}
	found := func(code string) {
		finding.Code = code
		a.found(finding)
	}
	named := false
	for _, row := range rows {
		// One that was disposed of may have named it.
		named = named || row.Payload == nil || bytes.Contains(row.Payload, []byte(`"`+f.Digest+`"`))
	}
	if !named {
		found("attachment_untold")
	}
	if a.k.cfg.Blobs == nil {
		return nil
	}
	r, err := a.k.cfg.Blobs.Open(ctx, f.Digest)
	if errors.Is(err, ErrNotFound) {
		found("attachment_lost")
		return nil
	}
	if err != nil {
		return err
	}
	a.report.Files++
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return errors.Join(err, r.Close())
	}
	if evidence.Digest(h.Sum(nil)).String() != f.Digest {
		found("attachment_changed")
	}
	return r.Close()
}
