package ismskit

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/google/uuid"
	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// Opening asks for a new case.
type Opening struct {
	Type string
	// Values are the fields as far as they are known.
	Values forms.Values
	// Typed is what was typed and cannot be read, as in Action. Drafts only.
	Typed forms.Posted
	// Submit sends it at once; otherwise it is kept as a draft.
	Submit bool
	// Applicant is whose request it is, "" for the actor's own. For somebody else one
	// of his unit or of a unit above it may fill it in, and Type.Writers (代填); the
	// System actor for anybody. Refused is forms.Invalid at FieldApplicant.
	Applicant string
	// Cause names what opens the case by itself, e.g. "grant/G01/expiry/2026-12-03".
	// The same cause opens one case, however often it is told. System actor only.
	Cause string
	// Links are related cases.
	Links []Link
	// Chosen are the people of later steps that the applicant chooses, as in Action;
	// a draft keeps them.
	Chosen map[string][]string
	// Shown is whom the page said it would come to, as in Action.
	Shown map[string][]string `json:"-"`
	// Key is the request's idempotency key, as in Action; which identities its rows
	// came with makes no other request.
	Key string

	unit, unitName string        // whose matter it is, where that is not the applicant's unit of today
	sendBy         calendar.Date // as in OpenLater

	parent *caseInHand // for a child
	row    string
	place  int // of the row in the parent's table, from 1
	batch  string
	turn   int // as in extra
	back   *sentBackBy
	asked  bool // an office outside was asked about the row in an earlier turn

	settle *Settlement // of the job that opens it

	takes *takesIn // the line of an import that it is made of
}

// caseSpace is the name space of the ids of cases that a cause opened.
var caseSpace = uuid.MustParse("7c0f8a52-6f0e-4f0e-9d2a-1b6f6a7c1d55")

// idOfCause is the id of the case a cause opens: the same each time, so that a
// cause told twice opens one case.
func idOfCause(cause string) string { return uuid.NewSHA1(caseSpace, []byte(cause)).String() }

// Open begins a case, as a draft or sent at once. Refusals are as for Act; a type
// that nobody can handle at present is *Unstaffed, one of which none can begin *Barred.
func (k *Kit) Open(ctx context.Context, actor Actor, o Opening) (Receipt, error) {
	asked := o
	asked.Values = unnamedRows(o.Values)
	request, err := requestDigest(o.Key, struct{ Open Opening }{asked})
	if err != nil {
		return Receipt{}, err
	}
	return k.openOnce(ctx, actor, o, request)
}

// openOnce is Open of what was asked for by a request.
func (k *Kit) openOnce(ctx context.Context, actor Actor, o Opening, request evidence.Digest) (receipt Receipt, err error) {
	for range maxRaces {
		// One who took the same reserved number in the same instant was faster: asked
		// again, the form says so at its field.
		receipt, err = k.open(ctx, actor, o, request)
		if o.Cause != "" {
			break
		}
		var again bool
		if again, err = k.anew(ctx, actor, o.Key, err); !again {
			break
		}
	}
	if errors.Is(err, ErrConflict) && o.Cause != "" {
		row, getErr := k.row(ctx, idOfCause(o.Cause))
		switch {
		case getErr == nil:
			receipt, err = receiptOf(row), nil
			receipt.Repeated = true
		case !errors.Is(getErr, ErrNotFound):
			return Receipt{}, errors.Join(err, getErr)
		}
	}
	return k.outcome(ctx, actor, o.Key, request, receipt, err)
}

// unnamedRows are fields without the identities of their rows: in a new case all rows
// are new, and read twice they may have another each time.
func unnamedRows(values forms.Values) forms.Values {
	out := maps.Clone(values)
	for key, value := range out {
		rows, ok := value.([]forms.Row)
		if !ok {
			continue
		}
		plain := make([]forms.Row, len(rows))
		for i, row := range rows {
			plain[i] = maps.Clone(row)
			delete(plain[i], forms.RowID)
		}
		out[key] = plain
	}
	return out
}

