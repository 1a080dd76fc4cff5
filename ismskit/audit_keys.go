package ismskit

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
)

// keysAtOnce is how many keys of a list are asked for in one look at it.
const keysAtOnce = 50

// listKeys are the keys of a list by which its rows are found, each with the rows that have it.
// Each is asked for once: rows of a list share keys, such as the unit of its people.
type listKeys struct {
	list string
	rows map[string]map[string]bool // ids by key
}

func (l *listKeys) add(rows []register.Row) {
	for _, row := range rows {
		for _, key := range row.Keys {
			if l.rows[key] == nil {
				l.rows[key] = map[string]bool{}
			}
			l.rows[key][row.ID] = true
		}
	}
}

// astray are the rows that are found by keys they haven't got, or not by those they have.
func (l *listKeys) astray(ctx context.Context, store Store) ([]string, error) {
	var out []string
	for keys := range slices.Chunk(slices.Sorted(maps.Keys(l.rows)), keysAtOnce) {
		err := store.View(ctx, func(ctx context.Context, tx Tx) error {
			for _, key := range keys {
				wrong, err := l.astrayBy(ctx, tx, key)
				if err != nil {
					return err
				}
				out = append(out, wrong...)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (l *listKeys) astrayBy(ctx context.Context, tx Tx, key string) ([]string, error) {
	var out []string
	missing, after := maps.Clone(l.rows[key]), ""
	for {
		found, err := tx.Registers().Rows(ctx, register.Query{List: l.list, Keys: []string{key}, After: after, Limit: rowsAtOnce})
		if err != nil {
			return nil, err
		}
		for _, row := range found {
			delete(missing, row.ID)
			if !slices.Contains(row.Keys, key) {
				out = append(out, row.ID)
			}
		}
		if len(found) < rowsAtOnce {
			break
		}
		after = found[len(found)-1].ID
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(missing)), rowsAtOnce) {
		rows, err := tx.Registers().Rows(ctx, register.Query{List: l.list, IDs: ids})
		if err != nil {
			return nil, err
		}
		for _, row := range rows { // one that was changed meanwhile may have it no longer
			if slices.Contains(row.Keys, key) {
				out = append(out, row.ID)
			}
		}
	}
	return out, nil
}

// strayInForce are the rows that are in force in the eyes of a query alone, or in their own alone.
func strayInForce(ctx context.Context, tx Tx, list string, rows []register.Row, at time.Time) (astray []string, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	found, err := tx.Registers().Rows(ctx, register.Query{List: list, IDs: ids, At: at})
	if err != nil {
		return nil, err
	}
	inForce := map[string]bool{}
	for _, row := range found {
		inForce[row.ID] = true
	}
	for _, row := range rows {
		if row.InForce(at) != inForce[row.ID] {
			astray = append(astray, row.ID)
		}
	}
	return astray, nil
}
