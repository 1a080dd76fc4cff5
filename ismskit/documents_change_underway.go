package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// changes is what a request is about: the document, or the number of a new one.
func (c *caseInHand) changes() changedThing {
	ref, _ := c.values[ChangeDocument].(forms.Ref)
	number, _ := c.values[ChangeNumber].(string)
	if ref.ID != "" {
		number = ""
	}
	return changedThing{ref.ID, document.TypedNumber(number)}
}

// numberSent is the number of a new document under which a returned request was sent, "" for none:
// that it is taken is its own doing. What the applicant has typed since is not that one.
func (c *caseInHand) numberSent() (string, error) {
	if c.state.Phase != workflow.PhaseReturned {
		return "", nil
	}
	if c.kind.Facets.Document == ChangeDocument && c.extra.FiledUnder != "" {
		return c.extra.FiledUnder, nil
	}
	if slices.Contains(c.extra.Mended, ChangeNumber) {
		return "", nil
	}
	about, err := changedBy(c.row.Values)
	return about.number, err
}

// changedThing is a document by its id, or a new one by its number.
type changedThing struct{ id, number string }

// changedBy is what a stored request is about. Only what is needed is read: within a
// transaction no type of an older version can be fetched.
func changedBy(values []byte) (changedThing, error) {
	var stored struct {
		Document json.RawMessage `json:"document"`
		Number   string          `json:"number"`
	}
	if err := json.Unmarshal(values, &stored); err != nil {
		return changedThing{}, err
	}
	var ref struct {
		ID string `json:"id"`
	}
	switch {
	case len(stored.Document) == 0:
		return changedThing{number: document.TypedNumber(stored.Number)}, nil
	case json.Unmarshal(stored.Document, &ref.ID) == nil:
		return changedThing{id: ref.ID}, nil
	}
	err := json.Unmarshal(stored.Document, &ref)
	return changedThing{id: ref.ID}, err
}

// changing are the types by whose requests documents change.
func (k *Kit) changing() []string {
	var out []string
	for key, kind := range k.kinds.inUse() {
		if kind.DocumentChange {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// underWay are the phases of a request on which somebody is still to decide.
var underWay = []string{string(workflow.PhaseRunning), string(workflow.PhaseReturned), string(workflow.PhaseSuspended)}

// changesUnderWay are the requests on their way that are about a document, but for one case.
func (k *Kit) changesUnderWay(ctx context.Context, tx Tx, about changedThing, but string) ([]CaseRow, error) {
	if about == (changedThing{}) {
		return nil, nil
	}
	var out []CaseRow
	err := k.eachChange(ctx, tx, func(row CaseRow, is changedThing) {
		if row.ID != but && is == about {
			out = append(out, row)
		}
	})
	return out, err
}

// eachChange goes through all requests on their way, and what each is about.
func (k *Kit) eachChange(ctx context.Context, tx Tx, each func(row CaseRow, about changedThing)) error {
	types := k.changing()
	if len(types) == 0 {
		return nil
	}
	q := CaseQuery{Types: types, Phases: underWay, Limit: heldAtOnce}
	for {
		rows, err := tx.Cases().List(ctx, q)
		if err != nil {
			return err
		}
		for _, row := range rows {
			about, err := changedBy(row.Values)
			if err != nil {
				return fmt.Errorf("ismskit: fields of case %s: %w", row.ID, err)
			}
			each(row, about)
		}
		if len(rows) < heldAtOnce {
			return nil
		}
		last := rows[len(rows)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
}

// changeUnderWay is another request for the same document that is on its way.
func (k *Kit) changeUnderWay(ctx context.Context, c caseInHand) (other CaseRow, found bool, err error) {
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		all, err := k.changesUnderWay(ctx, tx, c.changes(), c.row.ID)
		if found = len(all) > 0; found {
			other = all[0]
		}
		return err
	})
	return other, found, err
}

// changeTwice refuses a second request for a document: each would be compared with a text that
// the other one replaces, and of a number there is one. The number of the other is "" for who may not know it.
func (k *Kit) changeTwice(c caseInHand, number string) forms.Fault {
	field, named, unnamed := ChangeDocument, "change.twice", "change.twice.unnamed"
	if c.values[ChangeOp] == ChangeNew {
		field, named, unnamed = ChangeNumber, "change.number_twice", "change.number_twice.unnamed"
	}
	info, _ := c.kind.form.Field(field)
	text := sayAll(named, func(string) map[string]string { return map[string]string{"number": number} })
	if number == "" {
		text = sayAll(unnamed, func(string) map[string]string { return nil })
	}
	return forms.Fault{Field: field, Code: "change.twice", Label: info.Label, Text: text}
}

// changesAlone is held by a request that is sent: of two for one document that are sent in
// the same instant one is refused.
type changesAlone struct{}

func (changesAlone) describe() string { return "one request for a document at a time" }

func (changesAlone) apply(ctx context.Context, w *work, tx Tx) error {
	if err := alone(ctx, tx, aloneDocuments); err != nil {
		return err
	}
	others, err := w.k.changesUnderWay(ctx, tx, w.after.changes(), w.after.row.ID)
	if err == nil && len(others) > 0 {
		err = ErrConflict // somebody was faster: asked again, the next number is another, or he is told so
	}
	return err
}
