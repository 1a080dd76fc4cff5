package ismskit

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/reminder"
)

// mailing is the job that mails a message: its own for an urgent one, else that
// of the person's next morning mail, which gathers all of them.
func (k *Kit) mailing(m Message, now time.Time) (Job, bool) {
	if k.cfg.Notifier == nil || m.Person == SystemPerson {
		return Job{}, false
	}
	if m.Urgent {
		return Job{Key: "mail|" + m.ID, Kind: jobMail, Subject: m.ID, Due: now}, true
	}
	return k.digestJob(k.calendarOf(""), m.Person, now), true
}

// digestJob writes the person's next morning mail; its key is the id of the mail.
func (k *Kit) digestJob(by *calendar.Calendar, person string, now time.Time) Job {
	morning := k.nextMorning(by, now)
	return Job{
		Key: digestID(person, calendar.DateOf(morning.In(k.location))), Kind: jobDigest, Subject: person, Due: morning,
	}
}

func digestID(person string, day calendar.Date) string {
	return "digest|" + person + "|" + day.String()
}

// nextMorning is when the next working day's mail leaves.
func (k *Kit) nextMorning(by *calendar.Calendar, now time.Time) time.Time {
	local := now.In(k.location)
	day := calendar.DateOf(local)
	at := func(d calendar.Date) time.Time {
		return d.Start(k.location).Add(time.Duration(k.cfg.MorningMail) * time.Minute)
	}
	if !by.Workday(day) || !now.Before(at(day)) {
		day = by.NextWorkday(day)
	}
	return at(day).UTC()
}

// digest writes the one mail of a person's working morning: what is new, due
// today, late, and whatever else he was told since the last and has not read yet.
// A mail is stored in the words it will have before it leaves.
func (k *Kit) digest(ctx context.Context, job Job, at time.Time) error {
	person := job.Subject
	held, err := k.hold(ctx, job, at)
	if err != nil || held {
		return err
	}
	var pending []Message
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{
			Person: person, Kinds: noticeKinds, Unmailed: true, Unread: true, Limit: 1000,
		})
		pending = found
		return err
	})
	if err != nil {
		return err
	}
	if pending, err = k.mailedBefore(ctx, pending); err != nil {
		return err
	}
	todos, err := k.Tasks(ctx, Actor{Person: person, Channel: "queue"}, TodoFilter{})
	if err != nil && !errors.Is(err, ErrForbidden) {
		return err
	}
	pending = waiting(pending, todos)
	mail, ok := k.compose(person, pending, todos, at)
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true}); err != nil || !ok {
			return err
		}
		written, err := tx.Queue().Messages(ctx, MessageQuery{IDs: []string{mail.ID}, Limit: 1})
		if err != nil {
			return err
		}
		if len(written) > 0 {
			return k.postpone(ctx, tx, person, pending, at)
		}
		if err := mark(ctx, tx, pending, func(m *Message) { m.Mail = mail.ID }); err != nil {
			return err
		}
		if err := tx.Queue().PutMessage(ctx, mail); err != nil {
			return err
		}
		return enqueue(ctx, tx, at, Job{Key: "mail|" + mail.ID, Kind: jobMail, Subject: mail.ID, Due: at})
	})
}

// hold leaves a morning mail to the next morning on which the person's office works:
// that it is closed today may have been announced after the mail was arranged.
func (k *Kit) hold(ctx context.Context, job Job, at time.Time) (bool, error) {
	by := k.calendarOf("")
	self, err := k.person(ctx, job.Subject, at)
	switch {
	case err == nil:
		by = k.calendarOf(self.Unit)
	case !errors.Is(err, ErrForbidden):
		return false, err
	}
	if by.Workday(calendar.DateOf(at.In(k.location))) {
		return false, nil
	}
	return true, k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true}); err != nil {
			return err
		}
		return enqueue(ctx, tx, at, k.digestJob(by, job.Subject, at))
	})
}

// postpone leaves what a person was told while his mail of this morning was being
// written, by another server, to the next morning: one mail a person and day.
func (k *Kit) postpone(ctx context.Context, tx Tx, person string, pending []Message, at time.Time) error {
	if len(pending) == 0 {
		return nil
	}
	return enqueue(ctx, tx, at, k.digestJob(k.calendarOf(""), person, at))
}

