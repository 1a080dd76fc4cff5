package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// A day of review or of issue that is as good as never, and more relations or titles than anybody
// reads, are refused wherever they come from: a filing, a correction, a request.
func TestB1_2WhatHasNoEndIsRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.stock("IS-03-201", ismskit.ClassInternal)
		file := func(doc document.Document, v document.Version) error {
			doc.Number, doc.Level = "IS-03-202", 3
			if doc.Title == nil {
				doc.Title = map[string]string{"zh-TW": "檢查作業說明書"}
			}
			if v.Label != "" {
				v.ApprovalWay, v.ApprovalNo, v.Approver, v.Approved = document.ByRegister, "晴民資字第 1150011201 號", "局長", "2026-11-20"
			}
			_, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: doc, Version: v, ListOnly: true})
			return err
		}
		many := make([]document.Relation, document.MaxRelations+1)
		for i := range many {
			number := fmt.Sprintf("IS-05-%03d", i)
			many[i] = document.Relation{Kind: document.References, Number: number, ID: o.stock(number, ismskit.ClassInternal)}
		}
		titles := map[string]string{"zh-TW": "檢查作業說明書"}
		for i := range document.MaxTitles {
			titles[fmt.Sprintf("x%d", i)] = "title"
		}
		for what, refused := range map[string]struct {
			err  error
			code string
		}{
			"a review of a new one":     {file(document.Document{NextReview: "9999-12-31"}, document.Version{}), "review_far"},
			"a review with a version":   {file(document.Document{NextReview: "2037-01-01"}, document.Version{Label: "1.0", Issued: "2026-11-23"}), "review_far"},
			"a review before the issue": {file(document.Document{NextReview: "2026-11-25"}, document.Version{Label: "1.0", Issued: "2026-11-25"}), "review_before"},
			"an issue":                  {file(document.Document{}, document.Version{Label: "1.0", Issued: "9999-12-31"}), "issued_far"},
			"a review by a correction":  {o.correct("IS-03-201", func(d *document.Document) { d.NextReview = "9999-12-31" }), "review_far"},
			"relations of a new one":    {file(document.Document{Relations: many}, document.Version{}), "too_many_relations"},
			"relations by a correction": {o.correct("IS-03-201", func(d *document.Document) { d.Relations = many }), "too_many_relations"},
			"titles":                    {file(document.Document{Title: titles}, document.Version{}), "too_many_titles"},
			"a class of no end":         {o.correct("IS-03-201", func(d *document.Document) { d.Class = strings.Repeat("密", 101) }), "too_long"},
		} {
			if !refusedFor(refused.err, refused.code) {
				t.Errorf("%s: %v, not %s", what, refused.err, refused.code)
			}
		}
		for field, day := range map[string]any{"review_on": date(12, 31).AddMonths(12 * 7973), "issue_on": date(12, 31).AddMonths(12 * 7973)} {
			values := o.newRequest("P13", "IS-03-203")
			values[field] = day
			if _, err := o.ask("P13", values); !refusedAt(err, field) {
				t.Errorf("%s asked for: %v", field, err)
			}
		}
		must(t, o.correct("IS-03-201", func(d *document.Document) { d.NextReview = "2036-11-23" }))
	})
}

// Of two units of one name none is taken for the other: the refusal names both, and by its id each
// is chosen.
func TestB1_1AnOwnerOfWhomThereAreTwoIsNamedByItsID(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.stock("IS-03-201", ismskit.ClassInternal)
		o.setTo(register.Units, "U04", "name", "資訊室")
		owned := func(owner, unit string) error {
			return o.correct("IS-03-201", func(d *document.Document) { d.Owner, d.Unit, d.Group = owner, unit, "" })
		}
		must(t, owned("", "U05")) // of another
		err := owned("資訊室", "")
		refusals, _ := document.AsRefusals(err)
		if !refusedFor(err, "owner_twice") || !strings.Contains(refusals[0].Text("zh-TW"), "units/U03") || !strings.Contains(refusals[0].Text("zh-TW"), "units/U04") {
			t.Errorf("by its name: %v", err)
		}
		must(t, owned("", "U04"))
		if d := o.doc("IS-03-201"); d.Unit != "U04" || d.Owner != "資訊室" {
			t.Errorf("by its id: %q %q", d.Unit, d.Owner)
		}
	})
}

