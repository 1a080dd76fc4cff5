package ismskit

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// Whom a later way of a step finds is told why it was nobody of the way before: not that somebody
// stands aside who has a task of that very step, and does it.
func TestWhoTakesOverFromOneOfSeveralHearsOfNobodyWhoStandsAside(t *testing.T) {
	c := &caseInHand{state: workflow.State{Applicant: workflow.Signer{Person: "P13"}}}
	first := func(person string) func(int) ([]directory.Answer, bool) {
		return func(way int) ([]directory.Answer, bool) {
			if way > 0 {
				return []directory.Answer{{Holders: []directory.Holder{{Person: "H", Name: "科長"}}}}, true
			}
			return []directory.Answer{{Holders: []directory.Holder{{Person: person, Name: "甲"}}}}, true
		}
	}
	for _, want := range []struct {
		purpose workflow.Purpose
		before  string
		why     string
	}{
		{"", "A", "apart"}, {"", "P13", "applicant"}, {workflow.PurposeInstead, "A", ""}, {workflow.PurposeInstead, "P13", "applicant"},
	} {
		ask := workflow.Ask{Purpose: want.purpose, Alternatives: make([]workflow.Alternative, 2)}
		found := workflow.Found{Alternative: 1, Signers: []workflow.Signer{{Person: "H"}}}
		if why := c.insteadWhy(ask, found, first(want.before)); why[insteadKey] != want.why {
			t.Errorf("asked %q after %s: %v", want.purpose, want.before, why)
		}
	}
}
