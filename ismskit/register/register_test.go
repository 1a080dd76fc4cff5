package register_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

var taipei = time.FixedZone("Asia/Taipei", 8*3600)

func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, taipei)
}

func builtIn(t *testing.T) *register.Registry {
	t.Helper()
	lists, err := register.BuiltIn()
	must(t, err)
	r, err := register.New(register.Config{Lists: lists})
	must(t, err)
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// decode reads values as a client sends them.
func decode(t *testing.T, r *register.Registry, list, values string) forms.Values {
	t.Helper()
	form, ok := r.Form(list)
	if !ok {
		t.Fatalf("no list %s", list)
	}
	v, invalid := form.Decode([]byte(values))
	must(t, invalid.Err())
	return v
}

func change(t *testing.T, r *register.Registry, old register.Row, list, id, values string, when time.Time) (register.Row, error) {
	t.Helper()
	return r.Apply(old, register.Change{List: list, ID: id, Seen: old.Revision, Values: decode(t, r, list, values), At: when, By: "P05", Reason: "示範"})
}

func TestTheBuiltInListsAreThere(t *testing.T) {
	r := builtIn(t)
	want := []string{"calendars", "categories", "certificates", "classes", "deputies", "distributions", "document_loans", "document_numbers", "externals", "flows", "grants", "groups", "legal_holds", "offices", "originals", "people", "posts", "reserved_numbers", "retention_rules", "roles", "saved_views", "services", "settings", "systems", "templates", "units"}
	if got := r.Lists(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	for _, key := range want {
		l, _ := r.List(key)
		for _, f := range l.Schema.Fields {
			for _, f := range append([]forms.Field{f}, f.Fields...) {
				if f.Label["zh-TW"] == "" || f.Label["en"] == "" {
					t.Errorf("%s.%s has no label in both languages", key, f.Key)
				}
			}
		}
	}
}

func TestARowIsFoundByItsKeysAndText(t *testing.T) {
	r := builtIn(t)
	row, err := change(t, r, register.Row{}, register.People, "P13",
		`{"name":"鍾明哲","name_en":"Chung Ming-che","login":"qh150013","post":"T17","unit":"U06","from":"2021-03-02"}`, at(11, 1, 9, 0))
	must(t, err)
	if row.Revision != 1 || row.ChangedBy != "P05" || row.Reason != "示範" || !row.ChangedAt.Equal(at(11, 1, 9, 0)) {
		t.Errorf("%+v", row)
	}
	if !slices.Equal(row.Keys, []string{"login=qh150013", "post=T17", "unit=U06"}) {
		t.Errorf("keys %v", row.Keys)
	}
	if row.Text != "P13\n鍾明哲\nChung Ming-che\nqh150013" {
		t.Errorf("text %q", row.Text)
	}
	if title, err := r.Title(row, "en"); err != nil || title != "Chung Ming-che" {
		t.Errorf("%s %v", title, err)
	}
	post, err := change(t, r, register.Row{}, register.Posts, "T15",
		`{"title":"科長","unit":"U06","head":true,"holders":[{"person":"P11","from":"2026-07-01"},{"person":"P10","from":"2020-01-01","to":"2026-06-30"}]}`, at(11, 1, 9, 0))
	must(t, err)
	if !slices.Equal(post.Keys, []string{"holders.person=P10", "holders.person=P11", "unit=U06"}) {
		t.Errorf("keys of a table's column: %v", post.Keys)
	}
}

func TestALeaverIsInForceUntilMidnight(t *testing.T) {
	r := builtIn(t)
	row, err := change(t, r, register.Row{}, register.People, "P15", `{"name":"駱建豪","to":"2026-11-30"}`, at(11, 1, 9, 0))
	must(t, err)
	if !row.InForce(at(11, 30, 23, 59)) || row.InForce(at(12, 1, 0, 0)) {
		t.Errorf("in force until %v", row.To)
	}
	_, err = change(t, r, row, register.People, "P15", `{"name":"駱建豪","from":"2026-12-01","to":"2026-11-30"}`, at(11, 2, 9, 0))
	faulty(t, err, "to", "")
}

func faulty(t *testing.T, err error, field, code string) {
	t.Helper()
	var invalid forms.Invalid
	if !errors.As(err, &invalid) {
		t.Fatalf("got %v, want a fault at %s", err, field)
	}
	for _, f := range invalid {
		if f.Field == field && (code == "" || f.Code == code) {
			if m := f.Message("zh-TW"); m == "" || strings.Contains(m, "{") {
				t.Errorf("message %q", m)
			}
			return
		}
	}
	t.Errorf("no fault %s at %s: %v", code, field, err)
}

func TestEveryChangeIsAFurtherRevision(t *testing.T) {
	r := builtIn(t)
	first, err := change(t, r, register.Row{}, register.Systems, "S02",
		`{"name":"公文系統","owner":"P10","admins":["P10"],"items":[{"key":"officer","label":"承辦人員（一般）"},{"key":"clerk","label":"文書人員"}]}`, at(11, 1, 9, 0))
	must(t, err)
	second, err := change(t, r, first, register.Systems, "S02",
		`{"name":"公文系統","owner":"P07","admins":["P10"],"items":[{"key":"officer","label":"承辦人員（一般）"},{"key":"clerk","label":"文書"}]}`, at(11, 2, 9, 0))
	must(t, err)
	if second.Revision != 2 {
		t.Errorf("revision %d", second.Revision)
	}
	changes, err := r.Diff(first, second)
	must(t, err)
	var paths []string
	for _, c := range changes {
		paths = append(paths, strings.SplitN(c.Path, ".", 2)[0])
	}
	if !slices.Contains(paths, "owner") || !slices.Contains(paths, "items") || slices.Contains(paths, "admins") {
		t.Errorf("%+v", changes)
	}
	options, ok, err := r.Options(second, "items")
	if err != nil || !ok || len(options) != 2 || options[1].Label["zh-TW"] != "文書" {
		t.Errorf("%v %v %v", options, ok, err)
	}
	if _, ok, err := r.Options(second, "owner"); ok || err != nil {
		t.Errorf("owner is no list of options: %v", err)
	}
}

// A page sends of every box whether it is ticked. One that nobody ticked has not
// changed, at the row and in a table below it; one that was ticked has.
func TestABoxNobodyTickedIsNoChange(t *testing.T) {
	r := builtIn(t)
	first, err := change(t, r, register.Row{}, register.Systems, "S02",
		`{"name":"公文系統","owner":"P10","admins":["P10"],"items":[{"_row":"i1","key":"officer","label":"承辦人員（一般）"}]}`, at(11, 1, 9, 0))
	must(t, err)
	second, err := change(t, r, first, register.Systems, "S02",
		`{"name":"公文系統","owner":"P10","admins":["P10"],"core":false,"items":[{"_row":"i1","key":"officer","label":"承辦人員","privileged":true,"stopped":false}]}`, at(11, 2, 9, 0))
	must(t, err)
	changes, err := r.Diff(first, second)
	must(t, err)
	var fields []string
	for _, c := range changes {
		fields = append(fields, c.Path[strings.LastIndex(c.Path, ".")+1:])
	}
	slices.Sort(fields)
	if !slices.Equal(fields, []string{"label", "privileged"}) {
		t.Errorf("%+v", changes)
	}
}

func TestU10_ARepeatedImportChangesNothing(t *testing.T) {
	r := builtIn(t)
	const values = `{"name":"公文系統","admins":["P10"],"items":[{"key":"officer","label":"承辦人員（一般）"},{"key":"clerk","label":"文書人員"}]}`
	first, err := change(t, r, register.Row{}, register.Systems, "S02", values, at(11, 1, 9, 0))
	must(t, err)
	again, err := change(t, r, first, register.Systems, "S02", values, at(11, 2, 9, 0))
	must(t, err)
	if again.Revision != 1 || !again.ChangedAt.Equal(first.ChangedAt) {
		t.Errorf("a second run made revision %d", again.Revision)
	}
	swapped, err := change(t, r, first, register.Systems, "S02",
		`{"name":"公文系統","admins":["P10"],"items":[{"key":"clerk","label":"文書人員"},{"key":"chaser","label":"稽催人員"}]}`, at(11, 3, 9, 0))
	must(t, err)
	before, _ := r.Values(first)
	after, _ := r.Values(swapped)
	oldRows, newRows := before["items"].([]forms.Row), after["items"].([]forms.Row)
	if oldRows[1][forms.RowID] != newRows[0][forms.RowID] || newRows[1][forms.RowID] == oldRows[0][forms.RowID] {
		t.Errorf("a row that moved keeps its identity, a new one gets its own: %v %v", oldRows, newRows)
	}
}

func TestWhatIsRefused(t *testing.T) {
	r := builtIn(t)
	row, err := change(t, r, register.Row{}, register.Units, "U06", `{"name":"戶政科","kind":"unit","parent":"U00"}`, at(7, 1, 9, 0))
	must(t, err)
	good := register.Change{List: register.Units, ID: "U06", Seen: 1, Values: decode(t, r, register.Units, `{"name":"戶政科","kind":"unit"}`), At: at(7, 2, 9, 0)}
	for code, spoil := range map[string]func(*register.Change){
		"no_list":   func(c *register.Change) { c.List = "nothing" },
		"id":        func(c *register.Change) { c.ID = "a/b" },
		"other_row": func(c *register.Change) { c.ID = "U07" },
		"stale":     func(c *register.Change) { c.Seen = 0 },
		"no_time":   func(c *register.Change) { c.At = time.Time{} },
	} {
		c := good
		spoil(&c)
		_, err := r.Apply(row, c)
		var refusal *register.Refusal
		if !errors.As(err, &refusal) || refusal.Code != code || refusal.Text("zh-TW") == "" || refusal.Text("en") == "" {
			t.Errorf("%s: %v", code, err)
		}
	}
	c := good
	c.Values = decode(t, r, register.Units, `{"kind":"unit"}`)
	_, err = r.Apply(row, c)
	faulty(t, err, "name", "")
	if _, err := r.Values(register.Row{List: register.Units, ID: "U06", Values: []byte(`{"nome":"x"}`)}); err == nil {
		t.Error("a broken row was read")
	}
}

func TestADeputyPeriodNeverBeginsInThePast(t *testing.T) {
	r := builtIn(t)
	const leave = `{"principal":"P11","ordered":["P12","P10"],"from":"2026-11-23T00:00:00+08:00","to":"2026-11-25T23:59:00+08:00","reason":"公假"}`
	_, err := change(t, r, register.Row{}, register.Deputies, "D01", leave, at(11, 23, 8, 0))
	faulty(t, err, "from", "deputy_from_past")

	row, err := change(t, r, register.Row{}, register.Deputies, "D01", leave, at(11, 19, 16, 20))
	must(t, err)
	if !row.InForce(at(11, 25, 23, 59)) || row.InForce(at(11, 26, 0, 0)) {
		t.Errorf("an end at 23:59 is the end of that day, not %v", row.To)
	}
	shorter := strings.Replace(leave, "11-25T23:59", "11-24T17:30", 1)
	if _, err := change(t, r, row, register.Deputies, "D01", shorter, at(11, 24, 12, 0)); err != nil {
		t.Errorf("a period that runs may be shortened: %v", err)
	}
	_, err = change(t, r, row, register.Deputies, "D01", shorter, at(11, 25, 9, 0))
	faulty(t, err, "to", "deputy_to_past")
	_, err = change(t, r, row, register.Deputies, "D01", strings.Replace(leave, "11-23T00", "11-22T00", 1), at(11, 24, 9, 0))
	faulty(t, err, "from", "deputy_from_past")

	never := strings.Replace(leave, "11-25T23:59", "11-23T00:00", 1)
	if row, err := change(t, r, row, register.Deputies, "D01", never, at(11, 20, 9, 0)); err != nil || row.InForce(at(11, 23, 0, 0)) {
		t.Errorf("a period that has not begun is taken back by ending where it begins: %v", err)
	}
	_, err = change(t, r, register.Row{}, register.Deputies, "D02", never, at(11, 20, 9, 0))
	faulty(t, err, "to", "deputy_empty")
}

func TestTheKeyOfAPermissionItemStays(t *testing.T) {
	r := builtIn(t)
	const system = `{"name":"公文系統","items":[{"_row":"r1","key":"read","label":"查詢"},{"_row":"r2","key":"edit","label":"編輯"}]}`
	row, err := change(t, r, register.Row{}, register.Systems, "S01", system, at(7, 1, 9, 0))
	must(t, err)
	_, err = change(t, r, row, register.Systems, "S01", strings.Replace(system, `"edit"`, `"write"`, 1), at(7, 2, 9, 0))
	faulty(t, err, "items.key", "item_key_fixed")
	var invalid forms.Invalid
	if !errors.As(err, &invalid) || invalid[0].Row != 2 || invalid[0].RowID != "r2" || !strings.Contains(invalid[0].Text["zh-TW"], "「edit」") {
		t.Errorf("names neither row nor key: %+v", invalid)
	}
	for what, values := range map[string]string{
		"another label":    strings.Replace(system, "編輯", "修改", 1),
		"deleted":          `{"name":"公文系統","items":[{"_row":"r1","key":"read","label":"查詢"}]}`,
		"the other way up": `{"name":"公文系統","items":[{"_row":"r2","key":"edit","label":"編輯"},{"_row":"r1","key":"read","label":"查詢"}]}`,
	} {
		if _, err := change(t, r, row, register.Systems, "S01", values, at(7, 2, 9, 0)); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Whoever holds a role or a post for a time has it for a day at least. What is stored the
// wrong way round from before stands in nobody's way.
func TestATermDoesNotEndBeforeItBegins(t *testing.T) {
	r := builtIn(t)
	for list, values := range map[string]string{
		register.Roles: `{"module":"documents","key":"document_controller","title":"文管人員","members":[{"_row":"m1","person":{"id":"P07","name":"溫佩真"},"from":"2020-07-01"},{"_row":"m2","person":{"id":"P06","name":"方冠宇"},"from":"2026-12-31","to":"2026-12-01"}]}`,
		register.Posts: `{"title":"科長","unit":{"id":"U1","name":"戶政科"},"holders":[{"_row":"m1","person":{"id":"P07","name":"溫佩真"},"from":"2020-07-01"},{"_row":"m2","person":{"id":"P06","name":"方冠宇"},"from":"2026-12-31","to":"2026-12-01"}]}`,
	} {
		table := map[string]string{register.Roles: "members", register.Posts: "holders"}[list]
		_, err := change(t, r, register.Row{}, list, "X", values, at(11, 23, 9, 0))
		faulty(t, err, table+".to", "term_backwards")
		var invalid forms.Invalid
		if !errors.As(err, &invalid) || invalid[0].Row != 2 || invalid[0].RowID != "m2" || invalid[0].Title != "方冠宇" {
			t.Errorf("%s: which row? %+v", list, invalid)
		}
		oneDay := strings.Replace(values, "2026-12-01", "2026-12-31", 1)
		row, err := change(t, r, register.Row{}, list, "X", oneDay, at(11, 23, 9, 0))
		must(t, err)
		_, err = change(t, r, row, list, "X", strings.Replace(oneDay, `"from":"2020-07-01"`, `"from":"2020-07-01","to":"2020-01-01"`, 1), at(11, 23, 9, 0))
		faulty(t, err, table+".to", "term_backwards")
		ended, err := change(t, r, row, list, "X", strings.Replace(oneDay, `"from":"2020-07-01"`, `"from":"2020-07-01","to":"2024-01-01"`, 1), at(11, 23, 9, 0))
		must(t, err)

		ended.Values = []byte(strings.Replace(string(ended.Values), "2024-01-01", "2020-01-01", 1)) // as it came in before
		later := strings.Replace(strings.Replace(oneDay, `"from":"2020-07-01"`, `"from":"2020-07-01","to":"2020-01-01"`, 1), `"2026-12-31"}`, `"2027-01-31"}`, 1)
		if _, err := change(t, r, ended, list, "X", later, at(11, 24, 9, 0)); err != nil {
			t.Errorf("%s: somebody else's term: %v", list, err)
		}
	}
}

func TestDeputiesThatMakeNoSense(t *testing.T) {
	r := builtIn(t)
	for values, field := range map[string]string{
		`{"principal":"P11","ordered":["P12","P11"]}`:                                                     "ordered",
		`{"ordered":["P12"]}`:                                                                             "principal",
		`{"principal":"P11","ordered":["P12"],"from":"2026-11-23T00:00:00Z"}`:                             "to",
		`{"principal":"P11","ordered":["P12"],"to":"2026-11-23T00:00:00Z"}`:                               "from",
		`{"principal":"P11","ordered":["P12"],"from":"2026-11-23T00:00:00Z","to":"2026-11-22T00:00:00Z"}`: "to",
		`{"principal":"P11","ordered":["P12"],"limits":[{"what":"system"}]}`:                              "limits.key",
		`{"principal":"P11","ordered":["P12"],"limits":[{"what":"weather","key":"rain"}]}`:                "limits.what",
		`{"principal":"P11","ordered":["P12","P12"]}`:                                                     "ordered",
		`{"principal":"P11","ordered":["P12"],"conflict_when":"full_moon"}`:                               "conflict_when",
	} {
		_, err := change(t, r, register.Row{}, register.Deputies, "D01", values, at(11, 1, 9, 0))
		faulty(t, err, field, "")
	}
}

// A host's guard reads what its list requires without asking whether it is there: it is
// asked about values that the form accepts. What is wrong beside is said all the same, in
// the order of the form.
func TestAHostsGuardSeesWhatTheFormAccepts(t *testing.T) {
	l, err := register.ParseList([]byte(`{
		"key":"vehicles","title":{"zh-TW":"公務車","en":"Vehicles"},"title_field":"plate","guards":["never_more","deputy_period"],
		"schema":{"key":"vehicles","version":"1","title":{"zh-TW":"公務車","en":"Vehicles"},"fields":[
			{"key":"from","type":"date_time","label":{"zh-TW":"起","en":"From"}},
			{"key":"plate","type":"text","label":{"zh-TW":"車號","en":"Plate"},"required":true},
			{"key":"seats","type":"text","label":{"zh-TW":"座位","en":"Seats"},"required":true}]}}`))
	must(t, err)
	asked := 0
	r, err := register.New(register.Config{Lists: []register.List{l}, Guards: map[string]register.Guard{
		"never_more": func(_, now register.Cells, _ register.Moment) forms.Invalid {
			asked++
			if now.Text("plate")[:3] != "AAA" {
				return forms.Invalid{{Field: "plate", Code: "never_more"}}
			}
			return nil
		},
	}})
	must(t, err)
	for _, c := range []struct {
		values, want string
		asked        int
	}{
		{`{"from":"2026-10-31T00:00:00Z","seats":"5"}`, "from plate", 0},
		{`{"from":"2026-10-31T00:00:00Z","plate":"BBB-1","seats":"5"}`, "from plate", 1},
		{`{"plate":"AAA-1","seats":"5"}`, "", 2},
	} {
		_, err := change(t, r, register.Row{}, "vehicles", "V01", c.values, at(11, 1, 9, 0))
		invalid, _ := errors.AsType[forms.Invalid](err)
		var paths []string
		for _, f := range invalid {
			paths = append(paths, f.Path())
		}
		if got := strings.Join(paths, " "); got != c.want || asked != c.asked {
			t.Errorf("%s: %q, asked %d times, want %q, %d", c.values, got, asked, c.want, c.asked)
		}
	}
}

func TestTheOwnerKeepsHisSystem(t *testing.T) {
	r := builtIn(t)
	row, err := change(t, r, register.Row{}, register.Systems, "S02", `{"name":"公文系統","owner":"P10","admins":["P07"]}`, at(11, 1, 9, 0))
	must(t, err)
	none := func(register.RoleKey) bool { return false }
	manager := func(k register.RoleKey) bool { return k == register.RoleKey{Module: "access", Role: "module_manager"} }
	tests := []struct {
		who    string
		row    register.Row
		person string
		has    func(register.RoleKey) bool
		want   bool
	}{
		{"its owner", row, "P10", none, true},
		{"its administrator", row, "P07", none, false},
		{"nobody", row, "", none, false},
		{"the module's manager", row, "P09", manager, true},
		{"an owner adding another system", register.Row{}, "P10", none, false},
		{"the module's manager adding one", register.Row{}, "P09", manager, true},
	}
	for _, test := range tests {
		if got, err := r.MayMaintain(test.row, register.Systems, test.person, test.has); err != nil || got != test.want {
			t.Errorf("%s: %v %v", test.who, got, err)
		}
	}
}

func TestU2_AFormerUnitNamesItsSuccessors(t *testing.T) {
	r := builtIn(t)
	row, err := change(t, r, register.Row{}, register.Units, "U06a", `{"name":"戶籍行政科","kind":"unit","from":"2019-01-01","to":"2026-06-30","successors":["U06"]}`, at(6, 15, 9, 0))
	must(t, err)
	next, err := r.Successors(row)
	if err != nil || !slices.Equal(next, []string{"U06"}) || row.InForce(at(7, 1, 0, 0)) {
		t.Errorf("%v %v %v", next, row.To, err)
	}
}

func TestListsThatDoNotFit(t *testing.T) {
	lists, err := register.BuiltIn()
	must(t, err)
	l := lists[0]
	l.TitleField, l.KeyFields, l.From, l.Guards = "nothing", []string{"closures.nothing"}, l.Schema.Fields[0].Key, []string{"no_such"}
	_, err = register.New(register.Config{Lists: []register.List{l, l, {}}})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"title_field", "closures.nothing", "from", "no_such", "used twice"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s isn't reported: %v", want, err)
		}
	}
	for _, broken := range []string{`{`, `{"keey":"x"}`, `{"key":"x","schema":{"felds":[]}}`} {
		if _, err := register.ParseList([]byte(broken)); err == nil {
			t.Errorf("%s was read", broken)
		}
	}
}
