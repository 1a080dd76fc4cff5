package forms

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Fault is one thing in a filled-in form that must be mended.
type Fault struct {
	Field  string         `json:"field"`            // "reason", or "lines.system" for a column; "" for the form as a whole
	Row    int            `json:"row,omitempty"`    // place of the row, counted from 1; 0 outside of tables
	RowID  string         `json:"row_id,omitempty"` // identity of the row
	Part   string         `json:"part,omitempty"`   // of a value of several parts: "to", "reason"
	Code   string         `json:"code"`             // what is wrong; texts come from the catalogue
	Params map[string]any `json:"params,omitempty"` // plain values the text needs

	Label Text   `json:"-"` // of the field, so that a message can name it
	Title string `json:"-"` // of the row: what the person calls it
	Text  Text   `json:"-"` // the schema's own message, said instead of the catalogue's
}

// Path is the field's address in a form page: "reason", "lines.2.system", "lines.2.period.reason". Rows count from 1.
func (f Fault) Path() string {
	path := f.Field
	if f.Row > 0 {
		table, column, _ := strings.Cut(f.Field, ".")
		path = table + "." + strconv.Itoa(f.Row)
		if column != "" {
			path += "." + column
		}
	}
	if f.Part != "" {
		path += "." + f.Part
	}
	return path
}

// Error says field and code for a log. It holds no values that a person typed.
func (f Fault) Error() string {
	if f.Field == "" {
		return "forms: " + f.Code
	}
	return "forms: " + f.Path() + ": " + f.Code
}

// Message is the sentence that stands beside the field: what to do, in lang.
func (f Fault) Message(lang string) string {
	if s := f.Text.In(lang); s != "" {
		return s
	}
	return say(lang, f.Code, f.Params, f.Label)
}

// Line is the message as it stands in a list above the form, with the row: 「第 2 列「公文系統」：請填寫帳號用途。」
func (f Fault) Line(lang string) string {
	if f.Row == 0 {
		return f.Message(lang)
	}
	code := "row"
	if f.Title != "" {
		code = "row_titled"
	}
	return say(lang, code, map[string]any{"row": f.Row, "title": f.Title, "message": f.Message(lang)}, nil)
}

// rowName is what messages call a row: 第 2 列「公文系統」.
func rowName(n int, title string) Text {
	code := "row_name"
	if title != "" {
		code = "row_name_titled"
	}
	out := Text{}
	for _, lang := range languages {
		out[lang] = say(lang, code, map[string]any{"row": n, "title": title}, nil)
	}
	return out
}

// naming puts the names of rows into a schema's own message.
func naming(message Text, rows []Text) Text {
	if len(rows) == 0 {
		return message
	}
	out := Text{}
	for lang, text := range message {
		names := make([]string, len(rows))
		for i, row := range rows {
			names[i] = row.In(lang)
		}
		out[lang] = strings.ReplaceAll(text, "{rows}", sayParam(names, Locale{Lang: lang}))
	}
	return out
}

// Invalid is the error that a filled-in form is refused with: everything that has to be mended, in the order of the
// form, at most MaxFaults. A nil or empty Invalid means that nothing is wrong; use Err to make an error of it.
type Invalid []Fault

// Error names the first faults for a log.
func (i Invalid) Error() string {
	const shown = 3
	parts := make([]string, 0, shown+1)
	for n, f := range i {
		if n == shown {
			parts = append(parts, "and "+strconv.Itoa(len(i)-shown)+" more")
			break
		}
		parts = append(parts, strings.TrimPrefix(f.Error(), "forms: "))
	}
	return "forms: invalid: " + strings.Join(parts, "; ")
}

// With adds the faults of more that stand at fields, cells, or parts of them, where i has none: what could not be read is not
// missing too.
func (i Invalid) With(more Invalid) Invalid {
	out := slices.Clone(i)
	for _, m := range more {
		if !slices.ContainsFunc(i, func(f Fault) bool {
			return f.Field == m.Field && f.Row == m.Row && (f.Part == m.Part || f.Part == "" || m.Part == "")
		}) {
			out = append(out, m)
		}
	}
	return out
}

// Err is i as an error, and nil when nothing is wrong.
func (i Invalid) Err() error {
	if len(i) == 0 {
		return nil
	}
	return i
}

// Messages are the lines of all faults in lang, in the order of the form.
func (i Invalid) Messages(lang string) []string {
	out := make([]string, len(i))
	for n, f := range i {
		out[n] = f.Line(lang)
	}
	return out
}

// At gives the faults whose Path is path, or lies below it.
func (i Invalid) At(path string) Invalid {
	var out Invalid
	for _, f := range i {
		if p := f.Path(); p == path || strings.HasPrefix(p, path+".") {
			out = append(out, f)
		}
	}
	return out
}

// Unread is the fault of a date or a moment at field that could not be read: err is the calendar's, and says why.
func Unread(field string, label Text, err error) Fault {
	return Fault{Field: field, Label: label, Code: calendarCode(err, calendar.BadDate)}
}

func fault(code string, params ...any) *Fault {
	f := &Fault{Code: code}
	if len(params) > 0 {
		f.Params = pairs(params)
	}
	return f
}

func (f *Fault) part(name string) *Fault {
	if f != nil {
		f.Part = name
	}
	return f
}

func pairs(list []any) map[string]any {
	m := make(map[string]any, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		if key, ok := list[i].(string); ok {
			m[key] = list[i+1]
		}
	}
	return m
}
