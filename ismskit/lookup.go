package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// facted are the facts a form asked for, fetched before it is checked.
type facted struct {
	names   map[forms.Need]string
	options map[forms.Need][]forms.Option
	kept    func(forms.Need) bool
	reach   *document.Reach // documents that the actor may read
	limits  *limits         // nil: nothing is
	items   map[forms.Need]map[string]register.Item
	vacant  map[pointed]forms.Text
	sights  map[string]sight // of lists that are not all for everybody
}

func (f facted) Name(n forms.Need) (string, bool) {
	name, ok := f.names[n]
	return name, ok
}

func (f facted) Options(n forms.Need) ([]forms.Option, bool) {
	options, ok := f.options[n]
	return options, ok
}

// Fact implements forms.Telling.
func (f facted) Fact(n forms.Need, option, column string) any { return f.items[n][option].Fact(column) }

// Refused implements forms.Refusing.
func (f facted) Refused(n forms.Need, option string, beside forms.Values) (forms.Text, bool) {
	if f.limits == nil {
		return nil, false
	}
	return f.limits.refused(n, option, beside)
}

// Withheld implements forms.Withholding.
func (f facted) Withheld(path string, n forms.Need) (forms.Text, bool) {
	why, withheld := f.vacant[pointed{path, n}]
	return why, withheld
}

// Outlasts implements forms.Bounding.
func (f facted) Outlasts(n forms.Need, option string, p forms.Period) (forms.Text, string, bool) {
	if f.limits == nil {
		return nil, "", false
	}
	return f.limits.outlasts(n, option, p)
}

// unlimited is a lookup for those who keep lists and request nothing.
type unlimited struct{ forms.Lookup }

