package ismskit_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/certificate"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/storagetest"
	"github.com/ismskit/ismskit/workflow"
)

// changing lets P04 change flows, of more types than the catalogue's.
func changing(types ...ismskit.Type) func(*ismskit.Config) {
	return func(c *ismskit.Config) {
		c.Types = append(c.Types, types...)
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
	}
}

// decides writes that a version of the memo is in use, as a later program does: nothing of it
// is checked here. Without a definition it writes the row alone.
func (o *office) decides(definition []byte, values string) {
	o.t.Helper()
	err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		if definition != nil {
			d := ismskit.Definition{Kind: "type", Key: "memo", Version: "1-1", Digest: sha256.Sum256(definition), Body: definition, Created: o.now}
			if err := tx.Definitions().Put(ctx, d); err != nil {
				return err
			}
		}
		return tx.Registers().Put(ctx, register.Row{List: register.Flows, ID: "memo", Revision: 1, Values: json.RawMessage(values), ChangedAt: o.now, ChangedBy: "P04"})
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.learns(o.kit)
}

// learns makes a server look at once which versions are in use, as after a host's commit.
func (o *office) learns(kit *ismskit.Kit) {
	_, done := kit.With(o.store)
	done()
}

// ofALaterProgram is the memo as a later program publishes it, with a word in it that this one
// does not know.
func ofALaterProgram(t *testing.T, old, word string) []byte {
	t.Helper()
	body, err := json.Marshal(memo(t, memoFlow))
	if err != nil {
		t.Fatal(err)
	}
	src := strings.Replace(string(body), old, word, 1)
	if src == string(body) {
		t.Fatalf("%s is not in %s", old, body)
	}
	return []byte(strings.ReplaceAll(src, `"version":"1"`, `"version":"1-1"`))
}

const memoInUse = `{"type":"memo","version":"1-1","base":"1","digest":"x"}`

func (o *office) barred(key string) *ismskit.Barred {
	o.t.Helper()
	list, err := o.kit.Types().List(o.ctx, o.as("P13"))
	if err != nil {
		o.t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(t ismskit.TypeInfo) bool { return t.Key == key })
	if i < 0 {
		o.t.Fatalf("%s is on no list", key)
	}
	return list[i].Barred
}

// beginsNoMemo asks that the form is refused by name, wherever one would begin, with the reason
// on its page and on the lists.
func (o *office) beginsNoMemo(says string) {
	o.t.Helper()
	has := func(where string, bar *ismskit.Barred) {
		o.t.Helper()
		if bar == nil || !strings.Contains(strings.Join(bar.Texts("zh-TW"), " "), says) {
			o.t.Errorf("%s says %v", where, bar)
		}
	}
	has("the list", o.barred("memo"))
	var bar *ismskit.Barred
	_, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "採購"}, Submit: true})
	if !errors.As(err, &bar) || !errors.Is(err, ismskit.ErrReadOnly) || errors.Is(err, ismskit.ErrNotFound) {
		o.t.Errorf("opened: %v", err)
	}
	has("opening", bar)
	if _, err := o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Type: "memo", Values: forms.Values{"subject": "採購"}}); !errors.As(err, &bar) {
		o.t.Errorf("its way: %v", err)
	}
	if _, err := o.kit.Types().DryRun(o.ctx, o.as("P04"), ismskit.Trial{Type: "memo"}); !errors.As(err, &bar) {
		o.t.Errorf("tried out: %v", err)
	}
	v, err := o.versions().Get(o.ctx, o.as("P04"), "memo")
	if err != nil || v.Version == "1" {
		o.t.Errorf("in use is %s, %v", v.Version, err)
	}
	has("the versions", v.Barred)
	d, err := o.versions().Flow(o.ctx, o.as("P04"), "memo", "")
	if err != nil || len(d.Problems) == 0 || !strings.Contains(d.Problems[0].Text.In("zh-TW"), says) || d.Version != v.Version {
		o.t.Errorf("its flow: version %s, %+v, %v", d.Version, d.Problems, err)
	}
}

