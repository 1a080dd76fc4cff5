package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// calledRow is which row of its request a case is for, of one that has its request's number. Of
// one that can't be read, which is a finding of its own, nothing but the number is known.
func (k *Kit) calledRow(ctx context.Context, row CaseRow) (calledAs, error) {
	if row.Parent == "" {
		return calledAs{}, nil
	}
	kind, err := k.kinds.of(ctx, k.store, row.Type, row.Version)
	if unread(err) || errors.Is(err, ErrNotFound) { // the definition is gone
		return calledAs{}, nil
	}
	if err != nil {
		return calledAs{}, err
	}
	extra, err := parseExtra(row.Extra)
	if err != nil {
		return calledAs{}, nil // what is wrong with the row is a finding of its own
	}
	c := caseInHand{row: row, kind: kind, extra: extra}
	if c.rowNo() == 0 {
		return calledAs{}, nil
	}
	return calledAs{row: c.rowNo(), turn: c.extra.Turn}, nil
}

// calledKid is what a row's case is called: its request's number, and the row.
type calledKid struct {
	number string
	calledAs
}

// callKids notes what the cases of a request's rows are called, by what opened them: of one whose
// row is gone, nothing else may be left that says so. Its trail has the rows of each time that
// they were opened, in their order.
func (a *audit) callKids(ctx context.Context, c caseInHand, number string, entries []Entry) error {
	types := map[string]bool{}
	for _, split := range c.kind.flow.Splits() {
		types[split.Type] = true
	}
	if len(types) == 0 {
		return nil
	}
	places, err := a.k.rowPlaces(ctx, c)
	if err != nil {
		return err
	}
	var times [][]string
	for _, e := range entries {
		if len(e.Event.Rows) > 0 {
			times = append(times, e.Event.Rows)
		}
	}
	turns := map[string]int{}
	for n := 0; n < c.state.Next && len(times) > 0; n++ {
		opened := map[string]int{} // the places of the rows whose cases there are, by their ids
		for i, row := range times[0] {
			if id := idOfCause(rowCause(c.row.ID, workflow.BatchID(n), row)); a.there[chainOf(id)] {
				opened[id] = i
			}
		}
		numbers := places.in(places.table(c.kind.flow.Splits(), times[0]), times[0])
		for id, i := range opened {
			row := times[0][i]
			turns[row]++
			kid := calledKid{number, calledAs{row: numbers[i]}}
			if len(types) == 1 && turns[row] > 1 { // of several, it may be the first of its type
				kid.turn = turns[row]
			}
			a.kids[id] = kid
		}
		if len(opened) > 0 && len(times) > 1 {
			times = times[1:]
		}
	}
	return nil
}

// callGone says of findings about rows' cases that are gone which rows they are about: what is
// left of them has their request's number, or not even that.
func (a *audit) callGone() {
	for i := range a.report.Findings {
		f := &a.report.Findings[i]
		id, isCase := cutPrefix(f.Chain, chainOf(""))
		kid, known := a.kids[id]
		if !isCase || !known || !a.gone[f.Chain] || f.Case != id && f.Case != kid.number {
			continue
		}
		f.Case, f.Row, f.Turn = kid.number, kid.row, kid.turn
	}
}

// calledStray is what people call a case or a document of which there may be no more than its
// trail; "" where that is gone as well, and of what people call nothing.
func (k *Kit) calledStray(ctx context.Context, chain, lang string) (string, error) {
	id, isCase := cutPrefix(chain, chainOf(""))
	if !isCase {
		return k.documentCalled(ctx, chain)
	}
	rows, err := k.trailRows(ctx, chain)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	number := numberTold(rows, CaseRow{})
	if number == "" {
		return "", nil
	}
	found, err := k.listCases(ctx, CaseQuery{Number: number, Limit: forms.MaxRows})
	if err != nil {
		return "", err
	}
	a := &audit{k: k, there: map[string]bool{chain: true}, kids: map[string]calledKid{}}
	for _, row := range found { // its request is among them
		c, err := k.inHand(ctx, row)
		if unread(err) {
			continue
		}
		if err != nil {
			return "", err
		}
		if len(c.kind.flow.Splits()) == 0 {
			continue
		}
		trail, err := k.trailRows(ctx, chainOf(row.ID))
		if err != nil {
			return "", err
		}
		if err := a.callKids(ctx, c, number, entriesOf(trail)); err != nil {
			return "", err
		}
	}
	kid := a.kids[id]
	return RowNumberIn(lang, number, kid.row, kid.turn), nil
}

// documentCalled is what people call the document of a chain: by its trail, for its row may
// have been changed, with the title that the row has; "" for a chain that is no document's.
func (k *Kit) documentCalled(ctx context.Context, chain string) (name string, err error) {
	id, is := strings.CutPrefix(chain, documentRecord(""))
	if !is {
		return "", nil
	}
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		doc, _, err := tx.Documents().Document(ctx, id)
		if err != nil {
			return err
		}
		rows, err := chainRows(ctx, tx, EntryQuery{Chain: chain})
		number := ""
		for _, e := range slices.Backward(entriesOf(rows)) {
			if number = e.Number; number != "" {
				break
			}
		}
		name = documentName(number, doc, k.classes(), k.cfg.Lang)
		return err
	})
	return name, err
}

// documentName is a document's number and title; of one that is gone only the number is known,
// and of one that is confidential no more is told: who looks after the system reads findings,
// and need not read documents.
func documentName(number string, doc document.Document, scale Classes, lang string) string {
	if number == "" {
		number = doc.Number
	}
	if scale.Confidential(doc.Class) {
		return number
	}
	return strings.TrimSpace(number + " " + forms.Text(doc.Title).In(lang))
}
