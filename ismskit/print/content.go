package print

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// Content is what a form says, field by field, in the order of the form.
type Content struct {
	Facts  []Fact
	Tables []Table
}

// Fact is one field that is not a table. Long ones have lines of their own.
type Fact struct {
	Path        string
	Label, Text string
	Long        bool
	Later       bool // a later step entered it
}

// Table is a table with the columns in which some row says something.
type Table struct {
	Path  string // of its field
	Label string
	Heads []string
	Rows  []Row
	// Results says that its rows are handled, each by itself: what became of each is told.
	Results bool
	// Note is what is said of it as a whole, as what became of comparing two texts; ByHand, that
	// whoever reads it has to do what it could not.
	Note   string
	ByHand bool
}

// Handled says whether rows of a table are handled in a case. Another table of the same form,
// such as who signed on paper, has no results.
func (t Table) Handled(c ismskit.Case) bool {
	return slices.ContainsFunc(t.Rows, func(row Row) bool {
		return slices.ContainsFunc(c.Rows, func(child ismskit.ChildCase) bool { return child.Row == row.ID })
	})
}

// Row is one row; ID is its identity, No its number.
type Row struct {
	ID    string
	No    int
	Cells []string
	// Marks are the cells, by place, in which words are marked: of a comparison of two texts.
	Marks map[int]Marked
}

// Marked is a cell of a comparison: Old is the former text, whose own words are gone, else
// its own words are new.
type Marked struct {
	Old  bool
	Runs []document.Run
}

// CaseContent is what a case says. A working year that nobody filled in is left out: it is filed under
// the year that its head names.
func CaseContent(c ismskit.Case, values forms.Values, lookup forms.Lookup, in forms.Locale) Content {
	out := ContentOf(c.Form, values, lookup, in)
	out.Facts = slices.DeleteFunc(out.Facts, func(f Fact) bool { return f.Path == c.Kind.YearField && f.Text == "" })
	return out
}

// ContentOf lists the fields that belong to a form as it was filled in. Fields of
// later steps stand there once they say something. The lookup, which may be nil,
// knows the names of options that belong to rows of registers.
func ContentOf(form *forms.Form, values forms.Values, lookup forms.Lookup, in forms.Locale) Content {
	r := newReader(form, values, lookup, in)
	var out Content
	for _, f := range form.Shown(values, "", nil) {
		if f.Path == ismskit.ChangeCompared && r.compared(ismskit.ChangeComparison) != nil {
			continue // it stands with the table, and in its place where there are no rows
		}
		if f.Table {
			if t := r.table(f); len(t.Rows) > 0 || t.Note != "" {
				out.Tables = append(out.Tables, t)
			}
			continue
		}
		text := r.text(f.Path, nil)
		if text == "" && (f.Later || f.System) {
			continue
		}
		out.Facts = append(out.Facts, Fact{Path: f.Path, Label: f.Label.In(in.Lang), Text: text, Long: f.Type == "long_text", Later: f.Later})
	}
	return out
}

// TextOf is one field as people read it, as ContentOf writes it.
func TextOf(form *forms.Form, values forms.Values, path string, lookup forms.Lookup, in forms.Locale) string {
	r := newReader(form, values, lookup, in)
	return r.text(path, nil)
}

// reader writes values as people read them.
type reader struct {
	form   *forms.Form
	values forms.Values
	lookup forms.Lookup
	in     forms.Locale
	owned  map[string]forms.OptionsFrom // fields whose options belong to a register's row
}

func newReader(form *forms.Form, values forms.Values, lookup forms.Lookup, in forms.Locale) reader {
	r := reader{form: form, values: values, lookup: lookup, in: in, owned: map[string]forms.OptionsFrom{}}
	r.learn("", form.Schema().Fields)
	return r
}

func (r reader) learn(table string, fields []forms.Field) {
	for _, f := range fields {
		if f.OptionsFrom != nil {
			r.owned[table+f.Key] = *f.OptionsFrom
		}
		r.learn(f.Key+".", f.Fields)
		for _, v := range f.Variants {
			r.learn(f.Key+".", v.Fields)
		}
	}
}

// text is the field, or in a row the column, at path.
func (r reader) text(path string, row forms.Row) string {
	own, key := r.values, path
	if _, column, nested := strings.Cut(path, "."); nested {
		own, key = row, column
	}
	from, owned := r.owned[path]
	if !owned || r.lookup == nil {
		return r.form.Format(path, own[key], r.in)
	}
	return r.options(from, own[key], row)
}

