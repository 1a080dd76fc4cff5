package evidence

import (
	"bytes"
	"os"
	"testing"
)

// The key of the golden bundle; it signs nothing else.
const goldenKey = "PRIVATE+KEY+isms.example+b16e945c+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

// A bundle that was written with the first version is read for ever, and the same
// content still makes the same bytes.
func TestGoldenBundle(t *testing.T) {
	want, err := os.ReadFile("testdata/v1/bundle.zip")
	fatal(t, err)
	early, err := os.ReadFile("testdata/v1/checkpoint.note")
	fatal(t, err)
	key, err := ParseKey(goldenKey)
	fatal(t, err)
	r := verified(t, want, Options{Keys: []string{key.Verifier()}, Checkpoints: [][]byte{early}})
	if !r.Holds() || len(r.Remarks) > 0 || r.Cases != 2 || r.Entries != 5 {
		t.Errorf("%v %v", r.Findings, r.Remarks)
	}
	h := newHouse(t)
	h.key = key
	h.furnish()
	if !bytes.Equal(h.points[0].Note, early) {
		t.Errorf("a checkpoint is now\n%s", h.points[0].Note)
	}
	if !bytes.Equal(h.bundle(), want) {
		t.Error("the same content makes another bundle")
	}
}
