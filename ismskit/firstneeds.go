package ismskit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// What a house enters before its first request, in an order that can be done.
const (
	NeedUnits     = "units"
	NeedPeople    = "people" // with the posts they hold and, where Config.SignsIn is set, a way in
	NeedRoles     = "roles"
	NeedSystems   = "systems"
	NeedCalendar  = "calendar"
	NeedDocuments = "documents"
)

// FirstNeed is one of the things that a house enters, with what it still lacks.
type FirstNeed struct {
	What  string
	Have  int // how many there are; of the calendar the last year it holds, AD
	Lacks []Lack
	// Later says that a request can be sent without it.
	Later bool
}

// Lack is something that is missing, and of what.
type Lack struct {
	Code string
	Of   []forms.Text
	Year int // of LackYear, AD
}

// What may be lacking.
const (
	LackAny    = "any"     // there is none
	LackOthers = "others"  // nobody but one person, who cannot sign for himself
	LackSignIn = "sign_in" // fewer than two people can sign in
	LackHead   = "head"    // for the people of these units nobody decides
	LackMember = "member"  // of the house has these roles
	LackOwner  = "owner"   // these systems have none
	LackItems  = "items"   // these systems have no permission item that can be asked for
	LackAdmin  = "admin"   // nobody administers the permissions of these systems
	LackYear   = "year"    // the calendar does not hold this year
)

// Lacking says whether something is missing without which no request can be sent.
func Lacking(needs []FirstNeed) bool {
	return slices.ContainsFunc(needs, func(n FirstNeed) bool { return !n.Later && len(n.Lacks) > 0 })
}

// FirstNeeds says what the house has and lacks of what a first request needs, for those
// who manage people or lists (else ErrForbidden). What a Directory of the host's own
// keeps is left out where it cannot list it (Roster).
func (r Registers) FirstNeeds(ctx context.Context, actor Actor) ([]FirstNeed, error) {
	r.k = r.k.once()
	k := r.k
	if err := k.allow(ctx, actor, slices.Concat(k.cfg.Rights.ManagePeople, k.cfg.Rights.ManageLists)); err != nil {
		return nil, err
	}
	var out []FirstNeed
	units, err := k.People().Units(ctx, actor)
	switch {
	case err == nil:
		people, err := k.needPeople(ctx, units)
		if err != nil {
			return nil, err
		}
		roles, err := k.needRoles(ctx, actor)
		if err != nil {
			return nil, err
		}
		out = append(out, needUnits(units, len(people.Lacks) == 0), people, roles)
	case !errors.Is(err, ErrNotFound):
		return nil, err
	}
	systems, err := k.needSystems(ctx, actor)
	if err != nil {
		return nil, err
	}
	days, err := k.needCalendar(ctx, actor)
	if err != nil {
		return nil, err
	}
	papers, err := k.needDocuments(ctx, actor)
	return append(out, systems, days, papers), err
}

// needUnits counts the units beneath the house. One so small that all work in the house
// itself lacks none once they have somebody to decide.
func needUnits(units []UnitView, manned bool) FirstNeed {
	need := FirstNeed{What: NeedUnits}
	for _, u := range units {
		if u.Depth > 0 {
			need.Have++
		}
	}
	if need.Have == 0 && !manned {
		need.Lacks = append(need.Lacks, Lack{Code: LackAny})
	}
	return need
}

func (k *Kit) needPeople(ctx context.Context, units []UnitView) (FirstNeed, error) {
	need, known := FirstNeed{What: NeedPeople}, map[string]bool{}
	headless := Lack{Code: LackHead}
	for _, u := range units {
		for _, h := range u.People {
			known[h.Person] = true
		}
		if len(u.People) > 0 && len(u.Heads) == 0 {
			headless.Of = append(headless.Of, inBoth(u.Name, u.NameEN))
		}
	}
	if need.Have = len(known); need.Have < 2 {
		need.Lacks = append(need.Lacks, Lack{Code: LackOthers})
	}
	let, err := k.letIn(ctx, "")
	if err != nil {
		return need, err
	}
	if let != nil {
		in := 0
		for person := range known {
			if let(person) {
				in++
			}
		}
		if in < 2 {
			need.Lacks = append(need.Lacks, Lack{Code: LackSignIn})
		}
	}
	if len(headless.Of) > 0 {
		need.Lacks = append(need.Lacks, headless)
	}
	return need, nil
}

