package ismskit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// VerbDispose takes away what a record held (銷毀). The entries before it stay on its chain with
// their hashes, without their content.
const VerbDispose workflow.Verb = "dispose"

// Disposal says by what a record was disposed of.
type Disposal struct {
	Case   string // the request
	Number string // its number
	At     time.Time
}

// disposed is what is left of a case that was disposed of: its place in the archive, and the ids of
// those who took part in it, who read that it was.
type disposed struct {
	Case   string          `json:"case"` // of the request, as Disposal
	Number string          `json:"number"`
	At     time.Time       `json:"at"`
	Filed  json.RawMessage `json:"filed"` // a filedAs
	People []string        `json:"people,omitempty"`
}

// filedAs is a record with the rule that says who may read it.
type filedAs struct {
	Record record.Record
	ACL    record.ACL
}

// by is nil for a case that is still there.
func (d *disposed) by() *Disposal {
	if d == nil {
		return nil
	}
	return &Disposal{Case: d.Case, Number: d.Number, At: d.At}
}

// dispose goes through the records of a request that was approved. What came of each is said once
// on the request's trail; a record that was disposed of is not gone through again.
func (k *Kit) dispose(ctx context.Context, job Job) error {
	request, err := k.take(ctx, job.Subject)
	if err != nil {
		return err
	}
	rows, _ := request.values[request.kind.Disposes].([]forms.Row)
	by := Disposal{Case: request.row.ID, Number: request.row.Number, At: k.moment()}
	var all []rowDisposed
	for i, row := range rows {
		id, _ := row[DisposalRecord].(string)
		caseID, ok := cutPrefix(id, recordID(""))
		if !ok {
			continue
		}
		came, err := k.disposeRecord(ctx, by, caseID)
		if disposalRefused(err) {
			k.log.WarnContext(ctx, "a record is not disposed of", "record", id, "request", by.Number, "reason", err)
			came, err = outcome{of: recordStuck}, nil
		}
		if err != nil {
			return err
		}
		number, _ := row[DisposalNumber].(string)
		all = append(all, rowDisposed{outcome: came, no: i + 1, record: id, named: number})
	}
	if err := k.disposalReport(ctx, request.row.ID, all); err != nil {
		return err
	}
	return k.done(ctx, job)
}

// disposalRefused says that a record can't be disposed of however often it is tried: it can only be
// read here, or not even that, or it is on its way again. The others on the list do not wait for it.
func disposalRefused(err error) bool {
	_, readOnly := errors.AsType[*ReadOnly](err)
	return readOnly || unread(err) || errors.Is(err, workflow.ErrPhase)
}

// errStays ends the transaction in which a record turns out to stay.
var errStays = errors.New("ismskit: the record stays")

// disposeRecord disposes of a record with its rows, in one transaction in which the rules and the
// holds are read: nobody enters a hold between that look and its end. They may keep it, though it was
// to be disposed of when it was listed. What was disposed of before is left alone, so
// that a list is gone through again where a server was stopped.
func (k *Kit) disposeRecord(ctx context.Context, by Disposal, id string) (came outcome, err error) {
	tree, err := k.tree(ctx)
	if err != nil {
		return outcome{}, err
	}
	err = k.retried(ctx, func(ctx context.Context) error {
		came = outcome{of: recordGone}
		all, err := k.disposals(ctx, by, id)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			before, err := k.disposedBy(ctx, id)
			switch {
			case before.Case == "":
				came = outcome{of: recordStuck}
			case before.Case != by.Case:
				came = outcome{of: recordBefore, list: before.Case}
			}
			return err
		}
		var stays recordOutcome
		err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			if err := alone(ctx, tx, aloneDisposals); err != nil {
				return err
			}
			kept, err := k.keptNow(ctx, tx, tree, recordID(id), all)
			if stays = kept; err != nil || kept != "" {
				return cmp.Or(err, errStays)
			}
			for _, one := range all {
				if err := one.work.write(ctx, tx, &one.ready); err != nil {
					return err
				}
			}
			return nil
		})
		if errors.Is(err, errStays) {
			came = outcome{of: stays}
			return nil
		}
		return err
	})
	if err == nil {
		k.wakeAt(by.At)
	}
	return came, err
}

// keptNow says by what a record is kept at this moment: by a hold, which may be for one of its rows, or by
// the rules; "" for one that is not. What the archive does not know is kept.
func (k *Kit) keptNow(ctx context.Context, tx Tx, tree record.Tree, id string, with []caseDisposed) (recordOutcome, error) {
	kept, err := k.retainingIn(ctx, tx, tree)
	if err != nil {
		return "", err
	}
	found, err := tx.Records().Query(ctx, record.Query{All: true, IDs: []string{id}})
	if err != nil || len(found) != 1 {
		return recordStuck, err
	}
	if found[0].State == record.StateDisposed {
		return "", nil // by another server meanwhile, as the case will say
	}
	one, over := k.overdue(kept, found[0], calendar.DateOf(k.moment().In(k.location)))
	rowHeld := slices.ContainsFunc(with, func(w caseDisposed) bool {
		rec, _ := k.recordOf(&w.work.before, w.work.before.row)
		_, held := record.HeldBy(kept.holds, rec)
		return held
	})
	switch {
	case one.Held || rowHeld:
		return recordHeld, nil
	case !over:
		return recordEarly, nil
	}
	return "", nil
}

