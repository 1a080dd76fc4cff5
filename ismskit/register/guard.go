package register

import (
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Guard is a rule in Go that a change must pass. old is empty for a new row, and now is
// what the list's form has accepted: a required field is there, a value is of its type.
type Guard func(old, now Cells, at Moment) forms.Invalid

// Moment is when a change happens, and whose clocks count.
type Moment struct {
	Time   time.Time
	Office *time.Location
	Stock  bool // Change.Stock
}

// StandardGuards are the guards the built-in lists name. They are asked also where a field
// is wrong, so that everything is said at once, and cope with what is missing.
func StandardGuards() map[string]Guard {
	return map[string]Guard{
		"deputy_period": deputyPeriod, "deputy_self": deputySelf, "item_keys": itemKeys,
		"member_terms": terms("members"), "holder_terms": terms("holders"),
		"member_named": memberNamed, "member_begun": memberBegun,
	}
}

// deputyPeriod refuses an absence that begins in the past: what a deputy signed
// must not become his right afterwards. A period that has begun may be shortened
// or lengthened, but not into the past either. An end alone is that of usual deputies:
// they are entered without one, and it ends them.
func deputyPeriod(old, now Cells, at Moment) forms.Invalid {
	minute := at.Time.Truncate(time.Minute)
	var faults forms.Invalid
	if from, ok := now.values["from"].(time.Time); ok && !sameTime(old, "from", from) && from.Before(minute) {
		faults = append(faults, fault("from", "deputy_from_past"))
	}
	if to, ok := now.values["to"].(time.Time); ok && !sameTime(old, "to", to) && to.Before(minute) {
		faults = append(faults, fault("to", "deputy_to_past"))
	}
	if from, ok := now.values["from"].(time.Time); ok && len(old.values) == 0 && from.Equal(timeOf(now, "to")) {
		faults = append(faults, fault("to", "deputy_empty")) // an entry may be ended before it began, not entered so
	}
	if !timeOf(now, "to").IsZero() && timeOf(now, "from").IsZero() && (len(old.values) == 0 || !timeOf(old, "from").IsZero()) {
		faults = append(faults, fault("from", "deputy_begins"))
	}
	return faults
}

func sameTime(c Cells, key string, t time.Time) bool {
	was, ok := c.values[key].(time.Time)
	return ok && was.Equal(t)
}

func timeOf(c Cells, key string) time.Time {
	t, _ := c.values[key].(time.Time)
	return t
}

// deputySelf refuses a principal among his own deputies.
func deputySelf(_, now Cells, _ Moment) forms.Invalid {
	i := slices.Index(now.IDs("ordered"), now.ID("principal"))
	if i < 0 {
		return nil
	}
	f := fault("ordered", "deputy_self")
	f.Part = strconv.Itoa(i + 1)
	return forms.Invalid{f}
}

// itemKeys refuses another key for a permission item that is stored: requests and
// openings speak of it by this key, and would lose their item. Its label may
// change; an item that goes is deleted, and another one added.
func itemKeys(old, now Cells, _ Moment) forms.Invalid {
	was := map[string]string{}
	for _, row := range old.Rows("items") {
		was[identity(row.values)] = row.Text("key")
	}
	var faults forms.Invalid
	for i, row := range now.Rows("items") {
		id := identity(row.values)
		if key, stored := was[id]; stored && key != row.Text("key") {
			f := fault("items.key", "item_key_fixed")
			f.Row, f.RowID, f.Title = i+1, id, key
			f.Text = texts("item_key_fixed", map[string]string{"key": key})
			faults = append(faults, f)
		}
	}
	return faults
}

// terms refuses a row of a table whose last day is before its first. One that is stored so
// stays as it is until somebody changes its days: it must not stand in the way of others.
func terms(table string) Guard {
	return func(old, now Cells, _ Moment) forms.Invalid {
		was := map[string]Cells{}
		for _, row := range old.Rows(table) {
			was[identity(row.values)] = row
		}
		var faults forms.Invalid
		for i, row := range now.Rows(table) {
			from, first := row.values["from"].(calendar.Date)
			to, last := row.values["to"].(calendar.Date)
			id := identity(row.values)
			if stored := was[id].values; !first || !last || !to.Before(from) || stored["from"] == from && stored["to"] == to {
				continue
			}
			f := fault(table+".to", "term_backwards")
			f.Row, f.RowID, f.Title = i+1, id, row.Text("person")
			faults = append(faults, f)
		}
		return faults
	}
}

func fault(field, code string) forms.Fault {
	return forms.Fault{Field: field, Code: code, Text: texts(code, nil)}
}

func dateOf(t time.Time, office *time.Location) calendar.Date { return calendar.DateOf(t.In(office)) }
