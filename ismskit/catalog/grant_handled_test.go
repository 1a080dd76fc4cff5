package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

func (o *office) adLine(account string, items ...string) forms.Row {
	return forms.Row{
		"system": o.l.books.ref(register.Systems, "S01"), "permission": items, "purpose": "登入", "account_user": o.l.books.person("P08"),
		"account": account, "responsible": o.l.books.person("P08"),
		"period": forms.Period{From: date(time.November, 23), To: calendar.Date{Year: 2027, Month: time.November, Day: 22}},
	}
}

func TestWhatWasHandledStandsInTheListOfPermissions(t *testing.T) {
	o := openOffice(t, inMemory(t))
	record := func(op, result string, items ...string) {
		t.Helper()
		_, child := o.request("P08", "P03", op, o.adLine("qh120008", items...))
		o.act("P05", child, ismskit.Action{Verb: workflow.VerbRecord, Result: result})
	}
	want := func(said string, lines ...string) {
		t.Helper()
		if got := o.accounts("qh120008"); !slices.Equal(got, lines) {
			t.Errorf("%s: %q, not %q", said, got, lines)
		}
	}
	record(opAdd, resultOpened, "general_user", "folder_read")
	want("opened", "S01: general_user folder_read")
	record(opAdd, resultOpened, "folder_write")
	want("a second one beside it", "S01: folder_write", "S01: general_user folder_read")
	record(opChange, resultChanged, "general_user", "folder_write")
	want("the one that has something in common is changed", "S01: folder_write", "S01: general_user folder_write")
	record(opDisable, resultDisabled, "folder_write")
	want("a part is taken out, a whole one ends", "S01: general_user")
	record(opDelete, resultDisabled, "general_user")
	want("deleted")
}

// A line that is handled again is the same permission. Where another account is recorded than
// before, whoever does so says what has become of that one: the list has one, and nobody is asked
// to close the other.
func TestALineHandledAgainIsTheSamePermission(t *testing.T) {
	o := openOffice(t, inMemory(t))
	line := o.adLine("", "general_user")
	delete(line, "account")
	parent, child := o.request("P08", "P03", opAdd, line)
	o.act("P05", child, ismskit.Action{Verb: workflow.VerbRecord, Result: resultOpened, Values: forms.Values{"given_account": "stone"}})
	again := func() string {
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		o.act("P08", parent, ismskit.Action{Verb: workflow.VerbReturn, To: "rows", Comment: "帳號有誤"})
		return o.line(parent)
	}
	record := func(child, account, note string) error {
		_, err := o.kit.Act(o.ctx, o.as("P05"), child, ismskit.Action{Verb: workflow.VerbRecord, Result: resultOpened, Values: forms.Values{"given_account": account, "result_note": note}})
		return err
	}
	child = again()
	for _, note := range []string{"", "改開 stone2"} {
		err := record(child, "stone2", note)
		if invalid, ok := errors.AsType[forms.Invalid](err); !ok || len(invalid) != 1 || invalid[0].Field != "result_note" || !strings.Contains(invalid[0].Message("zh-TW"), "前次登錄的帳號為「stone」") {
			t.Fatalf("with the note %q: %v", note, err)
		}
	}
	if err := record(child, "stone2", "stone 已更名為 stone2"); err != nil {
		t.Fatal(err)
	}
	if len(o.accounts("stone")) != 0 || len(o.accounts("stone2")) != 1 {
		t.Errorf("stone %q, stone2 %q", o.accounts("stone"), o.accounts("stone2"))
	}
	// The same once more is nothing to speak of, and back again it is.
	if err := record(again(), "stone2", ""); err != nil {
		t.Errorf("the same account: %v", err)
	}
	child = again()
	if err := record(child, "stone", ""); err == nil {
		t.Error("stone2 is given up without a word")
	}
	if err := record(child, "stone", "stone2 改回 stone"); err != nil {
		t.Error(err)
	}
}

// B5.3: what is recorded is what was asked for; a new account is not opened without
// saying which, or nothing could ever close it.
func TestTheResultFollowsTheKindOfRequest(t *testing.T) {
	o := openOffice(t, inMemory(t))
	nameless := o.adLine("", "general_user")
	delete(nameless, "account")
	_, child := o.request("P08", "P03", opAdd, nameless)
	record := func(result, account string) error {
		a := ismskit.Action{Verb: workflow.VerbRecord, Result: result}
		if account != "" {
			a.Values = forms.Values{"given_account": account}
		}
		_, err := o.kit.Act(o.ctx, o.as("P05"), child, a)
		return err
	}
	offered := func() (results []string) {
		t.Helper()
		c, err := o.kit.Case(o.ctx, o.as("P05"), child)
		must(t, err)
		for _, offer := range c.Mine[0].Offers {
			for _, r := range offer.Results {
				results = append(results, r.Key)
			}
		}
		return results
	}
	if got := offered(); !slices.Equal(got, []string{resultOpened}) {
		t.Errorf("for a new account he may choose %v", got)
	}
	var missing forms.Invalid
	if err := record(resultOpened, ""); !errors.As(err, &missing) || missing[0].Field != "given_account" {
		t.Errorf("opened without an account: %v", err)
	}
	if err := record(resultDisabled, "stone"); !errors.Is(err, workflow.ErrResult) {
		t.Errorf("a new account recorded as disabled: %v", err)
	}
	must(t, record(resultOpened, "stone"))
	if got := o.accounts("stone"); len(got) != 1 {
		t.Errorf("opened: %v", got)
	}

	_, child = o.request("P08", "P03", opDisable, o.adLine("stone", "general_user"))
	if got := offered(); !slices.Equal(got, []string{resultDisabled}) {
		t.Errorf("for one to be closed he may choose %v", got)
	}
	if err := record(resultOpened, ""); !errors.Is(err, workflow.ErrResult) {
		t.Errorf("one to be closed recorded as opened: %v", err)
	}
	must(t, record(resultDisabled, ""))
	if got := o.accounts("stone"); len(got) != 0 {
		t.Errorf("closed: %v", got)
	}
}

// Closing what the list does not have is no silent success: whoever handles it checks
// the account, or says what he closed.
func TestClosingAnUnknownPermissionIsExplained(t *testing.T) {
	o := openOffice(t, inMemory(t))
	_, child := o.request("P08", "P03", opAdd, o.adLine("stone", "general_user"))
	o.act("P05", child, ismskit.Action{Verb: workflow.VerbRecord, Result: resultOpened})
	for _, op := range []string{opDisable, opDelete} {
		_, child = o.request("P08", "P03", op, o.adLine("st0ne", "general_user"))
		record := ismskit.Action{Verb: workflow.VerbRecord, Result: resultDisabled}
		_, err := o.kit.Act(o.ctx, o.as("P05"), child, record)
		var invalid forms.Invalid
		if !errors.As(err, &invalid) || invalid[0].Field != "result_note" || !strings.Contains(invalid[0].Message("zh-TW"), "「st0ne」") {
			t.Errorf("%s of an account nobody knows: %v", op, err)
		}
		record.Values = forms.Values{"result_note": "清單建立前之帳號，已於主機停用"}
		o.act("P05", child, record)
		c, err := o.kit.Case(o.ctx, loading, child)
		must(t, err)
		if c.Flow.Outcome != workflow.OutcomeDone || c.Fields["result_note"] == nil {
			t.Errorf("%s: %s, %v", op, c.Flow.Outcome, c.Fields["result_note"])
		}
	}
	if got := o.accounts("stone"); len(got) != 1 {
		t.Errorf("the other account: %v", got)
	}
}
