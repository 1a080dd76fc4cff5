package ismskit

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// RowRevision is one change of a row of a living list, for people.
type RowRevision struct {
	Revision int64
	At       time.Time
	By       string // who made it, by name
	Reason   string
	Changes  []RowDifference
}

// RowDifference is what changed in one field, as people read it. In a table Row
// is the row by the name it is called, or its place.
type RowDifference struct {
	Label    string
	Row      string
	From, To string // "" where there was or is nothing
}

// History tells how a row came to be what it is, newest change first, in a
// language. ErrNotFound where there is no such row or the actor may not read it.
func (r Registers) History(ctx context.Context, actor Actor, list, id, lang string) ([]RowRevision, error) {
	r.k = r.k.once()
	_, rows, err := r.Get(ctx, actor, list, id)
	if err != nil {
		return nil, err
	}
	form, _ := r.k.lists.Form(list)
	out := make([]RowRevision, 0, len(rows))
	var old register.Row
	for _, row := range rows {
		rev := RowRevision{Revision: row.Revision, At: row.ChangedAt, Reason: row.Reason}
		if row.ChangedBy == SystemPerson {
			rev.By = say(lang, "system", nil)
		} else {
			by, err := r.k.People().holder(ctx, row.ChangedBy)
			if err != nil {
				return nil, err
			}
			rev.By = by.Name
		}
		if old.Revision > 0 { // what was entered first is the row itself
			if rev.Changes, err = r.differences(form, old, row, lang, nil); err != nil {
				return nil, err
			}
		}
		out = append(out, rev)
		old = row
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out, nil
}

// differences are what changed from one revision of a row to the next; of the first, all that
// was entered.
func (r Registers) differences(form *forms.Form, old, now register.Row, lang string, named func(forms.Values) (forms.Values, error)) ([]RowDifference, error) {
	changes, err := r.k.lists.Diff(old, now)
	if err != nil {
		return nil, err
	}
	var before forms.Values
	if old.Revision > 0 {
		if before, err = r.named(old, named); err != nil {
			return nil, err
		}
	}
	after, err := r.named(now, named)
	if err != nil {
		return nil, err
	}
	in := forms.Locale{Lang: lang, Location: r.k.location}
	out := make([]RowDifference, 0, len(changes))
	for _, c := range changes {
		d := RowDifference{Label: c.Label.In(lang), From: valueAt(form, before, c.Path, in), To: valueAt(form, after, c.Path, in)}
		if table, rowID, ok := tableRow(c.Path); ok {
			if d.Row = rowName(form, after, table, rowID, in); d.Row == "" {
				d.Row = rowName(form, before, table, rowID, in)
			}
			if strings.Count(c.Path, ".") == 1 { // the row as a whole came or went
				d.From, d.To, d.Row = rowWhole(form, before, table, rowID, in), rowWhole(form, after, table, rowID, in), ""
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// named are the values of a row, called as somebody else knows where that is given.
func (r Registers) named(row register.Row, call func(forms.Values) (forms.Values, error)) (forms.Values, error) {
	values, err := r.k.lists.Values(row)
	if err != nil || call == nil {
		return values, err
	}
	return call(values)
}

// rowWhole is what stands in a row of a table, cell by cell; "" where it is not there. A row
// whose cells are empty is called by its place.
func rowWhole(form *forms.Form, values forms.Values, table, rowID string, in forms.Locale) string {
	row, n := values.RowByID(table, rowID)
	if n == 0 {
		return ""
	}
	var cells []string
	for _, f := range form.Schema().Fields {
		if f.Key != table {
			continue
		}
		for _, column := range f.Fields {
			if s := form.Format(table+"."+column.Key, row[column.Key], in); s != "" && row[column.Key] != false {
				cells = append(cells, column.Label.In(in.Lang)+say(in.Lang, "word.colon", nil)+s)
			}
		}
	}
	if len(cells) == 0 {
		return strconv.Itoa(n)
	}
	return strings.Join(cells, say(in.Lang, "word.semicolon", nil))
}

func tableRow(path string) (table, row string, ok bool) {
	parts := strings.Split(path, ".")
	if len(parts) < 2 {
		return "", "", false
	}
	return parts[0], parts[1], true
}

// valueAt writes the value at the path of a change as people read it.
func valueAt(form *forms.Form, values forms.Values, path string, in forms.Locale) string {
	table, rowID, ok := tableRow(path)
	if !ok {
		return form.Format(path, values[path], in)
	}
	row, n := values.RowByID(table, rowID)
	parts := strings.SplitN(path, ".", 3)
	if n == 0 || len(parts) < 3 {
		return ""
	}
	return form.Format(table+"."+parts[2], row[parts[2]], in)
}

// rowName calls a row of a table by its title column, else by its first answer.
func rowName(form *forms.Form, values forms.Values, table, rowID string, in forms.Locale) string {
	row, n := values.RowByID(table, rowID)
	if n == 0 {
		return ""
	}
	for _, f := range form.Schema().Fields {
		if f.Key != table {
			continue
		}
		if f.RowTitle != "" {
			if s := form.Format(table+"."+f.RowTitle, row[f.RowTitle], in); s != "" {
				return s
			}
		}
		for _, column := range f.Fields {
			if s := form.Format(table+"."+column.Key, row[column.Key], in); s != "" {
				return s
			}
		}
	}
	return ""
}

// MayChange says whether the actor may change a row, or with id "" add one; see
// Put.
func (r Registers) MayChange(ctx context.Context, actor Actor, list, id string) (bool, error) {
	r.k = r.k.once()
	if _, ok := r.k.lists.List(list); !ok {
		return false, ErrNotFound
	}
	var old register.Row
	if id != "" {
		var err error
		if old, err = r.stored(ctx, list, id); err != nil {
			return false, err
		}
	}
	err := r.mayChange(ctx, actor, list, old)
	if errors.Is(err, ErrForbidden) {
		return false, nil
	}
	return err == nil, err
}
