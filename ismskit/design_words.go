package ismskit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// flowNames is what those whom a flow names are called, and the roles it could name.
type flowNames struct {
	people map[string]string
	posts  map[string]workflow.Text
	roles  []directory.Role
	lists  *register.Registry
	kinds  *kinds
	form   *kind // whose fields the flow names
	steps  map[string]workflow.Text
}

// calls asks what those whom a flow names are called. What is not there is called by its id:
// a draft may name anything. A step that it has no more is called as in the flow that it is
// compared with, nil for none.
func (v Versions) calls(ctx context.Context, of *kind, flow workflow.Flow, former *FormerFlow) (flowNames, error) {
	c := flowNames{people: map[string]string{}, posts: map[string]workflow.Text{}, lists: v.k.lists, kinds: v.k.kinds, form: of, steps: map[string]workflow.Text{}}
	ways, weighs := waysIn(flow), weighedIn(flow)
	if former != nil {
		nameNodes(former.Flow.Root, c.steps)
		ways, weighs = append(ways, waysIn(former.Flow)...), append(weighs, weighedIn(former.Flow)...)
	}
	nameNodes(flow.Root, c.steps)
	if port, ok := v.k.directory.(Roster); ok {
		roles, err := port.AllRoles(ctx)
		if err != nil {
			return c, fmt.Errorf("ismskit: directory: %w", err)
		}
		c.roles = roles
	}
	people, posts := slices.Clone(weighs), slices.Clone(weighs) // a weight is a person's or a post's
	for _, w := range ways {
		switch w.Kind {
		case workflow.WhoPerson:
			people = append(people, w.IDs...)
		case workflow.WhoPost:
			posts = append(posts, w.IDs...)
		}
	}
	for _, id := range people {
		who, err := v.k.personEver(ctx, id)
		if err != nil {
			return c, err
		}
		c.people[id] = cmp.Or(who.Name, id)
	}
	if len(posts) == 0 {
		return c, nil
	}
	var rows []register.Row
	err := v.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, register.Query{List: register.Posts, IDs: posts})
		rows = found
		return err
	})
	if err != nil {
		return c, err
	}
	for _, row := range rows {
		title := workflow.Text{}
		for _, lang := range languages {
			if title[lang], err = v.k.lists.Title(row, lang); err != nil {
				return c, err
			}
		}
		c.posts[row.ID] = title
	}
	return c, nil
}

// waysIn are all ways to find people that a flow names, wherever.
func waysIn(flow workflow.Flow) []workflow.Who {
	out := slices.Concat(flow.Registry, flow.Officers)
	picks := flow.Choose
	var see func(n workflow.Node)
	see = func(n workflow.Node) {
		if s := n.Step; s != nil {
			out = append(out, s.Who...)
			picks = append(picks[:len(picks):len(picks)], s.Choose...)
			if s.Alone != nil {
				out = append(out, s.Alone.Review...)
			}
			if s.Remind != nil {
				for _, e := range s.Remind.Escalate {
					out = append(out, e.To)
				}
			}
			if s.Extend != nil {
				for _, t := range s.Extend.Tiers {
					out = append(out, t.Who...)
				}
			}
		}
		for _, below := range n.Below() {
			see(below)
		}
	}
	see(flow.Root)
	for _, p := range picks {
		out = append(out, p.From...)
	}
	return out
}

// Who says in a language whom a way of the flow finds: 「移交人」的單位主管.
func (d Design) Who(w workflow.Who, lang string) string {
	c := d.names
	text := func(key string, params ...string) string {
		named := map[string]string{}
		for i := 0; i+1 < len(params); i += 2 {
			named[params[i]] = params[i+1]
		}
		return say(lang, key, named)
	}
	names := func(name func(id string) string) string {
		out := make([]string, len(w.IDs))
		for i, id := range w.IDs {
			out[i] = name(id)
		}
		return cmp.Or(strings.Join(out, text("comma")), text("flow.unchosen"))
	}
	field := func() string { return cmp.Or(c.field(w.Field, lang), text("flow.unchosen")) }
	of := c.of(w.Of, lang)
	said := cmp.Or(string(w.Kind), text("flow.unchosen"))
	switch w.Kind {
	case workflow.WhoPerson:
		said = names(func(id string) string { return cmp.Or(c.people[id], id) })
	case workflow.WhoPost:
		said = names(func(id string) string { return cmp.Or(c.posts[id].In(lang), id) })
	case workflow.WhoRole:
		said = text("flow.who.role", "role", c.role(w, lang))
	case workflow.WhoRegisterRole:
		said = text("flow.who.register_role", "field", field(), "role", cmp.Or(c.roleOfRow(w, lang), text("flow.unchosen")))
	case workflow.WhoApplicant:
		said = text("flow.applicant")
	case workflow.WhoField:
		said = text("flow.who.field", "field", field())
	case workflow.WhoUnitHead:
		said = text("flow.who.unit_head", "of", of)
	case workflow.WhoManagerOf:
		said = text("flow.who.manager_of", "of", of)
	case workflow.WhoLevelsUp:
		said = text("flow.who.levels_up", "of", of, "n", fmt.Sprint(w.N))
	case workflow.WhoSameAs:
		said = text("flow.who.same_as", "step", cmp.Or(c.step(w.Step, lang), text("flow.unchosen")))
	case workflow.WhoChosen:
		said = text("flow.who.chosen")
	case workflow.WhoAbove:
		said = text("flow.who.above", "n", fmt.Sprint(max(w.N, 1)))
	case workflow.WhoParentAgency:
		said = text("flow.who.parent_head")
		if w.Role != "" {
			said = text("flow.who.parent_agency", "role", c.role(w, lang))
		}
	}
	if w.Apart {
		said = text("flow.who.apart", "who", said)
	}
	return said
}

