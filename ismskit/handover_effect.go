package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// HandOver passes on, once his last day is over, what somebody has in the house, each thing
// in an action of the system: to whom the sheet names, else to the head of his unit where
// it cannot stay with nobody. What has come to him since is among it.
type HandOver struct {
	Person string
	// LastDay is his last one; the next day begins without him.
	LastDay calendar.Date
	// To is who follows, by Holding.RowID.
	To map[string]string
	// Unit is the one he was of when the sheet was signed; "" in jobs of older sheets.
	Unit string `json:",omitempty"`
	// Leaves: he is not in the house from then on.
	Leaves bool
	// Back is the day on which he comes back and what lists said of him is his again;
	// zero where he does not.
	Back calendar.Date
	// Accounts: once his last day is over, the hook that gave this is asked what becomes of
	// each account of his own (Closing.Grant), and again after a failure. Without, they stay.
	Accounts bool `json:",omitempty"`
}

func (h HandOver) describe() string { return "hand over " + h.Person + " after " + h.LastDay.String() }

func (h HandOver) apply(ctx context.Context, w *work, tx Tx) error {
	row, found, err := tx.Registers().Row(ctx, register.People, h.Person)
	if err != nil {
		return err
	}
	if found {
		values, err := w.k.lists.Values(row)
		if err != nil {
			return err
		}
		h.Unit = standingOf(values).Unit
	}
	payload, err := json.Marshal(h)
	if err != nil {
		return err
	}
	id := w.after.row.ID
	return enqueue(ctx, tx, w.now, Job{
		Key: jobHandOver + "|" + id, Kind: jobHandOver, Subject: id, Payload: payload, Due: h.LastDay.AddDays(1).Start(w.k.location),
	})
}

// handingOver is a sheet while it takes effect.
type handingOver struct {
	HandOver
	k      *Kit
	sheet  caseInHand
	leaver directory.Holder
	head   string // who takes what nobody was named for
	at     time.Time
	to     map[string]int              // how many things passed, by person
	passed map[string]bool             // what passed, by key
	left   []NotHanded                 // what could not be passed
	only   map[string]bool             // what a try after the first one is about, by key; nil for the first
	behind func(Holding) (bool, error) // deputyships that end with a move
	void   map[string]bool             // cases that end with an account
	// reserved are the systems that had somebody in reserve before he hands them over.
	reserved []string
	waive    []Message         // to officers: what he owes with his certificate, which nobody does for him
	acted    map[string]string // for whom he stood in: the name of who does from now on, "" for nobody in his place
}

// handOver carries a sheet out. What was passed is no longer his, so that a second try goes
// on where the first one ended. Once everything was tried, later tries are about what could
// not be passed then, and nothing else: who has moved has other things by now.
func (k *Kit) handOver(ctx context.Context, job Job) error {
	var asked HandOver
	if err := json.Unmarshal(job.Payload, &asked); err != nil {
		return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
	}
	h := &handingOver{HandOver: asked, k: k, at: k.moment(), to: map[string]int{}, passed: map[string]bool{}, void: map[string]bool{}, acted: map[string]string{}}
	var err error
	if h.sheet, err = k.take(ctx, job.Subject); err != nil {
		return err
	}
	if h.leaver, err = k.leaverOn(ctx, h.Person, h.LastDay); err != nil {
		return err
	}
	if h.head, err = k.headInPlaceOf(ctx, h.leaver, h.at); err != nil {
		return err
	}
	// A post that ends with his last day is handed over too.
	all, err := k.holdings(ctx, System("queue"), h.Person, h.LastDay.AddDays(1).Start(k.location).Add(-time.Nanosecond))
	if err != nil {
		return err
	}
	h.only = h.again()
	if back := h.Back; h.only != nil && !back.IsZero() && !h.at.Before(back.Start(k.location)) {
		return h.isBack(ctx, job)
	}
	if h.only != nil {
		all = slices.DeleteFunc(all, func(held Holding) bool { return !h.only[held.Key] })
	}
	unit := h.leaver.Unit
	if unit == h.sheet.kind.Handover.goesTo(h.sheet.values) {
		unit = h.Unit // he is there already: both are due at the same moment
	}
	h.behind = k.leftBehind(ctx, h.sheet.kind, h.sheet.values, unit, h.at)
	if err := h.comesBack(ctx, all); err != nil {
		return err
	}
	if err := h.reservedNow(ctx, all); err != nil {
		return err
	}
	if err := h.carry(ctx, all, job); err != nil {
		// The next try does not find any more what has passed in this one.
		owners, trouble := h.forOwners(ctx)
		return errors.Join(err, trouble, k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			return k.putMessages(ctx, tx, h.at, slices.Concat(h.forFollowers(), h.forPrincipals(), owners))
		}))
	}
	return nil
}

