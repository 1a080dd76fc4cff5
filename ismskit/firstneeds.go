package ismskit

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
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
	// Entries are the lists in which it is entered.
	Entries []FirstEntry
	// Later says that a request can be sent without it.
	Later bool
}

// FirstEntry is a list in which something of a need is entered.
type FirstEntry struct {
	List string // its key; empty for the documents
	May  bool   // the actor may enter it
	// Roles are, where he may not, the roles that may: those that somebody has, or all
	// where nobody has any.
	Roles []forms.Text
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
	LackSignIn = "sign_in" // nobody who can sign in has somebody who decides for him and can as well
	LackHead   = "head"    // these units have none, and nobody has somebody who decides for him
	LackMember = "member"  // of the house has these roles
	LackOwner  = "owner"   // these systems have none
	LackItems  = "items"   // these systems have no permission item that can be asked for
	LackAdmin  = "admin"   // nobody administers the permissions of these systems
	LackYear   = "year"    // the calendar does not hold this year
)

// FirstNeeds says what the house has and lacks of what a first request needs, for those
// who manage people or lists (else ErrForbidden); none once a request can be sent, or has
// been: what a running house lacks later, as the calendar of a new year, is told by a
// notice to whoever looks after it, and by Check. What a
// Directory of the host's own keeps is left out where it cannot list it (Roster).
func (r Registers) FirstNeeds(ctx context.Context, actor Actor) ([]FirstNeed, error) {
	r.k = r.k.once()
	k := r.k
	if err := k.allow(ctx, actor, slices.Concat(k.cfg.Rights.ManagePeople, k.cfg.Rights.ManageLists)); err != nil {
		return nil, err
	}
	if running, err := k.running(ctx); err != nil || running {
		return nil, err
	}
	var out []FirstNeed
	var roles []RoleView
	units, err := k.People().Units(ctx, actor)
	switch {
	case err == nil:
		people, err := k.needPeople(ctx, units)
		if err != nil {
			return nil, err
		}
		if roles, err = k.People().Roles(ctx, actor); err != nil {
			return nil, err
		}
		out = append(out, needUnits(units, len(people.Lacks) == 0), people, k.needRoles(roles))
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
	if err != nil {
		return nil, err
	}
	out = append(out, systems, days, papers)
	if !slices.ContainsFunc(out, func(n FirstNeed) bool { return !n.Later && len(n.Lacks) > 0 }) {
		return nil, nil
	}
	return out, r.enteredBy(ctx, actor, roles, out)
}

// running says whether somebody of the house has sent a request; what opens by itself
// begins no house. Mostly the newest case says it: they are looked through a few at a time.
func (k *Kit) running(ctx context.Context) (bool, error) {
	const atATime = 20
	q := CaseQuery{Roots: true, Limit: atATime, Phases: []string{
		string(workflow.PhaseRunning), string(workflow.PhaseReturned), string(workflow.PhaseSuspended), string(workflow.PhaseClosed),
	}}
	for {
		rows, err := k.listCases(ctx, q)
		if err != nil {
			return false, err
		}
		for _, row := range rows {
			extra, err := parseExtra(row.Extra)
			if err != nil || extra.Cause == "" {
				return err == nil, err
			}
		}
		if len(rows) < atATime {
			return false, nil
		}
		last := rows[len(rows)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
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

func inBoth(name, english string) forms.Text {
	out := forms.Text{"zh-TW": name}
	if english != "" {
		out["en"] = english
	}
	return out
}

// needRoles looks at the roles that the ways of the forms on offer ask for.
func (k *Kit) needRoles(roles []RoleView) FirstNeed {
	need := FirstNeed{What: NeedRoles}
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
	return need
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
