package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/reminder"
	"github.com/ismskit/ismskit/workflow"
)

// The alarm of a case is one job: it tells whoever is to be told by now, and waits
// for the next moment at which somebody is. It reads the case when it fires, so
// what has been done meanwhile is not chased, and a changed date needs no change
// of the queue.

// notice is one thing to tell one person. Its id says what caused it, so that the
// same cause tells once.
type notice struct {
	id      string
	person  string
	task    string
	rule    string
	kind    string // of the message: action or read
	urgent  bool
	subject string
	body    string
	due     time.Time
}

// Kinds of messages.
const (
	MessageAction = "action" // gone when the task is done
	MessageRead   = "read"   // gone when read
	MessageMail   = "mail"   // a mail as it left
)

// Rules of messages beside those of package reminder.
const (
	ruleOpened     = "opened"
	ruleReturned   = "returned"
	ruleClosed     = "closed"
	ruleActed      = "acted"
	ruleDigest     = "digest"
	ruleDead       = "dead" // jobs were given up
	ruleBack       = "back" // it came back from whoever was asked first
	ruleUrged      = "urged"
	ruleCopied     = "copied"
	ruleExtended   = "extended"     // more time was granted
	ruleRefused    = "refused"      // or not
	ruleFilled     = "filled"       // somebody filled it in for him and sent it
	ruleOral       = "oral"         // that he approved by word of mouth has been registered
	ruleLateForm   = "late_form"    // its form has not been sent
	ruleLateFormUp = "late_form_up" // and nobody has seen to it
	ruleStuck      = "stuck"        // his request waits for somebody who is late
	ruleUnsent     = "unsent"       // a draft was put before him that he has not sent
	ruleRedated    = "redated"      // his deadline moved with the calendar
)

// MessageRules are all that a Message may name as its Rule: a host that words them on
// its pages holds its own list against these.
func MessageRules() []string {
	return []string{
		ruleOpened, ruleReturned, ruleClosed, ruleActed, ruleDigest, ruleDead, ruleBack, ruleUrged, ruleCopied, ruleExtended, ruleRefused, ruleFilled,
		ruleOral, ruleLateForm, ruleLateFormUp, ruleStuck, ruleUnsent, ruleRedated,
		string(reminder.RuleBefore), string(reminder.RuleOnDay), string(reminder.RuleOverdue), string(reminder.RuleEscalate),
		string(reminder.RuleReply), string(reminder.RuleSuspended),
	}
}

// afterMax is how often who is late is reminded when as many reminders as his step says
// have done nothing: they grow rarer, but nothing that is open falls silent.
const afterMax = "1w"

// beforeMail is how many minutes before the morning mail its reminders fire.
const beforeMail = 10

func (k *Kit) alarm(ctx context.Context, job Job, at time.Time) error {
	c, err := k.takeToWork(ctx, job.Subject)
	if err != nil {
		return err
	}
	acted, err := k.seatAgain(ctx, c, at)
	if err != nil {
		return err
	}
	lapsed := false
	if !acted {
		if lapsed, err = k.lapse(ctx, c, at); err != nil {
			return err
		}
	}
	if acted || lapsed {
		// That was an action of its own, which has put this job anew, due and under another
		// fence: whoever takes it, perhaps another server already, tells of everything.
		return nil
	}
	notices, nextAt, err := k.notices(ctx, c, job.Since, at)
	if err != nil {
		return err
	}
	if notices, err = k.untold(ctx, notices); err != nil {
		return err
	}
	over, err := k.over(ctx, c, notices)
	if err != nil {
		return err
	}
	return k.tell(ctx, c, notices, func(ctx context.Context, tx Tx) error {
		if err := mark(ctx, tx, over, func(m *Message) { m.Gone = at }); err != nil {
			return err
		}
		s := Settlement{ID: job.ID, Fence: job.Fence, Done: true}
		if !nextAt.IsZero() {
			s.Done, s.Due, s.Since = false, nextAt, at
		}
		if c.renamed(job.Since) {
			// The alarm was put anyhow when somebody came or acted: the action itself has
			// nothing to write about it.
			if err := enqueue(ctx, tx, at, Job{Key: textKey(c.row.ID), Kind: jobText, Subject: c.row.ID, Due: at}); err != nil {
				return err
			}
		}
		return tx.Queue().Settle(ctx, s)
	})
}

