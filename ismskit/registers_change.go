package ismskit

import (
	"context"
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// RowChange asks for a change of a row.
type RowChange struct {
	List string
	ID   string
	// Seen is the revision the person had before him, 0 for a new row.
	Seen   int64
	Values forms.Values
	Reason string
	// Unread is what of the fields could not be read: it is refused together with
	// whatever else is wrong.
	Unread forms.Invalid
	// KeepHeld asks for ErrRoleEmptied instead of a change of a role (the list roles) that
	// leaves it to nobody: whoever is to be asked first has not been asked yet.
	KeepHeld bool
	// Long says that an absence (the list deputies) of more than a year is meant.
	Long bool
}

// Put changes a row, or adds one. Who may: the row's owner, those with a role the
// list names, and Rights.ManageLists (for people, posts, units, roles and
// deputies Rights.ManagePeople); whoever has a role that a role's row names changes its members,
// never giving it to himself (register.Owner.Managers). Nobody changes reserved numbers and originals by
// hand, nor the closures of a calendar, which Closures enters. What would leave nobody in
// the house who manages people and roles is refused. A stale Seen is ErrConflict, unless the one change
// since was this one: sent twice, it is done.
func (r Registers) Put(ctx context.Context, actor Actor, c RowChange) (register.Row, error) {
	r.k = r.k.once()
	if _, ok := r.k.lists.List(c.List); !ok {
		return register.Row{}, ErrNotFound
	}
	old, err := r.stored(ctx, c.List, c.ID)
	if err != nil {
		return register.Row{}, err
	}
	if err := r.mayChange(ctx, actor, c.List, old); err != nil {
		return register.Row{}, err
	}
	return r.change(ctx, actor, c)
}

// change makes the change of somebody who may.
func (r Registers) change(ctx context.Context, actor Actor, c RowChange, follows ...func(context.Context, Tx) error) (register.Row, error) {
	k, now := r.k, r.k.moment()
	old, row, by, err := r.next(ctx, actor, c)
	if err != nil || row.Revision == old.Revision {
		return row, err
	}
	if err := k.limitsFit(ctx, old, row); err != nil {
		return row, err
	}
	decides, err := k.decidesManagers(old, row)
	if err != nil {
		return row, err
	}
	var let func(string) bool // who can sign in
	if decides {
		if let, err = k.letIn(ctx, ""); err != nil {
			return row, err
		}
	}
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := k.absenceFits(ctx, tx, old, row, c.Long || actor.system); err != nil {
			return err
		}
		write := func() error {
			if err := k.storeRow(ctx, tx, old, row, rowChange{reason: c.Reason, by: by, via: actor.Channel, at: now}); err != nil {
				return err
			}
			for _, follow := range follows {
				if err := follow(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		}
		asked := c.KeepHeld && c.List == register.Roles
		if !decides && !asked {
			return write()
		}
		before, after, err := k.around(ctx, tx, write)
		if err != nil || after == nil {
			return err
		}
		if decides {
			g, err := k.staysManaged(ctx, house{before, let}, house{after, let}, now)
			if err != nil {
				return err
			}
			if !g.from.IsZero() {
				return k.unmanaged(g, old, row)
			}
		}
		if asked {
			return k.staysHeld(ctx, before, after, row, now)
		}
		return nil
	})
	if err == nil {
		k.forget()
		k.wakeAt(now) // deadlines may move with it
	}
	return row, err
}

// next is what a change makes of a row, and who makes it; nothing is written.
func (r Registers) next(ctx context.Context, actor Actor, c RowChange) (old, row register.Row, by workflow.Signer, err error) {
	k, now := r.k, r.k.moment()
	if old, err = r.stored(ctx, c.List, c.ID); err != nil {
		return old, row, by, err
	}
	by = k.systemSigner()
	if !actor.system {
		if by, err = k.person(ctx, actor.Person, now); err != nil {
			return old, row, by, err
		}
	}
	again := old.Revision == c.Seen+1 && old.ChangedBy == by.Person && old.Reason == c.Reason
	if old.Revision != c.Seen && !again {
		return old, row, by, ErrConflict
	}
	form, _ := k.lists.Form(c.List)
	found, err := k.lookup(ctx, actor, caseInHand{}, form.Needs(c.Values), now)
	if err != nil {
		return old, row, by, err
	}
	var lookup forms.Lookup = unlimited{found}
	if actor.system {
		lookup = nil // a host loading its stock refers to rows that come later
	}
	row, err = k.lists.Apply(old, register.Change{
		List: c.List, ID: c.ID, Seen: old.Revision, Values: c.Values, At: now, By: by.Person, Reason: c.Reason, Stock: actor.system,
		Check: forms.CheckContext{Lookup: lookup, Today: calendar.DateOf(now.In(k.location)), Location: k.location},
	})
	if again && (err != nil || row.Revision != old.Revision) {
		return old, row, by, ErrConflict
	}
	wrong := c.Unread
	if !actor.system && c.List != register.Deputies { // an absence may be ended before it began
		var before forms.Values
		if old.Revision > 0 {
			stored, err := k.lists.Values(old)
			if err != nil {
				return old, row, by, err
			}
			before = stored
		}
		wrong = wrong.With(k.lists.Backwards(c.List, before, c.Values))
	}
	if invalid, refused := errors.AsType[forms.Invalid](err); len(wrong) > 0 && (err == nil || refused) {
		err = form.InOrder(wrong.With(invalid))
	}
	if err == nil && row.Revision != old.Revision {
		err = r.managedFits(ctx, actor, old, row)
	}
	if err == nil && row.Revision != old.Revision && c.List == register.Calendars {
		err = k.Closures().byHand(old, row)
	}
	return old, row, by, err
}

// Import enters many rows in one transaction, all or none: a host's stock. Rows
// that say the same as those stored stay as they are, so that it may be repeated;
// Seen is not looked at. References are taken as they are, for rows refer to each
// other in any order. What would leave nobody in the house who manages people and roles
// is refused. System actor only (ErrForbidden).
func (r Registers) Import(ctx context.Context, actor Actor, changes []RowChange) error {
	r.k = r.k.once()
	if !actor.system {
		return ErrForbidden
	}
	k, now := r.k, r.k.moment()
	let, err := k.letIn(ctx, "")
	if err != nil {
		return err
	}
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		before, after, err := k.around(ctx, tx, func() error { return r.importRows(ctx, tx, actor, changes) })
		if err != nil || after == nil {
			return err
		}
		g, err := k.staysManaged(ctx, house{before, let}, house{after, let}, now)
		if err != nil || g.from.IsZero() {
			return err
		}
		return fmt.Errorf("ismskit: import: %w", forms.Invalid{g.fault(k)})
	})
	if err == nil {
		k.forget()
		k.wakeAt(now)
	}
	return err
}

func (r Registers) importRows(ctx context.Context, tx Tx, actor Actor, changes []RowChange) error {
	k, now := r.k, r.k.moment()
	for _, c := range changes {
		old, _, err := tx.Registers().Row(ctx, c.List, c.ID)
		if err != nil {
			return err
		}
		row, err := k.lists.Apply(old, register.Change{
			List: c.List, ID: c.ID, Seen: old.Revision, Values: c.Values, At: now, By: SystemPerson, Reason: c.Reason, Stock: true,
		})
		if err != nil {
			return fmt.Errorf("ismskit: list %s, row %s: %w", c.List, c.ID, err)
		}
		if row.Revision == old.Revision {
			continue
		}
		if err := k.storeRow(ctx, tx, old, row, rowChange{reason: c.Reason, by: k.systemSigner(), via: actor.Channel, at: now}); err != nil {
			return fmt.Errorf("ismskit: list %s, row %s: %w", c.List, c.ID, err)
		}
	}
	return nil
}

func (r Registers) stored(ctx context.Context, list, id string) (register.Row, error) {
	var row register.Row
	err := r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, _, err := tx.Registers().Row(ctx, list, id)
		row = found
		return err
	})
	return row, err
}
