package ismskit

import (
	"context"
	"errors"
	"slices"

	"github.com/ismskit/ismskit/forms"
)

// errTried ends a transaction in which something was tried.
var errTried = errors.New("ismskit: tried")

// fit asks of each row that a sheet would write what is asked of it when it is written, beside the rows
// of the lines before it, and whether anybody would be left who manages people. What is refused is its
// line's fault. Nothing stays written.
func (s Sheets) fit(ctx context.Context, lines []forms.SheetLine, p *sheetPlan) error {
	k, now := s.k, s.k.moment()
	decide := map[int]bool{} // lines
	for _, r := range p.rows {
		does, err := k.decidesManagers(r.old, r.now)
		if err != nil {
			return err
		}
		if does {
			decide[r.line] = true
		}
	}
	let, err := s.letIn(ctx, len(decide) > 0)
	asked := len(decide) > 0 || slices.ContainsFunc(p.rows, func(r plannedRow) bool { return fits[r.now.List] != nil })
	if err != nil || !asked { // nobody waits for a transaction in which nothing would be found
		return err
	}
	var wrong map[int]forms.Invalid
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		found := map[int]forms.Invalid{}
		try := func() error {
			for _, r := range p.rows {
				err := k.rowFits(ctx, tx, r.old, r.now, now)
				if invalid, refused := errors.AsType[forms.Invalid](err); refused {
					found[r.line] = invalid
					continue
				}
				if err == nil {
					err = tx.Registers().Put(ctx, r.now)
				}
				if err != nil {
					return err
				}
			}
			return nil
		}
		if len(decide) == 0 {
			if err := try(); err != nil {
				return err
			}
		} else if g, err := s.around(ctx, tx, let, try); err != nil {
			return err
		} else if !g.from.IsZero() {
			for line := range decide {
				found[line] = append(found[line], g.fault(k))
			}
		}
		wrong = found
		return errTried
	})
	if !errors.Is(err, errTried) {
		return err
	}
	for line, invalid := range wrong {
		out := &p.out.Lines[line]
		out.State, out.Faults, out.Changes = LineWrong, lines[line].Faults(invalid), nil
	}
	p.rows = slices.DeleteFunc(p.rows, func(r plannedRow) bool { return len(wrong[r.line]) > 0 })
	return nil
}

// letIn says who can sign in, where what a sheet writes decides who manages people.
func (s Sheets) letIn(ctx context.Context, decides bool) (func(string) bool, error) {
	if !decides {
		return nil, nil
	}
	return s.k.letIn(ctx, "")
}

// around writes what decides who manages people, and says from when nobody would.
func (s Sheets) around(ctx context.Context, tx Tx, let func(string) bool, write func() error) (gap, error) {
	before, after, err := s.k.around(ctx, tx, write)
	if err != nil || after == nil {
		return gap{}, err
	}
	return s.k.staysManaged(ctx, house{before, let}, house{after, let}, s.k.moment())
}
