package ismskit_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// K15: whoever puts himself among those who take part in a request, in the database, reads its
// subject among his records: he is found and named. Whoever had a task of it once, or acted in
// it for another, is no stranger to it.
func TestK15WhoPutsHimselfAmongTheReadersIsFound(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		doc := o.file(ismskit.Filing{
			Document: document.Document{Number: "IS-03-001", Title: map[string]string{"zh-TW": "備份作業說明書"}, Level: 3, Class: "internal"},
			Version:  document.Version{Label: "1.0", Issued: "2026-11-02", Reviser: "文管人員", Approver: "資訊室主任"},
		})
		o.hire("P77", "路過人", "T17", "U03")
		chain, number, early := o.signedCase()
		request := o.oneRow()
		child := o.todo("P05")[0].Case
		joins := func(person, record string) []statement {
			return []statement{{"INSERT INTO isms_participants (person, filed, record) SELECT $1, r.filed, r.id FROM isms_records AS r WHERE r.id = $2", []any{person, record}}}
		}
		leaves := func(person string) []statement {
			return []statement{{"DELETE FROM isms_participants WHERE person = $1", []any{person}}}
		}
		o.found(early,
			tampering{"in a request", joins("P77", chain), leaves("P77"), "reader_stray " + number + chain + " 0"},
			tampering{"somebody unknown", joins("nobody", chain), leaves("nobody"), "reader_stray " + number + chain + " 0"},
			tampering{"in a row", joins("P77", "case/"+child), leaves("P77"), fmt.Sprintf("reader_stray %scase/%s 0", o.stored(request).Number, child)},
			tampering{"in a document", joins("P77", "document/"+doc), leaves("P77"), "reader_stray document/" + doc + " 0"},
		)
		for _, s := range append(joins("P77", "case/"+child), joins("P77", "document/"+doc)...) {
			o.sql(s.query, s.args...)
		}
		o.says(early, "路過人 P77 未參與 案件 "+o.stored(request).Number+"（第 1 列），作業紀錄卻列給他看", "zh-TW")
		o.says(early, "路過人 P77 未參與 文件 IS-03-001 備份作業說明書，", "zh-TW")
		look, err := o.kit.Records().Query(o.ctx, o.as("P77"), record.Query{})
		if err != nil || !slices.ContainsFunc(look, func(r record.Record) bool { return r.Case == child }) {
			t.Errorf("it was no way in, after all: %v, %v", look, err)
		}
	})
}
