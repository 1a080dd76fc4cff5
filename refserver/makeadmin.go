package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/web"
)

// operator is whoever sits at the machine: the trails name him as the channel.
const operator = "operator"

var (
	errNoHouse  = errors.New("-make-admin: this database holds no organisation yet; start it with -empty first")
	errNobody   = errors.New("-make-admin: nobody in the list of people has this login or id, or he has left")
	errNoLogin  = errors.New("-make-admin: this person has no login in the list of people, and one that was given him is needed to sign in")
	errNoSystem = errors.New("-make-admin: the list of roles has no system administrator")
)

// makeAdmin is the way back where nobody is left who manages people and roles: it makes
// somebody of the house a system administrator, lets him sign in with a password for once,
// and ends. Whoever may start the server on its data may do so; both are on the trail.
func makeAdmin(ctx context.Context, o options, out io.Writer, log *slog.Logger) error {
	k, err := openKept(ctx, o)
	if err != nil {
		return err
	}
	err = func() error {
		as, err := startOf(ctx, k)
		if err == nil && as != startOwn && as != startDemo {
			err = errNoHouse
		}
		if err != nil {
			return err
		}
		h, err := furnish(ctx, o, k, log)
		if err != nil {
			return err
		}
		return h.makeAdmin(ctx, o, out)
	}()
	return errors.Join(err, k.Close())
}

func (h *house) makeAdmin(ctx context.Context, o options, out io.Writer) error {
	person, err := h.personCalled(ctx, o.makeAdmin)
	if err != nil {
		return err
	}
	// The way in first: without it the role helps nobody.
	login, password, err := h.admit(ctx, person)
	if err != nil {
		return err
	}
	texts, err := web.NewTexts(overlay())
	if err != nil {
		return err
	}
	if err := h.giveRole(ctx, person.ID, texts.Text(o.lang, "operator.reason")); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "administrator: %s  login: %s  one-time password: %s\n", person.Name, login, password)
	return err
}

// personCalled is somebody who is in the house now, by his login or his id in the list.
func (h *house) personCalled(ctx context.Context, name string) (ismskit.PersonView, error) {
	actor := ismskit.System(operator)
	rows, err := h.kit.Registers().Rows(ctx, actor, register.Query{List: register.People, Keys: []string{register.Key("login", name)}})
	if err != nil {
		return ismskit.PersonView{}, err
	}
	id := name
	if len(rows) == 1 {
		id = rows[0].ID
	}
	v, err := h.kit.People().Get(ctx, actor, id)
	if errors.Is(err, ismskit.ErrNotFound) || err == nil && !v.InHouse {
		return v, errNobody
	}
	return v, err
}

// admit gives somebody a password for once: to a login he can use, else to one that was
// disabled, else to a new one.
func (h *house) admit(ctx context.Context, person ismskit.PersonView) (login, password string, err error) {
	all, err := h.kept.accounts.List(ctx, person.ID)
	if err != nil {
		return "", "", err
	}
	slices.SortStableFunc(all, func(a, b account.Account) int {
		return map[bool]int{false: 0, true: 1}[a.Disabled] - map[bool]int{false: 0, true: 1}[b.Disabled]
	})
	change := func(c ismskit.AccountChange, do func(ctx context.Context, left ismskit.Left) error) error {
		c.Person = person.ID
		return h.kit.Evidence().ChangeAccount(ctx, ismskit.System(operator), c, do)
	}
	now := time.Now()
	if len(all) == 0 {
		if login = person.Login; login == "" {
			return "", "", errNoLogin
		}
		password = account.OneTimePassword(login)
		return login, password, change(ismskit.AccountChange{Verb: ismskit.VerbAccountGiven, Login: login}, func(ctx context.Context, _ ismskit.Left) error {
			_, err := h.kept.accounts.Create(ctx, login, person.ID, password, true, now)
			return err
		})
	}
	login = all[0].Login
	key := account.Key{Person: person.ID, Login: login}
	if all[0].Disabled {
		err := change(ismskit.AccountChange{Verb: ismskit.VerbAccountEnabled, Login: login}, func(ctx context.Context, _ ismskit.Left) error { return h.kept.accounts.Enable(ctx, key) })
		if err != nil {
			return "", "", err
		}
	}
	password = account.OneTimePassword(login)
	return login, password, change(ismskit.AccountChange{Verb: ismskit.VerbPasswordGiven, Login: login}, func(ctx context.Context, _ ismskit.Left) error {
		return h.kept.accounts.SetPassword(ctx, key, password, true, now)
	})
}

// giveRole enters somebody in the role of the system administrators from today, where he
// does not have it.
func (h *house) giveRole(ctx context.Context, person, reason string) error {
	actor := ismskit.System(operator)
	roles, err := h.kit.People().Roles(ctx, actor)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(roles, func(v ismskit.RoleView) bool { return v.Module+"/"+v.Key == roleSystem.name() && v.Agency == "" })
	if i < 0 {
		return errNoSystem
	}
	if slices.ContainsFunc(roles[i].Members, func(m ismskit.RoleMember) bool { return m.Current && m.Holder.Person == person }) {
		return nil
	}
	row, _, err := h.kit.Registers().Get(ctx, actor, register.Roles, roles[i].Row)
	if err != nil {
		return err
	}
	values, err := h.kit.Registers().Fields(ctx, actor, row)
	if err != nil {
		return err
	}
	values = values.Clone()
	members, _ := values["members"].([]forms.Row)
	values["members"] = append(slices.Clone(members), forms.Row{
		"person": forms.Ref{List: "register/" + register.People, ID: person},
		"from":   calendar.DateOf(h.now()().In(time.FixedZone("Asia/Taipei", 8*3600))), "basis": reason,
	})
	_, err = h.kit.Registers().Put(ctx, actor, ismskit.RowChange{List: register.Roles, ID: row.ID, Seen: row.Revision, Values: values, Reason: reason})
	return err
}
