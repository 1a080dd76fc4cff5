package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// paperOffice is one whose records manager is 龔怡安.
func paperOffice(t *testing.T, store ismskit.Store) *office {
	o := openOfficeWith(t, store, func(c *ismskit.Config) {
		c.Rights.ManageRecords, c.Printer = []string{"records/records_manager"}, print.A4{}
	})
	o.role("records", "records_manager", "P10")
	return o
}

// scan is what the records manager has of a paper.
func (o *office) scan(person string) forms.File {
	o.t.Helper()
	f, err := o.kit.Files().Upload(o.ctx, o.as(person), "掃描檔.pdf", strings.NewReader("%PDF-1.7 "+person+"\n%%EOF"))
	if err != nil {
		o.t.Fatal(err)
	}
	return f
}

// onPaper is a request that was signed on paper by its applicant and his head.
func (o *office) onPaper(number string) forms.Values {
	day := calendar.Date{Year: 2026, Month: 11, Day: 23}
	return forms.Values{
		"subject": "停機日紙本申請", "op": "add", "reason": "系統停機", "lines": []forms.Row{line("row1", "S01", person("P13"))},
		"paper_number": number, "paper_why": "系統停機逾 4 小時", "paper_scan": []forms.File{o.scan("P10")},
		"paper_place": "資訊室鐵櫃 A-3", "paper_keeper": person("P10"),
		"paper_signers": []forms.Row{
			{forms.RowID: "s1", "signer": person("P13"), "capacity": "申請人", "signed_on": day},
			{forms.RowID: "s2", "signer": person("P11"), "capacity": "單位主管", "signed_on": day, "opinion": "同意"},
		},
	}
}

func (o *office) reserve(n int) []ismskit.ReservedNumber {
	o.t.Helper()
	block, err := o.kit.Records().PaperNumbers().Reserve(o.ctx, o.as("P10"), ismskit.Reservation{Type: "account_request", Count: n, Reason: "機房停電一週，紙本辦理"})
	if err != nil {
		o.t.Fatal(err)
	}
	return block
}

