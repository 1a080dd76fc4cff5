package ismskit_test

import (
	"context"
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

// designs opens an office whose officer P04 may change flows.
func designs(t *testing.T, store ismskit.Store, types ...ismskit.Type) *office {
	t.Helper()
	return openOfficeWith(t, store, func(c *ismskit.Config) {
		c.Types = append(c.Types, types...)
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
	})
}

func (o *office) versions() ismskit.Versions { return o.kit.Types().Versions() }

func (o *office) draftOf(key string) ismskit.Design {
	o.t.Helper()
	d, err := o.versions().Begin(o.ctx, o.as("P04"), key, "")
	if err != nil {
		o.t.Fatal(err)
	}
	return d
}

func (o *office) saves(d ismskit.Design, flow workflow.Flow) ismskit.Design {
	o.t.Helper()
	d, err := o.versions().Save(o.ctx, o.as("P04"), ismskit.FlowChange{Type: d.Type.Key, Seen: d.Draft.Revision, Flow: flow})
	if err != nil {
		o.t.Fatal(err)
	}
	return d
}

func (o *office) brings(d ismskit.Design, reason string) ismskit.VersionedType {
	o.t.Helper()
	v, err := o.versions().Publish(o.ctx, o.as("P04"), ismskit.VersionChange{Type: d.Type.Key, Seen: d.Draft.Revision, Reason: reason})
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

// stepsOf are the steps in which somebody's memo goes its way.
func (o *office) stepsOf(person string) []string {
	o.t.Helper()
	route, err := o.kit.Route(o.ctx, o.as(person), ismskit.Preview{Type: "memo", Values: forms.Values{"subject": "採購"}})
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, s := range route.Steps {
		out = append(out, s.ID)
	}
	return out
}

// deskFirst is a step that the memo did not have.
func deskFirst() workflow.Node {
	return workflow.Node{Step: &workflow.Step{
		ID: "desk", Name: workflow.Text{"zh-TW": "登記桌", "en": "Registry"}, Kind: workflow.KindReview,
		Who: []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{"P12"}}},
	}}
}

// The officer puts the registry before the head: what is on its way stays as it is, what
// begins afterwards goes by the new version, and both are on the trail with who and why.
func TestAnOfficerChangesTheFlowOfAForm(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		o := designs(t, store, memo(t, memoFlow))
		before := o.memo()

		d := o.draftOf("memo")
		if d.Next != "1-1" || d.Draft.From != "1" || len(d.Problems) > 0 || d.Unstaffed != nil {
			t.Fatalf("the draft begins as %+v", d)
		}
		flow, err := d.Flow.Before("root.sequence[0]", deskFirst())
		if err != nil {
			t.Fatal(err)
		}
		d = o.saves(d, flow)
		run, err := o.versions().Try(o.ctx, o.as("P04"), ismskit.Trial{Type: "memo", Applicant: "P13", Values: forms.Values{"subject": "採購"}})
		if err != nil || run.Route.Steps[0].ID != "desk" || run.Route.Steps[0].People[0].Person != "P12" {
			t.Fatalf("tried out: %+v, %v", run.Route.Steps, err)
		}
		if got := o.stepsOf("P13"); !slices.Equal(got, []string{"head", "chief"}) {
			t.Errorf("a draft counts before it is published: %v", got)
		}

		v := o.brings(d, "主管要求先經登記桌")
		if v.Version != "1-1" || v.Base != "1" || v.Program != "1" || !v.Decided || v.Draft != nil || v.Behind() {
			t.Errorf("published as %+v", v)
		}
		if got := o.stepsOf("P13"); !slices.Equal(got, []string{"desk", "head", "chief"}) {
			t.Errorf("new cases go by %v", got)
		}
		o.act("P11", before, ismskit.Action{Verb: workflow.VerbApprove})
		after := o.memo()
		if c, err := o.kit.Case(o.ctx, o.as("P13"), after); err != nil || c.Kind.Version != "1-1" {
			t.Errorf("a new case begins on %s, %v", c.Kind.Version, err)
		}
		if c, err := o.kit.Case(o.ctx, o.as("P13"), before); err != nil || c.Kind.Version != "1" {
			t.Errorf("the running case is on %s, %v", c.Kind.Version, err)
		}
		o.act("P12", after, ismskit.Action{Verb: workflow.VerbApprove})

		got, err := o.versions().Get(o.ctx, o.as("P04"), "memo")
		if err != nil || len(got.All) != 2 || got.All[0].Version != "1-1" || !got.All[0].InUse || !got.All[0].House || got.All[0].By.Person != "P04" || got.All[0].Reason != "主管要求先經登記桌" {
			t.Errorf("its versions: %+v, %v", got.All, err)
		}
		entries, err := o.kit.Registers().History(o.ctx, o.as("P04"), register.Flows, "memo", "")
		if err != nil || len(entries) != 1 || entries[0].Reason != "主管要求先經登記桌" {
			t.Errorf("the list's history: %+v, %v", entries, err)
		}
		var trail []ismskit.TrailEntry
		err = o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			trail, err = tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: "list/flows/memo", Limit: 10})
			return err
		})
		if err != nil || len(trail) != 1 || trail[0].Actor != "P04" {
			t.Errorf("its trail: %+v, %v", trail, err)
		}
	})
}

