package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// heldCases are the requests in which somebody is asked for the applicant: his own, and
// those he went on with for another. A row of another case goes with it. A draft is one
// only where somebody waits for it; any other he may leave as it is.
func (k *Kit) heldCases(ctx context.Context, actor Actor, person string, at time.Time) ([]Holding, error) {
	ids, err := k.requestsOf(ctx, person)
	if err != nil {
		return nil, err
	}
	var out []Holding
	for _, id := range ids {
		c, err := k.take(ctx, id)
		if unread(err) {
			k.leftOut(ctx, id, err)
			continue
		}
		if errors.Is(err, ErrNotFound) {
			continue // it has ended meanwhile
		}
		if err != nil {
			return nil, err
		}
		held, err := k.askedIn(ctx, c, person, at)
		if err != nil {
			return nil, err
		}
		var step forms.Text
		switch {
		case !held:
			continue
		case c.unsent():
			step = forms.Text(k.texts("step.unsent"))
		case k.lateForm(&c, at) != nil:
			step = forms.Text(k.texts("step.late_form"))
		case c.state.Phase == workflow.PhaseDraft, c.extra.Cause != "" && !c.kind.Offered:
			continue // nobody waits for it; or nobody asked for it, and its task says all
		}
		h := Holding{Kind: HoldsCase, Key: "case/" + id, Case: id}
		if err := k.openable(ctx, actor, c, &h, step, at); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// askedIn says whether somebody is asked for the applicant of a case: also the applicant
// himself, where whoever took over from him is gone.
func (k *Kit) askedIn(ctx context.Context, c caseInHand, person string, at time.Time) (bool, error) {
	if c.row.Parent != "" || c.state.Phase == workflow.PhaseClosed {
		return false, nil
	}
	if c.asked() == person {
		return true, nil
	}
	if c.row.Applicant != person {
		return false, nil
	}
	_, err := k.person(ctx, c.asked(), at)
	if errors.Is(err, ErrForbidden) {
		return true, nil
	}
	return false, err
}

// requestsOf are the cases that may be somebody's to go on with: what he applied for, what
// he takes part in and is on its way, and the drafts that lie with him.
func (k *Kit) requestsOf(ctx context.Context, person string) ([]string, error) {
	var out []string
	add := func(id string) {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	own := CaseQuery{
		Applicant: person, Roots: true, Limit: heldAtOnce,
		Phases: []string{string(workflow.PhaseDraft), string(workflow.PhaseRunning), string(workflow.PhaseReturned), string(workflow.PhaseSuspended)},
	}
	part := record.Query{Reader: person, Kinds: []string{RecordCase}, States: record.OpenStates(), Limit: heldAtOnce}
	drafts := TaskQuery{Holders: []string{personKey(person)}, Kinds: []string{TaskUnsent, TaskLateForm}, Limit: heldAtOnce}
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		out = nil
		for more, q := true, own; more; {
			rows, err := tx.Cases().List(ctx, q)
			if err != nil {
				return err
			}
			for _, row := range rows {
				add(row.ID)
			}
			if more = len(rows) == heldAtOnce; more {
				q.After, q.AfterID = rows[len(rows)-1].Created, rows[len(rows)-1].ID
			}
		}
		for more, q := true, part; more; {
			page, err := tx.Records().Query(ctx, q)
			if err != nil {
				return err
			}
			for _, r := range page {
				add(r.Case)
			}
			if more = len(page) == heldAtOnce; more {
				q.After = record.Cursor{Filed: page[len(page)-1].Filed, ID: page[len(page)-1].ID}
			}
		}
		for more, q := true, drafts; more; {
			tasks, err := tx.Cases().Tasks(ctx, q)
			if err != nil {
				return err
			}
			for _, t := range tasks {
				add(t.Case)
			}
			if more = len(tasks) == heldAtOnce; more {
				last := tasks[len(tasks)-1]
				q.AfterDue, q.AfterCase, q.AfterTask = last.Due, last.Case, last.Task
			}
		}
		return nil
	})
	return out, err
}

// openable names what is held of a case by its number and form, and where it stands, and
// takes away where it is for a reader who may not open it. That it is there he is told:
// somebody has to go on with it. Of one that is confidential (密) he learns its form alone,
// and so does the sheet, which more people read.
func (k *Kit) openable(ctx context.Context, actor Actor, c caseInHand, h *Holding, step forms.Text, at time.Time) error {
	h.Name = caseName(c, step)
	if k.classes().Confidential(c.row.Class) {
		h.onSheet = sayAll("handover.confidential", func(lang string) map[string]string { return map[string]string{"form": c.kind.Title.In(lang)} })
	}
	_, err := k.mayRead(ctx, actor, c, at)
	if errors.Is(err, ErrNotFound) {
		h.Case, h.Task, h.Name, err = "", "", h.sheetName(), nil
	}
	return err
}

// sheetName is what a holding is called where it is handed over.
func (h Holding) sheetName() forms.Text {
	if h.onSheet != nil {
		return h.onSheet
	}
	return h.Name
}

// caseName calls a case by its number and form, and where it stands. Its subject stays
// with those who may read it.
func caseName(c caseInHand, step forms.Text) forms.Text {
	out := forms.Text{}
	for _, lang := range languages {
		parts := []string{c.row.Number, c.kind.Title.In(lang)}
		if step != nil {
			parts = append(parts, step.In(lang))
		}
		parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
		out[lang] = strings.Join(parts, say(lang, "holding.parts", nil))
	}
	return out
}
