package ismskit

import (
	"context"

	"github.com/ismskit/ismskit/workflow"
)

// owes tells those who may waive it that somebody leaves who owes a signature with his
// certificate: nobody makes up for it in his place. Who stays in the house has his card
// still. Where nobody is there to waive it, that is tried again like what could not pass.
func (h *handingOver) owes(ctx context.Context, held Holding) error {
	if !h.Leaves {
		return nil
	}
	c, err := h.k.take(ctx, held.Case)
	if err != nil {
		return err
	}
	task, ok := c.state.Task(held.Task)
	if !ok || task.Status != workflow.TaskOpen {
		return nil
	}
	officers, err := h.k.among(ctx, c, c.kind.flow.Flow().Officers, h.at)
	if err != nil {
		return err
	}
	told := false
	for _, o := range officers {
		if o.Person == h.Person || o.Person == c.row.Applicant || o.Person == c.asked() {
			continue // who may not waive it
		}
		n := h.k.owedNotice(c, task, o.Person, h.leaver.Name)
		h.waive = append(h.waive, Message{
			ID: n.id, Person: n.person, Case: c.row.ID, Rule: n.rule, Kind: n.kind, Created: h.at, Due: h.at, Subject: n.subject, Body: n.body, Link: c.row.ID,
		})
		told = true
	}
	if !told {
		h.leaves(held, whyNot(errNobodyFollows))
		return nil
	}
	h.passed[held.Key] = true
	return nil
}

// owedNotice words it.
func (k *Kit) owedNotice(c caseInHand, t workflow.Task, person, leaver string) notice {
	step, _ := c.kind.flow.Step(t.Step)
	return k.caseNotice(c, person, ruleOwedLeft, t.ID, map[string]string{"name": leaver, "step": step.Name.In(k.cfg.Lang)})
}
