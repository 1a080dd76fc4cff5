package ismskit_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// Who is away has a deputy: he finds in the archive what waits for him, and the request
// it belongs to, and no longer once the other is back.
func TestADeputyFindsInTheArchiveWhatWaitsForHim(t *testing.T) {
	o := openOffice(t, nil)
	request := o.apply("P13", threeRows())
	o.act("P11", request.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	waiting := o.todo("P05")[0].Case
	finds := func(person string) map[string]bool {
		t.Helper()
		records, err := o.kit.Records().Query(o.ctx, o.as(person), record.Query{})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, r := range records {
			out[r.Case] = true
		}
		return out
	}
	if got := finds("P12"); got[waiting] {
		t.Error("he finds it before he is anybody's deputy")
	}
	a := ismskit.Absence{Principal: "P05", Deputies: []string{"P12"}, From: o.now, To: o.now.AddDate(0, 0, 3), Reason: "公假"}
	if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P05"), a); err != nil {
		t.Fatal(err)
	}
	if got := finds("P12"); !got[waiting] || !got[request.Case] {
		t.Errorf("the deputy finds %v, wanted %s and %s", got, waiting, request.Case)
	}
	// It came to whoever administers the system, and stands on the deputy's list.
	if list := o.todo("P12"); len(list) != 1 || list[0].Case != waiting || list[0].For == nil || list[0].For.Person != "P05" {
		t.Errorf("the deputy's list %+v", list)
	}
	all, err := o.kit.Tasks(o.ctx, o.as("P04"), ismskit.TodoFilter{Everybody: true, Case: waiting})
	if err != nil || len(all) != 1 || !slices.Equal(all[0].People, []string{"P05"}) || len(all[0].Standins) != 1 || all[0].Standins[0].Deputy.Person != "P12" {
		t.Errorf("on the list of all: %+v, %v", all, err)
	}
	if _, err := o.kit.Case(o.ctx, o.as("P12"), waiting); err != nil {
		t.Errorf("and may read it: %v", err)
	}
	o.until(o.now.AddDate(0, 0, 4))
	if got := finds("P12"); got[waiting] {
		t.Error("he finds it although the other is back")
	}
	if _, err := o.kit.Case(o.ctx, o.as("P12"), waiting); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("and may read it: %v", err)
	}
}
