package ismskit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// ownFlowOffice has a request for accounts with a flow of the house's own before its rows.
func ownFlowOffice(t *testing.T, before ...workflow.Node) *office {
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		c.Rights.ManageRecords = []string{"records/records_manager"}
		i := slices.IndexFunc(c.Types, func(t ismskit.Type) bool { return t.Key == "account_request" })
		own := c.Types[i]
		steps := own.Flow.Root.Sequence
		own.Version = "9.9"
		own.Form.Version, own.Flow.Version = own.Version, own.Version
		if slices.ContainsFunc(before, func(n workflow.Node) bool { return n.Step != nil && n.Step.Who[0].Kind == workflow.WhoChosen }) {
			own.Flow.Choose = []workflow.Pick{{Step: before[0].Step.ID}}
		}
		own.Flow.Root.Sequence = slices.Concat(steps[:2], before, steps[2:])
		c.Types[i] = own
	})
	o.role("records", "records_manager", "P10")
	return o
}

func own(id string, step workflow.Step) workflow.Node {
	step.ID, step.Name = id, workflow.Text{"zh-TW": id, "en": id}
	if step.Kind == "" {
		step.Kind = workflow.KindApprove
	}
	return workflow.Node{Step: &step}
}

func asPerson(ids ...string) []workflow.Who {
	return []workflow.Who{{Kind: workflow.WhoPerson, IDs: ids}}
}

