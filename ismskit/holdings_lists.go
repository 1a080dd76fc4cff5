package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// heldRows are what the living lists say of somebody, now or from a later day, as far as the actor may know
// what it is; see heldShown.
func (k *Kit) heldRows(ctx context.Context, actor Actor, person string, at time.Time) ([]Holding, error) {
	var out []Holding
	shown, err := k.heldShown(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, keep := range k.keepings {
		l, _ := k.lists.List(keep.list)
		q := register.Query{List: keep.list}
		if slices.Contains(l.KeyFields, keep.field) {
			q.Keys = []string{register.Key(keep.field, person)}
		}
		rows, err := k.rowsNow(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			cells, err := k.lists.Cells(row)
			if err != nil {
				return nil, err
			}
			if row.Over(at) || !k.keeps(keep, cells, person, at) {
				continue
			}
			h := Holding{Kind: keep.kind, Key: keep.list + "/" + row.ID + "/" + keep.field, List: keep.list, Row: row.ID, Field: keep.field, Ends: keep.ends}
			if keep.kind == HoldsAccount {
				values, err := k.storedValues(ctx, keep.list, row.ID)
				if err != nil {
					return nil, err
				}
				period, _ := values["period"].(forms.Period)
				h.Until = period.To
			}
			if keep.kind == HoldsDeputyship {
				h.principal, h.usual = cells.ID("principal"), row.From.IsZero()
			}
			if h.Name, err = k.heldName(ctx, keep, row, cells); err != nil {
				return nil, err
			}
			if err := shown(ctx, row, cells, &h); err != nil {
				return nil, err
			}
			if h.Needed, err = k.mustFollow(ctx, keep, row.ID, cells, person, at); err != nil {
				return nil, err
			}
			out = append(out, h)
		}
	}
	return out, nil
}

// keeps says whether a row names somebody in a field now or later.
func (k *Kit) keeps(keep keeping, cells register.Cells, person string, at time.Time) bool {
	switch keep.list {
	case register.Grants:
		own := cells.ID("user") == person
		return cells.Text("state") == grantInForce && cells.ID(keep.field) == person && own == (keep.kind == HoldsAccount)
	case register.Categories:
		table, _, inTable := strings.Cut(keep.field, ".")
		if !inTable {
			return slices.Contains(cells.IDs(keep.field), person)
		}
		return slices.ContainsFunc(cells.Rows(table), func(c register.Cells) bool { return isPersonIn(c, person) })
	}
	table, column, inTable := strings.Cut(keep.field, ".")
	if !inTable {
		return slices.Contains(cells.IDs(keep.field), person)
	}
	return slices.ContainsFunc(cells.Rows(table), func(c register.Cells) bool {
		_, to := c.Span("from", "to", k.location)
		return slices.Contains(c.IDs(column), person) && (to.IsZero() || at.Before(to))
	})
}

// isPersonIn says whether a row of a category's rights names a person.
func isPersonIn(c register.Cells, person string) bool {
	return c.Text("what") == "person" && c.Text("key") == person
}

// grantInForce is what the list of permissions says of one that is in force.
const grantInForce = "active"

// mustFollow says whether somebody is to be named who follows.
func (k *Kit) mustFollow(ctx context.Context, keep keeping, row string, cells register.Cells, person string, at time.Time) (bool, error) {
	inTable := strings.Contains(keep.field, ".")
	switch keep.need {
	case needsAlways:
		return true, nil
	case needsIfAlone:
		if inTable {
			others, err := k.othersInRows(ctx, keep, cells, person, at)
			return !others, err
		}
		others, err := k.othersThere(ctx, cells.IDs(keep.field), person, at)
		return !others, err
	case needsIfLast:
		others, err := k.othersThere(ctx, slices.Concat(cells.IDs(keep.field), cells.IDs(keep.besides)), person, at)
		return !others, err
	case needsIfHead:
		others, err := k.othersInRows(ctx, keep, cells, person, at)
		if err != nil || others || cells.Flag("head") {
			return !others, err
		}
		return k.poolWaits(ctx, directory.PoolOfPost(row))
	case needsIfVacant:
		answers, err := k.directory.Resolve(ctx, []directory.Question{{
			ID: "held", Kind: directory.KindRole, Module: cells.Text("module"), Role: cells.Text("key"), Agency: cells.ID("agency"), At: at,
		}})
		if err != nil {
			return false, err
		}
		others := slices.ContainsFunc(answers, func(a directory.Answer) bool {
			return slices.ContainsFunc(a.Holders, func(h directory.Holder) bool { return h.Person != person && !h.External })
		})
		return !others, nil
	}
	return false, nil
}

// othersThere says whether any of some people but one is in the house: who has left stays
// named in a list until somebody takes him out.
func (k *Kit) othersThere(ctx context.Context, people []string, but string, at time.Time) (bool, error) {
	var ask []directory.Question
	for _, p := range people {
		if p != but && p != "" {
			ask = append(ask, directory.Question{ID: p, Kind: directory.KindPersonActive, Person: p, At: at})
		}
	}
	if len(ask) == 0 {
		return false, nil
	}
	answers, err := k.directory.Resolve(ctx, ask)
	if err != nil {
		return false, fmt.Errorf("ismskit: directory: %w", err)
	}
	return slices.ContainsFunc(answers, func(a directory.Answer) bool { return len(a.Holders) > 0 }), nil
}

// othersInRows says whether the rows of a table that count once somebody is gone name
// anybody else who is in the house. A right that a post, a role or a unit has is somebody's.
func (k *Kit) othersInRows(ctx context.Context, keep keeping, cells register.Cells, person string, at time.Time) (bool, error) {
	table, column, _ := strings.Cut(keep.field, ".")
	next := at.Add(time.Nanosecond) // at the end of a last day that is the day after
	var people []string
	for _, c := range cells.Rows(table) {
		from, to := c.Span("from", "to", k.location)
		switch {
		case next.Before(from) || !to.IsZero() && !next.Before(to):
		case keep.list != register.Categories:
			people = append(people, c.IDs(column)...)
		case c.Text("what") != "person":
			return true, nil
		default:
			people = append(people, c.Text("key"))
		}
	}
	return k.othersThere(ctx, people, person, at)
}

// poolWaits says whether an open task lies with a pool alone: one that names people as well
// goes with them.
func (k *Kit) poolWaits(ctx context.Context, pool string) (bool, error) {
	q := TaskQuery{Holders: []string{pool}, Limit: heldAtOnce}
	for {
		var page []TaskRow
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Cases().Tasks(ctx, q)
			page = found
			return err
		})
		if err != nil {
			return false, err
		}
		for _, t := range page {
			if !slices.ContainsFunc(t.Holders, func(h string) bool { return strings.HasPrefix(h, personKey("")) }) {
				return true, nil
			}
		}
		if len(page) < heldAtOnce {
			return false, nil
		}
		last := page[len(page)-1]
		q.AfterDue, q.AfterCase, q.AfterTask = last.Due, last.Case, last.Task
	}
}

