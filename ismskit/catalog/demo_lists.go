package catalog

import (
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// all are the lists as they stand from the first day; deputies and grants come at
// days of their own.
func (b *books) all() ([]row, error) {
	b.houses()
	b.staff()
	b.outsiders()
	b.roles()
	b.systems()
	b.templates()
	b.categories()
	b.retention()
	b.settings()
	return b.made, b.err
}

func (b *books) houses() {
	for _, u := range b.Units {
		b.add(register.Units, u.ID, func(v *values) {
			v.both("name", u.Name)
			v.both("short", u.Short)
			v.text("kind", u.Kind)
			v.ref("parent", b.unit(u.Parent))
			v.ref("head", b.ref(register.Posts, u.Head))
			v.ref("fallback_unit", b.unit(u.Fallback))
			v.refs("successors", b.refs(register.Units, u.Successors))
			v.date("from", u.From)
			v.date("to", u.To)
			v.text("basis", u.Basis)
			v.text("note", u.Note)
		})
	}
	for _, p := range b.Posts {
		b.add(register.Posts, p.ID, func(v *values) {
			v.both("title", p.Title)
			v.ref("unit", b.unit(p.Unit))
			v.flag("head", p.Head)
			v.ref("superior", b.ref(register.Posts, p.Superior))
			v.flag("concurrent", p.Concurrent)
			v.date("from", p.From)
			v.date("to", p.To)
			v.rows("holders", tableOf(b, p.Holders, func(v *values, id string) {
				v.ref("person", b.ref(register.People, id))
				v.date("from", p.From)
				v.date("to", p.To)
			}))
		})
	}
}

func (b *books) staff() {
	for _, p := range b.People {
		b.add(register.People, p.ID, func(v *values) {
			v.both("name", p.Name)
			v.text("login", p.Login)
			v.text("email", p.Email)
			v.ref("post", b.ref(register.Posts, p.Post))
			v.ref("unit", b.unit(p.Unit))
			v.date("to", p.ActiveTo)
			v.text("note", p.Note)
		})
	}
	for _, g := range b.Groups {
		b.add(register.Groups, g.ID, func(v *values) {
			v.both("name", g.Name)
			v.ref("lead", b.ref(register.People, g.Lead))
			v.ref("secretary", b.ref(register.People, g.Secretary))
			v.refs("members", b.refs(register.People, g.Members))
		})
	}
}

func (b *books) outsiders() {
	for _, o := range b.Offices {
		b.add(register.Offices, o.ID, func(v *values) {
			v.both("name", o.Name)
			v.both("short", o.Short)
			v.text("kind", o.Kind)
			v.ref("contact", b.ref(register.Externals, o.Contact))
			v.ref("entered_by", b.ref(register.People, o.EnteredBy))
			v.Values["ways"] = o.Ways
			v.text("note", o.Note)
		})
	}
	for _, x := range b.Externals {
		b.add(register.Externals, x.ID, func(v *values) {
			v.both("name", x.Name)
			v.ref("org", b.ref(register.Offices, x.Org))
			v.both("org_name", x.OrgName)
			v.text("kind", x.Kind)
			v.text("email", x.Email)
			v.ref("responsible", b.ref(register.People, x.Responsible))
			v.text("note", x.Note)
		})
	}
}

func (b *books) roles() {
	for _, m := range b.Modules {
		for _, r := range m.Roles {
			b.add(register.Roles, m.Key+"."+r.Key, func(v *values) {
				v.text("module", m.Key)
				v.text("key", r.Key)
				v.both("title", r.Title)
				v.rows("members", tableOf(b, r.Members, func(v *values, id string) { v.ref("person", b.ref(register.People, id)) }))
				v.refs("units", b.refs(register.Units, r.Units))
				var by []string
				for _, name := range r.ManagedBy {
					by = append(by, strings.Replace(name, "/", ".", 1))
				}
				v.refs("managed_by", b.refs(register.Roles, by))
				v.text("note", m.Note)
			})
		}
	}
}

func (b *books) categories() {
	permitted := func(v *values, right string, p permittedRow) {
		v.refs(right+"_people", b.refs(register.People, p.People))
		v.refs(right+"_units", b.refs(register.Units, p.Units))
		v.refs(right+"_groups", b.refs(register.Groups, p.Groups))
		var roles []string
		for _, role := range p.Roles {
			roles = append(roles, strings.Replace(role, "/", ".", 1))
		}
		v.refs(right+"_roles", b.refs(register.Roles, roles))
	}
	for i, c := range b.Categories {
		b.add(register.Categories, c.ID, func(v *values) {
			v.both("name", c.Name)
			v.ref("parent", b.ref(register.Categories, c.Parent))
			v.Values["order"] = int64(i + 1)
			v.flag("per_system", c.PerSystem)
			permitted(v, "maintain", c.Maintain)
			permitted(v, "read", c.Read)
			v.text("note", c.Note)
		})
	}
}

// retention says how long records are kept, and logs by the procedure (K14).
func (b *books) retention() {
	for _, r := range b.Retention {
		b.add(register.RetentionRules, r.ID, func(v *values) {
			v.text("name", r.Name)
			v.text("applies", r.Applies)
			v.text("form_no", r.FormNo)
			v.text("device", r.Device)
			v.text("log_name", r.LogName)
			v.text("keep", r.Keep)
			v.Values["n"] = r.N
			v.text("basis", r.Basis)
		})
	}
}

// settings keep the parameters that texts are filled in with.
func (b *books) settings() {
	titles := map[string]forms.Text{
		"agency":    {"zh-TW": "機關名稱", "en": "Name of the agency"},
		"it_center": {"zh-TW": "上級資訊單位", "en": "IT center of the parent agency"},
	}
	for _, key := range slices.Sorted(maps.Keys(b.Parameters)) {
		title, known := titles[key]
		if !known {
			title = forms.Text{"zh-TW": key, "en": key}
		}
		b.add(register.Settings, key, func(v *values) {
			v.text("key", key)
			v.both("title", title)
			v.text("value", b.Parameters[key]["zh-TW"])
		})
	}
	b.add(register.Settings, ismskit.SettingSigned, func(v *values) {
		v.text("key", ismskit.SettingSigned)
		v.both("title", forms.Text{"zh-TW": "文件制修廢一律經簽核", "en": "Documents change by sign-off alone"})
		v.text("value", "否")
		v.text("note", "填「是」者，文管人員不得直接登錄新版次、廢止或停止適用，須填文件變更申請單或公文簽准文件登錄單。")
	})
}

// deputy is an entry of the list of deputies, and when it was made; those without
// such a moment hold from the first day.
func (b *books) deputy(d deputyRow) (row, moment, error) {
	before := len(b.made)
	b.add(register.Deputies, d.ID, func(v *values) {
		v.ref("principal", b.ref(register.People, d.Principal))
		v.refs("ordered", b.refs(register.People, d.Ordered))
		v.time("from", d.From)
		v.time("to", d.To)
		v.both("reason", d.Reason)
		v.both("scope_text", d.Scope.Text)
		v.rows("limits", limitsOf(d))
		if c := d.Conflict; c != nil {
			v.text("conflict_when", c.When)
			v.ref("conflict_unit", b.unit(c.ThenUnit))
			v.both("conflict_text", c.Text)
		}
		v.ref("set_by", b.ref(register.People, d.SetBy))
		v.time("set_at", d.SetAt)
		v.text("note", d.Note)
	})
	made := b.made[before]
	b.made = b.made[:before]
	return made, d.SetAt, b.err
}

func limitsOf(d deputyRow) []forms.Row {
	var out []forms.Row
	for _, limit := range []struct {
		what string
		keys []string
	}{{"system", d.Scope.Systems}, {"form", d.Scope.Forms}, {"module", d.Scope.Modules}, {"role", d.Scope.Roles}, {"not_step", d.Scope.VerbsNot}} {
		for _, key := range limit.keys {
			out = append(out, forms.Row{forms.RowID: rowName(len(out)), "what": limit.what, "key": key})
		}
	}
	return out
}
