package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
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

// dispose goes through the records of a request that was approved. What could not be disposed of
// is said once on the request's trail; a record that was is not gone through again.
func (k *Kit) dispose(ctx context.Context, job Job) error {
	request, err := k.take(ctx, job.Subject)
	if err != nil {
		return err
	}
	rows, _ := request.values[request.kind.Disposes].([]forms.Row)
	by := Disposal{Case: request.row.ID, Number: request.row.Number, At: k.moment()}
	var left []string
	for _, row := range rows {
		id, _ := row[DisposalRecord].(string)
		caseID, ok := cutPrefix(id, recordID(""))
		if !ok {
			continue
		}
		stays, err := k.heldNow(ctx, id)
		if err == nil && !stays {
			if err = k.disposeFrom(ctx, by, caseID); disposalRefused(err) {
				k.log.WarnContext(ctx, "a record is not disposed of", "record", id, "request", by.Number, "reason", err)
				stays, err = true, nil
			}
		}
		if err != nil {
			return err
		}
		if stays {
			number, _ := row[DisposalNumber].(string)
			left = append(left, number)
		}
	}
	if len(left) > 0 {
		if err := k.disposalLeft(ctx, request.row.ID, left); err != nil {
			return err
		}
	}
	return k.done(ctx, job)
}

// disposalRefused says that a record can't be disposed of however often it is tried: it can only be
// read here, or not even that, or it is on its way again. The others on the list do not wait for it.
func disposalRefused(err error) bool {
	_, readOnly := errors.AsType[*ReadOnly](err)
	return readOnly || unread(err) || errors.Is(err, workflow.ErrPhase)
}

// heldNow says whether a record stays, though it was to be disposed of when it was listed: the
// rules and holds are those of this moment, and what the archive does not know stays.
func (k *Kit) heldNow(ctx context.Context, id string) (bool, error) {
	kept, err := k.retaining(ctx)
	if err != nil {
		return false, err
	}
	var found []record.Record
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		page, err := tx.Records().Query(ctx, record.Query{All: true, IDs: []string{id}})
		found = page
		return err
	})
	if err != nil || len(found) != 1 {
		return true, err
	}
	if found[0].State == record.StateDisposed { // gone through before: its rows may be left
		return false, nil
	}
	one, over := k.overdue(kept, found[0], calendar.DateOf(k.moment().In(k.location)))
	return one.Held || !over, nil
}

// disposalLeft says on the request which of its records stay.
func (k *Kit) disposalLeft(ctx context.Context, id string, left []string) error {
	said := k.text("dispose.left", map[string]string{"n": strconv.Itoa(len(left)), "numbers": joinedNumbers(left)})
	return k.retried(ctx, func(ctx context.Context) error {
		c, err := k.takeToWork(ctx, id)
		if err != nil {
			return err
		}
		entries, _, err := k.trail(ctx, c)
		if err != nil || slices.ContainsFunc(entries, func(e Entry) bool { return e.Comment == said }) {
			return err
		}
		w := newWork(k, c, System("disposal"), authority{by: k.systemSigner(), via: viaRecords}, k.moment())
		w.event.Verb, w.event.Comment = workflow.VerbComment, said
		_, err = w.commit(ctx)
		return err
	})
}

// disposeFrom disposes of the rows of a case, of theirs, and of the case.
func (k *Kit) disposeFrom(ctx context.Context, by Disposal, id string) error {
	children, err := k.children(ctx, id)
	if err != nil {
		return err
	}
	for _, child := range children {
		if err := k.disposeFrom(ctx, by, child.row.ID); err != nil {
			return err
		}
	}
	return k.retried(ctx, func(ctx context.Context) error { return k.disposeOnce(ctx, by, id) })
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

func (k *Kit) disposeOnce(ctx context.Context, by Disposal, id string) error {
	c, err := k.take(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.extra.Disposed != nil {
		return nil
	}
	if err := c.writable(); err != nil {
		return err
	}
	if c.state.Phase != workflow.PhaseClosed {
		return refusal(workflow.ErrPhase)
	}
	w := newWork(k, c, System("disposal"), authority{by: k.systemSigner(), via: viaRecords}, by.At)
	w.event.Verb, w.event.Comment, w.event.Effects = VerbDispose, k.text("dispose.by", map[string]string{"number": by.Number}), []string{recordID(by.Case)}
	rec, acl := k.recordOf(&c, c.row)
	rec.State, rec.Files, rec.Name, rec.Person = record.StateDisposed, nil, "", ""
	filed := filedAs{Record: rec, ACL: acl}
	kept, err := json.Marshal(filed)
	if err != nil {
		return err
	}
	rest := &disposed{Case: by.Case, Number: by.Number, At: by.At, Filed: kept, People: concerned(c)}
	w.after.place = &filed
	w.after.row.ApplicantName, w.after.row.Writer = "", ""
	w.after.extra = extra{Disposed: rest, Material: c.extra.Material, Year: c.extra.Year, Editions: c.extra.Editions, Row: c.extra.Row, Turn: c.extra.Turn, Children: c.extra.Children, ACL: c.extra.ACL, Indexed: c.extra.Indexed}
	w.after.state = workflow.State{
		Flow: c.state.Flow, Phase: c.state.Phase, Outcome: c.state.Outcome, Round: c.state.Round, Next: c.state.Next, Submitted: c.state.Submitted, Closed: c.state.Closed,
		Applicant: workflow.Signer{Person: c.state.Applicant.Person},
	}
	w.after.values = forms.Values{}
	w.revalued = true
	digests := make([]string, 0, len(c.extra.Files))
	for _, f := range c.extra.Files {
		digests = append(digests, f.Digest)
	}
	w.effects = append(w.effects, contentGone{id: id, digests: digests})
	_, err = w.commit(ctx)
	return err
}

// contentGone takes away, beside the case itself and the content of its entries, what its messages
// and the words of its files say. The files are swept once nothing refers to them.
type contentGone struct {
	id      string
	digests []string
}

func (e contentGone) describe() string { return "dispose of " + e.id }

func (e contentGone) apply(ctx context.Context, w *work, tx Tx) error {
	told, err := tx.Queue().Messages(ctx, MessageQuery{Case: e.id, Limit: maxMessagesOfCase})
	if err != nil {
		return err
	}
	for _, m := range told {
		m.Subject, m.Body = w.after.row.Number, ""
		if err := tx.Queue().PutMessage(ctx, m); err != nil {
			return err
		}
	}
	if len(e.digests) == 0 {
		return nil
	}
	others, err := tx.Records().Query(ctx, record.Query{All: true, Files: e.digests, Limit: 500})
	if err != nil {
		return err
	}
	for _, d := range e.digests {
		shared := slices.ContainsFunc(others, func(r record.Record) bool { return r.ID != recordID(e.id) && slices.Contains(r.Files, d) })
		if shared {
			continue // it is kept with another record too
		}
		for _, list := range []string{listFileWords, listFileStates} {
			if err := tx.Registers().Put(ctx, register.Row{List: list, ID: d, Gone: true}); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxMessagesOfCase is how many messages of one case are gone through.
const maxMessagesOfCase = 10_000

// joinedNumbers are the first numbers of a list, as a text may hold.
func joinedNumbers(numbers []string) string {
	const most = 50
	more := ""
	if len(numbers) > most {
		numbers, more = numbers[:most], "…"
	}
	return strings.Join(numbers, " ") + more
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
