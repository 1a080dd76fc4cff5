package document_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit/document"
)

// stood writes how a document stood on a day in one line.
func stood(d document.Document, versions []document.Version, day string) string {
	s, ok := document.StandingOn(d, versions, day)
	if !ok {
		return "not issued"
	}
	out := s.Document.Number + " " + s.Version.Label + " " + string(s.Document.State) + " " + s.Document.Class + " " + s.Document.NextReview
	if s.Document.Retired != "" {
		out += " retired " + s.Document.Retired
	}
	if s.Renumbered != "" {
		out += " now " + s.Renumbered
	}
	return out
}

// The history of the seed's procedure, with what may befall a document between: each day has
// its version, class, number and day of review.
func TestADocumentAsItStoodOnADay(t *testing.T) {
	ctx := t.Context()
	lib := document.In(newShelf())
	doc := document.Document{ID: "D", Number: "IS-02-008", Title: map[string]string{"zh-TW": "通訊與作業管理程序書"}, Level: 2, Class: "general"}
	must(t, lib.Add(ctx, doc, false))
	issue := func(label, issued, review, today string) {
		t.Helper()
		_, err := lib.Issue(ctx, "D", document.Issue{Today: today, Version: document.Version{Label: label, Issued: issued, NextReview: review}})
		must(t, err)
	}
	issue("1.0", "2020-07-01", "2021-07-01", "2026-01-01") // a history that is entered afterwards
	issue("1.1", "2021-12-07", "", "2026-01-01")
	issue("1.2", "2022-11-17", "2023-11-17", "2026-01-01")
	issue("1.3", "2024-08-05", "2026-08-05", "2026-01-01")
	change := func(today string, how func(*document.Document)) {
		t.Helper()
		d, _, err := lib.Versions(ctx, "D")
		must(t, err)
		how(&d)
		must(t, lib.Change(ctx, d, today))
	}
	change("2026-02-01", func(d *document.Document) { d.Class = "internal" })
	must(t, lib.Renumber(ctx, "D", "IS-02-018", "2026-03-01"))
	change("2026-03-01", func(d *document.Document) { d.Class = "confidential" }) // twice on a day
	change("2026-04-01", func(d *document.Document) { d.NextReview = "2027-01-01" })
	issue("2.0", "2026-05-01", "2028-05-01", "2026-04-10") // for a later day
	waiting := func(day, want string) {
		t.Helper()
		d, versions, err := lib.Versions(ctx, "D")
		must(t, err)
		if got := stood(d, versions, day); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
	waiting("2026-04-30", "IS-02-018 1.3 current confidential 2027-01-01")
	waiting("2026-05-01", "IS-02-018 2.0 current confidential 2028-05-01")
	_, _, err := lib.Release(ctx, "D", "2026-05-01")
	must(t, err)
	_, err = lib.Stop(ctx, "D", "2.0", "2026-05-20") // wrongly issued
	must(t, err)
	must(t, lib.Retire(ctx, "D", document.Withdrawal{On: "2026-06-01"}))

	d, versions, err := lib.Versions(ctx, "D")
	must(t, err)
	for _, one := range []struct{ day, want string }{
		{"2020-06-30", "not issued"},
		{"2020-07-01", "IS-02-008 1.0 current general 2021-07-01 now IS-02-018"},
		{"2021-12-07", "IS-02-008 1.1 current general 2021-07-01 now IS-02-018"}, // a version that names no day leaves it
		{"2022-11-16", "IS-02-008 1.1 current general 2021-07-01 now IS-02-018"},
		{"2023-06-30", "IS-02-008 1.2 current general 2023-11-17 now IS-02-018"},
		{"2026-01-31", "IS-02-008 1.3 current general 2026-08-05 now IS-02-018"},
		{"2026-02-01", "IS-02-008 1.3 current internal 2026-08-05 now IS-02-018"},
		{"2026-03-01", "IS-02-018 1.3 current confidential 2026-08-05"},
		{"2026-04-01", "IS-02-018 1.3 current confidential 2027-01-01"},
		{"2026-05-19", "IS-02-018 2.0 current confidential 2028-05-01"},
		{"2026-05-20", "IS-02-018 1.3 current confidential 2027-01-01"}, // in force again
		{"2026-06-01", "IS-02-018 1.3 retired confidential  retired 2026-06-01"},
	} {
		if got := stood(d, versions, one.day); got != one.want {
			t.Errorf("%s: %s, want %s", one.day, got, one.want)
		}
	}
}

// Where the only version was stopped as wrongly issued nothing held, and the list says so.
func TestADocumentWhoseOnlyVersionWasStopped(t *testing.T) {
	ctx := t.Context()
	lib := document.In(newShelf())
	must(t, lib.Add(ctx, document.Document{ID: "D", Number: "IS-03-001", Title: map[string]string{"zh-TW": "資訊備份管理說明書"}, Level: 3}, false))
	_, err := lib.Issue(ctx, "D", document.Issue{Today: "2026-03-01", Version: document.Version{Issued: "2026-03-01"}})
	must(t, err)
	_, err = lib.Stop(ctx, "D", "1.0", "2026-03-05")
	must(t, err)
	_, err = lib.Issue(ctx, "D", document.Issue{Today: "2026-03-06", Version: document.Version{Issued: "2026-03-20"}})
	must(t, err)
	must(t, lib.Withdraw(ctx, "D", "1.1", document.Withdrawal{On: "2026-03-10", Reason: "誤繕"}))
	d, versions, err := lib.Versions(ctx, "D")
	must(t, err)
	for day, want := range map[string]string{
		"2026-02-28": "not issued", "2026-03-04": "IS-03-001 1.0 current  ", "2026-03-05": "IS-03-001 1.0 stopped  ", "2026-03-21": "IS-03-001 1.0 stopped  ",
	} {
		if got := stood(d, versions, day); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
	must(t, lib.Retire(ctx, "D", document.Withdrawal{On: "2026-04-01"}))
	d, versions, err = lib.Versions(ctx, "D")
	must(t, err)
	if got := stood(d, versions, "2026-04-01"); got != "IS-03-001 1.0 retired   retired 2026-04-01" {
		t.Error(got)
	}
}
