package workflow

import "time"

// ChaseEvery is how long a task that was chased (稽催) is let alone, whoever chased it: the
// officers and superiors of a case do not add up to a flood. It is less than a day, so that who
// goes through the late ones each morning may be earlier than the day before.
const ChaseEvery = 20 * time.Hour

// chase tells those whose turn a task is to get on with it, as somebody over them. It is not
// what the applicant asks (urge), and neither takes the other's turn.
func (r *run) chase(a Action) error {
	i := r.s.task(a.Task)
	if i < 0 {
		return refuse(ErrNotOpen, "", "task", a.Task)
	}
	t := &r.s.Tasks[i]
	if t.Status != TaskOpen {
		return t.notOpen()
	}
	if len(a.People) == 0 {
		return refuse(ErrPeople, t.Step, "n", MaxPeople)
	}
	for _, s := range a.People {
		if err := validSigner(s); err != nil {
			return err
		}
	}
	times := 1
	if last := t.Chase; last != nil {
		if next := last.At.Add(ChaseEvery); r.at.Before(next) {
			return refuse(ErrChased, t.Step, "by", last.By.Name, "next", next.Format(time.RFC3339))
		}
		times += last.Times
	}
	t.Chase = &Chase{By: a.By, At: r.at, Comment: a.Comment, Times: times}
	r.event(Event{Kind: EventChased, Node: t.Step, Task: t.ID, Text: a.Comment, By: &a.By, For: a.For, People: a.People})
	return nil
}
