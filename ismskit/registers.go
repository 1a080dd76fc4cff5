package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Registers are the living lists: systems, grants, people, roles and whatever the
// host adds. Every change is a further revision with an entry on its own trail.
type Registers struct{ k *Kit }

// keptLists are written by the Kit alone: what is in them is told by what was done with
// a number or a paper, and whoever could change it by hand could use a void number again.
var keptLists = []string{register.ReservedNumbers, register.Originals}

// open lists are read by everybody in the house; what is in the others is for
// those who keep them.
var openLists = []string{
	register.Units, register.Posts, register.People, register.Systems, register.Services, register.Templates,
	register.Offices, register.Externals, register.Roles, register.Groups, register.Deputies, register.Categories, register.Calendars,
}

// Form returns a list's description and compiled form, for those who may read it or
// add to it; ErrNotFound.
func (r Registers) Form(ctx context.Context, actor Actor, list string) (register.List, *forms.Form, error) {
	r.k = r.k.once()
	if err := r.mayHave(ctx, actor, register.Row{List: list}); err != nil {
		return register.List{}, nil, err
	}
	l, _ := r.k.lists.List(list)
	form, _ := r.k.lists.Form(list)
	return l, form, nil
}

// Rows returns current rows of a list.
func (r Registers) Rows(ctx context.Context, actor Actor, q register.Query) ([]register.Row, error) {
	r.k = r.k.once()
	if err := r.mayRead(ctx, actor, q.List); err != nil {
		return nil, err
	}
	var out []register.Row
	err := r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, q)
		out = found
		return err
	})
	return out, err
}

// Get returns one row and its history, oldest revision first; ErrNotFound.
func (r Registers) Get(ctx context.Context, actor Actor, list, id string) (register.Row, []register.Row, error) {
	r.k = r.k.once()
	if err := r.mayRead(ctx, actor, list); err != nil {
		return register.Row{}, nil, err
	}
	var row register.Row
	var history []register.Row
	err := r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, ok, err := tx.Registers().Row(ctx, list, id)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNotFound
		}
		all, err := tx.Registers().History(ctx, list, id)
		row, history = found, all
		return err
	})
	return row, history, err
}

func (r Registers) mayRead(ctx context.Context, actor Actor, list string) error {
	if _, ok := r.k.lists.List(list); !ok {
		return ErrNotFound
	}
	if actor.system {
		return nil
	}
	if _, err := r.k.person(ctx, actor.Person, r.k.moment()); err != nil {
		return err
	}
	if slices.Contains(openLists, list) {
		return nil
	}
	readers := slices.Concat(r.k.cfg.Rights.ManageLists, r.k.cfg.Rights.ReadAll)
	if slices.Contains(keptLists, list) {
		readers = append(readers, r.k.cfg.Rights.ManageRecords...)
	}
	err := r.k.allow(ctx, actor, readers)
	if errors.Is(err, ErrForbidden) {
		return ErrNotFound
	}
	return err
}

// mayHave says whether the actor may have a row before him: he reads its list, or the
// row is his to change (a new one where it has no id). ErrNotFound where neither.
func (r Registers) mayHave(ctx context.Context, actor Actor, row register.Row) error {
	err := r.mayRead(ctx, actor, row.List)
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	return r.mayChangeIfKnown(ctx, actor, row)
}

// mayChangeIfKnown: ErrNotFound where the row is not the actor's to change, and for a
// list that is none.
func (r Registers) mayChangeIfKnown(ctx context.Context, actor Actor, row register.Row) error {
	if _, ok := r.k.lists.List(row.List); !ok {
		return ErrNotFound
	}
	err := r.mayChange(ctx, actor, row.List, row)
	if errors.Is(err, ErrForbidden) {
		err = ErrNotFound
	}
	return err
}

// Cells read rows for Go code that knows their fields, in their order; ErrNotFound
// where the actor may neither read the list of one nor change it.
func (r Registers) Cells(ctx context.Context, actor Actor, rows ...register.Row) ([]register.Cells, error) {
	r.k = r.k.once()
	return eachHad(ctx, r, actor, rows, r.k.lists.Cells)
}

// Fields decodes a row's fields, as RowChange takes them; ErrNotFound where the actor
// may neither read its list nor change it.
func (r Registers) Fields(ctx context.Context, actor Actor, row register.Row) (forms.Values, error) {
	r.k = r.k.once()
	if err := r.mayHave(ctx, actor, row); err != nil {
		return nil, err
	}
	return r.k.lists.Values(row)
}

// Titles are what rows are called, in their order; ErrNotFound where the actor may
// neither read the list of one nor change it.
func (r Registers) Titles(ctx context.Context, actor Actor, lang string, rows ...register.Row) ([]string, error) {
	r.k = r.k.once()
	return eachHad(ctx, r, actor, rows, func(row register.Row) (string, error) { return r.k.lists.Title(row, lang) })
}

