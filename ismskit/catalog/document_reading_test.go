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
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// distribute says whom the procedure is distributed to, and lets them be asked.
func (o *office) distribute(to forms.Values) {
	o.Helper()
	rows, err := o.kit.Registers().Rows(o.ctx, o.as("P07"), register.Query{List: register.Distributions})
	must(o, err)
	change := ismskit.RowChange{List: register.Distributions, ID: "D1", Values: to.Clone()}
	if len(rows) > 0 {
		change.Seen, change.Reason = rows[0].Revision, "調整分送對象"
	}
	change.Values["document"] = forms.Ref{List: "document", ID: o.doc(procedure).ID}
	_, err = o.kit.Registers().Put(o.ctx, o.as("P07"), change)
	must(o, err)
	must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
}

func rowsOf(list string, ids ...string) (refs []forms.Ref) {
	for _, id := range ids {
		refs = append(refs, forms.Ref{List: "register/" + list, ID: id})
	}
	return refs
}

// readers are who is to read a version of the procedure: those who have, and those who have not.
func (o *office) readers(person, label string) (read, not string) {
	o.Helper()
	r, err := o.kit.Documents().Readers(o.ctx, o.as(person), ismskit.ReadersQuery{Document: procedure, Label: label})
	must(o, err)
	var have, wait []string
	for _, one := range r.Readers {
		switch {
		case !one.Read.IsZero():
			have = append(have, one.Person)
		case !one.Due.IsZero():
			wait = append(wait, one.Person)
		}
	}
	slices.Sort(have)
	slices.Sort(wait)
	return strings.Join(have, " "), strings.Join(wait, " ")
}

// hasRead lets somebody say that he has read what waits for him.
func (o *office) hasRead(people ...string) {
	o.Helper()
	for _, p := range people {
		todo, err := o.kit.Tasks(o.ctx, o.as(p), ismskit.TodoFilter{Types: []string{TypeDocumentReading}})
		must(o, err)
		if len(todo) != 1 || len(todo[0].Holders) != 1 {
			o.Fatalf("%s has %d documents to read", p, len(todo))
		}
		o.act(p, todo[0].Case, ismskit.Action{Verb: workflow.VerbApprove})
	}
}

// messages are all that were sent to somebody.
func (o *office) messages(person string) (out []ismskit.Message) {
	o.Helper()
	o.store(func(ctx context.Context, tx ismskit.Tx) error {
		found, err := tx.Queue().Messages(ctx, ismskit.MessageQuery{Person: person, Limit: 500})
		out = found
		return err
	})
	return out
}

// B1, distribution: units, roles and people are asked to read the version in force, each by
// himself; who has read what is known; the next version is read anew, and nobody is asked any
// longer to read the one before.
func TestB1WhoADocumentIsDistributedToReadsEachVersion(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.distribute(forms.Values{"units": rowsOf("units", "U03"), "people": rowsOf("people", "P13")})
		if read, not := o.readers("P07", ""); read != "" || not != "P04 P05 P06 P07 P13" {
			t.Fatalf("read %q, not %q", read, not)
		}
		o.hasRead("P13", "P05")
		if read, not := o.readers("P07", "1.3"); read != "P05 P13" || not != "P04 P06 P07" {
			t.Errorf("read %q, not %q", read, not)
		}
		// Somebody else is told of nobody but himself.
		if read, not := o.readers("P13", ""); read != "P13" || not != "" {
			t.Errorf("P13 is told of %q and %q", read, not)
		}
		if read, not := o.readers("P10", ""); read+not != "" {
			t.Errorf("P10 is told of %q and %q", read, not)
		}
		// Who joins is asked, and nobody twice.
		o.distribute(forms.Values{"units": rowsOf("units", "U03"), "people": rowsOf("people", "P13", "P14")})
		if read, not := o.readers("P07", ""); read != "P05 P13" || not != "P04 P06 P07 P14" {
			t.Errorf("read %q, not %q", read, not)
		}
		o.hasRead("P14")

		r := o.asked("P13", o.revision("P13", date(11, 23)))
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if read, not := o.readers("P07", "1.3"); read != "P05 P13 P14" || not != "" {
			t.Errorf("of 1.3: read %q, not %q", read, not)
		}
		if read, not := o.readers("P07", ""); read != "" || not != "P04 P05 P06 P07 P13 P14" {
			t.Errorf("of 1.4: read %q, not %q", read, not)
		}
		o.hasRead("P13")
		o.l.everyChainHolds(t)
	})
}

