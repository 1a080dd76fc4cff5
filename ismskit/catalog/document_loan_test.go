package catalog

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// secret files a document of 「密」 that the records unit owns, and returns its id.
func (o *office) secret(number, owner, unit string) string {
	o.Helper()
	file, err := o.kit.Files().Upload(o.ctx, o.as("P07"), number+".md", strings.NewReader("# 稽核底稿\n\n壹、核心系統弱點清單\n"))
	must(o, err)
	id, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{
		WithVersion: true, Document: document.Document{Number: number, Title: map[string]string{"zh-TW": "弱點清單管理說明書"}, Level: 3, Class: ismskit.ClassConfidential, Owner: owner, Unit: unit},
		Version: document.Version{Label: "1.0",
			Issued: "2026-11-01", Approved: "2026-11-01", Description: "初版", Approver: "局長", ApprovalWay: document.ByRegister, ApprovalNo: "府資字第 1 號",
			Files: []document.File{{Name: file.Name, Digest: file.Digest, Size: file.Size, MediaType: file.MediaType, Main: true}},
		},
	})
	must(o, err)
	return id
}

// lendable is a request of P13 for a document that he only knows the number of.
func (o *office) lendable(asked string, from, to int) ismskit.Receipt {
	o.Helper()
	r, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeDocumentLoan, Submit: true, Values: forms.Values{
		"asked": asked, "purpose": "配合年度稽核", "period": forms.Period{From: date(11, from), To: date(11, to)},
	}})
	must(o, err)
	must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
	return r
}

// reads says what a person can do with a document by each way to it: nothing of it, or all.
func (o *office) reads(person, id string) string {
	o.Helper()
	var ways []string
	note := func(way string, seen bool, err error) {
		o.Helper()
		if err != nil && !errors.Is(err, ismskit.ErrNotFound) {
			o.Errorf("%s: %s: %v", person, way, err)
		}
		if seen && err == nil {
			ways = append(ways, way)
		}
	}
	docs, who := o.kit.Documents(), o.as(person)
	number := "IS-03-099"
	view, err := docs.Get(o.ctx, who, id)
	note("get", view.ID == id, err)
	_, err = docs.Read(o.ctx, who, number, "")
	note("read", true, err)
	digest := o.doc(number).Versions[0].Files[0].Digest
	d, err := docs.Download(o.ctx, who, id, "", digest, "zh-TW")
	if err == nil {
		_, err = io.Copy(io.Discard, d.Body)
		err = errors.Join(err, d.Body.Close())
	}
	note("download", true, err)
	list, err := docs.List(o.ctx, who, document.Query{Text: "弱點清單"})
	note("list", len(list) > 0, err)
	entries, err := docs.Lists().Entries(o.ctx, who, document.Query{Levels: []int{3}}, "2026-11-25")
	note("entries", slices.ContainsFunc(entries, func(e ismskit.DocumentEntry) bool { return e.ID == id }), err)
	found, err := o.kit.Records().Find(o.ctx, who, record.Query{Kinds: []string{ismskit.RecordDocument}, Text: "核心系統弱點"}, record.ByForm)
	note("search", len(found.Records) > 0, err)
	note("count", slices.ContainsFunc(found.Counts[record.ByForm], func(b record.Bucket) bool { return b.Value == number }), err)
	checks, err := docs.Check(o.ctx, who, ismskit.Copy{Number: number})
	note("check", len(checks) > 0, err)
	return strings.Join(ways, " ")
}

const readsEverywhere = "get read download list entries search count check"

