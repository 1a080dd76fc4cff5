package register

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Config says what a Registry is made of. The zero value of everything but Lists
// works.
type Config struct {
	Lists []List
	// Types are the field types of the schemas; the zero set means
	// forms.StandardTypes.
	Types forms.Types
	// Guards are the rules that lists name beside StandardGuards; one of the same name takes
	// the place of that. They are asked after those, and only where the fields are as the
	// list wants them.
	Guards map[string]Guard
	// Location is where a date begins and ends; nil means Taiwan's time.
	Location *time.Location
}

// Registry is a set of compiled lists. It never changes and is safe for
// concurrent use.
type Registry struct {
	lists  map[string]compiled
	office *time.Location
}

type compiled struct {
	List
	form   *forms.Form
	guards []Guard // of this package
	hosts  []Guard
}

// New compiles lists. The error joins every mistake of every list.
func New(c Config) (*Registry, error) {
	if len(c.Types.Names()) == 0 {
		c.Types = forms.StandardTypes()
	}
	if c.Location == nil {
		c.Location = time.FixedZone("Asia/Taipei", 8*60*60)
	}
	r := &Registry{lists: map[string]compiled{}, office: c.Location}
	standard := StandardGuards()
	var wrong []error
	for _, l := range c.Lists {
		if _, twice := r.lists[l.Key]; twice || l.Key == "" {
			wrong = append(wrong, fmt.Errorf("register: list %q: the key is empty or used twice", l.Key))
			continue
		}
		form, err := forms.Compile(l.Schema, c.Types)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("register: list %q: %w", l.Key, err))
		}
		made := compiled{List: l, form: form}
		for _, name := range l.Guards {
			switch host, own := c.Guards[name], standard[name]; {
			case host != nil:
				made.hosts = append(made.hosts, host)
			case own != nil:
				made.guards = append(made.guards, own)
			default:
				wrong = append(wrong, fmt.Errorf("register: list %q: no guard %q", l.Key, name))
			}
		}
		wrong = append(wrong, l.check()...)
		r.lists[l.Key] = made
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return r, nil
}

// check reports fields that a list names but its schema doesn't have, and those
// of a type that can't do what is asked of them.
func (l List) check() []error {
	types := map[string]string{}
	for _, f := range l.Schema.Fields {
		types[f.Key] = f.Type
		for _, column := range f.Fields {
			types[f.Key+"."+column.Key] = column.Type
		}
	}
	var wrong []error
	want := func(what, field string, allowed ...string) {
		if field == "" {
			return
		}
		typ, known := types[field]
		if !known || len(allowed) > 0 && !slices.Contains(allowed, typ) {
			wrong = append(wrong, fmt.Errorf("register: list %q: %s: no fitting field %q", l.Key, what, field))
		}
	}
	want("title_field", l.TitleField, "text", "long_text", "person", "ref")
	want("title_field_en", l.TitleFieldEN, "text", "long_text")
	want("from", l.From, "date", "date_time")
	want("to", l.To, "date", "date_time")
	want("successors", l.Successors, "ref", "refs", "unit")
	want("agency", l.Agency, "unit")
	for _, f := range l.KeyFields {
		want("key_fields", f)
	}
	for _, f := range l.TextFields {
		want("text_fields", f)
	}
	for _, f := range l.Owner.Fields {
		want("owner", f, "person", "persons", "ref", "refs")
	}
	want("managers", l.Owner.Managers, "ref", "refs")
	for _, f := range l.Owner.Managed {
		want("managed", f)
	}
	if l.TitleField == "" {
		wrong = append(wrong, fmt.Errorf("register: list %q: no title_field", l.Key))
	}
	return wrong
}

// Lists returns the keys of all lists, sorted.
func (r *Registry) Lists() []string { return slices.Sorted(maps.Keys(r.lists)) }

// List returns the description of a list.
func (r *Registry) List(key string) (List, bool) {
	l, ok := r.lists[key]
	return l.List, ok
}

// Form returns the compiled form of a list's rows.
func (r *Registry) Form(key string) (*forms.Form, bool) {
	l, ok := r.lists[key]
	return l.form, ok
}

// Location is where the dates of this registry begin and end.
func (r *Registry) Location() *time.Location { return r.office }

func (r *Registry) list(key string) (compiled, error) {
	l, ok := r.lists[key]
	if !ok {
		return compiled{}, refuse("no_list", "list", key)
	}
	return l, nil
}

