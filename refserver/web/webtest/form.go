package webtest

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// Form is one form of a page, as a browser without script has it.
type Form struct {
	Action string // the address that it is sent to
	Button string // what stands on the button that was looked for

	t      testing.TB
	names  []string            // of its controls, in the order of the page
	values map[string][]string // what they hold
	press  [2]string           // the button's name and value
}

// Form finds the form of a page that has the button do=value; false where none has it. Where
// beside are given, names and values in turn, it is the one that holds them too.
func (r Reply) Form(t testing.TB, value string, beside ...string) (Form, bool) {
	t.Helper()
	for _, f := range r.forms(t, value) {
		fits := true
		for i := 0; i+1 < len(beside); i += 2 {
			fits = fits && strings.Join(f.values[beside[i]], "\x00") == beside[i+1]
		}
		if fits {
			return f, true
		}
	}
	return Form{}, false
}

// forms are those that have the button.
func (r Reply) forms(t testing.TB, value string) []Form {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(r.Text))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var out []Form
	var f Form
	var area, choice string // the name of the text area, and of the select, that is open
	var words *string       // what the text goes into
	inForm, pressed, inButton := false, false, false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%s can't be read: %v", r.Request.URL, err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			is := attributes(e)
			switch e.Name.Local {
			case "form":
				f, inForm, pressed = Form{Action: is["action"], t: t, values: map[string][]string{}, press: [2]string{"do", value}}, true, false
			case "input":
				_, checked := is["checked"]
				if kind := is["type"]; kind != "radio" && kind != "checkbox" && kind != "file" || checked {
					f.hold(is["name"], is["value"])
				} else if inForm {
					f.has(is["name"])
				}
			case "textarea":
				area, words = is["name"], new(string)
			case "select":
				choice = is["name"]
				f.has(choice)
			case "option":
				if _, selected := is["selected"]; selected || len(f.values[choice]) == 0 {
					f.values[choice] = []string{is["value"]}
				}
			case "button":
				if inButton = inForm && is["name"] == "do" && is["value"] == value; inButton {
					pressed, words = true, new(string)
				}
			}
		case xml.CharData:
			if words != nil {
				*words += string(e)
			}
		case xml.EndElement:
			switch {
			case e.Name.Local == "textarea" && words != nil:
				f.hold(area, *words)
				words = nil
			case e.Name.Local == "button" && inButton:
				f.Button, words, inButton = strings.TrimSpace(*words), nil, false
			case e.Name.Local == "form" && inForm:
				if inForm = false; pressed {
					out = append(out, f)
				}
			}
		}
	}
}

func attributes(e xml.StartElement) map[string]string {
	out := map[string]string{}
	for _, a := range e.Attr {
		out[a.Name.Local] = a.Value
	}
	return out
}

// has notes a control, hold with what it holds.
func (f *Form) has(name string) {
	if f.values == nil || name == "" {
		return
	}
	if _, known := f.values[name]; !known {
		f.names, f.values[name] = append(f.names, name), nil
	}
}

func (f *Form) hold(name, value string) {
	if f.has(name); f.values != nil && name != "" {
		f.values[name] = append(f.values[name], value)
	}
}

// With are the form's fields as they stand on the page, with others filled in, names and
// values in turn, and its button pressed. A name is a control's own, or "*" and its end,
// where the page knows the rest. A control that is not there fails the test: nobody could
// have filled it in.
func (f Form) With(fields ...string) []string {
	f.t.Helper()
	given := map[string][]string{}
	for i := 0; i+1 < len(fields); i += 2 {
		name := f.control(fields[i])
		given[name] = append(given[name], fields[i+1])
	}
	var out []string
	for _, name := range f.names {
		values, filled := given[name]
		if !filled {
			values = f.values[name]
		}
		for _, v := range values {
			out = append(out, name, v)
		}
	}
	return append(out, f.press[0], f.press[1])
}

func (f Form) control(wanted string) string {
	f.t.Helper()
	end, any := strings.CutPrefix(wanted, "*")
	for _, name := range f.names {
		if name == wanted || any && strings.HasSuffix(name, end) {
			return name
		}
	}
	f.t.Fatalf("the form of %s has no %s: %q", f.press[1], wanted, f.names)
	return ""
}

// Has says whether the form has a control of the name.
func (f Form) Has(name string) bool { _, there := f.values[name]; return there }

// Without is the form without controls of the names, as somebody may send it who builds it
// himself.
func (f Form) Without(names ...string) Form {
	out := f
	out.names = slices.DeleteFunc(slices.Clone(f.names), func(name string) bool { return slices.Contains(names, name) })
	return out
}
