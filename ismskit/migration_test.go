package ismskit_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

const (
	memoHead    = `{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"unit_head"}],"due":{"term":"3wd"}}}`
	memoBeside  = `{"step":{"id":"beside","name":{"zh-TW":"資訊室會辦","en":"Information office"},"kind":"consult","who":[{"kind":"person","ids":["P04"]}]}}`
	memoChief   = `{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"post","ids":["T01"]}],"due":{"term":"2wd"}}}`
	memoOfficer = `{"step":{"id":"officer","name":{"zh-TW":"資安確認","en":"Security officer"},"kind":"confirm","who":[{"kind":"role","module":"organisation","role":"security_officer"}]}}`
)

// memoVersion is a version of the memo with these steps, and with a change of the form.
func memoVersion(t *testing.T, version string, form func(string) string, steps ...string) ismskit.Type {
	t.Helper()
	typ := memo(t, `{"key":"memo","version":"1","root":{"sequence":[`+strings.Join(steps, ",")+`]}}`)
	body, err := json.Marshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	src := strings.ReplaceAll(string(body), `"version":"1"`, `"version":"`+version+`"`)
	if form != nil {
		src = form(src)
	}
	if typ, err = ismskit.ParseType([]byte(src)); err != nil {
		t.Fatal(err)
	}
	return typ
}

// publishes opens the office anew with more versions of its types.
func (o *office) publishes(types ...ismskit.Type) *office {
	o.t.Helper()
	return openOfficeAt(o.t, o.store, o.now, func(c *ismskit.Config) {
		c.Types = append(c.Types, types...)
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
		c.Signer, c.Printer = aKey(o.t, "isms.example"), print.A4{}
	})
}

func (o *office) migration(q ismskit.MigrationQuery) ismskit.Migration {
	o.t.Helper()
	m, err := o.kit.Records().Migration(o.ctx, o.as("P04"), q)
	if err != nil {
		o.t.Fatal(err)
	}
	return m
}

// line is what a preview says of a case.
func (o *office) toMigrate(q ismskit.MigrationQuery, id string) ismskit.MigrationCase {
	o.t.Helper()
	m := o.migration(q)
	i := slices.IndexFunc(m.Cases, func(c ismskit.MigrationCase) bool { return c.Case == id })
	if i < 0 {
		o.t.Fatalf("%s is not in the preview: %+v", id, m)
	}
	// What it is about is said to whoever may read it, and to nobody else.
	c, err := o.kit.Case(o.ctx, o.as("P04"), id)
	if line := m.Cases[i]; line.Readable != (err == nil) || line.Subject != c.Subject {
		o.t.Errorf("the preview calls it %q (readable: %v); read it is %q (%v)", line.Subject, line.Readable, c.Subject, err)
	}
	return m.Cases[i]
}

func (o *office) migrate(m ismskit.Migrate) []ismskit.MigrateResult {
	o.t.Helper()
	out, err := o.kit.Records().Migrate(o.ctx, o.as("P04"), m)
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// inBundle says whether a file in a bundle has a text.
func inBundle(t *testing.T, bundle []byte, text string) bool {
	t.Helper()
	files, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(body, []byte(text)) {
			return true
		}
	}
	return false
}