// goesOnWithoutMemo asks that nothing else stops.
func (o *office) goesOnWithoutMemo(running string) {
	o.t.Helper()
	o.act("P11", running, ismskit.Action{Verb: workflow.VerbApprove})
	o.oneRow()
	if _, err := o.kit.Check(o.ctx); err != nil {
		o.t.Errorf("the night: %v", err)
	}
	if _, err := o.versions().List(o.ctx, o.as("P04")); err != nil {
		o.t.Errorf("the list of flows: %v", err)
	}
}

// An officer publishes on a server that was renewed already; the old one beside it does not
// know what the version says. That form begins nothing there, everything else goes on, and it
// can be started anew.
func TestAVersionOfALaterProgramStopsItsFormAlone(t *testing.T) {
	for name, c := range map[string]struct {
		definition   []byte
		row          string
		says, inFlow string
	}{
		"a kind of step":       {definition: ofALaterProgram(t, `"kind":"review"`, `"kind":"seal"`), row: memoInUse, says: "無法解讀第 1-1 版", inFlow: "head"},
		"another language":     {definition: []byte(`["1-1"]`), row: memoInUse, says: "無法解讀第 1-1 版"},
		"it is not there":      {row: memoInUse, says: "無法解讀第 1-1 版"},
		"a row of other words": {definition: ofALaterProgram(t, `"kind":"review"`, `"kind":"seal"`), row: `{"type":"memo","version":{"number":2}}`, says: "採用版本的紀錄"},
	} {
		t.Run(name, func(t *testing.T) {
			o := designs(t, memory.New(), memo(t, memoFlow))
			running := o.memo()
			o.decides(c.definition, c.row)
			o.beginsNoMemo(c.says)
			o.goesOnWithoutMemo(running)
			if d, err := o.versions().Flow(o.ctx, o.as("P04"), "memo", ""); err != nil || c.inFlow != "" && (len(d.Flow.Root.Sequence) == 0 || d.Flow.Root.Sequence[0].Step.ID != c.inFlow) {
				t.Errorf("what can be read of it: %+v, %v", d.Flow, err)
			}
			if _, err := o.kit.Records().Migration(o.ctx, o.as("P04"), ismskit.MigrationQuery{Type: "memo"}); !errors.As(err, new(*ismskit.Barred)) {
				t.Errorf("running cases are moved to another version than the one in use: %v", err)
			}
			// No draft begins with what would be lost in it.
			if _, err := o.versions().Begin(o.ctx, o.as("P04"), "memo", ""); !errors.Is(err, ismskit.ErrReadOnly) {
				t.Errorf("a draft of it: %v", err)
			}

			o = openOfficeAt(t, o.store, o.now, changing(memo(t, memoFlow)))
			o.beginsNoMemo(c.says)

			v, err := o.versions().Get(o.ctx, o.as("P04"), "memo")
			if err != nil {
				t.Fatal(err)
			}
			if v.Version == "" {
				return // what stands there only who wrote it can change
			}
			v, err = o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "1", InUse: v.Version, Reason: "回復原流程"})
			if err != nil || v.Version != "1" || v.Barred != nil {
				t.Fatalf("%+v, %v", v, err)
			}
			o.memo()
		})
	}
}

