package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// managing are the roles, as "module/role", whose people may change who has a role.
func (k *Kit) managing() []string {
	out := slices.Clone(k.cfg.Rights.ManagePeople)
	if l, ok := k.lists.List(register.Roles); ok {
		for _, r := range l.Owner.Roles {
			if name := r.Module + "/" + r.Role; !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// decidesManagers says whether a change of a row may leave somebody, or nobody, who
// manages people and roles. Who does is read from the lists only with HouseDirectory.
func (k *Kit) decidesManagers(old, row register.Row) (bool, error) {
	if _, ok := k.directory.(HouseDirectory); !ok {
		return false, nil
	}
	switch row.List {
	case register.People:
		return old.Revision > 0 && !(old.From.Equal(row.From) && old.To.Equal(row.To)), nil
	case register.Posts, register.Units:
		if old.Revision == 0 {
			return false, nil
		}
		changed, err := k.lists.Diff(old, row)
		return slices.ContainsFunc(changed, func(c forms.Change) bool { return !slices.Contains(wording, c.Path) }), err
	case register.Roles: // a new row too: it may stand before one of the same name
		for _, r := range []register.Row{old, row} {
			if r.Revision == 0 {
				continue
			}
			cells, err := k.lists.Cells(r)
			if err != nil {
				return false, err
			}
			if slices.Contains(k.managing(), cells.Text("module")+"/"+cells.Text("key")) {
				return true, nil
			}
		}
	}
	return false, nil
}

// wording are the fields of posts and units that say nothing of who holds or heads them.
var wording = []string{"title", "title_en", "name", "name_en", "short", "short_en", "basis", "note"}

// gap is a time in which nobody could change people and roles; zero: there is none.
type gap struct {
	from  time.Time
	roles forms.Text // whose people could
}

// around writes a change of lists, and gives the house as it is without it and with it; nil
// where the Directory reads other lists. One such change is made at a time.
func (k *Kit) around(ctx context.Context, tx Tx, write func() error) (before, after *directory.Directory, err error) {
	house, ok := k.directory.(HouseDirectory)
	if !ok {
		return nil, nil, write()
	}
	if err := alone(ctx, tx, aloneManagers); err != nil {
		return nil, nil, err
	}
	if before, err = house.Directory.In(listsOf{tx}).Still(ctx); err != nil {
		return nil, nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	if err := write(); err != nil {
		return nil, nil, err
	}
	if after, err = before.In(listsOf{tx}).Still(ctx); err != nil {
		return nil, nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	return before, after, nil
}

// emptied finds the moment from which nobody of the house has any of some roles, though
// somebody would have without a change; zero where there is none. It asks who has them at
// their own ends only, not at those of the whole house. Before and after count those for
// whom their function is true.
func emptied(ctx context.Context, before, after house, at time.Time, roles []directory.Question) (time.Time, error) {
	ends, err := after.Ends(ctx, at, roles)
	if err != nil {
		return time.Time{}, fmt.Errorf("ismskit: directory: %w", err)
	}
	for _, t := range append([]time.Time{at}, ends...) {
		left, err := held(ctx, after, roles, t)
		if err != nil {
			return time.Time{}, err
		}
		if left {
			continue
		}
		was, err := held(ctx, before, roles, t)
		if err != nil || was {
			return t, err
		}
	}
	return time.Time{}, nil
}

// house is the house as the lists have it, with who of it counts; nil: everybody.
type house struct {
	*directory.Directory
	counts func(person string) bool
}

// held says whether somebody of the house, who counts, has one of some roles at a moment.
func held(ctx context.Context, d house, roles []directory.Question, at time.Time) (bool, error) {
	questions := slices.Clone(roles)
	for i := range questions {
		questions[i].At = at
	}
	answers, err := d.Resolve(ctx, questions)
	if err != nil {
		return false, fmt.Errorf("ismskit: directory: %w", err)
	}
	return slices.ContainsFunc(answers, func(a directory.Answer) bool {
		return slices.ContainsFunc(a.Holders, func(h directory.Holder) bool { return !h.External && (d.counts == nil || d.counts(h.Person)) })
	}), nil
}

// staysManaged finds the gap that a change makes, in which nobody would be left to mend it.
func (k *Kit) staysManaged(ctx context.Context, before, after house, at time.Time) (gap, error) {
	var roles []directory.Question
	for _, role := range k.managing() {
		module, key, _ := strings.Cut(role, "/")
		roles = append(roles, directory.Question{ID: role, Kind: directory.KindRole, Module: module, Role: key})
	}
	from, err := emptied(ctx, before, after, at, roles)
	if err != nil || from.IsZero() {
		return gap{}, err
	}
	names, err := k.managers(ctx, before.Directory)
	return gap{from: from, roles: names}, err
}

// staysHeld is RoleEmptied where a change of a role leaves it to nobody.
func (k *Kit) staysHeld(ctx context.Context, before, after *directory.Directory, row register.Row, at time.Time) error {
	cells, err := k.lists.Cells(row)
	if err != nil {
		return err
	}
	role := directory.Question{ID: row.ID, Kind: directory.KindRole, Module: cells.Text("module"), Role: cells.Text("key"), Agency: cells.ID("agency")}
	from, err := emptied(ctx, house{before, nil}, house{after, nil}, at, []directory.Question{role})
	if err == nil && !from.IsZero() {
		err = &RoleEmptied{From: from, Steps: k.lacking(role.Module, role.Role, role.Agency)}
	}
	return err
}

// fault says that nobody would be left, and what to do first.
func (g gap) fault(k *Kit) forms.Fault {
	code := "managers.none"
	if k.cfg.SignsIn != nil {
		code = "managers.none_in"
	}
	return forms.Fault{Field: "to", Code: "managers.none", Text: sayAll(code, func(lang string) map[string]string {
		day := calendar.DateOf(g.from.In(k.location))
		return map[string]string{"day": forms.Locale{Lang: lang, Location: k.location}.Day(day), "roles": g.roles.In(lang)}
	})}
}

// unmanaged refuses a change of a row that leaves a gap, at the field that makes it so.
func (k *Kit) unmanaged(g gap, old, row register.Row) (err error) {
	f := g.fault(k)
	table := map[string]string{register.Roles: "members", register.Posts: "holders"}[row.List]
	renamed, err := k.renamed(old, row)
	if err != nil {
		return err
	}
	if renamed != "" {
		f.Field = renamed
	} else if table != "" && old.To.Equal(row.To) {
		if f.Field, f.Row, f.RowID, err = k.endedIn(old, row, table); err != nil {
			return err
		}
	} else if row.List == register.Units && old.To.Equal(row.To) {
		f.Field = "head"
	}
	return forms.Invalid{f}
}

// renamed is what of a role's name changed, so that it is another one; "" for nothing.
func (k *Kit) renamed(old, row register.Row) (string, error) {
	if row.List != register.Roles || old.Revision == 0 {
		return "", nil
	}
	changed, err := k.lists.Diff(old, row)
	i := slices.IndexFunc(changed, func(c forms.Change) bool { return slices.Contains([]string{"module", "key", "agency"}, c.Path) })
	if i < 0 {
		return "", err
	}
	return changed[i].Path, err
}

// endedIn is where a table has an earlier end than before; the table itself where a row of
// it was taken out.
func (k *Kit) endedIn(old, row register.Row, table string) (field string, n int, id string, err error) {
	before, err := k.lists.Values(old)
	if err != nil {
		return "", 0, "", err
	}
	after, err := k.lists.Values(row)
	if err != nil {
		return "", 0, "", err
	}
	rows, _ := after[table].([]forms.Row)
	for i, r := range rows {
		id, _ := r[forms.RowID].(string)
		if was, n := before.RowByID(table, id); n > 0 && was["to"] != r["to"] {
			return table + ".to", i + 1, id, nil
		}
	}
	return table, 0, "", nil
}

// managers are what the roles are called whose people manage people and roles.
func (k *Kit) managers(ctx context.Context, d *directory.Directory) (forms.Text, error) {
	out := forms.Text{}
	roles, err := d.AllRoles(ctx)
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	names := map[string][]string{}
	for _, name := range k.managing() {
		for _, r := range roles {
			if r.Module+"/"+r.Key != name {
				continue
			}
			for _, lang := range languages {
				title := r.Title
				if lang == "en" && r.TitleEN != "" {
					title = r.TitleEN
				}
				if called := say(lang, "managers.role", map[string]string{"role": title}); !slices.Contains(names[lang], called) {
					names[lang] = append(names[lang], called)
				}
			}
		}
	}
	for lang, all := range names {
		out[lang] = strings.Join(all, say(lang, "managers.or", nil))
	}
	return out, nil
}

// listsOf lets a directory read what a transaction sees.
type listsOf struct{ tx Tx }

func (l listsOf) View(ctx context.Context, fn func(ctx context.Context, lists register.Store) error) error {
	return fn(ctx, l.tx.Registers())
}

// staysIn refuses what is done to a login where nobody would be left to mend it: as if it
// were disabled nobody who manages people and roles can sign in, and with it somebody can.
// The same is then asked of those who can sign in once it is done; the house is as it was.
func (k *Kit) staysIn(ctx context.Context, login string) (Left, error) {
	lists, ok := k.directory.(HouseDirectory)
	if !ok || k.cfg.SignsIn == nil {
		return func([]string) error { return nil }, nil
	}
	still, err := lists.Still(ctx)
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	with, err := k.letIn(ctx, "")
	if err != nil {
		return nil, err
	}
	without, err := k.cfg.SignsIn(ctx, login)
	if err != nil {
		return nil, fmt.Errorf("ismskit: who signs in: %w", err)
	}
	left := func(signsIn []string) error {
		in := house{still, func(person string) bool { return slices.Contains(signsIn, person) }}
		g, err := k.staysManaged(ctx, house{still, with}, in, k.moment())
		if err != nil || g.from.IsZero() {
			return err
		}
		f := g.fault(k)
		f.Field = "login"
		return forms.Invalid{f}
	}
	return left, left(without)
}
