package document_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/document"
)

// procedure enters IS-02-008 with its four issues.
func procedure(t *testing.T) (document.Library, *shelf) {
	t.Helper()
	store := newShelf()
	lib := document.In(store)
	must(t, lib.Add(t.Context(), document.Document{ID: "D1", Number: "IS-02-008", Title: map[string]string{"zh-TW": "通訊與作業管理程序書"}, Level: 2, Class: "內部使用"}, false))
	for _, v := range []struct{ label, issued, what string }{
		{"1.0", "2020-07-01", "初版文件發行"}, {"1.1", "2021-12-07", "修訂部分內容"},
		{"1.2", "2022-11-17", "修訂部分內容"}, {"1.3", "2024-08-05", "新增資通安全弱點通報機制 (VANS) 作業"},
	} {
		_, err := lib.Issue(t.Context(), "D1", document.Issue{Today: "2026-11-23",
			Version: document.Version{Label: v.label, Issued: v.issued, Description: v.what, Reviser: "資安執行小組", Approver: "民政局局長"}})
		must(t, err)
	}
	return lib, store
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	var r *document.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Fatalf("got %v, want a refusal %q", err, code)
	}
	if text := r.Text("zh-TW"); text == code || strings.Contains(text, "{") {
		t.Errorf("text of %s: %s", code, text)
	}
}

func says(r document.Reading) []string {
	var texts []string
	for _, n := range r.Notices {
		texts = append(texts, n.Text("zh-TW"))
	}
	return texts
}

func TestTheReaderGetsTheNewestVersion(t *testing.T) {
	lib, _ := procedure(t)
	r, err := lib.Read(t.Context(), "D1", "")
	must(t, err)
	if r.Version.Label != "1.3" || !r.InForce || len(r.Notices) != 0 {
		t.Errorf("%s, in force %v, %v", r.Version.Label, r.InForce, says(r))
	}
	r, err = lib.Read(t.Context(), "D1", "1.1")
	must(t, err)
	if got := says(r); r.InForce || !slices.Equal(got, []string{"舊版，已由 1.2 版取代（111.11.17）"}) {
		t.Errorf("an old version says so: %v", got)
	}
	if got := r.Notices[0].Text("en"); got != "Old version, replaced by version 1.2 (2022-11-17)" {
		t.Error(got)
	}
	_, err = lib.Read(t.Context(), "D1", "1.9")
	refused(t, err, "no_such_version")
	_, err = lib.Read(t.Context(), "D9", "")
	refused(t, err, "not_found")
}

func TestAnApprovedVersionWaitsForItsDay(t *testing.T) {
	lib, _ := procedure(t)
	v, err := lib.Issue(t.Context(), "D1", document.Issue{Today: "2026-12-01", Bump: document.Minor,
		Version: document.Version{Issued: "2026-12-15", Approved: "2026-12-01", ApprovalWay: "case"}})
	must(t, err)
	if v.Label != "1.4" || v.State != document.Waiting {
		t.Fatalf("%s %s", v.Label, v.State)
	}
	r, err := lib.Read(t.Context(), "D1", "")
	must(t, err)
	if r.Version.Label != "1.3" || !slices.Equal(says(r), []string{"1.4 版已核准待發行（115.12.15 生效）"}) {
		t.Errorf("%s %v", r.Version.Label, says(r))
	}
	r, err = lib.Read(t.Context(), "D1", "1.4")
	must(t, err)
	if got := says(r); !slices.Equal(got, []string{"已核准待發行（115.12.15 生效），目前仍以 1.3 版為準"}) {
		t.Error(got)
	}
	_, err = lib.Issue(t.Context(), "D1", document.Issue{Today: "2026-12-02", Version: document.Version{Issued: "2026-12-20"}})
	refused(t, err, "version_waiting")

	_, done, err := lib.Release(t.Context(), "D1", "2026-12-14")
	must(t, err)
	if done {
		t.Error("released a day early")
	}
	_, done, err = lib.Release(t.Context(), "D1", "2026-12-15")
	must(t, err)
	r, err = lib.Read(t.Context(), "D1", "")
	must(t, err)
	if !done || r.Version.Label != "1.4" {
		t.Errorf("on its day 1.4 is in force: %v %s", done, r.Version.Label)
	}
	if _, done, err = lib.Release(t.Context(), "D1", "2026-12-16"); err != nil || done {
		t.Errorf("nothing is left to release: %v %v", done, err)
	}
}

