package ismskit_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// A document is found by what its version in force says, and once the next one is, by that one's
// words; by those that were struck out the former version alone is found.
func TestADocumentIsFoundByWhatItSays(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		version := func(label, text string) document.Version {
			f, err := o.kit.Files().Upload(o.ctx, ismskit.System("test"), "備份說明書.md", strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			return document.Version{Label: label, Issued: "2026-01-05", Description: "修訂",
				Files: []document.File{{Name: f.Name, MediaType: "text/markdown", Size: f.Size, Digest: f.Digest, Main: true}}}
		}
		title := map[string]string{"zh-TW": "資訊備份管理說明書"}
		id := o.file(ismskit.Filing{Document: document.Document{Number: "IS-03-001", Title: title, Level: 3}, Version: version("1.0", "本說明書供**備**份人員使用。\n\n# 壹、目的\n\n匣式磁帶須存放於異地。\n")})
		found := func(text string, want int) {
			t.Helper()
			rows, err := o.kit.Records().Query(o.ctx, o.as("P13"), record.Query{Text: text})
			if err != nil || len(rows) != want {
				t.Errorf("%s: %+v, %v", text, rows, err)
			}
		}
		o.settle() // its file is read
		found("磁帶", 1)
		found("異地", 1)
		found("備份人員", 1) // before the first clause, printed bold in part
		found("雲端", 0)
		next := version("1.1", "# 壹、目的\n\n備份存放於雲端。\n")
		next.Issued = "2026-02-05"
		o.file(ismskit.Filing{Document: document.Document{ID: id, Number: "IS-03-001", Title: title, Level: 3}, Version: next})
		o.settle()
		found("雲端", 1)
		rows, err := o.kit.Records().Query(o.ctx, o.as("P13"), record.Query{Text: "磁帶"})
		if err != nil || len(rows) != 1 || rows[0].State != record.StateSuperseded {
			t.Errorf("what the former version says: %+v, %v", rows, err)
		}
	})
}
