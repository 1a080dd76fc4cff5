package ismskit_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// eventful is a store at which something happens once: after it was read, or after it was
// written. It fails from then on where the story says so.
type eventful struct {
	ismskit.Store
	read, written func()
	gone          bool
}

func (b *eventful) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if b.gone {
		return ismskit.ErrUnavailable
	}
	err := b.Store.View(ctx, fn)
	if then := b.read; then != nil {
		b.read = nil
		then()
	}
	return err
}

func (b *eventful) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	err := b.Store.Update(ctx, fn)
	if then := b.written; then != nil && err == nil {
		b.written = nil
		then()
	}
	return err
}

// deskBefore makes a draft of the memo that goes to the registry first.
func (o *office) deskBefore() ismskit.Design {
	o.t.Helper()
	d := o.draftOf("memo")
	flow, err := d.Flow.Before("root.sequence[0]", deskFirst())
	if err != nil {
		o.t.Fatal(err)
	}
	return o.saves(d, flow)
}

// The database goes away right after a version was written. It is published all the same, and
// the officer is told so: a second try would find no draft.
func TestWhatIsWrittenIsPublishedWhateverFailsAfterwards(t *testing.T) {
	store := &eventful{Store: memory.New()}
	o := designs(t, store, memo(t, memoFlow))
	d := o.deskBefore()
	store.written = func() { store.gone = true }
	if v := o.brings(d, "先經登記桌"); v.Version != "1-1" || v.Base != "1" || !v.Decided || v.Key != "memo" {
		t.Errorf("published as %+v", v)
	}
	store.gone = false
	if got := o.stepsOf("P13"); !slices.Equal(got, []string{"desk", "head", "chief"}) {
		t.Errorf("new cases go by %v", got)
	}
	store.written = func() { store.gone = true }
	v, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "1", InUse: "1-1", Reason: "回復原流程"})
	if err != nil || v.Version != "1" || v.Base != "1" {
		t.Errorf("back in use: %+v, %v", v, err)
	}
}

// While a server reads which versions are in use, another one publishes. What it has read is
// not believed for a second longer than to the next look.
func TestAVersionPublishedWhileTheListWasReadIsSeenAtOnce(t *testing.T) {
	plain := memory.New()
	store := &eventful{Store: plain}
	one, two := designs(t, plain, memo(t, memoFlow)), designs(t, store, memo(t, memoFlow))
	d := one.deskBefore()
	two.learns(two.kit) // so that it looks again
	store.read = func() {
		one.brings(d, "先經登記桌")
		two.learns(two.kit) // as when a host has committed on it
	}
	two.stepsOf("P13")
	if store.read != nil {
		t.Fatal("it did not look")
	}
	if got := two.stepsOf("P13"); !slices.Equal(got, []string{"desk", "head", "chief"}) {
		t.Errorf("it goes by %v", got)
	}
}

// A version that somebody is found for is published on one server: the other one lets cases be
// sent again as soon as it learns of it, not after the night; and says so where nobody is.
func TestAnotherServerLooksForPeopleWhenItLearnsOfAVersion(t *testing.T) {
	store := memory.New()
	nobody := memo(t, strings.Replace(memoFlow, `"who":[{"kind":"post","ids":["T01"]}]`, `"who":[{"kind":"role","module":"organisation","role":"nobody_has_it"}]`, 1))
	one, two := designs(t, store, nobody), designs(t, store, nobody)
	lacks := func(o *office) bool {
		t.Helper()
		list, err := o.kit.Types().List(o.ctx, o.as("P13"))
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(list, func(i ismskit.TypeInfo) bool { return i.Key == "memo" && i.Unstaffed != nil })
	}
	if !lacks(one) || !lacks(two) {
		t.Fatal("somebody is found for a role that nobody has")
	}
	d := one.draftOf("memo")
	n, err := d.Flow.At("root.sequence[1]")
	if err != nil {
		t.Fatal(err)
	}
	n.Step.Who = []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{"P12"}}}
	flow, err := d.Flow.Put("root.sequence[1]", n)
	if err != nil {
		t.Fatal(err)
	}
	one.brings(one.saves(d, flow), "改由登記桌決行")
	two.learns(two.kit)
	if lacks(one) || lacks(two) {
		t.Error("the page still says that nobody is found")
	}

	// Going back to where nobody is found is refused as publishing it would be.
	var refused *ismskit.Unpublishable
	if _, err := one.versions().Use(one.ctx, one.as("P04"), ismskit.VersionChange{Type: "memo", Version: "1", InUse: "1-1", Reason: "試"}); !errors.As(err, &refused) || refused.Unstaffed == nil || refused.Unstaffed.Steps[0].Step != "chief" {
		t.Errorf("brought back: %v", err)
	}
	// Where it came into use all the same, by a server of an earlier program, this one says so.
	one.usesUnasked("memo", "1")
	two.learns(two.kit)
	if !lacks(two) {
		t.Error("the page does not say that nobody is found")
	}
}

