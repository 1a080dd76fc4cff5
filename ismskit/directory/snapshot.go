package directory

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
)

// row is a list's row, decoded.
type row struct {
	register.Row
	register.Cells
}

// table is a list as it was read, with the stamp it had then.
type table struct {
	stamp int64
	rows  []row // by ID
}

// snapshot is everything the directory knows. It never changes.
type snapshot struct {
	stamp  int64
	tables map[string]table
	office *time.Location

	people  map[string]Person
	units   map[string]Unit
	posts   map[string]Post
	roles   []Role
	entries []entry // deputies, by ID

	postsOf   map[string][]string // person → posts he holds or held
	postsIn   map[string][]string // unit → its posts
	beneath   map[string][]string // unit → units whose parent it is
	takenOver map[string][]string // unit → units that name it as a successor
	byLogin   map[string]string
	entriesOf map[string][]int // principal → places in entries
	entriesBy map[string][]int // deputy → places in entries
}

// coreLists are the lists a snapshot is made of.
func coreLists() []string {
	return []string{register.Units, register.Posts, register.People, register.Externals, register.Offices, register.Roles, register.Deputies}
}

// read makes a snapshot; lists whose stamp is that of old are taken from it.
func read(ctx context.Context, store register.Store, lists *register.Registry, keys []string, old *snapshot) (*snapshot, error) {
	stamp, err := store.Stamp(ctx, keys...)
	if err != nil {
		return nil, err
	}
	if old != nil && old.stamp == stamp {
		return old, nil
	}
	s := &snapshot{stamp: stamp, tables: map[string]table{}, office: lists.Location()}
	for _, key := range keys {
		if s.tables[key], err = readTable(ctx, store, lists, key, old); err != nil {
			return nil, err
		}
	}
	s.build()
	return s, nil
}

func readTable(ctx context.Context, store register.Store, lists *register.Registry, key string, old *snapshot) (table, error) {
	stamp, err := store.Stamp(ctx, key)
	if err != nil {
		return table{}, err
	}
	if old != nil && old.tables[key].stamp == stamp {
		return old.tables[key], nil
	}
	stored, err := store.Rows(ctx, register.Query{List: key})
	if err != nil {
		return table{}, err
	}
	t := table{stamp: stamp, rows: make([]row, len(stored))}
	for i, r := range stored {
		cells, err := lists.Cells(r)
		if err != nil {
			return table{}, err
		}
		t.rows[i] = row{r, cells}
	}
	return t, nil
}

func (s *snapshot) build() {
	s.people, s.units, s.posts = map[string]Person{}, map[string]Unit{}, map[string]Post{}
	s.postsOf, s.postsIn, s.beneath = map[string][]string{}, map[string][]string{}, map[string][]string{}
	s.takenOver = map[string][]string{}
	s.byLogin, s.entriesOf, s.entriesBy = map[string]string{}, map[string][]int{}, map[string][]int{}
	offices := map[string]string{}
	for _, r := range s.tables[register.Offices].rows {
		offices[r.ID()] = r.Text("name")
	}
	for _, r := range s.tables[register.Externals].rows {
		s.people[r.ID()] = external(r, offices)
	}
	for _, r := range s.tables[register.People].rows {
		p := Person{ID: r.ID(), Name: r.Text("name"), NameEN: r.Text("name_en"), Login: r.Text("login"), Email: r.Text("email"),
			Phone: r.Text("phone"), Note: r.Text("note"), Post: r.Cells.ID("post"), Unit: r.Cells.ID("unit"), From: r.From, To: r.To}
		s.people[p.ID] = p
		if p.Login != "" {
			s.byLogin[strings.ToLower(p.Login)] = p.ID
		}
	}
	s.buildUnits()
	s.buildRoles()
	s.buildEntries()
}

// ID is the row's; the cells' ID reads a field.
func (r row) ID() string { return r.Row.ID }

// Text is a field's; the row's is what it is found by.
func (r row) Text(key string) string { return r.Cells.Text(key) }

