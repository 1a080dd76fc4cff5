package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// seatAgain has the steps of a case find their people anew where all whom a task came
// to have moved or left since: a question that nobody is there to answer goes on.
func (k *Kit) seatAgain(ctx context.Context, c caseInHand, at time.Time) (bool, error) {
	gone, err := k.gone(ctx, c, at)
	if err != nil {
		return false, err
	}
	seated := false
	for _, t := range gone {
		reason := k.text("gone.reason", map[string]string{"names": names(k.cfg.Lang, t.Holder.Named)})
		open := false
		err := k.systemAct(ctx, c.row.ID, func(now caseInHand, w *work) (workflow.Action, bool, error) {
			still, ok := now.state.Task(t.ID)
			open = ok && still.Status == workflow.TaskOpen
			w.event.Step, w.event.Task = t.Step, t.ID
			return workflow.Action{Verb: workflow.VerbSeatAgain, Task: t.ID, Comment: reason}, open, nil
		})
		if workflow.AsRefusal(err) != nil {
			// Nobody follows: it stays, with its reminders and those above.
			k.log.WarnContext(ctx, "nobody follows who is gone", "case", c.row.ID, "step", t.Step, "why", err.Error())
			continue
		}
		if err != nil {
			return seated, err
		}
		seated = seated || open
	}
	return seated, nil
}

// gone are the open tasks of a case whose every named holder has moved or left. A
// task that somebody gave, a group's, and one with a stand-in who is there are none.
func (k *Kit) gone(ctx context.Context, c caseInHand, at time.Time) ([]workflow.Task, error) {
	if c.state.Phase != workflow.PhaseRunning {
		return nil, nil
	}
	var batch questions
	var tasks []workflow.Task
	for _, t := range c.state.Open() {
		if t.Origin != "" || t.Holder.Pool != "" || len(t.Holder.Named) == 0 {
			continue
		}
		people, err := k.holdersNow(ctx, c, t, at)
		if err != nil {
			return nil, err
		}
		if t.Claimed != nil {
			people = t.Holder.Named // when he is gone the others still have it
		}
		if t.Appointed != nil {
			people = append(slices.Clip(people), *t.Appointed)
		}
		for _, s := range people {
			batch.add(len(tasks), 0, directory.Question{Kind: directory.KindPersonActive, Person: s.Person, At: at})
		}
		step, _ := c.kind.flow.Step(t.Step)
		if !t.Given {
			batch.stays(c, len(tasks), alternatives(step.Who))
		}
		tasks = append(tasks, t)
	}
	answers, err := k.ask(ctx, batch)
	if err != nil {
		return nil, err
	}
	var out []workflow.Task
	for i, t := range tasks {
		as := answers[strconv.Itoa(i)+"/0"]
		if !slices.ContainsFunc(as, func(a directory.Answer) bool { return len(a.Holders) > 0 }) {
			out = append(out, t)
		}
	}
	return out, nil
}

// toldForApplicant are those who are told that a case is stuck or has ended: its
// applicant; where he has left, whoever was asked in his place and is there, else the
// head of his unit.
func (k *Kit) toldForApplicant(ctx context.Context, c caseInHand, at time.Time) ([]string, error) {
	ask := func(q directory.Question) ([]directory.Holder, error) {
		q.ID, q.At = "closed", at
		answers, err := k.directory.Resolve(ctx, []directory.Question{q})
		if err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		if len(answers) != 1 {
			return nil, fmt.Errorf("ismskit: directory: %d answers to one question", len(answers))
		}
		return answers[0].Holders, nil
	}
	there := func(person string) (bool, error) {
		found, err := ask(directory.Question{Kind: directory.KindPersonActive, Person: person})
		return len(found) > 0, err
	}
	if ok, err := there(c.asked()); err != nil || ok {
		return []string{c.asked()}, err
	}
	for _, t := range slices.Backward(c.state.Tasks) {
		step, _ := c.kind.flow.Step(t.Step)
		if t.Origin != "" || len(step.Who) == 0 || step.Who[0].Kind != workflow.WhoApplicant {
			continue
		}
		var out []string
		for _, s := range t.Holder.Named {
			ok, err := there(s.Person)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, s.Person)
			}
		}
		if len(out) > 0 {
			return out, nil
		}
	}
	heads, err := ask(directory.Question{Kind: directory.KindManager, Person: c.row.Applicant, Unit: c.row.Unit, Agency: c.row.Unit})
	if err != nil || len(heads) == 0 {
		return []string{c.row.Applicant}, err
	}
	out := make([]string, len(heads))
	for i, h := range heads {
		out[i] = h.Person
	}
	return out, nil
}
