package ismskit

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Evidence reads trails and checks them.
type Evidence struct{ k *Kit }

// Trail returns a case's entries, for those who may see the case.
func (e Evidence) Trail(ctx context.Context, actor Actor, caseID string) ([]Entry, error) {
	e.k = e.k.once()
	c, err := e.k.take(ctx, caseID)
	if err != nil {
		return nil, err
	}
	now := e.k.moment()
	if _, err := e.k.mayRead(ctx, actor, c, now); err != nil {
		return nil, err
	}
	if err := e.k.opened(ctx, actor, c.row.Class, OpenedCase, c.row.ID); err != nil {
		return nil, err
	}
	hidden, err := e.k.hiddenNow(ctx, actor, c, now)
	if err != nil {
		return nil, err
	}
	entries, _, err := e.k.trail(ctx, c)
	redactTrail(entries, hidden)
	return entries, err
}

// Verify checks a case's chain against its row, every payload and every
// signature root; no fault means 相符.
func (e Evidence) Verify(ctx context.Context, actor Actor, caseID string) ([]evidence.Fault, error) {
	e.k = e.k.once()
	c, err := e.k.take(ctx, caseID)
	if err != nil {
		return nil, err
	}
	if _, err := e.k.mayRead(ctx, actor, c, e.k.moment()); err != nil {
		return nil, err
	}
	_, faults, err := e.k.trail(ctx, c)
	return faults, err
}

// Codes of faults that concern what entries bind.
const (
	// PayloadGone: what an entry says isn't in the database any more, and no entry says that it
	// was disposed of.
	PayloadGone = "payload_gone"
	// ValuesFalse: the fields as they are stored are not those that were sent.
	ValuesFalse = "values_false"
)

// payloadsGone are the entries whose content isn't there though nothing on the trail says that it
// was disposed of: an entry of VerbDispose says so of those before it.
func payloadsGone(chain string, rows []TrailEntry) []evidence.Fault {
	var faults []evidence.Fault
	lawful := int64(0)
	for _, row := range slices.Backward(rows) {
		if e, err := parseEvent(row.Payload); row.Payload != nil && err == nil && e.Verb == VerbDispose {
			lawful = row.Seq
			break
		}
	}
	for _, row := range rows {
		if row.Payload == nil && row.Seq > lawful {
			faults = append(faults, evidence.Fault{Chain: chain, Seq: row.Seq, To: row.Seq, Code: PayloadGone})
		}
	}
	return faults
}

// verifyEntries holds the row and the fields as they are stored against the trail.
func verifyEntries(c caseInHand, entries []Entry) []evidence.Fault {
	var faults []evidence.Fault
	chain := chainOf(c.row.ID)
	var last *Entry
	for i, entry := range entries {
		if entry.Malformed {
			faults = append(faults, evidence.Fault{Chain: chain, Seq: entry.Seq, To: entry.Seq, Code: evidence.Malformed})
		}
		if entry.Disposed || entry.Malformed {
			last = nil // it may have set the fields anew
			continue
		}
		if len(entry.Values) > 0 {
			last = &entries[i]
		}
	}
	if last != nil && (!sameValues(c, last.Values) || c.extra.Root != last.Root) {
		return append(faults, evidence.Fault{Chain: chain, Seq: last.Seq, To: last.Seq, Code: ValuesFalse})
	}
	return append(faults, verifyRow(c.row, entries)...) // which the fields are part of
}

// sameValues compares the stored fields with those of the entry that last set
// them, leaf by leaf.
func sameValues(c caseInHand, sent []NamedValue) bool {
	stored := c.kind.form.Canonical(c.values)
	if len(stored) != len(sent) {
		return false
	}
	byName := make(map[string]any, len(sent))
	for _, v := range sent {
		byName[v.Name] = v.Value
	}
	for _, leaf := range stored {
		a, errA := evidence.Canonical(leaf.Value)
		b, errB := canonicalJSON(byName[leaf.Name])
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			return false
		}
	}
	return true
}

// canonicalJSON is the canonical bytes of a value that was read from JSON, whose
// numbers are not integers any more.
func canonicalJSON(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var plain any
	if err := dec.Decode(&plain); err != nil {
		return nil, err
	}
	return evidence.Canonical(plain)
}
