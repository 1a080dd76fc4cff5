package ismskit

import (
	"context"
	"errors"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Registers are the living lists: systems, grants, people, roles and whatever the
// host adds. Every change is a further revision with an entry on its own trail.
type Registers struct{ k *Kit }

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

// Rows returns current rows of a list, as far as the actor reads them: a colleague who
// does not keep the lists of people gets no notes about them, and of somebody else's
// absences those that last or are to come.
func (r Registers) Rows(ctx context.Context, actor Actor, q register.Query) ([]register.Row, error) {
	r.k = r.k.once()
	if err := r.mayRead(ctx, actor, q.List); err != nil {
		return nil, err
	}
	sight, err := r.sightOf(ctx, actor, q.List)
	if err != nil {
		return nil, err
	}
	var out []register.Row
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := sight.rows(ctx, tx, q)
		out = found
		return err
	})
	return out, err
}

// Get returns one row and its history, oldest revision first; ErrNotFound. Of a row of
// which the actor does not read everything (see Rows) there is no history for him.
func (r Registers) Get(ctx context.Context, actor Actor, list, id string) (register.Row, []register.Row, error) {
	r.k = r.k.once()
	if err := r.mayRead(ctx, actor, list); err != nil {
		return register.Row{}, nil, err
	}
	sight, err := r.sightOf(ctx, actor, list)
	if err != nil {
		return register.Row{}, nil, err
	}
	var row register.Row
	var history []register.Row
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, ok, err := tx.Registers().Row(ctx, list, id)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNotFound
		}
		seen, whole, ok, err := sight.of(found)
		switch {
		case err != nil:
			return err
		case !ok:
			return ErrNotFound
		case !whole:
			row, history = seen, nil
			return nil
		}
		all, err := tx.Registers().History(ctx, list, id)
		row, history = seen, all
		return err
	})
	return row, history, err
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
	values, err := eachHad(ctx, r, actor, []register.Row{row}, r.k.lists.Values)
	if err != nil {
		return nil, err
	}
	return values[0], nil
}

// Titles are what rows are called, in their order; ErrNotFound where the actor may
// neither read the list of one nor change it.
func (r Registers) Titles(ctx context.Context, actor Actor, lang string, rows ...register.Row) ([]string, error) {
	r.k = r.k.once()
	return eachHad(ctx, r, actor, rows, func(row register.Row) (string, error) { return r.k.lists.Title(row, lang) })
}

// eachHad reads rows that the actor may have before him, as he may have them. Whether and
// how he reads a list is asked once, not at each row.
func eachHad[T any](ctx context.Context, r Registers, actor Actor, rows []register.Row, read func(register.Row) (T, error)) ([]T, error) {
	out := make([]T, len(rows))
	lists, sights := map[string]error{}, map[string]sight{}
	for i, row := range rows {
		err, asked := lists[row.List]
		if !asked {
			err = r.mayRead(ctx, actor, row.List)
			lists[row.List] = err
			seeing, trouble := r.sightOf(ctx, actor, row.List)
			if trouble != nil {
				return nil, trouble
			}
			sights[row.List] = seeing
		}
		if errors.Is(err, ErrNotFound) {
			err = r.mayChangeIfKnown(ctx, actor, row)
		}
		if err != nil {
			return nil, err
		}
		if row, err = sights[row.List].seen(row); err != nil {
			return nil, err
		}
		if out[i], err = read(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}