// 紙本簽核後補登: the number comes from a block the counter has gone past, the scan is
// there, each who signed on paper says so himself, and the record says what it is.
func TestWhatWasSignedOnPaperIsEnteredAfterwards(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		block := o.reserve(3)
		if len(block) != 3 || block[0].Number != "IS-04-012-115-0001" {
			t.Fatalf("block: %+v", block)
		}
		if sent := o.apply("P13", threeRows()); sent.Number != "IS-04-012-115-0004" {
			t.Errorf("the counter gave %s", sent.Number)
		}
		enter := func(v forms.Values) (ismskit.Receipt, error) {
			return o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P13", Values: v, Submit: true})
		}
		_, err := enter(o.onPaper("IS-04-012-115-0900"))
		o.refusedAt(err, "paper_number", "「IS-04-012-115-0900」不是這份表單的預留編號，也不是轉紙本續辦案件的編號，請核對紙本，或先預留編號。")
		without := o.onPaper("IS-04-012-115-0002")
		delete(without, "paper_scan")
		_, err = enter(without)
		o.refusedAt(err, "paper_scan", "")
		if _, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request_paper", Values: o.onPaper("IS-04-012-115-0002"), Submit: true}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("anybody enters papers: %v", err)
		}
		// Before the number was reserved nobody can have signed under it.
		_, err = enter(o.signedBy("IS-04-012-115-0002", [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 20}))
		o.refusedAt(err, "paper_signers.signed_on", "編號「IS-04-012-115-0002」係 115.11.23 預留，簽核日期不得早於該日，請核對紙本。")
		entered, err := enter(o.onPaper("IS-04-012-115-0002"))
		if err != nil || entered.Number != "IS-04-012-115-0002" {
			t.Fatalf("%+v %v", entered, err)
		}
		_, err = enter(o.onPaper("IS-04-012-115-0002"))
		o.refusedAt(err, "paper_number", "編號「IS-04-012-115-0002」已有補登案件，不能重複使用，請核對紙本。")

		// Each signer is asked for his own signature; one disputes what the scan shows.
		head := o.read("P11", entered.Case)
		if len(head.Mine) != 1 || head.Mine[0].Why.In("zh-TW") != "紙本上記載您於 115.11.23 以「單位主管」簽核，請核對掃描檔，確認為您本人所簽；如非屬實，請提出異議" {
			t.Fatalf("%+v", head.Mine)
		}
		if head.Paper == nil || head.Paper.Place != "資訊室鐵櫃 A-3" || head.Paper.Keeper != "龔怡安" || head.Kind.Title.In("zh-TW") != "權限帳號申請單（紙本簽核後補登）" {
			t.Errorf("%+v %s", head.Paper, head.Kind.Title)
		}
		o.act("P13", entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P11", entered.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "第 2 頁非本人簽名"})
		for _, who := range []string{"P10", "P13"} {
			if todo := o.todo(who); !slices.ContainsFunc(todo, func(t ismskit.Todo) bool { return t.Case == entered.Case && t.Kind == ismskit.TaskCorrect }) {
				t.Errorf("%s has nothing to correct: %+v", who, todo)
			}
		}
		_, err = o.kit.Act(o.ctx, o.as("P10"), entered.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"paper_number": "IS-04-012-115-0001"}})
		o.refusedAt(err, "paper_number", "本案已以編號「IS-04-012-115-0002」登錄，不能改號；如編號有誤，請撤案或作廢後重新補登。")
		o.until(monday.AddDate(0, 0, 1)) // the number is in use since, and was reserved the day before
		o.act("P10", entered.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"paper_scan": []forms.File{o.scan("P10")}}})
		o.act("P13", entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P11", entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()

		// What the paper asked for goes on here: its handler records the account.
		i := slices.IndexFunc(o.todo("P05"), func(t ismskit.Todo) bool { return t.Number == entered.Number })
		if i < 0 {
			t.Fatalf("the handler: %+v", o.todo("P05"))
		}
		o.act("P05", o.todo("P05")[i].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
		o.settle()
		c := o.read("P13", entered.Case)
		if c.Outcome != string(workflow.OutcomeDone) || len(c.Faults) > 0 {
			t.Errorf("%s %v", c.Outcome, c.Faults)
		}
		found, err := o.kit.Records().Query(o.ctx, o.as("P04"), record.Query{Origins: []string{ismskit.OriginPaper}, Kinds: []string{ismskit.RecordCase}})
		if err != nil || len(found) != 1 || found[0].Number != entered.Number || found[0].Form != "IS-04-012" {
			t.Errorf("%+v %v", found, err)
		}

		// What was not used is void, with its reason; nothing is used twice.
		if err := o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P10"), "IS-04-012-115-0003", "未使用"); err != nil {
			t.Fatal(err)
		}
		_, err = enter(o.onPaper("IS-04-012-115-0003"))
		o.refusedAt(err, "paper_number", "編號「IS-04-012-115-0003」已作廢，不能使用，請核對紙本。")
		err = o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P10"), "IS-04-012-115-0002", "誤")
		o.refusedAt(err, "number", "")
		if err := o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P13"), "IS-04-012-115-0001", "誤"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("anybody voids numbers: %v", err)
		}
		o.numbers("IS-04-012-115-0001 free", "IS-04-012-115-0002 used", "IS-04-012-115-0003 void")
	})
}

// U8 紙本原件遺失: a small case says what was searched; the unit head attests the copy,
// his superior approves, and the record says that the original is lost.
func TestU8_ThePaperOriginalIsLost(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		block := o.reserve(1)
		entered, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P13", Values: o.onPaper(block[0].Number), Submit: true})
		if err != nil {
			t.Fatal(err)
		}
		lost := forms.Values{
			"original": ref("originals", entered.Case), "found_on": calendar.Date{Year: 2026, Month: 11, Day: 23},
			"search": "鐵櫃 A-3 及移交清冊均查無", "copy": []forms.File{o.scan("P10")},
		}
		if _, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "original_lost", Values: lost, Submit: true}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("anybody declares an original lost: %v", err)
		}
		unknown := lost.Clone()
		unknown["original"] = ref("originals", "nothing")
		_, err = o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "original_lost", Values: unknown, Submit: true})
		o.refusedAt(err, "original", "")
		said, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "original_lost", Values: lost, Submit: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "original_lost", Values: lost, Submit: true})
		o.refusedAt(err, "original", "「"+block[0].Number+"」已有 LOST-115-001 在辦理中，請俟其辦結，或由承辦人先行撤案。")
		if c := o.read("P10", said.Case); c.Subject != block[0].Number {
			t.Errorf("about %q", c.Subject)
		}
		attest := ismskit.Action{Verb: workflow.VerbApprove, Comment: "影本與原件相符"}
		_, err = o.kit.Act(o.ctx, o.as("P04"), said.Case, attest)
		o.refusedAt(err, ismskit.FieldReauth, "") // who attests shows once more who he is
		if _, err := o.kit.Act(o.ctx, o.proved("P04", time.Minute), said.Case, attest); err != nil {
			t.Fatal(err)
		}
		if c := o.read("P13", entered.Case); c.Paper.Lost {
			t.Error("lost before anybody approved it")
		}
		o.act("P01", said.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		if c := o.read("P10", entered.Case); !c.Paper.Lost || c.Paper.LostCase != said.Case || c.Paper.Place != "資訊室鐵櫃 A-3" {
			t.Errorf("%+v", c.Paper)
		}
		// The applicant learns that it is lost; the case of its loss is none of his.
		if _, err := o.kit.Case(o.ctx, o.as("P13"), said.Case); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("he reads the case of its loss: %v", err)
		}
		if c := o.read("P13", entered.Case); !c.Paper.Lost || c.Paper.LostCase != "" {
			t.Errorf("%+v", c.Paper)
		}
	})
}

