package ismskit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// work is one action on its way from what is stored to what will be: first it is
// worked out without touching anything, then commit writes all of it at once.
type work struct {
	k     *Kit
	actor Actor
	auth  authority
	now   time.Time

	before caseInHand
	after  caseInHand
	insert bool
	opens  []workflow.Task // tasks that opened
	event  Event

	key     string
	request evidence.Digest

	childrenWanted int
	jobs           []Job
	dropJobs       []string
	effects        []Effect
	revalued       bool // the fields changed
}

func newWork(k *Kit, c caseInHand, actor Actor, auth authority, now time.Time) *work {
	w := &work{k: k, actor: actor, auth: auth, now: now, before: c, after: c}
	w.event = Event{
		Type: c.kind.name(), By: auth.by, For: auth.principal, Via: auth.via, Task: auth.task,
		Assurance: actor.Assurance, Channel: actor.Channel,
	}
	return w
}

// save keeps a draft, or a returned case, as it is. What is there must be of the
// right kind; gaps are allowed.
func (w *work) save(ctx context.Context, a Action) error {
	phase := w.before.state.Phase
	if phase != workflow.PhaseDraft && phase != workflow.PhaseReturned {
		return workflow.ErrPhase
	}
	w.event.Verb = VerbSave
	return w.fill(ctx, a.Values, forms.Rights{}, true)
}

// step carries out a verb of the flow.
func (w *work) step(ctx context.Context, a Action) error {
	w.event.Verb, w.event.Comment, w.event.Result, w.event.To = a.Verb, a.Comment, a.Result, a.To
	if err := w.fillFor(ctx, a); err != nil {
		return err
	}
	if a.Verb == workflow.VerbSubmit {
		if err := w.k.submittable(ctx, w.after); err != nil {
			return err
		}
	}
	turn, err := w.after.kind.flow.Act(w.before.state, w.engineAction(a), w.after.facts())
	if err != nil {
		return err
	}
	return w.follow(ctx, turn)
}

func (w *work) engineAction(a Action) workflow.Action {
	act := workflow.Action{
		Verb: a.Verb, Task: w.auth.task, By: w.auth.by, For: w.auth.principal, At: w.now,
		Comment: a.Comment, Result: a.Result, To: a.To, Outside: a.Outside,
	}
	if pool, ok := cutPrefix(w.auth.via, viaPool); ok {
		act.Via = pool
	}
	if w.auth.principal != nil {
		if t, ok := w.before.state.Task(w.auth.task); ok {
			act.Via = t.Holder.Pool
		}
	}
	return act
}

// fillFor takes the values that come with a verb: all of them when sending, those
// the step may edit otherwise.
func (w *work) fillFor(ctx context.Context, a Action) error {
	if a.Verb == workflow.VerbSubmit {
		return w.fill(ctx, a.Values, forms.Rights{}, false)
	}
	t, ok := w.before.state.Task(w.auth.task)
	if !ok || !needsTask(a.Verb) {
		if len(a.Values) > 0 {
			return ErrForbidden
		}
		return nil
	}
	step, _ := w.before.kind.flow.Step(t.Step)
	w.event.Step, w.event.Received, w.event.Due = t.Step, t.Opened, t.Due
	if a.Verb == workflow.VerbReturn || a.Verb == workflow.VerbReject || a.Verb == workflow.VerbUnable {
		if len(a.Values) > 0 && a.Verb != workflow.VerbUnable {
			return ErrForbidden
		}
		return w.edit(ctx, a.Values, forms.Rights{Edit: step.Edit, Hide: step.Hide})
	}
	require := step.Require
	if a.Verb == workflow.VerbRecord {
		require = append(slices.Clone(require), step.Requires(a.Result)...)
	}
	if a.Verb == workflow.VerbSendOut || a.Verb == workflow.VerbAnswer {
		require = nil
	}
	return w.edit(ctx, a.Values, forms.Rights{Edit: step.Edit, Require: require, Hide: step.Hide})
}

// edit changes some fields in a step.
func (w *work) edit(ctx context.Context, values forms.Values, rights forms.Rights) error {
	if len(rights.Require) == 0 && len(values) == 0 {
		return nil
	}
	merged := w.before.values.Clone()
	if merged == nil {
		merged = forms.Values{}
	}
	for key, v := range values {
		merged[key] = v
	}
	// A field the person left empty is not in values; for those he may edit that
	// means he emptied it.
	for _, key := range rights.Edit {
		if _, given := values[key]; !given && values != nil {
			delete(merged, key)
		}
	}
	return w.accept(ctx, merged, rights, false)
}

