package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// Case is a case as an actor may see it.
type Case struct {
	CaseRow
	Kind   TypeInfo
	Form   *forms.Form
	Fields forms.Values
	// Typed is what its writer typed and cannot be read as values, and Wrong what
	// is wrong with a draft as it is kept; both for its writer alone.
	Typed forms.Posted
	Wrong forms.Invalid
	Flow  workflow.State
	Way   Route // with what has been done and what is to come
	Word  string
	// RowTitle is what the row is called that a child case is for.
	RowTitle string
	Mine     []MyTask
	Trail    []Entry
	Rows     []ChildCase // child cases, by row
	Files    []Attached
	Links    []Link
	// MayEdit, MayWithdraw and MayComment say what the actor may do beside tasks.
	MayEdit, MayWithdraw, MayComment bool
	// ReadOnly is why nothing can be done with it here, nil if something can.
	ReadOnly *ReadOnly
	// Faults is what the check of its trail found; none is 相符.
	Faults []evidence.Fault
}

// Entry is one line of a case's trail.
type Entry struct {
	Event
	// StepName and Kind are those of the step acted in; empty where it was none.
	StepName workflow.Text
	Kind     workflow.Kind
	// ResultText is the step's own word for the result that was recorded.
	ResultText workflow.Text
	// Workdays are the working days from receiving the task to this entry.
	Workdays int
	Seq      int64
	At       time.Time
	Hash     evidence.Digest
	// Disposed is true where the payload was lawfully deleted; Event is empty then.
	Disposed bool
}

// MyTask is an open task that the actor may do, with what he may do in it.
type MyTask struct {
	workflow.Task
	Name    workflow.Text
	Why     workflow.Text
	For     *workflow.Signer // principal, when as deputy
	Away    string           // why the principal is away
	Offers  []workflow.Offer
	Edit    []string
	Require []string
	Hide    []string
	Term    string
	Due     time.Time
	Left    int // working days, as in Todo
	Late    bool
	// Counted is how the due date was counted, with the days left out.
	Counted calendar.Due
	// Outside says that an office outside carries it out; OutsideTo which.
	Outside   bool
	OutsideTo workflow.Text
	// Waits says that it was sent out and no answer has come.
	Waits bool
}

// ChildCase is a row of a case with its own handler.
type ChildCase struct {
	Row    string
	Title  string // what the row is called
	Case   CaseRow
	Fields forms.Values
	Form   *forms.Form
	Word   string
	State  workflow.State
	Result string
	// ResultText is the step's own word for Result.
	ResultText workflow.Text
	// Holders are those it waits for, by name; Standins who acts for one today.
	Holders  []string
	Standins []Standin
	Trail    []Entry
	Files    []Attached
	// Faults is what the check of the row's own trail found.
	Faults []evidence.Fault
}

// Case returns one case with everything the actor may see of it; ErrNotFound for
// one he may not see.
func (k *Kit) Case(ctx context.Context, actor Actor, id string) (Case, error) {
	c, err := k.take(ctx, id)
	if err != nil {
		return Case{}, err
	}
	now := k.moment()
	if _, err := k.mayRead(ctx, actor, c, now); err != nil {
		return Case{}, err
	}
	out := Case{
		CaseRow: c.row, Kind: infoOf(c.kind), Form: c.kind.form, Fields: c.values, Flow: c.state,
		Word: stateWord(c), Files: c.extra.Files, Links: c.extra.Links, MayComment: c.state.Phase != workflow.PhaseClosed,
	}
	if out.Mine, err = k.mine(ctx, actor, c, now); err != nil {
		return Case{}, err
	}
	hidden, err := k.hiddenFrom(ctx, actor, c, out.Mine, now)
	if err != nil {
		return Case{}, err
	}
	out.Fields = c.kind.form.Redact(c.values, hidden)
	out.Files = visible(c.extra.Files, hidden)
	// What is decoded is handed out, not how it is stored.
	out.Values, out.State, out.Extra = nil, nil, nil
	own := actor.Person == c.row.Applicant && !actor.system
	out.MayEdit = own && (c.state.Phase == workflow.PhaseDraft || c.state.Phase == workflow.PhaseReturned)
	out.MayWithdraw = own && c.row.Parent == "" && c.kind.flow.MayWithdraw(c.state)
	if c.kind.readOnly != nil {
		out.ReadOnly, out.Mine = c.kind.readOnly, nil
		out.MayEdit, out.MayWithdraw, out.MayComment = false, false, false
	}
	if out.MayEdit {
		out.Typed = c.extra.Typed
		if out.Wrong, err = k.draftFaults(ctx, actor, c, now); err != nil {
			return Case{}, err
		}
	}
	if out.Way, err = k.route(ctx, actor, c); err != nil {
		return Case{}, err
	}
	if out.Trail, out.Faults, err = k.trail(ctx, c); err != nil {
		return Case{}, err
	}
	redactTrail(out.Trail, hidden)
	if c.row.Parent != "" {
		out.RowTitle = c.title(k)
	}
	out.Rows, err = k.rowsOf(ctx, actor, c, hidden, now)
	return out, err
}

