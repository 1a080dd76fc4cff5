package ismskit_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/storagetest"
	"github.com/ismskit/ismskit/workflow"
)

// office is a small agency with a Kit whose clock stands until it is moved.
type office struct {
	t     testing.TB
	ctx   context.Context
	kit   *ismskit.Kit
	store ismskit.Store
	now   time.Time
	mails *mailbox
}

type mailbox struct{ mails []ismskit.Mail }

func (m *mailbox) Notify(_ context.Context, mail ismskit.Mail) error {
	m.mails = append(m.mails, mail)
	return nil
}

// monday is 115.11.23（一）09:00 in Taipei.
var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// builtIn are the catalogue's types, read once for all offices: a test that changes one in place
// reads its own.
var builtIn = sync.OnceValues(catalog.Types)

// TestMain holds the tests to that.
func TestMain(m *testing.M) {
	code := m.Run()
	ours, err := builtIn()
	fresh, err2 := catalog.Types()
	if err := errors.Join(err, err2); err != nil || !reflect.DeepEqual(ours, fresh) {
		fmt.Fprintln(os.Stderr, "a test changed the types of all others", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func openOffice(t testing.TB, store ismskit.Store, more ...ismskit.Type) *office {
	t.Helper()
	if store == nil {
		store = inMemory(t)
	}
	return openOfficeWith(t, store, func(cfg *ismskit.Config) { cfg.Types = append(cfg.Types, more...) })
}

// openOfficeWith is an office whose Kit is made of something else, from the first moment where it
// has no store yet.
func openOfficeWith(t testing.TB, store ismskit.Store, change func(*ismskit.Config)) *office {
	t.Helper()
	if store == nil {
		store = storagetest.Twice(memory.New())
	}
	return openOfficeAt(t, store, monday, change)
}

// openOfficeAt opens an office at a moment, with its people where the store has none yet.
func openOfficeAt(t testing.TB, store ismskit.Store, at time.Time, change func(*ismskit.Config)) *office {
	t.Helper()
	o := &office{t: t, ctx: context.Background(), store: store, now: at, mails: &mailbox{}}
	types, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	cfg := ismskit.Config{
		Store: store, Blobs: memory.NewBlobs(), Types: slices.Clone(types), Notifier: o.mails,
		Hooks: catalog.Hooks(), Concerns: catalog.Concerns(),
		Now: func() time.Time { return o.now },
		Rights: ismskit.Rights{
			ReadAll: []string{"records/read_all"}, Overview: []string{"organisation/security_officer"},
			ManagePeople: []string{"system/system_admin"}, ManageQueue: []string{"system/system_admin"}, ManageLists: []string{"system/system_admin"},
		},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	change(&cfg)
	o.kit, err = ismskit.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := o.kit.Registers().Rows(o.ctx, ismskit.System("test"), register.Query{List: register.People})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		o.staff()
	}
	if err := o.kit.Start(o.ctx); err != nil {
		t.Fatal(err)
	}
	return o
}

// put adds a row to a list.
func (o *office) put(list, id string, values forms.Values) {
	o.t.Helper()
	change := ismskit.RowChange{List: list, ID: id, Values: values}
	if list == register.Roles { // of which the office has some to begin with
		if row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), list, id); err == nil {
			change.Seen = row.Revision
		}
	}
	_, err := o.kit.Registers().Put(o.ctx, ismskit.System("test"), change)
	if err != nil {
		o.t.Fatalf("%s/%s: %v", list, id, err)
	}
}

func ref(list, id string) forms.Ref { return forms.Ref{List: "register/" + list, ID: id} }
func unit(id string) forms.Ref      { return forms.Ref{List: "unit", ID: id} }

func (o *office) post(id, title, unitID, holder string, head bool, superior string) {
	v := forms.Values{"title": title, "unit": unit(unitID), "head": head,
		"holders": []forms.Row{{forms.RowID: "r1", "person": ref(register.People, holder)}}}
	if superior != "" {
		v["superior"] = ref(register.Posts, superior)
	}
	o.put(register.Posts, id, v)
}

func (o *office) hire(id, name, post, unitID string) {
	o.put(register.People, id, forms.Values{"name": name, "login": "login-" + id, "email": "a" + id + "@office.example",
		"post": ref(register.Posts, post), "unit": unit(unitID)})
}

func (o *office) role(module, key string, people ...string) {
	var rows []forms.Row
	for i, p := range people {
		rows = append(rows, forms.Row{forms.RowID: fmt.Sprintf("r%d", i), "person": ref(register.People, p)})
	}
	o.put(register.Roles, module+"."+key, forms.Values{"module": module, "key": key, "title": key, "members": rows})
}

func (o *office) system(id, name, admin, outside string) {
	v := forms.Values{"name": name, "owner": ref(register.People, admin), "admins": []forms.Ref{ref(register.People, admin)},
		"items": []forms.Row{
			{forms.RowID: "i1", "key": "general", "label": "一般使用者"},
			{forms.RowID: "i2", "key": "privileged", "label": "系統管理者", "privileged": true},
		}}
	if outside != "" {
		v["outside"] = ref(register.Offices, outside)
	}
	o.put(register.Systems, id, v)
}

func (o *office) staff() {
	o.put(register.Units, "U00", forms.Values{"name": "民政局", "kind": "agency", "head": ref(register.Posts, "T01")})
	o.put(register.Units, "U06", forms.Values{"name": "戶政科", "kind": "unit", "parent": unit("U00"), "head": ref(register.Posts, "T15")})
	o.put(register.Units, "U03", forms.Values{"name": "資訊室", "kind": "unit", "parent": unit("U00"), "head": ref(register.Posts, "T07")})
	o.put(register.Offices, "U90", forms.Values{"name": "市府資訊中心", "kind": "outside_office"})
	o.post("T01", "局長", "U00", "P01", true, "")
	o.post("T15", "科長", "U06", "P11", true, "T01")
	o.post("T16", "股長", "U06", "P12", false, "T15")
	o.post("T17", "科員", "U06", "P13", false, "T15")
	o.post("T07", "主任", "U03", "P04", true, "T01")
	o.post("T09", "分析師", "U03", "P05", false, "T07")
	o.post("T10", "管理師", "U03", "P06", false, "T07")
	o.post("T20", "科員", "U03", "P10", false, "T07")
	for _, p := range [][4]string{
		{"P01", "顧維中", "T01", "U00"}, {"P11", "邱柏叡", "T15", "U06"}, {"P12", "范語彤", "T16", "U06"}, {"P13", "鍾明哲", "T17", "U06"},
		{"P04", "江志恆", "T07", "U03"}, {"P05", "賴思妤", "T09", "U03"}, {"P06", "方冠宇", "T10", "U03"}, {"P10", "龔怡安", "T20", "U03"},
	} {
		o.hire(p[0], p[1], p[2], p[3])
	}
	o.role("access", "module_manager", "P04")
	o.role("access", "overdue_contact", "P04")
	o.role("documents", "document_controller", "P10")
	for level := 1; level <= 4; level++ {
		o.role("documents", fmt.Sprint("approver_level_", level), "P01")
	}
	o.role("organisation", "security_officer", "P04")
	o.role("records", "read_all", "P04")
	o.role("records", "records_manager", "P10")
	o.role("records", "disposal_approver", "P01")
	o.role("documents", "approval_confirmer", "P06")
	o.role("system", "system_admin", "P05")
	o.system("S01", "AD 帳號", "P05", "")
	o.system("S02", "公文系統", "P10", "")
	o.system("S04", "電子郵件系統", "P06", "U90")
}

func (o *office) as(person string) ismskit.Actor {
	return ismskit.Actor{Person: person, Assurance: "password", Channel: "go"}
}

func person(id string) forms.Person { return forms.Person{Kind: forms.InDirectory, ID: id} }

// line is one row of an account request.
func line(id, system string, user forms.Person) forms.Row {
	return forms.Row{
		forms.RowID: id, "system": ref(register.Systems, system), "permission": []string{"general"}, "purpose": "承辦公文",
		"account_user": user, "account": "account-" + id, "responsible": person("P11"),
		"period": forms.Period{From: calendar.Date{Year: 2026, Month: 12, Day: 1}, To: calendar.Date{Year: 2027, Month: 11, Day: 30}},
	}
}

// beginning is what is asked for from a day on, on which whoever is expected arrives.
func beginning(day calendar.Date, values forms.Values) forms.Values {
	rows, _ := values["lines"].([]forms.Row)
	for _, row := range rows {
		period, _ := row["period"].(forms.Period)
		period.From = day
		row["period"] = period
		if user, ok := row["account_user"].(forms.Person); ok && user.Kind == forms.Arriving {
			user.Expected = day
			row["account_user"] = user
		}
	}
	return values
}

// threeRows asks for himself, for somebody who has not arrived, and for a
// vendor's engineer.
func threeRows() forms.Values {
	return forms.Values{
		"subject": "調任收發窗口，申請帳號", "op": "add", "reason": "業務需要", "nda": true,
		"lines": []forms.Row{
			line("row1", "S01", person("P13")),
			line("row2", "S02", forms.Person{Kind: forms.Arriving, Name: "蕭紹安", Expected: calendar.Date{Year: 2026, Month: 12, Day: 1}}),
			line("row3", "S04", forms.Person{Kind: forms.External, Name: "杜承恩", Org: "瀚洋資訊"}),
		},
	}
}

func (o *office) apply(person string, values forms.Values) ismskit.Receipt {
	o.t.Helper()
	r, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: "account_request", Values: values, Submit: true})
	if err != nil {
		o.t.Fatalf("apply: %v", err)
	}
	return r
}