func (h *handingOver) carry(ctx context.Context, all []Holding, job Job) error {
	if err := h.endAccounts(ctx, all); err != nil {
		return err
	}
	for _, held := range all {
		if err := h.pass(ctx, held); err != nil {
			return err
		}
	}
	if h.only == nil {
		if err := h.missed(ctx, all); err != nil {
			return err
		}
	}
	for _, n := range h.sheet.extra.NotHanded {
		if isHandOver(n) && n.Over {
			h.left = append(h.left, n)
		}
	}
	if h.Leaves && (h.only == nil || h.only[keyLeaving]) {
		if err := h.leave(ctx); err != nil {
			return err
		}
	}
	return h.tell(ctx, job)
}

// leave ends somebody's time in the house. That nobody would manage it any more was to be
// seen to before: it is told like what could not be handed over.
func (h *handingOver) leave(ctx context.Context) error {
	err := h.k.changeRow(ctx, register.People, h.Person, h.reason(), func(v forms.Values) bool {
		to, had := v["to"].(calendar.Date)
		v["to"] = h.LastDay
		return !had || h.LastDay.Before(to)
	})
	if refusedForGood(err) {
		what := sayAll("handover.leaving", func(string) map[string]string { return map[string]string{"name": h.leaver.Name} })
		h.left = append(h.left, NotHanded{Key: keyLeaving, What: what, Why: whyNot(err)})
		return nil
	}
	h.passed[keyLeaving] = err == nil
	return err
}

func (h *handingOver) message(rule, id, person string, params map[string]string) Message {
	k := h.k
	params["name"], params["number"] = h.leaver.Name, h.sheet.row.Number
	return Message{
		ID: rule + "|" + h.sheet.row.ID + "|" + person + id, Person: person, Case: h.sheet.row.ID, Rule: rule, Kind: MessageRead, Created: h.at, Due: h.at,
		Subject: k.text("notice."+rule+".subject", params), Body: k.text("notice."+rule+".body", params), Link: h.sheet.row.ID,
	}
}

// forFollowers tell those who follow how many things passed to them in this try.
func (h *handingOver) forFollowers() []Message {
	var all []Message
	for _, person := range slices.Sorted(maps.Keys(h.to)) {
		id := "|" + strconv.FormatInt(h.at.UnixMicro(), 10)
		all = append(all, h.message(ruleHandedOver, id, person, map[string]string{"count": strconv.Itoa(h.to[person])}))
	}
	return all
}

// forPrincipals tell those for whom he stood in that he does no more: whom they have then,
// or that they are to name another one. What they can do is on a page of their own.
func (h *handingOver) forPrincipals() []Message {
	var all []Message
	for _, person := range slices.Sorted(maps.Keys(h.acted)) {
		rule, to := ruleDeputyLeft, h.acted[person]
		if to != "" {
			rule = ruleDeputyChanged
		}
		m := h.message(rule, "|"+strconv.FormatInt(h.at.UnixMicro(), 10), person, map[string]string{"to": to})
		m.Case, m.Link = "", ""
		all = append(all, m)
	}
	return all
}

// tell tells those who follow, those for whom he stood in, who owns a system that is left with nobody in reserve, who may waive what he owes, whoever looks after
// accounts, and who can mend what stood against the rest, which is tried again the next day.
func (h *handingOver) tell(ctx context.Context, job Job) error {
	k := h.k
	owners, err := h.forOwners(ctx)
	if err != nil {
		return err
	}
	all := slices.Concat(h.forFollowers(), h.forPrincipals(), owners, h.waive)
	if h.Leaves && h.only == nil {
		for _, role := range k.cfg.Rights.ManagePeople {
			module, key, _ := strings.Cut(role, "/")
			members, err := k.members(ctx, directory.PoolOfRole(module, key, ""), h.at)
			if err != nil {
				return err
			}
			for _, m := range members {
				all = append(all, h.message(ruleCloseLogin, "", m.Person, map[string]string{}))
			}
		}
	}
	return k.noteNotHanded(ctx, h.sheet.row.ID, tried{part: isHandOver, left: h.left, passed: h.passed, tell: all, settle: k.sheetSettled(job, h.left)})
}

// putMessages keeps messages, and mails those that are mailed alone.
func (k *Kit) putMessages(ctx context.Context, tx Tx, at time.Time, all []Message) error {
	for _, m := range all {
		if err := tx.Queue().PutMessage(ctx, m); err != nil {
			return err
		}
		if mail, ok := k.mailing(m, at); ok {
			if err := enqueue(ctx, tx, at, mail); err != nil {
				return err
			}
		}
	}
	return nil
}