// The memo's second version drops the information office and has the security officer
// confirm at the end. Who lies with the head goes on by it, with what was signed proved as
// before; who has been with the information office stays and is told why.
func TestARunningCaseIsMovedToTheNextVersion(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		v1 := memoVersion(t, "1", nil, memoHead, memoBeside, memoChief)
		v2 := memoVersion(t, "2", nil, memoHead, memoChief, memoOfficer)
		o := openOfficeWith(t, store, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
		moves, stays := o.memo(), o.memo()
		draft := o.open("P13", "memo", forms.Values{"subject": "尚未送出"}, false)
		o.act("P11", stays, ismskit.Action{Verb: workflow.VerbApprove, Comment: "同意"})
		o.settle()
		o = o.publishes(v1, v2)
		screen := o.read("P11", moves)

		m := o.migration(ismskit.MigrationQuery{Type: "memo"})
		if m.To.Version != "2" || len(m.Cases) != 2 || m.More || !slices.Equal(m.Versions, []ismskit.VersionInUse{{Version: "1", Cases: 2, Drafts: 1}}) {
			t.Fatalf("preview %+v", m)
		}
		can, cannot := o.toMigrate(ismskit.MigrationQuery{Type: "memo"}, moves), o.toMigrate(ismskit.MigrationQuery{Type: "memo"}, stays)
		if len(can.Stands) != 0 || can.Step.In("zh-TW") != "科長" || can.Revision != screen.Revision {
			t.Errorf("the first: %+v", can)
		}
		if len(cannot.Stands) != 1 || cannot.Stands[0].In("zh-TW") != "本案已到過「資訊室會辦」，新版流程沒有此關卡。" {
			t.Errorf("the second: %+v", cannot.Stands)
		}

		if m := o.migration(ismskit.MigrationQuery{}); len(m.Types) != 1 || m.Types[0].Key != "memo" || m.Types[0].Cases != 2 {
			t.Errorf("types with cases on another version: %+v", m.Types)
		}

		act := ismskit.Migrate{Type: "memo", Key: "m1", Reason: "流程修訂，資安人員須確認", Cases: []ismskit.MigrateItem{
			{Case: moves, Revision: can.Revision}, {Case: stays, Revision: cannot.Revision}, {Case: draft.Case, Revision: draft.Revision},
		}}
		for _, who := range []string{"P13", "P05", "P11"} {
			if _, err := o.kit.Records().Migration(o.ctx, o.as(who), ismskit.MigrationQuery{Type: "memo"}); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("%s looks: %v", who, err)
			}
			if _, err := o.kit.Records().Migrate(o.ctx, o.as(who), act); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("%s moves: %v", who, err)
			}
		}
		result := o.migrate(act)
		if result[0].Err != nil || result[0].Already || result[0].Receipt.Revision != can.Revision+1 {
			t.Fatalf("the first: %+v", result[0])
		}
		why, ok := errors.AsType[*ismskit.Stays](result[1].Err)
		if !ok || len(why.In("zh-TW")) != 1 || !errors.Is(result[2].Err, ismskit.ErrNotFound) {
			t.Errorf("the others: %v, %v", result[1].Err, result[2].Err)
		}
		if again := o.migrate(act); again[0].Err != nil || !again[0].Receipt.Repeated {
			t.Errorf("once more: %+v", again[0])
		}

		// It is on the trail, in the archive and on the print; whoever had it before him is
		// told that it has changed.
		c := o.read("P13", moves)
		e := c.Trail[len(c.Trail)-1]
		if c.Version != "2" || e.Verb != ismskit.VerbMigrate || e.By.Person != "P04" || e.Type != "memo@2" || e.MovedFrom != "memo@1" || e.Comment != act.Reason {
			t.Fatalf("version %s, entry %+v", c.Version, e.Event)
		}
		_, err := o.kit.Act(o.ctx, o.as("P11"), moves, ismskit.Action{Verb: workflow.VerbApprove, Revision: screen.Revision})
		if conflict, ok := errors.AsType[*ismskit.Conflict](err); !ok || len(conflict.Since) != 1 || conflict.Since[0].Verb != ismskit.VerbMigrate {
			t.Errorf("a screen of before: %v", err)
		}
		sheet, err := o.kit.Records().Print(o.ctx, o.as("P13"), moves, ismskit.Imprint{Lang: "zh-TW"})
		if err != nil || !bytes.Contains(sheet.Body, []byte("由第 1 版轉用第 2 版")) || !bytes.Contains(sheet.Body, []byte("案件轉用新版")) {
			t.Errorf("the print: %v\n%s", err, sheet.Body)
		}

		o.act("P11", moves, ismskit.Action{Verb: workflow.VerbApprove, Comment: "同意"})
		o.settle()
		o.holds(moves, "P01")
		o.act("P01", moves, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.holds(moves, "P04")
		o.act("P04", moves, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.act("P04", stays, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", stays, ismskit.Action{Verb: workflow.VerbApprove})
		o.until(monday.AddDate(0, 0, 1))
		for id, version := range map[string]string{moves: "2", stays: "1"} {
			faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P13"), id)
			if c := o.read("P13", id); err != nil || len(faults) != 0 || c.Version != version || c.Outcome != string(workflow.OutcomeDone) {
				t.Errorf("%s by version %s: %s, faults %v, %v", id, c.Version, c.Outcome, faults, err)
			}
		}
		bundle := o.export("P13", ismskit.Export{Cases: []string{moves}, Scope: map[string]string{"case": moves}, Decision: print.DecisionOf})
		if r := o.verifyBundle(bundle); !r.Holds() || r.Cases != 1 {
			t.Errorf("the bundle: %v", r.Findings)
		}
		if r := o.audit(); !r.Holds() {
			t.Errorf("the audit: %v", r.Findings)
		}
		if !inBundle(t, bundle, `\"moved_from\":\"memo@1\"`) {
			t.Error("the bundle says nothing of the move")
		}
		found, err := o.kit.Records().Query(o.ctx, o.as("P13"), record.Query{Types: []string{"memo"}, Limit: 10})
		if err != nil || len(found) != 2 {
			t.Errorf("the archive has %d: %v", len(found), err)
		}
	})
}