// A version that a house made stays in use when the program brings a newer one, and the
// officer sees that there is one.
func TestAHousesOwnVersionOutlivesTheProgramsNext(t *testing.T) {
	o := designs(t, nil, memo(t, memoFlow))
	d := o.draftOf("memo")
	flow, err := d.Flow.Before("root.sequence[0]", deskFirst())
	if err != nil {
		t.Fatal(err)
	}
	o.brings(o.saves(d, flow), "先經登記桌")

	next := memoVersion(t, "2", nil, memoHead, memoChief)
	o = openOfficeAt(t, o.store, o.now, func(c *ismskit.Config) {
		c.Types = append(c.Types, memo(t, memoFlow), next)
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
	})
	if got := o.stepsOf("P13"); !slices.Equal(got, []string{"desk", "head", "chief"}) {
		t.Errorf("after the program was renewed, cases go by %v", got)
	}
	v, err := o.versions().Get(o.ctx, o.as("P04"), "memo")
	if err != nil || v.Version != "1-1" || v.Program != "2" || !v.Behind() {
		t.Fatalf("%+v, %v", v, err)
	}

	// The same flow on the program's new form is one publication away,
	d = o.draftOf("memo")
	if d.Next != "2-1" || d.Draft.From != "1-1" {
		t.Errorf("the draft becomes %s, from %s", d.Next, d.Draft.From)
	}
	v = o.brings(d, "改用新版表單")
	if v.Version != "2-1" || v.Behind() {
		t.Errorf("now %+v", v)
	}
	// and so is what the program brings.
	if v, err = o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "2", InUse: "2-1", Reason: "回復原流程"}); err != nil || v.Version != "2" || v.Base != "2" {
		t.Errorf("%+v, %v", v, err)
	}
	if got := o.stepsOf("P13"); !slices.Equal(got, []string{"head", "chief"}) {
		t.Errorf("cases go by %v", got)
	}
	// What was wrong is undone by going back to the house's own.
	if v, err = o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "1-1", InUse: "2", Reason: "仍先經登記桌"}); err != nil || v.Version != "1-1" || v.Base != "1" || !v.Behind() {
		t.Errorf("%+v, %v", v, err)
	}
}

