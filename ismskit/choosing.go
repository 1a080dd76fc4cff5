package ismskit

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// Choice is a later step whose people the applicant chooses when he sends a form.
type Choice struct {
	Step string
	Name workflow.Text
	Max  int // at most so many
}

// FieldChosen is, with a point and the step behind it, the field at which
// forms.Invalid says what is wrong with whom an applicant chose: "chosen.chief".
const FieldChosen = "chosen"

// choices are those of a type's applicant.
func (k *kind) choices() []Choice {
	var out []Choice
	for _, pick := range k.Flow.Choose {
		step, _ := k.flow.Step(pick.Step)
		out = append(out, Choice{Step: pick.Step, Name: step.Name, Max: most(pick)})
	}
	return out
}

// meant are the ids of those whom the applicant of a case chooses as far as he has: as
// kept in his draft, or as it was sent before.
func (c caseInHand) meant() map[string][]string {
	out := map[string][]string{}
	for _, pick := range c.kind.Flow.Choose {
		for _, chosen := range c.state.Chosen {
			if chosen.Step == pick.Step {
				out[pick.Step] = personsOf(chosen.Signers)
			}
		}
	}
	maps.Copy(out, c.extra.Chosen)
	return out
}

func personsOf(people []workflow.Signer) []string {
	out := make([]string, len(people))
	for i, s := range people {
		out[i] = s.Person
	}
	return out
}

// chosenBy are the people an applicant chooses, and what is wrong with them; of a draft
// not that there are none yet. A step that he chooses nobody for is workflow.ErrChoose.
func (k *Kit) chosenBy(ctx context.Context, c caseInHand, sent map[string][]string, draft bool, now time.Time) (map[string][]workflow.Signer, forms.Invalid, error) {
	chosen := c.meant()
	maps.Copy(chosen, sent)
	for step := range chosen {
		if !slices.ContainsFunc(c.kind.Flow.Choose, func(p workflow.Pick) bool { return p.Step == step }) {
			return nil, nil, refusal(workflow.ErrChoose, "step", step)
		}
	}
	out := map[string][]workflow.Signer{}
	var invalid forms.Invalid
	for _, pick := range c.kind.Flow.Choose {
		people, fault, err := k.chosenFor(ctx, c, pick, chosen[pick.Step], now)
		if err != nil {
			return nil, nil, err
		}
		if fault != nil && !(draft && len(chosen[pick.Step]) == 0) {
			invalid = append(invalid, *fault)
		}
		out[pick.Step] = people
	}
	return out, invalid, nil
}

func (k *Kit) chosenFor(ctx context.Context, c caseInHand, pick workflow.Pick, ids []string, now time.Time) ([]workflow.Signer, *forms.Fault, error) {
	step, _ := c.kind.flow.Step(pick.Step)
	var from []workflow.Signer
	fault := func(code string, params ...string) *forms.Fault {
		return &forms.Fault{Field: FieldChosen + "." + pick.Step, Code: code, Text: sayAll(code, func(lang string) map[string]string {
			m := map[string]string{"step": step.Name.In(lang), "people": names(lang, from)}
			for i := 0; i+1 < len(params); i += 2 {
				m[params[i]] = params[i+1]
			}
			return m
		})}
	}
	switch {
	case len(ids) == 0:
		return nil, fault("chosen.none"), nil
	case len(ids) > most(pick):
		return nil, fault("chosen.many", "max", strconv.Itoa(most(pick))), nil
	}
	people, err := k.peopleNamed(ctx, ids, now)
	if errors.Is(err, workflow.ErrUnknownPerson) {
		return nil, fault("chosen.unknown"), nil
	}
	if err != nil {
		return nil, nil, err
	}
	if len(pick.From) > 0 {
		if from, err = k.among(ctx, c, pick.From, now); err != nil {
			return nil, nil, err
		}
	}
	for i, s := range people {
		switch {
		case slices.Contains(ids[:i], s.Person):
			return nil, fault("chosen.twice", "who", s.Name), nil
		case len(pick.From) > 0 && !has(from, s.Person):
			return nil, fault("chosen.among", "who", s.Name), nil
		}
		if at := slices.IndexFunc(from, func(f workflow.Signer) bool { return f.Person == s.Person }); at >= 0 {
			people[i] = from[at] // under the post for which he is among them
		}
	}
	return people, nil, nil
}

