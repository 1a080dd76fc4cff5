package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

const procedure = "IS-02-008"

// doc is a document as the house sees it now.
func (o *office) doc(number string) ismskit.DocumentView {
	o.Helper()
	view, err := o.kit.Documents().Get(o.ctx, ismskit.System("test"), number)
	must(o, err)
	return view
}

// newText is the procedure's text in force with one clause changed, one added and one taken
// out, uploaded by a person.
func (o *office) newText(person string) forms.File {
	o.Helper()
	reading, err := o.kit.Documents().Read(o.ctx, ismskit.System("test"), procedure, "")
	must(o, err)
	file, err := o.kit.Documents().Download(o.ctx, ismskit.System("test"), reading.Document.ID, "", reading.Version.Files[0].Digest, "zh-TW")
	must(o, err)
	var text bytes.Buffer
	_, err = text.ReadFrom(file.Body)
	must(o, errors.Join(err, file.Body.Close()))
	changed := strings.Replace(text.String(), "\n## 參、適用範圍\n", "\n## 參、適用對象及範圍\n", 1)
	if changed == text.String() {
		o.Fatal("the text has changed: name other words")
	}
	f, err := o.kit.Files().Upload(o.ctx, o.as(person), "IS-02-008 1.4.md", strings.NewReader(changed+"\n捌、附則\n一、本程序書每年檢討。\n"))
	must(o, err)
	return f
}

// revision is a request to revise the procedure.
func (o *office) revision(person string, issue calendar.Date) forms.Values {
	o.Helper()
	return forms.Values{
		"op": "revise", "document": forms.Ref{List: "document", ID: o.doc(procedure).ID}, "bump": "minor",
		"note": "增訂附則", "file": o.newText(person), "issue_on": issue,
	}
}

func (o *office) ask(person string, values forms.Values) (ismskit.Receipt, error) {
	o.Helper()
	return o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: TypeDocumentChange, Values: values, Submit: true})
}

func (o *office) asked(person string, values forms.Values) ismskit.Receipt {
	o.Helper()
	r, err := o.ask(person, values)
	must(o, err)
	must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
	return r
}

// B1.3 and B1.4: the last signature issues the version in its own transaction; a copy of the
// one before says by which it was replaced, wherever it is looked at.
func TestB1_4TheLastSignatureOfAChangeRequestIssuesTheVersion(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		before := o.doc(procedure)
		values := o.revision("P13", date(11, 23))
		values["consult"] = []forms.Row{{forms.RowID: "u1", "unit": o.l.books.unit("U03")}}
		r := o.asked("P13", values)
		if r.Number != "DC-115-001" {
			t.Errorf("numbered %q", r.Number)
		}
		c, err := o.kit.Case(o.ctx, o.as("P13"), r.Case)
		must(t, err)
		if c.Fields["old_version"] != "1.3" || c.Fields["new_version"] != "1.4" || c.Fields["doc_level"] != "level_2" {
			t.Errorf("follows: %v %v %v", c.Fields["old_version"], c.Fields["new_version"], c.Fields["doc_level"])
		}
		rows, _ := c.Fields["comparison"].([]forms.Row)
		kinds := map[any]int{}
		for _, row := range rows {
			kinds[row["kind"]]++
		}
		if kinds["changed"] != 1 || kinds["added"] != 2 || len(rows) != 3 {
			t.Errorf("compared: %v", rows)
		}
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P04", r.Case, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
		if now := o.doc(procedure); now.Current != "1.3" || now.Revision != before.Revision {
			t.Fatalf("changed before the last signature: %+v", now.Document)
		}
		if got := o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove}); got.Phase != workflow.PhaseClosed {
			t.Fatalf("still %s", got.Phase)
		}
		now := o.doc(procedure)
		v := now.Versions[len(now.Versions)-1]
		if now.Current != "1.4" || v.Label != "1.4" || v.State != document.Current || v.Issued != "2026-11-23" || v.Approved != "2026-11-23" ||
			v.ApprovalWay != document.ByCase || v.ApprovalNo != r.Number || v.Case != r.Case || v.Approver != "局長 顧維中" ||
			v.Description != "增訂附則" || now.NextReview != "2027-11-23" {
			t.Errorf("issued: %+v, next review %s", v, now.NextReview)
		}
		old, err := o.kit.Documents().Read(o.ctx, o.as("P13"), procedure, "1.3")
		must(t, err)
		if old.InForce || len(old.Notices) != 1 || !strings.HasPrefix(old.Notices[0].Text("zh-TW"), "舊版，已由 1.4 版取代") {
			t.Errorf("1.3 says %v", old.Notices)
		}
		file, err := o.kit.Documents().Download(o.ctx, o.as("P13"), now.ID, "1.3", old.Version.Files[0].Digest, "zh-TW")
		must(t, err)
		must(t, file.Body.Close())
		if !strings.Contains(file.File.Name, "舊版，已由 1.4 版取代") {
			t.Errorf("its download is called %q", file.File.Name)
		}
		checks, err := o.kit.Documents().Check(o.ctx, ismskit.Actor{}, ismskit.Copy{Number: procedure, Label: "1.3"})
		must(t, err)
		if len(checks) != 1 || checks[0].InForce || checks[0].Current.Label != "1.4" {
			t.Errorf("a copy of 1.3: %+v", checks)
		}
		o.l.everyChainHolds(t)
	})
}

