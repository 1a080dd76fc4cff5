package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// TaskCorrect is the task under which a returned case lies with its applicant.
// It is no task of the flow: it ends when the case is sent again.
const TaskCorrect = "correct"

// taskBody is what a to-do list shows of a task beside its columns.
type taskBody struct {
	Title   workflow.Text   `json:"title,omitempty"` // of the type
	Step    workflow.Text   `json:"step,omitempty"`
	Why     workflow.Text   `json:"why,omitempty"`
	Holders []string        `json:"holders,omitempty"` // names
	People  []string        `json:"people,omitempty"`  // ids, for filtering
	Scope   directory.Scope `json:"scope,omitzero"`
	Term    string          `json:"term,omitempty"`
	Unit    string          `json:"unit,omitempty"` // applicant's unit id
	Outside bool            `json:"outside,omitempty"`
	Reason  string          `json:"reason,omitempty"` // of a return
}

// tasks are the rows of to-do lists that change.
func (w *work) tasks(row CaseRow) (put []TaskRow, drop []string) {
	c := w.after
	c.row = row
	before := map[string]workflow.Task{}
	for _, t := range w.before.state.Open() {
		before[t.ID] = t
	}
	for _, t := range c.state.Open() {
		old, was := before[t.ID]
		delete(before, t.ID)
		if !was || !sameOnLists(old, t) || w.relabelled() {
			put = append(put, w.k.taskRow(c, t))
		}
	}
	if !w.insert {
		for id := range before {
			drop = append(drop, id)
		}
		slices.Sort(drop)
	}
	switch wasBack, isBack := w.before.state.Phase == workflow.PhaseReturned, c.state.Phase == workflow.PhaseReturned; {
	case isBack && (!wasBack || w.relabelled()):
		put = append(put, w.k.correctionRow(c))
	case wasBack && !isBack && !w.insert:
		drop = append(drop, TaskCorrect)
	}
	return put, drop
}

// relabelled says whether number or subject, which lists show, have changed.
func (w *work) relabelled() bool {
	return w.before.row.Subject != w.after.row.Subject || w.before.row.Number == "" && w.after.kind.Type.Number != nil && !w.insert
}

func sameOnLists(a, b workflow.Task) bool {
	return a.Waiting() == b.Waiting() && a.Due.Equal(b.Due) && slices.Equal(a.Holder.Named, b.Holder.Named) && a.Holder.Pool == b.Holder.Pool
}

func (k *Kit) taskRow(c caseInHand, t workflow.Task) TaskRow {
	step, _ := c.kind.flow.Step(t.Step)
	body := taskBody{
		Title: workflow.Text(c.kind.Title), Step: step.Name,
		Scope: k.scope(c, t), Unit: c.row.Unit, Outside: t.Outside != nil,
	}
	if t.Alternative < len(step.Who) {
		body.Why = k.fillIn(step.Who[t.Alternative].Because, c, t.Why)
	}
	if step.Due != nil {
		body.Term = step.Due.Term
	}
	r := k.listed(c, t.ID, t.Step, string(t.Kind), t.Opened)
	r.Due, r.DueDate = t.Due, t.DueDate
	for _, s := range t.Holder.Named {
		r.Holders = append(r.Holders, personKey(s.Person))
		if s.Post != "" && byPost(c, t) {
			r.Holders = append(r.Holders, directory.PoolOfPost(s.Post)) // a successor finds it too
		}
		body.Holders, body.People = append(body.Holders, s.Name), append(body.People, s.Person)
	}
	if t.Holder.Pool != "" {
		r.Holders = append(r.Holders, t.Holder.Pool)
		if members := t.Why["members"]; members != "" {
			body.Holders = strings.Split(members, "、")
		}
	}
	if t.Waiting() {
		r.Waiting = t.Outside.To
		if r.Waiting == "" {
			r.Waiting = "outside"
		}
	}
	r.Body = mustJSON(body)
	return r
}

func (k *Kit) correctionRow(c caseInHand) TaskRow {
	at := c.row.Changed
	if c.state.Returned != nil {
		at = c.state.Returned.At
	}
	r := k.listed(c, TaskCorrect, "", TaskCorrect, at)
	r.Holders = []string{personKey(c.row.Applicant)}
	body := taskBody{Title: workflow.Text(c.kind.Title), Unit: c.row.Unit, Holders: []string{c.row.ApplicantName}, People: []string{c.row.Applicant}}
	body.Step, body.Why = k.texts("step.correct"), k.texts("why.correct")
	if c.state.Returned != nil {
		body.Reason = c.state.Returned.Reason
	}
	r.Body = mustJSON(body)
	return r
}

