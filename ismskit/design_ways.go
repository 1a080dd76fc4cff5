package ismskit

import (
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// stepWays are all ways to find people, in the order in which they are offered.
var stepWays = []workflow.WhoKind{
	workflow.WhoApplicant, workflow.WhoUnitHead, workflow.WhoManagerOf, workflow.WhoLevelsUp, workflow.WhoRole, workflow.WhoPerson, workflow.WhoPost,
	workflow.WhoField, workflow.WhoRegisterRole, workflow.WhoSameAs, workflow.WhoChosen, workflow.WhoAbove, workflow.WhoParentAgency,
}

// wholeWays are those by which people are found who belong to no step: none that goes by who
// acted before, or was named for a step, and not the applicant, who has no say in who handles
// his request.
var wholeWays = []workflow.WhoKind{
	workflow.WhoRole, workflow.WhoPost, workflow.WhoPerson, workflow.WhoUnitHead, workflow.WhoManagerOf, workflow.WhoLevelsUp,
	workflow.WhoField, workflow.WhoRegisterRole, workflow.WhoParentAgency,
}

// besideWays are those by which people are found whom a step names beside its own: who is told
// that it is late, or reviews what one did alone. The superior of others is no way of theirs, and
// whoever is chosen is chosen to act.
var besideWays = slices.DeleteFunc(slices.Clone(stepWays), func(way workflow.WhoKind) bool {
	return way == workflow.WhoAbove || way == workflow.WhoChosen
})

// wayTable says what a table of ways to find people asks for.
type wayTable struct {
	condition string        // under which it is asked for
	before    []forms.Field // columns of its own before the others
	ways      []workflow.WhoKind
	because   bool // why it is they, as people read it
	apart     bool // whether one counts only where the separation of duties bars those before it
}

// people is a table of ways to find people who are not those of a step. What the flow has of them
// beside what the table asks for can be seen and taken away.
func (b *nodeBuilder) people(key string, have []workflow.Who, t wayTable) forms.Field {
	t.ways = slices.Clone(t.ways)
	for _, w := range have {
		if w.Kind != "" && !slices.Contains(t.ways, w.Kind) {
			t.ways = append(t.ways, w.Kind)
		}
		t.because, t.apart = t.because || len(w.Because) > 0, t.apart || w.Apart
	}
	return b.ways(key, have, t)
}

// ways is a table of ways to find people.
func (b *nodeBuilder) ways(key string, have []workflow.Who, t wayTable) forms.Field {
	var roles, fields, ofs, steps, rowRoles []string
	for _, w := range have {
		switch w.Kind {
		case workflow.WhoRegisterRole:
			rowRoles, fields = append(rowRoles, w.Register+"."+w.Role), append(fields, w.Field)
		case workflow.WhoField:
			fields = append(fields, w.Field)
		case workflow.WhoRole, workflow.WhoParentAgency:
			roles = append(roles, b.d.names.roleKey(w))
		case workflow.WhoSameAs:
			steps = append(steps, w.Step)
		}
		ofs = append(ofs, w.Of)
	}
	people := b.formFields(true, func(i workflow.FieldInfo) bool { return i.Person || i.Unit })
	refs := b.formFields(true, func(i workflow.FieldInfo) bool { return i.Ref })
	columns := append(slices.Clone(t.before), b.way(t.ways))
	// asked adds a column for some of the ways, where one of them can be chosen.
	asked := func(column func(condition string) forms.Field, ways ...workflow.WhoKind) {
		var of []string
		for _, way := range ways {
			if slices.Contains(t.ways, way) {
				of = append(of, "'"+string(way)+"'")
			}
		}
		if len(of) > 0 {
			columns = append(columns, column("way in ["+strings.Join(of, ", ")+"]"))
		}
	}
	asked(func(when string) forms.Field {
		return b.pick("of", "choice", when, append([]forms.Option{b.applicant()}, people...), ofs...)
	}, workflow.WhoUnitHead, workflow.WhoManagerOf, workflow.WhoLevelsUp)
	asked(func(when string) forms.Field { return b.pick("role", "choice", when, b.roles(), roles...) }, workflow.WhoRole, workflow.WhoParentAgency)
	asked(func(when string) forms.Field {
		return b.field("posts", "refs", func(f *forms.Field) {
			f.Params, f.ShowIf = map[string]any{"of": "register", "list": register.Posts}, when
		})
	}, workflow.WhoPost)
	asked(func(when string) forms.Field {
		return b.pick("field", "choice", when, append(b.formFields(true, func(i workflow.FieldInfo) bool { return i.Person }), refs...), fields...)
	}, workflow.WhoField, workflow.WhoRegisterRole)
	asked(func(when string) forms.Field {
		return b.pick("row_role", "choice", when, b.rowRoles(refs), rowRoles...)
	}, workflow.WhoRegisterRole)
	asked(func(when string) forms.Field {
		return b.pick("same_step", "choice", when, b.steps(true, false, false), steps...)
	}, workflow.WhoSameAs)
	asked(func(when string) forms.Field { return b.field("persons", "persons", shownIf(when)) }, workflow.WhoPerson)
	asked(func(when string) forms.Field { return b.number("levels", 1, when) }, workflow.WhoLevelsUp, workflow.WhoAbove)
	if t.because {
		columns = append(columns, b.line("because_zh", ""), b.line("because_en", ""))
	}
	if t.apart {
		columns = append(columns, b.check("apart", ""))
	}
	return b.field(key, "table", func(f *forms.Field) { f.ShowIf, f.MaxRows, f.Fields = t.condition, maxWhoRows, columns })
}

// way asks how somebody is found. A way that this program does not know is called as it is
// written.
func (b *nodeBuilder) way(ways []workflow.WhoKind) forms.Field {
	return b.field("way", "choice", func(f *forms.Field) {
		for _, way := range ways {
			label := inEach(func(string) string { return string(way) })
			if slices.Contains(stepWays, way) {
				label = allText("flow.opt.way." + string(way))
			}
			f.Options = append(f.Options, forms.Option{Key: string(way), Label: label})
		}
	})
}

// roles are the roles of the house, as "module/role".
func (b *nodeBuilder) roles() []forms.Option {
	labels := map[string]forms.Text{}
	var keys []string
	for _, r := range b.d.names.roles {
		key := r.Module + "/" + r.Key
		if _, twice := labels[key]; !twice { // one for each agency
			keys = append(keys, key)
		}
		labels[key] = inEach(func(lang string) string { return b.d.names.roleCalled(r, lang) })
	}
	out := make([]forms.Option, len(keys))
	for i, key := range keys {
		out[i] = forms.Option{Key: key, Label: labels[key]}
	}
	return out
}

// rowRoles are the fields of lists that name people, as "register.field", of the lists that
// fields of this form point into.
func (b *nodeBuilder) rowRoles(fields []forms.Option) []forms.Option {
	lists := map[string]bool{}
	for _, o := range fields {
		if info, ok := b.d.Form.Field(o.Key); ok {
			if list, is := strings.CutPrefix(info.List, "register/"); is {
				lists[list] = true
			}
		}
	}
	var out []forms.Option
	for _, list := range slices.Sorted(maps.Keys(lists)) {
		form, ok := b.d.names.lists.Form(list)
		if !ok {
			continue
		}
		for _, f := range form.Schema().Fields {
			if info, _ := form.Field(f.Key); info.List == "register/"+register.People || f.Type == "person" || f.Type == "persons" {
				out = append(out, forms.Option{Key: list + "." + f.Key, Label: forms.Text(maps.Clone(f.Label))})
			}
		}
	}
	return out
}
