package ismskit

import (
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// whyRedated says what has changed in the calendar since a case was counted, as far as
// it concerns its unit.
func (k *Kit) whyRedated(c caseInHand, known *calendarStates) string {
	was, is := known.all[c.extra.Calendar], known.last()
	under := known.under[c.row.Unit]
	concerns := func(d closedDay) bool { return d.Agency == "" || slices.Contains(under, d.Agency) }
	var words []string
	if was.base != is.base && !c.kind.KeepDeadlines {
		words = append(words, k.text("redate.reissued", map[string]string{"version": is.base.Version()}))
	}
	for _, d := range is.closed {
		if concerns(d) && d.Part == calendar.WholeDay && !slices.Contains(was.closed, d) {
			words = append(words, k.dayText("redate.closed", "redate.closed_somewhere", d))
		}
	}
	for _, d := range was.closed {
		if concerns(d) && d.Part == calendar.WholeDay && !slices.Contains(is.closed, d) {
			words = append(words, k.dayText("redate.withdrawn", "redate.withdrawn_somewhere", d))
		}
	}
	if len(words) == 0 { // its unit has moved from one agency to another, say
		return k.text("redate.anew", nil)
	}
	return strings.Join(words, k.text("redate.and", nil))
}

// dayText says something of a closed day, by a text of its own where a place was announced.
func (k *Kit) dayText(plain, somewhere string, d closedDay) string {
	key := plain
	if d.Place != "" {
		key = somewhere
	}
	return k.text(key, map[string]string{"date": k.locale().Day(d.Date), "place": d.Place, "reason": d.Reason, "kind": k.text(kindText(d.Outage), nil)})
}

// movedText says from which day to which a deadline moved.
func (k *Kit) movedText(from string, t workflow.Task) string {
	key := "notice.moved"
	if from == t.DueDate { // what a previous program wrote does not say it
		key = "notice.moved_to"
	}
	return k.text(key, map[string]string{"from": k.day(from), "due_date": k.day(t.DueDate)})
}

// redatedNotices tell whoever has a task from when to when its deadline has moved. Where
// it is again what he was told last, there is nothing to say.
func (k *Kit) redatedNotices(c caseInHand, t workflow.Task, people []told, since time.Time) []notice {
	var out []notice
	for _, r := range c.extra.Redated {
		if r.Task != t.ID || r.At.IsZero() || r.At.Before(since) || !r.Now.Equal(t.Due) {
			continue
		}
		moves := c.extra.movesOf(r)
		from := knownTo(moves, since)
		if from == t.DueDate && moves[len(moves)-1].From != from {
			continue
		}
		for _, p := range people {
			n := k.noticeWith(c, t, p, ruleRedated, int(r.At.Unix()), false, r.At, map[string]string{"moved": k.movedText(from, t)})
			k.tells(&n)
			out = append(out, n)
		}
	}
	return out
}