// fill replaces all fields, as the applicant does.
func (w *work) fill(ctx context.Context, values forms.Values, rights forms.Rights, draft bool) error {
	if values == nil {
		values = w.before.values
	}
	return w.accept(ctx, values, rights, draft)
}

func (w *work) accept(ctx context.Context, values forms.Values, rights forms.Rights, draft bool) error {
	form := w.before.kind.form
	values, err := w.k.derive(ctx, w.before.kind, values)
	if err != nil {
		return err
	}
	lookup, err := w.k.lookup(ctx, w.actor, w.before, form.Needs(values), w.now)
	if err != nil {
		return err
	}
	check := forms.CheckContext{
		Rights: rights, Draft: draft, Lookup: lookup,
		Today: calendar.DateOf(w.now.In(w.k.location)), Location: w.k.location,
	}
	accepted, invalid := form.Accept(check, w.before.values, values)
	if err := invalid.Err(); err != nil {
		return err
	}
	changes := form.Diff(w.before.values, accepted)
	w.after.values = accepted
	w.revalued = len(changes) > 0 || w.insert
	if !draft {
		for _, c := range changes {
			w.event.Changes = append(w.event.Changes, Changed{Name: c.Path, From: c.From, To: c.To})
		}
	}
	w.attach(accepted)
	return nil
}

// attach notes files that are new to the case.
func (w *work) attach(values forms.Values) {
	for name, f := range filesIn(values) {
		if slices.ContainsFunc(w.after.extra.Files, func(a Attached) bool { return a.Digest == f.Digest && a.Field == name }) {
			continue
		}
		w.after.extra.Files = append(slices.Clip(w.after.extra.Files), Attached{
			File: f, Field: name, By: w.auth.by.Person, ByName: w.auth.by.Name, At: w.now,
		})
	}
}

// follow finds the people for what the engine opened and gathers what has to be
// written.
func (w *work) follow(ctx context.Context, turn workflow.Turn) error {
	turn, err := w.k.seat(ctx, w.after, turn)
	if err != nil {
		return err
	}
	w.after.state = turn.State
	for _, e := range turn.Events {
		if err := w.note(e); err != nil {
			return err
		}
	}
	if turn.State.Phase == workflow.PhaseClosed && w.before.state.Phase != workflow.PhaseClosed {
		return w.close(ctx)
	}
	return nil
}

// note takes one of the engine's events into the trail's entry and the queue.
func (w *work) note(e workflow.Event) error {
	id := w.after.row.ID
	switch e.Kind {
	case workflow.EventTaskOpened:
		t, ok := w.after.state.Task(e.Task)
		if !ok {
			return fmt.Errorf("ismskit: engine opened task %s and does not know it", e.Task)
		}
		if t.Status == workflow.TaskOpen {
			w.opens = append(w.opens, t)
		}
		w.event.Opened = append(w.event.Opened, TaskNote{
			Task: t.ID, Step: t.Step, Holders: t.Holder.Named, Pool: t.Holder.Pool, Choice: t.Alternative, Why: t.Why, Due: t.DueDate,
		})
	case workflow.EventTaskClosed, workflow.EventTaskVoided:
		w.event.Closed = append(w.event.Closed, TaskNote{Task: e.Task, Step: e.Node, Status: e.Status})
	case workflow.EventSentOut, workflow.EventAnswered:
		w.event.Outside = e.Outside
	case workflow.EventChildrenWanted:
		w.childrenWanted += len(e.Rows)
		w.event.Rows = append(w.event.Rows, e.Rows...)
		w.jobs = append(w.jobs, Job{Key: childrenKey(id, e.Batch), Kind: jobChildren, Subject: id, Payload: []byte(e.Batch), Due: w.now})
	case workflow.EventChildrenDropped:
		w.jobs = append(w.jobs, Job{Key: "drop|" + id + "|" + e.Batch, Kind: jobDropChildren, Subject: id, Payload: []byte(e.Batch), Due: w.now})
	}
	return nil
}

// close asks the type's hook what closing shall do, and tells the parent.
func (w *work) close(ctx context.Context) error {
	row := w.after.row
	if row.Parent != "" {
		w.jobs = append(w.jobs, Job{Key: joinKey(row.Parent), Kind: jobJoin, Subject: row.Parent, Due: w.now})
	}
	if w.after.kind.hook == nil {
		return nil
	}
	effects, err := w.after.kind.hook(ctx, w.k.closing(w))
	if err != nil {
		return fmt.Errorf("ismskit: closing %s of %s: %w", w.after.kind.Closing, w.after.kind.name(), err)
	}
	w.effects = effects
	for _, e := range effects {
		w.event.Effects = append(w.event.Effects, e.describe())
	}
	return nil
}

