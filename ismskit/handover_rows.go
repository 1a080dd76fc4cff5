package ismskit

import (
	"crypto/sha256"
	"encoding/base32"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// passedRow is a row of a table as a sheet found it, and what it begins in its place.
type passedRow struct {
	Row string `json:"row"`
	// Until is its last day before the sheet, zero for none.
	Until calendar.Date `json:"until,omitzero"`
	// Own: who follows was named in it beside him already.
	Own bool `json:"own,omitempty"`
	// Begun are the rows of who follows, one after the other: several where he has times of
	// his own in between.
	Begun []begunRow `json:"begun,omitempty"`
}

// begunRow is a row that a sheet begins, and its last day, zero for none.
type begunRow struct {
	Row   string        `json:"row"`
	Until calendar.Date `json:"until,omitzero"`
}

// rows are those of a table with who follows in them, and which of them pass.
func (p fieldPass) rows(rows []forms.Row, column string) ([]forms.Row, []passedRow) {
	switch {
	case p.list == register.Categories:
		return p.rights(rows), nil
	case p.returns && p.dated && (len(p.noted) > 0 || p.from == ""):
		return p.timesBack(rows, column), nil
	case p.dated:
		return p.times(rows, column)
	case p.returns && len(p.noted) > 0:
		return p.cellsBack(rows, column), nil
	}
	return p.cells(rows, column)
}

// rights gives a right of a category, which has no days, to who follows.
func (p fieldPass) rights(rows []forms.Row) []forms.Row {
	is := func(person string) func(forms.Row) bool {
		return func(row forms.Row) bool { return person != "" && row["what"] == "person" && row["key"] == person }
	}
	follows := p.to != "" && !slices.ContainsFunc(rows, is(p.to))
	right := forms.Row{forms.RowID: forms.NewRowID(), "what": "person", "key": p.to}
	var out []forms.Row
	for _, row := range rows {
		switch {
		case !is(p.from)(row):
			out = append(out, row)
		case follows:
			out, follows = append(out, right), false
		}
	}
	if follows && p.from == "" {
		out = append(out, right)
	}
	return out
}

// cells put who follows in somebody's place in the rows of a table that have no days.
func (p fieldPass) cells(rows []forms.Row, column string) ([]forms.Row, []passedRow) {
	if p.from == "" { // which of them nobody followed in is not known
		return rows, nil
	}
	out := slices.Clone(rows)
	var passed []passedRow
	for i, row := range rows {
		if !cellNames(row[column], p.from) {
			continue
		}
		out[i] = withCell(row, column, p.swapped(row[column]))
		passed = append(passed, passedRow{Row: rowID(row), Own: cellNames(row[column], p.to)})
	}
	return out, passed
}

// cellsBack name somebody again in the rows in which somebody else stood in for him.
func (p fieldPass) cellsBack(rows []forms.Row, column string) []forms.Row {
	out := slices.Clone(rows)
	for i, row := range rows {
		n := slices.IndexFunc(p.noted, func(n passedRow) bool { return n.Row == rowID(row) })
		if n >= 0 {
			out[i] = withCell(row, column, p.besides(p.noted[n]).swapped(row[column]))
		}
	}
	return out
}

// besides is p for a row in which who stood in for somebody stays.
func (p fieldPass) besides(n passedRow) fieldPass {
	if n.Own {
		p.from = ""
	}
	return p
}

// times end somebody's rows of a table with his last day, and begin those of who follows on
// the next, for as long as they were to last. A row that says else of the successor than
// that he has it is another thing, and stands beside it.
func (p fieldPass) times(rows []forms.Row, column string) ([]forms.Row, []passedRow) {
	var out []forms.Row
	var passed []passedRow
	for _, row := range rows {
		if !p.passes(rows, row, column) {
			out = append(out, row)
			continue
		}
		n := passedRow{Row: rowID(row), Own: cellNames(row[column], p.to)}
		goes := daysOf(row)
		if n.Until = goes.to; !goes.to.After(p.last) {
			n.Until = calendar.Date{} // it ended with his last day: somebody still follows
		}
		goes.to = n.Until
		if !goes.from.After(p.last) {
			over := maps.Clone(row)
			over["to"] = p.last
			out = append(out, over)
			goes.from = p.last.AddDays(1)
		}
		if cell := p.swapped(row[column]); cell != nil {
			for i, d := range p.open(rows, row, column, goes) {
				next := p.begun(withCell(row, column, cell), rowAfter(p.sheet, n.Row, i), d)
				out = append(out, next)
				n.Begun = append(n.Begun, begunRow{Row: rowID(next), Until: d.to})
			}
		}
		passed = append(passed, n)
	}
	return out, passed
}

// passes says whether a row is somebody's after his last day, and does not stay his. A row
// that an earlier try has passed is not.
func (p fieldPass) passes(rows []forms.Row, row forms.Row, column string) bool {
	d := daysOf(row)
	if p.from == "" || !cellNames(row[column], p.from) || !d.to.IsZero() && d.to.Before(p.last) || indexOf(rows, rowAfter(p.sheet, rowID(row), 0)) >= 0 {
		return false
	}
	later := d.from.After(p.last)
	return !later || !p.stays && (p.back.IsZero() || d.from.Before(p.back) && p.swapped(row[column]) != nil)
}

// begun is a row like another for other days.
func (p fieldPass) begun(like forms.Row, id string, d days) forms.Row {
	out := maps.Clone(like)
	out[forms.RowID], out["from"] = id, d.from
	if delete(out, "to"); !d.to.IsZero() {
		out["to"] = d.to
	}
	if p.basis {
		out["basis"] = p.reason
	}
	return out
}

// open are the days within some on which who follows has no row of his own that is else
// like one; all of them where a row names several people.
func (p fieldPass) open(rows []forms.Row, like forms.Row, column string, within days) []days {
	if p.typ == "persons" || p.typ == "refs" {
		return []days{within}
	}
	var own []days
	for _, row := range rows {
		if cellNames(row[column], p.to) && p.alike(row, like, column) {
			own = append(own, daysOf(row))
		}
	}
	slices.SortFunc(own, func(a, b days) int { return a.from.Compare(b.from) })
	var out []days
	for _, d := range own {
		if !d.to.IsZero() && d.to.Before(within.from) {
			continue
		}
		if d.from.After(within.from) {
			gap := days{within.from, d.from.AddDays(-1)}
			if !within.to.IsZero() && !gap.to.Before(within.to) {
				break
			}
			out = append(out, gap)
		}
		if d.to.IsZero() || !within.to.IsZero() && !d.to.Before(within.to) {
			return out
		}
		within.from = d.to.AddDays(1)
	}
	return append(out, within)
}

// alike says whether rows differ at most in whom they name, from when until when, and on
// what that rests.
func (p fieldPass) alike(a, b forms.Row, column string) bool {
	bare := func(row forms.Row) forms.Row {
		out := maps.Clone(row)
		for _, key := range []string{forms.RowID, column, "from", "to"} {
			delete(out, key)
		}
		if p.basis {
			delete(out, "basis")
		}
		return out
	}
	return reflect.DeepEqual(bare(a), bare(b))
}

// days are those of a row of a table, the last one included; zero where it has no first or
// no last one.
type days struct{ from, to calendar.Date }

func daysOf(row forms.Row) days {
	var d days
	d.from, _ = row["from"].(calendar.Date)
	d.to, _ = row["to"].(calendar.Date)
	return d
}

// cellNames says whether a cell names somebody.
func cellNames(cell any, person string) bool {
	if person == "" {
		return false
	}
	switch at := cell.(type) {
	case forms.Ref:
		return at.ID == person
	case forms.Person:
		return at.ID == person
	case []forms.Ref:
		return slices.ContainsFunc(at, func(r forms.Ref) bool { return r.ID == person })
	case []forms.Person:
		return slices.ContainsFunc(at, func(p forms.Person) bool { return p.ID == person })
	}
	return false
}

// withCell is a row with another cell, nil for none.
func withCell(row forms.Row, column string, cell any) forms.Row {
	out := maps.Clone(row)
	if delete(out, column); cell != nil {
		out[column] = cell
	}
	return out
}

func rowID(row forms.Row) string {
	id, _ := row[forms.RowID].(string)
	return id
}

func indexOf(rows []forms.Row, id string) int {
	return slices.IndexFunc(rows, func(row forms.Row) bool { return rowID(row) == id })
}

// rowAfter is the identity of the row that begins where another one ends: the same in each
// try, so that none begins twice.
func rowAfter(by, row string, n int) string {
	sum := sha256.Sum256([]byte(by + "\x00" + row + "\x00" + strconv.Itoa(n)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}
