package ismskit

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
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
	settle  *Settlement // of the job that this is all of, nil for a person

	parentRevision int64 // of the request when a row of it was made ready
	jobs           []Job
	effects        []Effect
	revalued       bool                         // the fields changed
	relisted       bool                         // lists show the case otherwise: its type is another version
	tell           bool                         // somebody is to be told, though no task opened or closed
	dayMoved       *DayMoved                    // of what was returned, by the calendar
	wrong          forms.Invalid                // with a draft that was kept
	chosen         map[string][]workflow.Signer // by the applicant, with what he sends
	shown          map[string][]string          // whom its sender was told it would come to
}

func newWork(k *Kit, c caseInHand, actor Actor, auth authority, now time.Time) *work {
	w := &work{k: k, actor: actor, auth: auth, now: now, before: c, after: c, relisted: c.begun != ""}
	if !c.dated() {
		w.after.extra.countBy(k.inForce(), recount{})
	} else if r, ok := k.unmoved(c); ok {
		w.after.extra.countBy(k.inForce(), r)
	}
	w.event = Event{
		Type: c.kind.name(), By: auth.by, For: auth.principal, Via: auth.via, Task: auth.task,
		Assurance: actor.Assurance, Channel: actor.Channel,
	}
	return w
}

// save keeps a draft, or a returned case, as it is, whatever is missing or wrong.
func (w *work) save(ctx context.Context, a Action) error {
	phase := w.before.state.Phase
	if phase != workflow.PhaseDraft && phase != workflow.PhaseReturned {
		return workflow.ErrPhase
	}
	if err := a.Unread.Err(); err != nil {
		return err
	}
	w.event.Verb = VerbSave
	if err := w.keepShown(a.Shown); err != nil {
		return err
	}
	return w.keep(ctx, a.Values, a.Typed, a.Chosen)
}

// step carries out a verb of the flow.
func (w *work) step(ctx context.Context, a Action) error {
	w.event.Verb, w.event.Comment, w.event.Result, w.event.To = a.Verb, a.Comment, a.Result, a.To
	w.event.Afresh = a.Afresh && a.Verb == workflow.VerbReassign
	var err error
	if w.event.Batch, err = w.before.inBatch(a, w.k.classes()); err != nil {
		return err
	}
	if t, ok := w.before.state.Task(w.auth.task); ok {
		w.event.Step, w.event.Origin = t.Step, t.Origin
		w.undone(a, t)
	}
	a.Outside = w.noted(a)
	w.sentAnew(a)
	if err := w.together(a, w.outside(a, w.fillFor(ctx, a))); err != nil {
		return err
	}
	if a.Verb == workflow.VerbSubmit {
		w.sees(a.Shown)
		if err := w.k.submittable(ctx, w.actor, w.after); err != nil {
			return err
		}
		if w.auth.via == ViaWriter {
			w.after.extra.Filled = w.now
		}
	}
	if a.Verb == workflow.VerbApprove || a.Verb == workflow.VerbRecord {
		if err := w.stillChanges(ctx); err != nil {
			return err
		}
	}
	act, err := w.engineAction(ctx, a)
	if err != nil {
		return err
	}
	turn, err := w.after.kind.flow.Act(w.before.state, act, w.after.facts())
	if err != nil {
		return err
	}
	w.acted()
	if err := w.follow(ctx, turn); err != nil {
		return err
	}
	return w.signed(ctx, a)
}

// undone says in whose name somebody takes back what he did as a deputy, and whom he takes away
// that he had added: the record of what was done says both.
func (w *work) undone(a Action, t workflow.Task) {
	did, of := t.By, t.For
	switch a.Verb {
	case workflow.VerbRemoveSigner:
		did, of = t.Giver, t.GivenFor
		if len(a.People) == 0 {
			w.event.People = slices.Clone(t.Holder.Named)
		}
	case workflow.VerbTakeBack:
	default:
		return
	}
	if w.event.For == nil && did != nil && did.Person == w.auth.by.Person {
		w.event.For = of
	}
}

// acted notes a deputy, an officer or a superior who has acted: he is nowhere in the
// state of the case and goes on to see what became of it.
func (w *work) acted() {
	id := w.auth.by.Person
	if w.actor.system || w.auth.via == viaReader || w.auth.via == viaCopy || slices.Contains(w.after.extra.Acted, id) ||
		w.auth.principal == nil && w.auth.via != viaOfficer && w.auth.via != viaSuperior {
		return
	}
	w.after.extra.Acted = append(slices.Clip(w.after.extra.Acted), id)
}

