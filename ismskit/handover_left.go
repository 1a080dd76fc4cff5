package ismskit

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// Verbs about a sheet that has taken effect: what the system notes of what it could not
// pass, and that somebody who has mended the reason has it tried again.
const (
	VerbHandOver  workflow.Verb = "hand_over"
	VerbHandAgain workflow.Verb = "hand_again"
)

// NotHanded is something on a sheet that was not carried out.
type NotHanded struct {
	Key   string     `json:"key"`           // names it, as in Holding
	Row   string     `json:"row,omitempty"` // its row in the sheet's table, "" where it is none of it
	What  forms.Text `json:"what"`
	Why   forms.Text `json:"why"`
	Since time.Time  `json:"since"`
	// Over: it is not tried again.
	Over bool `json:"over,omitempty"`
}

// Keys of what is on a sheet and is no Holding.
const (
	keyLeaving = "leaving" // his time in the house
	keyMove    = "move"    // his new unit and post
	keyMissed  = "missed/" // with the row: what he did not have any more
	keyReturn  = "return"  // his time in the house from his return on, and with a field what is his again
)

// isMove tells what an Appoint carries out from what a HandOver does.
func isMove(n NotHanded) bool { return n.Key == keyMove }

// isReturn tells what is given back on a return.
func isReturn(n NotHanded) bool { return strings.HasPrefix(n.Key+"|", keyReturn+"|") }

func isHandOver(n NotHanded) bool { return !isMove(n) && !isReturn(n) }

// keysOf are the keys of a part of what was not carried out and is tried again.
func keysOf(all []NotHanded, part func(NotHanded) bool) map[string]bool {
	out := map[string]bool{}
	for _, n := range all {
		if part(n) && !n.Over {
			out[n.Key] = true
		}
	}
	return out
}

// retried says whether anything of it is tried again.
func retried(left []NotHanded) bool {
	return slices.ContainsFunc(left, func(n NotHanded) bool { return !n.Over })
}

// whyNot is what a rule forbade, in words.
func whyNot(err error) forms.Text {
	out := forms.Text{}
	invalid, _ := errors.AsType[forms.Invalid](err)
	refusal := workflow.AsRefusal(err)
	for _, lang := range languages {
		var all []string
		for _, f := range invalid {
			all = append(all, f.Message(lang))
		}
		switch {
		case len(all) > 0:
			out[lang] = strings.Join(all, say(lang, "handover.between", nil))
		case refusal != nil:
			out[lang] = refusal.Message(lang)
		case errors.Is(err, ErrReadOnly):
			out[lang] = say(lang, "handover.why_read_only", nil)
		case errors.Is(err, errHook):
			out[lang] = say(lang, "handover.why_failed", nil)
		case errors.Is(err, errNobodyFollows):
			out[lang] = say(lang, "handover.why_nobody", nil)
		default:
			out[lang] = say(lang, "handover.why_forbidden", nil)
		}
	}
	return out
}

// leaves notes a thing that could not be passed.
func (h *handingOver) leaves(held Holding, why forms.Text) {
	n := NotHanded{Key: held.Key, What: thing(held.Kind, held.sheetName()), Why: why}
	rows, _ := h.sheet.values[h.sheet.kind.Handover.Items].([]forms.Row)
	if slices.ContainsFunc(rows, func(row forms.Row) bool { return row[forms.RowID] == held.RowID() }) {
		n.Row = held.RowID()
	}
	h.left = append(h.left, n)
}

// thing says in what way somebody has something, and what it is.
func thing(kind HoldingKind, name forms.Text) forms.Text {
	return sayAll("handover.thing", func(lang string) map[string]string {
		return map[string]string{"kind": kind.Text().In(lang), "name": name.In(lang)}
	})
}

// again are what a try after the first one is about, by key; nil for the first.
func (h *handingOver) again() map[string]bool {
	if h.sheet.extra.Handed.IsZero() {
		return nil
	}
	return keysOf(h.sheet.extra.NotHanded, isHandOver)
}

// isBack ends the tries for somebody who has returned: what is still his stays his.
func (h *handingOver) isBack(ctx context.Context, job Job) error {
	var left []NotHanded
	for _, n := range h.sheet.extra.NotHanded {
		if isHandOver(n) {
			n.Over = true
			left = append(left, n)
		}
	}
	return h.k.noteNotHanded(ctx, h.sheet.row.ID, tried{part: isHandOver, left: left, settle: h.k.sheetSettled(job, left)})
}

// tried is what came of carrying out a part of a sheet.
type tried struct {
	part   func(NotHanded) bool
	left   []NotHanded
	passed map[string]bool // what did pass in this try, by key
	tell   []Message
	settle Settlement // of the job that tried
}

// noteNotHanded puts on the sheet, and its trail, what was not carried out of a part of it,
// and what has been since; whoever can mend the reason is told of what is new. What else is
// to be told, and the end of the job, are kept with it: a server that dies in between would
// take the notices for told, for the next try is about the rest alone.
func (k *Kit) noteNotHanded(ctx context.Context, id string, t tried) error {
	for range maxRaces {
		c, err := k.takeToWork(ctx, id)
		if err != nil {
			return err
		}
		w := newWork(k, c, System("queue"), authority{by: k.systemSigner(), via: viaSystem}, k.moment())
		wanted, err := w.noteNotHanded(ctx, t)
		if err != nil {
			return err
		}
		if !wanted {
			return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
				if err := k.putMessages(ctx, tx, w.now, t.tell); err != nil {
					return err
				}
				return tx.Queue().Settle(ctx, t.settle)
			})
		}
		w.effects, w.settle = append(w.effects, tells(t.tell)), &t.settle
		if _, err = w.commit(ctx); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return ErrConflict
}

