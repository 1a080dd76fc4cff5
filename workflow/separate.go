package workflow

import (
	"slices"
	"strings"
)

// NamedIn is how Step.NotSameAs names the people in a field of the form:
// "field:account_user".
func NamedIn(field string) string { return string(WhoField) + ":" + field }

// FieldOf is the field that NamedIn names; ok is false for a step and for Applicant.
func FieldOf(from string) (field string, ok bool) { return strings.CutPrefix(from, NamedIn("")) }

// excluded lists the persons who may not act in a step: the applicant and whom the form
// names where it says so, whoever acted in a step it is kept apart from, and whoever will have
// to act there. Of several who share a task there, another can act; unless this
// step needs more than one, they are no reason to look further.
func (r *run) excluded(p *place) []string { return r.excludedBut(p, nil) }

// excludedBut leaves out one task, which somebody else is to take over.
func (r *run) excludedBut(p *place, except *Task) []string {
	var out []string
	for _, from := range r.c.apart[p.id] {
		for _, person := range r.excludedFrom(p, from, except) {
			if !slices.Contains(out, person) {
				out = append(out, person)
			}
		}
	}
	return out
}

// excludedFrom are those because of one step or field, or as Applicant.
func (r *run) excludedFrom(p *place, from string, except *Task) []string {
	var out []string
	several := p.step.Need.Kind != "" && p.step.Need.Kind != CountAny
	add := func(person string) {
		if person != "" && !slices.Contains(out, person) {
			out = append(out, person)
		}
	}
	if from == Applicant {
		add(r.s.Applicant.Person)
		add(r.s.Heir.Person)
		return out
	}
	if field, named := FieldOf(from); named {
		return r.namedIn(field)
	}
	for i := range r.s.Tasks {
		t := &r.s.Tasks[i]
		if t.Step != from || t == except || t.Origin.About() {
			continue
		}
		switch t.Status {
		case TaskDone, TaskSkipped:
			add(t.principal().Person)
			if t.By != nil {
				add(t.By.Person)
			}
		case TaskOpen, TaskWaiting:
			for _, s := range t.Holder.Named {
				if several || len(t.Holder.Named) == 1 {
					add(s.Person)
				}
			}
		}
	}
	if q := r.c.byID[from]; q != nil && r.mark(q).Status == MarkOpen {
		for _, s := range r.mark(q).Queue { // his turn there comes
			add(s.Person)
		}
	}
	return out
}

// namedIn are the people in a field, as the directory calls them.
func (r *run) namedIn(field string) []string {
	if r.f == nil {
		return nil // only without a step that asks: see begin
	}
	return slices.DeleteFunc(slices.Clone(r.f.People(field)), func(person string) bool { return person == "" })
}

// Named refuses somebody whom the form itself bars from a task: a field that its step is
// kept apart from names him. It says to whom nobody gave the task why he has not got it.
func (c *Compiled) Named(s State, t Task, who Signer, f Facts) error {
	p := c.byID[t.Step]
	if p == nil || t.Alone || t.Origin.About() {
		return nil
	}
	r := &run{c: c, s: s, f: f, by: &who}
	for _, from := range c.apart[p.id] {
		if field, named := FieldOf(from); named && slices.Contains(r.namedIn(field), who.Person) {
			return r.separated(p, who, from)
		}
	}
	return nil
}

// apart refuses somebody who acts against the separation of duties. What
// matters is who has acted: that somebody also holds an open task elsewhere was
// settled when that task opened.
func (r *run) apart(p *place, task *Task, a Action) error {
	actors, persons := []Signer{a.By}, []string{a.By.Person}
	if a.For != nil {
		actors, persons = append(actors, *a.For), append(persons, a.For.Person)
	}
	for _, from := range r.c.apart[p.id] {
		if field, named := FieldOf(from); named {
			barred := r.namedIn(field)
			for _, s := range actors {
				if slices.Contains(barred, s.Person) {
					return r.separated(p, s, from)
				}
			}
			continue
		}
		if from == Applicant {
			for _, s := range []Signer{r.s.Applicant, r.s.Heir} {
				if s.Person != "" && slices.Contains(persons, s.Person) {
					return r.separated(p, s, Applicant)
				}
			}
			continue
		}
		for i := range r.s.Tasks {
			t := &r.s.Tasks[i]
			if t.Step != from || t.Status != TaskDone && t.Status != TaskSkipped || t.Origin.About() ||
				t.Alone && (r.signsAgain(task, persons) || task.alreadyHis(t, persons)) {
				continue
			}
			for _, s := range []*Signer{t.By, t.For} {
				if s != nil && slices.Contains(persons, s.Person) {
					return r.separated(p, *s, from)
				}
			}
		}
	}
	return nil
}

