package document_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit/document"
)

// A day of issue was typed wrongly. The version is taken back before its day, stays in the
// history, and the corrected one bears the same number.
func TestAWaitingVersionIsWithdrawnAndItsNumberIsFree(t *testing.T) {
	lib, _ := procedure(t)
	file := func(day, issued, label string) (document.Version, error) {
		return lib.Issue(t.Context(), "D1", document.Issue{Today: day, Version: document.Version{Label: label, Issued: issued, Description: "發行於 " + issued}})
	}
	slip := document.Withdrawal{On: "2026-12-02", Person: "P07", By: "王文管", Reason: "發行日誤繕"}
	_, err := file("2026-12-01", "2027-12-15", "")
	must(t, err)
	must(t, lib.Withdraw(t.Context(), "D1", "1.4", slip))

	r, err := lib.Read(t.Context(), "D1", "1.4")
	must(t, err)
	if got := says(r); r.InForce || !slices.Equal(got, []string{"本版尚未生效即已撤回（115.12.02），請使用 1.3 版"}) {
		t.Errorf("%v %v", r.InForce, got)
	}
	if r, err = lib.Read(t.Context(), "D1", ""); err != nil || r.Version.Label != "1.3" || len(r.Notices) != 0 {
		t.Errorf("1.3 holds and nothing waits: %s %v %v", r.Version.Label, says(r), err)
	}
	refused(t, lib.Withdraw(t.Context(), "D1", "1.4", slip), "withdrawn_before")

	// Not in the order of days, and with a label of its own the number stays unused.
	again, err := file("2026-12-03", "2026-12-15", "")
	must(t, err)
	if again.Label != "1.4" || again.State != document.Waiting {
		t.Errorf("%+v", again)
	}
	second := slip
	second.On, second.Reason = "2026-12-04", "漏附附件"
	must(t, lib.Withdraw(t.Context(), "D1", "1.4", second))
	_, err = file("2026-12-05", "2026-12-05", "1.4")
	must(t, err)

	d, versions, err := lib.Versions(t.Context(), "D1")
	must(t, err)
	var lines []string
	for _, v := range document.History(versions) {
		line := v.Label + " " + string(v.State) + " " + v.Issued
		if v.Withdrawal != nil {
			line += " " + v.Withdrawal.By + " " + v.Withdrawal.On + " " + v.Withdrawal.Reason
		}
		lines = append(lines, line)
	}
	if want := []string{"1.0 superseded 2020-07-01", "1.1 superseded 2021-12-07", "1.2 superseded 2022-11-17", "1.3 superseded 2024-08-05",
		"1.4 withdrawn 2027-12-15 王文管 2026-12-02 發行日誤繕", "1.4 withdrawn 2026-12-15 王文管 2026-12-04 漏附附件", "1.4 current 2026-12-05"}; !slices.Equal(lines, want) {
		t.Errorf("%q", lines)
	}
	for date, want := range map[string]string{"2026-12-04": "1.3", "2026-12-05": "1.4", "2027-12-15": "1.4"} {
		if v, _ := document.AsOf(d, document.History(versions), date); v.Label != want || v.State == document.Withdrawn {
			t.Errorf("on %s %s (%s) holds", date, v.Label, v.State)
		}
	}
	if v, _ := document.Last(document.History(versions)); v.State != document.Current {
		t.Errorf("%+v", v)
	}
}

