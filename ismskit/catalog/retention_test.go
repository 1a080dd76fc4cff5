package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// overdue is what is past its time, as somebody is told: numbers, with "held" behind those that
// may not be disposed of.
func (o *office) overdue(person string) string {
	o.Helper()
	found, err := o.kit.Records().Retention().Overdue(o.ctx, o.as(person))
	must(o, err)
	var out []string
	for _, r := range found.Records {
		name := r.Subject
		if r.Held {
			name += " held"
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// enters puts a row of a list as somebody who looks after it.
func (o *office) enters(person, list, id string, values forms.Values) {
	o.Helper()
	seen := int64(0)
	if row, _, err := o.kit.Registers().Get(o.ctx, o.as(person), list, id); err == nil {
		seen = row.Revision
	}
	_, err := o.kit.Registers().Put(o.ctx, o.as(person), ismskit.RowChange{List: list, ID: id, Seen: seen, Values: values, Reason: "測試"})
	must(o, err)
}

// K14 (陸十二(三)): logs are kept six months, by device and name; the archive is held against the
// table, and what is past its time is listed, unless it is held.
func TestK14LogsAreKeptForSixMonths(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		logs, err := o.kit.Records().Retention().Logs(o.ctx, o.as("P07"))
		must(t, err)
		if len(logs) != 7 {
			t.Fatalf("%d logs in the table", len(logs))
		}
		for _, l := range logs {
			if l.Months != 6 || !l.Missing {
				t.Errorf("%s %s: %d months, missing %t", l.Device, l.Log, l.Months, l.Missing)
			}
		}
		o.filed("P07", "C06", "核心資訊系統 OS Log 115 年 11 月備份", forms.Values{"kind": "log"})
		logs, err = o.kit.Records().Retention().Logs(o.ctx, o.as("P07"))
		must(t, err)
		for _, l := range logs {
			if has := l.Records == 1 && !l.Missing && !l.Newest.IsZero(); has != (l.Log == "OS Log") {
				t.Errorf("%s %s: %+v", l.Device, l.Log, l)
			}
		}
		// What was taken back is kept as no log, nor is what was disposed of.
		wrong := o.filed("P07", "C06", "防火牆 Log 115 年 11 月備份", forms.Values{"kind": "log"})
		o.act("P07", wrong, ismskit.Action{Verb: ismskit.VerbRetract, Comment: "誤傳"})
		logs, err = o.kit.Records().Retention().Logs(o.ctx, o.as("P07"))
		must(t, err)
		for _, l := range logs {
			if l.Device == "防火牆" && !l.Missing {
				t.Errorf("what was taken back is kept as %+v", l)
			}
		}
		o.runTo(time.Date(2027, 5, 23, 12, 0, 0, 0, time.FixedZone("", 8*3600)))
		if got := o.overdue("P07"); got != "" {
			t.Errorf("on its last day: %s", got)
		}
	})
}

// time-rules 4.7: what is past the longest of its rules is listed from the day after; a hold
// keeps it, and when that is lifted it is listed as before.
func TestK14WhatIsPastItsTimeIsListed(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "months", "n": int64(1)})
		o.enters("P07", register.RetentionRules, "K03", forms.Values{"name": "會議紀錄", "applies": "filing", "doc_kind": "minutes", "keep": "permanent"})
		o.filed("P07", "C06", "教育訓練簽到", forms.Values{"kind": "attendance"})
		o.filed("P07", "C06", "管理審查會議", forms.Values{"kind": "minutes"})
		o.filed("P07", "C06", "核心資訊系統 DB Log", forms.Values{"kind": "log"})
		o.runTo(at(12, 23, 23, 59))
		if got := o.overdue("P07"); got != "" {
			t.Errorf("on the last day: %s", got)
		}
		o.runTo(at(12, 24, 0, 0))
		if got := o.overdue("P07"); got != "教育訓練簽到" {
			t.Errorf("on the day after: %s", got)
		}
		hold := forms.Values{"name": "稽核調查", "from": date(12, 24), "unit": forms.Ref{List: "unit", ID: "U03"}}
		o.enters("P07", register.LegalHolds, "H1", hold)
		if got := o.overdue("P07"); got != "教育訓練簽到 held" {
			t.Errorf("held: %s", got)
		}
		hold["until"] = date(12, 24)
		o.enters("P07", register.LegalHolds, "H1", hold)
		o.runTo(at(12, 25, 9, 0))
		if got := o.overdue("P07"); got != "教育訓練簽到" {
			t.Errorf("the hold was lifted: %s", got)
		}
		for _, person := range []string{"P13", "P11"} {
			if _, err := o.kit.Records().Retention().Overdue(o.ctx, o.as(person)); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("%s: %v", person, err)
			}
			if _, err := o.kit.Records().Retention().Logs(o.ctx, o.as(person)); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("%s: %v", person, err)
			}
		}
		_, err := o.kit.Registers().Put(o.ctx, o.as("P07"), ismskit.RowChange{List: register.LegalHolds, ID: "H2", Values: forms.Values{"name": "空的", "from": date(12, 25)}, Reason: "測試"})
		var invalid forms.Invalid
		if !errors.As(err, &invalid) {
			t.Errorf("a hold of nothing: %v", err)
		}
	})
}