// mine are the open tasks the actor may do now.
func (k *Kit) mine(ctx context.Context, actor Actor, c caseInHand, now time.Time) ([]MyTask, error) {
	if actor.system {
		return nil, nil
	}
	self, err := k.person(ctx, actor.Person, now)
	if err != nil {
		return nil, err
	}
	var out []MyTask
	for _, t := range c.state.Open() {
		auth, ok, err := k.holds(ctx, Actor{Person: actor.Person}, c, t, self, now)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, k.myTask(c, t, auth, now))
		}
	}
	return out, nil
}

func (k *Kit) myTask(c caseInHand, t workflow.Task, auth authority, now time.Time) MyTask {
	step, _ := c.kind.flow.Step(t.Step)
	row := k.taskRow(c, t)
	m := MyTask{
		Task: t, Name: step.Name, For: auth.principal, Offers: c.kind.flow.Offers(c.state, t.ID),
		Edit: step.Edit, Require: step.Require, Hide: step.Hide, Due: t.Due, Outside: t.Outside != nil, Waits: t.Waiting(),
	}
	if t.Alternative < len(step.Who) {
		m.Why = k.fillIn(step.Who[t.Alternative].Because, c, t.Why)
	}
	if step.Due != nil {
		from := t.Opened
		if step.Due.From == workflow.DueFromSubmitted {
			from = c.state.Submitted
		}
		m.Term, m.Counted = step.Due.Term, k.due(from, step.Due)
	}
	if step.Outside != nil {
		m.OutsideTo = k.fillIn(step.Outside.To, c, nil)
	}
	if todos, err := k.todos([]TaskRow{row}, Actor{}, nil, nil, nil, now); err == nil && len(todos) == 1 {
		m.Left, m.Late = todos[0].Left, todos[0].Late
	}
	return m
}

// trail reads a case's entries and checks their chain against the case row.
func (k *Kit) trail(ctx context.Context, c caseInHand) ([]Entry, []evidence.Fault, error) {
	if c.row.Head.Seq == 0 {
		return nil, nil, nil
	}
	rows, err := k.trailRows(ctx, chainOf(c.row.ID))
	if err != nil {
		return nil, nil, err
	}
	entries, err := entriesOf(rows)
	if err != nil {
		return nil, nil, err
	}
	k.explain(c, entries)
	return entries, append(verifyRows(chainOf(c.row.ID), rows, c.row.Head), verifyEntries(c, entries)...), nil
}

func (k *Kit) trailRows(ctx context.Context, chain string) ([]TrailEntry, error) {
	const page = 500
	var rows []TrailEntry
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows = rows[:0]
		after := int64(0)
		for {
			more, err := tx.Trail().Entries(ctx, chain, after, page)
			if err != nil {
				return err
			}
			rows = append(rows, more...)
			if len(more) < page {
				return nil
			}
			after = more[len(more)-1].Seq
		}
	})
	return rows, err
}

func entriesOf(rows []TrailEntry) ([]Entry, error) {
	out := make([]Entry, 0, len(rows))
	for _, row := range rows {
		e := Entry{Seq: row.Seq, At: row.At, Hash: row.Hash}
		if row.Payload == nil {
			e.Disposed = true
			out = append(out, e)
			continue
		}
		event, err := parseEvent(row.Payload)
		if err != nil {
			return nil, fmt.Errorf("ismskit: entry %d of %s: %w", row.Seq, row.Chain, err)
		}
		e.Event = event
		out = append(out, e)
	}
	return out, nil
}

// explain says for each entry in which step it was and how long that took.
func (k *Kit) explain(c caseInHand, entries []Entry) {
	for i, e := range entries {
		if !e.Received.IsZero() {
			entries[i].Workdays = k.calendar.Workdays(calendar.DateOf(e.Received.In(k.location)), calendar.DateOf(e.At.In(k.location)))
		}
		if step, ok := c.kind.flow.Step(e.Step); ok {
			entries[i].StepName, entries[i].Kind = step.Name, step.Kind
			entries[i].ResultText = resultText(step, e.Result)
		} else if split, ok := c.kind.flow.Split(e.Step); ok {
			entries[i].StepName = split.Name
		}
	}
}

func resultText(step workflow.Step, key string) workflow.Text {
	i := slices.IndexFunc(step.Results, func(r workflow.Result) bool { return r.Key == key })
	if i < 0 {
		return nil
	}
	return step.Results[i].Text
}

// events are a case's entries.
func (k *Kit) events(ctx context.Context, id string) ([]Entry, error) {
	rows, err := k.trailRows(ctx, chainOf(id))
	if err != nil {
		return nil, err
	}
	return entriesOf(rows)
}

// verifyRows checks a chain and the signature roots in it.
func verifyRows(chain string, rows []TrailEntry, head evidence.Head) []evidence.Fault {
	head.Chain = chain
	_, faults := evidence.Verify(evidence.Head{Chain: chain}, func(yield func(evidence.Entry, []byte) bool) {
		for _, row := range rows {
			if !yield(row.Entry, row.Payload) {
				return
			}
		}
	}, head)
	return faults
}

