package ismskit

import (
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// What living lists say of somebody.
const (
	HoldsPost       HoldingKind = "post"
	HoldsRole       HoldingKind = "role"
	HoldsOwner      HoldingKind = "system_owner"
	HoldsAdmin      HoldingKind = "system_admin"
	HoldsBackup     HoldingKind = "system_backup"
	HoldsService    HoldingKind = "service"
	HoldsServiceToo HoldingKind = "service_backup"
	HoldsLead       HoldingKind = "group_lead"
	HoldsSecretary  HoldingKind = "group_secretary"
	HoldsGroup      HoldingKind = "group"
	HoldsExternal   HoldingKind = "external"    // in charge of somebody from outside
	HoldsOffice     HoldingKind = "office"      // enters what an office outside answers
	HoldsPermission HoldingKind = "responsible" // in charge of a permission of somebody else's
	HoldsAccount    HoldingKind = "account"     // a permission of his own, which is closed
	HoldsCategory   HoldingKind = "category"    // a right of a category, in his own name
	// HoldsDistribution is a document that he is to read each version of.
	HoldsDistribution HoldingKind = "distribution"
	HoldsDeputies     HoldingKind = "deputies"   // who stands in for him
	HoldsDeputyship   HoldingKind = "deputyship" // for whom he stands in
	HoldsEntry        HoldingKind = "entry"      // a row of a host's own list that names him
)

// keeping is a field of a living list that names people, and what follows when one of
// them leaves.
type keeping struct {
	kind  HoldingKind
	list  string
	field string // a column as "members.person"
	need  keepingNeed
	// besides is, with needsIfLast, the field of those whom these stand in for.
	besides string
	ends    bool
}

// keepingNeed says when somebody must follow.
type keepingNeed int

const (
	needsNobody keepingNeed = iota
	needsAlways
	needsIfAlone // where nobody else who is there is named beside him
	needsIfLast  // where besides nobody is named whom this one would stand in for
	needsIfHead  // a post that heads a unit or for which something waits, where nobody else holds it
	needsIfVacant
)

// meanings are what the built-in lists mean by naming somebody, in the order of the sheet
// on which it is handed over.
var meanings = []keeping{
	{kind: HoldsPost, list: register.Posts, field: "holders.person", need: needsIfHead},
	{kind: HoldsRole, list: register.Roles, field: "members.person", need: needsIfVacant},
	{kind: HoldsOwner, list: register.Systems, field: "owner", need: needsAlways},
	{kind: HoldsAdmin, list: register.Systems, field: "admins", need: needsIfAlone},
	{kind: HoldsBackup, list: register.Systems, field: "backup_admins", need: needsIfLast, besides: "admins"},
	{kind: HoldsService, list: register.Services, field: "handlers", need: needsIfAlone},
	{kind: HoldsServiceToo, list: register.Services, field: "backup_handlers", need: needsIfLast, besides: "handlers"},
	{kind: HoldsLead, list: register.Groups, field: "lead", need: needsAlways},
	{kind: HoldsSecretary, list: register.Groups, field: "secretary"},
	{kind: HoldsGroup, list: register.Groups, field: "members"},
	{kind: HoldsExternal, list: register.Externals, field: "responsible", need: needsAlways},
	{kind: HoldsOffice, list: register.Offices, field: "entered_by", need: needsAlways},
	{kind: HoldsPermission, list: register.Grants, field: "responsible", need: needsAlways},
	{kind: HoldsAccount, list: register.Grants, field: "user", ends: true},
	{kind: HoldsCategory, list: register.Categories, field: "maintain_people", need: needsIfAlone},
	{kind: HoldsCategory, list: register.Categories, field: "read_people"},
	{kind: HoldsCategory, list: register.Categories, field: "maintain.key", need: needsIfAlone},
	{kind: HoldsCategory, list: register.Categories, field: "read.key"},
	{kind: HoldsDistribution, list: register.Distributions, field: "people", ends: true},
	{kind: HoldsDeputies, list: register.Deputies, field: "principal", ends: true},
	{kind: HoldsDeputyship, list: register.Deputies, field: "ordered", ends: true},
}

// past are fields of the built-in lists that say who did something, or whose own something is:
// that stays so.
var past = []string{register.Deputies + "/set_by", register.Grants + "/applicant", register.Grants + "/closed_by", register.Certificates + "/person", register.DocumentLoans + "/person", register.DocumentLoans + "/ended_by", register.LegalHolds + "/person"}

// keepingsIn are the fields in which lists name people: those of the built-in lists with
// what they mean, then whatever else their forms have that holds people, such as the lists
// of a host. There somebody must follow where the form requires somebody.
func keepingsIn(lists *register.Registry) []keeping {
	var out, others []keeping
	for _, keep := range meanings {
		if _, ok := lists.List(keep.list); ok {
			out = append(out, keep)
		}
	}
	for _, key := range lists.Lists() {
		l, _ := lists.List(key)
		form, _ := lists.Form(key)
		note := func(path string, f forms.Field, inTable bool) {
			known := func(keep keeping) bool { return keep.list == key && keep.field == path }
			if slices.ContainsFunc(meanings, known) || slices.Contains(past, key+"/"+path) || !holdsPeople(form, path) {
				return
			}
			keep := keeping{kind: HoldsEntry, list: key, field: path}
			switch several := f.Type == "refs" || f.Type == "persons"; {
			case f.Required && (several || inTable):
				keep.need = needsIfAlone
			case f.Required:
				keep.need = needsAlways
			}
			others = append(others, keep)
		}
		for _, f := range l.Schema.Fields {
			note(f.Key, f, false)
			for _, column := range f.Fields {
				note(f.Key+"."+column.Key, column, true)
			}
		}
	}
	return append(out, others...)
}

// holdsPeople says whether a field of a list's form holds people of the house.
func holdsPeople(form *forms.Form, path string) bool {
	info, ok := form.Field(path)
	return ok && (info.Type == "person" || info.Type == "persons" || info.List == "register/"+register.People)
}
