package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// rolesPage is the model of roles.html.
type rolesPage struct {
	Modules []moduleGroup
	In      moduleHome // zero for those of the whole house
}

// moduleHome is a module that has a page of its own for its roles (B1.1).
type moduleHome struct{ Key, Name, Href string }

// moduleHomes are the pages on which modules have their roles, by the module.
var moduleHomes = map[string]string{"documents": "/documents", "records": "/records"}

// Roles is the address of the page of roles.
func (m moduleHome) Roles() string { return m.Href + "/roles" }

// Role is the address of one of them. Of a module it is asked for by what it is called, since
// what stands behind /documents/ is a document.
func (m moduleHome) Role(id string) string {
	if m.Key == "" {
		return "/roles/" + id
	}
	return address(m.Roles(), "role", id)
}

func (p *Pages) moduleHome(r *http.Request, module string) moduleHome {
	if module == "" {
		return moduleHome{}
	}
	return moduleHome{Key: module, Name: p.moduleName(r, module), Href: moduleHomes[module]}
}

// moduleRoles are the pages of a module's roles: all of them, or the one that is asked for.
func (p *Pages) moduleRoles(module string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.SetPathValue("module", module)
		id := r.URL.Query().Get("role")
		r.SetPathValue("id", id)
		switch {
		case r.Method == http.MethodPost:
			p.changeRole(w, r)
		case id != "":
			p.role(w, r)
		default:
			p.roles(w, r)
		}
	}
}

type moduleGroup struct {
	Key, Name string
	Roles     []roleLine
}

// roleLine is a role in a list.
type roleLine struct {
	ID, Module, Title string
	Agency            string
	Members           []memberLine
	Units             []string
	Empty             bool     // nobody has it now
	SetBy             []string // roles whose people set the members
	MayChange         bool
}

// memberLine is somebody in a role for a time.
type memberLine struct {
	Row      string // identity in the list's table, for a change
	Person   personLine
	Post     string // he is it as the holder of a post
	From, To calendar.Date
	Basis    string
	Current  bool
	Coming   bool
	Vacant   bool
}

func (p *Pages) moduleName(r *http.Request, module string) string {
	return ismskit.ModuleTitle(module, p.lang(r))
}

func (p *Pages) roleLine(r *http.Request, v ismskit.RoleView) roleLine {
	line := roleLine{MayChange: v.MayChange, ID: v.Row, Module: p.moduleName(r, v.Module), Title: p.named(r, v.Title, v.TitleEN), Agency: p.called(r, v.AgencyName), Empty: v.Vacant}
	for _, m := range v.Members {
		member := memberLine{
			Person: p.personOf(r, m.Holder), From: p.day(m.From), To: lastDay(m.To, p.location), Basis: m.Basis, Current: m.Current,
			Coming: !m.Current && m.From.After(p.now()), Vacant: m.Holder.Person == "",
		}
		if m.Person == "" {
			member.Post = p.called(r, m.Holder.PostTitle)
			if member.Post == "" {
				member.Post = m.Post
			}
		}
		line.Members = append(line.Members, member)
	}
	for _, by := range v.SetBy {
		line.SetBy = append(line.SetBy, p.named(r, by.Title, by.TitleEN))
	}
	for _, u := range v.Units {
		line.Units = append(line.Units, p.named(r, u.Name, u.NameEN))
	}
	return line
}

