package ismskit_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
)

// beforeWriting does something once before the next action is written.
type beforeWriting struct {
	ismskit.Store
	do func()
}

func (s *beforeWriting) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if do := s.do; do != nil {
		s.do = nil
		do()
	}
	return s.Store.Update(ctx, fn)
}

// A bundle of everything lacks what the office began while it was made, and does not call itself
// incomplete for it: neither for a request that was sent before its checkpoint, nor for one that
// lies under a checkpoint signed before it was written.
func TestABundleOfEverythingIsMadeWhileTheOfficeWorks(t *testing.T) {
	s := &beforeWriting{Store: memory.New()}
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
