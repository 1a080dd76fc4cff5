package ismskit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/reminder"
	"github.com/ismskit/ismskit/workflow"
)

// taskNotices are the notices of one open task: that it came, and its timers.
func (k *Kit) taskNotices(ctx context.Context, c caseInHand, t workflow.Task, timers []reminder.Timer, since, at time.Time) ([]notice, error) {
	var out []notice
	people, err := k.toldOf(ctx, c, t, at)
	if err != nil {
		return nil, err
	}
	lapse, err := k.lapseWarning(&c, t)
	if err != nil {
		return nil, err
	}
	if !t.Opened.Before(since) {
		for _, p := range people {
			n := k.notice(c, t, p, ruleOpened, 1, false, t.Opened)
			n.body += lapse
			out = append(out, n)
		}
	}
	if !t.Back.IsZero() && !t.Back.Before(since) {
		for _, p := range people {
			out = append(out, k.noticeWith(c, t, p, ruleBack, int(t.Back.Unix()), false, t.Back, map[string]string{"how": k.backHow(c, t)}))
		}
	}
	out = append(out, k.redatedNotices(c, t, people, since)...)
	out = append(out, k.passedNotices(c, t, people, since)...)
	unattended, err := k.unattendedNotices(ctx, c, t, at)
	if err != nil {
		return nil, err
	}
	out = append(out, unattended...)
	if t.Appointed != nil {
		out = append(out, k.notice(c, t, told{t.Appointed.Person, &t.Holder.Named[0]}, ruleOpened, 1, false, at)) // once: told before, it is left out
	}
	if urged := c.state.Urged; !urged.IsZero() && !urged.Before(since) {
		for _, p := range people {
			out = append(out, k.notice(c, t, p, ruleUrged, int(urged.Unix()), false, urged))
		}
	}
	chased, err := k.chasedNotices(ctx, c, t, people, since, at)
	if err != nil {
		return nil, err
	}
	out = append(out, chased...)
	due := latest(reminder.Between(timers, since, at))
	if slices.ContainsFunc(due, func(l lateTimer) bool { return l.Rule == reminder.RuleReply }) {
		// It is late because the office outside is: one chase a morning says so.
		due = slices.DeleteFunc(due, func(l lateTimer) bool { return l.Rule == reminder.RuleOverdue })
	}
	for _, timer := range due {
		to := people
		if timer.Rule == reminder.RuleEscalate {
			if t, err = k.staffed(ctx, t, at); err != nil {
				return nil, err
			}
			above, err := k.escalateTo(ctx, c, t, timer.To, at)
			if err != nil {
				return nil, err
			}
			stuck, err := k.stuck(ctx, c, t, people, above, timer.Timer, at)
			if err != nil {
				return nil, err
			}
			out = append(out, stuck...)
			to = nil
			for _, p := range above {
				to = append(to, told{person: p})
			}
		}
		for _, p := range to {
			n := k.notice(c, t, p, string(timer.Rule), timer.Occurrence, timer.Urgent, timer.At)
			if timer.Rule != reminder.RuleEscalate {
				n.body += lapse
			}
			if timer.missed > 0 {
				n.body += k.text("notice.missed", map[string]string{"count": strconv.Itoa(timer.missed)})
			}
			out = append(out, n)
		}
	}
	return out, nil
}

// stuck tells the applicant, or who is told in his place where he has left, that his
// request waits for somebody who is late, and that others have been told.
func (k *Kit) stuck(ctx context.Context, c caseInHand, t workflow.Task, holders []told, above []string, timer reminder.Timer, at time.Time) ([]notice, error) {
	if c.row.Applicant == SystemPerson {
		return nil, nil
	}
	people, err := k.toldForApplicant(ctx, c, at)
	if err != nil {
		return nil, err
	}
	var out []notice
	for _, person := range people {
		if slices.Contains(above, person) || slices.ContainsFunc(holders, func(h told) bool { return h.person == person }) {
			continue
		}
		n := k.notice(c, t, told{person: person}, ruleStuck, timer.Occurrence, false, timer.At)
		k.tells(&n)
		if len(above) > 0 && !k.classes().Confidential(c.row.Class) {
			n.body += k.text("notice.stuck.above", nil)
		}
		out = append(out, n)
	}
	return out, nil
}

// lateTimer is a timer with how many of its kind were missed before it.
type lateTimer struct {
	reminder.Timer
	missed int
}