// K14: an old request that was taken in is kept as long as a request, though it came as an upload;
// what is filed under no form, or under a procedure, is not.
func TestK14AnOldRequestIsKeptAsARequest(t *testing.T) {
	o := openOffice(t, inMemory(t))
	o.enters("P07", register.RetentionRules, "K01", forms.Values{"name": "帳號申請", "applies": "case", "form_no": "IS-04-*", "keep": "years", "n": int64(5)})
	o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "years", "n": int64(3)})
	filed := at(1, 5, 9, 0).AddDate(-4, 0, 0)
	o.store(func(ctx context.Context, tx ismskit.Tx) error {
		for form, subject := range map[string]string{"IS-04-012": "舊申請單", "IS-03-012": "作業紀錄", "": "照片"} {
			err := tx.Records().Put(ctx, record.Record{ID: "upload/" + subject, Kind: ismskit.RecordUpload, Origin: ismskit.OriginImported, Form: form, State: record.StateClosed, Subject: subject, Filed: filed, Closed: filed})
			if err != nil {
				return err
			}
		}
		return nil
	})
	over := func() string {
		t.Helper()
		found, err := o.kit.Records().Retention().Overdue(o.ctx, o.as("P09"))
		must(t, err)
		var names []string
		for _, r := range found.Records {
			names = append(names, r.Subject)
		}
		slices.Sort(names)
		return strings.Join(names, " ")
	}
	if got := over(); got != "作業紀錄 照片" {
		t.Errorf("after four years: %s", got)
	}
	o.enters("P07", register.RetentionRules, "K01", forms.Values{"name": "所有申請", "applies": "case", "keep": "years", "n": int64(5)}) // whichever they are
	must(t, o.correct("IS-04-012", func(d *document.Document) { d.Number = "IS-04-912" }))                                           // also under what its form was called before
	if got := over(); got != "作業紀錄 照片" {
		t.Errorf("by a rule for all requests: %s", got)
	}
	o.runTo(at(1, 6, 9, 0).AddDate(1, 0, 0))
	if got := over(); got != "作業紀錄 照片 舊申請單" {
		t.Errorf("after five years: %s", got)
	}
	o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "permanent"})
	if got := over(); got != "" {
		t.Errorf("by the longest of its rules: %s", got)
	}
	o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "會議紀錄", "applies": "filing", "doc_kind": "minutes", "keep": "permanent"})
	if got := over(); got != "舊申請單" {
		t.Errorf("by the rule for requests alone: %s", got)
	}
}

// K14: what is longest past its time is listed first, however much there is and whatever was disposed
// of before; where the look for it ends before its end, it says after how many.
func TestK14WhatIsLongestPastItsTimeIsListedFirst(t *testing.T) {
	const many = 20_600 // more than are looked at
	o := openOffice(t, inMemory(t))
	o.enters("P07", register.RetentionRules, "K01", forms.Values{"name": "申請表單", "applies": "case", "form_no": "Z-*", "keep": "months", "n": int64(1)})
	files := o.filesMany
	lists := func(what string, n int, first string, more bool, lookedAt int) {
		t.Helper()
		over, err := o.kit.Records().Retention().Overdue(o.ctx, o.as("P09"))
		must(t, err)
		if len(over.Records) != n || n > 0 && over.Records[0].Subject != first || over.More != more || over.LookedAt != lookedAt {
			t.Errorf("%s: %d listed, more %t, looked at %d: %.1v", what, len(over.Records), over.More, over.LookedAt, over.Records)
		}
	}
	files("Z-1", record.StateClosed, 0, many)
	lists("many", ismskit.MaxOverdue, "0", true, 0)
	o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "永久保存", "applies": "case", "form_no": "Z-1", "keep": "permanent"})
	files("Z-2", record.StateClosed, many, 1)
	lists("behind what is kept for longer", 0, "", true, 20_000)
	files("Z-1", record.StateDisposed, 0, many)
	lists("behind what was disposed of", 1, fmt.Sprint(many), false, 0)
}

