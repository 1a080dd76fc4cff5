package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// importsChain holds who took in which package, when he began, stopped it and what became of it.
const importsChain = "imports"

// Verbs of that chain. Number is the id of the import, Type what was handed in, Comment the reason;
// Effects say how many lines are in which state.
const (
	VerbImportBegun   workflow.Verb = "import_begun"
	VerbImportStopped workflow.Verb = "import_stopped"
	VerbImportEnded   workflow.Verb = "import_ended"
)

// intakeAtOnce is how many lines one job takes in before it lets others work.
const intakeAtOnce = 20

func intakeJobKey(id string) string { return "intake|" + id }

// IntakeStart begins an import that was checked, or goes on with one that was stopped.
type IntakeStart struct {
	// Reason stands on the trail and on the report.
	Reason string
	// Category is the one under which the report is kept in the archive, one that the actor
	// maintains; "" is the first of IntakeReport.Categories. Who reads the category reads the report
	// if he reads every line by it; else, and without a category, it is for whoever brought it and
	// who reads everything.
	Category string
}

// Begin takes in the lines that are ready, by jobs, each line in a transaction of its own: what was
// taken in stays so, whatever becomes of the rest, and a server that is stopped goes on where it
// was. One that runs or has ended is left alone. Only who brought it begins it, for its lines are
// taken in by his rights; ErrForbidden else. forms.Invalid without a reason.
func (i Intake) Begin(ctx context.Context, actor Actor, id string, s IntakeStart) error {
	i.k = i.k.once()
	head, _, err := i.head(ctx, actor, id)
	if err != nil {
		return err
	}
	by, err := i.k.byline(ctx, actor)
	if err == nil && by.Person != head.By.Person {
		err = ErrForbidden
	}
	if err != nil {
		return i.k.refused(ctx, actor, err)
	}
	if s.Reason = strings.TrimSpace(s.Reason); head.State == IntakeChecked && (s.Reason == "" || len([]rune(s.Reason)) > 400) {
		return sheetFault("reason", "sheet.reason", nil)
	}
	if s.Category != "" {
		names, err := i.names(ctx, actor)
		if err != nil {
			return err
		}
		if !names.files(s.Category) {
			return sheetFault("category", "filing.not_yours", nil)
		}
	} else if len(head.Categories) > 0 {
		s.Category = head.Categories[0]
	}
	lines, err := i.lines(ctx, id)
	if err != nil {
		return err
	}
	if report := reportOf(id, head, lines); head.State == IntakeChecked && report.AllKnown() {
		return sheetFault("", "intake.all_known", nil)
	} else if head.State == IntakeChecked && report.Left() == 0 {
		return sheetFault("", "intake.nothing_ready", nil)
	}
	return i.turn(ctx, id, actor, VerbImportBegun, []string{IntakeChecked, IntakeStopped}, func(head *intakeHead) {
		if head.State == IntakeChecked {
			head.Reason, head.Category, head.Begun = s.Reason, s.Category, i.k.moment()
		}
		head.State, head.Assurance, head.Channel = IntakeRunning, actor.Assurance, actor.Channel
	})
}

// Stop halts an import before its next line; Begin goes on with it. For who brought it and
// Rights.ManageRecords.
func (i Intake) Stop(ctx context.Context, actor Actor, id string) error {
	i.k = i.k.once()
	if _, _, err := i.head(ctx, actor, id); err != nil {
		return err
	}
	return i.turn(ctx, id, actor, VerbImportStopped, []string{IntakeRunning}, func(head *intakeHead) { head.State = IntakeStopped })
}