// commit writes everything in one transaction.
func (w *work) commit(ctx context.Context) (Receipt, error) {
	if err := w.finish(); err != nil {
		return Receipt{}, err
	}
	var written CaseRow
	err := w.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		row, err := w.write(ctx, tx)
		if err == nil {
			written = row
		}
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	w.k.wake.at(w.now)
	return receiptOf(written), nil
}

// finish works out what does not depend on the transaction: the stored forms of
// state and fields, and the leaves.
func (w *work) finish() error {
	row, state := &w.after.row, w.after.state
	row.Revision = w.before.row.Revision + 1
	row.Phase, row.Outcome = string(state.Phase), string(state.Outcome)
	row.Submitted, row.Closed, row.Changed = state.Submitted, state.Closed, w.now
	row.State = state.Encode()
	row.Step, row.Due = standing(state)
	if w.revalued || w.insert {
		row.Values = w.after.kind.form.EncodeJSON(w.after.values)
		row.Subject = w.after.subject(w.k)
	}
	if changesMaterially(w.event.Verb) || w.revalued {
		w.after.extra.Material = row.Revision
	}
	if state.Phase != workflow.PhaseDraft && (w.revalued || w.after.extra.Root == "") {
		named, root, err := valueLeaves(w.after.kind.form, w.after.values)
		if err != nil {
			return fmt.Errorf("ismskit: fields of %s: %w", w.after.kind.name(), err)
		}
		w.event.Values, w.event.Changes = named, sinceSent(w.event.Changes, w.before.state.Phase)
		w.after.extra.Root = root.String()
	}
	return nil
}

// sinceSent drops the list of changes at the first submission, where everything is new.
func sinceSent(changes []Changed, before workflow.Phase) []Changed {
	if before == workflow.PhaseDraft || before == "" {
		return nil
	}
	return changes
}

// standing is the step a case stands at and the earliest due date.
func standing(s workflow.State) (step string, due time.Time) {
	for _, t := range s.Open() {
		if step == "" {
			step = t.Step
		}
		if !t.Due.IsZero() && (due.IsZero() || t.Due.Before(due)) {
			due = t.Due
		}
	}
	return step, due
}

// write is the closure of the transaction. It may run any number of times and
// changes nothing of w.
func (w *work) write(ctx context.Context, tx Tx) (CaseRow, error) {
	row, ex := w.after.row, w.after.extra
	var err error
	if row.Number, err = w.numberIn(ctx, tx, row); err != nil {
		return CaseRow{}, err
	}
	if err = w.effectsIn(ctx, tx); err != nil {
		return CaseRow{}, err
	}
	if row.Phase != string(workflow.PhaseDraft) || w.before.state.Phase != workflow.PhaseDraft && !w.insert {
		entry, err := w.entry(row, ex)
		if err != nil {
			return CaseRow{}, err
		}
		if err := tx.Trail().Append(ctx, entry); err != nil {
			return CaseRow{}, err
		}
		row.Head = evidence.Head{Chain: entry.Chain, Seq: entry.Seq, Hash: entry.Hash}
	}
	if err = w.index(ctx, tx, row, &ex); err != nil {
		return CaseRow{}, err
	}
	if row.Extra, err = ex.encode(); err != nil {
		return CaseRow{}, err
	}
	put, drop := w.tasks(row)
	if w.insert {
		row.Children = w.childrenWanted
		err = tx.Cases().Insert(ctx, row, put)
	} else {
		err = tx.Cases().Update(ctx, row, put, drop)
		if err == nil && w.childrenWanted > 0 {
			err = tx.Cases().AddChildren(ctx, row.ID, w.childrenWanted)
		}
	}
	if err != nil {
		return CaseRow{}, err
	}
	return row, w.around(ctx, tx, row)
}

// around writes what belongs to others: the parent's count, jobs, the request's
// outcome.
func (w *work) around(ctx context.Context, tx Tx, row CaseRow) error {
	if row.Parent != "" && row.Phase == string(workflow.PhaseClosed) && w.before.state.Phase != workflow.PhaseClosed {
		if err := tx.Cases().AddChildren(ctx, row.Parent, -1); err != nil {
			return err
		}
	}
	jobs := w.jobs
	if w.alarming() {
		jobs = append(slices.Clip(jobs), Job{Key: alarmKey(row.ID), Kind: jobAlarm, Subject: row.ID, Due: w.now, Since: w.now})
	}
	if len(jobs) > 0 {
		if err := tx.Queue().Put(ctx, w.now, jobs...); err != nil {
			return err
		}
	}
	if len(w.dropJobs) > 0 {
		if err := tx.Queue().Drop(ctx, w.dropJobs...); err != nil {
			return err
		}
	}
	if w.key == "" {
		return nil
	}
	return tx.Cases().PutOutcome(ctx, Outcome{
		Actor: w.actor.Person, Key: w.key, Request: w.request, Case: row.ID, Revision: row.Revision, At: w.now,
	})
}

