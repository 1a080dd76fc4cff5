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

// What living lists say of somebody.
const (
	HoldsPost       HoldingKind = "post"
	HoldsRole       HoldingKind = "role"
	HoldsOwner      HoldingKind = "system_owner"
	HoldsAdmin      HoldingKind = "system_admin"
	HoldsBackup     HoldingKind = "system_backup"
	HoldsService    HoldingKind = "service"
	HoldsServiceToo HoldingKind = "service_backup"
	HoldsLead       HoldingKind = "group_lead"
	HoldsSecretary  HoldingKind = "group_secretary"
	HoldsGroup      HoldingKind = "group"
	HoldsExternal   HoldingKind = "external"    // in charge of somebody from outside
	HoldsOffice     HoldingKind = "office"      // enters what an office outside answers
	HoldsPermission HoldingKind = "responsible" // in charge of a permission of somebody else's
	HoldsAccount    HoldingKind = "account"     // a permission of his own, which is closed
	HoldsCategory   HoldingKind = "category"    // a right of a category, in his own name
	HoldsDeputies   HoldingKind = "deputies"    // who stands in for him
	HoldsDeputyship HoldingKind = "deputyship"  // for whom he stands in
)

// keeping is a field of a living list that names people, and what follows when one of
// them leaves.
type keeping struct {
	kind  HoldingKind
	list  string
	field string // a column as "members.person"
	need  keepingNeed
	// besides is, with needsIfLast, the field of those whom these stand in for.
	besides string
	ends    bool
}

// keepingNeed says when somebody must follow.
type keepingNeed int

const (
	needsNobody keepingNeed = iota
	needsAlways
	needsIfAlone // where nobody else who is there is named beside him
	needsIfLast  // where besides nobody is named whom this one would stand in for
	needsIfHead  // a post that heads a unit or for which something waits, where nobody else holds it
	needsIfVacant
)

// keepings are the fields in which the built-in lists name people, in the order of the
// sheet on which they are handed over.
var keepings = []keeping{
	{kind: HoldsPost, list: register.Posts, field: "holders.person", need: needsIfHead},
	{kind: HoldsRole, list: register.Roles, field: "members.person", need: needsIfVacant},
	{kind: HoldsOwner, list: register.Systems, field: "owner", need: needsAlways},
	{kind: HoldsAdmin, list: register.Systems, field: "admins", need: needsIfAlone},
	{kind: HoldsBackup, list: register.Systems, field: "backup_admins", need: needsIfLast, besides: "admins"},
	{kind: HoldsService, list: register.Services, field: "handlers", need: needsIfAlone},
	{kind: HoldsServiceToo, list: register.Services, field: "backup_handlers", need: needsIfLast, besides: "handlers"},
	{kind: HoldsLead, list: register.Groups, field: "lead", need: needsAlways},
	{kind: HoldsSecretary, list: register.Groups, field: "secretary"},
	{kind: HoldsGroup, list: register.Groups, field: "members"},
	{kind: HoldsExternal, list: register.Externals, field: "responsible", need: needsAlways},
	{kind: HoldsOffice, list: register.Offices, field: "entered_by", need: needsAlways},
	{kind: HoldsPermission, list: register.Grants, field: "responsible", need: needsAlways},
	{kind: HoldsAccount, list: register.Grants, field: "user", ends: true},
	{kind: HoldsCategory, list: register.Categories, field: "maintain.key", need: needsIfAlone},
	{kind: HoldsCategory, list: register.Categories, field: "read.key"},
	{kind: HoldsDeputies, list: register.Deputies, field: "principal", ends: true},
	{kind: HoldsDeputyship, list: register.Deputies, field: "ordered", ends: true},
}

// heldRows are what the living lists say of somebody, now or from a later day.
func (k *Kit) heldRows(ctx context.Context, person string, at time.Time) ([]Holding, error) {
	var out []Holding
	for _, keep := range keepings {
		l, ok := k.lists.List(keep.list)
		if !ok {
			continue
		}
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
			if !row.To.IsZero() && !at.Before(row.To) || !k.keeps(keep, cells, person, at) {
				continue
			}
			h := Holding{Kind: keep.kind, Key: keep.list + "/" + row.ID + "/" + keep.field, List: keep.list, Row: row.ID, Field: keep.field, Ends: keep.ends}
			if h.Name, err = k.heldName(ctx, keep, row, cells); err != nil {
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
		table, _, _ := strings.Cut(keep.field, ".")
		return slices.ContainsFunc(cells.Rows(table), func(c register.Cells) bool { return isPersonIn(c, person) })
	}
	table, column, inTable := strings.Cut(keep.field, ".")
	if !inTable {
		return slices.Contains(cells.IDs(keep.field), person)
	}
	return slices.ContainsFunc(cells.Rows(table), func(c register.Cells) bool {
		_, to := c.Span("from", "to", k.location)
		return c.ID(column) == person && (to.IsZero() || at.Before(to))
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
	table, column, inTable := strings.Cut(keep.field, ".")
	switch keep.need {
	case needsAlways:
		return true, nil
	case needsIfAlone:
		if inTable {
			return len(cells.Rows(table)) == 1, nil
		}
		others, err := k.othersThere(ctx, cells.IDs(keep.field), person, at)
		return !others, err
	case needsIfLast:
		others, err := k.othersThere(ctx, slices.Concat(cells.IDs(keep.field), cells.IDs(keep.besides)), person, at)
		return !others, err
	case needsIfHead:
		others := slices.ContainsFunc(cells.Rows(table), func(c register.Cells) bool {
			_, to := c.Span("from", "to", k.location)
			return c.ID(column) != person && (to.IsZero() || at.Before(to))
		})
		if others || cells.Flag("head") {
			return !others, nil
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
		if p != but {
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
