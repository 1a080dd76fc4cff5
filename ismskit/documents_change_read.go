package ismskit

import (
	"context"
	"errors"
	"slices"

	"github.com/ismskit/ismskit/ismskit/document"
)

// DocumentChanges is how a document changes: the form by which somebody asks for it, and the
// request that is on its way.
type DocumentChanges struct {
	// Type is the form by which the actor may ask for a change, Outside that by which he may enter
	// what was approved outside (公文簽准); "" for none.
	Type, Outside string
	// Under is the number of the request on its way, "" for none; Case is its id, "" where
	// the actor may not read it.
	Under, Case string
	// Entered says that Under enters what was approved outside, and waits to be confirmed.
	Entered bool
}

// changesOf says how a document changes, to somebody who reads it.
func (d Documents) changesOf(ctx context.Context, actor Actor, view DocumentView) (DocumentChanges, error) {
	var out DocumentChanges
	for _, key := range d.k.changing() {
		kind, _, bar := d.k.kinds.toBegin(key)
		if bar != nil || !kind.Offered {
			continue
		}
		may, err := d.k.Types().mayBegin(ctx, actor, kind)
		if err != nil {
			return out, err
		}
		switch {
		case may && kind.outside():
			out.Outside = key
		case may:
			out.Type = key
		}
	}
	var under CaseRow
	err := d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		all, err := d.k.changesUnderWay(ctx, tx, changedThing{id: view.ID}, "")
		under = CaseRow{}
		if len(all) > 0 {
			under = all[0]
		}
		return err
	})
	if err != nil {
		return out, err
	}
	out.Under = under.Number
	if kind, ok := d.k.kinds.latestOf(under.Type); ok {
		out.Entered = kind.outside()
	}
	if under.ID != "" {
		may, err := d.k.mayReadCase(ctx, actor, under.ID)
		if err != nil {
			return out, err
		}
		if may {
			out.Case = under.ID
		}
	}
	return out, nil
}

// toldCases takes from versions the cases that the actor may not read.
func (d Documents) toldCases(ctx context.Context, actor Actor, versions []document.Version) error {
	for i := range versions {
		v := &versions[i]
		v.Earlier = slices.Clone(v.Earlier)
		if err := d.toldCases(ctx, actor, v.Earlier); err != nil {
			return err
		}
		if v.Case == "" {
			continue
		}
		may, err := d.k.mayReadCase(ctx, actor, v.Case)
		if err != nil {
			return err
		}
		if !may {
			v.Case = ""
		}
	}
	return nil
}

// caseless is a version without the case that issued it, where nobody goes on to that.
func caseless(v document.Version) document.Version {
	v.Case, v.Earlier = "", slices.Clone(v.Earlier)
	for i := range v.Earlier {
		v.Earlier[i] = caseless(v.Earlier[i])
	}
	return v
}

// mayReadCase says whether somebody may read a case.
func (k *Kit) mayReadCase(ctx context.Context, actor Actor, id string) (bool, error) {
	_, may, err := k.caseIfRead(ctx, actor, id)
	return may, err
}

// caseIfRead is a case's row; false where there is none, for somebody who may not read it, and where
// this program can't: a document is read without the type by which it changed.
func (k *Kit) caseIfRead(ctx context.Context, actor Actor, id string) (row CaseRow, may bool, err error) {
	c, err := k.take(ctx, id)
	if err == nil {
		_, err = k.mayRead(ctx, actor, c, k.moment())
	}
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden) || unread(err) {
		return CaseRow{}, false, nil
	}
	return c.row, err == nil, err
}

// comparedBefore fills in what follows from the document in a request that is not sent, as it
// would be sent now: who prints it before he sends it sees the comparison that he will sign.
func (k *Kit) comparedBefore(ctx context.Context, actor Actor, view *Case) error {
	if !view.Kind.Changes {
		return nil
	}
	c, err := k.take(ctx, view.ID)
	if err != nil || !c.unsentYet() || !c.mayEdit(actor) {
		return err
	}
	values, err := k.changeFollowing(ctx, actor, c, c.values, true)
	if err != nil {
		return err
	}
	view.Fields, err = k.redacted(ctx, actor, c, values, k.moment())
	return err
}
