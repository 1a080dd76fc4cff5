package ismskit

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// recordOutcome is what came of a record when the list was carried out in which it stands.
type recordOutcome string

const (
	recordGone   recordOutcome = "gone"   // disposed of by this list
	recordBefore recordOutcome = "before" // disposed of by another one before
	recordHeld   recordOutcome = "held"   // a hold keeps it
	recordEarly  recordOutcome = "early"  // a rule keeps it, or none is for it any more
	recordStuck  recordOutcome = "stuck"  // it cannot be worked on
)

type outcome struct {
	of   recordOutcome
	list string // of recordBefore, the case of the other list
}

// rowDisposed is what came of a row of a list.
type rowDisposed struct {
	outcome
	no     int
	record string // its id
	named  string // as the list names it, for one that the archive does not know
}

// disposalReport says on the trail of a list, for ever, what came of each of its records: that this
// list disposed of it, that it stays and why, or that another list had disposed of it.
func (k *Kit) disposalReport(ctx context.Context, list string, rows []rowDisposed) error {
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.record)
	}
	records, err := k.recordsOf(ctx, record.Query{All: true}, ids)
	if err != nil {
		return err
	}
	const most = 100 // rows in one entry
	part := 0
	for rows := range slices.Chunk(rows, most) {
		part++
		others := []string{disposalPart + strconv.Itoa(part)}
		for _, row := range rows {
			if of := recordID(row.list); row.list != "" && !slices.Contains(others, of) {
				others = append(others, of)
			}
		}
		if err := k.disposalSaid(ctx, list, k.reportOf(rows, records), others); err != nil {
			return err
		}
	}
	return nil
}

// disposalPart marks an entry as a part of the report of a list, whatever its words.
const disposalPart = "disposal report: "

// reportOf is what came of some rows, those of one outcome together. Another list is not named: who
// reads this one need not be one who reads that one. The record says by which it was.
func (k *Kit) reportOf(rows []rowDisposed, records map[string]record.Record) string {
	var order []recordOutcome
	names := map[recordOutcome][]string{}
	for _, row := range rows {
		if names[row.of] == nil {
			order = append(order, row.of)
		}
		what := row.named
		if r, ok := records[row.record]; ok {
			what = k.recordBare(r).In(k.cfg.Lang)
		}
		names[row.of] = append(names[row.of], k.text("dispose.report_row", map[string]string{"row": strconv.Itoa(row.no), "what": what}))
	}
	var out []string
	for _, o := range order {
		params := map[string]string{"n": strconv.Itoa(len(names[o])), "names": strings.Join(names[o], k.text("comma", nil))}
		switch o {
		case recordGone:
			out = append(out, k.text("dispose.report_gone", params))
		case recordBefore:
			out = append(out, k.text("dispose.report_before", params))
		case recordHeld:
			out = append(out, k.text("dispose.report_held", params))
		case recordEarly:
			out = append(out, k.text("dispose.report_early", params))
		case recordStuck:
			out = append(out, k.text("dispose.report_stuck", params))
		}
	}
	return strings.Join(out, "\n")
}

// disposalSaid puts a part of its report on the trail of a list, once: marks are that part, and the lists
// that its records were in before.
func (k *Kit) disposalSaid(ctx context.Context, list, said string, marks []string) error {
	return k.retried(ctx, func(ctx context.Context) error {
		c, err := k.takeToWork(ctx, list)
		if err != nil {
			return err
		}
		entries, _, err := k.trail(ctx, c)
		if err != nil || slices.ContainsFunc(entries, func(e Entry) bool { return slices.Contains(e.Effects, marks[0]) }) {
			return err
		}
		w := newWork(k, c, System("disposal"), authority{by: k.systemSigner(), via: viaRecords}, k.moment())
		w.event.Verb, w.event.Comment, w.event.Effects = workflow.VerbComment, said, marks
		_, err = w.commit(ctx)
		return err
	})
}
