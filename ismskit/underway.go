package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// Links of a case to another about the same thing, which would undo it: whoever has
// one of them to do is told while the other is on its way.
const (
	LinkExtension = "extension" // more time is being asked for
	LinkClosure   = "closure"   // it is being closed
)

// UnderWay is another case about the same thing that is on its way.
type UnderWay struct {
	Kind   string // LinkExtension, LinkClosure
	Case   string // its id
	Number string // "" while it has none
	Type   TypeInfo
	Word   string        // its state, as record.Word says it
	Step   workflow.Text // where it stands, nil where at no step
	// MayRead says that the reader may open it. Where he may not, he has the task that
	// it would undo, and is told its number and where it stands, nothing else.
	MayRead bool
}

// CaseOf is the id of the case that a cause opens, there or not yet: for a Link to it.
func CaseOf(cause string) string { return idOfCause(cause) }

// underWay are the cases about the same thing as this one, or as the request it is a
// row of, that have not ended. That there is one is told to those who may read it, and
// to whoever has something to do in this one.
func (k *Kit) underWay(ctx context.Context, actor Actor, c caseInHand, mine []MyTask, now time.Time) ([]UnderWay, error) {
	links := c.extra.Links
	if c.row.Parent != "" {
		parent, err := k.take(ctx, c.row.Parent)
		if err != nil {
			return nil, err
		}
		links = slices.Concat(links, parent.extra.Links)
	}
	var out []UnderWay
	for _, l := range links {
		if l.Kind != LinkExtension && l.Kind != LinkClosure {
			continue
		}
		other, may, err := k.readable(ctx, actor, l.Case, now)
		if err != nil {
			return nil, err
		}
		if other.row.ID == "" || other.state.Phase == workflow.PhaseClosed || !may && len(mine) == 0 {
			continue
		}
		line, err := k.line(ctx, other.row)
		if err != nil {
			return nil, err
		}
		out = append(out, UnderWay{Kind: l.Kind, Case: line.ID, Number: line.Number, Type: line.Kind, Word: line.Word, Step: line.Step, MayRead: may})
	}
	return out, nil
}
