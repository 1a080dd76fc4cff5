package ismskit

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// tree is the house's tree of categories.
func (k *Kit) tree(ctx context.Context) (record.Tree, error) {
	return keepOnce(k.filing, func(f *filingLists) **record.Tree { return &f.tree }, func() (record.Tree, error) {
		var rows, systems []register.Row
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Registers().Rows(ctx, register.Query{List: register.Categories})
			if err != nil {
				return err
			}
			of, err := tx.Registers().Rows(ctx, register.Query{List: register.Systems})
			rows, systems = found, of
			return err
		})
		if err != nil {
			return record.Tree{}, err
		}
		over, err := k.overIn(rows, systems, k.moment())
		if err != nil {
			return record.Tree{}, err
		}
		return k.treeOf(rows, over)
	})
}

func (k *Kit) treeOf(rows []register.Row, over map[string]bool) (record.Tree, error) {
	nodes := make([]record.Category, 0, len(rows))
	order := map[string]int64{}
	for _, row := range rows {
		cells, err := k.lists.Cells(row)
		if err != nil {
			return record.Tree{}, err
		}
		order[row.ID] = cells.Number("order")
		nodes = append(nodes, record.Category{
			ID: row.ID, Parent: cells.ID("parent"), Alone: cells.Flag("alone"), System: cells.ID("system"), Over: over[row.ID],
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
