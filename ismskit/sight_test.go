package ismskit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// favourType is signed by one of two heads, who do not see the reason, and then by the chief.
func favourType(t *testing.T) ismskit.Type {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{"key": "favour", "version": "1", "title": {"zh-TW": "商借申請單"}, "offered": true, "subject": "what",
		"form": {"key": "favour", "version": "1", "title": {"zh-TW": "商借申請單"}, "fields": [
			{"key": "what", "type": "text", "label": {"zh-TW": "主旨"}},
			{"key": "reason", "type": "text", "label": {"zh-TW": "事由"}}]},
		"flow": {"key": "favour", "version": "1", "root": {"sequence": [
			{"step": {"id": "heads", "name": {"zh-TW": "主管核准"}, "kind": "approve", "hide": ["reason"], "need": {"kind": "n", "n": 1}, "who": [{"kind": "person", "ids": ["P11", "P12"]}]}},
			{"step": {"id": "chief", "name": {"zh-TW": "局長核定"}, "kind": "approve", "who": [{"kind": "person", "ids": ["P01"]}]}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// Whoever signs without seeing a field does not read it afterwards: not the second of
// two of whom one was enough, not who was represented, and not who had yet to sign when
// it was sent back.
func TestAHiddenFieldStaysHiddenFromWhoDidNotSignHimself(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{favourType(t)}, func(t *testing.T, o *office) {
		sees := func(person, id string, want bool) {
			t.Helper()
			read := o.read(person, id)
			entries, err := o.kit.Evidence().Trail(o.ctx, o.as(person), id)
			if err != nil {
				t.Fatal(err)
			}
			for where, told := range map[string]string{"the case": fmt.Sprint(read.Fields, read.Trail), "its trail": fmt.Sprint(entries)} {
				if strings.Contains(told, "前任停職") != want {
					t.Errorf("%s sees it in %s: %v, want %v", person, where, !want, want)
				}
			}
		}
		fields := forms.Values{"what": "商借一名", "reason": "前任停職"}
		one := o.open("P13", "favour", fields, true).Case
		o.act("P11", one, ismskit.Action{Verb: workflow.VerbApprove})
		sees("P12", one, false)
		sees("P11", one, false)
		sees("P01", one, true)

		back := o.open("P13", "favour", fields, true).Case
		o.act("P11", back, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "請補正"})
		sees("P12", back, false)
		sees("P13", back, true)

		if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), ismskit.Absence{Deputies: []string{"P10"}, From: o.now, To: o.now.AddDate(0, 0, 3), Reason: "公假"}); err != nil {
			t.Fatal(err)
		}
		acted := o.open("P13", "favour", fields, true).Case
		o.act("P10", acted, ismskit.Action{Verb: workflow.VerbApprove})
		sees("P11", acted, false)
		sees("P10", acted, false)
	})
}

// Whoever sees who holds what of the whole office reads no forms by it.
func TestTheOverviewShowsNoFieldsOfWhatMayNotBeRead(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		o := openOfficeWith(t, store, func(c *ismskit.Config) { c.Rights.Overview = []string{"test/overseer"} })
		o.role("test", "overseer", "P10", "P04")
		o.apply("P13", oneRow())
		o.act("P11", o.todo("P11")[0].Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		f := ismskit.TodoFilter{Everybody: true, Rows: true, Kinds: []string{string(workflow.KindHandle)}}
		for person, reads := range map[string]bool{"P10": false, "P04": true} {
			todos, err := o.kit.Tasks(o.ctx, o.as(person), f)
			if err != nil || len(todos) != 1 {
				t.Fatalf("%s: %d tasks, %v", person, len(todos), err)
			}
			_, err = o.kit.Case(o.ctx, o.as(person), todos[0].Case)
			if (err == nil) != reads || (todos[0].Row != nil) != reads {
				t.Errorf("%s reads the case: %v, and its row on the list: %v", person, err, todos[0].Row != nil)
			}
		}
		if todos, err := o.kit.Tasks(o.ctx, ismskit.System("test"), f); err != nil || len(todos) != 1 || todos[0].Row == nil {
			t.Errorf("the system's own list: %+v %v", todos, err)
		}
	})
}

// lostCase is a store that has lost one case.
type lostCase struct {
	ismskit.Store
	id string
}

func (s lostCase) View(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	return s.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, lostTx{tx, s.id}) })
}