// Called says what a step, the applicant or a field (workflow.NamedIn) is called in a language.
func (d Design) Called(id, lang string) string { return d.names.step(id, lang) }

// Field says what a field of the form is called.
func (d Design) Field(path, lang string) string { return d.names.form.labelOf(path, lang) }

// TypeTitle says what a type of form is called, its key where there is none. What handles the
// rows of another form bears that one's name, and is told apart from it.
func (d Design) TypeTitle(key, lang string) string {
	kind, ok := d.names.kinds.latestOf(key)
	if !ok {
		return key
	}
	title := cmp.Or(kind.Title.In(lang), key)
	if kind.Flow.Child {
		return say(lang, "flow.of_rows", map[string]string{"title": title})
	}
	return title
}

func (c flowNames) step(id, lang string) string {
	if field, is := workflow.FieldOf(id); is {
		return say(lang, "flow.who.field", map[string]string{"field": c.field(field, lang)})
	}
	if id == workflow.Applicant {
		return say(lang, "flow.applicant", nil)
	}
	return cmp.Or(c.steps[id].In(lang), id)
}

func (c flowNames) of(of, lang string) string {
	if of == "" || of == workflow.Applicant {
		return say(lang, "flow.applicant", nil)
	}
	return say(lang, "flow.who.named", map[string]string{"field": c.field(of, lang)})
}

// field is what a field is called, with the table it is a column of.
func (c flowNames) field(path, lang string) string {
	table, _, nested := strings.Cut(path, ".")
	if !nested {
		return c.form.labelOf(path, lang)
	}
	return say(lang, "flow.who.column", map[string]string{"table": c.form.labelOf(table, lang), "column": c.form.labelOf(path, lang)})
}

func (c flowNames) role(w workflow.Who, lang string) string {
	module := cmp.Or(w.Module, c.form.Module)
	for _, r := range c.roles {
		if r.Module == module && r.Key == w.Role {
			return c.roleCalled(r, lang)
		}
	}
	return cmp.Or(w.Role, say(lang, "flow.unchosen", nil))
}

// roleCalled is what a role is called among those of the house: with its module where another
// module has one of the same name.
func (c flowNames) roleCalled(r directory.Role, lang string) string {
	title := roleTitle(r, lang)
	if !slices.ContainsFunc(c.roles, func(o directory.Role) bool { return o.Module != r.Module && roleTitle(o, lang) == title }) {
		return title
	}
	return say(lang, "flow.role_of", map[string]string{"role": title, "module": ModuleTitle(r.Module, lang)})
}

// ModuleTitle is what a module of the catalogue is called, its key for one of the host's own.
func ModuleTitle(module, lang string) string {
	if key, known := moduleTexts[module]; known {
		return say(lang, key, nil)
	}
	return module
}

// moduleTexts name the modules that come with the Kit.
var moduleTexts = map[string]string{
	"organisation": "module.organisation", "documents": "module.documents", "forms": "module.forms", "records": "module.records",
	"findings": "module.findings", "access": "module.access", "services": "module.services", "campaigns": "module.campaigns",
	"duties": "module.duties", "system": "module.system",
}

// roleKey is a way's role as "module/role".
func (c flowNames) roleKey(w workflow.Who) string {
	if w.Role == "" {
		return ""
	}
	return cmp.Or(w.Module, c.form.Module) + "/" + w.Role
}

func roleTitle(r directory.Role, lang string) string {
	if lang != defaultLang {
		return cmp.Or(r.TitleEN, r.Title, r.Key)
	}
	return cmp.Or(r.Title, r.Key)
}

// roleOfRow is what the field of a list is called that says who looks after a row.
func (c flowNames) roleOfRow(w workflow.Who, lang string) string {
	form, ok := c.lists.Form(w.Register)
	if !ok {
		return w.Role
	}
	field, _ := form.Field(w.Role)
	return cmp.Or(field.Label.In(lang), w.Role)
}