// over are the notices that asked for something which has been done, and those that the
// next of their kind replaces: of one task one reminder is enough to read.
func (k *Kit) over(ctx context.Context, c caseInHand, next []notice) ([]Message, error) {
	var open []Message
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{Case: c.row.ID, Kinds: []string{MessageAction}, Unread: true, Limit: 1000})
		open = found
		return err
	})
	return slices.DeleteFunc(open, func(m Message) bool {
		if slices.ContainsFunc(next, func(n notice) bool { return n.replaces(m) }) {
			return false
		}
		switch m.Task {
		case TaskCorrect:
			return c.state.Phase == workflow.PhaseReturned
		case TaskLateForm, TaskUnsent:
			return c.state.Phase == workflow.PhaseDraft
		}
		t, ok := c.state.Task(m.Task)
		return ok && t.Status == workflow.TaskOpen
	}), err
}

// replaces says whether a notice says anew what an earlier one said to the same person
// of the same task. That the outside office is late says why the task is.
func (n notice) replaces(m Message) bool {
	if n.kind != MessageAction || n.person != m.Person || n.task == "" || n.task != m.Task || n.id == m.ID {
		return false
	}
	dated := []string{string(reminder.RuleBefore), string(reminder.RuleOnDay), string(reminder.RuleOverdue)}
	return n.rule == m.Rule || slices.Contains(dated, m.Rule) && (slices.Contains(dated, n.rule) || n.rule == string(reminder.RuleReply))
}

// lapse ends the tasks that nobody answered in time, and says whether there was one:
// somebody may have answered while this was worked out.
func (k *Kit) lapse(ctx context.Context, c caseInHand, at time.Time) (bool, error) {
	lapsed := false
	for _, t := range c.state.Open() {
		step, ok := c.kind.flow.Step(t.Step)
		if !ok || step.Timeout == nil || c.state.Phase != workflow.PhaseRunning {
			continue
		}
		end, err := k.lapses(&c, t)
		if err != nil {
			return lapsed, err
		}
		if end.IsZero() || at.Before(end) {
			continue
		}
		reason, open := step.Timeout.Reason.In(k.cfg.Lang), false
		err = k.systemAct(ctx, c.row.ID, func(now caseInHand, _ *work) (workflow.Action, bool, error) {
			still, ok := now.state.Task(t.ID)
			open = ok && still.Status == workflow.TaskOpen
			return workflow.Action{Verb: workflow.VerbLapse, Task: t.ID, Comment: reason}, open, nil
		})
		if err != nil {
			return lapsed, err
		}
		lapsed = lapsed || open
	}
	return lapsed, nil
}

// lapses is when an open task ends because nobody answered it, the zero time for never.
func (k *Kit) lapses(c *caseInHand, t workflow.Task) (time.Time, error) {
	step, ok := c.kind.flow.Step(t.Step)
	if !ok || step.Timeout == nil || t.Origin != "" {
		return time.Time{}, nil
	}
	if field := step.Timeout.Until; field != "" {
		day, ok := c.values[field].(calendar.Date)
		if !ok {
			return time.Time{}, nil
		}
		return day.AddDays(1).Start(k.location), nil
	}
	term, err := calendar.ParseTerm(step.Timeout.After)
	if err != nil {
		return time.Time{}, fmt.Errorf("ismskit: step %s: %w", t.Step, err)
	}
	return k.stood(*c, t.Opened, k.calendarOf(c.row.Unit).Due(t.Opened, term, k.location).At, term.Unit), nil
}

// lapsed is the step that nobody answered, where that has ended the case.
func (c *caseInHand) lapsed() (workflow.Step, bool) {
	if c.state.Outcome != workflow.OutcomeLapsed {
		return workflow.Step{}, false
	}
	for _, t := range slices.Backward(c.state.Tasks) {
		if step, ok := c.kind.flow.Step(t.Step); ok && t.Verb == workflow.VerbLapse && step.Timeout != nil {
			return step, true
		}
	}
	return workflow.Step{}, false
}

