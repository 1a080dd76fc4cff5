package ismskit_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/storage/memory"
)

// A type that wants to know of an item what its list does not say is refused before
// anything starts.
func TestAFactIsAColumnOfItsList(t *testing.T) {
	for column, told := range map[string]string{
		"secret": "lines.privileged: list systems has no column items.secret",
		"note":   "lines.privileged: column items.note of list systems is a text, not a boolean",
	} {
		types, err := catalog.Types()
		if err != nil {
			t.Fatal(err)
		}
		for _, typ := range types {
			for i := range typ.Form.Fields {
				for _, c := range typ.Form.Fields[i].Fields {
					if c.Key == "privileged" {
						c.Fact.Column = column
					}
				}
			}
		}
		_, err = ismskit.New(ismskit.Config{Store: memory.New(), Blobs: memory.NewBlobs(), Types: types, Hooks: catalog.Hooks()})
		if err == nil || !strings.Contains(err.Error(), told) {
			t.Errorf("%s: %v", column, err)
		}
	}
}
