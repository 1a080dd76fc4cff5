package ismskit

import (
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// alternatives are ways of a step as the engine asks for them.
func alternatives(who []workflow.Who) []workflow.Alternative {
	out := make([]workflow.Alternative, len(who))
	for i, w := range who {
		out[i].Who = w
	}
	return out
}

// inTurn leaves unanswered the ways that are only for where the separation of duties leaves
// nobody, unless those before them find somebody.
func inTurn(ways []workflow.Alternative, answers func(int) ([]directory.Answer, bool)) func(int) ([]directory.Answer, bool) {
	return func(j int) ([]directory.Answer, bool) {
		as, ok := answers(j)
		if !ways[j].Who.Apart {
			return as, ok
		}
		for i := range j {
			if ways[i].Who.Apart {
				continue // it fills in, too
			}
			before, _ := answers(i)
			if signers, _, _ := signersOf(before); len(signers) > 0 {
				return as, ok
			}
		}
		return nil, false
	}
}