// lookup fetches what a form's values refer to: people in one batch, rows in one
// view. A file counts as there only if the actor uploaded it himself or it is on
// the case already, so that nobody attaches what he only knows the digest of.
func (k *Kit) lookup(ctx context.Context, actor Actor, c caseInHand, needs []forms.Need, now time.Time) (facted, error) {
	out := facted{names: map[forms.Need]string{}, options: map[forms.Need][]forms.Option{}, items: map[forms.Need]map[string]register.Item{}, kept: kept(actor, c), sights: map[string]sight{}}
	var people []directory.Question
	var rows []forms.Need
	if !actor.system {
		out.limits = newLimits(c, directory.Holder{Person: c.row.Applicant, Name: c.row.ApplicantName, Unit: c.row.Unit, UnitName: c.row.UnitName})
	}
	for _, n := range needs {
		switch n.Kind {
		case forms.NeedPerson:
			kind := directory.KindPersonActive
			if out.kept(n) {
				kind = directory.KindPerson
			}
			people = append(people, directory.Question{ID: n.ID, Kind: kind, Person: n.ID, At: now})
		default:
			if n.Kind == forms.NeedOptions && n.List == forms.OfDocument { // out of files, and not within a transaction
				options, ok, err := k.clauseOptions(ctx, actor, c, n.ID, out.kept(n))
				if err != nil {
					return facted{}, err
				}
				if ok {
					out.options[n] = options
				}
				continue
			}
			whole, err := k.rowOptionsNow(ctx, n, &out)
			if err != nil {
				return facted{}, err
			}
			if !whole {
				rows = append(rows, n)
			}
		}
	}
	if len(people) > 0 {
		answers, err := k.directory.Resolve(ctx, people)
		if err != nil {
			return facted{}, fmt.Errorf("ismskit: directory: %w", err)
		}
		for i, a := range answers {
			if len(a.Holders) == 0 {
				continue
			}
			h := a.Holders[0]
			if out.limits != nil {
				out.limits.known[h.Person] = h
			}
			out.names[forms.Need{Kind: forms.NeedPerson, ID: people[i].Person}] = h.Name
		}
	}
	rows, err := k.lookable(ctx, actor, rows, out, now)
	if err != nil || len(rows) == 0 {
		return out, err
	}
	if slices.ContainsFunc(rows, func(n forms.Need) bool { return n.List == "document" }) {
		if out.reach, err = k.Documents().reach(ctx, actor); err != nil {
			return facted{}, err
		}
	}
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		for _, n := range rows {
			if err := k.fetch(ctx, tx, actor, c, n, now, out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// lookable leaves out rows of lists that the actor may not know, and names the cases.
// What is on his case already stays.
func (k *Kit) lookable(ctx context.Context, actor Actor, needs []forms.Need, out facted, now time.Time) ([]forms.Need, error) {
	may := map[string]bool{}
	var left []forms.Need
	for _, n := range needs {
		if typ, isCase := strings.CutPrefix(n.List, "case/"); n.Kind == forms.NeedRef && isCase {
			if err := k.nameCase(ctx, actor, typ, n, out, now); err != nil {
				return nil, err
			}
			continue
		}
		list, isRow := strings.CutPrefix(n.List, "register/")
		if n.Kind != forms.NeedRef || !isRow || out.kept(n) {
			left = append(left, n)
			continue
		}
		allowed, known := may[list]
		if !known {
			err := k.Registers().mayRead(ctx, actor, list)
			if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrForbidden) {
				return nil, err
			}
			allowed = err == nil
			may[list] = allowed
			if allowed && slices.Contains(hidesRows, list) {
				if out.sights[list], err = k.Registers().sightOf(ctx, actor, list); err != nil {
					return nil, err
				}
			}
		}
		if allowed {
			left = append(left, n)
		}
	}
	return left, nil
}

func (k *Kit) fetch(ctx context.Context, tx Tx, actor Actor, c caseInHand, n forms.Need, now time.Time, out facted) error {
	switch n.Kind {
	case forms.NeedFile:
		if slices.ContainsFunc(c.extra.Files, func(a Attached) bool { return a.Digest == n.ID }) || actor.system {
			out.names[n] = ""
			return nil
		}
		_, found, err := uploadOf(ctx, tx, actor, n.ID, now)
		if found {
			out.names[n] = ""
		}
		return err
	case forms.NeedOptions:
		row, found, err := tx.Registers().Row(ctx, n.List, n.ID)
		if err != nil || !found {
			return err
		}
		items, ok, err := k.lists.Options(row, n.Field)
		if err != nil || !ok {
			return err
		}
		byKey := make(map[string]register.Item, len(items))
		for _, item := range items {
			byKey[item.Key] = item
		}
		out.options[n], out.items[n] = optionsOfItems(items), byKey
		if out.limits == nil {
			return nil
		}
		return out.limits.note(ctx, k, tx, n, items)
	}
	list, of := strings.CutPrefix(n.List, "register/")
	switch {
	case of:
		return k.fetchRow(ctx, tx, list, n, now, out)
	case n.List == "unit":
		return k.fetchRow(ctx, tx, register.Units, n, now, out)
	case n.List == "document":
		doc, found, err := tx.Documents().Document(ctx, n.ID)
		if found && (out.kept(n) || out.reach.Lets(doc)) {
			out.names[n] = forms.Text(doc.Title).In(k.cfg.Lang)
		}
		return err
	}
	return nil
}

func (k *Kit) fetchRow(ctx context.Context, tx Tx, list string, n forms.Need, now time.Time, out facted) error {
	row, found, err := tx.Registers().Row(ctx, list, n.ID)
	if err != nil || !found || !row.InForce(now) && !out.kept(n) {
		return err
	}
	if sight, partly := out.sights[list]; partly && !out.kept(n) {
		if _, _, ok, err := sight.of(row); err != nil || !ok {
			return err
		}
	}
	title, err := k.lists.Title(row, k.cfg.Lang)
	out.names[n] = title
	return err
}

// nameCase lets a form refer to a case of the type asked for that its actor may read.
func (k *Kit) nameCase(ctx context.Context, actor Actor, typ string, n forms.Need, out facted, now time.Time) error {
	c, err := k.take(ctx, n.ID)
	if err != nil || c.row.Type != typ {
		return ignoreNotFound(err)
	}
	if !out.kept(n) {
		if _, err := k.mayRead(ctx, actor, c, now); err != nil {
			return ignoreNotFound(err)
		}
	}
	out.names[n] = c.row.Number
	return nil
}

// filesIn are all files in a form's values by field path.
func filesIn(values forms.Values) map[string]forms.File {
	out := map[string]forms.File{}
	put := func(path string, v any) {
		switch v := v.(type) {
		case forms.File:
			out[path] = v
		case []forms.File:
			for i, f := range v {
				out[fmt.Sprintf("%s/%d", path, i+1)] = f
			}
		}
	}
	for key, v := range values {
		rows, ok := v.([]forms.Row)
		if !ok {
			put(key, v)
			continue
		}
		for _, row := range rows {
			for column, cell := range row {
				put(fmt.Sprintf("%s/%v/%s", key, row[forms.RowID], column), cell)
			}
		}
	}
	return out
}
