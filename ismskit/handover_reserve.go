package ismskit

import (
	"context"
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
	all, err := k.heldRows(ctx, person, now)
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
