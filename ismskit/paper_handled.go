package ismskit

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// Rows of a request that were handled here before it went on on paper stay as they are recorded:
// what they brought about is in the lists, and is not brought about once more. So the entry of its
// paper is neither begun nor sent with them, and where one is among its rows all the same, for it was
// recorded after that, no case is opened for it: the split goes on with the one that there is.

// requestOf is the request that went on on paper under the number of an entry, be that sent or not;
// ok is false where there is none, or this program cannot read it.
func (k *Kit) requestOf(ctx context.Context, entry caseInHand) (request caseInHand, ok bool, err error) {
	if entry.kind.PaperOf == "" {
		return request, false, nil
	}
	number := entry.row.Number
	if number == "" {
		number, _ = entry.values[paperNumber].(string)
	}
	n, found, err := k.reservedNumber(ctx, strings.TrimSpace(number))
	if err != nil || !found || n.From == "" || n.Type != entry.kind.PaperOf {
		return request, false, err
	}
	if entry.row.Number == "" && n.State != NumberFree || entry.row.Number != "" && n.Case != entry.row.ID {
		return request, false, nil // that is another paper's
	}
	request, err = k.take(ctx, n.From)
	if unread(err) {
		k.leftOut(ctx, n.From, err)
		return request, false, nil
	}
	return request, err == nil, err
}

// handledRow is the case of a row that was handled, and what the row is called.
type handledRow struct {
	by    caseInHand
	title string
}

// handledRows are those of a request, by type and row.
type handledRows map[[2]string]handledRow

// unnamed are the same rows by their places, for whoever may not read the request.
func (h handledRows) unnamed(lang string) handledRows {
	out := handledRows{}
	for of, row := range h {
		row.title = NumberIn(lang, row.by.row.Number, row.by.rowNo())
		out[of] = row
	}
	return out
}

// handledHere are the rows of a request whose last handling was carried out and still stands. One
// that the request was sent back for no longer does, though nothing may have been opened anew yet.
func (k *Kit) handledHere(ctx context.Context, request caseInHand) (handledRows, error) {
	children, err := k.children(ctx, request.row.ID)
	out := handledRows{}
	for _, child := range children { // in the order in which they were opened
		of := [2]string{child.row.Type, child.row.ParentRow}
		delete(out, of)
		if _, stands := markOf(request.state, child.extra.Batch); stands && child.state.Outcome == workflow.OutcomeDone {
			out[of] = handledRow{child, cmp.Or(child.title(k), child.row.ParentRow)}
		}
	}
	return out, err
}

// title is what a row of a request is called that was handled in every way in which it was to be;
// "" for any other.
func (h handledRows) title(request caseInHand, table string, row forms.Row) string {
	id, _ := row[forms.RowID].(string)
	title := ""
	for _, split := range request.kind.flow.Splits() {
		if split.Over != table {
			continue
		}
		row, done := h[[2]string{split.Type, id}]
		if !done {
			return ""
		}
		title = row.title
	}
	return title
}

// in are the titles of such rows of one table, in its order, and how many are not among them.
func (h handledRows) in(request caseInHand, table string) (titles []string, left int) {
	rows, _ := request.values[table].([]forms.Row)
	for _, row := range rows {
		if title := h.title(request, table, row); title != "" {
			titles = append(titles, title)
		} else {
			left++
		}
	}
	return titles, left
}

// titles are those of all such rows, in the order of the form, and how many rows with cases of their
// own are not among them.
func (h handledRows) titles(request caseInHand) (titles []string, left int) {
	for _, f := range request.kind.Form.Fields {
		if !slices.ContainsFunc(request.kind.flow.Splits(), func(s workflow.Split) bool { return s.Over == f.Key }) {
			continue
		}
		of, rest := h.in(request, f.Key)
		titles, left = append(titles, of...), left+rest
	}
	return titles, left
}

// handledFaults are the rows of an entry that is to be sent which were handled here before. An
// entry that was typed from the beginning does not tell which of the request's rows are in it: of
// a request with such rows it is begun with those that are left. What they are is for those who
// may read the request; others are told their places.
func (k *Kit) handledFaults(ctx context.Context, actor Actor, c caseInHand, now time.Time) (forms.Invalid, error) {
	request, ok, err := k.requestOf(ctx, c)
	if err != nil || !ok {
		return nil, err
	}
	done, err := k.handledHere(ctx, request)
	if err != nil {
		return nil, err
	}
	_, may, err := k.readable(ctx, actor, request.row.ID, now)
	if err != nil {
		return nil, err
	}
	if !may {
		done = done.unnamed(k.cfg.Lang)
	}
	titles, left := done.titles(request)
	if len(titles) == 0 {
		return nil, nil
	}
	if left == 0 {
		return c.kind.allHandled(k, request, titles), nil
	}
	var out forms.Invalid
	for _, f := range c.kind.Form.Fields {
		rows, _ := c.values[f.Key].([]forms.Row)
		known := false
		var here forms.Invalid
		for i, row := range rows {
			id, _ := row[forms.RowID].(string)
			was, no := request.values.RowByID(f.Key, id)
			known = known || no > 0
			if title := done.title(request, f.Key, was); no > 0 && title != "" {
				here = append(here, forms.Fault{
					Field: f.Key, Row: i + 1, RowID: id, Code: "paper.row_handled", Label: f.Label, Title: title,
					Text: sayAll("paper.row_handled", func(string) map[string]string { return map[string]string{"what": title} }),
				})
			}
		}
		of, _ := done.in(request, f.Key)
		if len(rows) > 0 && !known && len(of) > 0 {
			here = forms.Invalid{{Field: f.Key, Code: "paper.rows_typed", Label: f.Label, Text: sayAll("paper.rows_typed", func(lang string) map[string]string {
				return map[string]string{"number": request.row.Number, "what": strings.Join(of, say(lang, "word.list", nil))}
			})}}
		}
		out = append(out, here...)
	}
	return out, nil
}

// allHandled is that of a request nothing is left that its paper could bring about.
func (kind *kind) allHandled(k *Kit, request caseInHand, titles []string) forms.Invalid {
	return kind.numberFault("paper.all_handled", map[string]string{"number": request.row.Number, "what": strings.Join(titles, say(k.cfg.Lang, "word.list", nil))})
}

// standIn are, for an entry's split, the cases of rows that were handled in the request: none is
// opened for them, and they count as its own.
func (k *Kit) standIn(ctx context.Context, entry caseInHand, split workflow.Split) ([]caseInHand, error) {
	request, ok, err := k.requestOf(ctx, entry)
	if err != nil || !ok {
		return nil, err
	}
	done, err := k.handledHere(ctx, request)
	if err != nil {
		return nil, err
	}
	var out []caseInHand
	rows, _ := entry.values[split.Over].([]forms.Row)
	for _, row := range rows {
		id, _ := row[forms.RowID].(string)
		if one, is := done[[2]string{split.Type, id}]; is {
			out = append(out, one.by)
		}
	}
	return out, nil
}

// notOpened are the titles of an entry's rows for which no case is opened.
func (k *Kit) notOpened(ctx context.Context, entry caseInHand) ([]string, error) {
	if entry.row.Number == "" {
		return nil, nil // it is not sent yet
	}
	var out []string
	for _, split := range entry.kind.flow.Splits() {
		done, err := k.standIn(ctx, entry, split)
		if err != nil {
			return nil, err
		}
		for _, c := range done {
			out = append(out, c.title(k))
		}
	}
	return out, nil
}
