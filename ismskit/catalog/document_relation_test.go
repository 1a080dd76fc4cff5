package catalog

import (
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

// stock files a document of level 3 in force, as the host's own jobs do.
func (o *office) stock(number, class string, relations ...document.Relation) string {
	o.Helper()
	id, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{
		Document: document.Document{Number: number, Level: 3, Class: class, Unit: "U03", Relations: relations, Title: map[string]string{"zh-TW": "說明書 " + number}},
		Version:  document.Version{Label: "1.0", Issued: "2026-11-02"},
	})
	must(o, err)
	return id
}

// correct says something else of a document, as the document controller does.
func (o *office) correct(number string, change func(d *document.Document)) error {
	o.Helper()
	doc := o.doc(number).Document
	change(&doc)
	_, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: doc, Seen: doc.Revision, Reason: "補登"})
	return err
}

func refusedFor(err error, code string) bool {
	refusals, _ := document.AsRefusals(err)
	return len(refusals) == 1 && refusals[0].Code == code
}

// What documents have to do with one another is said at both, as far as who reads may know of the
// other, and never goes round in a ring.
func TestB1_1RelationsAreShownBothWaysAndMakeNoRing(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.stock("IS-03-201", ismskit.ClassInternal)
		o.stock("IS-03-202", ismskit.ClassInternal, document.Relation{Kind: document.References, Number: "is-03-201"}, document.Relation{Kind: document.DerivedFrom, Number: "IS-03-201"})
		o.stock("IS-03-203", ismskit.ClassSecret, document.Relation{Kind: document.References, Number: "IS-03-201"})
		said := func(person, number string) (out []string) {
			t.Helper()
			view, err := o.kit.Documents().Get(o.ctx, o.as(person), number)
			must(t, err)
			for _, r := range view.Related {
				way := " → "
				if r.Back {
					way = " ← "
				}
				out = append(out, r.Kind+way+r.Document.Number)
			}
			return out
		}
		if got := said("P13", "IS-03-202"); !slices.Equal(got, []string{"references → IS-03-201", "derived_from → IS-03-201"}) {
			t.Errorf("of itself: %q", got)
		}
		if got := said("P13", "IS-03-201"); !slices.Equal(got, []string{"references ← IS-03-202", "derived_from ← IS-03-202"}) {
			t.Errorf("the other way: %q", got)
		}
		if got := said("P07", "IS-03-201"); !slices.Contains(got, "references ← IS-03-203") {
			t.Errorf("to who may read it: %q", got)
		}
		must(t, o.correct("IS-03-201", func(d *document.Document) {
			d.Relations = []document.Relation{{Kind: document.References, Number: "IS-03-203"}}
		}))
		view, err := o.kit.Documents().Get(o.ctx, o.as("P13"), "IS-03-201")
		if must(t, err); len(view.Relations) > 0 {
			t.Errorf("a clerk is told of %v", view.Relations)
		}
		list, err := o.kit.Documents().List(o.ctx, o.as("P13"), document.Query{Numbers: []string{"IS-03-201"}})
		if must(t, err); len(list) != 1 || len(list[0].Relations) > 0 {
			t.Errorf("a clerk's list tells of %v", list)
		}
		related := func(kind, number string) func(*document.Document) {
			return func(d *document.Document) { d.Relations = []document.Relation{{Kind: kind, Number: number}} }
		}
		for _, wrong := range []struct {
			of, code string
			change   func(*document.Document)
		}{
			{"IS-03-201", "relation_ring", related(document.DerivedFrom, "IS-03-202")},
			{"IS-03-201", "relation_self", related(document.References, "IS-03-201")},
			{"IS-03-201", "relation_unknown", related(document.References, "IS-03-999")},
			{"IS-03-201", "relation_kind", related("cites", "IS-03-202")},
			{"IS-03-201", "parent_self", func(d *document.Document) { d.Parent = "is-03-201" }},
		} {
			if err := o.correct(wrong.of, wrong.change); !refusedFor(err, wrong.code) {
				t.Errorf("%s: %v", wrong.code, err)
			}
		}
		must(t, o.correct("IS-03-202", func(d *document.Document) { d.Parent = "IS-03-201" }))
		if err := o.correct("IS-03-201", func(d *document.Document) { d.Parent = "IS-03-202" }); !refusedFor(err, "parent_ring") {
			t.Errorf("parents in a ring: %v", err)
		}
		// Renumbered, it is the same document.
		must(t, o.correct("IS-03-201", func(d *document.Document) { d.Number = "IS-03-211" }))
		if got := said("P13", "IS-03-202"); len(got) != 2 || got[0] != "references → IS-03-211" {
			t.Errorf("renumbered: %q", got)
		}
		o.l.everyChainHolds(t)
	})
}

// A document that supersedes another retires it as it comes into force, with the last signature,
// where the request says so.
func TestB1_3ANewDocumentRetiresTheOneItSupersedes(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		old, kept := o.stock("IS-03-201", ismskit.ClassInternal), o.stock("IS-03-202", ismskit.ClassInternal)
		values := o.newRequest("P13", "IS-03-203")
		values["issue_on"] = date(11, 25)
		values["review_months"] = "months_24"
		values["relations"] = []forms.Row{
			{forms.RowID: "r1", "kind": "supersedes", "document": forms.Ref{List: "document", ID: old}, "retires": true},
			{forms.RowID: "r2", "kind": "supersedes", "document": forms.Ref{List: "document", ID: kept}},
		}
		r := o.asked("P13", values)
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P04", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if o.doc("IS-03-201").Retired != "" {
			t.Error("retired before its day")
		}
		o.runTo(at(11, 25, 0, 1))
		if now := o.doc("IS-03-201"); now.Retired != "2026-11-25" || now.Current != "" {
			t.Errorf("superseded: %+v", now.Document)
		}
		if now := o.doc("IS-03-202"); now.Retired != "" || now.Current != "1.0" {
			t.Errorf("superseded in part: %+v", now.Document)
		}
		if now := o.doc("IS-03-203"); now.Current != "1.0" || now.NextReview != "2028-11-25" || now.Months() != 24 {
			t.Errorf("issued: %+v", now.Document)
		}
		o.l.everyChainHolds(t)
	})
}

