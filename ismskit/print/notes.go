package print

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Outside is everything that was noted of an office outside: what went there and
// what came back, each under its name.
func Outside(note workflow.OutsideNote, in forms.Locale) []Fact {
	if in.Location == nil {
		in.Location = taiwan
	}
	p := printer{in: in}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return p.day(calendar.DateOf(t.In(in.Location)))
	}
	expected := at(note.Expected)
	if day, err := calendar.ParseDate(note.ExpectedDate); err == nil {
		expected = p.day(day)
	}
	var out []Fact
	add := func(key, text string) {
		if text != "" {
			out = append(out, Fact{Label: say(in.Lang, "outside."+key), Text: text})
		}
	}
	add("to", note.To)
	add("how", note.How)
	add("number", note.Number)
	add("sent", at(note.Sent))
	add("expected", expected)
	add("text", note.Text)
	add("replied", at(note.Replied))
	add("reply_number", note.ReplyNumber)
	add("reply", note.Reply)
	add("proof", strings.Join(note.Proof, say(in.Lang, "comma")))
	add("unasked", note.Unasked)
	return out
}

// Filled is a form as it was filled in, as much of it as its reader sees. The lookup, which
// may be nil, knows the names of options that belong to rows of registers.
type Filled struct {
	Form   *forms.Form
	Values forms.Values
	Lookup forms.Lookup
}

// Changes are the fields that an entry of a trail changed, each with what stood there
// before.
func (f Filled) Changes(e ismskit.Entry, in forms.Locale) []string {
	return f.changes(e, in, true)
}

// changes is a line for each field, row or cell that an entry changed; before says that it is
// told with what stood there before. A box that was never ticked, and is not, was not changed.
func (f Filled) changes(e ismskit.Entry, in forms.Locale, before bool) []string {
	r := newReader(f.Form, f.Values, f.Lookup, in)
	var out []string
	for _, ch := range e.Changes {
		parts := strings.Split(ch.Name, ".")
		path := parts[0]
		if len(parts) == 3 { // a cell: table, row, column
			path += "." + parts[2]
		}
		info, ok := f.Form.Field(path)
		if !ok || ch.From == nil && ch.To == false {
			continue
		}
		said := ""
		switch {
		case len(parts) != 2:
			beside, _ := f.Values.RowByID(parts[0], parts[min(1, len(parts)-1)])
			if said = r.plainOrNone(path, ch.To, beside); before {
				said = r.plainOrNone(path, ch.From, beside) + " → " + said
			}
		case ch.To == nil: // a row
			said = r.wholeRow("row_removed", parts[0], ch.From)
		default:
			said = r.wholeRow("row_added", parts[0], ch.To)
		}
		label := info.Label.In(in.Lang)
		if row := e.Rows[ch.Name].In(in.Lang); row != "" {
			label = say(in.Lang, "of_row", "row", row, "label", label)
		}
		out = append(out, label+say(in.Lang, "colon")+said)
	}
	return out
}

// wholeRow says that a row came or went, with what stood in it.
func (r reader) wholeRow(key, table string, side any) string {
	plain, _ := side.(map[string]any)
	row := forms.Row{}
	for column, v := range plain { // whose options a cell has is said by another
		if ref, ok := r.form.Plain(table+"."+column, v); ok {
			row[column] = ref
		}
	}
	var cells []string
	for _, f := range r.form.Schema().Fields {
		if f.Key != table {
			continue
		}
		for _, c := range columnsOf(f) {
			if text := r.plain(table+"."+c.Key, plain[c.Key], row); text != "" && plain[c.Key] != false {
				cells = append(cells, forms.Text(c.Label).In(r.in.Lang)+say(r.in.Lang, "colon")+text)
			}
		}
	}
	if len(cells) == 0 {
		return say(r.in.Lang, key)
	}
	return say(r.in.Lang, key+"_with", "what", strings.Join(cells, say(r.in.Lang, "semicolon")))
}

