package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Absent is implemented by a Directory that knows who is away, and whom somebody has named
// to stand in. Where it is missing, nobody is told that a list of deputies is used up.
// HouseDirectory has it.
type Absent interface {
	// Away says whether somebody is away at a moment, and why.
	Away(ctx context.Context, person string, at time.Time) (directory.Absence, bool, error)
	// Ordered is how many people somebody who is away has named, there or not.
	Ordered(ctx context.Context, principal string, at time.Time, scope directory.Scope) (int, error)
}

// unattended is a holder of an open task who is away and for whom nobody acts: his
// superior names somebody (U5).
type unattended struct {
	holder  workflow.Signer
	absence directory.Absence
	named   int  // how many deputies he has named
	barred  bool // one of them is there, and may not act here
}

// words say so to whoever is to name somebody.
func (u unattended) words() workflow.Text {
	key := "unattended.many"
	switch u.named {
	case 0:
		key = "unattended.none"
	case 1:
		key = "unattended.one"
	case 2:
		key = "unattended.two"
	}
	return workflow.Text(sayAll(key, func(lang string) map[string]string {
		params := map[string]string{"name": u.holder.Name, "n": strconv.Itoa(u.named), "or": ""}
		if u.barred {
			params["or"] = say(lang, "unattended.barred", nil)
		}
		return params
	}))
}

// unattendedIn are such holders of an open task.
func (k *Kit) unattendedIn(ctx context.Context, c caseInHand, t workflow.Task, at time.Time) ([]unattended, error) {
	absent, ok := k.directory.(Absent)
	port, deputises := k.directory.(Deputising)
	step, _ := c.kind.flow.Step(t.Step)
	if !ok || !deputises || t.Status != workflow.TaskOpen || t.Holder.Pool != "" || step.InPerson || t.Origin == workflow.OriginOwed {
		return nil, nil
	}
	holders, err := k.holdersNow(ctx, c, t, at)
	if err != nil {
		return nil, err
	}
	var out []unattended
	for _, h := range holders {
		absence, away, err := absent.Away(ctx, h.Person, at)
		if err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		if !away {
			if len(holders) > 1 {
				return nil, nil // another of them can do it
			}
			continue
		}
		if _, acts, err := k.deputyOf(ctx, c, t, h.Person, at); err != nil || acts {
			return nil, err
		}
		u := unattended{holder: h, absence: absence}
		if u.named, err = absent.Ordered(ctx, h.Person, at, k.scope(&c, t)); err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		there, err := port.Deputies(ctx, h.Person, at, k.scope(&c, t))
		if err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		u.barred = len(there) > 0
		out = append(out, u)
	}
	return out, nil
}

// appoints says whether somebody is to name who acts for a holder that nobody acts for: until
// he has, he has the case before him.
func (k *Kit) appoints(ctx context.Context, c caseInHand, self workflow.Signer, at time.Time) (bool, error) {
	for _, t := range c.state.Open() {
		if asked, err := k.appointsIn(ctx, c, t, self, at); err != nil || asked {
			return asked, err
		}
	}
	return false, nil
}

// appointsIn says whether that is so of one task.
func (k *Kit) appointsIn(ctx context.Context, c caseInHand, t workflow.Task, self workflow.Signer, at time.Time) (bool, error) {
	found, err := k.unattendedIn(ctx, c, t, at)
	if err != nil || len(found) == 0 {
		return false, err
	}
	holders := make([]workflow.Signer, len(found))
	for i, u := range found {
		holders[i] = u.holder
	}
	_, err = k.asAppointer(ctx, c, holders, self, at)
	return err == nil, ignoreForbidden(err)
}

// unattendedNotices tell the superior of a holder who is away that nobody acts for him,
// once for each absence, his or later that of whoever was named to stand in.
func (k *Kit) unattendedNotices(ctx context.Context, c caseInHand, t workflow.Task, at time.Time) ([]notice, error) {
	found, err := k.unattendedIn(ctx, c, t, at)
	if err != nil {
		return nil, err
	}
	var out []notice
	for _, u := range found {
		_, superiors, err := k.appointers(ctx, c, u.holder, at)
		if err != nil {
			return nil, err
		}
		since := u.absence.From
		if t.Appointed != nil { // he has gone away too: that is another occasion to name somebody
			absence, _, err := k.awayAt(ctx, t.Appointed.Person, at)
			if err != nil {
				return nil, err
			}
			since = absence.From
		}
		for _, s := range superiors {
			if _, err := k.mayRead(ctx, Actor{Person: s.Person}, c, at); errors.Is(err, ErrNotFound) {
				continue
			} else if err != nil {
				return nil, err
			}
			n := k.noticeWith(c, t, told{person: s.Person}, ruleUnattended, int(since.Unix()), false, at,
				map[string]string{"words": u.words().In(k.cfg.Lang)})
			out = append(out, n)
		}
	}
	return out, nil
}

// absenceJob has everybody told whom an entry of the list of deputies leaves to his
// superior, when it begins: the one who is away, and those for whom he would have acted.
func absenceJob(row register.Row, at time.Time) Job {
	due := at
	if row.From.After(at) {
		due = row.From
	}
	return Job{Key: jobAbsence + "|" + row.ID, Kind: jobAbsence, Subject: row.ID, Due: due}
}

// absence puts the alarms of the cases that wait for somebody who is away now.
func (k *Kit) absence(ctx context.Context, job Job, at time.Time) error {
	err := k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		row, found, err := tx.Registers().Row(ctx, register.Deputies, job.Subject)
		if err != nil {
			return err
		}
		var alarms []Job
		if found {
			if alarms, err = k.awayAlarms(ctx, tx, row, at); err != nil {
				return err
			}
		}
		if err := enqueue(ctx, tx, at, alarms...); err != nil {
			return err
		}
		return tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true})
	})
	if err == nil {
		k.wakeAt(at) // the superior is told at once, and not when the queue is looked at next
	}
	return err
}

func (k *Kit) awayAlarms(ctx context.Context, tx Tx, row register.Row, at time.Time) ([]Job, error) {
	cells, err := k.lists.Cells(row)
	if err != nil {
		return nil, err
	}
	away := cells.ID("principal")
	entries, err := tx.Registers().Rows(ctx, register.Query{List: register.Deputies, Keys: []string{register.Key("ordered", away)}})
	if err != nil {
		return nil, err
	}
	holders := []string{personKey(away)}
	for _, e := range entries {
		for _, key := range e.Keys {
			if id, ok := strings.CutPrefix(key, register.Key("principal", "")); ok && !slices.Contains(holders, personKey(id)) {
				holders = append(holders, personKey(id))
			}
		}
	}
	var cases []string
	q := TaskQuery{Holders: holders, Bare: true, Limit: heldAtOnce}
	for {
		page, err := tx.Cases().Tasks(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, t := range page {
			if !slices.Contains(cases, t.Case) {
				cases = append(cases, t.Case)
			}
		}
		if len(page) < heldAtOnce {
			break
		}
		last := page[len(page)-1]
		q.AfterDue, q.AfterCase, q.AfterTask = last.Due, last.Case, last.Task
	}
	out := make([]Job, len(cases))
	for i, id := range cases {
		out[i] = Job{Key: alarmKey(id), Kind: jobAlarm, Subject: id, Due: at, Since: at}
	}
	return out, nil
}
