package api

import (
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2/validation"
)

// shapes are the sentences in which the library says what does not fit a description,
// each with the key of ours. What it names comes as {1}, {2}.
var shapes = func() []shape {
	var out []shape
	for _, s := range [][2]string{
		{"unexpected", validation.MsgUnexpectedProperty}, {"unknown_parameter", "unknown query parameter"}, {"missing", validation.MsgExpectedRequiredProperty},
		{"boolean", validation.MsgExpectedBoolean}, {"number", validation.MsgExpectedNumber}, {"integer", validation.MsgExpectedInteger},
		{"string", validation.MsgExpectedString}, {"array", validation.MsgExpectedArray}, {"object", validation.MsgExpectedObject},
		{"unique", validation.MsgExpectedArrayItemsUnique}, {"one_of", validation.MsgExpectedOneOf},
		{"minimum", validation.MsgExpectedMinimumNumber}, {"maximum", validation.MsgExpectedMaximumNumber},
		{"min_length", validation.MsgExpectedMinLength}, {"max_length", validation.MsgExpectedMaxLength},
		{"min_items", validation.MsgExpectedMinItems}, {"max_items", validation.MsgExpectedMaxItems},
		{"integer", "invalid integer"}, {"number", "invalid float"}, {"boolean", "invalid boolean"},
		{"date", "invalid date/time for format 2006-01-02"}, {"moment", "invalid date/time for format %s"},
		{"moment", "expected string to be RFC 3339 date-time"}, {"date", "expected string to be RFC 3339 date"},
		{"parameter", "required %s parameter is missing"}, {"body", "request body is required"},
	} {
		pattern := regexp.MustCompile(`%[vds]`).ReplaceAllString(regexp.QuoteMeta(s[1]), `(.+)`)
		out = append(out, shape{key: "shape." + s[0], says: regexp.MustCompile(`^` + pattern + `$`)})
	}
	return out
}()

type shape struct {
	key  string
	says *regexp.Regexp
}

// shapeFault words what the library says in the reader's language. A sentence that is
// not among ours is not passed on in its own.
func shapeFault(lang, said string) string {
	for _, s := range shapes {
		if found := s.says.FindStringSubmatch(said); found != nil {
			text := say(lang, s.key)
			for i, named := range found[1:] {
				text = strings.ReplaceAll(text, "{"+string(rune('1'+i))+"}", named)
			}
			return text
		}
	}
	return say(lang, "shape")
}
