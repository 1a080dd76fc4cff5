package webtest

import (
	"errors"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// LeftOnSheet is the sheet of P15, begun by P08, who moves to a post that somebody else holds
// by the day he starts: it says so, and can be tried again once that is mended.
func (h *House) LeftOnSheet(t testing.TB) (path string, mend func()) {
	t.Helper()
	lists, system := h.Kit.Registers(), ismskit.System("test")
	ref := func(list, id string) forms.Ref { return forms.Ref{List: list, ID: id} }
	deputy := func(holders ...forms.Row) {
		t.Helper()
		row, _, err := lists.Get(t.Context(), system, register.Posts, "T99")
		if err != nil && !errors.Is(err, ismskit.ErrNotFound) {
			t.Fatal(err)
		}
		values := forms.Values{"title": "副科長", "unit": ref("unit", "U06"), "head": true, "superior": ref("register/posts", "T15")}
		if len(holders) > 0 {
			values["holders"] = holders
		}
		if _, err := lists.Put(t.Context(), system, ismskit.RowChange{List: register.Posts, ID: "T99", Seen: row.Revision, Values: values}); err != nil {
			t.Fatal(err)
		}
	}
	deputy()
	last := calendar.DateOf(h.Now()).AddDays(1)
	sent, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P08", Channel: "go"}, ismskit.Opening{Type: "handover", Submit: true, Values: forms.Values{
		"person": forms.Person{Kind: forms.InDirectory, ID: "P15"}, "reason": "transfer", "last_day": last,
		"new_unit": ref("unit", "U06"), "new_post": ref("register/posts", "T99"), "new_from": last.AddDays(1),
	}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.Kit.Case(t.Context(), system, sent.Case)
	if err != nil {
		t.Fatal(err)
	}
	var named []forms.Row
	rows, _ := c.Fields["items"].([]forms.Row)
	for _, row := range rows {
		named = append(named, forms.Row{forms.RowID: row[forms.RowID], "successor": forms.Person{Kind: forms.InDirectory, ID: "P14"}})
	}
	sign := func(who string, values forms.Values) {
		t.Helper()
		if _, err := h.Kit.Act(t.Context(), ismskit.Actor{Person: who, Channel: "go"}, sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: values}); err != nil {
			t.Fatalf("%s: %v", who, err)
		}
	}
	sign("P14", forms.Values{"items": named}) // the head takes it all himself
	for {
		c, err := h.Kit.Case(t.Context(), system, sent.Case)
		if err != nil {
			t.Fatal(err)
		}
		open := c.Flow.Open()
		if len(open) == 0 {
			break
		}
		sign(open[0].Holder.Named[0].Person, nil)
	}
	deputy(forms.Row{forms.RowID: "r1", "person": ref("register/people", "P12")})
	h.Until(t, last.AddDays(1).Start(time.FixedZone("Asia/Taipei", 8*3600)).Add(5*time.Minute))
	return "/cases/" + sent.Case, func() { deputy() }
}
