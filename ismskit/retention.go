package ismskit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// How long records are kept follows from the list of rules (register.RetentionRules), which the
// officers of the archive look after: nothing is deleted because its time is over. What is past
// it is listed, and disposed of by a signed case alone.

// Retention is how long records are kept (K14).
type Retention struct{ k *Kit }

// Retention says how long records are kept, and which are past their time.
func (r Records) Retention() Retention { return Retention(r) }

// KindLog is the kind of an execution record that is a log of a system, kept outside or attached.
const KindLog = "log"

// keeping is what the lists say at a moment.
type retaining struct {
	rules []record.Retention
	logs  []LogRule
	holds []record.Hold
}

// LogRule is how long a log of a system or a device is to be kept (K14, 陸十二(三)).
type LogRule struct {
	ID     string
	Device string // system or device, as the procedure calls it
	Log    string
	System string // id of the application system, "" where it is of none in particular
	Months int    // 0 for ever
	Basis  string
}

// retaining reads the rules and the holds in force.
func (k *Kit) retaining(ctx context.Context) (retaining, error) {
	tree, err := k.tree(ctx)
	if err != nil {
		return retaining{}, err
	}
	var out retaining
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := k.retainingIn(ctx, tx, tree)
		out = found
		return err
	})
	return out, err
}

// retainingIn reads them within a transaction, with the tree of the categories that they name.
func (k *Kit) retainingIn(ctx context.Context, tx Tx, tree record.Tree) (retaining, error) {
	var out retaining
	called, err := k.formsCalled(ctx, tx)
	if err != nil {
		return out, err
	}
	numbers := k.formNumbers(called)
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.RetentionRules})
	if err != nil {
		return out, err
	}
	for _, row := range rows {
		cells, err := k.lists.Cells(row)
		if err != nil {
			return out, err
		}
		rule := record.Retention{ID: row.ID, Name: cells.Text("name"), Basis: cells.Text("basis")}
		if form := strings.TrimSpace(cells.Text("form_no")); form != "" {
			rule.Forms = called.ruled(form)
		}
		if system := cells.ID("system"); system != "" {
			rule.Systems = []string{system}
		}
		if category := cells.ID("category"); category != "" {
			rule.Categories = append([]string{category}, tree.Under(category)...)
		}
		switch n := int(cells.Number("n")); cells.Text("keep") {
		case "years":
			rule.Years = n
		case "months":
			rule.Months = n
		default:
			rule.Permanent = true
		}
		switch cells.Text("applies") {
		case "log":
			rule.Kinds, rule.DocKinds = []string{RecordUpload}, []string{KindLog}
			out.logs = append(out.logs, LogRule{
				ID: row.ID, Device: cells.Text("device"), Log: cells.Text("log_name"), System: cells.ID("system"), Months: rule.Years*12 + rule.Months, Basis: rule.Basis,
			})
		case "filing":
			rule.Kinds = []string{RecordUpload}
			if kind := cells.Text("doc_kind"); kind != "" {
				rule.DocKinds = []string{kind}
			}
		default: // of what was taken in or uploaded, the form that it is filed under says that it is a request
			rule.Kinds, rule.AlsoKind, rule.AlsoForms = []string{RecordCase}, RecordUpload, rule.Forms
			if len(rule.Forms) == 0 {
				rule.AlsoForms = numbers
			}
		}
		out.rules = append(out.rules, rule)
	}
	rows, err = tx.Registers().Rows(ctx, register.Query{List: register.LegalHolds, At: k.moment()})
	if err != nil {
		return out, err
	}
	if out.holds, err = k.holdsOf(called, rows); err != nil {
		return out, err
	}
	return out, heldRows(ctx, tx, out.holds)
}

// formNumbers are the numbers that forms signed here have or had: by any version of their type that
// is known here, and as documents that were renumbered since.
func (k *Kit) formNumbers(called calledForms) []string {
	known := map[string]bool{}
	for _, kind := range k.kinds.all() {
		if kind.FormNo != "" && !kind.Filing {
			for _, number := range called.names(kind.FormNo) {
				known[number] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// holdsOf are rows of the list of legal holds as the archive knows them.
func (k *Kit) holdsOf(called calledForms, rows []register.Row) ([]record.Hold, error) {
	var out []record.Hold
	for _, row := range rows {
		hold, err := k.holdOf(called, row)
		if err != nil {
			return nil, err
		}
		out = append(out, hold)
	}
	return out, nil
}

func (r Retention) may(ctx context.Context, actor Actor) error {
	err := r.k.allow(ctx, actor, slices.Concat(r.k.cfg.Rights.ManageRecords, r.k.cfg.Rights.ReadAll))
	if err != nil && ignoreForbidden(err) == nil {
		return ErrNotFound
	}
	return err
}

// Logs are the rules for logs, each with what the archive has of it (K14).
type Logs struct {
	LogRule
	// Records is how many records of that log are kept that are within its time, Newest when the
	// last was filed; Missing says that there is none.
	Records int
	Newest  time.Time
	Missing bool
}

// Logs lists how long logs are to be kept, by device and name, and holds the archive against it:
// which of them has no record within that time. A record is of a log where it is of the kind
// KindLog, of its system where the rule names one, and its words name the log. As far as the
// actor may read them. For Rights.ManageRecords and Rights.ReadAll; ErrNotFound for anybody else.
func (r Retention) Logs(ctx context.Context, actor Actor) ([]Logs, error) {
	r.k = r.k.once()
	k := r.k
	if err := r.may(ctx, actor); err != nil {
		return nil, err
	}
	kept, err := k.retaining(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Logs, 0, len(kept.logs))
	for _, rule := range kept.logs {
		one := Logs{LogRule: rule}
		q := record.Query{Kinds: []string{RecordUpload}, DocKinds: []string{KindLog}, Without: []string{record.StateRetracted, record.StateDisposed}, Text: strings.TrimSpace(rule.Device + " " + rule.Log), Limit: 1}
		if rule.System != "" {
			q.Systems, q.Text = []string{rule.System}, rule.Log
		}
		if rule.Months > 0 {
			q.From = calendar.DateOf(k.moment().In(k.location)).AddMonths(-rule.Months).Start(k.location)
		}
		found, err := Records(r).Find(ctx, actor, q, record.ByAll)
		if err != nil {
			return nil, fmt.Errorf("log %s: %w", rule.ID, err)
		}
		for _, b := range found.Counts[record.ByAll] {
			one.Records = b.Count
		}
		if one.Missing = len(found.Records) == 0; !one.Missing {
			one.Newest = found.Records[0].Filed
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b Logs) int { return strings.Compare(a.Device, b.Device) })
	return out, nil
}
