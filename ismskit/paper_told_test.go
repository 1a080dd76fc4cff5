package ismskit_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// That a request goes on on paper each is told with who did it, and with what he has to do now: its
// applicant prints it and has it signed, who was to handle a row handles it on paper.
func TestWhoIsToldThatARequestGoesOnOnPaper(t *testing.T) {
	o := paperOffice(t, nil)
	sent := o.apply("P13", threeRows())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "機房停電"})
	o.settle()
	by := o.read("P13", sent.Case).Trail
	chief := by[len(by)-1].By.Name
	for person, want := range map[string][3]string{
		"P13": {"to_print", "已轉紙本續辦，請列印送簽", "已由" + chief + "轉紙本續辦。請列印本案送紙本簽核，簽核完成後交紀錄管理人員，以同一編號補登。理由：機房停電"},
		"P05": {"on_paper", "已轉紙本續辦，「處置」請改依紙本辦理", "已由" + chief + "轉紙本續辦。原請您於系統辦理的「處置」，請改依送達的紙本辦理。理由：機房停電"},
	} {
		var got []ismskit.Message
		for _, m := range o.noticesOf(person) {
			if m.Rule == want[0] {
				got = append(got, m)
			}
			if m.Rule == "closed" || m.Rule == "taken_away" {
				t.Errorf("%s is told %s: %s", person, m.Rule, m.Body)
			}
		}
		if len(got) != 1 || !strings.HasSuffix(got[0].Subject, want[1]) || !strings.HasSuffix(got[0].Body, want[2]) {
			t.Errorf("%s is told %+v", person, got)
		}
	}
}