// applies says whether somebody is the applicant, or goes on in his place.
func (r *run) applies(person string) bool {
	return person == r.s.Applicant.Person || person != "" && person == r.s.Heir.Person
}

// signsAgain says whether somebody gives a signature again that he gave before and that
// became void since. Where he went on to act alone, as the form allows, that stands.
func (r *run) signsAgain(t *Task, persons []string) bool {
	from, ok := r.s.Task(t.From)
	for ok && from.Step == t.Step && from.Status == TaskVoid {
		if slices.Contains(persons, from.principal().Person) {
			return true
		}
		from, ok = r.s.Task(from.From) // asked for it more than once
	}
	return false
}

// alreadyHis says whether a task was somebody's alone before he got the other one as well, as the
// only one left there: that he may do both, to be reviewed, is settled whichever he does first.
func (t *Task) alreadyHis(other *Task, persons []string) bool {
	return number(t.ID) < number(other.ID) && len(t.Holder.Named) == 1 && slices.Contains(persons, t.Holder.Named[0].Person)
}

// separated refuses somebody for a step, and names what it is kept apart from:
// Applicant, a step, a field, or "" for whoever did the work that is judged.
func (r *run) separated(p *place, s Signer, from string) error {
	zh, en := r.c.called(from)
	pairs := []any{"person", s.Name, "step", p.step.Name.In("zh-TW"), "step_en", p.step.Name.In("en"), "other", zh, "other_en", en}
	if field, named := FieldOf(from); named {
		pairs = append(pairs, "field", field)
		if r.by != nil && r.by.Person == s.Person {
			pairs = append(pairs, "self", "true")
		}
	}
	return refuse(ErrSeparation, p.id, pairs...)
}

// barredBy is the step or field, or Applicant, whose people leave out somebody excluded.
func (r *run) barredBy(p *place, person string, except *Task) string {
	for _, from := range r.c.apart[p.id] {
		if slices.Contains(r.excludedFrom(p, from, except), person) {
			return from
		}
	}
	return ""
}

// called is what people call a step, a field, or Applicant, in Chinese and in English.
func (c *Compiled) called(step string) (zh, en string) {
	if p := c.byID[step]; p != nil && p.step != nil {
		return p.step.Name.In("zh-TW"), p.step.Name.In("en")
	}
	if field, named := FieldOf(step); named {
		if label := c.labels[step]; !label.empty() {
			return label.In("zh-TW"), label.In("en")
		}
		return field, field
	}
	if step == Applicant {
		return sentence("word.applicant", "zh-TW", nil), sentence("word.applicant", "en", nil)
	}
	return sentence("word.doer", "zh-TW", nil), sentence("word.doer", "en", nil)
}

// deputy refuses a deputy who is the applicant, or who signs this case himself;
// and whoever has signed for another may not sign in his own right afterwards:
// his task is for his deputy, or for whom his superior appoints. Only signatures
// count: a colleague may still record a result or confirm.
func (r *run) deputy(t *Task, a Action) error {
	if !signs(t.Kind) {
		return nil
	}
	if a.For != nil && r.applies(a.By.Person) {
		return refuse(ErrDeputy, t.Step, "person", a.By.Name, "step", Applicant)
	}
	for i := range r.s.Tasks {
		o := &r.s.Tasks[i]
		if o.ID == t.ID || !signs(o.Kind) {
			continue
		}
		acted := o.Status == TaskDone && o.By != nil && o.By.Person == a.By.Person
		if a.For == nil && acted && o.For != nil || a.For != nil && o.own(a.By.Person) {
			return refuse(ErrDeputy, t.Step, "person", a.By.Name, "step", o.Step)
		}
	}
	return nil
}

// own says whether somebody has signed, or is to sign, in a task in his own right.
func (t *Task) own(person string) bool {
	return t.Status == TaskDone && t.By != nil && t.By.Person == person && t.For == nil || t.Status.Live() && t.Holder.Has(person)
}

// SignBeside are those who sign a case in their own right beside a task that is signed, on the
// same board too: as a deputy each would be refused in it (ErrDeputy), so it is not for them.
func SignBeside(s State, t Task) []string {
	if !signs(t.Kind) {
		return nil
	}
	var out []string
	add := func(person string) {
		if !slices.Contains(out, person) {
			out = append(out, person)
		}
	}
	for i := range s.Tasks {
		o := &s.Tasks[i]
		if o.ID == t.ID || !signs(o.Kind) {
			continue
		}
		for _, h := range o.Holder.Named {
			if o.own(h.Person) {
				add(h.Person)
			}
		}
		if o.By != nil && o.own(o.By.Person) {
			add(o.By.Person)
		}
	}
	return out
}

func signs(k Kind) bool {
	return k == KindReview || k == KindApprove || k == KindConsult || k == KindAttest
}