// A house asked for certificates, and its server was started again without anything that could
// check them.
func TestAVersionWithCertificatesBeginsNothingWhereNoneAreChecked(t *testing.T) {
	c := openCards(t, memoFlow)
	verifier, err := certificate.FromFile(c.file)
	if err != nil {
		t.Fatal(err)
	}
	store := storagetest.Twice(memory.New())
	o := openOfficeWith(t, store, func(cfg *ismskit.Config) {
		changing(memo(t, memoFlow))(cfg)
		cfg.Certificates = verifier
	})
	running := o.memo()
	d := o.draftOf("memo")
	n, err := d.Flow.At("root.sequence[0]")
	if err != nil {
		t.Fatal(err)
	}
	n.Step.Certificate = "must"
	flow, err := d.Flow.Put("root.sequence[0]", n)
	if err != nil {
		t.Fatal(err)
	}
	o.brings(o.saves(d, flow), "須憑證簽章")
	draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "採購"}})
	if err != nil {
		t.Fatal(err)
	}

	o = openOfficeAt(t, store, o.now, changing(memo(t, memoFlow)))
	o.beginsNoMemo("憑證簽章")
	var bar *ismskit.Barred
	if _, err := o.kit.Act(o.ctx, o.as("P13"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Revision: draft.Revision}); !errors.As(err, &bar) {
		t.Errorf("a draft was sent: %v", err)
	}
	var stays *ismskit.Stays
	moved := o.migrate(ismskit.Migrate{Type: "memo", To: "1-1", Cases: []ismskit.MigrateItem{{Case: running, Revision: o.read("P13", running).Revision}}, Reason: "試"})
	if !errors.As(moved[0].Err, &stays) || !strings.Contains(strings.Join(stays.In("zh-TW"), " "), "憑證簽章") {
		t.Errorf("a running case was moved to it: %v", moved[0].Err)
	}
	o.goesOnWithoutMemo(running)
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "1", InUse: "1-1", Reason: "無憑證"}); err != nil {
		t.Fatal(err)
	}
	o.memo()
	// What could not be published does not come back either.
	var refused *ismskit.Unpublishable
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "1-1", InUse: "1", Reason: "試"}); !errors.As(err, &refused) || len(refused.Problems) != 1 {
		t.Errorf("brought back: %v", err)
	}
	o = openOfficeAt(t, store, o.now, func(cfg *ismskit.Config) {
		changing(memo(t, memoFlow))(cfg)
		cfg.Certificates = verifier
	})
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "1-1", InUse: "1", Reason: "已可查驗"}); err != nil {
		t.Errorf("with certificates again: %v", err)
	}
}

// The program no longer has the function that a house's version closes with: people are told
// before they fill anything in, and nobody brings it back into use.
func TestAVersionThatCanOnlyBeReadBeginsNothing(t *testing.T) {
	store := memory.New()
	first := memo(t, memoFlow)
	first.Closing = "hookx"
	o := openOfficeWith(t, store, func(c *ismskit.Config) {
		changing(first)(c)
		c.Hooks["hookx"] = func(context.Context, ismskit.Closing) ([]ismskit.Effect, error) { return nil, nil }
	})
	d := o.draftOf("memo")
	flow, err := d.Flow.Before("root.sequence[0]", deskFirst())
	if err != nil {
		t.Fatal(err)
	}
	o.brings(o.saves(d, flow), "先經登記桌")

	o = openOfficeAt(t, store, o.now, changing(memoVersion(t, "2", nil, memoHead, memoChief)))
	o.beginsNoMemo("結案處理程式「hookx」")
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "2", InUse: "1-1", Reason: "回復原流程"}); err != nil {
		t.Fatal(err)
	}
	var readOnly *ismskit.ReadOnly
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "1-1", InUse: "2", Reason: "試"}); !errors.As(err, &readOnly) || readOnly.Hook != "hookx" {
		t.Errorf("brought back: %v", err)
	}
	o.memo()
}

// hidesPurpose makes a draft of the request whose head does not see what a permission is for.
func (o *office) hidesPurpose() ismskit.Design {
	o.t.Helper()
	d := o.draftOf("account_request")
	n, err := d.Flow.At("root.sequence[1]")
	if err != nil {
		o.t.Fatal(err)
	}
	n.Step.Hide = append(n.Step.Hide, "lines.purpose")
	flow, err := d.Flow.Put("root.sequence[1]", n)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.saves(d, flow)
}

// rowsByPurpose brings rows that are called by what they are for.
func rowsByPurpose(c *ismskit.Config) {
	changing()(c)
	i := slices.IndexFunc(c.Types, func(t ismskit.Type) bool { return t.Key == "account_request_row" })
	row := c.Types[i]
	row.Version, row.Form.Version, row.Flow.Version = "99", "99", "99"
	row.Subject, row.SubjectIn = "{purpose}", nil
	c.Types = append(slices.Clone(c.Types), row)
}

