package forms

import (
	"strconv"
	"strings"
)

// Problem is one mistake in a schema.
type Problem struct {
	Path   string         `json:"path"` // "fields[3].options[0].key"
	Code   string         `json:"code"`
	Params map[string]any `json:"params,omitempty"`
}

// Error says path, code and reason for a log.
func (p Problem) Error() string { return p.Path + ": " + p.Message("en") }

// Message says what is wrong, in lang.
func (p Problem) Message(lang string) string { return say(lang, p.Code, p.Params, nil) }

// Problems is the error that a schema is refused with: every mistake at once.
type Problems []Problem

// Error lists all mistakes.
func (p Problems) Error() string {
	parts := make([]string, len(p))
	for i, problem := range p {
		parts[i] = problem.Error()
	}
	return "forms: schema: " + strings.Join(parts, "; ")
}

// Messages are all mistakes with their paths, in lang.
func (p Problems) Messages(lang string) []string {
	out := make([]string, len(p))
	for i, problem := range p {
		out[i] = problem.Path + ": " + problem.Message(lang)
	}
	return out
}

// Report collects the mistakes of a schema while it is compiled. It is handed to Type.Compile, already at the field's
// path. The zero Report collects nothing.
type Report struct {
	path string
	into *Problems
}

// Problem records a mistake here; params are key, value, key, value, …
func (r Report) Problem(code string, params ...any) {
	if r.into == nil {
		return
	}
	p := Problem{Path: r.path, Code: code}
	if len(params) > 0 {
		p.Params = pairs(params)
	}
	*r.into = append(*r.into, p)
}

// At is the report for a member of what r reports on.
func (r Report) At(member string) Report {
	if r.path != "" {
		member = r.path + "." + member
	}
	return Report{member, r.into}
}

// Index is the report for the i-th item of the list called member.
func (r Report) Index(member string, i int) Report {
	return r.At(member + "[" + strconv.Itoa(i) + "]")
}

// Params reads the parameters of a field into a struct, strictly: an unknown parameter or one of the wrong type is a
// problem with its path. It reports whether all were fine.
func (r Report) Params(params map[string]any, into any) bool {
	return readTree(r.At("params"), params, into)
}
