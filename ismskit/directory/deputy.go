package directory

import (
	"slices"
	"time"
)

// Scope says what a matter is, so that a deputy's limits can be compared with it.
// An empty field is unknown, and no limit on it is met.
type Scope struct {
	Module string // module key, e.g. "access"
	Form   string // form number or type key
	System string // row id in the list systems
	Role   string // the capacity asked for: a role's key, or "unit_head" for the head of a unit
	Level  string // document level or decision level
	Kind   string // kind of step: review, approve, consult, handle, question, confirm, attest, accept, read
}

// Limits is what an entry in the list of deputies is confined to. A matter lies
// within when one of Modules, Forms, Systems and Roles names it (or none of the
// four says anything), when Levels names its level (or is empty), and when
// NotKinds doesn't name its kind.
type Limits struct {
	Modules  []string
	Forms    []string
	Systems  []string
	Roles    []string
	Levels   []string
	NotKinds []string
	// Text says the same to people; it confines nothing by itself.
	Text string
}

// All reports whether nothing is confined.
func (l Limits) All() bool {
	return l.anywhere() && len(l.Levels) == 0 && len(l.NotKinds) == 0
}

func (l Limits) anywhere() bool {
	return len(l.Modules) == 0 && len(l.Forms) == 0 && len(l.Systems) == 0 && len(l.Roles) == 0
}

// Covers reports whether a matter lies within the limits.
func (l Limits) Covers(s Scope) bool {
	named := l.anywhere() || slices.Contains(l.Modules, s.Module) || slices.Contains(l.Forms, s.Form) ||
		slices.Contains(l.Systems, s.System) || slices.Contains(l.Roles, s.Role)
	if !named || len(l.Levels) > 0 && !slices.Contains(l.Levels, s.Level) {
		return false
	}
	return len(l.NotKinds) == 0 || s.Kind != "" && !slices.Contains(l.NotKinds, s.Kind)
}

func (l Limits) equal(other Limits) bool {
	return slices.Equal(l.Modules, other.Modules) && slices.Equal(l.Forms, other.Forms) &&
		slices.Equal(l.Systems, other.Systems) && slices.Equal(l.Roles, other.Roles) &&
		slices.Equal(l.Levels, other.Levels) && slices.Equal(l.NotKinds, other.NotKinds)
}

// Conflict says when a deputy may not act, beyond what holds for everybody: he is
// never the applicant, nor another signer of the case.
type Conflict struct {
	When string // deputy_is_account_user, deputy_is_responsible, filler_is_checker, deputy_is_applicant
	Unit string // unit whose head gets the matter then; "" for the next deputy
	Text string // the same in words
}

// Deputy is somebody who may act for a principal at the moment asked about.
type Deputy struct {
	Holder
	Entry    string // row id in the list deputies that lets him
	Order    int    // his place among those present, 1 for the first
	Standing bool   // he is a usual deputy, not one named for this absence
	// From and To are those of the entry; a standing one has no From, and a To only where its end is set.
	From, To time.Time
	Reason   string // why the principal is away, e.g. 公假; "" where the entry says nothing
	Limits   Limits
	Conflict Conflict
}

// Principal is somebody for whom a person may act at the moment asked about.
type Principal struct {
	Holder
	Entry    string
	Standing bool
	// First is false when somebody else who is present comes before him within
	// Limits; then he may act only in a case in which that one may not.
	First bool
	// Ahead are all who are present and come before him, in any matter.
	Ahead    []Ahead
	From, To time.Time // of the principal's absence
	Reason   string
	Limits   Limits
	Conflict Conflict
}

// Ahead is somebody who comes before a person as a principal's deputy, in the matters that Limits
// cover: there that person acts only where he may not.
type Ahead struct {
	Person   string
	Limits   Limits
	Conflict Conflict
}

// Acting picks who acts: the first deputy who isn't barred. Those after him may
// not act as long as he can. ok is false when the list is used up; then the
// direct superior appoints (U5).
func Acting(deputies []Deputy, barred func(Deputy) bool) (d Deputy, ok bool) {
	for _, d := range deputies {
		if barred == nil || !barred(d) {
			return d, true
		}
	}
	return Deputy{}, false
}
