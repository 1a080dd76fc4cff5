package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// underPost is each of some people under the post that is wanted of him, where he holds it at that
// moment; "" wants none. One who holds several is otherwise found under that which he is called by.
func (k *Kit) underPost(ctx context.Context, people []workflow.Signer, wanted func(workflow.Signer) string, at time.Time) ([]workflow.Signer, error) {
	var questions []directory.Question
	var places []int // in people, of each question
	for i, s := range people {
		if post := wanted(s); post != "" && post != s.Post {
			questions = append(questions, directory.Question{ID: s.Person, Kind: directory.KindPost, Post: post, At: at})
			places = append(places, i)
		}
	}
	if len(questions) == 0 {
		return people, nil
	}
	answers, err := k.resolve(ctx, questions)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(people)
	for j, a := range answers {
		i := places[j]
		if n := slices.IndexFunc(a.Holders, func(h directory.Holder) bool { return h.Person == out[i].Person }); n >= 0 {
			out[i] = signerOf(a.Holders[n])
		}
	}
	return out, nil
}

// asKnown asks people whom an action names under the post under which they stand in the case
// already: who signs in it as head of his unit is not asked beside it as somebody else.
func (k *Kit) asKnown(ctx context.Context, c caseInHand, people []workflow.Signer, at time.Time) ([]workflow.Signer, error) {
	return k.underPost(ctx, people, func(s workflow.Signer) string { return postInCase(c, s.Person) }, at)
}

// postInCase is the post under which somebody had or has a task of a case, the latest first; ""
// where he had none.
func postInCase(c caseInHand, person string) string {
	for _, t := range slices.Backward(c.state.Tasks) {
		of := slices.Clone(t.Holder.Named)
		for _, s := range []*workflow.Signer{t.Claimed, t.By, t.For} {
			if s != nil {
				of = append(of, *s)
			}
		}
		for _, s := range slices.Backward(of) {
			if s.Person == person && s.Post != "" {
				return s.Post
			}
		}
	}
	return ""
}