// Values reads a stored row's fields.
func (r *Registry) Values(row Row) (forms.Values, error) {
	l, err := r.list(row.List)
	if err != nil {
		return nil, err
	}
	values, invalid := l.form.Restore(row.Values)
	if err := invalid.Err(); err != nil {
		return nil, fmt.Errorf("register: %s/%s revision %d: %w", row.List, row.ID, row.Revision, err)
	}
	return values, nil
}

// Cells reads a stored row for Go code that knows its fields.
func (r *Registry) Cells(row Row) (Cells, error) {
	values, err := r.Values(row)
	return Cells{values}, err
}

// Title returns what a row is called in a language; a row without a title is
// called by its ID.
func (r *Registry) Title(row Row, lang string) (string, error) {
	l, err := r.list(row.List)
	if err != nil {
		return "", err
	}
	cells, err := r.Cells(row)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(lang, "en") && l.TitleFieldEN != "" {
		if title := cells.Text(l.TitleFieldEN); title != "" {
			return title, nil
		}
	}
	if title := cells.Text(l.TitleField); title != "" {
		return title, nil
	}
	return row.ID, nil
}

// Successors returns the ids of the rows that take over when this one ends.
func (r *Registry) Successors(row Row) ([]string, error) {
	l, err := r.list(row.List)
	if err != nil || l.Successors == "" {
		return nil, err
	}
	cells, err := r.Cells(row)
	return cells.IDs(l.Successors), err
}

// MayMaintain reports whether a person may change a row; an empty row asks for
// adding one. has says whether he has a role.
func (r *Registry) MayMaintain(row Row, list, person string, has func(RoleKey) bool) (bool, error) {
	l, err := r.list(list)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(l.Owner.Roles, has) {
		return true, nil
	}
	if row.ID == "" || person == "" {
		return false, nil
	}
	cells, err := r.Cells(row)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(l.Owner.Fields, func(f string) bool { return slices.Contains(cells.IDs(f), person) }), nil
}

// Item is an option that a row owns, such as a permission item of a system.
type Item struct {
	forms.Option
	// Stopped: it keeps its name where it was chosen, and is not to be chosen any more.
	Stopped bool
	// Units are those it is meant for; none means all.
	Units []string
	// Longest is the longest period it is given for, counted in the calendar; the zero Term is no limit.
	Longest calendar.Term
	// ExternalsOnly: it is for people from outside; StaffOnly: for the organisation's own;
	// PeriodRequired: not without end.
	ExternalsOnly, StaffOnly, PeriodRequired bool

	cells Cells
}

// Fact is what one of the item's columns says, a bool or a string; nil for any other.
func (i Item) Fact(column string) any {
	switch v := i.cells.values[column].(type) {
	case bool, string:
		return v
	}
	return nil
}

// Column is the type of a column of a list's table; false where there is none.
func (r *Registry) Column(list, table, column string) (string, bool) {
	form, ok := r.Form(list)
	if !ok {
		return "", false
	}
	info, ok := form.Field(table + "." + column)
	return info.Type, ok && info.Column
}

// Options returns the options a row owns in one of its tables (columns key,
// label, label_en, note, note_en), e.g. the permission items of a system. ok is
// false for a row that has no such table.
func (r *Registry) Options(row Row, field string) (options []Item, ok bool, err error) {
	cells, err := r.Cells(row)
	if err != nil {
		return nil, false, err
	}
	l := r.lists[row.List]
	if !slices.ContainsFunc(l.Schema.Fields, func(f forms.Field) bool { return f.Key == field && f.Type == "table" }) {
		return nil, false, nil
	}
	for _, item := range cells.Rows(field) {
		longest, err := longestOf(item.Text("longest"))
		if err != nil {
			return nil, false, err
		}
		options = append(options, Item{
			Option:  forms.Option{Key: item.Text("key"), Label: item.texts("label"), Help: item.texts("note")},
			Stopped: item.Flag("stopped"), Units: item.IDs("units"), Longest: longest,
			ExternalsOnly: item.Flag("externals_only"), StaffOnly: item.Flag("staff_only"), PeriodRequired: item.Flag("period_required"), cells: item,
		})
	}
	return options, true, nil
}

// longestOf reads the longest period of an item as its owner wrote it: 90d, 6m, 1y.
func longestOf(typed string) (calendar.Term, error) {
	if typed == "" {
		return calendar.Term{}, nil
	}
	term, err := calendar.ParseTerm(typed)
	if err != nil {
		return calendar.Term{}, fmt.Errorf("register: longest period of an item: %w", err)
	}
	return term, nil
}
