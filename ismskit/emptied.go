package ismskit

import (
	"slices"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// RoleEmptied is ErrRoleEmptied with what has nobody then, and from when.
type RoleEmptied struct {
	From  time.Time
	Steps []EmptiedStep
}

// EmptiedStep is a step of a type for which the people of a role are asked.
type EmptiedStep struct {
	Type, Step workflow.Text
	What       Emptying
}

// Emptying is what a step lacks without the people of a role.
type Emptying string

// What a step may lack.
const (
	EmptiesAll    Emptying = "all"    // nobody can do it, and every case comes to it: none can be sent
	EmptiesSome   Emptying = "some"   // nobody can do it where a case comes to it
	EmptiesBehind Emptying = "behind" // nobody stands in where the others it asks for are not there
	EmptiesLate   Emptying = "late"   // nobody is told when it is late
)

// Error is that of ErrRoleEmptied.
func (e *RoleEmptied) Error() string { return ErrRoleEmptied.Error() }

// Unwrap makes it an ErrRoleEmptied.
func (e *RoleEmptied) Unwrap() error { return ErrRoleEmptied }

// lacking are the steps that ask for the people of a role. One of a single agency leaves
// others elsewhere, so that cases can still be sent.
func (k *Kit) lacking(module, role, agency string) []EmptiedStep {
	is := func(w workflow.Who) bool {
		return w.Kind == workflow.WhoRole && w.Module == module && w.Role == role
	}
	var out []EmptiedStep
	for _, key := range k.kinds.keys {
		kind, ok := k.kinds.latestOf(key)
		if !ok {
			continue
		}
		ways, whole := kind.flow.Passages(maxWays)
		for _, step := range kind.flow.Steps() {
			note := func(what Emptying) {
				out = append(out, EmptiedStep{Type: workflow.Text(kind.Title), Step: step.Name, What: what})
			}
			others := slices.ContainsFunc(step.Who, func(w workflow.Who) bool { return !is(w) })
			switch {
			case !slices.ContainsFunc(step.Who, is):
			case others:
				note(EmptiesBehind)
			case agency == "" && whole && !slices.ContainsFunc(ways, func(way []string) bool { return !slices.Contains(way, step.ID) }):
				note(EmptiesAll)
			default:
				note(EmptiesSome)
			}
			if step.Remind != nil && slices.ContainsFunc(step.Remind.Escalate, func(e workflow.Escalation) bool { return is(e.To) }) {
				note(EmptiesLate)
			}
		}
	}
	return out
}
