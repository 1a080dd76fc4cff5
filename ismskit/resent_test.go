package ismskit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// listType is a form with a table, which its applicant corrects after it came back.
func listType(t *testing.T) ismskit.Type {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{"key": "supplies", "version": "1", "title": {"zh-TW": "領用單"}, "offered": true, "subject": "what",
		"form": {"key": "supplies", "version": "1", "title": {"zh-TW": "領用單"}, "fields": [
			{"key": "what", "type": "text", "label": {"zh-TW": "主旨"}},
			{"key": "lines", "type": "table", "label": {"zh-TW": "品項"}, "fields": [{"key": "item", "type": "text", "label": {"zh-TW": "品名"}}]}]},
		"flow": {"key": "supplies", "version": "1", "root": {"sequence": [
			{"step": {"id": "head", "name": {"zh-TW": "主管核准"}, "kind": "approve", "who": [{"kind": "person", "ids": ["P11"]}]}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// A program that reads the same JSON again and sends it under the same key, because the
// answer was lost, gets the answer, though the rows have no identity of their own.
func TestTheSameJSONUnderTheSameKeyIsTheSameRequest(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{listType(t)}, func(t *testing.T, o *office) {
		_, form, err := o.kit.Types().Get(o.ctx, o.as("P13"), "supplies")
		if err != nil {
			t.Fatal(err)
		}
		open := func(text string) (ismskit.Receipt, error) {
			values, invalid := form.Decode([]byte(text))
			if len(invalid) > 0 {
				t.Fatal(invalid)
			}
			return o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "supplies", Values: values, Submit: true, Key: "k1"})
		}
		const asked = `{"what": "領用", "lines": [{"item": "隨身碟"}, {"item": "讀卡機"}]}`
		first, err := open(asked)
		again, err2 := open(asked)
		if errors.Join(err, err2) != nil || again.Case != first.Case || !again.Repeated {
			t.Errorf("opened again: %+v, %v %v", again, err, err2)
		}
		if _, err := open(`{"what": "領用", "lines": [{"item": "讀卡機"}, {"item": "隨身碟"}]}`); !errors.Is(err, ismskit.ErrKeyReused) {
			t.Errorf("in another order: %v", err)
		}
		// Of a case that has rows, a row left out is taken out: which ones are meant counts,
		// and new ones are named by whoever may send them again.
		o.act("P11", first.Case, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "請補品項"})
		naming := form.NamingRows("P13 k2")
		send := func(text string) (ismskit.Receipt, error) {
			values, invalid := naming.DecodeChanges([]byte(text))
			if len(invalid) > 0 {
				t.Fatal(invalid)
			}
			return o.kit.Act(o.ctx, o.as("P13"), first.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: values, Key: "k2"})
		}
		sent, err := send(`{"lines": [{"item": "隨身碟"}, {"item": "滑鼠"}]}`)
		resent, err2 := send(`{"lines": [{"item": "隨身碟"}, {"item": "滑鼠"}]}`)
		if errors.Join(err, err2) != nil || resent.Revision != sent.Revision || !resent.Repeated {
			t.Errorf("sent again: %+v, %v %v", resent, err, err2)
		}
	})
}

// The same key with other links is another request.
func TestOtherLinksAreAnotherRequest(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, memoFlow)}, func(t *testing.T, o *office) {
		about := o.memo()
		ask := ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "續辦"}, Submit: true, Key: "k", Links: []ismskit.Link{{Kind: "extends", Case: about}}}
		first, err := o.kit.Open(o.ctx, o.as("P13"), ask)
		again, err2 := o.kit.Open(o.ctx, o.as("P13"), ask)
		if errors.Join(err, err2) != nil || again.Case != first.Case {
			t.Errorf("the same: %+v %v %v", again, err, err2)
		}
		ask.Links = nil
		if _, err := o.kit.Open(o.ctx, o.as("P13"), ask); !errors.Is(err, ismskit.ErrKeyReused) {
			t.Errorf("without the link: %v", err)
		}
	})
}

// houseDirectory is the Kit's own directory over an office's lists.
func houseDirectory(t *testing.T, store ismskit.Store, now func() time.Time) ismskit.HouseDirectory {
	t.Helper()
	builtin, err := register.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	lists, err := register.New(register.Config{Lists: builtin, Types: forms.StandardTypes(), Location: taipei})
	if err != nil {
		t.Fatal(err)
	}
	return ismskit.DirectoryIn(store, lists, now)
}

// meanwhile is a directory during whose answer about an applicant something happens.
type meanwhile struct {
	ismskit.HouseDirectory
	does *func()
}

func (d meanwhile) Resolve(ctx context.Context, questions []directory.Question) ([]directory.Answer, error) {
	if does := *d.does; does != nil && len(questions) == 1 && questions[0].ID == "applicant" {
		*d.does = nil
		does()
	}
	return d.HouseDirectory.Resolve(ctx, questions)
}

// A case that opens by itself is taken back in the moment in which it opens: it does
// not stay behind, waiting for an answer that nobody needs.
func TestWhatIsTakenBackWhileItOpensDoesNotStayOpen(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		var does func()
		typ := memo(t, memoFlow)
		asks := memo(t, memoFlow)
		typ.Closing = "take_back"
		asks.Key, asks.Form.Key, asks.Flow.Key = "question", "question", "question"
		var o *office
		o = openOfficeWith(t, store, func(c *ismskit.Config) {
			c.Types = append(c.Types, typ, asks)
			c.Hooks["take_back"] = func(context.Context, ismskit.Closing) ([]ismskit.Effect, error) {
				return []ismskit.Effect{ismskit.CancelOpening{Key: "later", Cause: "test/later", Reason: "已不需要"}}, nil
			}
			c.Directory = meanwhile{houseDirectory(t, store, func() time.Time { return o.now }), &does}
		})
		about := o.memo()
		at := o.now.Add(time.Hour)
		later := ismskit.OpenLater{Key: "later", At: at, Cause: "test/later", Type: "question", Applicant: "P13", Values: forms.Values{"subject": "是否仍需使用"}, Submit: true}
		if err := o.kit.Queue().Plan(o.ctx, ismskit.System("test"), later); err != nil {
			t.Fatal(err)
		}
		o.now = at
		does = func() {
			o.act("P13", about, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不再需要"})
			o.settle()
		}
		o.until(at)
		if does != nil {
			t.Fatal("nothing was to be opened")
		}
		cases, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{Types: []string{"question"}, Phases: []string{"running"}})
		if err != nil || len(cases) != 0 || len(o.todo("P11")) != 0 {
			t.Errorf("still open: %d cases, %d tasks; %v", len(cases), len(o.todo("P11")), err)
		}
		if dead, err := o.kit.Queue().Dead(o.ctx, o.as("P05"), ismskit.JobFilter{}); err != nil || len(dead) != 0 {
			t.Errorf("given up: %+v %v", dead, err)
		}
	})
}
