package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Who signed a paper is held against whom the flow of the form would have asked on the day
// of the signature, by the same choice as when a step opens: with the separation of duties,
// and with the deputies of that day.

// paperSigner is a signature that an entry names.
type paperSigner struct {
	person   forms.Person
	capacity string
	day      calendar.Date
	row      int // from 1
	id       string
}

// paperSignersIn are the signatures of an entry that name somebody of the house, and a day.
func paperSignersIn(values forms.Values) []paperSigner {
	rows, _ := values[paperSigners].([]forms.Row)
	var out []paperSigner
	for i, row := range rows {
		p, ok := row["signer"].(forms.Person)
		day, dated := row["signed_on"].(calendar.Date)
		if !ok || !dated || p.Kind != forms.InDirectory {
			continue
		}
		s := paperSigner{person: p, day: day, row: i + 1}
		s.capacity, _ = row["capacity"].(string)
		s.id, _ = row[forms.RowID].(string)
		out = append(out, s)
	}
	return out
}

// paperStep is a step of the flow, held against the signatures on a paper.
type paperStep struct {
	step    workflow.Step
	asked   []workflow.Signer // on the days of the signatures
	unknown bool              // whom it asks can't be said: who is to choose them did so on the paper
	by      []paperHand       // who signed for it
	other   []paperHand       // who stood in for one of them on that day, but signed as something else
	on      bool              // so it is signed on the paper
}

// missing are those asked who did not sign for it, where some of them did; else all.
func (s paperStep) missing() []workflow.Signer {
	out := slices.DeleteFunc(slices.Clone(s.asked), func(h workflow.Signer) bool {
		return slices.ContainsFunc(s.by, func(by paperHand) bool { return by.right().Person == h.Person })
	})
	if len(out) == 0 {
		return s.asked
	}
	return out
}

// onlineVersion is the version of the ordinary type of which a version of its papers' was made.
func onlineVersion(paper string) string {
	if dot := strings.LastIndex(paper, "."); dot > 0 {
		return paper[:dot]
	}
	return paper
}

// onlineKind is the version of the ordinary type of which an entry's kind was made.
func (k *Kit) onlineKind(ctx context.Context, paper *kind) (*kind, error) {
	kind, err := k.kinds.of(ctx, k.store, paper.PaperOf, onlineVersion(paper.Version))
	if err != nil {
		return nil, fmt.Errorf("ismskit: papers of %s: %w", paper.name(), err)
	}
	return kind, nil
}

// asOnline is the request of a paper as it would have been sent here on a day.
func (k *Kit) asOnline(ctx context.Context, c caseInHand, kind *kind, at time.Time) (caseInHand, error) {
	who, err := k.person(ctx, c.row.Applicant, at)
	if errors.Is(err, ErrForbidden) { // he was not here yet: his present unit decides
		who, err = c.state.Applicant, nil
	}
	if err != nil {
		return caseInHand{}, err
	}
	out := k.unsent(kind, who)
	out.values = forms.Values{}
	for _, f := range kind.Form.Fields {
		if v, ok := c.values[f.Key]; ok && !kind.Oral.names(f.Key) {
			out.values[f.Key] = v
		}
	}
	if kind.Oral != nil {
		out.values[kind.Oral.When] = false
	}
	return out, nil
}

// paperSteps are the steps that a paper should bear a signature for, in their order; none
// where it names no signature yet.
func (k *Kit) paperSteps(ctx context.Context, actor Actor, c caseInHand) ([]paperStep, error) {
	signers := paperSignersIn(c.values)
	if len(signers) == 0 {
		return nil, nil
	}
	kind, err := k.onlineKind(ctx, c.kind)
	if err != nil {
		return nil, err
	}
	asked := kind.signedBefore()
	if len(asked) == 0 {
		return nil, nil
	}
	on := onPaper{k: k, actor: actor, kind: kind, asked: asked, applicant: c.row.Applicant, signers: signers}
	if _, err := on.held(ctx, c); err != nil {
		return nil, err
	}
	// Again: who signs a step himself signs none for another, and only now it is known who does.
	on.own, on.forAnother = on.rights()
	planned, err := on.held(ctx, c)
	if err != nil {
		return nil, err
	}
	on.keepApart(planned)
	return on.result(planned), nil
}