// 線上轉紙本: who, when and why are on the trail, what was open ends, the number stays;
// what was signed on paper is entered under it.
func TestACaseGoesOnOnPaper(t *testing.T) {
	o := paperOffice(t, nil)
	sent := o.apply("P13", threeRows())
	if _, err := o.kit.Act(o.ctx, o.as("P13"), sent.Case, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "停電"}); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("the applicant took it off the record: %v", err)
	}
	_, err := o.kit.Act(o.ctx, o.as("P01"), sent.Case, ismskit.Action{Verb: workflow.VerbToPaper})
	if r := workflow.AsRefusal(err); r == nil || r.Code != workflow.ErrReason.Code {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := o.kit.Case(o.ctx, o.as("P10"), sent.Case); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("who enters papers reads what is no paper: %v", err)
	}
	o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "機房停電，改以紙本陳核"})
	o.settle()
	if held := o.read("P10", sent.Case); held.Fields["subject"] != "調任收發窗口，申請帳號" || len(held.Others) > 0 { // against the paper he enters
		t.Errorf("%v %+v", held.Fields["subject"], held.Others)
	}
	_, forbidden := o.kit.Case(o.ctx, o.as("P06"), sent.Case)
	_, missing := o.kit.Case(o.ctx, o.as("P06"), "no such case")
	if !errors.Is(forbidden, ismskit.ErrNotFound) || !errors.Is(missing, ismskit.ErrNotFound) || forbidden.Error() != missing.Error() {
		t.Errorf("to others it is %v, and what is not there %v", forbidden, missing)
	}
	c := o.read("P13", sent.Case)
	last := c.Trail[len(c.Trail)-1]
	if c.Outcome != string(workflow.OutcomePaper) || c.Number != sent.Number || len(c.Flow.Open()) != 0 || len(o.todo("P11")) != 0 ||
		last.By.Name != "顧維中" || last.Comment != "機房停電，改以紙本陳核" || last.Verb != workflow.VerbToPaper {
		t.Errorf("%s %s %+v", c.Outcome, c.Number, last)
	}
	o.numbers(sent.Number + " free")
	for _, s := range c.Way.Steps { // nothing of it is not needed, it is only done elsewhere
		if s.State != ismskit.RouteOnPaper {
			t.Errorf("%s stands at %s", s.ID, s.State)
		}
	}
	// Before it was sent here there was nothing that could be signed, nor has tomorrow been.
	_, err = o.enterPaper(o.signedBy(sent.Number, [3]any{"P13", "申請人", 22}, [3]any{"P11", "單位主管", 23}))
	o.refusedAt(err, "paper_signers.signed_on", "「"+sent.Number+"」係 115.11.23 於系統送出後轉紙本，簽核日期不得早於該日，請核對紙本。")
	_, err = o.enterPaper(o.signedBy(sent.Number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 24}))
	o.refusedAt(err, "paper_signers.signed_on", "")
	entered, err := o.enterPaper(o.signedBy(sent.Number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23}))
	if err != nil || entered.Number != sent.Number {
		t.Fatalf("%+v %v", entered, err)
	}
	if c = o.read("P13", sent.Case); !slices.Contains(c.Links, ismskit.Link{Kind: "entered_as", Case: entered.Case}) {
		t.Errorf("%+v", c.Links)
	}
	for _, who := range []string{"P13", "P10"} {
		if c = o.read(who, entered.Case); !slices.Contains(c.Links, ismskit.Link{Kind: "continues", Case: sent.Case}) {
			t.Errorf("%s: %+v", who, c.Links)
		}
	}
	o.act("P13", entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.act("P11", entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	handler := o.todo("P05")[0].Case // of its row: he took part in nothing before it
	if c = o.read("P05", o.read("P05", handler).Parent); len(c.Links) > 0 {
		t.Errorf("a link that leads nowhere: %+v", c.Links)
	}
}

// eachStorePaper runs a story on every database.
func eachStorePaper(t *testing.T, story func(t *testing.T, o *office)) {
	onStores(t, func(t *testing.T, store ismskit.Store) { story(t, paperOffice(t, store)) })
}

// numbers holds the reserved numbers to what is expected of them.
func (o *office) numbers(want ...string) {
	o.t.Helper()
	all, err := o.kit.Records().PaperNumbers().List(o.ctx, o.as("P10"), "account_request")
	if err != nil {
		o.t.Fatal(err)
	}
	var got []string
	for _, n := range all {
		got = append(got, n.Number+" "+n.State)
	}
	if !slices.Equal(got, want) {
		o.t.Errorf("numbers %q, want %q", got, want)
	}
}

// A row that was made void when its request went on on paper, as rows once were, is said to go on
// on paper like it.
func TestARowMadeVoidByThePaperGoesOnOnIt(t *testing.T) {
	o := paperOffice(t, nil)
	sent := o.apply("P13", threeRows())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	row := o.todo("P05")[0].Case
	o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "機房停電，改以紙本陳核"})
	o.act("P04", row, ismskit.Action{Verb: workflow.VerbVoid, Comment: "所屬申請單已轉紙本續辦，本列請依紙本辦理"})
	o.settle()
	if c := o.read("P04", row); c.Word != record.StatePaper || c.Outcome != string(workflow.OutcomePaper) || len(c.Faults) > 0 {
		t.Errorf("it stands at %s, %s %v", c.Word, c.Outcome, c.Faults)
	}
	for _, child := range o.read("P13", sent.Case).Rows {
		if child.Word != record.StatePaper || len(child.Faults) > 0 {
			t.Errorf("its request says %s of %s %v", child.Word, child.Case.ID, child.Faults)
		}
	}
}

