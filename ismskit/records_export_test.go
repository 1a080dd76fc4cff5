package ismskit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

// A list that leaves holds what its reader may see, whole and in the order of the pages, and is
// on the trail; one that would be cut is refused instead.
func TestAListOfRecordsLeavesWholeOrNotAtAll(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	file := func(from, to int) {
		t.Helper()
		err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			for i := from; i < to; i++ {
				r := record.Record{ID: fmt.Sprintf("upload/%05d", i), Kind: ismskit.RecordUpload, Form: "IS-99", Unit: "U03", Subject: "機房進出", Filed: time.Unix(int64(i), 0)}
				if err := tx.Records().Put(ctx, r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	file(0, 1201)
	q := record.Query{Forms: []string{"IS-99"}}
	found, err := o.kit.Records().Export(o.ctx, o.as("P04"), q, map[string]string{"form": "IS-99"})
	if err != nil {
		t.Fatal(err)
	}
	newestFirst := slices.IsSortedFunc(found.Records, func(a, b record.Record) int { return b.Filed.Compare(a.Filed) })
	if n := len(found.Records); n != 1201 || !newestFirst || found.Records[0].ID != "upload/01200" || found.Records[n-1].ID != "upload/00000" {
		t.Errorf("%d records, in order %v", n, newestFirst)
	}
	if _, err := o.kit.Records().Export(o.ctx, o.as("P13"), q, nil); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("who may see none of them gets %v", err)
	}
	file(1201, ismskit.MaxListed+1)
	_, err = o.kit.Records().Export(o.ctx, o.as("P04"), q, nil)
	if invalid, ok := errors.AsType[forms.Invalid](err); !ok || invalid[0].Code != "records.too_many" {
		t.Errorf("one more than leave at once: %v", err)
	}
	entries, err := o.kit.Evidence().System(o.ctx, o.as("P04"), ismskit.LogExports, 0, 10)
	if err != nil || len(entries) != 1 || entries[0].Type != ismskit.ExportedList || entries[0].Number != "1201" || !slices.Equal(entries[0].Effects, []string{"form: IS-99"}) {
		t.Errorf("%+v, %v", entries, err)
	}
}