// What the new form does not take keeps a case, by the field's name: nothing that was sent
// is lost, and nothing is taken for filled in that is not.
func TestAFormThatTakesLessKeepsACase(t *testing.T) {
	v1 := memoVersion(t, "1", nil, memoHead, memoChief)
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
	id := o.memo()
	asks := memoVersion(t, "2", func(s string) string {
		return strings.Replace(s, `"label":{"en":"Findings","zh-TW":"查明事項"}`, `"label":{"en":"Findings","zh-TW":"查明事項"},"required":true`, 1)
	}, memoHead, memoChief)
	drops := memoVersion(t, "3", func(s string) string {
		return strings.NewReplacer(`"key":"subject"`, `"key":"headline"`, `"subject":"subject"`, `"subject":"headline"`).Replace(s)
	}, memoHead, memoChief)
	shorter := memoVersion(t, "4", func(s string) string {
		return strings.Replace(s, `"required":true`, `"required":true,"max_length":3`, 1)
	}, memoHead, memoChief)
	last := memoVersion(t, "5", func(s string) string {
		return strings.Replace(s, `"fields":[`, `"fields":[{"key":"more","type":"text","label":{"zh-TW":"補充","en":"More"}},`, 1)
	}, memoHead, memoChief)
	o = o.publishes(v1, asks, shorter, last)
	for version, want := range map[string]string{
		"2": "新版表單必須填寫「查明事項」，本案沒有填寫。", "4": "「主旨」的內容，新版表單不接受。", "5": "",
	} {
		got := ""
		for _, text := range o.toMigrate(ismskit.MigrationQuery{Type: "memo", To: version}, id).Stands {
			got += text.In("zh-TW")
		}
		if got != want {
			t.Errorf("to version %s: %q, not %q", version, got, want)
		}
	}
	before := o.toMigrate(ismskit.MigrationQuery{Type: "memo"}, id)
	if r := o.migrate(ismskit.Migrate{Type: "memo", Reason: "表單修訂", Cases: []ismskit.MigrateItem{{Case: id, Revision: before.Revision - 1}}}); !errors.Is(r[0].Err, ismskit.ErrConflict) {
		t.Errorf("one that changed meanwhile: %+v", r[0])
	}
	if r := o.migrate(ismskit.Migrate{Type: "memo", Reason: "表單修訂", Cases: []ismskit.MigrateItem{{Case: id, Revision: before.Revision}}}); r[0].Err != nil {
		t.Fatal(r[0].Err)
	}
	// And back again, as nothing was filled in meanwhile.
	back := o.toMigrate(ismskit.MigrationQuery{Type: "memo", To: "1"}, id)
	if r := o.migrate(ismskit.Migrate{Type: "memo", To: "1", Reason: "更正", Cases: []ismskit.MigrateItem{{Case: id, Revision: back.Revision}}}); r[0].Err != nil {
		t.Fatal(r[0].Err)
	}
	if faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P13"), id); err != nil || len(faults) != 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
	o = o.publishes(v1, drops)
	if got := o.toMigrate(ismskit.MigrationQuery{Type: "memo"}, id).Stands; len(got) == 0 || got[0].In("zh-TW") != "本案填有「主旨」，新版表單沒有這個欄位。" {
		t.Errorf("to a form without the field: %+v", got)
	}
}

