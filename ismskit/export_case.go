package ismskit

import (
	"context"
	"reflect"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
)

// addCase adds one case: its page as its reader gets it printed, its trail as it is
// stored, and the names of its files.
func (b *bundling) addCase(ctx context.Context, out *evidence.Bundle, id string) error {
	var bc evidence.BundleCase
	var page []byte
	var trail []evidence.Stored
	err := b.turn(ctx, func() (err error) {
		bc, page, trail, err = b.caseOf(ctx, id)
		return err
	})
	if err != nil {
		return err
	}
	return out.AddCase(bc, page, trail)
}

func (b *bundling) caseOf(ctx context.Context, id string) (bc evidence.BundleCase, page []byte, trail []evidence.Stored, err error) {
	if err := b.again(ctx); err != nil {
		return bc, nil, nil, err
	}
	k := b.e.k
	c, rows, sheet, err := b.atOneMoment(ctx, id)
	if err != nil {
		return bc, nil, nil, err
	}
	hidden, err := k.hiddenNow(ctx, b.actor, c, k.moment())
	if err != nil {
		return bc, nil, nil, err
	}
	each, err := k.hiddenOnTrail(ctx, b.actor, c, entriesOf(rows), hidden)
	if err != nil {
		return bc, nil, nil, err
	}
	if err := b.valueWords(ctx, &c, rows, each); err != nil {
		return bc, nil, nil, err
	}
	gone, err := b.e.k.payloadsGone(ctx, chainOf(id), rows)
	if err != nil {
		return bc, nil, nil, err
	}
	lang := b.x.Imprint.Lang
	bc = evidence.BundleCase{
		ID: id, Chain: chainOf(id), Number: RowNumberIn(lang, c.row.Number, c.rowNo(), c.extra.Turn), Type: c.kind.name(), Form: c.kind.FormNo, Title: c.kind.Title.In(lang),
		Subject: c.row.Subject, State: record.Word(stateWord(&c), lang), Parent: c.row.Parent,
		StoredFalse: storedFalse(append(gone, verifyEntries(c, entriesOf(rows))...)),
	}
	for _, f := range visible(c.extra.Files, hidden) {
		d, err := evidence.ParseDigest(f.Digest)
		if err != nil {
			return bc, nil, nil, err
		}
		b.holds(f.Digest, holder{inCase: id})
		bc.Files = append(bc.Files, evidence.Attachment{SHA256: d, Name: f.Name, Field: f.Field})
	}
	trail = stored(rows, each)
	definitions, err := b.definitionsOf(ctx, trail)
	bc.Files = append(bc.Files, definitions...)
	return bc, sheet.Body, trail, err
}

// atOneMoment are a case and its trail, with the page that shows it so: it is printed again where
// somebody has acted meanwhile, for page and trail lie side by side in the bundle.
func (b *bundling) atOneMoment(ctx context.Context, id string) (c caseInHand, rows []TrailEntry, page Printout, err error) {
	k := b.e.k
	for range maxRaces {
		var row CaseRow
		if row, rows, err = k.caseAndTrail(ctx, id); err != nil {
			return c, nil, page, err
		}
		if c, err = k.inHand(ctx, row); err != nil {
			return c, nil, page, err
		}
		if page, err = k.Records().Print(ctx, b.actor, id, b.x.Imprint); err != nil {
			return c, nil, page, err
		}
		now, err := k.listCases(ctx, CaseQuery{IDs: []string{id}, Limit: 1})
		if err != nil {
			return c, nil, page, err
		}
		if len(now) == 1 && now[0].Revision == row.Revision {
			break
		}
	}
	return c, rows, page, nil
}

// storedFalse is the entry of the trail from which what is stored differs, 0 where it doesn't: a
// bundle shows what is stored, and its reader has only the trail to hold it against.
func storedFalse(faults []evidence.Fault) int64 {
	for _, f := range faults {
		switch f.Code {
		case RowFalse, RowMissing, ValuesFalse, PayloadGone:
			return f.Seq
		}
	}
	return 0
}

// stored are entries as they are stored, without the content of those that say
// something hidden, of each: their digests still tell that nothing was changed.
func stored(rows []TrailEntry, hidden [][]string) []evidence.Stored {
	out := make([]evidence.Stored, len(rows))
	for i, row := range rows {
		out[i] = evidence.Stored{Entry: row.Entry, Hash: row.Hash, Content: row.Payload}
		if i < len(hidden) && len(hidden[i]) > 0 && says(row, hidden[i]) {
			out[i].Content = nil
		}
	}
	return out
}

// says tells whether an entry holds a hidden field. One that can't be read is taken
// to.
func says(row TrailEntry, hidden []string) bool {
	if row.Payload == nil {
		return false
	}
	e, err := parseEvent(row.Payload)
	if err != nil {
		return true
	}
	hides := func(name string) bool {
		return slices.ContainsFunc(hidden, func(field string) bool { return leafOf(name, field) })
	}
	return slices.ContainsFunc(e.Values, func(v NamedValue) bool { return hides(v.Name) }) ||
		slices.ContainsFunc(e.Changes, func(c Changed) bool {
			return hides(c.Name) || !reflect.DeepEqual(c.From, withoutCells(c.Name, c.From, hidden)) || !reflect.DeepEqual(c.To, withoutCells(c.Name, c.To, hidden))
		}) ||
		e.Certificate != nil && e.Certificate.says(hides)
}

// learnWords gathers the names of a type's fields, options, steps and decisions for
// the page in the bundle.
func (b *bundling) learnWords(ctx context.Context, id string) error {
	k := b.e.k
	c, err := k.take(ctx, id)
	if err != nil {
		return err
	}
	words := b.labels[c.kind.name()]
	if words == nil {
		words = map[string]string{}
		b.labels[c.kind.name()] = words
		if c.kind.form != nil {
			fieldWords(words, c.kind.form.Describe(b.x.Imprint.Lang).Fields)
		}
	}
	if b.x.Decision == nil || c.kind.flow == nil {
		return nil
	}
	entries, err := k.events(ctx, id)
	if err != nil {
		return err
	}
	k.explain(c, entries)
	for _, e := range entries {
		if e.Disposed || e.Malformed {
			continue
		}
		if step, ok := c.kind.flow.Step(e.Step); ok {
			words["step/"+e.Step] = step.Name.In(b.x.Imprint.Lang)
		}
		plainly := Entry{Event: Event{Verb: e.Verb, Origin: e.Origin}, Kind: e.Kind}
		usual, own := b.x.Decision(b.x.Imprint.Lang, plainly), b.x.Decision(b.x.Imprint.Lang, e)
		words["verb/"+string(e.Verb)+"/"+e.Step+"/"+string(e.Origin)] = usual
		if own != usual { // an opinion was given with it, it was sent again, or puts right what stood there
			b.wordsOf(chainOf(id))["entry/"+strconv.FormatInt(e.Seq, 10)] = own
		}
	}
	return nil
}

// wordsOf are the words of the page in the bundle for a type or a chain.
func (b *bundling) wordsOf(of string) map[string]string {
	if b.labels[of] == nil {
		b.labels[of] = map[string]string{}
	}
	return b.labels[of]
}

func fieldWords(words map[string]string, fields []forms.FieldView) {
	for _, f := range fields {
		words["field/"+f.Path] = f.Label
		for _, o := range f.Options {
			words["option/"+f.Path+"/"+o.Key] = o.Label
		}
		fieldWords(words, f.Fields)
	}
}
