package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
)

// touchesMoved says whether what a request touches is no more what was sent: forms, documents and what
// lists keep. Cases come and end every day; those that began meanwhile go on with the old version as
// well, and are found by it.
func (k *Kit) touchesMoved(ctx context.Context, c caseInHand, ch docChange) (bool, error) {
	if _, ok := fieldNamed(c.kind.Form.Fields, ChangeTouches); !ok || c.unsentYet() {
		return false, nil
	}
	now, err := k.touched(ctx, c.kind, ch, c.values)
	if err != nil {
		return false, err
	}
	was, _ := c.values[ChangeTouches].([]forms.Row)
	return !slices.Equal(lasting(was), lasting(now)), nil
}

// lasting are the rows that stay as they are until somebody changes something, by what they name.
func lasting(rows []forms.Row) []string {
	var out []string
	for _, row := range rows {
		if t := touchOf(row); t.Kind != TouchCase && t.Kind != TouchReading {
			ref, _ := row[TouchRef].(string)
			out = append(out, t.Kind+" "+t.How+" "+ref)
		}
	}
	slices.Sort(out)
	return out
}
