package ismskit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// takingAway are the verbs with which somebody takes from others what had come to them.
var takingAway = []workflow.Verb{
	workflow.VerbRemoveSigner, workflow.VerbTakeBack, workflow.VerbReassign, workflow.VerbWithdraw, workflow.VerbVoid, workflow.VerbToPaper,
}

// takenNotices tell those who had been told that something waits for them, and who acts for
// them, that it does no more: who took it away, why, and who has it now. It would only be gone
// from their lists, and who acted for another could not even look why.
func (k *Kit) takenNotices(ctx context.Context, c caseInHand, since time.Time) ([]notice, error) {
	gone := func(t workflow.Task) bool {
		switch t.Status {
		case workflow.TaskRemoved, workflow.TaskMoved, workflow.TaskVoid, workflow.TaskNotNeeded: // the last where the case ended
			return !t.Closed.Before(since)
		}
		return false
	}
	if !slices.ContainsFunc(c.state.Tasks, gone) {
		return nil, nil
	}
	events, err := k.events(ctx, c.row.ID)
	if err != nil {
		return nil, err
	}
	reached, err := k.toldOfTasks(ctx, c)
	if err != nil {
		return nil, err
	}
	var out []notice
	for _, e := range events {
		if e.At.Before(since) || !slices.Contains(takingAway, e.Verb) {
			continue
		}
		if e.Verb == workflow.VerbToPaper && c.row.Parent != "" { // its request does: by whom, and why, stands there
			if e, err = k.toPaper(ctx, c.row.Parent, e); err != nil {
				return nil, err
			}
		}
		for _, closed := range e.Closed {
			t, ok := c.state.Task(closed.Task)
			if !ok || !gone(t) {
				continue
			}
			for _, person := range reached[t.ID] {
				if person == e.By.Person || e.For != nil && person == e.For.Person || stillHas(c, t, person) {
					continue
				}
				out = append(out, k.takenNotice(c, t, e, person))
			}
		}
	}
	return out, nil
}

// stillHas says whether somebody has another turn in the step of a task that was taken away.
func stillHas(c caseInHand, t workflow.Task, person string) bool {
	return slices.ContainsFunc(liveTasks(c.state, t.Step), func(other workflow.Task) bool { return other.Holder.Has(person) })
}

// eachMessage goes through all that a query finds, however many, until one is enough.
func eachMessage(ctx context.Context, tx Tx, q MessageQuery, enough func(Message) bool) error {
	q.Limit = heldAtOnce
	for {
		found, err := tx.Queue().Messages(ctx, q)
		if err != nil || slices.ContainsFunc(found, enough) || len(found) < q.Limit {
			return err
		}
		last := found[len(found)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
}

// toldOfTasks are those who were told of each task that it waits for them.
func (k *Kit) toldOfTasks(ctx context.Context, c caseInHand) (map[string][]string, error) {
	var found []Message
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found = nil
		return eachMessage(ctx, tx, MessageQuery{Case: c.row.ID, Kinds: []string{MessageAction}}, func(m Message) bool {
			found = append(found, m)
			return false
		})
	})
	out := map[string][]string{}
	for _, m := range found {
		if came := m.Rule == ruleOpened || m.Rule == ruleBack || m.Rule == rulePassed; came && !slices.Contains(out[m.Task], m.Person) {
			out[m.Task] = append(out[m.Task], m.Person)
		}
	}
	for id, people := range out {
		if t, ok := c.state.Task(id); ok && t.Claimed != nil { // the others of its group had given it up to him
			out[id] = slices.DeleteFunc(people, func(p string) bool { return p != t.Claimed.Person })
		}
		slices.Sort(out[id])
	}
	return out, err
}

// toPaper is the entry of a row with by whom, and why, its request goes on on paper.
func (k *Kit) toPaper(ctx context.Context, request string, e Entry) (Entry, error) {
	events, err := k.events(ctx, request)
	for _, above := range slices.Backward(events) {
		if above.Verb == workflow.VerbToPaper {
			e.By, e.For, e.Comment = above.By, above.For, above.Comment
			break
		}
	}
	return e, err
}