func (w *work) engineAction(ctx context.Context, a Action) (workflow.Action, error) {
	act := workflow.Action{
		Verb: a.Verb, Task: w.auth.task, By: w.auth.by, For: w.auth.principal, At: w.now,
		Comment: a.Comment, Result: a.Result, To: a.To, Outside: w.withProof(a), Batch: a.batch != nil,
		// What is to be signed is worked out with all that follows; without a signature it goes no further.
		Certified: w.certificateRule(a) != "" && (a.Owe == "" || a.Certificate != nil), Owe: a.Owe,
	}
	if pool, ok := cutPrefix(w.auth.via, viaPool); ok {
		act.Via = pool
	}
	if w.auth.principal != nil {
		if t, ok := w.before.state.Task(w.auth.task); ok {
			act.Via = t.Holder.Pool
		}
	}
	// What was mended in a case that came back is told once it is sent: a remark on it, or
	// its end, sends nothing.
	if a.Verb == workflow.VerbSubmit || w.before.state.Phase != workflow.PhaseReturned {
		act.Changed = w.fieldChanges()
	}
	named, err := w.k.peopleNamed(ctx, a.People, w.now)
	if err != nil {
		return act, err
	}
	if act.People, err = w.k.asKnown(ctx, w.before, named, w.now); err != nil {
		return act, err
	}
	if act.Units, err = w.k.unitsNamed(ctx, a, w.now); err != nil {
		return act, err
	}
	if a.Verb == workflow.VerbAppoint {
		for _, who := range act.People { // or the task would lie with whoever isn't there either (U5)
			if away, err := w.k.isAway(ctx, who.Person, w.now); err != nil {
				return act, err
			} else if away {
				return act, refusal(workflow.ErrAway, "person", who.Name)
			}
		}
	}
	if a.Verb == workflow.VerbSubmit {
		act.Chosen = w.chosen
	} else if act.Chosen, err = w.k.choices(ctx, w.after, w.picks(), a.Chosen, w.now); err != nil {
		return act, err
	}
	switch a.Verb {
	case workflow.VerbApprove:
		if t, ok := w.before.state.Task(w.auth.task); ok && t.Origin == workflow.OriginExtend && t.Extension != nil {
			act.Extend, err = w.k.granted(w.after, t)
		}
	case workflow.VerbExtend:
		act.Extend, err = w.k.extension(w.after, w.auth.task, a.Term)
	case workflow.VerbReassign:
		act.Afresh = a.Afresh
	case workflow.VerbChase:
		_, act.People, err = w.k.chases(ctx, w.before, a.Task, w.auth.by, w.now)
	case workflow.VerbResume:
		act.Dues = w.resumedByNow()
	}
	return act, err
}

// fillFor takes the values that come with a verb: of the whole form when sending,
// of what the step may edit otherwise.
func (w *work) fillFor(ctx context.Context, a Action) error {
	if a.Verb == workflow.VerbSubmit {
		return w.send(ctx, a.Values, a.Chosen)
	}
	t, ok := w.before.state.Task(w.auth.task)
	if !ok || !workflow.NeedsTask(a.Verb) {
		if len(a.Values) > 0 {
			return ErrForbidden
		}
		return nil
	}
	step, _ := w.before.kind.flow.Step(t.Step)
	w.event.Step, w.event.Received, w.event.Due = t.Step, t.Opened, t.Due
	w.event.Material = step.Material
	if a.Verb == workflow.VerbReturn || a.Verb == workflow.VerbReject || a.Verb == workflow.VerbUnable {
		if len(a.Values) > 0 && a.Verb != workflow.VerbUnable {
			return ErrForbidden
		}
		values := maps.Clone(a.Values)
		for field, proposed := range w.before.proposed(step.Edit, step.Hide) {
			if reflect.DeepEqual(values[field], proposed) { // put before him, and nothing was given
				delete(values, field)
			}
		}
		return w.edit(ctx, values, w.before.kind.stepRights(step, nil))
	}
	if !changesFields(a.Verb, t) {
		if len(a.Values) > 0 {
			return ErrForbidden
		}
		return nil
	}
	require := step.Require
	switch {
	case a.Verb == workflow.VerbRecord:
		for _, r := range step.ResultsFor(w.before.facts()) {
			if r.Key == a.Result {
				require = slices.Concat(require, r.Require)
			}
		}
	case a.Verb == workflow.VerbSendOut || a.Verb == workflow.VerbAnswer || t.Origin != "":
		require = nil // what is missing is for whoever decides
	}
	return w.edit(ctx, a.Values, w.before.kind.stepRights(step, require))
}

