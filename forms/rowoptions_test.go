package forms_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// scale is a list whose rows are chosen themselves: one of them can't be any more.
type scale struct{ forms.Lookup }

func (scale) Options(n forms.Need) ([]forms.Option, bool) {
	if n != (forms.Need{Kind: forms.NeedOptions, List: "classes"}) {
		return nil, false
	}
	return []forms.Option{{Key: "open", Label: forms.Text{"zh-TW": "公開"}}, {Key: "old", Label: forms.Text{"zh-TW": "舊級"}}}, true
}

func (scale) Refused(_ forms.Need, option string, _ forms.Values) (forms.Text, bool) {
	return forms.Text{"zh-TW": "已停用"}, option == "old"
}

// Without a field beside it the rows of a register are the options: each is a choice, one that may not
// be chosen is refused, and what follows from something else says what it follows from.
func TestTheRowsOfARegisterAreOptions(t *testing.T) {
	field := func(key string, later bool) forms.Field {
		return forms.Field{Key: key, Type: "choice", Later: later, Label: forms.Text{"zh-TW": "等級"}, OptionsFrom: &forms.OptionsFrom{Register: "classes"}}
	}
	schema := forms.Schema{Key: "doc", Version: "1", Title: forms.Text{"zh-TW": "文件"}, Fields: []forms.Field{field("class", false), field("was", true)}}
	form, err := forms.Compile(schema, forms.StandardTypes())
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		values forms.Values
		field  string
		code   string
	}{
		"a row":               {forms.Values{"class": "open"}, "", ""},
		"none":                {forms.Values{"class": "closed"}, "class", "option_not_owned"},
		"one of no more":      {forms.Values{"class": "old"}, "class", "option_refused"},
		"what it follows":     {forms.Values{"class": "open", "was": "old"}, "", ""},
		"follows from no row": {forms.Values{"class": "open", "was": "closed"}, "was", "option_not_owned"},
	} {
		var wrong forms.Invalid
		errors.As(form.Check(forms.CheckContext{Lookup: scale{}}, test.values).Err(), &wrong)
		if test.code == "" && len(wrong) == 0 {
			continue
		}
		if len(wrong) != 1 || wrong[0].Field != test.field || wrong[0].Code != test.code {
			t.Errorf("%s: %v", name, wrong)
		}
	}
	schema.Fields[0].OptionsFrom = &forms.OptionsFrom{Register: "no list"}
	if _, err := forms.Compile(schema, forms.StandardTypes()); err == nil {
		t.Error("a register without a key")
	}
}