// What is wrong with a draft is said at the step it is about, in the names that people know,
// and keeps it from being published.
func TestAWrongDraftIsKeptAndNotPublished(t *testing.T) {
	o := designs(t, nil, memo(t, memoFlow))
	d := o.draftOf("memo")
	wrong := deskFirst()
	wrong.Step.ReturnTo = []string{"chief"} // it comes later
	wrong.Step.Edit = []string{"nothing"}
	flow, err := d.Flow.Before("root.sequence[0]", wrong)
	if err != nil {
		t.Fatal(err)
	}
	d = o.saves(d, flow)
	var said []string
	for _, p := range d.Problems {
		if p.Step != "desk" || p.Path == "" {
			t.Errorf("%+v is not said at the step", p)
		}
		said = append(said, p.Text.In("zh-TW"))
	}
	if all := strings.Join(said, " "); len(said) != 2 || !strings.Contains(all, "「局長」不在此關卡之前") || !strings.Contains(all, "nothing") {
		t.Errorf("said: %s", all)
	}
	var refused *ismskit.Unpublishable
	if _, err := o.versions().Publish(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Seen: d.Draft.Revision, Reason: "試"}); !errors.As(err, &refused) || len(refused.Problems) != 2 {
		t.Errorf("published: %v", err)
	}
	if _, err := o.versions().Try(o.ctx, o.as("P04"), ismskit.Trial{Type: "memo"}); !errors.As(err, &refused) {
		t.Errorf("tried: %v", err)
	}
	if got, err := o.versions().Draft(o.ctx, o.as("P04"), "memo"); err != nil || len(got.Problems) != 2 {
		t.Errorf("kept: %+v, %v", got.Problems, err)
	}

	// A role that nobody holds is no mistake of the flow, and keeps it from being published too.
	nobody := deskFirst()
	nobody.Step.Who = []workflow.Who{{Kind: workflow.WhoRole, Module: "organisation", Role: "nobody_has_it"}}
	if flow, err = flow.Put("root.sequence[0]", nobody); err != nil {
		t.Fatal(err)
	}
	d = o.saves(d, flow)
	if len(d.Problems) > 0 || d.Unstaffed == nil || d.Unstaffed.Steps[0].Step != "desk" || !d.Blocks() {
		t.Errorf("nobody holds it: %+v %+v", d.Problems, d.Unstaffed)
	}
	if _, err := o.versions().Publish(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Seen: d.Draft.Revision, Reason: "試"}); !errors.As(err, &refused) || refused.Unstaffed == nil {
		t.Errorf("published: %v", err)
	}
}

func TestWhatIsAskedOfAPublication(t *testing.T) {
	o := designs(t, nil, memo(t, memoFlow))
	d := o.draftOf("memo")
	publish := func(c ismskit.VersionChange) error {
		c.Type = "memo"
		_, err := o.versions().Publish(o.ctx, o.as("P04"), c)
		return err
	}
	for name, c := range map[string]struct {
		change ismskit.VersionChange
		says   string
	}{
		"no reason":      {ismskit.VersionChange{Seen: d.Draft.Revision, Reason: " "}, "請填寫事由"},
		"a long reason":  {ismskit.VersionChange{Seen: d.Draft.Revision, Reason: strings.Repeat("長", 501)}, "500"},
		"nothing is new": {ismskit.VersionChange{Seen: d.Draft.Revision, Reason: "試"}, "相同"},
	} {
		var invalid forms.Invalid
		if err := publish(c.change); !errors.As(err, &invalid) || invalid[0].Field != ismskit.FieldReason || !strings.Contains(invalid[0].Message("zh-TW"), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Two work on it: the later one is told.
	flow, err := d.Flow.Before("root.sequence[0]", deskFirst())
	if err != nil {
		t.Fatal(err)
	}
	o.saves(d, flow)
	if err := publish(ismskit.VersionChange{Seen: d.Draft.Revision, Reason: "試"}); !errors.Is(err, ismskit.ErrConflict) {
		t.Errorf("a stale page published: %v", err)
	}
	if _, err := o.versions().Save(o.ctx, o.as("P04"), ismskit.FlowChange{Type: "memo", Seen: d.Draft.Revision, Flow: d.Flow}); !errors.Is(err, ismskit.ErrConflict) {
		t.Errorf("a stale page saved: %v", err)
	}
	if _, err := o.versions().Begin(o.ctx, o.as("P04"), "memo", ""); !errors.Is(err, ismskit.ErrConflict) {
		t.Errorf("a second draft: %v", err)
	}
	if err := o.versions().Discard(o.ctx, o.as("P04"), "memo", d.Draft.Revision+1); err != nil {
		t.Fatal(err)
	}
	if _, err := o.versions().Draft(o.ctx, o.as("P04"), "memo"); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("the draft is still there: %v", err)
	}
	if d := o.draftOf("memo"); len(d.Flow.Root.Sequence) != 2 {
		t.Errorf("a new draft begins with what was dropped")
	}
}

// Whoever may not change types finds none, and finds out nothing.
func TestFlowsAreForThoseWhoManageTypes(t *testing.T) {
	o := designs(t, nil, memo(t, memoFlow))
	v, flow := o.versions(), o.draftOf("memo").Flow
	for verb, call := range map[string]func(a ismskit.Actor, key string) error{
		"list":  func(a ismskit.Actor, _ string) error { _, err := v.List(o.ctx, a); return err },
		"get":   func(a ismskit.Actor, key string) error { _, err := v.Get(o.ctx, a, key); return err },
		"flow":  func(a ismskit.Actor, key string) error { _, err := v.Flow(o.ctx, a, key, ""); return err },
		"draft": func(a ismskit.Actor, key string) error { _, err := v.Draft(o.ctx, a, key); return err },
		"begin": func(a ismskit.Actor, key string) error { _, err := v.Begin(o.ctx, a, key, ""); return err },
		"save": func(a ismskit.Actor, key string) error {
			_, err := v.Save(o.ctx, a, ismskit.FlowChange{Type: key, Flow: flow})
			return err
		},
		"discard": func(a ismskit.Actor, key string) error { return v.Discard(o.ctx, a, key, 1) },
		"try": func(a ismskit.Actor, key string) error {
			_, err := v.Try(o.ctx, a, ismskit.Trial{Type: key})
			return err
		},
		"publish": func(a ismskit.Actor, key string) error {
			_, err := v.Publish(o.ctx, a, ismskit.VersionChange{Type: key, Seen: 1, Reason: "試"})
			return err
		},
		"use": func(a ismskit.Actor, key string) error {
			_, err := v.Use(o.ctx, a, ismskit.VersionChange{Type: key, Version: "1", Reason: "試"})
			return err
		},
	} {
		if err := call(o.as("P13"), "memo"); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("%s by a clerk: %v", verb, err)
		}
		if err := call(o.as("P04"), "no_such_type"); verb != "list" && !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("%s of a type that is not there: %v", verb, err)
		}
	}
}