// What a house hides from its head, rows of a newer program would show him in their subject.
func TestRowsOfANewerProgramShowNothingThatTheHouseHides(t *testing.T) {
	o := designs(t, memory.New())
	d := o.hidesPurpose()
	if len(d.Problems) > 0 {
		t.Fatalf("%+v", d.Problems)
	}
	hides := o.brings(d, "目的不給科長看").Version
	before := o.oneRow()

	o = openOfficeAt(t, o.store, o.now, rowsByPurpose)
	bar := o.barred("account_request")
	if bar == nil || !strings.Contains(bar.Texts("zh-TW")[0], "隱藏") {
		t.Errorf("the list says %v", bar)
	}
	if _, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: threeRows()}); !errors.As(err, &bar) {
		t.Errorf("opened: %v", err)
	}
	if c := o.read("P11", before); len(c.Rows) != 1 {
		t.Errorf("a running case has rows %+v", c.Rows)
	}

	// An officer goes back to the program's, and then not to the house's beside these rows.
	program := d.Type.Program
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "account_request", Version: program, InUse: hides, Reason: "回復原流程"}); err != nil {
		t.Fatal(err)
	}
	o.oneRow()
	var refused *ismskit.Unpublishable
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "account_request", Version: hides, InUse: program, Reason: "試"}); !errors.As(err, &refused) || len(refused.Problems) == 0 {
		t.Errorf("brought back: %v", err)
	}
	// Nor is a draft published that hides it.
	d = o.hidesPurpose()
	if len(d.Problems) == 0 || !d.Blocks() {
		t.Error("a draft may hide what its rows show")
	}
	if _, err := o.versions().Publish(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "account_request", Seen: d.Draft.Revision, Reason: "試"}); !errors.As(err, &refused) {
		t.Errorf("published: %v", err)
	}
}

// Beside a request that hides it, rows are not brought into use that show it.
func TestRowsThatShowWhatTheirRequestHidesAreNotBroughtIntoUse(t *testing.T) {
	store := memory.New()
	o := openOfficeWith(t, store, rowsByPurpose)
	old := slices.IndexFunc(o.versionsOfRows(), func(v ismskit.TypeVersion) bool { return v.Version != "99" })
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "account_request_row", Version: o.versionsOfRows()[old].Version, InUse: "99", Reason: "用原列"}); err != nil {
		t.Fatal(err)
	}
	inUse := o.versionsOfRows()[old].Version
	o.brings(o.hidesPurpose(), "目的不給科長看")
	var refused *ismskit.Unpublishable
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "account_request_row", Version: "99", InUse: inUse, Reason: "試"}); !errors.As(err, &refused) || len(refused.Problems) == 0 {
		t.Errorf("brought into use: %v", err)
	}
	// A draft goes with the program's newest form, which is that of 99.
	if d := o.draftOf("account_request_row"); len(d.Problems) == 0 {
		t.Error("a draft of rows may show what their request hides")
	}
}

func (o *office) versionsOfRows() []ismskit.TypeVersion {
	o.t.Helper()
	v, err := o.versions().Get(o.ctx, o.as("P04"), "account_request_row")
	if err != nil {
		o.t.Fatal(err)
	}
	return v.All
}

// Rows that can't begin keep the request from beginning that would be split into them.
func TestARequestWhoseRowsCanNotBeginDoesNotBegin(t *testing.T) {
	o := designs(t, memory.New())
	err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Registers().Put(ctx, register.Row{
			List: register.Flows, ID: "account_request_row", Revision: 1, Values: json.RawMessage(`{"type":"account_request_row","version":"77-1","base":"77","digest":"x"}`), ChangedAt: o.now, ChangedBy: "P04",
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	o.learns(o.kit)
	bar := o.barred("account_request")
	if bar == nil || !strings.Contains(bar.Texts("zh-TW")[0], "分項") || !strings.Contains(bar.Texts("zh-TW")[0], "77-1") {
		t.Errorf("the list says %v", bar)
	}
	if _, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: threeRows()}); !errors.As(err, &bar) {
		t.Errorf("opened: %v", err)
	}
}
