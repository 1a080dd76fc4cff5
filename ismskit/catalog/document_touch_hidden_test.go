package catalog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// B1.3: what a request touches that its applicant may not read is told to him by nothing that is made of the
// request before it is sent, while it is returned and afterwards: no check, page or sheet.
func TestB1_3WhatARequestTouchesIsToldToWhoMayReadIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.prints(t, o.l.cfg.Store)
		const number, secret, later = "IS-03-301", "IS-02-299", "IS-02-298"
		o.stock(number, ismskit.ClassInternal)
		o.stock(secret, ismskit.ClassConfidential, document.Relation{Kind: document.References, Number: number})
		values := forms.Values{"op": "revise", "document": forms.Ref{List: "document", ID: o.doc(number).ID}, "bump": "minor", "note": "修正", "file": o.newText("P13"), "issue_on": date(11, 23)}
		tells := func(when string, shown any) {
			t.Helper()
			if text := fmt.Sprint(shown); strings.Contains(text, secret) || strings.Contains(text, later) {
				t.Errorf("%s he is told of it: %s", when, text)
			} else if !strings.Contains(text, number) {
				t.Errorf("%s nothing is told: %s", when, text)
			}
		}
		checked := func(when, id string, with forms.Values) {
			t.Helper()
			for _, draft := range []bool{true, false} {
				out, _, err := o.kit.Types().Validate(o.ctx, o.as("P13"), ismskit.Preview{Case: id, Type: TypeDocumentChange, Values: with}, draft)
				must(t, err)
				tells("by a check "+when, out)
			}
			if id == "" {
				return
			}
			c, err := o.kit.Case(o.ctx, o.as("P13"), id)
			must(t, err)
			tells("by its page "+when, c.Fields)
			sheet, err := o.kit.Records().Print(o.ctx, o.as("P13"), id, ismskit.Imprint{Lang: "zh-TW"})
			must(t, err)
			tells("by its sheet "+when, sheet.Part)
		}
		checked("of a new form", "", values)
		r, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeDocumentChange, Values: values})
		must(t, err)
		checked("of the draft", r.Case, nil)
		o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		c, err := o.kit.Case(o.ctx, o.as("P07"), r.Case)
		if must(t, err); !strings.Contains(fmt.Sprint(c.Fields), secret) {
			t.Errorf("the controller is not told: %v", c.Fields)
		}
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補說明"})
		o.stock(later, ismskit.ClassConfidential, document.Relation{Kind: document.References, Number: number})
		checked("when it is back", r.Case, nil)
	})
}
