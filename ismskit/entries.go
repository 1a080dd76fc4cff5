package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// Entry is one line of a case's trail.
type Entry struct {
	Event
	// StepName and Kind are those of the step acted in; empty where it was none. Of who acted
	// beside the step's own people the name says as what (加簽, 加會).
	StepName workflow.Text
	// Asked are the units that were asked for an opinion; Named are the people who speak for them.
	Asked []string
	Kind  workflow.Kind
	// ResultText is the step's own word for the result that was recorded.
	ResultText workflow.Text
	// Elsewhere says why the task came to others than its step asks for, with the first
	// that was done in it; until then the way of the case says so (Case.Way).
	Elsewhere workflow.Text
	// Rows are what the rows are called whose cells it changed, by Changed.Name; none for a
	// row that is called nothing, or is not there any more.
	Rows map[string]forms.Text
	// Owed is the task in which somebody makes up for the certificate with which he did not sign
	// this, as it stands now; nil where nothing is owed.
	Owed *workflow.Task
	// Former are those from whom it was taken where it was assigned anew (改分), and BackTo those
	// to whom it went where it was declined (退分); as earlier entries say, so of old ones too.
	Former, BackTo []workflow.Signer
	// Moved are the deadlines that moved with the office's calendar (調整期限), each of one task.
	Moved []MovedDue
	// MoreTime is the more time that was asked for, granted or refused (展期); nil in any other entry.
	MoreTime *MoreTime
	// Again is true where it was sent once more, after it had been returned (補正後再送).
	Again bool
	// Filed is true where what was sent is no request: nobody signs it, it was filed at once (歸檔).
	// Imported is true where it came in with an archive kept before (匯入).
	Filed, Imported bool
	// Corrects is what stood of an office outside before, where a sending or an answer was put right: it
	// is no other one. nil where it is.
	Corrects *workflow.OutsideNote
	// Workdays are the working days from receiving the task to this entry.
	Workdays int
	Seq      int64
	At       time.Time
	Hash     evidence.Digest
	// Disposed is true where the payload was lawfully deleted; Event is empty then.
	Disposed bool
	// Malformed is true where the payload cannot be read; Event is empty then.
	Malformed bool
}

// MovedDue is a deadline that moved: of which step, from which day to which, both as 2026-12-03.
// That by which a returned case is to be sent again is of no step and no task, and has a name alone.
type MovedDue struct {
	Task, Step string
	Name       workflow.Text
	From, To   string
}

// trail reads a case's entries and checks their chain against the case row. Who acts
// between the reading of the case and this is no fault: the check looks at the row and
// the trail as they are at one moment, and the entries are those of the case in hand.
func (k *Kit) trail(ctx context.Context, c caseInHand) ([]Entry, []evidence.Fault, error) {
	if c.row.Head.Seq == 0 {
		return nil, nil, nil
	}
	row, rows, err := k.caseAndTrail(ctx, c.row.ID)
	if err != nil {
		return nil, nil, err
	}
	stands := c
	if row.Revision != c.row.Revision {
		if stands, err = k.inHand(ctx, row); err != nil {
			return nil, nil, err
		}
	}
	entries := entriesOf(rows)
	gone, err := k.payloadsGone(ctx, chainOf(row.ID), rows)
	if err != nil {
		return nil, nil, err
	}
	faults := append(verifyRows(chainOf(row.ID), rows, row.Head), gone...)
	faults = append(faults, verifyEntries(stands, entries)...)
	if row.Revision != c.row.Revision {
		entries = slices.DeleteFunc(entries, func(e Entry) bool { return e.Seq > c.row.Head.Seq })
	}
	k.explain(c, entries)
	return entries, faults, nil
}

// caseAndTrail are a case and its trail at one moment.
func (k *Kit) caseAndTrail(ctx context.Context, id string) (row CaseRow, rows []TrailEntry, err error) {
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if row, err = tx.Cases().Get(ctx, id); err != nil {
			return err
		}
		rows, err = chainRows(ctx, tx, EntryQuery{Chain: chainOf(id)})
		return err
	})
	return row, rows, err
}

