package register

import (
	"cmp"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// memberNamed refuses a member of a role who is nobody, neither a person nor a post, and
// one of whom is not said since when. A host's stock may leave the day open: it was so
// before there was a list.
func memberNamed(old, now Cells, at Moment) forms.Invalid {
	if at.Stock {
		return nil
	}
	was := byIdentity(old.Rows("members"))
	var faults forms.Invalid
	for i, row := range now.Rows("members") {
		before, stored := was[identity(row.values)]
		if whose(row) == "" && (!stored || whose(before) != "") {
			faults = append(faults, memberFault("members.person", "member_person", i+1, row))
		}
		if _, said := firstDay(row); !said {
			if _, was := firstDay(before); was || !stored {
				faults = append(faults, memberFault("members.from", "member_from", i+1, row))
			}
		}
	}
	return faults
}

// memberBegun keeps whoever has, or had, a role on the list: he can be given a last day,
// but is neither taken back nor made somebody else. One who has not begun may be.
func memberBegun(old, now Cells, at Moment) forms.Invalid {
	if at.Stock {
		return nil
	}
	today, is := dateOf(at.Time, at.Office), byIdentity(now.Rows("members"))
	begun := func(row Cells) bool {
		from, said := firstDay(row)
		return !said || !from.After(today)
	}
	place := map[string]int{}
	for i, row := range now.Rows("members") {
		place[identity(row.values)] = i + 1
	}
	var faults forms.Invalid
	for _, before := range old.Rows("members") {
		if !begun(before) {
			continue
		}
		id := identity(before.values)
		row, there := is[id]
		switch {
		case !there:
			faults = append(faults, memberFault("members", "member_begun", 0, before))
		case whose(row) != whose(before):
			faults = append(faults, memberFault("members.person", "member_begun", place[id], before))
		case !begun(row):
			faults = append(faults, memberFault("members.from", "member_begun", place[id], before))
		}
	}
	return faults
}

func byIdentity(rows []Cells) map[string]Cells {
	out := map[string]Cells{}
	for _, row := range rows {
		out[identity(row.values)] = row
	}
	return out
}

// whose says who a member is: a person, or whoever holds a post.
func whose(row Cells) string {
	if person := row.ID("person"); person != "" {
		return "person/" + person
	}
	if post := row.ID("post"); post != "" {
		return "post/" + post
	}
	return ""
}

func firstDay(row Cells) (calendar.Date, bool) {
	from, said := row.values["from"].(calendar.Date)
	return from, said
}

func memberFault(field, code string, at int, row Cells) forms.Fault {
	f := fault(field, code)
	f.Title = cmp.Or(row.Text("person"), row.Text("post"), row.ID("person"), row.ID("post"))
	f.Text = texts(code, map[string]string{"who": f.Title})
	if f.Row = at; at > 0 {
		f.RowID = identity(row.values)
	}
	return f
}
