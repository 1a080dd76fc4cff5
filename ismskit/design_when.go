package ismskit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

// When says a condition over the form in words: 「緊急補單」為「是」. What is too involved for
// that is given as it is written.
func (d Design) When(condition, lang string) string {
	program, err := d.Form.Expr(condition)
	if err != nil {
		return condition
	}
	test, ok := program.Test()
	if !ok {
		return condition
	}
	said, ok := d.test(test, lang)
	if !ok {
		return condition
	}
	return said
}

// test says a simple condition; false where there are no words for it.
func (d Design) test(t forms.Test, lang string) (string, bool) {
	if t.Op == "not" && len(t.Tests) == 1 {
		if other, ok := map[string]string{"empty": "ne", "in": "ne", "eq": "ne"}[t.Tests[0].Op]; ok {
			inner := t.Tests[0]
			if inner.Op == "empty" {
				inner.Values = []any{""}
			}
			inner.Op = other
			return d.test(inner, lang)
		}
	}
	switch t.Op {
	case "any", "all": // rows of a table
		said, ok := d.test(t.Tests[0], lang)
		if ok && len(t.Tests[0].Tests) > 1 {
			said = say(lang, "flow.when.group", map[string]string{"what": said})
		}
		which := "flow.when.any"
		if t.Op == "all" {
			which = "flow.when.all"
		}
		return say(lang, which, map[string]string{"what": said}), ok
	case "and", "or", "not":
		parts := make([]string, len(t.Tests))
		for i, inner := range t.Tests {
			said, ok := d.test(inner, lang)
			if !ok {
				return "", false
			}
			if len(inner.Tests) > 1 || t.Op == "not" {
				said = say(lang, "flow.when.group", map[string]string{"what": said})
			}
			parts[i] = said
		}
		switch t.Op {
		case "and":
			return strings.Join(parts, say(lang, "flow.when.and", nil)), true
		case "or":
			return strings.Join(parts, say(lang, "flow.when.or", nil)), true
		}
		return say(lang, "flow.when.not", map[string]string{"what": strings.Join(parts, "")}), true
	}
	info, known := d.Form.Field(t.Field)
	if !known { // a part of a value
		return "", false
	}
	params := map[string]string{"field": d.names.field(t.Field, lang)}
	if t.Op == "empty" {
		return say(lang, "flow.when.empty", params), true
	}
	values := make([]string, len(t.Values))
	for i, v := range t.Values {
		if values[i] = d.value(info, v, lang); v == "" && t.Op == "eq" {
			return say(lang, "flow.when.empty", params), true
		} else if v == "" && t.Op == "ne" {
			return say(lang, "flow.when.filled", params), true
		}
	}
	params["value"] = strings.Join(values, say(lang, "flow.when.or_value", nil))
	switch t.Op {
	case "eq", "in":
		return say(lang, "flow.when.eq", params), true
	case "ne":
		return say(lang, "flow.when.ne", params), true
	case "lt":
		return say(lang, "flow.when.lt", params), true
	case "le":
		return say(lang, "flow.when.le", params), true
	case "gt":
		return say(lang, "flow.when.gt", params), true
	case "ge":
		return say(lang, "flow.when.ge", params), true
	case "has":
		return say(lang, "flow.when.has", params), true
	}
	return "", false
}

// value is a value of a condition as the form calls it.
func (d Design) value(info forms.FieldInfo, v any, lang string) string {
	text, isText := v.(string)
	_, isYes := v.(bool)
	if isText && info.Type == "multi_choice" && slices.Contains(info.Options, text) {
		v = []string{text}
	}
	if isYes || isText && slices.Contains(info.Options, text) {
		if said := d.Form.Format(info.Path, v, forms.Locale{Lang: lang}); said != "" {
			return said
		}
	}
	if isText {
		return text
	}
	return fmt.Sprint(v)
}
