package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// ChangeQuery selects changes of the living lists: of people, posts, units, roles, deputies,
// systems, permissions, calendars, flows and whatever else is kept as a list.
type ChangeQuery struct {
	Lang   string
	List   string     // of this list alone; "" means of all
	Person string     // made by this person, "system" by the server itself; "" means by anybody
	From   time.Time  // not before this moment; zero means from the beginning
	Before EntryPlace // keyset: ListChange.Place of the last one seen; zero begins with the newest
	Limit  int        // 0 and more than 200 mean 50 and 200
}

// ListChange is one entry of the trail of a row, for people. What the row was called is told
// as of that change; of an entry without its content (lawfully disposed of, or malformed)
// only Place, List and Row are known.
type ListChange struct {
	Place    EntryPlace
	List     string
	ListName string
	Row      string // its id
	Name     string // what it was called
	Revision int64
	By       workflow.Signer // as frozen when it was made
	Reason   string
	New      bool // the row was entered with it
	Changes  []RowDifference
}

// ChangePage is a page of changes, newest first, and the lists of which the reader may look at
// them, in the order of their keys.
type ChangePage struct {
	Changes []ListChange
	Lists   []register.List
}

// Changes tells what was changed in the lists, newest first, for those who may look at the
// evidence of the whole house, of the lists of which they read everything. A list is left out
// that is not for them, and so are everybody's own (ErrNotFound where such a one is asked for
// by name).
func (e Evidence) Changes(ctx context.Context, actor Actor, q ChangeQuery) (ChangePage, error) {
	e.k = e.k.once()
	if err := e.mayAudit(ctx, actor); err != nil {
		return ChangePage{}, err
	}
	read := changeReader{k: e.k, actor: actor, lang: q.Lang, readable: map[string]bool{}, rows: map[[2]string][]register.Row{}, options: map[forms.Need][]forms.Option{}, cases: map[string]calledCase{}}
	var out ChangePage
	for _, key := range e.k.lists.Lists() {
		ok, err := read.may(ctx, key)
		if err != nil {
			return ChangePage{}, err
		}
		if ok {
			list, _ := e.k.lists.List(key)
			out.Lists = append(out.Lists, list)
		}
	}
	if q.List != "" && !read.readable[q.List] {
		return ChangePage{}, ErrNotFound
	}
	if q.Limit <= 0 {
		q.Limit = 50
	}
	limit := min(q.Limit, 200)
	ask := ListEntryQuery{List: q.List, Actor: q.Person, From: q.From, Before: q.Before}
	for len(out.Changes) < limit {
		var entries []TrailEntry
		err := e.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Trail().Entries(ctx, EntryQuery{Lists: &ask, Limit: limit})
			entries = found
			return err
		})
		if err != nil {
			return ChangePage{}, err
		}
		for _, entry := range entries {
			change, ok, err := read.change(ctx, entry)
			if err != nil {
				return ChangePage{}, err
			}
			if ok && len(out.Changes) < limit {
				out.Changes = append(out.Changes, change)
			}
		}
		if len(entries) < limit {
			break
		}
		last := entries[len(entries)-1]
		ask.Before = EntryPlace{At: last.At, Chain: last.Chain, Seq: last.Seq}
	}
	return out, nil
}

// changeReader tells entries of lists' chains to one reader.
type changeReader struct {
	k        *Kit
	actor    Actor
	lang     string
	readable map[string]bool
	rows     map[[2]string][]register.Row // histories that were read, by list and id
	options  map[forms.Need][]forms.Option
	cases    map[string]calledCase // by id
	roles    map[string][]string   // titles by key, nil before they were read
}

// may says whether he reads everything of a list. That it is one is known by the lists of
// this program: what an earlier one kept under another name has no words here.
func (c *changeReader) may(ctx context.Context, list string) (bool, error) {
	if ok, asked := c.readable[list]; asked {
		return ok, nil
	}
	r := Registers{c.k}
	err := r.mayRead(ctx, c.actor, list)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, err
	}
	ok := err == nil && !slices.Contains(ownLists, list)
	if ok {
		sight, err := r.sightOf(ctx, c.actor, list)
		if err != nil {
			return false, err
		}
		ok = sight.whole
	}
	c.readable[list] = ok
	return ok, nil
}