// notices lists who is to be told what by a moment, and when the next one is.
func (k *Kit) notices(ctx context.Context, c caseInHand, since, at time.Time) ([]notice, time.Time, error) {
	var out []notice
	var next time.Time
	for _, t := range c.state.Tasks {
		if t.Status == workflow.TaskDone && t.For != nil && !t.Closed.Before(since) {
			out = append(out, k.acted(c, t))
		}
		if t.Origin == workflow.OriginExtend && t.Status == workflow.TaskDone && !t.Closed.Before(since) {
			out = append(out, k.moreTime(c, t)...)
		}
		if t.Status != workflow.TaskOpen {
			continue
		}
		timers, err := k.timers(c, t, at)
		if err != nil {
			return nil, next, err
		}
		told, err := k.taskNotices(ctx, c, t, timers, since, at)
		if err != nil {
			return nil, next, err
		}
		out = append(out, told...)
		if first, ok := reminder.First(timers, at); ok && (next.IsZero() || first.Before(next)) {
			next = first
		}
	}
	late, first, err := k.lateFormNotices(ctx, c, since, at)
	if err != nil {
		return nil, next, err
	}
	if !first.IsZero() && (next.IsZero() || first.Before(next)) {
		next = first
	}
	out = append(out, late...)
	unsent, first, err := k.unsentNotices(c, since, at)
	if err != nil {
		return nil, next, err
	}
	if !first.IsZero() && (next.IsZero() || first.Before(next)) {
		next = first
	}
	out = append(out, unsent...)
	out = append(out, k.copied(c, since)...)
	phase, err := k.phaseNotices(ctx, c, since, at)
	if err != nil {
		return nil, next, err
	}
	return slices.Concat(out, k.filledNotices(c, since), phase), next, nil
}

// timers are those of one open task by the rules of its step.
func (k *Kit) timers(c caseInHand, t workflow.Task, now time.Time) ([]reminder.Timer, error) {
	step, ok := c.kind.flow.Step(t.Step)
	if !ok {
		return nil, nil
	}
	// Reminders are worded shortly before the morning mail that carries them.
	rules := reminder.Rules{Morning: time.Duration(max(k.cfg.MorningMail-beforeMail, 1)) * time.Minute}
	if r := step.Remind; r != nil {
		rules.Before, rules.OnDay, rules.Every, rules.Max, rules.Then = r.Before, r.OnDay, r.Every, r.Max, afterMax
		for i, e := range r.Escalate {
			rules.Escalate = append(rules.Escalate, reminder.Escalation{After: e.After, To: strconv.Itoa(i)})
		}
	}
	end, err := k.lapses(&c, t)
	if err != nil {
		return nil, err
	}
	s := reminder.Subject{Task: t.ID, Opened: t.Opened, Due: t.Due, DueDate: t.DueDate, Lapses: end, Now: now}
	if t.Waiting() {
		s.Expected, s.ExpectedDate = t.Outside.Expected, t.Outside.ExpectedDate
		rules.ReplyEvery = "1wd"
	}
	if c.state.Phase == workflow.PhaseSuspended {
		s.Suspended = c.row.Changed
		rules.SuspendedEvery = "5wd"
	}
	return reminder.Timers(s, rules, officeDays{k, k.calendarOf(c.row.Unit)})
}

// officeDays is the calendar in force as the reminders count by it.
type officeDays struct {
	k  *Kit
	by *calendar.Calendar
}

func (o officeDays) Shift(day time.Time, term string, n int) (time.Time, error) {
	t, err := calendar.ParseTerm(term)
	if err != nil {
		return time.Time{}, err
	}
	local := day.In(o.k.location)
	from := calendar.DateOf(local)
	clock := local.Sub(from.Start(o.k.location))
	var to calendar.Date
	switch t.Unit {
	case calendar.Hours:
		return day.Add(time.Duration(n*t.N) * time.Hour), nil
	case calendar.WorkingDays:
		to = o.by.AddWorkdays(from, n*t.N).To
	case calendar.Days:
		to = from.AddDays(n * t.N)
	case calendar.Weeks:
		to = from.AddDays(7 * n * t.N)
	case calendar.Months:
		to = from.AddMonths(n * t.N)
	default:
		to = from.AddMonths(12 * n * t.N)
	}
	return to.Start(o.k.location).Add(clock), nil
}

func (o officeDays) Workday(day time.Time) bool {
	return o.by.Workday(calendar.DateOf(day.In(o.k.location)))
}

func (o officeDays) Location() *time.Location { return o.k.location }