// Only what waits is withdrawn: not what holds or held, nor on the very day.
func TestOnlyAWaitingVersionIsWithdrawn(t *testing.T) {
	lib, _ := procedure(t)
	_, err := lib.Issue(t.Context(), "D1", document.Issue{Today: "2026-12-01", Version: document.Version{Issued: "2026-12-15"}})
	must(t, err)
	for code, c := range map[string]struct{ label, on, reason string }{
		"reason_needed":    {"1.4", "2026-12-02", "　"},
		"no_such_version":  {"1.5", "2026-12-02", "誤繕"},
		"withdraw_past":    {"1.2", "2026-12-02", "誤繕"},
		"withdraw_current": {"1.3", "2026-12-02", "誤繕"},
	} {
		refused(t, lib.Withdraw(t.Context(), "D1", c.label, document.Withdrawal{On: c.on, By: "王文管", Reason: c.reason}), code)
	}
	_, err = lib.Stop(t.Context(), "D1", "1.4", "2026-12-02")
	refused(t, err, "stop_waiting")
	refused(t, lib.Withdraw(t.Context(), "D1", "1.4", document.Withdrawal{On: "2026-12-15", By: "王文管", Reason: "誤繕"}), "withdraw_current")
}

// The first version of a document was the wrong one: nothing was ever issued.
func TestADocumentWhoseOnlyVersionIsWithdrawnIsADraft(t *testing.T) {
	lib := document.In(newShelf())
	must(t, lib.Add(t.Context(), document.Document{ID: "D1", Number: "IS-03-001", Title: map[string]string{"zh-TW": "說明書"}, Level: 3}, false))
	_, err := lib.Issue(t.Context(), "D1", document.Issue{Today: "2026-12-01", Version: document.Version{Issued: "2026-12-15"}})
	must(t, err)
	must(t, lib.Withdraw(t.Context(), "D1", "1.0", document.Withdrawal{On: "2026-12-02", By: "王文管", Reason: "誤繕"}))
	d, versions, err := lib.Versions(t.Context(), "D1")
	must(t, err)
	if d.State != document.Draft || d.Current != "" {
		t.Errorf("%+v", d)
	}
	_, err = lib.Read(t.Context(), "D1", "")
	refused(t, err, "not_issued")
	r, err := document.Read(d, versions, "1.0")
	must(t, err)
	if got := says(r); !slices.Equal(got, []string{"本版尚未生效即已撤回（115.12.02）"}) {
		t.Error(got)
	}
	v, err := lib.Issue(t.Context(), "D1", document.Issue{Today: "2026-12-03", Version: document.Version{Issued: "2026-12-03"}})
	must(t, err)
	if v.Label != "1.0" || v.State != document.Current {
		t.Errorf("%+v", v)
	}
}

// A document is abolished while its next version waits. That one never held: it is taken back
// with the document, by whom and why, and no reader is told that it was stopped.
func TestAVersionThatWaitsIsTakenBackWithItsDocument(t *testing.T) {
	lib, _ := procedure(t)
	_, err := lib.Issue(t.Context(), "D1", document.Issue{Today: "2026-12-01", Version: document.Version{Issued: "2026-12-15"}})
	must(t, err)
	refused(t, lib.Retire(t.Context(), "D1", document.Withdrawal{On: "115.12.02"}), "date_form")
	how := document.Withdrawal{On: "2026-12-02", Person: "P07", By: "王文管", Reason: "併入 IS-02-009"}
	must(t, lib.Retire(t.Context(), "D1", how))
	d, versions, err := lib.Versions(t.Context(), "D1")
	must(t, err)
	r, err := document.Read(d, versions, "1.4")
	must(t, err)
	if v := r.Version; v.State != document.Withdrawn || v.Stopped != "" || v.Withdrawal == nil || *v.Withdrawal != how {
		t.Errorf("%+v", v)
	}
	if got := says(r); !slices.Equal(got, []string{"本文件已廢止（115.12.02）", "本版尚未生效即已撤回（115.12.02）"}) {
		t.Error(got)
	}
	for date, want := range map[string]string{"2026-12-01": "1.3", "2026-12-02": "", "2026-12-15": ""} {
		if v, _ := document.AsOf(d, versions, date); v.Label != want {
			t.Errorf("on %s %s was in force, not %s", date, v.Label, want)
		}
	}
	if r, err = document.Read(d, versions, ""); err != nil || r.Version.Label != "1.3" || r.Version.State != document.Retired {
		t.Errorf("%+v %v", r.Version, err)
	}
}
