package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// maxSeatings bounds how often one turn may ask again because a step found its
// signer already there and was passed by.
const maxSeatings = 50

// seat finds the people of every step that a turn has opened and gives them to
// the engine, until nothing more is asked. It runs outside the write transaction.
func (k *Kit) seat(ctx context.Context, c caseInHand, turn workflow.Turn) (workflow.Turn, error) {
	for range maxSeatings {
		if len(turn.Ask) == 0 {
			return turn, nil
		}
		found, err := k.find(ctx, c, turn)
		if err != nil {
			return workflow.Turn{}, err
		}
		if turn, err = c.kind.flow.Seat(turn, found, c.facts()); err != nil {
			return workflow.Turn{}, err
		}
	}
	return workflow.Turn{}, fmt.Errorf("ismskit: %s: steps keep passing by", c.kind.name())
}

// find answers every Ask of a turn with one batch of questions.
func (k *Kit) find(ctx context.Context, c caseInHand, turn workflow.Turn) ([]workflow.Found, error) {
	var batch questions
	for i, ask := range turn.Ask {
		for j, alt := range ask.Alternatives {
			if len(alt.Signers) == 0 {
				batch.who(c, i, j, alt.Who, turn.At)
				continue
			}
			// The engine knows who it was; only the directory knows whether he is
			// still there.
			for _, s := range alt.Signers {
				batch.add(i, j, directory.Question{Kind: directory.KindPersonActive, Person: s.Person, At: turn.At})
			}
		}
		batch.stays(c, i, ask.Alternatives)
	}
	answers, err := k.ask(ctx, batch)
	if err == nil {
		err = k.askAbove(ctx, turn.Ask, answers, turn.At)
	}
	if err != nil {
		return nil, err
	}
	found := make([]workflow.Found, len(turn.Ask))
	for i, ask := range turn.Ask {
		ways := func(j int) ([]directory.Answer, bool) { return answers.of(i, j) }
		found[i] = k.choose(ask, ways)
		found[i].Why = c.insteadWhy(ask, found[i], ways)
		if found[i].Signers, err = k.signedUnder(ctx, c, ask.Step, found[i].Alternative, found[i].Signers, turn.At); err != nil {
			return nil, err
		}
		due := k.within(c, ask.Step, ask.From, k.due(c, ask.From, ask.Due))
		found[i].Due, found[i].DueDate = due.At, isoDate(due.Date)
	}
	return found, nil
}

// choose takes the first alternative that finds somebody who may act. That is
// also how an applicant who has moved or left is replaced by the account's user, then by
// the person in charge, then by the unit head.
func (k *Kit) choose(ask workflow.Ask, answers func(alternative int) ([]directory.Answer, bool)) workflow.Found {
	found := workflow.Found{Step: ask.Step, Purpose: ask.Purpose, Task: ask.Task}
	answers = inTurn(ask.Alternatives, answers)
	for j := range ask.Alternatives {
		as, _ := answers(j)
		all, why, pool := signersOf(as)
		signers := slices.DeleteFunc(slices.Clone(all), func(s workflow.Signer) bool {
			return slices.Contains(ask.Exclude, s.Person)
		})
		if len(signers) == 0 {
			continue
		}
		found.Alternative, found.Why = j, why
		// Where some of a pool may not act the others are named: the task is not to stand
		// on the list of whoever may not do it.
		if pool != "" && len(signers) == len(all) && (ask.Need.Kind == "" || ask.Need.Kind == workflow.CountAny) {
			found.Pool = pool
			// Who belonged to the pool when the task opened goes on the trail and
			// on the page; who may act is looked up when somebody does.
			found.Why = with(why, "members", strings.Join(called(signers), memberSeparator))
			return found
		}
		found.Signers = signers
		return found
	}
	if !ask.Alone {
		for j := range ask.Alternatives {
			as, _ := answers(j)
			signers, _, _ := signersOf(as)
			for _, s := range signers {
				if !has(found.Barred, s.Person) {
					found.Barred = append(found.Barred, s)
				}
			}
		}
		return found
	}
	// Nobody else is left: one who has acted already may, and it is looked at
	// afterwards.
	for j := range ask.Alternatives {
		as, _ := answers(j)
		if signers, why, _ := signersOf(as); len(signers) > 0 {
			found.Alternative, found.Signers, found.Why, found.Alone = j, signers, with(why, "alone", "1"), true
			return found
		}
	}
	return found
}

func signersOf(answers []directory.Answer) (signers []workflow.Signer, why map[string]string, pool string) {
	for _, a := range answers {
		for _, h := range a.Holders {
			s := signerOf(h)
			if !slices.ContainsFunc(signers, func(x workflow.Signer) bool { return x.Person == s.Person }) {
				signers = append(signers, s)
			}
		}
		if a.Pool != "" {
			pool = a.Pool
		}
		why = withReason(why, a.Reason)
	}
	if len(answers) > 1 {
		// Several groups at once have no one pool, and what was the reason for one
		// of them would be told to all.
		pool, why = "", nil
	}
	return signers, why, pool
}

func signerOf(h directory.Holder) workflow.Signer {
	return workflow.Signer{
		Person: h.Person, Name: h.Name, Post: h.Post, PostTitle: h.PostTitle, Unit: h.Unit, UnitName: h.UnitName,
	}
}

func holderOf(s workflow.Signer) directory.Holder {
	return directory.Holder{
		Person: s.Person, Name: s.Name, Post: s.Post, PostTitle: s.PostTitle, Unit: s.Unit, UnitName: s.UnitName,
	}
}

// names are people by name as a list in a sentence of a language.
func names(lang string, signers []workflow.Signer) string {
	return strings.Join(called(signers), say(lang, "word.list", nil))
}

func called(signers []workflow.Signer) []string {
	out := make([]string, len(signers))
	for i, s := range signers {
		out[i] = s.Name
	}
	return out
}

// memberSeparator stands between the names of a pool's members as they are kept with
// a task.
const memberSeparator = "、"

func with(m map[string]string, key, value string) map[string]string {
	out := map[string]string{key: value}
	for k, v := range m {
		if k != key {
			out[k] = v
		}
	}
	return out
}

// due counts a deadline of a case from a moment.
func (k *Kit) due(c caseInHand, from time.Time, due *workflow.Due) calendar.Due {
	if due == nil {
		return calendar.Due{}
	}
	term, err := calendar.ParseTerm(due.Term)
	if err != nil { // Compile has refused such a term
		return calendar.Due{}
	}
	return k.countsBy(c).Due(from, term, k.location)
}

// within is a deadline of a step that ends by itself on a day of the form's, or in which a leaver
// signs: nobody has longer than until then, and is reminded before.
func (k *Kit) within(c caseInHand, step string, from time.Time, due calendar.Due) calendar.Due {
	s, ok := c.kind.flow.Step(step)
	if !ok || due.At.IsZero() {
		return due
	}
	last := c.leaverUntil(s)
	if s.Timeout != nil {
		if day, ok := c.values[s.Timeout.Until].(calendar.Date); ok && (last.IsZero() || day.Before(last)) {
			last = day
		}
	}
	if last.IsZero() {
		return due
	}
	if end := last.AddDays(1).Start(k.location); end.After(from) && end.Before(due.At) {
		return calendar.Due{At: end, Date: last}
	}
	return due
}

func isoDate(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