// taskNotices are the notices of one open task: that it came, and its timers.
func (k *Kit) taskNotices(ctx context.Context, c caseInHand, t workflow.Task, timers []reminder.Timer, since, at time.Time) ([]notice, error) {
	var out []notice
	people, err := k.toldOf(ctx, c, t, at)
	if err != nil {
		return nil, err
	}
	if !t.Opened.Before(since) {
		for _, p := range people {
			out = append(out, k.notice(c, t, p, ruleOpened, 1, false, t.Opened))
		}
	}
	if !t.Back.IsZero() && !t.Back.Before(since) {
		for _, p := range people {
			out = append(out, k.notice(c, t, p, ruleBack, int(t.Back.Unix()), false, t.Back))
		}
	}
	out = append(out, k.redatedNotices(c, t, people, since)...)
	if t.Appointed != nil {
		out = append(out, k.notice(c, t, told{t.Appointed.Person, &t.Holder.Named[0]}, ruleOpened, 1, false, at)) // once: told before, it is left out
	}
	if urged := c.state.Urged; !urged.IsZero() && !urged.Before(since) {
		for _, p := range people {
			out = append(out, k.notice(c, t, p, ruleUrged, int(urged.Unix()), false, urged))
		}
	}
	due := latest(reminder.Between(timers, since, at))
	if slices.ContainsFunc(due, func(l lateTimer) bool { return l.Rule == reminder.RuleReply }) {
		// It is late because the office outside is: one chase a morning says so.
		due = slices.DeleteFunc(due, func(l lateTimer) bool { return l.Rule == reminder.RuleOverdue })
	}
	for _, timer := range due {
		to := people
		if timer.Rule == reminder.RuleEscalate {
			above, err := k.escalateTo(ctx, c, t, timer.To, at)
			if err != nil {
				return nil, err
			}
			out = append(out, k.stuck(c, t, people, above, timer.Timer)...)
			to = nil
			for _, p := range above {
				to = append(to, told{person: p})
			}
		}
		for _, p := range to {
			n := k.notice(c, t, p, string(timer.Rule), timer.Occurrence, timer.Urgent, timer.At)
			if timer.missed > 0 {
				n.body += k.text("notice.missed", map[string]string{"count": strconv.Itoa(timer.missed)})
			}
			out = append(out, n)
		}
	}
	return out, nil
}

// stuck tells the applicant that his request waits for somebody who is late, and that
// others have been told.
func (k *Kit) stuck(c caseInHand, t workflow.Task, holders []told, above []string, timer reminder.Timer) []notice {
	applicant := c.row.Applicant
	if applicant == SystemPerson || slices.Contains(above, applicant) || slices.ContainsFunc(holders, func(h told) bool { return h.person == applicant }) {
		return nil
	}
	n := k.notice(c, t, told{person: applicant}, ruleStuck, timer.Occurrence, false, timer.At)
	n.kind = MessageRead
	if len(above) > 0 && !Confidential(c.row.Class) {
		n.body += k.text("notice.stuck.above", nil)
	}
	return []notice{n}
}

// lateTimer is a timer with how many of its kind were missed before it.
type lateTimer struct {
	reminder.Timer
	missed int
}

// latest leaves of each rule only the last: what was missed while the system was
// down leaves as one message that names the count. Timeouts are carried out by
// lapse.
func latest(due []reminder.Timer) []lateTimer {
	var out []lateTimer
	for _, timer := range due {
		if timer.Rule == reminder.RuleTimeout {
			continue
		}
		i := slices.IndexFunc(out, func(l lateTimer) bool { return l.Rule == timer.Rule && l.To == timer.To })
		if i < 0 {
			out = append(out, lateTimer{Timer: timer})
			continue
		}
		out[i] = lateTimer{Timer: timer, missed: out[i].missed + 1}
	}
	return out
}

// told is somebody who is told of a task: a holder, or who acts for one.
type told struct {
	person string
	acts   *workflow.Signer // for whom
}

// toldOf are the people who are told of a task: its holders, and for somebody who
// is away whoever acts for him.
func (k *Kit) toldOf(ctx context.Context, c caseInHand, t workflow.Task, at time.Time) ([]told, error) {
	holders, err := k.holdersNow(ctx, c, t, at)
	if err != nil {
		return nil, err
	}
	var out []told
	for _, h := range holders {
		out = append(out, told{person: h.Person})
	}
	for _, h := range holders {
		d, ok, err := k.deputyOf(ctx, c, t, h.Person, at)
		if err != nil {
			return nil, err
		}
		if ok && !slices.ContainsFunc(out, func(x told) bool { return x.person == d.Person }) {
			out = append(out, told{d.Person, &h})
		}
	}
	slices.SortFunc(out, func(a, b told) int { return strings.Compare(a.person, b.person) })
	return slices.CompactFunc(out, func(a, b told) bool { return a.person == b.person }), nil
}

func (k *Kit) escalateTo(ctx context.Context, c caseInHand, t workflow.Task, index string, at time.Time) ([]string, error) {
	step, _ := c.kind.flow.Step(t.Step)
	i, err := strconv.Atoi(index)
	if err != nil || step.Remind == nil || i >= len(step.Remind.Escalate) {
		return nil, nil
	}
	who := step.Remind.Escalate[i].To
	var batch questions
	if who.Kind == workflow.WhoManagerOf && who.Of == "" && len(t.Holder.Named) > 0 {
		// Above the one who is late, not above the applicant.
		for _, h := range t.Holder.Named {
			batch.add(0, 0, directory.Question{Kind: directory.KindManager, Person: h.Person, At: at, Agency: c.row.Unit})
		}
	} else {
		batch.who(c, 0, 0, who, at)
	}
	answers, err := k.ask(ctx, batch)
	if err != nil {
		return nil, err
	}
	as, _ := answers.of(0, 0)
	signers, _, _ := signersOf(as)
	out := make([]string, len(signers))
	for i, s := range signers {
		out[i] = s.Person
	}
	return out, nil
}