func inBoth(name, english string) forms.Text {
	out := forms.Text{"zh-TW": name}
	if english != "" {
		out["en"] = english
	}
	return out
}

// needRoles looks at the roles that the ways of the forms on offer ask for.
func (k *Kit) needRoles(ctx context.Context, actor Actor) (FirstNeed, error) {
	need := FirstNeed{What: NeedRoles}
	roles, err := k.People().Roles(ctx, actor)
	if err != nil {
		return need, err
	}
	held, titles := map[string]bool{}, map[string]forms.Text{}
	for _, v := range roles {
		name := v.Module + "/" + v.Key
		held[name] = held[name] || !v.Vacant
		if titles[name] == nil {
			titles[name] = inBoth(v.Title, v.TitleEN)
		}
	}
	vacant, seen := Lack{Code: LackMember}, map[string]bool{}
	for _, key := range k.kinds.keys {
		kind, ok := k.kinds.latestOf(key)
		if !ok {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(kind.roles)) {
			switch {
			case seen[name]:
			case held[name]:
				need.Have++
			case titles[name] != nil:
				vacant.Of = append(vacant.Of, titles[name])
			default: // it is not even in the list
				vacant.Of = append(vacant.Of, forms.Text{"zh-TW": name})
			}
			seen[name] = true
		}
	}
	if len(vacant.Of) > 0 {
		need.Lacks = append(need.Lacks, vacant)
	}
	return need, nil
}

// needSystems is content with one system that can be asked for; while there is none, it
// says of each what it lacks.
func (k *Kit) needSystems(ctx context.Context, actor Actor) (FirstNeed, error) {
	need := FirstNeed{What: NeedSystems}
	rows, err := k.Registers().Rows(ctx, actor, register.Query{List: register.Systems, At: k.moment()})
	if err != nil {
		return need, err
	}
	cells, err := k.Registers().Cells(ctx, actor, rows...)
	if err != nil {
		return need, err
	}
	if need.Have = len(rows); need.Have == 0 {
		need.Lacks = append(need.Lacks, Lack{Code: LackAny})
	}
	lacks := []Lack{{Code: LackOwner}, {Code: LackItems}, {Code: LackAdmin}}
	for _, c := range cells {
		offered := slices.ContainsFunc(c.Rows("items"), func(item register.Cells) bool { return !item.Flag("stopped") })
		fit := []bool{c.ID("owner") != "", offered, register.Administered(c)}
		if !slices.Contains(fit, false) {
			return need, nil
		}
		for i, ok := range fit {
			if !ok {
				lacks[i].Of = append(lacks[i].Of, inBoth(c.Text("name"), c.Text("name_en")))
			}
		}
	}
	need.Lacks = append(need.Lacks, slices.DeleteFunc(lacks, func(l Lack) bool { return len(l.Of) == 0 })...)
	return need, nil
}

func (k *Kit) needCalendar(ctx context.Context, actor Actor) (FirstNeed, error) {
	c, err := k.Closures().Calendar(ctx, actor)
	need := FirstNeed{What: NeedCalendar, Have: c.Last}
	if this := calendar.DateOf(k.moment().In(k.location)).Year; err == nil && c.Last < this {
		need.Lacks = append(need.Lacks, Lack{Code: LackYear, Year: this})
	}
	return need, err
}

func (k *Kit) needDocuments(ctx context.Context, actor Actor) (FirstNeed, error) {
	all, err := k.Documents().List(ctx, actor, document.Query{})
	need := FirstNeed{What: NeedDocuments, Have: len(all), Later: true}
	if err == nil && need.Have == 0 {
		need.Lacks = append(need.Lacks, Lack{Code: LackAny})
	}
	return need, err
}

// letIn says who can sign in, as if one login ("" for none) were disabled; nil where
// only the host knows (Config.SignsIn), and everybody counts.
func (k *Kit) letIn(ctx context.Context, without string) (func(person string) bool, error) {
	if k.cfg.SignsIn == nil {
		return nil, nil
	}
	people, err := k.cfg.SignsIn(ctx, without)
	if err != nil {
		return nil, fmt.Errorf("ismskit: who can sign in: %w", err)
	}
	in := make(map[string]bool, len(people))
	for _, id := range people {
		in[id] = true
	}
	return func(person string) bool { return in[person] }, nil
}