// Flows of the house's own are held to the same: each step asks for its own people, one
// signature is not two where they are kept apart, all sign where all must, and of branches of
// which one suffices, one does.
func TestAPaperIsHeldToAFlowOfOnesOwn(t *testing.T) {
	for name, c := range map[string]struct {
		before  []workflow.Node
		signed  []string // beside applicant and head
		missing []string
	}{
		"another step":      {before: []workflow.Node{own("second", workflow.Step{Who: asPerson("P01")})}, missing: []string{"second"}},
		"is signed":         {before: []workflow.Node{own("second", workflow.Step{Who: asPerson("P01")})}, signed: []string{"P01"}},
		"the same may sign": {before: []workflow.Node{own("second", workflow.Step{Who: asPerson("P11")})}},
		"kept apart":        {before: []workflow.Node{own("second", workflow.Step{Who: asPerson("P11", "P01"), NotSameAs: []string{"head"}})}, missing: []string{"second"}},
		"and another signs": {before: []workflow.Node{own("second", workflow.Step{Who: asPerson("P11", "P01"), NotSameAs: []string{"head"}})}, signed: []string{"P01"}},
		"all of them":       {before: []workflow.Node{own("all", workflow.Step{Who: asPerson("P01", "P04"), Need: workflow.Need{Kind: workflow.CountAll}})}, signed: []string{"P01"}, missing: []string{"all"}},
		"one of them":       {before: []workflow.Node{own("any", workflow.Step{Who: asPerson("P01", "P04")})}, signed: []string{"P04"}},
		"by a condition": {before: []workflow.Node{{Choice: &workflow.Choice{ID: "c", Cases: []workflow.Case{
			{When: "op == 'add'", Then: own("adds", workflow.Step{Who: asPerson("P01")})}, {When: "op == 'disable'", Then: own("removes", workflow.Step{Who: asPerson("P04")})},
		}}}}, missing: []string{"adds"}},
		"one branch of two": {before: []workflow.Node{{Parallel: &workflow.Parallel{ID: "p", Join: workflow.Join{Kind: workflow.CountAny}, Branches: []workflow.Node{
			own("left", workflow.Step{Who: asPerson("P01")}), own("right", workflow.Step{Who: asPerson("P04")}),
		}}}}, signed: []string{"P04"}},
		"neither": {before: []workflow.Node{{Parallel: &workflow.Parallel{ID: "p", Join: workflow.Join{Kind: workflow.CountAny}, Branches: []workflow.Node{
			own("left", workflow.Step{Who: asPerson("P01")}), own("right", workflow.Step{Who: asPerson("P04")}),
		}}}}, missing: []string{"left", "right"}},
		"whom somebody chose": {before: []workflow.Node{own("chosen", workflow.Step{Who: []workflow.Who{{Kind: workflow.WhoChosen}}})}, signed: []string{"P04"}},
		"nobody was chosen":   {before: []workflow.Node{own("chosen", workflow.Step{Who: []workflow.Who{{Kind: workflow.WhoChosen}}})}, missing: []string{"chosen"}},
		"told only":           {before: []workflow.Node{own("copy", workflow.Step{Kind: workflow.KindCopy, Who: asPerson("P01")})}},
	} {
		t.Run(name, func(t *testing.T) {
			o := ownFlowOffice(t, c.before...)
			rows := [][3]any{{"P13", "申請人", 23}, {"P11", "單位主管", 23}}
			for _, who := range c.signed {
				rows = append(rows, [3]any{who, "會簽", 23})
			}
			v := o.signedBy(o.reserve(1)[0].Number, rows...)
			_, err := o.enterPaper(v)
			var invalid forms.Invalid
			if errors.As(err, &invalid) != (len(c.missing) > 0) || len(invalid) != len(c.missing) {
				t.Fatalf("%v, want missing %q", err, c.missing)
			}
			if len(c.missing) == 0 {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			v["paper_unsigned"] = "紙本漏簽"
			entered, err := o.enterPaper(v)
			if err != nil {
				t.Fatal(err)
			}
			if got := o.routeOf("P13", entered.Case); !slices.Equal(got, slices.Concat([]string{"paper_signers"}, c.missing, []string{"rows"})) {
				t.Errorf("goes through %q", got)
			}
		})
	}
}

// What is to be handled in a step of its own goes on here without a reason: nobody signs that on paper.
func TestAPaperIsHandledInAStepOfItsOwn(t *testing.T) {
	o := ownFlowOffice(t, own("carry_out", workflow.Step{Kind: workflow.KindHandle, Who: asPerson("P05"), Results: []workflow.Result{{Key: "done", Text: workflow.Text{"zh-TW": "完成"}}}}))
	entered, err := o.enterPaper(o.onPaper(o.reserve(1)[0].Number))
	if err != nil {
		t.Fatal(err)
	}
	if got := o.routeOf("P13", entered.Case); !slices.Equal(got, []string{"paper_signers", "carry_out", "rows"}) {
		t.Errorf("goes through %q", got)
	}
}

// signedBy is a paper with other signatures: who, as what, on which day of 115.11.
func (o *office) signedBy(number string, rows ...[3]any) forms.Values {
	v := o.onPaper(number)
	var signers []forms.Row
	for i, r := range rows {
		signers = append(signers, forms.Row{
			forms.RowID: fmt.Sprintf("s%d", i), "signer": person(r[0].(string)), "capacity": r[1], "signed_on": calendar.Date{Year: 2026, Month: 11, Day: r[2].(int)},
		})
	}
	v["paper_signers"] = signers
	return v
}

func (o *office) enterPaper(v forms.Values) (ismskit.Receipt, error) {
	return o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P13", Values: v, Submit: true})
}

// A paper is signed by whom the flow would have asked on that day; another's signature, under
// whatever name, does not stand for his.
func TestAPaperWithoutTheHeadIsNotHandled(t *testing.T) {
	o := paperOffice(t, nil)
	number := o.reserve(2)[0].Number
	_, err := o.enterPaper(o.signedBy(number, [3]any{"P13", "申請人", 23}))
	o.refusedAt(err, "paper_signers", "紙本簽核人未列「單位主管」應簽核人 科長 邱柏叡，亦無其當日之代理人。請核對紙本後補列；如確未簽核，請填寫「應簽核人未於紙本簽核之原因」，由其於系統簽核後續辦。")
	_, err = o.enterPaper(o.signedBy(number, [3]any{"P13", "單位主管", 23}))
	o.faultsAt(err, "paper_signers.1.capacity", "paper_signers")
	var invalid forms.Invalid
	if errors.As(err, &invalid) && invalid[1].Message("zh-TW") != "鍾明哲 於 115.11.23 並非「單位主管」或其代理人，請核對紙本及簽核日期，更正簽核身分。" {
		t.Error(invalid[1].Message("zh-TW"))
	}
	_, err = o.enterPaper(o.signedBy(number, [3]any{"P13", "申請人", 23}, [3]any{"P12", "代理單位主管", 23}))
	o.refusedAt(err, "paper_signers", "") // his head was there on that day
	_, err = o.enterPaper(o.signedBy(number, [3]any{"P11", "申請人", 23}))
	o.faultsAt(err, "paper_signers.1.capacity")
}

// The deputy of that day signs for the head, and the entry says for whom.
func TestADeputySignsAPaper(t *testing.T) {
	o := paperOffice(t, nil)
	number := o.reserve(1)[0].Number
	o.goneAway("P11", monday, 2, "P12")
	entered, err := o.enterPaper(o.signedBy(number, [3]any{"P13", "申請人", 23}, [3]any{"P12", "單位主管", 23}))
	if err != nil {
		t.Fatal(err)
	}
	if got := o.stepsOnPaper("P12", entered.Case); !slices.Equal(got, []string{"head 科長 邱柏叡／股長 范語彤（代理 科長 邱柏叡） on_paper"}) {
		t.Errorf("%q", got)
	}
	if route := o.routeOf("P12", entered.Case); slices.Contains(route, "head") {
		t.Errorf("the head is asked again: %q", route)
	}
}

// Nobody on a board signs for another of it, on paper as little as here: his one signature is his
// own, and the other's is missing. A deputy who might have signed another step himself, and signed
// as deputy only, is not asked for there either.
func TestOnAPaperOneSignatureIsNotTwo(t *testing.T) {
	o := ownFlowOffice(t, own("board", workflow.Step{Who: asPerson("P05", "P06"), Need: workflow.Need{Kind: workflow.CountAll}}))
	o.goneAway("P05", monday, 1, "P06")
	number := o.reserve(1)[0].Number
	o.until(monday.AddDate(0, 0, 1).Add(8 * time.Hour))
	head := [][3]any{{"P13", "申請人", 23}, {"P11", "單位主管", 23}}
	for _, rows := range [][][3]any{{{"P06", "board", 23}}, {{"P06", "board", 23}, {"P06", "代理分析師", 23}}} {
		_, err := o.enterPaper(o.signedBy(number, slices.Concat(head, rows)...))
		o.refusedAt(err, "paper_signers", "「board」之紙本簽核（管理師 方冠宇）未達規定之人數或權重，尚缺 分析師 賴思妤，亦無其當日之代理人。請核對紙本後補列；如確未簽核，請填寫「應簽核人未於紙本簽核之原因」，由其於系統簽核後續辦。")
	}
	entered, err := o.enterPaper(o.signedBy(number, slices.Concat(head, [][3]any{{"P06", "board", 23}, {"P05", "board", 24}})...))
	if err != nil {
		t.Fatal(err)
	}
	if got := o.stepsOnPaper("P06", entered.Case); len(got) != 2 || strings.Contains(got[1], "代理") {
		t.Errorf("%q", got)
	}

	o = ownFlowOffice(t, own("any", workflow.Step{Who: asPerson("P12", "P04")}))
	o.goneAway("P11", monday, 2, "P12")
	number = o.reserve(1)[0].Number
	_, err = o.enterPaper(o.signedBy(number, [3]any{"P13", "申請人", 23}, [3]any{"P12", "代理科長", 23}))
	o.faultsAt(err, "paper_signers") // nobody signed the other step
	if _, err = o.enterPaper(o.signedBy(number, [3]any{"P13", "申請人", 23}, [3]any{"P12", "代理科長", 23}, [3]any{"P04", "any", 23})); err != nil {
		t.Error(err)
	}
}

// A deputy signs a paper for one of those he stands in for, as here: one signature of his is not
// that of two members of a board, nor of two steps.
func TestOnAPaperADeputySignsForOne(t *testing.T) {
	o := ownFlowOffice(t, own("board", workflow.Step{Who: asPerson("P05", "P06"), Need: workflow.Need{Kind: workflow.CountAll}}))
	o.goneAway("P05", monday, 2, "P12")
	o.goneAway("P06", monday, 2, "P12")
	number := o.reserve(1)[0].Number
	_, err := o.enterPaper(o.signedBy(number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23}, [3]any{"P12", "board", 23}))
	o.refusedAt(err, "paper_signers", "「board」之紙本簽核（股長 范語彤（代理 分析師 賴思妤））未達規定之人數或權重，尚缺 管理師 方冠宇，亦無其當日之代理人。請核對紙本後補列；如確未簽核，請填寫「應簽核人未於紙本簽核之原因」，由其於系統簽核後續辦。")

	o = ownFlowOffice(t, own("second", workflow.Step{Who: asPerson("P05")}))
	o.goneAway("P11", monday, 2, "P12")
	o.goneAway("P05", monday, 2, "P12")
	number = o.reserve(1)[0].Number
	_, err = o.enterPaper(o.signedBy(number, [3]any{"P13", "申請人", 23}, [3]any{"P12", "單位主管", 23}, [3]any{"P12", "second", 23}))
	o.faultsAt(err, "paper_signers", "paper_signers.3.capacity")
}

