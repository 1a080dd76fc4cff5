package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// lineOf is whose list a case of a type is on, and the task there.
func (o *office) lineOf(typ string) (who string, todo ismskit.Todo) {
	o.t.Helper()
	for _, p := range []string{"P01", "P04", "P05", "P06", "P10", "P11", "P13"} {
		for _, one := range o.todo(p) {
			if one.Type == typ && one.For == nil {
				who, todo = who+p, one
			}
		}
	}
	return who, todo
}

// Whoever uses an account records neither that he has it nor that it has ended, though he
// administers the system; who of the others does, and why he, is on his list and on the way.
// That he applied for it, or answers for somebody else's, keeps nobody from recording its end.
func TestWhoUsesAnAccountDoesNotRecordItsEndHimself(t *testing.T) {
	colleague, engineer := person("P05"), forms.Person{Kind: forms.External, Name: "杜承恩", Org: "瀚洋資訊"}
	for name, c := range map[string]struct {
		user            forms.Person
		owner           string
		admins, reserve []string
		manager         string // of permissions
		opens, closes   string
		why             string // why he records its end
	}{
		"another administrator":      {colleague, "P05", []string{"P05", "P06"}, nil, "P04", "P06", "P06", "您是「AD 帳號」的權限管理人員"},
		"who administers in reserve": {colleague, "P05", []string{"P05"}, []string{"P10"}, "P04", "P10", "P10", "您是「AD 帳號」的備援權限管理人員"},
		"the owner":                  {colleague, "P10", []string{"P05"}, []string{"P05"}, "P04", "P10", "P10", "即為帳號使用者，不得登錄本人帳號的停用；您是該系統的承辦人"},
		"who manages permissions":    {colleague, "P05", []string{"P05"}, nil, "P10", "P04", "P10", "「AD 帳號」無其他權限管理人員可登錄，您是帳號權限模組管理人員"},
		"the post above":             {colleague, "P05", []string{"P05"}, nil, "P05", "P04", "P04", "不得登錄本人帳號的停用；您是上一級主管"},
		"a vendor's account":         {engineer, "P05", []string{"P05"}, nil, "P04", "P05", "P05", "您是「AD 帳號」的權限管理人員"},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, nil)
			o.administers("S01", c.owner, c.admins, c.reserve)
			o.change(register.Roles, "access.module_manager", func(v forms.Values) {
				v["members"] = []forms.Row{{forms.RowID: "r0", "person": ref(register.People, c.manager)}}
			})
			values := oneRow()
			values["lines"].([]forms.Row)[0]["account_user"], values["lines"].([]forms.Row)[0]["responsible"] = c.user, person("P05")
			request := o.apply("P13", values).Case
			o.act("P11", request, ismskit.Action{Verb: workflow.VerbApprove})
			o.settle()
			who, row := o.lineOf("account_request_row")
			if who != c.opens {
				t.Fatalf("its opening is recorded by %s", who)
			}
			if who != "P05" {
				o.toldHeUsesIt(row.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"}, "處置")
			}
			o.act(who, row.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
			o.settle()
			o.act("P13", request, ismskit.Action{Verb: workflow.VerbApprove})
			o.until(time.Date(2027, 12, 1, 10, 0, 0, 0, taipei))

			who, end := o.lineOf("grant_closure")
			if who != c.closes || !strings.Contains(end.Why.In("zh-TW"), c.why) {
				t.Fatalf("its end is recorded by %s: %v", who, end.Why)
			}
			way := o.read(who, end.Case).Way.Steps[0]
			if len(way.People) != 1 || way.People[0].Person != c.closes || way.Why.In("zh-TW") != end.Why.In("zh-TW") ||
				way.Fallback != !slices.Contains(c.admins, c.closes) {
				t.Errorf("on its way: %+v", way)
			}
			record := ismskit.Action{Verb: workflow.VerbRecord, Result: "disabled", Values: forms.Values{"result_note": "已停用"}}
			if who != "P05" {
				o.toldHeUsesIt(end.Case, record, "停用")
			}
			o.act(who, end.Case, record)
			if end := o.read(who, end.Case); end.Flow.Phase != workflow.PhaseClosed {
				t.Errorf("it is %s", end.Flow.Phase)
			}
		})
	}
}

// toldHeUsesIt has the account's user try it.
func (o *office) toldHeUsesIt(id string, record ismskit.Action, step string) {
	o.t.Helper()
	_, err := o.kit.Act(o.ctx, o.as("P05"), id, record)
	if refusal := workflow.AsRefusal(err); !errors.Is(err, workflow.ErrSeparation) || refusal.Message("zh-TW") != "您是本件的帳號使用者，不能自行辦理「"+step+"」，須由其他人員辦理。" {
		o.t.Errorf("the user records it himself: %v", err)
	}
}

// award is a type whose step is for others than whom its form names, and of two only.
func award(t *testing.T) ismskit.Type {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{"key":"award","version":"1","title":{"zh-TW":"敘獎","en":"Award"},"offered":true,
		"number":{"pattern":"A-{roc}-{n:4}"},
		"form":{"key":"award","version":"1","title":{"zh-TW":"敘獎","en":"Award"},"fields":[
			{"key":"for","type":"person","label":{"zh-TW":"受獎人","en":"For"},"params":{"external":true}}]},
		"flow":{"key":"award","version":"1","root":{"step":{"id":"check","name":{"zh-TW":"審核","en":"Check"},"kind":"review",
			"who":[{"kind":"person","ids":["P05"]}],"not_same_as":["applicant","field:for"],"due":{"term":"2wd"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// Where the one who could act may be whom the form names, the check of who is there says so,
// and so does the way of such a form before it is sent; the others can be.
func TestWhereTheFormNamesTheOnlyOneWhoCouldActItIsSaidBefore(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{award(t)}, func(t *testing.T, o *office) {
		found, err := o.kit.Check(o.ctx)
		if err != nil || len(found) != 1 || len(found[0].Steps) != 2 {
			t.Fatalf("check: %+v, %v", found, err)
		}
		applies, named := found[0].Steps[0], found[0].Steps[1]
		if applies.Named != nil || applies.Applicant == nil || named.Applicant != nil || named.Named == nil || named.Named.Person != "P05" || !named.Possible {
			t.Errorf("check: %+v, %+v", applies, named)
		}
		if len(named.Apart) != 1 || named.Apart[0].Step != workflow.NamedIn("for") || named.Apart[0].Name.In("zh-TW") != "受獎人" {
			t.Errorf("the rule is %+v", named.Apart)
		}
		sent := func(user forms.Person) error {
			_, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "award", Values: forms.Values{"for": user}, Submit: true})
			return err
		}
		var lacks *ismskit.Unstaffed
		if err := sent(person("P05")); !errors.As(err, &lacks) || lacks.Steps[0].Step != "check" || lacks.Steps[0].Apart[0].Name.In("en") != "For" {
			t.Errorf("for himself: %v", err)
		}
		for _, user := range []forms.Person{person("P06"), {Kind: forms.External, Name: "杜承恩", Org: "瀚洋資訊"}} {
			if err := sent(user); err != nil {
				t.Errorf("for %+v: %v", user, err)
			}
		}
	})
}