func (r reader) options(from forms.OptionsFrom, v any, row forms.Row) string {
	var options []forms.Option
	if need, rows := from.Rows(); rows {
		options, _ = r.lookup.Options(need)
	}
	for _, of := range []forms.Values{row, r.values} {
		if ref, ok := of[from.Of].(forms.Ref); ok {
			options, _ = r.lookup.Options(forms.Need{Kind: forms.NeedOptions, List: from.Register, ID: ref.ID, Field: from.List})
			break
		}
	}
	keys, _ := v.([]string)
	if one, ok := v.(string); ok {
		keys = []string{one}
	}
	labels := slices.Clone(keys)
	for i, key := range keys {
		if j := slices.IndexFunc(options, func(o forms.Option) bool { return o.Key == key }); j >= 0 {
			labels[i] = options[j].Label.In(r.in.Lang)
		}
	}
	return strings.Join(labels, say(r.in.Lang, "list"))
}

func (r reader) table(f forms.FieldInfo) Table {
	rows, _ := r.values[f.Path].([]forms.Row)
	t := Table{Path: f.Path, Label: f.Label.In(r.in.Lang)}
	columns := r.columns(f.Path, rows)
	if compares(f.Path) {
		columns = r.compared(f.Path)
		if info, ok := r.form.Field(ismskit.ChangeCompared); ok {
			t.Note = r.text(info.Path, nil)
			t.ByHand = !slices.Contains([]any{nil, ismskit.ComparedDiffers, ismskit.ComparedEqual}, r.values[info.Path])
		}
	}
	for _, c := range columns {
		t.Heads = append(t.Heads, c.Label.In(r.in.Lang))
	}
	for i, row := range rows {
		line := Row{No: i + 1}
		line.ID, _ = row[forms.RowID].(string)
		for _, c := range columns {
			line.Cells = append(line.Cells, r.text(c.Path, row))
		}
		if compares(f.Path) {
			line.Marks = marks(columns, row)
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// columns are those in which some row says something, in the order of the form.
func (r reader) columns(table string, rows []forms.Row) []forms.FieldInfo {
	used := map[string]bool{}
	for _, row := range rows {
		for _, c := range r.form.Shown(r.values, table, row) {
			_, key, _ := strings.Cut(c.Path, ".")
			used[c.Path] = used[c.Path] || row[key] != nil
		}
	}
	var out []forms.FieldInfo
	add := func(fields []forms.Field) {
		for _, f := range fields {
			if table == ismskit.ChangeTouches && f.Key == ismskit.TouchRef {
				continue // for programs
			}
			if info, ok := r.form.Field(table + "." + f.Key); ok && used[info.Path] {
				used[info.Path] = false // once, where variants share a column
				out = append(out, info)
			}
		}
	}
	for _, f := range r.form.Schema().Fields {
		if f.Key == table {
			add(f.Fields)
			for _, v := range f.Variants {
				add(v.Fields)
			}
		}
	}
	return out
}

// compares says whether a table is the comparison of a request by which a document changes.
func compares(table string) bool { return table == ismskit.ChangeComparison }

// compared are all columns of a comparison: where a clause is new, the place of the old one is
// empty and says so.
func (r reader) compared(table string) []forms.FieldInfo {
	var out []forms.FieldInfo
	for _, column := range []string{ismskit.CompareClause, ismskit.CompareOld, ismskit.CompareNew, ismskit.CompareKind} {
		if info, ok := r.form.Field(table + "." + column); ok {
			out = append(out, info)
		}
	}
	return out
}

// marks marks the words that only one of the texts of a row has.
func marks(columns []forms.FieldInfo, row forms.Row) map[int]Marked {
	before, _ := row[ismskit.CompareOld].(string)
	after, _ := row[ismskit.CompareNew].(string)
	was, is := document.Words(before, after)
	out := map[int]Marked{}
	for i, c := range columns {
		switch _, key, _ := strings.Cut(c.Path, "."); key {
		case ismskit.CompareOld:
			out[i] = Marked{true, was}
		case ismskit.CompareNew:
			out[i] = Marked{false, is}
		}
	}
	return out
}
