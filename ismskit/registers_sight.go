package ismskit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// keepersOnly are the fields of open lists that are for those who keep them: what an
// office notes about somebody is not for all his colleagues, nor is how its entry came to
// be what it is. Who has to name somebody outside needs his name and where he works.
var keepersOnly = map[string][]string{
	register.People:    {"note"},
	register.Externals: {"email", "phone", "responsible", "note"},
	register.Deputies:  {"set_by", "set_at", "note"},
	// Of a category that is only on the way to one that he reads, somebody reads its name and its place.
	register.Categories: {
		"per_system", "system", "agency", "alone", "maintain_people", "maintain_posts", "maintain_units", "maintain_roles", "maintain_groups",
		"read_people", "read_posts", "read_units", "read_roles", "read_groups", "read_all", "maintain", "read", "note",
	},
}

// hidesRows are the open lists of which not every row is for everybody.
var hidesRows = []string{register.Deputies, register.Categories}

// sight is what somebody reads of the rows of a list.
type sight struct {
	k      *Kit
	person string
	whole  bool // every row with all its fields
	now    time.Time
	// nodes are the categories that there are for him: true where he reads everything of one, false
	// where it is only on the way to such a one.
	nodes map[string]bool
}

// sightOf asks once for a list what it takes to say of each row what the actor reads of it.
func (r Registers) sightOf(ctx context.Context, actor Actor, list string) (sight, error) {
	s := sight{k: r.k, person: actor.Person, now: r.k.moment()}
	if _, open := keepersOnly[list]; !open || actor.system {
		s.whole = true
		return s, nil
	}
	rights := r.k.cfg.Rights
	keepers := slices.Concat(r.changers(list), rights.ManageLists, rights.ReadAll)
	if list == register.Categories {
		keepers = append(keepers, rights.ManageRecords...)
	}
	var err error
	if s.whole, err = r.k.hasRole(ctx, actor.Person, keepers); err != nil || s.whole || list != register.Categories {
		return s, err
	}
	reader, tree, err := r.k.filer(ctx, actor.Person, s.now)
	s.nodes = tree.Known(reader)
	return s, err
}

// of is the row as its reader may have it; false where it is not for him at all. Of
// somebody else's absence he learns while it lasts or is to come, so that he knows whom to
// turn to.
func (s sight) of(row register.Row) (_ register.Row, whole, ok bool, _ error) {
	if s.whole {
		return row, true, true, nil
	}
	own, err := s.own(row)
	if err != nil || own {
		return row, own, own, err
	}
	if _, known := s.nodes[row.ID]; row.List == register.Categories && !known {
		return register.Row{}, false, false, nil
	}
	if row.List == register.Deputies && stateOfAbsence(row, s.now).Over() {
		return register.Row{}, false, false, nil
	}
	values, err := s.k.lists.Values(row)
	if err != nil {
		return register.Row{}, false, false, err
	}
	form, known := s.k.lists.Form(row.List)
	if !known {
		return register.Row{}, false, false, fmt.Errorf("ismskit: there is no list %q", row.List)
	}
	values = maps.Clone(values)
	for _, field := range keepersOnly[row.List] {
		delete(values, field)
		row.Keys = slices.DeleteFunc(slices.Clone(row.Keys), func(key string) bool { return keyOf(key) == field })
	}
	row.Values, row.ChangedBy, row.Reason = form.EncodeJSON(values), "", ""
	return row, false, true, nil
}

// own says whether a row is about its reader, is his to change, or is one that he reads whole.
func (s sight) own(row register.Row) (bool, error) {
	switch row.List {
	case register.People:
		return false, nil // what the office notes about him is not for him either
	case register.Categories:
		return s.nodes[row.ID], nil
	}
	mine, err := s.k.lists.MayMaintain(row, row.List, s.person, func(register.RoleKey) bool { return false })
	if err != nil || mine || row.List != register.Deputies {
		return mine, err
	}
	cells, err := s.k.lists.Cells(row)
	return slices.Contains(cells.IDs("ordered"), s.person) || cells.ID("set_by") == s.person, err
}

// rows reads on behind rows that are not for the reader, until there are as many as he
// asked for.
func (s sight) rows(ctx context.Context, tx Tx, q register.Query) ([]register.Row, error) {
	var out []register.Row
	for {
		found, err := tx.Registers().Rows(ctx, q)
		if err != nil || s.whole {
			return found, err
		}
		for _, row := range found {
			seen, _, ok, err := s.of(row)
			if err != nil {
				return nil, err
			}
			// By what he does not read of a row it is not found either: whom it names stays untold.
			ok = ok && (len(q.Keys) == 0 || slices.ContainsFunc(seen.Keys, func(key string) bool { return slices.Contains(q.Keys, key) }))
			if ok && (q.Limit == 0 || len(out) < q.Limit) {
				out = append(out, seen)
			}
		}
		if q.Limit == 0 || len(found) < q.Limit || len(out) == q.Limit {
			return out, nil
		}
		q.After = found[len(found)-1].ID
	}
}

// seen is a row that somebody has before him, as he may have it; ErrNotFound.
func (s sight) seen(row register.Row) (register.Row, error) {
	row, _, ok, err := s.of(row)
	if err == nil && !ok {
		err = ErrNotFound
	}
	return row, err
}

// told is a person of the directory as somebody is told of him: the same as of his row.
func (s sight) told(person directory.Person, row register.Row) (directory.Person, error) {
	if s.whole {
		return person, nil
	}
	if row.Revision > 0 { // a directory of the host's own has people whom no list has
		if own, err := s.own(row); err != nil || own {
			return person, err
		}
	}
	person.Note = ""
	if person.External {
		person.Email, person.Phone = "", ""
	}
	return person, nil
}

// keyOf is the field of a look-up.
func keyOf(key string) string {
	field, _, _ := strings.Cut(key, "=")
	return field
}
