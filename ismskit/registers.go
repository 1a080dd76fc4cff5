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