// 調閱申請 (B1): who may not read a document asks for it by what he knows of it; the document
// controller finds it, its owner approves, and from the first day to the last he reads it, and
// nobody else does. Until then he learns nothing of it.
func TestB1_2ADocumentIsLentForATime(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		id := o.secret("IS-03-099", "資訊室", "U03")
		if ways := o.reads("P13", id); ways != "" {
			t.Fatalf("before he asked: %s", ways)
		}
		asked := o.lendable("弱點清單，編號似為 IS-03-099", 24, 26)
		doc := forms.Ref{List: "document", ID: id}
		o.act("P07", asked.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"document": doc}})
		if ways := o.reads("P13", id); ways != "" {
			t.Errorf("before it is approved: %s", ways)
		}
		view, err := o.kit.Case(o.ctx, o.as("P13"), asked.Case)
		must(t, err)
		for _, field := range []string{"document", "doc_name", "doc_class", "doc_unit", "doc_group"} {
			if v, told := view.Fields[field]; told {
				t.Errorf("the applicant is told %s: %v", field, v)
			}
		}
		owner, err := o.kit.Tasks(o.ctx, o.as("P04"), ismskit.TodoFilter{Types: []string{TypeDocumentLoan}})
		must(t, err)
		if len(owner) != 1 {
			t.Fatalf("the head of the unit that owns it has %d such tasks", len(owner))
		}
		o.act("P04", asked.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if ways := o.reads("P13", id); ways != "" {
			t.Errorf("before its first day: %s", ways)
		}
		view, err = o.kit.Case(o.ctx, o.as("P13"), asked.Case)
		must(t, err)
		if name, _ := view.Fields["doc_name"].(string); !strings.Contains(name, "IS-03-099") || view.Loan == nil || view.Loan.Holds {
			t.Errorf("his request says %q, loan %+v", name, view.Loan)
		}
		o.runTo(at(11, 24, 0, 1))
		if ways := o.reads("P13", id); ways != readsEverywhere {
			t.Errorf("on its first day: %s", ways)
		}
		if ways := o.reads("P12", id); ways != "" {
			t.Errorf("his superior, to whom it is not lent: %s", ways)
		}
		o.runTo(at(11, 26, 23, 59))
		if ways := o.reads("P13", id); ways != readsEverywhere {
			t.Errorf("on its last day: %s", ways)
		}
		o.runTo(at(11, 27, 0, 0))
		if ways := o.reads("P13", id); ways != "" {
			t.Errorf("after its last day: %s", ways)
		}
		opened, err := o.kit.Evidence().System(o.ctx, ismskit.System("test"), ismskit.LogOpenings, 0, 100)
		must(t, err)
		if !slices.ContainsFunc(opened, func(e ismskit.SystemEntry) bool { return e.By.Person == "P13" && e.Opened != nil && e.Opened.ID == id }) {
			t.Error("that he opened it is not in the log")
		}
	})
}

// A loan is taken back before its time with a reason, and whom it was lent to is told that
// something waits; a refused request lends nothing and tells nothing.
func TestB1_2ALoanIsTakenBackAndARefusedOneTellsNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		id := o.secret("IS-03-099", "資訊室", "U03")
		lent := o.lendable("IS-03-099", 23, 30)
		refused := o.lendable("IS-03-099", 23, 30)
		for _, r := range []ismskit.Receipt{lent, refused} {
			o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"document": forms.Ref{List: "document", ID: id}}})
		}
		o.act("P04", refused.Case, ismskit.Action{Verb: workflow.VerbReject, Comment: "與業務無關"})
		view, err := o.kit.Case(o.ctx, o.as("P13"), refused.Case)
		must(t, err)
		if _, told := view.Fields["doc_name"]; told || view.Loan != nil {
			t.Errorf("a refused request tells %v, loan %v", view.Fields["doc_name"], view.Loan)
		}
		o.act("P04", lent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if ways := o.reads("P13", id); ways != readsEverywhere {
			t.Fatalf("lent from today on: %s", ways)
		}
		loans := o.kit.Documents().Lists().Loans()
		if _, err := loans.Of(o.ctx, o.as("P13"), id); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("who else reads it is told to a reader: %v", err)
		}
		all, err := loans.Of(o.ctx, o.as("P07"), id)
		must(t, err)
		if len(all) != 1 || !all[0].Holds || all[0].Person != "P13" {
			t.Fatalf("loans: %+v", all)
		}
		end := ismskit.LoanEnd{ID: all[0].ID, Seen: all[0].Revision, Reason: "稽核提前結束"}
		if err := loans.End(o.ctx, o.as("P13"), end); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("ended by the reader: %v", err)
		}
		for reason, field := range map[string]string{" ": "reason", strings.Repeat("長", ismskit.MaxLoanReason+1): "reason"} {
			var invalid forms.Invalid
			if err := loans.End(o.ctx, o.as("P07"), ismskit.LoanEnd{ID: end.ID, Seen: end.Seen, Reason: reason}); !errors.As(err, &invalid) || invalid[0].Field != field {
				t.Errorf("reason of %d: %v", len([]rune(reason)), err)
			}
		}
		must(t, loans.End(o.ctx, o.as("P07"), end))
		if ways := o.reads("P13", id); ways != "" {
			t.Errorf("after it was taken back: %s", ways)
		}
		var invalid forms.Invalid
		if err := loans.End(o.ctx, o.as("P07"), end); !errors.As(err, &invalid) {
			t.Errorf("ended twice: %v", err)
		}
		view, err = o.kit.Case(o.ctx, o.as("P13"), lent.Case)
		must(t, err)
		if view.Loan == nil || view.Loan.Reason != end.Reason || view.Loan.Holds {
			t.Errorf("his request says of the loan: %+v", view.Loan)
		}
		if told := o.messages("P13"); !slices.ContainsFunc(told, func(m ismskit.Message) bool {
			return m.Case == lent.Case && !strings.Contains(m.Subject+m.Body, "弱點") && strings.HasPrefix(m.ID, "loan_ended|") && m.Subject == "您有一件密級文件的通知"
		}) {
			t.Errorf("he is told: %+v", told)
		}
	})
}

