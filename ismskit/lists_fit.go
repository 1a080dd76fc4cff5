package ismskit

import (
	"context"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
)

// rowFits refuses a row, which its list's form has accepted, that does not go with the others: forms.Invalid
// at its fields. It is asked before a row is written, whoever writes it, and of each line of a sheet
// before anybody decides to import it.
func (k *Kit) rowFits(ctx context.Context, tx Tx, old, row register.Row, at time.Time) error {
	switch row.List {
	case register.Categories:
		return k.categoryFits(ctx, tx, old, row, at)
	case register.Classes:
		return k.classFits(ctx, tx, old, row)
	case register.Distributions:
		return k.distributionFits(old, row)
	case register.DocumentNumbers:
		return k.numberRuleFits(ctx, tx, old, row)
	}
	return nil
}
