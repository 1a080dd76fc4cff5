package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// When a post changes hands its open tasks go to whoever holds it now, that day, with an
// entry of their own: the successor is told, and so is the former holder. Until the job
// has come to a task, whoever acts is asked for anew (holdersNow), so it does not matter
// when the job runs, on which server, or how often.

// passed is an open task that went with its post from one person to another.
type passed struct {
	Task string          `json:"task"`
	From workflow.Signer `json:"from"`
	To   workflow.Signer `json:"to"`
	At   time.Time       `json:"at"`
}

// successionPage is a page of open tasks that are looked at, in the order of lists.
type successionPage struct {
	// Heads is true where units have changed: then it is asked anew who heads them, which
	// the tasks themselves do not say.
	Heads bool      `json:"heads,omitempty"`
	Due   time.Time `json:"due,omitzero"`
	Case  string    `json:"case,omitempty"`
	Task  string    `json:"task,omitempty"`
}

// tasksPassedAtOnce is how many tasks one job looks at.
const tasksPassedAtOnce = 200

func successionJob(heads bool, now time.Time) Job {
	return successionPageJob(successionPage{Heads: heads}, now)
}

func successionPageJob(page successionPage, now time.Time) Job {
	return Job{
		Key:  strings.Join([]string{jobSuccession, strconv.FormatBool(page.Heads), page.Case, page.Task}, "|"),
		Kind: jobSuccession, Payload: mustJSON(page), Due: now,
	}
}

// succession looks at a page of open tasks, and has those passed on whose post is
// another's. A case that fails is left to a job of its own.
func (k *Kit) succession(ctx context.Context, job Job) error {
	var page successionPage
	if err := json.Unmarshal(job.Payload, &page); err != nil {
		return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
	}
	if job.Subject != "" {
		return k.finished(ctx, job, k.passOnCase(ctx, job.Subject, page.Heads))
	}
	now := k.moment()
	var tasks []TaskRow
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Cases().Tasks(ctx, TaskQuery{Bare: true, Limit: tasksPassedAtOnce, AfterDue: page.Due, AfterCase: page.Case, AfterTask: page.Task})
		tasks = found
		return err
	})
	if err != nil {
		return err
	}
	moved, err := k.passedPosts(ctx, tasks, page.Heads, now)
	if err != nil {
		return err
	}
	var next []Job
	for _, id := range moved {
		if err := k.passOnCase(ctx, id, page.Heads); err != nil {
			k.log.WarnContext(ctx, "tasks of a case could not be passed on", "case", id, "error", err)
			j := successionPageJob(page, now)
			j.Key, j.Subject = jobSuccession+"|case|"+strconv.FormatBool(page.Heads)+"|"+id, id
			next = append(next, j)
		}
	}
	if len(tasks) == tasksPassedAtOnce {
		last := tasks[len(tasks)-1]
		next = append(next, successionPageJob(successionPage{Heads: page.Heads, Due: last.Due, Case: last.Case, Task: last.Task}, now))
	}
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		err := tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true})
		if err != nil || len(next) == 0 {
			return err
		}
		return enqueue(ctx, tx, now, next...)
	})
}

// passedPosts are the cases of tasks that came to a post which somebody else holds; all
// that came to a post, where the heads of units may have changed.
func (k *Kit) passedPosts(ctx context.Context, tasks []TaskRow, heads bool, at time.Time) ([]string, error) {
	var ask []directory.Question
	asked := map[string]int{}
	posts := func(t TaskRow, each func(post string)) {
		for _, h := range t.Holders {
			// A pool of a post is live by itself.
			if post, ok := cutPrefix(h, directory.PoolOfPost("")); ok && slices.ContainsFunc(t.Holders, func(h string) bool { return strings.HasPrefix(h, personKey("")) }) {
				each(post)
			}
		}
	}
	for _, t := range tasks {
		posts(t, func(post string) {
			if _, ok := asked[post]; !ok {
				asked[post] = len(ask)
				ask = append(ask, directory.Question{ID: post, Kind: directory.KindPost, Post: post, At: at})
			}
		})
	}
	if len(ask) == 0 {
		return nil, nil
	}
	answers, err := k.resolve(ctx, ask)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, t := range tasks {
		posts(t, func(post string) {
			holders := answers[asked[post]].Holders
			still := slices.ContainsFunc(holders, func(h directory.Holder) bool { return slices.Contains(t.Holders, personKey(h.Person)) })
			if (heads || len(holders) > 0 && !still) && !slices.Contains(out, t.Case) {
				out = append(out, t.Case)
			}
		})
	}
	return out, nil
}