func TestU7_AWronglyIssuedVersionIsStopped(t *testing.T) {
	lib, _ := procedure(t)
	_, err := lib.Issue(t.Context(), "D1", document.Issue{Today: "2026-12-15", Version: document.Version{Issued: "2026-12-15"}})
	must(t, err)
	again, err := lib.Stop(t.Context(), "D1", "1.4", "2026-12-17")
	must(t, err)
	if again.Label != "1.3" || again.State != document.Current {
		t.Fatalf("1.3 is in force again: %+v", again)
	}
	r, err := lib.Read(t.Context(), "D1", "1.4")
	must(t, err)
	if got := says(r); !slices.Equal(got, []string{"本版已停止適用（115.12.17），請使用 1.3 版"}) {
		t.Error(got)
	}
	v, err := lib.Issue(t.Context(), "D1", document.Issue{Today: "2026-12-18", Version: document.Version{Issued: "2026-12-18"}})
	must(t, err)
	if v.Label != "1.5" {
		t.Errorf("the stopped number stays used, next is %s", v.Label)
	}
	_, err = lib.Stop(t.Context(), "D1", "1.3", "2026-12-18")
	refused(t, err, "not_current")

	d, versions, err := lib.Versions(t.Context(), "D1")
	must(t, err)
	for date, want := range map[string]string{"2026-12-14": "1.3", "2026-12-16": "1.4", "2026-12-17": "1.3", "2026-12-18": "1.5"} {
		if v, _ := document.AsOf(d, versions, date); v.Label != want {
			t.Errorf("on %s %s was in force, not %s", date, v.Label, want)
		}
	}
}

func TestTheListOfAnEarlierDay(t *testing.T) {
	lib, _ := procedure(t)
	must(t, lib.Add(t.Context(), document.Document{ID: "D2", Number: "IS-02-014", Title: map[string]string{"zh-TW": "管理審查程序書"}, Level: 2}, false))
	_, err := lib.Issue(t.Context(), "D2", document.Issue{Today: "2021-12-07", Version: document.Version{Issued: "2021-12-07"}})
	must(t, err)
	must(t, lib.Retire(t.Context(), "D2", document.Withdrawal{On: "2025-04-18"}))

	list := func(date string) []string {
		entries, next, err := lib.List(t.Context(), document.Query{}, date)
		must(t, err)
		if next != "" {
			t.Errorf("cursor %q after everything", next)
		}
		var lines []string
		for _, e := range entries {
			lines = append(lines, e.Document.Number+" "+e.Version.Label)
		}
		return lines
	}
	for date, want := range map[string][]string{
		"2020-06-30": nil,
		"2022-11-17": {"IS-02-008 1.2", "IS-02-014 1.0"},
		"2025-04-17": {"IS-02-008 1.3", "IS-02-014 1.0"},
		"2025-04-18": {"IS-02-008 1.3"},
	} {
		if got := list(date); !slices.Equal(got, want) {
			t.Errorf("on %s: %v, want %v", date, got, want)
		}
	}
	r, err := lib.Read(t.Context(), "D2", "")
	must(t, err)
	if got := says(r); r.Version.Label != "1.0" || !slices.Equal(got, []string{"本文件已廢止（114.04.18）"}) {
		t.Errorf("%s %v", r.Version.Label, got)
	}
	_, err = lib.Issue(t.Context(), "D2", document.Issue{Today: "2026-01-01", Version: document.Version{Issued: "2026-01-01"}})
	refused(t, err, "already_retired")
	refused(t, lib.Retire(t.Context(), "D2", document.Withdrawal{On: "2026-01-01"}), "already_retired")
	_, _, err = lib.List(t.Context(), document.Query{}, "115.11.23")
	refused(t, err, "date_form")
}

func TestListsPage(t *testing.T) {
	lib, _ := procedure(t)
	must(t, lib.Add(t.Context(), document.Document{ID: "D0", Number: "IS-01-001", Title: map[string]string{"zh-TW": "資通安全政策"}, Level: 1}, false))
	first, next, err := lib.List(t.Context(), document.Query{Limit: 1}, "2026-11-23")
	must(t, err)
	if len(first) != 0 || next == "" {
		t.Errorf("the draft isn't listed, but the page goes on: %v %q", first, next)
	}
	second, _, err := lib.List(t.Context(), document.Query{Limit: 1, After: next}, "2026-11-23")
	must(t, err)
	if len(second) != 1 || second[0].Document.ID != "D1" {
		t.Errorf("%v", second)
	}
}

