package web

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// changeRole adds a member, sets the last day of one, or takes one back who has not begun.
func (p *Pages) changeRole(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	row, _, err := p.rowOf(r, register.Roles, r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	values, err := p.kit.Registers().Fields(r.Context(), p.actor(r), row)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	posted := map[string]string{}
	for _, name := range []string{"from", "to", "basis", "last_day", "end_basis", "do", "row", "member", "back_basis", "seen", "empties"} {
		posted[name] = strings.TrimSpace(r.PostForm.Get(name))
	}
	page := rolePage{Posted: posted, people: maps.Clone(forms.Posted(r.PostForm)), pick: map[string][]option{}}
	var unknown *forms.Fault
	if posted["person"], unknown, err = p.personPicked(r, page.people, "person", page.pick); err != nil {
		p.fail(w, r, err)
		return
	}
	values, flash, unread := p.membersAfter(r, values.Clone(), posted, unknown)
	seen := row.Revision
	if posted["seen"] != "" && posted["seen"] != formatInt(row.Revision) {
		seen = -1 // somebody changed it meanwhile: the Kit refuses
	}
	_, err = p.kit.Registers().Put(r.Context(), p.actor(r), ismskit.RowChange{
		List: register.Roles, ID: row.ID, Seen: seen, Values: values, Reason: firstText(posted["basis"], posted["end_basis"], posted["back_basis"]), Unread: unread,
		KeepHeld: posted["do"] != "add" && posted["empties"] != page.Ending(),
	})
	if emptied, ok := errors.AsType[*ismskit.RoleEmptied](err); ok {
		page.Empties, page.Emptied = true, p.emptied(r, emptied)
		p.showRole(w, r, http.StatusOK, page, nil)
		return
	}
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		p.showRole(w, r, http.StatusUnprocessableEntity, page, p.memberFaults(r, posted["do"], invalid))
		return
	}
	if errors.Is(err, ismskit.ErrConflict) {
		p.showRole(w, r, http.StatusConflict, page, p.memberFaults(r, posted["do"], unread))
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, p.moduleHome(r, r.PathValue("module")).Role(row.ID), flash)
}

var emptiedTexts = map[ismskit.Emptying]string{
	ismskit.EmptiesAll: "roles.empties_all", ismskit.EmptiesSome: "roles.empties_some", ismskit.EmptiesBehind: "roles.empties_behind", ismskit.EmptiesLate: "roles.empties_late",
}

// emptied says of each form what can't be done once nobody has a role.
func (p *Pages) emptied(r *http.Request, e *ismskit.RoleEmptied) []string {
	out := make([]string, len(e.Steps))
	for i, s := range e.Steps {
		out[i] = p.text(r, emptiedTexts[s.What], "Form", p.in(r, s.Type), "Step", p.in(r, s.Step), "Day", p.dayShort(r, p.day(e.From)))
	}
	return out
}

// endFields are the fields of the form that ends a membership, by those of the list.
var endFields = map[string]string{"person": "row", "to": "last_day", "basis": "end_basis"}

// memberFaults are the faults of the list at the fields of the form that was sent.
func (p *Pages) memberFaults(r *http.Request, do string, invalid forms.Invalid) []faultLink {
	var out []faultLink
	for _, f := range invalid {
		_, field, ok := strings.Cut(f.Field, ".")
		if !ok {
			field = "person"
		}
		switch do {
		case "end":
			field = firstText(endFields[field], "row")
		case "back":
			field = "member"
		}
		out = append(out, faultLink{Field: field, Text: f.Message(p.lang(r))})
	}
	return out
}

// membersAfter are the fields of a role after what was asked for, and what of it could not
// be read.
func (p *Pages) membersAfter(r *http.Request, values forms.Values, posted map[string]string, unknown *forms.Fault) (forms.Values, string, forms.Invalid) {
	var unread forms.Invalid
	members, _ := values["members"].([]forms.Row)
	at := len(members) + 1
	date := func(name, column, label string, needed bool) (calendar.Date, bool) {
		if posted[name] == "" && !needed {
			return calendar.Date{}, false
		}
		d, err := calendar.ParseDate(posted[name])
		if err != nil {
			f := forms.Unread("members."+column, p.everyLang(label), err)
			f.Row = at
			unread = append(unread, f)
		}
		return d, err == nil
	}
	needs := func() {
		unread = append(unread, forms.Fault{Field: "members.person", Row: at, Code: "required", Text: p.everyLang("roles.need_member")})
	}
	switch posted["do"] {
	case "end":
		_, n := values.RowByID("members", posted["row"])
		if n > 0 {
			at = n
		} else {
			needs()
		}
		if last, ok := date("last_day", "to", "roles.last_day", true); ok && n > 0 {
			member := members[n-1].Clone()
			member["to"] = last
			if posted["end_basis"] != "" {
				member["basis"] = joined(p.text(r, "word.list"), text(member["basis"]), posted["end_basis"])
			}
			changed := append([]forms.Row(nil), members...)
			changed[n-1] = member
			values["members"] = changed
		}
		return values, p.text(r, "roles.ended"), unread
	case "back":
		if _, n := values.RowByID("members", posted["member"]); n > 0 {
			values["members"] = slices.Delete(slices.Clone(members), n-1, n)
		} else {
			needs()
		}
		return values, p.text(r, "roles.taken_back"), unread
	default:
		member := forms.Row{forms.RowID: forms.NewRowID()}
		if unknown != nil {
			f := *unknown
			f.Field, f.Row, f.Part = "members.person", at, ""
			unread = append(unread, f)
		} else if posted["person"] != "" {
			member["person"] = forms.Ref{List: "register/" + register.People, ID: posted["person"]}
		}
		if from, ok := date("from", "from", "word.from", false); ok {
			member["from"] = from
		}
		if to, ok := date("to", "to", "word.until", false); ok {
			member["to"] = to
		}
		if posted["basis"] != "" {
			member["basis"] = posted["basis"]
		}
		values["members"] = append(append([]forms.Row(nil), members...), member)
		return values, p.text(r, "roles.added"), unread
	}
}
