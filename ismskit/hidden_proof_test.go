package ismskit

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// The names of files in a field that a reader must not see are in no note of an office outside
// either; what was signed stays as it was.
func TestAHiddenFileIsNotNamedAsProof(t *testing.T) {
	file := func(name string) any {
		return map[string]any{"name": name, "digest": strings.Repeat("0a", 32)}
	}
	note := &workflow.OutsideNote{To: "市府資訊中心", Proof: []string{"回復.pdf", "薪資.pdf", "電話紀錄"}}
	trail := []Entry{{Event: Event{Outside: note, Changes: []Changed{
		{Name: "proof", To: []any{file("回復.pdf")}}, {Name: "pay", To: []any{file("薪資.pdf")}},
	}}}}
	redactTrail(trail, []string{"pay"})
	if got := trail[0].Outside.Proof; !slices.Equal(got, []string{"回復.pdf", "電話紀錄"}) {
		t.Errorf("told of %v", got)
	}
	if len(note.Proof) != 3 {
		t.Errorf("the entry itself was changed: %v", note.Proof)
	}
}
