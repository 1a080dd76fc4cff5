package ismskit

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// disposalRecords are the ids of the records that a request to dispose of them names, by row.
func (c *caseInHand) disposalRecords() (rows []forms.Row, ids []string) {
	rows, _ = c.values[c.kind.Disposes].([]forms.Row)
	ids = make([]string, len(rows))
	for i, row := range rows {
		ids[i], _ = row[DisposalRecord].(string)
	}
	return rows, ids
}

// recordsOf are the records of some ids, by id, as far as a query lets them be found.
func (k *Kit) recordsOf(ctx context.Context, q record.Query, ids []string) (map[string]record.Record, error) {
	out := map[string]record.Record{}
	for part := range slices.Chunk(slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" }), 100) {
		q.IDs, q.Limit = part, 500
		found, err := k.recordPage(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			out[r.ID] = r
		}
	}
	return out, nil
}

// recordPage is a page of the archive.
func (k *Kit) recordPage(ctx context.Context, q record.Query) (found []record.Record, err error) {
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		page, err := tx.Records().Query(ctx, q)
		found = page
		return err
	})
	return found, err
}

// disposalClass makes a request that is not sent yet as confidential as the highest of its records.
func (w *work) disposalClass(ctx context.Context) error {
	c := &w.after
	if c.kind.Disposes == "" || !w.before.unsentYet() {
		return nil
	}
	_, ids := c.disposalRecords()
	all, err := w.k.recordsOf(ctx, record.Query{All: true}, ids)
	if err != nil {
		return err
	}
	c.row.Class = c.kind.Class
	for _, r := range all {
		c.row.Class = w.k.classes().higher(r.Class, c.row.Class)
	}
	return nil
}

// disposalShown fills in what the listed records are called, and where their originals are, for who
// may know it: who may read the record himself, and who has the list before him to sign or signed it, of
// the records he signs for. Those are all of them, unless the step is that of their units: then the ones
// of the units that he, or for whom he acts, is head of. What a record was called is known after it was
// disposed of, too; where its original was is not. Beside them are the records that he may read himself,
// by the ids of their rows.
func (k *Kit) disposalShown(ctx context.Context, actor Actor, c caseInHand, shown forms.Values, mine []MyTask, now time.Time) (forms.Values, map[string]string, error) {
	rows, ids := c.disposalRecords()
	if c.kind.Disposes == "" || len(rows) == 0 {
		return shown, nil, nil
	}
	q, err := Records{k}.rights(ctx, actor, record.Query{})
	if err != nil {
		return nil, nil, err
	}
	readable, err := k.recordsOf(ctx, q, ids)
	if err != nil {
		return nil, nil, err
	}
	every, err := k.recordsOf(ctx, record.Query{All: true}, ids)
	if err != nil {
		return nil, nil, err
	}
	signs, err := k.disposalSigned(ctx, c, actor, mine, now)
	if err != nil {
		return nil, nil, err
	}
	opens := map[string]string{}
	out := make([]forms.Row, len(rows))
	for i, row := range rows {
		out[i] = maps.Clone(row)
		r, found := every[ids[i]]
		_, may := readable[ids[i]]
		told := found && (may || signs(row))
		if id, _ := row[forms.RowID].(string); may && id != "" {
			opens[id] = ids[i]
		}
		switch { // by what its applicant named it he goes on with it until it is sent
		case c.unsentYet() || !found:
		case told:
			out[i][DisposalNumber] = k.recordCalled(r).In(k.cfg.Lang)
		default:
			out[i][DisposalNumber] = k.recordBare(r).In(k.cfg.Lang)
		}
		if !told {
			continue
		}
		for key, value := range map[string]string{DisposalSubject: r.Subject, DisposalOriginal: r.Original} {
			if value != "" {
				out[i][key] = clipped(value, 200)
			}
		}
	}
	shown = shown.Clone()
	shown[c.kind.Disposes] = out
	return shown, opens, nil
}

// disposalAhead is the table of a list that is being made up, as disposalShown tells it. Who makes it up
// knows a record by what he named it, not by its id.
func (k *Kit) disposalAhead(ctx context.Context, actor Actor, c caseInHand) (forms.Values, error) {
	if c.kind.Disposes == "" || !c.unsentYet() {
		return nil, nil
	}
	shown, _, err := k.disposalShown(ctx, actor, c, c.values, nil, k.moment())
	if err != nil {
		return nil, err
	}
	rows, _ := shown[c.kind.Disposes].([]forms.Row)
	out := make([]forms.Row, len(rows))
	for i, row := range rows {
		out[i] = maps.Clone(row)
		delete(out[i], DisposalRecord)
	}
	return forms.Values{c.kind.Disposes: out}, nil
}

// disposalSigned says for which rows of a list an actor signs, or has signed it as it is: what is sent after it was
// returned to its applicant is another list.
func (k *Kit) disposalSigned(ctx context.Context, c caseInHand, actor Actor, mine []MyTask, now time.Time) (func(forms.Row) bool, error) {
	var units []string
	did := []workflow.Verb{workflow.VerbApprove, workflow.VerbRecord}
	his := slices.DeleteFunc(slices.Clone(c.state.Tasks), func(t workflow.Task) bool {
		return c.unsentYet() || t.By == nil || t.By.Person != actor.Person || !slices.Contains(did, t.Verb) || t.Closed.Before(c.state.Submitted)
	})
	for _, t := range mine {
		his = append(his, t.Task)
	}
	for _, t := range his {
		step, _ := c.kind.flow.Step(t.Step)
		// Who was found otherwise than by a unit of the list signs for all of it.
		if t.Alternative >= len(step.Who) || step.Who[t.Alternative].Of != c.kind.unitsOfList() {
			return func(forms.Row) bool { return true }, nil
		}
		for _, holder := range t.Holder.Named {
			reader, err := k.readerOfRecords(ctx, holder.Person, now)
			if err != nil {
				return nil, err
			}
			units = append(units, reader.Units...)
		}
	}
	return func(row forms.Row) bool {
		unit, _ := row[DisposalUnit].(forms.Ref)
		return unit.ID != "" && slices.Contains(units, unit.ID)
	}, nil
}
