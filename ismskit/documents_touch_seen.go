package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// touchOf reads a row.
func touchOf(row forms.Row) Touch {
	text := func(column string) string { s, _ := row[column].(string); return s }
	t := Touch{Kind: text(TouchKind), Name: text(TouchName), How: text(TouchHow), Stays: text(TouchStays)}
	what, id, _ := strings.Cut(text(TouchRef), "/")
	switch what {
	case "document":
		t.Document = id
	case "case":
		t.Case = id
	case "list":
		t.List, t.Row, _ = strings.Cut(id, "/")
	}
	return t
}

// touchesSeen are those of some rows whose things the actor may see: documents within his reach,
// records that he finds, rows of lists that he reads.
func (k *Kit) touchesSeen(ctx context.Context, actor Actor, rows []forms.Row) ([]forms.Row, error) {
	if actor.system || len(rows) == 0 {
		return rows, nil
	}
	reach, err := k.Documents().reach(ctx, actor)
	if err != nil {
		return nil, err
	}
	sees := map[string]bool{}
	byList := map[string][]string{}
	var cases, documents []string
	for _, row := range rows {
		switch t := touchOf(row); {
		case t.Document != "":
			documents = append(documents, t.Document)
		case t.Case != "":
			cases = append(cases, recordID(t.Case))
		case t.List != "":
			byList[t.List] = append(byList[t.List], t.Row)
		}
	}
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		within := map[string]bool{}
		for _, id := range documents {
			doc, found, err := tx.Documents().Document(ctx, id)
			if err != nil {
				return err
			}
			within[documentRecord(id)] = found && reach.Lets(doc)
		}
		sees = within
		return nil
	})
	if err != nil {
		return nil, err
	}
	for len(cases) > 0 {
		n := min(len(cases), mostTouched)
		found, err := k.Records().Query(ctx, actor, record.Query{IDs: cases[:n], Limit: n})
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			sees[r.ID] = true
		}
		cases = cases[n:]
	}
	for list, ids := range byList {
		found, err := k.Registers().Rows(ctx, actor, register.Query{List: list, IDs: ids})
		if errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, row := range found {
			sees["list/"+list+"/"+row.ID] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(rows), func(row forms.Row) bool { ref, _ := row[TouchRef].(string); return !sees[ref] }), nil
}

// touchedHidden are the rows of what a request touches that the actor must not see.
func (k *Kit) touchedHidden(ctx context.Context, actor Actor, c caseInHand) ([]string, error) {
	if !c.kind.DocumentChange {
		return nil, nil
	}
	rows, _ := c.values[ChangeTouches].([]forms.Row)
	return k.touchedUnseen(ctx, actor, rows)
}

// touchedUnseen are those of such rows.
func (k *Kit) touchedUnseen(ctx context.Context, actor Actor, rows []forms.Row) ([]string, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	seen, err := k.touchesSeen(ctx, actor, rows)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, row := range rows {
		id, _ := row[forms.RowID].(string)
		if !slices.ContainsFunc(seen, func(s forms.Row) bool { return s[forms.RowID] == id }) {
			out = append(out, forms.HiddenRow(ChangeTouches, id))
		}
	}
	return out, nil
}

// touchesAhead are what a request that is not sent would touch.
func (k *Kit) touchesAhead(ctx context.Context, actor Actor, c caseInHand) ([]Touch, error) {
	if _, ok := fieldNamed(c.kind.Form.Fields, ChangeTouches); !ok || !c.kind.DocumentChange || !c.unsentYet() {
		return nil, nil
	}
	ch, err := k.changeOf(ctx, actor, c, c.values)
	if err != nil || ch.op != ChangeNew && !ch.known {
		return nil, err
	}
	rows, err := k.touchedBy(ctx, c.kind, ch, c.values)
	if err != nil {
		return nil, err
	}
	return k.touches(ctx, actor, rows)
}

func (k *Kit) touches(ctx context.Context, actor Actor, rows []forms.Row) ([]Touch, error) {
	seen, err := k.touchesSeen(ctx, actor, rows)
	var out []Touch
	for _, row := range seen {
		out = append(out, touchOf(row))
	}
	return out, err
}

// touchedByVersion is what the request that issued a version said that it touches.
func (k *Kit) touchedByVersion(ctx context.Context, actor Actor, v document.Version) ([]Touch, error) {
	if v.Case == "" {
		return nil, nil
	}
	c, err := k.take(ctx, v.Case)
	if errors.Is(err, ErrNotFound) || unread(err) || err == nil && (!c.kind.DocumentChange || c.state.Phase != workflow.PhaseClosed) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, _ := c.values[ChangeTouches].([]forms.Row)
	return k.touches(ctx, actor, rows)
}

// Touched is what the request that issued a version said that it touches, as far as the actor may see
// that; label "" is the version in force. ErrNotFound as for Documents.Read; nothing for a version that
// no request issued.
func (l DocumentLists) Touched(ctx context.Context, actor Actor, idOrNumber, label string) ([]Touch, error) {
	l.k = l.k.once()
	view, err := Documents(l).whole(ctx, actor, idOrNumber)
	if err != nil {
		return nil, err
	}
	read, err := document.Read(view.Document, view.Versions, label)
	if err != nil {
		return nil, ErrNotFound
	}
	return l.k.touchedByVersion(ctx, actor, read.Version)
}
