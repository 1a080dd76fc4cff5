package catalog

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// newRequest is a request for a new document.
func (o *office) newRequest(person, number string) forms.Values {
	o.Helper()
	return forms.Values{
		"op": "new", "number": number, "title": "檢查作業說明書", "level": "level_3", "class": "internal", "unit": o.l.books.unit("U03"),
		"note": "新訂", "file": o.newText(person), "issue_on": date(11, 30),
	}
}

// What a number belongs to, or once belonged to, is told to nobody who may not read it: he hears
// that the number can't be had, in the words and with the looks of any other.
func TestB1_1ANumberNamesNoDocumentThatItsAskerMayNotRead(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		const secret, former, open = "IS-03-104", "IS-03-103", "IS-03-105"
		file := func(number, class, title string) string {
			t.Helper()
			id, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{
				Number: number, Level: 3, Class: class, Title: map[string]string{"zh-TW": title}}})
			must(t, err)
			return id
		}
		id := file(former, ismskit.ClassConfidential, "網路架構圖")
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{
			ID: id, Number: secret, Level: 3, Class: ismskit.ClassConfidential, Title: map[string]string{"zh-TW": "網路架構圖"}}})
		must(t, err)
		file(open, ismskit.ClassInternal, "機房巡檢說明書")
		for _, one := range []struct{ person, number, says string }{
			{"P13", secret, "編號 IS-03-104 不能使用"},
			{"P13", former, "編號 IS-03-103 不能使用"},
			{"P13", open, "機房巡檢說明書"},
			{"P07", secret, "網路架構圖"},
			{"P07", former, "網路架構圖"},
		} {
			_, err := o.ask(one.person, o.newRequest(one.person, one.number))
			invalid, _ := errors.AsType[forms.Invalid](err)
			if !refusedAt(err, "number") || !strings.Contains(invalid[0].Message("zh-TW"), one.says) {
				t.Errorf("%s asks for %s: %v", one.person, one.number, err)
			}
			if one.person == "P13" && one.number != open && strings.Contains(invalid.Error()+invalid[0].Message("zh-TW")+invalid[0].Code, "網路架構圖") {
				t.Errorf("%s is told of %s: %v", one.person, one.number, err)
			}
		}
		// Whoever signs may be one who may not read it, either: the number was free when it was sent.
		r := o.asked("P13", o.newRequest("P13", "IS-03-106"))
		o.act("P07", r.Case, ismskit.Action{Verb: "approve"})
		file("IS-03-106", ismskit.ClassSecret, "弱點清冊")
		_, err = o.kit.Act(o.ctx, o.as("P04"), r.Case, ismskit.Action{Verb: "approve"})
		invalid, _ := errors.AsType[forms.Invalid](err)
		may, rerr := o.kit.Documents().Get(o.ctx, o.as("P04"), "IS-03-106")
		if named := strings.Contains(invalid.Error()+" "+text(invalid), "弱點清冊"); err == nil || named != (rerr == nil) {
			t.Errorf("who signs is told %v, and reads %q: %v", err, may.Number, rerr)
		}
	})
}

// Nor does it take more look-ups, which somebody might measure.
func TestB1_1ANumberThatIsHiddenIsLookedUpLikeAnyOther(t *testing.T) {
	var asked int
	o := openOffice(t, watched{memory.New(), &asked})
	for number, class := range map[string]string{"IS-03-104": ismskit.ClassSecret, "IS-03-105": ismskit.ClassInternal} {
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{
			Number: number, Level: 3, Class: class, Title: map[string]string{"zh-TW": "網路架構圖"}}})
		must(t, err)
	}
	lookups := func(number string) int {
		t.Helper()
		values := o.newRequest("P13", number)
		asked = 0
		if _, err := o.ask("P13", values); !refusedAt(err, "number") {
			t.Fatalf("%s: %v", number, err)
		}
		return asked
	}
	if hidden, shown := lookups("IS-03-104"), lookups("IS-03-105"); hidden != shown || hidden == 0 {
		t.Errorf("looked up %d times where it is hidden, %d where it is not", hidden, shown)
	}
}

func text(invalid forms.Invalid) (all string) {
	for _, f := range invalid {
		all += f.Message("zh-TW") + "\n"
	}
	return all
}

// watched counts how often documents are looked up.
type watched struct {
	ismskit.Store
	asked *int
}

type watchedTx struct {
	ismskit.Tx
	asked *int
}

type watchedDocuments struct {
	document.Store
	asked *int
}

