package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// onboarding refers to a request to hire somebody, and to a document; its signer
// fills in a remark.
func onboarding(t *testing.T) ismskit.Type {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{
		"key": "onboarding", "version": "1", "title": {"zh-TW": "報到單"}, "offered": true, "subject": "what",
		"form": {"key": "onboarding", "version": "1", "title": {"zh-TW": "報到單"}, "fields": [
			{"key": "what", "type": "text", "label": {"zh-TW": "主旨"}},
			{"key": "about", "type": "ref", "label": {"zh-TW": "進用申請"}, "params": {"of": "case", "list": "hiring"}},
			{"key": "rules", "type": "ref", "label": {"zh-TW": "依據"}, "params": {"of": "document"}},
			{"key": "remark", "type": "text", "label": {"zh-TW": "備註"}, "later": true}]},
		"flow": {"key": "onboarding", "version": "1", "root": {"sequence": [
			{"step": {"id": "head", "name": {"zh-TW": "主管"}, "kind": "review", "edit": ["remark"], "who": [{"kind": "person", "ids": ["P06"]}]}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

func aboutCase(id string) forms.Ref { return forms.Ref{List: "case/hiring", ID: id} }

// A form refers to cases of the type it asks for, such as its writer may read, be he
// their applicant or not. Who signs without being able to read them signs all the same.
func TestAFormRefersToCasesItsWriterMayRead(t *testing.T) {
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) { c.Types = append(c.Types, append(hiringTypes(t, "what"), onboarding(t))...) })
	hiring := o.open("P13", "hiring", forms.Values{"what": "補實職缺", "lines": []forms.Row{{forms.RowID: "aaaa", "job": "戶籍員"}}}, true)
	other := o.open("P13", "onboarding", forms.Values{"what": "報到"}, true)

	send := func(person, about string) (ismskit.Receipt, string) {
		t.Helper()
		r, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: "onboarding", Submit: true, Values: forms.Values{"what": "報到", "about": aboutCase(about)}})
		var invalid forms.Invalid
		if errors.As(err, &invalid) {
			return r, invalid[0].Field + " " + invalid[0].Code
		}
		if err != nil {
			t.Fatal(err)
		}
		return r, ""
	}
	for who, may := range map[string]bool{"P13": true, "P11": true, "P04": true, "P06": false} { // applicant, signer, officer, nobody
		if _, told := send(who, hiring.Case); (told == "") != may || told != "" && told != "about no_such_ref" {
			t.Errorf("%s refers to it: %q", who, told)
		}
	}
	if _, told := send("P13", other.Case); told != "about no_such_ref" {
		t.Errorf("a case of another type is accepted: %q", told)
	}
	if _, told := send("P13", "no-such-case"); told != "about no_such_ref" {
		t.Errorf("a case that is not there is accepted: %q", told)
	}
	sent, _ := send("P13", hiring.Case)
	o.act("P06", sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"remark": "已備妥座位"}})
	if about, _ := o.read("P13", sent.Case).Fields["about"].(forms.Ref); about.Name != o.read("P13", hiring.Case).Number {
		t.Errorf("it refers to %+v", about)
	}
}

// The same holds for documents: who may read everything refers to a classified one, and
// its signer need not read it.
func TestAFormRefersToDocumentsItsWriterMayRead(t *testing.T) {
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) { c.Types = append(c.Types, append(hiringTypes(t, "what"), onboarding(t))...) })
	o.file(ismskit.Filing{Document: document.Document{ID: "secret", Number: "IS-02-002", Title: map[string]string{"zh-TW": "應變計畫"}, Level: 2, Class: ismskit.ClassConfidential}})
	values := forms.Values{"what": "報到", "rules": forms.Ref{List: "document", ID: "secret"}}
	open := func(person string) (ismskit.Receipt, error) {
		return o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: "onboarding", Submit: true, Values: values})
	}
	var invalid forms.Invalid
	if _, err := open("P13"); !errors.As(err, &invalid) || invalid[0].Field != "rules" {
		t.Errorf("anybody refers to it: %v", err)
	}
	sent, err := open("P04")
	if err != nil {
		t.Fatal(err)
	}
	o.act("P06", sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"remark": "已備妥座位"}})
	if rules, _ := o.read("P04", sent.Case).Fields["rules"].(forms.Ref); rules.Name != "應變計畫" {
		t.Errorf("it refers to %+v", rules)
	}
}
