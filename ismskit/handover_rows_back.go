package ismskit

import (
	"maps"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// givenBack is by what the rows of who returns begin; see rowAfter.
const givenBack = "back"

// timesBack end the rows that a sheet began, and name somebody again from his return on,
// until the end that was his. Where nobody followed he is named again as well.
func (p fieldPass) timesBack(rows []forms.Row, column string) []forms.Row {
	noted := p.noted
	if len(noted) == 0 {
		noted = []passedRow{{}} // of an older sheet, where nobody stood in
	}
	out := slices.Clone(rows)
	for _, n := range noted {
		out = p.timeBack(out, column, n)
	}
	return out
}

func (p fieldPass) timeBack(rows []forms.Row, column string, n passedRow) []forms.Row {
	his := days{from: p.last.AddDays(1), to: n.Until}
	like := forms.Row{}
	if i := indexOf(rows, n.Row); i >= 0 {
		like = rows[i]
	}
	stood := map[string]bool{}
	for i, b := range n.Begun {
		at := indexOf(rows, lately(rows, b.Row))
		if at < 0 || p.from != "" && !cellNames(rows[at][column], p.from) {
			continue // somebody else has it by now
		}
		end := p.ends(rows, column, rows[at])
		same := end == b.Until
		if !same && !end.IsZero() && end.Before(p.last) {
			continue // it was ended by hand
		}
		like, stood[rowID(rows[at])] = rows[at], true
		his.to = n.Until
		if !same || i < len(n.Begun)-1 {
			his.to = end // what the list says by now of who follows him
		}
	}
	if len(n.Begun) > 0 && len(stood) == 0 {
		return rows
	}
	var out []forms.Row
	for _, row := range rows {
		d := daysOf(row)
		if stood[rowID(row)] && d.from.After(p.last) {
			continue
		}
		if stood[rowID(row)] && (d.to.IsZero() || d.to.After(p.last)) {
			row = maps.Clone(row)
			row["to"] = p.last
		}
		out = append(out, row)
	}
	if !his.to.IsZero() && his.to.Before(his.from) {
		return out
	}
	if len(stood) > 0 {
		like = withCell(like, column, p.besides(n).swapped(like[column]))
	} else if !cellNames(like[column], p.to) {
		like = withCell(like, column, p.alone())
	}
	for i, d := range p.open(out, like, column, his) {
		id := rowAfter(givenBack, n.Row, i)
		if n.Row == "" {
			id = forms.NewRowID()
		}
		if indexOf(out, id) < 0 {
			out = append(out, p.begun(like, id, d))
		}
	}
	return out
}

// ends is the last day of a row: the one before the same person has another of the kind.
func (p fieldPass) ends(rows []forms.Row, column string, row forms.Row) calendar.Date {
	d := daysOf(row)
	for _, other := range rows {
		from := daysOf(other).from
		one := p.typ == "person" || p.typ == "ref"
		if one && from.After(d.from) && cellNames(other[column], p.from) && p.alike(other, row, column) && (d.to.IsZero() || !from.After(d.to)) {
			d.to = from.AddDays(-1)
		}
	}
	return d.to
}

// lately is the row that a sheet began, or the one with which who stood in came back from an
// absence of his own.
func lately(rows []forms.Row, id string) string {
	for next := rowAfter(givenBack, id, 0); indexOf(rows, next) >= 0; next = rowAfter(givenBack, id, 0) {
		id = next
	}
	return id
}

// alone is a cell that names who returns.
func (p fieldPass) alone() any {
	switch p.typ {
	case "persons":
		return []forms.Person{p.person()}
	case "refs":
		return []forms.Ref{p.ref()}
	case "person":
		return p.person()
	}
	return p.ref()
}
