package ismskit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// unitsNamed looks up who speaks for the units that an action asks (加會), as it is now: its head,
// of a unit that has ended whoever has taken it over, without a head the one above it. Only an
// opinion is asked of a unit: what is to be signed is signed by somebody.
func (k *Kit) unitsNamed(ctx context.Context, a Action, now time.Time) ([]workflow.UnitAsked, error) {
	if len(a.Units) == 0 {
		return nil, nil
	}
	switch {
	case a.Verb != workflow.VerbConsult:
		return nil, refusal(workflow.ErrUnits, "verb", string(a.Verb))
	case len(a.Units) > workflow.MaxPeople:
		return nil, refusal(workflow.ErrPeople, "n", strconv.Itoa(workflow.MaxPeople), "verb", string(a.Verb))
	}
	var units []string
	var questions []directory.Question
	for _, id := range a.Units {
		if slices.Contains(units, id) {
			continue // named twice it is asked once
		}
		units = append(units, id)
		questions = append(questions, directory.Question{ID: id, Kind: directory.KindUnitHead, Unit: id, At: now})
	}
	answers, err := k.resolve(ctx, questions)
	if err != nil {
		return nil, err
	}
	var out []workflow.UnitAsked
	for i, answer := range answers {
		if answer.Reason.Code == directory.UnknownUnit || units[i] == "" {
			return nil, refusal(workflow.ErrUnknownUnit, "unit", units[i])
		}
		if askedAnyway(answer, units) {
			continue
		}
		var one workflow.UnitAsked
		one.People, one.Why, _ = signersOf([]directory.Answer{answer})
		if one.Name, err = k.unitCalled(ctx, units[i], one.People); err != nil {
			return nil, err
		}
		if answer.Reason.Code == directory.UnitNotInForce {
			return nil, refusal(workflow.ErrUnitEnded, "unit", one.Name)
		}
		out = append(out, one)
	}
	return out, nil
}

// askedAnyway says of a unit that has ended that what has taken it over is asked too, by its own
// name: then that is the unit which gives an opinion.
func askedAnyway(answer directory.Answer, units []string) bool {
	return answer.Reason.Code == directory.UnitReplaced && len(answer.Holders) > 0 &&
		!slices.ContainsFunc(answer.Holders, func(h directory.Holder) bool { return !slices.Contains(units, h.Unit) })
}

// unitCalled is what a unit is called; where the directory cannot tell, as the unit of who heads it.
func (k *Kit) unitCalled(ctx context.Context, id string, heads []workflow.Signer) (string, error) {
	if port, ok := k.directory.(Roster); ok {
		if u, found, err := port.Unit(ctx, id); err != nil || found && u.Name != "" {
			return u.Name, err
		}
	}
	for _, h := range heads {
		if h.Unit == id && h.UnitName != "" {
			return h.UnitName, nil
		}
	}
	return id, nil
}

// becauseUnit says to who speaks for a unit that it is the unit which is asked, or the units,
// and of each that has no head of its own why it came to him.
func (k *Kit) becauseUnit(t workflow.Task, giver string) workflow.Text {
	units := workflow.UnitsAsked(t.Why)
	key := "why.consult_unit"
	if len(units) > 1 {
		key = "why.consult_units"
	}
	words, other := workflow.Text{}, elsewhere(t.Why)
	for _, lang := range languages {
		names := make([]string, len(units))
		for i, u := range units {
			names[i] = u.Name
		}
		words[lang] = say(lang, key, map[string]string{"by": giver, "unit": strings.Join(names, say(lang, "comma", nil))})
		if text := other[lang]; text != "" {
			words[lang] = say(lang, "why.elsewhere", map[string]string{"why": words[lang], "elsewhere": text})
		}
	}
	return words
}