// B1.4: approved for a later day, a version waits, and the old one stays in force until then.
func TestB1_4AVersionApprovedForALaterDayWaits(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		r := o.asked("P13", o.revision("P13", date(12, 15)))
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		now := o.doc(procedure)
		if v := now.Versions[len(now.Versions)-1]; now.Current != "1.3" || v.State != document.Waiting || v.Approved != "2026-11-23" || v.Issued != "2026-12-15" {
			t.Fatalf("%+v %+v", now.Document, v)
		}
		_, err := o.ask("P13", o.revision("P13", date(12, 16)))
		if !refusedAt(err, "document") {
			t.Errorf("another while one waits: %v", err)
		}
		stop := o.asked("P01", forms.Values{"op": "stop", "document": forms.Ref{List: "document", ID: now.ID}, "note": "附則誤植"})
		if asked, err := o.kit.Case(o.ctx, o.as("P01"), stop.Case); err != nil || asked.Fields["again_version"] != "1.2；另有 1.4 版已核准，115.12.15 生效" {
			t.Errorf("who stops 1.3 is told %v of what follows: %v", asked.Fields["again_version"], err)
		}
		o.act("P01", stop.Case, ismskit.Action{Verb: workflow.VerbReject, Comment: "不必停止"})
		o.runTo(at(12, 14, 23, 59))
		if now := o.doc(procedure); now.Current != "1.3" {
			t.Error("in force before its day")
		}
		o.runTo(at(12, 15, 0, 1))
		if now := o.doc(procedure); now.Current != "1.4" {
			t.Errorf("on its day %s is in force", now.Current)
		}
	})
}

// Who asked for a version that waits for its day, and who signed it, are told when the document is abolished
// before that day.
func TestB1_4AVersionThatIsNotIssuedAsItsDocumentEndsIsTold(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		r := o.asked("P13", o.revision("P13", date(12, 15)))
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		now := o.doc(procedure)
		must(t, o.kit.Documents().End(o.ctx, o.as("P07"), ismskit.DocumentEnd{Document: now.ID, Reason: "併入他書", Seen: now.Revision}))
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		for person, want := range map[string]bool{"P13": true, "P01": true, "P07": false} {
			told := slices.ContainsFunc(o.messages(person), func(m ismskit.Message) bool { return m.Rule == "withdrawn" && strings.Contains(m.Body, "併入他書") })
			if told != want {
				t.Errorf("%s is told: %t", person, told)
			}
		}
	})
}

// What was signed for a day that is over by the last signature is issued then, and its review is late if that day
// was to come before: nobody is sent back to the beginning for it.
func TestB1_4AVersionThatIsSignedLateIsIssuedLate(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		values := o.revision("P13", date(11, 25))
		values["review_on"] = date(12, 1)
		r := o.asked("P13", values)
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.runTo(at(12, 5, 9, 0))
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if now := o.doc(procedure); now.Current != "1.4" || now.Versions[len(now.Versions)-1].Issued != "2026-12-05" || now.NextReview != "2026-12-01" {
			t.Errorf("%+v", now.Document)
		}
	})
}

