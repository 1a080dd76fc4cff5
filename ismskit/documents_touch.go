package ismskit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Columns of ChangeTouches. Who signs binds all rows; each is shown to whoever may see what it names.
const (
	TouchKind  = "kind"  // choice: TouchForm and so on
	TouchName  = "name"  // text: its number and what it is called
	TouchHow   = "how"   // choice: a relation of document.RelationKinds, TouchRetired, TouchOnline, TouchOver; optional
	TouchStays = "stays" // text: the version with which it goes on, of what stays on the old one
	TouchRef   = "ref"   // text: "document/…", "case/…" or "list/…/…"
)

// Kinds of what a change of a document touches.
const (
	TouchForm     = "form"     // a form that is this document or belongs to it
	TouchDocument = "document" // another document that has to do with it
	TouchRow      = "row"      // what a list keeps of it, such as to whom it is distributed, or a duty
	TouchCase     = "case"     // a case on its way; it goes on with the version it began with
	TouchReading  = "reading"  // those who read the old version: what they said is of that one

	TouchRetired = "retired" // it is retired as the version comes into force
	TouchOnline  = "online"  // it can be filled in online
	TouchOver    = "over"    // the document that ends belongs to it, and is prescribed by it
)

// Touch is a row of ChangeTouches.
type Touch struct {
	Kind, Name, How, Stays string
	// Document, Case, or List and Row are its id.
	Document, Case, List, Row string
}

// mostTouched is how many things are listed before cases on their way are no more, and
// mostTouchedRows how many in all; the form says so.
const (
	mostTouched     = 200
	mostTouchedRows = 500
)

// touching are the rows that are being made.
type touching struct {
	k     *Kit
	ch    docChange
	rows  []forms.Row
	known map[string]bool
	over  bool // the table can say TouchOver
}

// touchesOver says whether the table of what is touched can say TouchOver: one of an earlier version can not.
func (k *kind) touchesOver() bool {
	table, _ := fieldNamed(k.Form.Fields, ChangeTouches)
	how, _ := columnNamed(table, TouchHow)
	return slices.ContainsFunc(how.Options, func(o forms.Option) bool { return o.Key == TouchOver })
}

func (t *touching) add(kind, name, how, stays, ref string) {
	if t.known[ref] || len(t.rows) >= mostTouchedRows {
		return
	}
	t.known[ref] = true
	sum := sha256.Sum256([]byte(ref)) // the same as long as it is touched, and no place among the others
	row := forms.Row{forms.RowID: hex.EncodeToString(sum[:8]), TouchKind: kind, TouchName: clipped(name, 300), TouchRef: ref}
	for column, value := range map[string]string{TouchHow: how, TouchStays: stays} {
		if value != "" {
			row[column] = value
		}
	}
	t.rows = append(t.rows, row)
}

// docCalled is a document by its number and title.
func (k *Kit) docCalled(doc document.Document) string {
	return strings.TrimSpace(doc.Number + " " + document.TitleIn(doc.Title, k.cfg.Lang))
}

// touchedBy is everything that a request to change a document touches, whoever asks.
func (k *Kit) touchedBy(ctx context.Context, kind *kind, ch docChange, values forms.Values) ([]forms.Row, error) {
	return k.touched(ctx, kind, ch, values, (*touching).cases)
}

