package ismskit

import (
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/workflow"
)

// maxShown is how many steps a page may say it showed.
const maxShown = 100

// Rerouted is a step that comes to others than was shown before (U6).
type Rerouted struct {
	Step   workflow.Text
	People []workflow.Signer // whom it comes to
}

// Shown are the people of a route by step, for Action.Shown and Opening.Shown. Steps that
// come to nobody, and rows of a split, are left out.
func (r Route) Shown() map[string][]string {
	out := map[string][]string{}
	eachShown(r.Steps, func(s RouteStep) { out[s.ID] = personIDs(s.signers()) })
	return out
}

// eachShown goes through the steps of a route that name people.
func eachShown(steps []RouteStep, see func(RouteStep)) {
	for _, s := range steps {
		if len(s.People) > 0 {
			see(s)
		}
		for _, branch := range s.Branches {
			eachShown(branch, see)
		}
	}
}

func (s RouteStep) signers() []workflow.Signer {
	out := make([]workflow.Signer, len(s.People))
	for i, p := range s.People {
		out[i] = p.Signer
	}
	return out
}

func personIDs(people []workflow.Signer) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.Person
	}
	slices.Sort(out)
	return out
}

// others says whether people are not those who were shown.
func others(shown []string, people []workflow.Signer) bool {
	return len(shown) > 0 && len(people) > 0 && !slices.Equal(slices.Sorted(slices.Values(shown)), personIDs(people))
}

// rerouted are the steps of a draft's route that come to others than its writer was shown
// when he last kept it.
func (c caseInHand) rerouted(steps []RouteStep) []Rerouted {
	var out []Rerouted
	if c.state.Phase == workflow.PhaseDraft {
		eachShown(steps, func(s RouteStep) {
			if others(c.extra.Shown[s.ID], s.signers()) {
				out = append(out, Rerouted{Step: s.Name, People: s.signers()})
			}
		})
	}
	return out
}

// rerouted are the steps that the sending opened for others than its sender was shown, each once
// with all whom it asks. A pool has no people of its own to compare.
func (w *work) rerouted() []Rerouted {
	var steps []string
	people := map[string][]workflow.Signer{}
	for _, t := range w.opens {
		if t.Holder.Pool != "" {
			continue
		}
		if !slices.Contains(steps, t.Step) {
			steps = append(steps, t.Step)
		}
		for _, who := range t.Holder.Named {
			if !has(people[t.Step], who.Person) {
				people[t.Step] = append(people[t.Step], who)
			}
		}
	}
	var out []Rerouted
	for _, id := range steps {
		if others(w.shown[id], people[id]) {
			step, _ := w.after.kind.flow.Step(id)
			out = append(out, Rerouted{Step: step.Name, People: people[id]})
		}
	}
	return out
}

// keepShown notes with a draft what its writer was shown; nil leaves what was noted.
func (w *work) keepShown(shown map[string][]string) error {
	if shown == nil {
		return nil
	}
	if len(shown) > maxShown {
		return refusal(workflow.ErrPeople, "n", strconv.Itoa(maxShown))
	}
	for _, ids := range shown {
		if len(ids) > workflow.MaxPeople || slices.ContainsFunc(ids, func(id string) bool { return len(id) > 100 }) {
			return refusal(workflow.ErrPeople, "n", strconv.Itoa(workflow.MaxPeople))
		}
	}
	w.after.extra.Shown = shown
	return nil
}

// sees is what the sender of a case was shown: on his page, or when the draft was kept.
func (w *work) sees(shown map[string][]string) {
	if w.shown = shown; shown == nil {
		w.shown = w.before.extra.Shown
	}
	w.after.extra.Shown = nil
}