// A version that was signed for and is taken back before its day: who asked for it and who signed are
// told by whom and why, who takes it back is not.
func TestB1_4WhoAskedForAVersionIsToldThatItIsTakenBack(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		r := o.asked("P13", o.revision("P13", date(12, 15)))
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		must(t, o.kit.Documents().Withdraw(o.ctx, o.as("P07"), ismskit.VersionWithdrawal{Document: o.doc(procedure).ID, Label: "1.4", Reason: "發行日誤繕", Seen: o.doc(procedure).Revision}))
		for person, want := range map[string]int{"P13": 1, "P01": 1, "P07": 0, "P14": 0} {
			told := slices.DeleteFunc(o.messages(person), func(m ismskit.Message) bool { return m.Rule != "withdrawn" })
			if len(told) != want {
				t.Errorf("%s: %+v", person, told)
			}
			if want > 0 && (!strings.Contains(told[0].Body, "溫佩真已撤回該版，不予發行。理由：發行日誤繕") || told[0].Subject != procedure+" 1.4 版已撤回") {
				t.Errorf("%s is told %q %q", person, told[0].Subject, told[0].Body)
			}
		}
	})
}

func refusedAt(err error, field string) bool {
	invalid, ok := errors.AsType[forms.Invalid](err)
	return ok && len(invalid) > 0 && invalid[0].Field == field
}

// B1.3: what is withdrawn, returned or not approved changes nothing, and one request at a time
// is on its way for a document.
func TestB1_3ARequestThatIsNotApprovedChangesNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		before := o.doc(procedure)
		unchanged := func(when string) {
			t.Helper()
			if now := o.doc(procedure); now.Revision != before.Revision || now.Current != "1.3" || len(now.Versions) != len(before.Versions) {
				t.Errorf("%s: %+v", when, now.Document)
			}
		}
		first := o.asked("P13", o.revision("P13", date(11, 25)))
		_, err := o.ask("P14", o.revision("P14", date(11, 25)))
		invalid, _ := errors.AsType[forms.Invalid](err)
		if !refusedAt(err, "document") || !strings.Contains(invalid[0].Message("zh-TW"), first.Number) {
			t.Errorf("a second one: %v", err)
		}
		o.act("P13", first.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不辦了"})
		unchanged("withdrawn")
		second := o.asked("P14", o.revision("P14", date(11, 25)))
		o.act("P07", second.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補說明"})
		unchanged("returned")
		if _, err := o.ask("P13", o.revision("P13", date(11, 25))); !refusedAt(err, "document") {
			t.Errorf("while one is being corrected: %v", err)
		}
		o.act("P14", second.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"note": "增訂附則，每年檢討"}})
		o.act("P07", second.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", second.Case, ismskit.Action{Verb: workflow.VerbReject, Comment: "暫不修訂"})
		unchanged("not approved")
		o.asked("P13", o.revision("P13", date(11, 25)))
	})
}

// A day of review that followed from the day of issue follows from the one that a returned request
// asks for in the end; one that somebody typed stays.
func TestB1_3TheNextReviewFollowsTheDayOfIssue(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		sent := o.asked("P14", o.revision("P14", date(12, 20)))
		says := func(want calendar.Date) {
			t.Helper()
			c, err := o.kit.Case(o.ctx, o.as("P14"), sent.Case)
			must(t, err)
			if c.Fields["review_on"] != want {
				t.Errorf("the review is on %v, not %v", c.Fields["review_on"], want)
			}
		}
		again := func(values forms.Values) {
			t.Helper()
			o.act("P07", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請提早發行"})
			o.act("P14", sent.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: values})
		}
		says(date(12, 20).AddMonths(12))
		again(forms.Values{"issue_on": date(12, 15)})
		says(date(12, 15).AddMonths(12))
		again(forms.Values{"issue_on": date(12, 16), "review_on": date(12, 1).AddMonths(6)})
		says(date(12, 1).AddMonths(6))
		again(forms.Values{"issue_on": date(12, 18)})
		says(date(12, 1).AddMonths(6))
	})
}

