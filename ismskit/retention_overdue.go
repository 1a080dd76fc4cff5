package ismskit

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
)

// Bounds of one look for what is past its time.
const (
	MaxOverdue      = 500    // records that are listed at once
	overdueLookedAt = 20_000 // records that are looked at for it, of each rule
	overduePage     = 500
)

// KeptRecord is a record with how long it is kept.
type KeptRecord struct {
	record.Record
	record.Kept
	Rules bool // a rule is for it
	Hold  record.Hold
	Held  bool
	// Listed says that it stands in a list for disposal that is on its way, List and ListCase which
	// one, its number and its case: "" for who may not read it.
	Listed         bool
	List, ListCase string
}

// Overdue is what is past its time (逾保存年限).
type Overdue struct {
	On      calendar.Date
	Records []KeptRecord // by the last day on which they were to be kept, the oldest first
	Held    int          // how many of them may not be disposed of, for a hold is for them
	More    bool         // there may be more
	Listed  int          // how many of them stand in a list for disposal that is on its way
	Free    int          // how many a new list takes: the others
	Rules   int          // how many rules there are
	// LookedAt is after how many of the oldest records of a rule the look for more of them ended
	// before it had found MaxOverdue, 0 where it ended with none.
	LookedAt int
}

// Overdue lists the closed records that are past their time today: those of rules, as far as
// the actor may read them, the oldest looked at first and what was disposed of not at all. Rows go
// with their request, and documents are not among them: their versions stay as long as the document.
// For Rights.ManageRecords and Rights.ReadAll; ErrNotFound for anybody else.
func (r Retention) Overdue(ctx context.Context, actor Actor) (Overdue, error) {
	r.k = r.k.once()
	k := r.k
	if err := r.may(ctx, actor); err != nil {
		return Overdue{}, err
	}
	kept, err := k.retaining(ctx)
	if err != nil {
		return Overdue{}, err
	}
	today := calendar.DateOf(k.moment().In(k.location))
	out := Overdue{On: today, Rules: len(kept.rules)}
	for _, rule := range kept.rules {
		if rule.Permanent {
			continue
		}
		if err := r.overdueBy(ctx, actor, kept, rule, &out); err != nil {
			return Overdue{}, err
		}
		if len(rule.AlsoForms) == 0 {
			continue
		}
		rule.Kinds, rule.Forms = []string{rule.AlsoKind}, rule.AlsoForms
		if err := r.overdueBy(ctx, actor, kept, rule, &out); err != nil {
			return Overdue{}, err
		}
	}
	if err := r.listed(ctx, actor, &out); err != nil {
		return Overdue{}, err
	}
	records := make([]record.Record, len(out.Records))
	for i, one := range out.Records {
		records[i] = one.Record
	}
	err = Records(r).editionsRead(ctx, actor, records)
	for i := range records {
		out.Records[i].Record = records[i]
	}
	return out, err
}

// listed says which of them stand in a list on its way, and counts those that are on no new one.
func (r Retention) listed(ctx context.Context, actor Actor, out *Overdue) error {
	lists, err := r.k.listedNow(ctx, "")
	if err != nil {
		return err
	}
	numberOf := r.k.numbersFor(ctx, actor, r.k.moment())
	for i := range out.Records {
		one := &out.Records[i]
		var list CaseRow
		if list, one.Listed = lists[one.ID]; one.Listed {
			if one.List, err = numberOf(list); err != nil {
				return err
			}
			if one.List != "" {
				one.ListCase = list.ID
			}
		}
		if one.Held {
			out.Held++
		}
		if one.Listed {
			out.Listed++
		}
		if !one.Held && !one.Listed {
			out.Free++
		}
	}
	return nil
}

// overdueBy adds what is past its time of a rule.
func (r Retention) overdueBy(ctx context.Context, actor Actor, kept retaining, rule record.Retention, out *Overdue) error {
	k := r.k
	q, err := (Records(r)).rights(ctx, actor, record.Query{
		Kinds: rule.Kinds, DocKinds: rule.DocKinds, Systems: rule.Systems, Categories: rule.Categories,
		Without: []string{record.StateDisposed}, To: k.keptSince(rule, out.On), Oldest: true, Limit: overduePage,
	})
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(rule.Forms, func(f string) bool { return strings.HasSuffix(f, "*") }) {
		q.Forms = rule.Forms
	}
	for looked := overduePage; ; looked += overduePage {
		var page []record.Record
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Records().Query(ctx, q)
			page = found
			return err
		})
		if err != nil {
			return err
		}
		for _, rec := range page {
			one, over := k.overdue(kept, rec, out.On)
			if over && !slices.ContainsFunc(out.Records, func(o KeptRecord) bool { return o.ID == rec.ID }) {
				out.Records = append(out.Records, one)
			}
		}
		slices.SortFunc(out.Records, longestOver)
		if len(out.Records) > MaxOverdue {
			out.Records, out.More = out.Records[:MaxOverdue], true
		}
		if len(page) < overduePage {
			return nil
		}
		last := page[len(page)-1]
		switch {
		case out.full() && k.keptUntil(rule, last).After(out.Records[MaxOverdue-1].Last):
			out.More = true // what was filed later was closed later, and is over no longer than these
			return nil
		case looked >= overdueLookedAt:
			out.More = true
			if !out.full() {
				out.LookedAt = overdueLookedAt
			}
			return nil
		}
		q.After = record.Cursor{Filed: last.Filed, ID: last.ID}
	}
}

func (o *Overdue) full() bool { return len(o.Records) == MaxOverdue }

func longestOver(a, b KeptRecord) int {
	return cmp.Or(a.Last.Compare(b.Last), strings.Compare(a.Number, b.Number), strings.Compare(a.ID, b.ID))
}

// keptUntil is the first day on which a rule may keep no more what is filed as a record was: it
// was closed no earlier.
func (k *Kit) keptUntil(rule record.Retention, r record.Record) time.Time {
	last, _ := rule.Last(calendar.DateOf(r.Filed.In(k.location)).Start(k.location))
	return last
}

// overdue says how long one record is kept, and whether that is over.
func (k *Kit) overdue(kept retaining, rec record.Record, today calendar.Date) (KeptRecord, bool) {
	one := KeptRecord{Record: rec, Kept: record.KeptBy(kept.rules, rec, k.location)}
	one.Rules = one.Rule.ID != ""
	one.Hold, one.Held = record.HeldBy(kept.holds, rec)
	if kind, ok := k.kinds.latestOf(rec.Type); ok && kind.Disposes != "" {
		one.Kept = record.Kept{Ever: true} // 檔案法 §12: the list stays for ever
	}
	return one, rec.Kind != RecordRow && rec.Kind != RecordDocument && rec.State != record.StateDisposed && one.Over(today.Start(k.location))
}

// keptSince is before when a record was filed that the rule keeps no more: it was closed no
// earlier.
func (k *Kit) keptSince(rule record.Retention, today calendar.Date) time.Time {
	return today.AddMonths(-(rule.Years*12 + rule.Months)).AddDays(1).Start(k.location)
}
