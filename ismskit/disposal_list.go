package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
)

// List puts what is past its time, not held and in no list on its way on one to be disposed of: the draft of a request
// (Type.Disposes) that the actor goes on with, of at most as many records as its table holds. Of chosen
// records, by their ids, it puts those on it, and all or none. Key makes it one draft however often it is asked
// for. ErrForbidden where he may begin none, ErrNotFound where no type disposes of records, or he is told of
// none that are past their time; forms.Invalid at the table where there is nothing to put on it, or one
// that was chosen can't be, or is not among the MaxOverdue that are listed.
func (r Retention) List(ctx context.Context, actor Actor, key string, chosen ...string) (Receipt, error) {
	r.k = r.k.once()
	if err := r.may(ctx, actor); err != nil {
		return Receipt{}, err
	}
	// What was asked for is the same whatever has come or gone since.
	request, err := requestDigest(key, struct{ ListOverdue []string }{slices.Sorted(slices.Values(chosen))})
	if err != nil {
		return Receipt{}, err
	}
	if again, done, err := r.k.before(ctx, actor, key, request); done || err != nil {
		return again, err
	}
	over, err := r.Overdue(ctx, actor)
	if err != nil {
		return Receipt{}, err
	}
	types := r.k.disposing()
	if len(types) == 0 {
		return Receipt{}, ErrNotFound
	}
	kind, _ := r.k.kinds.latestOf(types[0])
	table, _ := fieldNamed(kind.Form.Fields, kind.Disposes)
	free := slices.DeleteFunc(over.Records, func(rec KeptRecord) bool {
		return rec.Held || rec.Listed || len(chosen) > 0 && !slices.Contains(chosen, rec.ID)
	})
	refuse := func(code string, n int) error {
		text := sayAll(code, func(string) map[string]string {
			return map[string]string{"n": strconv.Itoa(n), "most": strconv.Itoa(MaxOverdue)}
		})
		return forms.Invalid{{Field: kind.Disposes, Code: code, Text: text}}
	}
	if missing := len(slices.Compact(slices.Sorted(slices.Values(chosen)))) - len(free); len(chosen) > 0 && missing > 0 {
		return Receipt{}, refuse("dispose.not_listed", missing)
	}
	if table.MaxRows > 0 {
		if len(chosen) > 0 && len(free) > table.MaxRows {
			return Receipt{}, refuse("dispose.too_many", table.MaxRows)
		}
		free = free[:min(len(free), table.MaxRows)]
	}
	if len(free) == 0 {
		return Receipt{}, refuse("dispose.nothing", 0)
	}
	var numbers []string
	for _, rec := range free {
		numbers = append(numbers, rec.Number)
	}
	same, err := r.k.recordsNamed(ctx, actor, numbers)
	if err != nil {
		return Receipt{}, err
	}
	rows := make([]forms.Row, len(free))
	for i, rec := range free {
		name := rec.Number
		if len(same[name]) != 1 {
			name = RecordNamed(rec.Record)
		}
		rows[i] = forms.Row{forms.RowID: fmt.Sprintf("r%d", i+1), DisposalNumber: name}
	}
	return r.k.openOnce(ctx, actor, Opening{Type: kind.Key, Values: forms.Values{kind.Disposes: rows}, Key: key}, request)
}
