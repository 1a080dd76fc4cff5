package ismskit

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// Types is the catalogue of form types.
type Types struct{ k *Kit }

// TypeInfo is what a list or a page shows of a type.
type TypeInfo struct {
	Key, Version    string
	Title           forms.Text
	FormNo, Edition string
	Issued          calendar.Date
	Module, Class   string
	Minutes         int
	Offered         bool
	Numbered        bool
	ByUnit          bool            // its numbers name the unit, and are counted for each
	Paper           bool            // a case may be signed on paper
	PaperOf         string          // of which type it enters what was signed on paper
	HandsOver       string          // its field for whose work is handed over, as in Handover; "" of any other type
	Unsigned        bool            // nobody signs it: what is sent is filed at once
	Filing          bool            // it files execution records, as in Type.Filing
	YearField       string          // its field for the working year, as Facets.Year; "" for none
	Disposes        string          // its table of the records that it disposes of, as Type.Disposes; "" for none
	Imported        bool            // its cases were taken in from an archive kept before, and signed by nobody here
	Changes         bool            // it is the request by which documents change, as in Type.DocumentChange
	Lends           bool            // it asks for a document to be lent, as in Type.Lends
	Outside         bool            // such a one that enters what was approved outside (公文簽准), for a second person to confirm
	Moves           *Transfer       // its fields for where somebody goes whose work is handed over; nil where it asks for none
	Steps           []workflow.Text // names of the steps, for 「會經過 …」
	Choose          []Choice        // steps whose people the applicant chooses
	// Unstaffed says that it cannot be submitted now, and why.
	Unstaffed *Unstaffed
	// Barred says that no case of it can begin here with the version in use, and why.
	Barred *Barred
	// Form is the document that FormNo names, Procedure the one that lists it; nil where
	// there is none that the actor may read. List, Get and Case tell them.
	Form, Procedure *NamedDocument
	// Template says that the house has issued no document under FormNo, or had issued none
	// on the day on which the case was sent: Edition and Issued are then those of the form
	// that the type was modelled on. Told where Form is.
	Template bool
	// InForce is the version of that document that is in force, where it is not Edition: the form that is
	// filled in has not followed, or the version was stopped. "" where it is, and where none is. Told with it.
	InForce string
}

func infoOf(k *kind) TypeInfo {
	info := TypeInfo{
		Key: k.Key, Version: k.Version, Title: k.Title, FormNo: k.FormNo, Edition: k.Edition, Issued: k.Issued,
		Module: k.Module, Class: k.Class, Minutes: k.Minutes, Offered: k.Offered, Numbered: k.Type.Number != nil, ByUnit: k.byUnit(),
		Paper: k.Paper, PaperOf: k.PaperOf, Choose: k.choices(), Changes: k.DocumentChange, Outside: k.outside(), Unsigned: k.Flow.Unsigned, Filing: k.Filing, Imported: k.Imported, Lends: k.Lends != "",
		YearField: k.Facets.Year, Disposes: k.Disposes,
	}
	if k.Handover != nil {
		info.HandsOver, info.Moves = k.Handover.Person, k.Handover.Move
	}
	return info
}

// List returns the types that the actor may open, for himself or as one of its Writers.
func (t Types) List(ctx context.Context, actor Actor) ([]TypeInfo, error) {
	t.k = t.k.once()
	if err := t.k.freshenTypes(ctx); err != nil {
		return nil, err
	}
	var out []TypeInfo
	for _, key := range t.k.kinds.keys {
		kind, ok := t.k.kinds.latestOf(key)
		if !ok || !kind.Offered || kind.Flow.Child {
			continue
		}
		may, err := t.mayBegin(ctx, actor, kind)
		if err != nil {
			return nil, err
		}
		if !may {
			continue
		}
		out = append(out, t.info(kind))
	}
	named := make([]*TypeInfo, len(out))
	for i := range out {
		named[i] = &out[i]
	}
	if err := t.k.formDocuments(ctx, actor, time.Time{}, named...); err != nil {
		return nil, err
	}
	return out, nil
}

