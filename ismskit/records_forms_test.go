package ismskit_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// filedUnder puts a house before the archive: forms with the numbers that they have and had, and
// under each of some numbers that many records, which P13 may read.
func (o *office) filedUnder(docs []document.Document, records map[string]int) {
	o.t.Helper()
	err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		acl := record.NewACL("", ismskit.ClassInternal, "", "", record.ReaderPerson("P13"))
		err := tx.Records().PutACL(ctx, acl)
		for _, d := range docs {
			d.Revision, d.Level, d.State = 1, ismskit.LevelForm, document.Draft
			err = errors.Join(err, tx.Documents().PutDocument(ctx, d))
		}
		for _, form := range slices.Sorted(maps.Keys(records)) {
			for i := range records[form] {
				err = errors.Join(err, tx.Records().Put(ctx, record.Record{
					ID: fmt.Sprintf("upload/%s/%d", form, i), Kind: ismskit.RecordUpload, Form: form, Subject: "紀錄", Filed: o.now.Add(time.Duration(-i) * time.Minute), ACL: acl.ID,
				}))
			}
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func formCalled(id, title, number string, former ...string) document.Document {
	return document.Document{ID: id, Number: number, FormerNumbers: former, Title: map[string]string{"zh-TW": title}, Class: ismskit.ClassInternal}
}

// A number is called by whoever bears it now, in whatever writing, and by who had it only where nobody does: a
// form that the reader may not know bears none.
func TestANumberOfRecordsIsCalledByTheFormThatHasIt(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		hidden := formCalled("d9", "密件登記表", "B-04-09")
		hidden.Class = ismskit.ClassSecret
		o.filedUnder([]document.Document{
			formCalled("d1", "門禁登記表", "A-04-02", "B-04-02", "C-04-02"), formCalled("d2", "訪客登記表", "B-04-02"),
			formCalled("d3", "舊式登記表", "is-03-911"),
			formCalled("d4", "盤點表", "F-04-04", "F-03-04"), formCalled("d5", "盤點總表", "F-04-05", "F-03-04"),
			formCalled("d8", "外借登記表", "A-04-09", "B-04-09"), hidden,
			formCalled("d6", "碎紙登記表", "D-04-01"), formCalled("d7", "銷毀登記表", "D-04-01"), // an old list has one number twice
			formCalled("d10", "資通系統帳號申請單", "IS-04-912", "IS-04-012"), // filled in online under the number that it had
		}, map[string]int{"A-04-02": 1, "D-04-01": 1, "B-04-02": 1, "C-04-02": 1, "is-03-911": 1, "F-03-04": 1, "B-04-09": 1})
		found, err := o.kit.Records().Find(o.ctx, o.as("P13"), record.Query{Kinds: []string{ismskit.RecordUpload}, Limit: 100, Forms: []string{
			"A-04-02", "B-04-02", "C-04-02", "is-03-911", "IS-03-911", "F-03-04", "B-04-09", "IS-04-012", "D-04-01",
		}}, record.ByForm)
		if err != nil {
			t.Fatal(err)
		}
		called := map[string]string{}
		for number, name := range found.FormNames {
			called[number] = name.Title.In("zh-TW")
			if name.Now != "" {
				called[number] += " → " + name.Now
			}
		}
		want := map[string]string{
			"A-04-02": "門禁登記表", "B-04-02": "訪客登記表", "C-04-02": "門禁登記表 → A-04-02", "is-03-911": "舊式登記表", "IS-03-911": "舊式登記表", "B-04-09": "外借登記表 → A-04-09", "A-04-09": "外借登記表", "D-04-01": "碎紙登記表、銷毀登記表", "IS-04-012": "權限帳號申請單 → IS-04-912", "IS-04-912": "資通系統帳號申請單",
		}
		if !maps.Equal(called, want) {
			t.Errorf("%v", called)
		}
	})
}

// A form whose number another had before is counted nowhere but under each number by itself: none of those
// that it had is its present one.
func TestRecordsAreNotCountedUnderAFormerNumber(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.filedUnder([]document.Document{formCalled("d1", "門禁登記表", "A-05-01", "B-05-01", "C-05-01"), formCalled("d2", "訪客登記表", "D-05-01", "A-05-01")},
			map[string]int{"A-05-01": 1, "B-05-01": 2, "C-05-01": 3})
		found, err := o.kit.Records().Find(o.ctx, o.as("P13"), record.Query{Kinds: []string{ismskit.RecordUpload}, Forms: []string{"C-05-01"}, Limit: 100}, record.ByForm)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		for _, b := range found.Counts[record.ByForm] {
			got[b.Value] = b.Count
		}
		if want := map[string]int{"A-05-01": 1, "B-05-01": 2, "C-05-01": 3}; !maps.Equal(got, want) || len(found.FormOf) > 0 || len(found.Records) != 3 {
			t.Errorf("%v, %v, %d found", got, found.FormOf, len(found.Records))
		}
		if name := found.FormNames["C-05-01"]; name.Now != "A-05-01" {
			t.Errorf("it is still said what the form is called now: %+v", name)
		}
	})
}
