package ismskit_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// rack is a place in the computer room, a kind of field that an embedder adds.
type rack struct {
	Row  string
	Unit int64
}

type rackType struct{}

func (rackType) Name() string { return "rack" }

func (rackType) Compile(forms.Field, forms.Report) forms.Input { return rackInput{} }

type rackInput struct{}

func (rackInput) Decode(in any) (any, *forms.Fault) {
	m, _ := in.(map[string]any)
	row, ok := m["row"].(string)
	n, numbered := m["unit"].(interface{ Int64() (int64, error) })
	if !ok || !numbered {
		return nil, &forms.Fault{Code: "type"}
	}
	unit, err := n.Int64()
	if err != nil {
		return nil, &forms.Fault{Code: "type"}
	}
	return rack{row, unit}, nil
}

func (rackInput) Parse(p forms.Post) (any, *forms.Fault) { return rack{Row: p.Text("")}, nil }

func (rackInput) Check(_ *forms.CheckContext, v any) *forms.Fault {
	if _, ok := v.(rack); !ok {
		return &forms.Fault{Code: "type"}
	}
	return nil
}

func (rackInput) Canonical(v any) any {
	return map[string]any{"row": v.(rack).Row, "unit": v.(rack).Unit}
}

func (rackInput) Shape() forms.Shape {
	return forms.Shape{Kind: forms.KindRecord, Parts: map[string]forms.Shape{"unit": {Kind: forms.KindInteger}}}
}

func (rackInput) Part(v any, _ string) any { return v.(rack).Unit }

func (rackInput) Format(v any, _ forms.Locale) string { return v.(rack).Row }