// digestGroups are the parts of the morning mail, in order: what is late, due
// today, new, and what the person is reminded of.
var digestGroups = []string{"late", "today", "new", "soon"}

// waitsForHim are the rules that tell somebody that a task waits for him.
var waitsForHim = []string{ruleOpened, ruleBack, rulePassed, string(reminder.RuleBefore), string(reminder.RuleOnDay)}

// theirs are the tasks on a list, by case and task.
func theirs(todos []Todo) map[string]bool {
	out := map[string]bool{}
	for _, t := range todos {
		out[t.Case+"/"+t.Task] = true
	}
	return out
}

// waiting leaves out that a task waits for him which does no more, his deputyship having ended over
// night. No mail tells him, and none is noted as having told him.
func waiting(pending []Message, todos []Todo) []Message {
	own := theirs(todos)
	return slices.DeleteFunc(pending, func(m Message) bool {
		return m.Kind == MessageAction && m.Task != "" && !own[m.Case+"/"+m.Task] && slices.Contains(waitsForHim, m.Rule)
	})
}

// compose words the morning mail; ok is false when there is nothing to say. Its subject
// counts what it lists: it is no list of all that waits, and says how much more does. A
// notice about a task of somebody else, such as that it is late, stands in its own words.
func (k *Kit) compose(person string, pending []Message, todos []Todo, at time.Time) (Message, bool) {
	own := theirs(todos)
	told := map[string]string{} // task → group
	other := pending[:0:0]
	for _, m := range pending {
		if key := m.Case + "/" + m.Task; m.Kind == MessageAction && own[key] {
			if told[key] != "new" {
				told[key] = "soon"
				if m.Rule == ruleOpened || m.Rule == ruleReturned {
					told[key] = "new"
				}
			}
			continue
		}
		other = append(other, m)
	}
	slices.SortStableFunc(other, newestToldFirst)
	groups := map[string][]Todo{}
	for _, t := range todos {
		switch {
		case !t.Due.IsZero() && !at.Before(t.Due):
			groups["late"] = append(groups["late"], t)
		case !t.Due.IsZero() && t.Left == 0:
			groups["today"] = append(groups["today"], t)
		case told[t.Case+"/"+t.Task] != "":
			g := told[t.Case+"/"+t.Task]
			groups[g] = append(groups[g], t)
		}
	}
	count, parts := 0, []string{}
	say := func(group string, n int) {
		if n > 0 {
			parts = append(parts, k.text("digest.count."+group, map[string]string{"count": strconv.Itoa(n)}))
		}
	}
	for _, g := range digestGroups {
		count += len(groups[g])
		say(g, len(groups[g]))
	}
	say("other", len(other))
	if len(parts) == 0 {
		return Message{}, false
	}
	day := calendar.DateOf(at.In(k.location))
	var b strings.Builder
	for _, g := range digestGroups {
		if len(groups[g]) == 0 {
			continue
		}
		b.WriteString(k.text("digest."+g, nil) + "\n")
		for _, t := range groups[g] {
			b.WriteString(k.todoLine(t) + "\n")
		}
		b.WriteString("\n")
	}
	if len(other) > 0 {
		b.WriteString(k.text("digest.other", nil) + "\n")
		for _, m := range other {
			b.WriteString(k.mailLine(map[string]string{"subject": m.Subject}) + k.link(m.Link) + "\n")
		}
		b.WriteString("\n")
	}
	if rest := len(todos) - count; rest > 0 {
		b.WriteString(k.text("digest.rest", map[string]string{"all": strconv.Itoa(len(todos)), "rest": strconv.Itoa(rest)}))
	}
	return Message{
		ID: digestID(person, day), Person: person, Rule: ruleDigest, Kind: MessageMail,
		Subject: k.text("digest.subject", map[string]string{"date": k.locale().Day(day), "parts": strings.Join(parts, k.text("digest.count.and", nil))}),
		Body:    strings.TrimSpace(b.String()), Created: at, Due: at,
	}, true
}

// newestToldFirst orders the notices of a mail; those of one minute go by what they say,
// numbers by their size, so that the rows of a request follow each other.
func newestToldFirst(a, b Message) int {
	return cmp.Or(b.Created.Truncate(time.Minute).Compare(a.Created.Truncate(time.Minute)), byNumbers(a.Subject, b.Subject), cmp.Compare(a.ID, b.ID))
}