// passOnCase gives the tasks of one case to the successors of their holders, each in an
// action of the system. Where the successor may not act, such as an applicant who heads
// his unit now, the step finds its people anew.
func (k *Kit) passOnCase(ctx context.Context, id string, heads bool) error {
	c, err := k.takeToWork(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, t := range c.state.Open() {
		verb := workflow.VerbPassOn
		pass := func(c caseInHand, w *work) (workflow.Action, bool, error) {
			t, ok := c.state.Task(t.ID)
			if !ok || t.Status != workflow.TaskOpen || c.state.Phase != workflow.PhaseRunning {
				return workflow.Action{}, false, nil
			}
			next, err := k.successors(ctx, c, t, heads, w.now)
			if err != nil || len(next) == 0 {
				return workflow.Action{}, false, err
			}
			w.event.Step, w.event.Task = t.Step, t.ID
			w.after.extra.Passed = passedNow(c, t, next, w.now)
			reason := k.passedReason(c, t, next)
			return workflow.Action{Verb: verb, Task: t.ID, People: next, Comment: reason}, true, nil
		}
		err := k.systemAct(ctx, id, pass)
		if !t.AsksUnit() && (errors.Is(err, workflow.ErrSeparation) || errors.Is(err, workflow.ErrAlready)) {
			verb = workflow.VerbSeatAgain
			err = k.systemAct(ctx, id, pass)
		}
		if workflow.AsRefusal(err) != nil {
			k.log.WarnContext(ctx, "nobody follows in a post", "case", id, "step", t.Step, "why", err.Error())
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// successors are the holders of an open task by the posts it came to, where they are
// others than those named in it.
func (k *Kit) successors(ctx context.Context, c caseInHand, t workflow.Task, heads bool, at time.Time) ([]workflow.Signer, error) {
	if t.Holder.Pool != "" || !byPost(&c, t) {
		return nil, nil
	}
	named := t
	named.Claimed = nil
	next, err := k.holdersNow(ctx, c, named, at)
	if err != nil {
		return nil, err
	}
	step, _ := c.kind.flow.Step(t.Step)
	if heads && !t.AsksUnit() && step.Who[t.Alternative].Kind == workflow.WhoUnitHead {
		found, err := k.seatedNow(ctx, c, step.Who[t.Alternative], at)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 && !slices.ContainsFunc(found, func(s workflow.Signer) bool { return t.Holder.Has(s.Person) }) {
			next = found
		}
	}
	if !slices.ContainsFunc(next, func(s workflow.Signer) bool { return !t.Holder.Has(s.Person) }) {
		return nil, nil
	}
	return next, nil
}

// passedNow notes who had a task, and who has it now, beside what was noted before: who had
// one may see what has become of it.
func passedNow(c caseInHand, t workflow.Task, next []workflow.Signer, at time.Time) []passed {
	out := slices.Clone(c.extra.Passed)
	for i, was := range t.Holder.Named {
		if !slices.ContainsFunc(next, func(s workflow.Signer) bool { return s.Person == was.Person }) {
			out = append(out, passed{Task: t.ID, From: was, To: next[min(i, len(next)-1)], At: at})
		}
	}
	return out
}

// passedReason says why a task passes on: the post is another's, or what its unit did is
// another unit's business by now (U2).
func (k *Kit) passedReason(c caseInHand, t workflow.Task, next []workflow.Signer) string {
	all := passedNow(c, t, next, time.Time{})
	last := all[len(all)-1]
	if last.across() {
		return k.text("passed.reason_unit", last.params())
	}
	return k.text("passed.reason", last.params())
}

// across says that it went to another unit.
func (p passed) across() bool {
	return p.From.Unit != "" && p.To.Unit != "" && p.From.Unit != p.To.Unit
}

// passedAt is when an open task came with its post to whoever has it now, zero where he has it
// since it opened.
func (c *caseInHand) passedAt(t workflow.Task) time.Time {
	for i := len(c.extra.Passed) - 1; i >= 0; i-- {
		if p := &c.extra.Passed[i]; p.Task == t.ID && t.Holder.Has(p.To.Person) {
			return p.At
		}
	}
	return time.Time{}
}

// takenOver is how an open task went from a unit to another that has taken it over, nil for
// one that did not.
func (c *caseInHand) takenOver(t workflow.Task) *passed {
	for i := len(c.extra.Passed) - 1; i >= 0; i-- {
		if p := &c.extra.Passed[i]; p.Task == t.ID {
			if p.across() && t.Holder.Has(p.To.Person) {
				return p
			}
			return nil
		}
	}
	return nil
}

// params are what sentences about it say.
func (p passed) params() map[string]string {
	return map[string]string{"post": p.From.UnitName + p.From.PostTitle, "from": p.From.Name, "by": p.To.Name, "unit": p.To.UnitName}
}

// passedOff says whether somebody had a task that went to his successor.
func (c *caseInHand) passedOff(t workflow.Task, person string) bool {
	return !t.Holder.Has(person) && slices.ContainsFunc(c.extra.Passed, func(p passed) bool { return p.Task == t.ID && p.From.Person == person })
}

// passedNotices tell the successor what came to him, and the former holder that it did.
func (k *Kit) passedNotices(c caseInHand, t workflow.Task, people []told, since time.Time) []notice {
	var out []notice
	for _, p := range c.extra.Passed {
		if p.Task != t.ID || p.At.Before(since) {
			continue
		}
		with := func(n notice, rule string) notice {
			if !k.classes().Confidential(c.row.Class) {
				switch {
				case !p.across():
					n.body += k.text("notice."+rule+".why", p.params())
				case rule == rulePassedOff: // whoever has it now reads so as why it came to him
					n.body += k.text("notice.passed_off.why_unit", p.params())
				}
			}
			n.due = p.At
			return n
		}
		for _, person := range people {
			out = append(out, with(k.notice(c, t, person, rulePassed, int(p.At.Unix()), false, p.At), rulePassed))
		}
		n := k.notice(c, t, told{person: p.From.Person}, rulePassedOff, int(p.At.Unix()), false, p.At)
		n.task = ""
		k.tells(&n)
		out = append(out, with(n, rulePassedOff))
	}
	return out
}

// passedOn says why somebody may no longer act in an open task: it went with the post
// that he no longer holds. refused is nil where none did.
func (k *Kit) passedOn(ctx context.Context, c caseInHand, t workflow.Task, person string, now time.Time) (refused, err error) {
	for _, p := range c.extra.Passed {
		if p.Task == t.ID && p.From.Person == person {
			return refusal(workflow.ErrPassedOn, "post", p.From.UnitName+p.From.PostTitle, "by", p.To.Name), nil
		}
	}
	if !t.Holder.Has(person) {
		return nil, nil
	}
	next, err := k.successors(ctx, c, t, false, now) // the job has not come to it yet
	if err != nil || len(next) == 0 {
		return nil, err
	}
	for _, p := range passedNow(c, t, next, now) {
		if p.Task == t.ID && p.From.Person == person {
			return refusal(workflow.ErrPassedOn, "post", p.From.UnitName+p.From.PostTitle, "by", p.To.Name), nil
		}
	}
	return nil, nil
}