// A number that two documents have, as an import found them, offers both to who may read both, and
// is that of the one to who may read one alone.
func TestB1_5ANumberUsedTwiceOffersBoth(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		file := func(number, class string) string {
			t.Helper()
			id, err := o.kit.Documents().Put(o.ctx, ismskit.System("import"), ismskit.Filing{Duplicate: true, Document: document.Document{
				Number: number, Level: 3, Class: class, Title: map[string]string{"zh-TW": "說明書"}}})
			must(t, err)
			return id
		}
		first, second := file("ISMS-004-002", ismskit.ClassInternal), file("ISMS-004-002", ismskit.ClassInternal)
		open, _ := file("ISMS-004-004", ismskit.ClassInternal), file("ISMS-004-004", ismskit.ClassSecret)
		_, err := o.kit.Documents().Get(o.ctx, o.as("P13"), "isms-004-002")
		twice, ok := errors.AsType[*ismskit.NumberTwice](err)
		if !ok || !errors.Is(err, ismskit.ErrNotFound) || len(twice.Documents) != 2 || !slices.ContainsFunc(twice.Documents, func(d document.Document) bool { return d.ID == first }) ||
			!slices.ContainsFunc(twice.Documents, func(d document.Document) bool { return d.ID == second }) {
			t.Errorf("of two: %v", err)
		}
		if one, err := o.kit.Documents().Get(o.ctx, o.as("P13"), "ISMS-004-004"); err != nil || one.ID != open {
			t.Errorf("of one that he may read: %q, %v", one.ID, err)
		}
		if _, err := o.kit.Documents().Get(o.ctx, o.as("P07"), "ISMS-004-004"); !errors.Is(err, ismskit.ErrNumberTwice) {
			t.Errorf("to who reads both: %v", err)
		}
		if one, err := o.kit.Documents().Get(o.ctx, o.as("P07"), second); err != nil || one.ID != second {
			t.Errorf("by its id: %q, %v", one.ID, err)
		}
	})
}

// Of a document it is told which request for it is on its way, which cases were begun on it, and
// whether its review is late, to whoever may read it and them.
func TestB1_3WhatIsUnderWayForADocumentIsTold(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		lists := o.kit.Documents().Lists()
		secret := o.stock("IS-03-202", ismskit.ClassSecret)
		r := o.asked("P13", o.revision("P13", date(11, 25)))
		for person, sees := range map[string]bool{"P13": true, "P07": true, "P15": false} {
			c, err := lists.Changes(o.ctx, o.as(person), procedure)
			if must(t, err); c.Under != r.Number || (c.Case == r.Case) != sees {
				t.Errorf("to %s: %+v", person, c)
			}
		}
		if _, err := lists.Changes(o.ctx, o.as("P13"), secret); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("of one he may not read: %v", err)
		}
		if _, _, err := lists.Begun(o.ctx, o.as("P13"), secret, ""); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("begun on it: %v", err)
		}
		must(t, o.correct("IS-03-202", func(d *document.Document) { d.NextReview = "2026-11-20" }))
		late := func(person string) bool {
			t.Helper()
			all, err := lists.Late(o.ctx, o.as(person))
			must(t, err)
			return slices.ContainsFunc(all, func(l ismskit.LateReview) bool { return l.Number == "IS-03-202" && l.Days == 1 })
		}
		if !late("P07") || late("P13") {
			t.Errorf("late: to the controller %v, to a clerk %v", late("P07"), late("P13"))
		}
		// The application form of accounts is IS-04-012: what was begun on it is told to who reads it.
		begun := func(person string) (ids []string) {
			t.Helper()
			rows, _, err := lists.Begun(o.ctx, o.as(person), "IS-04-012", "")
			must(t, err)
			for _, row := range rows {
				ids = append(ids, row.ID)
			}
			return ids
		}
		sent, err := o.kit.Open(o.ctx, o.as("P06"), ismskit.Opening{Type: TypeAccountRequest, Submit: true, Values: forms.Values{
			"subject": "帳號申請", "op": "add", "reason": "業務需要",
			"lines": []forms.Row{o.asks("r1", "S01", "general_user", o.l.books.person("P06"), forms.Period{From: date(12, 1), To: date(12, 31)})},
		}})
		must(t, err)
		if now := begun("P06"); len(now) == 0 || now[0] != sent.Case {
			t.Errorf("begun, to its applicant: %v", now)
		}
		if now := begun("P15"); slices.Contains(now, sent.Case) {
			t.Errorf("begun, to who may not read it: %v", now)
		}
	})
}
