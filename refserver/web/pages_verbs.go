package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// What a verb needs besides its reason: people, more time, the people of a later
// step. Each is a part of that verb's own form, so their names carry the verb and
// the task.

func peopleName(task string, verb workflow.Verb) string { return "who-" + task + "-" + string(verb) }
func chooseName(task, step string) string               { return "choose-" + task + "-" + step }

// whoField asks for people by name.
func (p *Pages) whoField(r *http.Request, name, label string, a attempt) *fieldView {
	v := &fieldView{Name: name, ID: fieldID(name), Label: label, Widget: "person", Required: true, Errors: map[string]string{}, Texts: map[string]string{}}
	v.Need = p.text(r, "field.required")
	p.persons(r, v, sheet{posted: a.posted, pick: a.pick}, forms.FieldView{Key: name, Path: name, Type: "persons"})
	for _, f := range a.invalid {
		if a.controlOf(f) == v.ID {
			v.Errors[""] = f.Message(p.lang(r))
		}
	}
	return v
}

// afreshName is the box of a task that is assigned anew: whoever takes over begins from nothing.
const afreshName = "afresh"

// otherForms are what the reader may do beside his own tasks: each says about
// whom it is.
func (p *Pages) otherForms(r *http.Request, c ismskit.Case, a attempt) []verbForm {
	var out []verbForm
	for _, o := range c.Others {
		if o.Verb == workflow.VerbRemoveSigner && len(o.Holders) == 0 || o.Verb == ismskit.VerbHandAgain || o.Verb == ismskit.VerbAmend {
			continue // stands beside what was not handed over, or has a page of its own
		}
		v := verbForm{Verb: string(o.Verb), Task: o.Task, Reason: o.Reason, Label: p.decided(r, o.Verb, "", o.Origin, ""), Hint: p.verbHint(r, o.Verb), Why: p.in(r, o.Why)}
		if o.Verb == workflow.VerbSuspend && c.Done < c.Of { // which stand with it
			v.Hint = p.text(r, "case.hint_suspend_rows")
		}
		v.Open = v.Why != ""
		v.Title = v.Label
		switch {
		case o.Planned != nil:
			v.Planned = o.Planned.Person
			v.Title = p.text(r, "case.other_planned", "Verb", v.Label, "Step", p.in(r, o.Step), "Who", p.signer(r, *o.Planned))
		case o.Origin != "":
			v.Title = p.text(r, "case.other_beside", "Verb", v.Label, "Step", p.in(r, o.Step), "Who", strings.Join(o.Holders, p.text(r, "word.list")))
		case o.Task != "":
			v.Title = p.text(r, "case.other", "Verb", v.Label, "Step", p.in(r, o.Step), "Who", strings.Join(o.Holders, p.text(r, "word.list")))
		}
		v.ReasonLabel = p.text(r, "case.reason", "Verb", v.Label)
		if !o.Reason {
			v.ReasonLabel = p.text(r, "case.remark")
		}
		if o.People {
			v.People = p.whoField(r, peopleName(o.Task, o.Verb), p.text(r, whoTexts[o.Verb]), a)
		}
		v.MayBeginAfresh = o.Verb == workflow.VerbReassign
		if a.verb == o.Verb && a.task == o.Task && a.posted.Get("planned") == v.Planned {
			v.Open, v.Comment, v.Afresh = true, a.posted.Get("comment"), a.posted.Get(afreshName) == "1"
			v.Error = a.said(p.lang(r), ismskit.FieldComment)
		}
		out = append(out, v)
	}
	return out
}

// needs puts into a verb's form what it asks for besides the reason.
func (p *Pages) needs(r *http.Request, t ismskit.MyTask, o workflow.Offer, a attempt, v *verbForm) {
	if o.People {
		v.People = p.whoField(r, peopleName(t.ID, o.Verb), p.text(r, whoTexts[o.Verb]), a)
	}
	if o.Verb == workflow.VerbConsult {
		v.People.Help, v.People.Units = p.text(r, "case.consult_unit"), true
	}
	if o.Verb == workflow.VerbExtend {
		if t.Extend != nil {
			v.Hint = t.Extend.Text(p.lang(r))
		}
		_, unit := splitTerm(t.Term)
		v.Term, v.Unit = a.posted.Get("term"), p.text(r, unitTexts[unit])
		if v.Open {
			v.TermError = a.message(p.lang(r), ismskit.FieldTerm)
		}
	}
}