func (k *Kit) takenNotice(c caseInHand, t workflow.Task, e Entry, person string) notice {
	step, _ := c.kind.flow.Step(t.Step)
	how := "notice.taken_away.how." + string(e.Verb)
	if own := how + "." + string(t.Origin); e.Verb == workflow.VerbRemoveSigner && say(k.cfg.Lang, own, nil) != own {
		how = own
	}
	params := map[string]string{"step": taskName(step, t).In(k.cfg.Lang), "by": e.By.Name, "to": names(k.cfg.Lang, movedTo(c.state, t))}
	if e.By.Person == SystemPerson {
		params["by"] = k.text("system", nil)
	}
	params["how"] = k.text(how, params)
	rule := ruleTakenAway
	if e.Verb == workflow.VerbToPaper { // it is still his to do
		rule = ruleOnPaper
	}
	n := k.caseNotice(c, person, rule, t.ID+"|"+strconv.FormatInt(e.Seq, 10), params)
	own := "notice.taken_away.body." + string(e.Verb)
	if e.Verb == workflow.VerbVoid && e.By.Person == SystemPerson { // a row, by what became of its request: that says the reason
		own = "notice.taken_away.body.dropped"
	}
	if !k.classes().Confidential(c.row.Class) && say(k.cfg.Lang, own, nil) != own {
		n.body = k.text(own, params)
	}
	// What a person wrote is for whoever opens the notice: no mail carries it.
	if reason := strings.TrimSpace(e.Comment); reason != "" && !k.classes().Confidential(c.row.Class) {
		n.body += k.text("notice.taken_away.reason", map[string]string{"reason": reason})
	}
	n.due = e.At
	return n
}

// backHow says what became of what a holder had asked others for, when it comes back to him: an
// opinion is no signature, and what he took away himself was not done.
func (k *Kit) backHow(c caseInHand, t workflow.Task) string {
	var last time.Time // they were asked together
	var asked []workflow.Task
	for _, u := range c.state.Tasks {
		if u.From != t.ID || u.Status == workflow.TaskMoved || u.Status == workflow.TaskVoid ||
			u.Origin != workflow.OriginBefore && u.Origin != workflow.OriginConsult && u.Origin != workflow.OriginDelegate {
			continue
		}
		if asked = append(asked, u); u.Opened.After(last) {
			last = u.Opened
		}
	}
	var keys []string
	people := map[string][]workflow.Signer{}
	for _, u := range asked {
		key := ""
		switch {
		case u.Opened.Before(last):
			continue
		case u.Status == workflow.TaskRemoved:
			key = "removed." + string(u.Origin)
			people[key] = append(people[key], u.Holder.Named...)
		case u.By == nil:
			continue
		case u.Status == workflow.TaskDeclined, u.Verb == workflow.VerbReject:
			key = string(u.Verb)
		default:
			key = string(u.Origin)
		}
		if u.By != nil {
			people[key] = append(people[key], *u.By)
		}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	parts := make([]string, len(keys))
	for i, key := range keys {
		parts[i] = k.text("notice.back.how."+key, map[string]string{"by": names(k.cfg.Lang, people[key])})
	}
	if len(parts) == 0 {
		return k.text("notice.back.how", nil)
	}
	return strings.Join(parts, k.text("notice.back.and", nil))
}

// mailedBefore leaves out that something was taken away which no mail has said had come: who never
// heard of it by mail is not mailed about it. His notices tell him.
func (k *Kit) mailedBefore(ctx context.Context, pending []Message) ([]Message, error) {
	var out []Message
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		out = nil
		for _, m := range pending {
			if m.Rule == ruleTakenAway || m.Rule == ruleOnPaper {
				mailed := false
				err := eachMessage(ctx, tx, MessageQuery{Person: m.Person, Case: m.Case, Kinds: []string{MessageAction}}, func(came Message) bool {
					mailed = came.Mail != ""
					return mailed
				})
				if err != nil {
					return err
				}
				if !mailed {
					continue
				}
			}
			out = append(out, m)
		}
		return nil
	})
	return out, err
}
