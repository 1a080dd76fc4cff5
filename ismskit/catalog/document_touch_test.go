package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// touched are the rows that somebody sees of what a request touches, in a line each.
func touched(values forms.Values) string {
	rows, _ := values[ismskit.ChangeTouches].([]forms.Row)
	var out []string
	for _, row := range rows {
		name, _ := row["name"].(string)
		number, _, _ := strings.Cut(name, " ")
		how, _ := row["how"].(string)
		stays, _ := row["stays"].(string)
		out = append(out, strings.TrimSpace(row["kind"].(string)+" "+number+" "+how+stays))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// B1.4: whoever approves that a form is abolished is told by which procedure it is prescribed: that one goes on
// naming it.
func TestB1_4ARequestToRetireAFormNamesItsProcedure(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		form := o.doc("IS-04-012")
		r := o.asked("P13", forms.Values{"op": "retire", "document": forms.Ref{List: "document", ID: form.ID}, "note": "改用他表"})
		c, err := o.kit.Case(o.ctx, o.as("P07"), r.Case)
		must(t, err)
		if got := touched(c.Fields); form.Parent == "" || !strings.Contains(got, "document "+form.Parent+" over") {
			t.Errorf("it touches %s, not %s", got, form.Parent)
		}
	})
}

// B1.3, B1.4: before a request to change a document is sent, and to everybody who signs it, it lists the
// forms, documents, lists and cases on their way that it touches, each as far as he may see that anyway; it is
// part of what is signed, and stands afterwards at the version.
func TestB1_4ARequestListsWhatTheChangeTouches(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		const access = "IS-02-006"
		until := forms.Period{From: date(11, 24), To: date(12, 31)}
		asked, _ := o.request("P13", "P12", "add", o.asks("m1", "S01", permissionOf(t, o.kit, "S01"), o.l.books.person("P13"), until))
		running := o.numbered(asked)
		o.stock("IS-03-210", ismskit.ClassInternal, document.Relation{Kind: document.References, Number: access})
		o.stock("IS-03-211", ismskit.ClassSecret, document.Relation{Kind: document.References, Number: access})
		file := o.upload("P13", "新版.md", "## 壹、目的\n一、管制存取。\n")
		values := forms.Values{"op": "revise", "document": forms.Ref{List: "document", ID: o.doc(access).ID}, "bump": "minor", "note": "增訂", "file": file, "issue_on": date(11, 23)}
		ahead, err := o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Type: TypeDocumentChange, Values: values})
		must(t, err)
		named := func(all []ismskit.Touch) string {
			var names []string
			for _, one := range all {
				names = append(names, one.Kind+" "+one.Name)
			}
			return strings.Join(names, "\n")
		}
		for _, want := range []string{"form IS-04-012 ", "document IS-03-210 ", "case " + running} {
			if !strings.Contains(named(ahead.Touches), want) {
				t.Errorf("before it is sent %q is not listed:\n%s", want, named(ahead.Touches))
			}
		}
		if strings.Contains(named(ahead.Touches), "IS-03-211") {
			t.Error("the applicant is told of a document that he may not read")
		}
		r := o.asked("P13", values)
		seen := func(person string) string {
			t.Helper()
			c, err := o.kit.Case(o.ctx, o.as(person), r.Case)
			must(t, err)
			return touched(c.Fields)
		}
		for person, secret := range map[string]bool{"P13": false, "P07": true} {
			got := seen(person)
			if !strings.Contains(got, "form IS-04-012 online") || !strings.Contains(got, "document IS-03-210 references") || strings.Contains(got, "IS-03-211") != secret {
				t.Errorf("%s sees %s", person, got)
			}
		}
		if got := seen("P13"); !strings.Contains(got, "case "+running+" 1.4") {
			t.Errorf("the case on its way does not say that it stays with 1.4: %s", got)
		}
		trail, err := o.kit.Evidence().Trail(o.ctx, o.as("P13"), r.Case)
		must(t, err)
		for _, e := range trail {
			for _, v := range e.Values {
				if s, _ := v.Value.(string); strings.Contains(s, "IS-03-211") || v.Name == "field/touches" {
					t.Errorf("the trail tells the applicant %s: %v", v.Name, v.Value)
				}
			}
		}
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		// Another document comes to refer to it: what was signed is no more what would be touched.
		o.stock("IS-03-212", ismskit.ClassInternal, document.Relation{Kind: document.References, Number: access})
		c, err := o.kit.Case(o.ctx, o.as("P01"), r.Case)
		must(t, err)
		_, err = o.kit.Act(o.ctx, o.as("P01"), r.Case, ismskit.Action{Verb: workflow.VerbApprove, Task: c.Mine[0].ID, Revision: c.Revision})
		var wrong forms.Invalid
		if !errors.As(err, &wrong) || wrong[0].Code != "change.touches_moved" {
			t.Fatalf("signed for what it no longer touches: %v", err)
		}
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請重新送出"})
		o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: values})
		if got := seen("P01"); !strings.Contains(got, "document IS-03-212 references") {
			t.Errorf("sent again it lists %s", got)
		}
		for _, person := range []string{"P07", "P01"} {
			o.act(person, r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		for person, secret := range map[string]bool{"P13": false, "P16": false, "P07": true} {
			all, err := o.kit.Documents().Lists().Touched(o.ctx, o.as(person), access, "1.5")
			must(t, err)
			got := named(all)
			if !strings.Contains(got, "IS-03-212") || strings.Contains(got, "IS-03-211") != secret || strings.Contains(got, running) != (person == "P13") {
				t.Errorf("at the version %s is told\n%s", person, got)
			}
		}
		read, err := o.kit.Documents().Read(o.ctx, o.as("P13"), access, "")
		must(t, err)
		if !strings.Contains(named(read.Touched), running) {
			t.Errorf("the version's page says %s", named(read.Touched))
		}
	})
}
