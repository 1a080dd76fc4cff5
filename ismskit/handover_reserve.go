package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// unreserved are the systems that a sheet on its way would leave with one person both to
// administer their permissions and to stand in for it, as somebody who already does one of
// the two is named to follow. That is allowed, for a small office has nobody else, and told
// to those who name and sign, so that another one is put in reserve.
func (k *Kit) unreserved(ctx context.Context, c caseInHand, now time.Time) ([]Holding, error) {
	h, person := c.kind.Handover, c.kind.leaver(c.values)
	to := map[string]string{}
	rows, _ := c.values[h.Items].([]forms.Row)
	for _, row := range rows {
		id, _ := row[forms.RowID].(string)
		if next, _ := row[h.Successor].(forms.Person); next.ID != "" {
			to[id] = next.ID
		}
	}
	if person == "" || len(to) == 0 || c.state.Phase == workflow.PhaseClosed {
		return nil, nil
	}
	all, err := k.heldRows(ctx, System("handover"), person, now)
	if err != nil {
		return nil, err
	}
	var out []Holding
	seen := map[string]bool{}
	for _, held := range all {
		if held.Kind != HoldsAdmin && held.Kind != HoldsBackup || to[held.RowID()] == "" || seen[held.Row] {
			continue
		}
		seen[held.Row] = true
		row, err := k.Registers().stored(ctx, register.Systems, held.Row)
		if err != nil {
			return nil, err
		}
		cells, err := k.lists.Cells(row)
		if err != nil {
			return nil, err
		}
		follow := func(kind HoldingKind, field string) []string {
			next := to[Holding{Key: register.Systems + "/" + held.Row + "/" + field}.RowID()]
			return swap(cells.IDs(field), func(id string) string { return id }, person, next, next)
		}
		if register.Reserved(cells.IDs("admins"), cells.IDs("backup_admins")) && !register.Reserved(follow(HoldsAdmin, "admins"), follow(HoldsBackup, "backup_admins")) {
			out = append(out, held)
		}
	}
	return out, nil
}

// Doubled is a system of which somebody is to follow, and who of those who look after it
// already would leave it with nobody in reserve if he were named.
type Doubled struct {
	Holding
	// As is what they are for it: HoldsAdmin or HoldsBackup.
	As     HoldingKind
	People []workflow.Signer
}

// doubling tells whoever is to name who follows, before he names anybody, whom he had better
// not name for a system: see unreserved, which says it of those who are named.
func (k *Kit) doubling(ctx context.Context, c caseInHand, now time.Time) ([]Doubled, error) {
	person := c.kind.leaver(c.values)
	if person == "" {
		return nil, nil
	}
	all, err := k.heldRows(ctx, System("handover"), person, now)
	if err != nil {
		return nil, err
	}
	var out []Doubled
	for _, held := range all {
		if held.Kind != HoldsAdmin && held.Kind != HoldsBackup {
			continue
		}
		admins, reserve, _, err := k.lookAfter(ctx, held.Row)
		if err != nil {
			return nil, err
		}
		own, other, as := admins, reserve, HoldsBackup
		if held.Kind == HoldsBackup {
			own, other, as = reserve, admins, HoldsAdmin
		}
		d := Doubled{Holding: held, As: as}
		for _, id := range other {
			follow := swap(own, func(id string) string { return id }, person, id, id)
			left := register.Reserved(follow, other)
			if held.Kind == HoldsBackup {
				left = register.Reserved(other, follow)
			}
			if id == person || left || !register.Reserved(admins, reserve) {
				continue
			}
			who, err := k.anybody(ctx, id)
			if err != nil {
				return nil, err
			}
			d.People = append(d.People, who)
		}
		if len(d.People) > 0 {
			out = append(out, d)
		}
	}
	return out, nil
}

// lookAfter are those who administer a system's permissions, who stand in for them, and who
// owns it, as its row says now.
func (k *Kit) lookAfter(ctx context.Context, system string) (admins, reserve []string, cells register.Cells, err error) {
	row, err := k.Registers().stored(ctx, register.Systems, system)
	if err != nil {
		return nil, nil, register.Cells{}, err
	}
	cells, err = k.lists.Cells(row)
	return cells.IDs("admins"), cells.IDs("backup_admins"), cells, err
}

// reservedNow are those of the systems of which the leaver is, or was in a try before this
// one, that have somebody in reserve until the sheet passes them on.
func (h *handingOver) reservedNow(ctx context.Context, all []Holding) error {
	for _, held := range all {
		if held.Kind != HoldsAdmin && held.Kind != HoldsBackup {
			continue
		}
		admins, reserve, _, err := h.k.lookAfter(ctx, held.Row)
		if err != nil {
			return err
		}
		if register.Reserved(admins, reserve) && !slices.Contains(h.reserved, held.Row) {
			h.reserved = append(h.reserved, held.Row)
		}
	}
	return nil
}

// forOwners tell the owners of systems that have nobody in reserve any more to name somebody.
func (h *handingOver) forOwners(ctx context.Context) ([]Message, error) {
	names := map[string][]string{}
	var owners []string
	for _, id := range h.reserved {
		admins, reserve, cells, err := h.k.lookAfter(ctx, id)
		if err != nil {
			return nil, err
		}
		if register.Reserved(admins, reserve) {
			continue
		}
		owner := cells.ID("owner")
		if owner == "" || owner == h.Person {
			owner = h.head // nobody owns it who is there
		}
		if owner == "" {
			continue
		}
		if names[owner] == nil {
			owners = append(owners, owner)
		}
		names[owner] = append(names[owner], cells.Text("name"))
	}
	var all []Message
	for _, owner := range owners {
		m := h.message(ruleUnreserved, "|"+strings.Join(names[owner], "|"), owner, map[string]string{"systems": strings.Join(names[owner], h.k.text("word.list", nil))})
		m.Case, m.Link = "", "" // he may not read the sheet
		all = append(all, m)
	}
	return all, nil
}