// mayBegin says whether the actor may open a type that is on offer, for himself or
// as one of its Writers.
func (t Types) mayBegin(ctx context.Context, actor Actor, kind *kind) (bool, error) {
	err := t.k.mayOpen(ctx, actor, kind)
	if errors.Is(err, ErrForbidden) {
		if kind.PaperOf != "" { // what was signed on paper is filled in by nobody for others
			return false, nil
		}
		return t.k.hasRole(ctx, actor.Person, kind.Writers)
	}
	return err == nil, err
}

// toBegin is the newest version of a type that the actor may open; ErrNotFound.
func (t Types) toBegin(ctx context.Context, actor Actor, key string) (*kind, error) {
	if err := t.k.freshenTypes(ctx); err != nil {
		return nil, err
	}
	kind, ok := t.k.kinds.latestOf(key)
	if !ok {
		return nil, ErrNotFound
	}
	may, err := t.mayBegin(ctx, actor, kind)
	if err == nil && !may {
		err = ErrNotFound
	}
	return kind, err
}

func (t Types) info(kind *kind) TypeInfo {
	info := infoOf(kind)
	for _, p := range kind.flow.Outline(kind.flow.Draft(workflow.Signer{}), nil) {
		if len(p.Name) > 0 {
			info.Steps = append(info.Steps, p.Name)
		}
	}
	info.Unstaffed, info.Barred = t.k.problems.of(kind.Key), t.k.kinds.barred(kind.Key)
	return info
}

// Get returns the newest version of a type and its form, for those who may open one
// (List), try one out (DryRun) or read a case of it; ErrNotFound for everybody else,
// as for a type that is not there.
func (t Types) Get(ctx context.Context, actor Actor, key string) (TypeInfo, *forms.Form, error) {
	t.k = t.k.once()
	if err := t.k.freshenTypes(ctx); err != nil {
		return TypeInfo{}, nil, err
	}
	kind, ok := t.k.kinds.latestOf(key)
	if !ok {
		return TypeInfo{}, nil, ErrNotFound
	}
	if _, err := t.k.byline(ctx, actor); err != nil {
		return TypeInfo{}, nil, err
	}
	if err := t.mayKnow(ctx, actor, kind); err != nil {
		return TypeInfo{}, nil, err
	}
	info := t.info(kind)
	err := t.k.formDocuments(ctx, actor, time.Time{}, &info)
	return info, kind.form, err
}

// mayKnow refuses (ErrNotFound) whoever has nothing to do with a type.
func (t Types) mayKnow(ctx context.Context, actor Actor, kind *kind) error {
	may, err := t.mayBegin(ctx, actor, kind)
	if errors.Is(err, ErrNotFound) { // it opens by itself, or is no longer on offer
		may, err = false, nil
	}
	if err != nil || may {
		return err
	}
	if !kind.Flow.Child {
		if may, err = t.k.hasRole(ctx, actor.Person, t.tryingOut()); err != nil || may {
			return err
		}
	}
	cases, err := t.k.Records().Query(ctx, actor, record.Query{Types: []string{kind.Key}, Limit: 1, Without: []string{}})
	if err == nil && len(cases) == 0 {
		err = ErrNotFound
	}
	return err
}

// Applicant is whose request a form of a type would be, as in Opening.Applicant, with
// the same refusals.
func (t Types) Applicant(ctx context.Context, actor Actor, key, person string) (workflow.Signer, error) {
	t.k = t.k.once()
	kind, ok := t.k.kinds.latestOf(key)
	if !ok {
		return workflow.Signer{}, ErrNotFound
	}
	applicant, _, err := t.k.asker(ctx, actor, kind, person)
	return applicant, err
}

