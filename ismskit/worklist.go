package ismskit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// WorkList says how a type's rows stand among what is to be carried out (處置工作).
type WorkList struct {
	// List keeps them apart from others, under Title: types that name the same list
	// stand together. "" is the list of all others.
	List  string     `json:"list,omitempty"`
	Title forms.Text `json:"title,omitempty"`
	// Do are the words of the link that leads to one.
	Do forms.Text `json:"do,omitempty"`
	// Columns are what it shows of each; the first is what a row is called.
	Columns []Column `json:"columns"`
}

// Column is a column of a WorkList: the first of Fields that is filled in.
type Column struct {
	Label  forms.Text `json:"label"`
	Fields []string   `json:"fields"`
}

// check reports what a type's work list names and its form has not.
func (l *WorkList) check(fields []forms.Field) error {
	if l == nil {
		return nil
	}
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf("work_list: "+format, args...)) }
	if (l.List == "") != (len(l.Title) == 0) {
		fault("list %q: a list of its own has a name and a title", l.List)
	}
	if len(l.Columns) == 0 {
		fault("there are no columns")
	}
	for i, c := range l.Columns {
		if len(c.Label) == 0 {
			fault("column %d has no label", i+1)
		}
		if len(c.Fields) == 0 {
			fault("column %d names no field", i+1)
		}
		for _, key := range c.Fields {
			switch f, ok := fieldNamed(fields, key); {
			case !ok:
				fault("column %d: the form has no field %q", i+1, key)
			case f.Type == "table" || f.Type == "file" || f.Type == "files":
				fault("column %d: %q is a %s, which fits no column", i+1, key, f.Type)
			}
		}
	}
	return errors.Join(faults...)
}

// shows says whether a column shows a field.
func (l *WorkList) shows(field string) bool {
	return l != nil && slices.ContainsFunc(l.Columns, func(c Column) bool { return slices.Contains(c.Fields, field) })
}

// checkLists reports types that name the same list and title it otherwise.
func (ks *kinds) checkLists() []error {
	var faults []error
	titled := map[string]*kind{}
	for _, key := range ks.keys {
		kind := ks.latest[key]
		if kind.WorkList == nil || kind.WorkList.List == "" {
			continue
		}
		first, known := titled[kind.WorkList.List]
		if !known {
			titled[kind.WorkList.List] = kind
			continue
		}
		if !maps.Equal(first.WorkList.Title, kind.WorkList.Title) {
			faults = append(faults, fmt.Errorf("type %s %s: work_list: list %q is titled otherwise by type %s", kind.Key, kind.Version, kind.WorkList.List, first.Key))
		}
	}
	return faults
}

// ListInfo is a list of 處置工作: the common one first, which has no title, then those
// that types keep apart.
type ListInfo struct {
	List  string
	Title forms.Text
}

// Lists returns the lists of what is to be carried out: the common one, and of the
// others those of modules in which the actor has a role or, himself or as a deputy,
// something to do.
func (t Types) Lists(ctx context.Context, actor Actor) ([]ListInfo, error) {
	t.k = t.k.once()
	now := t.k.moment()
	if !actor.system {
		if _, err := t.k.person(ctx, actor.Person, now); err != nil {
			return nil, err
		}
	}
	roles, _, err := t.k.holderKeys(ctx, actor.Person, now)
	if err != nil {
		return nil, err
	}
	out := []ListInfo{{}}
	for _, key := range t.k.kinds.keys {
		kind, _ := t.k.kinds.latestOf(key)
		l := kind.WorkList
		if l == nil || slices.ContainsFunc(out, func(i ListInfo) bool { return i.List == l.List }) {
			continue
		}
		concerned := slices.ContainsFunc(roles, func(key string) bool { return strings.HasPrefix(key, directory.PoolOfRole(kind.Module, "", "")) })
		if !concerned {
			todos, err := t.k.Tasks(ctx, actor, TodoFilter{Types: t.k.kinds.ofModule(kind.Module), Limit: 1})
			if err != nil {
				return nil, err
			}
			concerned = len(todos) > 0
		}
		if concerned {
			out = append(out, ListInfo{List: l.List, Title: l.Title})
		}
	}
	return out, nil
}

// ofModule are the types of a module.
func (ks *kinds) ofModule(module string) []string {
	var out []string
	for _, key := range ks.keys {
		if kind, ok := ks.latestOf(key); ok && kind.Module == module {
			out = append(out, key)
		}
	}
	return out
}

// workList is how the rows of a type stand among what is to be carried out: as its
// newest version says, so that a list has one set of columns for old and new rows.
func (ks *kinds) workList(typ string) *WorkList {
	if kind, ok := ks.latestOf(typ); ok && kind.WorkList != nil {
		return kind.WorkList
	}
	return &WorkList{}
}

