package cosign

import (
	"bytes"
	"testing"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Whatever is sent, what is read of it is what would be written.
func FuzzAMessageIsReadInOneWay(f *testing.F) {
	f.Add(message(0, nil, []byte("note")))
	f.Add(message(7, []evidence.Digest{{1}, {2}}, []byte("a\n\nb")))
	f.Add([]byte("old 01\n\nx"))
	f.Add([]byte("old 7\n\rAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		old, proof, signed, ok := readMessage(body)
		if ok && !bytes.Equal(message(old, proof, signed), body) {
			t.Errorf("%q is read as %d, %v, %q", body, old, proof, signed)
		}
	})
}