func TestU13_ANumberUsedTwice(t *testing.T) {
	lib := document.In(newShelf()).Naming(func(d document.Document) bool { return d.Class != "secret" })
	pledge := document.Document{ID: "F1", Number: "IS-04-004", Title: map[string]string{"zh-TW": "人員保密切結書（109 年版）"}, Level: 4}
	register := document.Document{ID: "F2", Number: "IS-04-004", Title: map[string]string{"zh-TW": "外部文件登記表"}, Level: 4}
	must(t, lib.Add(t.Context(), pledge, false))
	refused(t, lib.Add(t.Context(), register, false), "number_taken")
	hidden := pledge
	hidden.ID, hidden.Number, hidden.Class = "F8", "IS-04-999", "secret"
	must(t, lib.Add(t.Context(), hidden, false))
	hidden.ID = "F9"
	refused(t, lib.Add(t.Context(), hidden, false), "number_kept")
	must(t, lib.Add(t.Context(), register, true))

	both, err := lib.Find(t.Context(), "IS-04-004")
	must(t, err)
	if len(both) != 2 {
		t.Fatalf("an import keeps both: %v", both)
	}
	must(t, lib.Renumber(t.Context(), "F2", "IS-04-005", "2026-11-23"))
	moved, err := lib.Find(t.Context(), "IS-04-005")
	must(t, err)
	if len(moved) != 1 || !slices.Equal(moved[0].FormerNumbers, []string{"IS-04-004"}) {
		t.Errorf("%+v", moved)
	}
	if both, err = lib.Find(t.Context(), "IS-04-004"); err != nil || len(both) != 2 {
		t.Errorf("the former number still finds it: %v %v", both, err)
	}
	refused(t, lib.Add(t.Context(), document.Document{ID: "F3", Number: "IS-04-004", Title: pledge.Title, Level: 4}, false), "number_taken")
}

func TestWhatIsRefusedOnIssue(t *testing.T) {
	digest := strings.Repeat("0", 64)
	tests := []struct {
		code string
		in   document.Issue
	}{
		{"issued_needed", document.Issue{Today: "2026-11-23"}},
		{"date_form", document.Issue{Today: "2026-11-23", Version: document.Version{Issued: "2026-02-30"}}},
		{"date_form", document.Issue{Version: document.Version{Issued: "2026-11-23"}}},
		{"date_form", document.Issue{Today: "2026-11-23", Version: document.Version{Issued: "2026-11-23", NextReview: "116.3.2"}}},
		{"issued_order", document.Issue{Today: "2026-11-23", Version: document.Version{Issued: "2024-08-04"}}},
		{"approved_future", document.Issue{Today: "2026-11-23", Version: document.Version{Issued: "2026-12-23", Approved: "2026-11-24"}}},
		{"approved_order", document.Issue{Today: "2026-11-23", Version: document.Version{Issued: "2026-11-20", Approved: "2026-11-21"}}},
		{"label_form", document.Issue{Today: "2026-11-23", Version: document.Version{Label: "V1.4", Issued: "2026-11-23"}}},
		{"label_used", document.Issue{Today: "2026-11-23", Version: document.Version{Label: "1.2", Issued: "2026-11-23"}}},
		{"label_order", document.Issue{Today: "2026-11-23", Version: document.Version{Label: "0.9", Issued: "2026-11-23"}}},
		{"file_digest", document.Issue{Today: "2026-11-23", Version: document.Version{Issued: "2026-11-23", Files: []document.File{{Name: "IS-02-008.docx", Digest: "cut"}}}}},
		{"main_file", document.Issue{Today: "2026-11-23", Version: document.Version{Issued: "2026-11-23",
			Files: []document.File{{Name: "a.md", Digest: digest, Main: true}, {Name: "b.md", Digest: digest, Main: true}}}}},
	}
	for _, test := range tests {
		lib, store := procedure(t)
		_, err := lib.Issue(t.Context(), "D1", test.in)
		refused(t, err, test.code)
		if d := store.documents["D1"]; d.Current != "1.3" || len(store.versions["D1"]) != 4 {
			t.Errorf("%s: something was written", test.code)
		}
	}
}

func TestChangeKeepsWhatOnlyAnIssueMayChange(t *testing.T) {
	lib, store := procedure(t)
	d := store.documents["D1"]
	d.Number, d.Current, d.State, d.NextReview = "X", "9.9", document.Retired, "2027-08-05"
	must(t, lib.Change(t.Context(), d, "2026-11-23"))
	if got := store.documents["D1"]; got.Number != "IS-02-008" || got.Current != "1.3" || got.State != document.Current || got.NextReview != "2027-08-05" {
		t.Errorf("%+v", got)
	}
	d.Level = 5
	refused(t, lib.Change(t.Context(), d, "2026-11-23"), "level")
}

func TestLabels(t *testing.T) {
	for _, s := range []string{"", "1", "1.", ".1", "01.2", "1.02", "+1.2", "1.2.3", "A/0", "1.10000", "-1.0"} {
		if l, err := document.ParseLabel(s); err == nil {
			t.Errorf("%q read as %v", s, l)
		}
	}
	l, err := document.ParseLabel("1.9")
	must(t, err)
	if l.Next(document.Minor).String() != "1.10" || l.Next(document.Major).String() != "2.0" || l.Compare(l.Next(document.Minor)) >= 0 {
		t.Errorf("after %v", l)
	}
}
