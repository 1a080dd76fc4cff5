package catalog

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// class adds a class to the house's scale, or changes one.
func (o *office) class(id, name string, place int64, retired bool) {
	o.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, o.as("P07"), register.Classes, id)
	if !errors.Is(err, ismskit.ErrNotFound) {
		must(o, err)
	}
	_, err = o.kit.Registers().Put(o.ctx, o.as("P07"), ismskit.RowChange{List: register.Classes, ID: id, Seen: row.Revision,
		Values: forms.Values{"name": name, "name_en": name + " (en)", "place": place, "readers": "named", "retired": retired}})
	must(o, err)
}

// fresh is a request for a new document of a class.
func (o *office) fresh(number, class string) forms.Values {
	o.Helper()
	return forms.Values{
		"op": "new", "number": number, "title": "檢查作業說明書", "level": "level_3", "class": class, "unit": o.l.books.unit("U03"),
		"note": "新訂", "file": o.newText("P13"), "issue_on": date(11, 23),
	}
}

// B1.1: a class that the document controller adds is chosen in a request for a new document at once,
// and the document it becomes is read as the class says. A retired one is chosen no more, and the
// documents that carry it are revised all the same.
func TestB1_1ARequestNamesAClassOfTheHousesOwn(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		if _, err := o.ask("P13", o.fresh("IS-03-077", "limited")); !refusedAt(err, "class") {
			t.Errorf("before it is on the list: %v", err)
		}
		o.class("limited", "限閱", 25, false)
		r := o.asked("P13", o.fresh("IS-03-077", "limited"))
		for _, signer := range []string{"P07", "P04"} {
			o.act(signer, r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		doc := o.doc("IS-03-077")
		if doc.Class != "limited" {
			t.Errorf("the document is %q", doc.Class)
		}
		if _, err := o.kit.Documents().Get(o.ctx, o.as("P13"), doc.ID); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("a clerk opens it: %v", err)
		}
		if docs, err := o.kit.Documents().List(o.ctx, o.as("P13"), document.Query{}); err != nil || slices.ContainsFunc(docs, func(d document.Document) bool { return d.Class == "limited" }) {
			t.Errorf("a clerk has it on his list: %v", err)
		}
		o.class("limited", "限閱", 25, true)
		if _, err := o.ask("P13", o.fresh("IS-03-078", "limited")); !refusedAt(err, "class") {
			t.Errorf("a retired class is chosen: %v", err)
		}
		revision := o.revision("P07", date(11, 23))
		revision["document"] = forms.Ref{List: "document", ID: doc.ID}
		revised := o.asked("P07", revision)
		if c, err := o.kit.Case(o.ctx, o.as("P07"), revised.Case); err != nil || c.Class != "limited" || c.Fields["doc_class"] != "limited" {
			t.Errorf("a revision is %q, of a document that is %v", c.Class, c.Fields["doc_class"])
		}
		o.l.everyChainHolds(t)
	})
}

// An index may name a class of the house's own by its name, also 極機密, which else stays off the
// system; a retired one is refused, and a line that names none gets the usual one.
func TestB1_1AnIndexNamesAClassOfTheHousesOwn(t *testing.T) {
	o := openOffice(t, inMemory(t))
	lines := papers(paper("IS-03-060", "弱點說明書", "1.0", "108.3.1", "class", "極機密"), paper("IS-03-061", "備份說明書", "1.0", "108.3.1", "class", "限閱"), paper("IS-03-062", "復原說明書", "1.0", "108.3.1"))
	if r := o.handIn("P07", lines); r.Counts[ismskit.IntakeWrong] != 2 || !strings.Contains(saidOf(r), "國家機密") {
		t.Errorf("before they are on the list:\n%s", saidOf(r))
	}
	o.class("top", "極機密", 50, false)
	o.class("limited", "限閱", 25, false)
	o.takeIn("P07", o.handIn("P07", lines))
	for number, class := range map[string]string{"IS-03-060": "top", "IS-03-061": "limited", "IS-03-062": ismskit.ClassInternal} {
		if got := o.doc(number).Class; got != class {
			t.Errorf("%s is %q, want %q", number, got, class)
		}
	}
	o.class("limited", "限閱", 25, true)
	if r := o.handIn("P07", papers(paper("IS-03-063", "演練說明書", "1.0", "108.3.1", "class", "限閱"))); r.Counts[ismskit.IntakeWrong] != 1 {
		t.Errorf("a retired one:\n%s", saidOf(r))
	}
}

