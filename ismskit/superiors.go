package ismskit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// appointers are those who may name a stand-in for a holder, and of them those who are
// asked to: his direct superior, and while that one is away himself, or has no say because
// it is his own request, the one above, and so on. Where nobody above is there either, it
// lies with the first of them.
func (k *Kit) appointers(ctx context.Context, c caseInHand, holder workflow.Signer, at time.Time) (may, asked []workflow.Signer, err error) {
	seen := []string{holder.Person}
	var first []workflow.Signer
	for below := []workflow.Signer{holder}; len(below) > 0 && len(asked) == 0; {
		above, err := k.superiorsOf(ctx, below, at)
		if err != nil {
			return nil, nil, err
		}
		below = slices.DeleteFunc(above, func(s workflow.Signer) bool { return slices.Contains(seen, s.Person) })
		for _, s := range below {
			seen = append(seen, s.Person)
			if s.Person == c.row.Applicant || s.Person == c.asked() {
				continue // nobody has a say in who signs his own request
			}
			may = append(may, s)
			away, err := k.isAway(ctx, s.Person, at)
			if err != nil {
				return nil, nil, err
			}
			if !away {
				asked = append(asked, s)
			}
		}
		if len(first) == 0 {
			first = slices.Clone(may)
		}
	}
	if len(asked) == 0 {
		asked = first
	}
	return may, asked, nil
}

// superiorsOf are the direct superiors of several.
func (k *Kit) superiorsOf(ctx context.Context, of []workflow.Signer, at time.Time) ([]workflow.Signer, error) {
	var batch questions
	for _, h := range of {
		batch.add(0, 0, directory.Question{Kind: directory.KindManager, Person: h.Person, Post: h.Post, At: at})
	}
	return k.foundBy(ctx, batch)
}

// isAway says whether somebody is away, where the directory knows.
func (k *Kit) isAway(ctx context.Context, person string, at time.Time) (bool, error) {
	_, away, err := k.awayAt(ctx, person, at)
	return away, err
}

// awayAt is since when, until when and why somebody is away, where the directory knows.
func (k *Kit) awayAt(ctx context.Context, person string, at time.Time) (directory.Absence, bool, error) {
	absent, ok := k.directory.(Absent)
	if !ok {
		return directory.Absence{}, false, nil
	}
	absence, away, err := absent.Away(ctx, person, at)
	if err != nil {
		return directory.Absence{}, false, fmt.Errorf("ismskit: directory: %w", err)
	}
	return absence, away, nil
}

// asAppointer says that somebody may name a stand-in for one of the holders.
func (k *Kit) asAppointer(ctx context.Context, c caseInHand, holders []workflow.Signer, self workflow.Signer, at time.Time) (string, error) {
	for _, h := range holders {
		if h.Person == self.Person {
			continue
		}
		may, _, err := k.appointers(ctx, c, h, at)
		if err != nil {
			return "", err
		}
		if slices.ContainsFunc(may, func(s workflow.Signer) bool { return s.Person == self.Person }) {
			return viaSuperior, nil
		}
	}
	return "", ErrForbidden
}
