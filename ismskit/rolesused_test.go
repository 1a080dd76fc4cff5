package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// The list of roles has those that a form's way or a right asks for, though nobody holds
// one yet, and those that somebody holds; a role of a module that is not there, which
// nobody holds, is not offered.
func TestOnlyRolesThatAreUsedOrHeldAreListed(t *testing.T) {
	o := openOfficeWith(t, memory.New(), func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/records_manager"} })
	member := []forms.Row{{forms.RowID: "m1", "person": ref(register.People, "P05")}}
	o.put(register.Roles, "findings.effect_confirmer", forms.Values{"module": "findings", "key": "effect_confirmer", "title": "效果確認人"})
	o.put(register.Roles, "findings.officer", forms.Values{"module": "findings", "key": "officer", "title": "缺失承辦", "members": member})
	o.put(register.Roles, "records.records_manager", forms.Values{"module": "records", "key": "records_manager", "title": "紀錄管理人員"})
	roles, err := o.kit.People().Roles(o.ctx, o.as("P05"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, role := range roles {
		listed[role.Module+"/"+role.Key] = true
	}
	for role, want := range map[string]bool{"findings/effect_confirmer": false, "findings/officer": true, "records/records_manager": true, "system/system_admin": true} {
		if listed[role] != want {
			t.Errorf("%s listed: %t", role, listed[role])
		}
	}
}