// retried does something anew where somebody else was faster.
func (k *Kit) retried(ctx context.Context, do func(ctx context.Context) error) error {
	var err error
	for range maxRaces {
		if err = do(ctx); !errors.Is(err, ErrConflict) {
			break
		}
	}
	return err
}

// caseDisposed is a case that is being disposed of, ready to be written.
type caseDisposed struct {
	work  *work
	ready written
}

// disposals are what is to be written to dispose of a case: its rows before itself. There is none
// for what was disposed of, or never was.
func (k *Kit) disposals(ctx context.Context, by Disposal, id string) ([]caseDisposed, error) {
	c, err := k.take(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && c.extra.Disposed != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := c.writable(); err != nil {
		return nil, err
	}
	if c.state.Phase != workflow.PhaseClosed {
		return nil, refusal(workflow.ErrPhase)
	}
	children, err := k.children(ctx, id)
	if err != nil {
		return nil, err
	}
	var out []caseDisposed
	for _, child := range children {
		rows, err := k.disposals(ctx, by, child.row.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	own, err := k.disposal(by, c)
	return append(out, own), err
}

// disposal makes of a case what is left of it. What it was called stays: the list that is kept for ever
// says of what was disposed of what it was, and nothing but this could say it (檔案法 §12). A row tells more
// by its subject than the list does, and is called like its form from then on.
func (k *Kit) disposal(by Disposal, c caseInHand) (caseDisposed, error) {
	w := newWork(k, c, System("disposal"), authority{by: k.systemSigner(), via: viaRecords}, by.At)
	w.event.Verb, w.event.Comment, w.event.Effects = VerbDispose, k.text("dispose.by", map[string]string{"number": by.Number}), []string{recordID(by.Case)}
	rec, acl := k.recordOf(&c, c.row)
	rec.State, rec.Files, rec.Name, rec.Person = record.StateDisposed, nil, "", ""
	rec.Original = ""
	if c.row.Parent != "" {
		rec.Subject = c.kind.Title.In(k.cfg.Lang)
	}
	filed := filedAs{Record: rec, ACL: acl}
	kept, err := json.Marshal(filed)
	if err != nil {
		return caseDisposed{}, err
	}
	rest := &disposed{Case: by.Case, Number: by.Number, At: by.At, Filed: kept, People: concerned(c)}
	w.after.place = &filed
	w.after.row.ApplicantName, w.after.row.Writer, w.after.row.Subject = "", "", rec.Subject
	w.after.extra = extra{Disposed: rest, Material: c.extra.Material, Year: c.extra.Year, Row: c.extra.Row, Turn: c.extra.Turn, Children: c.extra.Children, ACL: c.extra.ACL, Indexed: c.extra.Indexed}
	w.after.state = workflow.State{
		Flow: c.state.Flow, Phase: c.state.Phase, Outcome: c.state.Outcome, Round: c.state.Round, Next: c.state.Next, Submitted: c.state.Submitted, Closed: c.state.Closed,
		Applicant: workflow.Signer{Person: c.state.Applicant.Person},
	}
	w.after.values = forms.Values{}
	w.revalued = true
	w.effects = append(w.effects, contentGone{c: c})
	if c.kind.Imported {
		w.effects = append(w.effects, intakeGone{c: c})
	}
	if err := w.finish(); err != nil {
		return caseDisposed{}, err
	}
	if err := w.value(); err != nil {
		return caseDisposed{}, err
	}
	ready, err := w.prepare(w.after.row.Number)
	return caseDisposed{work: w, ready: ready}, err
}

// disposedCase is what there is to read of a case that was disposed of: what it was, by what it
// was disposed of, and its chain.
func (k *Kit) disposedCase(ctx context.Context, c caseInHand) (Case, error) {
	out := Case{CaseRow: c.row, Kind: infoOf(c.kind), Form: c.kind.form, Fields: forms.Values{}, Flow: c.state, Word: stateWord(&c), RowNo: c.rowNo(), Disposed: c.extra.Disposed.by()}
	out.Closed, out.Outcome, out.Year = c.state.Closed, string(c.state.Outcome), k.yearOf(c.row.Submitted, c.extra.Year)
	out.Values, out.State, out.Extra = nil, nil, nil
	var err error
	out.Trail, out.Faults, err = k.trail(ctx, c)
	return out, err
}
