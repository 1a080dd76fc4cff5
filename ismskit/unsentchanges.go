package ismskit

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/workflow"
)

// unsentChanges are the fields, without those hidden from its reader, that changed after a
// case came back and have not been sent since: nobody has signed them as they are. They are
// told while it lies with its applicant, and for good where it ended there.
func (c *caseInHand) unsentChanges(hidden []string) []string {
	if c.state.Phase != workflow.PhaseReturned && c.state.Phase != workflow.PhaseClosed {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.extra.Mended), func(path string) bool {
		return slices.ContainsFunc(hidden, func(field string) bool { return leafOf(path, field) })
	})
}

// UnsentIn says in a language which fields were changed after the case came back and not
// sent, "" for none: what is shown of them is not what was sent or signed.
func (c Case) UnsentIn(lang string) string {
	if len(c.Unsent) == 0 {
		return ""
	}
	var called []string
	for _, path := range c.Unsent {
		info, ok := c.Form.Field(path)
		name := info.Label.In(lang)
		if !ok || name == "" { // a field that the form has no more
			name = path
		}
		if !slices.Contains(called, name) {
			called = append(called, name)
		}
	}
	return say(lang, "case.unsent", map[string]string{"fields": strings.Join(called, say(lang, "word.list", nil))})
}