// turn changes where an import stands, with an entry on the trail, if it stands where it is asked for.
func (i Intake) turn(ctx context.Context, id string, actor Actor, verb workflow.Verb, from []string, change func(*intakeHead)) error {
	by, err := i.k.byline(ctx, actor)
	if err != nil {
		return err
	}
	now := i.k.moment()
	for range maxRaces {
		err = i.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			head, known, err := headOfIntake(ctx, tx, id)
			if err != nil || !known || !slices.Contains(from, head.State) {
				return err
			}
			change(&head)
			if err := i.k.putOwn(ctx, tx, listIntakes, id, head); err != nil {
				return err
			}
			if head.State == IntakeRunning {
				if err := enqueue(ctx, tx, now, Job{Key: intakeJobKey(id), Kind: jobIntake, Subject: id, Due: now}); err != nil {
					return err
				}
			}
			return i.k.appendEvent(ctx, tx, importsChain, i.event(id, verb, head, by, actor), now)
		})
		if !errors.Is(err, ErrConflict) || i.k.joined {
			break
		}
	}
	if err == nil {
		i.k.wakeAt(now)
	}
	return err
}

func (i Intake) event(id string, verb workflow.Verb, head intakeHead, by workflow.Signer, actor Actor) Event {
	e := Event{Verb: verb, Type: head.Package, Number: id, Comment: head.Reason, By: by, Via: viaNamed, Assurance: actor.Assurance, Channel: actor.Channel}
	if actor.system {
		e.Via = viaSystem
	}
	return e
}

func headOfIntake(ctx context.Context, tx Tx, id string) (intakeHead, bool, error) {
	row, known, err := tx.Registers().Row(ctx, listIntakes, id)
	if err != nil || !known {
		return intakeHead{}, false, err
	}
	head, err := headIn(row)
	return head, true, err
}

// takeIn carries out some lines of an import and comes again for the next.
func (k *Kit) takeIn(ctx context.Context, job Job) error {
	i := Intake{k}
	var head intakeHead
	known := false
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		h, found, err := headOfIntake(ctx, tx, job.Subject)
		head, known = h, found
		return err
	})
	if err != nil {
		return err
	}
	if !known || head.State != IntakeRunning {
		return k.done(ctx, job)
	}
	actor := Actor{Person: head.By.Person, Assurance: head.Assurance, Channel: head.Channel}
	if head.By.Person == SystemPerson {
		actor = System(head.Channel)
	}
	var ids []string
	next := head.Next
	for ; next < min(head.Next+intakeAtOnce, head.Lines); next++ {
		ids = append(ids, intakeLineID(next))
	}
	if len(ids) > 0 {
		lines, err := i.lines(ctx, job.Subject, ids...)
		if err != nil {
			return err
		}
		for at, line := range lines {
			if line.State != IntakeReady {
				continue
			}
			if err := i.takeLine(ctx, actor, head, intakePlace{id: job.Subject, row: ids[at]}, line); err != nil {
				return err
			}
		}
	}
	return i.proceed(ctx, job, actor, next)
}

// intakePlace is where a line is kept.
type intakePlace struct{ id, row string }

// takeLine takes in one line, or writes why it is refused. An error is none of the line's: it is tried again.
func (i Intake) takeLine(ctx context.Context, actor Actor, head intakeHead, at intakePlace, line *intakeLine) error {
	var err error
	if line.What == intakeControlled {
		err = i.takeDocument(ctx, actor, at, line)
	} else {
		err = i.takeRecord(ctx, actor, head, at, line)
	}
	if err == nil {
		return nil
	}
	refusal, ours := refusedLine(err)
	if !ours {
		return err
	}
	line.State, line.Faults = IntakeRefused, refusal
	for n := range line.Faults {
		if cell := line.Faults[n].Cell; cell == "" {
			line.Faults[n].Cell = strconv.Itoa(line.Row)
		}
	}
	return i.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		// It may be in already: another server was at it, or the answer to its commit was lost.
		row, known, err := tx.Registers().Row(ctx, listIntakeLines+at.id, at.row)
		if err != nil || !known {
			return err
		}
		var kept intakeLine
		if err := json.Unmarshal(row.Values, &kept); err != nil {
			return fmt.Errorf("ismskit: import %s, line %s: %w", at.id, at.row, err)
		}
		if kept.State != IntakeReady {
			return nil
		}
		return i.putLine(ctx, tx, at, line)
	})
}

