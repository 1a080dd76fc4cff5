package ismskit

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Every field of the built-in lists that holds people has a meaning of its own, or says who
// did something: none comes on a sheet as an entry of just any list.
func TestEveryPeopleFieldOfTheBuiltInListsHasAMeaning(t *testing.T) {
	builtin, err := register.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	lists, err := register.New(register.Config{Lists: builtin, Types: forms.StandardTypes()})
	if err != nil {
		t.Fatal(err)
	}
	for _, keep := range keepingsIn(lists) {
		form, _ := lists.Form(keep.list)
		if _, there := form.Field(keep.field); !there {
			t.Errorf("%s has no field %s", keep.list, keep.field)
		}
		if keep.kind == HoldsEntry {
			t.Errorf("%s/%s has no meaning", keep.list, keep.field)
		}
	}
}
