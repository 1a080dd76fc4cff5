package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

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
}

// comingBack is what is given back to somebody on his return (恢復).
type comingBack struct {
	Person string        `json:"person"`
	Day    calendar.Date `json:"day"`
	Fields []passedField `json:"fields"`
}

// comesBack notes, before anything passes, what is to be given back: a try that ends half
// way leaves its own note, and what it did not come to is not given back.
func (h *handingOver) comesBack(ctx context.Context, all []Holding, attempt int) error {
	if h.Back.IsZero() {
		return nil
	}
	back := comingBack{Person: h.Person, Day: h.Back}
	others := map[string]map[string]bool{} // what those who follow have anyhow
	for _, held := range all {
		if held.List == "" || held.Ends {
			continue
		}
		to, err := h.follower(ctx, held)
		if err != nil {
			return err
		}
		if others[to] == nil && to != "" {
			own, err := h.k.heldRows(ctx, to, h.at)
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
	payload, err := json.Marshal(back)
	if err != nil {
		return err
	}
	id := h.sheet.row.ID
	job := Job{
		Key: jobHandBack + "|" + id + "|" + strconv.Itoa(attempt), Kind: jobHandBack, Subject: id, Payload: payload, Due: h.Back.Start(h.k.location),
	}
	return h.k.store.Update(ctx, func(ctx context.Context, tx Tx) error { return enqueue(ctx, tx, h.at, job) })
}

// handBack gives back to somebody who returns what lists said of him: his time in the house
// goes on, and where whoever stood in for him still does, he is named again.
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
	err = k.changeRow(ctx, register.People, back.Person, reason, func(v forms.Values) bool {
		to, ended := v["to"].(calendar.Date)
		delete(v, "to")
		return ended && to.Before(back.Day)
	})
	if err != nil && !refusedForGood(err) {
		return err
	}
	for _, f := range back.Fields {
		p := fieldPass{list: f.List, row: f.Row, field: f.Field, from: f.To, to: back.Person, last: back.Day.AddDays(-1), reason: reason}
		err := k.handField(ctx, p)
		if refusedForGood(err) {
			k.log.WarnContext(ctx, "could not be given back", "case", sheet.row.ID, "list", f.List, "row", f.Row, "why", err.Error())
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return k.done(ctx, job)
}