func (w *work) noteNotHanded(ctx context.Context, t tried) (bool, error) {
	part, left := t.part, t.left
	var kept, done, over, news, ended []NotHanded
	has := func(list []NotHanded, n NotHanded) int {
		return slices.IndexFunc(list, func(o NotHanded) bool { return o.Key == n.Key })
	}
	for _, n := range w.before.extra.NotHanded {
		switch {
		case !part(n):
			kept = append(kept, n)
		case has(left, n) >= 0:
		case t.passed[n.Key]:
			done = append(done, n)
		default:
			over = append(over, n)
		}
	}
	for _, n := range left {
		n.Since = w.now
		if i := has(w.before.extra.NotHanded, n); i < 0 {
			news = append(news, n)
		} else {
			before := w.before.extra.NotHanded[i]
			if n.Since = before.Since; n.Over && !before.Over {
				ended = append(ended, n)
			}
		}
		kept = append(kept, n)
	}
	first := w.before.extra.Handed.IsZero() && part(NotHanded{Key: keyLeaving})
	if len(done)+len(over)+len(news)+len(ended) == 0 {
		return false, nil
	}
	w.after.extra.NotHanded = kept
	if first {
		w.after.extra.Handed = w.now
	}
	lang := w.k.cfg.Lang
	var said []string
	if len(news) > 0 {
		said = append(said, say(lang, "handover.left", map[string]string{"what": listed(lang, news, true)}))
	}
	if len(done) > 0 {
		said = append(said, say(lang, "handover.later", map[string]string{"what": listed(lang, done, false)}))
	}
	if len(over) > 0 {
		said = append(said, say(lang, "handover.needless", map[string]string{"what": listed(lang, over, false)}))
	}
	if len(ended) > 0 {
		said = append(said, say(lang, "handover.ended", map[string]string{"what": listed(lang, ended, false)}))
	}
	w.event.Verb, w.event.Comment = VerbHandOver, strings.Join(said, "\n")
	if len(news) == 0 {
		return true, nil
	}
	told, err := w.k.notHandedNotices(ctx, w.before, news, w.now)
	w.effects = append(w.effects, told)
	return true, err
}

// listedAtMost is how many things are named in one sentence.
const listedAtMost = 10

// listed names what was not carried out, with the reasons.
func listed(lang string, all []NotHanded, reasons bool) string {
	var out []string
	for _, n := range all[:min(len(all), listedAtMost)] {
		one := n.What.In(lang)
		if reasons {
			one = say(lang, "handover.one_why", map[string]string{"what": one, "why": strings.TrimRight(n.Why.In(lang), "。.")})
		}
		out = append(out, one)
	}
	s := strings.Join(out, say(lang, "handover.between", nil))
	if len(all) > listedAtMost {
		s = say(lang, "handover.and_more", map[string]string{"what": s, "count": strconv.Itoa(len(all))})
	}
	return s
}

// tells are messages that are kept with an action.
type tells []Message

func (t tells) describe() string { return "tell of " + strconv.Itoa(len(t)) }

func (t tells) apply(ctx context.Context, w *work, tx Tx) error {
	return w.k.putMessages(ctx, tx, w.now, t)
}

// notHandedNotices tell whoever began a sheet, and the head of the unit whose things they
// are, what was not carried out and why.
func (k *Kit) notHandedNotices(ctx context.Context, c caseInHand, news []NotHanded, at time.Time) (tells, error) {
	last := c.kind.lastDay(c.values)
	leaver, err := k.leaverOn(ctx, c.kind.leaver(c.values), last)
	if err != nil {
		return nil, err
	}
	head, err := k.headInPlaceOf(ctx, leaver, at)
	if err != nil {
		return nil, err
	}
	people := []string{c.row.Applicant}
	if head != "" && head != c.row.Applicant {
		people = append(people, head)
	}
	var out tells
	params := map[string]string{"name": leaver.Name, "number": c.row.Number, "what": listed(k.cfg.Lang, news, true)}
	for _, person := range people {
		out = append(out, Message{
			ID: ruleNotHanded + "|" + c.row.ID + "|" + person + "|" + strconv.FormatInt(at.UnixMicro(), 10), Person: person, Case: c.row.ID,
			Rule: ruleNotHanded, Kind: MessageRead, Created: at, Due: at,
			Subject: k.text("notice.not_handed.subject", params), Body: k.text("notice.not_handed.body", params), Link: c.row.ID,
		})
	}
	return out, nil
}

// leaverOn is somebody as he was on his last day, so that the head is still his of then; as
// he is now where that is not known, or still to come.
func (k *Kit) leaverOn(ctx context.Context, person string, last calendar.Date) (directory.Holder, error) {
	at := last.AddDays(1).Start(k.location).Add(-time.Nanosecond)
	if last.IsZero() || at.After(k.moment()) {
		return k.People().holder(ctx, person)
	}
	h, err := k.People().one(ctx, directory.Question{ID: "leaver", Kind: directory.KindPerson, Person: person, At: at})
	if err == nil && h.Name == "" {
		h, err = k.People().holder(ctx, person)
	}
	return h, err
}