func (w watched) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	return w.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, watchedTx{tx, w.asked}) })
}

func (w watchedTx) Documents() document.Store { return watchedDocuments{w.Tx.Documents(), w.asked} }

func (w watchedDocuments) Documents(ctx context.Context, q document.Query) ([]document.Document, error) {
	*w.asked++
	return w.Store.Documents(ctx, q)
}

func (w watchedDocuments) Document(ctx context.Context, id string) (document.Document, bool, error) {
	*w.asked++
	return w.Store.Document(ctx, id)
}

// rule enters a rule by which the house numbers its documents, as the document controller does.
func (o *office) rule(id string, values forms.Values) error {
	o.Helper()
	_, err := o.kit.Registers().Put(o.ctx, o.as("P07"), ismskit.RowChange{List: register.DocumentNumbers, ID: id, Values: values})
	return err
}

// The house says how its documents are numbered, by level, unit and year; a new one without a
// number gets the next, also of two who ask at once, and a number that is typed is held to it.
func TestB1_1DocumentsAreNumberedByTheHousesRules(t *testing.T) {
	everywhereAlways(t, func(t *testing.T, o *office) {
		must(t, o.rule("R1", forms.Values{"pattern": "IS-{level}-{n:3}"}))
		must(t, o.rule("R2", forms.Values{"pattern": "{system}-{unit}-{roc}-{n:2}", "level": "level_3", "unit": o.l.books.unit("U04"), "system": "PIMS", "typed": "fits"}))
		for pattern, field := range map[string]string{"IS-{level}": "pattern", "IS-{grade}-{n:3}": "pattern", "{system}-{n:3}": "system"} {
			if err := o.rule("R9", forms.Values{"pattern": pattern}); !refusedAt(err, field) {
				t.Errorf("%s: %v", pattern, err)
			}
		}
		next := func(level int, unit string) (numbers []string) {
			t.Helper()
			all, err := o.kit.Documents().Lists().NextNumbers(o.ctx, o.as("P13"), level, unit)
			must(t, err)
			for _, n := range all {
				numbers = append(numbers, n.Number)
			}
			return numbers
		}
		file := func(person string, doc document.Document, anyway bool) error {
			t.Helper()
			doc.Title = map[string]string{"zh-TW": "檢查作業說明書"}
			_, err := o.kit.Documents().Put(o.ctx, o.as(person), ismskit.Filing{Document: doc, NumberAnyway: anyway, ListOnly: true, Version: document.Version{
				Label: "1.0", Issued: "2026-11-23", ApprovalWay: document.ByRegister, ApprovalNo: "晴民資字第 1150011201 號", Approver: "局長", Approved: "2026-11-20"}})
			return err
		}
		must(t, file("P07", document.Document{Number: "IS-03-120", Level: 3}, false))
		// It was renumbered since: the next one is not that of a number somebody may have in his hand.
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{
			ID: o.doc("IS-03-120").ID, Number: "IS-03-099", Level: 3, Title: map[string]string{"zh-TW": "檢查作業說明書"}}})
		must(t, err)
		if got := next(3, "U04"); !slices.Equal(got, []string{"PIMS-U04-115-01", "IS-03-121"}) {
			t.Errorf("next: %q", got)
		}
		// Several ask at once, and each gets a number of his own.
		people := []string{"P13", "P14", "P06"}
		values := make([]forms.Values, len(people))
		for i, person := range people {
			values[i] = o.newRequest(person, "")
		}
		var all sync.WaitGroup
		got := make([]string, len(people))
		for i, person := range people {
			all.Go(func() {
				r, err := o.ask(person, values[i])
				if err != nil {
					t.Error(err)
					return
				}
				c, err := o.kit.Case(o.ctx, o.as(person), r.Case)
				if err != nil {
					t.Error(err)
				}
				got[i], _ = c.Fields["number"].(string)
			})
		}
		all.Wait()
		slices.Sort(got)
		if !slices.Equal(got, []string{"IS-03-121", "IS-03-122", "IS-03-123"}) {
			t.Errorf("asked at once: %q", got)
		}
		// Filed by hand meanwhile, it goes past what they ask for.
		must(t, file("P07", document.Document{Level: 3}, false))
		if o.doc("IS-03-124").Level != 3 {
			t.Error("filed without a number")
		}
		refused := func(err error, code string) {
			t.Helper()
			refusals, _ := document.AsRefusals(err)
			if len(refusals) != 1 || refusals[0].Code != code {
				t.Errorf("%v, not %s", err, code)
			}
		}
		refused(file("P07", document.Document{Number: "QP-3-7", Level: 3}, false), document.NumberTold)
		must(t, file("P07", document.Document{Number: "QP-3-7", Level: 3}, true))
		refused(file("P07", document.Document{Number: "QP-3-8", Level: 3, Unit: "U04"}, true), document.NumberMust)
		must(t, file("P07", document.Document{Level: 3, Unit: "U04"}, false))
		if got := next(3, "U04"); got[0] != "PIMS-U04-115-02" {
			t.Errorf("next: %q", got)
		}
		// A request says what is unusual about its number, to whoever signs it.
		r := o.asked("P13", o.newRequest("P13", "IS-3-500"))
		c, err := o.kit.Case(o.ctx, o.as("P13"), r.Case)
		must(t, err)
		if note, _ := c.Fields["number_note"].(string); !strings.Contains(note, "不符編號規則（IS-{level}-{n:3}）") {
			t.Errorf("the request says %q", note)
		}
		unit := o.newRequest("P13", "IS-3-501")
		unit["unit"] = o.l.books.unit("U04")
		if _, err := o.ask("P13", unit); !refusedAt(err, "number") {
			t.Errorf("a number that has to fit: %v", err)
		}
		_, err = o.kit.Registers().Put(o.ctx, o.as("P07"), ismskit.RowChange{List: register.DocumentNumbers, ID: "R1", Seen: 1, Values: forms.Values{"pattern": "IS-{level}-{n:3}", "typed": "none"}})
		must(t, err)
		refused(file("P07", document.Document{Number: "IS-03-900", Level: 3}, true), document.NumberGiven)
		// The rule that gives the number is the one that holds a typed one, whatever a more general one takes.
		_, err = o.kit.Registers().Put(o.ctx, o.as("P07"), ismskit.RowChange{List: register.DocumentNumbers, ID: "R1", Seen: 2, Values: forms.Values{"pattern": "IS-{level}-{n:3}", "typed": "told"}})
		must(t, err)
		must(t, o.rule("R9", forms.Values{"pattern": "S3-{n:3}", "level": "level_3", "typed": "none"}))
		refused(file("P07", document.Document{Number: "IS-03-900", Level: 3}, true), document.NumberGiven)
		must(t, file("P07", document.Document{Number: "S3-001", Level: 3}, false))
		must(t, file("P07", document.Document{Number: "IS-02-900", Level: 2}, false))
	})
}