// visitType asks for entry to the computer room; its rack is an embedder's field,
// and closing it runs an embedder's function.
func visitType(t *testing.T) ismskit.Type {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{
		"key": "room_visit", "version": "1", "title": {"zh-TW": "進出機房申請單", "en": "Entry to the computer room"},
		"offered": true, "subject": "why", "closing": "tell_the_door", "number": {"pattern": "DOOR-{roc}-{n:3}"},
		"form": {"key": "room_visit", "version": "1", "title": {"zh-TW": "進出機房申請單"}, "fields": [
			{"key": "why", "type": "text", "label": {"zh-TW": "事由"}, "required": true},
			{"key": "place", "type": "rack", "label": {"zh-TW": "機櫃"}},
			{"key": "escort", "type": "text", "label": {"zh-TW": "陪同人員"}, "show_if": "place.unit > 40"}]},
		"flow": {"key": "room_visit", "version": "1", "root": {"sequence": [
			{"step": {"id": "head", "name": {"zh-TW": "主管核准"}, "kind": "approve", "hide": ["place"], "who": [{"kind": "person", "ids": ["P11"]}], "due": {"term": "2wd"}}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// A server that lacks an embedder's field type and function still shows what was
// asked for with them, and the trail still verifies; it refuses every act on such
// a case, saying why. Everything else of the office goes on.
func TestACaseWithoutItsHookOrFieldTypeCanBeReadOnly(t *testing.T) {
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) {
		c.Types = append(c.Types, visitType(t))
		c.FieldTypes = forms.StandardTypes().With(rackType{})
		c.Hooks["tell_the_door"] = func(context.Context, ismskit.Closing) ([]ismskit.Effect, error) { return nil, nil }
	})
	values := forms.Values{"why": "更換硬碟", "place": rack{"A", 42}, "escort": "范語彤"}
	visit := o.open("P13", "room_visit", values, true)
	draft := o.open("P13", "room_visit", forms.Values{"why": "巡檢"}, false)
	other := o.apply("P13", threeRows())

	o.extend(nil) // the next server has neither

	c := o.read("P13", visit.Case)
	why := c.ReadOnly
	if why == nil || why.Hook != "tell_the_door" || !slices.Equal(why.FieldTypes, []string{"rack"}) {
		t.Fatalf("read-only because of %+v", why)
	}
	if text := why.Text("zh-TW"); !strings.Contains(text, "欄位類型「rack」及結案處理程式「tell_the_door」") {
		t.Errorf("the reason reads %s", text)
	}
	if len(c.Mine) != 0 || c.MayComment || c.MayWithdraw || c.MayEdit {
		t.Errorf("it offers something: %+v", c.Mine)
	}
	if len(c.Faults) != 0 {
		t.Errorf("its trail no longer verifies: %v", c.Faults)
	}
	if got := string(c.Form.EncodeJSON(c.Fields)); got != `{"escort":"范語彤","place":{"row":"A","unit":42},"why":"更換硬碟"}` {
		t.Errorf("its fields are %s", got)
	}
	if _, shown := o.read("P11", visit.Case).Fields["place"]; shown {
		t.Error("a field that the step hides is shown now that the case can only be read")
	}

	for who, a := range map[string]ismskit.Action{
		"P11": {Verb: workflow.VerbApprove}, "P13": {Verb: workflow.VerbWithdraw, Comment: "不需要了"}, "P04": {Verb: workflow.VerbComment, Comment: "請儘速"},
	} {
		var refused *ismskit.ReadOnly
		if _, err := o.kit.Act(o.ctx, o.as(who), visit.Case, a); !errors.As(err, &refused) || !errors.Is(err, ismskit.ErrReadOnly) {
			t.Errorf("%s by %s: %v", a.Verb, who, err)
		}
	}
	for _, verb := range []workflow.Verb{ismskit.VerbSave, workflow.VerbSubmit} {
		if _, err := o.kit.Act(o.ctx, o.as("P13"), draft.Case, ismskit.Action{Verb: verb, Values: forms.Values{"why": "x"}}); !errors.Is(err, ismskit.ErrReadOnly) {
			t.Errorf("%s of the draft: %v", verb, err)
		}
	}
	if _, err := o.kit.Act(o.ctx, o.as("P10"), visit.Case, ismskit.Action{Verb: workflow.VerbComment, Comment: "?"}); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("somebody whom it does not concern is told %v", err)
	}

	lines, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{})
	if err != nil || len(lines) != 3 {
		t.Fatalf("own cases: %d, %v", len(lines), err)
	}
	for _, l := range lines {
		if (l.ReadOnly != nil) != (l.Type == "room_visit") || l.Kind.Title.In("zh-TW") == "" {
			t.Errorf("%s %s on the list: read-only %v", l.Type, l.Subject, l.ReadOnly)
		}
	}
	found, err := o.kit.Records().Query(o.ctx, o.as("P13"), record.Query{Text: "更換硬碟"})
	if err != nil || len(found) != 1 {
		t.Errorf("found in the archive: %d, %v", len(found), err)
	}

	// The reminder that falls due lies aside with its reason; everybody else's work goes on.
	o.until(o.now.Add(5 * 24 * time.Hour))
	o.finish(other.Case)
	dead, err := o.kit.Queue().Dead(o.ctx, o.as("P05"), ismskit.JobFilter{})
	if err != nil || len(dead) == 0 || dead[0].Subject != visit.Case || !strings.Contains(dead[0].Error, "tell_the_door") {
		t.Errorf("given up: %+v, %v", dead, err)
	}

	// A server that has them again goes on where it stood.
	o.extend(func(c *ismskit.Config) {
		c.Types = append(c.Types, visitType(t))
		c.FieldTypes = forms.StandardTypes().With(rackType{})
		c.Hooks["tell_the_door"] = func(context.Context, ismskit.Closing) ([]ismskit.Effect, error) { return nil, nil }
	})
	o.act("P11", visit.Case, ismskit.Action{Verb: workflow.VerbApprove})
	if c := o.read("P13", visit.Case); c.ReadOnly != nil || c.Flow.Outcome != workflow.OutcomeDone {
		t.Errorf("afterwards: %v, %s", c.ReadOnly, c.Flow.Outcome)
	}
}

// Whatever a server lacks, every form that is delivered can still be read.
func TestEveryFormOfTheCatalogueCanBeRead(t *testing.T) {
	types, err := catalog.Types()
	if err != nil {
		t.Fatal(err)
	}
	for _, typ := range types {
		if _, missing, err := forms.CompileToRead(typ.Form, forms.StandardTypes()); err != nil || len(missing) > 0 {
			t.Errorf("%s %s: missing %v, %v", typ.Key, typ.Version, missing, err)
		}
	}
}

// Of a request that can only be read here no row is opened, which could not be noted in it; and the
// rows of one that has ended end, as those of any.
func TestRowsOfARequestThatCanOnlyBeRead(t *testing.T) {
	approved := func(t *testing.T) (o *office, id string) {
		o = openOffice(t, nil)
		o.extend(func(c *ismskit.Config) {
			types := hiringTypes(t, "what")
			types[0].Closing = "tell_the_door"
			c.Types = append(c.Types, types...)
			c.Hooks["tell_the_door"] = func(context.Context, ismskit.Closing) ([]ismskit.Effect, error) { return nil, nil }
		})
		sent := o.open("P13", "hiring", forms.Values{"what": "補實職缺", "lines": []forms.Row{{forms.RowID: "aaaa", "job": "戶籍員"}, {forms.RowID: "bbbb", "job": "里幹事"}}}, true)
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		return o, sent.Case
	}
	rows := func(o *office, id string) (open int) {
		for _, x := range o.todo("P05") {
			if x.Parent == id {
				open++
			}
		}
		return open
	}
	without := func(o *office, id string) {
		t.Helper()
		o.extend(func(c *ismskit.Config) { c.Types = append(c.Types, hiringTypes(t, "what")[1]) })
		if o.read("P13", id).ReadOnly == nil {
			t.Fatal("it can be worked on")
		}
		o.until(o.now.Add(10 * 24 * time.Hour))
	}
	t.Run("none is opened", func(t *testing.T) {
		o, id := approved(t)
		without(o, id)
		if n := len(o.read("P13", id).Rows) + rows(o, id); n != 0 {
			t.Errorf("%d rows were opened", n)
		}
	})
	t.Run("those of an ended one end", func(t *testing.T) {
		o, id := approved(t)
		o.settle()
		if n := rows(o, id); n != 2 {
			t.Fatalf("%d rows are open", n)
		}
		if _, err := o.kit.Act(o.ctx, ismskit.System("test"), id, ismskit.Action{Verb: workflow.VerbVoid, Comment: "作廢"}); err != nil {
			t.Fatal(err)
		}
		without(o, id)
		if n := rows(o, id); n != 0 {
			t.Errorf("%d rows are still with their handler", n)
		}
	})
}

// extend starts another server on the same store, with a Config that more has
// changed.
func (o *office) extend(more func(*ismskit.Config)) {
	o.t.Helper()
	types, err := catalog.Types()
	if err != nil {
		o.t.Fatal(err)
	}
	cfg := ismskit.Config{
		Store: o.store, Types: types, Notifier: o.mails, Hooks: catalog.Hooks(), Now: func() time.Time { return o.now },
		Rights: ismskit.Rights{
			ReadAll: []string{"records/read_all"}, ManagePeople: []string{"system/system_admin"},
			ManageQueue: []string{"system/system_admin"}, ManageLists: []string{"system/system_admin"},
		},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if more != nil {
		more(&cfg)
	}
	if o.kit, err = ismskit.New(cfg); err != nil {
		o.t.Fatal(err)
	}
	if err := o.kit.Start(o.ctx); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) open(person, typ string, values forms.Values, submit bool) ismskit.Receipt {
	o.t.Helper()
	r, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: typ, Values: values, Submit: submit})
	if err != nil {
		o.t.Fatalf("open %s: %v", typ, err)
	}
	return r
}