// An administrator who stood in for the head on the day on which he signed as administrator did
// not sign for the head: only the deputy who signed as head did.
func TestAnAdministratorWhoStoodInSignedAsAdministrator(t *testing.T) {
	o := paperOffice(t, nil)
	numbers := o.reserve(2)
	o.goneAway("P11", monday, 1, "P12")
	o.goneAway("P11", monday.AddDate(0, 0, 1), 1, "P05")
	o.until(monday.AddDate(0, 0, 1).Add(8 * time.Hour))
	_, err := o.enterPaper(o.signedBy(numbers[0].Number, [3]any{"P13", "申請人", 23}, [3]any{"P05", "權限管理人員", 24}))
	o.refusedAt(err, "paper_signers", "紙本簽核人未列「單位主管」應簽核人 科長 邱柏叡。分析師 賴思妤（代理 科長 邱柏叡）當日可代理，但未以代理身分簽核；如係代理「單位主管」簽核，請另列一筆並以「單位主管」為簽核身分。如確未簽核，請填寫「應簽核人未於紙本簽核之原因」，由其於系統簽核後續辦。")
	for i, head := range []string{"單位主管", "代理科長"} {
		entered, err := o.enterPaper(o.signedBy(numbers[i].Number, [3]any{"P13", "申請人", 23}, [3]any{"P12", head, 23}, [3]any{"P05", "權限管理人員", 24}))
		if err != nil {
			t.Fatal(err)
		}
		if got := o.stepsOnPaper("P12", entered.Case); !slices.Equal(got, []string{"head 科長 邱柏叡／股長 范語彤（代理 科長 邱柏叡） on_paper"}) {
			t.Errorf("%q", got)
		}
	}
}

