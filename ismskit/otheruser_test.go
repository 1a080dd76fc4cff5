package ismskit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// administrators is a house where 賴思妤 and 方冠宇 administer S01, and she uses qh-05 there.
func administrators(t *testing.T) *office {
	t.Helper()
	o := openOffice(t, nil)
	o.administers("S01", "P10", []string{"P05", "P06"}, nil)
	o.act("P06", o.asksFor("add", person("P05")), ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
	o.settle()
	return o
}

// asksFor has 鍾明哲 send a request about qh-05 that names somebody as its user; the row is
// the only one that waits.
func (o *office) asksFor(op string, user forms.Person) (row string) {
	o.t.Helper()
	values := oneRow()
	values["op"] = op
	line := values["lines"].([]forms.Row)[0]
	line["account_user"], line["responsible"], line["account"] = user, person("P13"), "qh-05"
	id := o.apply("P13", values).Case
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	_, todo := o.lineOf("account_request_row")
	return todo.Case
}

// records has somebody record a row, and gives the words at his note in which he is refused.
func (o *office) records(who, row, result string, values forms.Values) string {
	o.t.Helper()
	_, err := o.kit.Act(o.ctx, o.as(who), row, ismskit.Action{Verb: workflow.VerbRecord, Result: result, Values: values})
	if err == nil {
		return ""
	}
	invalid, ok := errors.AsType[forms.Invalid](err)
	if !ok || len(invalid) != 1 || invalid[0].Field != "result_note" {
		o.t.Fatalf("%s: %v", who, err)
	}
	return invalid[0].Message("zh-TW")
}

// usersOf are the users of an account's live permissions.
func (o *office) usersOf(account string) (users []string) {
	o.t.Helper()
	rows, err := o.kit.Registers().Rows(o.ctx, ismskit.System("test"), register.Query{List: register.Grants, Keys: []string{register.Key("account", account)}})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, row := range rows {
		v := o.fields(register.Grants, row.ID)
		if user, _ := v["user"].(forms.Person); v["state"] == "active" {
			users = append(users, user.Name)
		}
	}
	return users
}

const (
	ofAnother = "的使用者為賴思妤，與本件的帳號使用者不同"
	ofHisOwn  = "不得由其本人或代理人登錄"
)

// The list of permissions knows whose an account is: a request that names somebody else is
// recorded by nobody, least of all by its user, whatever it asks. Whoever has it says that he
// can't do it; one that names the user is recorded by the other.
func TestARequestThatNamesAnotherUserOfAnAccountIsNotRecorded(t *testing.T) {
	for op, result := range map[string]string{"change": "changed", "extend": "changed", "disable": "disabled", "delete": "disabled"} {
		t.Run(op, func(t *testing.T) {
			o := administrators(t)
			for _, named := range []forms.Person{person("P13"), {Kind: forms.External, Name: "賴思妤", Org: "瀚洋資訊"}} {
				row := o.asksFor(op, named)
				if says := o.records("P05", row, result, nil); !strings.Contains(says, ofHisOwn) {
					t.Errorf("its user records it: %q", says)
				}
				if says := o.records("P06", row, result, nil); !strings.Contains(says, ofAnother) {
					t.Errorf("it is recorded of %s: %q", named.Name, says)
				}
				o.act("P06", row, ismskit.Action{Verb: workflow.VerbUnable, Comment: "申請單所填的使用者有誤"})
				o.settle()
				if users := o.usersOf("qh-05"); len(users) != 1 || users[0] != "賴思妤" {
					t.Errorf("by the list it is used by %v", users)
				}
			}
			if says := o.records("P06", o.asksFor(op, person("P05")), result, nil); says != "" {
				t.Errorf("what names the user is refused: %s", says)
			}
		})
	}
}

// An account that is called otherwise from now on is known by the name that it had, and nobody
// gets more on his own by a request that names a colleague: that he notes whose it is, as
// whoever opens an account that is in use does, changes nothing.
func TestNobodyRecordsHisOwnAccountInAnothersName(t *testing.T) {
	o := administrators(t)
	row := o.asksFor("change", person("P13"))
	if says := o.records("P05", row, "changed", forms.Values{"given_account": "qh-13"}); !strings.Contains(says, ofHisOwn) {
		t.Errorf("its user calls it otherwise: %q", says)
	}
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbUnable, Comment: "申請單所填的使用者有誤"})
	o.settle()

	row = o.asksFor("add", person("P13"))
	warned := o.records("P06", row, "opened", nil)
	_, number, _ := strings.Cut(warned, "註明「")
	number, _, _ = strings.Cut(number, "」")
	shared := forms.Values{"result_note": "共用帳號，同 " + number}
	if says := o.records("P05", row, "opened", shared); !strings.Contains(says, ofHisOwn) {
		t.Errorf("its user gives it more: %q", says)
	}
	if says := o.records("P06", row, "opened", shared); says != "" || len(o.usersOf("qh-05")) != 2 {
		t.Errorf("a colleague may not: %q; used by %v", says, o.usersOf("qh-05"))
	}
}