// filesMany puts records of a form into the archive, one a minute.
func (o *office) filesMany(form, state string, from, n int) {
	o.Helper()
	o.store(func(ctx context.Context, tx ismskit.Tx) error {
		for i := range n {
			filed := at(1, 5, 9, 0).Add(time.Duration(from+i) * time.Minute)
			err := tx.Records().Put(ctx, record.Record{
				ID: fmt.Sprintf("case/%06d", from+i), Kind: ismskit.RecordCase, Form: form, State: state, Subject: fmt.Sprint(from + i), Filed: filed, Closed: filed,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// K14: what a hold for the forms of a number keeps is found behind however many others; where the look
// for it ends before its end, it says after how many.
func TestK14AHoldForFormsSaysWhatItKeepsBehindManyOthers(t *testing.T) {
	o := openOffice(t, inMemory(t))
	o.enters("P07", register.LegalHolds, "H1", forms.Values{"name": "訴訟", "from": date(11, 23), "form_no": "Y-*"})
	holds := func(what string, count int, more bool, lookedAt int) {
		t.Helper()
		got, err := o.kit.Records().Retention().Holding(o.ctx, o.as("P09"), "H1")
		if must(t, err); got.Count != count || got.More != more || got.LookedAt != lookedAt || len(got.First) != min(count, 5) {
			t.Errorf("%s: %d held, more %t, looked at %d, named %d", what, got.Count, got.More, got.LookedAt, len(got.First))
		}
	}
	o.filesMany("Y-1", record.StateClosed, 0, 200)
	o.filesMany("Z-1", record.StateClosed, 200, 2_800)
	holds("behind others", 200, false, 0)
	o.filesMany("Y-2", record.StateClosed, 3_000, 1_000)
	holds("many", 500, true, 0)
	o.filesMany("Z-1", record.StateClosed, 3_000, 17_500)
	holds("behind more than are looked at", 0, true, 20_000)
}

// K14, 曾用編號: a hold and a rule for a form by the number that it has today keep what was filed under the
// numbers it had before: else its older records would be destroyed for having been renumbered.
func TestK14AFormThatIsRenumberedKeepsItsOlderRecords(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		form := o.doc("IS-04-012")
		o.filesMany("IS-04-012", record.StateClosed, 0, 3)
		holds := func(id, number string) int {
			t.Helper()
			o.enters("P07", register.LegalHolds, id, forms.Values{"name": "稽核", "from": date(11, 23), "form_no": number})
			got, err := o.kit.Records().Retention().Holding(o.ctx, o.as("P09"), id)
			must(t, err)
			return got.Count
		}
		before := holds("H0", "IS-04-012")
		form.Document.Number = "IS-04-112"
		_, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: form.Document, Seen: form.Revision, Reason: "更正編號", NumberAnyway: true})
		must(t, err)
		o.filesMany("IS-04-112", record.StateClosed, 3, 2)
		for id, number := range map[string]string{"H1": "IS-04-112", "H2": "IS-04-012", "H3": "IS-04-11*"} {
			if got := holds(id, number); got != before+2 || before < 3 {
				t.Errorf("a hold for %s keeps %d of %d", number, got, before+2)
			}
		}
	})
}

// K14: whoever enters a hold is told what it keeps, as far as he may read it: a number that was
// mistyped keeps nothing. Of a record that he may not read he is told what he is of none.
func TestK14AHoldSaysWhatItKeeps(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		filed := o.numbered(o.filed("P07", "C06", "教育訓練簽到", forms.Values{"kind": "attendance"}))
		request, _ := o.request("P13", "P12", "add", o.asks("l1", "S01", permissionOf(t, o.kit, "S01"), forms.Person{Kind: forms.InDirectory, ID: "P13"}, forms.Period{From: date(11, 24), To: date(12, 31)}))
		secret := o.numbered(request)
		o.enters("P07", register.LegalHolds, "H1", forms.Values{"name": "訴訟", "from": date(11, 23), "numbers": []forms.Row{
			{forms.RowID: "n1", "number": filed}, {forms.RowID: "n2", "number": filed + "0"}, {forms.RowID: "n3", "number": secret},
		}})
		o.enters("P07", register.LegalHolds, "H2", forms.Values{"name": "稽核調查", "from": date(11, 23), "unit": forms.Ref{List: "unit", ID: "U03"}})
		holds := func(person, id string) ismskit.HoldScope {
			t.Helper()
			got, err := o.kit.Records().Retention().Holding(o.ctx, o.as(person), id)
			must(t, err)
			return got
		}
		if got := holds("P07", "H1"); got.Count != 1 || got.First[0].Subject != "教育訓練簽到" || strings.Join(got.Unknown, " ") != filed+"0 "+secret {
			t.Errorf("by numbers: %+v", got)
		}
		if got := holds("P09", "H1"); got.Count != 2 || strings.Join(got.Unknown, " ") != filed+"0" {
			t.Errorf("for who reads all: %+v", got)
		}
		if got := holds("P09", "H2"); got.Count == 0 || got.First[0].Unit != "U03" || len(got.Unknown) > 0 {
			t.Errorf("by unit: %+v", got)
		}
		if holds("P09", "H2").Ended {
			t.Error("a hold in force has ended")
		}
		o.enters("P07", register.LegalHolds, "H3", forms.Values{"name": "前案", "from": date(11, 1), "until": date(11, 20), "unit": forms.Ref{List: "unit", ID: "U03"}})
		if got := holds("P09", "H3"); !got.Ended || got.Count == 0 {
			t.Errorf("one that is over: %+v", got)
		}
		for person, id := range map[string]string{"P13": "H1", "P07": "H9"} {
			if _, err := o.kit.Records().Retention().Holding(o.ctx, o.as(person), id); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("%s is told of %s: %v", person, id, err)
			}
		}
	})
}