func (k *Kit) open(ctx context.Context, actor Actor, o Opening, request evidence.Digest) (Receipt, error) {
	k = k.once()
	if err := k.freshen(ctx); err != nil {
		return Receipt{}, err
	}
	begins, err := k.kindToOpen(ctx, o)
	kind := begins.kind
	if err != nil {
		return Receipt{}, err
	}
	now := k.moment()
	if !actor.system && o.Cause != "" {
		return Receipt{}, ErrForbidden
	}
	applicant, auth, err := k.opener(ctx, actor, kind, o)
	if err != nil {
		return Receipt{}, err
	}
	if kind.Imported && o.takes == nil {
		return Receipt{}, ErrForbidden
	}
	id := uuid.Must(uuid.NewV7()).String()
	if o.Cause != "" {
		id = idOfCause(o.Cause)
	}
	c := caseInHand{kind: kind, state: kind.flow.Draft(applicant)}
	c.row = CaseRow{
		ID: id, Type: kind.Key, Version: kind.Version, Class: kind.Class, Created: now,
		Applicant: applicant.Person, ApplicantName: applicant.Name, Unit: applicant.Unit, UnitName: applicant.UnitName,
	}
	if o.unit != "" && o.unitName != "" {
		c.row.Unit, c.row.UnitName = o.unit, o.unitName
	}
	if o.takes != nil {
		o.takes.into(&c.row)
	}
	c.extra = extra{Cause: o.Cause, SendBy: o.sendBy, Links: o.Links, Batch: o.batch, Row: o.place, Turn: o.turn, SentBack: o.back, Asked: o.asked, Calendar: k.inForce()}
	if o.parent != nil {
		c.extra.Year = o.parent.extra.Year // a row is filed with its request
	}
	if auth.via == ViaWriter {
		c.row.Writer, c.extra.Writer = auth.by.Person, &auth.by
	}
	if o.parent != nil {
		c.below(*o.parent, o.row)
	} else {
		c.extra.Children = begins.children
	}
	w := newWork(k, c, actor, auth, now)
	w.insert, w.key, w.request, w.settle = true, o.Key, request, o.settle
	if o.parent != nil {
		w.parentRevision = o.parent.row.Revision
	}
	if o.takes != nil {
		w.effects = append(w.effects, o.takes)
	}
	if err := w.begin(ctx, o, applicant); err != nil {
		return Receipt{}, err
	}
	return w.commit(ctx)
}

// kindToOpen is the newest version of a type, for a child case the one that its
// parent's version goes with, for a paper the one that it was signed by.
func (k *Kit) kindToOpen(ctx context.Context, o Opening) (kindToBegin, error) {
	if o.parent != nil {
		kind, err := k.childKind(ctx, *o.parent, o.Type)
		return kindToBegin{kind: kind}, err
	}
	kind, ok, bar := k.kinds.toBegin(o.Type)
	if !ok {
		return kindToBegin{}, fmt.Errorf("%w: type %s", ErrNotFound, o.Type)
	}
	if bar != nil {
		return kindToBegin{}, bar
	}
	if o.Cause == "" { // what follows from a case that is over goes on
		if err := k.formEnded(ctx, kind, k.approvedOrally(kind, o.Values)); err != nil {
			return kindToBegin{}, err
		}
	}
	return k.toEnter(ctx, kind, o.Values)
}

// childKind is a type in the version in which rows of a case open: the one that was
// newest when the case itself began. A case from before this was noted takes what is
// newest now.
func (k *Kit) childKind(ctx context.Context, c caseInHand, typ string) (*kind, error) {
	if version := c.extra.Children[typ]; version != "" {
		kind, err := k.kinds.of(ctx, k.store, typ, version)
		if err == nil && kind.readOnly != nil {
			err = kind.readOnly
		}
		return kind, err
	}
	kind, ok, bar := k.kinds.toBegin(typ)
	if !ok {
		return nil, fmt.Errorf("ismskit: %w: rows of %s need type %s", ErrReadOnly, c.kind.name(), typ)
	}
	if bar != nil {
		return nil, bar
	}
	return kind, nil
}

// below makes a new case a row of another.
func (c *caseInHand) below(parent caseInHand, row string) {
	c.row.Parent, c.row.ParentRow = parent.row.ID, row
	c.extra.Editions = parent.extra.Editions
	c.extra.Hidden = inRows(c.kind, parent.kind.over(c.kind.Key), parent.hiddenFromSomebody())
	if c.kind.Number == nil {
		c.row.Number = parent.row.Number // a row is found under its request's number
	}
	// A row stays the matter of the unit that asked, whoever handles it.
	c.row.Unit, c.row.UnitName = parent.row.Unit, parent.row.UnitName
	if parent.row.Class != "" {
		c.row.Class = parent.row.Class
	}
	c.extra.Children = parent.extra.Children
}

func (w *work) begin(ctx context.Context, o Opening, applicant workflow.Signer) error {
	w.event.Verb = VerbSave
	if !o.Submit {
		if err := w.keepShown(o.Shown); err != nil {
			return err
		}
		return w.keep(ctx, o.Values, o.Typed, o.Chosen)
	}
	w.sees(o.Shown)
	if err := w.send(ctx, o.Values, o.Chosen); err != nil {
		return err
	}
	w.event.Verb = workflow.VerbSubmit
	if o.parent == nil {
		if err := w.k.submittable(ctx, w.actor, w.after); err != nil {
			return err
		}
	}
	flow := w.after.kind.flow
	submit := workflow.Action{Verb: workflow.VerbSubmit, By: applicant, At: w.now, Chosen: w.chosen}
	if w.auth.via == ViaWriter {
		submit.By, submit.For = w.auth.by, &applicant
		w.after.extra.Filled = w.now
	}
	turn, err := flow.Act(flow.Draft(applicant), submit, w.after.facts())
	if err != nil {
		return err
	}
	return w.follow(ctx, turn)
}
