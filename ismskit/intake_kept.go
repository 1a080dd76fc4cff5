package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// Imports are kept in lists of the Kit's own, without a schema: an import by its id, its lines in a
// list that is called after it, and of everything that was ever taken in which thing it was. Nobody
// sees them as lists.
const (
	listIntakes     = "intakes"
	listIntakeLines = "intake/" // before the id of the import
	listIntakeKnown = "intake_known"
)

// intakeHead is an import as it is kept.
type intakeHead struct {
	Package    string          `json:"package"`
	State      string          `json:"state"`
	By         workflow.Signer `json:"by"`
	Assurance  string          `json:"assurance,omitempty"`
	Channel    string          `json:"channel,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	Category   string          `json:"category,omitempty"` // under which the report is kept
	Checked    time.Time       `json:"checked"`
	Begun      time.Time       `json:"begun,omitzero"`
	Ended      time.Time       `json:"ended,omitzero"`
	Lines      int             `json:"lines"`
	Next       int             `json:"next"` // the place of the line that is next
	Index      *forms.File     `json:"index,omitempty"`
	Unused     []string        `json:"unused,omitempty"`
	Notes      []string        `json:"notes,omitempty"`
	Record     string          `json:"record,omitempty"`
	Categories []string        `json:"categories,omitempty"`
	// Common is the category of all lines, if whoever reads it reads every one of them; Class is the
	// highest of theirs. The report tells of all lines, also of those that were not taken in.
	Common string `json:"common,omitempty"`
	Class  string `json:"class,omitempty"`
}

// intakeKnown is something that was taken in.
type intakeKnown struct {
	Record string `json:"record"`
	Digest string `json:"digest"`
	Import string `json:"import"`
}

func intakeLineID(place int) string { return fmt.Sprintf("%05d", place) }

// known marks lines of what was taken in before, and flags numbers that something else has already.
func (c *checkingIntake) known() error {
	var found []intakeSeen
	mine, err := c.i.k.Records().rights(c.ctx, c.actor, record.Query{})
	if err != nil {
		return err
	}
	err = c.i.k.store.View(c.ctx, func(ctx context.Context, tx Tx) error {
		all := make([]intakeSeen, len(c.lines))
		asked := map[string]bool{} // numbers of new documents for which a request is on its way
		if c.controls {
			if err := c.i.k.eachChange(ctx, tx, func(_ CaseRow, about changedThing) { asked[about.number] = about.number != "" }); err != nil {
				return err
			}
		}
		for at, line := range c.lines {
			var err error
			if all[at], err = c.seen(ctx, tx, mine, line); err != nil {
				return err
			}
			all[at].asked = line.What == intakeControlled && all[at].before == nil && asked[document.TypedNumber(line.Number)]
		}
		found = all
		return nil
	})
	if err != nil {
		return err
	}
	for at, line := range c.lines {
		line.Document, line.One = found[at].doc, found[at].one
		switch seen := found[at]; {
		case seen.before != nil && line.State == IntakeReady:
			line.State, line.Record, line.Flags = IntakeKnown, seen.before.Record, nil
			if seen.before.Digest != line.Digest {
				line.State = IntakeChanged
			}
			if seen.disposed {
				line.flag("", "intake.known_disposed", nil)
			}
		case seen.asked:
			line.wrong(intakeNumber, "intake.number_asked")
		case seen.flag != "":
			line.flag(intakeNumber, seen.flag, map[string]string{"pattern": seen.pattern})
		}
		if found[at].kept != "" && !slices.ContainsFunc(line.Flags, func(f intakeFault) bool { return f.Field == intakeFiles }) {
			line.flag(intakeFiles, intakeFileKept, nil)
			line.Flags[len(line.Flags)-1].Kept = found[at].kept
		}
	}
	return nil
}

// intakeSeen is what the archive knows of a line.
type intakeSeen struct {
	before *intakeKnown // what it was taken in as
	one    string       // which thing it is to who asks
	// asked says that a request for a new document of its number is on its way.
	asked bool
	// disposed says that what it was taken in as was disposed of since.
	disposed bool
	flag     string // what is to be said of its number
	doc      string // id of the document that it is a version of
	kept     string // id of a record that keeps one of its files
	// pattern is how the house numbers such documents today, where the number is not so.
	pattern string
}

// otherPattern is the pattern of the house's rules for a document's number, "" where it has none or the
// number is by one of them. A document that is older than its rule keeps its number: it is only said.
func (c *checkingIntake) otherPattern(ctx context.Context, tx Tx, line *intakeLine) (string, error) {
	doc := line.document("", "")
	of := fmt.Sprint(doc.Level, "|", doc.Unit)
	rules, read := c.rules[of]
	if !read {
		var err error
		if rules, err = c.i.k.numberRules(ctx, tx, doc.Level, doc.Unit, c.i.k.moment()); err != nil {
			return "", err
		}
		c.rules[of] = rules
	}
	if len(rules) == 0 || slices.ContainsFunc(rules, func(r numberRule) bool { return r.pattern.Fits(doc.Number, r.parts(doc.Level, doc.Unit)) }) {
		return "", nil
	}
	return rules[0].pattern.String(), nil
}

// seen looks a line up. Of numbers it tells what the actor may read, as the archive itself does: from a line
// nobody learns what is hidden from him. Mine is a query that has his rights.
func (c *checkingIntake) seen(ctx context.Context, tx Tx, mine record.Query, line *intakeLine) (out intakeSeen, err error) {
	if out.before, out.one, err = c.takenIn(ctx, tx, mine, line); err != nil {
		return out, err
	}
	if out.before != nil {
		mine.IDs, mine.States, mine.Limit = []string{out.before.Record}, []string{record.StateDisposed}, 1
		gone, err := tx.Records().Query(ctx, mine)
		out.disposed = len(gone) > 0
		return out, err
	}
	switch {
	case line.Number == "":
	case line.What == intakeControlled && c.controls:
		var others bool
		if out.doc, others, err = documentOf(ctx, tx, line); err != nil {
			return out, err
		}
		out.pattern, err = c.otherPattern(ctx, tx, line)
		switch {
		case others:
			out.flag = "intake.document_known"
		case out.pattern != "":
			out.flag = "intake.number_rule"
		}
	case line.What != intakeControlled:
		mine := mine
		mine.Numbers, mine.Limit = []string{strings.TrimRight(line.Number, "*")}, 1
		found, queryErr := tx.Records().Query(ctx, mine)
		if err = queryErr; len(found) > 0 {
			out.flag = "intake.number_known"
		}
	}
	if err != nil || line.What == intakeControlled || len(line.Files) == 0 {
		return out, err
	}
	mine.Limit = 1
	for _, f := range line.Files {
		mine.Files = append(mine.Files, f.Digest)
	}
	found, err := tx.Records().Query(ctx, mine)
	if err == nil && len(found) > 0 {
		out.kept = found[0].ID
	}
	return out, err
}

// takenIn is what a line was taken in as before, nil for nothing, and which thing it is. What became a record that the actor may not
// read is nothing to him: he takes it in once more, as a thing of his own.
func (c *checkingIntake) takenIn(ctx context.Context, tx Tx, mine record.Query, line *intakeLine) (_ *intakeKnown, one string, err error) {
	if one = line.One; one == "" {
		return nil, "", nil
	}
	for _, own := range []bool{false, true} {
		if own {
			one = digestText(one, c.actor.Person)
		}
		row, found, err := tx.Registers().Row(ctx, listIntakeKnown, one)
		if err != nil || !found {
			return nil, one, err
		}
		var before intakeKnown
		if err := json.Unmarshal(row.Values, &before); err != nil {
			return nil, one, fmt.Errorf("ismskit: import %s: %w", row.ID, err)
		}
		if own || mine.All || line.What == intakeControlled {
			return &before, one, nil
		}
		mine.IDs, mine.Limit = []string{before.Record}, 1
		if read, err := tx.Records().Query(ctx, mine); err != nil || len(read) > 0 {
			return &before, one, err
		}
	}
	return nil, one, nil
}

// keep writes what was found, in pieces: an index may be long.
func (i Intake) keep(ctx context.Context, actor Actor, c *checkingIntake) (IntakeReport, error) {
	by, err := i.k.byline(ctx, actor)
	if err != nil {
		return IntakeReport{}, err
	}
	id, now := uuid.Must(uuid.NewV7()).String(), i.k.moment()
	head := intakeHead{
		Package: c.in.Name, State: IntakeChecked, By: by, Assurance: actor.Assurance, Channel: actor.Channel, Checked: now,
		Lines: len(c.lines), Unused: c.unused(), Notes: c.in.Notes,
	}
	if c.in.Index != nil {
		kept, err := i.takeUp(ctx, actor, c.kind, *c.in.Index, "")
		if err != nil {
			return IntakeReport{}, err
		}
		if kept.code == "" {
			head.Index = &kept.file
		}
	}
	for _, line := range c.lines {
		if ref, ok := line.values[intakeCategory].(forms.Ref); ok && line.What != intakeControlled && line.State == IntakeReady && !slices.Contains(head.Categories, ref.ID) {
			head.Categories = append(head.Categories, ref.ID)
		}
	}
	head.Common, head.Class = c.common(by.Unit), c.highest()
	const atOnce = 200
	for from := 0; from < len(c.lines); from += atOnce {
		err := i.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			for place := from; place < min(from+atOnce, len(c.lines)); place++ {
				if err := i.putLine(ctx, tx, intakePlace{id, intakeLineID(place)}, c.lines[place]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return IntakeReport{}, err
		}
	}
	err = i.k.store.Update(ctx, func(ctx context.Context, tx Tx) error { return i.k.putOwn(ctx, tx, listIntakes, id, head) })
	if err != nil {
		return IntakeReport{}, err
	}
	return i.shown(ctx, actor, id, head, c.lines)
}
