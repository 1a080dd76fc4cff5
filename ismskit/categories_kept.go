package ismskit

import (
	"context"
	"slices"
	"sync"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// filingLists are the lists by which the archive's rules are read. A Kit whose clock stands keeps
// them: who asks for many records is asked about each, and all of it is of one moment.
type filingLists struct {
	mu   sync.Mutex
	tree *record.Tree
	ways *rowsNamed
}

// rowsNamed are the lists of roles and groups as rules name them by their rows.
type rowsNamed struct {
	roles  map[string]string   // module/role, by row
	groups map[string][]string // its people, by row
}

// keepOnce reads something once for a Kit whose clock stands, and each time for another.
func keepOnce[T any](f *filingLists, at func(*filingLists) **T, read func() (T, error)) (T, error) {
	if f == nil {
		return read()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if has := *at(f); has != nil {
		return *has, nil
	}
	value, err := read()
	if err == nil {
		*at(f) = &value
	}
	return value, err
}

// inRows says which rows of the lists of roles and groups are the reader's.
func (k *Kit) inRows(ctx context.Context, reader *record.Reader) error {
	ways, err := k.rowsNamed(ctx)
	if err != nil {
		return err
	}
	for row, people := range ways.groups {
		if slices.Contains(people, reader.Person) {
			reader.Groups = append(reader.Groups, row)
		}
	}
	for row, role := range ways.roles {
		if slices.Contains(reader.Roles, role) {
			reader.RoleRows = append(reader.RoleRows, row)
		}
	}
	slices.Sort(reader.Groups)
	slices.Sort(reader.RoleRows)
	return nil
}

func (k *Kit) rowsNamed(ctx context.Context) (rowsNamed, error) {
	return keepOnce(k.filing, func(f *filingLists) **rowsNamed { return &f.ways }, func() (rowsNamed, error) {
		var roles, groups []register.Row
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			all, err := tx.Registers().Rows(ctx, register.Query{List: register.Roles})
			if err != nil {
				return err
			}
			of, err := tx.Registers().Rows(ctx, register.Query{List: register.Groups})
			roles, groups = all, of
			return err
		})
		if err != nil {
			return rowsNamed{}, err
		}
		out := rowsNamed{roles: map[string]string{}, groups: map[string][]string{}}
		for _, row := range groups {
			cells, err := k.lists.Cells(row)
			if err != nil {
				return rowsNamed{}, err
			}
			// Its lead and its secretary need not be among its members.
			out.groups[row.ID] = append(cells.IDs("members"), cells.ID("lead"), cells.ID("secretary"))
		}
		for _, row := range roles {
			cells, err := k.lists.Cells(row)
			if err != nil {
				return rowsNamed{}, err
			}
			out.roles[row.ID] = cells.Text("module") + "/" + cells.Text("key")
		}
		return out, nil
	})
}