// Options returns what can be chosen in the fields of a form whose options belong
// to rows of registers, for a page to offer: by register row and field. Of p counts
// whose request it is to be, "" for the actor's own, as some options are for certain
// units only; the case that is being changed, if any, as what it points at already stays to be
// chosen; and its type: of every row that its fields may point at, the answer says
// whether a request with it could not be sent (forms.Withholding). Without a type, for a
// form that is no request, it says so of none.
func (t Types) Options(ctx context.Context, actor Actor, p Preview, needs []forms.Need) (forms.Lookup, error) {
	t.k = t.k.once()
	now := t.k.moment()
	var c caseInHand
	if !actor.system {
		applicant := cmp.Or(p.Applicant, actor.Person)
		self, err := t.k.person(ctx, actor.Person, now)
		if err == nil && applicant != actor.Person {
			self, err = t.k.anybody(ctx, applicant)
		}
		if err != nil {
			return nil, err
		}
		c.row = CaseRow{Applicant: self.Person, ApplicantName: self.Name, Unit: self.Unit, UnitName: self.UnitName}
	}
	out, err := t.k.lookup(ctx, actor, c, needs, now)
	if err != nil {
		return nil, err
	}
	if p.Case != "" {
		if err := t.k.keepClauses(ctx, actor, p.Case, needs, out, now); err != nil {
			return nil, err
		}
	}
	kind, ok := t.k.kinds.latestOf(p.Type)
	if !ok {
		return out, nil
	}
	c.kind = kind
	seats, err := t.k.seats(ctx, c)
	if err != nil {
		return nil, err
	}
	rows, err := t.k.offered(ctx, actor, seats)
	if err != nil {
		return nil, err
	}
	if out.vacant, err = t.k.vacant(ctx, c, seats, rows); err != nil {
		return nil, err
	}
	return out, t.k.notMaintained(ctx, actor, kind, out.vacant, now)
}

// Validate checks a form as far as it is filled in, as for a draft or as for
// sending, without keeping anything. Where p names a draft or returned case, its
// values are changes of that case's fields, as in an Action, for those who may edit
// it (Case.MayEdit; ErrForbidden), and what is hidden from them is not given back.
func (t Types) Validate(ctx context.Context, actor Actor, p Preview, draft bool) (forms.Values, forms.Invalid, error) {
	t.k = t.k.once()
	k := t.k
	if err := k.freshenTypes(ctx); err != nil {
		return nil, nil, err
	}
	now := k.moment()
	var c caseInHand
	if p.Case == "" {
		kind, ok := k.kinds.latestOf(p.Type)
		if !ok {
			return nil, nil, ErrNotFound
		}
		var err error
		if c, err = k.notYet(ctx, actor, kind, p); err != nil {
			return nil, nil, err
		}
	} else {
		var err error
		if c, err = k.take(ctx, p.Case); err != nil {
			return nil, nil, err
		}
		if _, err := k.mayRead(ctx, actor, c, now); err != nil {
			return nil, nil, err
		}
		if !c.mayEdit(actor) {
			return nil, nil, ErrForbidden
		}
		if err := c.writable(); err != nil {
			return nil, nil, err
		}
		if c, err = k.enteredBy(ctx, c, p.Values); err != nil {
			return nil, nil, err
		}
	}
	accepted, invalid, err := k.filled(ctx, actor, c, p.Values, forms.CheckContext{Draft: draft}, now)
	if err != nil {
		return nil, nil, err
	}
	_, chosen, err := k.chosenBy(ctx, c, p.Chosen, draft, now)
	if err != nil {
		return nil, nil, err
	}
	invalid = append(slices.Clip(invalid), chosen...)
	shown, err := k.redacted(ctx, actor, c, accepted, now)
	return shown, invalid, err
}

// Continue makes the numbers of a type go on after last, in the scope that a case
// of this unit would be numbered in now: an office that begins in mid-year goes on
// from its old register. A count that is further already stays. System actor only
// (ErrForbidden); ErrNotFound for a type without numbers.
func (t Types) Continue(ctx context.Context, actor Actor, key, unit string, last int64) error {
	t.k = t.k.once()
	if !actor.system {
		return ErrForbidden
	}
	kind, ok := t.k.kinds.latestOf(key)
	if !ok || kind.Type.Number == nil {
		return ErrNotFound
	}
	day := calendar.DateOf(t.k.moment().In(t.k.location))
	scope, err := kind.number.Scope(day, map[string]string{"unit": unit})
	if err != nil {
		return err
	}
	return t.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		given, err := tx.Cases().Counter(ctx, scope)
		if err != nil || given >= last {
			return err
		}
		return tx.Cases().SetCounter(ctx, scope, last)
	})
}
