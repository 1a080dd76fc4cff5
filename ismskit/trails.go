package ismskit

import (
	"context"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Evidence reads trails and checks them.
type Evidence struct{ k *Kit }

// Trail returns a case's entries, for those who may see the case.
func (e Evidence) Trail(ctx context.Context, actor Actor, caseID string) ([]Entry, error) {
	c, err := e.k.take(ctx, caseID)
	if err != nil {
		return nil, err
	}
	now := e.k.moment()
	if _, err := e.k.mayRead(ctx, actor, c, now); err != nil {
		return nil, err
	}
	mine, err := e.k.mine(ctx, actor, c, now)
	if err != nil {
		return nil, err
	}
	entries, _, err := e.k.trail(ctx, c)
	redactTrail(entries, hiddenFrom(mine))
	return entries, err
}

// Verify checks a case's chain against its row, every payload and every
// signature root; no fault means 相符.
func (e Evidence) Verify(ctx context.Context, actor Actor, caseID string) ([]evidence.Fault, error) {
	c, err := e.k.take(ctx, caseID)
	if err != nil {
		return nil, err
	}
	if _, err := e.k.mayRead(ctx, actor, c, e.k.moment()); err != nil {
		return nil, err
	}
	entries, faults, err := e.k.trail(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if entry.Disposed || entry.Signature == "" {
			continue
		}
		root, err := entry.signatureRoot(entry.At)
		if err != nil || root.String() != entry.Signature {
			faults = append(faults, evidence.Fault{Chain: chainOf(caseID), Seq: entry.Seq, To: entry.Seq, Code: SignatureFalse})
		}
	}
	return faults, nil
}

// SignatureFalse is the code of a fault in a signature's root.
const SignatureFalse = "signature_false"
