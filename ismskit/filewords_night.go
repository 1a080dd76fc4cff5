package ismskit

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ismskit/ismskit/ismskit/record"
)

// A night looks at so many records, and has the files of so many read: those that were
// there before files were read, and those whose reading was given up.
const (
	nightPages   = 20
	nightPage    = 500
	nightReading = 500
)

// sweepRow is where the walk through the archive stands, in listFileStates.
const sweepRow = "walk"

type sweepState struct {
	Reader int           `json:"reader"`
	After  record.Cursor `json:"after"`
}

// readEarlier has files read that are kept and were not read: it walks through the archive
// from the newest record to the oldest, a part each night, and begins again.
func (k *Kit) readEarlier(ctx context.Context) error {
	if k.cfg.Blobs == nil {
		return nil
	}
	var at sweepState
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		row, found, err := tx.Registers().Row(ctx, listFileStates, sweepRow)
		if err != nil || !found {
			return err
		}
		var s sweepState
		if err := json.Unmarshal(row.Values, &s); err != nil {
			return fmt.Errorf("ismskit: the walk through files: %w", err)
		}
		if s.Reader == wordReader {
			at = s
		}
		return nil
	})
	if err != nil {
		return err
	}
	at.Reader = wordReader
	for left, pages := nightReading, 0; left > 0 && pages < nightPages; pages++ {
		put, next, err := k.readEarlierPage(ctx, at)
		if err != nil {
			return err
		}
		if left, at = left-put, next; at.After == (record.Cursor{}) {
			return nil // it begins again tomorrow
		}
	}
	return nil
}

// readEarlierPage puts the jobs for one page and keeps how far it came.
func (k *Kit) readEarlierPage(ctx context.Context, at sweepState) (put int, next sweepState, err error) {
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Records().Query(ctx, record.Query{All: true, After: at.After, Limit: nightPage})
		if err != nil {
			return err
		}
		var jobs []Job
		for _, r := range rows {
			if r.Draft || len(r.Files) == 0 || caseOfRecord(r.ID) == "" && documentOfRecord(r.ID) == "" {
				continue
			}
			states, err := fileStates(ctx, tx, r.Files)
			if err != nil {
				return err
			}
			if len(unreadFiles(states, r.Files)) > 0 {
				subject := r.ID
				if id := documentOfRecord(r.ID); id != "" {
					subject = documentRecord(id)
				}
				jobs = append(jobs, k.readingJob(subject))
			}
		}
		after := sweepState{Reader: wordReader}
		if len(rows) == nightPage {
			last := rows[len(rows)-1]
			after.After = record.Cursor{Filed: last.Filed, ID: last.ID}
		}
		if err := k.putOwn(ctx, tx, listFileStates, sweepRow, after); err != nil {
			return err
		}
		if err := enqueue(ctx, tx, k.moment(), jobs...); err != nil {
			return err
		}
		put, next = len(jobs), after
		return nil
	})
	return put, next, err
}
