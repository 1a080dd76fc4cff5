package ismskit

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/register"
)

// keysAtOnce is how many keys of a list are asked for in one look at it.
const keysAtOnce = 50

// listKeys are the keys of a list by which its rows are found, each with the rows that have it.
// Each is asked for once: rows of a list share keys, such as the unit of its people.
type listKeys struct {
	list  string
	ids   []string
	rows  map[string][]string // ids by key
	stray map[string]bool     // ids of those that are found otherwise than they say
}

func (l *listKeys) add(rows []register.Row) {
	for _, row := range rows {
		l.ids = append(l.ids, row.ID)
		for _, key := range row.Keys {
			l.rows[key] = append(l.rows[key], row.ID)
		}
	}
}

// astray looks for rows that are found by keys they haven't got, or not by those they have, of
// the keys that any row of the list has.
func (l *listKeys) astray(ctx context.Context, store Store) error {
	for keys := range slices.Chunk(slices.Sorted(maps.Keys(l.rows)), keysAtOnce) {
		var out []string
		err := store.View(ctx, func(ctx context.Context, tx Tx) error {
			var found []string
			for _, key := range keys {
				wrong, err := l.astrayBy(ctx, tx, key)
				if err != nil {
					return err
				}
				found = append(found, wrong...)
			}
			out = found
			return nil
		})
		if err != nil {
			return err
		}
		for _, id := range out {
			l.stray[id] = true
		}
	}
	return nil
}

// astrayByNone looks for rows that are found by keys which none has: those of people, units and
// other rows to which fields of the list refer, for by them somebody has rights or is asked.
func (l *listKeys) astrayByNone(ctx context.Context, store Store, lists *register.Registry, ids map[string][]string) error {
	var keys []string
	list, _ := lists.List(l.list)
	for _, field := range list.KeyFields {
		for _, id := range ids[refersTo(lists, l.list, field)] {
			if key := register.Key(field, id); l.rows[key] == nil {
				keys = append(keys, key)
			}
		}
	}
	for some := range slices.Chunk(keys, keysAtOnce) {
		var found []register.Row
		err := store.View(ctx, func(ctx context.Context, tx Tx) error {
			rows, err := tx.Registers().Rows(ctx, register.Query{List: l.list, Keys: some, Limit: rowsAtOnce})
			found = rows
			return err
		})
		if err != nil {
			return err
		}
		for _, row := range found { // one that was changed meanwhile may have it by now
			if !slices.ContainsFunc(row.Keys, func(key string) bool { return slices.Contains(some, key) }) {
				l.stray[row.ID] = true
			}
		}
	}
	return nil
}

// refersTo is the list to whose rows a field of a list refers, "" for a field of another kind.
func refersTo(lists *register.Registry, list, field string) string {
	l, _ := lists.List(list)
	key, column, inTable := strings.Cut(field, ".")
	f, ok := fieldNamed(l.Schema.Fields, key)
	if ok && inTable {
		f, ok = columnNamed(f, column)
	}
	if !ok {
		return ""
	}
	switch f.Type {
	case "person", "persons":
		return register.People
	case "unit":
		return register.Units
	case "ref", "refs":
		to, _ := f.Params["list"].(string)
		return to
	}
	return ""
}

func (l *listKeys) astrayBy(ctx context.Context, tx Tx, key string) ([]string, error) {
	var out []string
	missing, after := make(map[string]bool, len(l.rows[key])), ""
	for _, id := range l.rows[key] {
		missing[id] = true
	}
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