// Another server of the same house learns of it within a second; a case that begins in
// between notes the version it began with.
func TestAnotherServerLearnsOfANewVersion(t *testing.T) {
	store := memory.New()
	one, two := designs(t, store, memo(t, memoFlow)), designs(t, store, memo(t, memoFlow))
	if got := two.stepsOf("P13"); !slices.Equal(got, []string{"head", "chief"}) {
		t.Fatalf("%v", got)
	}
	d := one.draftOf("memo")
	flow, err := d.Flow.Before("root.sequence[0]", deskFirst())
	if err != nil {
		t.Fatal(err)
	}
	one.brings(one.saves(d, flow), "先經登記桌")
	_, done := two.kit.With(store) // as after a host's commit, nothing is believed that was known
	done()
	if got := two.stepsOf("P13"); !slices.Equal(got, []string{"desk", "head", "chief"}) {
		t.Errorf("the other server goes by %v", got)
	}
}

// An officer reads in the file of the type beside it: both are called the same. What is a row's
// and what is not is the type's to say, so the form is offered as before, and a row that
// nobody can handle still ends as not done.
func TestAFlowOfAnotherTypeMakesNoRowsOfAForm(t *testing.T) {
	o := designs(t, nil, memo(t, memoFlow))
	d := o.draftOf("memo")
	flow, err := d.Flow.Before("root.sequence[0]", deskFirst())
	if err != nil {
		t.Fatal(err)
	}
	flow.Child = true
	d = o.saves(d, flow)
	if len(d.Problems) > 0 || d.Flow.Child {
		t.Fatalf("the draft: %+v, child %v", d.Problems, d.Flow.Child)
	}
	if v := o.brings(d, "先經登記桌"); v.Child {
		t.Error("the form is that of rows now")
	}
	o.memo()

	d = o.draftOf("account_request_row")
	flow = d.Flow
	flow.Child = false
	flow.Officers = []workflow.Who{{Kind: workflow.WhoRole, Module: "system", Role: "system_admin"}}
	if v := o.brings(o.saves(d, flow), "系統管理人員督導"); !v.Child {
		t.Error("the rows are a form of their own now")
	}
	id := o.oneRow()
	row := o.todo("P05")[0].Case
	o.act("P05", row, ismskit.Action{Verb: workflow.VerbUnable, Comment: "系統維護中", Values: forms.Values{"result_note": "無法辦理"}})
	o.settle()
	if rows := o.read("P13", id).Rows; len(rows) != 1 || rows[0].State.Outcome != workflow.OutcomeUnable || rows[0].Carried {
		t.Errorf("its row: %+v", rows)
	}
}
