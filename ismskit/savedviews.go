package ismskit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// SavedView is a list as its owner wants to see it again: the conditions under a name.
type SavedView struct {
	ID   string
	List string // which list, in the host's own words, such as "todo"
	Name string // of at most MaxViewName characters, once a list
	// Filter are the conditions as the host's list writes them; the Kit doesn't read them.
	Filter string
	Saved  time.Time
}

// ViewChange saves, renames or deletes a view of the actor's own.
type ViewChange struct {
	ID     string // "" saves a new one
	List   string // of a new one
	Name   string
	Filter string // of a new one
	Drop   bool   // deletes it
	// Key is the request's idempotency key, as in Action.
	Key string
}

// Limits of saved views.
const (
	MaxViews      = 50 // of one person
	MaxViewName   = 60
	MaxViewFilter = 2000
)

// Where an Invalid about a ViewChange stands.
const (
	FieldViewName   = "name"
	FieldViewFilter = "filter"
)

const (
	viewKept    = "kept"
	viewDropped = "dropped"
)

// Views carries out changes to the actor's own saved views, all or none of them, and gives
// those that were changed, in the order of the changes; without changes it gives all that he
// has, by list and name. Nobody else's are there for him: ErrNotFound. Refused is
// forms.Invalid at FieldViewName or FieldViewFilter, ErrKeyReused a key under which he did
// something else.
func (w Work) Views(ctx context.Context, actor Actor, changes ...ViewChange) ([]SavedView, error) {
	w.k = w.k.once()
	k := w.k
	by, err := k.person(ctx, actor.Person, k.moment())
	if err != nil {
		return nil, err
	}
	var out []SavedView
	if len(changes) == 0 {
		err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			out, err = k.viewsOf(ctx, tx, actor.Person)
			return err
		})
		return out, err
	}
	for range maxRaces {
		err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			out, err = k.changeViews(ctx, tx, by, changes)
			return err
		})
		if k.joined || !errors.Is(err, ErrConflict) {
			break
		}
	}
	if err != nil {
		return nil, k.refused(ctx, actor, err)
	}
	return out, nil
}

func (k *Kit) changeViews(ctx context.Context, tx Tx, by workflow.Signer, changes []ViewChange) ([]SavedView, error) {
	out := make([]SavedView, len(changes))
	for i, c := range changes {
		request, err := requestDigest(c.Key, c)
		if err == nil {
			out[i], err = k.changedView(ctx, tx, by, c, request)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// changedView carries out a change that was not carried out under its key before, and gives
// the view.
func (k *Kit) changedView(ctx context.Context, tx Tx, by workflow.Signer, c ViewChange, request evidence.Digest) (SavedView, error) {
	if c.Key != "" {
		earlier, done, err := tx.Outcomes().Get(ctx, by.Person, c.Key)
		switch {
		case err != nil:
			return SavedView{}, err
		case done && earlier.Request != request:
			return SavedView{}, ErrKeyReused
		case done:
			return k.storedView(ctx, tx, strings.TrimPrefix(earlier.Case, viewChains))
		}
	}
	id, err := k.changeView(ctx, tx, by, c)
	if err == nil && c.Key != "" {
		err = tx.Outcomes().Put(ctx, Outcome{Actor: by.Person, Key: c.Key, Request: request, Case: viewChains + id, At: k.moment()})
	}
	if err != nil {
		return SavedView{}, err
	}
	return k.storedView(ctx, tx, id)
}

// viewChains is what an Outcome calls a view, before its id.
const viewChains = listChains + register.SavedViews + "/"

// storedView is a view as it is kept, deleted or not.
func (k *Kit) storedView(ctx context.Context, tx Tx, id string) (SavedView, error) {
	row, found, err := tx.Registers().Row(ctx, register.SavedViews, id)
	if err != nil {
		return SavedView{}, err
	}
	if !found {
		return SavedView{}, ErrNotFound
	}
	v, _, err := k.viewOf(row)
	return v, err
}

// viewOf reads a view; kept says that it was not deleted.
func (k *Kit) viewOf(row register.Row) (v SavedView, kept bool, err error) {
	cells, err := k.lists.Cells(row)
	if err != nil {
		return v, false, err
	}
	v = SavedView{ID: row.ID, List: cells.Text("list"), Name: cells.Text("name"), Filter: cells.Text("conditions"), Saved: row.ChangedAt}
	return v, cells.Text("state") == viewKept, nil
}

// viewsOf are a person's views.
func (k *Kit) viewsOf(ctx context.Context, tx Tx, person string) ([]SavedView, error) {
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.SavedViews, Keys: []string{register.Key("person", person)}})
	if err != nil {
		return nil, err
	}
	var out []SavedView
	for _, row := range rows {
		v, kept, err := k.viewOf(row)
		if err != nil {
			return nil, err
		}
		if kept {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b SavedView) int {
		return cmp.Or(cmp.Compare(a.List, b.List), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// changeView carries out one change, and gives the id of the view.
func (k *Kit) changeView(ctx context.Context, tx Tx, by workflow.Signer, c ViewChange) (string, error) {
	mine, err := k.viewsOf(ctx, tx, by.Person)
	if err != nil {
		return "", err
	}
	id, state := c.ID, viewKept
	if id == "" {
		id = uuid.Must(uuid.NewV7()).String()
	} else {
		i := slices.IndexFunc(mine, func(v SavedView) bool { return v.ID == id })
		if i < 0 {
			return "", ErrNotFound
		}
		c.List, c.Filter = mine[i].List, mine[i].Filter
		if c.Drop {
			c.Name, state = mine[i].Name, viewDropped
		}
	}
	if state == viewKept {
		if err := k.viewFaults(&c, mine).Err(); err != nil {
			return "", err
		}
	}
	form, ok := k.lists.Form(register.SavedViews)
	if !ok {
		return "", fmt.Errorf("ismskit: there is no list %q", register.SavedViews)
	}
	row, _, err := tx.Registers().Row(ctx, register.SavedViews, id)
	if err != nil {
		return "", err
	}
	values := forms.Values{"person": by.Person, "list": c.List, "name": c.Name, "state": state}
	if c.Filter != "" {
		values["conditions"] = c.Filter
	}
	return id, k.putRow(ctx, tx, rowChange{list: register.SavedViews, id: id, seen: row.Revision, values: form.EncodeJSON(values), by: by, at: k.moment()})
}

// viewFaults is everything that is wrong with a view beside those there are; its name is
// cleaned.
func (k *Kit) viewFaults(c *ViewChange, mine []SavedView) (invalid forms.Invalid) {
	fault := func(field, code string, params map[string]string) {
		invalid = append(invalid, forms.Fault{Field: field, Code: code, Text: sayAll(code, func(string) map[string]string { return params })})
	}
	name, wrong := forms.CleanText(FieldViewName, forms.Text(k.texts("view.name")), c.Name, MaxViewName)
	c.Name = name
	switch {
	case wrong != nil:
		invalid = append(invalid, *wrong)
	case name == "":
		fault(FieldViewName, "view.name_needed", nil)
	case slices.ContainsFunc(mine, func(v SavedView) bool { return v.ID != c.ID && v.List == c.List && v.Name == name }):
		fault(FieldViewName, "view.name_used", map[string]string{"name": name})
	}
	if c.ID == "" && len(mine) >= MaxViews {
		fault(FieldViewName, "view.many", map[string]string{"max": strconv.Itoa(MaxViews)})
	}
	if len(c.Filter) > MaxViewFilter {
		fault(FieldViewFilter, "view.filter_long", nil)
	}
	return invalid
}
