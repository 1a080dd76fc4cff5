package storagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// monday is when the stories begin.
var monday = time.Date(2026, 3, 2, 1, 30, 0, 123456000, time.UTC)

func at(minutes int) time.Time { return monday.Add(time.Duration(minutes) * time.Minute) }

func hash(n byte) (d evidence.Digest) {
	for i := range d {
		d[i] = n + byte(i)
	}
	return d
}

func aCase(id string) ismskit.CaseRow {
	return ismskit.CaseRow{
		ID: id, Revision: 1, Type: "account_request", Version: "1", Number: "115-權限-" + id, Subject: "申請三個系統的帳號",
		Class: "internal", Phase: "running", Outcome: "", Step: "head", Applicant: "P05", ApplicantName: "湯舒涵",
		Unit: "U03", UnitName: "資訊室", Writer: "P06", Parent: "", ParentRow: "", Children: 0,
		Values: []byte(`{"reason":"到職"}`), State: []byte{0, 1, 2, 0xff}, Extra: []byte(`{"files":[]}`),
		Head:    evidence.Head{Chain: id, Seq: 1, Hash: hash(1)},
		Created: monday, Submitted: at(1), Changed: at(2), Due: at(600),
	}
}

func aTask(task string, holders ...string) ismskit.TaskRow {
	return ismskit.TaskRow{
		Task: task, Holders: holders, Type: "account_request", Number: "115-1", Subject: "申請三個系統的帳號", Class: "internal",
		Applicant: "P05", Name: "湯舒涵", Unit: "資訊室", Step: "head", Kind: "approve", Body: []byte(`{"n":1}`),
		Opened: monday, Due: at(600), DueDate: "2026-03-05",
	}
}

func anEntry(chain string, seq int64) ismskit.TrailEntry {
	return ismskit.TrailEntry{
		Entry: evidence.Entry{Format: 1, Chain: chain, Seq: seq, At: at(int(seq)), Kind: "approve", Actor: "P05", For: "P07",
			Payload: hash(2), Prev: hash(3)},
		Hash: hash(byte(10 + seq)), Payload: []byte(`{"comment":"同意"}`),
	}
}

func aJob(id string, due time.Time) ismskit.Job {
	return ismskit.Job{ID: id, Key: "case1|" + id, Kind: "remind", Subject: "case1", Payload: []byte(`{"rule":"overdue"}`), Due: due, Since: monday}
}

func aMessage(id, person string, created time.Time) ismskit.Message {
	return ismskit.Message{ID: id, Person: person, Case: "case1", Task: "t1", Rule: "overdue", Kind: "action",
		Subject: "逾期未簽核", Body: "您有一件申請待簽核。", Link: "/cases/case1", Created: created, Due: created}
}

func aPerson(id, name string, revision int64) register.Row {
	return register.Row{List: "people", ID: id, Revision: revision, Values: []byte(`{"name":"` + name + `"}`),
		Keys: []string{"login=" + id, "unit=U03"}, Text: name + " " + id, ChangedAt: monday, ChangedBy: "P01", Reason: "到職"}
}

func aDocument(id, number string) document.Document {
	return document.Document{ID: id, Revision: 1, Number: number, FormerNumbers: []string{"OLD-" + number},
		Title: map[string]string{"zh-TW": "通訊與作業管理程序書", "en": "Operations procedure"}, Level: 2, Class: "internal",
		State: document.Current, Current: "1.3", Relations: []document.Relation{{Kind: "references", Number: "IS-01-001"}}}
}

func aVersion(doc, label string, seq int) document.Version {
	return document.Version{Document: doc, Label: label, Seq: seq, Revision: 1, State: document.Current, Issued: "2025-01-02",
		Files: []document.File{{Name: "程序書.pdf", Size: 3, MediaType: "application/pdf", Digest: "ab", Main: true}}}
}

func aRecord(id string, filed time.Time) record.Record {
	return record.Record{ID: id, Kind: "case", Case: id, Number: "115-權限-" + id, Form: "IS-04-012", Type: "account_request",
		Subject: "申請帳號", Year: 115, Systems: []string{"S01"}, Unit: "U03", UnitName: "資訊室", Person: "P05", Name: "湯舒涵",
		State: "closed", Class: "internal", Origin: "online", Filed: filed, Closed: filed, ACL: "acl-U03"}
}

func aDefinition(version string) ismskit.Definition {
	return ismskit.Definition{Kind: "form", Key: "account_request", Version: version, Digest: hash(7), Body: []byte(`{}`), Created: monday}
}

func names(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%03d", prefix, i)
	}
	return out
}

// same compares; an empty list and none are alike.
func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func idsOf[T any](rows []T, id func(T) string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = id(r)
	}
	return out
}
