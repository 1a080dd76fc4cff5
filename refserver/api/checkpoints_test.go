package api_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/storage/memory"
)

// A program of the audit unit fetches the checkpoints and keeps them where the house has
// no hand on them.
func TestCheckpointsAreFetchedByREST(t *testing.T) {
	s := open(t, memory.New())
	if none := s.call("qh110004", "GET", "/checkpoints", nil).want(200); none.at("items") == nil || none.at("items", 0) != nil {
		t.Errorf("before the first: %s", none.raw)
	}
	must(t, s.kit.Evidence().Checkpoint(t.Context(), ismskit.Actor{Person: "P05"}))
	got := s.call("qh110004", "GET", "/checkpoints", nil).want(200)
	text, signed := evidence.NoteText([]byte(got.text("items", 0, "note")))
	if !signed {
		t.Fatalf("no note: %s", got.raw)
	}
	point, err := evidence.ParseCheckpoint(text)
	must(t, err)
	if point.Root.String() != got.text("items", 0, "root") || got.at("items", 0, "told") == nil || got.at("items", 0, "size") != float64(point.Size) {
		t.Errorf("the note says %+v, the answer %s", point, got.raw)
	}
	s.call("qh150013", "GET", "/checkpoints", nil).want(404)
}
