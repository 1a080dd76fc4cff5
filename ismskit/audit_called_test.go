package ismskit

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
)

// Who looks after the system reads what the check of the trails finds, and need not read
// documents: of one that is 「密」 or above a finding says the number alone.
func TestAFindingSaysNoTitleOfAConfidentialDocument(t *testing.T) {
	for class, want := range map[string]string{
		"": "IS-03-001 弱點調查報告", ClassGeneral: "IS-03-001 弱點調查報告", ClassInternal: "IS-03-001 弱點調查報告", ClassConfidential: "IS-03-001", ClassSecret: "IS-03-001",
	} {
		doc := document.Document{Number: "IS-03-001", Title: forms.Text{"zh-TW": "弱點調查報告"}, Class: class}
		if got := documentName("", doc, standardClasses, "zh-TW"); got != want {
			t.Errorf("%q: %q, want %q", class, got, want)
		}
	}
}