func (p *Pages) roles(w http.ResponseWriter, r *http.Request) {
	roles, err := p.kit.People().Roles(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := rolesPage{In: p.moduleHome(r, r.PathValue("module"))}
	for _, v := range roles {
		if page.In.Key != "" && v.Module != page.In.Key {
			continue
		}
		if n := len(page.Modules); n == 0 || page.Modules[n-1].Key != v.Module {
			page.Modules = append(page.Modules, moduleGroup{Key: v.Module, Name: p.moduleName(r, v.Module)})
		}
		group := &page.Modules[len(page.Modules)-1]
		group.Roles = append(group.Roles, p.roleLine(r, v))
	}
	p.page(w, r, "roles", page)
}

// rolePage is the model of roles_role.html.
type rolePage struct {
	roleLine
	In       moduleHome // zero for a role of the whole house
	Revision int64
	Person   *fieldView // who is to be added
	History  []ismskit.RowRevision
	Changed  bool     // by somebody else meanwhile
	Empties  bool     // what was asked for leaves the role to nobody, and is to be confirmed
	Emptied  []string // what has nobody then
	Posted   map[string]string
	Faults   []faultLink
	Wrong    map[string]string
	people   forms.Posted // what was typed for the person
	pick     map[string][]option

	// Who had the role on a day that was asked for: zero where none was.
	On   calendar.Date
	Held []heldLine
}

// Ending is what a confirmation holds for: this member and this day, not others chosen since.
func (page rolePage) Ending() string {
	return strings.TrimSpace(page.Posted["row"] + page.Posted["member"] + " " + page.Posted["last_day"])
}

// AnyComing says whether somebody is on the list who has not begun.
func (l roleLine) AnyComing() bool {
	return slices.ContainsFunc(l.Members, func(m memberLine) bool { return m.Row != "" && m.Coming })
}

// heldLine is somebody who had a role on a day.
type heldLine struct {
	Person         personLine
	Post, Unit     string
	From, To       calendar.Date
	Basis, By, Why string
	Entered        time.Time
	Vacant         bool
	Removed        bool
}

// role shows a role; on= asks who had it on a day.
func (p *Pages) role(w http.ResponseWriter, r *http.Request) {
	page := rolePage{Posted: map[string]string{"from": p.typedDay(r, p.today()), "on": strings.TrimSpace(r.URL.Query().Get("on"))}}
	if on := page.Posted["on"]; on != "" {
		var err error
		if page.On, err = calendar.ParseDate(on); err != nil {
			p.showRole(w, r, http.StatusUnprocessableEntity, page, []faultLink{p.unread(r, "on", "roles.on", err)})
			return
		}
	}
	p.showRole(w, r, http.StatusOK, page, nil)
}

// held are those who had a role on a day.
func (p *Pages) held(r *http.Request, role string, on calendar.Date) ([]heldLine, error) {
	found, err := p.kit.People().HeldOn(r.Context(), p.actor(r), role, on)
	if err != nil {
		return nil, err
	}
	var out []heldLine
	for _, h := range found {
		line := heldLine{
			Person: p.personOf(r, h.Holder), From: p.day(h.From), To: lastDay(h.To, p.location), Basis: h.Basis, By: h.By, Why: h.Reason,
			Entered: h.Entered, Vacant: h.Holder.Person == "", Removed: h.Removed,
		}
		if h.Person == "" {
			line.Post = firstText(p.called(r, h.Holder.PostTitle), h.Post)
		}
		if h.Unit != "" {
			line.Unit = p.called(r, h.Holder.UnitName)
		}
		out = append(out, line)
	}
	return out, nil
}

func (p *Pages) showRole(w http.ResponseWriter, r *http.Request, status int, page rolePage, faults []faultLink) {
	page.Changed, page.Faults, page.Wrong = status == http.StatusConflict, faults, map[string]string{}
	if page.people == nil {
		page.people = forms.Posted{}
	}
	for _, f := range faults {
		page.Wrong[f.Field] = f.Text
	}
	if err := p.fillRole(r, &page); err != nil {
		p.fail(w, r, err)
		return
	}
	p.renderer.Page(w, r, status, "roles_role", page)
}

func (p *Pages) fillRole(r *http.Request, page *rolePage) error {
	id := r.PathValue("id")
	row, cells, err := p.rowOf(r, register.Roles, id)
	if err != nil {
		return err
	}
	roles, err := p.kit.People().Roles(r.Context(), p.actor(r))
	if err != nil {
		return err
	}
	page.In = p.moduleHome(r, r.PathValue("module"))
	for _, v := range roles {
		if v.Row == id && (page.In.Key == "" || page.In.Key == v.Module) {
			page.roleLine = p.roleLine(r, v)
		}
	}
	if page.ID == "" {
		return ismskit.ErrNotFound
	}
	if !page.On.IsZero() {
		if page.Held, err = p.held(r, id, page.On); err != nil {
			return err
		}
	}
	page.Revision = row.Revision
	page.nameRows(cells, p)
	if page.MayChange {
		page.Person = p.personField(r, page.people, onePerson{name: "person", label: p.text(r, "people.name"), need: true, wrong: page.Wrong["person"], pick: page.pick})
	}
	page.History, err = p.kit.Registers().History(r.Context(), p.actor(r), register.Roles, id, p.lang(r))
	return err
}

// nameRows finds for each member the row of the list's table he stands in.
func (page *rolePage) nameRows(cells register.Cells, p *Pages) {
	for i := range page.Members {
		m := &page.Members[i]
		for _, row := range cells.Rows("members") {
			from, to := row.Span("from", "to", p.location)
			if row.ID("person") == m.Person.ID && p.day(from) == m.From && lastDay(to, p.location) == m.To {
				m.Row = row.Text(forms.RowID)
			}
		}
	}
}
