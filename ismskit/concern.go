package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Concerning says what a case, or each row of it, is about that another case could
// undo. It reads and does nothing, and is asked whenever such a case is looked at.
type Concerning func(ctx context.Context, m Matter) ([]Concern, error)

// Matter is a case as a Concerning is told of it.
type Matter struct {
	Case   CaseRow
	Cause  string // what opened it by itself, as in OpenLater; "" for a person
	Values forms.Values
	// Lists decodes rows of living lists.
	Lists *register.Registry
	// Rows selects current rows of a living list.
	Rows func(ctx context.Context, q register.Query) ([]register.Row, error)
}

// What a case does to the thing it is about.
const (
	ConcernExtension = "extension" // more time is asked for
	ConcernClosure   = "closure"   // it is being closed
	ConcernSame      = "same"      // it is asked for; another case may ask for the same
	ConcernHeld      = "held"      // it is there already, as Says tells; no case is looked for
)

// Concern is one thing a case is about. Two cases of one Thing and different Kinds
// undo each other, and two of ConcernSame are one too many.
type Concern struct {
	Thing string // e.g. "grant/G02"
	Kind  string // ConcernExtension, ConcernClosure
	// Row is which row of the case's table says so, "" for the case as a whole.
	Row string
	// Causes are what would have opened a case that undoes it.
	Causes []string
	// System and Word find in the archive the cases that may undo it and that a person
	// sent: the system they are filed under, and a word of theirs. Without a system none
	// is looked for; without a word all that are open and filed under it are.
	System, Word string
	// Says is, of ConcernHeld, what whoever looks at the case is to know.
	Says forms.Text
}

// undoes says whether two concerns are of cases that undo each other.
func (c Concern) undoes(other Concern) bool {
	return c.Thing == other.Thing && (c.Kind != other.Kind || c.Kind == ConcernSame)
}

// Hint is what is to be known beside a case: what its row asks for is there already, or will
// not be done.
type Hint struct {
	Row   string // the row's identity, "" for the case as a whole
	RowNo int    // its number, as Case.RowNumber; 0 where it is the only row, or there is none
	Text  forms.Text
}

// hints are those of a case that has not ended.
func (k *Kit) hints(ctx context.Context, actor Actor, c caseInHand, places rowPlaces) ([]Hint, error) {
	all, err := k.concerns(ctx, c)
	if err != nil {
		return nil, err
	}
	var out []Hint
	for _, one := range all {
		if one.Kind == ConcernHeld {
			out = append(out, Hint{Row: one.Row, RowNo: places.beside(c, one.Row), Text: one.Says})
		}
	}
	stays, err := k.disposalHints(ctx, actor, c, places)
	return append(out, stays...), err
}

// concerning is what says of a type's cases what they are about, nil for nothing.
func (k *Kit) concerning(kind *kind) Concerning {
	if kind.PaperOf != "" {
		return k.cfg.Concerns[kind.PaperOf]
	}
	return k.cfg.Concerns[kind.Key]
}

// undoable says whether anything can undo what the cases of a type are about.
func (k *Kit) undoable(typ string) bool {
	kind, ok := k.kinds.latestOf(typ)
	return ok && k.concerning(kind) != nil
}

// undoableTypes are the types of whose cases something can undo what they are about.
func (k *Kit) undoableTypes() []string {
	return slices.DeleteFunc(slices.Clone(k.kinds.keys), func(key string) bool { return !k.undoable(key) })
}

// concerns are what a case is about that has not ended, without those of its rows that
// have.
func (k *Kit) concerns(ctx context.Context, c caseInHand) ([]Concern, error) {
	ask := k.concerning(c.kind)
	if ask == nil || c.state.Phase == workflow.PhaseClosed {
		return nil, nil
	}
	all, err := ask(ctx, Matter{Case: c.row, Cause: c.extra.Cause, Values: c.values, Lists: k.lists, Rows: k.rowsNow})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	over, err := k.rowsOver(ctx, c)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(one Concern) bool { return over[one.Row] }), nil
}

// rowsOver are the rows of a case that have ended while others of it go on. What was
// opened for a row before the case went back does not count.
func (k *Kit) rowsOver(ctx context.Context, c caseInHand) (map[string]bool, error) {
	batches := map[string]bool{}
	for _, m := range c.state.Marks {
		if m.Batch != "" {
			batches[m.Batch] = true
		}
	}
	if len(batches) == 0 {
		return nil, nil
	}
	children, err := k.children(ctx, c.row.ID)
	if err != nil {
		return nil, err
	}
	over := map[string]bool{}
	for _, child := range children {
		if batches[child.extra.Batch] && child.state.Phase == workflow.PhaseClosed {
			over[child.row.ParentRow] = true
		}
	}
	return over, nil
}

// rowsNow selects current rows of a living list.
func (k *Kit) rowsNow(ctx context.Context, q register.Query) (rows []register.Row, err error) {
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, q)
		rows = found
		return err
	})
	return rows, err
}