// A version that waits for its day is read from that day on; one that is stopped leaves the
// version before it in force, which those read who had not.
func TestDistributionFollowsTheVersionInForce(t *testing.T) {
	o := openOffice(t, inSQLite(t))
	o.distribute(forms.Values{"people": rowsOf("people", "P13", "P14")})
	o.hasRead("P13")
	r := o.asked("P13", o.revision("P13", date(12, 1)))
	o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	if read, not := o.readers("P07", ""); read != "P13" || not != "P14" {
		t.Errorf("before its day: read %q, not %q", read, not)
	}
	o.runTo(at(12, 1, 9, 0))
	if read, not := o.readers("P07", ""); read != "" || not != "P13 P14" {
		t.Errorf("on its day: read %q, not %q", read, not)
	}
	o.hasRead("P13")
	stop := o.asked("P01", forms.Values{"op": "stop", "document": forms.Ref{List: "document", ID: o.doc(procedure).ID}, "note": "附則誤植"})
	o.act("P01", stop.Case, ismskit.Action{Verb: workflow.VerbApprove})
	if doc := o.doc(procedure); doc.Current != "1.3" {
		t.Fatalf("%s is in force", doc.Current)
	}
	if read, not := o.readers("P07", ""); read != "P13" || not != "P14" {
		t.Errorf("after the stop: read %q, not %q", read, not)
	}
	if told := o.messages("P14"); !slices.ContainsFunc(told, func(m ismskit.Message) bool {
		return strings.Contains(m.Body, "1.4 版已停止適用，恢復適用 1.3 版，不必再閱讀")
	}) {
		t.Errorf("who had not read it is told %+v", told)
	}
}

// Who reads late is reminded, and his superior told; nobody reads for another; who came to the
// house is asked the night after.
func TestReadingIsChasedAndNobodyReadsForAnother(t *testing.T) {
	o := openOffice(t, inSQLite(t))
	o.distribute(forms.Values{"units": rowsOf("units", "U06")})
	_, not := o.readers("P07", "")
	if not != "P11 P12 P13" {
		t.Fatalf("asked: %q", not)
	}
	todo, err := o.kit.Tasks(o.ctx, o.as("P13"), ismskit.TodoFilter{Types: []string{TypeDocumentReading}})
	must(t, err)
	sheet := todo[0].Case
	if _, err := o.kit.Act(o.ctx, o.as("P10"), sheet, ismskit.Action{Verb: workflow.VerbApprove}); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("P10 reads for another: %v", err)
	}
	o.move("P14", "U06")
	o.runTo(at(11, 24, 9, 0))
	if _, not := o.readers("P07", ""); not != "P11 P12 P13 P14" {
		t.Errorf("the morning after P14 came: %q", not)
	}
	o.runTo(at(12, 18, 9, 0))
	late := 0
	for _, m := range o.messages("P13") {
		if m.Case == sheet && strings.Contains(m.Rule, "overdue") {
			late++
		}
	}
	if late == 0 {
		t.Error("P13 was not reminded")
	}
	o.distribute(forms.Values{"everybody": true})
	if _, not := o.readers("P07", ""); !strings.Contains(not, "P01") || !strings.Contains(not, "P18") {
		t.Errorf("everybody: %q", not)
	}
	_, err = o.kit.Documents().Readers(o.ctx, o.as("P13"), ismskit.ReadersQuery{Document: procedure, Label: "9.9"})
	if !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("a version that is not there: %v", err)
	}
}