// A review is announced to those who keep the document and to the head of its unit, once before
// its day, once on it and every month after; one that changes nothing is noted and sets the next.
func TestB1_1AReviewThatChangesNothingIsNoted(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.stock("IS-03-201", ismskit.ClassInternal)
		must(t, o.correct("IS-03-201", func(d *document.Document) { d.NextReview, d.ReviewMonths = "2026-12-10", 6 }))
		told := func(person string) (subjects []string) {
			t.Helper()
			all, err := o.kit.Queue().Inbox(o.ctx, o.as(person), ismskit.NoticeFilter{})
			must(t, err)
			for _, m := range all {
				if m.Rule == "review" && strings.Contains(m.Subject, "IS-03-201") {
					subjects = append(subjects, m.Subject)
				}
			}
			return subjects
		}
		o.runTo(at(11, 26, 9, 0))
		if got := told("P07"); len(got) != 1 || !strings.Contains(got[0], "文件待審查：IS-03-201") {
			t.Errorf("before its day: %q", got)
		}
		heads := 0
		for _, person := range []string{"P04", "P03", "P11", "P05"} {
			heads += len(told(person))
		}
		if heads != 1 {
			t.Errorf("%d heads of its unit were told", heads)
		}
		if got := told("P13"); len(got) > 0 {
			t.Errorf("a clerk was told %q", got)
		}
		o.runTo(at(12, 11, 9, 0))
		if got := told("P07"); len(got) != 2 {
			t.Errorf("on its day: %q", got)
		}
		due, err := o.kit.Documents().Lists().Due(o.ctx, o.as("P07"), "2026-12-11")
		if must(t, err); !slices.ContainsFunc(due, func(d document.Document) bool { return d.Number == "IS-03-201" }) {
			t.Errorf("due: %v", due)
		}
		doc := o.doc("IS-03-201")
		review := func(person, note string) error {
			return o.kit.Documents().Lists().Reviewed(o.ctx, o.as(person), ismskit.DocumentReview{Document: doc.ID, Note: note, Seen: doc.Revision})
		}
		if err := review("P13", "無須修訂"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("by a clerk: %v", err)
		}
		if err := review("P07", " "); !refusedFor(err, "review_note") {
			t.Errorf("without a word: %v", err)
		}
		must(t, review("P07", "內容與現況相符"))
		now := o.doc("IS-03-201")
		if now.NextReview != "2027-06-11" || now.Current != "1.0" || len(now.Reviewed) != 1 || now.Reviewed[0].Person != "P07" || now.Reviewed[0].Version != "1.0" {
			t.Errorf("reviewed: %+v", now.Document)
		}
		if _, ok := errors.AsType[*ismskit.DocumentChanged](review("P07", "再一次")); !ok {
			t.Error("noted twice from one page")
		}
		o.runTo(at(12, 31, 9, 0))
		if got := told("P07"); len(got) != 2 {
			t.Errorf("after it: %q", got)
		}
		o.l.everyChainHolds(t)
	})
}

// A document belongs to a unit or a group of the house, by reference: no other word is taken.
func TestB1_1ADocumentBelongsToAUnitOrAGroup(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.stock("IS-03-201", ismskit.ClassInternal)
		groups, err := o.kit.Registers().Rows(o.ctx, o.as("P07"), register.Query{List: register.Groups})
		must(t, err)
		if len(groups) == 0 {
			t.Fatal("the house has no groups")
		}
		names, err := o.kit.Registers().Titles(o.ctx, o.as("P07"), "zh-TW", groups[0])
		must(t, err)
		owner := func(owner, unit, group string) error {
			t.Helper()
			return o.correct("IS-03-201", func(d *document.Document) { d.Owner, d.Unit, d.Group = owner, unit, group })
		}
		for _, one := range []struct{ owner, unit, group, isOwner, isUnit, isGroup string }{
			{"", "U04", "", "人事室", "U04", ""},
			{"資訊室", "", "", "資訊室", "U03", ""},
			{"", "", groups[0].ID, names[0], "", groups[0].ID},
			{"", "U03", "", "資訊室", "U03", ""},
			{names[0], "", "", names[0], "", groups[0].ID},
		} {
			must(t, owner(one.owner, one.unit, one.group))
			if d := o.doc("IS-03-201"); d.Owner != one.isOwner || d.Unit != one.isUnit || d.Group != one.isGroup {
				t.Errorf("%+v: %q %q %q", one, d.Owner, d.Unit, d.Group)
			}
		}
		for _, err := range []error{owner("某單位", "", ""), owner("", "U77", "")} {
			if !refusedFor(err, "owner_unknown") {
				t.Errorf("an owner that is none: %v", err)
			}
		}
		values := o.newRequest("P13", "IS-03-203")
		values["group"] = forms.Ref{List: "register/groups", ID: groups[0].ID}
		r := o.asked("P13", values)
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P04", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.runTo(at(11, 30, 0, 1))
		if d := o.doc("IS-03-203"); d.Group != groups[0].ID || d.Owner != names[0] || d.Unit != "U03" {
			t.Errorf("asked for: %+v", d.Document)
		}
	})
}
