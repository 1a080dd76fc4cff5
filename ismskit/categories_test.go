package ismskit_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// moveCategory puts a category below another.
func (o *office) moveCategory(id, parent string) error {
	row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Categories, id)
	if err != nil {
		return err
	}
	_, err = o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{
		List: register.Categories, ID: id, Seen: row.Revision, Reason: "移動",
		Values: forms.Values{"name": id, "parent": ref(register.Categories, parent)},
	})
	return err
}

// Two officers put a category below the other's at the same time: one of them is refused, for
// nothing may lie below itself.
func TestTwoCategoriesAreNotPutBelowEachOther(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		for round := range 10 {
			a, b := fmt.Sprintf("A%d", round), fmt.Sprintf("B%d", round)
			o.put(register.Categories, a, forms.Values{"name": a})
			o.put(register.Categories, b, forms.Values{"name": b})
			failed := 0
			for _, err := range atOnce(func() error { return o.moveCategory(a, b) }, func() error { return o.moveCategory(b, a) }) {
				var wrong forms.Invalid
				if err != nil && !errors.As(err, &wrong) {
					t.Fatal(err)
				}
				if err != nil {
					failed++
				}
			}
			if failed != 1 {
				t.Fatalf("round %d: %d of two were refused", round, failed)
			}
		}
	})
}

// A system that is entered while a category is given one for each system has its own all the same.
func TestASystemEnteredMeanwhileHasItsCategory(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		for round := range 10 {
			category, system := fmt.Sprintf("C%d", round), fmt.Sprintf("N%d", round)
			o.put(register.Categories, category, forms.Values{"name": category})
			values := o.fields(register.Systems, "S01").Clone()
			values["name"], values["name_en"] = "新系統"+system, nil
			for _, err := range atOnce(func() error {
				_, err := o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{
					List: register.Categories, ID: category, Seen: 1, Reason: "各系統一類", Values: forms.Values{"name": category, "per_system": true},
				})
				return err
			}, func() error {
				_, err := o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: register.Systems, ID: system, Reason: "新系統", Values: values})
				return err
			}) {
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Categories, category+"."+system); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
		}
	})
}
