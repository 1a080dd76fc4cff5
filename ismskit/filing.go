package ismskit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
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
	if f.Original != "" {
		if place, _ := c.values[f.Original].(string); place != "" {
			r.Original = place
		}
	}
	*readers = append(*readers, c.readersOf()...)
	if only, _ := c.values[f.OnlyReaders].(bool); f.OnlyReaders != "" && only {
		category, unit = "", "" // neither who reads the category nor the head of the unit
		*readers = append(*readers, record.ReaderPerson(r.Person))
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

// fileUnder notes what a form that is sent says of how it is filed beside its fields.
func (w *work) fileUnder(ctx context.Context) error {
	if year := w.after.yearFiled(); year != 0 {
		w.after.extra.Year = w.k.notOwn(w.now, year)
	}
	w.after.extra.FiledUnder = ""
	ref, ok := w.after.values[w.after.kind.Facets.Document].(forms.Ref)
	if !ok || w.after.kind.Facets.Document == "" {
		return nil
	}
	return w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		doc, found, err := tx.Documents().Document(ctx, ref.ID)
		if found {
			w.after.extra.FiledUnder = doc.Number
		}
		return err
	})
}

// tree is the house's tree of categories, as it is in force now.
func (k *Kit) tree(ctx context.Context) (record.Tree, error) {
	var rows []register.Row
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, register.Query{List: register.Categories})
		rows = found
		return err
	})
	if err != nil {
		return record.Tree{}, err
	}
	return k.treeOf(rows)
}

