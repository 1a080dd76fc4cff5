package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// Filling in for somebody else (代填): the applicant is whose request it is, the
// writer types it. Both names are on the record. The applicant's unit head signs,
// and what is asked or to be confirmed comes to the applicant; what the writer may
// beside reading is to save, send and correct it, and to withdraw what has not been
// sent.

// ViaWriter is Event.Via of who fills a case in for its applicant.
const ViaWriter = "writer"

// writerVerbs are what a writer does in the applicant's place.
var writerVerbs = []workflow.Verb{VerbSave, workflow.VerbSubmit, workflow.VerbWithdraw}

// asker is whose request a form is that an actor fills in: his own, or that of
// somebody for whom he may. Writer is the actor in that case, else nil.
func (k *Kit) asker(ctx context.Context, actor Actor, kind *kind, id string) (applicant workflow.Signer, writer *workflow.Signer, err error) {
	if id == "" || id == actor.Person {
		if err := k.mayOpen(ctx, actor, kind); err != nil {
			return workflow.Signer{}, nil, err
		}
		applicant, err = k.person(ctx, actor.Person, k.moment())
		return applicant, nil, err
	}
	self, err := k.person(ctx, actor.Person, k.moment())
	if err != nil {
		return workflow.Signer{}, nil, err
	}
	if kind.outside() { // who enters a letter is kept apart from who confirms it: it is entered in his own name
		return workflow.Signer{}, nil, writerFault("writer.own", self)
	}
	applicant, err = k.person(ctx, id, k.moment())
	if errors.Is(err, ErrForbidden) {
		return workflow.Signer{}, nil, writerFault("writer.nobody", applicant)
	}
	if err != nil {
		return workflow.Signer{}, nil, err
	}
	if err := k.mayWrite(ctx, kind, self, applicant); err != nil {
		return workflow.Signer{}, nil, err
	}
	// The request is the applicant's: it must be one that he may make.
	made := kind
	if kind.PaperOf != "" {
		if err := k.mayOpen(ctx, actor, kind); err != nil {
			return workflow.Signer{}, nil, err
		}
		if online, ok := k.kinds.latestOf(kind.PaperOf); ok {
			made = online
		}
	}
	err = k.mayOpen(ctx, Actor{Person: id}, made)
	if errors.Is(err, ErrForbidden) {
		err = writerFault("writer.type", applicant)
	}
	return applicant, &self, err
}

// mayWrite refuses (forms.Invalid) whoever may not fill in a type for somebody: it
// is for people of the same unit or of one above it, and for the roles that the type
// names.
func (k *Kit) mayWrite(ctx context.Context, kind *kind, writer, applicant workflow.Signer) error {
	above, err := k.unitsAbove(ctx, applicant.Unit)
	if err != nil {
		return err
	}
	his, err := k.unitsOf(ctx, writer.Person, writer.Unit)
	if err != nil || slices.ContainsFunc(his, func(unit string) bool { return slices.Contains(above, unit) }) {
		return err
	}
	writers := kind.Writers
	if kind.PaperOf != "" {
		writers = slices.Concat(writers, k.cfg.Rights.ManageRecords)
	}
	ok, err := k.hasRole(ctx, writer.Person, writers)
	if err == nil && !ok {
		err = writerFault("writer.unit", applicant)
	}
	return err
}

// unitsOf are the units as one of whose people somebody counts: his own, those it has taken
// over and, where it has ended, its successors (U2); nil for somebody of no unit.
func (k *Kit) unitsOf(ctx context.Context, person, unit string) ([]string, error) {
	if unit == "" {
		return nil, nil
	}
	out := []string{unit}
	port, ok := k.directory.(Memberships)
	if !ok {
		return out, nil
	}
	m, err := port.Membership(ctx, person, k.moment())
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	return append(out, m.CountsIn...), nil
}

// unitsAbove are a unit and those it lies in; only itself where the directory lists
// no units.
func (k *Kit) unitsAbove(ctx context.Context, unit string) ([]string, error) {
	out := []string{unit}
	port, ok := k.directory.(Roster)
	for ok && unit != "" {
		u, found, err := port.Unit(ctx, unit)
		if err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		if !found || u.Parent == "" || slices.Contains(out, u.Parent) {
			break
		}
		unit = u.Parent
		out = append(out, unit)
	}
	return out, nil
}

// FieldApplicant is the field at which forms.Invalid says that a form cannot be
// filled in for somebody.
const FieldApplicant = "applicant"

func writerFault(code string, applicant workflow.Signer) error {
	return forms.Invalid{{Field: FieldApplicant, Code: code, Text: sayAll(code, func(string) map[string]string {
		return map[string]string{"who": applicant.Name, "unit": applicant.UnitName}
	})}}
}

// asWriter is for a writer's verbs in a case that he fills in for its applicant.
// Known is false where it is none of his.
func (k *Kit) asWriter(ctx context.Context, actor Actor, c caseInHand, a Action, self workflow.Signer) (auth authority, known bool, err error) {
	if c.row.Writer != actor.Person || !slices.Contains(writerVerbs, a.Verb) {
		return authority{}, false, nil
	}
	if a.Verb == workflow.VerbWithdraw && c.state.Phase != workflow.PhaseDraft {
		return authority{}, true, &workflow.Refusal{Code: workflow.ErrNotApplicant.Code, Params: map[string]string{"person": self.Name}}
	}
	applicant := c.state.Applicant
	if a.Verb != workflow.VerbWithdraw { // he may have changed units since
		if err := k.mayWrite(ctx, c.kind, self, applicant); err != nil {
			return authority{}, true, err
		}
	}
	return authority{by: self, principal: &applicant, via: ViaWriter}, true, nil
}

// forAnother makes a draft of the actor's own one that he fills in for somebody else.
// The other way round it stays whose it is: he may have read it. The draft of a paper he has
// not read, so that whoever enters it corrects for whom that is.
func (k *Kit) forAnother(ctx context.Context, actor Actor, c caseInHand, applicant string) (caseInHand, authority, error) {
	own := c.row.Applicant == actor.Person || c.entersPaper(actor)
	if c.state.Phase != workflow.PhaseDraft || !own || c.row.Parent != "" {
		return c, authority{}, writerFault("writer.settled", c.state.Applicant)
	}
	who, writer, err := k.asker(ctx, actor, c.kind, applicant)
	if err != nil {
		return c, authority{}, err
	}
	c.state = c.kind.flow.Draft(who)
	c.row.Applicant, c.row.ApplicantName, c.row.Unit, c.row.UnitName = who.Person, who.Name, who.Unit, who.UnitName
	c.row.Writer, c.extra.Writer = "", writer
	if writer == nil { // it is his own after all
		return c, authority{by: who, via: viaApplicant}, nil
	}
	c.row.Writer = writer.Person
	return c, authority{by: *writer, principal: &who, via: ViaWriter}, nil
}

// forAnother does so as part of an action.
func (w *work) forAnother(ctx context.Context, a Action) error {
	if a.Verb != VerbSave && a.Verb != workflow.VerbSubmit {
		return ErrForbidden
	}
	c, auth, err := w.k.forAnother(ctx, w.actor, w.before, a.Applicant)
	if err != nil {
		return err
	}
	// The row before stays, so that the archive learns of who takes part from now on.
	w.auth, w.before.state = auth, c.state
	w.after.row, w.after.state, w.after.extra.Writer = c.row, c.state, c.extra.Writer
	return nil
}

// writes says whether an actor fills a case in for its applicant.
func (c *caseInHand) writes(actor Actor) bool {
	return !actor.system && actor.Person != "" && c.row.Writer == actor.Person
}
