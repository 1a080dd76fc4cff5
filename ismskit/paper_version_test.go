package ismskit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// eachStoreDeciding is an office that enters papers, and whose officer changes flows.
func eachStoreDeciding(t *testing.T, story func(t *testing.T, o *office)) {
	open := func(t *testing.T, store ismskit.Store) *office {
		o := openOfficeWith(t, store, func(c *ismskit.Config) {
			c.Rights.ManageRecords, c.Rights.ManageTypes, c.Printer = []string{"records/records_manager"}, []string{"organisation/security_officer"}, print.A4{}
		})
		o.role("records", "records_manager", "P10")
		return o
	}
	onStores(t, func(t *testing.T, store ismskit.Store) { story(t, open(t, store)) })
}

// hasDeskSign publishes a flow of requests for accounts in which the registry signs first.
func (o *office) hasDeskSign() string {
	o.t.Helper()
	d := o.draftOf("account_request")
	flow, err := d.Flow.Before("root.sequence[0]", deskFirst())
	if err != nil {
		o.t.Fatal(err)
	}
	return o.brings(o.saves(d, flow), "申請單先經登記桌").Version
}

// wayOfEntry are the steps of an entry that is being filled in.
func (o *office) wayOfEntry(p ismskit.Preview) []string {
	o.t.Helper()
	if p.Case == "" {
		p.Type, p.Applicant = "account_request_paper", "P13"
	}
	route, err := o.kit.Route(o.ctx, o.as("P10"), p)
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, s := range route.Steps {
		out = append(out, s.ID)
	}
	return out
}

// The paper of a case is signed by whom its sheet names: the house has the registry sign first
// from now on, and the entry of a case from before asks nobody of the registry, be it sent at once
// or of a draft that was begun before its number was typed.
func TestAPaperIsEnteredByTheVersionOfItsCase(t *testing.T) {
	eachStoreDeciding(t, func(t *testing.T, o *office) {
		sent, other := o.wentOnOnPaper(), o.wentOnOnPaper()
		was := o.read("P13", sent.Case).Version
		now := o.hasDeskSign()
		signed := func(number string) forms.Values {
			return o.signedBy(number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23})
		}
		if got := o.wayOfEntry(ismskit.Preview{Values: signed(sent.Number)}); !slices.Equal(got, []string{"paper_signers", "rows"}) {
			t.Errorf("it goes %q", got)
		}
		_, wrong, err := o.kit.Types().Validate(o.ctx, o.as("P10"), ismskit.Preview{Type: "account_request_paper", Applicant: "P13", Values: signed(sent.Number)}, false)
		if err != nil || len(wrong) > 0 {
			t.Errorf("checked, it is told %v, %v", wrong, err)
		}
		for number, version := range map[string]string{"": now, sent.Number: was} {
			info, _, err := o.kit.Types().Prefills().Form(o.ctx, o.as("P10"), ismskit.Preview{Type: "account_request_paper", Values: forms.Values{ismskit.FieldPaperNumber: number}})
			if err != nil || !strings.HasPrefix(info.Version, version+".") {
				t.Errorf("the form for %q is %s, not of %s: %v", number, info.Version, version, err)
			}
		}
		entered, err := o.enterPaper(signed(sent.Number))
		if err != nil {
			t.Fatal(err)
		}
		if c := o.read("P10", entered.Case); !strings.HasPrefix(c.Version, was+".") || c.Outdated || c.Begun != "" {
			t.Errorf("it is entered as %s", c.Version)
		}
		if got := o.stepsOnPaper("P11", entered.Case); !slices.Equal(got, []string{"head 科長 邱柏叡／科長 邱柏叡 on_paper"}) {
			t.Errorf("it is held to %q", got)
		}

		// Of a draft the number decides, whenever it is typed.
		blank := signed("")
		draft, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P13", Values: blank})
		if err != nil {
			t.Fatal(err)
		}
		if c := o.read("P10", draft.Case); !strings.HasPrefix(c.Version, now+".") {
			t.Errorf("without a number it is of %s", c.Version)
		}
		if got := o.wayOfEntry(ismskit.Preview{Case: draft.Case, Values: forms.Values{"paper_number": other.Number}}); !slices.Equal(got, []string{"paper_signers", "rows"}) {
			t.Errorf("with its number it goes %q", got)
		}
		if info, _, err := o.kit.Types().Prefills().Form(o.ctx, o.as("P10"), ismskit.Preview{Case: draft.Case, Values: forms.Values{"paper_number": other.Number}}); err != nil || !strings.HasPrefix(info.Version, was+".") {
			t.Errorf("with its number its form is %s, %v", info.Version, err)
		}
		o.act("P10", draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"paper_number": other.Number}})
		if c := o.read("P10", draft.Case); !strings.HasPrefix(c.Version, was+".") || c.Outdated || c.Begun != "" {
			t.Errorf("saved with its number it is of %s, %q, %t", c.Version, c.Begun, c.Outdated)
		}
		o.act("P10", draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"paper_number": nil}})
		if c := o.read("P10", draft.Case); !strings.HasPrefix(c.Version, now+".") {
			t.Errorf("its number taken out it is of %s", c.Version)
		}
		o.act("P10", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"paper_number": other.Number}})
		for _, who := range []string{"P13", "P11"} {
			o.act(who, draft.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.settle()
		if todo := o.todo("P05"); len(todo) != 1 {
			t.Errorf("its rows wait for %+v", todo)
		}
		if c := o.read("P13", draft.Case); !strings.HasPrefix(c.Version, was+".") || slices.Contains(o.routeOf("P13", draft.Case), "desk") {
			t.Errorf("it was signed as %s", c.Version)
		}

		// A case of the new version has the registry on its sheet.
		late := o.apply("P13", threeRows())
		o.act("P12", late.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", late.Case, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "機房停電，改以紙本陳核"})
		o.settle()
		_, err = o.enterPaper(signed(late.Number))
		if told := faultAt(err, "paper_signers"); !strings.HasPrefix(told, "紙本簽核人未列「登記桌」應簽核人") {
			t.Errorf("of a case of now it is told %q: %v", told, err)
		}
	})
}

