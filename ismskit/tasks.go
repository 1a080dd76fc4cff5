package ismskit

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// taskBody is what a to-do list shows of a task beside its columns.
type taskBody struct {
	Title   workflow.Text    `json:"title,omitempty"` // of the type
	Step    workflow.Text    `json:"step,omitempty"`
	Why     workflow.Text    `json:"why,omitempty"`
	Holders []string         `json:"holders,omitempty"` // names
	People  []string         `json:"people,omitempty"`  // ids, for filtering
	Scope   directory.Scope  `json:"scope,omitzero"`
	Term    string           `json:"term,omitempty"`
	Unit    string           `json:"unit,omitempty"` // applicant's unit id
	Row     int              `json:"row,omitempty"`  // as in Todo
	Turn    int              `json:"turn,omitempty"` // as in Todo.RowTurn
	Subject workflow.Text    `json:"subject,omitempty"`
	With    *OutsideStanding `json:"with,omitempty"` // as in Todo.Standing
	// InPerson: nobody does it for its holder.
	InPerson bool   `json:"in_person,omitempty"`
	Reason   string `json:"reason,omitempty"` // of a return
	Writer   string `json:"writer,omitempty"` // who filled it in for the applicant
	barring
	// Appointed is the person who stands in for the holder by order of his superior.
	Appointed string `json:"appointed,omitempty"`
	Batch     bool   `json:"batch,omitempty"`  // as in Todo
	Reauth    bool   `json:"reauth,omitempty"` // as in Todo
	Owed      bool   `json:"owed,omitempty"`   // as in Todo
	Chased    int    `json:"chased,omitempty"` // as in Todo
	// Stopped: the clock of its case stands (停止計時).
	Stopped bool `json:"stopped,omitempty"`
	// MoreTime is what is asked for where somebody grants more time.
	MoreTime workflow.Text `json:"more_time,omitempty"`
	// LastDay is, on a sheet on its way, that of who hands over; ISO.
	LastDay string `json:"last_day,omitempty"`
	// Stops are the times in which it stood since the task's deadline runs.
	Stops []clockSpan `json:"stops,omitempty"`
	// Since is from when its holders have it, where they came to it later than it opened.
	Since time.Time `json:"since,omitzero"`
}

// tasks are the rows of to-do lists that change: those that come, and those that go before,
// also where they come again.
func (w *work) tasks(row CaseRow) (put []TaskRow, drop []string) {
	c := w.after
	c.row = row
	old := w.before.state.Tasks
	for i := range c.state.Tasks {
		t := &c.state.Tasks[i]
		if t.Status != workflow.TaskOpen {
			continue
		}
		was := openTask(old, t.ID)
		if was != nil && sameOnLists(was, t) && !w.relabelled() && w.sameBarred(was, t) && len(w.before.extra.LeftPool) == len(c.extra.LeftPool) {
			continue
		}
		put = append(put, w.k.taskRow(&c, *t))
		if was != nil {
			drop = append(drop, t.ID)
		}
	}
	for i := range old {
		if t := &old[i]; !w.insert && t.Status == workflow.TaskOpen && openTask(c.state.Tasks, t.ID) == nil {
			drop = append(drop, t.ID)
		}
	}
	turn := func(id string, was, is, changed bool, row func() TaskRow) {
		if was == is && !(is && changed) {
			return
		}
		if !w.insert {
			drop = append(drop, id)
		}
		if is {
			put = append(put, row())
		}
	}
	wasBack, isBack := w.before.state.Phase == workflow.PhaseReturned, c.state.Phase == workflow.PhaseReturned
	turn(TaskCorrect, wasBack, isBack, w.relabelled() || w.correctionMoved(), func() TaskRow { return w.k.correctionRow(&c) })
	wasLate, late := w.k.lateForm(&w.before, w.now), w.k.lateForm(&c, w.now)
	turn(TaskLateForm, wasLate != nil, late != nil, true, func() TaskRow { return w.k.lateFormRow(&c, late) })
	turn(TaskUnsent, w.before.unsent(), c.unsent(), w.relabelled(), func() TaskRow { return w.k.unsentRow(&c) })
	return put, drop
}

// stopped says whether the clock of a case stands.
func (c *caseInHand) stopped() bool { return c.state.Phase == workflow.PhaseSuspended }

// relabelled says whether number or subject, which lists show, have changed, or who goes on
// with it for the applicant, or the version of its type, or whether its clock runs.
func (w *work) relabelled() bool {
	return w.relisted || w.before.stopped() != w.after.stopped() || w.before.asked() != w.after.asked() || w.before.row.Subject != w.after.row.Subject || w.before.row.Number == "" && w.after.kind.Type.Number != nil && !w.insert
}

// openTask is nil where there is none.
func openTask(tasks []workflow.Task, id string) *workflow.Task {
	for i := range tasks {
		if tasks[i].ID == id && tasks[i].Status == workflow.TaskOpen {
			return &tasks[i]
		}
	}
	return nil
}

