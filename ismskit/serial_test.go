package ismskit_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// assetCard is a form with numbers in it: the unit's asset number, given when it is sent,
// a label computed from it, and the number of the licence, given with the approval.
func assetCard() ismskit.Type {
	field := func(key, typ, pattern string, params map[string]any) forms.Field {
		return forms.Field{Key: key, Type: typ, Label: forms.Text{"zh-TW": key}, Pattern: pattern, Params: params}
	}
	label := field("label", "computed", "", map[string]any{"result": "text"})
	label.Compute = "asset_no == '' ? '' : asset_no + ' ' + name"
	name := field("name", "text", "", nil)
	name.Required = true
	return ismskit.Type{
		Key: "asset_card", Version: "1", Title: forms.Text{"zh-TW": "資訊資產卡"}, Offered: true, Subject: "name", Class: ismskit.ClassInternal,
		Number: &ismskit.Numbering{Pattern: "AC-{roc}-{n:3}"},
		Form: forms.Schema{Key: "asset_card", Version: "1", Title: forms.Text{"zh-TW": "資訊資產卡"}, Fields: []forms.Field{
			name, field("asset_no", "serial", "AS-{roc}-{unit}-{n:4}", nil), label,
			field("licence_no", "serial", "L-{n:2}", map[string]any{"at": "approve"}),
			field("card_no", "serial", "AC-{roc}-{n:3}", nil),
		}},
		Flow: workflow.Flow{Key: "asset_card", Version: "1", Root: workflow.Node{Step: &workflow.Step{
			ID: "head", Name: workflow.Text{"zh-TW": "單位主管"}, Kind: workflow.KindApprove, Who: []workflow.Who{{Kind: workflow.WhoUnitHead}}, ReturnTo: []string{"applicant"},
		}}},
	}
}

func sendCard(o *office, person, name string) (ismskit.Receipt, error) {
	return o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: "asset_card", Values: forms.Values{"name": name}, Submit: true})
}

// A form gets its numbers in the action that is due for them, by Minguo year and unit;
// they are on the trail like any value, and nothing changes them.
func TestAFormGetsItsNumbersWhenItIsSent(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{assetCard()}, func(t *testing.T, o *office) {
		draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "asset_card", Values: forms.Values{"name": "防火牆"}})
		if err != nil {
			t.Fatal(err)
		}
		numbers := func(id string, want ...any) {
			t.Helper()
			c := o.read("P13", id)
			for i, key := range []string{"asset_no", "label", "licence_no", "card_no"} {
				if c.Fields[key] != want[i] {
					t.Errorf("%s is %v, not %v", key, c.Fields[key], want[i])
				}
			}
		}
		numbers(draft.Case, nil, nil, nil, nil)
		if _, err := sendCard(o, "P13", ""); err == nil {
			t.Error("a card without a name was sent")
		}
		sent := o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		numbers(draft.Case, "AS-115-U06-0001", "AS-115-U06-0001 防火牆", nil, "AC-115-001")
		if sent.Number != "AC-115-001" {
			t.Errorf("the case is %s", sent.Number)
		}
		if other, err := sendCard(o, "P06", "交換器"); err != nil {
			t.Fatal(err)
		} else if c := o.read("P06", other.Case); c.Fields["asset_no"] != "AS-115-U03-0001" || other.Number != "AC-115-002" {
			t.Errorf("another unit counts by itself: %v, %s", c.Fields, other.Number)
		}
		trail := o.read("P13", draft.Case).Trail
		if !slices.ContainsFunc(trail[0].Values, func(v ismskit.NamedValue) bool { return v.Name == "field/asset_no" && v.Value == "AS-115-U06-0001" }) {
			t.Errorf("its number is not among what was sent: %+v", trail[0].Values)
		}
		o.act("P11", draft.Case, ismskit.Action{Verb: workflow.VerbReturn, To: "applicant", Comment: "請補型號"})
		if _, err := o.kit.Act(o.ctx, o.as("P13"), draft.Case, ismskit.Action{
			Verb: workflow.VerbSubmit, Values: forms.Values{"name": "防火牆 F1", "asset_no": "AS-115-U06-0099"},
		}); err == nil || !strings.Contains(err.Error(), "asset_no") {
			t.Errorf("a number was changed by hand: %v", err)
		}
		o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"name": "防火牆 F1"}})
		numbers(draft.Case, "AS-115-U06-0001", "AS-115-U06-0001 防火牆 F1", nil, "AC-115-001")
		o.act("P11", draft.Case, ismskit.Action{Verb: workflow.VerbApprove})
		numbers(draft.Case, "AS-115-U06-0001", "AS-115-U06-0001 防火牆 F1", "L-01", "AC-115-001")
		trail = o.read("P13", draft.Case).Trail
		if changes := trail[len(trail)-1].Changes; !slices.ContainsFunc(changes, func(c ismskit.Changed) bool { return c.Name == "licence_no" && c.To == "L-01" }) {
			t.Errorf("the approval's number is not on the trail: %+v", changes)
		}
		o.now = time.Date(2027, 1, 4, 1, 0, 0, 0, time.UTC)
		next, err := sendCard(o, "P13", "印表機")
		if err != nil {
			t.Fatal(err)
		}
		numbers(next.Case, "AS-116-U06-0001", "AS-116-U06-0001 印表機", nil, "AC-116-001")
	})
}

// Twenty who send at the same moment get twenty numbers without a gap.
func TestTwentySendersGetTwentyNumbers(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store, assetCard())
		ids := make([]string, 20)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				r, err := sendCard(o, "P13", fmt.Sprintf("設備 %d", i))
				if err != nil {
					t.Errorf("sender %d: %v", i, err)
				}
				ids[i] = r.Case
			})
		}
		wg.Wait()
		var got []string
		for _, id := range ids {
			if id == "" {
				continue
			}
			number, _ := o.read("P13", id).Fields["asset_no"].(string)
			got = append(got, number)
		}
		slices.Sort(got)
		for i, number := range got {
			if want := fmt.Sprintf("AS-115-U06-%04d", i+1); number != want {
				t.Errorf("number %d is %s, not %s", i+1, number, want)
			}
		}
	})
}

// What could never be numbered is refused when the types are compiled, by name.
func TestNumbersThatCouldNotBeGivenAreRefused(t *testing.T) {
	for want, change := range map[string]func(*ismskit.Type){
		"field asset_no: a number is counted by day and {unit}, not by {system}": func(c *ismskit.Type) { c.Form.Fields[1].Pattern = "{system}-{n:3}" },
		"number: a number is counted by day and {unit}, not by {org}":            func(c *ismskit.Type) { c.Number.Pattern = "{org}-{n:3}" },
		"field card_no: it is the number of the case and must be given at the same time": func(c *ismskit.Type) {
			c.Form.Fields[4].Params = map[string]any{"at": "approve"}
		},
		"field asset_no: a form that may be signed on paper has no number but that of the case": func(c *ismskit.Type) { c.Paper = true },
	} {
		card := assetCard()
		change(&card)
		_, err := ismskit.New(ismskit.Config{Store: memory.New(), Blobs: memory.NewBlobs(), Types: []ismskit.Type{card}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
