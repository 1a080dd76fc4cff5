package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
)

// PaperDifference is a field, or a row, that an entry of a paper has otherwise than the request
// of its number that was sent here. What stood there is for the page of that request.
type PaperDifference struct {
	Path  string     // "subject"; of a row "lines", of a cell "lines.system"
	Label forms.Text // of the field, the table or the column
	Row   int        // its number, as Case.RowNumber; of a row that the entry lacks that of the request; 0 for no row
	State PaperState
}

// PaperState is how an entry differs from the request.
type PaperState string

// The states of a difference.
const (
	PaperChanged PaperState = "changed"
	PaperAdded   PaperState = "added"   // a row that the request has not
	PaperRemoved PaperState = "removed" // a row that the entry has not
)

// differs is what the entry of a paper says otherwise than the request that went on on paper.
// Hidden is what the actor must not see of the entry.
func (k *Kit) differs(ctx context.Context, actor Actor, c caseInHand, hidden []string, now time.Time) ([]PaperDifference, error) {
	if c.row.Number == "" {
		return nil, nil
	}
	online, ok, err := k.requestOf(ctx, c)
	if err != nil || !ok {
		return nil, err
	}
	more := online.hiddenFromSomebody()
	if _, may, err := k.readable(ctx, actor, online.row.ID, now); err != nil {
		return nil, err
	} else if may {
		if more, err = k.hiddenFrom(ctx, actor, online, nil, now); err != nil {
			return nil, err
		}
	}
	both := func(form *forms.Form, values forms.Values) forms.Values {
		out := form.Redact(values, slices.Concat(hidden, more))
		return shared(c.kind.Form.Fields, online.kind.Form.Fields, out)
	}
	before, after := both(online.kind.form, online.values), both(c.kind.form, c.values)
	done, err := k.handledHere(ctx, online)
	if err != nil {
		return nil, err
	}
	places := rowPlaces{request: online.values}
	var out []PaperDifference
	for _, change := range c.kind.form.Diff(before, alike(before, after)) {
		if change.From == nil && change.To == false {
			continue // a box that was never ticked, and is not
		}
		parts := strings.Split(change.Path, ".")
		if len(parts) == 2 && change.To == nil {
			if row, _ := online.values.RowByID(parts[0], parts[1]); done.title(online, parts[0], row) != "" {
				continue // it was handled before, and is not on the paper's way any more
			}
		}
		d := PaperDifference{Path: parts[0], Label: change.Label, Row: change.Row, State: PaperChanged}
		switch {
		case len(parts) == 3:
			d.Path += "." + parts[2]
		case len(parts) == 2 && change.To == nil:
			d.State = PaperRemoved
		case len(parts) == 2:
			d.State = PaperAdded
		}
		if rows, _ := c.values[parts[0]].([]forms.Row); d.Row > 0 && d.State != PaperRemoved {
			d.Row = places.in(parts[0], rowIDs(rows))[d.Row-1]
		}
		out = append(out, d)
	}
	return out, nil
}

// shared are the values of fields that both forms ask their writers for. Files are not among
// them: those of the request stay with it.
func shared(a, b []forms.Field, values forms.Values) forms.Values {
	out := forms.Values{}
	for _, f := range a {
		other, ok := fieldNamed(b, f.Key)
		v, answered := values[f.Key]
		if !ok || !answered || other.Type != f.Type || f.Later || f.Type == "file" || f.Type == "files" || f.Type == "serial" || f.Type == "computed" {
			continue
		}
		rows, table := v.([]forms.Row)
		if !table {
			out[f.Key] = v
			continue
		}
		kept := make([]forms.Row, len(rows))
		for i, row := range rows {
			kept[i] = shared(columnsOf(f), columnsOf(other), row)
			kept[i][forms.RowID] = row[forms.RowID]
		}
		out[f.Key] = kept
	}
	return out
}

// columnsOf are all that a table may have, those of its variants included.
func columnsOf(table forms.Field) []forms.Field {
	columns := slices.Clone(table.Fields)
	for _, variant := range table.Variants {
		columns = append(columns, variant.Fields...)
	}
	return columns
}

// alike gives rows that came with no identity of the request's those at the same place: a paper
// that was typed from the beginning has its rows in the order of the form.
func alike(before, after forms.Values) forms.Values {
	out := after.Clone()
	for key, v := range out {
		rows, table := v.([]forms.Row)
		was, _ := before[key].([]forms.Row)
		if !table || slices.ContainsFunc(rows, func(row forms.Row) bool {
			id, _ := row[forms.RowID].(string)
			_, no := before.RowByID(key, id)
			return no > 0
		}) {
			continue
		}
		for i := range min(len(rows), len(was)) {
			rows[i][forms.RowID] = was[i][forms.RowID]
		}
	}
	return out
}