// usesUnasked brings a version into use without looking at it.
func (o *office) usesUnasked(key, version string) {
	o.t.Helper()
	err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		row, _, err := tx.Registers().Row(ctx, register.Flows, key)
		if err != nil {
			return err
		}
		row.Revision++
		row.Values = []byte(`{"type":"` + key + `","version":"` + version + `","base":"` + version + `","digest":"x"}`)
		return tx.Registers().Put(ctx, row)
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// A draft is tried out on the form that it is published with.
func TestADraftIsTriedOutOnItsOwnForm(t *testing.T) {
	o := designs(t, memory.New(), memo(t, memoFlow))
	o.brings(o.deskBefore(), "先經登記桌")
	next := memoVersion(t, "2", func(src string) string {
		return strings.Replace(src, `"fields":[`, `"fields":[{"key":"cost","type":"integer","label":{"zh-TW":"金額","en":"Cost"}},`, 1)
	}, memoHead, `{"choice":{"id":"big","cases":[{"when":"cost > 100","then":`+memoChief+`}]}}`)
	o = openOfficeAt(t, o.store, o.now, changing(next))
	d, err := o.versions().Begin(o.ctx, o.as("P04"), "memo", "2")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := d.Form.Field("cost"); !ok {
		t.Error("its form has not what is new")
	}
	for cost, want := range map[int64]int{50: 1, 500: 2} {
		run, err := o.versions().Try(o.ctx, o.as("P04"), ismskit.Trial{Type: "memo", Applicant: "P13", Values: forms.Values{"subject": "採購", "cost": cost}})
		if err != nil {
			t.Fatal(err)
		}
		if len(run.Route.Steps) != want {
			t.Errorf("for %d it goes %+v", cost, run.Route.Steps)
		}
	}
}

// A step that was dropped leaves its id behind: a new one is not taken for it when running
// cases are moved.
func TestANewStepTakesNoIDOfAnyPublishedVersion(t *testing.T) {
	o := designs(t, memory.New(), memo(t, memoFlow))
	d := o.draftOf("memo")
	first := d.New(ismskit.NewStep)
	flow, err := d.Flow.Before("root.sequence[0]", first)
	if err != nil {
		t.Fatal(err)
	}
	o.brings(o.saves(d, flow), "多一關")
	d = o.draftOf("memo")
	if flow, err = d.Flow.Without("root.sequence[0]"); err != nil {
		t.Fatal(err)
	}
	o.brings(o.saves(d, flow), "少一關")
	d = o.draftOf("memo")
	for _, made := range []ismskit.Design{d, o.saves(d, d.Flow)} {
		if again := made.New(ismskit.NewStep); again.ID() == first.ID() {
			t.Errorf("%s is given twice", again.ID())
		}
	}
}

// A version from before this program had its way of entering papers comes back into use: what
// was signed on paper is entered by that version at once, and not by the program's.
func TestPapersAreEnteredByTheVersionThatCameBack(t *testing.T) {
	o := openOfficeWith(t, memory.New(), func(c *ismskit.Config) {
		changing()(c)
		c.Rights.ManageRecords = []string{"records/records_manager"}
	})
	o.role("records", "records_manager", "P10")
	papers := func() string {
		t.Helper()
		list, err := o.kit.Types().List(o.ctx, o.as("P10"))
		i := slices.IndexFunc(list, func(i ismskit.TypeInfo) bool { return i.Key == ismskit.PaperKey("account_request") })
		if err != nil || i < 0 || list[i].Barred != nil {
			t.Fatalf("papers: %+v, %v", list, err)
		}
		return list[i].Version
	}
	v, err := o.versions().Get(o.ctx, o.as("P04"), "account_request")
	if err != nil {
		t.Fatal(err)
	}
	program, now := v.Version, papers()
	err = o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		d, err := tx.Definitions().Get(ctx, "type", "account_request", program)
		if err != nil {
			return err
		}
		d.Body = []byte(strings.ReplaceAll(string(d.Body), `"version":"`+program+`"`, `"version":"`+program+`-1"`))
		d.Version, d.Digest = program+"-1", sha256.Sum256(d.Body)
		return tx.Definitions().Put(ctx, d)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "account_request", Version: program + "-1", InUse: program, Reason: "回復"}); err != nil {
		t.Fatal(err)
	}
	if got := papers(); got != strings.Replace(now, program, program+"-1", 1) {
		t.Errorf("papers are entered by %s", got)
	}
}