// What had been handled here when a request went on on paper stays; what had not is left to the
// paper: its administrators hear why, and the printed form does not say that it was made void.
func TestRowsThatGoOnOnPaperAreLeftOpenOnIt(t *testing.T) {
	o := paperOffice(t, nil)
	sent := o.apply("P13", threeRows())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	done := o.todo("P05")[0].Case
	o.act("P05", done, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh1", "result_note": "已開通"}})
	o.until(o.now.Add(time.Minute))
	o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "機房停電，改以紙本陳核"})
	o.settle()
	c := o.read("P13", sent.Case)
	results := print.Of(c, ismskit.Imprint{Lang: "zh-TW"}).Results
	for _, child := range c.Rows {
		if child.Case.ID == done {
			if !strings.Contains(results[child.Row], "已開通") {
				t.Errorf("what was done says %q", results[child.Row])
			}
			continue
		}
		if last := child.Trail[len(child.Trail)-1]; child.State.Outcome != workflow.OutcomePaper || child.Word != record.StatePaper || last.Comment != "所屬申請單已轉紙本續辦，本列請依紙本辦理" {
			t.Errorf("%s, %s for %q", child.State.Outcome, child.Word, last.Comment)
		}
		row := o.read("P04", child.Case.ID)
		if row.Word != record.StatePaper || row.Outcome != string(workflow.OutcomePaper) || row.OnPaper == nil || row.OnPaper.State != ismskit.NumberFree || len(row.Faults) > 0 ||
			!slices.ContainsFunc(row.Way.Steps, func(s ismskit.RouteStep) bool { return s.State == ismskit.RouteOnPaper }) {
			t.Errorf("it stands at %s, %s: %+v", row.Word, row.Outcome, row.Way.Steps)
		}
		found, err := o.kit.Records().Query(o.ctx, o.as("P04"), record.Query{States: []string{record.StatePaper}, Kinds: []string{ismskit.RecordRow}})
		if err != nil || !slices.ContainsFunc(found, func(r record.Record) bool { return r.Case == child.Case.ID }) {
			t.Errorf("the archive has %+v %v", found, err)
		}
		if said, found := results[child.Row]; found {
			t.Errorf("the paper says %q of what is to be handled by it", said)
		}
	}
}
