package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Codes of faults between what is stored beside a trail and the trail.
const (
	// RowFalse: what is stored isn't what the entry left.
	RowFalse = "row_false"
	// RowMissing: what the entry left is not there.
	RowMissing = "row_missing"
	// RowUntold: what is stored has no entry that left it.
	RowUntold = "row_untold"
	// IndexFalse: what lists and searches go by says otherwise than what it is of.
	IndexFalse = "index_false"
)

func rowFault(chain string, seq int64, code string) evidence.Fault {
	return evidence.Fault{Chain: chain, Seq: seq, To: seq, Code: code}
}

// bound are the entries of a chain that hold the digest of what they left, by the revision
// of it. open says that an entry is there whose content isn't, or that has no digest: it may
// have left what no other entry names.
func bound(entries []Entry) (by map[int64]Entry, open bool) {
	by = map[int64]Entry{}
	for _, e := range entries {
		switch {
		case e.Disposed || e.Malformed:
			open = true
		case e.Stored != "":
			by[e.Revision] = e
		case e.Verb == "change":
			open = true
		}
	}
	return by, open
}

// verifyRow holds a case's row against the last entry of its trail.
func verifyRow(row CaseRow, entries []Entry) []evidence.Fault {
	if len(entries) == 0 {
		return nil
	}
	last := entries[len(entries)-1]
	if last.Stored == "" || last.Stored == storedCase(&row) {
		return nil
	}
	return []evidence.Fault{rowFault(chainOf(row.ID), last.Seq, RowFalse)}
}

// verifyList holds a list's row and its earlier revisions against their chain.
func verifyList(chain string, current []register.Row, history []register.Row, entries []Entry) (faults []evidence.Fault) {
	by, open := bound(entries)
	there := map[int64]bool{}
	for _, row := range history {
		there[row.Revision] = true
	}
	for _, row := range append(slices.Clip(history), current...) {
		e, told := by[row.Revision]
		fault := rowFault(chain, e.Seq, RowFalse)
		if told && e.Stored == storedRow(row) || !told && open {
			continue
		}
		if !told {
			fault.Code = RowUntold
		}
		if !slices.Contains(faults, fault) { // stands in both, the same
			faults = append(faults, fault)
		}
	}
	newest := int64(0)
	for revision, e := range by {
		newest = max(newest, revision)
		if !there[revision] {
			faults = append(faults, rowFault(chain, e.Seq, RowMissing))
		}
	}
	if len(current) == 0 && newest > 0 || len(current) > 0 && current[0].Revision < newest {
		if f := rowFault(chain, by[newest].Seq, RowMissing); !slices.Contains(faults, f) {
			faults = append(faults, f)
		}
	}
	return faults
}

// chainAndRow is a chain that is no case's, with what doesn't hold between it and the list's
// row or the document that it is of; bound says that it is of one.
func (k *Kit) chainAndRow(ctx context.Context, chain string) (rows []TrailEntry, faults []evidence.Fault, bound bool, err error) {
	switch {
	case strings.HasPrefix(chain, listChains):
		rows, faults, err = k.listRow(ctx, chain)
		return rows, faults, true, err
	case strings.HasPrefix(chain, documentRecord("")):
		rows, faults, err = k.documentRow(ctx, chain)
		return rows, faults, true, err
	}
	rows, err = k.trailRows(ctx, chain)
	return rows, nil, false, err
}

func (k *Kit) listRow(ctx context.Context, chain string) (rows []TrailEntry, faults []evidence.Fault, err error) {
	list, id, _ := strings.Cut(strings.TrimPrefix(chain, listChains), "/")
	var current, history []register.Row
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		now, found, err := tx.Registers().Row(ctx, list, id)
		if err != nil {
			return err
		}
		if current = nil; found {
			current = []register.Row{now}
		}
		if history, err = tx.Registers().History(ctx, list, id); err != nil {
			return err
		}
		rows, err = chainRows(ctx, tx, EntryQuery{Chain: chain})
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return rows, verifyList(chain, current, history, entriesOf(rows)), nil
}

// documentRow looks at the last entry with a digest: it says how the document stands with all
// its versions.
func (k *Kit) documentRow(ctx context.Context, chain string) (rows []TrailEntry, faults []evidence.Fault, err error) {
	id := strings.TrimPrefix(chain, documentRecord(""))
	var doc document.Document
	var versions []document.Version
	there, indexed := false, false
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if doc, there, err = tx.Documents().Document(ctx, id); err != nil {
			return err
		}
		if there {
			if versions, err = tx.Documents().Versions(ctx, id); err != nil {
				return err
			}
			found, err := tx.Documents().Documents(ctx, document.Query{
				Numbers: []string{doc.Number}, Levels: []int{doc.Level}, States: []document.State{doc.State}, Classes: []string{doc.Class},
			})
			if err != nil {
				return err
			}
			indexed = slices.ContainsFunc(found, func(d document.Document) bool { return d.ID == id })
		}
		rows, err = chainRows(ctx, tx, EntryQuery{Chain: chain})
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	entries := entriesOf(rows)
	last := len(entries) - 1
	for last >= 0 && entries[last].Stored == "" && entries[last].Revision == 0 {
		last-- // it changed nothing of the document
	}
	if last < 0 || entries[last].Stored == "" { // by a program that knows of no digests
		return rows, nil, nil
	}
	fault := rowFault(chain, entries[last].Seq, RowFalse)
	stands, err := storedDocument(doc, versions)
	switch {
	case err != nil:
		return nil, nil, err
	case !there:
		fault.Code = RowMissing
	case stands == entries[last].Stored && !indexed:
		fault.Code = IndexFalse
	case stands == entries[last].Stored:
		return rows, nil, nil
	}
	return rows, []evidence.Fault{fault}, nil
}
