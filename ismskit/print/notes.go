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
	return out
}

// Changes are the fields that an entry of a trail changed, each with what stood there
// before.
func Changes(form *forms.Form, e ismskit.Entry, in forms.Locale) []string {
	return changes(form, e, in, func(path string, ch ismskit.Changed) string {
		return plain(form, path, ch.From, in) + " → " + plain(form, path, ch.To, in)
	})
}

// changes is a line for each field, row or cell that an entry changed.
func changes(form *forms.Form, e ismskit.Entry, in forms.Locale, text func(path string, ch ismskit.Changed) string) []string {
	var out []string
	for _, ch := range e.Changes {
		parts := strings.Split(ch.Name, ".")
		path := parts[0]
		if len(parts) == 3 { // a cell: table, row, column
			path += "." + parts[2]
		}
		info, ok := form.Field(path)
		if !ok {
			continue
		}
		said := ""
		switch {
		case len(parts) != 2:
			said = text(path, ch)
		case ch.To == nil: // a row
			said = say(in.Lang, "row_removed")
		default:
			said = say(in.Lang, "row_added")
		}
		label := info.Label.In(in.Lang)
		if row := e.Rows[ch.Name].In(in.Lang); row != "" {
			label = say(in.Lang, "of_row", "row", row, "label", label)
		}
		out = append(out, label+say(in.Lang, "colon")+said)
	}
	return out
}

func plain(form *forms.Form, path string, v any, in forms.Locale) string {
	if s := form.FormatPlain(path, v, in); s != "" {
		return s
	}
	return say(in.Lang, "none")
}

// Notes are what an entry of a trail says beside the decision and the opinion: the
// note of an office outside, and the fields that it changed. What was sent is the
// form itself and stands there, and a file put into a field is the note's proof as well:
// it is said once, at its field.
func Notes(form *forms.Form, e ismskit.Entry, in forms.Locale) []string {
	var out []string
	line := func(label, text string) { out = append(out, label+say(in.Lang, "colon")+text) }
	if named := e.Named(); len(named) > 0 {
		people := make([]string, len(named))
		for i, s := range named {
			people[i] = who(s)
		}
		line(say(in.Lang, "named"), strings.Join(people, say(in.Lang, "list")))
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
	for _, step := range e.Elsewhere {
		line(forms.Text(step.Name).In(in.Lang), forms.Text(step.Text).In(in.Lang))
	}
	if e.Outside != nil {
		note, shown := *e.Outside, filesEntered(form, e)
		note.Proof = slices.DeleteFunc(slices.Clone(note.Proof), func(name string) bool { return shown[name] })
		for _, f := range Outside(note, in) {
			line(f.Label, f.Text)
		}
	}
	if e.Verb == workflow.VerbSubmit && !e.Again {
		return out
	}
	return append(out, changes(form, e, in, func(path string, ch ismskit.Changed) string { return plain(form, path, ch.To, in) })...)
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
