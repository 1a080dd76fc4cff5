package ismskit_test

import (
	"bytes"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
)

// A bundle of everything lacks what the office began while it was made, and does not call itself
// incomplete for it: neither for a request that was sent before its checkpoint, nor for one that
// lies under a checkpoint signed before it was written.
func TestABundleOfEverythingIsMadeWhileTheOfficeWorks(t *testing.T) {
	made := func(t *testing.T, store ismskit.Store) {
		s := &beforeWriting{Store: store}
		o := signingOffice(t, s, aKey(t, "isms.example"))
		o.apply("P13", threeRows())
		o.settle()
		s.do = func() { o.apply("P13", threeRows()) }
		if r := o.verifyBundle(o.export("P04", ismskit.Export{System: true})); !r.Holds() {
			t.Errorf("a request meanwhile: %+v", r.Findings)
		}
		if s.do != nil {
			t.Error("no request was sent meanwhile")
		}
		write, err := o.kit.Evidence().Export(o.ctx, o.as("P04"), ismskit.Export{System: true})
		if err != nil {
			t.Fatal(err)
		}
		o.apply("P13", threeRows())
		o.export("P04", ismskit.Export{System: true}) // signs a checkpoint
		var out bytes.Buffer
		if err := write(o.ctx, &out); err != nil {
			t.Fatal(err)
		}
		if r := o.verifyBundle(out.Bytes()); !r.Holds() {
			t.Errorf("written later: %+v", r.Findings)
		}
	}
	t.Run("memory", func(t *testing.T) { made(t, memory.New()) })
	onDatabases(t, made)
}