// A document that a group owns is lent by who leads the group, whatever unit it works in.
func TestB1_2ADocumentOfAGroupIsLentByItsLead(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		id := o.secret("IS-03-099", "政風室", "U05")
		doc := o.doc("IS-03-099").Document
		doc.Group = "K01"
		_, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: doc, Seen: doc.Revision, Reason: "更正"})
		must(t, err)
		asked := o.lendable("IS-03-099", 23, 30)
		o.act("P07", asked.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"document": forms.Ref{List: "document", ID: id}}})
		view, err := o.kit.Case(o.ctx, o.as("P04"), asked.Case)
		must(t, err)
		unit, _ := view.Fields["doc_unit"].(forms.Ref)
		group, _ := view.Fields["doc_group"].(forms.Ref)
		if unit.ID != "U05" || unit.Name != "政風室" || group.ID != "K01" || group.Name != "資安執行小組" {
			t.Errorf("it belongs to %+v and %+v", unit, group)
		}
		o.act("P04", asked.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if ways := o.reads("P13", id); ways != readsEverywhere {
			t.Errorf("approved: %s", ways)
		}
	})
}

// What nobody finds ends with a reason, and one of no unit goes to the approver of its level.
func TestB1_2ALoanThatNobodyFindsEnds(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		none := o.lendable("沒有這份文件", 23, 30)
		o.act("P07", none.Case, ismskit.Action{Verb: workflow.VerbReject, Comment: "查無此文件"})
		view, err := o.kit.Case(o.ctx, o.as("P13"), none.Case)
		must(t, err)
		if view.Flow.Phase != workflow.PhaseClosed || view.Flow.Outcome != workflow.OutcomeRejected {
			t.Errorf("it is %s, %s", view.Flow.Phase, view.Flow.Outcome)
		}
		id := o.secret("IS-03-099", "", "")
		asked := o.lendable("IS-03-099", 23, 30)
		o.act("P07", asked.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"document": forms.Ref{List: "document", ID: id}}})
		o.act("P01", asked.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if ways := o.reads("P13", id); ways != readsEverywhere {
			t.Errorf("approved: %s", ways)
		}
	})
}

// Whose document it is follows from which one it is: until that was found nobody is named who lends it.
func TestALoanNamesNobodyWhoLendsItBeforeItsDocumentIsFound(t *testing.T) {
	o := openOffice(t, inMemory(t))
	id := o.secret("IS-03-099", "資訊室", "U03")
	approve := func(way ismskit.Route) ismskit.RouteStep {
		t.Helper()
		at := slices.IndexFunc(way.Steps, func(s ismskit.RouteStep) bool { return s.ID == "approve" })
		if at < 0 {
			t.Fatalf("the way: %+v", way.Steps)
		}
		return way.Steps[at]
	}
	ahead, err := o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Type: TypeDocumentLoan, Values: forms.Values{"asked": "那份文件"}})
	must(t, err)
	loan := o.lendable("那份文件", 24, 26).Case
	c, err := o.kit.Case(o.ctx, o.as("P13"), loan)
	must(t, err)
	for when, step := range map[string]ismskit.RouteStep{"before it is sent": approve(ahead), "sent": approve(c.Way)} {
		if len(step.People) > 0 || step.Nobody || step.NamedIn.In("zh-TW") == "" {
			t.Errorf("%s: %+v", when, step)
		}
	}
	o.act("P07", loan, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"document": forms.Ref{List: "document", ID: id}}})
	if c, err = o.kit.Case(o.ctx, o.as("P13"), loan); err != nil {
		t.Fatal(err)
	}
	if step := approve(c.Way); len(step.People) != 1 || step.People[0].Person != "P04" || step.NamedIn != nil {
		t.Errorf("once it is found: %+v", step)
	}
}
