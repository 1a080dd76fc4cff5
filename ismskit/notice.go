package ismskit

import (
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// notice words a task's notice. Of the form it carries the subject, which no step
// hides; of what is confidential only that something waits.
func (k *Kit) notice(c caseInHand, t workflow.Task, to told, rule string, n int, urgent bool, due time.Time) notice {
	return k.noticeWith(c, t, to, rule, n, urgent, due, nil)
}

// noticeWith is notice for a rule whose words say more than every notice knows.
func (k *Kit) noticeWith(c caseInHand, t workflow.Task, to told, rule string, n int, urgent bool, due time.Time, more map[string]string) notice {
	step, _ := c.kind.flow.Step(t.Step)
	params := map[string]string{
		"step": taskName(step, t).In(k.cfg.Lang), "n": strconv.Itoa(n), "due_date": k.day(t.DueDate), "why": "", "due": "",
		"holders": names(k.cfg.Lang, t.Holder.Named),
	}
	if t.Holder.Pool != "" {
		params["holders"] = t.Why["members"]
	}
	if why := k.becauseFor(&c, t, to.acts).In(k.cfg.Lang); why != "" {
		params["why"] = k.text("notice.why", map[string]string{"why": why})
	}
	if t.DueDate != "" {
		params["due"] = k.text("notice.due", params)
	}
	if t.Outside != nil {
		params["office"], params["expected_date"], params["promised"] = t.Outside.To, "", ""
		if day, err := k.replyDay(*t.Outside); err == nil && !day.IsZero() {
			params["expected_date"] = k.locale().Day(day)
			params["promised"] = k.text("notice.reply.promised", params)
		}
	}
	maps.Copy(params, more)
	out := k.caseNotice(c, to.person, rule, t.ID+"|"+strconv.Itoa(n), params)
	out.urgent, out.due = urgent, due
	k.waits(&out, t.ID)
	return out
}

// waits makes of a notice one of something to do, which is gone when that is done.
func (k *Kit) waits(n *notice, task string) {
	n.task, n.kind = task, MessageAction
	k.veil(n)
}

// tells makes of a notice of a task one that is gone when it is read.
func (k *Kit) tells(n *notice) {
	n.kind = MessageRead
	k.veil(n)
}

// veil words a notice of what is classified: that it waits, or that there is news of it.
func (k *Kit) veil(n *notice) {
	switch {
	case !n.secret:
	case n.kind == MessageAction:
		n.subject, n.body = k.text("mail.secret.subject", nil), k.text("mail.secret.body", nil)
	default:
		n.subject, n.body = k.text("news.secret.subject", nil), k.text("news.secret.body", nil)
	}
}

func (k *Kit) caseNotice(c caseInHand, person, rule, occurrence string, params map[string]string) notice {
	params["number"], params["subject"], params["title"] = RowNumberIn(k.cfg.Lang, c.row.Number, c.rowNo(), c.extra.Turn), k.toldAs(c.row.Subject, workflow.Text(c.kind.Title)), forms.Text(c.kind.Title).In(k.cfg.Lang)
	if c.row.Number == "" {
		params["number"] = params["title"]
	}
	what := "notice.what"
	if Titled(c.row.Subject, workflow.Text(c.kind.Title)) {
		what = "notice.what_named" // its name is said once
	}
	params["what"] = k.text(what, params)
	n := notice{id: c.row.ID + "|" + rule + "|" + occurrence + "|" + person, person: person, rule: rule, kind: MessageRead}
	if n.secret = k.classes().Confidential(c.row.Class); n.secret {
		k.veil(&n)
		return n
	}
	n.subject = k.text("notice."+rule+".subject", params)
	n.body = k.text("notice."+rule+".body", params)
	return n
}

// locale is how the Kit writes what it tells people: in the language of its
// notices and mails.
func (k *Kit) locale() forms.Locale { return forms.Locale{Lang: k.cfg.Lang, Location: k.location} }

func (k *Kit) day(iso string) string {
	d, err := parseISO(iso)
	if err != nil {
		return ""
	}
	return k.locale().Day(d)
}

// untold takes out what has been told already.
func (k *Kit) untold(ctx context.Context, notices []notice) ([]notice, error) {
	if len(notices) == 0 {
		return nil, nil
	}
	ids := make([]string, len(notices))
	for i, n := range notices {
		ids[i] = n.id
	}
	told := map[string]bool{}
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{IDs: ids, Limit: len(ids)})
		for _, m := range found {
			told[m.ID] = true
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out := notices[:0]
	for _, n := range notices {
		if !told[n.id] {
			told[n.id] = true
			out = append(out, n)
		}
	}
	return out, nil
}

// tell keeps notices as messages, and has them mailed: urgent ones at once, the
// others with the next working morning's mail. Everything is one transaction with
// settle.
func (k *Kit) tell(ctx context.Context, c caseInHand, notices []notice, settle func(context.Context, Tx) error) error {
	now := k.moment()
	messages := make([]Message, 0, len(notices))
	var jobs []Job
	for _, n := range notices {
		m := Message{
			ID: n.id, Person: n.person, Case: c.row.ID, Task: n.task, Rule: n.rule, Kind: n.kind, Urgent: n.urgent,
			Subject: n.subject, Body: n.body, Link: c.row.ID, Created: now, Due: n.due,
			Again: n.again, First: n.first,
		}
		if job, ok := k.mailing(m, now); ok {
			jobs = append(jobs, job)
		}
		messages = append(messages, m)
	}
	err := k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := settle(ctx, tx); err != nil {
			return err
		}
		for _, m := range messages {
			if err := tx.Queue().PutMessage(ctx, m); err != nil {
				return err
			}
		}
		if len(jobs) > 0 {
			return enqueue(ctx, tx, now, jobs...)
		}
		return nil
	})
	if err == nil && len(jobs) > 0 {
		k.wakeAt(now)
	}
	return err
}
