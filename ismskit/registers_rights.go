package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/ismskit/register"
)

// keptLists are written by the Kit alone: what is in them is told by what was done with
// a number, a paper, a flow or a document, and whoever could change it by hand could use a void
// number again or read what was never lent to him.
var keptLists = []string{register.ReservedNumbers, register.Originals, register.Flows, register.DocumentLoans, register.SavedViews}

// retentionLists are looked after by those who look after the archive.
var retentionLists = []string{register.RetentionRules, register.LegalHolds}

// ownLists are everybody's own: nobody reads there what is another's, whatever his rights.
// Their rows are no evidence and have no entries; those of an earlier program leave the house
// in no bundle.
var ownLists = []string{register.SavedViews}

// open lists are read by everybody in the house; what is in the others is for
// those who keep them.
var openLists = []string{
	register.Units, register.Posts, register.People, register.Systems, register.Services, register.Templates,
	register.Offices, register.Externals, register.Roles, register.Groups, register.Deputies, register.Categories, register.Calendars,
	register.DocumentNumbers, register.Classes,
}

func (r Registers) mayRead(ctx context.Context, actor Actor, list string) error {
	if _, ok := r.k.lists.List(list); !ok {
		return ErrNotFound
	}
	if actor.system {
		return nil
	}
	if _, err := r.k.person(ctx, actor.Person, r.k.moment()); err != nil {
		return err
	}
	if slices.Contains(openLists, list) {
		return nil
	}
	if slices.Contains(ownLists, list) {
		return ErrNotFound
	}
	readers := slices.Concat(r.k.cfg.Rights.ManageLists, r.k.cfg.Rights.ReadAll)
	if list == register.Distributions || list == register.DocumentLoans { // they name documents that not everybody may know of
		readers = slices.Concat(r.k.cfg.Rights.ManageDocs, r.k.cfg.Rights.ReadAll)
	}
	if slices.Contains(retentionLists, list) {
		readers = slices.Concat(r.k.cfg.Rights.ManageRecords, r.k.cfg.Rights.ReadAll)
	}
	if list == register.Certificates { // whoever registers them sees which there are
		readers = append(readers, r.k.rightsIn(list)...)
	}
	if slices.Contains(keptLists, list) && list != register.DocumentLoans {
		readers = append(readers, r.k.cfg.Rights.ManageRecords...)
	}
	err := r.k.allow(ctx, actor, readers)
	if errors.Is(err, ErrForbidden) {
		return ErrNotFound
	}
	return err
}

// mayHave says whether the actor may have a row before him: he reads its list, or the
// row is his to change (a new one where it has no id). ErrNotFound where neither.
func (r Registers) mayHave(ctx context.Context, actor Actor, row register.Row) error {
	err := r.mayRead(ctx, actor, row.List)
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	return r.mayChangeIfKnown(ctx, actor, row)
}

// mayChangeIfKnown: ErrNotFound where the row is not the actor's to change, and for a
// list that is none.
func (r Registers) mayChangeIfKnown(ctx context.Context, actor Actor, row register.Row) error {
	if _, ok := r.k.lists.List(row.List); !ok {
		return ErrNotFound
	}
	err := r.mayChange(ctx, actor, row.List, row)
	if errors.Is(err, ErrForbidden) {
		err = ErrNotFound
	}
	return err
}

func (r Registers) mayChange(ctx context.Context, actor Actor, list string, old register.Row) error {
	if actor.system {
		return nil
	}
	may, err := r.mayWhole(ctx, actor, list, old)
	if err == nil && !may && !slices.Contains(keptLists, list) {
		may, err = r.managesRow(ctx, actor.Person, old) // a part of it, which managedFits holds it to
	}
	if err == nil && !may {
		err = fmt.Errorf("%w: list %s", ErrForbidden, list)
	}
	return err
}

// mayWhole says whether somebody may change a row of a list in all its fields, or with an empty
// row add one.
func (r Registers) mayWhole(ctx context.Context, actor Actor, list string, old register.Row) (bool, error) {
	k := r.k
	if _, err := k.person(ctx, actor.Person, k.moment()); err != nil {
		return false, err
	}
	if slices.Contains(keptLists, list) {
		return false, nil
	}
	ok, err := k.hasRole(ctx, actor.Person, k.rightsIn(list))
	if err != nil || ok {
		return ok, err
	}
	var roleErr error
	may, err := k.lists.MayMaintain(old, list, actor.Person, func(role register.RoleKey) bool {
		has, err := k.hasRole(ctx, actor.Person, []string{role.Module + "/" + role.Role})
		if err != nil {
			roleErr = err
		}
		return has
	})
	if err == nil {
		err = roleErr
	}
	return may, err
}

// rightsIn are the roles that change any row of a list, whatever the list says.
func (k *Kit) rightsIn(list string) []string {
	if slices.Contains([]string{register.People, register.Posts, register.Units, register.Roles, register.Deputies, register.Groups, register.Certificates}, list) {
		return k.cfg.Rights.ManagePeople
	}
	if list == register.Distributions || list == register.DocumentNumbers || list == register.Classes {
		return k.cfg.Rights.ManageDocs
	}
	if slices.Contains(retentionLists, list) {
		return k.cfg.Rights.ManageRecords
	}
	return k.cfg.Rights.ManageLists
}

// changers are the roles that add a row to a list, those that the list names among them.
func (r Registers) changers(list string) []string {
	out := slices.Clone(r.k.rightsIn(list))
	l, _ := r.k.lists.List(list)
	for _, role := range l.Owner.Roles {
		if name := role.Module + "/" + role.Role; !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
