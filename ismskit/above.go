package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// askAbove adds the answers of ways that lead to the post above: who is above those
// found by the ways before, where none of them may act. It is a second question to
// the directory, asked only where it matters.
func (k *Kit) askAbove(ctx context.Context, asks []workflow.Ask, answers answersByAsk, at time.Time) error {
	var batch questions
	for i, ask := range asks {
		var before []workflow.Signer
		for j, alt := range ask.Alternatives {
			if alt.Who.Kind == workflow.WhoAbove {
				batch.superiors(i, j, max(alt.Who.N, 1), before, at)
				continue
			}
			as, _ := answers.of(i, j)
			signers, _, _ := signersOf(as)
			if slices.ContainsFunc(signers, func(s workflow.Signer) bool { return !slices.Contains(ask.Exclude, s.Person) }) {
				break // somebody may act: nobody above is asked
			}
			before = append(before, signers...)
		}
	}
	above, err := k.ask(ctx, batch)
	for id, as := range above {
		answers[id] = as
	}
	return err
}

func (q *questions) superiors(ask, alternative, levels int, of []workflow.Signer, at time.Time) {
	for _, s := range of {
		q.add(ask, alternative, directory.Question{Kind: directory.KindLevelsUp, Person: s.Person, Post: s.Post, Levels: levels, At: at})
	}
}
