package workflow

import "slices"

// passOn gives an open task that came to a post to those who hold the post now: People
// are all its holders from now on. That they are is the caller's to know. The task stays
// the same one, with its time and with who is to sign afterwards; whoever stood in for a
// holder before him does so no longer.
func (r *run) passOn(a Action) error {
	i := r.s.task(a.Task)
	if i < 0 {
		return refuse(ErrNotOpen, "", "task", a.Task)
	}
	t := &r.s.Tasks[i]
	p := r.c.byID[t.Step]
	switch {
	case !t.Status.Live():
		return t.notOpen()
	case !t.AsksUnit() && (t.Origin != "" || t.Given) || t.Holder.Pool != "":
		return refuse(ErrVerb, t.Step, "verb", a.Verb) // somebody's own, or a group that lives on
	case len(a.People) == 0:
		return refuse(ErrPeople, t.Step, "n", 1)
	}
	var next []Signer
	for _, s := range a.People {
		if slices.ContainsFunc(next, func(o Signer) bool { return o.Person == s.Person }) {
			continue // of two posts that one person holds he is asked once
		}
		if !t.Holder.Has(s.Person) {
			if err := r.mayFollow(p, t, s); err != nil {
				return err
			}
		}
		next = append(next, s)
	}
	if !slices.ContainsFunc(next, func(s Signer) bool { return !t.Holder.Has(s.Person) }) && len(next) == len(t.Holder.Named) {
		return refuse(ErrAlready, t.Step, "person", next[0].Name)
	}
	*t = t.PassedTo(next)
	r.event(Event{Kind: EventPassedOn, Node: t.Step, Task: t.ID, People: slices.Clone(next), Text: a.Comment, By: &a.By})
	return nil
}

// PassedTo is the task once these people are all its holders, because they hold the post that it came
// to: whoever stood in for a holder before does so no longer, and who takes it over has not been
// chased.
func (t Task) PassedTo(next []Signer) Task {
	if !slices.ContainsFunc(next, func(s Signer) bool { return t.Holder.Has(s.Person) }) {
		t.Chase = nil
	}
	t.Holder.Named, t.Appointed = next, nil
	if t.Claimed != nil && !t.Holder.Has(t.Claimed.Person) {
		t.Claimed = nil
	}
	return t
}
