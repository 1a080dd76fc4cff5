package catalog

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// overdueOffice is the office on a day on which a request and an execution record are past their
// time; they are returned with their numbers.
func overdueOffice(t *testing.T, o *office) (request, child, filed string, numbers []string) {
	o.Helper()
	o.enters("P07", register.RetentionRules, "K01", forms.Values{"name": "申請表單", "applies": "case", "form_no": "IS-04-*", "keep": "months", "n": int64(1)})
	o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "months", "n": int64(1)})
	request, child = o.request("P13", "P12", "add", o.asks("l1", "S01", permissionOf(t, o.kit, "S01"), forms.Person{Kind: forms.InDirectory, ID: "P13"}, forms.Period{From: date(11, 24), To: date(12, 31)}))
	o.act("P05", child, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013"}})
	must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
	o.act("P13", request, ismskit.Action{Verb: workflow.VerbApprove})
	filed = o.filed("P07", "C06", "教育訓練簽到", forms.Values{"kind": "attendance"})
	o.runTo(at(12, 24, 9, 0))
	for _, id := range []string{request, filed} {
		numbers = append(numbers, o.numbered(id))
	}
	return request, child, filed, numbers
}

// disposing is a request to dispose of records by their numbers.
func (o *office) disposing(person string, numbers ...string) (ismskit.Receipt, error) {
	o.Helper()
	rows := make([]forms.Row, len(numbers))
	for i, n := range numbers {
		rows[i] = forms.Row{forms.RowID: "r" + string(rune('a'+i)), "number": n}
	}
	return o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: TypeDisposal, Submit: true, Values: forms.Values{"basis": "檔案法", "lines": rows}})
}

// K14, time-rules 4.7: what is past its time is disposed of by a signed case: its content is gone
// from the case, its trail, its files and the search; its place, its number and its chain stay, the
// chain verifies, and the list of what was disposed of stays for ever.
func TestK14DisposalIsASignedCaseThatLeavesAList(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		request, child, filed, numbers := overdueOffice(t, o)
		before, err := o.kit.Case(o.ctx, o.as("P09"), filed)
		must(t, err)
		list, err := o.disposing("P09", numbers...)
		must(t, err)
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		view, err := o.kit.Case(o.ctx, o.as("P09"), list.Case)
		must(t, err)
		rows, _ := view.Fields["lines"].([]forms.Row)
		if len(rows) != 2 || rows[0]["record"] != "case/"+request || rows[1]["subject"] != "教育訓練簽到" || rows[1]["rule"] != "執行紀錄" {
			t.Fatalf("the list: %v", rows)
		}
		for _, head := range []string{"P11", "P04"} { // of the units whose records they are
			o.act(head, list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		if got := o.finds("P09", record.Query{Text: "教育訓練簽到：與會"}); got == "" {
			t.Error("before it is approved nothing is gone")
		}
		o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))

		for _, id := range []string{request, child, filed} {
			gone, err := o.kit.Case(o.ctx, o.as("P09"), id)
			must(t, err)
			if gone.Disposed == nil || gone.Disposed.Case != list.Case || gone.Word != record.StateDisposed || len(gone.Fields) > 0 || len(gone.Files) > 0 || gone.ApplicantName != "" {
				t.Errorf("%s: %+v, fields %v", id, gone.Disposed, gone.Fields)
			}
			if len(gone.Faults) > 0 {
				t.Errorf("%s: its chain does not hold: %v", id, gone.Faults)
			}
			for i, e := range gone.Trail {
				if last := i == len(gone.Trail)-1; e.Disposed == last || last && e.Verb != ismskit.VerbDispose {
					t.Errorf("%s: entry %d: disposed %t, %s", id, e.Seq, e.Disposed, e.Verb)
				}
			}
			if _, err := o.kit.Act(o.ctx, o.as("P09"), id, ismskit.Action{Verb: workflow.VerbComment, Comment: "補記"}); err == nil {
				t.Errorf("%s: it is still acted on", id)
			}
		}
		if got := o.finds("P09", record.Query{Text: "與會人員一致同意"}); got != "" {
			t.Errorf("found by what it said: %s", got)
		}
		if got := o.finds("P09", record.Query{States: []string{record.StateDisposed}, Kinds: []string{ismskit.RecordUpload}}); got != "教育訓練簽到" {
			t.Errorf("its place in the archive: %s", got)
		}
		_, _, err = o.kit.Files().Open(o.ctx, o.as("P09"), filed, before.Files[0].Digest)
		if !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("its file: %v", err)
		}
		report, err := o.kit.Evidence().Audit(o.ctx, ismskit.System("test"), evidence.Options{})
		must(t, err)
		if len(report.Findings) > 0 {
			t.Errorf("the audit finds %+v", report.Findings)
		}
		if got := o.overdue("P09"); strings.Contains(got, "教育訓練簽到") {
			t.Errorf("still listed as past its time: %s", got)
		}
		if _, err := o.disposing("P09", numbers[1]); !refusedWith(err, "dispose.done") {
			t.Errorf("disposed of twice: %v", err)
		}
	})
}

