package catalog

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// Which case issued a version is told to who may read that case, on its document's page; by no list, check or
// download. Under which number it was approved stands on the document, for all its readers.
func TestK18WhichCaseIssuedAVersionIsToldToWhoReadsTheCase(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		r := o.asked("P13", o.revision("P13", date(11, 23)))
		for _, person := range []string{"P07", "P01"} {
			o.act(person, r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		d := o.kit.Documents()
		tells := func(person string) map[string]bool {
			t.Helper()
			get, err := d.Get(o.ctx, o.as(person), procedure)
			must(t, err)
			read, err := d.Read(o.ctx, o.as(person), procedure, "")
			must(t, err)
			checks, err := d.Check(o.ctx, o.as(person), ismskit.Copy{Number: procedure})
			must(t, err)
			entries, err := d.Lists().Entries(o.ctx, o.as(person), document.Query{Numbers: []string{procedure}}, "")
			must(t, err)
			file, err := d.Download(o.ctx, o.as(person), get.ID, "", read.Version.Files[0].Digest, "zh-TW")
			must(t, err)
			must(t, file.Body.Close())
			out := map[string]bool{}
			for name, v := range map[string]any{"page": get, "text": read, "check": checks, "list": entries, "download": file.Reading} {
				text, err := json.Marshal(v)
				must(t, err)
				if !strings.Contains(string(text), `"ApprovalNo":"`+r.Number+`"`) {
					t.Errorf("%s: the %s says nothing of the approval", person, name)
				}
				out[name] = strings.Contains(string(text), r.Case)
			}
			return out
		}
		if _, err := o.kit.Case(o.ctx, o.as("P18"), r.Case); err == nil {
			t.Fatal("P18 reads the case")
		}
		for name, told := range tells("P18") {
			if told {
				t.Errorf("who may not read the case is told of it by the %s", name)
			}
		}
		if told := tells("P13"); !told["page"] || !told["text"] || told["list"] || told["check"] || told["download"] {
			t.Errorf("its applicant is told by %v", told)
		}
	})
}

// Who may not read a document learns from no query which others point at it.
func TestK18WhatPointsAtAHiddenDocumentIsToldToWhoMayReadThat(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		secret := o.stock("IS-02-299", ismskit.ClassConfidential)
		o.stock("IS-03-301", ismskit.ClassInternal, document.Relation{Kind: document.References, Number: "IS-02-299"})
		for _, at := range []document.Document{{ID: secret}, {ID: secret, Number: "IS-02-299"}} {
			for person, want := range map[string]int{"P07": 1, "P13": 0} {
				found, err := o.kit.Documents().List(o.ctx, o.as(person), document.Query{PointsAt: &at})
				if must(t, err); len(found) != want {
					t.Errorf("%s finds %d by %+v", person, len(found), at)
				}
			}
		}
	})
}