func sameOnLists(a, b *workflow.Task) bool {
	return sameNote(a.Outside, b.Outside) && timesChased(a) == timesChased(b) && a.Waiting() == b.Waiting() && a.Due.Equal(b.Due) && sameSigner(a.Claimed, b.Claimed) && sameSigner(a.Appointed, b.Appointed) && slices.Equal(a.Holder.Named, b.Holder.Named) && a.Holder.Pool == b.Holder.Pool
}

// sameBarred says whether the same deputies may act in a task as before: a colleague who has got a
// part in the case meanwhile, or who is named in it, may not.
func (w *work) sameBarred(was, is *workflow.Task) bool {
	return reflect.DeepEqual(barringOf(&w.before, was), barringOf(&w.after, is))
}

// timesChased is how often the holder of a task was chased (稽催).
func timesChased(t *workflow.Task) int {
	if t.Chase == nil {
		return 0
	}
	return t.Chase.Times
}

func sameSigner(a, b *workflow.Signer) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func (k *Kit) taskRow(c *caseInHand, t workflow.Task) TaskRow {
	step, _ := c.kind.flow.Step(t.Step)
	var more workflow.Text
	if m := k.moreTimeOf(c, t); m != nil {
		more = k.becauseMoreTime(*m)
	}
	body := taskBody{
		MoreTime: more,
		Title:    workflow.Text(c.kind.Title), Step: taskName(step, t),
		Scope: k.scope(c, t), Unit: c.row.Unit, Row: c.rowNo(), Turn: c.extra.Turn, Subject: c.subjectIn(k), Writer: c.row.Writer, With: k.standing(c, t, step), InPerson: step.InPerson || t.Origin == workflow.OriginOwed, Owed: t.Origin == workflow.OriginOwed,
	}
	body.barring = barringOf(c, &t)
	body.Reauth, body.LastDay = step.Reauth, isoDate(c.lastDayAwaited())
	body.Why, body.Batch = k.because(c, t), step.InBatch(&t) && !k.classes().Confidential(c.row.Class)
	body.Chased = timesChased(&t)
	if step.Due != nil {
		body.Term = step.Due.Term
	}
	if c.stopped() {
		body.Stopped, body.Batch = true, false // nobody decides until it runs again
	}
	body.Stops, body.Since = c.stopsOf(t, step), c.passedAt(t)
	r := k.listed(c, t.ID, t.Step, string(t.Kind), t.Opened)
	r.Due, r.DueDate = t.Due, t.DueDate
	for _, s := range t.Holder.Named {
		r.Holders = append(r.Holders, personKey(s.Person))
		if s.Post != "" && byPost(c, t) {
			r.Holders = append(r.Holders, directory.PoolOfPost(s.Post)) // a successor finds it too
		}
		body.Holders, body.People = append(body.Holders, s.Name), append(body.People, s.Person)
	}
	if t.Appointed != nil {
		r.Holders = append(r.Holders, personKey(t.Appointed.Person))
		body.Appointed = t.Appointed.Person
	}
	switch {
	case t.Claimed != nil:
		// Whoever took it has it alone, until he gives it back.
		r.Holders = []string{personKey(t.Claimed.Person)}
		body.Holders, body.People = []string{t.Claimed.Name}, []string{t.Claimed.Person}
	case t.Holder.Pool != "":
		r.Holders = append(r.Holders, t.Holder.Pool)
		if members := t.Why["members"]; members != "" {
			body.Holders = strings.Split(members, memberSeparator)
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

// forApplicant is a form that lies with its applicant, and with whoever fills it in for
// him. His own form nobody corrects for him.
func (k *Kit) forApplicant(c *caseInHand, task string, opened time.Time) (TaskRow, taskBody) {
	r := k.listed(c, task, "", task, opened)
	r.Holders = []string{personKey(c.row.Applicant)}
	body := taskBody{
		Title: workflow.Text(c.kind.Title), InPerson: true, Unit: c.row.Unit,
		Holders: []string{c.row.ApplicantName}, People: []string{c.row.Applicant}, LastDay: isoDate(c.lastDayAwaited()),
	}
	if heir := c.extra.Heir; heir != nil {
		r.Holders, body.Holders, body.People = []string{personKey(heir.Person)}, []string{heir.Name}, []string{heir.Person}
	}
	if writer := c.extra.Writer; writer != nil {
		r.Holders = append(r.Holders, personKey(writer.Person))
		body.Holders, body.People = append(body.Holders, writer.Name), append(body.People, writer.Person)
	}
	return r, body
}

func (k *Kit) listed(c *caseInHand, id, step, kind string, opened time.Time) TaskRow {
	return TaskRow{
		Case: c.row.ID, Task: id, Type: c.kind.Key, Number: c.row.Number, Subject: c.row.Subject, Class: c.row.Class,
		Applicant: c.row.Applicant, Name: c.row.ApplicantName, Unit: c.row.UnitName, Parent: c.row.Parent,
		Step: step, Kind: kind, Opened: opened,
	}
}

// mustJSON encodes plain data of our own, which cannot fail: if it ever does, an
// empty row must not be what is stored.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("ismskit: %w", err))
	}
	return b
}

func parseISO(s string) (calendar.Date, error) {
	var d calendar.Date
	if s == "" {
		return d, nil
	}
	err := d.UnmarshalText([]byte(s))
	return d, err
}