func external(r row, offices map[string]string) Person {
	p := Person{ID: r.ID(), Name: r.Text("name"), NameEN: r.Text("name_en"), Email: r.Text("email"), Phone: r.Text("phone"),
		Note: r.Text("note"), Unit: r.Cells.ID("org"), Org: r.Text("org_name"), External: true, From: r.From, To: r.To}
	if name := offices[p.Unit]; name != "" {
		p.Org = name
	}
	return p
}

func (s *snapshot) buildUnits() {
	for _, r := range s.tables[register.Units].rows {
		u := Unit{ID: r.ID(), Name: r.Text("name"), NameEN: r.Text("name_en"), Short: r.Text("short"), Kind: r.Text("kind"),
			Parent: r.Cells.ID("parent"), Head: r.Cells.ID("head"), Fallback: r.Cells.ID("fallback_unit"),
			Successors: r.IDs("successors"), From: r.From, To: r.To}
		s.units[u.ID] = u
		s.beneath[u.Parent] = append(s.beneath[u.Parent], u.ID)
		for _, next := range u.Successors {
			s.takenOver[next] = append(s.takenOver[next], u.ID)
		}
	}
	for _, r := range s.tables[register.Posts].rows {
		p := Post{ID: r.ID(), Title: r.Text("title"), TitleEN: r.Text("title_en"), Unit: r.Cells.ID("unit"), Superior: r.Cells.ID("superior"),
			Head: r.Flag("head"), Concurrent: r.Flag("concurrent"), Holders: s.tenures(r.Cells.Rows("holders")),
			Successors: r.IDs("successors"), From: r.From, To: r.To}
		s.posts[p.ID] = p
		s.postsIn[p.Unit] = append(s.postsIn[p.Unit], p.ID)
		for _, t := range p.Holders {
			if !slices.Contains(s.postsOf[t.Person], p.ID) {
				s.postsOf[t.Person] = append(s.postsOf[t.Person], p.ID)
			}
		}
	}
}

func (s *snapshot) buildRoles() {
	for _, r := range s.tables[register.Roles].rows {
		s.roles = append(s.roles, Role{Row: r.ID(), Module: r.Text("module"), Key: r.Text("key"), Title: r.Text("title"),
			TitleEN: r.Text("title_en"), Agency: r.Cells.ID("agency"), Members: s.tenures(r.Cells.Rows("members")), Units: r.IDs("units"), ManagedBy: r.IDs("managed_by")})
	}
}

func (s *snapshot) tenures(rows []register.Cells) []Tenure {
	out := make([]Tenure, len(rows))
	for i, c := range rows {
		out[i] = Tenure{Person: c.ID("person"), Post: c.ID("post"), Basis: c.Text("basis")}
		out[i].From, out[i].To = c.Span("from", "to", s.office)
	}
	return out
}

func (s *snapshot) buildEntries() {
	for i, r := range s.tables[register.Deputies].rows {
		e := entry{id: r.ID(), principal: r.Cells.ID("principal"), ordered: r.IDs("ordered"), from: r.From, to: r.To,
			standing: r.From.IsZero(), reason: r.Text("reason"),
			conflict: Conflict{When: r.Text("conflict_when"), Unit: r.Cells.ID("conflict_unit"), Text: r.Text("conflict_text")}}
		e.limits.Text = r.Text("scope_text")
		into := map[string]*[]string{"module": &e.limits.Modules, "form": &e.limits.Forms, "system": &e.limits.Systems,
			"role": &e.limits.Roles, "level": &e.limits.Levels, "not_step": &e.limits.NotKinds}
		for _, limit := range r.Cells.Rows("limits") {
			if list, known := into[limit.Text("what")]; known {
				*list = append(*list, limit.Text("key"))
			}
		}
		s.entries = append(s.entries, e)
		s.entriesOf[e.principal] = append(s.entriesOf[e.principal], i)
		for _, d := range e.ordered {
			s.entriesBy[d] = append(s.entriesBy[d], i)
		}
	}
}

// unitsSorted returns all units by id.
func (s *snapshot) unitsSorted() []string { return slices.Sorted(maps.Keys(s.units)) }