func (k *Kit) trailRows(ctx context.Context, chain string) ([]TrailEntry, error) {
	var rows []TrailEntry
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := chainRows(ctx, tx, EntryQuery{Chain: chain})
		rows = found
		return err
	})
	return rows, err
}

// chainRows are all that q selects, oldest first.
func chainRows(ctx context.Context, tx Tx, q EntryQuery) ([]TrailEntry, error) {
	q.Limit = 500
	var rows []TrailEntry
	for {
		more, err := tx.Trail().Entries(ctx, q)
		if err != nil {
			return nil, err
		}
		if rows = append(rows, more...); len(more) < q.Limit {
			return rows, nil
		}
		q.After = more[len(more)-1].Seq
	}
}

// entriesOf reads entries. One that cannot be read hides none of the others.
func entriesOf(rows []TrailEntry) []Entry {
	out := make([]Entry, 0, len(rows))
	for _, row := range rows {
		e := Entry{Seq: row.Seq, At: row.At, Hash: row.Hash}
		if row.Payload == nil {
			e.Disposed = true
			out = append(out, e)
			continue
		}
		var err error
		if e.Event, err = parseEvent(row.Payload); err != nil {
			e.Event, e.Malformed = Event{}, true
		}
		out = append(out, e)
	}
	return out
}

// explain says for each entry in which step it was and how long that took.
func (k *Kit) explain(c caseInHand, entries []Entry) {
	sent, had, moved, others := false, whoHad{}, map[string]time.Time{}, map[string]workflow.Text{}
	noted := map[string]*workflow.OutsideNote{} // of an office outside, by the task
	extended := askedMoreTime{}
	units := map[string]string{} // that were asked, by the task in which somebody speaks for one
	for i, e := range entries {
		entries[i].Moved = k.movedBy(c, e, moved)
		entries[i].Former, entries[i].BackTo = had.moved(e)
		had.follow(e)
		entries[i].MoreTime = extended.of(&c, e)
		extended.follow(e)
		if e.Outside != nil {
			entries[i].Corrects = corrected(e, noted[e.Task])
			noted[e.Task] = e.Outside
		}
		entries[i].Again = sent && e.Verb == workflow.VerbSubmit
		entries[i].Filed = c.kind.Flow.Unsigned && e.Verb == workflow.VerbSubmit
		entries[i].Imported = entries[i].Filed && c.imported()
		sent = sent || e.Verb == workflow.VerbSubmit || e.Verb == workflow.VerbReturn
		if e.Owes != "" {
			for j, t := range c.state.Tasks { // the last, where it was asked for again
				if t.Origin == workflow.OriginOwed && t.From == e.Task {
					entries[i].Owed = &c.state.Tasks[j]
				}
			}
		}
		if !e.Received.IsZero() {
			entries[i].Workdays = k.calendarOf(c.row.Unit).Workdays(calendar.DateOf(e.Received.In(k.location)), calendar.DateOf(e.At.In(k.location)))
		}
		for _, t := range e.Opened {
			if unit := workflow.UnitOf(t.Why); unit != "" {
				units[t.Task] = unit
				if e.Verb == workflow.VerbConsult {
					for _, one := range workflow.UnitsAsked(t.Why) {
						entries[i].Asked = append(entries[i].Asked, one.Name)
					}
				}
			}
			if text := elsewhere(t.Why); text != nil && (t.Origin == "" || t.Origin == workflow.OriginConsult) {
				others[t.Task] = text
			}
		}
		if e.By.Person != SystemPerson {
			entries[i].Elsewhere = others[e.Task]
			delete(others, e.Task)
		}
		for _, ch := range e.Changes {
			name := c.rowCalled(ch.Name)
			if len(name) == 0 {
				continue
			}
			if entries[i].Rows == nil {
				entries[i].Rows = map[string]forms.Text{}
			}
			entries[i].Rows[ch.Name] = name
		}
		if step, ok := c.kind.flow.Step(e.Step); ok {
			entries[i].StepName, entries[i].Kind = nameBeside(step.Name, e.Origin, units[e.Task]), step.Kind
			entries[i].ResultText = resultText(step, e.Result)
		} else if split, ok := c.kind.flow.Split(e.Step); ok {
			entries[i].StepName = split.Name
		}
	}
}