// A choice that can't be carried out is refused as a whole, before anything is moved.
func TestAMigrationNeedsAReasonAndAChoice(t *testing.T) {
	v1, v2 := memoVersion(t, "1", nil, memoHead, memoChief), memoVersion(t, "2", nil, memoHead, memoChief, memoOfficer)
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
	id := o.memo()
	o = o.publishes(v1, v2)
	item := ismskit.MigrateItem{Case: id, Revision: o.read("P13", id).Revision}
	for _, c := range []struct {
		m    ismskit.Migrate
		want []string
	}{
		{ismskit.Migrate{}, []string{"migrate.none", "migrate.reason"}},
		{ismskit.Migrate{Reason: "修訂", Cases: []ismskit.MigrateItem{item, item}}, []string{"migrate.twice"}},
		{ismskit.Migrate{Reason: "修訂", Cases: make([]ismskit.MigrateItem, ismskit.MaxMigrated+1)}, []string{"migrate.many"}},
		{ismskit.Migrate{Reason: strings.Repeat("長", ismskit.MaxComment+1), Cases: []ismskit.MigrateItem{item}}, []string{"too_long"}},
	} {
		c.m.Type = "memo"
		_, err := o.kit.Records().Migrate(o.ctx, o.as("P04"), c.m)
		var got []string
		if invalid, ok := errors.AsType[forms.Invalid](err); ok {
			for _, f := range invalid {
				got = append(got, f.Code)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v (%v)", c.want, got, err)
		}
	}
	if v := o.read("P13", id).Version; v != "1" {
		t.Errorf("it is on version %s", v)
	}
}

// The rows of a request are moved by their own type; their request stays as it is, and both
// are proved afterwards.
func TestTheRowsOfARequestAreMovedByTheirOwnType(t *testing.T) {
	const next = "next"
	o := openOffice(t, nil)
	old := o.version("account_request_row")
	sent := o.apply("P13", threeRows())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.extend(func(c *ismskit.Config) {
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
		c.Types = slices.Clone(c.Types)
		for i, typ := range c.Types {
			if typ.Key == "account_request_row" {
				typ.Version, typ.Form.Version, typ.Flow.Version = next, next, next
				typ.Form.Fields = append(slices.Clone(typ.Form.Fields), forms.Field{Key: "ticket", Type: "text", Label: forms.Text{"zh-TW": "機房登記號"}})
				c.Types[i] = typ
			}
		}
	})
	m := o.migration(ismskit.MigrationQuery{Type: "account_request_row"})
	if len(m.Cases) != 3 {
		t.Fatalf("%d rows: %+v", len(m.Cases), m)
	}
	var items []ismskit.MigrateItem
	for _, c := range m.Cases {
		if len(c.Stands) > 0 || c.RowNo == 0 || c.Number == "" {
			t.Fatalf("row %+v", c)
		}
		items = append(items, ismskit.MigrateItem{Case: c.Case, Revision: c.Revision})
	}
	for _, r := range o.migrate(ismskit.Migrate{Type: "account_request_row", Reason: "加登記號", Cases: items[:2]}) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	var versions []string
	for _, row := range o.read("P13", sent.Case).Rows {
		versions = append(versions, row.Case.Version)
		if len(row.Faults) > 0 {
			t.Errorf("faults %v", row.Faults)
		}
	}
	slices.Sort(versions)
	if want := []string{next, next, old}; !slices.Equal(versions, slices.Sorted(slices.Values(want))) {
		t.Errorf("rows of versions %v", versions)
	}
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
	if faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P13"), sent.Case); err != nil || len(faults) != 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
}