// refusedLine says what a line was refused for; not ours is what concerns no line.
func refusedLine(err error) ([]intakeFault, bool) {
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		var out []intakeFault
		for _, f := range invalid {
			out = append(out, intakeFault{Field: f.Field, Code: f.Code, Text: inWords(f.Message)})
		}
		return out, true
	}
	if refusals, ok := document.AsRefusals(err); ok {
		var out []intakeFault
		for _, r := range refusals {
			out = append(out, intakeFault{Field: firstText(intakeFields[r.Field], r.Field), Code: r.Code, Text: inWords(r.Text)})
		}
		return out, true
	}
	for _, one := range []struct {
		is   error
		code string
	}{{errIntakeTwice, "intake.meanwhile"}, {ErrForbidden, "intake.forbidden"}, {ErrNotFound, "intake.gone"}} {
		if errors.Is(err, one.is) {
			return []intakeFault{{Code: one.code, Text: sayAll(one.code, func(string) map[string]string { return nil })}}, true
		}
	}
	return nil, false
}

// errIntakeTwice is that another import took in the same thing meanwhile.
var errIntakeTwice = errors.New("ismskit: taken in meanwhile")

// noted writes, in the transaction that takes a line in, that it was.
func (i Intake) noted(ctx context.Context, tx Tx, at intakePlace, line intakeLine, record string) error {
	_, known, err := tx.Registers().Row(ctx, listIntakeKnown, line.One)
	if err == nil && known {
		err = errIntakeTwice
	}
	if err != nil {
		return err
	}
	line.State, line.Record = IntakeImported, record
	line.Values, line.Files = nil, nil // the record has them
	if err := i.k.putOwn(ctx, tx, listIntakeKnown, line.One, intakeKnown{Record: record, Digest: line.Digest, Import: at.id}); err != nil {
		return err
	}
	return i.putLine(ctx, tx, at, &line)
}

// proceed notes how far an import is; behind its last line it ends, with its report in the archive.
func (i Intake) proceed(ctx context.Context, job Job, actor Actor, next int) error {
	var head intakeHead
	err := i.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		h, _, err := headOfIntake(ctx, tx, job.Subject)
		if err != nil {
			return err
		}
		h.Next = max(h.Next, next)
		head = h
		return i.k.putOwn(ctx, tx, listIntakes, job.Subject, h)
	})
	if err != nil {
		return err
	}
	if head.State != IntakeRunning {
		return i.k.done(ctx, job)
	}
	if head.Next < head.Lines {
		return i.k.again(ctx, job, i.k.moment())
	}
	return i.end(ctx, job, actor, head)
}

// end files the report and closes the import.
func (i Intake) end(ctx context.Context, job Job, actor Actor, head intakeHead) error {
	lines, err := i.lines(ctx, job.Subject)
	if err != nil {
		return err
	}
	report := reportOf(job.Subject, head, lines)
	record, err := i.fileReport(ctx, actor, head, report)
	if err != nil {
		if _, ours := refusedLine(err); !ours {
			return err
		}
		record = ""
		i.k.log.WarnContext(ctx, "the report of an import could not be filed", "import", job.Subject, "error", err)
	}
	now := i.k.moment()
	by := head.By
	return i.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		h, _, err := headOfIntake(ctx, tx, job.Subject)
		if err != nil {
			return err
		}
		h.State, h.Ended, h.Record = IntakeDone, now, record
		if err := i.k.putOwn(ctx, tx, listIntakes, job.Subject, h); err != nil {
			return err
		}
		e := i.event(job.Subject, VerbImportEnded, h, by, actor)
		for _, state := range []string{IntakeImported, IntakeKnown, IntakeChanged, IntakeWrong, IntakeRefused} {
			e.Effects = append(e.Effects, state+": "+strconv.Itoa(report.Counts[state]))
		}
		if record != "" {
			e.Effects = append(e.Effects, "record: "+record)
		}
		if err := i.k.appendEvent(ctx, tx, importsChain, e, now); err != nil {
			return err
		}
		return tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true})
	})
}