// Of two who ask for a change of one document in the same instant one is refused.
func TestB1_3OneOfTwoRequestsAtOnceIsSent(t *testing.T) {
	everywhereAlways(t, func(t *testing.T, o *office) {
		values := map[string]forms.Values{"P13": o.revision("P13", date(11, 25)), "P14": o.revision("P14", date(11, 25)), "P06": o.revision("P06", date(11, 25))}
		var sent atomic.Int32
		var all sync.WaitGroup
		for person, v := range values {
			all.Go(func() {
				_, err := o.ask(person, v)
				switch {
				case err == nil:
					sent.Add(1)
				case !refusedAt(err, "document"):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if sent.Load() != 1 {
			t.Errorf("%d are on their way", sent.Load())
		}
	})
}

// A document that changes by other hands while a request is on its way is signed by nobody.
func TestB1_3ASignatureOnWhatHasChangedIsRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		r := o.asked("P13", o.revision("P13", date(11, 23)))
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		doc := o.doc(procedure)
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{
			Document: document.Document{ID: doc.ID}, Version: document.Version{Label: "2.0", Issued: "2026-11-23"},
		})
		must(t, err)
		_, err = o.kit.Act(o.ctx, o.as("P01"), r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if !refusedAt(err, "document") {
			t.Fatalf("signed: %v", err)
		}
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "現行版已是 2.0"})
		o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		c, err := o.kit.Case(o.ctx, o.as("P13"), r.Case)
		must(t, err)
		if c.Fields["old_version"] != "2.0" || c.Fields["new_version"] != "2.1" {
			t.Errorf("sent anew as %v → %v", c.Fields["old_version"], c.Fields["new_version"])
		}
	})
}

// What document control would not accept is said when the request is sent, at the field.
func TestB1_3ARequestIsRefusedEarly(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		fresh := func(with forms.Values) forms.Values {
			v := forms.Values{
				"op": "new", "number": "IS-03-077", "title": "檢查作業說明書", "level": "level_3", "class": "internal", "unit": o.l.books.unit("U03"),
				"note": "新訂", "file": o.newText("P13"), "issue_on": date(11, 30),
			}
			for key, value := range with {
				v[key] = value
			}
			return v
		}
		for field, with := range map[string]forms.Values{
			"number":    {"number": "is–02–008"},
			"issue_on":  {"issue_on": date(11, 20)},
			"review_on": {"issue_on": date(11, 25), "review_on": date(11, 25)}, // late from its first day
		} {
			if _, err := o.ask("P13", fresh(with)); !refusedAt(err, field) {
				t.Errorf("%s: %v", field, err)
			}
		}
		_, err := o.ask("P13", fresh(forms.Values{"number": ""}))
		invalid, _ := errors.AsType[forms.Invalid](err)
		if len(invalid) != 1 || !strings.Contains(invalid[0].Message("zh-TW"), "未訂此階層文件之編號規則") {
			t.Errorf("where no rule gives a number: %v", err)
		}
	})
}

// That another request uses a number already is said to everybody, and which it is to who may
// read it: nothing else tells of a document that is not there yet.
func TestB1_3TheNumberOfAnotherRequestIsToldToWhoReadsIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		values := func(person string) forms.Values {
			return forms.Values{
				"op": "new", "number": "IS-03-077", "title": "檢查作業說明書", "level": "level_3", "class": "internal", "unit": o.l.books.unit("U03"),
				"note": "新訂", "file": o.newText(person), "issue_on": date(11, 30),
			}
		}
		first := o.asked("P13", values("P13"))
		for person, told := range map[string]bool{"P13": true, "P14": false} {
			_, err := o.ask(person, values(person))
			if !refusedAt(err, "number") {
				t.Fatalf("%s: %v", person, err)
			}
			invalid, _ := errors.AsType[forms.Invalid](err)
			if text := invalid[0].Message("zh-TW"); strings.Contains(text, first.Number) != told || !strings.HasPrefix(text, "此編號已有") {
				t.Errorf("%s is told %q", person, text)
			}
		}
	})
}

