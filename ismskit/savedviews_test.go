package ismskit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Somebody saves what he looks at under a name, renames and deletes it; nobody else has
// it, whatever his rights.
func TestSavedViewsAreOnesOwn(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		views := func(person string, changes ...ismskit.ViewChange) ([]string, error) {
			if len(changes) > 0 {
				if _, err := o.kit.Queue().Views(o.ctx, o.as(person), changes...); err != nil {
					return nil, err
				}
			}
			all, err := o.kit.Queue().Views(o.ctx, o.as(person))
			var out []string
			for _, v := range all {
				out = append(out, v.List+" "+v.Name+" "+v.Filter)
			}
			return out, err
		}
		if _, err := views("P13", ismskit.ViewChange{List: "records", Name: " 115 年公文 ", Filter: "system=S02&year=115"}, ismskit.ViewChange{List: "todo", Name: "會辦", Filter: "kind=consult"}); err != nil {
			t.Fatal(err)
		}
		if got, err := views("P13"); err != nil || !slices.Equal(got, []string{"records 115 年公文 system=S02&year=115", "todo 會辦 kind=consult"}) {
			t.Fatalf("%q %v", got, err)
		}
		for _, other := range []string{"P04", "P05"} {
			if got, err := views(other); err != nil || len(got) != 0 {
				t.Errorf("%s sees %q, %v", other, got, err)
			}
			if _, err := o.kit.Registers().Rows(o.ctx, o.as(other), register.Query{List: register.SavedViews}); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("%s reads the list: %v", other, err)
			}
		}
		mine, err := o.kit.Queue().Views(o.ctx, o.as("P13"))
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range []ismskit.ViewChange{{ID: mine[0].ID, Name: "我的"}, {ID: mine[0].ID, Drop: true}} {
			if _, err := views("P04", change); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("another's %+v: %v", change, err)
			}
		}
		for wrong, change := range map[string]ismskit.ViewChange{
			"name":        {List: "todo", Name: "會辦"},
			"name ":       {List: "todo", Name: " "},
			"name  ":      {List: "todo", Name: strings.Repeat("長", 61)},
			"filter":      {List: "todo", Name: "新", Filter: strings.Repeat("x", 2001)},
			"name filter": {List: "todo", Filter: strings.Repeat("x", 2001)},
		} {
			if _, err := views("P13", change); pathsOf(err) != strings.TrimSpace(wrong) {
				t.Errorf("%+v: %v", change.Name, err)
			}
		}
		if got, err := views("P13", ismskit.ViewChange{ID: mine[1].ID, Name: "待會辦"}); err != nil || got[1] != "todo 待會辦 kind=consult" {
			t.Errorf("renamed: %q %v", got, err)
		}
		if got, err := views("P13", ismskit.ViewChange{ID: mine[0].ID, Drop: true}); err != nil || len(got) != 1 {
			t.Errorf("deleted: %q %v", got, err)
		}
		if _, err := views("P13", ismskit.ViewChange{ID: mine[0].ID, Name: "又來"}); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("what is deleted: %v", err)
		}
		// All or none.
		if _, err := views("P13", ismskit.ViewChange{List: "todo", Name: "甲"}, ismskit.ViewChange{List: "todo", Name: "甲"}); err == nil {
			t.Error("the same name twice")
		} else if got, _ := views("P13"); len(got) != 1 {
			t.Errorf("half of it was saved: %q", got)
		}
		// Sent twice under one key it is saved once, also after it was deleted; something else
		// under the key is refused.
		change := ismskit.ViewChange{List: "todo", Name: "甲", Key: "k1"}
		first, err := o.kit.Queue().Views(o.ctx, o.as("P13"), change)
		if err != nil || len(first) != 1 || first[0].Name != "甲" || first[0].ID == "" {
			t.Fatalf("saved: %+v %v", first, err)
		}
		for range 2 {
			if again, err := o.kit.Queue().Views(o.ctx, o.as("P13"), change); err != nil || again[0].ID != first[0].ID {
				t.Errorf("again: %+v %v", again, err)
			}
			drop := ismskit.ViewChange{ID: first[0].ID, Drop: true, Key: "k2"}
			if gone, err := o.kit.Queue().Views(o.ctx, o.as("P13"), drop); err != nil || gone[0].ID != first[0].ID {
				t.Errorf("deleted: %+v %v", gone, err)
			}
		}
		if _, err := views("P13", ismskit.ViewChange{List: "todo", Name: "乙", Key: "k1"}); !errors.Is(err, ismskit.ErrKeyReused) {
			t.Errorf("something else under the key: %v", err)
		}
		if got, err := views("P12", change); err != nil || len(got) != 1 {
			t.Errorf("another's key is his own: %q %v", got, err)
		}
		var many []ismskit.ViewChange
		for i := range ismskit.MaxViews - 1 {
			many = append(many, ismskit.ViewChange{List: "todo", Name: fmt.Sprint("第", i)})
		}
		if _, err := views("P12", many...); err != nil {
			t.Error(err)
		}
		if _, err := views("P12", ismskit.ViewChange{List: "todo", Name: "再一個"}); pathsOf(err) != "name" {
			t.Errorf("too many: %v", err)
		}
	})
}

// What somebody saved is in no bundle, whoever makes it and whatever is asked for: neither what
// he saves now, nor what an earlier program wrote on a trail.
func TestSavedViewsLeaveTheHouseInNoBundle(t *testing.T) {
	key := aKey(t, "office.example")
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Signer, c.Printer = key, print.A4{} })
	saved, err := o.kit.Queue().Views(o.ctx, o.as("P13"), ismskit.ViewChange{List: "records", Name: "我的清單", Filter: "q=邱柏叡"})
	if err != nil {
		t.Fatal(err)
	}
	err = o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		heads, err := tx.Trail().Heads(ctx, ismskit.HeadQuery{Chain: "list/saved_views/" + saved[0].ID})
		if err != nil || len(heads) > 0 {
			return fmt.Errorf("a view has a trail: %v %w", heads, err)
		}
		content, err := evidence.Canonical(map[string]any{"verb": "change", "type": "list/saved_views", "comment": "從前的清單"})
		if err != nil {
			return err
		}
		e, next, err := evidence.Next(evidence.Head{Chain: "list/saved_views/old"}, evidence.Entry{At: o.now, Kind: "change", Actor: "P13"}, content)
		if err != nil {
			return err
		}
		return tx.Trail().Append(ctx, ismskit.TrailEntry{Entry: e, Hash: next.Hash, Payload: content})
	})
	if err != nil {
		t.Fatal(err)
	}
	o.signs("")
	bundle := o.export("P04", ismskit.Export{System: true, Scope: map[string]string{"範圍": "全部"}})
	for _, word := range []string{"我的清單", "q=邱柏叡", "從前的清單", "saved_views"} {
		if bytes.Contains(bundle, []byte(word)) {
			t.Errorf("%q leaves the house", word)
		}
	}
	if r := o.verifyBundle(bundle); len(r.Findings) > 0 || !bytes.Contains(bundle, []byte("list/people/P13")) {
		t.Errorf("findings %v", r.Findings)
	}
}
