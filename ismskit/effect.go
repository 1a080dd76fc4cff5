package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Closing is what a hook is told about the case that closes.
type Closing struct {
	Case     CaseRow // as it will be; Revision and Head are not set yet
	Version  string  // of the type: a hook serves old cases too
	Cause    string  // what opened the case by itself, as in OpenLater; "" for a person
	Values   forms.Values
	Outcome  workflow.Outcome
	Result   string           // of the last handling step
	By       workflow.Signer  // who closed it
	For      *workflow.Signer // for whom, if as deputy
	At       time.Time
	Location *time.Location
	Calendar *calendar.Calendar
	// Lang is the language of the house's notices and mails: for what a hook words.
	Lang string
	// Form encodes and formats fields.
	Form *forms.Form
	// Lists decodes and encodes rows of living lists.
	Lists *register.Registry
	// Row reads a row of a living list, as it was when the action began.
	Row func(ctx context.Context, list, id string) (values []byte, found bool, err error)
	// Rows selects current rows of a living list, as they were when the action began.
	Rows func(ctx context.Context, q register.Query) ([]register.Row, error)
	// Document is a document with its versions, as it was when the action began, and the zero
	// Document where there is none.
	Document func(ctx context.Context, id string) (document.Document, []document.Version, error)
	// Asked is when the case, or the request that it is a row of, was sent for the first time.
	Asked func(ctx context.Context) (time.Time, error)
	// Left says whether somebody of the directory was in the house and is not any more, and
	// his last day, zero where no list has it.
	Left func(ctx context.Context, person string) (last calendar.Date, left bool, err error)
	// RelationsSeen says, of a request by which a document changes, which of the document's relations
	// its applicant saw when he sent it.
	RelationsSeen []string
	// Grant is the row of the list of permissions that a hook is asked about after its
	// HandOver.Accounts; "" where the case closes.
	Grant string
}

// Effect is one thing that closing a case shall do. Effects that only write go
// into the transaction of the last action; what opens cases goes through the
// queue and is carried out as an ordinary action.
type Effect interface {
	apply(ctx context.Context, w *work, tx Tx) error
	describe() string
}

// PutRow writes a row of a living list.
type PutRow struct {
	List string
	ID   string
	// Seen is the revision the hook read, 0 for a row it did not find. If it has
	// changed since, the whole action is worked out anew.
	Seen   int64
	Values []byte // as the list's form encodes them
	From   time.Time
	To     time.Time
	Reason string
}

func (p PutRow) describe() string { return "row " + p.List + "/" + p.ID }

func (p PutRow) apply(ctx context.Context, w *work, tx Tx) error {
	return w.k.putRow(ctx, tx, rowChange{
		list: p.List, id: p.ID, seen: p.Seen, values: p.Values, from: p.From, to: p.To, reason: p.Reason,
		by: w.auth.by, via: "case/" + w.after.row.ID, at: w.now,
	})
}

// OpenLater opens a case at a moment, by itself. Cause makes it one case however
// often it is told; the same Key moves it to another moment.
type OpenLater struct {
	Key       string
	At        time.Time
	Cause     string
	Type      string
	Applicant string
	// Unit is whose matter it is, as it was when it came up; without one that in which
	// the applicant works when it opens. Only so it shows that he has moved.
	Unit   forms.Ref
	Values forms.Values
	Submit bool
	Links  []Link
	// SendBy is the last day on which a draft is still sent in time, zero where there is
	// none; it is due on the list of the one before whom it is put.
	SendBy calendar.Date
}

func (o OpenLater) describe() string {
	return "open " + o.Type + " at " + o.At.UTC().Format(time.RFC3339)
}

// openJob is an OpenLater on its way.
type openJob struct {
	Cause     string          `json:"cause"`
	Type      string          `json:"type"`
	Applicant string          `json:"applicant"`
	Unit      string          `json:"unit,omitempty"`
	UnitName  string          `json:"unit_name,omitempty"`
	Values    json.RawMessage `json:"values"`
	Submit    bool            `json:"submit"`
	Links     []Link          `json:"links,omitempty"`
	SendBy    calendar.Date   `json:"send_by,omitzero"`
}

