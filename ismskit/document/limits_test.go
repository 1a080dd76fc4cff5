package document_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/document"
)

// Whatever is too long is said at its field, all of it at once, with how long it may be;
// as long as it may be is kept.
func TestWhatADocumentHoldsHasItsLength(t *testing.T) {
	long := func(n int) string { return strings.Repeat("字", n) }
	lib := document.In(newShelf())
	filled := func(more int) document.Document {
		return document.Document{
			ID: "d1", Number: long(document.MaxNumber + more), Title: map[string]string{"zh-TW": long(document.MaxLine + more)}, Level: 2,
			Owner: long(document.MaxLine + more), Parent: strings.Repeat("件", document.MaxNumber+more), Note: long(document.MaxText + more),
		}
	}
	refusedAt(t, lib.Add(t.Context(), filled(1), false), "note", "number", "owner", "parent", "title")
	if err := lib.Add(t.Context(), filled(0), false); err != nil {
		t.Fatal(err)
	}
	refusedAt(t, lib.Renumber(t.Context(), "d1", long(document.MaxNumber+1), "2026-11-23"), "number")

	version := func(more int) document.Issue {
		in := document.Issue{Today: "2026-11-27", Version: document.Version{
			Label: "1.0", Issued: "2026-12-27", Reviser: long(document.MaxLine + more), Description: long(document.MaxText + more),
			Approver: long(document.MaxLine + more), ApprovalNo: long(document.MaxLine + more), Band: long(document.MaxLine + more),
		}}
		for range document.MaxFiles + more {
			in.Files = append(in.Files, document.File{Name: long(document.MaxName), Digest: strings.Repeat("0", 64)})
		}
		return in
	}
	_, err := lib.Issue(t.Context(), "d1", version(1))
	refusedAt(t, err, "approval_no", "approver", "band", "description", "files", "reviser")
	named := version(0)
	named.Files[7].Name += "字"
	_, err = lib.Issue(t.Context(), "d1", named)
	refusedAt(t, err, "files")
	if _, err = lib.Issue(t.Context(), "d1", version(0)); err != nil {
		t.Fatal(err)
	}
	how := document.Withdrawal{On: "2026-11-27", Person: "P06", By: "龔怡安", Reason: long(document.MaxText + 1)}
	refusedAt(t, lib.Withdraw(t.Context(), "d1", "1.0", how), "reason")
	how.Reason = long(document.MaxText)
	if err := lib.Withdraw(t.Context(), "d1", "1.0", how); err != nil {
		t.Fatal(err)
	}
}

// A text that would be read otherwise than it is kept is refused at its field; one of several lines is not.
func TestATextThatTurnsTheReaderIsRefused(t *testing.T) {
	lib := document.In(newShelf())
	doc := document.Document{
		ID: "d1", Number: "IS-02-100", Level: 2, Title: map[string]string{"zh-TW": "委外\u202e管理程序書"}, Owner: "資訊\x07室", Note: "第一行\r\n第二行\t與表", Unit: "U03",
	}
	refused(t, lib.Add(t.Context(), doc, false), "text_control")
	doc.Title["zh-TW"], doc.Owner = "委外管理程序書", "資訊室"
	if err := lib.Add(t.Context(), doc, false); err != nil {
		t.Fatal(err)
	}
	refused(t, lib.Add(t.Context(), document.Document{ID: "d2", Number: "IS-02-100\u200b", Level: 2, Title: doc.Title, Unit: "U03"}, false), "number_kept")
}

// What was kept before there were lengths gets its next version as it is. Who writes on it
// keeps to them.
func TestADocumentFromBeforeTheLengthsGetsItsNextVersion(t *testing.T) {
	long := func(n int) string { return strings.Repeat("字", n) }
	shelf := newShelf()
	lib := document.In(shelf)
	old := document.Document{
		ID: "d1", Revision: 1, State: document.Current, Number: long(120), Title: map[string]string{"zh-TW": long(250), "en": long(300)}, Level: 2,
		Owner: long(300), Parent: long(120), Note: long(2500),
	}
	if err := shelf.PutDocument(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if err := lib.Change(t.Context(), old, "2026-11-23"); err != nil {
		t.Errorf("as it is: %v", err)
	}
	if err := lib.Renumber(t.Context(), "d1", old.Number, "2026-11-23"); err != nil {
		t.Errorf("its own number: %v", err)
	}
	now := old
	now.Title, now.Note = map[string]string{"zh-TW": long(250) + "二", "en": long(300)}, long(2400)
	refusedAt(t, lib.Change(t.Context(), now, "2026-11-23"), "note", "title")
	now.Title = map[string]string{"ja": long(201), "en": long(301), "zh-TW": long(202), "de": long(203)}
	refusals, _ := document.AsRefusals(lib.Change(t.Context(), now, "2026-11-23"))
	var langs []string
	for _, r := range refusals {
		if r.Field == document.FieldTitle {
			langs = append(langs, r.Params["lang"])
		}
	}
	if want := []string{"de", "en", "ja", "zh-TW"}; !slices.Equal(langs, want) {
		t.Errorf("titles refused in the order %v", langs)
	}
	now.Title, now.Note = map[string]string{"zh-TW": "備份"}, "短"
	if err := lib.Change(t.Context(), now, "2026-11-23"); err != nil {
		t.Errorf("shortened: %v", err)
	}
}

// refusedAt fails unless an error refuses these fields and no others, saying how much there may be.
func refusedAt(t *testing.T, err error, fields ...string) {
	t.Helper()
	refusals, ok := document.AsRefusals(err)
	at := map[string]bool{}
	for _, r := range refusals {
		at[r.Field] = true
		if r.Params["most"] == "" || strings.Contains(r.Text("zh-TW"), "{") {
			t.Errorf("%s: %q", r.Field, r.Text("zh-TW"))
		}
	}
	if is := slices.Sorted(maps.Keys(at)); !ok || !slices.Equal(is, fields) {
		t.Errorf("refused at %v, not %v: %v", is, fields, err)
	}
}