// A list that was begun and is sent later, with no more of its rows than their numbers as a page sends
// them, is sent with what follows from these.
func TestK14AListForDisposalIsSentByItsNumbers(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		_, _, _, numbers := overdueOffice(t, o)
		rows := []forms.Row{{forms.RowID: "ra", "number": numbers[1]}}
		begun, err := o.kit.Open(o.ctx, o.as("P07"), ismskit.Opening{Type: TypeDisposal, Values: forms.Values{"lines": rows}})
		must(t, err)
		o.act("P07", begun.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"basis": "檔案法", "lines": rows}})
		c, err := o.kit.Case(o.ctx, o.as("P07"), begun.Case)
		must(t, err)
		if row := c.Fields["lines"].([]forms.Row)[0]; row["unit"] == nil || row["subject"] != "教育訓練簽到" {
			t.Errorf("sent with %v", row)
		}
	})
}

func refusedWith(err error, code string) bool {
	var invalid forms.Invalid
	return errors.As(err, &invalid) && slices.ContainsFunc(invalid, func(f forms.Fault) bool { return f.Code == code && f.Row == 1 })
}

// What is not past its time, held, unknown or not to be read by the applicant is refused at its
// line; a hold that comes after the signatures keeps its records, and the request says so.
func TestK14WhatIsHeldIsNotDisposedOf(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		_, _, filed, numbers := overdueOffice(t, o)
		young := o.numbered(o.filed("P07", "C06", "剛歸檔", forms.Values{"kind": "report"}))
		for number, code := range map[string]string{"沒有這一號": "dispose.none", young: "dispose.early"} {
			if _, err := o.disposing("P09", number); !refusedWith(err, code) {
				t.Errorf("%s: %v, want %s", number, err, code)
			}
		}
		if _, err := o.disposing("P07", numbers[0]); !refusedWith(err, "dispose.none") {
			t.Errorf("what he may not read: %v", err)
		}
		_, err := o.disposing("P09", numbers[1], numbers[1])
		if invalid, _ := errors.AsType[forms.Invalid](err); len(invalid) != 1 {
			t.Errorf("listed twice, it is refused once: %v", err)
		}
		if _, err := o.disposing("P13", numbers[0]); err == nil {
			t.Error("anybody disposes of records")
		}
		hold := forms.Values{"name": "訴訟", "from": date(12, 24), "numbers": []forms.Row{{forms.RowID: "n1", "number": numbers[0]}}}
		o.enters("P07", register.LegalHolds, "H1", hold)
		if _, err := o.disposing("P09", numbers[0]); !refusedWith(err, "dispose.held") {
			t.Errorf("held: %v", err)
		}
		list, err := o.disposing("P09", numbers[1])
		must(t, err)
		o.act("P04", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		hold["numbers"] = []forms.Row{{forms.RowID: "n1", "number": numbers[1]}}
		signer := func() ismskit.Case {
			t.Helper()
			c, err := o.kit.Case(o.ctx, o.as("P02"), list.Case)
			must(t, err)
			return c
		}
		if hints := signer().Hints; len(hints) != 0 {
			t.Errorf("before the hold: %v", hints)
		}
		o.enters("P07", register.LegalHolds, "H2", hold)
		if hints := signer().Hints; len(hints) != 1 || !strings.Contains(hints[0].Text.In("zh-TW"), "「"+numbers[1]+"」目前暫緩銷毀") {
			t.Errorf("who signs is told: %v", hints)
		}
		o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		kept, err := o.kit.Case(o.ctx, o.as("P09"), filed)
		must(t, err)
		if kept.Disposed != nil || len(kept.Files) != 1 {
			t.Error("a record that is held was disposed of")
		}
		view, err := o.kit.Case(o.ctx, o.as("P09"), list.Case)
		must(t, err)
		if last := view.Trail[len(view.Trail)-1]; !strings.Contains(last.Comment, numbers[1]) {
			t.Errorf("the request says: %+v", last.Comment)
		}
	})
}