func (c *changeReader) change(ctx context.Context, row TrailEntry) (ListChange, bool, error) {
	name, ok := strings.CutPrefix(row.Chain, listChains)
	list, id, named := strings.Cut(name, "/")
	if !ok || !named {
		return ListChange{}, false, nil
	}
	if ok, err := c.may(ctx, list); err != nil || !ok {
		return ListChange{}, false, err
	}
	about, _ := c.k.lists.List(list)
	e := entriesOf([]TrailEntry{row})[0]
	out := ListChange{
		Place: EntryPlace{At: row.At, Chain: row.Chain, Seq: row.Seq}, List: list, ListName: about.Title.In(c.lang), Row: id,
		Revision: e.Revision, By: e.By, Reason: e.Comment,
	}
	if e.Disposed || e.Malformed {
		return out, true, nil
	}
	old, now, err := c.around(ctx, list, id, e.Revision)
	if err != nil || now.Revision == 0 {
		return out, true, err
	}
	out.New = old.Revision == 0
	form, _ := c.k.lists.Form(list)
	if out.Name, err = c.called(ctx, form, now); err != nil {
		return out, true, err
	}
	out.Changes, err = Registers{c.k}.differences(form, old, now, c.lang, func(v forms.Values) (forms.Values, error) {
		named, err := c.named(ctx, v)
		if err != nil {
			return nil, err
		}
		return c.worded(ctx, list, form, named)
	})
	// Of what is not told on either side there is nothing to say.
	out.Changes = slices.DeleteFunc(out.Changes, func(d RowDifference) bool { return d.From == "" && d.To == "" })
	return out, true, err
}

// called is what a row is to people who do not know its key: a flow is called as its form is,
// a right by its system and who uses it.
func (c *changeReader) called(ctx context.Context, form *forms.Form, row register.Row) (string, error) {
	if row.List == register.Flows {
		if kind, ok := c.k.kinds.latestOf(row.ID); ok {
			return kind.Title.In(c.lang), nil
		}
	}
	if fields, ok := titledBy[row.List]; ok {
		values, err := c.k.lists.Values(row)
		if err == nil {
			values, err = c.named(ctx, values)
		}
		if err != nil {
			return "", err
		}
		in := forms.Locale{Lang: c.lang, Location: c.k.location}
		var parts []string
		for _, path := range fields {
			if part := valueAt(form, values, path, in); part != "" {
				parts = append(parts, part)
			}
		}
		if len(parts) > 0 {
			return strings.Join(parts, say(c.lang, "word.list", nil)), nil
		}
	}
	return c.k.lists.Title(row, c.lang)
}

// named are values with the references that were kept without a name, as an import or the program
// may write them, called as the rows are today.
func (c *changeReader) named(ctx context.Context, values forms.Values) (forms.Values, error) {
	asked := map[string][]string{}
	eachRef(values, func(ref forms.Ref) forms.Ref {
		if list := listOf(ref); list != "" && ref.Name == "" && ref.ID != "" {
			asked[list] = append(asked[list], ref.ID)
		}
		return ref
	})
	called := map[forms.Ref]string{}
	for list, ids := range asked {
		ok, err := c.may(ctx, list)
		if err == nil && ok {
			err = c.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
				rows, err := tx.Registers().Rows(ctx, register.Query{List: list, IDs: ids})
				for _, row := range rows {
					title, err := c.k.lists.Title(row, c.lang)
					if err != nil {
						return err
					}
					called[forms.Ref{List: list, ID: row.ID}] = title
				}
				return err
			})
		}
		if err != nil {
			return nil, err
		}
	}
	return eachRef(values, func(ref forms.Ref) forms.Ref {
		if name, ok := called[forms.Ref{List: listOf(ref), ID: ref.ID}]; ok && ref.Name == "" {
			ref.Name = name
		}
		return ref
	}), nil
}

// around are a revision of a row and the one before it, zero where there is none.
func (c *changeReader) around(ctx context.Context, list, id string, revision int64) (old, now register.Row, err error) {
	key := [2]string{list, id}
	rows, read := c.rows[key]
	if !read {
		err = c.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Registers().History(ctx, list, id)
			rows = found
			return err
		})
		if err != nil {
			return old, now, err
		}
		c.rows[key] = rows
	}
	for _, row := range rows {
		switch row.Revision {
		case revision - 1:
			old = row
		case revision:
			now = row
		}
	}
	return old, now, nil
}
