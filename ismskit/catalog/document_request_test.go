package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// relates is a row of a request that names another document.
func relates(id, kind, to string) forms.Row {
	return forms.Row{forms.RowID: id, "kind": kind, "document": forms.Ref{List: "document", ID: to}}
}

// relatedTo are the numbers that a document is related to, as it is stored.
func (o *office) relatedTo(number string) (numbers []string) {
	o.Helper()
	for _, r := range o.doc(number).Relations {
		numbers = append(numbers, r.Number)
	}
	slices.Sort(numbers)
	return numbers
}

// What a document has to do with another that the applicant may not read stays as it was: his
// request stands for the relations that he saw. Who sees it takes it away.
func TestB1_3ARevisionKeepsTheRelationsItsApplicantDoesNotSee(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.stock("IS-03-202", ismskit.ClassInternal)
		o.stock("IS-03-203", ismskit.ClassSecret)
		other := o.stock("IS-03-204", ismskit.ClassInternal)
		id := o.stock("IS-03-201", ismskit.ClassInternal, document.Relation{Kind: document.References, Number: "IS-03-202"}, document.Relation{Kind: document.References, Number: "IS-03-203"})
		revised := func(person, to string) {
			t.Helper()
			values := o.revision(person, date(11, 23))
			values["document"], values["relations"] = forms.Ref{List: "document", ID: id}, []forms.Row{relates("r1", "references", to)}
			r := o.asked(person, values)
			for _, signer := range []string{"P07", "P04"} {
				o.act(signer, r.Case, ismskit.Action{Verb: workflow.VerbApprove})
			}
		}
		revised("P13", other)
		if got := o.relatedTo("IS-03-201"); !slices.Equal(got, []string{"IS-03-203", "IS-03-204"}) {
			t.Errorf("after a clerk's revision: %q", got)
		}
		// What came meanwhile he has not seen either.
		values := o.revision("P13", date(11, 23))
		values["document"], values["relations"] = forms.Ref{List: "document", ID: id}, []forms.Row{relates("r1", "references", other)}
		r := o.asked("P13", values)
		must(t, o.correct("IS-03-201", func(d *document.Document) {
			d.Relations = append(d.Relations, document.Relation{Kind: document.DerivedFrom, Number: "IS-03-202"})
		}))
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P04", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if got := o.relatedTo("IS-03-201"); !slices.Equal(got, []string{"IS-03-202", "IS-03-203", "IS-03-204"}) {
			t.Errorf("with what came meanwhile: %q", got)
		}
		revised("P07", other)
		if got := o.relatedTo("IS-03-201"); !slices.Equal(got, []string{"IS-03-204"}) {
			t.Errorf("after the controller's revision: %q", got)
		}
		o.l.everyChainHolds(t)
	})
}

// straightBack is the house in which a request that its approver sent back comes straight back to
// him: what was signed before stays, unless what it rests on has changed.
func (o *office) straightBack(store ismskit.Store) {
	o.Helper()
	cfg := demoConfig(o, store)
	at := slices.IndexFunc(cfg.Types, func(t ismskit.Type) bool { return t.Key == TypeDocumentChange })
	b, err := json.Marshal(cfg.Types[at])
	must(o, err)
	cfg.Types[at], err = ismskit.ParseType([]byte(strings.ReplaceAll(strings.ReplaceAll(string(b), `"version":"6"`, `"version":"7"`), `"id":"approve_3",`, `"id":"approve_3","resubmit":"back",`)))
	must(o, err)
	cfg.Rights.ManageDocs = []string{"documents/document_controller"}
	cfg.Blobs, cfg.Now, cfg.Notifier = o.l.blobs, o.clock.Now, o.mails
	o.kit, err = ismskit.New(cfg)
	must(o, err)
	must(o, o.kit.Start(o.ctx))
}