// A new document, one that is retired, and one whose version is stopped.
func TestB1_3ADocumentIsMadeAndRetiredByRequest(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		r := o.asked("P13", forms.Values{
			"op": "new", "number": "is-03-077", "title": "檢查作業說明書", "level": "level_3", "class": "internal", "unit": o.l.books.unit("U03"),
			"note": "新訂", "file": o.newText("P13"), "issue_on": date(11, 23), "start": "1.2",
		})
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P04", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		made := o.doc("IS-03-077")
		if made.Current != "1.2" || made.Level != 3 || made.Unit != "U03" || made.Versions[0].Case != r.Case {
			t.Fatalf("%+v", made.Document)
		}
		for person, request := range map[string]string{"P13": r.Case, "P14": ""} { // which case issued it is told to who may read that
			view, err := o.kit.Documents().Get(o.ctx, o.as(person), made.ID)
			if err != nil || view.Versions[0].Case != request {
				t.Errorf("%s is told of the request %q: %v", person, view.Versions[0].Case, err)
			}
			if read, err := o.kit.Documents().Read(o.ctx, o.as(person), made.ID, ""); err != nil || read.Version.Case != request || read.Versions[0].Case != request {
				t.Errorf("%s reads of the request %q, %q: %v", person, read.Version.Case, read.Versions[0].Case, err)
			}
		}
		first := o.asked("P04", forms.Values{"op": "stop", "document": forms.Ref{List: "document", ID: made.ID}, "note": "誤發"})
		if c, err := o.kit.Case(o.ctx, o.as("P04"), first.Case); err != nil || c.Fields["again_version"] != "無（停止適用後無現行版）" {
			t.Errorf("of its only version %v is in force again: %v", c.Fields["again_version"], err)
		}
		o.act("P04", first.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "再議"})
		r = o.asked("P13", forms.Values{"op": "retire", "document": forms.Ref{List: "document", ID: made.ID}, "note": "併入 IS-02-008"})
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P04", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if gone := o.doc("IS-03-077"); gone.Retired != "2026-11-23" {
			t.Errorf("%+v", gone.Document)
		}
		for person, reads := range map[string]bool{"P13": true, "P16": false} { // an auditor who comes years later is told why
			view, err := o.kit.Documents().Get(o.ctx, o.as(person), "IS-03-077")
			must(t, err)
			first, last := view.Acts[0], view.Acts[len(view.Acts)-1]
			if first.Text("zh-TW") != "登錄 1.2 版" || first.Note != "新訂" || first.Reason != "" || first.Ends || last.Text("zh-TW") != "廢止" || last.Reason != "併入 IS-02-008" || last.By.Person != "P04" || !last.Ends {
				t.Errorf("%+v", view.Acts)
			}
			if (last.Case != "") != reads || (last.CaseNo != "") != reads {
				t.Errorf("%s reads of the request %q %q", person, last.Case, last.CaseNo)
			}
		}
		_, err := o.ask("P13", forms.Values{"op": "retire", "document": forms.Ref{List: "document", ID: made.ID}, "note": "再廢一次"})
		if !refusedAt(err, "document") {
			t.Errorf("retired twice: %v", err)
		}
	})
}

// U7: 停止適用 by the approver of the level: 1.3 is in force again at once, 1.4 keeps its number.
func TestU7AWronglyIssuedVersionIsStoppedByItsApprover(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		r := o.asked("P13", o.revision("P13", date(11, 23)))
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		form := o.doc("IS-04-012").Document
		form.Parent = procedure
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: form})
		must(t, err)
		for person, label := range map[string]string{"P14": "1.4", "P15": "1.3"} { // P14 alone takes a copy of 1.4
			reading, err := o.kit.Documents().Read(o.ctx, ismskit.System("test"), procedure, label)
			must(t, err)
			for range 2 {
				file, err := o.kit.Documents().Download(o.ctx, o.as(person), reading.Document.ID, label, reading.Version.Files[0].Digest, "zh-TW")
				must(t, err)
				must(t, file.Body.Close())
			}
		}
		line := o.adLine("qh120008", "folder_read")
		line[forms.RowID] = "r1"
		begun, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeAccountRequest, Submit: true, Values: forms.Values{
			"subject": "共用資料夾權限", "op": "add", "reason": "業務需要", "lines": []forms.Row{line},
		}})
		must(t, err)
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		stop := o.asked("P01", forms.Values{"op": "stop", "document": forms.Ref{List: "document", ID: o.doc(procedure).ID}, "note": "附則誤植"})
		if asked, err := o.kit.Case(o.ctx, o.as("P01"), stop.Case); err != nil || asked.Fields["again_version"] != "1.3" {
			t.Errorf("who approves the stop is told that %v is in force again: %v", asked.Fields["again_version"], err)
		}
		if got := o.act("P01", stop.Case, ismskit.Action{Verb: workflow.VerbApprove}); got.Phase != workflow.PhaseClosed {
			t.Fatalf("still %s", got.Phase)
		}
		if _, err := o.kit.Case(o.ctx, o.as("P07"), stop.Case); err != nil {
			t.Errorf("who looks after documents, and signs no stop, does not read on whose request it was: %v", err)
		}
		if _, err := o.kit.Case(o.ctx, o.as("P16"), stop.Case); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("somebody else reads it: %v", err)
		}
		now := o.doc(procedure)
		stopped := now.Versions[len(now.Versions)-1]
		if now.Current != "1.3" || stopped.Label != "1.4" || stopped.State != document.Stopped || stopped.Stopped != "2026-11-23" {
			t.Errorf("%+v %+v", now.Document, stopped)
		}
		told := func(person string) (rules []string, last ismskit.Told) {
			all, err := o.kit.Queue().Inbox(o.ctx, o.as(person), ismskit.NoticeFilter{})
			must(t, err)
			for _, m := range all {
				if strings.HasPrefix(m.Rule, "stopped") {
					rules, last = append(rules, m.Rule), m
				}
			}
			return rules, last
		}
		if rules, m := told("P14"); len(rules) != 1 || rules[0] != "stopped" || !strings.Contains(m.Body, "現行版恢復為 1.3 版") {
			t.Errorf("who took 1.4 is told %v: %s", rules, m.Body)
		}
		if rules, _ := told("P15"); len(rules) > 0 {
			t.Errorf("who took 1.3 is told %v", rules)
		}
		rules, m := told("P07")
		reading, err := o.kit.Documents().Read(o.ctx, o.as("P07"), procedure, "1.4")
		must(t, err)
		mine, err := o.kit.Documents().Read(o.ctx, o.as("P13"), procedure, "1.4")
		must(t, err)
		if len(mine.Begun) != 1 || mine.Begun[0].ID != begun.Case {
			t.Errorf("begun on its forms: %v", mine.Begun)
		}
		if want := fmt.Sprintf("已起案 %d 件", len(reading.Begun)); len(rules) != 1 || !strings.Contains(m.Subject, want) {
			t.Errorf("the controller is told %v: %s, not %s", rules, m.Subject, want)
		}
		next := o.asked("P13", o.revision("P13", date(11, 24)))
		c, err := o.kit.Case(o.ctx, o.as("P13"), next.Case)
		must(t, err)
		if c.Fields["old_version"] != "1.3" || c.Fields["new_version"] != "1.5" {
			t.Errorf("after a stop %v → %v", c.Fields["old_version"], c.Fields["new_version"])
		}
	})
}

