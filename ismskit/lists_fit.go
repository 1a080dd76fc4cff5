package ismskit

import (
	"context"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
)

// fits are what is asked of the rows of a list beside what its form says.
var fits = map[string]func(k *Kit, ctx context.Context, tx Tx, old, row register.Row, at time.Time) error{
	register.Categories: (*Kit).categoryFits,
	register.Classes: func(k *Kit, ctx context.Context, tx Tx, old, row register.Row, _ time.Time) error {
		return k.classFits(ctx, tx, old, row)
	},
	register.Distributions: func(k *Kit, _ context.Context, _ Tx, old, row register.Row, _ time.Time) error {
		return k.distributionFits(old, row)
	},
	register.DocumentNumbers: func(k *Kit, ctx context.Context, tx Tx, old, row register.Row, _ time.Time) error {
		return k.numberRuleFits(ctx, tx, old, row)
	},
}

// rowFits refuses a row, which its list's form has accepted, that does not go with the others: forms.Invalid
// at its fields. It is asked before a row is written, whoever writes it, and of each line of a sheet
// before anybody decides to import it.
func (k *Kit) rowFits(ctx context.Context, tx Tx, old, row register.Row, at time.Time) error {
	if fit, asked := fits[row.List]; asked {
		return fit(k, ctx, tx, old, row, at)
	}
	return nil
}
