package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// UnderWay is another case that is on its way and would undo what this one is about.
type UnderWay struct {
	Kind string // ConcernExtension, ConcernClosure, ConcernSame
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

// underWay are, by case, the cases that have not ended and would undo what each of some
// cases, or the row it is for, is about. That there is one is told to those who may read
// it, and to whoever has something to do in these, as has says.
//
// It costs one statement in the archive for each system and word that they are about,
// one for the cases it finds and, of each of these, what its concerns and its readers
// cost. What cannot be read by this program is logged and left out.
func (k *Kit) underWay(ctx context.Context, actor Actor, cases []caseInHand, has bool, now time.Time) (map[string][]UnderWay, error) {
	own, parents := map[string][]Concern{}, map[string]string{}
	for _, c := range cases {
		parents[c.row.ID] = c.row.Parent
		about, err := k.concerns(ctx, c)
		if unread(err) {
			k.leftOut(ctx, c.row.ID, err)
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(about) > 0 {
			own[c.row.ID] = about
		}
	}
	if len(own) == 0 {
		return nil, nil
	}
	found, err := k.mayUndo(ctx, own)
	if err != nil {
		return nil, err
	}
	others, err := k.otherCases(ctx, found)
	if err != nil {
		return nil, err
	}
	out, look := map[string][]UnderWay{}, k.newUnderWays(actor, has, now)
	for id, concerns := range own {
		told := map[string]bool{id: true, parents[id]: true} // the request that a row is of asks for the same
		for _, about := range concerns {
			for _, candidate := range found.of(about) {
				other, ok := others[candidate]
				if told[candidate] || !ok {
					continue
				}
				one, undoes, err := look.at(ctx, other, about)
				if unread(err) {
					k.leftOut(ctx, candidate, err)
					delete(others, candidate)
					continue
				}
				if err != nil {
					return nil, err
				}
				if undoes {
					out[id], told[candidate] = append(out[id], one), true
				}
			}
		}
	}
	return out, nil
}

// otherCases are the cases that were found, as far as they are there and can be read.
func (k *Kit) otherCases(ctx context.Context, found undoers) (map[string]caseInHand, error) {
	out := map[string]caseInHand{}
	for ids := range slices.Chunk(found.ids(), casesAtOnce) {
		rows, err := k.listCases(ctx, CaseQuery{IDs: ids, Limit: len(ids)})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			c, err := k.inHand(ctx, row)
			if err == nil {
				err = k.countedAnew(ctx, &c)
			}
			if unread(err) {
				k.leftOut(ctx, row.ID, err)
				continue
			}
			if err != nil {
				return nil, err
			}
			out[row.ID] = c
		}
	}
	return out, nil
}

// underWays says of other cases what a reader is told of them, asking once what each is
// about and whether he may read it.
type underWays struct {
	k     *Kit
	actor Actor
	has   bool
	now   time.Time
	asked map[string]*underWayAsked
}

type underWayAsked struct {
	may      bool
	concerns []Concern
}

func (k *Kit) newUnderWays(actor Actor, has bool, now time.Time) *underWays {
	return &underWays{k: k, actor: actor, has: has, now: now, asked: map[string]*underWayAsked{}}
}

// at is what is told of another case where it undoes what a concern is about.
func (u *underWays) at(ctx context.Context, other caseInHand, about Concern) (UnderWay, bool, error) {
	known := u.asked[other.row.ID]
	if known == nil {
		_, err := u.k.mayRead(ctx, u.actor, other, u.now)
		if ignoreNotFound(err) != nil {
			return UnderWay{}, false, err
		}
		known = &underWayAsked{may: err == nil}
		if known.may || u.has {
			if known.concerns, err = u.k.concerns(ctx, other); err != nil {
				return UnderWay{}, false, err
			}
		}
		u.asked[other.row.ID] = known
	}
	i := slices.IndexFunc(known.concerns, about.undoes)
	if i < 0 {
		return UnderWay{}, false, nil
	}
	return u.k.underWayAs(ctx, known.concerns[i].Kind, other, known.may)
}

// underWayAs is what a reader is told of a case that is on its way. A draft that a
// person began is nobody else's business.
func (k *Kit) underWayAs(ctx context.Context, kind string, other caseInHand, may bool) (UnderWay, bool, error) {
	out := UnderWay{Kind: kind, Unsent: other.unsent()}
	if !may && other.state.Phase == workflow.PhaseDraft {
		return out, out.Unsent, nil
	}
	line, err := k.line(ctx, other.row, k.newWaits(k.moment()))
	if err != nil {
		return UnderWay{}, false, err
	}
	out.Number, out.Type, out.Word, out.Step = line.Number, line.Kind, line.Word, line.Step
	if may {
		out.Case = line.ID
	}
	return out, true, nil
}