// Whoever takes content away in the database and writes an entry that it was disposed of is found:
// the request that the entry names lists no such record.
func TestK14AForgedDisposalIsFound(t *testing.T) {
	o := openOffice(t, inMemory(t))
	_, _, filed, numbers := overdueOffice(t, o)
	victim := o.filed("P07", "C06", "不得銷毀的紀錄", forms.Values{"kind": "report"})
	list, err := o.disposing("P09", numbers[1])
	must(t, err)
	o.act("P04", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
	must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
	o.store(func(ctx context.Context, tx ismskit.Tx) error {
		lawful, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: "case/" + filed, Newest: true, Limit: 1})
		if err != nil {
			return err
		}
		last, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: "case/" + victim, Newest: true, Limit: 1})
		if err != nil {
			return err
		}
		forged := lawful[0]
		forged.Chain, forged.Seq, forged.Prev = last[0].Chain, last[0].Seq+1, last[0].Hash
		forged.Hash, forged.Disposes = forged.Entry.Hash(), true
		if err := tx.Trail().Append(ctx, forged); err != nil {
			return err
		}
		row, err := tx.Cases().Get(ctx, victim)
		if err != nil {
			return err
		}
		row.Revision++
		row.Head = evidence.Head{Chain: forged.Chain, Seq: forged.Seq, Hash: forged.Hash}
		return tx.Cases().Update(ctx, row, nil, nil)
	})
	view, err := o.kit.Case(o.ctx, o.as("P09"), victim)
	must(t, err)
	if !slices.ContainsFunc(view.Faults, func(f evidence.Fault) bool { return f.Code == ismskit.PayloadGone }) {
		t.Errorf("its faults: %v", view.Faults)
	}
	if gone, err := o.kit.Case(o.ctx, o.as("P09"), filed); err != nil || len(gone.Faults) > 0 {
		t.Errorf("what was lawfully disposed of: %v, %v", gone.Faults, err)
	}
}

