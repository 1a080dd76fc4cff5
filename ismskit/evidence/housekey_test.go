package evidence

import (
	"bytes"
	"crypto/rand"
	"errors"
	"slices"
	"testing"
)

// forged is a bundle of the house whose texts somebody changed that no trail binds,
// with the real trails, tree and checkpoints; he adds his own key and signs the
// manifest again. Named as the house, or as himself.
func (h *house) forged(name string) (bundle []byte, by Key) {
	h.t.Helper()
	by, err := NewKey(name, rand.Reader)
	fatal(h.t, err)
	p := h.proofs()
	p.Keys = append([]string{by.Verifier()}, p.Keys...)
	return h.bundleBy(by, p, "<!DOCTYPE html><title>假的核章紀錄</title>"), by
}

// Whoever adds his own key to a bundle and signs its manifest with it gets no word
// that it holds.
func TestAForgerWhoSignsTheManifestWithHisOwnKeyIsFound(t *testing.T) {
	h := anOffice(t)
	early, own := h.points[0].Note, []string{h.key.Verifier()}
	for _, name := range []string{"forger.example", "isms.example"} {
		bundle, by := h.forged(name)
		for what, o := range map[string]Options{
			"an earlier checkpoint":     {Checkpoints: [][]byte{early}},
			"the house's key":           {Keys: own},
			"both":                      {Keys: own, Checkpoints: [][]byte{early}},
			"a trusted witness's key":   {Keys: own, Witnesses: []string{by.Verifier()}},
			"the forger as the witness": {Keys: []string{by.Verifier(), h.key.Verifier()}, Checkpoints: [][]byte{early}},
		} {
			r := verified(t, bundle, o)
			if got := codes(r); !slices.Contains(got, "manifest_signature  0-0") {
				t.Errorf("%s, with %s: %s %v", name, what, r.Result(), got)
			}
		}
		// The checkpoints are by another key than the manifest, or the manifest by one
		// that isn't the house's: that much is found without anything from elsewhere.
		if r := verified(t, bundle, Options{}); r.Result() != Failing {
			t.Errorf("%s, with nothing: %s", name, r.Result())
		}
	}
}

// Who makes everything anew with a key of his own under the house's name isn't told
// apart by the bundle alone, and the result says so.
func TestABundleMadeAnewWithAnotherKeyOfTheHousesNameIsNotVouchedFor(t *testing.T) {
	h, forger := anOffice(t), anOffice(t)
	bundle := forger.bundle()
	if r := verified(t, bundle, Options{}); r.Result() != Unvouched || r.Holds() {
		t.Errorf("with nothing: %s %v", r.Result(), r.Findings)
	}
	for _, o := range []Options{{Keys: []string{h.key.Verifier()}}, {Checkpoints: [][]byte{h.points[0].Note}}} {
		if r := verified(t, bundle, o); r.Result() != Failing {
			t.Errorf("%s", r.Result())
		}
	}
	// The house's own, with a checkpoint of the house and no key, is vouched for.
	if r := verified(t, h.bundle(), Options{Checkpoints: [][]byte{h.points[0].Note}}); !r.Holds() || r.Key != h.key.Verifier() {
		t.Errorf("%s %v", r.Result(), r.Findings)
	}
}

// A trusted witness signs beside the house, never in its place.
func TestAWitnessAloneSignsNothing(t *testing.T) {
	h := anOffice(t)
	bundle, witness := h.forged("audit.example")
	keys := []string{h.key.Verifier(), witness.Verifier()}
	if got := codes(verified(t, bundle, Options{Keys: keys})); !slices.Contains(got, "manifest_signature  0-0") {
		t.Errorf("a manifest: %v", got)
	}
	text, ok := NoteText(h.points[1].Note)
	if !ok {
		t.Fatal("no note")
	}
	var err error
	h.points[1].Note, err = Sign(text, witness)
	fatal(t, err)
	if got := codes(verified(t, h.bundle(), Options{Keys: keys})); !slices.Contains(got, "checkpoint_signature  0-0") {
		t.Errorf("a checkpoint: %v", got)
	}
	if r := verified(t, anOffice(t).bundle(), Options{Checkpoints: [][]byte{h.points[1].Note}}); r.Vouched {
		t.Error("a checkpoint that only a witness signed vouches for a key")
	}
}

func TestAKeyThatIsNoneIsNoKeyToCheckWith(t *testing.T) {
	b := anOffice(t).bundle()
	for _, o := range []Options{{Keys: []string{"nonsense"}}, {Witnesses: []string{"a+b+c"}}} {
		if _, err := VerifyBundle(bytes.NewReader(b), int64(len(b)), o); !errors.Is(err, ErrKey) {
			t.Errorf("%v", err)
		}
	}
}