// Whoever has reviewed a request has signed its relations, the group that will own the document and
// when it is looked at again: any other of those he is asked about anew.
func TestB1_3OtherRelationsOrReviewsAreSignedAnew(t *testing.T) {
	store := memory.New()
	o := openOffice(t, store)
	o.straightBack(store)
	groups, err := o.kit.Registers().Rows(o.ctx, o.as("P07"), register.Query{List: register.Groups})
	must(t, err)
	first, second := o.stock("IS-03-201", ismskit.ClassInternal), o.stock("IS-03-202", ismskit.ClassInternal)
	for i, one := range []struct {
		change forms.Values
		asked  bool
	}{
		{forms.Values{"training": true}, false},
		{forms.Values{"relations": []forms.Row{relates("r1", "references", second)}}, true},
		{forms.Values{"relations": []forms.Row{relates("r1", "supersedes", first)}}, true},
		{forms.Values{"relations": []forms.Row{relates("r1", "references", first), relates("r2", "references", second)}}, true},
		{forms.Values{"review_on": date(12, 1)}, true},
		{forms.Values{"review_months": "months_24"}, true},
		{forms.Values{"group": forms.Ref{List: "register/groups", ID: groups[0].ID}}, true},
	} {
		values := o.newRequest("P13", fmt.Sprintf("IS-03-21%d", i))
		values["relations"], values["review_on"] = []forms.Row{relates("r1", "references", first)}, date(12, 15)
		r := o.asked("P13", values)
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P04", r.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補正"})
		o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: one.change})
		work, err := o.kit.Tasks(o.ctx, o.as("P07"), ismskit.TodoFilter{})
		must(t, err)
		asked := slices.ContainsFunc(work, func(w ismskit.Todo) bool { return w.Case == r.Case })
		if asked != one.asked {
			t.Errorf("%v: its reviewer is asked again: %v", one.change, asked)
		}
	}
}

// A request that came back has its number: that others have got later ones since, and that nobody
// types one in this house, is no reason to refuse it.
func TestB1_1AReturnedRequestKeepsItsNumber(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		must(t, o.rule("R1", forms.Values{"pattern": "IS-{level}-{n:3}", "typed": "none"}))
		r := o.asked("P13", o.newRequest("P13", ""))
		numberOf := func(id string) string {
			t.Helper()
			c, err := o.kit.Case(o.ctx, o.as("P07"), id)
			must(t, err)
			number, _ := c.Fields["number"].(string)
			if note, _ := c.Fields["number_note"].(string); note != "" {
				t.Errorf("of its number it says %q", note)
			}
			return number
		}
		its := numberOf(r.Case)
		o.asked("P14", o.newRequest("P14", ""))
		again := func(values forms.Values) {
			t.Helper()
			o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補正"})
			o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: values})
			if got := numberOf(r.Case); got != its {
				t.Errorf("sent as %s, and again as %s", its, got)
			}
		}
		again(forms.Values{"note": "新訂，補充說明"})
		again(forms.Values{"note": "新訂", "number": its})
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補正"})
		if _, err := o.kit.Act(o.ctx, o.as("P13"), r.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"number": "IS-03-900"}}); !refusedAt(err, "number") {
			t.Errorf("with a number of his own: %v", err)
		}
	})
}

// A number that is taken is passed by, however the house writes its numbers.
func TestB1_1ANumberThatIsTakenIsPassedBy(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		must(t, o.rule("R1", forms.Values{"pattern": "資（{level}）字第{n:3}號"}))
		file := func(number string) string {
			t.Helper()
			id, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{Number: number, Level: 3, Title: map[string]string{"zh-TW": "說明書"}}})
			must(t, err)
			return o.doc(id).Number
		}
		if first, second := file(""), file(""); first != "資(03)字第001號" || second != "資(03)字第002號" {
			t.Errorf("numbered %s and %s", first, second)
		}
		// The largest counter that is read: the next one is, and the one after it.
		file("資（03）字第999999999999999號")
		if first, second := file(""), file(""); first == second {
			t.Errorf("numbered %s twice", first)
		}
	})
}

// Everything about a document is found by its number in one search: requests that change it or asked
// for it, records filed under it, and itself.
func TestB1_3AllRequestsAndRecordsOfADocumentAreFoundByItsNumber(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		asked := o.asked("P13", o.revision("P13", date(11, 25)))
		other := o.asked("P14", o.newRequest("P14", "IS-03-203"))
		about := func(number string, q record.Query) (found []string) {
			t.Helper()
			q.Forms = []string{number}
			all, err := o.kit.Records().Query(o.ctx, o.as("P07"), q)
			must(t, err)
			for _, r := range all {
				found = append(found, r.Number)
			}
			return found
		}
		if got := about(procedure, record.Query{}); !slices.Contains(got, asked.Number) || !slices.Contains(got, procedure) || slices.Contains(got, other.Number) {
			t.Errorf("of the procedure: %q", got)
		}
		if got := about(procedure, record.Query{Types: []string{TypeDocumentChange}}); !slices.Equal(got, []string{asked.Number}) {
			t.Errorf("its changes: %q", got)
		}
		if got := about("IS-03-203", record.Query{}); !slices.Equal(got, []string{other.Number}) {
			t.Errorf("of one that is not there yet: %q", got)
		}
		o.act("P07", other.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P04", other.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if got := about("IS-03-203", record.Query{}); !slices.Contains(got, other.Number) {
			t.Errorf("of one that was asked for: %q", got)
		}
	})
}
