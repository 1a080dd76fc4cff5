package forms

import (
	"strings"
	"testing"
)

// Somebody from outside without name and company is asked for both at once, and so
// is somebody who has not arrived for name and day.
func TestAllGapsOfAPersonAreReportedAtOnce(t *testing.T) {
	schema := Schema{Key: "k", Version: "1", Title: Text{"zh-TW": "單"}, Fields: []Field{
		{Key: "user", Type: "person", Label: Text{"zh-TW": "使用者"}, Params: map[string]any{"external": true, "expected": true}}}}
	form, err := Compile(schema, StandardTypes())
	if err != nil {
		t.Fatal(err)
	}
	for kind, second := range map[PersonKind]string{External: "user.org", Arriving: "user.expected"} {
		got := form.Check(CheckContext{}, Values{"user": Person{Kind: kind}})
		if len(got) != 2 || got[0].Path() != "user.name" || got[1].Path() != second {
			t.Errorf("%s: %v", kind, got)
		}
		// A name that is too long hides no gap either; a draft is not asked for it.
		long := Values{"user": Person{Kind: kind, Name: strings.Repeat("長", DefaultText+1)}}
		got = form.Check(CheckContext{}, long)
		if len(got) != 2 || got[0].Path() != "user.name" || got[0].Code != "too_long" || got[1].Path() != second {
			t.Errorf("%s with a long name: %v", kind, got)
		}
		if got = form.Check(CheckContext{Draft: true}, long); len(got) != 1 || got[0].Path() != "user.name" {
			t.Errorf("%s with a long name in a draft: %v", kind, got)
		}
	}
}