// Who is missing on the paper signs here before anything is handled: with the reason, and as
// his step asks it, so the applicant is still not his own head.
func TestWhoIsMissingOnThePaperSignsHere(t *testing.T) {
	o := paperOffice(t, nil)
	number := o.reserve(1)[0].Number
	v := o.signedBy(number, [3]any{"P13", "申請人", 23})
	v["paper_unsigned"] = "科長公出，停電期間無法聯繫"
	route, err := o.kit.Route(o.ctx, o.as("P10"), ismskit.Preview{Type: "account_request_paper", Applicant: "P13", Values: v})
	if err != nil || len(route.Steps) != 3 || route.Steps[1].ID != "head" || route.Steps[1].Possible || route.Steps[1].People[0].Person != "P11" {
		t.Errorf("before it is sent: %+v %v", route.Steps, err)
	}
	entered, err := o.enterPaper(v)
	if err != nil {
		t.Fatal(err)
	}
	if got := o.stepsOnPaper("P13", entered.Case); !slices.Equal(got, []string{"head 科長 邱柏叡／ here"}) {
		t.Errorf("%q", got)
	}
	o.act("P13", entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	if todo := o.todo("P05"); len(todo) > 0 {
		t.Fatalf("it is handled without the head: %+v", todo)
	}
	head := o.read("P11", entered.Case)
	if len(head.Mine) != 1 || head.Mine[0].Step != "head" ||
		head.Mine[0].Why.In("zh-TW") != "您是「戶政科」的單位主管；紙本未經您簽核，請核對掃描檔後簽核。原因：科長公出，停電期間無法聯繫" {
		t.Fatalf("%+v", head.Mine)
	}
	o.act("P11", entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	if todo := o.todo("P05"); len(todo) != 1 {
		t.Errorf("the handler: %+v", todo)
	}
}

// faultsAt holds what is wrong with a form to the fields at which it is said.
func (o *office) faultsAt(err error, fields ...string) {
	o.t.Helper()
	var invalid forms.Invalid
	errors.As(err, &invalid)
	var got []string
	for _, f := range invalid {
		got = append(got, f.Path())
	}
	if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(fields))) {
		o.t.Errorf("faults at %q, want %q: %v", got, fields, err)
	}
}

// stepsOnPaper are the steps that an entry says a paper is signed for.
func (o *office) stepsOnPaper(who, id string) []string {
	o.t.Helper()
	rows, _ := o.read(who, id).Fields["paper_steps"].([]forms.Row)
	var out []string
	for _, row := range rows {
		asked, _ := row["asked"].(string)
		signed, _ := row["signed"].(string)
		out = append(out, row["step"].(string)+" "+asked+"／"+signed+" "+row["state"].(string))
	}
	return out
}

func (o *office) routeOf(who, id string) []string {
	o.t.Helper()
	route, err := o.kit.Route(o.ctx, o.as(who), ismskit.Preview{Case: id})
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, s := range route.Steps {
		out = append(out, s.ID)
	}
	return out
}
