package print

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// stamps are the applicant's, then those of each step, then of each row.
func (p printer) stamps(c ismskit.Case) []Stamp {
	var out []Stamp
	if c.Parent == "" {
		first := Stamp{Step: say(p.o.Lang, "applicant")}
		if c.Kind.Unsigned {
			first.Step = say(p.o.Lang, "filed_by")
		}
		if !c.Flow.Submitted.IsZero() {
			sent := c.Flow.Applicant
			if c.Writer != nil { // a seal is of whoever did it
				sent, first.For = *c.Writer, say(p.o.Lang, "filled_for", "name", who(c.Flow.Applicant))
			}
			first.Post, first.Name, first.At = sent.PostTitle, sent.Name, p.moment(c.Flow.Submitted)
		}
		out = append(out, first)
	}
	for _, s := range c.Way.Steps {
		name := forms.Text(s.Name).In(p.o.Lang)
		switch {
		case s.Node == "split":
			if len(c.Rows) == 0 { // not opened yet
				for _, row := range s.Rows {
					out = append(out, Stamp{Step: name + say(p.o.Lang, "colon") + row.Title, Note: p.carriedTo(row.Steps...)})
				}
			}
			for _, child := range c.Rows {
				to := p.carriedTo()
				if child.Step != nil && c.OnPaper != nil && c.OnPaper.State == ismskit.NumberFree {
					to = p.carriedTo(*child.Step)
				}
				out = append(out, p.stampsOf(child.State, "", name+say(p.o.Lang, "colon")+p.rowTitle(child), to)...)
			}
		case s.Node == "step" || s.Node == "":
			out = append(out, p.stampsOf(c.Flow, s.ID, name, cmp.Or(p.alone(s.Review), p.carriedTo(s)))...)
		default:
			for _, branch := range s.Branches {
				for _, inner := range branch {
					out = append(out, p.stampsOf(c.Flow, inner.ID, forms.Text(inner.Name).In(p.o.Lang), p.alone(inner.Review))...)
				}
			}
		}
	}
	return out
}

// rowTitle is what a row is called, and for the how manieth time it is handled.
func (p printer) rowTitle(child ismskit.ChildCase) string {
	if child.Turn > 1 {
		return say(p.o.Lang, "row_turn", "row", child.Title, "turn", strconv.Itoa(child.Turn))
	}
	return child.Title
}

// carriedTo says who is to stamp a form that goes on on paper, by the first of these steps, "" for
// any other form.
func (p printer) carriedTo(steps ...ismskit.RouteStep) string {
	i := slices.IndexFunc(steps, func(s ismskit.RouteStep) bool { return s.State == ismskit.RouteOnPaper && len(s.People) > 0 })
	if i < 0 {
		return ""
	}
	names := make([]string, len(steps[i].People))
	for j, person := range steps[i].People {
		if names[j] = who(person.Signer); person.Acting != nil {
			names[j] = say(p.o.Lang, "carried_acting", "name", names[j], "by", who(*person.Acting))
		}
	}
	return say(p.o.Lang, "carried_to", "who", strings.Join(names, say(p.o.Lang, "list")))
}

// alone says that one person does a step and who looks at it afterwards, "" where
// nobody has to.
func (p printer) alone(v *ismskit.RouteReview) string {
	if v == nil {
		return ""
	}
	names := make([]string, len(v.People))
	for i, person := range v.People {
		names[i] = who(person.Signer)
	}
	by := strings.Join(names, say(p.o.Lang, "list"))
	switch {
	case by == "":
		return say(p.o.Lang, "alone_nobody")
	case !v.Done.IsZero():
		return say(p.o.Lang, "alone_done", "who", by, "at", p.moment(v.Done))
	case v.Due.Date.IsZero():
		return say(p.o.Lang, "alone", "who", by)
	}
	return say(p.o.Lang, "alone_due", "who", by, "date", p.day(v.Due.Date))
}

