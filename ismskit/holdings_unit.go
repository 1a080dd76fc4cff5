package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Holdings tell what somebody, or a unit, has in the house that others go on with.
type Holdings struct{ k *Kit }

// Held is what people and units have that others go on with.
func (w Work) Held() Holdings { return Holdings(w) }

// UnitEnd is a unit that is to end, and what is to take it over.
type UnitEnd struct {
	Unit string
	// Last is its last day; zero is today.
	Last       calendar.Date
	Successors []string
}

// UnitMoves is what a unit has that goes on after its last day, as it is now.
type UnitMoves struct {
	Name       forms.Text
	Last       calendar.Date
	Successors []UnitSuccessor
	Moves      []UnitMove
}

// UnitMove is what there is of one kind.
type UnitMove struct {
	Kind HoldingKind
	Goes Going
	// Count is how many there are; Items are what the reader may be told of.
	Count int
	Items []Holding
}

// UnitSuccessor is a unit that is to take over.
type UnitSuccessor struct {
	ID   string
	Name forms.Text
	// Unfit says why it cannot, "" where it can.
	Unfit Unfit
}

// Unfit says why a unit cannot take over another one.
type Unfit string

// Why a unit cannot take over another.
const (
	UnfitUnknown Unfit = "unknown"
	UnfitItself  Unfit = "itself"
	UnfitEnded   Unfit = "ended"   // it is not there any more by then, nor is its successor
	UnfitNotYet  Unfit = "not_yet" // it begins later
)

// Going says what becomes of what a unit has, on the day after its last.
type Going string

// What becomes of it.
const (
	// GoesAlong: the successors have it from that day on, and records keep the old name.
	GoesAlong Going = "along"
	// GoesWithPeople: it stays with the people and posts that have it.
	GoesWithPeople Going = "people"
	// GoesByHand: it stays as it is until somebody changes it.
	GoesByHand Going = "hand"
)

// Text is what becomes of it, in words.
func (g Going) Text() forms.Text {
	return sayAll("going."+string(g), func(string) map[string]string { return nil })
}

// What a unit can have. What lists say of it is in holdings_unitrows.go.
const (
	UnitHasCase     HoldingKind = "unit_case"      // a request of its people that is on its way
	UnitHasDecision HoldingKind = "unit_head_task" // what waits for whoever heads it
	UnitHasTask     HoldingKind = "unit_task"      // what waits for its people and posts otherwise
	UnitHasDocument HoldingKind = "unit_document"  // a document that it owns
)

// OfUnit is everything that a unit has which goes on after its end: counted, listed, and
// with what becomes of it, before anything is changed. Told is whoever may change the row
// of the unit; ErrForbidden, and ErrNotFound for a unit nobody knows.
func (h Holdings) OfUnit(ctx context.Context, actor Actor, end UnitEnd) (UnitMoves, error) {
	h.k = h.k.once()
	k, now := h.k, h.k.moment()
	row, err := k.Registers().stored(ctx, register.Units, end.Unit)
	if err != nil {
		return UnitMoves{}, err
	}
	if err := k.Registers().mayChange(ctx, actor, register.Units, row); err != nil {
		return UnitMoves{}, err
	}
	if row.Revision == 0 {
		return UnitMoves{}, ErrNotFound
	}
	if end.Last.IsZero() {
		end.Last = calendar.DateOf(now.In(k.location))
	}
	out := UnitMoves{Last: end.Last}
	if out.Name, err = k.titles([]register.Row{row}); err != nil {
		return out, err
	}
	if out.Successors, err = k.takers(ctx, end); err != nil {
		return out, err
	}
	for _, read := range []func(context.Context, Actor, string, time.Time) ([]UnitMove, error){k.unitCases, k.unitTasks, k.unitRows, k.unitDocuments} {
		moves, err := read(ctx, actor, end.Unit, now)
		if err != nil {
			return out, err
		}
		for _, m := range moves {
			if m.Count = max(m.Count, len(m.Items)); m.Count > 0 {
				out.Moves = append(out.Moves, m)
			}
		}
	}
	return out, nil
}

