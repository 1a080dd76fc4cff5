package web

import (
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

// stillWrong is what is wrong with fields that are as they were kept.
func (n flowNodeForm) stillWrong(posted forms.Posted, in forms.Locale) forms.Invalid {
	kept := n.form.Form.ToText(n.form.Values, in)
	return slices.DeleteFunc(slices.Clone(n.wrong), func(f forms.Fault) bool {
		at := f.Path()
		is := func(name string) bool { return name == at || strings.HasPrefix(name, at+".") }
		return !maps.EqualFunc(typedAt(kept, is), typedAt(posted, is), slices.Equal[[]string])
	})
}

// typedAt are the texts typed under names that a test holds for.
func typedAt(posted forms.Posted, is func(name string) bool) forms.Posted {
	out := forms.Posted{}
	for name, texts := range posted {
		if is(name) && !slices.Equal(texts, []string{""}) && !slices.Equal(texts, []string{"false"}) && !strings.HasSuffix(name, ".find") && !strings.HasSuffix(name, ".known") {
			out[name] = texts
		}
	}
	return out
}

// lacksIn is that a step finds nobody, said at whom it asks.
func lacksIn(box flowBox) forms.Invalid {
	var out forms.Invalid
	for _, text := range box.Lacks {
		out = append(out, forms.Fault{Field: "who", Code: "flow", Text: forms.Text{"zh-TW": text, "en": text}})
	}
	return out
}

// controlSaying is the control at which a text is said, "" for none.
func controlSaying(invalid forms.Invalid, text, lang string) string {
	for _, f := range invalid {
		if f.Message(lang) == text {
			return fieldID(f.Path())
		}
	}
	return ""
}