func (k *Kit) listed(c caseInHand, id, step, kind string, opened time.Time) TaskRow {
	return TaskRow{
		Case: c.row.ID, Task: id, Type: c.kind.Key, Number: c.row.Number, Subject: c.row.Subject, Class: c.row.Class,
		Applicant: c.row.Applicant, Name: c.row.ApplicantName, Unit: c.row.UnitName, Parent: c.row.Parent,
		Step: step, Kind: kind, Opened: opened,
	}
}

// mustJSON encodes plain data of our own, which cannot fail.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return b
}

// Todo is a line of a to-do list.
type Todo struct {
	TaskRow
	Title    workflow.Text
	StepName workflow.Text
	Why      workflow.Text
	// Holders are the names of those it waits for; Standins, in lists of everybody's
	// tasks, say who acts for one of them today.
	Holders  []string
	Standins []Standin
	Term     string
	Reason   string // of a return
	// For is the principal when it comes to the reader as his deputy.
	For *directory.Principal
	// Left is how many working days are left: 0 today, negative when late. It
	// means nothing without a due date.
	Left int
	// Late is true from the instant the task is overdue.
	Late bool
	body taskBody
}

// TodoFilter selects tasks.
type TodoFilter struct {
	// Everybody asks for the tasks of all, not only the actor's: for those who may
	// see the whole (Rights.Overview), and unit heads, who see their own units'.
	Everybody bool
	Role      string // with Everybody: only tasks of holders of this "module/role"
	Kinds     []string
	Types     []string
	Case      string
	Limit     int
	// After is the keyset: Due, Case and Task of the last one seen.
	AfterDue             time.Time
	AfterCase, AfterTask string
}

// Tasks lists open tasks by due date: the actor's own, those of his pools, and
// those of the principals he is deputy of at this moment.
func (k *Kit) Tasks(ctx context.Context, actor Actor, f TodoFilter) ([]Todo, error) {
	now := k.moment()
	if !actor.system {
		if _, err := k.person(ctx, actor.Person, now); err != nil {
			return nil, err
		}
	}
	q := TaskQuery{Case: f.Case, Kinds: f.Kinds, Types: f.Types, Limit: f.Limit,
		AfterDue: f.AfterDue, AfterCase: f.AfterCase, AfterTask: f.AfterTask}
	var own []string // the keys that are his, before those he is deputy for
	var acting []directory.Principal
	var err error
	var keep func(TaskRow, taskBody) bool
	if f.Everybody {
		if q.Holders, keep, err = k.everybody(ctx, actor, f); err != nil {
			return nil, err
		}
	} else {
		if q.Holders, acting, err = k.holderKeys(ctx, actor.Person, now); err != nil {
			return nil, err
		}
		own = slices.Clone(q.Holders)
		for _, p := range acting {
			q.Holders = append(q.Holders, personKey(p.Person))
		}
	}
	if q.Limit <= 0 {
		q.Limit = maxTodos
	}
	instead := &standins{k: k, now: now, asked: map[string][]directory.Deputy{}}
	return k.listTasks(ctx, q, func(rows []TaskRow) ([]Todo, error) {
		todos, err := k.todos(rows, actor, own, acting, keep, now)
		if err != nil || !f.Everybody {
			return todos, err
		}
		for i := range todos {
			if todos[i].Standins, err = instead.of(ctx, todos[i].TaskRow, todos[i].body); err != nil {
				return nil, err
			}
		}
		return todos, nil
	})
}

// maxTodos is how many tasks a list has unless it asks for fewer.
const maxTodos = 500

// listTasks reads on until a page is full: some of the rows a query finds are not
// for this reader, such as those a deputy comes second for.
func (k *Kit) listTasks(ctx context.Context, q TaskQuery, choose func([]TaskRow) ([]Todo, error)) ([]Todo, error) {
	var out []Todo
	for {
		var rows []TaskRow
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Cases().Tasks(ctx, q)
			rows = found
			return err
		})
		if err != nil {
			return nil, err
		}
		todos, err := choose(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, todos...)
		if len(out) >= q.Limit || len(rows) < q.Limit {
			return out[:min(len(out), q.Limit)], nil
		}
		last := rows[len(rows)-1]
		q.AfterDue, q.AfterCase, q.AfterTask = last.Due, last.Case, last.Task
	}
}