// The print of a request, and of the list of documents, stamps a class with its name of now, in the
// language of the print.
func TestB1_1APrintStampsTheNameOfTheClass(t *testing.T) {
	store := inMemory(t)
	o := openOffice(t, store)
	o.prints(t, store)
	o.class("limited", "限閱", 25, false)
	o.stock("IS-03-077", "limited")
	r := o.asked("P13", o.fresh("IS-03-078", "limited"))
	for lang, want := range map[string]string{"zh-TW": "限閱", "en": "限閱 (en)"} {
		sheet, err := o.kit.Records().Print(o.ctx, o.as("P07"), r.Case, ismskit.Imprint{Lang: lang})
		must(t, err)
		list, err := o.kit.Documents().Lists().Print(o.ctx, o.as("P07"), document.Query{}, "", "", ismskit.Imprint{Lang: lang})
		must(t, err)
		for what, out := range map[string]struct {
			body []byte
			n    int
		}{"request": {sheet.Body, 2}, "list": {list.Body, 1}} { // of the request its stamp, and what was asked for
			if n := strings.Count(string(out.body), want); n < out.n || lang == "zh-TW" && strings.Contains(string(out.body), "(en)") {
				t.Errorf("the %s says %s %d times", what, want, n)
			}
		}
	}
}

// A document that was filed under a class's first name, or under one that the scale does not know any
// more, is no less confidential for it: a request about it, and the sheet on which it is read, are of
// its class, no message names it, and a draft is so before it is sent.
func TestWhatIsAboutADocumentOfAClassThatNobodyKnowsIsOfThatClass(t *testing.T) {
	for class, test := range map[string]struct {
		class string
		says  any
	}{"密": {ismskit.ClassConfidential, ismskit.ClassConfidential}, "nobody-knows": {"nobody-knows", nil}} {
		t.Run(class, func(t *testing.T) {
			o := openOffice(t, inMemoryTwice(t))
			doc := o.doc(procedure)
			o.store(func(ctx context.Context, tx ismskit.Tx) error {
				d, _, err := tx.Documents().Document(ctx, doc.ID)
				d.Class, d.Revision = class, d.Revision+1
				return errors.Join(err, tx.Documents().PutDocument(ctx, d))
			})
			draft, err := o.kit.Open(o.ctx, o.as("P07"), ismskit.Opening{Type: TypeDocumentChange, Values: o.revision("P07", date(11, 23))})
			must(t, err)
			if c, err := o.kit.Case(o.ctx, o.as("P07"), draft.Case); err != nil || c.Class != test.class {
				t.Errorf("a draft is %q, %v", c.Class, err)
			}
			r := o.asked("P07", o.revision("P07", date(11, 23)))
			if c, err := o.kit.Case(o.ctx, o.as("P07"), r.Case); err != nil || c.Class != test.class || c.Fields["doc_class"] != test.says {
				t.Errorf("the request is %q, of a document that is %v, %v", c.Class, c.Fields["doc_class"], err)
			}
			o.distribute(forms.Values{"people": rowsOf("people", "P07")})
			sheets, err := o.kit.Records().Find(o.ctx, ismskit.System("test"), record.Query{Types: []string{"document_reading"}, Limit: 20})
			must(t, err)
			if len(sheets.Records) == 0 {
				t.Error("nobody is asked to read it")
			}
			for _, s := range sheets.Records {
				if s.Class != test.class {
					t.Errorf("the sheet is %q", s.Class)
				}
			}
			told := 0
			for _, person := range []string{"P03", "P04", "P07"} {
				for _, m := range o.messages(person) {
					if said := m.Subject + m.Body; m.Case == r.Case || slices.ContainsFunc(sheets.Records, func(s record.Record) bool { return s.Case == m.Case }) {
						if told++; strings.Contains(said, procedure) || strings.Contains(said, doc.Title["zh-TW"]) {
							t.Errorf("a message names it: %+v", m)
						}
					}
				}
			}
			if told == 0 {
				t.Error("nobody is told that something waits")
			}
			o.l.everyChainHolds(t)
		})
	}
}

// Who lends a document sees its class by its name, also where it stands there by the first one.
func TestALoanSaysTheClassThatStandsThereByItsFirstName(t *testing.T) {
	o := openOffice(t, inMemory(t))
	id := o.doc(procedure).ID
	o.store(func(ctx context.Context, tx ismskit.Tx) error {
		d, _, err := tx.Documents().Document(ctx, id)
		d.Class, d.Revision = "密", d.Revision+1
		return errors.Join(err, tx.Documents().PutDocument(ctx, d))
	})
	r := o.lendable("資通安全事件程序書", 23, 30)
	o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"document": forms.Ref{List: "document", ID: id}}})
	if c, err := o.kit.Case(o.ctx, o.as("P07"), r.Case); err != nil || c.Fields["doc_class"] != ismskit.ClassConfidential {
		t.Errorf("%v, %v", c.Fields["doc_class"], err)
	}
}
