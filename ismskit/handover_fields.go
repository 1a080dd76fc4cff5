package ismskit

import (
	"context"
	"maps"
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
	typ              string        // the field's: person, persons, ref or refs
	name             string        // what to is called, where the field keeps that
	dated, basis     bool          // the rows of its table have days, and say on what they rest
	stays            bool          // from is in the house: what is his from a later day on stays his
	reason           string
}

// handField has a row of a list name a successor, with an entry on the list's trail, and
// says whether there was anything to pass.
func (k *Kit) handField(ctx context.Context, p fieldPass) (bool, error) {
	form, _ := k.lists.Form(p.list)
	field, _ := form.Field(p.field)
	table, _, _ := strings.Cut(p.field, ".")
	is := func(column, typ string) bool {
		info, ok := form.Field(table + "." + column)
		return ok && info.Type == typ
	}
	p.typ, p.dated, p.basis = field.Type, is("from", "date") && is("to", "date"), is("basis", "text")
	if p.to != "" {
		who, err := k.anybody(ctx, p.to)
		if err != nil {
			return false, err
		}
		p.name = who.Name
	}
	passed := false
	err := k.changeRow(ctx, p.list, p.row, p.reason, func(v forms.Values) bool {
		passed = true
		table, column, inTable := strings.Cut(p.field, ".")
		switch {
		case p.list == register.Deputies:
			p.deputies(v, k.moment())
		case inTable:
			rows, _ := v[table].([]forms.Row)
			next := p.cells(rows, column)
			if p.dated || p.list == register.Categories {
				next = p.rows(rows, column)
			}
			v[table] = next
			passed = !reflect.DeepEqual(rows, next) // what a try before this one did
		default:
			p.people(v)
		}
		return passed
	})
	return passed, err
}

// deputies ends an entry of somebody's deputies with him, and takes him out of those of
// others, or puts in his place who follows. One that names him alone ends as it stands.
func (p fieldPass) deputies(v forms.Values, now time.Time) {
	if ordered, _ := v["ordered"].([]forms.Ref); p.field == "ordered" && (len(ordered) > 1 || p.to != "") {
		p.people(v)
		return
	}
	v["to"] = now
	if from, dated := v["from"].(time.Time); dated && from.After(now) {
		v["to"] = from
	}
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

// cells do so in the rows of a table that have no days.
func (p fieldPass) cells(rows []forms.Row, column string) []forms.Row {
	out := make([]forms.Row, len(rows))
	for i, row := range rows {
		out[i] = row
		if p.from == "" { // which of them nobody followed in is not known
			continue
		}
		next := maps.Clone(row)
		delete(next, column)
		if cell := p.swapped(row[column]); cell != nil {
			next[column] = cell
		}
		out[i] = next
	}
	return out
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
		if out := swap(at, ref, p.from, p.to, peopleRef(p.to)); len(out) > 0 {
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
			return peopleRef(p.to)
		}
	}
	return nil
}

func (p fieldPass) person() forms.Person {
	return forms.Person{Kind: forms.InDirectory, ID: p.to, Name: p.name}
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

// rows ends somebody's rows of a table with his last day, and begins his successor's on the
// next. Rights of a category have no days.
func (p fieldPass) rows(rows []forms.Row, column string) []forms.Row {
	right := func(row forms.Row, person string) bool {
		return person != "" && row["what"] == "person" && row[column] == person
	}
	// his is also a row that ended with his last day already: somebody still follows.
	names := func(row forms.Row, person string) bool {
		to, ends := row["to"].(calendar.Date)
		from, begins := row["from"].(calendar.Date)
		later := p.stays && begins && from.After(p.last)
		return right(row, person) || person != "" && idIn(row[column]) == person && (!ends || !to.Before(p.last)) && !later
	}
	// there is a successor whose own row covers the day after.
	there := func(row forms.Row) bool {
		from, begins := row["from"].(calendar.Date)
		to, ends := row["to"].(calendar.Date)
		return right(row, p.to) || idIn(row[column]) == p.to && (!ends || to.After(p.last)) && (!begins || !from.After(p.last.AddDays(1)))
	}
	follows := p.to != "" && !slices.ContainsFunc(rows, there)
	var out []forms.Row
	for _, row := range rows {
		_, right := row["what"].(string)
		if !names(row, p.from) {
			out = append(out, row)
			continue
		}
		if from, begins := row["from"].(calendar.Date); !right && (!begins || !from.After(p.last)) {
			over := maps.Clone(row)
			over["to"] = p.last
			out = append(out, over)
		}
		if follows {
			follows = false
			out = append(out, p.begun(rows, column, right))
		}
	}
	if follows && p.from == "" {
		out = append(out, p.begun(rows, column, strings.HasSuffix(p.field, ".key")))
	}
	return out
}

// idIn is whom a cell names, "" for nobody of the house.
func idIn(cell any) string {
	switch at := cell.(type) {
	case forms.Ref:
		return at.ID
	case forms.Person:
		return at.ID
	}
	return ""
}

// begun is the successor's, until a row of his own begins.
func (p fieldPass) begun(rows []forms.Row, column string, right bool) forms.Row {
	if right {
		return forms.Row{forms.RowID: forms.NewRowID(), "what": "person", column: p.to}
	}
	out := forms.Row{forms.RowID: forms.NewRowID(), column: peopleRef(p.to), "from": p.last.AddDays(1)}
	if p.typ == "person" {
		out[column] = p.person()
	}
	if p.basis {
		out["basis"] = p.reason
	}
	for _, row := range rows {
		from, begins := row["from"].(calendar.Date)
		to, ends := out["to"].(calendar.Date)
		if idIn(row[column]) == p.to && begins && from.After(p.last.AddDays(1)) && (!ends || !to.Before(from)) {
			out["to"] = from.AddDays(-1)
		}
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
// change.
func (k *Kit) changeRow(ctx context.Context, list, id, reason string, change func(forms.Values) bool) error {
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
		_, err = k.Registers().change(ctx, System("queue"), RowChange{List: list, ID: id, Seen: row.Revision, Values: values, Reason: reason})
		if !isPlainConflict(err) {
			return err
		}
	}
	return ErrConflict
}
