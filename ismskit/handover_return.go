package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// handBack gives back to somebody who returns what lists said of him: his time in the house
// goes on, and where whoever stood in for him still does, he is named again. Whose last day
// was set anew since, or whose contract has ended meanwhile, does not return. What is refused
// is on the sheet like what could not be handed over, and is tried again: until he is in the
// house himself nothing is given back to him.
func (k *Kit) handBack(ctx context.Context, job Job) error {
	var back comingBack
	if err := json.Unmarshal(job.Payload, &back); err != nil {
		return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
	}
	sheet, err := k.take(ctx, job.Subject)
	if err != nil {
		return err
	}
	who, err := k.People().holder(ctx, back.Person)
	if err != nil {
		return err
	}
	reason := k.text("handover.back", map[string]string{"number": sheet.row.Number, "name": who.Name})
	away := false
	err = k.changeRow(ctx, register.People, back.Person, reason, func(v forms.Values) bool {
		to, ended := v["to"].(calendar.Date)
		ended = ended && to.Before(back.Day)
		away = ended && (!back.Last.IsZero() && to != back.Last || !back.Until.IsZero() && back.Until.Before(back.Day))
		delete(v, "to")
		if !back.Until.IsZero() {
			v["to"] = back.Until
		}
		return ended && !away
	})
	if refusedForGood(err) {
		what := sayAll("handover.returning", func(string) map[string]string { return map[string]string{"name": who.Name} })
		return k.noteReturn(ctx, job, sheet, []NotHanded{{Key: keyReturn, What: what, Why: whyNot(err)}}, nil)
	}
	if err != nil {
		return err
	}
	if away {
		k.log.WarnContext(ctx, "does not return", "case", sheet.row.ID, "person", back.Person)
		return k.done(ctx, job)
	}
	only := keysOf(sheet.extra.NotHanded, isReturn)
	var left []NotHanded
	passed := map[string]bool{keyReturn: true}
	for _, f := range back.Fields {
		key := keyReturn + "|" + f.List + "/" + f.Row + "/" + f.Field
		if len(only) > 0 && !only[keyReturn] && !only[key] {
			continue // it was given back in an earlier try
		}
		err := k.giveBack(ctx, f, back, sheet.row.ID, reason)
		if refusedForGood(err) {
			why := whyNot(err)
			var what forms.Text
			what, err = k.backName(ctx, f, who.Name)
			left = append(left, NotHanded{Key: key, What: what, Why: why})
		}
		if err != nil {
			return err
		}
		passed[key] = true
	}
	return k.noteReturn(ctx, job, sheet, left, passed)
}

// noteReturn puts on the sheet what was refused of a return, and has it tried again.
func (k *Kit) noteReturn(ctx context.Context, job Job, sheet caseInHand, left []NotHanded, passed map[string]bool) error {
	return k.noteNotHanded(ctx, sheet.row.ID, tried{part: isReturn, left: left, passed: passed, settle: k.sheetSettled(job, left)})
}

// backName is what somebody is to get back is called.
func (k *Kit) backName(ctx context.Context, f passedField, person string) (forms.Text, error) {
	row, err := k.Registers().stored(ctx, f.List, f.Row)
	if err != nil {
		return nil, err
	}
	name, err := k.titles([]register.Row{row})
	if err != nil {
		return nil, err
	}
	field, _, _ := strings.Cut(f.Field, ".")
	entry := k.entryName(keeping{list: f.List, field: field}, name)
	return sayAll("handover.given_back", func(lang string) map[string]string {
		return map[string]string{"what": entry.In(lang), "name": person}
	}), nil
}

func (k *Kit) giveBack(ctx context.Context, f passedField, back comingBack, sheet, reason string) error {
	if f.List != register.Deputies {
		_, err := k.handField(ctx, fieldPass{
			list: f.List, row: f.Row, field: f.Field, from: f.To, to: back.Person, last: back.Day.AddDays(-1), reason: reason,
			sheet: sheet, stays: true, returns: true, noted: f.Rows,
		})
		return err
	}
	return k.changeRow(ctx, f.List, f.Row, reason, func(v forms.Values) bool { return f.deputiesBack(v, back.Person, k.moment()) })
}

// deputiesBack has an entry that ended with somebody's absence go on, and names him in his
// place again among the deputies of another.
func (f passedField) deputiesBack(v forms.Values, person string, now time.Time) bool {
	from, _ := v["from"].(time.Time)
	to, ends := v["to"].(time.Time)
	over := ends && (!to.After(now) || !to.After(from))
	ordered, _ := v["ordered"].([]forms.Ref)
	if named := slices.ContainsFunc(ordered, func(r forms.Ref) bool { return r.ID == person }); f.Field == "ordered" && !named {
		v["ordered"] = slices.Insert(slices.Clone(ordered), min(f.Place, len(ordered)), peopleRef(person))
		return !over
	}
	delete(v, "to")
	if !f.Until.IsZero() {
		v["to"] = f.Until
	}
	return over
}
