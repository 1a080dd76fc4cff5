package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// firstStep is a line of 開始使用: what a house enters before its first request.
type firstStep struct {
	Title, Why string
	State      stateView
	Lacks      []string
	Links      []stepLink
	Who        string // enters it, where the reader may not
}

// stepLink leads to where it is entered.
type stepLink struct{ Label, Href string }

// firstWords are what a line is called, says it is for, and says of how many there are.
var firstWords = map[string]struct{ title, why, have string }{
	ismskit.NeedUnits:     {"first.units", "first.units_why", "first.have"},
	ismskit.NeedPeople:    {"first.people", "first.people_why", "first.have_people"},
	ismskit.NeedRoles:     {"first.roles", "first.roles_why", "first.have_roles"},
	ismskit.NeedSystems:   {"first.systems", "first.systems_why", "first.have"},
	ismskit.NeedCalendar:  {"first.calendar", "first.calendar_why", ""},
	ismskit.NeedDocuments: {"first.documents", "first.documents_why", "first.have"},
}

// firstLacks say what is lacking, by what it lacks in.
var firstLacks = map[string]string{
	ismskit.LackOthers: "first.lack_others", ismskit.LackSignIn: "first.lack_sign_in", ismskit.LackHead: "first.lack_head",
	ismskit.LackMember: "first.lack_member", ismskit.LackOwner: "first.lack_owner", ismskit.LackItems: "first.lack_items", ismskit.LackAdmin: "first.lack_admin",
}

// firstSteps are shown to those who enter people and lists while the house lacks what a
// first request needs; none for anybody else, and none once nothing is missing.
func (p *Pages) firstSteps(r *http.Request) ([]firstStep, error) {
	needs, err := p.kit.Registers().FirstNeeds(r.Context(), p.actor(r))
	if errors.Is(err, ismskit.ErrForbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	steps := make([]firstStep, len(needs))
	for i, n := range needs {
		steps[i] = p.firstStep(r, n)
	}
	return steps, nil
}

func (p *Pages) firstStep(r *http.Request, n ismskit.FirstNeed) firstStep {
	words := firstWords[n.What]
	step := firstStep{Title: p.text(r, words.title), Why: p.text(r, words.why)}
	switch {
	case n.What == ismskit.NeedCalendar && n.Have == 0:
		step.State.Text = p.text(r, "first.none")
	case n.What == ismskit.NeedCalendar:
		step.State.Text = p.text(r, "first.have_year", "Year", p.yearWord(r, n.Have))
	case n.Have == 0:
		step.State.Text = p.text(r, "first.none")
	default:
		step.State.Text = p.text(r, words.have, "N", n.Have)
	}
	step.State.Kind = "done"
	if len(n.Lacks) > 0 {
		step.State.Kind = "wait"
	}
	for _, l := range n.Lacks {
		if l.Code == ismskit.LackYear {
			step.Lacks = append(step.Lacks, p.text(r, "first.lack_year", "Year", p.yearWord(r, l.Year)))
		} else if text, known := firstLacks[l.Code]; known {
			step.Lacks = append(step.Lacks, p.text(r, text, "Names", p.allOf(r, l.Of)))
		}
	}
	p.whereEntered(r, &step, n.Entries)
	return step
}

// allOf are names in the reader's language.
func (p *Pages) allOf(r *http.Request, names []forms.Text) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = name.In(p.lang(r))
	}
	return strings.Join(out, p.text(r, "word.list"))
}

// firstLinks lead to where things of a list are entered, by its key.
var firstLinks = map[string][]stepLink{
	register.Units:     {{"lists.new_unit", "/lists/units/new"}, {"people.units", "/lists/units"}},
	register.People:    {{"lists.new_person", "/lists/people/new"}, {"nav.people", "/people"}},
	register.Posts:     {{"lists.new_post", "/lists/posts/new"}},
	register.Roles:     {{"nav.roles", "/roles"}},
	register.Systems:   {{"lists.new_system", "/lists/systems/new"}, {"nav.systems", "/systems"}},
	register.Calendars: {{"nav.closures", "/closures"}},
	"":                 {{"nav.documents", "/documents"}},
}

// whereEntered leads to where the reader enters it, and says who does where he may not.
func (p *Pages) whereEntered(r *http.Request, step *firstStep, entries []ismskit.FirstEntry) {
	var others []string
	for _, e := range entries {
		if e.May {
			for _, link := range firstLinks[e.List] {
				step.Links = append(step.Links, stepLink{Label: p.text(r, link.Label), Href: link.Href})
			}
		}
		for _, role := range e.Roles {
			if name := role.In(p.lang(r)); !slices.Contains(others, name) {
				others = append(others, name)
			}
		}
	}
	if len(others) > 0 {
		step.Who = p.text(r, "first.who", "Roles", strings.Join(others, p.text(r, "word.list")))
	}
}