// TodoRow is what a list shows of the case of a task.
type TodoRow struct {
	Form   *forms.Form
	Fields forms.Values // only those that are shown
	Names  forms.Lookup // of options that belong to rows of registers
	// Columns are as the type declares them, Paths the field that each shows, "" for
	// none.
	Columns []Column
	Paths   []string
	Do      forms.Text
}

// shows says whether a list may show an actor what a case says: of the tasks that are
// his it may, of other people's only where he may read the case.
func (k *Kit) shows(ctx context.Context, actor Actor, c caseInHand, everybody bool, now time.Time) (bool, error) {
	if !everybody {
		return true, nil
	}
	_, err := k.mayRead(ctx, actor, c, now)
	return err == nil, ignoreNotFound(err)
}

// rows reads the cases of tasks at once and puts to each what its list shows of it and
// what would undo it, as far as that is asked for. What is confidential, and what some
// step hides from somebody, is read in the case.
func (k *Kit) rows(ctx context.Context, actor Actor, todos []Todo, f TodoFilter, now time.Time) error {
	var ids []string
	for _, t := range todos {
		wanted := f.Rows && len(k.kinds.workList(t.Type).Columns) > 0 || f.UnderWay && k.undoable(t.Type)
		if wanted && !k.classes().Confidential(t.Class) && !slices.Contains(ids, t.Case) {
			ids = append(ids, t.Case)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	stored, err := k.listCases(ctx, CaseQuery{IDs: ids, Limit: len(ids)})
	if err != nil {
		return err
	}
	names := facted{options: map[forms.Need][]forms.Option{}}
	rows := map[string]*TodoRow{}
	var about []caseInHand
	for _, row := range stored {
		c, err := k.inHand(ctx, row)
		if unread(err) {
			k.leftOut(ctx, row.ID, err)
			continue
		}
		if err != nil {
			return err
		}
		shown, err := k.shows(ctx, actor, c, f.Everybody, now)
		if err != nil {
			return err
		}
		if !shown {
			continue
		}
		if f.Rows && len(k.kinds.workList(row.Type).Columns) > 0 {
			rows[row.ID] = k.todoRow(c, &names)
		}
		if f.UnderWay {
			about = append(about, c)
		}
	}
	undoing, err := k.underWay(ctx, actor, about, !f.Everybody, now)
	if err != nil {
		return err
	}
	if err := k.optionsOf(ctx, names.options); err != nil {
		return err
	}
	for i, t := range todos {
		todos[i].Row, todos[i].UnderWay = rows[t.Case], undoing[t.Case]
	}
	return nil
}

// todoRow is what a list shows of a case; options that belong to rows of registers are
// noted to be named.
func (k *Kit) todoRow(c caseInHand, names *facted) *TodoRow {
	list, hidden := k.kinds.workList(c.row.Type), c.hiddenFromSomebody()
	out := &TodoRow{Form: c.kind.form, Fields: forms.Values{}, Names: names, Columns: list.Columns, Paths: make([]string, len(list.Columns)), Do: list.Do}
	in := forms.Locale{Lang: k.cfg.Lang, Location: k.location}
	for i, column := range list.Columns {
		for _, key := range column.Fields {
			if slices.Contains(hidden, key) || c.kind.form.Format(key, c.values[key], in) == "" {
				continue
			}
			out.Paths[i] = key
			out.Fields[key] = c.values[key]
			// Which options there are follows from another field.
			if f, _ := fieldNamed(c.kind.Form.Fields, key); f.OptionsFrom != nil && f.OptionsFrom.Of != "" && !slices.Contains(hidden, f.OptionsFrom.Of) {
				out.Fields[f.OptionsFrom.Of] = c.values[f.OptionsFrom.Of]
			}
			break
		}
	}
	for _, n := range c.kind.form.Needs(out.Fields) {
		if n.Kind == forms.NeedOptions {
			names.options[n] = nil
		}
	}
	return out
}

// optionsOf fills in options, reading each list once.
func (k *Kit) optionsOf(ctx context.Context, options map[forms.Need][]forms.Option) error {
	ids := map[string][]string{}
	for n := range options {
		if items, whole := k.rowOptions(n); whole {
			options[n] = optionsOfItems(items)
			continue
		}
		ids[n.List] = append(ids[n.List], n.ID)
	}
	found := map[string]register.Row{}
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		read := map[string]register.Row{}
		for list, of := range ids {
			rows, err := tx.Registers().Rows(ctx, register.Query{List: list, IDs: of})
			if err != nil {
				return err
			}
			for _, row := range rows {
				read[list+"/"+row.ID] = row
			}
		}
		found = read
		return nil
	})
	if err != nil {
		return err
	}
	for n := range options {
		row, ok := found[n.List+"/"+n.ID]
		if !ok {
			continue
		}
		items, ok, err := k.lists.Options(row, n.Field)
		if err != nil {
			return err
		}
		for _, item := range items {
			if ok {
				options[n] = append(options[n], item.Option)
			}
		}
	}
	return nil
}
