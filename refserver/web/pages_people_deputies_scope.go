package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// scopeChoice is one control by which a deputy is confined to a part (代理範圍).
type scopeChoice struct {
	Name, Label string
	Options     []option
}

// scopeControls are the controls, each with what it names.
var scopeControls = []struct{ name, what, label string }{
	{"scope_module", ismskit.LimitModule, "deputies.scope_module"}, {"scope_form", ismskit.LimitForm, "deputies.scope_form"},
	{"scope_system", ismskit.LimitSystem, "deputies.scope_system"}, {"scope_not", ismskit.LimitNotStep, "deputies.scope_not"},
}

// scopeAsked are the limits that were chosen.
func scopeAsked(r *http.Request) []ismskit.DeputyLimit {
	var out []ismskit.DeputyLimit
	for _, c := range scopeControls {
		if key := strings.TrimSpace(r.PostForm.Get(c.name)); key != "" {
			out = append(out, ismskit.DeputyLimit{What: c.what, Key: key})
		}
	}
	return out
}

// scopeChoices are the controls with what was chosen in them.
func (p *Pages) scopeChoices(r *http.Request, posted map[string]string) ([]scopeChoice, error) {
	me, err := p.kit.People().Me(r.Context(), p.actor(r))
	if err != nil {
		return nil, err
	}
	systems, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: register.Systems, At: p.now()})
	if err != nil {
		return nil, err
	}
	titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), p.lang(r), systems...)
	if err != nil {
		return nil, err
	}
	out := make([]scopeChoice, len(scopeControls))
	for i, c := range scopeControls {
		out[i] = scopeChoice{Name: c.name, Label: p.text(r, c.label), Options: []option{{Label: p.text(r, "deputies.scope_any")}}}
		add := func(key, label string) {
			out[i].Options = append(out[i].Options, option{Value: key, Label: label, Checked: posted[c.name] == key})
		}
		switch c.what {
		case ismskit.LimitSystem:
			for j, row := range systems {
				add(row.ID, titles[j])
			}
		case ismskit.LimitNotStep:
			out[i].Options[0].Label = p.text(r, "deputies.scope_none_out")
			for _, kind := range []workflow.Kind{workflow.KindReview, workflow.KindApprove, workflow.KindConsult, workflow.KindHandle, workflow.KindConfirm} {
				add(string(kind), p.kindWord(r, string(kind)))
			}
		default:
			for _, m := range me.Matters {
				if m.What == c.what {
					add(m.Key, p.matterCalled(r, m))
				}
			}
		}
	}
	return out, nil
}

func (p *Pages) matterCalled(r *http.Request, m ismskit.DeputyMatter) string {
	title := m.Title.In(p.lang(r))
	switch {
	case m.What == ismskit.LimitModule:
		return p.moduleName(r, m.Key)
	case title == "":
		return m.Key
	case strings.Contains(m.Key, "-"):
		return title + p.text(r, "word.aside", "What", m.Key)
	}
	return title
}

// scopes words what deputies are confined to.
type scopes struct {
	matters []ismskit.DeputyMatter
	systems titled
	roles   map[string][]string // titles by key: several modules may have one of a key
}

// scopesOf reads what the limits of several entries are called.
func (p *Pages) scopesOf(r *http.Request, all ...[]ismskit.DeputyLimit) (scopes, error) {
	var s scopes
	var systems []string
	any, roles := false, false
	for _, limits := range all {
		for _, l := range limits {
			any, roles = true, roles || l.What == ismskit.LimitRole && l.Key != ismskit.AsUnitHead
			if l.What == ismskit.LimitSystem && !slices.Contains(systems, l.Key) {
				systems = append(systems, l.Key)
			}
		}
	}
	if !any {
		return s, nil
	}
	me, err := p.kit.People().Me(r.Context(), p.actor(r))
	if err != nil {
		return s, err
	}
	s.matters = me.Matters
	if s.systems, err = p.titlesByID(r, register.Systems, systems); err == nil && roles {
		s.roles, err = p.roleTitles(r)
	}
	return s, err
}

// roleTitles are what the roles of the house are called, by key.
func (p *Pages) roleTitles(r *http.Request) (map[string][]string, error) {
	options, err := p.roleOptions(r, "")
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, o := range options {
		_, key, _ := strings.Cut(o.Value, "/")
		out[key] = append(out[key], o.Label)
	}
	return out, nil
}

// capacityCalled is in what somebody is asked for whom a deputy acts.
func (p *Pages) capacityCalled(r *http.Request, s scopes, key string) string {
	called := strings.Join(s.roles[key], p.text(r, "word.list"))
	switch {
	case key == ismskit.AsUnitHead:
		called = p.text(r, "deputies.scope_head")
	case called == "":
		return p.text(r, "deputies.scope_role_none")
	}
	return p.text(r, "deputies.scope_role", "Role", called)
}

// inWords are limits in words, "" for everything.
func (p *Pages) inWords(r *http.Request, s scopes, limits []ismskit.DeputyLimit) string {
	var in, levels, out []string
	for _, l := range limits {
		switch l.What {
		case ismskit.LimitSystem:
			in = append(in, s.systems.of([]string{l.Key})[0])
		case ismskit.LimitRole:
			in = append(in, p.capacityCalled(r, s, l.Key))
		case ismskit.LimitLevel:
			levels = append(levels, l.Key)
		case ismskit.LimitNotStep:
			out = append(out, p.kindWord(r, l.Key))
		default:
			called := l.Key
			if i := slices.IndexFunc(s.matters, func(m ismskit.DeputyMatter) bool { return m.DeputyLimit == l }); i >= 0 {
				called = p.matterCalled(r, s.matters[i])
			}
			in = append(in, called)
		}
	}
	var said []string
	if len(in) > 0 { // a matter that one of them names is within
		said = append(said, strings.Join(in, p.text(r, "word.or")))
	}
	if len(levels) > 0 {
		said = append(said, p.text(r, "deputies.scope_level", "Levels", strings.Join(levels, p.text(r, "word.or"))))
	}
	if len(out) > 0 {
		said = append(said, p.text(r, "deputies.scope_without", "Steps", strings.Join(out, p.text(r, "word.list"))))
	}
	return strings.Join(said, p.text(r, "word.comma"))
}
