package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
)

// disposing are the types whose requests dispose of records.
func (k *Kit) disposing() []string {
	return slices.DeleteFunc(slices.Clone(k.kinds.keys), func(key string) bool {
		kind, ok := k.kinds.latestOf(key)
		return !ok || kind.Disposes == ""
	})
}

// listedElsewhere are the lists on their way that records stand in, by the records' ids; of several
// the one that was begun first. One list is none of them: but.
func (k *Kit) listedElsewhere(ctx context.Context, tx Tx, but string) (map[string]CaseRow, error) {
	types, out := k.disposing(), map[string]CaseRow{}
	if len(types) == 0 {
		return out, nil
	}
	q := CaseQuery{Types: types, Phases: underWay, Limit: heldAtOnce}
	for {
		lists, err := tx.Cases().List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, list := range lists {
			kind, ok := k.kinds.latestOf(list.Type)
			if !ok || list.ID == but {
				continue
			}
			ids, err := listedIn(list.Values, kind.Disposes)
			if err != nil {
				return nil, fmt.Errorf("ismskit: case %s: %w", list.ID, err)
			}
			for _, id := range ids {
				out[id] = list
			}
		}
		if len(lists) < heldAtOnce {
			return out, nil
		}
		last := lists[len(lists)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
}

// listedIn are the ids of the records in a stored list. Only the table is read: it may be of another
// version, whose other fields do not fit the form of today.
func listedIn(values []byte, table string) ([]string, error) {
	var stored map[string]json.RawMessage
	if err := json.Unmarshal(values, &stored); err != nil || stored[table] == nil {
		return nil, err
	}
	var rows []map[string]any
	if err := json.Unmarshal(stored[table], &rows); err != nil {
		return nil, err
	}
	var ids []string
	for _, row := range rows {
		if id, _ := row[DisposalRecord].(string); id != "" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// listedNow are those lists, read by themselves.
func (k *Kit) listedNow(ctx context.Context, but string) (out map[string]CaseRow, err error) {
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := k.listedElsewhere(ctx, tx, but)
		out = found
		return err
	})
	return out, err
}

// numbersFor are the numbers of cases as far as an actor may read them; each is looked at once.
func (k *Kit) numbersFor(ctx context.Context, actor Actor, now time.Time) func(CaseRow) (string, error) {
	known := map[string]string{}
	return func(row CaseRow) (string, error) {
		if number, ok := known[row.ID]; ok {
			return number, nil
		}
		number, err := k.numberFor(ctx, actor, row, now)
		known[row.ID] = number
		return number, err
	}
}

// saidOf is a text about a record.
func saidOf(key string, what forms.Text) forms.Text {
	return sayAll(key, func(lang string) map[string]string { return map[string]string{"what": what[lang]} })
}

// saidOfList is a text about a record and a list, without the list's number where that is not known.
func saidOfList(key, unnamed, list string, what forms.Text) forms.Text {
	if list == "" {
		key = unnamed
	}
	return sayAll(key, func(lang string) map[string]string { return map[string]string{"what": what[lang], "list": list} })
}

// recordCalled is what a record is called, for who may read it: its number, or its subject and day.
func (k *Kit) recordCalled(r record.Record) forms.Text {
	out := forms.Text{}
	for _, lang := range languages {
		if out[lang] = r.Number; r.Number == "" {
			out[lang] = clipped(r.Subject, 40) + " " + k.recordDay(r, lang)
		}
	}
	return out
}

// recordBare is what a record is called for who may know nothing of what it says: its number, or what
// kind of record it is and its day.
func (k *Kit) recordBare(r record.Record) forms.Text {
	if r.Number != "" {
		return k.recordCalled(r)
	}
	kind, known := k.kinds.latestOf(r.Type)
	out := forms.Text{}
	for _, lang := range languages {
		what := say(lang, "dispose.a_record", nil)
		if known {
			what = kind.Title.In(lang)
		}
		out[lang] = what + " " + k.recordDay(r, lang)
	}
	return out
}

func (k *Kit) recordDay(r record.Record, lang string) string {
	day := r.Closed
	if day.IsZero() {
		day = r.Filed
	}
	return forms.Locale{Lang: lang, Location: k.location}.Day(calendar.DateOf(day.In(k.location)))
}

// disposalAlone is held by a list that is sent: of two with one record that are sent in the same
// instant one is refused.
type disposalAlone struct{}

func (disposalAlone) describe() string { return "a record stands in one list for disposal at a time" }

func (disposalAlone) apply(ctx context.Context, w *work, tx Tx) error {
	if err := alone(ctx, tx, aloneDisposals); err != nil {
		return err
	}
	listed, err := w.k.listedElsewhere(ctx, tx, w.after.row.ID)
	if err != nil {
		return err
	}
	var out forms.Invalid
	rows, ids := w.after.disposalRecords()
	for i := range rows {
		if _, ok := listed[ids[i]]; !ok {
			continue
		}
		found, err := tx.Records().Query(ctx, record.Query{All: true, IDs: []string{ids[i]}})
		if err != nil {
			return err
		}
		for _, r := range found {
			out = append(out, forms.Fault{ // who may read the other isn't asked within a transaction
				Field: w.after.kind.Disposes + "." + DisposalNumber, Row: i + 1, Code: "dispose.listed",
				Text: saidOfList("dispose.listed", "dispose.listed.unnamed", "", w.k.recordCalled(r)),
			})
		}
	}
	return out.Err()
}
