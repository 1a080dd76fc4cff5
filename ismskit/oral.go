package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Oral is a type's emergency path (補單): approved by word of mouth first, then done,
// and written down afterwards. The three times are kept apart: the first two are
// fields, the third is when the form was first sent. The Kit holds them to their order,
// and chases the form from the draft that registers the approval until it is sent.
type Oral struct {
	When     string `json:"when"`     // yes-or-no field: this is such a case
	Approver string `json:"approver"` // person field: who approved; a step asks him, in person
	Approved string `json:"approved"` // date_time field: when he did
	Done     string `json:"done"`     // date_time field: when it was done
	// Within is the term from the approval in which the form has to be sent; Late the
	// text field that says why it comes later.
	Within string `json:"within"`
	Late   string `json:"late"`
	// From are those who may approve by word of mouth; empty means everybody.
	From []workflow.Who `json:"from,omitempty"`
	// Remind chases whoever has not sent the form.
	Remind *workflow.Remind `json:"remind,omitempty"`
}

// names says whether a field is one of the emergency path's.
func (o *Oral) names(field string) bool {
	return o != nil && slices.Contains([]string{o.When, o.Approver, o.Approved, o.Done, o.Late}, field)
}

// OralApproval is what a case says of an approval by word of mouth.
type OralApproval struct {
	Approver       string // as the form names him
	Approved, Done time.Time
	Written        time.Time    // when the form was first sent, zero for a draft
	Due            calendar.Due // by when it had to be
	Late           bool
	Reason         string // why it came late
	// Confirmed is his own word for it, nil as long as he has not given it.
	Confirmed   *workflow.Signer
	ConfirmedAt time.Time
}

// checkOral holds a type's emergency path to its form and flow.
func (k *kind) checkOral() error {
	o := k.Oral
	if o == nil {
		return nil
	}
	var faults []error
	for _, f := range []struct{ key, types string }{
		{o.When, "boolean"}, {o.Approver, "person"}, {o.Approved, "date_time"}, {o.Done, "date_time"}, {o.Late, "text long_text"},
	} {
		field, ok := fieldNamed(k.Form.Fields, f.key)
		if !ok || !slices.Contains(strings.Fields(f.types), field.Type) {
			faults = append(faults, fmt.Errorf("oral: field %q is no %s of the form", f.key, f.types))
		}
	}
	if term, err := calendar.ParseTerm(o.Within); err != nil || term.N == 0 {
		faults = append(faults, fmt.Errorf("oral: within %q is no term", o.Within))
	}
	if !asksInPerson(k.Flow.Root, o.Approver) {
		faults = append(faults, &flowFault{
			err: fmt.Errorf("oral: no step asks %q in person", o.Approver),
			text: inEveryLanguage(func(lang string) string {
				return say(lang, "flow.oral", map[string]string{"field": k.labelOf(o.Approver, lang)})
			}),
		})
	}
	return errors.Join(faults...)
}

// asksInPerson says whether a flow has a step that nobody but the person of a field
// may take.
func asksInPerson(n workflow.Node, field string) bool {
	if s := n.Step; s != nil {
		return s.InPerson && slices.ContainsFunc(s.Who, func(w workflow.Who) bool { return w.Kind == workflow.WhoField && w.Field == field })
	}
	return slices.ContainsFunc(n.Below(), func(n workflow.Node) bool { return asksInPerson(n, field) })
}

// oral is what the fields of a case say of an approval by word of mouth, nil for an
// ordinary case.
func (c *caseInHand) oral() *OralApproval {
	o := c.kind.Oral
	if o == nil {
		return nil
	}
	if yes, _ := c.values[o.When].(bool); !yes {
		return nil
	}
	out := &OralApproval{Written: c.extra.Written}
	out.Approved, _ = c.values[o.Approved].(time.Time)
	out.Done, _ = c.values[o.Done].(time.Time)
	out.Reason, _ = c.values[o.Late].(string)
	if p, ok := c.values[o.Approver].(forms.Person); ok {
		out.Approver = p.Name
	}
	return out
}

// oral says besides by when the form was due, and whether its approver has confirmed.
func (k *Kit) oral(c *caseInHand, now time.Time) *OralApproval {
	out := c.oral()
	if out == nil {
		return nil
	}
	if !out.Approved.IsZero() {
		out.Due = k.due(*c, out.Approved, &workflow.Due{Term: c.kind.Oral.Within})
		written := out.Written
		if written.IsZero() {
			written = now
		}
		out.Late = !written.Before(out.Due.At)
	}
	for _, t := range c.state.Tasks {
		step, _ := c.kind.flow.Step(t.Step)
		asked := slices.ContainsFunc(step.Who, func(w workflow.Who) bool { return w.Kind == workflow.WhoField && w.Field == c.kind.Oral.Approver })
		if asked && step.InPerson && t.Status == workflow.TaskDone && t.Verb == workflow.VerbApprove && t.Round == c.state.Round {
			out.Confirmed, out.ConfirmedAt = t.By, t.Closed
		}
	}
	return out
}