// movedBy are the deadlines that moved with an entry; before are the moments of the last move
// of each task that earlier entries told of.
func (k *Kit) movedBy(c caseInHand, e Entry, before map[string]time.Time) []MovedDue {
	if e.Counted == nil {
		return nil
	}
	var out []MovedDue
	told := extra{Moved: e.Counted.Moved}
	for _, r := range e.Counted.Redated {
		moves := told.movesOf(r)
		if e.Verb == workflow.VerbRedate && len(moves) > 0 && !r.At.Equal(before[r.Task]) {
			m := MovedDue{Task: r.Task, From: moves[len(moves)-1].From, To: isoDate(calendar.DateOf(lastMoment(r.Now).In(k.location)))}
			if t, ok := c.state.Task(r.Task); ok {
				step, _ := c.kind.flow.Step(t.Step)
				m.Step, m.Name = t.Step, taskName(step, t)
			}
			out = append(out, m)
		}
		before[r.Task] = r.At
	}
	if m := e.Counted.Applicant; m != nil {
		out = append(out, MovedDue{Name: workflow.Text(k.texts("step.correct")), From: m.From, To: m.To})
	}
	return out
}

// rowCalled is what the row of a cell is called, by its table's title column. Where two
// rows of the table are called the same, as a system of which somebody is owner and
// administrator, the first column of choices says of every row which of them it is.
func (c *caseInHand) rowCalled(cell string) forms.Text {
	parts := strings.Split(cell, ".")
	if len(parts) != 3 {
		return nil
	}
	table, _ := fieldNamed(c.kind.Form.Fields, parts[0])
	row, n := c.values.RowByID(parts[0], parts[1])
	if table.RowTitle == "" || table.RowTitle == parts[2] || n == 0 {
		return nil
	}
	rows, _ := c.values[parts[0]].([]forms.Row)
	apart := slices.IndexFunc(table.Fields, func(f forms.Field) bool {
		return f.Type == "choice" && !slices.Contains(c.kind.hidden, parts[0]+"."+f.Key)
	})
	out := forms.Text{}
	for _, lang := range languages {
		in := func(row forms.Row, column string) string {
			return c.kind.form.Format(parts[0]+"."+column, row[column], forms.Locale{Lang: lang})
		}
		called := in(row, table.RowTitle)
		if called == "" {
			continue
		}
		out[lang] = called
		seen := map[string]bool{}
		twins := slices.ContainsFunc(rows, func(one forms.Row) bool {
			name := in(one, table.RowTitle)
			again := name != "" && seen[name]
			seen[name] = true
			return again
		})
		if twins && apart >= 0 {
			if kind := in(row, table.Fields[apart].Key); kind != "" {
				out[lang] = say(lang, "row.of_kind", map[string]string{"row": called, "kind": kind})
			}
		}
	}
	return out
}

func resultText(step workflow.Step, key string) workflow.Text {
	i := slices.IndexFunc(step.Results, func(r workflow.Result) bool { return r.Key == key })
	if i < 0 {
		return nil
	}
	return step.Results[i].Text
}

// events are a case's entries.
func (k *Kit) events(ctx context.Context, id string) ([]Entry, error) {
	rows, err := k.trailRows(ctx, chainOf(id))
	if err != nil {
		return nil, err
	}
	return entriesOf(rows), nil
}

// verifyRows checks a chain, and what its entries sign.
func verifyRows(chain string, rows []TrailEntry, head evidence.Head) []evidence.Fault {
	head.Chain = chain
	_, faults := evidence.Verify(evidence.Head{Chain: chain}, func(yield func(evidence.Entry, []byte) bool) {
		for _, row := range rows {
			if !yield(row.Entry, row.Payload) {
				return
			}
		}
	}, head)
	return append(faults, falseSignatures(chain, rows)...)
}

// falseSignatures looks at what was signed in a whole chain.
func falseSignatures(chain string, rows []TrailEntry) []evidence.Fault {
	var signed evidence.Signatures
	var faults []evidence.Fault
	for _, row := range rows {
		for _, f := range signed.Entry(row.Entry, row.Payload) {
			f.Chain = chain
			faults = append(faults, f)
		}
	}
	return faults
}
