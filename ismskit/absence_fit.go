package ismskit

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// absence is an entry of the list of deputies that has a period.
type absence struct {
	row       register.Row
	principal string
	name      string // of the principal
	deputies  []string
	limits    []DeputyLimit
	undated   bool // its period could not be read
	long      bool // more than a year is meant
}

func (k *Kit) absenceOf(row register.Row) (absence, error) {
	cells, err := k.lists.Cells(row)
	if err != nil {
		return absence{}, err
	}
	values, err := k.lists.Values(row)
	if err != nil {
		return absence{}, err
	}
	a := absence{row: row, principal: cells.ID("principal"), name: cells.ID("principal"), deputies: cells.IDs("ordered")}
	if ref, _ := values["principal"].(forms.Ref); ref.Name != "" {
		a.name = ref.Name
	}
	a.limits = limitsIn(cells)
	return a, nil
}

// over says whether two entries share a moment. Standing ones and those ended
// before they began have none.
func (a absence) over(b absence) bool {
	if a.undated || b.undated {
		return false
	}
	for _, r := range []register.Row{a.row, b.row} {
		if r.From.IsZero() || !r.To.IsZero() && !r.From.Before(r.To) {
			return false
		}
	}
	return (b.row.To.IsZero() || a.row.From.Before(b.row.To)) && (a.row.To.IsZero() || b.row.From.Before(a.row.To))
}

// absenceFits refuses an entry of the list of deputies that overlaps another one of
// the same person for the same matters, one by which people would act for each
// other in a ring while all of them are away, one that leaves it to usual deputies
// whom the person does not have, one of more than a year that nobody says is meant, and
// any where the directory knows no deputies: it would promise what never happens. An entry that only becomes shorter is not looked
// at, so that what is wrong can be ended.
func (k *Kit) absenceFits(ctx context.Context, tx Tx, old, row register.Row, long bool) error {
	if row.List != register.Deputies {
		return nil
	}
	now, err := k.absenceOf(row)
	if err != nil {
		return err
	}
	now.long = long
	if old.Revision > 0 {
		was, err := k.absenceOf(old)
		if err != nil {
			return err
		}
		within := !row.From.Before(old.From) && (old.To.IsZero() || !row.To.IsZero() && !row.To.After(old.To))
		if within && slices.Equal(was.deputies, now.deputies) && slices.Equal(was.limits, now.limits) {
			return nil
		}
	}
	if err := alone(ctx, tx, aloneAbsences); err != nil {
		return err
	}
	wrong, err := k.absenceWrong(ctx, tx, now)
	if err != nil {
		return err
	}
	return wrong.Err()
}

// absenceWrong is everything that does not fit about an entry beside the others.
func (k *Kit) absenceWrong(ctx context.Context, tx Tx, now absence) (wrong forms.Invalid, err error) {
	if !can[Deputising](k.directory) {
		return forms.Invalid{k.absenceFault("ordered", "absence.no_deputies", now, now)}, nil
	}
	others, usual, err := k.absencesBeside(ctx, tx, now)
	if err != nil {
		return nil, err
	}
	if k.tooLong(now) {
		wrong = append(wrong, k.absenceFault("to", "absence.long", now, now))
	}
	if len(now.deputies) == 0 && !usual {
		code := "absence.nobody"
		if now.row.From.IsZero() && now.row.To.IsZero() && !now.undated {
			code = "absence.nobody_usual"
		}
		wrong = append(wrong, k.absenceFault("ordered", code, now, now))
	}
	for _, other := range others {
		if other.principal == now.principal && sameMatter(other.limits, now.limits) {
			wrong = append(wrong, k.absenceFault("from", "absence.overlap", now, other))
			break
		}
	}
	for i, deputy := range now.deputies {
		if other, found := ring(now.principal, deputy, others); found {
			f := k.absenceFault("ordered", "absence.ring", now, other)
			f.Part = strconv.Itoa(i + 1)
			wrong = append(wrong, f)
		}
	}
	return wrong, nil
}

// tooLong says whether an absence lasts for more than a year and nobody says that this is
// meant.
func (k *Kit) tooLong(a absence) bool {
	if a.long || a.undated || a.row.From.IsZero() || a.row.To.IsZero() {
		return false
	}
	return a.row.To.After(a.row.From.In(k.location).AddDate(1, 0, 0))
}

// absencesBeside are the entries, but for the one itself, that share a moment with it;
// usual says whether the same person also has usual deputies, to its end.
func (k *Kit) absencesBeside(ctx context.Context, tx Tx, now absence) (beside []absence, usual bool, err error) {
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.Deputies})
	if err != nil {
		return nil, false, err
	}
	for _, row := range rows {
		if row.ID == now.row.ID {
			continue
		}
		other, err := k.absenceOf(row)
		if err != nil {
			return nil, false, err
		}
		lasting := row.To.IsZero() || !now.row.To.IsZero() && !row.To.Before(now.row.To)
		if row.From.IsZero() && lasting {
			usual = usual || other.principal == now.principal && len(other.deputies) > 0
		}
		if other.over(now) {
			beside = append(beside, other)
		}
	}
	return beside, usual, nil
}

// ring finds the entry that closes a ring: going from a deputy to his deputies, each away
// himself at the time, one comes back to the principal.
func ring(principal, deputy string, others []absence) (absence, bool) {
	seen := map[string]bool{}
	next := []string{deputy}
	for len(next) > 0 {
		person := next[0]
		next = next[1:]
		if seen[person] {
			continue
		}
		seen[person] = true
		for _, other := range others {
			if other.principal != person {
				continue
			}
			if slices.Contains(other.deputies, principal) {
				return other, true
			}
			next = append(next, other.deputies...)
		}
	}
	return absence{}, false
}

// absenceFault names both entries with their periods, where there are two.
func (k *Kit) absenceFault(field, code string, now, other absence) forms.Fault {
	return forms.Fault{Field: field, Code: code, Text: sayAll(code, func(lang string) map[string]string {
		return map[string]string{
			"who": now.name, "other": other.name, "asked": k.period(now.row, lang), "there": k.period(other.row, lang),
		}
	})}
}

// period is a row's time in force for people.
func (k *Kit) period(row register.Row, lang string) string {
	in := forms.Locale{Lang: lang, Location: k.location}
	// Whole days are named as they were typed: until the end of the 2nd, not the 3rd, 00:00.
	edge := func(t, day time.Time) string {
		if at := t.In(k.location); at.Equal(calendar.DateOf(at).Start(k.location)) {
			return in.Day(calendar.DateOf(day.In(k.location)))
		}
		return in.Moment(t)
	}
	if row.To.IsZero() {
		return say(lang, "period.open", map[string]string{"from": edge(row.From, row.From)})
	}
	from, to := edge(row.From, row.From), edge(row.To, lastMoment(row.To))
	if from == to {
		return from
	}
	return say(lang, "period.both", map[string]string{"from": from, "to": to})
}
