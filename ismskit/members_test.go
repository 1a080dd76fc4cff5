package ismskit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// members are the members of a role, and how they are changed to others.
func (o *office) members(of string) (rows []forms.Row, change func(by ismskit.Actor, reason string, rows ...forms.Row) error) {
	o.t.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, o.as("P05"), register.Roles, of)
	if err != nil {
		o.t.Fatal(err)
	}
	fields, err := o.kit.Registers().Fields(o.ctx, o.as("P05"), row)
	if err != nil {
		o.t.Fatal(err)
	}
	rows, _ = fields["members"].([]forms.Row)
	return rows, func(by ismskit.Actor, reason string, rows ...forms.Row) error {
		changed := fields.Clone()
		changed["members"] = rows
		_, err := o.kit.Registers().Put(o.ctx, by, ismskit.RowChange{List: register.Roles, ID: row.ID, Seen: row.Revision, Values: changed, Reason: reason})
		return err
	}
}

// wrongAt is where a change of a list is refused, and why.
func (o *office) wrongAt(err error) string {
	o.t.Helper()
	var invalid forms.Invalid
	if !errors.As(err, &invalid) {
		o.t.Fatalf("not refused: %v", err)
	}
	var all []string
	for _, f := range invalid {
		all = append(all, f.Field+": "+f.Message("zh-TW"))
	}
	return strings.Join(all, "\n")
}

// Whoever enters a member of a role says who it is and since when. A host's own stock may
// leave the day open.
func TestAMemberOfARoleIsSomebodySinceADay(t *testing.T) {
	o := openOffice(t, nil)
	const role = "organisation.security_officer"
	rows, change := o.members(role)
	if said := o.wrongAt(change(o.as("P05"), "", append(rows, forms.Row{"basis": "簽"})...)); said != "members.person: 請選擇人員。\nmembers.from: 請填寫起日。" {
		t.Errorf("nobody: %q", said)
	}
	if said := o.wrongAt(change(o.as("P05"), "", append(rows, forms.Row{"post": ref(register.Posts, "T10")})...)); said != "members.from: 請填寫起日。" {
		t.Errorf("since no day: %q", said)
	}
	if err := change(ismskit.System("test"), "", append(rows, forms.Row{"person": ref(register.People, "P06")})...); err != nil {
		t.Errorf("a host's stock: %v", err)
	}
	rows, change = o.members(role)
	today := calendar.DateOf(o.now.In(taipei))
	if err := change(o.as("P05"), "", append(rows, forms.Row{"person": ref(register.People, "P13"), "from": today})...); err != nil {
		t.Errorf("beside one of the stock: %v", err)
	}
}

// A membership entered by mistake is taken back as long as it has not begun, and the
// history keeps it; one that has begun is ended, and nobody is made to have never had it.
func TestAMembershipIsTakenBackOnlyBeforeItBegins(t *testing.T) {
	o := openOffice(t, nil)
	const role = "organisation.security_officer"
	today := calendar.DateOf(o.now.In(taipei))
	rows, change := o.members(role)
	n := len(rows)
	if err := change(o.as("P05"), "", append(rows, forms.Row{"person": ref(register.People, "P06"), "from": today.AddDays(1)}, forms.Row{"person": ref(register.People, "P13"), "from": today})...); err != nil {
		t.Fatal(err)
	}
	rows, change = o.members(role)
	coming, begun := rows[n], rows[n+1]
	if said := o.wrongAt(change(o.as("P05"), "誤登", append(rows[:n:n], coming)...)); !strings.HasPrefix(said, "members: ") || !strings.HasSuffix(said, "已開始擔任此角色，不得撤回或改為他人；不再擔任時請填寫最後有效日。") {
		t.Errorf("one who has begun: %q", said)
	}
	other, later := begun.Clone(), begun.Clone()
	other["person"], later["from"] = ref(register.People, "P06"), today.AddDays(30)
	if said := o.wrongAt(change(o.as("P05"), "", append(rows[:n:n], coming, other)...)); !strings.HasPrefix(said, "members.person: ") {
		t.Errorf("made somebody else: %q", said)
	}
	if said := o.wrongAt(change(o.as("P05"), "", append(rows[:n:n], coming, later)...)); !strings.HasPrefix(said, "members.from: ") {
		t.Errorf("made to begin later: %q", said)
	}
	ended := begun.Clone()
	ended["to"] = today
	if err := change(o.as("P05"), "誤登", append(rows[:n:n], ended)...); err != nil {
		t.Fatalf("one taken back, the other ended: %v", err)
	}
	if rows, _ := o.members(role); len(rows) != n+1 {
		t.Errorf("%d members, not %d", len(rows), n+1)
	}
	history, err := o.kit.Registers().History(o.ctx, o.as("P05"), register.Roles, role, "zh-TW")
	if err != nil {
		t.Fatal(err)
	}
	if len(history) < 2 || history[0].Reason != "誤登" && history[len(history)-1].Reason != "誤登" {
		t.Errorf("the history does not say why: %+v", history)
	}
	o.now = o.now.AddDate(0, 0, 2)
	if found, err := o.kit.People().HeldOn(o.ctx, o.as("P13"), role, today.AddDays(2)); err != nil || len(found) != n {
		t.Errorf("two days later: %+v, %v", found, err)
	}
}
