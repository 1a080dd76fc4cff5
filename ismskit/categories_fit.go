package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// categoryFits refuses a category that would lie below itself, and one that would be called like
// another under the same: whoever files could not tell whose readers it gets.
func (k *Kit) categoryFits(ctx context.Context, tx Tx, old, row register.Row, at time.Time) error {
	cells, err := k.lists.Cells(row)
	if err != nil {
		return err
	}
	if err := alone(ctx, tx, aloneCategories); err != nil {
		return err
	}
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.Categories})
	if err != nil {
		return err
	}
	tree, err := k.treeOf(rows, nil)
	if err != nil {
		return err
	}
	form, _ := k.lists.Form(row.List)
	if parent := cells.ID("parent"); parent == row.ID || slices.Contains(tree.Under(row.ID), parent) {
		info, _ := form.Field("parent")
		return forms.Invalid{{Field: "parent", Code: "filing.circle", Label: info.Label, Text: sayAll("filing.circle", func(string) map[string]string { return nil })}}
	}
	return k.categoryNamed(ctx, tx, old, row, rows, at)
}

// categoryNamed refuses the name of a category that another one beside it has. One whose system has ended
// may have it: nothing more is filed there.
func (k *Kit) categoryNamed(ctx context.Context, tx Tx, old, row register.Row, rows []register.Row, at time.Time) error {
	titles, parent, err := k.placeOf(row)
	if err != nil {
		return err
	}
	if old.Revision > 0 { // what stands so already is no new mistake
		was, above, err := k.placeOf(old)
		if err != nil || above == parent && was["zh-TW"] == titles["zh-TW"] && was["en"] == titles["en"] {
			return err
		}
	}
	systems, err := tx.Registers().Rows(ctx, register.Query{List: register.Systems})
	if err != nil {
		return err
	}
	over, err := k.overIn(rows, systems, at)
	if err != nil {
		return err
	}
	for _, other := range rows {
		if other.ID == row.ID || over[other.ID] {
			continue
		}
		its, beside, err := k.placeOf(other)
		if err != nil {
			return err
		}
		if beside != parent {
			continue
		}
		for _, at := range [][2]string{{"name", "zh-TW"}, {"name_en", "en"}} {
			if !sameName(titles[at[1]], its[at[1]]) {
				continue
			}
			field := at[0]
			if cells, err := k.lists.Cells(row); err != nil || cells.Text(field) == "" {
				field = "name" // which stands for both
			}
			return k.categoryNameTaken(field, its, parent, rows)
		}
	}
	return nil
}

func (k *Kit) categoryNameTaken(field string, name forms.Text, parent string, rows []register.Row) error {
	code, above := "filing.name_taken_top", forms.Text{}
	if i := slices.IndexFunc(rows, func(r register.Row) bool { return r.ID == parent }); i >= 0 {
		var err error
		if above, err = k.titles(rows[i : i+1]); err != nil {
			return err
		}
		code = "filing.name_taken"
	}
	form, _ := k.lists.Form(register.Categories)
	info, _ := form.Field(field)
	return forms.Invalid{{Field: field, Code: code, Label: info.Label, Text: sayAll(code, func(lang string) map[string]string {
		return map[string]string{"name": name.In(lang), "above": above.In(lang)}
	})}}
}

// placeOf is what a category is called in each language, and below which it is.
func (k *Kit) placeOf(row register.Row) (forms.Text, string, error) {
	name, err := k.titles([]register.Row{row})
	if err != nil {
		return nil, "", err
	}
	cells, err := k.lists.Cells(row)
	return name, cells.ID("parent"), err
}

// sameName says whether two names are one to whoever reads them: in capitals or not, half or full
// width, with more spaces or fewer.
func sameName(a, b string) bool {
	plain := func(s string) string { return strings.Join(strings.Fields(record.Fold(s)), " ") }
	return plain(a) == plain(b)
}