// filledNotices tell the applicant that somebody has sent a request in his name.
func (k *Kit) filledNotices(c caseInHand, since time.Time) []notice {
	if c.extra.Writer == nil || c.extra.Filled.IsZero() || c.extra.Filled.Before(since) {
		return nil
	}
	n := k.caseNotice(c, c.row.Applicant, ruleFilled, strconv.Itoa(c.state.Round), map[string]string{"by": c.extra.Writer.Name})
	n.due = c.extra.Filled
	return []notice{n}
}

// phaseNotices tell the applicant that his case came back or ended; whoever filled
// it in corrects it with him, and who was asked in his place learns of the end.
func (k *Kit) phaseNotices(ctx context.Context, c caseInHand, since, at time.Time) ([]notice, error) {
	if c.row.Parent != "" || c.row.Applicant == SystemPerson {
		return nil, nil // rows are told with their case
	}
	switch s := c.state; {
	case s.Phase == workflow.PhaseReturned && s.Returned != nil && !s.Returned.At.Before(since):
		var out []notice
		for _, person := range []string{c.row.Applicant, c.row.Writer} {
			if person == "" {
				continue
			}
			n := k.caseNotice(c, person, ruleReturned, strconv.Itoa(s.Round), map[string]string{"by": s.Returned.By.Name})
			n.kind, n.urgent, n.due = MessageAction, true, s.Returned.At
			n.task = TaskCorrect
			out = append(out, n)
		}
		return out, nil
	case s.Phase == workflow.PhaseClosed && !s.Closed.Before(since) && s.Outcome != workflow.OutcomeWithdrawn:
		people, err := k.closedFor(ctx, c, at)
		if err != nil {
			return nil, err
		}
		outcome, told := k.text("outcome."+string(s.Outcome), nil), ""
		if step, ok := c.lapsed(); ok {
			outcome, told = k.fillIn(step.Timeout.Reason, &c, nil).In(k.cfg.Lang), k.fillIn(step.Timeout.Told, &c, nil).In(k.cfg.Lang)
		}
		var out []notice
		for _, person := range people {
			n := k.caseNotice(c, person, ruleClosed, "1", map[string]string{"outcome": outcome})
			if !Confidential(c.row.Class) {
				n.body += told
			}
			n.urgent, n.due = s.Outcome == workflow.OutcomeLapsed, s.Closed
			out = append(out, n)
		}
		return out, nil
	}
	return nil, nil
}

// acted tells a principal afterwards what his deputy did.
func (k *Kit) acted(c caseInHand, t workflow.Task) notice {
	step, _ := c.kind.flow.Step(t.Step)
	n := k.caseNotice(c, t.For.Person, ruleActed, t.ID, map[string]string{"by": t.By.Name, "step": step.Name.In(k.cfg.Lang)})
	n.due = t.Closed
	return n
}

// copied tells those who were sent a copy.
func (k *Kit) copied(c caseInHand, since time.Time) []notice {
	var out []notice
	for _, copied := range c.state.Copies {
		if copied.At.Before(since) {
			continue
		}
		n := k.caseNotice(c, copied.To.Person, ruleCopied, strconv.FormatInt(copied.At.UnixMicro(), 10), map[string]string{"by": copied.By.Name})
		n.due = copied.At
		out = append(out, n)
	}
	return out
}

// moreTime tells who asked for more time what became of it.
func (k *Kit) moreTime(c caseInHand, asked workflow.Task) []notice {
	t, ok := c.state.Task(asked.From)
	if !ok || t.Status != workflow.TaskOpen && t.Status != workflow.TaskWaiting {
		return nil
	}
	rule := ruleRefused
	if asked.Verb == workflow.VerbApprove {
		rule = ruleExtended
	}
	var out []notice
	for _, h := range t.Holder.Named {
		n := k.notice(c, t, told{person: h.Person}, rule, number(asked.ID), false, asked.Closed)
		n.kind = MessageRead
		out = append(out, n)
	}
	return out
}

// number is the number in a task's id.
func number(id string) int {
	n, err := strconv.Atoi(id[1:])
	if err != nil {
		return 0
	}
	return n
}
