package workflow

import (
	"maps"
	"slices"
)

// chooses takes the people of later steps that somebody names with his decision,
// or the applicant when he sends the case. All of them must be named.
func (r *run) chooses(picks []Pick, a Action) error {
	for _, step := range slices.Sorted(maps.Keys(a.Chosen)) {
		if !slices.ContainsFunc(picks, func(p Pick) bool { return p.Step == step }) {
			return refuse(ErrChoose, step, "step", step)
		}
	}
	for _, pick := range picks {
		people := a.Chosen[pick.Step]
		most := pick.Max
		if most == 0 {
			most = MaxPeople
		}
		name := r.c.byID[pick.Step].step.Name
		if len(people) == 0 || len(people) > most {
			return refuse(ErrChoose, pick.Step, "step", name.In("zh-TW"), "step_en", name.In("en"), "max", most)
		}
		// Whoever may not act there can't be chosen; else the step would find nobody.
		barred := r.excluded(r.c.byID[pick.Step])
		for i, s := range people {
			if err := validSigner(s); err != nil {
				return err
			}
			switch {
			case s.Person == "" || hasPerson(people[:i], s.Person):
				return refuse(ErrPeople, pick.Step, "n", most)
			case slices.Contains(barred, s.Person):
				return r.separated(r.c.byID[pick.Step], s, r.barredBy(r.c.byID[pick.Step], s.Person, nil))
			}
		}
		by := a.By
		if a.For != nil {
			by = *a.For
		}
		kept := slices.DeleteFunc(slices.Clone(r.s.Chosen), func(c Chosen) bool { return c.Step == pick.Step })
		r.s.Chosen = append(kept, Chosen{Step: pick.Step, By: by, Signers: slices.Clone(people)})
		r.event(Event{Kind: EventChosen, Node: pick.Step, People: people, By: &a.By, For: a.For})
	}
	return nil
}

func (r *run) chosen(step string) []Signer {
	for _, c := range r.s.Chosen {
		if c.Step == step {
			return c.Signers
		}
	}
	return nil
}
