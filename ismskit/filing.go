package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// An execution record (執行紀錄, B3.5) is a case of a type with Filing: a form with its files
// that an officer files under a category he maintains. Its category says who reads it, those
// whom he names for it read it too, or they alone (B3.7).

// checkFiling reports what a type that files under categories names and its form has not.
func (k *kind) checkFiling() error {
	f := k.Facets
	if k.Filing && f.Category == "" {
		return fmt.Errorf("filing: facets name no field of the category")
	}
	for _, want := range []struct {
		path  string
		types []string
	}{
		{f.Category, []string{"ref"}}, {f.Document, []string{"ref"}}, {f.DocKind, []string{"choice", "ref"}}, {f.OnlyReaders, []string{"boolean"}},
		{f.Year, []string{"integer"}}, {f.Original, []string{"text"}},
	} {
		if field, ok := fieldNamed(k.Form.Fields, want.path); want.path != "" && (!ok || !slices.Contains(want.types, field.Type)) {
			return fmt.Errorf("facets: %q is no field of type %s", want.path, strings.Join(want.types, " or "))
		}
	}
	for _, path := range f.Readers {
		field, ok := fieldNamed(k.Form.Fields, path)
		if !ok || readerOf(field, "x") == "" {
			return fmt.Errorf("facets: %q names nobody who can read", path)
		}
	}
	return nil
}

// checkFiledUnder reports a type that would file its cases under what is no document. It is asked
// of the newest version that a program brings, and of each that is published or brought back into
// use; one that was in use before it was asked goes on.
func (k *kind) checkFiledUnder() error {
	field, ok := fieldNamed(k.Form.Fields, k.Facets.Document)
	if !ok || field.Params["of"] == "document" {
		return nil
	}
	return &flowFault{
		err: fmt.Errorf("type %s %s: facets: %q refers to no document", k.Key, k.Version, k.Facets.Document),
		text: inEveryLanguage(func(lang string) string {
			return say(lang, "flow.filed_under", map[string]string{"field": k.labelOf(k.Facets.Document, lang), "type": k.Title.In(lang)})
		}),
	}
}

// readerOf is how a rule of the archive names what a field refers to, "" for what is nobody.
func readerOf(field forms.Field, id string) string {
	switch list, _ := field.Params["list"].(string); {
	case field.Type == "person" || field.Type == "persons" || list == register.People:
		return record.ReaderPerson(id)
	case field.Type == "unit" || list == register.Units:
		return record.ReaderUnit(id)
	case list == register.Posts:
		return record.ReaderPost(id)
	case list == register.Groups:
		return record.ReaderGroup(id)
	case list == register.Roles:
		return record.ReaderRoleRow(id)
	}
	return ""
}

// readersOf are those whom a case names to read it.
func (c *caseInHand) readersOf() []string {
	var out []string
	for _, path := range c.kind.Facets.Readers {
		field, _ := fieldNamed(c.kind.Form.Fields, path)
		ids := c.refs(path)
		for _, v := range c.cells(path) {
			switch v := v.(type) {
			case forms.Person:
				ids = append(ids, v.ID)
			case []forms.Person:
				for _, p := range v {
					ids = append(ids, p.ID)
				}
			}
		}
		for _, id := range ids {
			if id != "" {
				out = append(out, readerOf(field, id))
			}
		}
	}
	return out
}

// categoryOf is the category under which a case is filed, "" for none.
func (c *caseInHand) categoryOf() string {
	if path := c.kind.Facets.Category; path != "" {
		if ref, ok := c.values[path].(forms.Ref); ok {
			return ref.ID
		}
	}
	return ""
}