func (o OpenLater) apply(ctx context.Context, w *work, tx Tx) error {
	return w.k.openLater(ctx, tx, o, w.now)
}

// openLater arms an opening.
func (k *Kit) openLater(ctx context.Context, tx Tx, o OpenLater, now time.Time) error {
	job, err := k.openJobOf(o)
	if err != nil {
		return err
	}
	payload, err := json.Marshal(job)
	if err != nil {
		return err
	}
	return enqueue(ctx, tx, now, Job{Key: o.Key, Kind: jobOpen, Subject: o.Cause, Payload: payload, Due: o.At})
}

// CancelOpening takes back what OpenLater would open, and ends the case of Cause
// if it is open already.
type CancelOpening struct {
	Key    string
	Cause  string
	Reason string
}

func (c CancelOpening) describe() string { return "cancel " + c.Key }

func (c CancelOpening) apply(ctx context.Context, w *work, tx Tx) error {
	if err := tx.Queue().Drop(ctx, c.Key); err != nil {
		return err
	}
	if c.Cause == "" {
		return nil
	}
	return enqueue(ctx, tx, w.now, Job{
		Key: "void|" + c.Cause, Kind: jobVoid, Subject: idOfCause(c.Cause), Payload: []byte(c.Reason), Due: w.now,
	})
}

// firstSent is when a case, or the request that it is a row of, was sent for the first
// time: what was sent again after a return had been asked for by then.
func (k *Kit) firstSent(ctx context.Context, row CaseRow) (time.Time, error) {
	if row.Parent != "" {
		var err error
		if row, err = k.row(ctx, row.Parent); err != nil {
			return time.Time{}, err
		}
	}
	events, err := k.events(ctx, row.ID)
	if err != nil {
		return time.Time{}, err
	}
	sent := row.Submitted
	for _, e := range events {
		if e.Verb == workflow.VerbSubmit && e.At.Before(sent) {
			sent = e.At
		}
	}
	return sent, nil
}

// left says whether somebody has left by a moment, and his last day. Who is still to come has
// not left.
func (k *Kit) left(ctx context.Context, person string, at time.Time) (last calendar.Date, left bool, err error) {
	if _, err := k.person(ctx, person, at); !errors.Is(err, ErrForbidden) {
		return calendar.Date{}, false, err
	}
	for _, list := range []string{register.People, register.Externals} {
		v, err := k.storedValues(ctx, list, person)
		if err != nil {
			return calendar.Date{}, false, err
		}
		from, _ := v["from"].(calendar.Date)
		last, _ := v["to"].(calendar.Date)
		if v != nil {
			return last, !from.After(calendar.DateOf(at.In(k.location))), nil
		}
	}
	return calendar.Date{}, true, nil
}

func (k *Kit) closing(w *work) Closing {
	c := Closing{
		RelationsSeen: w.after.extra.RelationsSeen,
		Case:          w.after.row, Version: w.after.kind.Version, Cause: w.after.extra.Cause, Values: w.after.values, Outcome: w.after.state.Outcome,
		By: w.auth.by, For: w.auth.principal, At: w.now, Location: k.location, Calendar: k.calendarOf(w.after.row.Unit), Lang: k.cfg.Lang,
		Form: w.after.kind.form, Lists: k.lists,
		Rows: k.rowsNow,
		Row: func(ctx context.Context, list, id string) (values []byte, found bool, err error) {
			err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
				r, ok, err := tx.Registers().Row(ctx, list, id)
				values, found = r.Values, ok
				return err
			})
			return values, found, err
		},
	}
	c.Document = func(ctx context.Context, id string) (document.Document, []document.Version, error) {
		return w.k.Documents().stored(ctx, id)
	}
	request := w.after.row
	c.Asked = func(ctx context.Context) (time.Time, error) { return k.firstSent(ctx, request) }
	c.Left = func(ctx context.Context, person string) (calendar.Date, bool, error) {
		return k.left(ctx, person, w.now)
	}
	for _, t := range w.after.state.Tasks {
		if t.Result != "" {
			c.Result = t.Result
		}
	}
	return c
}
