package ismskit

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// tree is the house's tree of categories.
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
	if err != nil || reader.ReadAll || !byCategory && !slices.ContainsFunc(rules, record.ACL.NamesRows) {
		return reader, err
	}
	if err = k.inRows(ctx, &reader); err != nil || !byCategory {
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
	if err = k.inRows(ctx, &reader); err != nil {
		return reader, record.Tree{}, err
	}
	tree, err := k.tree(ctx)
	return reader, tree, err
}

// inRows says which rows of the lists of roles and groups are the reader's.
func (k *Kit) inRows(ctx context.Context, reader *record.Reader) error {
	var roles, groups []register.Row
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		all, err := tx.Registers().Rows(ctx, register.Query{List: register.Roles})
		if err != nil {
			return err
		}
		of, err := tx.Registers().Rows(ctx, register.Query{List: register.Groups, Keys: []string{
			register.Key("members", reader.Person), register.Key("lead", reader.Person),
		}})
		roles, groups = all, of
		return err
	})
	if err != nil {
		return err
	}
	for _, row := range groups {
		reader.Groups = append(reader.Groups, row.ID)
	}
	for _, row := range roles {
		cells, err := k.lists.Cells(row)
		if err != nil {
			return err
		}
		if slices.Contains(reader.Roles, cells.Text("module")+"/"+cells.Text("key")) {
			reader.RoleRows = append(reader.RoleRows, row.ID)
		}
	}
	return nil
}

// categoryFits refuses a category that would lie below itself.
func (k *Kit) categoryFits(ctx context.Context, tx Tx, row register.Row) error {
	if row.List != register.Categories {
		return nil
	}
	cells, err := k.lists.Cells(row)
	if err != nil || cells.ID("parent") == "" {
		return err
	}
	if err := alone(ctx, tx, aloneCategories); err != nil {
		return err
	}
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.Categories})
	if err != nil {
		return err
	}
	tree, err := k.treeOf(rows)
	if err != nil {
		return err
	}
	if parent := cells.ID("parent"); parent != row.ID && !slices.Contains(tree.Under(row.ID), parent) {
		return nil
	}
	form, _ := k.lists.Form(row.List)
	info, _ := form.Field("parent")
	return forms.Invalid{{Field: "parent", Code: "filing.circle", Label: info.Label, Text: sayAll("filing.circle", func(string) map[string]string { return nil })}}
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
	all := changed.List == register.Categories
	if all {
		cells, err := k.lists.Cells(changed)
		if err != nil || !cells.Flag("per_system") {
			return err
		}
	}
	// A system may be entered while a category is given one for each of them.
	if err := alone(ctx, tx, aloneCategories); err != nil {
		return err
	}
	aboves, err := tx.Registers().Rows(ctx, register.Query{List: register.Categories})
	if err != nil {
		return err
	}
	systems := []register.Row{changed}
	if all {
		if systems, err = tx.Registers().Rows(ctx, register.Query{List: register.Systems}); err != nil {
			return err
		}
	}
	has := make(map[string]register.Row, len(aboves))
	for _, row := range aboves {
		has[row.ID] = row
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
			if err := k.categoryOfSystem(ctx, tx, above, system, has[systemCategory(above.ID, system.ID)], at); err != nil {
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
	return k.storeRow(ctx, tx, old, row, rowChange{reason: row.Reason, by: k.systemSigner(), via: viaSystem, at: at, follows: true})
}