// changesFields says whether a verb in a task may fill in the step's fields: those
// that decide, for the step's own people and for whom they let do the work.
func changesFields(v workflow.Verb, t workflow.Task) bool {
	if t.Origin != "" && t.Origin != workflow.OriginDelegate {
		return false
	}
	switch v {
	case workflow.VerbApprove, workflow.VerbRecord, workflow.VerbSendOut, workflow.VerbAnswer:
		return true
	}
	return false
}

// stepRights are what a step may do with the fields. A step that names none may
// edit none: to the form, no list at all would mean every field.
func (k *kind) stepRights(step workflow.Step, require []string) forms.Rights {
	edit := append([]string{}, step.Edit...)
	for _, d := range k.Derived { // what follows changes with what it follows from
		if slices.Contains(edit, d.Of) {
			edit = append(edit, d.Field)
		}
	}
	return forms.Rights{Edit: edit, Require: require, Hide: step.Hide}
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
		if e.Kind == workflow.EventSuspended || e.Kind == workflow.EventResumed {
			w.clockJob()
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
			Origin: t.Origin, From: t.From,
		})
	case workflow.EventTaskClosed, workflow.EventTaskVoided:
		note := TaskNote{Task: e.Task, Step: e.Node, Status: e.Status}
		if e.Holder != nil { // it never opened: whose it would have been has approved already
			t, _ := w.after.state.Task(e.Task)
			note.Holders, note.Choice, note.Why, note.Due = t.Holder.Named, t.Alternative, t.Why, t.DueDate
		}
		w.event.Closed = append(w.event.Closed, note)
	case workflow.EventTaskBack, workflow.EventUrged:
		w.tell = true
	case workflow.EventCopied, workflow.EventChased, workflow.EventSignerAdded, workflow.EventSignerRemoved, workflow.EventAppointed:
		w.event.People, w.tell = append(w.event.People, e.People...), true
	case workflow.EventChosen:
		w.event.Chosen = append(w.event.Chosen, ChosenNote{Step: e.Node, People: e.People})
	case workflow.EventExtendAsked, workflow.EventExtended:
		w.event.Extension, w.tell = e.Extend, true
	case workflow.EventPassedOn:
		t, _ := w.after.state.Task(e.Task)
		w.event.Opened, w.tell = append(w.event.Opened, TaskNote{
			Task: t.ID, Step: t.Step, Holders: t.Holder.Named, Choice: t.Alternative, Due: t.DueDate,
		}), true
	case workflow.EventRedated, workflow.EventResumed:
		w.event.Dues, w.tell = e.Dues, true
	case workflow.EventSentOut, workflow.EventAnswered:
		w.event.Outside = e.Outside
	case workflow.EventChildrenWanted:
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
	w.linkPrepared()
	return w.preparedEnded(ctx)
}

// takesPart are the applicant, who filled it in for him, everybody a task ever came to,
// and who acted beside any.
func takesPart(c caseInHand) []string {
	return distinct(append(tasked(c), c.extra.Acted...))
}

// tasked are the applicant, who filled it in for him, and everybody a task ever came to.
func tasked(c caseInHand) []string {
	people := make([]string, 0, 8+2*len(c.state.Tasks))
	people = append(people, c.row.Applicant, c.row.Writer, c.asked())
	for i := range c.state.Tasks {
		people = appendPeople(people, &c.state.Tasks[i])
	}
	for _, p := range c.extra.Passed {
		people = append(people, p.From.Person)
	}
	if d := c.extra.Disposed; d != nil {
		people = append(people, d.People...)
	}
	return distinct(people)
}

// peopleOf are those whom a task came to, who acted in it, and in whose name.
func peopleOf(t workflow.Task) []string { return appendPeople(nil, &t) }

func appendPeople(people []string, t *workflow.Task) []string {
	for i := range t.Holder.Named {
		people = append(people, t.Holder.Named[i].Person)
	}
	for _, s := range [...]*workflow.Signer{t.By, t.For, t.Claimed, t.Appointed} {
		if s != nil {
			people = append(people, s.Person)
		}
	}
	return people
}

// participants are those who take part, and whoever was sent a copy: they find the case
// and may read it.
func participants(c caseInHand) []string {
	return slices.DeleteFunc(distinct(append(concerned(c), c.extra.Acted...)), c.paperDraftOf)
}

// concerned are whom a case came to, as a task or as a copy.
func concerned(c caseInHand) []string {
	people := tasked(c)
	for _, copied := range c.state.Copies {
		people = append(people, copied.To.Person)
	}
	return distinct(people)
}

// distinct are the people of a list, each once, in order.
func distinct(people []string) []string {
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
