package ismskit

import (
	"context"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// HouseDirectory is the default Directory: people, units, posts, roles and
// deputies as they stand in the Store's living lists.
type HouseDirectory struct{ *directory.Directory }

// DirectoryIn reads the directory from a Store's lists.
func DirectoryIn(store Store, lists *register.Registry, now func() time.Time) HouseDirectory {
	return HouseDirectory{directory.New(listRows{store}, lists, directory.Options{Now: now})}
}

// listRows lets the directory read a Store.
type listRows struct{ store Store }

func (r listRows) View(ctx context.Context, fn func(ctx context.Context, lists register.Store) error) error {
	return r.store.View(ctx, func(ctx context.Context, tx Tx) error { return fn(ctx, tx.Registers()) })
}

// In reads through another Store, such as a joined transaction.
func (h HouseDirectory) In(store Store) Directory {
	return HouseDirectory{h.Directory.In(listRows{store})}
}

// Membership implements Memberships.
func (h HouseDirectory) Membership(ctx context.Context, person string, at time.Time) (directory.Membership, error) {
	return h.Directory.Membership(ctx, person, at)
}

// forget makes the next question see what has just been committed.
func (k *Kit) forget() {
	k.office.forget()
	k.kinds.forget()
	k.scale.forget()
	if h, ok := k.directory.(interface{ Forget() }); ok {
		h.Forget()
	}
}

// People are the people of the house, their roles and deputies.
type People struct{ k *Kit }

// Profile is a person as a page greets him.
type Profile struct {
	directory.Holder
	Membership directory.Membership
	Acting     []directory.Principal // for whom he acts now
	Rights     map[string]bool       // which of Config.Rights he has, by name
	// Leads says that he may ask for the tasks of others too (TodoFilter.Everybody).
	Leads bool
	// TriesOut says that he may ask for a Types.DryRun.
	TriesOut bool
	// ClosesOffices says that he may enter days on which offices are closed.
	ClosesOffices bool
	// Audits says that he may look at the evidence of the whole house.
	Audits bool
	// Matters are the modules and forms that a deputy may be confined to (Absence.Limits).
	Matters []DeputyMatter
}

// Me returns the actor's own profile; ErrNotInOffice for somebody who has left or has not
// come yet, ErrForbidden for somebody whom the house has never known.
func (p People) Me(ctx context.Context, actor Actor) (Profile, error) {
	p.k = p.k.once()
	k, now := p.k, p.k.moment()
	answers, err := k.resolve(ctx, []directory.Question{
		{ID: "me", Kind: directory.KindPersonActive, Person: actor.Person, At: now},
		{ID: "known", Kind: directory.KindPerson, Person: actor.Person, At: now},
	})
	switch {
	case err != nil:
		return Profile{}, err
	case len(answers[1].Holders) == 0:
		return Profile{}, ErrForbidden
	case len(answers[0].Holders) == 0:
		return Profile{}, ErrNotInOffice
	}
	me := Profile{Holder: answers[0].Holders[0], Rights: map[string]bool{}, Matters: k.matters()}
	if port, ok := k.directory.(Memberships); ok {
		if me.Membership, err = port.Membership(ctx, actor.Person, now); err != nil {
			return Profile{}, err
		}
	}
	if port, ok := k.directory.(Deputising); ok {
		if me.Acting, err = port.ActingFor(ctx, actor.Person, now); err != nil {
			return Profile{}, err
		}
	}
	for name, roles := range k.cfg.Rights.byName() {
		has, err := k.hasRole(ctx, actor.Person, roles)
		if err != nil {
			return Profile{}, err
		}
		me.Rights[name] = has
	}
	me.Leads = leads(me.Rights["overview"], me.Membership.Heads)
	if me.TriesOut, err = k.hasRole(ctx, actor.Person, Types{k}.tryingOut()); err != nil {
		return Profile{}, err
	}
	if me.ClosesOffices, err = k.Closures().May(ctx, actor); err != nil {
		return Profile{}, err
	}
	me.Audits, err = k.hasRole(ctx, actor.Person, Evidence{k}.auditing())
	return me, err
}

func (r Rights) byName() map[string][]string {
	return map[string][]string{
		"read_all": r.ReadAll, "overview": r.Overview, "manage_people": r.ManagePeople, "manage_lists": r.ManageLists,
		"manage_docs": r.ManageDocs, "manage_queue": r.ManageQueue, "manage_records": r.ManageRecords, "manage_types": r.ManageTypes,
	}
}

// Search finds people by name, login or unit, for a picker.
func (p People) Search(ctx context.Context, actor Actor, text string, limit int) ([]directory.Holder, error) {
	p.k = p.k.once()
	if _, err := p.k.person(ctx, actor.Person, p.k.moment()); err != nil && !actor.system {
		return nil, err
	}
	port, ok := p.k.directory.(Searcher)
	if !ok {
		return nil, nil
	}
	return port.Search(ctx, text, limit)
}

func peopleRef(id string) forms.Ref { return forms.Ref{List: "register/" + register.People, ID: id} }

// Deputies lists the entries of the list of deputies that concern a principal,
// or all of them for "".
func (p People) Deputies(ctx context.Context, actor Actor, principal string) ([]register.Row, error) {
	p.k = p.k.once()
	q := register.Query{List: register.Deputies}
	if principal != "" {
		q.Keys = []string{register.Key("principal", principal)}
	}
	return p.k.Registers().Rows(ctx, actor, q)
}
