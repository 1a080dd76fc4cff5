package cosign_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/witness"
	"github.com/ismskit/ismskit/ismskit/witness/witnesstest"
	"github.com/ismskit/ismskit/refserver/cosign"
)

// answering is a witness on the network, as its address.
func answering(t *testing.T, c *witness.Cosigner) string {
	t.Helper()
	server := httptest.NewServer(cosign.Handler{Cosigner: c, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	t.Cleanup(server.Close)
	return server.URL
}

func remote(t *testing.T, address, key string) *cosign.Remote {
	t.Helper()
	r, err := cosign.NewRemote(address, key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The audit unit's own machine signs beside the house, night by night; it is told again what it
// has seen, learns by itself how far it had come, and never signs another history.
func TestAWitnessElsewhereSignsOnlyWhatGoesOn(t *testing.T) {
	key, auditor := witnesstest.Key(t, "isms.example"), witnesstest.Key(t, "audit.example")
	c := witness.NewCosigner(auditor, key.Verifier(), evidence.Checkpoint{})
	var kept [][]byte
	c.Keep = func(signed []byte) error {
		kept = append(kept, bytes.Clone(signed))
		return nil
	}
	w := remote(t, answering(t, c), auditor.Verifier())
	l := witnesstest.NewLog(t, key)
	signs := func(w *cosign.Remote, note []byte) {
		t.Helper()
		signed, err := w.Witness(t.Context(), note, l.Tree.Consistency)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := evidence.OpenNote(signed, key.Verifier(), auditor.Verifier()); err != nil || len(n.Signers) != 2 {
			t.Errorf("%+v, %v", n, err)
		}
	}
	first := l.Checkpoint(evidence.Digest{1}, evidence.Digest{2})
	signs(w, first)
	signs(w, first)
	signs(w, kept[0]) // and what it has signed already
	signs(w, l.Checkpoint(evidence.Digest{3}))
	signs(remote(t, answering(t, c), auditor.Verifier()), l.Checkpoint(evidence.Digest{4}, evidence.Digest{5})) // started anew
	if back, err := w.Witness(t.Context(), first, l.Tree.Consistency); err != nil || string(back) != string(first) {
		t.Errorf("one that comes after a later one: %q, %v", back, err)
	}
	if _, err := evidence.OpenNote(kept[len(kept)-1], auditor.Verifier()); err != nil || len(kept) != 5 {
		t.Errorf("it keeps %d, %v", len(kept), err)
	}

	forged := witnesstest.NewLog(t, key)
	forged.Now = l.Now
	note := forged.Checkpoint(evidence.Digest{1}, evidence.Digest{9}, evidence.Digest{3}, evidence.Digest{4}, evidence.Digest{5}, evidence.Digest{6})
	if _, err := w.Witness(t.Context(), note, forged.Tree.Consistency); !errors.Is(err, witness.ErrFork) {
		t.Errorf("a log that was made anew: %v", err)
	}
	short := witnesstest.NewLog(t, key)
	short.Now = l.Now
	if _, err := w.Witness(t.Context(), short.Checkpoint(evidence.Digest{1}), short.Tree.Consistency); !errors.Is(err, witness.ErrFork) {
		t.Errorf("a log that was cut off: %v", err)
	}
	stranger := witnesstest.NewLog(t, witnesstest.Key(t, "isms.example"))
	if _, err := w.Witness(t.Context(), stranger.Checkpoint(evidence.Digest{1}), stranger.Tree.Consistency); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("another key's: %v", err)
	}
}

// Who answers in the witness's place, or keeps nothing, signs nothing.
func TestWhatAWitnessElsewhereMustBe(t *testing.T) {
	key, auditor := witnesstest.Key(t, "isms.example"), witnesstest.Key(t, "audit.example")
	l := witnesstest.NewLog(t, key)
	note := l.Checkpoint(evidence.Digest{1})
	impostor := witness.NewCosigner(witnesstest.Key(t, "audit.example"), key.Verifier(), evidence.Checkpoint{})
	if _, err := remote(t, answering(t, impostor), auditor.Verifier()).Witness(t.Context(), note, l.Tree.Consistency); err == nil {
		t.Error("another's signature is taken for the witness's")
	}
	full := witness.NewCosigner(auditor, key.Verifier(), evidence.Checkpoint{})
	full.Keep = func([]byte) error { return errors.New("the disk is full") }
	if _, err := remote(t, answering(t, full), auditor.Verifier()).Witness(t.Context(), note, l.Tree.Consistency); err == nil {
		t.Error("it signs what it could not keep")
	}
	if full.Last().Size != 0 {
		t.Error("it goes on from what it could not keep")
	}
	for _, address := range []string{"", "witness.example", "ftp://witness.example", "https://a:b@witness.example", "https://witness.example?x=1"} {
		if _, err := cosign.NewRemote(address, auditor.Verifier()); err == nil {
			t.Errorf("%q is taken for an address", address)
		}
	}
	if _, err := cosign.NewRemote("https://witness.example", "nonsense"); err == nil {
		t.Error("nonsense is taken for a key")
	}
	elsewhere := httptest.NewServer(http.RedirectHandler(answering(t, impostor), http.StatusTemporaryRedirect))
	t.Cleanup(elsewhere.Close)
	if _, err := remote(t, elsewhere.URL, auditor.Verifier()).Witness(t.Context(), note, l.Tree.Consistency); err == nil {
		t.Error("it goes where it is sent on to")
	}
}

// What anybody may send to a witness is refused without a word of what it knows.
func TestAWitnessRefusesWhatIsNoCheckpoint(t *testing.T) {
	key := witnesstest.Key(t, "isms.example")
	address := answering(t, witness.NewCosigner(witnesstest.Key(t, "audit.example"), key.Verifier(), evidence.Checkpoint{}))
	note := string(witnesstest.NewLog(t, key).Checkpoint(evidence.Digest{1}))
	for what, of := range map[string]struct {
		method, path, body string
		want               int
	}{
		"a look":         {"GET", "/add-checkpoint", "", 405},
		"another path":   {"POST", "/", "old 0\n\n" + note, 404},
		"nothing":        {"POST", "/add-checkpoint", "", 400},
		"no note":        {"POST", "/add-checkpoint", "old 0\n\nnonsense", 400},
		"no size":        {"POST", "/add-checkpoint", "old x\n\n" + note, 400},
		"a size too far": {"POST", "/add-checkpoint", "old 7\n\n" + note, 400},
		"no proof":       {"POST", "/add-checkpoint", "old 0\nnonsense\n\n" + note, 400},
		"too much":       {"POST", "/add-checkpoint", "old 0\n\n" + strings.Repeat("x", 70<<10), 400},
		"a checkpoint":   {"POST", "/add-checkpoint", "old 0\n\n" + note, 200},
	} {
		request, err := http.NewRequestWithContext(t.Context(), of.method, address+of.path, strings.NewReader(of.body))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil || response.StatusCode != of.want {
			t.Errorf("%s: %s, want %d (%v)", what, response.Status, of.want, err)
		}
	}
}
