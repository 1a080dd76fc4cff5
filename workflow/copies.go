package workflow

import "time"

// copyTo sends copies to people who have nothing to do but may read (副知). Who has
// one already gets no second.
func (r *run) copyTo(a Action) error {
	if len(a.People) == 0 || len(a.People) > MaxPeople {
		return refuse(ErrPeople, "", "n", MaxPeople)
	}
	by := a.By
	if a.For != nil {
		by = *a.For
	}
	for i, s := range a.People {
		if err := validSigner(s); err != nil {
			return err
		}
		if s.Person == "" || hasPerson(a.People[:i], s.Person) {
			return refuse(ErrPeople, "", "n", MaxPeople)
		}
	}
	if sent := r.copies("", by, a.People); len(sent) > 0 {
		r.event(Event{Kind: EventCopied, People: sent, Text: a.Comment, By: &a.By, For: a.For})
		return nil
	}
	return refuse(ErrAlready, "", "person", a.People[0].Name)
}

// copies adds those who have no unread copy yet.
func (r *run) copies(step string, by Signer, people []Signer) []Signer {
	var sent []Signer
	list := r.s.Copies[:len(r.s.Copies):len(r.s.Copies)]
	for _, s := range people {
		if s.Person == "" || r.unread(s.Person) >= 0 {
			continue
		}
		list = append(list, Copy{To: s, By: by, Step: step, At: r.at})
		sent = append(sent, s)
	}
	r.s.Copies = list
	return sent
}

func (r *run) unread(person string) int {
	for i := range r.s.Copies {
		if c := &r.s.Copies[i]; c.To.Person == person && c.Read.IsZero() {
			return i
		}
	}
	return -1
}

// read notes that somebody has read his copy.
func (r *run) read(a Action) error {
	i := r.unread(a.By.Person)
	if i < 0 {
		return refuse(ErrCopy, "", "person", a.By.Name)
	}
	list := make([]Copy, len(r.s.Copies))
	copy(list, r.s.Copies)
	list[i].Read = r.at
	r.s.Copies = list
	r.event(Event{Kind: EventCopyRead, Node: list[i].Step, By: &a.By})
	return nil
}

// UrgeEvery is how long an applicant waits before he may urge again (催辦).
const UrgeEvery = 24 * time.Hour

// urge lets the applicant remind those who hold his case.
func (r *run) urge(a Action) error {
	if !r.isApplicant(a) {
		return refuse(ErrNotApplicant, "", "person", a.By.Name)
	}
	if !r.s.Urged.IsZero() && r.at.Before(r.s.Urged.Add(UrgeEvery)) {
		return refuse(ErrTooSoon, "", "next", r.s.Urged.Add(UrgeEvery).Format(time.RFC3339))
	}
	r.s.Urged = r.at
	r.event(Event{Kind: EventUrged, Text: a.Comment, By: &a.By, For: a.For})
	return nil
}