func (k *Kit) treeOf(rows []register.Row) (record.Tree, error) {
	nodes := make([]record.Category, 0, len(rows))
	order := map[string]int64{}
	for _, row := range rows {
		cells, err := k.lists.Cells(row)
		if err != nil {
			return record.Tree{}, err
		}
		order[row.ID] = cells.Number("order")
		nodes = append(nodes, record.Category{
			ID: row.ID, Parent: cells.ID("parent"), Alone: cells.Flag("alone"), System: cells.ID("system"),
			Maintain: permittedIn(cells, "maintain"), Read: permittedIn(cells, "read"),
		})
	}
	slices.SortFunc(nodes, func(a, b record.Category) int {
		return cmp.Or(cmp.Compare(order[a.ID], order[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	return record.NewTree(nodes), nil
}

// permittedIn are those whom a category gives a right, as rules of the archive name them: by what
// its fields refer to, and by the keys in its table, which programs before them wrote.
func permittedIn(cells register.Cells, right string) []string {
	var out []string
	name := func(what, key string) {
		switch what {
		case "everybody":
			out = append(out, record.Everybody)
		case "person":
			out = append(out, record.ReaderPerson(key))
		case "post":
			out = append(out, record.ReaderPost(key))
		case "unit":
			out = append(out, record.ReaderUnit(key))
		case "group":
			out = append(out, record.ReaderGroup(key))
		case "role":
			module, role, _ := strings.Cut(key, "/")
			out = append(out, record.ReaderRole(module, role))
		case "role row":
			out = append(out, record.ReaderRoleRow(key))
		}
	}
	for _, row := range cells.Rows(right) {
		name(row.Text("what"), row.Text("key"))
	}
	for field, what := range map[string]string{"_people": "person", "_posts": "post", "_units": "unit", "_groups": "group", "_roles": "role row"} {
		for _, id := range cells.IDs(right + field) {
			name(what, id)
		}
	}
	if cells.Flag(right + "_all") {
		name("everybody", "")
	}
	return out
}

// readerOfRecords is a person as the archive's rules see him now, with the categories he may
// read where one of the rules asks for them.
func (k *Kit) readerOfRecords(ctx context.Context, person string, now time.Time, rules ...record.ACL) (record.Reader, error) {
	reader, err := k.reader(ctx, person, now)
	byCategory := slices.ContainsFunc(rules, func(a record.ACL) bool { return a.Category != "" })
	if err != nil || reader.ReadAll || !byCategory && !slices.ContainsFunc(rules, record.ACL.NamesRoleRow) {
		return reader, err
	}
	if reader.RoleRows, err = k.roleRows(ctx, reader.Roles); err != nil || !byCategory {
		return reader, err
	}
	tree, err := k.tree(ctx)
	if err == nil {
		reader.Categories = tree.Readable(reader)
	}
	return reader, err
}

// filer is a person as the tree of categories sees him, with the tree.
func (k *Kit) filer(ctx context.Context, person string, now time.Time) (record.Reader, record.Tree, error) {
	reader, err := k.reader(ctx, person, now)
	if err != nil {
		return reader, record.Tree{}, err
	}
	if reader.RoleRows, err = k.roleRows(ctx, reader.Roles); err != nil {
		return reader, record.Tree{}, err
	}
	tree, err := k.tree(ctx)
	return reader, tree, err
}

// roleRows are the rows of the list of roles that somebody's roles ("module/role") are.
func (k *Kit) roleRows(ctx context.Context, roles []string) ([]string, error) {
	if len(roles) == 0 {
		return nil, nil
	}
	var rows []register.Row
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, register.Query{List: register.Roles})
		rows = found
		return err
	})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, row := range rows {
		cells, err := k.lists.Cells(row)
		if err != nil {
			return nil, err
		}
		if slices.Contains(roles, cells.Text("module")+"/"+cells.Text("key")) {
			ids = append(ids, row.ID)
		}
	}
	return ids, nil
}

// filingFaults refuse an execution record under a category that its writer doesn't maintain, or
// that ends, and under a year that hasn't begun.
func (k *Kit) filingFaults(ctx context.Context, actor Actor, c caseInHand, now time.Time) (forms.Invalid, error) {
	var out forms.Invalid
	add := func(path, code string, params map[string]string) {
		info, _ := c.kind.form.Field(path)
		out = append(out, forms.Fault{Field: path, Code: code, Label: info.Label, Text: sayAll(code, func(string) map[string]string { return params })})
	}
	if year, last := c.yearFiled(), record.WorkingYear(now, k.location)+1; year != 0 && (year < 1 || year > last) {
		add(c.kind.Facets.Year, "year.range", map[string]string{"last": fmt.Sprint(last)})
	}
	id := c.categoryOf()
	if !c.kind.Filing || id == "" || actor.system {
		return out, nil
	}
	may, err := k.maintains(ctx, actor.Person, id, now)
	if err == nil && !may {
		add(c.kind.Facets.Category, "filing.not_yours", nil)
	}
	return out, err
}

// notMaintained withholds the categories under which somebody may not file.
func (k *Kit) notMaintained(ctx context.Context, actor Actor, kind *kind, withheld map[pointed]forms.Text, now time.Time) error {
	if !kind.Filing || actor.system {
		return nil
	}
	manages, err := k.hasRole(ctx, actor.Person, k.cfg.Rights.ManageRecords)
	if err != nil || manages {
		return err
	}
	reader, tree, err := k.filer(ctx, actor.Person, now)
	if err != nil {
		return err
	}
	mine := tree.Maintained(reader)
	tree.Walk(func(c record.Category, _ int) {
		if !slices.Contains(mine, c.ID) {
			at := pointed{kind.Facets.Category, forms.Need{Kind: forms.NeedRef, List: "register/" + register.Categories, ID: c.ID}}
			withheld[at] = sayAll("filing.not_yours", func(string) map[string]string { return nil })
		}
	})
	return nil
}

// maintains says whether somebody may file under a category.
func (k *Kit) maintains(ctx context.Context, person, category string, now time.Time) (bool, error) {
	manages, err := k.hasRole(ctx, person, k.cfg.Rights.ManageRecords)
	if err != nil || manages {
		return manages, err
	}
	reader, tree, err := k.filer(ctx, person, now)
	return slices.Contains(tree.Maintained(reader), category), err
}

// files says whether somebody may file under any category at all.
func (k *Kit) files(ctx context.Context, person string, now time.Time) (bool, error) {
	reader, tree, err := k.filer(ctx, person, now)
	if err != nil || len(tree.Maintained(reader)) > 0 {
		return err == nil, err
	}
	some := false
	tree.Walk(func(record.Category, int) { some = true })
	manages, err := k.hasRole(ctx, person, k.cfg.Rights.ManageRecords)
	return some && manages, err
}

// systemCategory is the id of the category that a system has below another.
func systemCategory(above, system string) string { return above + "." + system }

// categoriesOfSystems adds the categories that appear by themselves (B3.8): below each that has
// one child per system, one for each system, kept by the system's owner. One whose name nobody
// has changed goes by the system's.
func (k *Kit) categoriesOfSystems(ctx context.Context, tx Tx, changed register.Row, at time.Time) error {
	if changed.List != register.Systems && changed.List != register.Categories {
		return nil
	}
	aboves, err := tx.Registers().Rows(ctx, register.Query{List: register.Categories})
	if err != nil {
		return err
	}
	systems := []register.Row{changed}
	if changed.List == register.Categories {
		cells, err := k.lists.Cells(changed)
		if err != nil || !cells.Flag("per_system") {
			return err
		}
		if systems, err = tx.Registers().Rows(ctx, register.Query{List: register.Systems}); err != nil {
			return err
		}
	}
	for _, above := range aboves {
		cells, err := k.lists.Cells(above)
		if err != nil {
			return err
		}
		if !cells.Flag("per_system") {
			continue
		}
		for _, system := range systems {
			i := slices.IndexFunc(aboves, func(r register.Row) bool { return r.ID == systemCategory(above.ID, system.ID) })
			var old register.Row
			if i >= 0 {
				old = aboves[i]
			}
			if err := k.categoryOfSystem(ctx, tx, above, system, old, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// startCategories adds those that are missing, as in a house that was entered with a program
// that knew of none. Another server that starts at the same time may do it first.
func (k *Kit) startCategories(ctx context.Context, at time.Time) error {
	err := k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Registers().Rows(ctx, register.Query{List: register.Categories})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := k.categoriesOfSystems(ctx, tx, row, at); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, ErrConflict) {
		err = nil
	}
	return err
}

func (k *Kit) categoryOfSystem(ctx context.Context, tx Tx, above, system, old register.Row, at time.Time) error {
	if old.Revision > 0 && old.ChangedBy != SystemPerson {
		return nil // somebody looks after it
	}
	of, err := k.lists.Cells(system)
	if err != nil {
		return err
	}
	cells, err := k.lists.Cells(above)
	if err != nil || cells.ID("agency") != "" && cells.ID("agency") != of.ID("agency") {
		return err
	}
	values := forms.Values{
		"name":   of.Text("name"),
		"parent": forms.Ref{List: "register/" + register.Categories, ID: above.ID},
		"system": forms.Ref{List: "register/" + register.Systems, ID: system.ID},
	}
	if en := of.Text("name_en"); en != "" {
		values["name_en"] = en
	}
	row, err := k.lists.Apply(old, register.Change{
		List: register.Categories, ID: systemCategory(above.ID, system.ID), Seen: old.Revision, Values: values, At: at, By: SystemPerson,
		Reason: say(k.cfg.Lang, "filing.by_system", nil), Stock: true, Check: forms.CheckContext{Today: calendar.DateOf(at.In(k.location)), Location: k.location},
	})
	if err != nil || row.Revision == old.Revision {
		return err
	}
	return k.storeRow(ctx, tx, old, row, rowChange{reason: row.Reason, by: k.systemSigner(), via: viaSystem, at: at})
}
