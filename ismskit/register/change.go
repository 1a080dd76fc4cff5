package register

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
)

// Change is what somebody wants a row to be.
type Change struct {
	List string
	ID   string // of a new row, made by the caller; of an old one, its own
	// Seen is the revision the person had before him; 0 for a new row. Another one
	// stored meanwhile is refused as "stale".
	Seen   int64
	Values forms.Values

	At     time.Time
	By     string // person id
	Reason string
	// Stock is a host's loading of what it had before: less is asked of it than of people.
	Stock bool

	// Check is what the form must be told. Its Location and Today are filled in
	// where they are empty.
	Check forms.CheckContext
}

// Apply makes the next revision of a row; old is the zero Row for a new one. The
// error is a forms.Invalid for what has to be mended in the fields, else a
// *Refusal. A change that changes nothing returns old as it is, so there is
// nothing to put (Row.Revision tells), and a repeated import is harmless (U10).
func (r *Registry) Apply(old Row, c Change) (Row, error) {
	l, err := r.list(c.List)
	if err != nil {
		return Row{}, err
	}
	if err := matches(old, c); err != nil {
		return Row{}, err
	}
	var before forms.Values
	if old.Revision > 0 {
		if before, err = r.Values(old); err != nil {
			return Row{}, err
		}
	}
	values, err := r.accept(l, before, c)
	if err != nil {
		return Row{}, err
	}
	row := r.index(l, Row{List: c.List, ID: c.ID, Revision: old.Revision + 1,
		ChangedAt: utc(c.At), ChangedBy: c.By, Reason: c.Reason}, values)
	if old.Revision > 0 && bytes.Equal(row.Values, old.Values) {
		return old, nil
	}
	return row, nil
}

func matches(old Row, c Change) error {
	switch {
	case !ValidID(c.ID):
		return refuse("id")
	case old.Revision > 0 && (old.List != c.List || old.ID != c.ID):
		return refuse("other_row")
	case old.Revision != c.Seen:
		return refuse("stale")
	case c.At.IsZero():
		return refuse("no_time")
	}
	return nil
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$`)

// ValidID reports whether an id may be given to a row: letters, figures and ._@-
// up to 100, so that it stands in an address as it is.
func ValidID(id string) bool { return idForm.MatchString(id) }

// accept settles and checks the values as the form and the guards say, all at once.
func (r *Registry) accept(l compiled, before forms.Values, c Change) (forms.Values, error) {
	ctx := c.Check
	if ctx.Location == nil {
		ctx.Location = r.office
	}
	if ctx.Today.IsZero() {
		ctx.Today = dateOf(c.At, ctx.Location)
	}
	ctx.Stored, ctx.Sent = before, before // who has left, or a system that has ended, keeps nobody from changing the rest
	values, invalid := l.form.Accept(ctx, before, l.recognise(before, c.Values))
	guards := l.guards
	if len(invalid) == 0 {
		guards = slices.Concat(guards, l.hosts)
	}
	for _, guard := range guards {
		invalid = invalid.With(guard(Cells{before}, Cells{values}, Moment{c.At, r.office, c.Stock}))
	}
	if len(invalid) > 0 {
		return nil, l.form.InOrder(invalid)
	}
	return values, nil
}

// recognise gives rows of tables that were sent without their identity (an
// import, a caller in Go) that of an old row which says the same, so that they
// are no change.
func (l compiled) recognise(before, sent forms.Values) forms.Values {
	sent = sent.Clone()
	for _, f := range l.Schema.Fields {
		rows, _ := sent[f.Key].([]forms.Row)
		old, _ := before[f.Key].([]forms.Row)
		free := map[string][]string{} // what an old row says → identities not sent
		for _, row := range old {
			if _, n := sent.RowByID(f.Key, identity(row)); n == 0 {
				says := l.says(f.Key, row)
				free[says] = append(free[says], identity(row))
			}
		}
		for _, row := range rows {
			if _, n := before.RowByID(f.Key, identity(row)); n > 0 {
				continue
			}
			says := l.says(f.Key, row)
			if ids := free[says]; len(ids) > 0 {
				row[forms.RowID], free[says] = ids[0], ids[1:]
			} else if identity(row) == "" {
				row[forms.RowID] = forms.NewRowID()
			}
		}
	}
	return sent
}

func identity(row forms.Row) string { id, _ := row[forms.RowID].(string); return id }

// says writes a row's cells without its identity.
func (l compiled) says(table string, row forms.Row) string {
	row = row.Clone()
	row[forms.RowID] = "0"
	return string(l.form.EncodeJSON(forms.Values{table: []forms.Row{row}}))
}

// index fills in what a row is found by.
func (r *Registry) index(l compiled, row Row, values forms.Values) Row {
	row.Values = l.form.EncodeJSON(values)
	cells := Cells{values}
	row.From, row.To = cells.Span(l.From, l.To, r.office)
	for _, path := range l.KeyFields {
		for _, value := range reach(cells, path, keysOf) {
			row.Keys = append(row.Keys, Key(path, value))
		}
	}
	slices.Sort(row.Keys)
	row.Keys = slices.Compact(row.Keys)
	lines := []string{row.ID}
	for _, path := range l.TextFields {
		lines = append(lines, reach(cells, path, textOf)...)
	}
	row.Text = strings.Join(lines, "\n")
	return row
}

// Key writes an exact look-up as Row.Keys and Query.Keys have it.
func Key(field, value string) string { return field + "=" + value }

// reach collects from a field, or from a column in all rows of a table.
func reach(c Cells, path string, collect func(Cells, string) []string) []string {
	table, column, found := strings.Cut(path, ".")
	if !found {
		return collect(c, path)
	}
	var all []string
	for _, row := range c.Rows(table) {
		all = append(all, collect(row, column)...)
	}
	return all
}

func keysOf(c Cells, key string) []string {
	if ids := c.IDs(key); len(ids) > 0 {
		return ids
	}
	return textOf(c, key)
}

func textOf(c Cells, key string) []string {
	if s := c.Text(key); s != "" {
		return []string{s}
	}
	return nil
}

// Diff says what changed between two revisions of one row; the zero Row counts as
// empty. A box that was not ticked and is not ticked has not changed: a page says so of
// one that nobody has ever ticked.
func (r *Registry) Diff(old, now Row) ([]forms.Change, error) {
	l, err := r.list(now.List)
	if err != nil {
		return nil, err
	}
	var before forms.Values
	if old.Revision > 0 {
		if before, err = r.Values(old); err != nil {
			return nil, err
		}
	}
	after, err := r.Values(now)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(l.form.Diff(before, after), func(c forms.Change) bool { return off(c.From) && off(c.To) }), nil
}

func off(v any) bool { return v == nil || v == false }