// A document whose first version is on its way is in review, for whoever may read the request: one
// that is registered and was never issued, and one that is not there yet.
func TestB1_2ADocumentOnItsWayIsInReview(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		id, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{
			Document: document.Document{Number: "IS-03-078", Title: forms.Text{"zh-TW": "備援作業說明書"}, Level: 3, Class: ismskit.ClassInternal},
		})
		must(t, err)
		numbers := func(person string, state document.State) (out []string) {
			docs, err := o.kit.Documents().List(o.ctx, o.as(person), document.Query{States: []document.State{state}})
			must(t, err)
			for _, d := range docs {
				if d.State != state {
					t.Errorf("%s is %s", d.Number, d.State)
				}
				out = append(out, d.Number)
			}
			return out
		}
		if got := numbers("P13", document.Draft); !slices.Contains(got, "IS-03-078") || len(numbers("P13", document.InReview)) > 0 {
			t.Errorf("drafts: %v", got)
		}
		fresh := o.asked("P13", forms.Values{
			"op": "new", "number": "IS-03-077", "title": "檢查作業說明書", "level": "level_3", "class": "internal", "unit": o.l.books.unit("U03"),
			"note": "新訂", "file": o.newText("P13"), "issue_on": date(11, 23),
		})
		first := o.asked("P13", forms.Values{
			"op": "revise", "document": forms.Ref{List: "document", ID: id}, "bump": "minor", "note": "初版", "file": o.newText("P13"), "issue_on": date(11, 23),
		})
		if got := numbers("P13", document.InReview); !slices.Equal(got, []string{"IS-03-077", "IS-03-078"}) {
			t.Errorf("who asks: %v in review", got)
		}
		if got := numbers("P14", document.InReview); !slices.Equal(got, []string{"IS-03-078"}) {
			t.Errorf("who may not read the request for a new one: %v in review", got)
		}
		entries, err := o.kit.Documents().Lists().Entries(o.ctx, o.as("P13"), document.Query{Numbers: []string{"IS-03-078"}}, "")
		if must(t, err); len(entries) != 1 || entries[0].State != document.InReview {
			t.Errorf("on the list of documents: %+v", entries)
		}
		if view := o.doc("IS-03-078"); view.State != document.InReview || slices.Contains(numbers("P13", document.Draft), "IS-03-078") {
			t.Errorf("its page says %s", view.State)
		}
		for _, r := range []ismskit.Receipt{fresh, first} {
			o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
			o.act("P04", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		if got := numbers("P13", document.InReview); len(got) > 0 || o.doc("IS-03-077").State != document.Current || o.doc("IS-03-078").State != document.Current {
			t.Errorf("once issued: %v", got)
		}
	})
}