// typedIn says whether something stands in a verb's form.
func (v *verbForm) typedIn() bool {
	return v.Comment != "" || v.Term != "" || v.People != nil && slices.ContainsFunc(v.People.People, func(p personView) bool { return p.Find != "" })
}

// whoTexts ask for the people that a verb names.
var whoTexts = map[workflow.Verb]string{
	workflow.VerbAddBefore: "case.who.add_before", workflow.VerbAddAfter: "case.who.add_after",
	workflow.VerbConsult: "case.who.consult", workflow.VerbDelegate: "case.who.delegate", workflow.VerbCopy: "case.who.copy",
	workflow.VerbReassign: "case.who.reassign", workflow.VerbAppoint: "case.who.appoint",
}

// unitTexts name the units of a term behind its number.
var unitTexts = map[string]string{
	"wd": "case.extend_wd", "h": "case.extend_h", "d": "case.extend_d", "w": "case.extend_w", "m": "case.extend_m", "y": "case.extend_y",
}

// splitTerm takes a term apart: 3wd into 3 and wd.
func splitTerm(term string) (n, unit string) {
	i := strings.IndexFunc(term, func(r rune) bool { return !unicode.IsDigit(r) })
	if i < 0 {
		return term, "wd"
	}
	return term[:i], term[i:]
}

// chooseFields asks for the people of later steps that come with a decision.
func (p *Pages) chooseFields(r *http.Request, c ismskit.Case, t ismskit.MyTask, o workflow.Offer, a attempt) []*fieldView {
	var out []*fieldView
	for _, pick := range o.Choose {
		name := pick.Step
		if i := slices.IndexFunc(c.Way.Steps, func(s ismskit.RouteStep) bool { return s.ID == pick.Step }); i >= 0 {
			name = p.in(r, c.Way.Steps[i].Name)
		}
		out = append(out, p.whoField(r, chooseName(t.ID, pick.Step), p.text(r, "case.choose", "Step", name), a))
	}
	return out
}

// namedPeople reads the people that were typed into a verb's form; field is the Kit's
// name for them.
func (p *Pages) namedPeople(r *http.Request, a *attempt, name, field string) ([]string, error) {
	if a.pick == nil {
		a.pick = map[string][]option{}
	}
	var ids []string
	for _, n := range partNumbers(a.posted, name) {
		at := name + "." + strconv.Itoa(n)
		fault, err := p.findPerson(r, a.posted, at, a.pick)
		if err != nil {
			return nil, err
		}
		if fault != nil {
			fault.Field = field
			a.invalid = append(a.invalid, *fault)
			continue
		}
		if id := a.posted.Get(at + ".id"); id != "" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// verbNeeds reads what a verb asks for besides its reason.
func (p *Pages) verbNeeds(r *http.Request, c ismskit.Case, a *attempt) error {
	var err error
	if a.verb == workflow.VerbConsult {
		if err = p.consulted(r, a, peopleName(a.task, a.verb)); err != nil {
			return err
		}
	} else if workflow.NamesPeople(a.verb) {
		if a.people, err = p.namedPeople(r, a, peopleName(a.task, a.verb), ismskit.FieldPeople); err != nil {
			return err
		}
	}
	if planned := a.posted.Get("planned"); a.verb == workflow.VerbRemoveSigner && planned != "" {
		a.people = []string{planned}
	}
	i := slices.IndexFunc(c.Mine, func(t ismskit.MyTask) bool { return t.ID == a.task })
	if i < 0 {
		return nil
	}
	t := c.Mine[i]
	if a.verb == workflow.VerbExtend {
		if n := strings.TrimSpace(a.posted.Get("term")); n != "" {
			_, unit := splitTerm(t.Term)
			a.term = n + unit
		}
	}
	for _, o := range t.Offers {
		if o.Verb != a.verb {
			continue
		}
		for _, pick := range o.Choose {
			ids, err := p.namedPeople(r, a, chooseName(t.ID, pick.Step), ismskit.FieldChosen+"."+pick.Step)
			if err != nil {
				return err
			}
			if a.chosen == nil {
				a.chosen = map[string][]string{}
			}
			a.chosen[pick.Step] = ids
		}
	}
	return nil
}
