package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Roster is implemented by a Directory that can list the house; the pages of
// people, units and roles need it. HouseDirectory has it.
type Roster interface {
	Units(ctx context.Context, at time.Time) ([]directory.Unit, error)
	Unit(ctx context.Context, id string) (directory.Unit, bool, error)
	HeadOf(ctx context.Context, unit string, at time.Time) ([]directory.Holder, directory.Reason, error)
	PeopleOf(ctx context.Context, unit string, at time.Time) ([]directory.Holder, error)
	Person(ctx context.Context, id string) (directory.Person, bool, error)
	PostsOf(ctx context.Context, person string, at time.Time) ([]directory.Holder, error)
	Roles(ctx context.Context, person string, at time.Time) ([]directory.Role, error)
	AllRoles(ctx context.Context) ([]directory.Role, error)
}

// Former is implemented by a Directory that remembers units which have ended: what is still
// theirs is counted, and passes on, as the unit's own was. HouseDirectory has it.
type Former interface {
	FormerUnits(ctx context.Context, at time.Time) ([]directory.Unit, error)
}

// allUnits are the units in force and those that have ended, nil where the directory lists
// none.
func (k *Kit) allUnits(ctx context.Context, at time.Time) ([]directory.Unit, error) {
	port, ok := k.directory.(Roster)
	if !ok {
		return nil, nil
	}
	units, err := port.Units(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	if port, ok := k.directory.(Former); ok {
		former, err := port.FormerUnits(ctx, at)
		if err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		units = append(slices.Clone(units), former...)
	}
	return units, nil
}

// roster is the directory's list of the house, for somebody of the house;
// ErrNotFound where the directory cannot list.
func (p People) roster(ctx context.Context, actor Actor) (Roster, time.Time, error) {
	now := p.k.moment()
	if !actor.system {
		if _, err := p.k.person(ctx, actor.Person, now); err != nil {
			return nil, now, err
		}
	}
	port, ok := p.k.directory.(Roster)
	if !ok {
		return nil, now, ErrNotFound
	}
	return port, now, nil
}

// UnitView is a unit in the tree of the house.
type UnitView struct {
	directory.Unit
	Depth int // 0 for the top
	// Heads are its own head, or whoever decides in his place; Why says so then.
	Heads  []directory.Holder
	Why    directory.Reason
	People []directory.Holder // the head among them, if he works here
	// Beside are, by person, the posts that one of People holds besides the one he is
	// named by: a flow may come to him through any of them.
	Beside map[string][]directory.Holder
}

// Units returns the house as a tree, each unit before those beneath it.
func (p People) Units(ctx context.Context, actor Actor) ([]UnitView, error) {
	p.k = p.k.once()
	port, now, err := p.roster(ctx, actor)
	if err != nil {
		return nil, err
	}
	units, err := port.Units(ctx, now)
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	below := map[string][]directory.Unit{}
	known := map[string]bool{}
	for _, u := range units {
		known[u.ID] = true
	}
	for _, u := range units {
		parent := u.Parent
		for seen := map[string]bool{}; parent != "" && !known[parent] && !seen[parent]; { // it has ended
			seen[parent] = true
			above, _, err := port.Unit(ctx, parent)
			if err != nil {
				return nil, fmt.Errorf("ismskit: directory: %w", err)
			}
			parent = takenOverBy(above, known)
		}
		if !known[parent] || parent == u.ID {
			parent = ""
		}
		below[parent] = append(below[parent], u)
	}
	var out []UnitView
	var walk func(parent string, depth int) error
	walk = func(parent string, depth int) error {
		children := below[parent]
		delete(below, parent) // a ring in the list ends here
		for _, u := range children {
			v := UnitView{Unit: u, Depth: depth}
			if v.Heads, v.Why, err = port.HeadOf(ctx, u.ID, now); err != nil {
				return err
			}
			if v.People, err = port.PeopleOf(ctx, u.ID, now); err != nil {
				return err
			}
			for _, h := range v.People {
				posts, err := port.PostsOf(ctx, h.Person, now)
				if err != nil {
					return err
				}
				posts = slices.DeleteFunc(posts, func(other directory.Holder) bool { return other.Post == h.Post })
				if len(posts) > 0 {
					if v.Beside == nil {
						v.Beside = map[string][]directory.Holder{}
					}
					v.Beside[h.Person] = posts
				}
			}
			out = append(out, v)
			if err := walk(u.ID, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk("", 0); err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	return out, nil
}

// takenOverBy is a unit that has taken over one that has ended: one in force, else any.
func takenOverBy(u directory.Unit, inForce map[string]bool) string {
	if i := slices.IndexFunc(u.Successors, func(next string) bool { return inForce[next] }); i >= 0 {
		return u.Successors[i]
	}
	if len(u.Successors) > 0 {
		return u.Successors[0]
	}
	return ""
}

// PersonView is a person of the house with everything he is.
type PersonView struct {
	directory.Person
	InHouse  bool // now
	Posts    []directory.Holder
	Tenures  []TenureView // all posts he held or holds, newest first
	Roles    []directory.Role
	Heads    []directory.Unit // units he heads, with those beneath and those taken over
	Systems  []SystemPart
	Absences []AbsenceView
}

// TenureView is a post somebody held for a time.
type TenureView struct {
	Post    string
	Title   string
	TitleEN string
	Unit    directory.Unit
	Tenure  directory.Tenure
	Current bool
}

// SystemPart says what somebody is for an application system.
type SystemPart struct {
	ID, Name string
	As       string // "owner", "admins", "backup_admins"
}

// Get returns a person; ErrNotFound.
func (p People) Get(ctx context.Context, actor Actor, id string) (PersonView, error) {
	p.k = p.k.once()
	port, now, err := p.roster(ctx, actor)
	if err != nil {
		return PersonView{}, err
	}
	person, found, err := port.Person(ctx, id)
	if err != nil {
		return PersonView{}, fmt.Errorf("ismskit: directory: %w", err)
	}
	if !found {
		return PersonView{}, ErrNotFound
	}
	if person, err = p.told(ctx, actor, person); err != nil {
		return PersonView{}, err
	}
	v := PersonView{Person: person, InHouse: !person.External && person.Active(now)}
	if v.Posts, err = port.PostsOf(ctx, id, now); err != nil {
		return PersonView{}, fmt.Errorf("ismskit: directory: %w", err)
	}
	if v.Roles, err = port.Roles(ctx, id, now); err != nil {
		return PersonView{}, fmt.Errorf("ismskit: directory: %w", err)
	}
	if members, ok := p.k.directory.(Memberships); ok {
		m, err := members.Membership(ctx, id, now)
		if err != nil {
			return PersonView{}, fmt.Errorf("ismskit: directory: %w", err)
		}
		for _, unit := range m.Heads {
			if u, found, err := port.Unit(ctx, unit); err != nil {
				return PersonView{}, fmt.Errorf("ismskit: directory: %w", err)
			} else if found {
				v.Heads = append(v.Heads, u)
			}
		}
	}
	if v.Tenures, err = p.tenures(ctx, port, id, now); err != nil {
		return PersonView{}, err
	}
	if v.Systems, err = p.systems(ctx, id, now); err != nil {
		return PersonView{}, err
	}
	all, err := p.Absences(ctx, actor, id)
	v.Absences = slices.DeleteFunc(all, func(a AbsenceView) bool { return a.State.Over() })
	return v, err
}

// told leaves out of a person what is for those who keep the list he stands in.
func (p People) told(ctx context.Context, actor Actor, person directory.Person) (directory.Person, error) {
	list := register.People
	if person.External {
		list = register.Externals
	}
	s, err := p.k.Registers().sightOf(ctx, actor, list)
	if err != nil || s.whole {
		return person, err
	}
	row, err := p.k.Registers().stored(ctx, list, person.ID)
	if err != nil {
		return directory.Person{}, err
	}
	return s.told(person, row)
}

// tenures are the posts that name somebody among their holders, newest first.
func (p People) tenures(ctx context.Context, port Roster, person string, now time.Time) ([]TenureView, error) {
	rows, err := p.rows(ctx, register.Query{List: register.Posts, Keys: []string{register.Key("holders.person", person)}})
	if err != nil {
		return nil, err
	}
	var out []TenureView
	for _, row := range rows {
		cells, err := p.k.lists.Cells(row)
		if err != nil {
			return nil, err
		}
		unit, _, err := port.Unit(ctx, cells.ID("unit"))
		if err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		for _, h := range cells.Rows("holders") {
			if h.ID("person") != person {
				continue
			}
			t := directory.Tenure{Person: person, Post: row.ID, Basis: h.Text("basis")}
			t.From, t.To = h.Span("from", "to", p.k.location)
			out = append(out, TenureView{
				Post: row.ID, Title: cells.Text("title"), TitleEN: cells.Text("title_en"), Unit: unit, Tenure: t,
				Current: row.InForce(now) && inForce(t, now),
			})
			if t.To.IsZero() && !row.To.IsZero() {
				out[len(out)-1].Tenure.To = row.To
			}
		}
	}
	slices.SortStableFunc(out, func(a, b TenureView) int {
		if a.Current != b.Current {
			if a.Current {
				return -1
			}
			return 1
		}
		return b.Tenure.From.Compare(a.Tenure.From)
	})
	return out, nil
}

func inForce(t directory.Tenure, at time.Time) bool {
	return (t.From.IsZero() || !at.Before(t.From)) && (t.To.IsZero() || at.Before(t.To))
}

// systems are the application systems that name somebody.
func (p People) systems(ctx context.Context, person string, now time.Time) ([]SystemPart, error) {
	parts := []string{"owner", "admins", "backup_admins"}
	var keys []string
	for _, part := range parts {
		keys = append(keys, register.Key(part, person))
	}
	rows, err := p.rows(ctx, register.Query{List: register.Systems, Keys: keys, At: now})
	if err != nil {
		return nil, err
	}
	var out []SystemPart
	for _, row := range rows {
		name, err := p.k.lists.Title(row, p.k.cfg.Lang)
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			if slices.Contains(row.Keys, register.Key(part, person)) {
				out = append(out, SystemPart{ID: row.ID, Name: name, As: part})
			}
		}
	}
	return out, nil
}

func (p People) rows(ctx context.Context, q register.Query) ([]register.Row, error) {
	var out []register.Row
	err := p.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Registers().Rows(ctx, q)
		out = rows
		return err
	})
	return out, err
}

// MayManage says whether the actor may change people, units, posts and roles.
func (p People) MayManage(ctx context.Context, actor Actor) (bool, error) {
	p.k = p.k.once()
	err := p.k.allow(ctx, actor, p.k.cfg.Rights.ManagePeople)
	if errors.Is(err, ErrForbidden) {
		return false, nil
	}
	return err == nil, err
}