// byNumbers compares texts in which numbers stand by their size: row 2 comes before row 10.
func byNumbers(a, b string) int {
	for a != "" && b != "" {
		as, bs := digits(a), digits(b)
		if as == 0 || bs == 0 {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		x, y := strings.TrimLeft(a[:as], "0"), strings.TrimLeft(b[:bs], "0")
		if by := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); by != 0 {
			return by
		}
		a, b = a[as:], b[bs:]
	}
	return cmp.Compare(len(a), len(b))
}

// digits is how many digits a text begins with.
func digits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}

// todoLine is a task's line in a mail: number, subject and link; nothing of a
// classified case but that it waits (K18).
func (k *Kit) todoLine(t Todo) string {
	params := map[string]string{"number": RowNumberIn(k.cfg.Lang, t.Number, t.RowNo, t.RowTurn), "subject": k.toldAs(t.Subject, t.Title)}
	if t.Number == "" && !Titled(t.Subject, t.Title) {
		params["number"] = t.Title.In(k.cfg.Lang)
	}
	if t.For != nil {
		params["subject"] = k.text("digest.for", map[string]string{"subject": params["subject"], "name": t.For.Name})
	}
	if k.classes().Confidential(t.Class) {
		params["number"], params["subject"] = "", k.text("mail.secret.subject", nil)
	}
	return k.mailLine(params) + k.link(t.Case)
}

// mailLine is a line of a mail, with a number where there is one.
func (k *Kit) mailLine(params map[string]string) string {
	if params["number"] == "" {
		return k.text("digest.line_named", params)
	}
	return k.text("digest.line", params)
}

func (k *Kit) link(caseID string) string {
	if k.cfg.Link == nil || caseID == "" || strings.HasPrefix(caseID, linkedDocuments) {
		return ""
	}
	return "\n  " + k.cfg.Link(caseID)
}

// sendMail hands a written mail to the Notifier and keeps when it left. It may be
// called again after a crash between the two: the mail's id is the same.
func (k *Kit) sendMail(ctx context.Context, job Job, at time.Time) error {
	var m Message
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{IDs: []string{job.Subject}, Limit: 1})
		if len(found) == 1 {
			m = found[0]
		}
		return err
	})
	if err != nil {
		return err
	}
	if m.ID == "" || !m.Sent.IsZero() || k.cfg.Notifier == nil {
		return k.done(ctx, job)
	}
	to, err := k.addressee(ctx, m.Person)
	if err != nil {
		return err
	}
	if to.Email != "" {
		body := k.text("mail.greeting", map[string]string{"name": to.Name}) + "\n\n" + m.Body
		if m.Kind != MessageMail {
			body += k.link(m.Link)
		}
		err = k.cfg.Notifier.Notify(ctx, Mail{
			ID: m.ID, Person: m.Person, Name: to.Name, Address: to.Email, Subject: m.Subject,
			Body: body + "\n\n" + k.text("mail.footer", nil) + "\n", At: at,
		})
		if err != nil {
			return err
		}
		m.Sent = at
	}
	m.NoAddress = to.Email == ""
	if m.Kind != MessageMail {
		m.Mail = m.ID
	}
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true}); err != nil {
			return err
		}
		return mark(ctx, tx, []Message{m}, func(stored *Message) { stored.Sent, stored.Mail, stored.NoAddress = m.Sent, m.Mail, m.NoAddress })
	})
}

// mark changes messages as they are stored now: while a mail was under way its
// reader may have opened the notice.
func mark(ctx context.Context, tx Tx, messages []Message, change func(*Message)) error {
	if len(messages) == 0 {
		return nil
	}
	ids := make([]string, len(messages))
	for i, m := range messages {
		ids[i] = m.ID
	}
	stored, err := tx.Queue().Messages(ctx, MessageQuery{IDs: ids, Limit: len(ids)})
	if err != nil {
		return err
	}
	for _, m := range stored {
		change(&m)
		if err := tx.Queue().PutMessage(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func isPlainConflict(err error) bool { return errors.Is(err, ErrConflict) }
