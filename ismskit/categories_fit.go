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
	circle, err := k.categoryAbove(rows, cells.ID("parent"), row.ID)
	if err != nil {
		return err
	}
	if circle {
		form, _ := k.lists.Form(row.List)
		info, _ := form.Field("parent")
		return forms.Invalid{{Field: "parent", Code: "filing.circle", Label: info.Label, Text: sayAll("filing.circle", func(string) map[string]string { return nil })}}
	}
	return k.categoryNamed(ctx, tx, old, row, rows, at)
}

// categoryAbove says whether a category is one of those above a place, the place itself among them.
func (k *Kit) categoryAbove(rows []register.Row, place, id string) (bool, error) {
	of := make(map[string]register.Row, len(rows))
	for _, r := range rows {
		of[r.ID] = r
	}
	for seen := map[string]bool{}; place != "" && !seen[place]; {
		if place == id {
			return true, nil
		}
		seen[place] = true
		above, there := of[place]
		if !there { // what is brought in may name it before it comes
			return false, nil
		}
		cells, err := k.lists.Cells(above)
		if err != nil {
			return false, err
		}
		place = cells.ID("parent")
	}
	return false, nil
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
	var over map[string]bool // asked for once there is a name beside it
	for _, other := range rows {
		cells, err := k.lists.Cells(other)
		if err != nil {
			return err
		}
		if other.ID == row.ID || cells.ID("parent") != parent {
			continue
		}
		its, err := k.titles([]register.Row{other})
		if err != nil {
			return err
		}
		for _, name := range [][2]string{{"name", "zh-TW"}, {"name_en", "en"}} {
			if !sameName(titles[name[1]], its[name[1]]) {
				continue
			}
			if over == nil {
				systems, err := tx.Registers().Rows(ctx, register.Query{List: register.Systems})
				if err != nil {
					return err
				}
				if over, err = k.overIn(rows, systems, at); err != nil {
					return err
				}
			}
			if over[other.ID] {
				break
			}
			field := name[0]
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