type lostTx struct {
	ismskit.Tx
	id string
}

func (tx lostTx) Cases() ismskit.Cases { return lostCases{tx.Tx.Cases(), tx.id} }

type lostCases struct {
	ismskit.Cases
	id string
}

func (c lostCases) Get(ctx context.Context, id string) (ismskit.CaseRow, error) {
	if id == c.id {
		return ismskit.CaseRow{}, ismskit.ErrNotFound
	}
	return c.Cases.Get(ctx, id)
}

// A row whose request is not there any more is not open to everybody for it.
func TestARowWithoutItsRequestLetsNobodyIn(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store)
		sent := o.apply("P13", oneRow())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		row := o.todo("P05")[0].Case
		o.store = lostCase{store, sent.Case}
		o.extend(nil)
		for person, want := range map[string]error{"P10": ismskit.ErrNotFound, "P05": nil} {
			if _, err := o.kit.Evidence().Verify(o.ctx, o.as(person), row); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", person, err, want)
			}
		}
	})
}

// K15: what is 「密」 leaves in a bundle with an entry of its own for each document.
func TestK15DocumentsInABundleAreOpened(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		o := signingOffice(t, store, aKey(t, "isms.example"))
		f, err := o.kit.Files().Upload(o.ctx, o.as("P05"), "程序書.md", strings.NewReader("## 壹、目的\n\n說明。\n"))
		if err != nil {
			t.Fatal(err)
		}
		text := document.File{Name: f.Name, Size: f.Size, MediaType: f.MediaType, Digest: f.Digest, Main: true}
		for id, class := range map[string]string{"secret": ismskit.ClassConfidential, "second": ismskit.ClassSecret, "open": ismskit.ClassInternal} {
			doc := document.Document{ID: id, Number: "IS-02-" + id, Title: map[string]string{"zh-TW": "程序書"}, Level: 2, Class: class}
			o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2026-01-05", Files: []document.File{text}}})
		}
		o.now = o.now.Add(time.Hour)
		o.export("P04", ismskit.Export{Query: record.Query{Kinds: []string{ismskit.RecordDocument}}})
		opened, err := o.kit.Evidence().System(o.ctx, o.as("P04"), ismskit.LogOpenings, 0, 10)
		var ids []string
		for _, e := range opened {
			ids = append(ids, e.Type+" "+e.Number+" "+e.By.Person)
		}
		if err != nil || strings.Join(ids, ", ") != "document second P04, document secret P04" && strings.Join(ids, ", ") != "document secret P04, document second P04" {
			t.Errorf("openings: %q, %v", ids, err)
		}
	})
}

// A list asked for by class holds those of the classes asked for that its reader may see.
func TestDocumentsAreListedByTheClassesAskedFor(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		for _, class := range []string{ismskit.ClassGeneral, ismskit.ClassInternal, ismskit.ClassConfidential} {
			o.file(ismskit.Filing{Document: document.Document{ID: class, Number: "IS-02-" + class, Title: map[string]string{"zh-TW": "程序書"}, Level: 2, Class: class}})
		}
		for _, one := range []struct {
			person string
			asked  []string
			want   string
		}{
			{"P13", nil, "general internal"},
			{"P13", []string{ismskit.ClassGeneral}, "general"},
			{"P13", []string{ismskit.ClassConfidential}, ""},
			{"P13", []string{ismskit.ClassConfidential, ismskit.ClassInternal}, "internal"},
			{"P04", []string{ismskit.ClassConfidential, ismskit.ClassInternal}, "confidential internal"},
		} {
			q := document.Query{Classes: one.asked}
			docs, err := o.kit.Documents().List(o.ctx, o.as(one.person), q)
			entries, err2 := o.kit.Documents().Lists().Entries(o.ctx, o.as(one.person), q, "")
			var listed, entered []string
			for _, d := range docs {
				listed = append(listed, d.Class)
			}
			for _, e := range entries {
				entered = append(entered, e.Class)
			}
			if errors.Join(err, err2) != nil || strings.Join(listed, " ") != one.want || strings.Join(entered, " ") != one.want {
				t.Errorf("%s asks for %q: listed %q, entered %q; %v", one.person, one.asked, listed, entered, errors.Join(err, err2))
			}
		}
	})
}