// heldName is what a row is called where somebody hands it over.
func (k *Kit) heldName(ctx context.Context, keep keeping, row register.Row, cells register.Cells) (forms.Text, error) {
	name, err := k.titles([]register.Row{row})
	if err != nil {
		return nil, err
	}
	if keep.kind == HoldsEntry { // several lists and fields are of this kind
		return k.entryName(keep, name), nil
	}
	switch keep.list {
	case register.Posts:
		return k.namedAfter(ctx, register.Units, cells.ID("unit"), name)
	case register.Grants:
		return k.namedAfter(ctx, register.Systems, cells.ID("system"), name)
	case register.Deputies: // whose entry it is, or who stands in
		who := []string{cells.ID("principal")}
		if keep.kind == HoldsDeputies {
			who = cells.IDs("ordered")
		}
		rows, err := k.rowsNow(ctx, register.Query{List: register.People, IDs: who})
		if err != nil || len(who) == 0 {
			return forms.Text{}, err
		}
		return k.titles(rows)
	}
	return name, nil
}

// entryName calls a row with its list, and says as what it names somebody.
func (k *Kit) entryName(keep keeping, name forms.Text) forms.Text {
	l, _ := k.lists.List(keep.list)
	form, _ := k.lists.Form(keep.list)
	field, _ := form.Field(keep.field)
	return sayAll("holding.entry_name", func(lang string) map[string]string {
		return map[string]string{"list": l.Title.In(lang), "row": name.In(lang), "field": field.Label.In(lang)}
	})
}

// namedAfter puts the name of the row it belongs to before a name.
func (k *Kit) namedAfter(ctx context.Context, list, id string, name forms.Text) (forms.Text, error) {
	rows, err := k.rowsNow(ctx, register.Query{List: list, IDs: []string{id}})
	if err != nil || len(rows) == 0 {
		return name, err
	}
	before, err := k.titles(rows)
	if err != nil {
		return nil, err
	}
	out := forms.Text{}
	for lang, s := range name {
		out[lang] = before.In(lang) + say(lang, "holding.parts", nil) + s
	}
	return out, nil
}