// latest leaves of each rule only the last, and of those that tell of one due date the last of
// all: what was missed while the system was down leaves as one message that names the count, and
// nobody reads after the day that it is still to come. Timeouts are carried out by lapse.
func latest(due []reminder.Timer) []lateTimer {
	var out []lateTimer
	for _, timer := range due {
		if timer.Rule == reminder.RuleTimeout {
			continue
		}
		i := slices.IndexFunc(out, func(l lateTimer) bool {
			return l.To == timer.To && (l.Rule == timer.Rule || slices.Contains(ofDueDate, l.Rule) && slices.Contains(ofDueDate, timer.Rule))
		})
		if i < 0 {
			out = append(out, lateTimer{Timer: timer})
			continue
		}
		out[i] = lateTimer{Timer: timer, missed: out[i].missed + 1}
	}
	return out
}

// ofDueDate are the rules that tell a holder of his task's due date, each in its turn.
var ofDueDate = []reminder.Rule{reminder.RuleBefore, reminder.RuleOnDay, reminder.RuleOverdue}

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
	if who.Kind == workflow.WhoManagerOf && who.Of == "" {
		// Above those who are late, be it by name or as a group, not above the applicant.
		holders, err := k.holdersNow(ctx, c, t, at)
		if err != nil {
			return nil, err
		}
		for _, h := range holders {
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

// phaseNotices tell the applicant that his case ended; who was asked in his place
// learns of it too.
func (k *Kit) phaseNotices(ctx context.Context, c caseInHand, since, at time.Time) ([]notice, error) {
	if c.row.Parent != "" || c.row.Applicant == SystemPerson || c.kind.Flow.Unsigned {
		return nil, nil // rows are told with their case; what nobody signs was over when he sent it
	}
	switch s := c.state; {
	case s.Phase == workflow.PhaseClosed && !s.Closed.Before(since) && s.Outcome != workflow.OutcomeWithdrawn:
		people, err := k.toldForApplicant(ctx, c, at)
		if err != nil {
			return nil, err
		}
		if s.Outcome == workflow.OutcomePaper {
			return k.toPrintNotices(ctx, c, people)
		}
		outcome, told := k.text("outcome."+string(s.Outcome), nil), ""
		if s.Outcome == workflow.OutcomeVoid {
			if told, err = k.voidWhy(ctx, c); err != nil {
				return nil, err
			}
		}
		if step, ok := c.lapsed(); ok {
			outcome, told = k.fillIn(step.Timeout.Reason, &c, nil).In(k.cfg.Lang), step.Timeout.Told.In(k.cfg.Lang)
		}
		var out []notice
		for _, person := range people {
			n := k.caseNotice(c, person, ruleClosed, "1", map[string]string{"outcome": outcome})
			// A mail carries no values: a sentence that names a field is for the case's page.
			if !k.classes().Confidential(c.row.Class) && !strings.Contains(told, "{") {
				n.body += told
			}
			n.due = s.Closed
			out = append(out, n)
		}
		return out, nil
	}
	return nil, nil
}

// toPrintNotices tell whose request goes on on paper by whom, and what he has to do.
func (k *Kit) toPrintNotices(ctx context.Context, c caseInHand, people []string) ([]notice, error) {
	e, err := k.toPaper(ctx, c.row.ID, Entry{})
	if err != nil {
		return nil, err
	}
	var out []notice
	for _, person := range people {
		n := k.caseNotice(c, person, ruleToPrint, "1", map[string]string{"by": e.By.Name})
		if reason := strings.TrimSpace(e.Comment); reason != "" && !k.classes().Confidential(c.row.Class) {
			n.body += k.text("notice.taken_away.reason", map[string]string{"reason": reason})
		}
		n.due = c.state.Closed
		out = append(out, n)
	}
	return out, nil
}

// voidWhy is why the system made a case void: another came in its place. What a person
// wrote when he did so is for the case's page, like all values.
func (k *Kit) voidWhy(ctx context.Context, c caseInHand) (string, error) {
	events, err := k.events(ctx, c.row.ID)
	if err != nil {
		return "", err
	}
	for _, e := range slices.Backward(events) {
		if e.Verb == workflow.VerbVoid && e.By.Person == SystemPerson && e.Comment != "" {
			return k.text("notice.closed.void", map[string]string{"why": strings.TrimRight(strings.TrimSpace(e.Comment), "。.")}), nil
		}
	}
	return "", nil
}

// acted tells a principal afterwards what his deputy did.
func (k *Kit) acted(c caseInHand, t workflow.Task) notice {
	step, _ := c.kind.flow.Step(t.Step)
	n := k.caseNotice(c, t.For.Person, ruleActed, t.ID, map[string]string{"by": t.By.Name, "step": taskName(step, t).In(k.cfg.Lang)})
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
	more := map[string]string{}
	if asked.Extension != nil {
		more["term"] = MoreTime{Term: asked.Extension.Term}.params(k.locale())["term"]
	}
	var out []notice
	for _, h := range t.Holder.Named {
		n := k.noticeWith(c, t, told{person: h.Person}, rule, number(asked.ID), false, asked.Closed, more)
		k.tells(&n)
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