// What not everybody may read is read by those who may.
func TestADocumentOfAHigherClassGoesToWhoMayReadIt(t *testing.T) {
	o := openOffice(t, inSQLite(t))
	doc := o.doc(procedure)
	doc.Class = ismskit.ClassConfidential
	_, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: doc.Document, Seen: doc.Revision, Reason: "調整機密等級"})
	must(t, err)
	o.distribute(forms.Values{"people": rowsOf("people", "P04", "P13")})
	r, err := o.kit.Documents().Readers(o.ctx, o.as("P07"), ismskit.ReadersQuery{Document: procedure, Audience: true})
	must(t, err)
	if len(r.Readers) != 1 || r.Readers[0].Person != "P04" || len(r.Barred) != 1 || r.Barred[0].Person != "P13" || len(r.Missing) != 0 {
		t.Errorf("asked %+v, barred %+v, missing %+v", r.Readers, r.Barred, r.Missing)
	}
	c, err := o.kit.Case(o.ctx, o.as("P04"), r.Readers[0].Case)
	must(t, err)
	if c.Class != ismskit.ClassConfidential {
		t.Errorf("the sheet is %q", c.Class)
	}
	for _, m := range o.messages("P04") {
		if m.Case == c.ID && strings.Contains(m.Subject+m.Body, "通訊") {
			t.Errorf("a message names it: %q %q", m.Subject, m.Body)
		}
	}
}

// A document gets a higher class while it is read: who may not read it any more is not asked any longer, and
// cannot say that he has; who may again, once it is lowered, is asked anew.
func TestWhoMayNotReadItAnyMoreIsNotAskedTo(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.distribute(forms.Values{"people": rowsOf("people", "P04", "P13")})
		todo, err := o.kit.Tasks(o.ctx, o.as("P13"), ismskit.TodoFilter{Types: []string{TypeDocumentReading}})
		must(t, err)
		classed := func(class string) {
			t.Helper()
			doc := o.doc(procedure)
			doc.Class = class
			_, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: doc.Document, Seen: doc.Revision, Reason: "調整機密等級"})
			must(t, err)
		}
		classed(ismskit.ClassConfidential)
		_, err = o.kit.Act(o.ctx, o.as("P13"), todo[0].Case, ismskit.Action{Verb: workflow.VerbApprove, Task: todo[0].Task, Revision: todo[0].Revision, Key: "too late"})
		if !refusedAt(err, ismskit.FieldComment) {
			t.Errorf("he says that he has read it: %v", err)
		}
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		if read, not := o.readers("P07", ""); read != "" || not != "P04" {
			t.Errorf("read by %q, asked of %q", read, not)
		}
		classed(ismskit.ClassInternal)
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		if read, not := o.readers("P07", ""); read != "" || not != "P04 P13" {
			t.Errorf("lowered again: read by %q, asked of %q", read, not)
		}
		o.hasRead("P13")
	})
}

// A register of documents also names what lies in a cupboard: nobody is asked to say that he has
// read it, until its text or file is here.
func TestNobodyReadsWhatIsNotThere(t *testing.T) {
	o := openOffice(t, inSQLite(t))
	const paper = "IS-02-902"
	_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{
		Document:    document.Document{ID: paper, Number: paper, Title: map[string]string{"zh-TW": "機房鑰匙管理要點"}, Level: 2, Class: ismskit.ClassInternal},
		WithVersion: true, Version: document.Version{Label: "1.0", Issued: "2026-11-02", Description: "訂定"},
	})
	must(t, err)
	_, err = o.kit.Registers().Put(o.ctx, o.as("P07"), ismskit.RowChange{List: register.Distributions, ID: "D2", Values: forms.Values{
		"document": forms.Ref{List: "document", ID: paper}, "people": rowsOf("people", "P13"),
	}})
	must(t, err)
	o.runTo(at(11, 25, 9, 0))
	r, err := o.kit.Documents().Readers(o.ctx, o.as("P07"), ismskit.ReadersQuery{Document: paper, Audience: true})
	must(t, err)
	if !r.Empty || len(r.Readers)+len(r.Missing) > 0 {
		t.Errorf("of what is not there: %+v", r)
	}
}