// rowsOf are a case's child cases, without what is hidden from the reader: in the
// case itself, or in what he has to do in a row.
func (k *Kit) rowsOf(ctx context.Context, actor Actor, c caseInHand, hidden []string, now time.Time) ([]ChildCase, error) {
	if len(c.state.Marks) == 0 || !slices.ContainsFunc(c.state.Marks, func(m workflow.Mark) bool { return m.Batch != "" }) {
		return nil, nil
	}
	children, err := k.children(ctx, c.row.ID)
	if err != nil {
		return nil, err
	}
	out := make([]ChildCase, 0, len(children))
	for _, child := range children {
		one := ChildCase{
			Row: child.row.ParentRow, Title: child.title(k), Case: child.row, Fields: child.values, Form: child.kind.form,
			Word: stateWord(child), State: child.state, Result: lastResult(child.state), Files: child.extra.Files,
		}
		for _, t := range child.state.Open() {
			acting, err := k.standinsIn(ctx, child, t, now)
			if err != nil {
				return nil, err
			}
			one.Standins = append(one.Standins, acting...)
			for _, s := range t.Holder.Named {
				one.Holders = append(one.Holders, s.Name)
			}
			if len(t.Holder.Named) == 0 && t.Why["members"] != "" {
				one.Holders = append(one.Holders, t.Why["members"])
			}
		}
		if one.Trail, one.Faults, err = k.trail(ctx, child); err != nil {
			return nil, err
		}
		hides, err := k.hiddenInRow(ctx, actor, c, child, hidden, now)
		if err != nil {
			return nil, err
		}
		one.Fields, one.Files = child.kind.form.Redact(child.values, hides), visible(child.extra.Files, hides)
		redactTrail(one.Trail, hides)
		for _, e := range one.Trail {
			if e.Result != "" {
				one.ResultText = e.ResultText
			}
		}
		out = append(out, one)
	}
	place := c.places()
	slices.SortStableFunc(out, func(a, b ChildCase) int { return place[a.Row] - place[b.Row] })
	return out, nil
}

// places are the places of all rows of a case's tables, by their identity.
func (c caseInHand) places() map[string]int {
	out := map[string]int{}
	for _, v := range c.values {
		rows, _ := v.([]forms.Row)
		for i, row := range rows {
			if id, ok := row[forms.RowID].(string); ok {
				out[id] = i
			}
		}
	}
	return out
}

// CaseFilter selects cases of the actor's own.
type CaseFilter struct {
	Phases []string
	Types  []string
	After  time.Time
	// AfterID with After is the keyset: the last case seen.
	AfterID string
	Limit   int
}

// CaseLine is a case on a list.
type CaseLine struct {
	CaseRow
	Kind    TypeInfo
	Word    string
	Holders []string // those it waits for
	// Standins say who acts for one of them today.
	Standins []Standin
	Step     workflow.Text
	Since    time.Time
	// Done and Of count ended and all child cases.
	Done, Of int
	// ReadOnly is why nothing can be done with it here, nil if something can.
	ReadOnly *ReadOnly
}

// Cases lists what the actor has applied for, newest first: drafts, running and
// ended. What others may see of it is for Records.
func (k *Kit) Cases(ctx context.Context, actor Actor, f CaseFilter) ([]CaseLine, error) {
	if _, err := k.person(ctx, actor.Person, k.moment()); err != nil {
		return nil, err
	}
	q := CaseQuery{Applicant: actor.Person, Roots: true, Phases: f.Phases, Types: f.Types, After: f.After, AfterID: f.AfterID, Limit: f.Limit}
	var rows []CaseRow
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Cases().List(ctx, q)
		rows = found
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]CaseLine, 0, len(rows))
	for _, row := range rows {
		line, err := k.line(ctx, row)
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

func (k *Kit) line(ctx context.Context, row CaseRow) (CaseLine, error) {
	c, err := k.inHand(ctx, row)
	if errors.Is(err, ErrReadOnly) {
		return k.bareLine(ctx, row, err), nil
	}
	if err != nil {
		return CaseLine{}, err
	}
	line := CaseLine{CaseRow: row, Kind: infoOf(c.kind), Word: stateWord(c), Since: row.Changed, ReadOnly: c.kind.readOnly}
	for _, t := range c.state.Open() {
		step, _ := c.kind.flow.Step(t.Step)
		line.Step, line.Since = step.Name, t.Opened
		acting, err := k.standinsIn(ctx, c, t, k.moment())
		if err != nil {
			return CaseLine{}, err
		}
		line.Standins = append(line.Standins, acting...)
		for _, s := range t.Holder.Named {
			line.Holders = append(line.Holders, s.Name)
		}
		if len(t.Holder.Named) == 0 && t.Why["members"] != "" {
			line.Holders = append(line.Holders, t.Why["members"])
		}
	}
	for _, m := range c.state.Marks {
		if m.Batch != "" && m.Status == workflow.MarkOpen {
			split, _ := c.kind.flow.Split(m.Node)
			line.Step, line.Since = split.Name, m.Since
			line.Of, line.Done = m.Rows, m.Rows-row.Children
		}
	}
	return line, nil
}