func (o *office) act(person, caseID string, a ismskit.Action) ismskit.Receipt {
	o.t.Helper()
	r, err := o.kit.Act(o.ctx, o.as(person), caseID, a)
	if err != nil {
		o.t.Fatalf("%s by %s: %v", a.Verb, person, err)
	}
	return r
}

// until moves the clock and carries out everything on the way.
func (o *office) until(t time.Time) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.ctx, time.Minute)
	defer cancel()
	if err := o.kit.RunUntil(ctx, t); err != nil {
		o.t.Fatalf("run until %v: %v", t, err)
	}
	if t.After(o.now) {
		o.now = t
	}
}

func (o *office) settle() { o.t.Helper(); o.until(o.now) }

func (o *office) todo(person string) []ismskit.Todo {
	o.t.Helper()
	list, err := o.kit.Tasks(o.ctx, o.as(person), ismskit.TodoFilter{})
	if err != nil {
		o.t.Fatalf("tasks of %s: %v", person, err)
	}
	return list
}

func (o *office) read(person, id string) ismskit.Case {
	o.t.Helper()
	c, err := o.kit.Case(o.ctx, o.as(person), id)
	if err != nil {
		o.t.Fatalf("case %s as %s: %v", id, person, err)
	}
	return c
}

func (o *office) sendOut(person string) {
	o.t.Helper()
	o.act(person, o.todo(person)[0].Case, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{
		To: "市府資訊中心", How: "email", Number: "A-2211", Sent: o.now, Expected: o.now.AddDate(0, 0, 2),
	}})
}