// chooses keeps with a draft whom its applicant chooses so far.
func (w *work) chooses(sent map[string][]string) error {
	kept := maps.Clone(w.before.extra.Chosen)
	for step, ids := range sent {
		if !slices.ContainsFunc(w.before.kind.Flow.Choose, func(p workflow.Pick) bool { return p.Step == step }) {
			return refusal(workflow.ErrChoose, "step", step)
		}
		if len(ids) > workflow.MaxPeople || slices.ContainsFunc(ids, func(id string) bool { return len(id) > 100 || strings.TrimSpace(id) == "" }) {
			return refusal(workflow.ErrPeople, "n", strconv.Itoa(workflow.MaxPeople))
		}
		if kept == nil {
			kept = map[string][]string{}
		}
		kept[step] = ids
	}
	w.after.extra.Chosen = kept
	return nil
}

// send takes the whole form, and whom its applicant chooses: all that is wrong comes
// at once.
func (w *work) send(ctx context.Context, sent forms.Values, chosen map[string][]string) error {
	err := w.accept(ctx, sent, forms.Rights{})
	invalid, refused := errors.AsType[forms.Invalid](err)
	if err != nil && !refused {
		return err
	}
	var more forms.Invalid
	if w.chosen, more, err = w.k.chosenBy(ctx, w.after, chosen, false, w.now); err != nil {
		return err
	}
	w.after.extra.Chosen = nil // from now on the flow knows
	if err := w.fileUnder(ctx, w.now); err != nil {
		return err
	}
	if err := w.seesRelations(ctx); err != nil {
		return err
	}
	return append(slices.Clip(invalid), more...).Err()
}

// chosenSoFar are the people a draft's applicant chose, by their names of today; one who
// is nowhere any more keeps his id.
func (k *Kit) chosenSoFar(ctx context.Context, c caseInHand, now time.Time) (map[string][]workflow.Signer, error) {
	out := map[string][]workflow.Signer{}
	for step, ids := range c.meant() {
		questions := make([]directory.Question, len(ids))
		for i, id := range ids {
			questions[i] = directory.Question{ID: id, Kind: directory.KindPerson, Person: id, At: now}
		}
		answers, err := k.resolve(ctx, questions)
		if err != nil {
			return nil, err
		}
		for i, a := range answers {
			s := workflow.Signer{Person: ids[i], Name: ids[i]}
			if len(a.Holders) > 0 {
				s = signerOf(a.Holders[0])
			}
			out[step] = append(out[step], s)
		}
	}
	return out, nil
}

// choosing is a case as if its applicant had chosen these, for the route to name them.
func (k *Kit) choosing(ctx context.Context, c caseInHand, sent map[string][]string, now time.Time) (caseInHand, error) {
	if len(c.kind.Flow.Choose) == 0 || c.state.Phase != workflow.PhaseDraft && c.state.Phase != workflow.PhaseReturned {
		return c, nil
	}
	people, _, err := k.chosenBy(ctx, c, sent, true, now) // who is wrong is not there yet
	if err != nil {
		return c, err
	}
	state := c.state
	state.Chosen = slices.DeleteFunc(slices.Clone(state.Chosen), func(one workflow.Chosen) bool { _, anew := people[one.Step]; return anew })
	for _, step := range slices.Sorted(maps.Keys(people)) {
		if len(people[step]) > 0 {
			state.Chosen = append(state.Chosen, workflow.Chosen{Step: step, By: state.Applicant, Signers: people[step]})
		}
	}
	c.state = state
	return c, nil
}
