package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// holdOf is the hold that a row of the list is.
func (k *Kit) holdOf(called calledForms, row register.Row) (record.Hold, error) {
	cells, err := k.lists.Cells(row)
	if err != nil {
		return record.Hold{}, err
	}
	hold := record.Hold{ID: row.ID, Name: cells.Text("name")}
	for _, line := range cells.Rows("numbers") {
		hold.Numbers = append(hold.Numbers, strings.TrimSpace(line.Text("number")))
	}
	add := func(to *[]string, value string) {
		if value = strings.TrimSpace(value); value != "" {
			*to = append(*to, value)
		}
	}
	if form := strings.TrimSpace(cells.Text("form_no")); form != "" {
		hold.Forms = called.names(form)
	}
	add(&hold.Systems, cells.ID("system"))
	add(&hold.Units, cells.ID("unit"))
	add(&hold.People, cells.ID("person"))
	return hold, nil
}

// heldRows has holds keep the requests whose rows they name by numbers of their own: a row is disposed of
// with its request.
func heldRows(ctx context.Context, tx Tx, holds []record.Hold) error {
	for i := range holds {
		for part := range slices.Chunk(holdable(holds[i].Numbers), 100) {
			rows, err := tx.Records().Query(ctx, record.Query{All: true, Kinds: []string{RecordRow}, Numbers: part, Limit: 500})
			if err != nil {
				return err
			}
			for _, row := range rows {
				top, err := topOf(ctx, tx, row)
				if err != nil {
					return err
				}
				if !slices.Contains(holds[i].Records, top) {
					holds[i].Records = append(holds[i].Records, top)
				}
			}
		}
	}
	return nil
}

// topOf is the id of the request that a row lies within, however deep.
func topOf(ctx context.Context, tx Tx, row record.Record) (string, error) {
	for depth := 0; row.Parent != "" && depth < maxRowDepth; depth++ {
		over, err := tx.Records().Query(ctx, record.Query{All: true, IDs: []string{row.Parent}})
		if err != nil || len(over) != 1 {
			return row.Parent, err
		}
		row = over[0]
	}
	return row.ID, nil
}

// holdable are the numbers of a hold by which records are looked for.
func holdable(numbers []string) []string {
	return slices.DeleteFunc(slices.Clone(numbers), func(n string) bool { return n == "" || strings.HasSuffix(n, "*") })
}

// HoldScope is what a hold keeps (暫緩銷毀), as far as somebody may read it.
type HoldScope struct {
	Count int  // how many records, of those it names and of those it describes
	More  bool // there may be more
	// LookedAt is after how many of the newest records the look for those that it describes ended
	// before many were found; 0 where it did not.
	LookedAt int
	Ended    bool // the hold is over: it kept them, and keeps nothing any more
	First    []record.Record
	// Unknown are numbers under which he finds no record: mistyped, or of one that he may not read,
	// which nobody tells him. The hold is for them all the same.
	Unknown []string
	// Disposed are numbers of records that were disposed of: there is nothing left to hold.
	Disposed []string
}

// heldKinds are what is ever disposed of; rows go with their request.
var heldKinds = []string{RecordCase, RecordUpload}

const (
	firstHeld   = 5      // records of a hold that are named
	countedHeld = 500    // where the count of them stops
	lookedHeld  = 20_000 // records that are looked at for it
)

// Holding says what a row of the list of holds keeps, whether it is in force already or not: a number
// that was mistyped holds nothing. For Rights.ManageRecords and Rights.ReadAll; ErrNotFound for
// anybody else, and where there is no such row.
func (r Retention) Holding(ctx context.Context, actor Actor, id string) (HoldScope, error) {
	r.k = r.k.once()
	k := r.k
	if err := r.may(ctx, actor); err != nil {
		return HoldScope{}, err
	}
	rows, err := k.rowsNow(ctx, register.Query{List: register.LegalHolds, IDs: []string{id}})
	if err == nil && len(rows) != 1 {
		err = ErrNotFound
	}
	if err != nil {
		return HoldScope{}, err
	}
	var called calledForms
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := k.formsCalled(ctx, tx)
		called = found
		return err
	})
	if err != nil {
		return HoldScope{}, err
	}
	hold, err := k.holdOf(called, rows[0])
	if err != nil {
		return HoldScope{}, err
	}
	out, err := r.scopeOf(ctx, actor, hold)
	if err != nil {
		return HoldScope{}, err
	}
	out.Ended = rows[0].Over(k.moment())
	return out, Records(r).editionsRead(ctx, actor, out.First)
}

// scopeOf is what a hold keeps, as far as the actor may read it.
func (r Retention) scopeOf(ctx context.Context, actor Actor, hold record.Hold) (out HoldScope, err error) {
	k := r.k
	described := hold
	described.Numbers = nil
	known := map[string]bool{}
	for _, kinds := range [][]string{heldKinds, {RecordRow}} { // a row mostly has the number of its request
		numbers := slices.DeleteFunc(holdable(hold.Numbers), func(n string) bool { return known[n] })
		for part := range slices.Chunk(numbers, 100) {
			q, err := (Records(r)).rights(ctx, actor, record.Query{Kinds: kinds, Numbers: part, Limit: 500})
			if err != nil {
				return HoldScope{}, err
			}
			found, err := k.recordPage(ctx, q)
			if err != nil {
				return HoldScope{}, err
			}
			for _, rec := range found {
				known[rec.Number] = true
				if rec.State == record.StateDisposed {
					out.Disposed = append(out.Disposed, rec.Number)
				}
				if !described.For(rec) {
					out.add(rec)
				}
			}
		}
	}
	for _, n := range hold.Numbers {
		if n != "" && !known[n] && !slices.Contains(out.Unknown, n) {
			out.Unknown = append(out.Unknown, n)
		}
	}
	if len(hold.Forms)+len(hold.Systems)+len(hold.Units)+len(hold.People) == 0 {
		return out, nil
	}
	named := hold.Forms
	if slices.ContainsFunc(named, func(f string) bool { return strings.HasSuffix(f, "*") }) {
		named = nil // of all forms, and looked through
	}
	q, err := (Records(r)).rights(ctx, actor, record.Query{
		Kinds: heldKinds, Forms: named, Systems: hold.Systems, Units: hold.Units, People: hold.People, Without: []string{record.StateDisposed}, Limit: 500,
	})
	if err != nil {
		return HoldScope{}, err
	}
	for looked := q.Limit; ; looked += q.Limit {
		found, err := k.recordPage(ctx, q)
		if err != nil {
			return HoldScope{}, err
		}
		for _, rec := range found {
			if !described.For(rec) {
				continue
			}
			if out.Count >= countedHeld {
				out.More = true
				return out, nil
			}
			out.add(rec)
		}
		switch {
		case len(found) < q.Limit:
			return out, nil
		case looked >= lookedHeld:
			out.More, out.LookedAt = true, looked
			return out, nil
		}
		last := found[len(found)-1]
		q.After = record.Cursor{Filed: last.Filed, ID: last.ID}
	}
}

func (h *HoldScope) add(r record.Record) {
	if r.State == record.StateDisposed {
		return // there is nothing left to hold
	}
	if h.Count++; len(h.First) < firstHeld {
		h.First = append(h.First, r)
	}
}
