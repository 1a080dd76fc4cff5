package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// B5.1: roles and their members are configured in the module, by those who may;
// rights follow the role at once.
func TestB5_1RolesAndMembersAreConfigured(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.apply("P13", threeRows())
		everybody := ismskit.TodoFilter{Everybody: true}
		if all, err := o.kit.Tasks(o.ctx, o.as("P04"), everybody); err != nil || len(all) != 1 || all[0].Holders[0] != "邱柏叡" {
			t.Fatalf("the officer's list: %+v %v", all, err)
		}
		if _, err := o.kit.Tasks(o.ctx, o.as("P10"), everybody); !errors.Is(err, ismskit.ErrForbidden) {
			t.Fatalf("a colleague's list of everybody: %v", err)
		}
		const id = "organisation.security_officer"
		row, _, err := o.kit.Registers().Get(o.ctx, o.as("P05"), register.Roles, id)
		if err != nil {
			t.Fatal(err)
		}
		fields, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
		if err != nil {
			t.Fatal(err)
		}
		changed := fields.Clone()
		today := calendar.DateOf(o.now.In(taipei))
		members := []forms.Row{{forms.RowID: "r1", "person": ref(register.People, "P10"), "from": today, "basis": "115.11.23 派令（示範）"}}
		former, _ := fields["members"].([]forms.Row)
		for _, member := range former {
			ended := member.Clone()
			ended["to"] = today.AddDays(-1)
			members = append(members, ended)
		}
		changed["members"] = members
		change := ismskit.RowChange{List: register.Roles, ID: id, Seen: row.Revision, Values: changed, Reason: "職務調整"}
		if _, err := o.kit.Registers().Put(o.ctx, o.as("P10"), change); !errors.Is(err, ismskit.ErrForbidden) {
			t.Fatalf("he gave himself the role: %v", err)
		}
		if _, err := o.kit.Registers().Put(o.ctx, o.as("P05"), change); err != nil {
			t.Fatal(err)
		}
		if all, err := o.kit.Tasks(o.ctx, o.as("P10"), everybody); err != nil || len(all) != 1 {
			t.Errorf("the new officer's list: %+v %v", all, err)
		}
		// The former officer leads a unit still: he sees what his own unit asked for, and no more.
		if all, err := o.kit.Tasks(o.ctx, o.as("P04"), everybody); err != nil || len(all) != 0 {
			t.Errorf("the former officer's list: %+v %v", all, err)
		}
		o.apply("P05", threeRows())
		if all, err := o.kit.Tasks(o.ctx, o.as("P04"), everybody); err != nil || len(all) != 1 || all[0].Applicant != "P05" {
			t.Errorf("his own unit's: %+v %v", all, err)
		}
	})
}

// B5.6: hosts, devices, databases, systems and services alike; new permissions
// and changes of those there are, for which the account must be named.
func TestB5_6EveryKindOfSystemNewAndChanged(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		for id, kind := range map[string]string{"S07": "資料庫", "S08": "主機", "S09": "網路設備", "S10": "服務"} {
			o.system(id, kind, "P05", "")
		}
		values := forms.Values{"subject": "異動各類權限", "op": "change", "reason": "職務調整"}
		var rows []forms.Row
		for i, id := range []string{"S07", "S08", "S09", "S10"} {
			row := line([]string{"a", "b", "c", "d"}[i], id, person("P13"))
			delete(row, "account")
			rows = append(rows, row)
		}
		values["lines"] = rows
		_, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: values, Submit: true})
		var invalid forms.Invalid
		if !errors.As(err, &invalid) || len(invalid) != 4 || invalid[0].Path() != "lines.1.account" {
			t.Fatalf("a change without the account: %v", err)
		}
		for _, row := range rows {
			row["account"] = "qh150013"
		}
		sent := o.apply("P13", values)
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		if todo := o.todo("P05"); len(todo) != 4 {
			t.Errorf("%d rows for their administrator", len(todo))
		}
	})
}
