package ismskit

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// MaxListed is how many records Records.Export gives at most.
const MaxListed = 10_000

// ExportedList is the Type of an Event that is a list of records taken out of the house; its
// Number is how many there were.
const ExportedList = "list"

// Export gives everything that Query would page through, for a file: the same records, in
// the same order. More than MaxListed are forms.Invalid, none is ErrNotFound. That somebody
// took the list is an entry on the trail before he has it, with scope, which says in words what
// was asked for. q.After and q.Limit are not looked at.
func (r Records) Export(ctx context.Context, actor Actor, q record.Query, scope map[string]string) (Finding, error) {
	r.k = r.k.once()
	k := r.k
	by, now := k.systemSigner(), k.moment()
	if !actor.system {
		var err error
		if by, err = k.person(ctx, actor.Person, now); err != nil {
			return Finding{}, err
		}
	}
	q, err := r.allowed(ctx, actor, q)
	if err != nil {
		return Finding{}, err
	}
	var out Finding
	if out.Records, err = r.everything(ctx, q); err != nil {
		return Finding{}, err
	}
	if len(out.Records) == 0 {
		return Finding{}, ErrNotFound
	}
	if err := r.editionsRead(ctx, actor, out.Records); err != nil {
		return Finding{}, err
	}
	if err := r.sayAllOf(ctx, &out); err != nil {
		return Finding{}, err
	}
	if err := r.nameAllOf(ctx, actor, &out); err != nil {
		return Finding{}, err
	}
	err = k.tookList(ctx, actor, Event{Type: ExportedList, Number: strconv.Itoa(len(out.Records)), By: by}, scope, now)
	return out, err
}

// tookList writes that somebody takes a list out of the house, and what he asked for.
func (k *Kit) tookList(ctx context.Context, actor Actor, event Event, scope map[string]string, now time.Time) error {
	event.Verb, event.Via, event.Assurance, event.Channel = VerbExport, viaNamed, actor.Assurance, actor.Channel
	if actor.system {
		event.Via = viaSystem
	}
	for _, key := range slices.Sorted(maps.Keys(scope)) {
		event.Effects = append(event.Effects, key+": "+scope[key])
	}
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return k.appendEvent(ctx, tx, exportsChain, event, now)
	})
}

// everything reads page after page in one view of the archive: what is filed meanwhile neither
// comes twice nor pushes anything out.
func (r Records) everything(ctx context.Context, q record.Query) ([]record.Record, error) {
	const page = 500
	var out []record.Record
	err := r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		var all []record.Record
		q := q
		q.After, q.Limit = record.Cursor{}, page
		for {
			found, err := tx.Records().Query(ctx, q)
			if err != nil {
				return err
			}
			if all = append(all, found...); len(all) > MaxListed {
				return forms.Invalid{{Code: "records.too_many", Text: sayAll("records.too_many", func(string) map[string]string {
					return map[string]string{"max": strconv.Itoa(MaxListed)}
				})}}
			}
			if len(found) < page {
				out = all
				return nil
			}
			last := found[len(found)-1]
			q.After = record.Cursor{Filed: last.Filed, ID: last.ID}
		}
	})
	return out, err
}

// sayAllOf is say for more records than one list of cases holds.
func (r Records) sayAllOf(ctx context.Context, out *Finding) error {
	whole := Finding{RowNos: map[string]int{}, RowTurns: map[string]int{}, SubjectIn: map[string]workflow.Text{}, Versions: map[string]string{}}
	for some := range slices.Chunk(out.Records, 100) {
		part := Finding{Records: some}
		if err := r.say(ctx, &part); err != nil {
			return err
		}
		whole.Classes, whole.KindNames = part.Classes, part.KindNames
		maps.Copy(whole.RowNos, part.RowNos)
		maps.Copy(whole.RowTurns, part.RowTurns)
		maps.Copy(whole.SubjectIn, part.SubjectIn)
		maps.Copy(whole.Versions, part.Versions)
	}
	out.Classes, out.KindNames, out.RowNos, out.RowTurns, out.SubjectIn, out.Versions = whole.Classes, whole.KindNames, whole.RowNos, whole.RowTurns, whole.SubjectIn, whole.Versions
	return nil
}

// nameAllOf says what the categories and the systems of everything found are called. A record names its own
// category to whoever reads it.
func (r Records) nameAllOf(ctx context.Context, actor Actor, out *Finding) error {
	filed, systems := map[string]bool{}, map[string]bool{}
	for _, rec := range out.Records {
		if rec.Category != "" {
			filed[rec.Category] = true
		}
		for _, id := range rec.Systems {
			systems[id] = true
		}
	}
	buckets := make([]record.Bucket, 0, len(filed))
	for _, id := range slices.Sorted(maps.Keys(filed)) {
		buckets = append(buckets, record.Bucket{Value: id})
	}
	var err error
	if out.CategoryNames, err = r.categoryNames(ctx, buckets); err != nil {
		return err
	}
	out.SystemNames = map[string]forms.Text{}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(systems)), 100) {
		rows, err := r.k.Registers().Rows(ctx, actor, register.Query{List: register.Systems, IDs: part})
		if ignoreForbidden(ignoreNotFound(err)) != nil {
			return err
		}
		for i, row := range rows {
			if out.SystemNames[row.ID], err = r.k.titles(rows[i : i+1]); err != nil {
				return err
			}
		}
	}
	return nil
}
