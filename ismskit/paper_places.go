package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// rowPlaces say which number each row of a case has, for whoever reads it: on its sheet and page,
// in what is told of it, and as which its own case is listed. A row's number is its place. Those
// of a paper's entry have the number that they had in the request that went on on paper, as they
// stand on its sheet: rows that were handled before are not among them, and keep theirs. What the
// paper has besides comes after them; an entry that was typed from the beginning has its rows in
// the paper's order.
type rowPlaces struct {
	request forms.Values // nil for a case that is no such entry
}

// rowPlaces are those of a case. Until an entry is sent, its rows have their places in the form
// that is being filled in.
func (k *Kit) rowPlaces(ctx context.Context, c caseInHand) (rowPlaces, error) {
	if c.row.Number == "" {
		return rowPlaces{}, nil
	}
	online, ok, err := k.requestOf(ctx, c)
	if err != nil || !ok {
		return rowPlaces{}, err
	}
	return rowPlaces{request: online.values}, nil
}

// in are the numbers of rows of one table that stand in this order.
func (p rowPlaces) in(table string, rows []string) []int {
	out, known := make([]int, len(rows)), false
	was, _ := p.request[table].([]forms.Row)
	next := len(was)
	for i, id := range rows {
		if _, no := p.request.RowByID(table, id); no > 0 {
			out[i], known = no, true
			continue
		}
		next++
		out[i] = next
	}
	if !known {
		for i := range out {
			out[i] = i + 1
		}
	}
	return out
}

// table is the one whose rows some splits opened, where nothing but the rows' identities is left.
func (p rowPlaces) table(splits []workflow.Split, rows []string) string {
	for _, split := range splits {
		if slices.ContainsFunc(rows, func(id string) bool { _, no := p.request.RowByID(split.Over, id); return no > 0 }) {
			return split.Over
		}
	}
	return ""
}

// all are the numbers of a case's rows, by table and identity.
func (p rowPlaces) all(values forms.Values) map[[2]string]int {
	out := map[[2]string]int{}
	for table, v := range values {
		if rows, ok := v.([]forms.Row); ok {
			ids := rowIDs(rows)
			for i, no := range p.in(table, ids) {
				out[[2]string{table, ids[i]}] = no
			}
		}
	}
	return out
}

// beside is the number of a row that has others beside it in its table, 0 of any other.
func (p rowPlaces) beside(c caseInHand, row string) int {
	for _, f := range c.kind.Form.Fields {
		rows, _ := c.values[f.Key].([]forms.Row)
		if _, no := c.values.RowByID(f.Key, row); no > 0 && (len(rows) > 1 || p.request != nil) {
			return p.in(f.Key, rowIDs(rows))[no-1]
		}
	}
	return 0
}

// rowIDs are the identities of rows.
func rowIDs(rows []forms.Row) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i], _ = row[forms.RowID].(string)
	}
	return out
}

// RowNumber is the number of a row of a table, as its sheet, its own case and what is told of it
// have it; 0 where the case has no such row. In the entry of a paper it need not be the row's
// place among Fields.
func (c Case) RowNumber(table, row string) int { return c.rowNos[[2]string{table, row}] }