// everybody is who may see the tasks of others: officers all of them, a head
// those of his units' requests.
func (k *Kit) everybody(ctx context.Context, actor Actor, f TodoFilter) (holders []string, keep func(TaskRow, taskBody) bool, err error) {
	if f.Role != "" {
		if holders, err = k.holdersOfRole(ctx, f.Role); err != nil {
			return nil, nil, err
		}
	}
	if actor.system {
		return holders, nil, nil
	}
	ok, err := k.hasRole(ctx, actor.Person, k.cfg.Rights.Overview)
	if err != nil {
		return nil, nil, err
	}
	if ok {
		return k.overview(ctx, actor, holders)
	}
	reader, err := k.reader(ctx, actor.Person, k.moment())
	if err != nil {
		return nil, nil, err
	}
	if len(reader.Units) == 0 {
		return nil, nil, ErrForbidden
	}
	return holders, func(_ TaskRow, body taskBody) bool { return slices.Contains(reader.Units, body.Unit) }, nil
}

// overview is everybody's tasks; what is 「密」 or above only for those who may read
// everything.
func (k *Kit) overview(ctx context.Context, actor Actor, holders []string) ([]string, func(TaskRow, taskBody) bool, error) {
	all, err := k.hasRole(ctx, actor.Person, k.cfg.Rights.ReadAll)
	if err != nil || all {
		return holders, nil, err
	}
	return holders, func(r TaskRow, _ taskBody) bool { return !Confidential(r.Class) }, nil
}

func (k *Kit) holdersOfRole(ctx context.Context, role string) ([]string, error) {
	module, key, _ := strings.Cut(role, "/")
	pool := directory.PoolOfRole(module, key, "")
	members, err := k.members(ctx, pool, k.moment())
	if err != nil {
		return nil, err
	}
	holders := []string{pool}
	for _, m := range members {
		holders = append(holders, personKey(m.Person))
	}
	return holders, nil
}

func (k *Kit) todos(rows []TaskRow, actor Actor, own []string, acting []directory.Principal, keep func(TaskRow, taskBody) bool, now time.Time) ([]Todo, error) {
	today := calendar.DateOf(now.In(k.location))
	out := make([]Todo, 0, len(rows))
	for _, r := range rows {
		var body taskBody
		if err := json.Unmarshal(r.Body, &body); err != nil {
			return nil, fmt.Errorf("ismskit: task %s of %s: %w", r.Task, r.Case, err)
		}
		if keep != nil && !keep(r, body) {
			continue
		}
		t := Todo{TaskRow: r, Title: body.Title, StepName: body.Step, Why: body.Why, Holders: body.Holders, Term: body.Term, Reason: body.Reason, body: body}
		if len(acting) > 0 {
			mine, principal := forWhom(r, body, actor, own, acting)
			if !mine && principal == nil {
				continue
			}
			if !mine {
				t.For = principal
			}
		}
		t.Late = !r.Due.IsZero() && !now.Before(r.Due)
		if due, err := parseISO(r.DueDate); err == nil && !due.IsZero() {
			t.Left = k.calendar.Workdays(today, due)
			if now.Before(r.Due) && t.Left < 0 {
				t.Left = 0
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// forWhom says whether a task is the person's own, else for which principal he
// would do it: he is first among the deputies present, within the limits, and
// not the applicant himself.
func forWhom(r TaskRow, body taskBody, actor Actor, own []string, acting []directory.Principal) (mine bool, principal *directory.Principal) {
	keys := map[string]*directory.Principal{}
	for i, p := range acting {
		keys[personKey(p.Person)] = &acting[i]
	}
	for _, h := range r.Holders {
		if slices.Contains(own, h) {
			return true, nil
		}
		p, isPrincipal := keys[h]
		if !isPrincipal {
			continue
		}
		if p.First && p.Limits.Covers(body.Scope) && r.Applicant != actor.Person && r.Kind != TaskCorrect {
			principal = p
		}
	}
	return false, principal
}

func parseISO(s string) (calendar.Date, error) {
	var d calendar.Date
	if s == "" {
		return d, nil
	}
	err := d.UnmarshalText([]byte(s))
	return d, err
}