// A number for which a request for a new document is on its way is given to no other document by hand: to none
// that is registered, and to none that is renumbered. The request is named to who may read it.
func TestB1_1ANumberThatIsAskedForIsGivenToNoOtherDocument(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		early := o.handIn("P07", papers(paper("IS-03-301", "更早之說明書", "1.0", "107.3.1")))
		r := o.asked("P13", o.newRequest("P13", "IS-03-301"))
		if early = o.takeIn("P07", early); early.Lines[0].State != ismskit.IntakeRefused || !strings.Contains(saidOf(early), "此編號已有制定文件之申請辦理中") {
			t.Errorf("checked before it was asked for:\n%s", saidOf(early))
		}
		o.stock("IS-03-104", ismskit.ClassInternal)
		err := o.correct("IS-03-104", func(d *document.Document) { d.Number = "is－03－301" })
		if refused, _ := document.AsRefusals(err); len(refused) != 1 || refused[0].Code != "number_asked" || !strings.Contains(refused[0].Text("zh-TW"), r.Number) {
			t.Errorf("renumbered: %v", err)
		}
		_, err = o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: document.Document{Number: "IS-03-301", Level: 3, Title: map[string]string{"zh-TW": "另一份"}}})
		if refused, _ := document.AsRefusals(err); !slices.ContainsFunc(refused, func(r *document.Refusal) bool { return r.Code == "number_asked" }) {
			t.Errorf("registered: %v", err)
		}
		in := o.handIn("P07", papers(paper("IS-03-301", "舊版說明書", "1.0", "108.3.1"), paper("IS-03-302", "另一份", "1.0", "108.3.1")))
		if says := saidOf(in); strings.Count(says, "此編號已有制定文件之申請辦理中") != 1 || in.Lines[0].State != ismskit.IntakeWrong {
			t.Errorf("taken in:\n%s", says)
		}
		o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不辦"})
		must(t, o.correct("IS-03-104", func(d *document.Document) { d.Number = "IS-03-301" }))
	})
}