// columnsOf are a table's columns, and those of its variants, each once.
func columnsOf(table forms.Field) []forms.Field {
	out := slices.Clone(table.Fields)
	for _, v := range table.Variants {
		for _, c := range v.Fields {
			if !slices.ContainsFunc(out, func(have forms.Field) bool { return have.Key == c.Key }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// plain is a plain value of a field, or in a row of a column, as people read it.
func (r reader) plain(path string, v any, row forms.Row) string {
	from, owned := r.owned[path]
	if !owned || r.lookup == nil {
		return r.form.FormatPlain(path, v, r.in)
	}
	value, ok := r.form.Plain(path, v)
	if !ok {
		return ""
	}
	return r.options(from, value, row)
}

func (r reader) plainOrNone(path string, v any, row forms.Row) string {
	if s := r.plain(path, v, row); s != "" {
		return s
	}
	return say(r.in.Lang, "none")
}

// Notes are what an entry of a trail says beside the decision and the opinion: the
// note of an office outside, and the fields that it changed. What was sent is the
// form itself and stands there, and a file put into a field is the note's proof as well:
// it is said once, at its field.
func (f Filled) Notes(e ismskit.Entry, in forms.Locale) []string {
	var out []string
	line := func(label, text string) { out = append(out, label+say(in.Lang, "colon")+text) }
	people := func(key string, all []workflow.Signer) {
		names := make([]string, len(all))
		for i, s := range all {
			names[i] = who(s)
		}
		if len(all) > 0 {
			line(say(in.Lang, key), strings.Join(names, say(in.Lang, "list")))
		}
	}
	people("former", e.Former)
	if len(e.Asked) > 0 {
		line(say(in.Lang, "asked_units"), strings.Join(e.Asked, say(in.Lang, "list")))
	}
	people("named", e.Named())
	people("back_to", e.BackTo)
	if len(e.Attached) > 0 {
		names := make([]string, len(e.Attached))
		for i, f := range e.Attached {
			names[i] = say(in.Lang, "attached_file", "name", f.Name, "size", forms.SizeText(f.Size))
		}
		line(say(in.Lang, "attached"), strings.Join(names, say(in.Lang, "list")))
	}
	if e.Afresh {
		out = append(out, say(in.Lang, "afresh"))
	}
	if e.MovedFrom != "" {
		out = append(out, say(in.Lang, "moved", "from", version(e.MovedFrom), "to", version(e.Type)))
	}
	if y := e.Year; y != nil {
		line(say(in.Lang, "year"), strconv.Itoa(y.From)+" → "+strconv.Itoa(y.To))
	}
	if !e.Proved.IsZero() {
		out = append(out, say(in.Lang, "proved", "time", in.Moment(e.Proved)))
	}
	if c := e.Certificate; c != nil {
		out = append(out, say(in.Lang, "certificate", "name", c.Name, "serial", c.Serial, "issuer", c.Issuer))
	}
	if e.Owes != "" {
		line(say(in.Lang, "owes"), e.Owes+say(in.Lang, "semicolon")+OwedText(e.Owed, in))
	}
	if b := e.Batch; b != nil {
		key := "batch_unopened"
		if b.Opened {
			key = "batch_opened"
		}
		out = append(out, say(in.Lang, key, "n", strconv.Itoa(b.Of)))
	}
	for _, m := range e.Moved {
		line(forms.Text(m.Name).In(in.Lang), say(in.Lang, "due_moved", "from", day(m.From, in), "to", day(m.To, in)))
	}
	if m := e.MoreTime; m != nil {
		out = append(out, m.Text(in))
	}
	if text := forms.Text(e.Elsewhere).In(in.Lang); text != "" {
		out = append(out, text)
	}
	if e.Outside != nil {
		note, shown := *e.Outside, filesEntered(f.Form, e)
		if was := e.Corrects; was != nil {
			if slices.ContainsFunc(note.Proof, func(name string) bool { return shown[name] }) {
				note.Proof = was.Proof // the field says how it changed
			}
			out = append(out, corrected(*was, note, in)...)
		} else {
			note.Proof = slices.DeleteFunc(slices.Clone(note.Proof), func(name string) bool { return shown[name] })
			for _, f := range Outside(note, in) {
				line(f.Label, f.Text)
			}
		}
	}
	if e.Verb == workflow.VerbSubmit && !e.Again {
		return out
	}
	return append(out, f.changes(e, in, e.Verb == workflow.VerbSubmit || e.Verb == ismskit.VerbAmend)...)
}

// day is a day of the trail as people read it.
func day(iso string, in forms.Locale) string {
	d, err := calendar.ParseDate(iso)
	if err != nil {
		return iso
	}
	return in.Day(d)
}

// version is the version in the name of a definition, key@version.
func version(name string) string {
	_, v, _ := strings.Cut(name, "@")
	return v
}

// filesEntered are the names of the files in the fields that an entry changed.
func filesEntered(form *forms.Form, e ismskit.Entry) map[string]bool {
	out := map[string]bool{}
	for _, ch := range e.Changes {
		if _, takes := form.FileKinds(ch.Name); !takes {
			continue
		}
		files, several := ch.To.([]any)
		if !several {
			files = []any{ch.To}
		}
		for _, f := range files {
			if one, ok := f.(map[string]any); ok {
				name, _ := one["name"].(string)
				out[name] = true
			}
		}
	}
	return out
}

// OwedText is how it stands with a signature that is made up for with a certificate (補簽): the
// task for it, nil where the trail alone tells that it is owed.
func OwedText(t *workflow.Task, in forms.Locale) string {
	switch {
	case t == nil || t.Status == workflow.TaskOpen:
		return say(in.Lang, "owed_open")
	case t.Verb == workflow.VerbWaive:
		return say(in.Lang, "owed_waived", "time", in.Moment(t.Closed), "who", who(*t.By), "reason", t.Comment)
	case t.Status == workflow.TaskDone:
		return say(in.Lang, "owed_done", "time", in.Moment(t.Closed))
	}
	return say(in.Lang, "owed_void")
}
