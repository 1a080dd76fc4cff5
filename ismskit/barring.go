package ismskit

import (
	"slices"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// barring is who may not act in a task as anybody's deputy: it is for the next of the deputies, or
// for whom a superior names. To-do lists keep it, for there it decides whose list a task is on.
type barring struct {
	Barred []string `json:"barred,omitempty"`
	// For are those who signed for somebody, and for whom: what they did is his, so they may go on
	// for him and for nobody else.
	For map[string]string `json:"barred_for,omitempty"`
	// Named are the people that the form names, by what a deputy's entry says of them.
	Named map[string][]string `json:"barred_named,omitempty"`
}

// conflictFields are the fields whose person a deputy's entry may rule out.
var conflictFields = map[string]string{
	"deputy_is_account_user": "account_user",
	"deputy_is_responsible":  "responsible",
}

// barringOf leaves out the applicant and who wrote for him, which to-do lists know anyway.
func barringOf(c *caseInHand, t *workflow.Task) barring {
	var b barring
	if asked := c.asked(); asked != c.row.Applicant {
		b.add(asked)
	}
	if !t.Alone && !t.Origin.About() {
		b.add(c.excluded(t.Step)...) // they have a part in a step that this one is kept apart from
	}
	b.add(workflow.SignBeside(c.state, *t)...) // as the engine refuses them
	for i := range c.state.Tasks {
		// Whoever signed in his own right is another signer.
		o := &c.state.Tasks[i]
		if o.ID == t.ID || o.By == nil || o.Round != t.Round || o.Status != workflow.TaskDone || o.Origin == workflow.OriginOwed {
			continue
		}
		if whom, twice := b.For[o.By.Person]; o.For == nil || twice && whom != o.For.Person {
			b.add(o.By.Person)
		} else if !twice {
			if b.For == nil {
				b.For = map[string]string{}
			}
			b.For[o.By.Person] = o.For.Person
		}
	}
	for when, field := range conflictFields {
		if people := c.people(field); len(people) > 0 {
			if b.Named == nil {
				b.Named = map[string][]string{}
			}
			b.Named[when] = people
		}
	}
	return b
}

func (b *barring) add(people ...string) {
	for _, person := range people {
		if !slices.Contains(b.Barred, person) {
			b.Barred = append(b.Barred, person)
		}
	}
}

// bars says whether somebody may not act for a principal, by an entry that says so of a conflict.
func (b *barring) bars(person, principal string, conflict directory.Conflict) bool {
	whom, acted := b.For[person]
	return slices.Contains(b.Barred, person) || acted && whom != principal || slices.Contains(b.Named[conflict.When], person)
}

// barsIn is bars of a row of to-do lists.
func (b *taskBody) barsIn(r TaskRow, person, principal string, conflict directory.Conflict) bool {
	return person == r.Applicant || person == b.Writer || b.bars(person, principal, conflict)
}
