package ismskit

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// systemCategory is the id of the category that a system has below another. Ids may have dots, so
// what it would be called may be another pair's.
func (k *Kit) systemCategory(has map[string]register.Row, above, system string) (string, error) {
	for between := "."; ; between += "." {
		id := above + between + system
		row := has[id]
		if row.Revision == 0 {
			return id, nil
		}
		cells, err := k.lists.Cells(row)
		if err != nil {
			return "", err
		}
		parent, of := cells.ID("parent"), cells.ID("system")
		others := of != system && of != "" && strings.HasPrefix(id, parent+".") && strings.HasSuffix(id, "."+of)
		if !others { // or somebody has made another of it
			return id, nil
		}
	}
}

// overIn are the categories of systems in which nothing more is filed: the system has ended, or
// is another agency's than the one for which the category was made.
func (k *Kit) overIn(categories, systems []register.Row, now time.Time) (map[string]bool, error) {
	of, agency := map[string]register.Row{}, map[string]string{}
	for _, row := range systems {
		of[row.ID] = row
	}
	over, parent := map[string]bool{}, map[string]string{}
	for _, row := range categories {
		cells, err := k.lists.Cells(row)
		if err != nil {
			return nil, err
		}
		agency[row.ID], parent[row.ID] = cells.ID("agency"), cells.ID("parent")
		if system := of[cells.ID("system")]; system.Revision > 0 {
			over[row.ID] = system.Over(now)
		}
	}
	for _, row := range categories {
		if row.ChangedBy != SystemPerson || over[row.ID] {
			continue // one that somebody looks after is his
		}
		cells, err := k.lists.Cells(row)
		if err != nil {
			return nil, err
		}
		system := of[cells.ID("system")]
		if wanted := agency[parent[row.ID]]; wanted != "" && system.Revision > 0 {
			now, err := k.lists.Cells(system)
			if err != nil {
				return nil, err
			}
			over[row.ID] = now.ID("agency") != wanted
		}
	}
	return over, nil
}

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
			id, err := k.systemCategory(has, above.ID, system.ID)
			if err != nil {
				return err
			}
			if has[id], err = k.categoryOfSystem(ctx, tx, above, system, has[id], id, at); err != nil {
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

// categoryOfSystem makes the category of a system below another, or lets it go by the system's
// name, and returns it as it is then.
func (k *Kit) categoryOfSystem(ctx context.Context, tx Tx, above, system, old register.Row, id string, at time.Time) (register.Row, error) {
	if old.Revision > 0 && old.ChangedBy != SystemPerson || old.Revision == 0 && system.Over(at) {
		return old, nil // somebody looks after it; or nothing is filed there any more
	}
	of, err := k.lists.Cells(system)
	if err != nil {
		return old, err
	}
	cells, err := k.lists.Cells(above)
	if err != nil || cells.ID("agency") != "" && cells.ID("agency") != of.ID("agency") {
		return old, err
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
		List: register.Categories, ID: id, Seen: old.Revision, Values: values, At: at, By: SystemPerson,
		Reason: say(k.cfg.Lang, "filing.by_system", nil), Stock: true, Check: forms.CheckContext{Today: calendar.DateOf(at.In(k.location)), Location: k.location},
	})
	if err != nil || row.Revision == old.Revision {
		return old, err
	}
	return row, k.storeRow(ctx, tx, old, row, rowChange{reason: row.Reason, by: k.systemSigner(), via: viaSystem, at: at, follows: true})
}