// takers are the units that are to take over, with why one cannot.
func (k *Kit) takers(ctx context.Context, end UnitEnd) ([]UnitSuccessor, error) {
	var out []UnitSuccessor
	next := end.Last.AddDays(1).Start(k.location)
	for _, id := range end.Successors {
		s := UnitSuccessor{ID: id, Name: forms.Text{"zh-TW": id}}
		row, err := k.Registers().stored(ctx, register.Units, id)
		if err != nil {
			return nil, err
		}
		if row.Revision > 0 {
			if s.Name, err = k.titles([]register.Row{row}); err != nil {
				return nil, err
			}
		}
		switch {
		case row.Revision == 0:
			s.Unfit = UnfitUnknown
		case id == end.Unit:
			s.Unfit = UnfitItself
		case !row.From.IsZero() && next.Before(row.From):
			s.Unfit = UnfitNotYet
		default:
			fit, err := k.leadsOn(ctx, row, end.Unit, next)
			if err != nil {
				return nil, err
			}
			if !fit {
				s.Unfit = UnfitEnded
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// leadsOn says whether a unit, or what has taken it over, is in force at a moment, without
// coming back to one.
func (k *Kit) leadsOn(ctx context.Context, row register.Row, back string, at time.Time) (bool, error) {
	queue, seen := []register.Row{row}, map[string]bool{back: true}
	for len(queue) > 0 {
		u := queue[0]
		queue = queue[1:]
		if seen[u.ID] || u.Revision == 0 {
			continue
		}
		seen[u.ID] = true
		if u.InForce(at) {
			return true, nil
		}
		next, err := k.tookOver(u, true, at)
		if err != nil {
			return false, err
		}
		for _, id := range next {
			r, err := k.Registers().stored(ctx, register.Units, id)
			if err != nil {
				return false, err
			}
			queue = append(queue, r)
		}
	}
	return false, nil
}

// unitCases are the requests of a unit's people that are on their way.
func (k *Kit) unitCases(ctx context.Context, actor Actor, unit string, at time.Time) ([]UnitMove, error) {
	out := UnitMove{Kind: UnitHasCase, Goes: GoesAlong}
	q := record.Query{All: true, Units: []string{unit}, Kinds: []string{RecordCase}, States: record.OpenStates(), Limit: heldAtOnce}
	for more := true; more; {
		var page []record.Record
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Records().Query(ctx, q)
			page = found
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			h := Holding{Kind: UnitHasCase, Key: "case/" + r.Case, Case: r.Case}
			if held, err := k.unitCase(ctx, actor, &h, "", at); err != nil {
				return nil, err
			} else if held {
				out.Items = append(out.Items, h)
			}
		}
		if more = len(page) == heldAtOnce; more {
			q.After = record.Cursor{Filed: page[len(page)-1].Filed, ID: page[len(page)-1].ID}
		}
	}
	return []UnitMove{out}, nil
}

// unitCase names what is held of a case, as far as the reader may have it; false where it
// has ended meanwhile.
func (k *Kit) unitCase(ctx context.Context, actor Actor, h *Holding, step string, at time.Time) (bool, error) {
	c, err := k.take(ctx, h.Case)
	if unread(err) {
		k.leftOut(ctx, h.Case, err)
		return false, nil
	}
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var name forms.Text
	if s, ok := c.kind.flow.Step(step); ok {
		name = forms.Text(s.Name)
	}
	return true, k.openable(ctx, actor, c, h, name, at)
}

// unitTasks are the open tasks of those who work in a unit: what came to them as its head
// passes on, everything else stays where it is.
func (k *Kit) unitTasks(ctx context.Context, actor Actor, unit string, at time.Time) ([]UnitMove, error) {
	keys, err := k.unitHolders(ctx, unit, at)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	rows, err := k.waitingFor(ctx, keys...)
	if err != nil {
		return nil, err
	}
	decisions, tasks := UnitMove{Kind: UnitHasDecision, Goes: GoesAlong}, UnitMove{Kind: UnitHasTask, Goes: GoesWithPeople}
	for _, t := range rows {
		into, h := &tasks, Holding{Kind: UnitHasTask, Key: "task/" + t.Case + "/" + t.Task, Case: t.Case, Task: t.Task}
		c, err := k.take(ctx, t.Case)
		if err == nil && k.asHeadOf(&c, t.Task, unit) {
			into, h.Kind = &decisions, UnitHasDecision
		}
		held, err := k.unitCase(ctx, actor, &h, t.Step, at)
		if err != nil {
			return nil, err
		}
		if held {
			into.Items = append(into.Items, h)
		}
	}
	return []UnitMove{decisions, tasks}, nil
}

// asHeadOf says whether a task came to somebody as the head of a unit.
func (k *Kit) asHeadOf(c *caseInHand, task, unit string) bool {
	t, ok := c.state.Task(task)
	if !ok || t.Holder.Pool != "" || !byPost(c, t) || !asHead(c, t) {
		return false
	}
	return slices.ContainsFunc(t.Holder.Named, func(s workflow.Signer) bool { return s.Unit == unit })
}

// unitHolders are the keys under which tasks come to the people and posts of a unit.
func (k *Kit) unitHolders(ctx context.Context, unit string, at time.Time) ([]string, error) {
	var keys []string
	add := func(key string) {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if port, ok := k.directory.(Roster); ok {
		people, err := port.PeopleOf(ctx, unit, at)
		if err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		for _, h := range people {
			add(personKey(h.Person))
		}
	}
	posts, err := k.rowsNow(ctx, register.Query{List: register.Posts, Keys: []string{register.Key("unit", unit)}, At: at})
	for _, post := range posts {
		add(directory.PoolOfPost(post.ID))
	}
	return keys, err
}

// unitDocuments are the controlled documents that a unit owns, as far as the reader may
// read them.
func (k *Kit) unitDocuments(ctx context.Context, actor Actor, unit string, _ time.Time) ([]UnitMove, error) {
	reach, err := k.Documents().reach(ctx, actor)
	if err != nil {
		return nil, err
	}
	out := UnitMove{Kind: UnitHasDocument, Goes: GoesByHand}
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		out.Items = nil
		docs, err := tx.Documents().Documents(ctx, document.Query{Reach: reach})
		for _, doc := range docs {
			if doc.Unit != unit || doc.Retired != "" {
				continue
			}
			h := Holding{Kind: UnitHasDocument, Key: "document/" + doc.ID, Row: doc.ID, Name: forms.Text{}}
			for _, lang := range languages {
				h.Name[lang] = strings.TrimSpace(doc.Number + say(lang, "holding.parts", nil) + document.TitleIn(doc.Title, lang))
			}
			out.Items = append(out.Items, h)
		}
		return err
	})
	return []UnitMove{out}, err
}
