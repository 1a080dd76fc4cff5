package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/account"
)

const (
	adminLogin  = "admin"
	adminPerson = "admin"
	agencyUnit  = "agency"
)

// fillEmpty puts into an empty database what an organisation cannot do without:
// itself, a first administrator, and the roles that this server's rights and form
// types name, for him to give to people.
func fillEmpty(ctx context.Context, o options, k *kept) error {
	lists, err := listsOf(k)
	if err != nil {
		return err
	}
	agency := forms.Values{"name": o.agency, "kind": "agency"}
	if o.agency == "" {
		agency["name"], agency["name_en"] = "本機關", "This organisation"
	}
	if err := putRow(ctx, lists, register.Units, agencyUnit, agency); err != nil {
		return err
	}
	err = putRow(ctx, lists, register.People, adminPerson, forms.Values{
		"name": "系統管理員", "name_en": "System administrator", "login": adminLogin, "unit": forms.Ref{List: "unit", ID: agencyUnit},
	})
	if err != nil {
		return err
	}
	for _, r := range roles() {
		values := forms.Values{"module": r.module, "key": r.key, "title": r.title, "title_en": r.titleEN}
		if by, ok := r.setBy(); ok {
			values["managed_by"] = []forms.Ref{{List: "register/" + register.Roles, ID: by.row()}}
		}
		if r == roleSystem {
			values["members"] = []forms.Row{{forms.RowID: forms.NewRowID(), "person": forms.Ref{List: "register/" + register.People, ID: adminPerson}}}
		}
		if err := putRow(ctx, lists, register.Roles, r.row(), values); err != nil {
			return err
		}
	}
	return nil
}

// admitAdministrator gives the first administrator a one-time password. One who
// has never signed in gets another at the next start: the first may not have
// been seen.
func admitAdministrator(ctx context.Context, k *kept) (welcome string, err error) {
	now := time.Now()
	password := account.OneTimePassword(adminLogin)
	a, err := k.accounts.Get(ctx, adminLogin)
	switch {
	case errors.Is(err, account.ErrUnknown):
		_, err = k.accounts.Create(ctx, adminLogin, adminPerson, password, true, now)
	case err == nil && a.MustChange && a.SignedInAt.IsZero() && !a.Disabled:
		err = k.accounts.SetPassword(ctx, account.Key{Person: adminPerson, Login: adminLogin}, password, true, now)
	case err == nil:
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("first administrator: %w", err)
	}
	return fmt.Sprintf("first administrator: %s  one-time password: %s\n", adminLogin, password), nil
}

// hasAdministratorRow tells whether the database was begun by fillEmpty.
func hasAdministratorRow(ctx context.Context, k *kept) (bool, error) {
	lists, err := listsOf(k)
	if err != nil {
		return false, err
	}
	_, _, err = lists.Get(ctx, ismskit.System("setup"), register.People, adminPerson)
	if errors.Is(err, ismskit.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