// oralApprover is who approved by word of mouth, by id.
func (c *caseInHand) oralApprover() string {
	if c.oral() == nil {
		return ""
	}
	if p, ok := c.values[c.kind.Oral.Approver].(forms.Person); ok && p.Kind == forms.InDirectory {
		return p.ID
	}
	return ""
}

// oralFaults says what is wrong with the times of an approval by word of mouth, and
// with who gave it. As for a draft, gaps are not.
func (k *Kit) oralFaults(ctx context.Context, c caseInHand, draft bool, now time.Time) (forms.Invalid, error) {
	o := k.oral(&c, now)
	if o == nil || c.state.Phase != workflow.PhaseDraft && c.state.Phase != workflow.PhaseReturned {
		return nil, nil
	}
	def := c.kind.Oral
	var out forms.Invalid
	fault := func(field, code string, params func(lang string) map[string]string) {
		info, _ := c.kind.form.Field(field)
		out = append(out, forms.Fault{Field: field, Code: code, Label: info.Label, Text: sayAll(code, func(lang string) map[string]string {
			p := map[string]string{"field": info.Label.In(lang)}
			if params != nil {
				for key, value := range params(lang) {
					p[key] = value
				}
			}
			return p
		})})
	}
	at := func(lang string, t time.Time) string { return forms.Locale{Lang: lang, Location: k.location}.Moment(t) }
	written := o.Written
	if written.IsZero() {
		written = now
	}
	for field, t := range map[string]time.Time{def.Approved: o.Approved, def.Done: o.Done} {
		if t.After(written) {
			fault(field, "oral.future", func(lang string) map[string]string {
				return map[string]string{"at": at(lang, t), "written": at(lang, written)}
			})
		}
	}
	if !o.Approved.IsZero() && !o.Done.IsZero() && o.Done.Before(o.Approved) {
		fault(def.Done, "oral.order", func(lang string) map[string]string {
			return map[string]string{"done": at(lang, o.Done), "approved": at(lang, o.Approved)}
		})
	}
	if !draft && o.Late && strings.TrimSpace(o.Reason) == "" {
		fault(def.Late, "oral.late", func(lang string) map[string]string {
			return map[string]string{"due": forms.Locale{Lang: lang, Location: k.location}.Day(o.Due.Date)}
		})
	}
	if approver := c.oralApprover(); approver != "" && len(def.From) > 0 {
		may, err := k.among(ctx, c, def.From, now)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(may, func(s workflow.Signer) bool { return s.Person == approver }) {
			code := "oral.approver"
			if len(may) == 0 {
				code = "oral.nobody"
			}
			fault(def.Approver, code, func(lang string) map[string]string { return map[string]string{"who": names(lang, may)} })
		}
	}
	slices.SortFunc(out, func(a, b forms.Fault) int { return strings.Compare(a.Field, b.Field) })
	return out, nil
}

// TaskLateForm is the task under which a form that was approved by word of mouth lies
// with its applicant until it is sent. It is no task of the flow.
const TaskLateForm = "late_form"

// lateForm is the approval whose form has not been sent yet, nil where none is waited
// for.
func (k *Kit) lateForm(c *caseInHand, now time.Time) *OralApproval {
	if c.state.Phase != workflow.PhaseDraft {
		return nil
	}
	o := k.oral(c, now)
	if o == nil || o.Approved.IsZero() {
		return nil
	}
	return o
}

// lateFormRow is that form on a to-do list.
func (k *Kit) lateFormRow(c *caseInHand, o *OralApproval) TaskRow {
	r, body := k.forApplicant(c, TaskLateForm, c.row.Created)
	r.Due, r.DueDate = o.Due.At, isoDate(o.Due.Date)
	body.Term, body.Writer = c.kind.Oral.Within, c.row.Writer
	body.Step = k.texts("step.late_form")
	body.Why = workflow.Text(sayAll("why.late_form", func(lang string) map[string]string {
		return map[string]string{"who": o.Approver, "at": forms.Locale{Lang: lang, Location: k.location}.Moment(o.Approved)}
	}))
	r.Body = mustJSON(body)
	return r
}