// touched is what a request touches that stays until somebody changes something, and what more adds to it.
func (k *Kit) touched(ctx context.Context, kind *kind, ch docChange, values forms.Values, more ...func(*touching, context.Context, Tx) error) ([]forms.Row, error) {
	t := &touching{k: k, ch: ch, known: map[string]bool{}, over: kind.touchesOver()}
	if err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		t.rows, t.known = nil, map[string]bool{}
		if err := t.documents(ctx, tx, values); err != nil || ch.doc.ID == "" {
			return err
		}
		if err := t.lists(ctx, tx); err != nil {
			return err
		}
		for _, add := range more {
			if err := add(t, ctx, tx); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	return t.rows, nil
}

// documents adds the forms and documents.
func (t *touching) documents(ctx context.Context, tx Tx, values forms.Values) error {
	all, err := tx.Documents().Documents(ctx, document.Query{})
	if err != nil {
		return err
	}
	self := t.ch.doc
	relations := self.Relations
	if named := relationsAsked(values); named != nil {
		relations = named
	}
	if t.ch.op == ChangeNew || t.ch.op == ChangeRevise {
		for _, o := range all {
			if o.ID != self.ID && o.Retired == "" && slices.ContainsFunc(relations, func(r document.Relation) bool { return r.Ends() && r.PointsAt(o) }) {
				t.add(TouchDocument, t.k.docCalled(o), TouchRetired, "", documentRecord(o.ID))
			}
		}
	}
	if self.ID == "" {
		return nil
	}
	if t.over && t.ch.op == ChangeRetire {
		over := self.Over()
		for _, o := range all {
			if o.ID != self.ID && o.Retired == "" && slices.ContainsFunc(over, func(r document.Relation) bool { return r.PointsAt(o) }) {
				t.add(TouchDocument, t.k.docCalled(o), TouchOver, "", documentRecord(o.ID))
			}
		}
	}
	if len(t.k.typesOf(self.Number)) > 0 {
		t.add(TouchForm, t.k.docCalled(self), TouchOnline, "", documentRecord(self.ID))
	}
	for _, o := range document.Under(self, all) {
		switch {
		case o.Level == 4 && len(t.k.typesOf(o.Number)) > 0:
			t.add(TouchForm, t.k.docCalled(o), TouchOnline, "", documentRecord(o.ID))
		case o.Level == 4:
			t.add(TouchForm, t.k.docCalled(o), document.BelongsTo, "", documentRecord(o.ID))
		default:
			t.add(TouchDocument, t.k.docCalled(o), document.BelongsTo, "", documentRecord(o.ID))
		}
	}
	for _, o := range all {
		for _, r := range o.Relations {
			if o.ID != self.ID && o.Retired == "" && r.PointsAt(self) {
				t.add(TouchDocument, t.k.docCalled(o), r.Kind, "", documentRecord(o.ID))
			}
		}
	}
	return nil
}

// typesOf are the form types that bear a number.
func (k *Kit) typesOf(number string) (keys []string) {
	for key, kind := range k.kinds.inUse() {
		if kind.FormNo != "" && document.SameNumber(kind.FormNo, number) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// lists adds what lists that refer to documents keep of it. Loans are not among them: they are of
// somebody, and end by themselves.
func (t *touching) lists(ctx context.Context, tx Tx) error {
	for _, key := range t.k.lists.Lists() {
		list, _ := t.k.lists.List(key)
		at := slices.IndexFunc(list.Schema.Fields, func(f forms.Field) bool { return f.Params["of"] == "document" })
		if at < 0 || key == register.DocumentLoans {
			continue
		}
		rows, err := tx.Registers().Rows(ctx, register.Query{List: key, At: t.k.moment()})
		if err != nil {
			return err
		}
		for _, row := range rows {
			values, err := t.k.lists.Values(row)
			if err != nil {
				return err
			}
			if !pointsAtDocument(list.Schema.Fields, values, t.ch.doc.ID) {
				continue
			}
			title, err := t.k.lists.Title(row, t.k.cfg.Lang)
			if err != nil {
				return err
			}
			name := list.Title.In(t.k.cfg.Lang)
			if title != "" && title != t.ch.doc.ID {
				name += " " + title
			}
			t.add(TouchRow, name, "", "", "list/"+key+"/"+row.ID)
		}
	}
	return nil
}

// pointsAtDocument says whether one of the fields refers to a document.
func pointsAtDocument(fields []forms.Field, values forms.Values, id string) bool {
	return slices.ContainsFunc(fields, func(f forms.Field) bool {
		if f.Params["of"] != "document" {
			return false
		}
		switch v := values[f.Key].(type) {
		case forms.Ref:
			return v.ID == id
		}
		return false
	})
}

// cases adds the cases on their way on its forms, and those by which it is being read.
func (t *touching) cases(ctx context.Context, tx Tx) error {
	all, err := tx.Documents().Documents(ctx, document.Query{})
	if err != nil {
		return err
	}
	types := t.k.typesOf(t.ch.doc.Number)
	for _, o := range document.Under(t.ch.doc, all) {
		types = append(types, t.k.typesOf(o.Number)...)
	}
	reading := map[string]bool{}
	for key, kind := range t.k.kinds.inUse() {
		if kind.Reading {
			reading[key] = true
			types = append(types, key)
		}
	}
	slices.Sort(types)
	q := CaseQuery{Types: slices.Compact(types), Phases: underWay, Roots: true, Limit: heldAtOnce}
	for len(q.Types) > 0 {
		rows, err := tx.Cases().List(ctx, q)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if len(t.rows) >= mostTouched {
				return nil
			}
			name := strings.TrimSpace(row.Number + " " + row.Subject)
			if reading[row.Type] {
				about, err := changedBy(row.Values)
				if err != nil {
					return fmt.Errorf("ismskit: fields of case %s: %w", row.ID, err)
				}
				if about.id == t.ch.doc.ID {
					var said struct {
						Version string `json:"version"`
					}
					if err := json.Unmarshal(row.Values, &said); err != nil {
						return fmt.Errorf("ismskit: fields of case %s: %w", row.ID, err)
					}
					t.add(TouchReading, name, "", said.Version, recordID(row.ID))
				}
				continue
			}
			began, err := parseExtra(row.Extra)
			if err != nil {
				return fmt.Errorf("ismskit: case %s: %w", row.ID, err)
			}
			t.add(TouchCase, name, "", t.began(began.Editions), recordID(row.ID))
		}
		if len(rows) < q.Limit {
			return nil
		}
		q.After, q.AfterID = rows[len(rows)-1].Created, rows[len(rows)-1].ID
	}
	return nil
}

// began is the version of the document under which a case began.
func (t *touching) began(editions []string) string {
	for _, edition := range editions {
		if id, label, _ := record.EditionOf(edition); id == t.ch.doc.ID {
			return label
		}
	}
	return t.ch.doc.Current
}
