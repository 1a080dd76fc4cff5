package ismskit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
)

// A subject line is a field, or a text with fields in braces: one that would be empty for every case
// is refused when the server starts.
func TestASubjectLineNamesFields(t *testing.T) {
	for _, c := range []struct {
		subject, in string
		refused     string
	}{
		{"subject", "", ""},
		{"公務 {subject}（{applicant}，{unit}）", "Memo {subject}", ""},
		{"公務便箋", "", "公務便箋"},
		{"{subject}（{no_such}）", "", "no_such"},
		{"subject", "Memo", "Memo"},
	} {
		kind := memo(t, memoFlow)
		kind.Subject = c.subject
		if c.in != "" {
			kind.SubjectIn = forms.Text{"en": c.in}
		}
		_, err := ismskit.New(ismskit.Config{Store: memory.New(), Blobs: memory.NewBlobs(), Types: slices.Clip([]ismskit.Type{kind})})
		told := err != nil && c.refused != "" && strings.Contains(err.Error(), `"`+c.refused+`" is no field`)
		if told != (c.refused != "") || c.refused == "" && err != nil && strings.Contains(err.Error(), "subject") {
			t.Errorf("%q, %q: %v", c.subject, c.in, err)
		}
	}
}