// Whoever clicks twice on an entry has sent one: its number is used by then, and the form is still
// that of its sheet, be it of a case that went on on paper or of a reserved number.
func TestAnEntrySentTwiceIsReadByTheSameVersion(t *testing.T) {
	eachStoreDeciding(t, func(t *testing.T, o *office) {
		numbers := []string{o.wentOnOnPaper().Number, o.reserve(1)[0].Number}
		o.until(monday.AddDate(0, 0, 1).Add(10 * time.Hour))
		now := o.hasDeskSign()
		for _, number := range numbers {
			values := o.signedBy(number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23})
			form := func() string {
				t.Helper()
				info, _, err := o.kit.Types().Prefills().Form(o.ctx, o.as("P10"), ismskit.Preview{Type: "account_request_paper", Values: values})
				if err != nil {
					t.Fatal(err)
				}
				return info.Version
			}
			before := form()
			if _, err := o.enterPaper(values); err != nil {
				t.Fatal(err)
			}
			if after := form(); after != before || strings.HasPrefix(after, now+".") {
				t.Errorf("%s was entered by %s, and once more by %s", number, before, after)
			}
		}
	})
}

// A reserved number is of no case: who signed first did so by what was asked on that day.
func TestAPaperOfAReservedNumberIsEnteredByWhatWasInUse(t *testing.T) {
	eachStoreDeciding(t, func(t *testing.T, o *office) {
		numbers := o.reserve(3)
		o.until(monday.AddDate(0, 0, 1).Add(10 * time.Hour))
		now := o.hasDeskSign()
		o.until(monday.AddDate(0, 0, 3).Add(10 * time.Hour))
		for i, days := range [][2]int{{23, 25}, {24, 24}} {
			before := o.signedBy(numbers[i].Number, [3]any{"P13", "申請人", days[0]}, [3]any{"P11", "單位主管", days[1]})
			entered, err := o.enterPaper(before)
			if err != nil {
				t.Fatal(err)
			}
			if c := o.read("P10", entered.Case); strings.HasPrefix(c.Version, now+".") {
				t.Errorf("signed on %v it is entered as %s", days, c.Version)
			}
		}
		after := o.signedBy(numbers[2].Number, [3]any{"P13", "申請人", 25}, [3]any{"P11", "單位主管", 25})
		_, err := o.enterPaper(after)
		if told := faultAt(err, "paper_signers"); !strings.HasPrefix(told, "紙本簽核人未列「登記桌」應簽核人") {
			t.Errorf("signed after that it is told %q: %v", told, err)
		}
	})
}