// eachHad reads rows that the actor may have before him. Whether he reads a list is
// asked once, not at each row.
func eachHad[T any](ctx context.Context, r Registers, actor Actor, rows []register.Row, read func(register.Row) (T, error)) ([]T, error) {
	out := make([]T, len(rows))
	lists := map[string]error{}
	for i, row := range rows {
		err, asked := lists[row.List]
		if !asked {
			err = r.mayRead(ctx, actor, row.List)
			lists[row.List] = err
		}
		if errors.Is(err, ErrNotFound) {
			err = r.mayChangeIfKnown(ctx, actor, row)
		}
		if err != nil {
			return nil, err
		}
		if out[i], err = read(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

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
}

// Put changes a row, or adds one. Who may: the row's owner, those with a role the
// list names, and Rights.ManageLists (for people, posts, units, roles and
// deputies Rights.ManagePeople); nobody changes reserved numbers and originals by
// hand, nor the closures of a calendar, which Closures enters. A stale Seen is ErrConflict.
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
func (r Registers) change(ctx context.Context, actor Actor, c RowChange) (register.Row, error) {
	k, now := r.k, r.k.moment()
	old, row, by, err := r.next(ctx, actor, c)
	if err != nil || row.Revision == old.Revision {
		return row, err
	}
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := k.absenceFits(ctx, tx, old, row); err != nil {
			return err
		}
		return k.storeRow(ctx, tx, old, row, rowChange{reason: c.Reason, by: by, via: actor.Channel, at: now})
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
	if old.Revision != c.Seen {
		return old, row, by, ErrConflict
	}
	by = k.systemSigner()
	if !actor.system {
		if by, err = k.person(ctx, actor.Person, now); err != nil {
			return old, row, by, err
		}
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
		List: c.List, ID: c.ID, Seen: c.Seen, Values: c.Values, At: now, By: by.Person, Reason: c.Reason,
		Check: forms.CheckContext{Lookup: lookup, Today: calendar.DateOf(now.In(k.location)), Location: k.location},
	})
	if invalid, refused := errors.AsType[forms.Invalid](err); len(c.Unread) > 0 && (err == nil || refused) {
		err = form.InOrder(c.Unread.With(invalid))
	}
	if err == nil && row.Revision != old.Revision && c.List == register.Calendars {
		err = k.Closures().byHand(old, row)
	}
	return old, row, by, err
}

// Import enters many rows in one transaction, all or none: a host's stock. Rows
// that say the same as those stored stay as they are, so that it may be repeated;
// Seen is not looked at. References are taken as they are, for rows refer to each
// other in any order. System actor only (ErrForbidden).
func (r Registers) Import(ctx context.Context, actor Actor, changes []RowChange) error {
	r.k = r.k.once()
	if !actor.system {
		return ErrForbidden
	}
	k, now := r.k, r.k.moment()
	err := k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		for _, c := range changes {
			old, _, err := tx.Registers().Row(ctx, c.List, c.ID)
			if err != nil {
				return err
			}
			row, err := k.lists.Apply(old, register.Change{
				List: c.List, ID: c.ID, Seen: old.Revision, Values: c.Values, At: now, By: SystemPerson, Reason: c.Reason,
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
	})
	if err == nil {
		k.forget()
		k.wakeAt(now)
	}
	return err
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

func (r Registers) mayChange(ctx context.Context, actor Actor, list string, old register.Row) error {
	if actor.system {
		return nil
	}
	k := r.k
	if _, err := k.person(ctx, actor.Person, k.moment()); err != nil {
		return err
	}
	if slices.Contains(keptLists, list) {
		return fmt.Errorf("%w: list %s", ErrForbidden, list)
	}
	rights := k.cfg.Rights.ManageLists
	if slices.Contains([]string{register.People, register.Posts, register.Units, register.Roles, register.Deputies, register.Groups}, list) {
		rights = k.cfg.Rights.ManagePeople
	}
	ok, err := k.hasRole(ctx, actor.Person, rights)
	if err != nil || ok {
		return err
	}
	var roleErr error
	may, err := k.lists.MayMaintain(old, list, actor.Person, func(role register.RoleKey) bool {
		has, err := k.hasRole(ctx, actor.Person, []string{role.Module + "/" + role.Role})
		if err != nil {
			roleErr = err
		}
		return has
	})
	switch {
	case err != nil:
		return err
	case roleErr != nil:
		return roleErr
	case !may:
		return fmt.Errorf("%w: list %s", ErrForbidden, list)
	}
	return nil
}
