package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// passedField is a field of a list that names somebody else for the time of an absence.
type passedField struct {
	List  string `json:"list"`
	Row   string `json:"row"`
	Field string `json:"field"`
	To    string `json:"to"`
	// Rows are those of a table that passed; none in jobs of older sheets, and of the rights
	// of a category.
	Rows []passedRow `json:"rows,omitempty"`
	// Until is when an entry of deputies was to end, zero for never, and Place his among them.
	Until time.Time `json:"until,omitzero"`
	Place int       `json:"place,omitempty"`
}

// comingBack is what is given back to somebody on his return (恢復).
type comingBack struct {
	Person string        `json:"person"`
	Day    calendar.Date `json:"day"`
	// Last is his last day in the house as the sheet leaves it, and Until the one he had
	// before, zero for none: a contract for a term still ends when it was to.
	Last   calendar.Date `json:"last,omitzero"`
	Until  calendar.Date `json:"until,omitzero"`
	Fields []passedField `json:"fields"`
}

// add notes fields that are not noted yet: what was noted first tells what there was before
// anything passed. Where it could not pass then, what is noted anew tells.
func (b *comingBack) add(fields []passedField, anew bool) {
	for _, f := range fields {
		i := slices.IndexFunc(b.Fields, func(o passedField) bool { return o.List == f.List && o.Row == f.Row && o.Field == f.Field })
		if i < 0 {
			b.Fields = append(b.Fields, f)
		} else if anew {
			b.Fields[i] = f
		}
	}
}

// comesBack notes, before anything passes, what is to be given back; a second try adds to
// the note of the first one. The return of an earlier sheet is over with this one: what it
// would have given back is given back on the later day, or not at all to who leaves for good.
func (h *handingOver) comesBack(ctx context.Context, all []Holding) error {
	if !h.Leaves && h.Back.IsZero() {
		return nil
	}
	back := comingBack{Person: h.Person, Day: h.Back}
	if !h.Back.IsZero() {
		if err := h.note(ctx, &back, all); err != nil {
			return err
		}
	}
	id := h.sheet.row.ID
	key := jobHandBack + "|" + id
	return h.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		earlier, drop, err := returnsOf(ctx, tx, h.Person, key)
		if err != nil {
			return err
		}
		if err := tx.Queue().Drop(ctx, drop...); err != nil || h.Back.IsZero() {
			return err
		}
		note := back
		note.Fields = nil
		if len(earlier) > 0 {
			note.Last, note.Until = earlier[0].Last, earlier[0].Until
		}
		for _, e := range earlier {
			note.add(e.Fields, false)
		}
		note.add(back.Fields, h.only != nil)
		payload, err := json.Marshal(note)
		if err != nil {
			return err
		}
		return enqueue(ctx, tx, h.at, Job{Key: key, Kind: jobHandBack, Subject: id, Payload: payload, Due: h.Back.Start(h.k.location)})
	})
}

// returnsOf are somebody's returns that are still to come, and the keys of those that are
// not kept under key.
func returnsOf(ctx context.Context, tx Tx, person, key string) (earlier []comingBack, others []string, err error) {
	q := JobQuery{Kind: jobHandBack, Limit: heldAtOnce}
	for {
		jobs, err := tx.Queue().Jobs(ctx, q)
		if err != nil {
			return nil, nil, err
		}
		for _, job := range jobs {
			var back comingBack
			if err := json.Unmarshal(job.Payload, &back); err != nil {
				return nil, nil, fmt.Errorf("ismskit: job %s: %w", job.Key, err)
			}
			if back.Person != person {
				continue
			}
			earlier = append(earlier, back)
			if job.Key != key {
				others = append(others, job.Key)
			}
		}
		if len(jobs) < heldAtOnce {
			return earlier, others, nil
		}
		last := jobs[len(jobs)-1]
		q.After, q.AfterID = last.Due, last.ID
	}
}

// note fills in what there is to give back.
func (h *handingOver) note(ctx context.Context, back *comingBack, all []Holding) error {
	person, err := h.k.storedValues(ctx, register.People, h.Person)
	if err != nil {
		return err
	}
	back.Last = h.LastDay
	if to, ends := person["to"].(calendar.Date); ends && !h.LastDay.Before(to) {
		back.Last = to
	} else if ends {
		back.Until = to
	}
	others := map[string]map[string]bool{} // what those who follow have anyhow
	for _, held := range all {
		if held.List == register.Deputies {
			f, err := h.deputiesNoted(ctx, held)
			if err != nil {
				return err
			}
			back.Fields = append(back.Fields, f)
		}
		if held.List == "" || held.Ends {
			continue
		}
		to, err := h.follower(ctx, held)
		if err != nil {
			return err
		}
		if held.inRows() {
			rows, err := h.k.wouldPass(ctx, h.fieldPass(held, to))
			if err != nil {
				return err
			}
			if len(rows) > 0 {
				back.Fields = append(back.Fields, passedField{List: held.List, Row: held.Row, Field: held.Field, To: to, Rows: rows})
			}
			continue
		}
		if others[to] == nil && to != "" {
			own, err := h.k.heldRows(ctx, System("handover"), to, h.at)
			if err != nil {
				return err
			}
			others[to] = map[string]bool{}
			for _, o := range own {
				others[to][o.Key] = true
			}
		}
		if others[to][held.Key] {
			to = "" // it stays his when the other one comes back
		}
		back.Fields = append(back.Fields, passedField{List: held.List, Row: held.Row, Field: held.Field, To: to})
	}
	return nil
}

// deputiesNoted is an entry of deputies as it stands.
func (h *handingOver) deputiesNoted(ctx context.Context, held Holding) (passedField, error) {
	f := passedField{List: held.List, Row: held.Row, Field: held.Field}
	v, err := h.k.storedValues(ctx, held.List, held.Row)
	if err != nil {
		return f, err
	}
	f.Until, _ = v["to"].(time.Time)
	ordered, _ := v["ordered"].([]forms.Ref)
	f.Place = max(0, slices.IndexFunc(ordered, func(r forms.Ref) bool { return r.ID == h.Person }))
	return f, nil
}