// file puts into a record what the case's form says of how it is filed, and into the rule who
// reads it.
func (c *caseInHand) file(r *record.Record, readers *[]string) (category, unit string) {
	f := c.kind.Facets
	r.Category, unit = c.categoryOf(), r.Unit
	category = r.Category
	if c.kind.Filing && r.Kind == RecordCase {
		r.Kind, r.Origin = RecordUpload, OriginUploaded
		if c.imported() {
			r.Origin = OriginImported
		}
	}
	if f.DocKind != "" {
		switch v := c.values[f.DocKind].(type) {
		case string:
			r.DocKind = v
		case forms.Ref:
			r.DocKind = v.ID
		}
	}
	if c.extra.FiledUnder != "" {
		r.Form = c.extra.FiledUnder
	}
	if system := c.extra.FiledFor; system != "" && !slices.Contains(r.Systems, system) {
		r.Systems = append(r.Systems, system)
	}
	if f.Original != "" {
		if place, _ := c.values[f.Original].(string); place != "" {
			r.Original = place
		}
	}
	if r.Origin == OriginImported {
		c.before(r)
	}
	*readers = append(*readers, c.readersOf()...)
	if only, _ := c.values[f.OnlyReaders].(bool); f.OnlyReaders != "" && only {
		category, unit = "", "" // neither who reads the category nor the head of the unit
		*readers = append(*readers, record.ReaderPerson(r.Person))
	}
	if c.extra.Retracted {
		category, unit = "", ""
		*readers = []string{record.ReaderPerson(r.Person)}
		if by := c.extra.RetractedBy; by != "" {
			*readers = append(*readers, record.ReaderPerson(by))
		}
	}
	return category, unit
}

// docKinds are what kinds of execution records are called, by their keys.
func (k *Kit) docKinds() map[string]forms.Text {
	out := map[string]forms.Text{}
	for _, kind := range k.kinds.inUse() {
		field, _ := fieldNamed(kind.Form.Fields, kind.Facets.DocKind)
		for _, o := range field.Options {
			if kind.Facets.DocKind != "" {
				out[o.Key] = o.Label
			}
		}
	}
	return out
}

// yearFiled is the working year that a form asks to be filed under, 0 for that of its day.
func (c *caseInHand) yearFiled() int {
	if path := c.kind.Facets.Year; path != "" {
		if year, ok := c.values[path].(int64); ok {
			return int(year)
		}
	}
	return 0
}

// fileUnder notes what a form that is sent on a day says of how it is filed beside its fields.
func (w *work) fileUnder(ctx context.Context, day time.Time) error {
	// What the form said before stands no more; what an officer of records has changed since does,
	// as long as the form says the same.
	x := &w.after.extra
	if year := w.after.yearFiled(); year != x.YearAsked {
		x.YearAsked, x.Year = year, year
	}
	if sent := w.before.row.Submitted; x.Year == 0 && !sent.IsZero() { // and what is sent again stays in its year
		x.Year = w.k.yearOf(sent, 0)
	}
	x.Year = w.k.notOwn(day, x.Year)
	ref, _ := w.after.values[w.after.kind.Facets.Document].(forms.Ref)
	category := w.after.categoryOf()
	if w.after.kind.Facets.Document == "" {
		ref = forms.Ref{}
	}
	number, system := w.after.numberOfNew(), ""
	err := w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		if ref.ID != "" {
			doc, _, err := tx.Documents().Document(ctx, ref.ID)
			if err != nil {
				return err
			}
			number = doc.Number
		}
		if category == "" {
			return nil
		}
		row, found, err := tx.Registers().Row(ctx, register.Categories, category)
		if err != nil || !found {
			return err
		}
		cells, err := w.k.lists.Cells(row)
		system = cells.ID("system")
		return err
	})
	if err != nil {
		return err
	}
	w.after.extra.FiledUnder, w.after.extra.FiledFor = number, system
	return w.madeUnder(ctx, ref.ID, day)
}

// numberOfNew is the number of the document that a request asks for, under which it is filed like
// those for one that is there; "" where it asks for none.
func (c *caseInHand) numberOfNew() string {
	if !c.kind.DocumentChange || c.kind.Facets.Document != ChangeDocument || c.values[ChangeOp] != ChangeNew {
		return ""
	}
	return c.changes().number
}
