package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// signedUnder asks whoever signed a paper to confirm it under the post under which he signed
// it: of somebody with several posts a reader would take the two for different offices. A post
// that he no longer holds is not his to sign under.
func (k *Kit) signedUnder(ctx context.Context, c caseInHand, step string, alternative int, signers []workflow.Signer, at time.Time) ([]workflow.Signer, error) {
	if c.kind.PaperOf == "" || step != paperSigners || alternative != 0 || len(signers) == 0 {
		return signers, nil
	}
	steps, err := k.paperSteps(ctx, Actor{system: true}, c)
	if err != nil {
		return nil, err
	}
	rows := paperSignersIn(c.values)
	return k.underPost(ctx, signers, func(s workflow.Signer) string { return postOnPaper(steps, rows, s.Person) }, at)
}

// postOnPaper is the post under which somebody signed a paper: for the step that his row names,
// else for the first step that he signed for.
func postOnPaper(steps []paperStep, rows []paperSigner, person string) string {
	first := ""
	for _, s := range steps {
		for _, hand := range s.by {
			if hand.who.Person != person || hand.who.Post == "" {
				continue
			}
			if slices.ContainsFunc(rows, func(r paperSigner) bool { return r.person.ID == person && s.called(r.capacity) }) {
				return hand.who.Post
			}
			if first == "" {
				first = hand.who.Post
			}
		}
	}
	return first
}

// called says whether somebody signed a paper as what a step is called, in any language.
func (s paperStep) called(capacity string) bool { return calledOneOf(s.step.Name, capacity) }

func calledOneOf(names map[string]string, capacity string) bool {
	for _, name := range names {
		if strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(capacity)) {
			return true
		}
	}
	return false
}