// What the records on a list are called each signer reads of those that he signs for, and anybody else
// as the record itself lets him, before and after they are disposed of; the list is as confidential as the
// highest of them, and is found by none of it.
func TestK14AListForDisposalTellsItsSignersAlone(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		request, _, filed, numbers := overdueOffice(t, o)
		o.takeIn("P07", o.handIn("P07", papers(map[string]string{"number": "舊-1", "subject": "密件訪談紀錄", "category": "教育訓練", "class": "密", "people": "鍾明哲", "only": "是", "dated": "109.10.5"})))
		secret := o.finding("P07", "舊-1")
		list, err := o.disposing("P09", numbers[0], numbers[1], "舊-1")
		must(t, err)
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		tells := func(when, person, want string) {
			t.Helper()
			view, err := o.kit.Case(o.ctx, o.as(person), list.Case)
			must(t, err)
			rows, _ := view.Fields["lines"].([]forms.Row)
			var got []string
			for _, row := range rows {
				if s, _ := row["subject"].(string); s != "" {
					got = append(got, s)
				}
			}
			if view.Class != ismskit.ClassConfidential || len(rows) != 3 || strings.Join(got, " ") != want {
				t.Errorf("%s %s reads %v of %d lines, %s", when, person, got, len(rows), view.Class)
			}
		}
		tells("asked", "P09", "帳號申請 教育訓練簽到 密件訪談紀錄")
		tells("asked", "P11", "帳號申請") // of his unit
		for _, head := range []string{"P11", "P04"} {
			o.act(head, list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		if reads := o.reading("case/" + secret); slices.Contains(reads, "P02") {
			t.Fatalf("the secret is read by %v", reads)
		}
		tells("to approve", "P02", "帳號申請 教育訓練簽到 密件訪談紀錄")
		for _, words := range []string{"密件訪談", "教育訓練簽到"} {
			if found := o.finds("P09", record.Query{Text: words, Types: []string{TypeDisposal}}); found != "" {
				t.Errorf("found by %s: %s", words, found)
			}
		}
		o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		tells("when they are gone", "P09", "帳號申請 教育訓練簽到 密件訪談紀錄")
		tells("when they are gone", "P11", "帳號申請")
		tells("when they are gone", "P02", "帳號申請 教育訓練簽到 密件訪談紀錄")
		if got := o.finds("P12", record.Query{Text: "密件訪談"}); got != "" {
			t.Errorf("whoever may not read it finds %s", got)
		}
		for _, id := range []string{request, filed, secret} {
			if gone, err := o.kit.Case(o.ctx, o.as("P09"), id); err != nil || gone.Disposed == nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

// Whoever entered the letter of the archives authority for a list reads what he entered it for, afterwards too.
func TestK14WhoEnteredTheLetterReadsTheList(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		_, _, _, numbers := overdueOffice(t, o)
		o.takeIn("P07", o.handIn("P07", papers(map[string]string{"number": "舊-1", "subject": "密件訪談紀錄", "category": "教育訓練", "class": "密", "people": "鍾明哲", "only": "是", "dated": "109.10.5"})))
		list, err := o.kit.Open(o.ctx, o.as("P09"), ismskit.Opening{Type: TypeDisposal, Submit: true, Values: forms.Values{
			"basis": "檔案法", "authority": true, "lines": []forms.Row{{forms.RowID: "ra", "number": numbers[1]}, {forms.RowID: "rb", "number": "舊-1"}},
		}})
		must(t, err)
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		reads := func(when string, want bool) {
			t.Helper()
			view, err := o.kit.Case(o.ctx, o.as("P07"), list.Case)
			must(t, err)
			rows, _ := view.Fields["lines"].([]forms.Row)
			if got := len(rows) == 2 && rows[1]["subject"] == "密件訪談紀錄"; got != want {
				t.Errorf("%s: %v", when, rows)
			}
		}
		o.act("P04", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		reads("it lies with him", true)
		scan, err := o.kit.Files().Upload(o.ctx, o.as("P07"), "核准函.pdf", strings.NewReader("%PDF-1.7 核准\n%%EOF"))
		must(t, err)
		o.act("P07", list.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "agreed", Values: forms.Values{"authority_no": "檔徵字第 1150001 號", "authority_on": date(12, 24), "authority_scan": []forms.File{scan}}})
		reads("it lies with who approves it", true)
		o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		reads("it is carried out", true)
	})
}

// Whoever returned a list has not signed what was put on it afterwards, and reads nothing of that until he is asked.
func TestK14WhoReturnedAListReadsNothingOfWhatWasAdded(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		_, _, _, numbers := overdueOffice(t, o)
		o.takeIn("P07", o.handIn("P07", papers(map[string]string{"number": "舊-1", "subject": "密件訪談紀錄", "category": "教育訓練", "class": "密", "people": "鍾明哲", "only": "是", "dated": "109.10.5"})))
		list, err := o.disposing("P09", numbers[0], numbers[1])
		must(t, err)
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		for _, head := range []string{"P11", "P04"} {
			o.act(head, list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "漏列一筆"})
		view, err := o.kit.Case(o.ctx, o.as("P09"), list.Case)
		must(t, err)
		var rows []forms.Row
		for _, row := range view.Fields["lines"].([]forms.Row) { // as the page sends them
			rows = append(rows, forms.Row{forms.RowID: row[forms.RowID], "number": row["number"]})
		}
		rows = append(rows, forms.Row{forms.RowID: "rz", "number": "舊-1"})
		o.act("P09", list.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"lines": rows}})
		view, err = o.kit.Case(o.ctx, o.as("P02"), list.Case)
		must(t, err)
		rows, _ = view.Fields["lines"].([]forms.Row)
		if len(rows) != 3 || len(view.Mine) != 0 || rows[2]["subject"] != nil {
			t.Errorf("%d tasks, he reads %v", len(view.Mine), rows)
		}
	})
}