// finish carries a request of three rows to its end.
func (o *office) finish(id string) {
	o.t.Helper()
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.sendOut("P06")
	for _, handler := range []string{"P05", "P10", "P06"} {
		a := ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"}
		if handler == "P06" {
			a.Outside = &workflow.OutsideNote{ReplyNumber: "B-1", Reply: "已建立", Replied: o.now, Proof: []string{"reply.pdf"}}
		}
		o.act(handler, o.todo(handler)[0].Case, a)
	}
	o.settle()
	o.act("P13", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
}

var taipei = time.FixedZone("Asia/Taipei", 8*3600)

// noticesOf are a person's messages, oldest first, without mails.
func (o *office) noticesOf(person string) []ismskit.Message {
	o.t.Helper()
	var all []ismskit.Message
	for f := (ismskit.NoticeFilter{Limit: 200}); ; {
		page, err := o.kit.Queue().Notices(o.ctx, o.as(person), f)
		if err != nil {
			o.t.Fatal(err)
		}
		all = append(all, page...)
		if len(page) < f.Limit {
			break
		}
		f.After, f.AfterID = page[len(page)-1].Created, page[len(page)-1].ID
	}
	all = slices.DeleteFunc(all, func(m ismskit.Message) bool { return m.Kind == ismskit.MessageMail })
	slices.Reverse(all)
	return all
}

// told says by which rules, on which days, a person was told.
func (o *office) told(person string, want ...string) {
	o.t.Helper()
	var got []string
	for _, m := range o.noticesOf(person) {
		got = append(got, m.Rule+"@"+m.Created.In(taipei).Format("01-02"))
	}
	if !slices.Equal(got, want) {
		o.t.Errorf("%s was told %v, want %v", person, got, want)
	}
}

// moved says how notices word that deadlines of somebody moved, and that the body says so too.
func (o *office) moved(person string, want ...string) {
	o.t.Helper()
	var got []string
	for _, m := range o.noticesOf(person) {
		if m.Rule != "redated" {
			continue
		}
		got = append(got, m.Subject)
		if _, dates, _ := strings.Cut(m.Subject, "："); !strings.Contains(m.Body, "期限重新計算："+dates+"。") {
			o.t.Errorf("%s reads %q under %q", person, m.Body, m.Subject)
		}
	}
	if !slices.Equal(got, want) {
		o.t.Errorf("%s was told %q, want %q", person, got, want)
	}
}

// mailed says when mails left for a person.
func (o *office) mailed(person string, want ...string) {
	o.t.Helper()
	var got []string
	for _, m := range o.mails.mails {
		if m.Person == person {
			got = append(got, m.At.In(taipei).Format("01-02 15:04"))
		}
	}
	if !slices.Equal(got, want) {
		o.t.Errorf("mails to %s left %v, want %v", person, got, want)
	}
}

// finishOne carries a request of one row for S01 to its end.
func (o *office) finishOne(id string) {
	o.t.Helper()
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	for _, todo := range o.todo("P05") {
		if todo.Type == "account_request_row" {
			o.act("P05", todo.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
		}
	}
	o.settle()
	o.act("P13", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
}

// wait looks until something is so; a queue that runs on its own gives no sign.
func (o *office) wait(so func() bool) {
	o.t.Helper()
	deadline := time.After(20 * time.Second)
	for !so() {
		select {
		case <-deadline:
			o.t.Fatal("it did not come about")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// leave ends a person's time in the house.
func (o *office) leave(person string) {
	o.t.Helper()
	o.change(register.People, person, func(v forms.Values) { v["to"] = calendar.DateOf(o.now.In(taipei)).AddDays(-1) })
}

// change changes a row of a list.
func (o *office) change(list, id string, with func(forms.Values)) {
	o.t.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), list, id)
	if err != nil {
		o.t.Fatal(err)
	}
	fields, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	if err != nil {
		o.t.Fatal(err)
	}
	fields = fields.Clone()
	with(fields)
	if _, err = o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: list, ID: id, Seen: row.Revision, Values: fields}); err != nil {
		o.t.Fatal(err)
	}
}
