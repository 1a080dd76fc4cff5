package web

import (
	"maps"
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// registerPeople puts the pages of people, roles, deputies and systems on a mux.
func (p *Pages) registerPeople(mux *http.ServeMux) {
	mux.HandleFunc("GET /people", p.people)
	mux.HandleFunc("GET /people/{id}", p.person)
	mux.HandleFunc("POST /people/{id}/handover", p.beginHandover)
	mux.HandleFunc("GET /roles", p.roles)
	mux.HandleFunc("GET /roles/{id}", p.role)
	mux.HandleFunc("POST /roles/{id}", p.changeRole)
	for module, home := range moduleHomes {
		mux.HandleFunc("GET "+home+"/roles", p.moduleRoles(module))
		mux.HandleFunc("POST "+home+"/roles", p.moduleRoles(module))
	}
	mux.HandleFunc("GET /deputies", p.deputies)
	mux.HandleFunc("POST /deputies", p.setDeputies)
	mux.HandleFunc("POST /deputies/{id}/end", p.endDeputies)
	mux.HandleFunc("GET /systems", p.systems)
	mux.HandleFunc("GET /systems/{id}", p.system)
	mux.HandleFunc("GET /systems/{id}/edit", p.editSystem)
	mux.HandleFunc("POST /systems/{id}/edit", p.changeSystem)
}

// peoplePage is the model of people.html.
type peoplePage struct {
	Today  calendar.Date
	Query  string
	Found  []personLine
	Units  []unitLine
	People int
	MayAdd bool
	MaySet bool // the house's settings
}

// unitLine is a unit in the tree.
type unitLine struct {
	ID, Name, Kind string
	Depth          int
	Heads          []personLine
	Why            string // where somebody else decides for want of a head
	People         []personLine
}

// personLine is a person in a list.
type personLine struct {
	ID, Name, Post, Unit string
	Head                 bool
}

func (p *Pages) personOf(r *http.Request, h directory.Holder) personLine {
	return personLine{ID: h.Person, Name: h.Name, Post: p.called(r, h.PostTitle), Unit: p.called(r, h.UnitName)}
}

// withPosts is a person with all posts he holds: a route names him by the one through
// which a step comes to him.
func (p *Pages) withPosts(r *http.Request, h directory.Holder, beside map[string][]directory.Holder) personLine {
	line := p.personOf(r, h)
	for _, other := range beside[h.Person] {
		line.Post = joined(p.text(r, "word.list"), line.Post, p.called(r, other.PostTitle))
	}
	return line
}

// unitKinds name kinds of unit beside those that are simply a unit.
var unitKinds = map[string]string{directory.KindAgency: "people.agency", directory.KindSubordinate: "people.subordinate"}

// named is a name in the reader's language, where there is one in English.
func (p *Pages) named(r *http.Request, name, english string) string {
	if english != "" && p.lang(r) == "en" {
		return english
	}
	return name
}

func (p *Pages) people(w http.ResponseWriter, r *http.Request) {
	page := peoplePage{Today: p.today(), Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	units, err := p.kit.People().Units(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	beside := map[string][]directory.Holder{}
	for _, u := range units {
		maps.Copy(beside, u.Beside)
	}
	if page.Query != "" {
		found, err := p.kit.People().Search(r.Context(), p.actor(r), page.Query, 50)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		for _, h := range found {
			page.Found = append(page.Found, p.withPosts(r, h, beside))
		}
	}
	for _, u := range units {
		page.People += len(u.People)
		page.Units = append(page.Units, p.unitLine(r, u))
	}
	for list, may := range map[string]*bool{register.People: &page.MayAdd, register.Settings: &page.MaySet} {
		if *may, err = p.kit.Registers().MayChange(r.Context(), p.actor(r), list, ""); err != nil {
			p.fail(w, r, err)
			return
		}
	}
	p.page(w, r, "people", page)
}

func (p *Pages) unitLine(r *http.Request, u ismskit.UnitView) unitLine {
	line := unitLine{ID: u.ID, Name: p.named(r, u.Name, u.NameEN), Depth: min(u.Depth, 4)}
	if key, ok := unitKinds[u.Kind]; ok {
		line.Kind = p.text(r, key)
	}
	heads := map[string]bool{}
	for _, h := range u.Heads {
		heads[h.Person] = true
		line.Heads = append(line.Heads, p.personOf(r, h))
	}
	if !u.Why.Zero() {
		line.Why = u.Why.Text(p.lang(r))
		heads = nil // whoever decides in his place is not its head
	}
	for _, h := range u.People {
		person := p.withPosts(r, h, u.Beside)
		person.Head = heads[h.Person]
		line.People = append(line.People, person)
	}
	return line
}

// personPage is the model of people_person.html.
type personPage struct {
	ismskit.PersonView
	Title     string // name, and in English where there is one
	Unit      string
	Main      string
	Here      bool // the reader himself
	Accounts  bool // the reader manages logins
	Certifies bool // the reader registers certificates
	MayEdit   bool
	Heads     []string
	Posts     []personLine
	Tenures   []tenureLine
	Roles     []roleLine
	Systems   []systemLine
	Absences  []absenceLine
	Handing   *handingView // nil for a reader who is not told
	LastDay   calendar.Date
	Joined    calendar.Date
}

type tenureLine struct {
	Title, Unit string
	From, To    calendar.Date
	Basis       string
	Current     bool
	UnitEnded   calendar.Date
}

type systemLine struct{ ID, Name, As string }

var systemParts = map[string]string{"owner": "systems.owner", "admins": "systems.admin", "backup_admins": "systems.backup"}

func (p *Pages) person(w http.ResponseWriter, r *http.Request) {
	v, err := p.kit.People().Get(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := personPage{PersonView: v, Title: v.Name, Here: v.ID == p.actor(r).Person, LastDay: lastDay(v.To, p.location), Joined: p.day(v.From)}
	if v.NameEN != "" && p.lang(r) == "en" {
		page.Title = v.NameEN + " " + v.Name
	}
	for _, h := range v.Posts {
		page.Posts = append(page.Posts, p.personOf(r, h))
	}
	for _, u := range v.Heads {
		name := p.named(r, u.Name, u.NameEN)
		if !u.To.IsZero() {
			name = p.text(r, "people.unit_ended", "Unit", name, "Date", p.dayShort(r, lastDay(u.To, p.location)))
		}
		page.Heads = append(page.Heads, name)
	}
	for _, t := range v.Tenures {
		line := tenureLine{
			Title: p.named(r, t.Title, t.TitleEN), Unit: p.named(r, t.Unit.Name, t.Unit.NameEN),
			From: p.day(t.Tenure.From), To: lastDay(t.Tenure.To, p.location), Basis: t.Tenure.Basis, Current: t.Current,
			UnitEnded: lastDay(t.Unit.To, p.location),
		}
		page.Tenures = append(page.Tenures, line)
	}
	for _, role := range v.Roles {
		page.Roles = append(page.Roles, roleLine{ID: role.Row, Module: p.moduleName(r, role.Module), Title: p.named(r, role.Title, role.TitleEN)})
	}
	for _, s := range v.Systems {
		page.Systems = append(page.Systems, systemLine{ID: s.ID, Name: s.Name, As: p.text(r, systemParts[s.As])})
	}
	if len(v.Posts) > 0 {
		page.Unit, page.Main = p.called(r, v.Posts[0].UnitName), p.called(r, v.Posts[0].PostTitle)
	}
	if page.Absences, err = p.absenceLines(r, v.Absences); err != nil {
		p.fail(w, r, err)
		return
	}
	if page.Accounts, err = p.managesPeople(r); err != nil {
		p.fail(w, r, err)
		return
	}
	if page.Certifies, err = p.mayCertify(r); err != nil {
		p.fail(w, r, err)
		return
	}
	if page.MayEdit, err = p.kit.Registers().MayChange(r.Context(), p.actor(r), register.People, v.ID); err != nil {
		p.fail(w, r, err)
		return
	}
	if page.Handing, err = p.handing(r, v.ID); err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "people_person", page)
}

// rowOf reads a row of a list with its fields.
func (p *Pages) rowOf(r *http.Request, list, id string) (register.Row, register.Cells, error) {
	row, _, err := p.kit.Registers().Get(r.Context(), p.actor(r), list, id)
	if err != nil {
		return register.Row{}, register.Cells{}, err
	}
	cells, err := p.kit.Registers().Cells(r.Context(), p.actor(r), row)
	if err != nil {
		return register.Row{}, register.Cells{}, err
	}
	return row, cells[0], nil
}
