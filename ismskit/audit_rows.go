package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
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
	for _, row := range append(slices.Clip(history), current...) {
		there[row.Revision] = true
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
	for last >= 0 && entries[last].Stored == "" {
		last--
	}
	if last < 0 { // by programs before there were digests
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

// rowsAtOnce is how many rows are read at once.
const rowsAtOnce = 200

// untold looks for what is stored without any trail, and whether lists find what is stored.
func (a *audit) untold(ctx context.Context, chains map[string]bool) error {
	for _, list := range a.k.lists.Lists() {
		if slices.Contains(ownLists, list) {
			continue
		}
		if err := a.listed(ctx, list, chains); err != nil {
			return err
		}
	}
	if err := a.untoldDocuments(ctx, chains); err != nil {
		return err
	}
	return a.untoldCases(ctx, chains)
}

// told finds a chain missing that has not begun since the chains were looked at.
func (a *audit) told(ctx context.Context, chain, number string, chains map[string]bool) error {
	if chains[chain] {
		return nil
	}
	var head evidence.Head
	err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := headOf(ctx, tx, chain)
		head = found
		return err
	})
	if err == nil && head.Seq == 0 {
		a.found(findingOf(rowFault(chain, 0, RowUntold), number))
	}
	return err
}

// listed goes over a list's rows, page by page.
func (a *audit) listed(ctx context.Context, list string, chains map[string]bool) error {
	after, at := "", a.report.Made
	for {
		var rows []register.Row
		var astray []string
		err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Registers().Rows(ctx, register.Query{List: list, After: after, Limit: rowsAtOnce})
			if err != nil {
				return err
			}
			wrong, err := strayIndex(ctx, tx, list, found, at)
			rows, astray = found, wrong
			return err
		})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := a.told(ctx, listChains+list+"/"+row.ID, "", chains); err != nil {
				return err
			}
		}
		for _, id := range astray {
			a.found(findingOf(rowFault(listChains+list+"/"+id, 0, IndexFalse), ""))
		}
		if len(rows) < rowsAtOnce {
			return nil
		}
		after = rows[len(rows)-1].ID
	}
}

// strayIndex are the rows that are found by keys they haven't got, or not by those they have,
// and those that are in force in the eyes of a query alone, or in their own alone.
func strayIndex(ctx context.Context, tx Tx, list string, rows []register.Row, at time.Time) (astray []string, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	inForce, err := tx.Registers().Rows(ctx, register.Query{List: list, IDs: ids, At: at})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.InForce(at) != slices.ContainsFunc(inForce, func(r register.Row) bool { return r.ID == row.ID }) {
			astray = append(astray, row.ID)
		}
		if len(row.Keys) == 0 {
			continue
		}
		found, err := tx.Registers().Rows(ctx, register.Query{List: list, Keys: row.Keys})
		if err != nil {
			return nil, err
		}
		itself := false
		for _, r := range found {
			itself = itself || r.ID == row.ID
			if !slices.ContainsFunc(r.Keys, func(key string) bool { return slices.Contains(row.Keys, key) }) {
				astray = append(astray, r.ID)
			}
		}
		if !itself {
			astray = append(astray, row.ID)
		}
	}
	slices.Sort(astray)
	return slices.Compact(astray), nil
}

func (a *audit) untoldDocuments(ctx context.Context, chains map[string]bool) error {
	after := ""
	for {
		var docs []document.Document
		err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Documents().Documents(ctx, document.Query{After: after, Limit: rowsAtOnce})
			docs = found
			return err
		})
		if err != nil {
			return err
		}
		for _, doc := range docs {
			if err := a.told(ctx, documentRecord(doc.ID), "", chains); err != nil {
				return err
			}
		}
		if len(docs) < rowsAtOnce {
			return nil
		}
		after = document.Cursor(docs[len(docs)-1])
	}
}

// untoldCases looks for cases that were sent, as they are stored, and have no trail.
func (a *audit) untoldCases(ctx context.Context, chains map[string]bool) error {
	q := CaseQuery{Limit: rowsAtOnce, Phases: []string{
		string(workflow.PhaseRunning), string(workflow.PhaseReturned), string(workflow.PhaseSuspended), string(workflow.PhaseClosed),
	}}
	for {
		var rows []CaseRow
		err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Cases().List(ctx, q)
			rows = found
			return err
		})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := a.told(ctx, chainOf(row.ID), row.Number, chains); err != nil {
				return err
			}
		}
		if len(rows) < q.Limit {
			return nil
		}
		q.After, q.AfterID = rows[len(rows)-1].Created, rows[len(rows)-1].ID
	}
}

// caseIndex holds what to-do lists and the archive have of a case against the case.
func (a *audit) caseIndex(c *caseInHand, tasks []TaskRow, records []record.Record) []evidence.Fault {
	stray := []evidence.Fault{rowFault(chainOf(c.row.ID), 0, IndexFalse)}
	if len(records) != 1 || fingerprint(records[0]) != c.extra.Indexed {
		return stray
	}
	open := map[string]TaskRow{}
	for _, t := range c.state.Tasks {
		if isOpen(t) {
			open[t.ID] = a.k.taskRow(c, t)
		}
	}
	for _, row := range tasks {
		want, ok := open[row.Task]
		switch {
		case row.Task == TaskCorrect || row.Task == TaskLateForm || row.Task == TaskUnsent:
			continue // the applicant's own, whose time goes by the clock
		case !ok || !row.Due.Equal(want.Due) || row.DueDate != want.DueDate || row.Step != want.Step || row.Applicant != want.Applicant ||
			!slices.Equal(slices.Sorted(slices.Values(row.Holders)), slices.Sorted(slices.Values(want.Holders))):
			return stray
		}
		delete(open, row.Task)
	}
	if len(open) > 0 {
		return stray
	}
	return nil
}
