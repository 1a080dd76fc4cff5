package ismskit

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// fieldPass is a field of a list's row that is to name somebody else.
type fieldPass struct {
	list, row, field string
	from, to         string        // from is "" where nobody stood in, to where nobody follows
	last             calendar.Date // the last day of from
	back             calendar.Date // the day on which from comes back, zero where he does not
	sheet            string        // the case by which it passes
	typ              string        // the field's: person, persons, ref or refs
	name             string        // what to is called, where the field keeps that
	dated, basis     bool          // the rows of its table have days, and say on what they rest
	stays            bool          // from is in the house: what is his from a later day on stays his
	returns          bool          // to returns: noted are the rows that passed when he went
	noted            []passedRow
	reason           string
}

// columns are the table and the column of a field in one, "" for any other field.
func (p fieldPass) columns() (table, column string) {
	table, column, inTable := strings.Cut(p.field, ".")
	if !inTable {
		return "", ""
	}
	return table, column
}

// described is p with what the list's form says of the field, and what the successor is called.
func (k *Kit) described(ctx context.Context, p fieldPass) (fieldPass, error) {
	form, _ := k.lists.Form(p.list)
	field, _ := form.Field(p.field)
	table, _ := p.columns()
	is := func(column, typ string) bool {
		info, ok := form.Field(table + "." + column)
		return ok && info.Type == typ
	}
	p.typ, p.dated, p.basis = field.Type, is("from", "date") && is("to", "date"), is("basis", "text")
	if p.to == "" {
		return p, nil
	}
	who, err := k.anybody(ctx, p.to)
	p.name = who.Name
	return p, err
}

// handField has a row of a list name a successor, with an entry on the list's trail, and
// says whether there was anything to pass. What follows from that is kept with it.
func (k *Kit) handField(ctx context.Context, p fieldPass, follows ...func(context.Context, Tx) error) (bool, error) {
	p, err := k.described(ctx, p)
	if err != nil {
		return false, err
	}
	passed := false
	err = k.changeRow(ctx, p.list, p.row, p.reason, func(v forms.Values) bool {
		table, column := p.columns()
		switch {
		case p.list == register.Deputies:
			passed = p.deputies(v, k.moment())
		case table != "":
			rows, _ := v[table].([]forms.Row)
			next, _ := p.rows(rows, column)
			v[table] = next
			passed = !reflect.DeepEqual(rows, next) // what a try before this one did
		default:
			p.people(v)
			passed = true
		}
		return passed
	}, follows...)
	return passed, err
}

// wouldPass are the rows of a table that would pass now.
func (k *Kit) wouldPass(ctx context.Context, p fieldPass) ([]passedRow, error) {
	p, err := k.described(ctx, p)
	if err != nil {
		return nil, err
	}
	v, err := k.storedValues(ctx, p.list, p.row)
	if err != nil {
		return nil, err
	}
	table, column := p.columns()
	rows, _ := v[table].([]forms.Row)
	_, passed := p.rows(rows, column)
	return passed, nil
}

// deputies ends an entry of somebody's deputies with him, and takes him out of those of
// others, or puts in his place who follows. One that names him alone ends as it stands. One
// that is over already, where a sheet takes effect late, says what it was.
func (p fieldPass) deputies(v forms.Values, now time.Time) bool {
	if to, ends := v["to"].(time.Time); ends && !to.After(now) {
		return false
	}
	if ordered, _ := v["ordered"].([]forms.Ref); p.field == "ordered" && (len(ordered) > 1 || p.to != "") {
		p.people(v)
		return true
	}
	v["to"] = now
	if from, dated := v["from"].(time.Time); dated && from.After(now) {
		v["to"] = from
	}
	return true
}

// people puts the successor in somebody's place in a field of people; where nobody follows
// it names the others alone.
func (p fieldPass) people(v forms.Values) {
	next := p.swapped(v[p.field])
	delete(v, p.field)
	if next != nil {
		v[p.field] = next
	}
}

// swapped is what a field holds with the successor in somebody's place, nil for nobody.
func (p fieldPass) swapped(v any) any {
	person := func(at forms.Person) string { return at.ID }
	ref := func(at forms.Ref) string { return at.ID }
	switch p.typ {
	case "persons":
		at, _ := v.([]forms.Person)
		if out := swap(at, person, p.from, p.to, p.person()); len(out) > 0 {
			return out
		}
	case "refs":
		at, _ := v.([]forms.Ref)
		if out := swap(at, ref, p.from, p.to, p.ref()); len(out) > 0 {
			return out
		}
	case "person":
		if at, ok := v.(forms.Person); ok && at.ID != p.from || !ok && p.from != "" {
			return v // somebody else by now
		}
		if p.to != "" {
			return p.person()
		}
	default:
		if at, _ := v.(forms.Ref); at.ID != p.from {
			return v
		}
		if p.to != "" {
			return p.ref()
		}
	}
	return nil
}

func (p fieldPass) person() forms.Person {
	return forms.Person{Kind: forms.InDirectory, ID: p.to, Name: p.name}
}

// ref is who follows as lists point to people: with the name, like what was picked on a page.
func (p fieldPass) ref() forms.Ref {
	at := peopleRef(p.to)
	at.Name = p.name
	return at
}

// swap puts next in the place of from, or behind all where from is nobody; each is named
// once, and next not at all where to is nobody.
func swap[T any](all []T, id func(T) string, from, to string, next T) []T {
	var out []T
	add := func(one T) {
		if id(one) == "" || !slices.ContainsFunc(out, func(o T) bool { return id(o) == id(one) }) {
			out = append(out, one)
		}
	}
	for _, one := range all {
		switch {
		case from == "" || id(one) != from:
			add(one)
		case to != "":
			add(next)
		}
	}
	if from == "" && to != "" {
		add(next)
	}
	return out
}

// storedValues are the fields of a list's row, none where there is no such row.
func (k *Kit) storedValues(ctx context.Context, list, id string) (forms.Values, error) {
	row, err := k.Registers().stored(ctx, list, id)
	if err != nil || row.Revision == 0 {
		return nil, err
	}
	return k.lists.Values(row)
}

// changeRow has the system change a row of a list; change says whether there is anything to
// change, and what follows from a change is kept with it.
func (k *Kit) changeRow(ctx context.Context, list, id, reason string, change func(forms.Values) bool, follows ...func(context.Context, Tx) error) error {
	for range maxRaces {
		row, err := k.Registers().stored(ctx, list, id)
		if err != nil || row.Revision == 0 {
			return err
		}
		values, err := k.lists.Values(row)
		if err != nil {
			return err
		}
		values = values.Clone()
		if !change(values) {
			return nil
		}
		_, err = k.Registers().change(ctx, System("queue"), RowChange{List: list, ID: id, Seen: row.Revision, Values: values, Reason: reason}, follows...)
		if !isPlainConflict(err) {
			return err
		}
	}
	return ErrConflict
}
