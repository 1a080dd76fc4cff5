package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// UnderWay is another case that is on its way and would undo what this one is about.
type UnderWay struct {
	Kind string // ConcernExtension, ConcernClosure
	// Case is its id, "" where the reader may not open it: then he has the task that it
	// would undo, and is told its number and where it stands, nothing else.
	Case string
	// Unsent says that it is only a draft that was put before somebody, which is his
	// alone: whoever may not open it is told that it is there, and nothing of it.
	Unsent bool
	Number string // "" while it has none
	Type   TypeInfo
	Word   string        // its state, as record.Word says it
	Step   workflow.Text // where it stands, nil where at no step
}

// underWay are the cases that have not ended and would undo what this one, or the row
// it is for, is about. That there is one is told to those who may read it, and to
// whoever has something to do in this one.
func (k *Kit) underWay(ctx context.Context, actor Actor, c caseInHand, has bool, now time.Time) ([]UnderWay, error) {
	own, err := k.concerns(ctx, c)
	if err != nil {
		return nil, err
	}
	var out []UnderWay
	told := map[string]bool{c.row.ID: true}
	for _, about := range own {
		ids, err := k.mayUndo(ctx, about)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if told[id] {
				continue
			}
			other, may, err := k.readable(ctx, actor, id, now)
			if err != nil {
				return nil, err
			}
			if other.row.ID == "" || !may && !has {
				continue
			}
			its, err := k.concerns(ctx, other)
			if err != nil {
				return nil, err
			}
			i := slices.IndexFunc(its, about.undoes)
			if i < 0 {
				continue
			}
			one, ok, err := k.underWayAs(ctx, its[i].Kind, other, may)
			if err != nil {
				return nil, err
			}
			if ok {
				out, told[id] = append(out, one), true
			}
		}
	}
	return out, nil
}

// underWayAs is what a reader is told of a case that is on its way. A draft that a
// person began is nobody else's business.
func (k *Kit) underWayAs(ctx context.Context, kind string, other caseInHand, may bool) (UnderWay, bool, error) {
	out := UnderWay{Kind: kind, Unsent: other.unsent()}
	if !may && other.state.Phase == workflow.PhaseDraft {
		return out, out.Unsent, nil
	}
	line, err := k.line(ctx, other.row)
	if err != nil {
		return UnderWay{}, false, err
	}
	out.Number, out.Type, out.Word, out.Step = line.Number, line.Kind, line.Word, line.Step
	if may {
		out.Case = line.ID
	}
	return out, true, nil
}
