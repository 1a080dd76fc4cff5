package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// What lists say of a unit.
const (
	UnitHasGrant    HoldingKind = "unit_grant"    // a permission in force that its people asked for
	UnitHasPost     HoldingKind = "unit_post"     // a post in it
	UnitHasPerson   HoldingKind = "unit_person"   // somebody who works in it
	UnitHasBelow    HoldingKind = "unit_below"    // a unit beneath it
	UnitDecidesFor  HoldingKind = "unit_fallback" // a unit for which its head decides
	UnitHasRole     HoldingKind = "unit_role"     // a role that its head has
	UnitHasCategory HoldingKind = "unit_category" // a right of a category
	UnitHasSystem   HoldingKind = "unit_system"   // an application system
	UnitHasItem     HoldingKind = "unit_item"     // a system with items meant for it
	UnitHasService  HoldingKind = "unit_service"  // a service
	UnitHasTemplate HoldingKind = "unit_template" // a prepared set of rows
	UnitHasEntry    HoldingKind = "unit_entry"    // any other row that names it
)

// unitKeeping is a field of a living list that names units.
type unitKeeping struct {
	kind        HoldingKind
	list, field string // a column as "items.units"
	goes        Going
}

// unitMeanings are what the built-in lists mean by naming a unit: what is asked of the
// directory follows a successor by itself, what only stands written stays as it is.
var unitMeanings = []unitKeeping{
	{UnitHasGrant, register.Grants, "unit", GoesAlong},
	{UnitHasRole, register.Roles, "units", GoesAlong},
	{UnitHasItem, register.Systems, "items.units", GoesAlong},
	{UnitHasTemplate, register.Templates, "units", GoesAlong},
	{UnitDecidesFor, register.Units, "fallback_unit", GoesAlong},
	{UnitHasCategory, register.Categories, "maintain_units", GoesByHand},
	{UnitHasCategory, register.Categories, "read_units", GoesByHand},
	{UnitHasCategory, register.Categories, "maintain.key", GoesByHand},
	{UnitHasCategory, register.Categories, "read.key", GoesByHand},
	{UnitHasSystem, register.Systems, "unit", GoesByHand},
	{UnitHasService, register.Services, "unit", GoesByHand},
	{UnitHasBelow, register.Units, "parent", GoesByHand},
	{UnitHasPost, register.Posts, "unit", GoesByHand},
	{UnitHasPerson, register.People, "unit", GoesByHand},
}

// unitKeepings are the fields in which lists name units: those of the built-in lists with
// what they mean, then whatever else their forms have that holds units, such as the lists
// of a host. What a former unit has given to this one goes on by itself.
func (k *Kit) unitKeepings() []unitKeeping {
	out := slices.DeleteFunc(slices.Clone(unitMeanings), func(keep unitKeeping) bool {
		_, ok := k.lists.List(keep.list)
		return !ok
	})
	for _, key := range k.lists.Lists() {
		l, _ := k.lists.List(key)
		form, _ := k.lists.Form(key)
		note := func(path string) {
			known := func(keep unitKeeping) bool { return keep.list == key && keep.field == path }
			info, ok := form.Field(path)
			names := ok && (info.Type == "unit" || info.List == "register/"+register.Units)
			if names && !(key == register.Units && path == l.Successors) && !slices.ContainsFunc(out, known) {
				out = append(out, unitKeeping{UnitHasEntry, key, path, GoesByHand})
			}
		}
		for _, f := range l.Schema.Fields {
			note(f.Key)
			for _, column := range f.Fields {
				note(f.Key + "." + column.Key)
			}
		}
	}
	return out
}

// names says whether a row names a unit in the field.
func (keep unitKeeping) names(cells register.Cells, unit string) bool {
	table, column, inTable := strings.Cut(keep.field, ".")
	switch {
	case keep.list == register.Grants:
		return cells.Text("state") == grantInForce && cells.ID(keep.field) == unit
	case !inTable:
		return slices.Contains(cells.IDs(keep.field), unit)
	case keep.kind == UnitHasCategory:
		return slices.ContainsFunc(cells.Rows(table), func(c register.Cells) bool { return c.Text("what") == "unit" && c.Text("key") == unit })
	}
	return slices.ContainsFunc(cells.Rows(table), func(c register.Cells) bool { return slices.Contains(c.IDs(column), unit) })
}

// unitRows are the rows of living lists that name a unit, now or from a later day, each
// once under a kind. Of those that the reader may not read he is told the number.
func (k *Kit) unitRows(ctx context.Context, actor Actor, unit string, at time.Time) ([]UnitMove, error) {
	var out []UnitMove
	counted := map[string]bool{}
	for _, keep := range k.unitKeepings() {
		l, _ := k.lists.List(keep.list)
		q := register.Query{List: keep.list}
		if slices.Contains(l.KeyFields, keep.field) {
			q.Keys = []string{register.Key(keep.field, unit)}
		}
		rows, err := k.rowsNow(ctx, q)
		if err != nil {
			return nil, err
		}
		read, err := k.unitReader(ctx, actor, keep)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(out, func(m UnitMove) bool { return m.Kind == keep.kind })
		if i < 0 {
			out, i = append(out, UnitMove{Kind: keep.kind, Goes: keep.goes}), len(out)
		}
		for _, row := range rows {
			cells, err := k.lists.Cells(row)
			if err != nil {
				return nil, err
			}
			if row.Over(at) || !keep.names(cells, unit) {
				continue
			}
			h := Holding{Kind: keep.kind, Key: keep.list + "/" + row.ID + "/" + keep.field, List: keep.list, Row: row.ID, Field: keep.field}
			once := string(keep.kind) + "/" + h.Key
			if keep.kind != UnitHasEntry {
				once = string(keep.kind) + "/" + keep.list + "/" + row.ID
			}
			if counted[once] {
				continue
			}
			counted[once] = true
			out[i].Count++
			if ok, err := read(row); err != nil {
				return nil, err
			} else if !ok {
				continue
			}
			if h.Name, err = k.unitRowName(ctx, keep, row, cells); err != nil {
				return nil, err
			}
			out[i].Items = append(out[i].Items, h)
		}
	}
	return out, nil
}

// unitReader says of the rows of a list whether the actor reads there that they name a unit.
func (k *Kit) unitReader(ctx context.Context, actor Actor, keep unitKeeping) (func(register.Row) (bool, error), error) {
	none := func(register.Row) (bool, error) { return false, nil }
	err := k.Registers().mayRead(ctx, actor, keep.list)
	if errors.Is(err, ErrNotFound) {
		return none, nil
	}
	if err != nil {
		return nil, err
	}
	sight, err := k.Registers().sightOf(ctx, actor, keep.list)
	field, _, _ := strings.Cut(keep.field, ".")
	return func(row register.Row) (bool, error) {
		_, whole, ok, err := sight.of(row)
		return ok && (whole || !slices.Contains(keepersOnly[keep.list], field)), err
	}, err
}

// unitRowName is what a row is called where its unit is handed over.
func (k *Kit) unitRowName(ctx context.Context, keep unitKeeping, row register.Row, cells register.Cells) (forms.Text, error) {
	name, err := k.titles([]register.Row{row})
	switch {
	case err != nil:
		return nil, err
	case keep.kind == UnitHasEntry:
		return k.entryName(keeping{list: keep.list, field: keep.field}, name), nil
	case keep.list == register.Grants:
		return k.namedAfter(ctx, register.Systems, cells.ID("system"), name)
	}
	return name, nil
}
