package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/ismskit/register"
)

// forgetUploads removes who uploaded which file where it has waited too long to be named: it serves
// nothing more, and would keep what a file was called beyond its record.
func (k *Kit) forgetUploads(ctx context.Context) error {
	const atOnce = 500
	before := k.moment().Add(-uploadAge)
	for after := ""; ; {
		rows, err := k.rowsNow(ctx, register.Query{List: listUploads, After: after, Limit: atOnce})
		if err != nil || len(rows) == 0 {
			return err
		}
		after = rows[len(rows)-1].ID
		rows = slices.DeleteFunc(rows, func(r register.Row) bool { return r.ChangedAt.After(before) })
		err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			for _, row := range rows {
				now, found, err := tx.Registers().Row(ctx, listUploads, row.ID)
				if err != nil {
					return err
				}
				if !found || now.Revision != row.Revision {
					continue // sent anew
				}
				if err := tx.Registers().Put(ctx, register.Row{List: listUploads, ID: row.ID, Gone: true}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