// alarming says whether somebody is to be told something, now or later.
func (w *work) alarming() bool {
	before, after := w.before.state, w.after.state
	return len(w.opens) > 0 || w.event.Outside != nil || before.Phase != after.Phase && after.Phase != workflow.PhaseDraft ||
		w.event.For != nil
}

// entry is the trail's entry of this action.
func (w *work) entry(row CaseRow, ex extra) (TrailEntry, error) {
	e := w.event
	e.Number, e.Revision, e.Root = row.Number, row.Revision, ex.Root
	e.Phase, e.Outcome = w.after.state.Phase, w.after.state.Outcome
	if err := e.sign(w.now); err != nil {
		return TrailEntry{}, err
	}
	payload, err := e.payload()
	if err != nil {
		return TrailEntry{}, fmt.Errorf("ismskit: trail of %s: %w", w.after.kind.name(), err)
	}
	principal := ""
	if e.For != nil {
		principal = e.For.Person
	}
	head := row.Head
	head.Chain = chainOf(row.ID)
	return next(head, w.now, string(e.Verb), e.By.Person, principal, payload)
}

// numberIn gives the case its number when its time has come.
func (w *work) numberIn(ctx context.Context, tx Tx, row CaseRow) (string, error) {
	n := w.after.kind.Type.Number
	if n == nil || row.Number != "" || !w.numbered(n) {
		return row.Number, nil
	}
	pattern := w.after.kind.number
	day := calendar.DateOf(w.now.In(w.k.location))
	parts := map[string]string{"unit": row.Unit}
	scope, err := pattern.Scope(day, parts)
	if err != nil {
		return "", err
	}
	last, err := tx.Cases().Counter(ctx, scope)
	if err != nil {
		return "", err
	}
	number, err := pattern.Format(day, last+1, parts)
	if err != nil {
		return "", err
	}
	return number, tx.Cases().SetCounter(ctx, scope, last+1)
}

func (w *work) numbered(n *Numbering) bool {
	switch w.after.state.Phase {
	case workflow.PhaseDraft:
		return false
	case workflow.PhaseClosed:
		return n.At != numberAtApproval || w.after.state.Outcome == workflow.OutcomeDone
	}
	return n.At != numberAtApproval
}

// effectsIn carries out what the closing hook asked for, in this transaction.
func (w *work) effectsIn(ctx context.Context, tx Tx) error {
	for _, e := range w.effects {
		if err := e.apply(ctx, w, tx); err != nil {
			return err
		}
	}
	return nil
}

// index tells the archive what changed.
func (w *work) index(ctx context.Context, tx Tx, row CaseRow, ex *extra) error {
	rec, acl := w.k.recordOf(w.after, row)
	if acl.ID != ex.ACL {
		if err := tx.Records().PutACL(ctx, acl); err != nil {
			return err
		}
		ex.ACL = acl.ID
	}
	if print := fingerprint(rec); print != ex.Indexed {
		if err := tx.Records().Put(ctx, rec); err != nil {
			return err
		}
		ex.Indexed = print
	}
	if (w.revalued || w.insert || row.Number != w.before.row.Number) && !rec.Draft {
		if err := tx.Records().PutText(ctx, rec.ID, w.k.searchText(w.after, row)); err != nil {
			return err
		}
	}
	if people := w.joining(); len(people) > 0 {
		return tx.Records().Join(ctx, rec.ID, people...)
	}
	return nil
}

// joining are people who take part from now on.
func (w *work) joining() []string {
	var known, people []string
	if !w.insert {
		known = participants(w.before)
	}
	for _, p := range participants(w.after) {
		if !slices.Contains(known, p) {
			people = append(people, p)
		}
	}
	if id := w.auth.by.Person; id != SystemPerson && id != "" && w.auth.via != viaReader &&
		!slices.Contains(known, id) && !slices.Contains(people, id) {
		people = append(people, id)
	}
	return people
}

// participants are the applicant and everybody a task ever came to.
func participants(c caseInHand) []string {
	people := []string{c.row.Applicant}
	for _, t := range c.state.Tasks {
		for _, s := range t.Holder.Named {
			people = append(people, s.Person)
		}
		if t.By != nil && t.By.Person != SystemPerson {
			people = append(people, t.By.Person)
		}
	}
	slices.Sort(people)
	people = slices.Compact(people)
	return slices.DeleteFunc(people, func(p string) bool { return p == "" || p == SystemPerson })
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return "", false
}
