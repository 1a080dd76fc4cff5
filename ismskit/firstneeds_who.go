package ismskit

import (
	"context"
	"errors"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// firstLists are where what a first request needs is entered; the empty one is the documents.
var firstLists = map[string][]string{
	NeedUnits:     {register.Units},
	NeedPeople:    {register.People, register.Posts},
	NeedRoles:     {register.Roles},
	NeedSystems:   {register.Systems},
	NeedCalendar:  {register.Calendars},
	NeedDocuments: {""},
}

// enteredBy says of each need where it is entered, and whether by the actor or by whom.
func (r Registers) enteredBy(ctx context.Context, actor Actor, roles []RoleView, needs []FirstNeed) error {
	for i, n := range needs {
		for _, list := range firstLists[n.What] {
			may, who := r.k.allow(ctx, actor, r.k.cfg.Rights.ManageDocs), r.k.cfg.Rights.ManageDocs
			if list != "" {
				may, who = r.mayChange(ctx, actor, list, register.Row{}), r.changers(list)
			}
			entry := FirstEntry{List: list, May: may == nil}
			switch {
			case errors.Is(may, ErrForbidden):
				entry.Roles = titled(who, roles)
			case may != nil:
				return may
			}
			needs[i].Entries = append(needs[i].Entries, entry)
		}
	}
	return nil
}

// titled are what some roles are called: those that somebody has, or all where nobody has
// any. A role that is in no list is called by its name.
func titled(names []string, roles []RoleView) []forms.Text {
	var held, all []forms.Text
	for _, name := range names {
		title, vacant := forms.Text{"zh-TW": name}, true
		for _, v := range slices.Backward(roles) { // one role may be there for several agencies
			if v.Module+"/"+v.Key == name {
				title, vacant = inBoth(v.Title, v.TitleEN), vacant && v.Vacant
			}
		}
		if all = append(all, title); !vacant {
			held = append(held, title)
		}
	}
	if len(held) > 0 {
		return held
	}
	return all
}