// besideStamps are the fields of those who sign beside a step's own people, by why they do: what
// they sign is no decision of the step. Who did its work for somebody, gave more time, or made
// up for a certificate, signs nothing of his own.
var besideStamps = map[workflow.Origin]string{
	workflow.OriginBefore: "added", workflow.OriginAfter: "added", workflow.OriginConsult: "consulted", workflow.OriginCheck: "check",
}

// stampsOf are the stamps of one step ("" for all). What its own people have not decided has an
// empty field, whoever was asked beside them, and so has who was added and is still to sign.
// alone is what to say with those of one who did what another should have done.
func (p printer) stampsOf(state workflow.State, step, name, alone string) []Stamp {
	var out []Stamp
	decided := false
	for _, t := range state.Tasks {
		key, beside := besideStamps[t.Origin]
		own := t.Origin == "" || t.Origin == workflow.OriginAgain
		if step != "" && t.Step != step || !own && !beside {
			continue
		}
		s := Stamp{Step: name}
		if beside {
			if unit := workflow.UnitOf(t.Why); unit != "" {
				s.Step = say(p.o.Lang, "consulted_unit", "step", name, "unit", unit)
			} else {
				s.Step = say(p.o.Lang, key, "step", name)
			}
		}
		if waits := t.Status == workflow.TaskOpen || t.Status == workflow.TaskWaiting; waits && key == "added" {
			out = append(out, s)
			continue
		}
		if t.By == nil || t.Status != workflow.TaskDone { // declined, taken away, assigned anew, void: nobody signed
			continue
		}
		decided = decided || own
		s.Post, s.Name, s.At = t.By.PostTitle, t.By.Name, p.moment(t.Closed)
		if t.Alone {
			s.Note = alone
		}
		if t.Owes != "" {
			s.Note = strings.TrimPrefix(s.Note+say(p.o.Lang, "semicolon")+OwedText(owedFor(state, t.ID), p.in), say(p.o.Lang, "semicolon"))
		}
		if t.For != nil {
			s.Acting, s.For = true, say(p.o.Lang, "for", "name", who(*t.For))
		}
		out = append(out, s)
	}
	if !decided {
		out = append(out, Stamp{Step: name, Note: cmp.Or(alone, p.lapsed(state, step)), NotNeeded: p.notNeeded(state, step)})
	}
	return out
}

// notNeeded says of a step that was passed over that it was, and for whom: for somebody who has
// agreed already, or nobody, where the case went another way. It is "" for others.
func (p printer) notNeeded(state workflow.State, step string) string {
	for _, m := range state.Marks {
		if m.Node != step || m.Status != workflow.MarkSkipped && m.Status != workflow.MarkOff {
			continue
		}
		if m.Status == workflow.MarkOff && state.Outcome == workflow.OutcomePaper {
			continue // it is to be stamped by hand
		}
		for _, t := range slices.Backward(state.Tasks) {
			if t.Step == step && t.Status == workflow.TaskSkipped && len(t.Holder.Named) == 1 {
				return say(p.o.Lang, "not_needed_for", "who", who(t.Holder.Named[0]))
			}
		}
		return say(p.o.Lang, "not_needed")
	}
	return ""
}

// owedFor is the last task in which somebody makes up for a decision.
func owedFor(state workflow.State, decision string) *workflow.Task {
	var owed *workflow.Task
	for i := range state.Tasks {
		if t := &state.Tasks[i]; t.Origin == workflow.OriginOwed && t.From == decision {
			owed = t
		}
	}
	return owed
}

// lapsed says of a step that nobody did in time what became of it by itself, "" for others.
func (p printer) lapsed(state workflow.State, step string) string {
	for _, t := range slices.Backward(state.Tasks) {
		if t.Status == workflow.TaskLapsed && (step == "" || t.Step == step) {
			return say(p.o.Lang, "lapsed", "what", Decision(p.o.Lang, workflow.VerbLapse, t.Kind, t.Origin, ""), "at", p.moment(t.Closed))
		}
	}
	return ""
}

func inLines(stamps []Stamp) [][]Stamp {
	var out [][]Stamp
	for line := range slices.Chunk(stamps, stampsInLine) {
		out = append(out, line)
	}
	return out
}
