package catalog

import (
	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

func (b *books) systems() {
	for _, s := range b.Systems {
		b.add(register.Systems, s.ID, func(v *values) {
			v.both("name", s.Name)
			v.both("kind", s.Kind)
			v.flag("core", s.Core)
			v.ref("unit", b.unit(s.Unit))
			v.ref("owner", b.ref(register.People, s.Owner))
			v.refs("admins", b.refs(register.People, s.Admins))
			v.refs("backup_admins", b.refs(register.People, s.BackupAdmins))
			v.ref("outside", b.ref(register.Offices, s.Outside))
			v.text("handling", s.Handling)
			v.text("note", s.Note)
			v.rows("items", tableOf(b, s.Items, b.item))
		})
	}
	for _, s := range b.Services {
		b.add(register.Services, s.ID, func(v *values) {
			v.both("name", s.Name)
			v.refs("handlers", b.refs(register.People, []string{s.Handler}))
			v.ref("outside", b.ref(register.Offices, s.Outside))
			v.both("rule", s.Rule)
			for i, p := range s.Params {
				params, _ := v.Values["params"].([]forms.Row)
				param := b.filled(func(v *values) {
					v.text("key", p.Key)
					v.both("label", p.Label)
				})
				param.Values[forms.RowID] = rowName(i)
				v.Values["params"] = append(params, param.Values)
			}
		})
	}
}

func (b *books) item(v *values, i itemRow) {
	v.text("key", i.Key)
	v.both("label", i.Label)
	v.both("note", i.Note)
	v.flag("privileged", i.Privileged)
	v.refs("units", b.refs(register.Units, i.Units))
	v.flag("period_required", i.PeriodRequired)
	v.text("longest", i.Longest)
	v.flag("externals_only", i.ExternalsOnly)
	v.flag("staff_only", i.StaffOnly)
	v.text("companion_form", i.CompanionForm)
}

func (b *books) templates() {
	for _, t := range b.Templates {
		b.add(register.Templates, t.ID, func(v *values) {
			v.both("name", t.Name)
			v.both("hint", t.Hint)
			v.text("type", TypeAccountRequest)
			v.text("for", t.For)
			v.refs("units", b.refs(register.Units, t.Units))
			var rows []forms.Row
			for i, r := range t.Rows {
				line := b.filled(func(v *values) {
					v.ref("system", b.ref(register.Systems, r.System))
					v.Values["items"] = r.Items
					v.text("purpose", r.Purpose)
					if r.Period.Months > 0 {
						v.Values["months"] = r.Period.Months
					}
					v.flag("no_limit", r.Period.NoLimit)
					v.text("reason", r.Period.Reason)
				})
				line.Values[forms.RowID] = rowName(i)
				rows = append(rows, line.Values)
			}
			v.rows("rows", rows)
		})
	}
}

// user is whom an account is for; nothing for an account nobody asked for.
func (b *books) user(u userOf) (forms.Person, bool) {
	switch {
	case u.Person != "":
		return b.person(u.Person), true
	case u.External != "":
		for _, x := range b.Externals {
			if x.ID == u.External {
				return forms.Person{Kind: forms.External, Name: x.Name["zh-TW"], Org: b.org(x)}, true
			}
		}
	case u.Expected != nil:
		day, err := b.date(u.Expected.Date)
		if err != nil && b.err == nil {
			b.err = err
		}
		return forms.Person{Kind: forms.Arriving, Name: u.Expected.Name["zh-TW"], Expected: day}, true
	}
	return forms.Person{}, false
}

func (b *books) org(x externalRow) string {
	if name := x.OrgName["zh-TW"]; name != "" {
		return name
	}
	return b.names[register.Offices+"/"+x.Org]
}

// period is a period of use.
func (b *books) period(s span) (forms.Period, error) {
	from, err := b.date(s.From)
	if err != nil {
		return forms.Period{}, err
	}
	to, err := b.date(s.To)
	return forms.Period{From: from, To: to, Open: s.NoLimit, Reason: s.Reason}, err
}

// grant is a permission of the opening stock and the day on which it began, zero
// where that is not known.
func (b *books) grant(g grantRow) (grant, calendar.Date, error) {
	from, err := b.date(g.From)
	if err != nil {
		return grant{}, from, err
	}
	until, err := b.date(g.Until.moment)
	if err != nil {
		return grant{}, from, err
	}
	v := b.filled(func(v *values) {
		v.ref("system", b.ref(register.Systems, g.System))
		v.Values["items"] = g.Items
		if user, ok := b.user(g.User); ok {
			v.Values["user"] = user
		}
		v.text("account", g.Account)
		v.ref("responsible", b.ref(register.People, g.Responsible))
		v.ref("applicant", b.ref(register.People, g.Applicant))
		for _, p := range b.People {
			if p.ID == g.Applicant {
				v.ref("unit", b.unit(p.Unit))
			}
		}
		v.text("state", g.State)
		v.text("purpose", g.Purpose)
		v.text("note", g.Note)
		if !from.IsZero() {
			v.Values["period"] = forms.Period{From: from, To: until, Open: g.Until.NoLimit, Reason: g.Until.Reason}
		}
	})
	return grant{id: g.ID, values: v.Values}, from, b.err
}
