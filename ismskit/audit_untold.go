package ismskit

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// rowsAtOnce is how many rows are read at once.
const rowsAtOnce = 200

// untold looks for what is stored without any trail, and whether lists find what is stored.
func (a *audit) untold(ctx context.Context, chains map[string]bool) error {
	var lists []*listKeys
	ids := map[string][]string{}
	for _, list := range a.k.lists.Lists() {
		if slices.Contains(ownLists, list) {
			continue
		}
		keys, err := a.listed(ctx, list, chains)
		if err != nil {
			return err
		}
		lists, ids[list] = append(lists, keys), keys.ids
	}
	for _, l := range lists {
		if err := a.foundByKeys(ctx, l, ids); err != nil {
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
func (a *audit) listed(ctx context.Context, list string, chains map[string]bool) (*listKeys, error) {
	after, at := "", a.report.Made
	keys := &listKeys{list: list, rows: map[string][]string{}, stray: map[string]bool{}}
	for {
		var rows []register.Row
		var astray []string
		err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Registers().Rows(ctx, register.Query{List: list, After: after, Limit: rowsAtOnce})
			if err != nil {
				return err
			}
			wrong, err := strayInForce(ctx, tx, list, found, at)
			rows, astray = found, wrong
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if err := a.told(ctx, listChains+list+"/"+row.ID, "", chains); err != nil {
				return nil, err
			}
		}
		keys.add(rows)
		for _, id := range astray {
			keys.stray[id] = true
		}
		if len(rows) < rowsAtOnce {
			return keys, nil
		}
		after = rows[len(rows)-1].ID
	}
}

// strayInForce are the rows that are in force in the eyes of a query alone, or in their own alone.
func strayInForce(ctx context.Context, tx Tx, list string, rows []register.Row, at time.Time) (astray []string, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	found, err := tx.Registers().Rows(ctx, register.Query{List: list, IDs: ids, At: at})
	if err != nil {
		return nil, err
	}
	inForce := map[string]bool{}
	for _, row := range found {
		inForce[row.ID] = true
	}
	for _, row := range rows {
		if row.InForce(at) != inForce[row.ID] {
			astray = append(astray, row.ID)
		}
	}
	return astray, nil
}

// foundByKeys says which rows of a list are found by what they haven't got, or not by what they
// have; ids are those of the rows of all lists.
func (a *audit) foundByKeys(ctx context.Context, l *listKeys, ids map[string][]string) error {
	if err := l.astray(ctx, a.k.store); err != nil {
		return err
	}
	if err := l.astrayByNone(ctx, a.k.store, a.k.lists, ids); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(l.stray)) {
		a.found(findingOf(rowFault(listChains+l.list+"/"+id, 0, IndexFalse), ""))
	}
	return nil
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
			a.called = calledAs{name: documentName(doc.Number, doc, a.k.classes(), a.k.cfg.Lang)}
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
			if a.called, err = a.k.calledRow(ctx, row); err != nil {
				return err
			}
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

// foundByAll are those of some records that are found by everything they say: what a query goes
// by are columns and rows beside what it finds.
func foundByAll(ctx context.Context, tx Tx, records []record.Record) ([]record.Record, error) {
	var out []record.Record
	for _, r := range records {
		q := record.Query{
			ACLs: []string{r.ACL}, IDs: []string{r.ID}, Kinds: []string{r.Kind}, Numbers: []string{r.Number}, Forms: []string{r.Form}, Types: []string{r.Type},
			Years: []int{r.Year}, Units: []string{r.Unit}, People: []string{r.Person}, States: []string{r.State}, Classes: []string{r.Class},
			Origins: []string{r.Origin}, From: r.Filed, To: r.Filed.Add(time.Microsecond),
		}
		for _, one := range []struct {
			value string
			into  *[]string
		}{{r.Category, &q.Categories}, {r.DocKind, &q.DocKinds}} {
			if one.value != "" {
				*one.into = []string{one.value}
			}
		}
		by := []record.Query{q}
		for _, edition := range r.Editions {
			under := q
			under.Editions = []string{edition}
			by = append(by, under)
		}
		for _, system := range r.Systems {
			q.Systems = []string{system}
			by = append(by, q)
		}
		all := true
		for _, q := range by {
			found, err := tx.Records().Query(ctx, q)
			if err != nil {
				return nil, err
			}
			all = all && len(found) == 1
		}
		if all {
			out = append(out, r)
		}
	}
	return out, nil
}

// foundByHolders are those of a case's tasks that come to everybody whom they name.
func foundByHolders(ctx context.Context, tx Tx, id string, tasks []TaskRow) ([]TaskRow, error) {
	var out []TaskRow
	for _, t := range tasks {
		all := true
		for _, holder := range t.Holders {
			found, err := tx.Cases().Tasks(ctx, TaskQuery{Case: id, Holders: []string{holder}, Bare: true})
			if err != nil {
				return nil, err
			}
			all = all && slices.ContainsFunc(found, func(f TaskRow) bool { return f.Task == t.Task })
		}
		if all {
			out = append(out, t)
		}
	}
	return out, nil
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
