package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever chooses a system is told at once that nobody administers it any more, by the
// rule that sending uses: one in reserve is enough, one who has left is none. What is on
// its way keeps it; a draft waits, and a request that came back is told when it is mended.
func TestASystemWhoseAdministratorsLeftIsRefusedWhereItIsChosen(t *testing.T) {
	o := openOffice(t, nil)
	running, returned := o.apply("P13", oneRow()), o.apply("P13", oneRow())
	o.act("P11", returned.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補事由"})
	need := forms.Need{Kind: forms.NeedRef, List: "register/" + register.Systems, ID: "S01"}
	refused := func(p ismskit.Preview) string {
		t.Helper()
		_, invalid, err := o.kit.Types().Validate(o.ctx, o.as("P13"), p, true)
		if err != nil || len(invalid) > 1 {
			t.Fatal(invalid, err)
		}
		marked, err := o.kit.Types().Options(o.ctx, o.as("P13"), ismskit.Preview{Type: "account_request"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		why, withheld := marked.(forms.Withholding).Withheld("lines.system", need)
		if len(invalid) == 0 {
			if withheld {
				t.Errorf("the choice says %q, the form nothing", why.In("zh-TW"))
			}
			return ""
		}
		if invalid[0].Path() != "lines.1.system" || why.In("zh-TW") != invalid[0].Message("zh-TW") {
			t.Errorf("the form says %v, the choice %q", invalid, why.In("zh-TW"))
		}
		return invalid[0].Message("zh-TW")
	}
	anew := ismskit.Preview{Type: "account_request", Values: oneRow()}
	if told := refused(anew); told != "" {
		t.Fatalf("with administrators: %q", told)
	}
	staffed := func(admin, reserve string) {
		t.Helper()
		o.change(register.Systems, "S01", func(v forms.Values) {
			v["admins"], v["backup_admins"] = []forms.Ref{ref(register.People, admin)}, []forms.Ref{ref(register.People, reserve)}
		})
	}
	staffed("P06", "P10")
	o.leave("P06")
	if told := refused(anew); told != "" {
		t.Fatalf("with one in reserve: %q", told)
	}
	o.leave("P10")
	if told := refused(anew); told == "" {
		t.Fatal("nobody is there, and the form says nothing")
	}
	if told := refused(ismskit.Preview{Case: returned.Case, Values: forms.Values{"reason": "補充事由"}}); told == "" {
		t.Error("a request that came back says nothing")
	}
	o.open("P13", "account_request", oneRow(), false)
	var invalid forms.Invalid
	if _, err := o.kit.Act(o.ctx, o.as("P13"), returned.Case, ismskit.Action{Verb: workflow.VerbSubmit}); !errors.As(err, &invalid) || invalid[0].Code != "ref_withheld" {
		t.Errorf("sent again: %v", err)
	}
	o.act("P11", running.Case, ismskit.Action{Verb: workflow.VerbApprove})
	staffed("P05", "P10")
	o.act("P13", returned.Case, ismskit.Action{Verb: workflow.VerbSubmit})
}
